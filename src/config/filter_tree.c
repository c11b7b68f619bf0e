/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subtree filters (RFC 6241, 6): the elements of a request walk the
 * configuration, and what they select is copied into a tree of its own, so
 * that it prints in every form [CF-53].
 */
#include "config/read_tree.h"

#include <errno.h>
#include <string.h>

#include "config/ctree.h"
#include "config/cvalue.h"
#include "config/read_tree_impl.h"

struct selector {
	struct config_tree *out;
	bool nomem;
};

static void select_children(struct selector *s, struct cnode *to,
	const struct cnode *from, const struct tnode *filter);

static int
key_index(const struct schema_node *s, const char *name)
{
	for (unsigned int i = 0; i < s->n_keys; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return (int)i;
	return -1;
}

static bool
same_value(const struct schema_type *type, const char *wanted, const char *have)
{
	char buf[CVALUE_BUF];
	const char *v = cvalue_check(type, wanted, buf, NULL);

	return strcmp(v != NULL ? v : wanted, have) == 0;
}

/* Is one of the values of the leaf what the filter has? */
static bool
leaf_matches(const struct cnode *n, const struct schema_node *leaf,
	const char *wanted)
{
	const struct crun *run = ctree_run(n, leaf);

	for (const struct cnode *c = run ? run->first : NULL; c; c = c->next)
		if (same_value(leaf->type, wanted, c->val[0]))
			return true;
	return false;
}

/* Do all leafs with text have that value in n? */
static bool
content_matches(const struct cnode *n, const struct tnode *filter)
{
	const struct schema_node *s = ctree_schema(n), *leaf;
	int key;

	tnode_foreach (f, filter) {
		if (!tree_has_text(f))
			continue;
		key = key_index(s, f->name);
		if (key >= 0) {
			if (!same_value(
				    s->keys[key].type, f->value, n->val[key]))
				return false;
			continue;
		}
		leaf = schema_child_xml(s, f->name);
		if (leaf != NULL && leaf->type != NULL &&
			!leaf_matches(n, leaf, f->value))
			return false;
	}
	return true;
}

/* Does the filter only match, so that all of the entry is meant? */
static bool
only_matches(const struct tnode *filter)
{
	tnode_foreach (f, filter)
		if (!tree_has_text(f))
			return false;
	return true;
}

static void
copy_whole(struct selector *s, struct cnode *to, const struct cnode *n)
{
	if (ctree_copy(s->out, to, n, n->val[0], n->val[1]) == NULL)
		s->nomem = true;
}

static void
select_node(struct selector *s, struct cnode *to, const struct cnode *n,
	const struct tnode *f)
{
	const char *recurse = tnode_attr(f, "recurse");
	bool keys_only = recurse != NULL && strcmp(recurse, "false") == 0;
	bool body = schema_has_body(ctree_schema(n));
	struct cnode *c;

	if (!body) {
		if (!tree_has_text(f) || ctree_schema(n)->type == NULL ||
			same_value(ctree_schema(n)->type, f->value, n->val[0]))
			copy_whole(s, to, n);
		return;
	}
	if (!content_matches(n, f))
		return;
	if (!keys_only && only_matches(f)) {
		copy_whole(s, to, n);
		return;
	}
	c = ctree_add(s->out, to, ctree_schema(n), n->val[0], n->val[1]);
	if (c == NULL) {
		s->nomem = true;
		return;
	}
	c->flags |= n->flags;
	if (!keys_only)
		select_children(s, c, n, f);
	if (ctree_first(c) == NULL && ctree_schema(c)->kind == SCHEMA_CONTAINER)
		ctree_remove(c);
}

/* Below hierarchies without schema: the word that the element names. */
static void
select_words(struct selector *s, struct cnode *to, const struct cnode *from,
	const struct tnode *f)
{
	const struct cnode *n =
		ctree_find(from, &schema_any_word, f->name, NULL);

	if (n != NULL)
		copy_whole(s, to, n);
}

static void
select_children(struct selector *s, struct cnode *to, const struct cnode *from,
	const struct tnode *filter)
{
	const struct schema_node *schema = ctree_schema(from);

	tnode_foreach (f, filter) {
		const struct schema_node *c = schema_child_xml(schema, f->name);
		const struct crun *run;

		if (key_index(schema, f->name) >= 0)
			continue; /* keys are always there */
		if (c == NULL) {
			if (tree_keeps_words(from))
				select_words(s, to, from, f);
			continue;
		}
		run = ctree_run(from, c);
		for (const struct cnode *n = run ? run->first : NULL;
			n != NULL && !s->nomem; n = n->next)
			select_node(s, to, n, f);
	}
}

int
config_filter(const struct config_tree *t, const struct tnode *filter,
	struct config_tree **ret)
{
	struct selector s = {0};

	if (filter == NULL || filter->first == NULL)
		s.out = ctree_clone(t);
	else
		s.out = ctree_create();
	if (s.out == NULL)
		return -ENOMEM;
	if (filter != NULL && filter->first != NULL)
		select_children(&s, &s.out->root, &t->root, filter);
	if (s.nomem) {
		ctree_free(s.out);
		return -ENOMEM;
	}
	*ret = s.out;
	return 0;
}
