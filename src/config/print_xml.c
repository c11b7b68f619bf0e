/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as Junos XML: pure ASCII, so that any NETCONF client can take it. */
#include <ctype.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"
#include "config/utf8.h"

static void
put_text(const char *text, struct sbuf *out)
{
	while (*text != '\0') {
		uint32_t c = config_utf8_next(&text);

		switch (c) {
		case '&':
			sbuf_puts(out, "&amp;");
			break;
		case '<':
			sbuf_puts(out, "&lt;");
			break;
		case '>':
			sbuf_puts(out, "&gt;");
			break;
		case '"':
			sbuf_puts(out, "&quot;");
			break;
		default:
			if (c > 0x7e)
				sbuf_printf(out, "&#x%X;", c);
			else if (c < 0x20 && c != '\t' && c != '\n')
				sbuf_putc(out, '?');
			else
				sbuf_putc(out, (char)c);
		}
	}
}

static void
put_indent(unsigned int level, struct sbuf *out)
{
	sbuf_pad(out, ' ', (size_t)level * 4);
}

static bool
is_xml_name(const char *text)
{
	if (!isalpha((unsigned char)text[0]) && text[0] != '_')
		return false;
	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) &&
			strchr("-_.", *text) == NULL)
			return false;
	return true;
}

/* Words without schema that cannot be element names stand in <name>. */
static const char *
element(const struct cnode *n)
{
	if (ctree_schema(n)->kind != SCHEMA_WORD)
		return ctree_schema(n)->name;
	return is_xml_name(n->val[0]) ? n->val[0] : "statement";
}

static void
put_leaf(const char *name, const char *value, unsigned int level,
	struct sbuf *out)
{
	put_indent(level, out);
	sbuf_printf(out, "<%s>", name);
	put_text(value, out);
	sbuf_printf(out, "</%s>\n", name);
}

static void
put_keys(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);

	for (unsigned int i = 0; i < s->n_keys; i++)
		put_leaf(s->keys[i].name, n->val[i], level, out);
	if (s->kind == SCHEMA_WORD && !is_xml_name(n->val[0]))
		put_leaf("name", n->val[0], level, out);
}

static void
put_open(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	bool inherited = n->flags & CNODE_INHERITED;

	if (n->comment != NULL && !inherited) {
		put_indent(level, out);
		sbuf_puts(out, "<junos:comment>/* ");
		put_text(n->comment, out);
		sbuf_puts(out, " */</junos:comment>\n");
	}
	put_indent(level, out);
	sbuf_printf(out, "<%s", element(n));
	if (n->flags & CNODE_INACTIVE)
		sbuf_puts(out, " inactive=\"inactive\"");
	if (n->flags & CNODE_PROTECTED)
		sbuf_puts(out, " protect=\"protect\"");
	if (n->comment != NULL && inherited) {
		sbuf_puts(out, " junos:group=\"");
		put_text(n->comment, out);
		sbuf_putc(out, '"');
	}
}

/* "root-login allow": most likely a leaf and its value. */
static const struct cnode *
word_value(const struct cnode *n)
{
	const struct cnode *c = ctree_first(n);
	uint8_t kind = ctree_schema(n)->kind;

	if ((kind != SCHEMA_WORD && kind != SCHEMA_ANY) || c == NULL ||
		ctree_next(c) != NULL || ctree_first(c) != NULL ||
		(n->flags & CNODE_BRACED) || (c->flags & CNODE_INACTIVE) ||
		c->comment != NULL)
		return NULL;
	return c;
}

static void
put_node(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);
	const struct cnode *value = word_value(n);
	bool named = s->n_keys > 0 ||
		     (s->kind == SCHEMA_WORD && !is_xml_name(n->val[0]));

	put_open(n, level, out);
	if (s->kind == SCHEMA_LEAF || s->kind == SCHEMA_LEAF_LIST ||
		(value != NULL && !named)) {
		sbuf_putc(out, '>');
		put_text((value ? value : n)->val[0], out);
	} else if (ctree_first(n) == NULL && !named) {
		sbuf_puts(out, "/>\n");
		return;
	} else {
		sbuf_puts(out, ">\n");
		put_keys(n, level + 1, out);
		for (const struct cnode *c = ctree_first(n); c;
			c = ctree_next(c))
			put_node(c, level + 1, out);
		put_indent(level, out);
	}
	sbuf_printf(out, "</%s>\n", element(n));
}

/* Open what n stands in, from the top; the number of levels. */
static unsigned int
put_around(const struct cnode *n, struct sbuf *out)
{
	const struct cnode *p = ctree_parent(n);
	unsigned int level;

	if (p == NULL || ctree_parent(p) == NULL)
		return 1;
	level = put_around(p, out);
	put_open(p, level, out);
	sbuf_puts(out, ">\n");
	put_keys(p, level + 1, out);
	return level + 1;
}

static void
put_around_end(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	for (const struct cnode *p = ctree_parent(n);
		p != NULL && ctree_parent(p) != NULL; p = ctree_parent(p)) {
		put_indent(--level, out);
		sbuf_printf(out, "</%s>\n", element(p));
	}
}

void
config_print_xml(
	const struct cnode *n, const char *attributes, struct sbuf *out)
{
	unsigned int level;

	sbuf_puts(out, "<configuration");
	if (attributes != NULL)
		sbuf_printf(out, " %s", attributes);
	sbuf_puts(out, ">\n");
	level = put_around(n, out);
	if (ctree_parent(n) != NULL) {
		put_node(n, level, out);
	} else {
		for (const struct cnode *c = ctree_first(n); c;
			c = ctree_next(c))
			put_node(c, level, out);
	}
	put_around_end(n, level, out);
	sbuf_puts(out, "</configuration>\n");
}
