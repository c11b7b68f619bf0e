/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new tree is made from the top down. At each node there are its own
 * statements and the *sources*: the nodes of groups that apply here, the most
 * important one first. A group that is applied nearer comes before one that is
 * applied farther up, and of one apply-groups the one that is written first
 * [CF-60]. What a node has itself wins over all of them.
 *
 * Names are made before patterns are matched, so a pattern of one group
 * matches what another one brings. Sources and patterns are slices of two
 * stacks, since their number is small and the tree may be large.
 */
#include "config/inherit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/config.h"
#include "config/when.h"
#include "config/words.h"

#define NESTING_MAX 16u /* groups that apply groups that apply groups */
#define DEPTH_MAX   128u

struct source {
	const struct cnode *node;
	const char *group;
};

struct wild {
	const struct cnode *node;
	size_t source;
};

struct inherit {
	const struct cnode *root; /* as written */
	struct config_tree *tree; /* that is made */
	struct report *report;
	unsigned int flags;
	int64_t now;
	struct source *src;
	size_t n_src, size_src, slice; /* the one that grows begins at slice */
	struct wild *wild;
	size_t n_wild, size_wild;
	int rc;
};

/* ---- small things ---- */

/* A stack of n things with room for one more; NULL: as it was, no memory. */
static void *
grow(void *v, size_t n, size_t *size, size_t bytes)
{
	size_t want = *size > 0 ? *size * 2 : 32;

	if (n < *size)
		return v;
	v = realloc(v, want * bytes);
	if (v != NULL)
		*size = want;
	return v;
}

static void
refuse(struct inherit *h, const struct cnode *n, const char *fmt,
	const char *group)
{
	char *path = words_parent_path(n), *statement = words_statement(n);

	report_add(
		h->report, REPORT_ERROR, n->line, path, statement, fmt, group);
	free(path);
	free(statement);
	h->rc = -EINVAL;
}

static bool
is_off(const struct cnode *n)
{
	return n->flags & CNODE_INACTIVE;
}

/* Is it about inheritance, not inherited itself? */
static bool
is_apply(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	return s == &schema_when ||
	       s == &schema_universal[SCHEMA_APPLY_GROUPS] ||
	       s == &schema_universal[SCHEMA_APPLY_GROUPS_EXCEPT] ||
	       (s->flags & SCHEMA_TOP);
}

static bool
has_pattern(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	for (unsigned int i = 0; s->kind == SCHEMA_LIST && i < s->n_keys; i++)
		if (ctree_is_pattern(n->val[i]))
			return true;
	return false;
}

/* Do the keys of the group's entry name n, or match it? [CF-62] */
static bool
keys_match(const struct cnode *pattern, const struct cnode *n)
{
	for (int i = 0; i < 2; i++) {
		const char *p = pattern->val[i], *v = n->val[i];

		if (p == NULL || v == NULL) {
			if (p != v)
				return false;
		} else if (ctree_is_pattern(p) ? !ctree_pattern_match(p, v)
					       : strcmp(p, v) != 0) {
			return false;
		}
	}
	return true;
}

/* "${node}" and its kin: the name of this box's part. */
static const char *
variable(const char *name)
{
	static const struct {
		const char *name, *value;
	} all[] = {{"${node}", "node0"}, {"${re}", "re0"},
		{"${member}", "member0"}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(name, all[i].name) == 0)
			return all[i].value;
	return NULL;
}

static const struct cnode *
find_group(const struct inherit *h, const char *name)
{
	for (const struct crun *r = h->root->runs; r != NULL; r = r->next) {
		const struct cnode *g;

		if (!(r->schema->flags & SCHEMA_TOP))
			continue;
		g = ctree_find(h->root, r->schema, name, NULL);
		if (g != NULL && !is_off(g))
			return g;
	}
	if (strcmp(name, INHERIT_DEFAULT_GROUP) != 0 ||
		config_defaults() == NULL)
		return NULL;
	return &config_defaults()->root;
}

/* The conditions of the group; false: not now, or a mistake in them. */
static bool
holds(struct inherit *h, const struct cnode *group)
{
	const struct cnode *bad = NULL;
	int rc = when_holds(h->root, group, h->now, &bad);

	if (rc < 0)
		refuse(h, bad, "invalid time in group '%s'", group->val[0]);
	return rc > 0;
}

