/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctree - a configuration tree that can be changed: the body of the cnodes
 * that cnode.h lets others read.
 *
 * The children of a node stand in runs, one per schema node, in the order of
 * the schema; the entries of a run stand in the user's order. A run with many
 * entries has a hash index, so that 20,000 policies load in linear time.
 *
 * A tree owns its memory as one arena: removed nodes are only unlinked, their
 * memory returns with the tree. A commit copies the candidate and so compacts
 * it. Running out of memory makes the call return NULL or -ENOMEM and leaves a
 * tree that can still be read and freed.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_CTREE_H
#define CONFIG_CTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/cnode.h"
#include "config/schema.h"

struct crun {
	const struct schema_node *schema;
	struct cnode *parent;
	struct cnode *first, *last;
	struct crun *next;
	struct cnode **buckets; /* NULL while the run is short */
	uint32_t n_buckets;
	uint32_t n;
};

enum cnode_flags {
	CNODE_INACTIVE = 1 << 0,
	CNODE_PROTECTED = 1 << 1,
	CNODE_BRACED = 1 << 2,    /* a word that was followed by { */
	CNODE_BRACKETED = 1 << 3, /* a word that was followed by [ */
	CNODE_INHERITED = 1 << 4, /* the comment is the name of its group */
	CNODE_BRIEF = 1 << 5,     /* which prints on one line, */
	CNODE_TERSE = 1 << 6,     /* or behind the statement */
	CNODE_RANGE = 1 << 7,     /* inherited from that interface-range */
};

struct cnode {
	struct crun *run; /* NULL: the root */
	struct cnode *prev, *next, *hash_next;
	struct crun *runs;
	const char *val[2]; /* keys of a list; value of a leaf or word in [0] */
	const char *comment; /* without the marks; NULL for none */
	uint64_t digest;     /* see ctree_digest() */
	uint32_t hash;
	uint32_t line;
	uint8_t flags;
};

struct config_tree {
	struct cnode root;
	struct arena_block *blocks;
	size_t nodes; /* made so far, for the count limit */
};

#define CTREE_NODES_MAX 20000000u

struct config_tree *ctree_create(void);
void ctree_free(struct config_tree *t); /* NULL is fine */
struct config_tree *ctree_clone(const struct config_tree *t);

/* The node below parent with these values (NULL where there are none). */
struct cnode *ctree_find(const struct cnode *parent,
	const struct schema_node *schema, const char *v0, const char *v1);

struct crun *ctree_run(
	const struct cnode *parent, const struct schema_node *schema);

/* Find it or append it. Values are copied. NULL on no memory. */
struct cnode *ctree_add(struct config_tree *t, struct cnode *parent,
	const struct schema_node *schema, const char *v0, const char *v1);

/* Unlink n and all below it. */
void ctree_remove(struct cnode *n);

/* Unlink n, then every ancestor that must not be empty and now is. */
void ctree_prune(struct cnode *n);

/* Put n right before (or after) ref, an entry of the same run. */
void ctree_move(struct cnode *n, struct cnode *ref, bool before);

/* Give n other keys or another value; -EEXIST if a sibling has them. */
int ctree_rename(
	struct config_tree *t, struct cnode *n, const char *v0, const char *v1);

/* A copy of n and all below it, as another entry; NULL on no memory. */
struct cnode *ctree_copy(struct config_tree *t, struct cnode *parent,
	const struct cnode *n, const char *v0, const char *v1);

/* NULL takes the comment away. */
int ctree_set_comment(
	struct config_tree *t, struct cnode *n, const char *comment);

/* Copy a text into the tree's memory; NULL on no memory. */
const char *ctree_strdup(struct config_tree *t, const char *text);

/*
 * Content of n and all below it (schema, values, inactive, comments, order) as
 * a number, stored in every node's digest; brackets and braces do not count.
 */
uint64_t ctree_digest(struct cnode *n);

/* The first and next node of any run, inactive ones included. */
struct cnode *ctree_first(const struct cnode *n);
struct cnode *ctree_next(const struct cnode *n);

/* Does n stand below a group? Then its keys may be patterns: <ge-*>. */
bool ctree_in_group(const struct cnode *n);

/* Is text a pattern of names, as groups have them? */
bool ctree_is_pattern(const char *text);

/* Does name match the pattern? */
bool ctree_pattern_match(const char *pattern, const char *name);

static inline const struct schema_node *
ctree_schema(const struct cnode *n)
{
	return n->run != NULL ? n->run->schema : schema_root;
}

static inline struct cnode *
ctree_parent(const struct cnode *n)
{
	return n->run != NULL ? n->run->parent : NULL;
}

#endif /* CONFIG_CTREE_H */
