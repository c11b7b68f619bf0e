/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trie of stride 6 whose nodes are two bit vectors. `vec` has a bit for each
 * of the 64 slots that goes on to a child; the children of a node lie side by
 * side, so the child is found by counting bits. The other slots end in leaves;
 * equal neighbours share one, and `leafvec` marks where a new one begins.
 *
 *     root[2^root_bits] --> node --> node --> leaf (the value)
 *              \--> value
 *
 * Two more kinds of node hold bits that the address must have. A skip node
 * stands for a run of strides that all routes below share; a last node for one
 * lone route, and has both values in itself. Host routes and IPv6 need them:
 * the box's own address would otherwise cost twenty nodes.
 *
 * The first root_bits are one array access: none in a small table, so that a
 * virtual router with ten routes costs about a kilobyte, and up to 2^20 in a
 * large one, so that a full IPv4 table needs one or two nodes per look-up.
 *
 * A key is the address left-aligned in 64 or 128 bits; slots past the end of
 * the address are zero bits, which makes the uneven last level harmless.
 */
#include "route/route_lpm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define STRIDE        6u
#define SLOTS         64u
#define ROOT_BITS_MAX 24u
#define ROOT_VALUE    0x80000000u /* a root entry that is a value */
#define HUGE_PAGE     ((size_t)2 << 20)
#define KEY_BITS      128u

typedef unsigned __int128 u128;

/*
 * In a node with slots, slot 0 is either a child or the first leaf, so bit 0
 * is set in vec or in leafvec. The other two kinds have vec 0 and an even
 * leafvec: its upper bits are those to compare, then come their number and the
 * kind. A last node has values where the others have indices.
 */
struct node {
	uint64_t vec;     /* slots that have a child */
	uint64_t leafvec; /* leaf slots whose value differs from the last */
	uint32_t leaf;    /* index of the first leaf; last: value if unequal */
	uint32_t child;   /* index of the first child; last: value if equal */
};

#define SKIP_BITS_MAX 54u /* a multiple of STRIDE */
#define LAST_BITS_MAX 56u
#define BITS_SHIFT    2u /* in leafvec: where the number of bits stands */
#define BITS_MASK     63u
#define LAST          2u /* in leafvec: the kind */

struct route_lpm {
	const struct node *nodes;
	const uint32_t *leaves;
	const uint32_t *root;
	uint8_t root_bits;
	size_t bytes;
};

/* Building ---------------------------------------------------------------- */

struct build {
	const struct route_lpm_entry *e;
	struct node *nodes;
	uint32_t *leaves;
	size_t nnodes, nodes_size;
	size_t nleaves, leaves_size;
};

/* Routes [lo, hi) lie below one slot; `value` is what covers it from above. */
struct below {
	size_t lo, hi;
	uint32_t value;
};

static u128
key_of(const struct ip_addr *a)
{
	u128 k = 0;

	for (unsigned int i = 0; i < 16; i++)
		k = k << 8 | a->b[i];
	return k;
}

/* Make room for n more elements; the size at least doubles. */
static int
reserve(void **array, size_t *size, size_t used, size_t n, size_t width)
{
	size_t want = *size ? *size * 2 : 64;
	void *p;

	if (used + n <= *size)
		return 0;
	if (want < used + n)
		want = used + n;
	if (want > UINT32_MAX / 2)
		return -ENOMEM;
	p = realloc(*array, want * width);
	if (p == NULL)
		return -ENOMEM;
	*array = p;
	*size = want;
	return 0;
}

/*
 * Spread the routes of `in` over the 2^bits slots at bit offset `off`: those
 * that end here are painted in order, so the longer one stays on top; longer
 * ones are handed down as a range. The order of the input makes each range
 * contiguous and lets it see the paint of everything that covers it.
 */
static void
spread(const struct build *b, unsigned int off, unsigned int bits,
	const struct below *in, struct below *slots)
{
	size_t nslots = (size_t)1 << bits;

	for (size_t s = 0; s < nslots; s++)
		slots[s] = (struct below){0, 0, in->value};
	for (size_t i = in->lo; i < in->hi; i++) {
		const struct ip_prefix *p = &b->e[i].prefix;
		u128 rest = key_of(&p->addr) << off;
		size_t s = bits ? (size_t)(rest >> (KEY_BITS - bits)) : 0;

		if (p->len <= off + bits) {
			size_t end = s + ((size_t)1 << (off + bits - p->len));

			for (size_t k = s; k < end; k++)
				slots[k].value = b->e[i].value;
			continue;
		}
		if (slots[s].hi == 0)
			slots[s].lo = i;
		slots[s].hi = i + 1;
	}
}

