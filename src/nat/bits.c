/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/bits.h"

#include <stdatomic.h>

#define WORDS       (NAT_PLACES / 64)
#define PATTERN_MAX 64u /* words looked at for an even or odd place */

static uint64_t
get(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static uint64_t
bit(uint32_t i)
{
	return (uint64_t)1 << (i & 63);
}

/* The first word from w on that is not full; WORDS: none. */
static uint32_t
next_word(const struct nat_bits *b, uint32_t w)
{
	uint64_t free;
	uint32_t m = w / 64;

	if (w >= WORDS)
		return WORDS;
	free = ~get(&b->mid[m]) & (UINT64_MAX << (w & 63));
	while (free == 0) {
		uint64_t mids = ~get(&b->root) & 0xffff;

		mids &= m + 1 < 16 ? UINT64_MAX << (m + 1) : 0;
		if (mids == 0)
			return WORDS;
		m = (uint32_t)__builtin_ctzll(mids);
		free = ~get(&b->mid[m]);
	}
	return m * 64 + (uint32_t)__builtin_ctzll(free);
}

static int
scan(const struct nat_bits *b, uint32_t from, uint32_t to, uint64_t pattern)
{
	uint64_t mask = pattern & (UINT64_MAX << (from & 63));
	uint32_t w = from / 64, last = to / 64, seen = 0;

	while (w <= last) {
		uint64_t free = ~get(&b->leaf[w]) & mask;

		if (w == last)
			free &= UINT64_MAX >> (63 - (to & 63));
		if (free != 0)
			return (int)(w * 64 + (uint32_t)__builtin_ctzll(free));
		if (pattern != NAT_ANY_PLACE && ++seen == PATTERN_MAX)
			return -1;
		mask = pattern;
		w = next_word(b, w + 1);
	}
	return -1;
}

int
nat_bits_find(const struct nat_bits *b, uint32_t lo, uint32_t hi,
	uint32_t start, uint64_t pattern)
{
	int found = scan(b, start, hi, pattern);

	if (found < 0 && start > lo)
		found = scan(b, lo, start - 1, pattern);
	return found;
}

/* The word was seen full: say so above, unless it is not any more. */
static void
mark_full(struct nat_bits *b, uint32_t w)
{
	uint64_t mid = bit(w) | atomic_fetch_or(&b->mid[w / 64], bit(w));

	if (mid == UINT64_MAX)
		atomic_fetch_or(&b->root, bit(w / 64));
	/* A place given back between our look and our mark went unseen. */
	if (atomic_load(&b->leaf[w]) != UINT64_MAX) {
		atomic_fetch_and(&b->mid[w / 64], ~bit(w));
		atomic_fetch_and(&b->root, ~bit(w / 64));
	} else if (mid == UINT64_MAX &&
		   atomic_load(&b->mid[w / 64]) != UINT64_MAX) {
		atomic_fetch_and(&b->root, ~bit(w / 64));
	}
}

bool
nat_bits_take(struct nat_bits *b, uint32_t place)
{
	uint32_t w = place / 64;
	uint64_t old = atomic_fetch_or(&b->leaf[w], bit(place));

	if (old & bit(place))
		return false;
	if ((old | bit(place)) == UINT64_MAX)
		mark_full(b, w);
	return true;
}

void
nat_bits_give(struct nat_bits *b, uint32_t place)
{
	uint32_t w = place / 64;
	uint64_t old = atomic_fetch_and(&b->leaf[w], ~bit(place));

	if (old != UINT64_MAX)
		return;
	atomic_fetch_and(&b->mid[w / 64], ~bit(w));
	atomic_fetch_and(&b->root, ~bit(w / 64));
}

bool
nat_bits_taken(const struct nat_bits *b, uint32_t place)
{
	return (get(&b->leaf[place / 64]) & bit(place)) != 0;
}

uint32_t
nat_bits_count(const struct nat_bits *b, uint32_t lo, uint32_t hi)
{
	uint32_t n = 0;

	for (uint32_t w = lo / 64; w <= hi / 64; w++) {
		uint64_t v = get(&b->leaf[w]);

		if (w == lo / 64)
			v &= UINT64_MAX << (lo & 63);
		if (w == hi / 64)
			v &= UINT64_MAX >> (63 - (hi & 63));
		n += (uint32_t)__builtin_popcountll(v);
	}
	return n;
}
