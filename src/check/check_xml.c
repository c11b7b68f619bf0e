/* SPDX-License-Identifier: Apache-2.0 */
/* `show configuration | display xml`, or what NETCONF answers. */
#include "check/check_impl.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "config/cvalue.h"
#include "config/schema.h"

static xmlNode *
next_element(xmlNode *n)
{
	while (n != NULL && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

#define elements_foreach(e, parent)                                            \
	for (xmlNode *e = next_element((parent)->children); e != NULL;         \
		e = next_element(e->next))

static const char *
name_of(const xmlNode *e)
{
	return (const char *)e->name;
}

/* junos:comment, and what other software puts beside the configuration. */
static bool
is_comment(const xmlNode *e)
{
	return strcmp(name_of(e), "comment") == 0 && e->ns != NULL &&
	       e->ns->prefix != NULL &&
	       strcmp((const char *)e->ns->prefix, "junos") == 0;
}

/* The text of e without the blanks around it. */
static void
text_of(const xmlNode *e, struct sbuf *out)
{
	xmlChar *s = xmlNodeGetContent(e);
	const char *p = s != NULL ? (const char *)s : "";
	size_t n;

	p += strspn(p, " \t\r\n");
	n = strlen(p);
	while (n > 0 && strchr(" \t\r\n", p[n - 1]) != NULL)
		n--;
	sbuf_add(out, p, n);
	xmlFree(s);
}

/* Below what is unknown, <name> is the key, as nearly everywhere. */
static bool
is_key(const struct schema_node *s, const char *name)
{
	if (s == NULL || s->kind == SCHEMA_ANY)
		return strcmp(name, "name") == 0;
	for (unsigned int i = 0; i < s->n_keys; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return true;
	return false;
}

static void
add_word(struct sbuf *path, const char *word)
{
	if (path->len > 0)
		sbuf_putc(path, ' ');
	words_quote(path, word, false);
}

/* A key or a value; NULL, or why it is none (in buf). */
static const char *
add_value(struct sbuf *path, const struct schema_type *type, const xmlNode *e,
	bool pattern, struct sbuf *why)
{
	struct sbuf text = SBUF_INIT;
	char buf[CVALUE_BUF];
	const char *bad = NULL;

	text_of(e, &text);
	add_word(path, sbuf_text(&text));
	pattern = pattern && sbuf_text(&text)[0] == '<';
	if (type != NULL && !pattern &&
		cvalue_check(type, sbuf_text(&text), buf, why) == NULL)
		bad = why->len > 0 ? sbuf_text(why) : "invalid value";
	sbuf_done(&text);
	return bad;
}

/* The text of what no schema describes, if it has one. */
static void
add_text(struct sbuf *path, const xmlNode *e)
{
	struct sbuf text = SBUF_INIT;

	text_of(e, &text);
	if (text.len > 0)
		add_word(path, sbuf_text(&text));
	sbuf_done(&text);
}

struct walk {
	struct check *c;
	bool group; /* keys may be patterns */
};

/* What e itself says: keyword, keys, value. */
static const char *
add_statement(const struct walk *w, const struct schema_node *s, xmlNode *e,
	struct sbuf *path, struct sbuf *why)
{
	const char *bad = NULL;

	if (s == NULL) {
		add_word(path, name_of(e));
		elements_foreach(k, e) if (is_key(NULL, name_of(k)))
			add_value(path, NULL, k, false, why);
		return NULL;
	}
	if (s->word != NULL)
		add_word(path, s->word);
	for (unsigned int i = 0; i < s->n_keys && bad == NULL; i++) {
		xmlNode *key = NULL;

		elements_foreach(k,
			e) if (strcmp(name_of(k), s->keys[i].name) == 0) key =
			k;
		if (i > 0 && s->keys[i].word != NULL)
			add_word(path, s->keys[i].word);
		bad = key == NULL ? "missing argument"
				  : add_value(path, s->keys[i].type, key,
					    w->group, why);
	}
	if (s->type != NULL)
		bad = add_value(path, s->type, e, false, why);
	return bad;
}

static bool
keeps_words(const struct schema_node *s)
{
	return s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD ||
	       (s->flags & SCHEMA_OPEN) != 0;
}

static bool
has_statements(const struct schema_node *s, xmlNode *e)
{
	elements_foreach(
		c, e) if (!is_key(s, name_of(c)) && !is_comment(c)) return true;
	return false;
}

static unsigned int
line_of(const xmlNode *e)
{
	long line = xmlGetLineNo(e);

	return line > 0 && line < INT_MAX ? (unsigned int)line : 0;
}

/* s: what e is; NULL below a statement that is unknown or keeps any words. */
static void
walk(const struct walk *w, const struct schema_node *s, xmlNode *e,
	enum check_status status, const char *reason, struct sbuf *path)
{
	struct sbuf why = SBUF_INIT;
	size_t before = path->len;
	struct walk below = *w;
	const char *bad;

	if (s != NULL && status != CHECK_UNKNOWN && schema_is_accepted(s))
		status = CHECK_ACCEPTED;
	bad = add_statement(w, s, e, path, &why);
	if (bad != NULL) {
		status = CHECK_UNKNOWN;
		reason = bad;
	}
	below.group |= s != NULL && (s->flags & SCHEMA_TOP) != 0;
	if (!has_statements(s, e)) {
		if (s == NULL && bad == NULL &&
			next_element(e->children) == NULL)
			add_text(path, e);
		check_add(w->c, line_of(e), status, sbuf_text(path), reason);
	}
	elements_foreach(c, e)
	{
		const struct schema_node *cs = NULL;
		enum check_status cst = status;
		const char *cr = reason;

		if (is_key(s, name_of(c)) || is_comment(c))
			continue;
		if (s != NULL)
			cs = schema_child_xml(s, name_of(c));
		if (cs == NULL && s != NULL && keeps_words(s)) {
			cst = CHECK_ACCEPTED;
		} else if (cs == NULL && s != NULL) {
			cst = CHECK_UNKNOWN;
			cr = "syntax error";
		}
		walk(&below, cs, c, cst, cr, path);
	}
	path->len = before;
	if (path->data != NULL)
		path->data[before] = '\0';
	w->c->failed |= path->failed || why.failed;
	sbuf_done(&why);
}

/* <configuration>, perhaps within an answer. */
static xmlNode *
configuration_of(xmlNode *e, unsigned int depth)
{
	static const char *const names[] = {
		"configuration", "configuration-text", "configuration-set"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name_of(e), names[i]) == 0)
			return e;
	elements_foreach(c, e)
	{
		xmlNode *found =
			depth < 4 ? configuration_of(c, depth + 1) : NULL;

		if (found != NULL)
			return found;
	}
	return NULL;
}

static int
check_root(struct check *c, xmlNode *e, struct sbuf *why)
{
	struct sbuf path = SBUF_INIT, text = SBUF_INIT;
	struct walk w = {.c = c};
	int rc = 0;

	if (strcmp(name_of(e), "configuration") != 0) {
		text_of(e, &text);
		rc = strcmp(name_of(e), "configuration-set") == 0
			     ? check_set(c, sbuf_text(&text), text.len, why)
			     : check_curly(c, sbuf_text(&text), text.len, why);
		sbuf_done(&text);
		return rc;
	}
	elements_foreach(t, e)
	{
		const struct schema_node *s =
			schema_child_xml(schema_root, name_of(t));

		if (!is_comment(t))
			walk(&w, s, t, s ? CHECK_SUPPORTED : CHECK_UNKNOWN,
				s ? NULL : "syntax error", &path);
	}
	sbuf_done(&path);
	return rc;
}

static int
parse_error(xmlParserCtxt *ctx, struct sbuf *why)
{
	const xmlError *e = xmlCtxtGetLastError(ctx);
	size_t n = e != NULL && e->message ? strcspn(e->message, "\n") : 0;

	sbuf_printf(why, "line %d: %.*s", e != NULL ? e->line : 0, (int)n,
		n > 0 ? e->message : "");
	return -EINVAL;
}

int
check_xml(struct check *c, const char *text, size_t len, struct sbuf *why)
{
	xmlParserCtxt *ctx = xmlNewParserCtxt();
	xmlDoc *doc = NULL;
	xmlNode *e;
	int rc = -ENOMEM;

	if (ctx == NULL)
		return rc;
	if (len <= INT_MAX) /* entities stay as they are, nothing is fetched */
		doc = xmlCtxtReadMemory(ctx, text, (int)len, NULL, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR |
				XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
	if (doc == NULL) {
		rc = parse_error(ctx, why);
	} else if (doc->intSubset != NULL) {
		sbuf_puts(why, "a document type is not allowed");
		rc = -EINVAL;
	} else {
		e = configuration_of(xmlDocGetRootElement(doc), 0);
		if (e == NULL)
			sbuf_puts(why, "no element <configuration>");
		rc = e == NULL ? -EINVAL : check_root(c, e, why);
	}
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(ctx);
	return rc;
}
