/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `show | compare`: the hierarchies in which two trees differ, each headed by
 * its path, with the statements that went (-), came (+) or moved (!) [CF-15].
 *
 * Equal digests end the search, so the cost is that of hashing both trees and
 * of writing the difference. Of entries in another order only those are said
 * to have moved that do not belong to the longest sequence still in order.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"
#include "config/words.h"

struct compare {
	struct sbuf *out;
	struct sbuf scratch;
	const struct cnode *at;     /* the hierarchy being compared, new tree */
	const struct cnode *headed; /* the one whose header was written last */
	bool failed;
};

static void compare_nodes(
	struct compare *c, const struct cnode *old, const struct cnode *new);

/* "family inet" is one statement of the hierarchy around family. */
static bool
is_inline(const struct cnode *n)
{
	return (ctree_schema(n)->flags & SCHEMA_INLINE) &&
	       ctree_parent(n) != NULL;
}

static void
put_header(struct compare *c)
{
	const struct cnode *at = is_inline(c->at) ? ctree_parent(c->at) : c->at;

	if (c->headed == at)
		return;
	c->headed = at;
	sbuf_puts(c->out, "[edit");
	if (ctree_parent(at) != NULL) {
		sbuf_putc(c->out, ' ');
		words_path(at, c->out);
	}
	sbuf_puts(c->out, "]\n");
}

/* The same in c->scratch, before the words of n. */
static void
put_inline(struct compare *c, const struct cnode *n)
{
	struct sbuf words = SBUF_INIT, text = SBUF_INIT;
	const char *all = sbuf_text(&c->scratch), *at;

	if (!is_inline(c->at))
		return;
	words_node(n, &words);
	at = strstr(all, sbuf_text(&words));
	if (at != NULL) {
		sbuf_add(&text, all, (size_t)(at - all));
		words_keyword(c->at, &text);
		sbuf_printf(&text, " %s", at);
		sbuf_reset(&c->scratch);
		sbuf_puts(&c->scratch, sbuf_text(&text));
	}
	c->failed |= words.failed || text.failed;
	sbuf_done(&words);
	sbuf_done(&text);
}

/* The lines of c->scratch, each with the mark before it. */
static void
put_marked(struct compare *c, char mark)
{
	const char *at = sbuf_text(&c->scratch), *end;

	put_header(c);
	for (; *at != '\0'; at = end) {
		end = strchr(at, '\n');
		end = end != NULL ? end + 1 : at + strlen(at);
		sbuf_putc(c->out, mark);
		sbuf_puts(c->out, "  ");
		sbuf_add(c->out, at, (size_t)(end - at));
	}
}

static void
put_statement(struct compare *c, char mark, const struct cnode *n)
{
	sbuf_reset(&c->scratch);
	config_print_statement(n, 0, &c->scratch);
	put_inline(c, n);
	put_marked(c, mark);
}

/* Its words alone, behind a tag. */
static void
put_words(struct compare *c, char mark, const char *tag, const struct cnode *n)
{
	sbuf_reset(&c->scratch);
	sbuf_puts(&c->scratch, tag);
	words_node(n, &c->scratch);
	sbuf_puts(&c->scratch, ctree_first(n) != NULL ? " { ... }\n" : ";\n");
	put_inline(c, n);
	put_marked(c, mark);
}

/* An entry for orientation or one that moved. */
static void
put_brief(struct compare *c, char mark, const struct cnode *n)
{
	bool off = mark == ' ' && (n->flags & CNODE_INACTIVE);

	put_words(c, mark, off ? "inactive: " : "", n);
}

/* A tag that came or went, not what it is about [CF-79]. */
static void
put_tags(struct compare *c, const struct cnode *old, const struct cnode *new)
{
	unsigned int changed = old->flags ^ new->flags;

	if (changed & CNODE_INACTIVE)
		put_words(c, '!',
			new->flags &CNODE_INACTIVE ? "inactive: " : "active: ",
			new);
	if (changed & CNODE_PROTECTED)
		put_words(c, '!',
			new->flags &CNODE_PROTECTED ? "protect: "
						    : "unprotect: ",
			new);
}

static bool
same_comment(const struct cnode *a, const struct cnode *b)
{
	if (a->comment == NULL || b->comment == NULL)
		return a->comment == b->comment;
	return strcmp(a->comment, b->comment) == 0;
}

/* Does a difference below n need no more than n's own lines to be said? */
static bool
is_small(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	return !schema_has_body(s) || (s->flags & SCHEMA_ONELINER) ||
	       s->kind == SCHEMA_WORD;
}

/* Is a difference said by all of old and all of new? */
static bool
is_whole(const struct cnode *old, const struct cnode *new)
{
	return is_small(new) || !same_comment(old, new);
}

