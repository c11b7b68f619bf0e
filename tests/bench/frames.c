/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frame of flow i: source 10.0.0.0 + i/16 (2001:db8:a:: + i/16), destination
 * 192.0.2.0 + i%16 (2001:db8:b:: + i%16), UDP from 1024 + (i * 7919) % 60000
 * to port 53. The reply has both ends exchanged; with NAT it goes to where the
 * flow was translated to. 64 bytes on the wire with
 * IPv4 (60 here, without FCS), 66 with IPv6.
 */
#include <string.h>

#include <rte_ip.h>

#include "bench.h"
#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/key.h"

#define ETH     14u
#define TTL     64
#define DATA    18u /* bytes after the UDP header; 4 with IPv6 */
#define SERVICE RTE_BE16(53)

/* As on the wire; of addresses the last 32 bits. */
struct ends {
	uint32_t client, server;
	uint16_t port; /* of the client */
};

static inline struct ends
ends_of(uint32_t flow, bool ipv6)
{
	uint32_t base_client = ipv6 ? 0 : 0x0a000000u;
	uint32_t base_server = ipv6 ? 0 : 0xc0000200u;

	return (struct ends){
		rte_cpu_to_be_32(base_client + (flow >> 4)),
		rte_cpu_to_be_32(base_server + (flow & 15)),
		rte_cpu_to_be_16((uint16_t)(1024u + flow * 7919u % 60000u)),
	};
}

/* The last 32 bits of an address of the pool. */
static inline uint32_t
outside_addr(const struct nat_range *r, uint32_t i)
{
	uint32_t first = r->first.family == IP_V4 ? r->first.v4_be
						  : get32(r->first.b + 12);

	return rte_cpu_to_be_32(rte_be_to_cpu_32(first) + i);
}

/* The ends as the servers see them. */
static inline struct ends
ends_outside(const struct frames *f, uint32_t flow)
{
	struct ends e = ends_of(flow, f->ipv6);

	if (f->outside != NULL) {
		e.client = outside_addr(&f->world->nat, f->outside[flow] >> 16);
		e.port = rte_cpu_to_be_16((uint16_t)f->outside[flow]);
	}
	return e;
}

static void
template_v4(uint8_t *l3)
{
	l3[0] = 0x45;
	store16(l3 + 2, 28 + DATA);
	l3[8] = TTL;
	l3[9] = IPP_UDP;
	store16(l3 + 20 + 4, 8 + DATA);
}

static void
template_v6(uint8_t *l3, unsigned int dir)
{
	static const uint8_t net[2][6] = {{0x20, 0x01, 0x0d, 0xb8, 0, 0x0a},
		{0x20, 0x01, 0x0d, 0xb8, 0, 0x0b}};

	l3[0] = 0x60;
	store16(l3 + 4, 12);
	l3[6] = IPP_UDP;
	l3[7] = TTL;
	memcpy(l3 + 8, net[dir], 6);
	memcpy(l3 + 24, net[!dir], 6);
	store16(l3 + 40 + 4, 12);
}

/* Replies go to the pool. */
static void
template_outside(const struct frames *f, uint8_t *l3)
{
	if (f->ipv6)
		memcpy(l3 + 24, f->world->nat.first.b, 12);
}

void
frames_init(struct frames *f, const struct bench_world *w, bool ipv6)
{
	memset(f, 0, sizeof(*f));
	f->world = w;
	f->ipv6 = ipv6;
	f->len = ipv6 ? ETH + 40 + 12 : ETH + 28 + DATA;
	for (unsigned int dir = 0; dir < 2; dir++) {
		uint8_t *l2 = f->out[dir], *l3 = l2 + ETH;

		memcpy(l2, w->mac[w->ifd[dir].v], 6);
		memcpy(l2 + 6, w->next_mac[dir], 6);
		store16(l2 + 12, ipv6 ? 0x86dd : 0x0800);
		if (ipv6)
			template_v6(l3, dir);
		else
			template_v4(l3);
		if (dir == 1 && w->nat.n > 0)
			template_outside(f, l3);
		f->sum[dir] = cksum_add(l3, 20, 0);
		/* addresses; length twice, protocol; ports come later */
		f->l4_sum[dir] = cksum_add(l3 + 8, 32, 0) +
				 2ull * RTE_BE16(12) + RTE_BE16(IPP_UDP) +
				 SERVICE;
	}
}

static inline void
addresses_v4(const struct frames *f, uint8_t *l3, const struct ends *e,
	unsigned int dir)
{
	uint32_t src = dir ? e->server : e->client;
	uint32_t dst = dir ? e->client : e->server;

	put32(l3 + 12, src);
	put32(l3 + 16, dst);
	put16(l3 + 10, cksum_finish(f->sum[dir] + src + dst));
}

