/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three trees are walked side by side. Where one side is what both began
 * with, the other may do as it likes; its digest tells so at once.
 */
#include "config/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "config/words.h"

struct walk {
	struct report *report;
	enum report_severity severity;
	unsigned int found;
};

/* The same statement in another tree; of a leaf whatever value it has. */
static struct cnode *
same(const struct cnode *parent, const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);
	struct crun *r;

	if (parent == NULL)
		return NULL;
	if (s->kind != SCHEMA_LEAF)
		return ctree_find(parent, s, n->val[0], n->val[1]);
	r = ctree_run(parent, s);
	return r != NULL ? r->first : NULL;
}

static struct cnode *
first(const struct cnode *n)
{
	return n != NULL ? ctree_first(n) : NULL;
}

static bool
equal(const struct cnode *a, const struct cnode *b)
{
	return a == NULL || b == NULL ? a == b : a->digest == b->digest;
}

static void
say(struct walk *w, const struct cnode *n, const struct cnode *theirs)
{
	char *path = words_parent_path(n), *statement = words_statement(n);

	w->found++;
	if (theirs == NULL)
		report_add(w->report, w->severity, 0, path, statement,
			"changed by another user meanwhile: deleted");
	else if (ctree_schema(n)->kind == SCHEMA_LEAF &&
		 theirs->run->schema == ctree_schema(n))
		report_add(w->report, w->severity, 0, path, statement,
			"changed by another user meanwhile: '%s'",
			theirs->val[0]);
	else
		report_add(w->report, w->severity, 0, path, statement,
			"changed by another user meanwhile");
	free(path);
	free(statement);
}

/* What excludes n below parent: another alternative that is not in base. */
static const struct cnode *
other_choice(const struct cnode *parent, const struct cnode *base,
	const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	if (s->choice == 0 || parent == NULL)
		return NULL;
	for (const struct cnode *c = ctree_first(parent); c; c = ctree_next(c))
		if (ctree_schema(c)->choice == s->choice &&
			ctree_schema(c) != s &&
			ctree_schema(c)->parent == s->parent &&
			same(base, c) == NULL)
			return c;
	return NULL;
}

static void walk(struct walk *w, const struct cnode *base,
	const struct cnode *mine, const struct cnode *theirs);

/* One statement; at most one of mine and theirs is missing. */
static void
compare(struct walk *w, const struct cnode *base, const struct cnode *mine,
	const struct cnode *theirs)
{
	const struct cnode *n = mine != NULL ? mine : theirs;

	if (equal(base, mine) || equal(base, theirs) || equal(mine, theirs))
		return;
	/* a container that only groups is there when something is in it */
	if (ctree_schema(n)->kind == SCHEMA_CONTAINER)
		walk(w, base, mine, theirs);
	else if (mine == NULL || theirs == NULL ||
		 !schema_has_body(ctree_schema(n)))
		say(w, n, theirs);
	else
		walk(w, base, mine, theirs);
}

static void
walk(struct walk *w, const struct cnode *base, const struct cnode *mine,
	const struct cnode *theirs)
{
	for (const struct cnode *c = first(mine); c; c = ctree_next(c)) {
		const struct cnode *b = same(base, c), *t = same(theirs, c);
		const struct cnode *o;

		compare(w, b, c, t);
		o = b == NULL ? other_choice(theirs, base, c) : NULL;
		if (o != NULL && t == NULL)
			say(w, c, o);
	}
	/* what I deleted and they changed */
	for (const struct cnode *c = first(theirs); c; c = ctree_next(c))
		if (same(mine, c) == NULL)
			compare(w, same(base, c), NULL, c);
}

unsigned int
config_conflicts(struct config_tree *base, struct config_tree *mine,
	struct config_tree *theirs, enum report_severity severity,
	struct report *report)
{
	struct walk w = {.report = report, .severity = severity};

	ctree_digest(&base->root);
	ctree_digest(&mine->root);
	ctree_digest(&theirs->root);
	compare(&w, &base->root, &mine->root, &theirs->root);
	return w.found;
}
