/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of answers to NETCONF clients. */
#include "mgmt/rpc_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tree *
rpc_tree(struct session *s, const char *root)
{
	struct tree *t = tree_create();

	if (t == NULL)
		s->broken = true;
	else
		tree_root(t, root);
	return t;
}

/* The elements in the order that Junos has them. */
static void
fill_error(struct tnode *n, const struct rpc_error *e)
{
	struct tnode *info;

	tree_leaf(n, "error-type", "%s", e->type ? e->type : "protocol");
	tree_leaf(n, "error-tag", "%s", e->tag ? e->tag : "operation-failed");
	tree_leaf(n, "error-severity", "%s", e->warning ? "warning" : "error");
	if (e->path != NULL)
		tree_leaf(n, "error-path", "[edit%s%s]",
			e->path[0] != '\0' ? " " : "", e->path);
	tree_leaf(n, "error-message", "%s", e->message);
	if (e->bad_element == NULL && e->line == 0 && e->session == 0)
		return;
	info = tree_open(n, "error-info");
	if (e->bad_element != NULL)
		tree_leaf(info, "bad-element", "%s", e->bad_element);
	if (e->line > 0)
		tree_leaf(info, "line-number", "%u", e->line);
	if (e->session > 0)
		tree_leaf(info, "session-id", "%u", e->session);
}

void
rpc_error(struct session *s, struct tnode *parent, const struct rpc_error *e)
{
	struct tree *t;

	s->failed = s->failed || !e->warning;
	if (parent != NULL) {
		fill_error(tree_open(parent, "rpc-error"), e);
		return;
	}
	t = rpc_tree(s, "rpc-error");
	if (t == NULL)
		return;
	fill_error(t->root, e);
	session_send(s, t);
}

void
rpc_report(struct session *s, struct tnode *parent, const struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct report_entry *e = &r->entries[i];

		rpc_error(s, parent,
			&(struct rpc_error){
				.warning = e->severity == REPORT_WARNING,
				.path = e->path,
				.message = e->message,
				.bad_element = e->statement,
				.line = e->line});
	}
	if (r->failed)
		rpc_error(s, parent,
			&(struct rpc_error){.message = "out of memory"});
}

void
rpc_ok(struct session *s)
{
	struct tree *t = rpc_tree(s, "ok");

	if (t != NULL)
		session_send(s, t);
}

void
rpc_text_begin(struct session *s, const struct rpc_text *text)
{
	struct tree *t = rpc_tree(s, "begin");

	if (t == NULL)
		return;
	tree_leaf(t->root, "form", "%s", text->form ? text->form : "text");
	if (text->element != NULL)
		tree_leaf(t->root, "element", "%s", text->element);
	if (text->inside != NULL)
		tree_leaf(t->root, "inside", "%s", text->inside);
	if (text->raw)
		tree_flag(t->root, "raw");
	if (text->always)
		tree_flag(t->root, "always");
	session_send(s, t);
}

bool
rpc_number(struct session *s, const struct tnode *rpc, const char *attr,
	unsigned int max, unsigned int *ret)
{
	const char *text = tnode_attr(rpc, attr);
	char message[80];
	unsigned long v;
	char *end;

	if (text == NULL)
		return true;
	v = strtoul(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && v <= max) {
		*ret = (unsigned int)v;
		return true;
	}
	snprintf(message, sizeof(message), "Value is not within range (0..%u)",
		max);
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "invalid-value",
			.message = message,
			.bad_element = text});
	return false;
}

bool
rpc_is_standard(const struct session *s)
{
	return tnode_attr(s->request->root, "standard") != NULL;
}
