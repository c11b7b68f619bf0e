/* SPDX-License-Identifier: Apache-2.0 */
/* The bucket's inner workings, shared by find and install. */
#ifndef FLOW_SESSION_HASH_H
#define FLOW_SESSION_HASH_H

#include "flow/session.h"

/* Never 0, which marks an empty place. */
static inline uint16_t
signature(uint32_t hash)
{
	uint16_t s = (uint16_t)(hash >> 16) ^ (uint16_t)(hash << 13);

	return s != 0 ? s : 1;
}

/* Bit i is set when sig[i] equals s. */
static inline uint32_t
bucket_candidates(const struct bucket *b, uint16_t s)
{
#ifdef __SSE2__
	__m128i v = _mm_load_si128((const __m128i *)b->sig);
	__m128i e = _mm_cmpeq_epi16(v, _mm_set1_epi16((short)s));

	return (uint32_t)_mm_movemask_epi8(
		_mm_packs_epi16(e, _mm_setzero_si128()));
#else
	uint32_t m = 0;

	for (unsigned int i = 0; i < 8; i++)
		m |= (uint32_t)(b->sig[i] == s) << i;
	return m;
#endif
}

#endif /* FLOW_SESSION_HASH_H */
