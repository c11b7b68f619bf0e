/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/vars.h"

#define EXPECTED_MAX 8

struct match_case {
	const char *expected[EXPECTED_MAX];
	const char *output;
	bool prefix;
	int result;
};

static const struct match_case cases[] = {
	/* plain text, spaces and blank lines */
	{{NULL}, "anything\n", false, 1},
	{{"one", "two"}, "one\ntwo\n", false, 1},
	{{"one", "two"}, "one\ntwo", false, 1},
	{{"one", "two"}, "\none\n\n  two  \r\n\n", false, 1},
	{{"a b"}, "a \t   b\n", false, 1},
	{{"a b"}, "ab\n", false, 0},
	{{"one", "", "two"}, "one\ntwo\n", false, 1},
	{{"one"}, "one\ntwo\n", false, 0},
	{{"one", "two"}, "one\n", false, 0},
	{{"two", "one"}, "one\ntwo\n", false, 0},
	{{"one"}, "", false, 0},
	{{"one"}, "one two\n", false, 0},
	/* more may follow */
	{{"one"}, "one\ntwo\n", true, 1},
	{{"two"}, "one\ntwo\n", true, 0},
	{{"one", "two"}, "one\n", true, 0},
	/* ... */
	{{"..."}, "", false, 1},
	{{"..."}, "a\nb\n", false, 1},
	{{"...", "b"}, "a\nb\n", false, 1},
	{{"...", "b"}, "a\nb\nc\n", false, 0},
	{{"a", "...", "c", "..."}, "a\nb\nc\nd\n", false, 1},
	{{"a", "...", "b"}, "a\nb\na\nb\n", false, 1},
	{{"...", "a", "b", "..."}, "a\na\nb\n", false, 1},
	{{"a...b"}, "a...b\n", false, 1},
	/* placeholders */
	{{"<any>"}, "x y z\n", false, 1},
	{{"a<any>b"}, "ab\n", false, 1},
	{{"a<any>b"}, "a b b\n", false, 1},
	{{"a<any>b"}, "a b c\n", false, 0},
	{{"<any>a<any>a<any>"}, "bab\n", false, 0},
	{{"<n> packets"}, "12 packets\n", false, 1},
	{{"<n> packets"}, "12.5 packets\n", false, 1},
	{{"<n> packets"}, "x packets\n", false, 0},
	{{"<n> packets"}, "12. packets\n", false, 0},
	{{"<n>5"}, "125\n", false, 0}, /* a number is taken whole */
	{{"10.<n>.1"}, "10.2.1\n", false, 0},
	{{"192.0.2.1/<n>, x"}, "192.0.2.1/24, x\n", false, 1},
	{{"Route: 0x<hex>0010"}, "Route: 0x90010\n", false, 1},
	{{"Route: 0x<hex>0010"}, "Route: 0x0\n", false, 0},
	{{"Route: 0x<hex>0010"}, "Route: 0x0010\n", false, 0},
	{{"age <time>"}, "age 00:04:10\n", false, 1},
	{{"age <time>"}, "age 1w2d 03:04:05\n", false, 1},
	{{"age <time>"}, "age 2d 03:04:05\n", false, 1},
	{{"<time> IP"}, "12:01:02.123456 IP\n", false, 1},
	{{"age <time>"}, "age 12\n", false, 0},
	{{"age <time>"}, "age soon\n", false, 0},
	{{"via <word> x"}, "via ge-0/0/0.0 x\n", false, 1},
	{{"via <word> x"}, "via  x\n", false, 0},
	{{"from <ip>:"}, "from 192.0.2.1:\n", false, 0},
	{{"from <ip> x"}, "from 2001:db8::1 x\n", false, 1},
	{{"from <ip> x"}, "from 192.0.2.1 x\n", false, 1},
	{{"at <mac>!"}, "at 02:00:5e:00:53:01!\n", false, 1},
	{{"at <mac>"}, "at 02:00\n", false, 0},
	/* what is no placeholder stands for itself */
	{{"<edit>"}, "<edit>\n", false, 1},
	{{"eth0: <UP,LOWER_UP> mtu <n>"}, "eth0: <UP,LOWER_UP> mtu 1500\n",
		false, 1},
	{{"a < b"}, "a < b\n", false, 1},
	{{"<n"}, "<n\n", false, 1},
	{{"<n:1x>"}, "<n:1x>\n", false, 1},
	{{"<n:>"}, "<n:>\n", false, 1},
	{{"<>"}, "<>\n", false, 1},
	/* absence */
	{{"<not> b"}, "a\nc\n", false, 1},
	{{"<not> b"}, "a\nb\n", false, 0},
	{{"<not> <any>b<any>"}, "a\nxbx\n", false, 0},
	{{"a", "<not> c", "b"}, "a\nb\n", false, 1},
	{{"<nothing>"}, "", false, 1},
	{{"<nothing>"}, "\n \n", false, 1},
	{{"<nothing>"}, "a\n", false, 0},
};

static void
test_cases(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct match_case *c = &cases[i];
		struct lab_vars vars = {0};
		struct lab_mismatch why;
		char *expected[EXPECTED_MAX];
		size_t n = 0;
		int rc;

		for (; n < EXPECTED_MAX && c->expected[n] != NULL; n++)
			expected[n] = (char *)c->expected[n];
		rc = lab_match(expected, n, c->output, c->prefix, &vars, &why);
		if (rc != c->result)
			fail_msg("case %zu '%s' against '%s': %d", i,
				n ? expected[0] : "", c->output, rc);
		if (rc == 0)
			assert_true(why.expected != NULL || why.got != NULL);
		lab_mismatch_done(&why);
		lab_vars_done(&vars);
	}
}

