/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a wing: one bucket line, one wing line. The bucket holds 16-bit
 * signatures of ten keys; the signature's hash bits are not those that chose
 * the bucket, so a wrong candidate is seen once in some 6,000 look-ups.
 */
#include "flow/session.h"
#include "flow/session_hash.h"

/* A wing whose entry is not in its own bucket but one of the next. */
static __rte_noinline uint32_t
prefetch_passed(const struct session_table *t, uint32_t hash)
{
	uint32_t at = session_bucket(t, hash);
	uint16_t sig = signature(hash);

	for (uint32_t i = 0; i < BUCKET_PROBE; i++) {
		const struct bucket *b = &t->buckets[at];
		uint32_t m = bucket_candidates(b, sig);

		if (m != 0) {
			rte_prefetch0(&t->wings[b->idx[__builtin_ctz(m)]]);
			return b->idx[__builtin_ctz(m)];
		}
		if (b->passed == 0)
			break;
		at = bucket_next(t, at);
	}
	return 0;
}

uint32_t
session_prefetch_wing(const struct session_table *t, uint32_t hash)
{
	const struct bucket *b = &t->buckets[session_bucket(t, hash)];
	uint32_t m = bucket_candidates(b, signature(hash));
	uint32_t found;

	if (unlikely(m == 0))
		return b->passed == 0 ? 0 : prefetch_passed(t, hash);
	found = b->idx[__builtin_ctz(m)];
	rte_prefetch0(&t->wings[found]);
	return found;
}

uint32_t
session_find(const struct session_table *t, const struct flow_key *key,
	uint32_t hash)
{
	uint32_t at = session_bucket(t, hash);
	uint16_t sig = signature(hash);

	for (uint32_t left = BUCKET_PROBE; left > 0; left--) {
		const struct bucket *b = &t->buckets[at];
		uint32_t m = bucket_candidates(b, sig);

		for (; m != 0; m &= m - 1) {
			uint32_t i = b->idx[__builtin_ctz(m)];

			if (likely(flow_key_equal(&t->wings[i].key, key)))
				return i;
		}
		if (likely(b->passed == 0))
			break;
		at = bucket_next(t, at);
	}
	return 0;
}
