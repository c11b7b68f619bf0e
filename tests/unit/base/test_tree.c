/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building and reading; random trees through the wire form and back; the wire
 * form damaged in every way.
 */
#include "base/tree.h"

#include <stdio.h>
#include <string.h>

#include "base/sbuf.h"
#include "base_test.h"

static void
test_reading(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "interfaces"), *n;

	(void)state;
	tree_leaf(root, "name", "ge-0/0/%d", 0);
	n = tree_open(root, "unit");
	tree_attr(n, "junos:style", "%s", "brief");
	tree_attr(n, "junos:seconds", "%d", 12);
	tree_leaf(n, "bytes", "%llu", 18446744073709551615ull);
	tree_leaf(n, "empty", "%s", "");
	tree_flag(n, "up");
	tree_open(root, "other");
	tree_leaf(tree_open(root, "unit"), "bytes", "x");

	assert_string_equal(tnode_text(root, "name"), "ge-0/0/0");
	assert_null(tnode_text(root, "none"));
	assert_string_equal(tnode_text(n, "empty"), "");
	assert_string_equal(tnode_text(n, "up"), ""); /* there, without text */
	assert_null(tnode_child(n, "up")->value);
	assert_true(tnode_u64(n, "bytes") == UINT64_MAX);
	assert_int_equal(tnode_u64(n, "none"), 0);
	assert_string_equal(tnode_attr(n, "junos:style"), "brief");
	assert_string_equal(tnode_attr(n, "junos:seconds"), "12");
	assert_null(tnode_attr(n, "junos"));
	assert_ptr_equal(tnode_child(root, "unit"), n);
	assert_ptr_equal(n->parent, root);
	n = tnode_next_same(n);
	assert_non_null(n);
	assert_int_equal(tnode_u64(n, "bytes"), 0);
	assert_null(tnode_next_same(n));
	assert_null(tnode_child(NULL, "x"));
	assert_null(tnode_text(NULL, "x"));
	assert_null(tnode_attr(NULL, "x"));
	assert_false(t->failed);
	tree_free(t);
	tree_free(NULL);
}

/* ---- equality, node by node ---- */

static bool
text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static void
assert_same(const struct tnode *a, const struct tnode *b)
{
	const struct tattr *x = a->attrs, *y = b->attrs;
	const struct tnode *c = a->first, *d = b->first;

	assert_string_equal(a->name, b->name);
	assert_true(text_equal(a->value, b->value));
	for (; x != NULL && y != NULL; x = x->next, y = y->next) {
		assert_string_equal(x->name, y->name);
		assert_string_equal(x->value, y->value);
	}
	assert_true(x == NULL && y == NULL);
	for (; c != NULL && d != NULL; c = c->next, d = d->next) {
		assert_ptr_equal(d->parent, b);
		assert_same(c, d);
		if (c->next == NULL)
			assert_ptr_equal(d, b->last);
	}
	assert_true(c == NULL && d == NULL);
}

/* Any bytes but NUL; now and then longer than a block of the arena. */
static const char *
random_text(uint64_t *seed)
{
	static char buf[40000];
	unsigned int n = rnd_below(seed, 300) == 0
				 ? rnd_below(seed, sizeof(buf) - 1)
				 : rnd_below(seed, 20);

	for (unsigned int i = 0; i < n; i++)
		buf[i] = (char)(1 + rnd_below(seed, 255));
	buf[n] = '\0';
	return buf;
}

static void
random_node(uint64_t *seed, struct tnode *n, unsigned int depth)
{
	static const char *const names[] = {"a", "rt-entry", "up", "name", ""};
	unsigned int attrs = rnd_below(seed, 6) == 0 ? rnd_below(seed, 5) : 0;
	unsigned int kids = depth < 12 ? rnd_below(seed, 5) : 0;
	char name[16];

	for (unsigned int i = 0; i < attrs; i++) {
		snprintf(name, sizeof(name), "k%u", i);
		tree_attr(n, name, "%s", random_text(seed));
	}
	for (unsigned int i = 0; i < kids; i++) {
		const char *word = names[rnd_below(seed, ARRAY_LEN(names))];
		struct tnode *c =
			rnd_below(seed, 2)
				? tree_leaf(n, word, "%s", random_text(seed))
				: tree_open(n, word);

		if (rnd_below(seed, 3) == 0)
			random_node(seed, c, depth + 1);
	}
}

static struct tree *
random_tree(uint64_t *seed)
{
	struct tree *t = tree_create();

	assert_non_null(t);
	random_node(seed, tree_root(t, "root"), 0);
	return t;
}

static void
test_round_trip(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (unsigned int i = 0; i < 3000; i++) {
		struct tree *t = random_tree(&seed), *back;
		struct sbuf b = SBUF_INIT;

		tree_encode(t, &b);
		back = tree_decode(b.data, b.len);
		assert_non_null(back);
		assert_same(t->root, back->root);
		tree_free(t);
		tree_free(back);
		sbuf_done(&b);
	}
}

/* What decodes must encode again; whatever it is, nothing else happens. */
static void
try_decode(const void *data, size_t len)
{
	struct sbuf b = SBUF_INIT;
	struct tree *t = tree_decode(data, len);

	if (t == NULL)
		return;
	assert_non_null(t->root);
	tree_encode(t, &b);
	assert_false(b.failed);
	sbuf_done(&b);
	tree_free(t);
}