static void
test_captures(void **state)
{
	char *first[] = {"...", "id <n:id>, to <ip:to>, <any:rest>"};
	char *second[] = {"seen ${id} ${to} ${unset}"};
	struct lab_vars vars = {0};
	struct lab_mismatch why;

	assert_int_equal(lab_match(first, 2, "id 1\nid 7, to 192.0.2.1, a  b\n",
				 false, &vars, &why),
		1);
	assert_string_equal(lab_vars_get(&vars, "id"), "7");
	assert_string_equal(lab_vars_get(&vars, "to"), "192.0.2.1");
	assert_string_equal(lab_vars_get(&vars, "rest"), "a b");
	assert_int_equal(lab_match(second, 1, "seen 7 192.0.2.1 ${unset}\n",
				 false, &vars, &why),
		1);
	lab_vars_done(&vars);
}

/* A comparison that fails keeps nothing. */
static void
test_no_capture_on_failure(void **state)
{
	char *expected[] = {"id <n:id>", "end"};
	struct lab_vars vars = {0};
	struct lab_mismatch why;

	assert_int_equal(
		lab_match(expected, 2, "id 7\nmore\n", false, &vars, &why), 0);
	assert_null(lab_vars_get(&vars, "id"));
	assert_string_equal(why.expected, "end");
	assert_string_equal(why.got, "more");
	lab_mismatch_done(&why);
	lab_vars_done(&vars);
}

static void
test_says_what_is_missing(void **state)
{
	char *end[] = {"a"};
	char *later[] = {"a", "...", "c"};
	char *forbidden[] = {"<not> <any>b"};
	struct lab_vars vars = {0};
	struct lab_mismatch why;

	assert_int_equal(lab_match(end, 1, "a\nb\n", false, &vars, &why), 0);
	assert_null(why.expected);
	assert_string_equal(why.got, "b");
	lab_mismatch_done(&why);
	assert_int_equal(lab_match(later, 3, "a\nb\n", false, &vars, &why), 0);
	assert_string_equal(why.expected, "c");
	assert_null(why.got);
	lab_mismatch_done(&why);
	assert_int_equal(
		lab_match(forbidden, 1, "a\nxb\n", false, &vars, &why), 0);
	assert_true(why.forbidden);
	assert_string_equal(why.got, "xb");
	lab_mismatch_done(&why);
}

/* Patterns that take exponential time without memory of what failed. */
static void
test_many_choices(void **state)
{
	char pattern[200] = "", text[400];
	char *lines[30], out[4000] = "";
	struct lab_vars vars = {0};
	struct lab_mismatch why;

	for (int i = 0; i < 30; i++)
		strcat(pattern, "<any>a");
	strcat(pattern, "b");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	lines[0] = pattern;
	assert_int_equal(lab_match(lines, 1, text, false, &vars, &why), 0);
	lab_mismatch_done(&why);
	for (int i = 0; i < 29; i++)
		lines[i] = i % 2 ? "a" : "...";
	lines[29] = "b";
	for (int i = 0; i < 1000; i++)
		strcat(out, "a\n");
	assert_int_equal(lab_match(lines, 30, out, false, &vars, &why), 0);
	lab_mismatch_done(&why);
}

/*
 * Against a model: expected lines are made from the output by replacing words
 * with placeholders that fit, and lines with `...`; they must match. With a
 * line changed to a text that is nowhere they must not.
 */
static void
test_made_from_output(void **state)
{
	static const char *const words[][2] = {{"12", "<n>"}, {"ab", "<word>"},
		{"0f", "<hex>"}, {"ge-0/0/0", "<word>"}, {"01:02:03", "<time>"},
		{"x", "<any>"}, {"192.0.2.1", "<ip>"}};
	unsigned int seed = 1;

	for (int round = 0; round < 2000; round++) {
		struct lab_vars vars = {0};
		struct lab_mismatch why;
		char text[EXPECTED_MAX][128], *expected[EXPECTED_MAX],
			out[1024];
		size_t n = 0, lines = (size_t)rand_r(&seed) % EXPECTED_MAX + 1;
		size_t bad;

		out[0] = '\0';
		for (size_t l = 0; l < lines; l++) {
			bool skip = rand_r(&seed) % 5 == 0;

			text[n][0] = '\0';
			for (int w = rand_r(&seed) % 5; w >= 0; w--) {
				int k = rand_r(&seed) % 7;

				strcat(strcat(out, words[k][0]), " ");
				strcat(text[n], words[k][rand_r(&seed) % 2]);
				strcat(text[n], "  ");
			}
			strcat(out, "\n");
			if (skip)
				strcpy(text[n], "...");
			expected[n] = text[n];
			n++;
		}
		assert_int_equal(
			lab_match(expected, n, out, false, &vars, &why), 1);
		bad = (size_t)rand_r(&seed) % n;
		strcpy(text[bad], "nowhere");
		assert_int_equal(
			lab_match(expected, n, out, false, &vars, &why), 0);
		lab_mismatch_done(&why);
		lab_vars_done(&vars);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_no_capture_on_failure),
		cmocka_unit_test(test_says_what_is_missing),
		cmocka_unit_test(test_many_choices),
		cmocka_unit_test(test_made_from_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
