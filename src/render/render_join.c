/* SPDX-License-Identifier: Apache-2.0 */
#include "render/render.h"

#include <string.h>

/* Append the list of children first..last to parent. */
static void
adopt(struct tnode *parent, struct tnode *first, struct tnode *last)
{
	if (first == NULL)
		return;
	for (struct tnode *c = first; c != NULL; c = c->next)
		c->parent = parent;
	if (parent->last == NULL)
		parent->first = first;
	else
		parent->last->next = first;
	parent->last = last;
}

static bool
continues(const struct tnode *prev, const struct tnode *next)
{
	return prev != NULL && next != NULL &&
	       tnode_attr(next, RENDER_CONTINUED) != NULL &&
	       strcmp(prev->name, next->name) == 0;
}

/* Move the children of src behind those of dst. */
static void
splice(struct tnode *dst, struct tnode *src)
{
	struct tnode *first = src->first;

	if (continues(dst->last, first)) {
		splice(dst->last, first);
		first = first->next;
	}
	adopt(dst, first, src->last);
	src->first = src->last = NULL;
}

/* Answers that are text alone (a file, support information): one text. */
static void
join_values(struct tree *const *parts, size_t n)
{
	struct sbuf text = SBUF_INIT;
	bool more = false;

	for (size_t i = 0; i < n; i++) {
		const char *value =
			parts[i]->root != NULL ? parts[i]->root->value : NULL;

		more |= i > 0 && value != NULL;
		if (value != NULL)
			sbuf_puts(&text, value);
	}
	if (more && text.failed)
		parts[0]->failed = true;
	else if (more)
		tree_set_value(parts[0]->root, sbuf_text(&text));
	sbuf_done(&text);
}

void
render_join(struct tree *const *parts, size_t n)
{
	if (n == 0 || parts[0]->root == NULL)
		return;
	join_values(parts, n);
	for (size_t i = 1; i < n; i++)
		if (parts[i]->root != NULL)
			splice(parts[0]->root, parts[i]->root);
}
