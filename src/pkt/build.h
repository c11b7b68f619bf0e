/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build - packets that the box itself sends: ICMP errors, TCP resets, echo.
 * All come out as META_FROM_HOST packets: IP header first, checksums done, the
 * rest of mbuf_meta zero (the caller names the virtual router in .vr). `out` is
 * a free mbuf with a private area; its content is overwritten.
 *
 * Data of an echo request that out cannot hold goes on in mbufs of out's pool.
 *
 * Return 0, -ENOENT when such a packet must not be sent (not an error: the
 * rules are below), -EINVAL for addresses of the wrong family, -ENOSPC when out
 * is too small or the packet too long. out holds nothing of use unless 0.
 */
#ifndef PKT_BUILD_H
#define PKT_BUILD_H

#include "pkt/pkt.h"

/*
 * What p->answer says, to the sender of p, from the address src. The quote is
 * the packet as the sender sent it, but with the TTL as it arrived: it may be
 * changed by NAT already. IPv4: up to 576 bytes in all, IPv6 up to 1280.
 *
 * A TCP reset comes from the address that p was sent to; src may be NULL.
 *
 * Nobody is told [FL-9]: about ICMP errors (and redirects), about fragments but
 * the first, about packets to group addresses of IP or Ethernet (IPv6 packet
 * too big excepted), about packets from nobody in particular, about a RST with
 * a RST. RFC 1122 3.2.2, RFC 4443 2.4(e).
 */
int build_answer(
	struct rte_mbuf *out, const struct pkt *p, const struct ip_addr *src);

/* Would build_answer make one? Asked before an mbuf is taken. */
bool build_answer_wanted(const struct pkt *p);

struct echo_request {
	struct ip_addr src, dst;
	uint16_t id, seq;
	uint8_t ttl;      /* 0: 64 */
	uint8_t tos;      /* or traffic class */
	bool df;          /* IPv4 */
	const void *data; /* behind the ICMP header; NULL with data_len 0 */
	uint16_t data_len;
};

int build_echo_request(struct rte_mbuf *out, const struct echo_request *e);

/*
 * The reply to p, an echo request. From src, or, if NULL, from the address p
 * was sent to; then a request to a group address gets none. `out` may be p->m
 * itself, which is turned into the reply, whatever its size; then p's other
 * fields are of no use any more. A fragment gets no reply.
 */
int build_echo_reply(
	struct rte_mbuf *out, const struct pkt *p, const struct ip_addr *src);

/*
 * Put an IP header in front of out, which holds payload of this protocol;
 * for the box's own packets of other kinds. L4 checksums are the caller's.
 */
struct build_ip {
	struct ip_addr src, dst;
	uint8_t protocol, ttl, tos;
	bool df;
};

int build_ip_header(struct rte_mbuf *out, const struct build_ip *h);

#endif /* PKT_BUILD_H */
