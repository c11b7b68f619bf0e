/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf/xml_in.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/utf8.h"

#define JUNOS_NS "http://xml.juniper.net/junos/"

struct builder {
	xmlParserCtxtPtr ctxt;
	struct xml_message *m;
	struct tnode *at;
	struct sbuf text[XML_DEPTH_MAX + 1]; /* of the open elements */
	unsigned int depth, elements;
	bool stopped;
};

/* The first reason counts: what libxml2 says after a stop does not. */
static void
stop(struct builder *b, const char *why)
{
	if (!b->stopped)
		snprintf(b->m->error, sizeof(b->m->error), "%s", why);
	b->stopped = true;
	xmlStopParser(b->ctxt);
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
	const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	stop(ctx, "document type declarations are not allowed");
}

static void
put_text(struct sbuf *out, const char *text, const char *end, bool attribute)
{
	while (text < end && *text != '\0') {
		uint32_t c = utf8_next(&text);

		if (c == '&')
			sbuf_puts(out, "&amp;");
		else if (c == '<')
			sbuf_puts(out, "&lt;");
		else if (c == '>')
			sbuf_puts(out, "&gt;");
		else if (c == '"' && attribute)
			sbuf_puts(out, "&quot;");
		else if ((c < 0x20 && c != '\t' && c != '\n') ||
			 c == UTF8_BAD || (c & 0xfffe) == 0xfffe)
			sbuf_putc(out, '?');
		else if (c > 0x7e || (c < 0x20 && attribute))
			sbuf_printf(out, "&#x%X;", c);
		else
			sbuf_putc(out, (char)c);
	}
}

void
xml_put_text(struct sbuf *out, const char *text, size_t len)
{
	put_text(out, text, text + len, false);
}

/* A value as SAX gives it, which leaves an ampersand as "&#38;"; a copy. */
static char *
attribute_value(const xmlChar *at, const xmlChar *end)
{
	char *v = strndup((const char *)at, (size_t)(end - at)), *to = v;

	for (const char *p = v; p != NULL && *p != '\0'; p++) {
		*to++ = *p;
		if (strncmp(p, "&#38;", 5) == 0)
			p += 4;
	}
	if (v != NULL)
		*to = '\0';
	return v;
}

/* An attribute of the root; its prefix must mean something in the reply. */
static void
put_echo(struct sbuf *out, const xmlChar **a, const char *value)
{
	const char *prefix = (const char *)a[1];
	char *uri = a[2] != NULL ? attribute_value(a[2], a[2] + xmlStrlen(a[2]))
				 : NULL;
	struct sbuf decl = SBUF_INIT;

	if (prefix != NULL && uri != NULL) {
		sbuf_printf(&decl, " xmlns:%s=\"", prefix);
		if (strstr(sbuf_text(out), sbuf_text(&decl)) == NULL) {
			sbuf_puts(out, sbuf_text(&decl));
			put_text(out, uri, uri + strlen(uri), true);
			sbuf_putc(out, '"');
		}
		sbuf_done(&decl);
	}
	free(uri);
	sbuf_printf(out, " %s%s%s=\"", prefix ? prefix : "", prefix ? ":" : "",
		(const char *)a[0]);
	put_text(out, value, value + strlen(value), true);
	sbuf_putc(out, '"');
}

static void
put_attribute(struct builder *b, const xmlChar **a)
{
	const char *prefix = (const char *)a[1], *uri = (const char *)a[2];
	char *value = attribute_value(a[3], a[4]);
	bool junos = (prefix != NULL && strcmp(prefix, "junos") == 0) ||
		     (uri != NULL && strncmp(uri, JUNOS_NS,
					     sizeof(JUNOS_NS) - 1) == 0) ||
		     strncmp((const char *)a[0], "junos:", 6) == 0;

	if (value == NULL) {
		b->m->tree->failed = true;
		return;
	}
	if (b->depth == 1 && !junos)
		put_echo(&b->m->echo, a, value);
	if (!junos)
		tree_attr(b->at, (const char *)a[0], "%s", value);
	free(value);
}

/* Only the comments of configurations keep their prefix. */
static const char *
element_name(const xmlChar *local, const xmlChar *prefix)
{
	if (prefix != NULL && strcmp((const char *)prefix, "junos") == 0 &&
		strcmp((const char *)local, "comment") == 0)
		return "junos:comment";
	return (const char *)local;
}

