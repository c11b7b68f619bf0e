/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_tree - which few policies of a list can match this packet?
 *
 * A list of policies is cut, again and again, at up to 15 values of one
 * dimension until few are left in each part. Addresses are cut 32 bits at a
 * time. The answer is always a superset, in the list's order, of what matches;
 * the caller tries them one after the other. An entry says what it can of the
 * three IPv4 dimensions itself, so that the policy is seldom looked at.
 *
 * Policies that are not in force are not in the tree.
 *
 * Memory: at most some ten entries per policy; a list that cannot be cut within
 * that stays longer.
 */
#ifndef IMAGE_POLICY_TREE_H
#define IMAGE_POLICY_TREE_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ip.h"

struct policy;
struct policy_query;

enum {
	TREE_APP, /* protocol << 16 | destination port */
	TREE_SRC, /* IPv4: address; IPv6: its first of four parts */
	TREE_DST = TREE_SRC + 4,
	TREE_DIMS = TREE_DST + 4,
	TREE_LEAF = 15
};

#define TREE_SPLITS 15u

enum {
	ENTRY_SURE = 1,  /* matches all packets that come here */
	ENTRY_EXACT = 2, /* matches those in its ranges, as they stand */
};

/* One policy in one part of the space. */
struct tree_entry {
	uint32_t src_lo, src_hi, dst_lo, dst_hi; /* IPv4; of IPv6: all */
	uint32_t app_lo, app_hi;
	uint32_t place; /* in image.policies */
	uint16_t term;  /* which of its applications, unless it must be found */
	uint8_t flags;  /* ENTRY_* */
	uint8_t pad;
};

_Static_assert(sizeof(struct tree_entry) == 32, "two in a line");

/* A line. Leaf: n entries, the first of them here, the rest from `first` on. */
struct tree_node {
	union {
		uint32_t split[TREE_SPLITS]; /* last values of the parts */
		struct {
			uint32_t n, first;
			struct tree_entry entry;
		} leaf;
	};
	uint32_t next; /* dimension << 28 | child of the lowest part */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct tree_node) == 64, "one cache line");

struct policy_tree {
	struct tree_node *nodes;
	struct tree_entry *entries;
	uint32_t nnodes, nentries;
};

/*
 * A tree for one family over order[0..n), which are places in policies[].
 * 0 or -ENOMEM.
 */
int policy_tree_build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n);
void policy_tree_done(struct policy_tree *t);
uint64_t policy_tree_bytes(const struct policy_tree *t);

struct tree_key {
	uint32_t v[TREE_DIMS];
};

struct tree_key policy_tree_key(const struct policy_query *q);

/*
 * How many of the splits lie below v. They are sorted and all ones behind, so
 * the answers of the comparisons are a run of ones: where does it end?
 */
static inline uint32_t
tree_part(const struct tree_node *node, uint32_t v)
{
#ifdef __SSE2__
	const __m128i sign = _mm_set1_epi32(INT32_MIN);
	const __m128i *s = (const __m128i *)node;
	__m128i x = _mm_xor_si128(_mm_set1_epi32((int)v), sign), g[4];

	for (unsigned int i = 0; i < 4; i++)
		g[i] = _mm_cmpgt_epi32(
			x, _mm_xor_si128(_mm_load_si128(&s[i]), sign));
	x = _mm_packs_epi16(
		_mm_packs_epi32(g[0], g[1]), _mm_packs_epi32(g[2], g[3]));
	/* the last of the 16 is no split */
	return (uint32_t)__builtin_ctz(
		~((uint32_t)_mm_movemask_epi8(x) & 0x7fff));
#else
	uint32_t part = 0;

	for (unsigned int i = 0; i < TREE_SPLITS; i++)
		part += v > node->split[i];
	return part;
#endif
}

/* The leaf with the candidates. Only for a tree that was built. */
static inline const struct tree_node *
policy_tree_find(const struct policy_tree *t, const struct tree_key *key)
{
	const struct tree_node *node = t->nodes;

	while (node->next >> 28 != TREE_LEAF) {
		uint32_t v = key->v[node->next >> 28];

		node = &t->nodes[(node->next & 0xfffffff) + tree_part(node, v)];
	}
	return node;
}

/* Entry i of a leaf. */
static inline const struct tree_entry *
policy_tree_entry(
	const struct policy_tree *t, const struct tree_node *leaf, uint32_t i)
{
	return i == 0 ? &leaf->leaf.entry
		      : &t->entries[leaf->leaf.first + i - 1];
}

#endif /* IMAGE_POLICY_TREE_H */
