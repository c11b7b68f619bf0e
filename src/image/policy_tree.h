/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_tree - which few policies of a list can match this packet?
 *
 * A list of policies is cut, again and again, at one value of one dimension
 * (source, destination, application) until few are left in each part. The
 * answer is always a superset, in the list's order, of what matches; the caller
 * tries them one after the other. So nothing here decides, and what the
 * dimensions cannot say (exclusions, source ports, zones) costs only time.
 *
 * Memory: at most some ten entries per policy; a list that cannot be cut within
 * that stays longer.
 */
#ifndef IMAGE_POLICY_TREE_H
#define IMAGE_POLICY_TREE_H

#include <stdint.h>

#include "base/ip.h"

struct policy;
struct policy_query;

enum {
	TREE_SRC, /* IPv4: address; IPv6: its upper half */
	TREE_DST,
	TREE_APP,    /* protocol << 16 | destination port */
	TREE_SRC_LO, /* IPv6: the lower half */
	TREE_DST_LO,
	TREE_DIMS,
	TREE_LEAF = TREE_DIMS
};

/* Four in a line. */
struct tree_node {
	uint64_t split; /* right when the value is not below; leaf: length */
	uint32_t child; /* left one, the right one follows; leaf: in lists */
	uint32_t dim;
};

struct policy_tree {
	struct tree_node *nodes;
	uint32_t *lists; /* places in image.policies */
	uint32_t nnodes, nlists;
};

/*
 * A tree for one family over order[0..n), which are places in policies[].
 * 0 or -ENOMEM.
 */
int policy_tree_build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n);
void policy_tree_done(struct policy_tree *t);

struct tree_key {
	uint64_t v[TREE_DIMS];
};

struct tree_key policy_tree_key(const struct policy_query *q);

/* The candidates; *n says how many. Only for a tree that was built. */
static inline const uint32_t *
policy_tree_find(
	const struct policy_tree *t, const struct tree_key *key, uint32_t *n)
{
	const struct tree_node *node = t->nodes;

	while (node->dim != TREE_LEAF)
		node = &t->nodes[node->child +
				 (key->v[node->dim] >= node->split)];
	*n = (uint32_t)node->split;
	return &t->lists[node->child];
}

#endif /* IMAGE_POLICY_TREE_H */
