/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_tree - which few policies of a list can match this packet? [FL-74]
 *
 * A list of policies is cut, again and again, at up to 31 values of one
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

#include <stdbool.h>
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
	TREE_DIRECT = 14,
	TREE_LEAF = 15
};

#define TREE_SPLITS        31u
#define TREE_DIRECT_SPLITS 15u
#define TREE_LEAF_ENTRIES  3u
#define TREE_NOBODY        UINT32_MAX

/* Values are stored with the upper bit turned round, so that they compare as
 * signed numbers, as vectors do. */
#define TREE_BIAS 0x80000000u

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

/* Two lines. Leaf: n entries, the first of them here, others from `first` on.
 */
struct tree_node {
	union {
		int32_t split[TREE_SPLITS]; /* last values of the parts, biased
					     */
		struct {
			uint32_t n, first;
			struct tree_entry entry[TREE_LEAF_ENTRIES];
		} leaf;
		/* Each part has one policy that matches all of it, or none. */
		struct {
			int32_t split[TREE_DIRECT_SPLITS];
			uint32_t place[TREE_DIRECT_SPLITS + 1];
		} direct;
	};
	uint32_t next; /* kind or dimension << 28 | child of the lowest part */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct tree_node) == 128, "two cache lines");

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

/* The same with direct nodes: only for those who look for them. */
int policy_tree_build_direct(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n);
void policy_tree_done(struct policy_tree *t);
uint64_t policy_tree_bytes(const struct policy_tree *t);

struct tree_key {
	uint32_t v[TREE_DIMS];
};

struct tree_key policy_tree_key(const struct policy_query *q);

/*
 * How many of the splits lie below v. They are sorted, with the greatest number
 * behind, so the answers of the comparisons are a run of ones: where does it
 * end?
 */
#ifdef __SSE2__
static inline uint32_t
tree_below(const int32_t *split, __m128i x)
{
	const __m128i *s = (const __m128i *)split;
	__m128i a = _mm_cmpgt_epi32(x, _mm_load_si128(&s[0]));
	__m128i b = _mm_cmpgt_epi32(x, _mm_load_si128(&s[1]));
	__m128i c = _mm_cmpgt_epi32(x, _mm_load_si128(&s[2]));
	__m128i d = _mm_cmpgt_epi32(x, _mm_load_si128(&s[3]));

	return (uint32_t)_mm_movemask_epi8(
		_mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d)));
}

static inline uint32_t
tree_part(const struct tree_node *node, uint32_t v)
{
	__m128i x = _mm_set1_epi32((int32_t)(v ^ TREE_BIAS));
	uint32_t low = tree_below(node->split, x);
	uint32_t high = tree_below(node->split + 16, x);

	/* the last of the 32 is no split */
	return (uint32_t)__builtin_ctz(~((high << 16 | low) & 0x7fffffff));
}

static inline uint32_t
tree_direct_part(const struct tree_node *node, uint32_t v)
{
	__m128i x = _mm_set1_epi32((int32_t)(v ^ TREE_BIAS));

	/* the last of the 16 is no split */
	return (uint32_t)__builtin_ctz(
		~(tree_below(node->direct.split, x) & 0x7fff));
}
#else
static inline uint32_t
tree_count(const int32_t *split, unsigned int n, uint32_t v)
{
	uint32_t part = 0;

	for (unsigned int i = 0; i < n; i++)
		part += (int32_t)(v ^ TREE_BIAS) > split[i];
	return part;
}

static inline uint32_t
tree_part(const struct tree_node *node, uint32_t v)
{
	return tree_count(node->split, TREE_SPLITS, v);
}

static inline uint32_t
tree_direct_part(const struct tree_node *node, uint32_t v)
{
	return tree_count(node->direct.split, TREE_DIRECT_SPLITS, v);
}
#endif

/* Of a direct node: the place of the policy, or TREE_NOBODY. */
static inline uint32_t
tree_direct(const struct tree_node *node, const struct tree_key *key)
{
	return node->direct
		.place[tree_direct_part(node, key->v[node->next & 15])];
}

static inline bool
tree_is_direct(const struct tree_node *node)
{
	return node->next >> 28 == TREE_DIRECT;
}

/* The leaf (or direct node) with the candidates. Only for a tree that was
 * built. */
static inline const struct tree_node *
policy_tree_find(const struct policy_tree *t, const struct tree_key *key)
{
	const struct tree_node *node = t->nodes;

	while (node->next >> 28 < TREE_DIRECT) {
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
	return i < TREE_LEAF_ENTRIES
		       ? &leaf->leaf.entry[i]
		       : &t->entries[leaf->leaf.first + i - TREE_LEAF_ENTRIES];
}

#endif /* IMAGE_POLICY_TREE_H */
