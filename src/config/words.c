/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes as the words of the CLI. */
#include "config/words.h"

#include <string.h>

#include "config/ctree.h"

/* Words that mean something at the start of a statement. */
static bool
is_tag(const char *text)
{
	static const char *const tags[] = {"inactive:", "active:", "replace:",
		"delete:", "protect:", "unprotect:"};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strcmp(text, tags[i]) == 0)
			return true;
	return false;
}

static bool
must_quote(const char *text)
{
	if (text[0] == '\0' || is_tag(text))
		return true;
	if (strpbrk(text, " \t\n\r;{}[]#\"<>|&()'=\\") != NULL)
		return true;
	return strstr(text, "/*") != NULL || strstr(text, "*/") != NULL;
}

void
words_quote(struct sbuf *out, const char *text, bool force)
{
	if (!force && !must_quote(text)) {
		sbuf_puts(out, text);
		return;
	}
	sbuf_putc(out, '"');
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '"':
		case '\\':
			sbuf_putc(out, '\\');
			sbuf_putc(out, *text);
			break;
		case '\n':
			sbuf_puts(out, "\\n");
			break;
		default:
			sbuf_putc(out, *text);
			break;
		}
	}
	sbuf_putc(out, '"');
}

void
words_keyword(const struct cnode *n, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);

	if (s->word != NULL)
		sbuf_puts(out, s->word);
}

/*
 * A key that stands where a keyword could, and reads like one, is quoted: the
 * reader never takes a quoted word for a keyword.
 */
static bool
like_keyword(const struct cnode *n, const char *text)
{
	const struct schema_node *s = ctree_schema(n);
	const struct cnode *p = ctree_parent(n);

	if (s->kind == SCHEMA_WORD)
		return p != NULL && schema_child(ctree_schema(p), text) != NULL;
	return s->word == NULL && s->parent != NULL &&
	       schema_child(s->parent, text) != NULL;
}

/* <ge-*>, which a group's key is written as it is. */
static bool
is_bare_pattern(const struct cnode *n, const char *text)
{
	return ctree_is_pattern(text) && ctree_schema(n)->n_keys > 0 &&
	       strpbrk(text, " \t\n\r;{}[]#\"|&()'=\\") == NULL &&
	       strpbrk(text + 1, "<") == NULL &&
	       strchr(text, '>') == text + strlen(text) - 1 &&
	       strstr(text, "/*") == NULL && ctree_in_group(n);
}

static void
put_value(const struct cnode *n, const char *text, bool force, struct sbuf *out)
{
	if (!force && is_bare_pattern(n, text))
		sbuf_puts(out, text);
	else
		words_quote(out, text, force);
}

void
words_values(const struct cnode *n, struct sbuf *out)
{
	const struct schema_node *s = ctree_schema(n);
	bool secret = s->flags & SCHEMA_SECRET;

	if (n->val[0] == NULL)
		return;
	put_value(n, n->val[0], secret || like_keyword(n, n->val[0]), out);
	if (s->n_keys < 2)
		return;
	sbuf_putc(out, ' ');
	if (s->keys[1].word != NULL) {
		sbuf_puts(out, s->keys[1].word);
		sbuf_putc(out, ' ');
	}
	put_value(n, n->val[1], false, out);
}

void
words_node(const struct cnode *n, struct sbuf *out)
{
	words_keyword(n, out);
	if (ctree_schema(n)->word != NULL && n->val[0] != NULL)
		sbuf_putc(out, ' ');
	words_values(n, out);
}

void
words_path(const struct cnode *n, struct sbuf *out)
{
	const struct cnode *p = ctree_parent(n);

	if (p == NULL)
		return;
	words_path(p, out);
	if (ctree_parent(p) != NULL)
		sbuf_putc(out, ' ');
	words_node(n, out);
}

/* "routing-instance r" is one statement to who types it, though r is a leaf of
 * its own in XML: the upper of the two. */
static const struct cnode *
upper(const struct cnode *n)
{
	const struct cnode *p = ctree_parent(n);

	if (p != NULL && ctree_schema(n)->kind == SCHEMA_LEAF &&
		ctree_schema(n)->word == NULL &&
		schema_bare_leaf(ctree_schema(p)) == ctree_schema(n))
		return p;
	return n;
}

char *
words_parent_path(const struct cnode *n)
{
	const struct cnode *p = ctree_parent(upper(n));

	if (p == NULL || ctree_parent(p) == NULL)
		return NULL;
	return cnode_path(p);
}

char *
words_statement(const struct cnode *n)
{
	const struct schema_node *bare;
	const struct crun *leaf;
	struct sbuf b = SBUF_INIT;

	n = upper(n);
	words_node(n, &b);
	bare = schema_bare_leaf(ctree_schema(n));
	leaf = bare != NULL ? ctree_run(n, bare) : NULL;
	if (leaf != NULL && leaf->n > 0) {
		sbuf_putc(&b, ' ');
		words_node(leaf->first, &b);
	}
	return sbuf_take(&b);
}
