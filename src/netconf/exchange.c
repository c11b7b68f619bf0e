/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees are rendered as they come; the text of "output" frames is gathered,
 * since its element closes at the end, and is left out when empty: clients
 * take an empty element for "it exists" [OP-131].
 */
#include "netconf/exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter.h"
#include "mgmt/client.h"
#include "netconf/xml_in.h"
#include "render/render.h"

#define LAST_LINES 24 /* what `| last` shows where there is no screen */

struct answer {
	struct exchange *x;
	struct sbuf text, element, inside;
	struct filter_chain *filter;
	bool raw, always, json, filtered, printed;
	struct tree **parts;
	size_t n_parts;
	enum exchange_form form;
};

bool
exchange_form(const char *name, enum exchange_form *ret)
{
	static const struct {
		const char *name;
		enum exchange_form form;
	} forms[] = {{"xml", EXCHANGE_XML}, {"text", EXCHANGE_TEXT},
		{"ascii", EXCHANGE_TEXT}, {"json", EXCHANGE_JSON},
		{"set", EXCHANGE_TEXT}, {"xml-rpc", EXCHANGE_XML}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, name) == 0) {
			*ret = forms[i].form;
			return true;
		}
	return false;
}

void
exchange_error(struct exchange *x, const char *tag, const char *message,
	const char *bad_element)
{
	struct tree *t = tree_create();
	struct tnode *e;

	x->error = true;
	if (t == NULL) {
		x->body.failed = true;
		return;
	}
	e = tree_root(t, "rpc-error");
	tree_leaf(e, "error-type", "protocol");
	tree_leaf(e, "error-tag", "%s", tag);
	tree_leaf(e, "error-severity", "error");
	tree_leaf(e, "error-message", "%s", message);
	if (bad_element != NULL)
		tree_leaf(tree_open(e, "error-info"), "bad-element", "%s",
			bad_element);
	render_xml(t, &x->body);
	tree_free(t);
}

static void
to_text(void *ctx, const char *text, size_t len)
{
	struct answer *a = ctx;

	sbuf_add(&a->text, text, len);
}

static void
feed(struct answer *a, const char *text)
{
	a->printed = true;
	filter_feed(a->filter, text, strlen(text));
}

static void
set(struct sbuf *b, const char *text)
{
	sbuf_reset(b);
	sbuf_puts(b, text != NULL ? text : "");
}

static void
on_begin(struct answer *a, const struct tnode *n)
{
	const char *form = tnode_text(n, "form"), *name;
	char why[256];

	set(&a->element, tnode_text(n, "element"));
	set(&a->inside, tnode_text(n, "inside"));
	a->raw = tnode_child(n, "raw") != NULL;
	a->always = tnode_child(n, "always") != NULL;
	a->json = form != NULL && strcmp(form, "json") == 0;
	if (form != NULL)
		exchange_form(form, &a->form);
	tnode_foreach (p, n) {
		name = tnode_text(p, "name");
		if (strcmp(p->name, "pipe") != 0 || name == NULL)
			continue;
		a->filtered |= strcmp(name, "no-more") != 0;
		if (filter_add(a->filter, name, tnode_text(p, "argument"),
			    LAST_LINES, why, sizeof(why)) < 0)
			exchange_error(a->x, "invalid-value", why, NULL);
	}
}

/* What was gathered of one answer; takes the trees. */
static void
put_parts(struct answer *a)
{
	struct sbuf text = SBUF_INIT;

	if (a->n_parts == 0)
		return;
	render_join(a->parts, a->n_parts);
	if (a->form == EXCHANGE_JSON)
		render_json(a->parts[0], &text);
	else
		render_xml(a->parts[0], &text);
	if (a->filtered)
		feed(a, sbuf_text(&text));
	else if (a->form == EXCHANGE_JSON)
		xml_put_text(&a->x->body, sbuf_text(&text), text.len);
	else
		sbuf_add(&a->x->body, sbuf_text(&text), text.len);
	a->x->body.failed |= text.failed;
	sbuf_done(&text);
	for (size_t i = 0; i < a->n_parts; i++)
		tree_free(a->parts[i]);
	a->n_parts = 0;
}

