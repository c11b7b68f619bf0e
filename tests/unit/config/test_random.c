/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random trees over the whole schema: what prints reads as the same, in both
 * forms; and the index of children agrees with a linear search.
 */
#include "config_test.h"

#include "config/cvalue.h"
#include "config/inherit.h"

static uint64_t seed;

static unsigned int
rnd(unsigned int n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

static const char *const samples[] = {"a", "b", "a b", "7", "1400", "70",
	"192.0.2.1", "192.0.2.1/24", "2001:db8::1", "2001:db8::1/64",
	"ge-0/0/0", "ge-0/0/1.5", "inet.0", "tcp", "80-90", "echo-request",
	"02:00:00:00:00:01", "10m", "/24", "192.0.2.1/255.0.255.0", "",
	"\"\\{};#'", "inactive:", "/*x*/", "apply-groups", "family", "[", "\n",
	"system", "x\xc3\xa9"};

/* A value of the type, canonical, or NULL. */
static const char *
value_of_type(const struct schema_type *t, char *buf)
{
	const char *v = NULL;
	unsigned int n = 0;

	while (t->words != NULL && t->words[n] != NULL)
		n++;
	if (n > 0 && rnd(2))
		return t->words[rnd(n)];
	for (unsigned int i = 0; i < 200 && v == NULL; i++)
		v = cvalue_check(t, samples[rnd(COUNT(samples))], buf, NULL);
	return v;
}

static void grow(struct config_tree *t, struct cnode *n, unsigned int depth);

static void
grow_one(struct config_tree *t, struct cnode *n, const struct schema_node *s,
	unsigned int depth)
{
	char b0[CVALUE_BUF], b1[CVALUE_BUF];
	const char *v0 = NULL, *v1 = NULL;
	struct cnode *c;

	if (s->n_keys > 0)
		v0 = value_of_type(s->keys[0].type, b0);
	else if (s->type != NULL)
		v0 = value_of_type(s->type, b0);
	else if (s->kind == SCHEMA_WORD)
		v0 = samples[rnd(COUNT(samples))];
	/* in the text such a word is the statement */
	if (s->kind == SCHEMA_WORD && schema_child(ctree_schema(n), v0))
		return;
	if (s->n_keys > 1)
		v1 = value_of_type(s->keys[1].type, b1);
	if ((v0 == NULL &&
		    (s->n_keys > 0 || s->type || s->kind == SCHEMA_WORD)) ||
		(v1 == NULL && s->n_keys > 1))
		return;
	for (const struct cnode *o = ctree_first(n); o; o = ctree_next(o))
		if (s->choice != 0 && ctree_schema(o)->choice == s->choice &&
			ctree_schema(o) != s)
			return;
	c = ctree_add(t, n, s, v0, v1);
	assert_non_null(c);
	if (rnd(10) == 0)
		c->flags |= CNODE_INACTIVE;
	if (rnd(40) == 0)
		c->flags |= CNODE_PROTECTED;
	if (rnd(20) == 0)
		assert_int_equal(ctree_set_comment(t, c, "a\ncomment"), 0);
	if (schema_has_body(s))
		grow(t, c, depth + 1);
	/* Its parent, if that is empty now, goes when its own turn ends. */
	if (ctree_first(c) == NULL && !schema_may_be_empty(s))
		ctree_remove(c);
}

static void
grow(struct config_tree *t, struct cnode *n, unsigned int depth)
{
	const struct schema_node *s = ctree_schema(n);
	unsigned int many = depth < 3 ? 6 : rnd(3);

	if (depth > 12)
		return;
	for (unsigned int i = 0; i < many; i++) {
		if (s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD ||
			((s->flags & SCHEMA_OPEN) && rnd(3) == 0))
			grow_one(t, n, &schema_any_word, depth);
		else if (rnd(12) == 0)
			grow_one(t, n,
				&schema_universal[rnd(schema_universal_count)],
				depth);
		else if (s->n_children > 0)
			grow_one(t, n, &s->children[rnd(s->n_children)], depth);
	}
}

static void
drop_comments(struct cnode *n)
{
	n->comment = NULL;
	for (struct cnode *c = ctree_first(n); c != NULL; c = ctree_next(c))
		drop_comments(c);
}

static void
same(const struct config_tree *t, char *text)
{
	struct config_tree *again = good(text);

	if (!config_equal(t, again)) {
		char *b = curly(again);

		fail_msg("seed %llu: not the same:\n%s\n---\n%s",
			(unsigned long long)seed, text, b);
	}
	config_free(again);
	free(text);
}

/* Whatever groups there are: it ends, and inheriting again changes nothing. */
static void
inherit(const struct config_tree *t)
{
	struct report r = REPORT_INIT;
	struct config_tree *e = NULL, *again = NULL;

	if (config_inherit(t, 0, &e, &r) == 0 && e != NULL) {
		assert_int_equal(config_inherit(e, 0, &again, &r), 0);
		if (again != NULL)
			assert_int_equal(again->nodes, e->nodes);
	}
	report_done(&r);
	config_free(e);
	config_free(again);
	e = NULL;
	config_inherit(t, INHERIT_SHOW, &e, &r);
	report_done(&r);
	config_free(e);
}

static void
test_round_trips(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		struct config_tree *t = ctree_create(), *copy;
		struct sbuf b = SBUF_INIT;

		assert_non_null(t);
		seed = i;
		grow(t, &t->root, 0);
		same(t, curly(t));
		copy = ctree_clone(t);
		assert_non_null(copy);
		assert_true(config_equal(t, copy));
		inherit(copy);
		drop_comments(&copy->root);
		same(copy, set_text(copy));
		config_compare(t, t, &b);
		assert_int_equal(b.len, 0);
		sbuf_done(&b);
		config_free(copy);
		config_free(t);
	}
}