/* A copy of exactly this size, so that the sanitizer sees a byte too many. */
static void
try_exact(const char *data, size_t len)
{
	char *exact = malloc(len > 0 ? len : 1);

	assert_non_null(exact);
	memcpy(exact, data, len);
	try_decode(exact, len);
	free(exact);
}

static void
mutate(uint64_t *seed, char *data, size_t *len)
{
	static const uint8_t values[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};
	size_t at = rnd(seed) % *len;

	switch (rnd_below(seed, 5)) {
	case 0:
		data[at] = (char)(data[at] ^ 1 << rnd_below(seed, 8));
		break;
	case 1:
		data[at] = (char)values[rnd_below(seed, ARRAY_LEN(values))];
		break;
	case 2: /* a length or an end mark */
		for (size_t i = at; i < at + 4 && i < *len; i++)
			data[i] = (char)0xff;
		break;
	case 3:
		memmove(data + at, data + at + 1, *len - at - 1);
		*len -= *len > 1;
		break;
	default:
		*len = at + 1;
		break;
	}
}

static void
test_damage(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (unsigned int i = 0; i < 400; i++) {
		struct tree *t = random_tree(&seed);
		struct sbuf b = SBUF_INIT;

		tree_encode(t, &b);
		tree_free(t);
		for (unsigned int k = 0; k < 40; k++) {
			char *copy = malloc(b.len);
			size_t len = b.len;

			assert_non_null(copy);
			memcpy(copy, b.data, b.len);
			for (unsigned int m = rnd_below(&seed, 3) + 1; m; m--)
				mutate(&seed, copy, &len);
			try_exact(copy, len);
			free(copy);
		}
		sbuf_done(&b);
	}
}

/* Every prefix of a message is no message, and so is one with a byte more. */
static void
test_truncated(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "command");
	struct sbuf b = SBUF_INIT;

	(void)state;
	tree_leaf(root, "line", "show route");
	tree_attr(tree_flag(root, "up"), "k", "v");
	tree_encode(t, &b);
	for (size_t n = 0; n < b.len; n++) {
		char *exact = malloc(n > 0 ? n : 1);

		assert_non_null(exact);
		memcpy(exact, b.data, n);
		assert_null(tree_decode(exact, n));
		free(exact);
	}
	sbuf_putc(&b, '\0');
	assert_null(tree_decode(b.data, b.len));
	sbuf_done(&b);
	tree_free(t);
}

/* A NUL would cut a text for whoever reads it: refused wherever it stands. */
static void
test_nul(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "name");
	struct sbuf b = SBUF_INIT;

	(void)state;
	tree_leaf(root, "leaf", "%s", "value");
	tree_attr(root, "key", "%s", "what");
	tree_encode(t, &b);
	for (size_t i = 0; i < b.len; i++) {
		char was = b.data[i];

		if (was < 'a' || was > 'z')
			continue;
		b.data[i] = '\0';
		assert_null(tree_decode(b.data, b.len));
		b.data[i] = was;
	}
	sbuf_done(&b);
	tree_free(t);
}

static bool
passes(struct tree *t)
{
	struct sbuf b = SBUF_INIT;
	struct tree *back;
	bool ok;

	assert_false(t->failed);
	tree_encode(t, &b);
	back = tree_decode(b.data, b.len);
	ok = back != NULL;
	tree_free(back);
	tree_free(t);
	sbuf_done(&b);
	return ok;
}

static struct tree *
deep(unsigned int depth)
{
	struct tree *t = tree_create();
	struct tnode *n = tree_root(t, "d");

	while (depth-- > 0)
		n = tree_open(n, "d");
	return t;
}

static struct tree *
long_name(int len)
{
	struct tree *t = tree_create();
	char name[1000];

	snprintf(name, sizeof(name), "%0*d", len, 7);
	tree_root(t, name);
	return t;
}

static struct tree *
attributes(unsigned int n)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "a");
	char name[16];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "k%u", i);
		tree_attr(root, name, "%u", i);
	}
	return t;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_true(passes(deep(64)));
	assert_false(passes(deep(65)));
	assert_false(passes(deep(5000)));
	assert_true(passes(long_name(256)));
	assert_false(passes(long_name(257)));
	assert_true(passes(attributes(64)));
	assert_false(passes(attributes(65)));
	assert_null(tree_decode("", 0));
}

/* Values of all lengths around those of the buffers inside. */
static void
test_long_values(void **state)
{
	static const int sizes[] = {
		0, 1, 254, 255, 256, 257, 16380, 16383, 16384, 16385, 200000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct tree *t = tree_create();
		struct tnode *root = tree_root(t, "a");

		tree_leaf(root, "v", "%*s", sizes[i], "");
		tree_attr(root, "k", "%*s", sizes[i], "");
		assert_int_equal(strlen(tnode_text(root, "v")), sizes[i]);
		assert_int_equal(strlen(tnode_attr(root, "k")), sizes[i]);
		assert_true(passes(t));
	}
}

static void
test_wide(void **state)
{
	struct tree *t = tree_create(), *back;
	struct tnode *root = tree_root(t, "table");
	struct sbuf b = SBUF_INIT;
	unsigned int n = 0;

	(void)state;
	for (unsigned int i = 0; i < 50000; i++)
		tree_leaf(tree_open(root, "rt"), "n", "%u", i);
	tree_encode(t, &b);
	back = tree_decode(b.data, b.len);
	assert_non_null(back);
	tnode_foreach (c, back->root)
		assert_int_equal(tnode_u64(c, "n"), n++);
	assert_int_equal(n, 50000);
	tree_free(t);
	tree_free(back);
	sbuf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
