/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements of hierarchies without schema: each becomes the words that the curly
 * form would have. <a><name>x</name><b>y</b></a> is "a x { b y; }", and what
 * print_xml.c writes reads back as it was.
 */
#include "config/read_tree_impl.h"

#include <string.h>

#include "config/cedit.h"

bool
tree_keeps_words(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	return s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD ||
	       (s->flags & SCHEMA_OPEN);
}

static struct cnode *
add_word(struct tree_reader *r, struct cnode *parent, const char *word)
{
	struct cnode *n =
		ctree_add(r->tree, parent, &schema_any_word, word, NULL);

	if (n == NULL)
		r->nomem = true;
	return n;
}

/* The words of the element itself: one, or its name and its <name>. */
static unsigned int
own_words(const struct tnode *e, const char *words[2])
{
	const char *name = tnode_text(e, "name");

	if (name == NULL || name[0] == '\0') {
		words[0] = e->name;
		return 1;
	}
	if (strcmp(e->name, "statement") == 0) {
		words[0] = name;
		return 1;
	}
	words[0] = e->name;
	words[1] = name;
	return 2;
}

static void
delete_word(struct tree_reader *r, struct cnode *parent, const struct tnode *e,
	enum tree_op op)
{
	const char *words[2];
	unsigned int n = own_words(e, words);
	struct cnode *c = parent;

	for (unsigned int i = 0; i < n && c != NULL; i++)
		c = ctree_find(c, &schema_any_word, words[i], NULL);
	if (c != NULL)
		ctree_remove(c);
	else
		tree_missing(r, parent, e->name, op);
}

void
tree_read_word(struct tree_reader *r, struct cnode *parent,
	const struct tnode *e, enum tree_op op)
{
	const char *words[2];
	unsigned int n;
	struct cnode *at = parent, *first = NULL;
	bool name_used;

	op = tree_op_of(r, parent, e, op);
	if (op == OP_DELETE || op == OP_REMOVE) {
		delete_word(r, parent, e, op);
		return;
	}
	n = own_words(e, words);
	name_used = n == 2 || words[0] != e->name;
	for (unsigned int i = 0; i < n && at != NULL; i++) {
		at = add_word(r, at, words[i]);
		if (i == 0)
			first = at;
	}
	if (at == NULL)
		return;
	tree_marks(r, first, e);
	if (tree_has_text(e))
		add_word(r, at, e->value);
	tnode_foreach (c, e) {
		if (name_used && strcmp(c->name, "name") == 0)
			continue;
		at->flags |= CNODE_BRACED;
		tree_read_word(r, at, c, op);
	}
}
