/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams of the box: they take the packet path as its pings do. */
#include <string.h>

#include "host/host_impl.h"
#include "pkt/build.h"
#include "pkt/bytes.h"
#include "pkt/cksum.h"

static void
checksum(struct rte_mbuf *m, const struct build_ip *ip)
{
	struct flow_key k = {.family = (uint8_t)ip->dst.family};
	uint8_t *l4 = rte_pktmbuf_mtod(m, uint8_t *);
	uint64_t sum;

	if (k.family == IP_V4) {
		k.v4.src_be = ip->src.v4_be;
		k.v4.dst_be = ip->dst.v4_be;
	} else {
		memcpy(k.v6.src, ip->src.b, 16);
		memcpy(k.v6.dst, ip->dst.b, 16);
	}
	sum = cksum_pseudo(&k, IPP_UDP, m->pkt_len);
	put16(l4 + 6,
		cksum_udp(cksum_finish(cksum_add_mbuf(m, 0, m->pkt_len, sum))));
}

bool
host_udp_send(struct host *h, const struct host_datagram *g)
{
	struct build_ip ip = {.dst = g->dst, .protocol = IPP_UDP, .ttl = 64};
	struct rte_mbuf *m;
	uint8_t *l4;

	if (g->len > HOST_DATAGRAM_MAX ||
		!host_pick_source(h, g->vr, &g->dst, &g->src, &ip.src))
		return false;
	m = host_mbuf(h);
	if (m == NULL)
		return false;
	l4 = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(8 + g->len));
	if (l4 == NULL) {
		rte_pktmbuf_free(m);
		return false;
	}
	put16(l4, rte_cpu_to_be_16(g->sport));
	put16(l4 + 2, rte_cpu_to_be_16(g->dport));
	put16(l4 + 4, rte_cpu_to_be_16((uint16_t)(8 + g->len)));
	put16(l4 + 6, 0);
	memcpy(l4 + 8, g->data, g->len);
	checksum(m, &ip);
	if (build_ip_header(m, &ip) != 0) {
		rte_pktmbuf_free(m);
		return false;
	}
	host_send_ip(h, m, g->vr, IFL_NONE);
	return true;
}
