/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree as Junos JSON: lists as arrays of objects, flags as [null], numbers
 * unquoted, marks of a statement under "@" or "@NAME".
 */
#include <ctype.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"
#include "config/utf8.h"

static void put_object(const struct cnode *n, unsigned int level,
	const char *attributes, struct sbuf *out);

static void
put_string(const char *text, struct sbuf *out)
{
	sbuf_putc(out, '"');
	while (*text != '\0') {
		uint32_t c = config_utf8_next(&text);

		if (c == '"' || c == '\\')
			sbuf_printf(out, "\\%c", (char)c);
		else if (c == '\n')
			sbuf_puts(out, "\\n");
		else if (c == '\t')
			sbuf_puts(out, "\\t");
		else if (c > 0xffff)
			sbuf_printf(out, "\\u%04x\\u%04x",
				0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
		else if (c < 0x20 || c > 0x7e)
			sbuf_printf(out, "\\u%04x", c);
		else
			sbuf_putc(out, (char)c);
	}
	sbuf_putc(out, '"');
}

static void
put_indent(unsigned int level, struct sbuf *out)
{
	sbuf_pad(out, ' ', (size_t)level * 4);
}

/* A comma and a new line between members; nothing before the first. */
static void
put_sep(bool *first, unsigned int level, struct sbuf *out)
{
	sbuf_puts(out, *first ? "\n" : ",\n");
	*first = false;
	put_indent(level, out);
}

static void
put_name(const char *mark, const char *name, struct sbuf *out)
{
	sbuf_printf(out, "\"%s", mark);
	/* Names of the schema need no escapes; words may. */
	if (strpbrk(name, "\"\\\n\t") == NULL && name[0] != '\0') {
		while (*name != '\0') {
			uint32_t c = config_utf8_next(&name);

			if (c > 0x7e)
				sbuf_printf(out, "\\u%04x", c & 0xffff);
			else
				sbuf_putc(out, (char)c);
		}
	} else {
		for (; *name != '\0'; name++)
			sbuf_putc(out, strchr("\"\\\n\t", *name) ? '?' : *name);
	}
	sbuf_puts(out, "\" : ");
}

static void
put_value(const struct schema_type *type, const char *value, struct sbuf *out)
{
	bool number = type != NULL &&
		      (type->kind == ST_U32 || type->kind == ST_U64) &&
		      isdigit((unsigned char)value[0]);

	if (number)
		sbuf_puts(out, value);
	else
		put_string(value, out);
}

static bool
has_marks(const struct cnode *n)
{
	return (n->flags & (CNODE_INACTIVE | CNODE_PROTECTED)) != 0 ||
	       n->comment != NULL;
}

static void
put_marks(const struct cnode *n, const char *attributes, struct sbuf *out)
{
	const char *sep = "";

	sbuf_puts(out, "{");
	if (attributes != NULL) {
		sbuf_printf(out, "%s", attributes);
		sep = ", ";
	}
	if (n->comment != NULL && (n->flags & CNODE_INHERITED)) {
		sbuf_printf(out, "%s\"junos:group\" : ", sep);
		put_string(n->comment, out);
		sep = ", ";
	} else if (n->comment != NULL) {
		struct sbuf text = SBUF_INIT;

		sbuf_printf(&text, "/* %s */", n->comment);
		sbuf_printf(out, "%s\"comment\" : ", sep);
		put_string(sbuf_text(&text), out);
		out->failed |= text.failed;
		sbuf_done(&text);
		sep = ", ";
	}
	if (n->flags & CNODE_INACTIVE) {
		sbuf_printf(out, "%s\"inactive\" : true", sep);
		sep = ", ";
	}
	if (n->flags & CNODE_PROTECTED)
		sbuf_printf(out, "%s\"protect\" : true", sep);
	sbuf_puts(out, "}");
}

/* "root-login allow": most likely a leaf and its value. */
static const struct cnode *
word_value(const struct cnode *n)
{
	const struct cnode *c = ctree_first(n);

	if (c == NULL || ctree_next(c) != NULL || ctree_first(c) != NULL ||
		has_marks(c) || (n->flags & CNODE_BRACED))
		return NULL;
	return c;
}

static void
put_single(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);
	bool words = s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD;

	if (s->kind == SCHEMA_LEAF)
		put_value(s->type, n->val[0], out);
	else if (s->kind == SCHEMA_FLAG)
		sbuf_puts(out, "[null]");
	else if (words && word_value(n) != NULL && !has_marks(n))
		put_string(word_value(n)->val[0], out);
	else if (ctree_first(n) == NULL && !has_marks(n))
		sbuf_puts(out, "[null]");
	else
		put_object(n, level, NULL, out);
}