/* ---- sources ---- */

static void apply_groups(struct inherit *h, const struct cnode *at,
	const struct cnode *dst, unsigned int nesting);

static void
push_source(struct inherit *h, const struct cnode *node, const char *group)
{
	struct source *v =
		grow(h->src, h->n_src, &h->size_src, sizeof(*h->src));

	if (v == NULL) {
		h->rc = -ENOMEM;
		return;
	}
	h->src = v;
	h->src[h->n_src++] = (struct source){.node = node, .group = group};
}

/* Twice is as good as once; and groups may apply each other. */
static bool
is_source(const struct inherit *h, const struct cnode *node)
{
	for (size_t i = h->slice; i < h->n_src; i++)
		if (h->src[i].node == node)
			return true;
	return false;
}

/* node of a group applies to dst; and after it what it applies itself [CF-63].
 */
static void
add_source(struct inherit *h, const struct cnode *node, const char *group,
	const struct cnode *dst, unsigned int nesting)
{
	if (is_source(h, node))
		return;
	push_source(h, node, group);
	if (h->rc == 0)
		apply_groups(h, node, dst, nesting);
}

/* The nodes of a group that stand where the path leads: several by patterns. */
static void
locate(struct inherit *h, const struct cnode *at, const char *group,
	const struct cnode *const *path, size_t n, const struct cnode *dst,
	unsigned int nesting)
{
	const struct crun *r;

	if (n == 0) {
		add_source(h, at, group, dst, nesting);
		return;
	}
	r = ctree_run(at, ctree_schema(*path));
	for (const struct cnode *c = r ? r->first : NULL; c; c = c->next)
		if (h->rc == 0 && !is_off(c) && keys_match(c, *path))
			locate(h, c, group, path + 1, n - 1, dst, nesting);
}

static void
apply_group(struct inherit *h, const struct cnode *statement,
	const struct cnode *dst, unsigned int nesting)
{
	const struct cnode *path[DEPTH_MAX], *p;
	const char *name = variable(statement->val[0]);
	const struct cnode *group =
		find_group(h, name != NULL ? name : statement->val[0]);
	size_t n = 0, i = DEPTH_MAX;

	if (group == NULL && name != NULL)
		return; /* nothing for this part */
	if (group == NULL) {
		refuse(h, statement, "group '%s' is not defined",
			statement->val[0]);
		return;
	}
	if (nesting >= NESTING_MAX) {
		refuse(h, statement, "groups are nested too deeply at '%s'",
			statement->val[0]);
		return;
	}
	if (!holds(h, group))
		return;
	for (p = dst; ctree_parent(p) != NULL && i > 0; p = ctree_parent(p)) {
		path[--i] = p;
		n++;
	}
	locate(h, group, name != NULL ? name : statement->val[0], path + i, n,
		dst, nesting + 1);
}

/* What `apply-groups` of at, written or in a group, brings to dst. */
static void
apply_groups(struct inherit *h, const struct cnode *at, const struct cnode *dst,
	unsigned int nesting)
{
	const struct crun *r =
		ctree_run(at, &schema_universal[SCHEMA_APPLY_GROUPS]);

	for (const struct cnode *a = r ? r->first : NULL; a; a = a->next)
		if (h->rc == 0 && !is_off(a))
			apply_group(h, a, dst, nesting);
}

/* Does what is written keep the group out? [CF-61] */
static bool
excepted(const struct cnode *own, const char *group)
{
	const struct cnode *a =
		own == NULL
			? NULL
			: ctree_find(own,
				  &schema_universal[SCHEMA_APPLY_GROUPS_EXCEPT],
				  group, NULL);

	return a != NULL && !is_off(a);
}

/* The sources of dst: those it applies itself, then those from above. */
static void
gather(struct inherit *h, const struct cnode *own, const struct cnode *dst,
	size_t from, size_t to)
{
	h->slice = h->n_src;
	if (own != NULL && !is_off(own))
		apply_groups(h, own, dst, 0);
	for (size_t i = from; i < to && h->rc == 0; i++)
		if (!excepted(own, h->src[i].group) &&
			!is_source(h, h->src[i].node))
			push_source(h, h->src[i].node, h->src[i].group);
}

