/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cnode - the configuration tree, as compile/ and ops/ read it.
 *
 * A tree mirrors the XML form of a Junos configuration: containers, list
 * entries with their key leafs, leafs, leaf-lists (one node per value) and
 * flags (leafs without value). Names are the schema's XML names: the CLI's
 * "from-zone A to-zone B" is the list "policy" with the keys from-zone-name
 * and to-zone-name.
 *
 * The readers below see the *effective* configuration: a node that is marked
 * inactive, and all below it, does not exist for them. Values were checked
 * against the schema's types; references were checked at commit.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_CNODE_H
#define CONFIG_CNODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cnode;
struct schema_node;

/* First active child with this XML name, or NULL. n may be NULL. */
const struct cnode *cnode_child(const struct cnode *n, const char *name);

/* Walk down: cnode_find(root, "security", "zones", NULL). NULL if absent. */
const struct cnode *cnode_find(const struct cnode *n, ...)
	__attribute__((sentinel));

/* The next active sibling with the same XML name: lists and leaf-lists. */
const struct cnode *cnode_next(const struct cnode *n);

/* All active entries of a list or leaf-list, in the user's order. */
#define cnode_foreach(e, parent, name)                                         \
	for (const struct cnode *e = cnode_child(parent, name); e != NULL;     \
		e = cnode_next(e))

/* First active child of any name, and the next; for subtree walks. */
const struct cnode *cnode_first_any(const struct cnode *n);
const struct cnode *cnode_next_any(const struct cnode *n);

/* XML name of the node. */
const char *cnode_name(const struct cnode *n);

/* Value of a leaf or leaf-list node; "" for a flag; NULL for containers. */
const char *cnode_value(const struct cnode *n);

/* Key i (0 or 1) of a list entry. */
const char *cnode_key(const struct cnode *n, unsigned int i);

/* Value of the child leaf, or NULL when absent. */
const char *cnode_leaf(const struct cnode *n, const char *name);

/*
 * Value of the leaf that is typed right behind n's keyword, "r" of
 * "routing-instance r" where XML has two elements; or NULL.
 */
const char *cnode_bare(const struct cnode *n);

/* Is the child there (flag, presence container, leaf)? */
bool cnode_has(const struct cnode *n, const char *name);

/* Value of the child leaf as a number, or dflt. */
uint64_t cnode_u64(const struct cnode *n, const char *name, uint64_t dflt);

/* The list entry whose first key is key. */
const struct cnode *cnode_entry(
	const struct cnode *parent, const char *name, const char *key);

const struct cnode *cnode_parent(const struct cnode *n);
const struct schema_node *cnode_schema(const struct cnode *n);

/* Line of the text it was read from; 0 if not from a text. */
unsigned int cnode_line(const struct cnode *n);

/*
 * The CLI words of the node's path, as in `[edit ...]`:
 * "security policies from-zone A to-zone B". Caller frees; NULL on no memory.
 */
char *cnode_path(const struct cnode *n);

#endif /* CONFIG_CNODE_H */
