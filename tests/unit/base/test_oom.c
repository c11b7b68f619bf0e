/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation fails once: whoever could not do its work says so, nothing
 * crashes, nothing is lost (the sanitizer looks).
 */
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/tree.h"
#include "base_test.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

static unsigned int countdown; /* 0: none fails any more */

static bool
fails(void)
{
	return countdown > 0 && --countdown == 0;
}

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

/* Runs work() with the 1st, 2nd, ... allocation failing, until none does. work
 * returns whether it succeeded; it must exactly when nothing failed. */
static void
sweep(bool (*work)(void))
{
	for (unsigned int i = 1;; i++) {
		bool ok, reached;

		countdown = i;
		ok = work();
		reached = countdown == 0;
		countdown = 0;
		assert_int_equal(ok, !reached);
		if (!reached)
			break;
		assert_true(i < 10000);
	}
}

static bool
fill_sbuf(void)
{
	struct sbuf b = SBUF_INIT;
	bool ok;

	for (unsigned int i = 0; i < 2000; i++)
		sbuf_printf(&b, "row %u\n", i);
	ok = !b.failed;
	sbuf_done(&b);
	return ok;
}

static bool
fill_report(void)
{
	struct report r = REPORT_INIT;
	struct sbuf text = SBUF_INIT;
	bool ok;

	for (unsigned int i = 0; i < 40; i++)
		report_add(&r, REPORT_WARNING, 0, "a b", i % 2 ? "c" : NULL,
			"number %u", i);
	ok = report_ok(&r); /* warnings only, unless one was lost */
	assert_int_equal(ok, !r.failed);
	if (!ok) {
		unsigned int left = countdown;

		countdown = 0; /* the text of a crippled report */
		report_text(&r, &text);
		assert_non_null(strstr(sbuf_text(&text), "out of memory"));
		countdown = left;
	}
	sbuf_done(&text);
	report_done(&r);
	return ok;
}

static bool
make_tree(void)
{
	struct tree *t = tree_create();
	struct tnode *root;
	bool ok;

	if (t == NULL)
		return false;
	root = tree_root(t, "root");
	for (unsigned int i = 0; i < 400; i++) {
		struct tnode *n = tree_open(root, "row");

		tree_attr(n, "number", "%u", i);
		tree_leaf(n, "text", "%*u", 500, i);
	}
	ok = !t->failed;
	tree_free(t);
	return ok;
}

static struct sbuf wire;

static bool
decode_tree(void)
{
	struct tree *t = tree_decode(wire.data, wire.len);

	tree_free(t);
	return t != NULL;
}

static void
test_sbuf(void **state)
{
	(void)state;
	sweep(fill_sbuf);
}

static void
test_report(void **state)
{
	(void)state;
	sweep(fill_report);
}

static void
test_tree(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "root");

	(void)state;
	sweep(make_tree);
	for (unsigned int i = 0; i < 200; i++)
		tree_leaf(tree_open(root, "row"), "text", "%*u", 500, i);
	tree_encode(t, &wire);
	tree_free(t);
	sweep(decode_tree);
	sbuf_done(&wire);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sbuf),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
