/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as curly text, as Junos' `show configuration` lays it out. */
#include "config/config.h"
#include "config/ctree.h"
#include "config/words.h"

static void put_run(const struct crun *r, unsigned int level,
	const char *prefix, struct sbuf *out);

static bool
is_plain(const struct cnode *n)
{
	return !(n->flags & (CNODE_INACTIVE | CNODE_PROTECTED)) &&
	       n->comment == NULL;
}

static void
put_indent(unsigned int level, struct sbuf *out)
{
	sbuf_pad(out, ' ', (size_t)level * 4);
}

/* `display inheritance`: from which group n is. */
static void
put_group(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	bool brief = n->flags & CNODE_BRIEF;

	if (n->flags & CNODE_TERSE)
		return;
	if (!brief) {
		put_indent(level, out);
		sbuf_puts(out, "##\n");
	}
	put_indent(level, out);
	sbuf_puts(out, "## '");
	if (n->val[0] != NULL)
		words_values(n, out);
	else
		words_keyword(n, out);
	sbuf_printf(out, "' was %s '%s'\n",
		n->flags & CNODE_RANGE ? "expanded from interface-range"
				       : "inherited from group",
		n->comment);
	if (!brief) {
		put_indent(level, out);
		sbuf_puts(out, "##\n");
	}
}

/* `display inheritance terse`: the same behind the statement. */
static void
put_behind(const struct cnode *n, struct sbuf *out)
{
	if (n->comment != NULL && (n->flags & CNODE_INHERITED) &&
		(n->flags & CNODE_TERSE))
		sbuf_printf(out, " ## inherited from group '%s'", n->comment);
}

/* What stands before a statement: its comment, the indent, its tags. */
static void
put_head(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	if (n->comment != NULL && (n->flags & CNODE_INHERITED)) {
		put_group(n, level, out);
	} else if (n->comment != NULL) {
		put_indent(level, out);
		sbuf_puts(out, "/* ");
		sbuf_puts(out, n->comment);
		sbuf_puts(out, " */\n");
	}
	put_indent(level, out);
	if (n->flags & CNODE_PROTECTED)
		sbuf_puts(out, "protect: ");
	if (n->flags & CNODE_INACTIVE)
		sbuf_puts(out, "inactive: ");
}

/* The values [from, to) of a leaf-list, one plain or several in brackets. */
static void
put_values(const struct cnode *from, const struct cnode *to, struct sbuf *out)
{
	bool several = from->next != to;

	if (several)
		sbuf_puts(out, "[ ");
	for (const struct cnode *n = from; n != to; n = n->next) {
		words_values(n, out);
		if (several)
			sbuf_putc(out, ' ');
	}
	if (several)
		sbuf_putc(out, ']');
}

static void
put_leaf_list(const struct crun *r, unsigned int level, const char *prefix,
	struct sbuf *out)
{
	const struct cnode *n = r->first;

	while (n != NULL) {
		const struct cnode *to = n->next;

		while (to != NULL && to->comment == NULL &&
			((to->flags ^ n->flags) &
				(CNODE_INACTIVE | CNODE_PROTECTED)) == 0)
			to = to->next;
		put_head(n, level, out);
		sbuf_puts(out, prefix);
		words_keyword(n, out);
		sbuf_putc(out, ' ');
		put_values(n, to, out);
		sbuf_putc(out, ';');
		put_behind(n, out);
		sbuf_putc(out, '\n');
		n = to;
	}
}

/* May all below n stand on n's line? */
static bool
fits_line(const struct cnode *n)
{
	for (const struct crun *r = n->runs; r != NULL; r = r->next) {
		uint8_t kind = r->schema->kind;

		for (const struct cnode *c = r->first; c != NULL; c = c->next)
			if (!is_plain(c) || (r->schema->flags & SCHEMA_SECRET))
				return false;
		if (r->n == 0 || kind == SCHEMA_LEAF || kind == SCHEMA_FLAG ||
			kind == SCHEMA_LEAF_LIST)
			continue;
		/* Words behind it would be taken for its own. */
		if (kind == SCHEMA_ANY || kind == SCHEMA_WORD || r->n != 1 ||
			ctree_next(r->first) != NULL || !fits_line(r->first))
			return false;
	}
	return true;
}

static bool
is_oneliner(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);
	const struct cnode *c = ctree_first(n);

	if (s->flags & SCHEMA_ONELINER)
		return fits_line(n);
	if (!(s->flags & SCHEMA_PLUS) || c == NULL || !fits_line(n))
		return false;
	if (ctree_schema(c)->kind == SCHEMA_LEAF_LIST)
		return ctree_next(c->run->last) == NULL;
	return ctree_next(c) == NULL &&
	       (ctree_schema(c)->kind == SCHEMA_LEAF ||
		       ctree_schema(c)->kind == SCHEMA_FLAG);
}