/* ---- children ---- */

static struct cnode *
add(struct inherit *h, struct cnode *dst, const struct cnode *from)
{
	struct cnode *c = ctree_add(
		h->tree, dst, ctree_schema(from), from->val[0], from->val[1]);

	if (c == NULL) {
		h->rc = -ENOMEM;
		return NULL;
	}
	c->line = from->line;
	c->flags = from->flags;
	return c;
}

static void
add_own(struct inherit *h, struct cnode *dst, const struct cnode *own)
{
	bool show = h->flags & INHERIT_SHOW;
	bool groups = show && !(h->flags & INHERIT_NO_GROUPS);

	for (const struct cnode *c = ctree_first(own); c != NULL && h->rc == 0;
		c = ctree_next(c)) {
		struct cnode *n;

		if ((!groups && is_apply(c)) || (!show && is_off(c)))
			continue;
		n = is_apply(c)
			    ? ctree_copy(h->tree, dst, c, c->val[0], c->val[1])
			    : add(h, dst, c);
		if (n == NULL || ctree_set_comment(h->tree, n, c->comment) != 0)
			h->rc = -ENOMEM;
	}
}

/* Does dst say something else already that excludes it? */
static bool
choice_taken(const struct cnode *dst, const struct schema_node *s)
{
	for (const struct crun *r = s->choice ? dst->runs : NULL; r != NULL;
		r = r->next)
		if (r->n > 0 && r->schema != s &&
			r->schema->choice == s->choice &&
			r->schema->parent == s->parent && !is_off(r->first))
			return true;
	return false;
}

static void
add_inherited(struct inherit *h, struct cnode *dst, const struct cnode *c,
	const char *group)
{
	const struct schema_node *s = ctree_schema(c);
	struct cnode *n;

	if (ctree_find(dst, s, c->val[0], c->val[1]) != NULL ||
		choice_taken(dst, s))
		return;
	n = add(h, dst, c);
	if (n == NULL || (h->flags & INHERIT_NO_COMMENTS))
		return;
	n->flags |= CNODE_INHERITED;
	if (h->flags & INHERIT_BRIEF)
		n->flags |= CNODE_BRIEF;
	if (h->flags & INHERIT_TERSE)
		n->flags |= CNODE_TERSE;
	if (ctree_set_comment(h->tree, n, group) != 0)
		h->rc = -ENOMEM;
}

/* The children of source i that have names; patterns wait for the names. */
static void
add_source_children(struct inherit *h, struct cnode *dst, size_t i)
{
	struct source s = h->src[i];
	struct wild *w;

	for (const struct cnode *c = ctree_first(s.node);
		c != NULL && h->rc == 0; c = ctree_next(c)) {
		if (is_off(c) || is_apply(c))
			continue;
		if (!has_pattern(c)) {
			add_inherited(h, dst, c, s.group);
			continue;
		}
		w = grow(h->wild, h->n_wild, &h->size_wild, sizeof(*w));
		if (w == NULL) {
			h->rc = -ENOMEM;
			return;
		}
		h->wild = w;
		h->wild[h->n_wild++] = (struct wild){.node = c, .source = i};
	}
}

/* The sources [from, to) as they are for dst's child c. */
static void
child_sources(struct inherit *h, const struct cnode *c, size_t from, size_t to,
	size_t wild)
{
	for (size_t i = from; i < to && h->rc == 0; i++) {
		struct source s = h->src[i];
		const struct cnode *g = ctree_find(
			s.node, ctree_schema(c), c->val[0], c->val[1]);

		if (g != NULL && !is_off(g))
			add_source(h, g, s.group, c, 0);
		for (; wild < h->n_wild && h->wild[wild].source == i; wild++) {
			const struct cnode *w = h->wild[wild].node;

			if (ctree_schema(w) == ctree_schema(c) &&
				keys_match(w, c))
				add_source(h, w, s.group, c, 0);
		}
	}
}

static void merge(struct inherit *h, struct cnode *dst, const struct cnode *own,
	size_t from, size_t to);