/* Trees that belong to the protocol are XML in every format. */
static bool
is_protocol(const char *name)
{
	static const char *const names[] = {"ok", "rpc-error",
		"load-configuration-results", "commit-results", "rpc"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void
on_tree(struct answer *a, struct tree *t)
{
	struct sbuf text = SBUF_INIT;
	struct tree **parts;
	bool first, last;

	mgmt_client_part(t, &first, &last);
	if (is_protocol(t->root->name)) {
		const char *s = tnode_text(t->root, "error-severity");

		a->x->error |= s != NULL && strcmp(s, "error") == 0;
		render_xml(t, &a->x->body);
		tree_free(t);
		return;
	}
	if (a->form == EXCHANGE_TEXT) {
		render_text_part(t, first, last, &text);
		feed(a, sbuf_text(&text));
		sbuf_done(&text);
		tree_free(t);
		return;
	}
	parts = realloc(a->parts, (a->n_parts + 1) * sizeof(*parts));
	if (parts == NULL) {
		a->x->body.failed = true;
		tree_free(t);
		return;
	}
	a->parts = parts;
	parts[a->n_parts++] = t;
	if (last)
		put_parts(a);
}

static void
on_output(struct answer *a, const char *text)
{
	if (a->raw && !a->filtered)
		sbuf_puts(&a->text, text);
	else
		feed(a, text);
}

/* One frame; true: it was the last. */
static bool
on_frame(struct answer *a, struct tree *t)
{
	const char *name = t->root->name;
	const char *text = tnode_text(t->root, "text");

	if (strcmp(name, "end") == 0) {
		tree_free(t);
		return true;
	}
	if (strcmp(name, "begin") == 0)
		on_begin(a, t->root);
	else if (strcmp(name, "output") == 0 && text != NULL)
		on_output(a, text);
	else if (strcmp(name, "message") == 0)
		exchange_error(
			a->x, "operation-failed", text ? text : "error", NULL);
	else if (strcmp(name, "notice") != 0 && strcmp(name, "setting") != 0 &&
		 strcmp(name, "file") != 0) {
		on_tree(a, t);
		return false;
	}
	tree_free(t);
	return false;
}

static void
put_block(struct answer *a)
{
	const char *element =
		a->element.len > 0 ? sbuf_text(&a->element) : "output";
	const char *inside = a->inside.len > 0 ? sbuf_text(&a->inside) : NULL;
	bool output = strcmp(element, "configuration-output") == 0;
	struct sbuf *body = &a->x->body;

	/* One line up to the text: some clients read line by line. */
	if (inside != NULL)
		sbuf_printf(body, "<%s>", inside);
	if (output)
		sbuf_puts(body, "<configuration-information>");
	sbuf_printf(body, "<%s>\n", element);
	xml_put_text(body, sbuf_text(&a->text), a->text.len);
	if (a->text.len > 0 && a->text.data[a->text.len - 1] != '\n')
		sbuf_putc(body, '\n');
	sbuf_printf(body, "</%s>", element);
	if (output)
		sbuf_puts(body, "</configuration-information>");
	if (inside != NULL)
		sbuf_printf(body, "</%s>", inside);
	sbuf_putc(body, '\n');
}

/* The text, once it is whole. */
static void
put_text(struct answer *a)
{
	bool configuration = a->element.len > 0 || a->raw;
	struct sbuf *body = &a->x->body;

	if (a->raw && !a->filtered) {
		if (a->json)
			xml_put_text(body, sbuf_text(&a->text), a->text.len);
		else if (a->inside.len > 0)
			sbuf_printf(body, "<%s>\n%s</%s>\n",
				sbuf_text(&a->inside), sbuf_text(&a->text),
				sbuf_text(&a->inside));
		else
			sbuf_add(body, sbuf_text(&a->text), a->text.len);
		return;
	}
	if (a->text.len == 0) {
		/* Nothing was printed: an empty reply, unless asked for. */
		if (configuration ? !a->always
				  : a->form != EXCHANGE_TEXT && !a->filtered)
			return;
		if (a->x->error)
			return;
	}
	put_block(a);
}

static int
receive(struct answer *a)
{
	struct tree *t;
	int rc;

	for (;;) {
		if (a->x->wait != NULL && !mgmt_client_pending(a->x->client) &&
			!a->x->wait(a->x->ctx))
			return -ECANCELED;
		rc = mgmt_client_recv(a->x->client, &t);
		if (rc == -EINTR)
			continue;
		if (rc < 0)
			return rc;
		if (on_frame(a, t))
			return 0;
	}
}

int
exchange_run(struct exchange *x, const struct tree *request)
{
	struct answer a = {.x = x, .form = x->form};
	char why[256] = "";
	int rc = -ENOMEM;

	a.filter = filter_create(to_text, &a);
	if (a.filter != NULL)
		rc = mgmt_client_send(x->client, request);
	if (rc == 0)
		rc = receive(&a);
	if (rc == 0) {
		put_parts(&a);
		if (!filter_end(a.filter, why, sizeof(why)))
			exchange_error(x, "operation-failed", why, NULL);
		put_text(&a);
	}
	for (size_t i = 0; i < a.n_parts; i++)
		tree_free(a.parts[i]);
	free(a.parts);
	filter_free(a.filter);
	x->body.failed |= a.text.failed;
	sbuf_done(&a.text);
	sbuf_done(&a.element);
	sbuf_done(&a.inside);
	return rc;
}
