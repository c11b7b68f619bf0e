/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_hash - which worker owns a flow. It is the hash that a network card
 * computes for RSS (Toeplitz) with a key that repeats every 16 bits, so that
 * both directions give the same number; and with such a key it depends on
 * nothing but the XOR of all 16-bit words. Hence a card, the program that
 * spreads frames over packet sockets and the packet path agree, and frames come
 * to their owner at once. Ports count for TCP and UDP, as on a card.
 *
 * Only six bits are used: a card picks the queue by the low bits, from a table
 * of at least 64 entries.
 */
#ifndef PKT_WORKER_HASH_H
#define PKT_WORKER_HASH_H

#include <netinet/in.h>
#include <stdint.h>

#include <rte_byteorder.h>

#include "pkt/bytes.h"
#include "pkt/pkt.h"

#define WORKER_HASH_KEY  0x6d5au /* repeated; RSS key bytes 6d 5a 6d 5a ... */
#define WORKER_HASH_BITS 6u
#define WORKER_HASH_SIZE (1u << WORKER_HASH_BITS)

/* Bit b of the hash is the parity of the bits of the XOR under this mask. */
static inline uint16_t
worker_hash_mask(unsigned int b)
{
	return (uint16_t)(WORKER_HASH_KEY >> (b + 1) | WORKER_HASH_KEY
							       << (15 - b));
}

/* xor: of all words, each in host order. */
static inline uint32_t
worker_hash_of(uint16_t xor)
{
	uint32_t h = 0;

	for (unsigned int b = 0; b < WORKER_HASH_BITS; b++)
		h |= ((uint32_t)__builtin_popcount(xor&worker_hash_mask(b)) & 1)
		     << b;
	return h;
}

static inline uint32_t
worker_hash_fold(uint64_t xor_be, const struct flow_key *k, bool ports)
{
	xor_be ^= xor_be >> 32;
	xor_be ^= xor_be >> 16;
	if (ports)
		xor_be ^= (uint64_t)(k->sport_be ^ k->dport_be);
	return worker_hash_of(rte_be_to_cpu_16((uint16_t)xor_be));
}

static inline uint32_t
worker_hash_addresses(const struct flow_key *k, bool ports)
{
	if (k->family == IP_V4)
		return worker_hash_fold(k->v4.src_be ^ k->v4.dst_be, k, ports);
	return worker_hash_fold(get64(k->v6.src) ^ get64(k->v6.src + 8) ^
					get64(k->v6.dst) ^ get64(k->v6.dst + 8),
		k, ports);
}

/* The worker of n that owns the flow. */
static inline uint16_t
worker_hash_owner(const struct flow_key *k, unsigned int n)
{
	bool ports = k->protocol == IPPROTO_TCP || k->protocol == IPPROTO_UDP;

	return (uint16_t)(worker_hash_addresses(k, ports) % n);
}

static inline uint16_t
worker_hash_owner_fragment(const struct flow_key *k, unsigned int n)
{
	return (uint16_t)(worker_hash_addresses(k, false) % n);
}

#endif /* PKT_WORKER_HASH_H */