/* Both are there, with other content. */
static void
compare_changed(
	struct compare *c, const struct cnode *old, const struct cnode *new)
{
	if (is_whole(old, new)) {
		put_statement(c, '-', old);
		put_statement(c, '+', new);
		return;
	}
	compare_nodes(c, old, new);
}

struct pairs {
	const struct cnode **old; /* of each entry of the new run; or NULL */
	size_t *position;         /* of that in the old run */
	bool *moved;
	size_t n;
};

static bool
pairs_make(struct pairs *p, const struct crun *new)
{
	p->n = new->n;
	p->old = calloc(p->n, sizeof(*p->old));
	p->position = calloc(p->n, sizeof(*p->position));
	p->moved = calloc(p->n, sizeof(*p->moved));
	return p->old != NULL && p->position != NULL && p->moved != NULL;
}

static void
pairs_done(struct pairs *p)
{
	free(p->old);
	free(p->position);
	free(p->moved);
}

/* Number the old entries: their line field is free for it, see restore. */
static void
pairs_match(struct pairs *p, const struct crun *old, const struct crun *new)
{
	uint32_t *saved = calloc(old->n, sizeof(*saved));
	size_t i = 0;

	for (struct cnode *n = old->first; saved && n; n = n->next, i++) {
		saved[i] = n->line;
		n->line = (uint32_t)i;
	}
	i = 0;
	for (const struct cnode *n = new->first; n != NULL; n = n->next, i++) {
		p->old[i] = ctree_find(
			old->parent, new->schema, n->val[0], n->val[1]);
		p->position[i] = p->old[i] && saved ? p->old[i]->line : 0;
	}
	i = 0;
	for (struct cnode *n = old->first; saved && n; n = n->next, i++)
		n->line = saved[i];
	free(saved);
}

/*
 * Longest increasing subsequence (patience sorting, n log n): tails[k] is the
 * entry that ends the best sequence of length k+1.
 */
