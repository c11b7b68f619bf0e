/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "base/report.h"
#include "base/sbuf.h"

static int
parse(const char *text, struct lab_steps *s, struct report *r)
{
	*r = REPORT_INIT;
	return lab_steps_parse(text, strlen(text), s, r);
}

static void
test_document(void **state)
{
	static const char text[] =
		"# A lab\n"
		"prose with `code`\n"
		"```\n"
		"$ not ours\n"
		"```\n"
		"```sh\n"
		"$ nor this\n"
		"```\n"
		"## First\n"
		"```console host=a\n"
		"$ echo one\n"
		"one\n"
		"\n"
		"$ echo two \\\n"
		"     three\n"
		"two three\n"
		"```\n"
		"~~~~console host=gw within=500ms exit=1\n"
		"user@box> show route\n"
		"...\n"
		"```\n"
		"user@box>\n"
		"user@box> configure\n"
		"user@box# set a b\n"
		"user@box# commit\n"
		"commit complete\n"
		"~~~~\n"
		"### Last\n"
		"```console host=a background=cap limit=2m\r\n"
		"$ tcpdump\r\n"
		"```\r\n"
		"```console host=a collect=cap stop capture=all\n"
		"seen\n"
		"```\n";
	struct lab_steps s;
	struct report r;

	assert_int_equal(parse(text, &s, &r), 0);
	assert_int_equal(s.n, 6);

	assert_int_equal(s.step[0].kind, LAB_SHELL);
	assert_string_equal(s.step[0].heading, "First");
	assert_string_equal(s.step[0].host, "a");
	assert_string_equal(s.step[0].commands[0], "echo one");
	assert_int_equal(s.step[0].n_expected, 2);
	assert_int_equal(s.step[0].line, 11);
	assert_int_equal(s.step[0].limit_ms, 20000);
	assert_int_equal(s.step[0].exit_status, 0);

	assert_null(s.step[1].heading);
	assert_string_equal(s.step[1].commands[0], "echo two three");
	assert_string_equal(s.step[1].expected[0], "two three");

	assert_int_equal(s.step[2].kind, LAB_OPERATIONAL);
	assert_string_equal(s.step[2].commands[0], "show route");
	assert_string_equal(s.step[2].prompts[0], "user@box>");
	assert_int_equal(s.step[2].within_ms, 500);
	assert_int_equal(s.step[2].exit_status, 1);
	assert_string_equal(s.step[2].expected[1], "```");

	assert_int_equal(s.step[3].kind, LAB_CONFIGURATION);
	assert_int_equal(s.step[3].n_commands, 3);
	assert_string_equal(s.step[3].commands[0], "configure");
	assert_string_equal(s.step[3].commands[2], "commit");
	assert_int_equal(s.step[3].n_expected, 1);

	assert_string_equal(s.step[4].heading, "Last");
	assert_string_equal(s.step[4].background, "cap");
	assert_int_equal(s.step[4].limit_ms, 120000);

	assert_int_equal(s.step[5].kind, LAB_COLLECT);
	assert_true(s.step[5].stop);
	assert_int_equal(s.step[5].exit_status, LAB_EXIT_ANY);
	assert_string_equal(s.step[5].capture, "all");
	assert_string_equal(s.step[5].expected[0], "seen");
	lab_steps_done(&s);
	report_done(&r);
}

static void
test_peek(void **state)
{
	struct lab_steps s;
	struct report r;

	assert_int_equal(parse("```console host=a background\n$ x\n```\n"
			       "```console host=a peek=background\ny\n```\n"
			       "```console host=a collect=background\n```\n",
				 &s, &r),
		0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.step[1].kind, LAB_PEEK);
	assert_int_equal(s.step[2].kind, LAB_COLLECT);
	lab_steps_done(&s);
	report_done(&r);
}

static const struct {
	const char *text;
	unsigned int line;
	const char *message;
} bad[] = {
	{"", 0, "nothing to run"},
	{"# only prose\n", 0, "nothing to run"},
	{"```console\n$ x\n```\n", 1, "host=NODE"},
	{"```console host=\n$ x\n```\n", 1, "host=NODE"},
	{"a\n```console host=a colour=red\n$ x\n```\n", 2, "colour=red"},
	{"```console host=a loud\n$ x\n```\n", 1, "'loud'"},
	{"```console host=a within=5\n$ x\n```\n", 1, "within=5"},
	{"```console host=a within=-5s\n$ x\n```\n", 1, "within=-5s"},
	{"```console host=a limit=0s\n$ x\n```\n", 1, "limit=0s"},
	{"```console host=a limit=999999999999999999999s\n$ x\n```\n", 1,
		"limit="},
	{"```console host=a exit=256\n$ x\n```\n", 1, "exit=256"},
	{"```console host=a exit=\n$ x\n```\n", 1, "exit="},
	{"```console host=a capture=a-b\n$ x\n```\n", 1, "capture=a-b"},
	{"```console host=a stop\n$ x\n```\n", 1, "stop"},
	{"```console host=a\n```\n", 2, "without a command"},
	{"```console host=a\nwhat?\n$ x\n```\n", 2, "before the first"},
	{"```console host=a\n$ x\n", 1, "has no end"},
	{"```console host=a collect=c\n$ x\n```\n", 2, "no commands"},
	{"```console host=a collect=c\nx\n```\n", 1, "nothing of that name"},
	{"```console host=a background=c\n$ x\n```\n"
	 "```console host=a background=c\n$ x\n```\n",
		5, "already running"},
	{"```console host=a background=c\nu@b> x\n```\n", 2, "only a shell"},
	{"```console host=a background=c collect=c\n```\n", 1, "in one block"},
};

static void
test_bad(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct lab_steps s;
		struct report r;
		bool found = false;

		assert_int_equal(parse(bad[i].text, &s, &r), -EINVAL);
		assert_int_equal(s.n, 0);
		for (size_t e = 0; e < r.n; e++)
			if (r.entries[e].line == bad[i].line &&
				strstr(r.entries[e].message, bad[i].message))
				found = true;
		if (!found)
			fail_msg("case %zu: line %u '%s'", i,
				r.n ? r.entries[0].line : 0,
				r.n ? r.entries[0].message : "");
		report_done(&r);
	}
}

/* Every prefix of a document is either a document or refused, never worse. */
static void
test_cut_short(void **state)
{
	static const char text[] = "## h\n```console host=a capture=x\n$ a \\\n"
				   " b\nout <n:i>\nu@h> c\nu@h# d\n```\n";
	struct lab_steps s;
	struct report r;

	for (size_t n = 0; n <= sizeof(text) - 1; n++) {
		r = REPORT_INIT;
		if (lab_steps_parse(text, n, &s, &r) == 0)
			lab_steps_done(&s);
		report_done(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
