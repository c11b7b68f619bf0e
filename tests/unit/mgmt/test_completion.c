/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mgmt/completion.h"

/* Words: "=x" an existing name, "<x>" a placeholder, else a keyword. */
static const struct {
	const char *partial, *words[6], *tab, *space;
} rows[] = {
	{"sh", {"show"}, "ow ", "ow "},
	{"show", {"show"}, " ", " "},
	{"s", {"set", "show"}, "", NULL},
	{"te", {"terse", "test"}, "", NULL},
	{"se", {"security", "security-zone"}, "curity", NULL},
	{"L", {"=LAN", "=LAB"}, "A", NULL},
	{"L", {"=LAN"}, "AN ", NULL},
	{"d", {"=d1", "detail"}, "", NULL},
	{"", {"only"}, "only ", NULL},
	{"", {"a", "b"}, "", NULL},
	{"x", {"<name>"}, NULL, NULL},
	{"x", {"show"}, NULL, NULL},
	{"t", {"<name>", "terse"}, "erse ", "erse "},
};

static void
test_insert(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct completion c;
		char *got;

		completion_init(&c, rows[i].partial);
		for (size_t k = 0; rows[i].words[k] != NULL; k++) {
			const char *w = rows[i].words[k];

			if (w[0] == '=')
				completion_name(&c, w + 1, "");
			else if (w[0] == '<')
				completion_value(&c, w, "");
			else
				completion_word(&c, w, "");
		}
		got = completion_insert(&c, false);
		assert_string_equal(
			got ? got : "", rows[i].tab ? rows[i].tab : "");
		free(got);
		got = completion_insert(&c, true);
		if (rows[i].space == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].space);
		free(got);
		completion_done(&c);
	}
}

static void
test_order(void **state)
{
	static const char *const want[] = {
		"<[Enter]>", "<zone>", "LAN", "detail", "|"};
	struct completion c;
	struct tree *t;
	size_t i = 0;

	(void)state;
	completion_init(&c, "");
	completion_word(&c, "detail", "d");
	completion_pipe(&c);
	completion_name(&c, "LAN", NULL);
	completion_name(&c, "LAN", NULL); /* once */
	completion_value(&c, "<zone>", "");
	completion_enter(&c);
	t = completion_tree(&c, "?");
	for (struct tnode *n = tnode_child(t->root, "item"); n != NULL;
		n = tnode_next_same(n))
		assert_string_equal(tnode_text(n, "word"), want[i++]);
	assert_int_equal(i, 5);
	tree_free(t);
	completion_done(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_insert),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
