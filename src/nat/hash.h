/* SPDX-License-Identifier: Apache-2.0 */
/* hash - 64 bits of which each depends on every byte; two CRCs of different
 * start would differ by a constant. */
#ifndef NAT_HASH_H
#define NAT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
nat_hash64_from(uint64_t h, const void *data, size_t len)
{
	const uint8_t *b = data;

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, b + i, len - i < 8 ? len - i : 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
		h *= 0xbf58476d1ce4e5b9u;
		h ^= h >> 32;
	}
	return h;
}

static inline uint64_t
nat_hash64(const void *data, size_t len)
{
	return nat_hash64_from(0x2545f4914f6cdd1du + len, data, len);
}

#endif /* NAT_HASH_H */
