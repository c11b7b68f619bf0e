/* SPDX-License-Identifier: Apache-2.0 */
/* Trees changed by paths; the verbs that call this are in cedit_verbs.c. */
#include "config/cedit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
cedit_is_protected(const struct cnode *n)
{
	for (; n != NULL; n = ctree_parent(n))
		if (n->flags & CNODE_PROTECTED)
			return true;
	return false;
}

static bool
holds_protected(const struct cnode *n)
{
	if (n->flags & CNODE_PROTECTED)
		return true;
	for (const struct cnode *c = ctree_first(n); c; c = ctree_next(c))
		if (holds_protected(c))
			return true;
	return false;
}

bool
cedit_must_stay(const struct cnode *n)
{
	return cedit_is_protected(n) || holds_protected(n);
}

/* The alternatives of a choice: setting one takes the others away. */
static void
choice_clear(struct cnode *parent, const struct schema_node *s)
{
	struct cnode *n = ctree_first(parent), *next;

	for (; s->choice != 0 && n != NULL; n = next) {
		const struct schema_node *o = ctree_schema(n);

		next = ctree_next(n);
		if (o != s && o->choice == s->choice && o->parent == s->parent)
			ctree_remove(n);
	}
}

struct cnode *
cedit_add(struct config_tree *t, struct cnode *parent,
	const struct schema_node *s, const char *v0, const char *v1)
{
	choice_clear(parent, s);
	return ctree_add(t, parent, s, v0, v1);
}

void
cedit_prune_empty(struct cnode *n)
{
	if (n->run != NULL && n->run->n > 0 && ctree_first(n) == NULL &&
		!schema_may_be_empty(ctree_schema(n)))
		ctree_prune(n);
}

/*
 * A tag before "route P discard" is about the route, one before "family inet"
 * about inet, and one before words without schema about the last of them.
 */
static void
made_note(struct cedit_made *made, const struct cpath *p, size_t i,
	struct cnode *n)
{
	const struct cstep *st = &p->steps[i];

	made->last = n;
	if (st->schema->kind == SCHEMA_WORD) {
		if (st->parent < 0 || !p->steps[st->parent].bracketed)
			made->statement = n;
	} else if (made->statement == NULL &&
		   !(st->schema->flags & SCHEMA_INLINE)) {
		made->statement = n;
	}
}

/* Would the step change a leaf that is protected itself? */
static bool
is_other_value(const struct cnode *parent, const struct cstep *st)
{
	const struct crun *r = st->schema->kind == SCHEMA_LEAF
				       ? ctree_run(parent, st->schema)
				       : NULL;

	return r != NULL && r->n > 0 && (r->first->flags & CNODE_PROTECTED) &&
	       strcmp(r->first->val[0], st->val[0]) != 0;
}

static int
apply_all(struct config_tree *t, struct cnode *base, const struct cpath *p,
	unsigned int line, struct cnode **nodes, struct cedit_made *made)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct cstep *st = &p->steps[i];
		struct cnode *parent =
			st->parent < 0 ? base : nodes[st->parent];

		if (st->is_open)
			continue;
		if (cedit_is_protected(parent) || is_other_value(parent, st))
			return -EPERM;
		nodes[i] = cedit_add(
			t, parent, st->schema, st->val[0], st->val[1]);
		if (nodes[i] == NULL)
			return -ENOMEM;
		if (nodes[i]->line == 0)
			nodes[i]->line = line;
		if (st->bracketed)
			nodes[i]->flags |= CNODE_BRACKETED;
		made_note(made, p, i, nodes[i]);
	}
	return 0;
}

int
cedit_apply(struct config_tree *t, struct cnode *base, const struct cpath *p,
	unsigned int line, struct cedit_made *made)
{
	struct cedit_made own = {0};
	struct cnode *few[16] = {0}, **nodes = few;
	int rc;

	if (p->n > 16)
		nodes = calloc(p->n, sizeof(*nodes));
	if (nodes == NULL)
		return -ENOMEM;
	own.last = base;
	rc = apply_all(t, base, p, line, nodes, &own);
	if (own.statement == NULL)
		own.statement = own.last;
	if (made != NULL)
		*made = own;
	else if (rc == 0)
		cedit_prune_empty(own.last);
	if (nodes != few)
		free(nodes);
	return rc;
}

struct cnode **
cedit_resolve(struct cnode *base, const struct cpath *p)
{
	struct cnode **nodes = calloc(p->n + 1, sizeof(*nodes));

	if (nodes == NULL)
		return NULL;
	for (size_t i = 0; i < p->n; i++) {
		const struct cstep *st = &p->steps[i];
		struct cnode *parent =
			st->parent < 0 ? base : nodes[st->parent];
		struct crun *r;

		if (parent == NULL)
			continue;
		if (st->is_open) {
			r = ctree_run(parent, st->schema);
			nodes[i] = r != NULL ? r->first : NULL;
			continue;
		}
		nodes[i] =
			ctree_find(parent, st->schema, st->val[0], st->val[1]);
		/* A leaf is there once; another value is another statement. */
		if (nodes[i] != NULL && st->schema->kind == SCHEMA_LEAF &&
			strcmp(nodes[i]->val[0], st->val[0]) != 0)
			nodes[i] = NULL;
	}
	return nodes;
}

static void
delete_step(struct cnode *n, bool all)
{
	struct cnode *next;

	for (; n != NULL; n = next) {
		next = all ? n->next : NULL;
		if (next != NULL)
			ctree_remove(n);
		else
			ctree_prune(n);
	}
}

static bool
step_must_stay(const struct cnode *n, bool all)
{
	for (; n != NULL; n = all ? n->next : NULL)
		if (cedit_must_stay(n))
			return true;
	return false;
}

int
cedit_delete(struct cnode *base, const struct cpath *p)
{
	struct cnode **nodes = cedit_resolve(base, p);
	int rc = -ENOENT;

	if (nodes == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < p->n; i++)
		if (!p->steps[i].has_children && nodes[i] != NULL &&
			step_must_stay(nodes[i], p->steps[i].is_open))
			rc = -EPERM;
	for (size_t i = 0; rc != -EPERM && i < p->n; i++) {
		if (p->steps[i].has_children || nodes[i] == NULL)
			continue;
		delete_step(nodes[i], p->steps[i].is_open);
		rc = 0;
	}
	free(nodes);
	return rc;
}
