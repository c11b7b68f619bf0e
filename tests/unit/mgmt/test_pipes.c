/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "mgmt/pipes.h"

#define OP  PIPE_KIND_OPERATIONAL
#define CFG PIPE_KIND_CONFIG

/* want: "FORM/ROLLBACK name(argument) ..." or "COLUMN: message". */
static const struct {
	const char *line;
	enum pipe_kind kind;
	const char *want;
} rows[] = {
	{"x", OP, "0/0"}, {"x | match a", OP, "0/0 match(a)"},
	{"x | mat a | exc b | count", OP, "0/0 match(a) except(b) count"},
	{"x | last", OP, "0/0 last"}, {"x | last 5", OP, "0/0 last(5)"},
	{"x | last z", OP, "9: invalid value: 'z'"},
	{"x | no", OP, "0/0 no-more"}, {"x | display xml", OP, "2/0"},
	{"x | display xml rpc", OP, "3/0"},
	{"x | display json | match y", OP, "4/0 match(y)"},
	{"x | display set", OP, "12: syntax error."},
	{"x | display set", CFG, "5/0"},
	{"x | display set relative", CFG, "6/0"},
	{"x | display set rpc", CFG, "16: syntax error."},
	{"x | display inheritance no-comments", CFG, "0/0"},
	{"x | compare", OP, "4: syntax error."}, {"x | compare", CFG, "7/0"},
	{"x | compare rollback 7", CFG, "7/7"},
	{"x | compare rollback", CFG, "20: missing argument."},
	{"x | compare rollback 50", CFG, "21: invalid value: '50'"},
	{"x | match", OP, "9: missing argument."},
	{"x | match a b", OP, "12: syntax error."},
	{"x | ", OP, "3: syntax error, expecting <command>."},
	{"x | | y", OP, "4: syntax error, expecting <command>."},
	{"x | bogus", OP, "4: syntax error."},
	{"x | s", OP, "5: missing argument."},
	{"x | save f", OP, "0/0 save(f)"},
	{"x | t 3", OP, "4: 't' is ambiguous."},
	{"x | trim", OP, "8: missing argument."},
	{"x | count extra", OP, "10: syntax error."},
	{"x | refresh 5", OP, "0/0 refresh(5)"}, /* [OP-140] */
	{"x | refresh", OP, "11: missing argument."},
	{"x | refresh 0", OP, "12: Value 0 is not within range (1..604800)"},
	{"x | refresh 604801", OP, "12: invalid value: '604801'"},
	{"x | re", OP, "4: 're' is ambiguous."},
	{"x | resolve", OP, "0/0 resolve"}, /* [OP-119] */
	{"x | resolve full", OP, "0/0 resolve(full-names)"},
	{"x | resolve bogus", OP, "12: syntax error."},
	{"x | request message all", OP, "0/0 request"}, /* [OP-114] */
	{"x | request message ann", OP, "0/0 request(ann)"},
	{"x | request message", OP, "19: missing argument."},
	{"x | request", OP, "11: missing argument."},
	{"x | request bogus all", OP, "12: syntax error."},
	{"x | compare old.conf", CFG, "7/0 FILE old.conf"}, /* [OP-116] */
	{"x | compare old.conf x", CFG, "21: syntax error."},
	{"x | compare old.conf | count", CFG, "7/0 FILE old.conf count"},
	{"x | display detail", CFG, "1/0"}, /* [OP-148] */
};

static void
describe(const struct pipes *p, struct sbuf *out)
{
	sbuf_printf(out, "%d/%u", (int)p->form, p->rollback);
	if (p->file != NULL)
		sbuf_printf(out, " FILE %s", p->file);
	for (unsigned int i = 0; i < p->n; i++) {
		sbuf_printf(out, " %s", p->stage[i].name);
		if (p->stage[i].argument != NULL)
			sbuf_printf(out, "(%s)", p->stage[i].argument);
	}
}

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf got = SBUF_INIT;
		struct parse_error e;
		struct cmdline w;
		struct pipes p;

		assert_int_equal(cmdline_split(rows[i].line, &w), 0);
		if (pipes_parse(&w, 1, rows[i].kind, &p, &e) < 0)
			sbuf_printf(&got, "%u: %s", e.column, e.text);
		else
			describe(&p, &got);
		assert_string_equal(sbuf_text(&got), rows[i].want);
		sbuf_done(&got);
		cmdline_done(&w);
	}
}

static void
test_bad_regex(void **state)
{
	struct parse_error e;
	struct cmdline w;
	struct pipes p;

	(void)state;
	cmdline_split("x | match \"(\"", &w);
	assert_int_equal(pipes_parse(&w, 1, OP, &p, &e), -EINVAL);
	assert_int_equal(e.column, 10);
	assert_non_null(strstr(e.text, "regular expression"));
	cmdline_done(&w);
}

static void
test_too_many(void **state)
{
	struct sbuf line = SBUF_INIT;
	struct parse_error e;
	struct cmdline w;
	struct pipes p;

	(void)state;
	sbuf_puts(&line, "x");
	for (unsigned int i = 0; i <= PIPE_STAGES_MAX; i++)
		sbuf_puts(&line, " | no-more");
	cmdline_split(sbuf_text(&line), &w);
	assert_int_equal(pipes_parse(&w, 1, OP, &p, &e), -EINVAL);
	cmdline_done(&w);
	sbuf_done(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_bad_regex),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
