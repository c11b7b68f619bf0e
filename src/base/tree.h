/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - operational data: what a command answers, before it is text, XML or
 * JSON. Elements with names, text values, attributes and children in order,
 * as the XML of the matching Junos RPC has them.
 *
 * One tree owns all its nodes (an arena): nodes are never freed one by one.
 * Running out of memory sets tree->failed; building goes on harmlessly on a
 * shared waste node, and the sender reports the failure once.
 *
 * Threads: one at a time.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sbuf;

struct tattr {
	const char *name, *value;
	struct tattr *next;
};

struct tnode {
	const char *name;
	const char *value; /* text content; NULL for none */
	struct tattr *attrs;
	struct tnode *parent, *first, *last, *next;
	struct tree *tree;
};

struct tree {
	struct tnode *root; /* NULL until tree_root() */
	struct tree_block *blocks;
	bool failed;
};

struct tree *tree_create(void);
void tree_free(struct tree *t); /* NULL is fine */

/* Make the root element. Names are copied unless they are string literals
 * kept by the caller for the tree's life; the tree always copies. */
struct tnode *tree_root(struct tree *t, const char *name);

/* Append an element without text. */
struct tnode *tree_open(struct tnode *parent, const char *name);

/* Append an element with text; fmt as printf. Returns the new element. */
struct tnode *tree_leaf(struct tnode *parent, const char *name, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

/* Append an empty element, as Junos' flags: <up/>. */
struct tnode *tree_flag(struct tnode *parent, const char *name);

/* Give an element its text, which is copied. */
void tree_set_value(struct tnode *n, const char *text);

/* Set an attribute ("junos:style", "junos:seconds"). */
void tree_attr(struct tnode *n, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Reading. NULL when there is none. */
struct tnode *tnode_child(const struct tnode *n, const char *name);
const char *tnode_text(const struct tnode *n, const char *child_name);
const char *tnode_attr(const struct tnode *n, const char *name);
uint64_t tnode_u64(const struct tnode *n, const char *child_name); /* or 0 */
struct tnode *tnode_next_same(const struct tnode *n); /* next of same name */

#define tnode_foreach(c, n)                                                    \
	for (struct tnode *c = (n)->first; c != NULL; c = c->next)

/*
 * The form in which a tree crosses the socket. tree_decode checks everything:
 * NULL on malformed or truncated data, nesting over 64 or over-long names.
 */
void tree_encode(const struct tree *t, struct sbuf *out);
struct tree *tree_decode(const void *data, size_t len);

#endif /* BASE_TREE_H */