static void
on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *uri, int nns, const xmlChar **ns, int nattrs,
	int ndefault, const xmlChar **attrs)
{
	struct builder *b = ctx;
	const char *name = element_name(local, prefix);

	(void)uri;
	(void)nns;
	(void)ns;
	(void)ndefault;
	if (b->stopped)
		return;
	if (b->depth == XML_DEPTH_MAX)
		stop(b, "elements are nested too deep");
	else if (++b->elements > XML_ELEMENTS_MAX)
		stop(b, "too many elements");
	else if (strlen(name) > XML_NAME_MAX ||
		 (unsigned int)nattrs > XML_ATTRS_MAX)
		stop(b, "a name is too long or an element has too many "
			"attributes");
	if (b->stopped)
		return;
	b->at = b->at == NULL ? tree_root(b->m->tree, name)
			      : tree_open(b->at, name);
	sbuf_reset(&b->text[++b->depth]);
	for (int i = 0; i < nattrs; i++) {
		if (strlen((const char *)attrs[5 * i]) > XML_NAME_MAX) {
			stop(b, "a name is too long");
			return;
		}
		put_attribute(b, attrs + 5 * i);
	}
}

static void
on_text(void *ctx, const xmlChar *text, int len)
{
	struct builder *b = ctx;

	if (!b->stopped && b->depth > 0)
		sbuf_add(&b->text[b->depth], text, (size_t)len);
}

/* Texts of many lines stay as they are; names and numbers lose the blanks
 * around them. */
static bool
is_block(const char *name)
{
	return strncmp(name, "configuration-", 14) == 0;
}

static void
on_end(void *ctx, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *uri)
{
	struct builder *b = ctx;
	struct sbuf *text;
	const char *at;

	(void)local;
	(void)prefix;
	(void)uri;
	if (b->stopped || b->depth == 0)
		return;
	text = &b->text[b->depth--];
	at = sbuf_text(text);
	if (at[strspn(at, " \t\r\n")] != '\0') {
		if (!is_block(b->at->name)) {
			at += strspn(at, " \t\r\n");
			while (strchr(" \t\r\n", text->data[text->len - 1]))
				text->data[--text->len] = '\0';
		}
		tree_set_value(b->at, at);
	}
	b->m->tree->failed |= text->failed;
	if (text->size > (1u << 20))
		sbuf_done(text);
	b->at = b->at->parent;
}

static void
parse(struct builder *b)
{
	const xmlError *e;
	int n;

	*b->ctxt->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text};
	b->ctxt->userData = b;
	xmlCtxtUseOptions(b->ctxt, XML_PARSE_NONET | XML_PARSE_HUGE |
					   XML_PARSE_NOERROR |
					   XML_PARSE_NOWARNING);
	xmlParseDocument(b->ctxt);
	if (b->stopped || (b->ctxt->wellFormed && b->m->tree->root != NULL))
		return;
	e = xmlCtxtGetLastError(b->ctxt);
	snprintf(b->m->error, sizeof(b->m->error), "%s (line %d)",
		e != NULL && e->message != NULL ? e->message
						: "not well-formed",
		e != NULL ? e->line : 0);
	/* libxml2 ends its messages with a newline. */
	n = (int)strcspn(b->m->error, "\n");
	if (b->m->error[n] == '\n')
		memmove(b->m->error + n, b->m->error + n + 1,
			strlen(b->m->error + n));
	b->stopped = true;
}

int
xml_read(const char *text, size_t len, struct xml_message *ret)
{
	struct builder *b = calloc(1, sizeof(*b));
	int rc = 0;

	*ret = (struct xml_message){0};
	if (b == NULL)
		return -ENOMEM;
	b->m = ret;
	ret->tree = tree_create();
	b->ctxt = len > 0 && len < INT32_MAX
			  ? xmlCreateMemoryParserCtxt(text, (int)len)
			  : NULL;
	if (ret->tree == NULL) {
		rc = -ENOMEM;
	} else if (b->ctxt == NULL) {
		snprintf(ret->error, sizeof(ret->error), "empty message");
		rc = -EBADMSG;
	} else {
		parse(b);
		if (b->stopped)
			rc = -EBADMSG;
		if (ret->tree->failed || ret->echo.failed)
			rc = -ENOMEM;
	}
	for (unsigned int i = 0; i <= XML_DEPTH_MAX; i++)
		sbuf_done(&b->text[i]);
	if (b->ctxt != NULL) {
		if (b->ctxt->myDoc != NULL)
			xmlFreeDoc(b->ctxt->myDoc);
		xmlFreeParserCtxt(b->ctxt);
	}
	free(b);
	if (rc < 0) {
		tree_free(ret->tree);
		ret->tree = NULL;
	}
	return rc;
}

void
xml_message_done(struct xml_message *m)
{
	tree_free(m->tree);
	m->tree = NULL;
	sbuf_done(&m->echo);
}