static bool
mark_moved(struct pairs *p)
{
	size_t *tails = calloc(p->n, sizeof(*tails));
	size_t *before = calloc(p->n, sizeof(*before));
	size_t len = 0, at;

	for (size_t i = 0; tails && before && i < p->n; i++) {
		size_t lo = 0, hi = len;

		if (p->old[i] == NULL)
			continue;
		p->moved[i] = true;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (p->position[tails[mid]] < p->position[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		before[i] = lo > 0 ? tails[lo - 1] : SIZE_MAX;
		tails[lo] = i;
		if (lo == len)
			len++;
	}
	at = len > 0 ? tails[len - 1] : SIZE_MAX;
	while (tails && before && at != SIZE_MAX) {
		p->moved[at] = false;
		at = before[at];
	}
	free(tails);
	free(before);
	return tails != NULL && before != NULL;
}

/*
 * Write the entries of an ordered list: what came stands between unchanged
 * neighbours, which are shown in brief.
 */
static void
compare_entries(struct compare *c, const struct pairs *p,
	const struct crun *old, const struct crun *new)
{
	bool ordered = new->schema->flags &SCHEMA_ORDERED;
	const struct cnode *last_shown = NULL;
	bool leading = true; /* no entry that stayed yet */
	size_t i = 0;

	for (const struct cnode *n = old->first; n != NULL; n = n->next)
		if (ctree_find(new->parent, new->schema, n->val[0],
			    n->val[1]) == NULL)
			put_statement(c, '-', n);
	for (const struct cnode *n = new->first; n != NULL; n = n->next, i++) {
		bool came = p->old[i] == NULL;

		if (!came && !p->moved[i]) {
			leading = false;
			continue;
		}
		if (ordered && n->prev != NULL && n->prev != last_shown)
			put_brief(c, ' ', n->prev);
		if (came)
			put_statement(c, '+', n);
		else
			put_brief(c, '!', n);
		last_shown = n;
		if (ordered && leading && n->next != NULL &&
			p->old[i + 1] != NULL && !p->moved[i + 1]) {
			put_brief(c, ' ', n->next);
			last_shown = n->next;
		}
	}
}

static void
compare_lists(struct compare *c, const struct crun *old, const struct crun *new)
{
	struct pairs p = {0};

	if (!pairs_make(&p, new)) {
		c->failed = true;
		pairs_done(&p);
		return;
	}
	pairs_match(&p, old, new);
	if (!mark_moved(&p))
		c->failed = true;
	compare_entries(c, &p, old, new);
	pairs_done(&p);
}

static void
put_run(struct compare *c, char mark, const struct crun *r)
{
	for (const struct cnode *n = r->first; n != NULL; n = n->next) {
		/* Values of a leaf-list print as one statement. */
		if (r->schema->kind == SCHEMA_LEAF_LIST) {
			sbuf_reset(&c->scratch);
			config_print_curly(n, 0, &c->scratch);
			put_marked(c, mark);
			return;
		}
		put_statement(c, mark, n);
	}
}

static bool
same_run(const struct crun *old, const struct crun *new)
{
	const struct cnode *a = old->first, *b = new->first;

	for (; a != NULL && b != NULL; a = a->next, b = b->next)
		if (a->digest != b->digest)
			return false;
	return a == b;
}

static void
compare_runs(struct compare *c, const struct crun *old, const struct crun *new)
{
	if (old == NULL || new == NULL) {
		put_run(c, old != NULL ? '-' : '+', old ? old : new);
		return;
	}
	if (same_run(old, new))
		return;
	switch (new->schema->kind) {
	case SCHEMA_LEAF_LIST:
		put_run(c, '-', old);
		put_run(c, '+', new);
		break;
	case SCHEMA_LIST:
	case SCHEMA_WORD:
		compare_lists(c, old, new);
		break;
	default:
		/* Bodies are compared after this level's own lines. */
		if (is_whole(old->first, new->first))
			compare_changed(c, old->first, new->first);
		break;
	}
}

/* Entries and containers that stayed: compare inside them. */
static void
compare_bodies(
	struct compare *c, const struct cnode *old, const struct cnode *new)
{
	for (const struct cnode *n = ctree_first(new); n; n = ctree_next(n)) {
		const struct schema_node *s = ctree_schema(n);
		const struct cnode *o;

		if (!schema_has_body(s))
			continue;
		o = ctree_find(old, s, n->val[0], n->val[1]);
		if (o == NULL || o->digest == n->digest)
			continue;
		/* Small containers were said with this level's lines. */
		if (s->kind != SCHEMA_LIST && s->kind != SCHEMA_WORD &&
			is_whole(o, n))
			continue;
		c->at = new;
		compare_changed(c, o, n);
	}
	c->at = new;
}

/* The tags of what stayed, before what is in it. */
static void
compare_tags(
	struct compare *c, const struct cnode *old, const struct cnode *new)
{
	for (const struct cnode *n = ctree_first(new); n; n = ctree_next(n)) {
		const struct cnode *o;

		if (!schema_has_body(ctree_schema(n)))
			continue;
		o = ctree_find(old, ctree_schema(n), n->val[0], n->val[1]);
		if (o != NULL && o->digest != n->digest && !is_whole(o, n))
			put_tags(c, o, n);
	}
}

static void
compare_nodes(
	struct compare *c, const struct cnode *old, const struct cnode *new)
{
	c->at = new;
	for (const struct crun *r = old->runs; r != NULL; r = r->next)
		if (r->n > 0 && ctree_run(new, r->schema) == NULL)
			compare_runs(c, r, NULL);
	for (const struct crun *r = new->runs; r != NULL; r = r->next)
		if (r->n > 0)
			compare_runs(c, ctree_run(old, r->schema), r);
	compare_tags(c, old, new);
	compare_bodies(c, old, new);
}

void
config_compare(const struct config_tree *old,
	const struct config_tree *new_tree, struct sbuf *out)
{
	struct compare c = {.out = out};

	if (config_equal(old, new_tree))
		return;
	compare_nodes(&c, &old->root, &new_tree->root);
	out->failed |= c.failed || c.scratch.failed;
	sbuf_done(&c.scratch);
}

/* All that is below n came, or went. */
static void
put_all(struct compare *c, char mark, const struct cnode *n)
{
	c->at = n;
	for (const struct crun *r = n->runs; r != NULL; r = r->next)
		if (r->n > 0)
			put_run(c, mark, r);
}

void
config_compare_at(const struct config_tree *old,
	const struct config_tree *new_tree, const struct cnode *old_node,
	const struct cnode *new_node, struct sbuf *out)
{
	const struct cnode *any = new_node != NULL ? new_node : old_node;
	struct compare c = {.out = out};

	/* It makes the digests. */
	if (config_equal(old, new_tree) || any == NULL)
		return;
	if (old_node != NULL && new_node != NULL &&
		old_node->digest == new_node->digest)
		return;
	if (any->run != NULL && !schema_has_body(ctree_schema(any))) {
		c.at = ctree_parent(any);
		if (old_node != NULL)
			put_statement(&c, '-', old_node);
		if (new_node != NULL)
			put_statement(&c, '+', new_node);
	} else if (old_node != NULL && new_node != NULL) {
		compare_nodes(&c, old_node, new_node);
	} else {
		put_all(&c, new_node != NULL ? '+' : '-', any);
	}
	out->failed |= c.failed || c.scratch.failed;
	sbuf_done(&c.scratch);
}