/* The model: names in the order in which they must stand. */
struct model {
	int names[400];
	size_t n;
};

static size_t
model_find(const struct model *m, int name)
{
	size_t i = 0;

	while (i < m->n && m->names[i] != name)
		i++;
	return i;
}

static void
model_remove(struct model *m, size_t i)
{
	memmove(&m->names[i], &m->names[i + 1],
		(m->n - i - 1) * sizeof(m->names[0]));
	m->n--;
}

static void
model_put(struct model *m, size_t at, int name)
{
	memmove(&m->names[at + 1], &m->names[at],
		(m->n - at) * sizeof(m->names[0]));
	m->names[at] = name;
	m->n++;
}

static struct cnode *
entry(struct cnode *parent, const struct schema_node *s, int name)
{
	char text[16];

	snprintf(text, sizeof(text), "f%d", name);
	return ctree_find(parent, s, text, NULL);
}

static void
model_step(struct config_tree *t, struct cnode *parent,
	const struct schema_node *s, struct model *m)
{
	int name = (int)rnd(200), other = (int)rnd(200);
	size_t i = model_find(m, name), j;
	struct cnode *n = entry(parent, s, name);
	char text[16];

	assert_int_equal(n != NULL, i < m->n);
	snprintf(text, sizeof(text), "f%d", name);
	switch (rnd(4)) {
	case 0:
	case 1:
		assert_non_null(ctree_add(t, parent, s, text, NULL));
		if (n == NULL)
			model_put(m, m->n, name);
		break;
	case 2:
		if (n != NULL && rnd(2)) {
			ctree_remove(n);
			model_remove(m, i);
		}
		break;
	default:
		if (n == NULL || entry(parent, s, other) == NULL ||
			name == other)
			break;
		ctree_move(n, entry(parent, s, other), true);
		model_remove(m, i);
		j = model_find(m, other);
		model_put(m, j, name);
		break;
	}
}

static void
test_index(void **state)
{
	struct config_tree *t = ctree_create();
	const struct schema_node *fw = schema_child(schema_root, "firewall");
	const struct schema_node *s = schema_child(fw, "filter");
	struct model m = {.n = 0};
	struct cnode *parent;

	(void)state;
	seed = 1;
	assert_non_null(t);
	parent = ctree_add(t, &t->root, fw, NULL, NULL);
	for (unsigned int i = 0; i < 20000; i++)
		model_step(t, parent, s, &m);
	for (size_t i = 0; i < m.n; i++) {
		struct cnode *n = entry(parent, s, m.names[i]);

		assert_non_null(n);
		assert_ptr_equal(n->prev,
			i > 0 ? entry(parent, s, m.names[i - 1]) : NULL);
	}
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
