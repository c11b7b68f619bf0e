/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_tree - which few policies of a list can match this packet? [FL-74]
 *
 * A list of policies is cut, again and again, in one dimension, until few are
 * left in each part: by a table of equal parts where the policies lie evenly,
 * else at up to 31 values. Addresses are cut 32 bits at a time. The answer is
 * always a superset, in the list's order, of what matches; the caller tries
 * them one after the other. An entry says what it can of the three IPv4
 * dimensions itself, so that the policy is seldom looked at. A list of few is
 * not cut at all.
 *
 * Policies that are not in force are not in the tree.
 *
 * Memory: 32 bytes for a policy of a short list; in longer ones at most some
 * ten entries per policy, and some words for each part. A list that cannot be
 * cut within that stays longer.
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

enum {
	TREE_APP, /* protocol << 16 | destination port */
	TREE_SRC, /* IPv4: address; IPv6: its first of four parts */
	TREE_DST = TREE_SRC + 4,
	TREE_DIMS = TREE_DST + 4
};

/*
 * What stands at the end of a way through the tree, or on it: kind << 29 |
 * number. A list is that of its first entry, a policy that of its place, a node
 * that of its first word.
 */
enum {
	TREE_LIST,
	TREE_PLACE,   /* all that comes here matches it */
	TREE_TABLE,   /* dimension, lowest value, shift, last part; parts */
	TREE_SPLIT16, /* 15 last values of parts, dimension; parts */
	TREE_SPLIT32  /* 31 */
};

#define TREE_KIND(ref)         ((ref) >> 29)
#define TREE_NUMBER(ref)       ((ref)&0x1fffffffu)
#define TREE_REF(kind, number) ((uint32_t)(kind) << 29 | (number))
#define TREE_NOBODY            TREE_REF(TREE_PLACE, 0x1fffffffu)

#define TREE_TABLE_HEAD 4u /* words before its parts */

/* Values are stored with the upper bit turned round, so that they compare as
 * signed numbers, as vectors do. */
#define TREE_BIAS 0x80000000u

enum {
	ENTRY_SURE = 1,  /* matches all packets that come here */
	ENTRY_EXACT = 2, /* matches those in its ranges, as they stand */
	ENTRY_LAST = 4,  /* of its list */
};

/* One policy in one part of the space. Ranges are biased: source, destination
 * (IPv6: all), application. */
struct tree_entry {
	int32_t lo[3];
	uint32_t place; /* in image.policies */
	int32_t hi[3];
	uint16_t term; /* which of its applications, unless it must be found */
	uint8_t flags; /* ENTRY_* */
	uint8_t pad;
};

_Static_assert(sizeof(struct tree_entry) == 32, "two in a line");

struct policy_tree {
	uint32_t root;
	uint32_t nwords, nentries;
	uint32_t *words; /* of nodes */
	struct tree_entry *entries;
};

/*
 * A tree for one family over order[0..n), which are places in policies[].
 * 0 or -ENOMEM.
 */
int policy_tree_build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n);

/* The same with TREE_PLACE: only for those who look for it. */
int policy_tree_build_direct(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n);
void policy_tree_done(struct policy_tree *t);
uint64_t policy_tree_bytes(const struct policy_tree *t);

struct tree_key {
	uint32_t v[TREE_DIMS];
};

struct tree_key policy_tree_key(const struct ip_addr *src,
	const struct ip_addr *dst, uint8_t protocol, uint16_t dport);

/*
 * How many of 16 splits lie below v. They are sorted, with the greatest number
 * behind, so the answers of the comparisons are a run of ones: where does it
 * end? The entry of a list is compared in all dimensions at once.
 */
#ifdef __SSE2__
static inline uint32_t
tree_below(const uint32_t *split, __m128i x)
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
tree_part16(const uint32_t *split, uint32_t v)
{
	__m128i x = _mm_set1_epi32((int32_t)(v ^ TREE_BIAS));

	/* the last of the 16 is no split */
	return (uint32_t)__builtin_ctz(~(tree_below(split, x) & 0x7fff));
}