static bool
has_child(const struct below *s)
{
	return s->hi > s->lo;
}

static int build_node(
	struct build *b, size_t at, unsigned int off, const struct below *in);

/* Write the leaves of the slots without a child; sets leafvec. */
static int
write_leaves(struct build *b, struct node *n, const struct below *slots)
{
	bool first = true;
	uint32_t last = 0;

	if (reserve((void **)&b->leaves, &b->leaves_size, b->nleaves, SLOTS,
		    sizeof(*b->leaves)) < 0)
		return -ENOMEM;
	n->leaf = (uint32_t)b->nleaves;
	for (unsigned int s = 0; s < SLOTS; s++) {
		if (has_child(&slots[s])) {
			n->vec |= UINT64_C(1) << s;
			continue;
		}
		if (!first && slots[s].value == last)
			continue;
		n->leafvec |= UINT64_C(1) << s;
		b->leaves[b->nleaves++] = last = slots[s].value;
		first = false;
	}
	return 0;
}

/* How many bits from off on all routes have in common and none ends in. */
static unsigned int
common_bits(const struct build *b, unsigned int off, const struct below *in)
{
	const struct ip_prefix *first = &b->e[in->lo].prefix;
	u128 differ =
		key_of(&first->addr) ^ key_of(&b->e[in->hi - 1].prefix.addr);
	unsigned int n = off;

	/* The shortest of routes that share the bits sorts first. */
	while (n + STRIDE < first->len && n + STRIDE - off <= SKIP_BITS_MAX &&
		differ >> (KEY_BITS - n - STRIDE) == 0)
		n += STRIDE;
	return n - off;
}

/* leafvec of a node that compares `bits` bits with those of the first route. */
static uint64_t
compare_bits(const struct build *b, unsigned int off, unsigned int bits,
	const struct below *in)
{
	u128 key = key_of(&b->e[in->lo].prefix.addr) << off;
	uint64_t top = (uint64_t)(key >> 64) >> (64 - bits) << (64 - bits);

	return top | bits << BITS_SHIFT;
}

/* Stand for `bits` bits that all routes of `in` share. */
static int
build_skip(struct build *b, size_t at, unsigned int off, unsigned int bits,
	const struct below *in)
{
	if (reserve((void **)&b->leaves, &b->leaves_size, b->nleaves, 1,
		    sizeof(*b->leaves)) < 0 ||
		reserve((void **)&b->nodes, &b->nodes_size, b->nnodes, 1,
			sizeof(*b->nodes)) < 0)
		return -ENOMEM;
	b->nodes[at] = (struct node){
		.leafvec = compare_bits(b, off, bits, in),
		.leaf = (uint32_t)b->nleaves,
		.child = (uint32_t)b->nnodes,
	};
	b->leaves[b->nleaves++] = in->value;
	return build_node(b, b->nnodes++, off + bits, in);
}

static int
build_node(struct build *b, size_t at, unsigned int off, const struct below *in)
{
	struct below slots[SLOTS];
	struct node n = {0};
	const struct route_lpm_entry *first = &b->e[in->lo];
	unsigned int left = first->prefix.len - off;
	unsigned int bits = common_bits(b, off, in);
	size_t child;

	if (in->hi - in->lo == 1 && left <= LAST_BITS_MAX) {
		b->nodes[at] = (struct node){
			.leafvec = compare_bits(b, off, left, in) | LAST,
			.leaf = in->value,
			.child = first->value,
		};
		return 0;
	}

	if (bits > STRIDE) /* one stride is as cheap as it is */
		return build_skip(b, at, off, bits, in);
	spread(b, off, STRIDE, in, slots);
	if (write_leaves(b, &n, slots) < 0)
		return -ENOMEM;
	child = b->nnodes;
	if (reserve((void **)&b->nodes, &b->nodes_size, b->nnodes, SLOTS,
		    sizeof(*b->nodes)) < 0)
		return -ENOMEM;
	b->nnodes += (size_t)__builtin_popcountll(n.vec);
	n.child = (uint32_t)child;
	b->nodes[at] = n;
	for (unsigned int s = 0; s < SLOTS; s++)
		if (has_child(&slots[s]) &&
			build_node(b, child++, off + STRIDE, &slots[s]) < 0)
			return -ENOMEM;
	return 0;
}

