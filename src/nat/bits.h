/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits - which of 65,536 places (ports of an address, addresses of a pool,
 * blocks of ports) are taken. Two levels of summary above the bits say which
 * words are full, so that finding a free place looks at a handful of words
 * however full the whole is.
 *
 * All zero is the empty set: an array of these may be mapped and never touched.
 * Threads: any worker may take, give and look at any time. A summary may claim
 * for a moment that a word is not full; it never keeps a free place hidden.
 */
#ifndef NAT_BITS_H
#define NAT_BITS_H

#include <stdbool.h>
#include <stdint.h>

#define NAT_PLACES 65536u

struct nat_bits {
	_Atomic uint64_t leaf[NAT_PLACES / 64];  /* 1: taken */
	_Atomic uint64_t mid[NAT_PLACES / 4096]; /* 1: the word is full */
	_Atomic uint64_t root;                   /* 1: the mid word is full */
} __attribute__((aligned(64)));

#define NAT_ANY_PLACE UINT64_MAX
#define NAT_EVEN      0x5555555555555555u
#define NAT_ODD       0xaaaaaaaaaaaaaaaau

/*
 * The first free place from start on, within lo..hi (lo <= start <= hi),
 * beginning again at lo after hi; -1: there is none. pattern says which places
 * of each 64 will do: with NAT_EVEN or NAT_ODD the search gives up after a
 * bounded number of words, so -1 may then be wrong.
 */
int nat_bits_find(const struct nat_bits *b, uint32_t lo, uint32_t hi,
	uint32_t start, uint64_t pattern);

/* False: it is taken already. */
bool nat_bits_take(struct nat_bits *b, uint32_t place);
void nat_bits_give(struct nat_bits *b, uint32_t place);
bool nat_bits_taken(const struct nat_bits *b, uint32_t place);

/* How many of lo..hi are taken. Reads all words: for displays. */
uint32_t nat_bits_count(const struct nat_bits *b, uint32_t lo, uint32_t hi);

#endif /* NAT_BITS_H */
