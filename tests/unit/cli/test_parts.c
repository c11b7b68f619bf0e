/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of the command line: idle time, names, what is loaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/file_names.h"
#include "cli/idle.h"
#include "cli/load_text.h"
#include "cli/resolve.h"

/* [OP-118] */
static void
test_idle(void **state)
{
	static const struct {
		unsigned int limit, elapsed, want;
		const char *text;
	} rows[] = {
		{600, 0, 300, "5 minutes"},
		{600, 299, 1, "5 minutes"},
		{600, 300, 240, "1 minute"},
		{600, 540, 50, "10 seconds"},
		{600, 590, 10, NULL},
		{600, 599, 1, NULL},
		{600, 600, 0, NULL},
		{600, 9999, 0, NULL},
		{300, 0, 240, "1 minute"},
		{60, 0, 50, "10 seconds"},
		{60, 50, 10, NULL},
		{6000000, 0, 5999700, "5 minutes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *text;

		assert_int_equal(
			idle_next(rows[i].limit, rows[i].elapsed, &text),
			rows[i].want);
		if (rows[i].text == NULL)
			assert_null(text);
		else
			assert_string_equal(text, rows[i].text);
	}
}

/* [OP-119] What has no name stays as it is, and so does all else. */
static void
test_resolve(void **state)
{
	static const char *const same[] = {"", "no address", "192.0.2.1/24",
		"300.1.2.3 1.2.3", "2001:db8::/32", "ge-0/0/0.0 up",
		"v1.2.3.4.5", "10:20:30 -- show", "a.b.c.d",
		"::", "bad:beef:", "\xc3\xa4 192.0.2.1x"};
	struct sbuf out = SBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		sbuf_reset(&out);
		resolve_line(same[i], true, &out);
		if (strcmp(same[i], "::") != 0)
			assert_string_equal(sbuf_text(&out), same[i]);
	}
	/* The one address that has a name on every machine. */
	sbuf_reset(&out);
	resolve_line("127.0.0.1:  x (127.0.0.1)", false, &out);
	assert_string_equal(sbuf_text(&out), "localhost:  x (localhost)");
	sbuf_done(&out);
}

/* [OP-147] The first characters tell what it is. */
static void
test_load_text(void **state)
{
	static const struct {
		const char *text;
		bool elements, wrong;
	} rows[] = {
		{"system { host-name a; }", false, false},
		{"set system host-name a\n", false, false},
		{"", false, false},
		{" \n<configuration><system/></configuration>", true, false},
		{"<rpc-reply><configuration/></rpc-reply>", true, false},
		{"<hello/>", false, true},
		{"<configuration>", false, true},
		{"<!DOCTYPE x [<!ENTITY a 'b'>]><configuration>&a;"
		 "</configuration>",
			false, true},
		{" {\"configuration\":{\"system\":{}}}", true, false},
		{"{", false, true},
		{"{\"other\":{}}", false, true},
	};
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree *t = load_text(rows[i].text, why, sizeof(why));

		if (rows[i].wrong) {
			assert_null(t);
			assert_true(why[0] != '\0');
			continue;
		}
		assert_non_null(t);
		assert_string_equal(t->root->name, "load-data");
		assert_int_equal(tnode_child(t->root, "configuration") != NULL,
			rows[i].elements);
		tree_free(t);
	}
}

static void
touch(const char *name)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fclose(f);
}

/* What Tab inserts for a file that begins like this; NULL: nothing. */
static void
check_insert(const char *typed, const char *want, unsigned int items)
{
	struct tree *t = tree_create();
	const char *insert;
	unsigned int n = 0;

	tree_leaf(tree_root(t, "completion"), "files", "%s", typed);
	file_names_add(t, "tab");
	insert = tnode_text(t->root, "insert");
	if (want == NULL)
		assert_null(insert);
	else
		assert_string_equal(insert, want);
	tnode_foreach (c, t->root)
		n += strcmp(c->name, "item") == 0;
	assert_int_equal(n, items);
	tree_free(t);
}

/* [OP-142] */
static void
test_file_names(void **state)
{
	char place[] = "/tmp/test_cli_parts.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(place));
	assert_int_equal(chdir(place), 0);
	touch("alpha.conf");
	touch("alpine.conf");
	touch("with blank");
	touch(".hidden");
	check_insert("al", "p", 2);
	check_insert("alp", NULL, 2);
	check_insert("alph", "a.conf ", 1);
	check_insert("alpha.conf", " ", 1);
	check_insert("nothing", NULL, 0);
	check_insert("with", NULL, 0);
	check_insert("", "alp", 2);
	check_insert(".", "hidden ", 1);
	check_insert("/nowhere/x", NULL, 0);
	unlink("alpha.conf");
	unlink("alpine.conf");
	unlink("with blank");
	unlink(".hidden");
	assert_int_equal(chdir("/"), 0);
	rmdir(place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_load_text),
		cmocka_unit_test(test_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
