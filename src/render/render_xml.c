/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML for clients of every kind: ASCII only, since some assume it; four blanks
 * a level and one element a line, since some read line by line; no blanks
 * inside of values, since some compare them [OP-1].
 */
#include "render/render.h"

#include <string.h>

#include "render/product.h"
#include "render/utf8.h"

#define JUNOS_NS "http://xml.juniper.net/junos/" JUNOS_RELEASE "/junos"

/* A character that XML 1.0 cannot hold, or not portably, becomes '?'. */
static bool
xml_char(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n';
	return c != UTF8_BAD && (c & 0xfffe) != 0xfffe;
}

static void
put_char(struct sbuf *out, uint32_t c, bool attribute)
{
	if (!xml_char(c))
		sbuf_putc(out, '?');
	else if (c == '&')
		sbuf_puts(out, "&amp;");
	else if (c == '<')
		sbuf_puts(out, "&lt;");
	else if (c == '>')
		sbuf_puts(out, "&gt;");
	else if (c == '"')
		sbuf_puts(out, "&quot;");
	else if (c > 0x7e || (attribute && c < 0x20))
		sbuf_printf(out, "&#%u;", c);
	else
		sbuf_putc(out, (char)c);
}

static void
put_text(struct sbuf *out, const char *text, bool attribute)
{
	uint32_t c;

	while ((c = utf8_next(&text)) != 0)
		put_char(out, c, attribute);
}

/* Names are ours, but a frame may hold anything. */
static void
put_name(struct sbuf *out, const char *name)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
	size_t n;

	while (*name != '\0') {
		n = strspn(name, ok);
		sbuf_add(out, name, n);
		name += n;
		if (*name != '\0') {
			sbuf_putc(out, '_');
			name++;
		}
	}
}

/* Texts of several lines stand on lines of their own. */
static bool
is_block(const struct tnode *n)
{
	static const char *const names[] = {"output", "configuration-text",
		"configuration-set", "configuration-output", "file-content"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(n->name, names[i]) == 0)
			return true;
	return false;
}

static void
put_value(struct sbuf *out, const struct tnode *n)
{
	bool block = is_block(n);
	size_t len = strlen(n->value);

	if (block && n->value[0] != '\n')
		sbuf_putc(out, '\n');
	put_text(out, n->value, false);
	if (block && (len == 0 || n->value[len - 1] != '\n'))
		sbuf_putc(out, '\n');
}

static void
put_start(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	sbuf_pad(out, ' ', (size_t)depth * 4);
	sbuf_putc(out, '<');
	put_name(out, n->name);
	for (const struct tattr *a = n->attrs; a != NULL; a = a->next) {
		if (strcmp(a->name, RENDER_CONTINUED) == 0)
			continue;
		sbuf_putc(out, ' ');
		put_name(out, a->name);
		sbuf_puts(out, "=\"");
		put_text(out, a->value, true);
		sbuf_putc(out, '"');
	}
}

static void
put_node(struct sbuf *out, const struct tnode *n, unsigned int depth)
{
	put_start(out, n, depth);
	if (n->value == NULL && n->first == NULL) {
		sbuf_puts(out, "/>\n");
		return;
	}
	sbuf_putc(out, '>');
	if (n->value != NULL)
		put_value(out, n);
	if (n->first != NULL) {
		sbuf_putc(out, '\n');
		tnode_foreach (c, n)
			put_node(out, c, depth + 1);
		sbuf_pad(out, ' ', (size_t)depth * 4);
	}
	sbuf_puts(out, "</");
	put_name(out, n->name);
	sbuf_puts(out, ">\n");
}

void
render_xml(const struct tree *t, struct sbuf *out)
{
	if (t->root != NULL)
		put_node(out, t->root, 0);
}

void
render_xml_reply(const struct tree *t, struct sbuf *out)
{
	sbuf_puts(out, "<rpc-reply xmlns:junos=\"" JUNOS_NS "\">\n");
	if (t->root != NULL)
		put_node(out, t->root, 1);
	sbuf_puts(out, "    <cli>\n        <banner></banner>\n    </cli>\n"
		       "</rpc-reply>\n");
}
