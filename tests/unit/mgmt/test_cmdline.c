/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "mgmt/cmdline.h"

/* Words as <text@column>, q for quoted, then p for partial, o for open. */
static const struct {
	const char *line, *want;
} rows[] = {
	{"", ""},
	{"   ", ""},
	{"show", "<show@0>p"},
	{"show ", "<show@0>"},
	{"  show  route ", "<show@2><route@8>"},
	{"a \"b c\" d", "<a@0><b c@2q><d@8>p"},
	{"a \"b", "<a@0><b@2q>po"},
	{"a \"b\\\"c\\\\d\"", "<a@0><b\"c\\d@2q>p"},
	{"x \"\"", "<x@0><@2q>p"},
	{"a|b", "<a@0><|@1><b@2>p"},
	{"a |", "<a@0><|@2>"},
	{"a | match \"x|y\"", "<a@0><|@2><match@4><x|y@10q>p"},
	{"a | match [a-z]+", "<a@0><|@2><match@4><[a-z]+@10>p"},
	{"set a [ b c ]", "<set@0><a@4><[@6><b@8><c@10><]@12>p"},
	{"set a [b c]", "<set@0><a@4><[@6><b@7><c@9><]@10>p"},
	{"a[1]b", "<a[1]b@0>p"},
	{"# comment", ""},
	{"show # rest", "<show@0>"},
	{"a#b", "<a#b@0>p"},
	{"a\tb", "<a@0><b@2>p"},
	{"f\"o o\"", "<fo o@0q>p"},
};

static void
describe(const struct cmdline *w, struct sbuf *out)
{
	for (size_t i = 0; i < w->n; i++)
		sbuf_printf(out, "<%s@%u%s>", w->w[i].text, w->w[i].column,
			w->w[i].quoted ? "q" : "");
	sbuf_printf(
		out, "%s%s", w->partial ? "p" : "", w->open_quote ? "o" : "");
}

static void
test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf got = SBUF_INIT;
		struct cmdline w;

		assert_int_equal(cmdline_split(rows[i].line, &w), 0);
		describe(&w, &got);
		assert_string_equal(sbuf_text(&got), rows[i].want);
		cmdline_done(&w);
		sbuf_done(&got);
	}
}

static void
test_too_many(void **state)
{
	char *line = malloc(CMDLINE_WORDS_MAX * 2 + 3);
	struct cmdline w;

	(void)state;
	for (size_t i = 0; i <= CMDLINE_WORDS_MAX; i++)
		memcpy(line + 2 * i, "a ", 2);
	line[2 * (CMDLINE_WORDS_MAX + 1)] = '\0';
	assert_int_equal(cmdline_split(line, &w), -E2BIG);
	line[2 * CMDLINE_WORDS_MAX] = '\0';
	assert_int_equal(cmdline_split(line, &w), 0);
	cmdline_done(&w);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
