/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a wing: one bucket line, one wing line. The bucket holds 16-bit
 * signatures of eight keys; the signature's hash bits are not those that chose
 * the bucket, so a wrong candidate is seen once in some 8,000 look-ups.
 */
#include "flow/session.h"
#include "flow/session_hash.h"

uint32_t
session_prefetch_wing(const struct session_table *t, uint32_t hash)
{
	const struct bucket *b = &t->buckets[hash & t->bucket_mask];
	uint32_t m = bucket_candidates(b, signature(hash));
	uint32_t found;

	if (m == 0)
		return 0;
	found = b->idx[__builtin_ctz(m)];
	rte_prefetch0(&t->wings[found]);
	return found;
}

uint32_t
session_find(const struct session_table *t, const struct flow_key *key,
	uint32_t hash)
{
	const struct bucket *b = &t->buckets[hash & t->bucket_mask];
	uint16_t sig = signature(hash);

	for (;;) {
		uint32_t m = bucket_candidates(b, sig);

		for (; m != 0; m &= m - 1) {
			uint32_t i = b->idx[__builtin_ctz(m)];

			if (flow_key_equal(&t->wings[i].key, key))
				return i;
		}
		if (b->overflow == 0)
			return 0;
		b = &t->buckets[b->overflow];
	}
}