static int
build_root(struct build *b, unsigned int root_bits, const struct below *slots,
	uint32_t *root)
{
	for (size_t s = 0; s < (size_t)1 << root_bits; s++) {
		if (!has_child(&slots[s])) {
			root[s] = ROOT_VALUE | slots[s].value;
			continue;
		}
		if (reserve((void **)&b->nodes, &b->nodes_size, b->nnodes, 1,
			    sizeof(*b->nodes)) < 0)
			return -ENOMEM;
		root[s] = (uint32_t)b->nnodes++;
		if (build_node(b, root[s], root_bits, &slots[s]) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Large tables on huge pages: half of the misses would be in the TLB. */
static void *
table_alloc(size_t bytes)
{
	void *p;

	if (bytes < HUGE_PAGE)
		return malloc(bytes);
	p = aligned_alloc(
		HUGE_PAGE, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
	if (p != NULL)
		(void)madvise(p, bytes, MADV_HUGEPAGE); /* only a hint */
	return p;
}

/* Move everything into one block of the right size. */
static struct route_lpm *
freeze(const struct build *b, const uint32_t *root, unsigned int root_bits)
{
	size_t nroot = (size_t)1 << root_bits;
	size_t head = (sizeof(struct route_lpm) + 63) & ~(size_t)63;
	size_t nodes = b->nnodes * sizeof(*b->nodes);
	size_t leaves = b->nleaves * sizeof(*b->leaves);
	size_t bytes = head + nodes + nroot * sizeof(*root) + leaves;
	char *p = table_alloc(bytes);
	struct route_lpm *t = (struct route_lpm *)p;

	if (p == NULL)
		return NULL;
	if (nodes > 0)
		memcpy(p + head, b->nodes, nodes);
	memcpy(p + head + nodes, root, nroot * sizeof(*root));
	if (leaves > 0)
		memcpy(p + bytes - leaves, b->leaves, leaves);
	*t = (struct route_lpm){
		.nodes = (const struct node *)(p + head),
		.root = (const uint32_t *)(p + head + nodes),
		.leaves = (const uint32_t *)(p + bytes - leaves),
		.root_bits = (uint8_t)root_bits,
		.bytes = bytes,
	};
	return t;
}

static bool
entries_valid(enum ip_family family, const struct route_lpm_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ip_prefix net = ip_prefix_network(&e[i].prefix);

		if (e[i].prefix.addr.family != family ||
			e[i].prefix.len > ip_family_bits(family) ||
			!ip_addr_equal(&net.addr, &e[i].prefix.addr) ||
			e[i].value == 0 || e[i].value > ROUTE_LPM_VALUE_MAX)
			return false;
		if (i > 0 && ip_prefix_cmp(&e[i - 1].prefix, &e[i].prefix) >= 0)
			return false;
	}
	return n <= UINT32_MAX / 2;
}

int
route_lpm_build_root(enum ip_family family,
	const struct route_lpm_entry *entries, size_t n, unsigned int root_bits,
	struct route_lpm **ret)
{
	struct build b = {.e = entries};
	struct below all = {0, n, 0};
	struct route_lpm *t = NULL;
	struct below *slots;
	uint32_t *root;

	if (ip_family_bits(family) == 0 || root_bits > ROOT_BITS_MAX ||
		!entries_valid(family, entries, n))
		return -EINVAL;
	slots = malloc(sizeof(*slots) << root_bits);
	root = malloc(sizeof(*root) << root_bits);
	if (slots != NULL && root != NULL) {
		spread(&b, 0, root_bits, &all, slots);
		if (build_root(&b, root_bits, slots, root) == 0)
			t = freeze(&b, root, root_bits);
	}
	free(slots);
	free(root);
	free(b.nodes);
	free(b.leaves);
	if (t == NULL)
		return -ENOMEM;
	*ret = t;
	return 0;
}

/* Direct entries cost 4 bytes each; the steps were measured (ADR 2). */
static unsigned int
root_bits_for(enum ip_family family, size_t n)
{
	if (family == IP_V6 && n >= 200000)
		return 20;
	return n < 64 ? 0 : n < 4096 ? 12 : 18;
}

int
route_lpm_build(enum ip_family family, const struct route_lpm_entry *entries,
	size_t n, struct route_lpm **ret)
{
	return route_lpm_build_root(
		family, entries, n, root_bits_for(family, n), ret);
}

void
route_lpm_free(struct route_lpm *lpm)
{
	free(lpm);
}

size_t
route_lpm_bytes(const struct route_lpm *lpm)
{
	return lpm->bytes;
}

/* Looking up -------------------------------------------------------------- */

static inline uint64_t
key4(uint32_t addr_be)
{
	return (uint64_t)ntohl(addr_be) << 32;
}

static inline u128
key6(const uint8_t addr[16])
{
	uint64_t hi, lo;

	memcpy(&hi, addr, 8);
	memcpy(&lo, addr + 8, 8);
	return (u128)__builtin_bswap64(hi) << 64 | __builtin_bswap64(lo);
}

static inline uint32_t
root_slot(const struct route_lpm *t, uint64_t top)
{
	/* In two shifts, since one by 64 would be undefined. */
	return (uint32_t)(top >> 1 >> (63 - t->root_bits));
}

/* 64 bits of the key from off on. */
static inline uint64_t
top4(uint64_t key, unsigned int off)
{
	return key << off;
}

static inline uint64_t
top6(u128 key, unsigned int off)
{
	return (uint64_t)(key << off >> 64);
}

/* The set bits of v up to and including bit s. */
static inline uint32_t
rank(uint64_t v, unsigned int s)
{
	return (uint32_t)__builtin_popcountll(v << (63 - s));
}

enum step { STEP_DOWN, STEP_LEAF, STEP_DONE };

/*
 * One node down: *at becomes the child (*off its place in the key), the leaf's
 * index or the value.
 */
static inline enum step
step(const struct node *n, uint64_t top, uint32_t *at, unsigned int *off)
{
	unsigned int s = (unsigned int)(top >> (64 - STRIDE));

	if (n->vec >> s & 1) {
		*at = n->child + rank(n->vec, s) - 1;
		*off += STRIDE;
		return STEP_DOWN;
	}
	if ((n->vec | (n->leafvec & 1)) == 0) {
		unsigned int bits = n->leafvec >> BITS_SHIFT & BITS_MASK;
		bool same = (top ^ n->leafvec) >> (64 - bits) == 0;

		*at = same ? n->child : n->leaf;
		*off += bits;
		if (n->leafvec & LAST)
			return STEP_DONE;
		return same ? STEP_DOWN : STEP_LEAF;
	}
	*at = n->leaf + rank(n->leafvec, s) - 1;
	return STEP_LEAF;
}

uint32_t
route_lpm_lookup4(const struct route_lpm *lpm, uint32_t addr_be)
{
	uint64_t key = key4(addr_be);
	uint32_t at = lpm->root[root_slot(lpm, key)];
	unsigned int off = lpm->root_bits;
	enum step v;

	if (at & ROOT_VALUE)
		return at & ROUTE_LPM_VALUE_MAX;
	do {
		v = step(&lpm->nodes[at], top4(key, off), &at, &off);
	} while (v == STEP_DOWN);
	return v == STEP_LEAF ? lpm->leaves[at] : at;
}

uint32_t
route_lpm_lookup6(const struct route_lpm *lpm, const uint8_t addr[16])
{
	u128 key = key6(addr);
	uint32_t at = lpm->root[root_slot(lpm, (uint64_t)(key >> 64))];
	unsigned int off = lpm->root_bits;
	enum step v;

	if (at & ROOT_VALUE)
		return at & ROUTE_LPM_VALUE_MAX;
	do {
		v = step(&lpm->nodes[at], top6(key, off), &at, &off);
	} while (v == STEP_DOWN);
	return v == STEP_LEAF ? lpm->leaves[at] : at;
}

/* The look-ups of a burst that are still on their way. */
struct lanes {
	uint32_t at[ROUTE_LPM_BURST];      /* root slot, then node, then leaf */
	unsigned int off[ROUTE_LPM_BURST]; /* place in the key */
	uint8_t lane[ROUTE_LPM_BURST];     /* of the i-th that still descends */
	uint8_t leaf[ROUTE_LPM_BURST];     /* of the i-th that ends in a leaf */
	unsigned int n, nleaves;
};

/* Read the root entries; those that are values are finished. */
static inline void
burst_root(const struct route_lpm *t, struct lanes *l, uint32_t *results,
	unsigned int n)
{
	l->n = l->nleaves = 0;
	for (unsigned int i = 0; i < n; i++) {
		uint32_t r = t->root[l->at[i]];

		l->at[i] = r;
		l->off[i] = t->root_bits;
		results[i] = r & ROUTE_LPM_VALUE_MAX;
		l->lane[l->n] = (uint8_t)i;
		if (!(r & ROOT_VALUE)) {
			__builtin_prefetch(&t->nodes[r]);
			l->n++;
		}
	}
}

/* After one node: keep the lane going, move it to the leaves, or be done. */
static inline void
burst_moved(const struct route_lpm *t, struct lanes *l, uint8_t lane,
	enum step v, uint32_t *results, unsigned int *kept)
{
	if (v == STEP_DOWN) {
		__builtin_prefetch(&t->nodes[l->at[lane]]);
		l->lane[(*kept)++] = lane;
	} else if (v == STEP_LEAF) {
		__builtin_prefetch(&t->leaves[l->at[lane]]);
		l->leaf[l->nleaves++] = lane;
	} else {
		results[lane] = l->at[lane];
	}
}

static inline void
burst_leaves(
	const struct route_lpm *t, const struct lanes *l, uint32_t *results)
{
	for (unsigned int i = 0; i < l->nleaves; i++)
		results[l->leaf[i]] = t->leaves[l->at[l->leaf[i]]];
}

static void
burst4(const struct route_lpm *t, const uint32_t *addrs_be, uint32_t *results,
	unsigned int n)
{
	struct lanes l;

	for (unsigned int i = 0; i < n; i++) {
		l.at[i] = root_slot(t, key4(addrs_be[i]));
		__builtin_prefetch(&t->root[l.at[i]]);
	}
	burst_root(t, &l, results, n);
	while (l.n > 0) {
		unsigned int kept = 0;

		for (unsigned int i = 0; i < l.n; i++) {
			uint8_t k = l.lane[i];
			uint64_t top = top4(key4(addrs_be[k]), l.off[k]);

			burst_moved(t, &l, k,
				step(&t->nodes[l.at[k]], top, &l.at[k],
					&l.off[k]),
				results, &kept);
		}
		l.n = kept;
	}
	burst_leaves(t, &l, results);
}

static void
burst6(const struct route_lpm *t, const uint8_t (*addrs)[16], uint32_t *results,
	unsigned int n)
{
	struct lanes l;

	for (unsigned int i = 0; i < n; i++) {
		l.at[i] = root_slot(t, (uint64_t)(key6(addrs[i]) >> 64));
		__builtin_prefetch(&t->root[l.at[i]]);
	}
	burst_root(t, &l, results, n);
	while (l.n > 0) {
		unsigned int kept = 0;

		for (unsigned int i = 0; i < l.n; i++) {
			uint8_t k = l.lane[i];
			uint64_t top = top6(key6(addrs[k]), l.off[k]);

			burst_moved(t, &l, k,
				step(&t->nodes[l.at[k]], top, &l.at[k],
					&l.off[k]),
				results, &kept);
		}
		l.n = kept;
	}
	burst_leaves(t, &l, results);
}

/* In a table that sits in the cache there is nothing to wait for. */
#define CACHED_BYTES ((size_t)256 << 10)

void
route_lpm_lookup4_burst(const struct route_lpm *lpm, const uint32_t *addrs_be,
	uint32_t *results, size_t n)
{
	if (lpm->bytes < CACHED_BYTES) {
		for (size_t i = 0; i < n; i++)
			results[i] = route_lpm_lookup4(lpm, addrs_be[i]);
		return;
	}
	for (size_t i = 0; i < n; i += ROUTE_LPM_BURST)
		burst4(lpm, addrs_be + i, results + i,
			(unsigned int)(n - i < ROUTE_LPM_BURST
					       ? n - i
					       : ROUTE_LPM_BURST));
}

void
route_lpm_lookup6_burst(const struct route_lpm *lpm, const uint8_t (*addrs)[16],
	uint32_t *results, size_t n)
{
	if (lpm->bytes < CACHED_BYTES) {
		for (size_t i = 0; i < n; i++)
			results[i] = route_lpm_lookup6(lpm, addrs[i]);
		return;
	}
	for (size_t i = 0; i < n; i += ROUTE_LPM_BURST)
		burst6(lpm, addrs + i, results + i,
			(unsigned int)(n - i < ROUTE_LPM_BURST
					       ? n - i
					       : ROUTE_LPM_BURST));
}
