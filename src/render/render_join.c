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

void
render_join(struct tree *const *parts, size_t n)
{
	struct tnode *root;

	if (n == 0 || parts[0]->root == NULL)
		return;
	root = parts[0]->root;
	for (size_t i = 1; i < n; i++) {
		struct tnode *more = parts[i]->root, *first;

		if (more == NULL)
			continue;
		first = more->first;
		if (continues(root->last, first)) {
			adopt(root->last, first->first, first->last);
			first = first->next;
		}
		adopt(root, first, more->last);
		more->first = more->last = NULL;
	}
}
