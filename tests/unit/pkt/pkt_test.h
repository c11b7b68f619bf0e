/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkt_test - mbufs for tests: a small pool on plain memory, no hugepages, no
 * devices, no privileges.
 */
#ifndef PKT_TEST_H
#define PKT_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include <rte_mbuf.h>

#include "pkt/pkt.h"

/* Rows of vectors.h, which make_vectors.py writes. */
struct parse_vector {
	const char *name;
	const char *bytes;
	uint32_t len;
	enum reason reason; /* not NONE: dropped, and nothing below counts */
	const char *src, *dst;
	uint16_t sport, dport;
	uint8_t protocol, ttl, tcp_flags, icmp_class;
	bool df, options, frag_first, frag_later;
	uint16_t payload, vlan, frag_off, l4_proto_off, trimmed;
	uint32_t frag_id;
};

struct nat_vector {
	const char *name;
	uint32_t len;
	const char *before, *after, *src, *dst;
	uint16_t sport, dport;
};

#define PKT_TEST_ROOM 2048 /* head room, then 1920 bytes of data */

/* Start DPDK and make the pool, once per process. */
struct rte_mempool *pkt_test_pool(void);

/* How many mbufs are out: 0 at the end, or there is a leak. */
unsigned int pkt_test_in_use(void);

/* A chain of these bytes, cut before the first `first` bytes end (0: no cut
 * unless a segment is full) and then every `rest` bytes. Meta is zero. */
struct rte_mbuf *pkt_test_chain(
	const void *bytes, uint32_t len, uint16_t first, uint16_t rest);

static inline struct rte_mbuf *
pkt_test_mbuf(const void *bytes, uint32_t len)
{
	return pkt_test_chain(bytes, len, 0, 0);
}

/* All bytes of the chain; the caller frees them. */
uint8_t *pkt_test_bytes(const struct rte_mbuf *m, uint32_t *ret_len);

/* Are all checksums of this IP packet right (computed slowly)? */
bool pkt_test_checksums_ok(const uint8_t *l3, uint32_t len);

#endif /* PKT_TEST_H */