static void
merge_child(struct inherit *h, struct cnode *c, const struct cnode *own,
	size_t from, size_t to, size_t wild)
{
	size_t keep = h->n_src;

	if (own != NULL)
		own = ctree_find(own, ctree_schema(c), c->val[0], c->val[1]);
	if (own != NULL && is_off(own) && !(h->flags & INHERIT_SHOW))
		own = NULL;
	h->slice = keep;
	if (own == NULL || !is_off(own))
		child_sources(h, c, from, to, wild);
	merge(h, c, own, keep, h->n_src);
	h->n_src = keep;
	/* A container of a group whose patterns matched nothing. */
	if (own == NULL && ctree_first(c) == NULL &&
		ctree_schema(c)->kind == SCHEMA_CONTAINER)
		ctree_remove(c);
}

/* Fill dst from its own statements and the sources [from, to). */
static void
merge(struct inherit *h, struct cnode *dst, const struct cnode *own,
	size_t from, size_t to)
{
	size_t n_src = h->n_src, n_wild = h->n_wild;
	struct cnode *c, *next;

	gather(h, own, dst, from, to);
	if ((h->flags & INHERIT_DEFAULTS) && ctree_parent(dst) == NULL &&
		config_defaults() != NULL)
		push_source(h, &config_defaults()->root, INHERIT_DEFAULT_GROUP);
	from = n_src;
	to = h->n_src;
	if (own != NULL)
		add_own(h, dst, own);
	for (size_t i = from; i < to && h->rc == 0; i++)
		add_source_children(h, dst, i);
	for (c = ctree_first(dst); c != NULL && h->rc == 0; c = next) {
		next = ctree_next(c);
		if (schema_has_body(ctree_schema(c)) && !is_apply(c))
			merge_child(h, c, own, from, to, n_wild);
	}
	h->n_src = n_src;
	h->n_wild = n_wild;
}

/* ---- the whole ---- */

static bool
has_path(const struct cnode *root)
{
	const struct cnode *po = cnode_find(root, "policy-options", NULL);

	cnode_foreach (pl, po, "prefix-list")
		if (cnode_has(pl, "apply-path"))
			return true;
	return false;
}

/* An active apply-groups anywhere? With none, groups have no effect. */
static bool
applies(const struct cnode *n)
{
	if (ctree_run(n, &schema_universal[SCHEMA_APPLY_GROUPS]) != NULL)
		return true;
	for (const struct cnode *c = ctree_first(n); c != NULL;
		c = ctree_next(c))
		if (schema_has_body(ctree_schema(c)) &&
			!(ctree_schema(c)->flags & SCHEMA_TOP) && applies(c))
			return true;
	return false;
}

static bool
has_groups(const struct cnode *root)
{
	for (const struct crun *r = root->runs; r != NULL; r = r->next)
		if ((r->schema->flags & SCHEMA_TOP) && r->n > 0)
			return true;
	return false;
}

int
config_inherit(const struct config_tree *t, unsigned int flags,
	struct config_tree **ret, struct report *report)
{
	return config_inherit_at(t, flags, (int64_t)time(NULL), ret, report);
}

int
config_inherit_at(const struct config_tree *t, unsigned int flags, int64_t now,
	struct config_tree **ret, struct report *report)
{
	struct inherit h = {
		.root = &t->root, .report = report, .flags = flags, .now = now};

	*ret = NULL;
	if (!(flags & INHERIT_DEFAULTS) && !has_groups(&t->root) &&
		!has_path(&t->root) && !config_has_ranges(t) &&
		!applies(&t->root))
		return 0;
	h.tree = ctree_create();
	if (h.tree == NULL)
		return -ENOMEM;
	merge(&h, &h.tree->root, &t->root, 0, 0);
	if (h.rc == 0)
		h.rc = config_interface_ranges(h.tree, flags, report);
	if (h.rc == 0)
		h.rc = config_apply_paths(h.tree, flags & INHERIT_SHOW);
	free(h.src);
	free(h.wild);
	if (h.rc == 0)
		*ret = h.tree;
	else
		ctree_free(h.tree);
	return h.rc;
}

int
config_effective(struct config_tree **t, struct report *report)
{
	struct config_tree *e;
	int rc = config_inherit(*t, 0, &e, report);

	if (rc == 0 && e != NULL) {
		ctree_free(*t);
		*t = e;
	}
	return rc;
}