static inline uint32_t
tree_part32(const uint32_t *split, uint32_t v)
{
	__m128i x = _mm_set1_epi32((int32_t)(v ^ TREE_BIAS));
	uint32_t low = tree_below(split, x);
	uint32_t high = tree_below(split + 16, x);

	return (uint32_t)__builtin_ctz(~((high << 16 | low) & 0x7fffffff));
}

typedef __m128i tree_probe;

static inline tree_probe
tree_probe_of(const struct tree_key *k)
{
	return _mm_xor_si128(
		_mm_set_epi32(0, (int32_t)k->v[TREE_APP],
			(int32_t)k->v[TREE_DST], (int32_t)k->v[TREE_SRC]),
		_mm_set1_epi32((int32_t)TREE_BIAS));
}

/* Can the entry match? When it is sure or exact, it does. */
static inline bool
tree_entry_holds(const struct tree_entry *e, tree_probe x)
{
	__m128i lo = _mm_load_si128((const __m128i *)e->lo);
	__m128i hi = _mm_load_si128((const __m128i *)e->hi);
	__m128i out =
		_mm_or_si128(_mm_cmpgt_epi32(lo, x), _mm_cmpgt_epi32(x, hi));

	/* the fourth is no range */
	return (_mm_movemask_epi8(out) & 0xfff) == 0;
}
#else
static inline uint32_t
tree_count(const uint32_t *split, unsigned int n, uint32_t v)
{
	uint32_t part = 0;

	for (unsigned int i = 0; i < n; i++)
		part += (int32_t)(v ^ TREE_BIAS) > (int32_t)split[i];
	return part;
}

static inline uint32_t
tree_part16(const uint32_t *split, uint32_t v)
{
	return tree_count(split, 15, v);
}

static inline uint32_t
tree_part32(const uint32_t *split, uint32_t v)
{
	return tree_count(split, 31, v);
}

typedef struct {
	int32_t v[3];
} tree_probe;

static inline tree_probe
tree_probe_of(const struct tree_key *k)
{
	return (tree_probe){{(int32_t)(k->v[TREE_SRC] ^ TREE_BIAS),
		(int32_t)(k->v[TREE_DST] ^ TREE_BIAS),
		(int32_t)(k->v[TREE_APP] ^ TREE_BIAS)}};
}

static inline bool
tree_entry_holds(const struct tree_entry *e, tree_probe x)
{
	bool in = true;

	for (unsigned int i = 0; i < 3; i++)
		in &= x.v[i] >= e->lo[i] && x.v[i] <= e->hi[i];
	return in;
}
#endif

/* Values below the first part are in it, those above the last one in that. */
static inline uint32_t
tree_table(const uint32_t *w, const struct tree_key *key)
{
	uint32_t v = key->v[w[0]];
	uint32_t part = v < w[1] ? 0 : (v - w[1]) >> w[2];

	return w[TREE_TABLE_HEAD + (part < w[3] ? part : w[3])];
}

/* A TREE_LIST with the candidates, or TREE_PLACE. Only for a tree that was
 * built. */
static inline uint32_t
policy_tree_find(const struct policy_tree *t, const struct tree_key *key)
{
	uint32_t ref = t->root;

	while (TREE_KIND(ref) >= TREE_TABLE) {
		const uint32_t *w = &t->words[TREE_NUMBER(ref)];

		if (TREE_KIND(ref) == TREE_TABLE)
			ref = tree_table(w, key);
		else if (TREE_KIND(ref) == TREE_SPLIT16)
			ref = w[16 + tree_part16(w, key->v[w[15]])];
		else
			ref = w[32 + tree_part32(w, key->v[w[31]])];
	}
	return ref;
}

/* The entries of what was found; NULL: none, or it is a place. */
static inline const struct tree_entry *
policy_tree_list(const struct policy_tree *t, uint32_t found)
{
	return TREE_KIND(found) == TREE_LIST ? &t->entries[TREE_NUMBER(found)]
					     : NULL;
}

static inline const struct tree_entry *
tree_entry_next(const struct tree_entry *e)
{
	return e->flags & ENTRY_LAST ? NULL : e + 1;
}

#endif /* IMAGE_POLICY_TREE_H */
