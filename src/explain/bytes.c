/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a packet that is only imagined. They lie in plain memory behind
 * an mbuf's header, so that no pool of the packet path is drawn from.
 */
#include "explain/explain_impl.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#define HEADROOM 128u
#define ETHERNET 14u

static uint16_t
l3_size(const struct packet_desc *d)
{
	return d->src.family == IP_V4 ? 20 : 40;
}

static uint16_t
l4_size(const struct packet_desc *d)
{
	return d->protocol == IPP_TCP ? 20 : d->protocol == 132 ? 12 : 8;
}

static void
write_l4(const struct packet_desc *d, uint8_t *l4, uint16_t len)
{
	uint16_t a = htons(d->sport), b = htons(d->dport), n = htons(len);
	uint32_t seq = htonl(d->seq), ack = htonl(d->ack);

	if (d->protocol == IPP_ICMP || d->protocol == IPP_ICMP6) {
		l4[0] = d->icmp_type;
		memcpy(l4 + 4, &a, 2);
		memcpy(l4 + 6, &b, 2);
		return;
	}
	memcpy(l4, &a, 2);
	memcpy(l4 + 2, &b, 2);
	if (d->protocol == IPP_TCP) {
		memcpy(l4 + 4, &seq, 4);
		memcpy(l4 + 8, &ack, 4);
		l4[12] = 5 << 4;
		l4[13] = d->tcp_flags;
		l4[14] = l4[15] = 0xff; /* window */
	} else if (d->protocol == IPP_UDP) {
		memcpy(l4 + 4, &n, 2);
	} else if (d->protocol != 132) { /* GRE and others: no ports */
		memset(l4, 0, 8);
	}
}

static void
write_checksum(const struct packet_desc *d, uint8_t *l3, uint16_t len)
{
	bool v4 = d->src.family == IP_V4;
	uint8_t *l4 = l3 + l3_size(d);
	unsigned int at = d->protocol == IPP_TCP   ? 16
			  : d->protocol == IPP_UDP ? 6
						   : 2;
	uint16_t sum;

	if (v4)
		((struct rte_ipv4_hdr *)l3)->hdr_checksum =
			rte_ipv4_cksum((const struct rte_ipv4_hdr *)l3);
	if (d->protocol != IPP_TCP && d->protocol != IPP_UDP &&
		d->protocol != IPP_ICMP && d->protocol != IPP_ICMP6)
		return;
	if (d->protocol == IPP_ICMP)
		sum = (uint16_t)~rte_raw_cksum(l4, (size_t)(len - 20));
	else if (v4)
		sum = rte_ipv4_udptcp_cksum((struct rte_ipv4_hdr *)l3, l4);
	else
		sum = rte_ipv6_udptcp_cksum((struct rte_ipv6_hdr *)l3, l4);
	memcpy(l4 + at, &sum, 2);
}

static void
write_ip(const struct packet_desc *d, uint8_t *l3, uint16_t len)
{
	struct rte_ipv4_hdr *ip4 = (struct rte_ipv4_hdr *)l3;
	struct rte_ipv6_hdr *ip6 = (struct rte_ipv6_hdr *)l3;

	if (d->src.family == IP_V4) {
		ip4->version_ihl = 0x45;
		ip4->total_length = htons(len);
		ip4->time_to_live = 64;
		ip4->next_proto_id = d->protocol;
		ip4->src_addr = d->src.v4_be;
		ip4->dst_addr = d->dst.v4_be;
	} else {
		ip6->vtc_flow = htonl(6u << 28);
		ip6->payload_len = htons((uint16_t)(len - 40));
		ip6->hop_limits = 64;
		ip6->proto = d->protocol;
		memcpy(ip6->src_addr, d->src.b, 16);
		memcpy(ip6->dst_addr, d->dst.b, 16);
	}
	write_l4(d, l3 + l3_size(d), (uint16_t)(len - l3_size(d)));
	write_checksum(d, l3, len);
}

static void
write_ethernet(const struct packet_desc *d, uint8_t *f)
{
	memcpy(f, d->mac, 6);
	f[6] = 2;
	f[11] = 1;
	f[12] = d->src.family == IP_V4 ? 0x08 : 0x86;
	f[13] = d->src.family == IP_V4 ? 0x00 : 0xdd;
}

struct rte_mbuf *
packet_bytes(const struct packet_desc *d)
{
	uint16_t l2 = d->from_host ? 0 : ETHERNET;
	uint16_t min = (uint16_t)(l3_size(d) + l4_size(d));
	uint16_t len = d->size > min ? d->size : min;
	size_t head = sizeof(struct rte_mbuf) + PKT_PRIV_SIZE;
	size_t bytes = head + HEADROOM + l2 + len;
	struct rte_mbuf *m = aligned_alloc(
		RTE_CACHE_LINE_SIZE, RTE_ALIGN(bytes, RTE_CACHE_LINE_SIZE));

	if (m == NULL)
		return NULL;
	memset(m, 0, bytes);
	m->buf_addr = (char *)m + head;
	m->buf_len = (uint16_t)RTE_MIN(HEADROOM + l2 + len, UINT16_MAX);
	m->data_off = HEADROOM;
	m->priv_size = PKT_PRIV_SIZE;
	m->refcnt = 1;
	m->nb_segs = 1;
	m->pkt_len = (uint32_t)l2 + len;
	m->data_len = (uint16_t)(l2 + len);
	if (l2 > 0)
		write_ethernet(d, rte_pktmbuf_mtod(m, uint8_t *));
	if (d->vlan != 0) {
		m->ol_flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = d->vlan;
	}
	write_ip(d, rte_pktmbuf_mtod_offset(m, uint8_t *, l2), len);
	return m;
}
