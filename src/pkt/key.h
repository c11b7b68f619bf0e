/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key - hash and comparison of flow keys. Both look at the first FLOW_KEY_V4
 * or FLOW_KEY_V6 bytes only, so the tail of an IPv4 key may hold anything.
 * Fields added to struct flow_key go into all functions here.
 */
#ifndef PKT_KEY_H
#define PKT_KEY_H

#include <string.h>

#include <rte_hash_crc.h>

#include "pkt/bytes.h"
#include "pkt/pkt.h"

_Static_assert(offsetof(struct flow_key, v4) == 8 &&
		       offsetof(struct flow_key, v6) == 8,
	"ports, protocol, family and token are the first word");

static inline uint32_t
flow_key_hash_v4(const struct flow_key *k)
{
	const uint8_t *b = (const uint8_t *)k;

	return rte_hash_crc_8byte(
		get64(b + 8), rte_hash_crc_8byte(get64(b), 0x9e3779b9u));
}

static inline uint32_t
flow_key_hash_v6(const struct flow_key *k)
{
	const uint8_t *b = (const uint8_t *)k;
	uint32_t h = flow_key_hash_v4(k);

	h = rte_hash_crc_8byte(get64(b + 16), h);
	h = rte_hash_crc_8byte(get64(b + 24), h);
	return rte_hash_crc_8byte(get64(b + 32), h);
}

/* CRC32C: all 32 bits depend on all bytes; the same in every process. */
static inline uint32_t
flow_key_hash(const struct flow_key *k)
{
	return k->family == IP_V4 ? flow_key_hash_v4(k) : flow_key_hash_v6(k);
}

static inline bool
flow_key_equal_v4(const struct flow_key *a, const struct flow_key *b)
{
	const uint8_t *x = (const uint8_t *)a, *y = (const uint8_t *)b;

	return ((get64(x) ^ get64(y)) | (get64(x + 8) ^ get64(y + 8))) == 0;
}

static inline bool
flow_key_equal(const struct flow_key *a, const struct flow_key *b)
{
	const uint8_t *x = (const uint8_t *)a, *y = (const uint8_t *)b;

	if (!flow_key_equal_v4(a, b))
		return false;
	return a->family == IP_V4 ||
	       ((get64(x + 16) ^ get64(y + 16)) |
		       (get64(x + 24) ^ get64(y + 24)) |
		       (get64(x + 32) ^ get64(y + 32))) == 0;
}

/*
 * The same number for both directions of a flow without NAT, whatever zone
 * they arrive from: chooses the worker. The two ends are hashed apart and
 * added, which unlike XOR keeps A->B, C->D and A->D, C->B apart.
 */
static inline uint32_t
flow_key_symmetric_hash(const struct flow_key *k)
{
	uint32_t a, b;

	if (k->family == IP_V4) {
		a = rte_hash_crc_8byte(
			k->v4.src_be | (uint64_t)k->sport_be << 32, 0);
		b = rte_hash_crc_8byte(
			k->v4.dst_be | (uint64_t)k->dport_be << 32, 0);
	} else {
		a = rte_hash_crc_8byte(get64(k->v6.src), k->sport_be);
		a = rte_hash_crc_8byte(get64(k->v6.src + 8), a);
		b = rte_hash_crc_8byte(get64(k->v6.dst), k->dport_be);
		b = rte_hash_crc_8byte(get64(k->v6.dst + 8), b);
	}
	return rte_hash_crc_8byte(
		(uint64_t)a + b, (uint32_t)k->protocol << 8 | k->family);
}

#endif /* PKT_KEY_H */