static void
put_line(const struct cnode *n, struct sbuf *out)
{
	for (const struct crun *r = n->runs; r != NULL; r = r->next) {
		if (r->n == 0)
			continue;
		sbuf_putc(out, ' ');
		if (r->schema->kind == SCHEMA_LEAF_LIST) {
			words_keyword(r->first, out);
			sbuf_putc(out, ' ');
			put_values(r->first, NULL, out);
			continue;
		}
		words_node(r->first, out);
		put_line(r->first, out);
	}
}

static void
put_block(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	sbuf_puts(out, " {");
	put_behind(n, out);
	sbuf_putc(out, '\n');
	for (const struct crun *r = n->runs; r != NULL; r = r->next)
		put_run(r, level + 1, "", out);
	put_indent(level, out);
	sbuf_puts(out, "}\n");
}

static bool
all_bare(const struct cnode *n)
{
	for (const struct cnode *c = ctree_first(n); c; c = ctree_next(c))
		if (!is_plain(c) || ctree_first(c) != NULL)
			return false;
	return true;
}

/* Words without schema: a chain of single ones stays on the line. */
static void
put_words(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	const struct cnode *c = ctree_first(n);

	if (is_plain(n)) {
		while (c != NULL && ctree_next(c) == NULL && is_plain(c) &&
			!(n->flags & CNODE_BRACED)) {
			sbuf_putc(out, ' ');
			words_node(c, out);
			n = c;
			c = ctree_first(n);
		}
	}
	if (c == NULL) {
		sbuf_puts(out, ";\n");
	} else if ((n->flags & CNODE_BRACKETED) && !(n->flags & CNODE_BRACED) &&
		   is_plain(n) && all_bare(n)) {
		sbuf_putc(out, ' ');
		put_values(c, NULL, out);
		sbuf_puts(out, ";\n");
	} else {
		put_block(n, level, out);
	}
}

static void
put_statement(const struct cnode *n, unsigned int level, const char *prefix,
	bool keyword, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);

	put_head(n, level, out);
	sbuf_puts(out, prefix);
	if (keyword)
		words_node(n, out);
	else
		words_values(n, out);
	if (s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD) {
		put_words(n, level, out);
	} else if (ctree_first(n) == NULL) {
		sbuf_puts(out, ";");
		if (s->flags & SCHEMA_SECRET)
			sbuf_puts(out, " ## SECRET-DATA");
		put_behind(n, out);
		sbuf_putc(out, '\n');
	} else if (is_oneliner(n)) {
		put_line(n, out);
		sbuf_putc(out, ';');
		put_behind(n, out);
		sbuf_putc(out, '\n');
	} else {
		put_block(n, level, out);
	}
}

/* "family inet {": the keyword before each child, unless it has marks. */
static bool
put_inline(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	struct sbuf prefix = SBUF_INIT;

	if (!(ctree_schema(n)->flags & SCHEMA_INLINE) || !is_plain(n) ||
		ctree_first(n) == NULL)
		return false;
	words_keyword(n, &prefix);
	sbuf_putc(&prefix, ' ');
	for (const struct crun *r = n->runs; r != NULL; r = r->next)
		put_run(r, level, sbuf_text(&prefix), out);
	out->failed |= prefix.failed;
	sbuf_done(&prefix);
	return true;
}

static void
put_run(const struct crun *r, unsigned int level, const char *prefix,
	struct sbuf *out)
{
	bool group = r->schema->flags & SCHEMA_GROUP;

	if (r->n == 0)
		return;
	if (r->schema->kind == SCHEMA_LEAF_LIST) {
		put_leaf_list(r, level, prefix, out);
		return;
	}
	if (group) {
		put_indent(level, out);
		sbuf_puts(out, prefix);
		words_keyword(r->first, out);
		sbuf_puts(out, " {\n");
		level++;
	}
	for (const struct cnode *n = r->first; n != NULL; n = n->next) {
		if (prefix[0] == '\0' && put_inline(n, level, out))
			continue;
		put_statement(n, level, group ? "" : prefix, !group, out);
	}
	if (group) {
		put_indent(level - 1, out);
		sbuf_puts(out, "}\n");
	}
}

void
config_print_statement(
	const struct cnode *n, unsigned int level, struct sbuf *out)
{
	if (ctree_parent(n) == NULL)
		config_print_curly(n, level, out);
	else if (!put_inline(n, level, out))
		put_statement(n, level, "", true, out);
}

void
config_print_curly(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	uint8_t kind = ctree_schema(n)->kind;

	if (kind == SCHEMA_LEAF_LIST) {
		put_leaf_list(n->run, level, "", out);
		return;
	}
	if (!schema_has_body(ctree_schema(n))) {
		put_statement(n, level, "", true, out);
		return;
	}
	for (const struct crun *r = n->runs; r != NULL; r = r->next)
		put_run(r, level, "", out);
}
