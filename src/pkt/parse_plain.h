/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_plain - the packets that nearly all are: untagged, IPv4 without options
 * or IPv6 without extension headers, TCP or UDP, whole, in one segment. All is
 * in registers until it is known to be well; false says "ask parse_packet()",
 * which gives the same answer for these and the reason for bad ones. So nothing
 * may be true here that is not true there: tests/unit/pkt/test_parse_plain.c.
 */
#ifndef PKT_PARSE_PLAIN_H
#define PKT_PARSE_PLAIN_H

#include <assert.h>

#include <rte_branch_prediction.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/pkt.h"

#define ETH_LEN 14u

/*
 * All fields between key and hash, in few wide stores: these, not reading, are
 * what the time goes into. Fields that move in struct pkt must stay covered.
 */
static __rte_always_inline void
pkt_clear(struct pkt *p)
{
	static_assert(
		offsetof(struct pkt, m) < offsetof(struct pkt, len) &&
			offsetof(struct pkt, key) < offsetof(struct pkt, len),
		"what is not cleared is always set");
	memset(&p->len, 0,
		offsetof(struct pkt, hash) - offsetof(struct pkt, len));
	memset(&p->key, 0, offsetof(struct flow_key, v4));
	p->gw.family = IP_NONE;
	/* A compiler that sees what is set soon makes small stores of it. */
	rte_compiler_barrier();
}

/*
 * Addresses that no packet on a wire may have: 0/8 and 127/8 at both ends,
 * 224/3 as a source. RFC 1122 3.2.1.3.
 */
static __rte_always_inline bool
ipv4_addresses_usual(const uint8_t *l3)
{
	uint8_t s = l3[12], d = l3[16];

	return (uint8_t)(s - 1) < 223 && s != 127 && d != 0 && d != 127;
}

/* Bytes of the L4 header; 0: neither TCP nor UDP, or wrong. len: L4 and all
 * behind it, at least 8. */
static __rte_always_inline uint32_t
plain_l4(uint8_t protocol, const uint8_t *l4, uint32_t len)
{
	uint32_t n;

	if (likely(protocol == IPP_UDP)) {
		n = load16(l4 + 4);
		return likely(n >= 8 && n <= len) ? 8 : 0;
	}
	if (protocol != IPP_TCP || len < 20)
		return 0;
	n = (uint32_t)(l4[12] >> 4) * 4;
	return n >= 20 && n <= len ? n : 0;
}

/* What both families have in common; l3_len: of the IP header. */
static __rte_always_inline void
plain_set(struct pkt *p, uint8_t *frame, uint32_t l3_len, uint32_t len,
	uint8_t protocol, uint32_t l4_hlen)
{
	uint8_t *l4 = frame + ETH_LEN + l3_len;

	pkt_clear(p);
	p->l3 = frame + ETH_LEN;
	p->l4 = l4;
	p->l2_len = ETH_LEN;
	p->len = len;
	p->l4_len = (uint16_t)(len - l3_len);
	p->payload = (uint16_t)(len - l3_len - l4_hlen);
	p->key.protocol = protocol;
	memcpy(&p->key.sport_be, l4, 4);
	if (protocol == IPP_TCP)
		p->tcp_flags = l4[13];
}

/* The frame is an untagged Ethernet header and at least 20 bytes. */
static __rte_always_inline bool
parse_plain4(struct pkt *p, const struct rte_mbuf *m, uint8_t *frame)
{
	uint8_t *l3 = frame + ETH_LEN;
	uint32_t len = load16(l3 + 2), hlen;

	if (unlikely(l3[0] != 0x45 || (get16(l3 + 6) & RTE_BE16(0x3fff)) != 0 ||
		     len < 28 || len + ETH_LEN != m->data_len ||
		     m->pkt_len != m->data_len))
		return false;
	hlen = plain_l4(l3[9], l3 + 20, len - 20);
	if (unlikely(hlen == 0 || !ipv4_addresses_usual(l3) ||
		     !cksum_ipv4_ok(l3)))
		return false;
	plain_set(p, frame, 20, len, l3[9], hlen);
	p->key.family = IP_V4;
	memcpy(&p->key.v4, l3 + 12, 8);
	p->ttl = l3[8];
	p->df = (l3[6] & 0x40) != 0;
	p->frag_id = load16(l3 + 4);
	p->l4_proto_off = 9;
	return true;
}

/* The same. Addresses that begin with 64 zero bits may be wrong, and multicast
 * may not send. */
static __rte_always_inline bool
parse_plain6(struct pkt *p, const struct rte_mbuf *m, uint8_t *frame)
{
	uint8_t *l3 = frame + ETH_LEN;
	uint32_t len = 40u + load16(l3 + 4), hlen;

	if (unlikely(l3[0] >> 4 != 6 || len < 48 ||
		     len + ETH_LEN != m->data_len || m->pkt_len != m->data_len))
		return false;
	hlen = plain_l4(l3[6], l3 + 40, len - 40);
	if (unlikely(hlen == 0 || l3[8] == 0xff || get64(l3 + 8) == 0 ||
		     get64(l3 + 24) == 0))
		return false;
	plain_set(p, frame, 40, len, l3[6], hlen);
	p->key.family = IP_V6;
	memcpy(&p->key.v6, l3 + 8, 32);
	p->ttl = l3[7];
	p->df = true;
	p->l4_proto_off = 6;
	return true;
}

#endif /* PKT_PARSE_PLAIN_H */