static inline void
addresses_v6(const struct frames *f, uint8_t *l3, const struct ends *e,
	unsigned int dir)
{
	put32(l3 + 8 + 12, dir ? e->server : e->client);
	put32(l3 + 24 + 12, dir ? e->client : e->server);
	put16(l3 + 40 + 6,
		cksum_finish(f->l4_sum[dir] + e->client + e->server + e->port));
}

void
frame_write(const struct frames *f, struct rte_mbuf *m, uint32_t flow,
	unsigned int dir)
{
	struct ends e = dir ? ends_outside(f, flow) : ends_of(flow, f->ipv6);
	uint8_t *l2 = rte_pktmbuf_mtod(m, uint8_t *), *l3 = l2 + ETH, *l4;

	memcpy(l2, f->out[dir], sizeof(f->out[dir]));
	if (f->ipv6)
		addresses_v6(f, l3, &e, dir);
	else
		addresses_v4(f, l3, &e, dir);
	l4 = l3 + (f->ipv6 ? 40 : 20);
	put16(l4, dir ? SERVICE : e.port);
	put16(l4 + 2, dir ? e.port : SERVICE);
	m->data_len = f->len;
	m->pkt_len = f->len;
	*mbuf_meta(m) = (struct mbuf_meta){.ifd = f->world->ifd[dir]};
}

static bool
mac_right(const struct frames *f, const uint8_t *l2, unsigned int dir)
{
	const struct bench_world *w = f->world;

	return (f->any_mac || memcmp(l2, w->next_mac[!dir], 6) == 0) &&
	       memcmp(l2 + 6, w->mac[w->ifd[!dir].v], 6) == 0 &&
	       get16(l2 + 12) == get16(f->out[dir] + 12);
}

static bool
l3_right(const struct frames *f, const uint8_t *l3, const struct ends *e,
	unsigned int dir)
{
	uint32_t src = dir ? e->server : e->client;
	uint32_t dst = dir ? e->client : e->server;

	if (f->ipv6)
		return l3[7] == TTL - 1 && get32(l3 + 20) == src &&
		       get32(l3 + 36) == dst &&
		       rte_ipv6_udptcp_cksum_verify(
			       (const struct rte_ipv6_hdr *)l3, l3 + 40) == 0;
	return l3[8] == TTL - 1 && get32(l3 + 12) == src &&
	       get32(l3 + 16) == dst && rte_raw_cksum(l3, 20) == 0xffff;
}

/* What frame_write() made, after one router. */
bool
frame_right(const struct frames *f, const struct pkt *p, uint32_t flow,
	unsigned int dir)
{
	const uint8_t *l2 = rte_pktmbuf_mtod(p->m, const uint8_t *);
	const uint8_t *l3 = l2 + ETH;
	struct ends e = dir ? ends_of(flow, f->ipv6) : ends_outside(f, flow);
	const uint8_t *l4 = l3 + (f->ipv6 ? 40 : 20);

	return p->m->data_len == f->len && mac_right(f, l2, dir) &&
	       get16(l4) == (dir ? SERVICE : e.port) &&
	       get16(l4 + 2) == (dir ? e.port : SERVICE) &&
	       l3_right(f, l3, &e, dir);
}

bool
frame_learn(struct frames *f, const struct pkt *p, uint32_t flow)
{
	const struct nat_range *r = &f->world->nat;
	const uint8_t *l3 = rte_pktmbuf_mtod(p->m, const uint8_t *) + ETH;
	uint32_t addr = rte_be_to_cpu_32(get32(l3 + (f->ipv6 ? 20 : 12)));
	uint32_t i = addr - rte_be_to_cpu_32(outside_addr(r, 0));
	uint16_t port = rte_be_to_cpu_16(get16(l3 + (f->ipv6 ? 40 : 20)));

	if (i >= r->n || port < r->port_lo || port > r->port_hi)
		return false;
	f->outside[flow] = i << 16 | port;
	return true;
}

struct policy_query
frame_query(const struct frames *f, const struct bench_world *w, uint32_t flow)
{
	struct ends e = ends_of(flow, f->ipv6);
	struct policy_query q = {
		.from = w->zone[0],
		.to = w->zone[1],
		.protocol = IPP_UDP,
		.sport = rte_be_to_cpu_16(e.port),
		.dport = 53,
	};

	if (f->ipv6) {
		q.src = ip_addr_v6(f->out[0] + ETH + 8);
		q.dst = ip_addr_v6(f->out[0] + ETH + 24);
		put32(q.src.b + 12, e.client);
		put32(q.dst.b + 12, e.server);
	} else {
		q.src = ip_addr_v4(e.client);
		q.dst = ip_addr_v4(e.server);
	}
	return q;
}