static void
put_array(const struct crun *r, unsigned int level, struct sbuf *out)
{
	bool first = true;

	sbuf_putc(out, '[');
	for (const struct cnode *n = r->first; n != NULL; n = n->next) {
		put_sep(&first, level + 1, out);
		if (r->schema->kind == SCHEMA_LIST)
			put_object(n, level + 1, NULL, out);
		else
			put_value(r->schema->type, n->val[0], out);
	}
	sbuf_putc(out, '\n');
	put_indent(level, out);
	sbuf_putc(out, ']');
}

/* The marks of the values of a leaf-list, an array beside it. */
static void
put_array_marks(
	const struct crun *r, bool *first, unsigned int level, struct sbuf *out)
{
	const struct cnode *n = r->first;

	while (n != NULL && !has_marks(n))
		n = n->next;
	if (n == NULL || r->schema->kind != SCHEMA_LEAF_LIST)
		return;
	put_sep(first, level, out);
	put_name("@", r->schema->name, out);
	sbuf_putc(out, '[');
	for (n = r->first; n != NULL; n = n->next) {
		sbuf_puts(out, n == r->first ? "" : ", ");
		if (has_marks(n))
			put_marks(n, NULL, out);
		else
			sbuf_puts(out, "null");
	}
	sbuf_putc(out, ']');
}

static void
put_run(const struct crun *r, bool *first, unsigned int level, struct sbuf *out)
{
	uint8_t kind = r->schema->kind;

	if (r->n == 0)
		return;
	if (kind == SCHEMA_LIST || kind == SCHEMA_LEAF_LIST) {
		put_sep(first, level, out);
		put_name("", r->schema->name, out);
		put_array(r, level, out);
		put_array_marks(r, first, level, out);
		return;
	}
	for (const struct cnode *n = r->first; n != NULL; n = n->next) {
		const char *name = cnode_name(n);

		put_sep(first, level, out);
		put_name("", name, out);
		put_single(n, level, out);
		if (has_marks(n) &&
			(kind == SCHEMA_LEAF || kind == SCHEMA_FLAG)) {
			put_sep(first, level, out);
			put_name("@", name, out);
			put_marks(n, NULL, out);
		}
	}
}

static void
put_keys(const struct cnode *n, bool *first, unsigned int level,
	struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);

	for (unsigned int i = 0; i < s->n_keys; i++) {
		put_sep(first, level, out);
		put_name("", s->keys[i].name, out);
		put_value(s->keys[i].type, n->val[i], out);
	}
}

static void
put_object(const struct cnode *n, unsigned int level, const char *attributes,
	struct sbuf *out)
{
	bool first = true;

	sbuf_putc(out, '{');
	if (attributes != NULL || has_marks(n)) {
		put_sep(&first, level + 1, out);
		sbuf_puts(out, "\"@\" : ");
		put_marks(n, attributes, out);
	}
	put_keys(n, &first, level + 1, out);
	for (const struct crun *r = n->runs; r != NULL; r = r->next)
		put_run(r, &first, level + 1, out);
	if (!first) {
		sbuf_putc(out, '\n');
		put_indent(level, out);
	}
	sbuf_putc(out, '}');
}

/* What stands around n, down to the member that n itself is. */
static unsigned int
put_around(const struct cnode *n, struct sbuf *out)
{
	const struct cnode *p = ctree_parent(n);
	unsigned int level = 1;
	bool first = true;

	if (p == NULL)
		return level;
	if (ctree_parent(p) != NULL) {
		level = put_around(p, out);
		if (ctree_schema(p)->kind == SCHEMA_LIST)
			sbuf_putc(out, '[');
		sbuf_putc(out, '{');
		put_keys(p, &first, level + 1, out);
		level++;
	}
	put_sep(&first, level + 1, out);
	put_name("", cnode_name(n), out);
	return level;
}

static void
put_around_end(const struct cnode *n, struct sbuf *out)
{
	for (const struct cnode *p = ctree_parent(n);
		p != NULL && ctree_parent(p) != NULL; p = ctree_parent(p)) {
		sbuf_puts(out, "}");
		if (ctree_schema(p)->kind == SCHEMA_LIST)
			sbuf_putc(out, ']');
	}
}

void
config_print_json(
	const struct cnode *n, const char *attributes, struct sbuf *out)
{
	unsigned int level;

	sbuf_puts(out, "{\n    \"configuration\" : ");
	if (ctree_parent(n) == NULL) {
		put_object(n, 1, attributes, out);
		sbuf_puts(out, "\n}\n");
		return;
	}
	sbuf_putc(out, '{');
	if (attributes != NULL)
		sbuf_printf(out, "\n        \"@\" : {%s},", attributes);
	level = put_around(n, out);
	if (ctree_schema(n)->kind == SCHEMA_LIST) {
		sbuf_putc(out, '[');
		put_object(n, level + 1, NULL, out);
		sbuf_putc(out, ']');
	} else if (ctree_schema(n)->kind == SCHEMA_LEAF_LIST) {
		put_array(n->run, level + 1, out);
	} else {
		put_single(n, level + 1, out);
	}
	put_around_end(n, out);
	sbuf_puts(out, "\n    }\n}\n");
}
