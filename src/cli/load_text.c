/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/load_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "netconf/json_in.h"
#include "netconf/xml_in.h"

/* The children of a tree of its own, copied. */
static void
copy_children(struct tnode *to, const struct tnode *from)
{
	tnode_foreach (c, from) {
		struct tnode *n = tree_open(to, c->name);

		if (c->value != NULL)
			tree_set_value(n, c->value);
		for (const struct tattr *a = c->attrs; a; a = a->next)
			tree_attr(n, a->name, "%s", a->value);
		copy_children(n, c);
	}
}

/* The configuration of what `| display xml` prints, or itself. */
static const struct tnode *
configuration_in(const struct tnode *n)
{
	if (strcmp(n->name, "configuration") == 0)
		return n;
	n = strcmp(n->name, "rpc-reply") == 0 || strcmp(n->name, "rpc") == 0
		    ? n
		    : NULL;
	return n != NULL ? tnode_child(n, "configuration") : NULL;
}

static int
read_xml(struct tnode *to, const char *text, char *why, size_t why_size)
{
	const struct tnode *from;
	struct xml_message m;
	int rc = xml_read(text, strlen(text), &m);

	if (rc == -EBADMSG) {
		snprintf(why, why_size, "%.200s", m.error);
	} else if (rc == 0) {
		from = configuration_in(m.tree->root);
		if (from != NULL) {
			copy_children(to, from);
		} else {
			snprintf(why, why_size,
				"there is no element <configuration>");
			rc = -EINVAL;
		}
	}
	xml_message_done(&m);
	return rc;
}

struct tree *
load_text(const char *text, char *why, size_t why_size)
{
	struct tree *t = tree_create();
	struct tnode *root;
	const char *at;
	int rc = 0;

	if (t == NULL)
		return NULL;
	snprintf(why, why_size, "out of memory");
	root = tree_root(t, "load-data");
	if (text == NULL)
		return t;
	at = text + strspn(text, " \t\r\n");
	if (*at == '<')
		rc = read_xml(
			tree_open(root, "configuration"), at, why, why_size);
	else if (*at == '{')
		rc = json_read(at, strlen(at), tree_open(root, "configuration"),
			why, why_size);
	else
		tree_leaf(root, "text", "%s", text);
	if (rc < 0) {
		tree_free(t);
		return NULL;
	}
	return t;
}
