/* SPDX-License-Identifier: Apache-2.0 */
/* read_tree_impl - what the files of read_tree.h share. */
#ifndef CONFIG_READ_TREE_IMPL_H
#define CONFIG_READ_TREE_IMPL_H

#include <stdbool.h>

#include "base/report.h"
#include "base/tree.h"
#include "config/ctree.h"

enum tree_op { OP_MERGE, OP_CREATE, OP_REPLACE, OP_DELETE, OP_REMOVE, OP_NONE };

struct tree_reader {
	struct config_tree *tree;
	struct report *report;
	bool replace; /* heed replace="replace" */
	bool nomem;
	unsigned int depth;
	const char *comment; /* of the element that comes next, or NULL */
};

/* Say something about the element e below parent. */
void tree_error(struct tree_reader *r, const struct cnode *parent,
	const char *element, const char *message);
void tree_missing(struct tree_reader *r, const struct cnode *parent,
	const char *element, enum tree_op op);

/* Does the element have text other than blanks? */
bool tree_has_text(const struct tnode *e);

/* What the element's attributes ask for; dflt when they do not. */
enum tree_op tree_op_of(struct tree_reader *r, const struct cnode *parent,
	const struct tnode *e, enum tree_op dflt);

/* inactive, protect and a comment for n. */
void tree_marks(struct tree_reader *r, struct cnode *n, const struct tnode *e);

/* May words without schema stand below n? */
bool tree_keeps_words(const struct cnode *n);

/* An element below a node that keeps any words (read_word.c). */
void tree_read_word(struct tree_reader *r, struct cnode *parent,
	const struct tnode *e, enum tree_op op);

#endif /* CONFIG_READ_TREE_IMPL_H */
