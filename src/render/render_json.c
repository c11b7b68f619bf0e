/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operational JSON of Junos: every element is an array of objects, its text is
 * the member "data", its attributes the member "attributes". Elements of one
 * name share one array, wherever they stand among their siblings [OP-2].
 */
#include "render/render.h"

#include <string.h>

#include "render/utf8.h"

static void
put_string(struct sbuf *out, const char *text)
{
	uint32_t c;

	sbuf_putc(out, '"');
	while ((c = utf8_next(&text)) != 0) {
		if (c == UTF8_BAD)
			sbuf_putc(out, '?');
		else if (c == '"' || c == '\\')
			sbuf_printf(out, "\\%c", (char)c);
		else if (c == '\n')
			sbuf_puts(out, "\\n");
		else if (c == '\t')
			sbuf_puts(out, "\\t");
		else if (c >= 0x20 && c <= 0x7e)
			sbuf_putc(out, (char)c);
		else if (c < 0x10000)
			sbuf_printf(out, "\\u%04x", c);
		else
			sbuf_printf(out, "\\u%04x\\u%04x",
				0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	sbuf_putc(out, '"');
}

static void
indent(struct sbuf *out, unsigned int depth)
{
	sbuf_pad(out, ' ', (size_t)depth * 4);
}

static void
put_attributes(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	const char *sep = "";

	indent(out, depth);
	sbuf_puts(out, "\"attributes\" : {");
	for (const struct tattr *a = n->attrs; a != NULL; a = a->next) {
		if (strcmp(a->name, RENDER_CONTINUED) == 0)
			continue;
		sbuf_puts(out, sep);
		put_string(out, a->name);
		sbuf_puts(out, " : ");
		put_string(out, a->value);
		sep = ", ";
	}
	sbuf_putc(out, '}');
}

static void put_members(
	struct sbuf *out, const struct tnode *n, unsigned int depth);

/* The array of all siblings from n on that have its name. */
static void
put_array(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	indent(out, depth);
	put_string(out, n->name);
	sbuf_puts(out, " : [\n");
	while (n != NULL) {
		const struct tnode *next = tnode_next_same(n);

		indent(out, depth);
		sbuf_puts(out, "{\n");
		put_members(out, n, depth + 1);
		sbuf_putc(out, '\n');
		indent(out, depth);
		sbuf_puts(out, next != NULL ? "}, \n" : "}\n");
		n = next;
	}
	indent(out, depth);
	sbuf_putc(out, ']');
}

static bool
named_before(const struct tnode *parent, const struct tnode *n)
{
	tnode_foreach (c, parent) {
		if (c == n)
			return false;
		if (strcmp(c->name, n->name) == 0)
			return true;
	}
	return false;
}

static void
put_data(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	indent(out, depth);
	sbuf_puts(out, "\"data\" : ");
	if (n->value != NULL)
		put_string(out, n->value);
	else
		sbuf_puts(out, "[null]");
}

static bool
has_attributes(const struct tnode *n)
{
	for (const struct tattr *a = n->attrs; a != NULL; a = a->next)
		if (strcmp(a->name, RENDER_CONTINUED) != 0)
			return true;
	return false;
}

static void
put_members(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	const char *sep = "";
	const struct tnode *prev = NULL;

	if (has_attributes(n)) {
		put_attributes(out, n, depth);
		sep = ", \n";
	}
	if (n->value != NULL || n->first == NULL) {
		sbuf_puts(out, sep);
		put_data(out, n, depth);
		sep = ", \n";
	}
	tnode_foreach (c, n) {
		/* Long lists are runs of one name: skip those cheaply. */
		if ((prev != NULL && strcmp(prev->name, c->name) == 0) ||
			named_before(n, c)) {
			prev = c;
			continue;
		}
		prev = c;
		sbuf_puts(out, sep);
		put_array(out, c, depth);
		sep = ", \n";
	}
}

void
render_json(const struct tree *t, struct sbuf *out)
{
	sbuf_puts(out, "{\n");
	if (t->root != NULL) {
		put_array(out, t->root, 1);
		sbuf_putc(out, '\n');
	}
	sbuf_puts(out, "}\n");
}
