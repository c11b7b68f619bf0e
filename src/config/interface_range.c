/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface-range: what it holds is put into each interface that it names,
 * behind what the interface has itself [CF-68].
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/inherit.h"
#include "config/words.h"

#define ROW_MAX 1024ul

struct expand {
	struct config_tree *tree;
	struct cnode *interfaces;
	const struct cnode *range;
	const struct schema_node *interface;
	struct report *report;
	unsigned int flags;
	int rc;
};

static bool
is_member(const struct cnode *n)
{
	return strcmp(cnode_name(n), "member") == 0 ||
	       strcmp(cnode_name(n), "member-range") == 0;
}

/* Does dst say something already that excludes s? */
static bool
taken(const struct cnode *dst, const struct schema_node *s)
{
	const struct crun *own = ctree_run(dst, s);

	if (s->kind == SCHEMA_LEAF && own != NULL && own->n > 0)
		return true;
	for (const struct crun *r = s->choice ? dst->runs : NULL; r;
		r = r->next)
		if (r->n > 0 && r->schema != s &&
			r->schema->choice == s->choice &&
			r->schema->parent == s->parent)
			return true;
	return false;
}

/* The statement of the interface that is c in the range: of the same name. */
static const struct schema_node *
counterpart(const struct cnode *dst, const struct cnode *c)
{
	const struct schema_node *s = ctree_schema(c);

	return s->kind == SCHEMA_WORD
		       ? s
		       : schema_child_xml(ctree_schema(dst), s->name);
}

static void
merge(struct expand *x, struct cnode *dst, const struct cnode *src)
{
	for (const struct cnode *c = cnode_first_any(src); c && x->rc == 0;
		c = cnode_next_any(c)) {
		const struct schema_node *s = counterpart(dst, c);
		struct cnode *n;
		bool known;

		if (s == NULL || is_member(c) || schema_is_universal(s) ||
			taken(dst, s))
			continue;
		n = ctree_find(dst, s, c->val[0], c->val[1]);
		known = n != NULL;
		if (!known)
			n = ctree_add(x->tree, dst, s, c->val[0], c->val[1]);
		if (n == NULL) {
			x->rc = -ENOMEM;
			return;
		}
		if (!known) {
			n->line = c->line;
			if (!(x->flags & INHERIT_NO_COMMENTS)) {
				n->flags |= CNODE_INHERITED | CNODE_RANGE;
				if (ctree_set_comment(
					    x->tree, n, x->range->val[0]) != 0)
					x->rc = -ENOMEM;
			}
		}
		merge(x, n, c);
	}
}

static void
apply(struct expand *x, const char *name)
{
	struct cnode *n = ctree_find(x->interfaces, x->interface, name, NULL);

	if (n == NULL)
		n = ctree_add(x->tree, x->interfaces, x->interface, name, NULL);
	if (n == NULL)
		x->rc = -ENOMEM;
	else if (!(n->flags & CNODE_INACTIVE))
		merge(x, n, x->range);
}

/* A pattern: those that are configured; else this one. */
static void
member(struct expand *x, const char *name)
{
	if (strpbrk(name, "*?[") == NULL) {
		apply(x, name);
		return;
	}
	cnode_foreach (i, x->interfaces, "interface")
		if (x->rc == 0 && fnmatch(name, cnode_key(i, 0), 0) == 0)
			apply(x, cnode_key(i, 0));
}

static void
refuse(struct expand *x, const struct cnode *n)
{
	char *path = words_parent_path(n), *statement = words_statement(n);

	report_add(x->report, REPORT_ERROR, n->line, path, statement,
		"invalid member-range");
	free(path);
	free(statement);
	x->rc = -EINVAL;
}

/* "ge-0/0/2 to ge-0/0/10": they differ in the last number. */
static void
row(struct expand *x, const struct cnode *n)
{
	const char *a = cnode_key(n, 0), *b = cnode_leaf(n, "end-range");
	const char *pa = a + strlen(a), *pb;
	unsigned long from, to;
	char name[64];

	while (pa > a && pa[-1] >= '0' && pa[-1] <= '9')
		pa--;
	pb = b != NULL ? b + (pa - a) : NULL;
	if (pb == NULL || strlen(b) <= (size_t)(pa - a) ||
		strncmp(a, b, (size_t)(pa - a)) != 0 ||
		strspn(pb, "0123456789") != strlen(pb)) {
		refuse(x, n);
		return;
	}
	from = strtoul(pa, NULL, 10);
	to = strtoul(pb, NULL, 10);
	if (to < from || to - from >= ROW_MAX)
		refuse(x, n);
	for (; x->rc == 0 && from <= to; from++) {
		snprintf(name, sizeof(name), "%.*s%lu", (int)(pa - a), a, from);
		apply(x, name);
	}
}

bool
config_has_ranges(const struct config_tree *t)
{
	return cnode_find(&t->root, "interfaces", "interface-range", NULL) !=
	       NULL;
}

int
config_interface_ranges(
	struct config_tree *t, unsigned int flags, struct report *report)
{
	struct expand x = {.tree = t, .report = report, .flags = flags};
	const struct cnode *next;

	x.interfaces = (struct cnode *)cnode_find(&t->root, "interfaces", NULL);
	if (x.interfaces == NULL)
		return 0;
	x.interface = schema_child_xml(ctree_schema(x.interfaces), "interface");
	x.range = cnode_child(x.interfaces, "interface-range");
	for (; x.range != NULL && x.rc == 0; x.range = next) {
		cnode_foreach (m, x.range, "member")
			if (x.rc == 0)
				member(&x, cnode_key(m, 0));
		cnode_foreach (m, x.range, "member-range")
			if (x.rc == 0)
				row(&x, m);
		next = cnode_next(x.range);
		/* as it takes effect, the range is in its members */
		if (x.rc == 0 && !(flags & INHERIT_SHOW))
			ctree_remove((struct cnode *)x.range);
	}
	return x.rc;
}
