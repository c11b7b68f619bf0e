/* SPDX-License-Identifier: Apache-2.0 */
/* The bucket's inner workings, shared by find and install. */
#ifndef FLOW_SESSION_HASH_H
#define FLOW_SESSION_HASH_H

#include "flow/session.h"

/* Never 0, which marks an empty place. The bucket is chosen by the upper bits
 * of the hash. */
static inline uint16_t
signature(uint32_t hash)
{
	uint16_t s = (uint16_t)hash;

	return s != 0 ? s : 1;
}

static inline uint32_t
bucket_next(const struct session_table *t, uint32_t at)
{
	return at + 1 == t->nbuckets ? 0 : at + 1;
}

/* Bit i is set when sig[i] equals s. */
static inline uint32_t
bucket_candidates(const struct bucket *b, uint16_t s)
{
#ifdef __SSE2__
	__m128i v = _mm_set1_epi16((short)s);
	__m128i lo = _mm_load_si128((const __m128i *)b->sig);
	__m128i hi = _mm_load_si128((const __m128i *)b->sig + 1);

	/* the upper half ends in idx[], which the mask takes away */
	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(
		       _mm_cmpeq_epi16(lo, v), _mm_cmpeq_epi16(hi, v))) &
	       ((1u << BUCKET_ENTRIES) - 1);
#else
	uint32_t m = 0;

	for (unsigned int i = 0; i < BUCKET_ENTRIES; i++)
		m |= (uint32_t)(b->sig[i] == s) << i;
	return m;
#endif
}

#endif /* FLOW_SESSION_HASH_H */
