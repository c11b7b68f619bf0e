/* SPDX-License-Identifier: Apache-2.0 */
#include "io/vnet.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "io/gso.h"
#include "pkt/cksum.h"

/* Where the frame's own L4 header lies. */
struct place {
	uint32_t l2_len, l3_len, l4_len;
	uint8_t proto; /* 0: no L4 header that a checksum could be for */
	bool v6;
};

static uint16_t
be16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool
skip_tags(const uint8_t *p, uint32_t len, uint16_t *ret_type, uint32_t *ret_off)
{
	uint32_t off = 2 * RTE_ETHER_ADDR_LEN;
	uint16_t type;

	do {
		if (off + 2 > len)
			return false;
		type = be16_at(p + off);
		off += type == RTE_ETHER_TYPE_VLAN ||
				       type == RTE_ETHER_TYPE_QINQ
			       ? RTE_VLAN_HLEN
			       : 2;
	} while (type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ);
	*ret_type = type;
	*ret_off = off;
	return true;
}

static bool
place_ipv4(const uint8_t *p, uint32_t len, struct place *at)
{
	const struct rte_ipv4_hdr *ip = (const void *)p;

	if (len < sizeof(*ip) || p[0] >> 4 != 4)
		return false;
	at->l3_len = rte_ipv4_hdr_len(ip);
	if (at->l3_len < sizeof(*ip) || at->l3_len > len)
		return false;
	/* A fragment's L4 checksum, if any, is not over these bytes. */
	if (be16_at(p + 6) & (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))
		return false;
	at->proto = ip->next_proto_id;
	return true;
}

static bool
place_ipv6(const uint8_t *p, uint32_t len, struct place *at)
{
	uint32_t off = sizeof(struct rte_ipv6_hdr);
	uint8_t next;

	if (len < off || p[0] >> 4 != 6)
		return false;
	next = p[6];
	while (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
		next == IPPROTO_DSTOPTS) {
		if (off + 8 > len)
			return false;
		next = p[off];
		off += (p[off + 1] + 1u) * 8;
	}
	if (off > len)
		return false;
	at->l3_len = off;
	at->proto = next;
	at->v6 = true;
	return true;
}

/* False: the frame has no TCP or UDP header of its own. */
static bool
place_find(const struct rte_mbuf *m, struct place *at)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t len = m->data_len;
	uint16_t type;
	bool ok = false;

	memset(at, 0, sizeof(*at));
	if (!skip_tags(p, len, &type, &at->l2_len))
		return false;
	p += at->l2_len;
	len -= at->l2_len;
	if (type == RTE_ETHER_TYPE_IPV4)
		ok = place_ipv4(p, len, at);
	else if (type == RTE_ETHER_TYPE_IPV6)
		ok = place_ipv6(p, len, at);
	if (!ok)
		return false;
	p += at->l3_len;
	len -= at->l3_len;
	if (at->proto == IPPROTO_TCP && len >= sizeof(struct rte_tcp_hdr))
		at->l4_len = (p[12] >> 4) * 4u;
	else if (at->proto == IPPROTO_UDP)
		at->l4_len = sizeof(struct rte_udp_hdr);
	/* The fields of an mbuf are 7 and 9 bits wide. */
	return at->l4_len >= sizeof(struct rte_udp_hdr) && at->l4_len <= len &&
	       at->l2_len < 128 && at->l3_len < 512 &&
	       (at->proto != IPPROTO_TCP ||
		       at->l4_len >= sizeof(struct rte_tcp_hdr));
}

static uint32_t
cksum_offset(uint8_t proto)
{
	return proto == IPPROTO_TCP ? offsetof(struct rte_tcp_hdr, cksum)
				    : offsetof(struct rte_udp_hdr, dgram_cksum);
}

static uint32_t
crc32c(const struct rte_mbuf *m, uint32_t off)
{
	uint32_t crc = UINT32_MAX;

	for (; m != NULL;
		off -= RTE_MIN(off, (uint32_t)m->data_len), m = m->next)
		for (uint32_t i = off; i < m->data_len; i++) {
			crc ^= *rte_pktmbuf_mtod_offset(m, const uint8_t *, i);
			for (int bit = 0; bit < 8; bit++)
				crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
		}
	return ~crc;
}

/* SCTP's checksum is at 8 and is a CRC32c; no Internet checksum is there. */
#define SCTP_CKSUM_OFFSET 8

/*
 * A checksum that no mbuf field can describe: the sum from csum_start to the
 * end of the frame, written where the header says.
 */
static int
complete_other(const struct virtio_net_hdr *h, struct rte_mbuf *m)
{
	uint32_t at = (uint32_t)h->csum_start + h->csum_offset;
	uint8_t *p;
	uint16_t sum;

	if (h->csum_start >= m->pkt_len || at + 2 > m->data_len)
		return -EINVAL;
	p = rte_pktmbuf_mtod_offset(m, uint8_t *, at);
	if (h->csum_offset == SCTP_CKSUM_OFFSET) {
		uint32_t crc;

		if (at + sizeof(crc) > m->data_len)
			return -EINVAL;
		memset(p, 0, sizeof(crc));
		crc = rte_cpu_to_le_32(crc32c(m, h->csum_start));
		memcpy(p, &crc, sizeof(crc));
		return 0;
	}
	sum = cksum_finish(cksum_add_mbuf(
		m, h->csum_start, m->pkt_len - h->csum_start, 0));
	if (sum == 0) /* which says "none" in UDP, and the same elsewhere */
		sum = UINT16_MAX;
	memcpy(p, &sum, sizeof(sum));
	return 0;
}

static void
set_partial(struct rte_mbuf *m, const struct place *at)
{
	m->l2_len = at->l2_len & 0x7f;
	m->l3_len = at->l3_len & 0x1ff;
	m->l4_len = at->l4_len & 0xff;
	m->ol_flags |= at->proto == IPPROTO_TCP ? RTE_MBUF_F_TX_TCP_CKSUM
						: RTE_MBUF_F_TX_UDP_CKSUM;
	m->ol_flags |= at->v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4;
}

/* The pseudo-header sum of a super-segment whose sender had summed it up. */
static void
write_pseudo(struct rte_mbuf *m, const struct place *at)
{
	uint8_t *l3 = rte_pktmbuf_mtod_offset(m, uint8_t *, at->l2_len);
	uint32_t l4_len = m->pkt_len - at->l2_len - at->l3_len;
	uint16_t sum;

	if (at->v6)
		sum = cksum_fold(cksum_add(l3 + 8, 32, 0));
	else
		sum = cksum_fold(cksum_add(l3 + 12, 8, 0));
	sum = gso_sum_adjust(sum, 0, at->proto);
	sum = gso_sum_adjust(sum, 0, l4_len);
	memcpy(l3 + at->l3_len + cksum_offset(at->proto), &sum, sizeof(sum));
}

static int
set_gso(const struct virtio_net_hdr *h, struct rte_mbuf *m,
	const struct place *at)
{
	uint8_t type = h->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	uint32_t hdr = at->l2_len + at->l3_len + at->l4_len;
	bool tcp = at->proto == IPPROTO_TCP;

	if (!(type == VIRTIO_NET_HDR_GSO_TCPV4 && tcp && !at->v6) &&
		!(type == VIRTIO_NET_HDR_GSO_TCPV6 && tcp && at->v6) &&
		!(type == VIRTIO_NET_HDR_GSO_UDP_L4 && !tcp))
		return -EINVAL;
	if (h->gso_size == 0 || m->pkt_len <= hdr)
		return -EINVAL;
	if (m->pkt_len - hdr <= h->gso_size)
		return 0; /* one segment: an ordinary frame */
	m->tso_segsz = h->gso_size;
	m->ol_flags |= tcp ? RTE_MBUF_F_TX_TCP_SEG : RTE_MBUF_F_TX_UDP_SEG;
	return 0;
}

int
vnet_to_mbuf(const struct virtio_net_hdr *h, struct rte_mbuf *m)
{
	bool partial = h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	bool super = h->gso_type != VIRTIO_NET_HDR_GSO_NONE;
	struct place at;
	bool own;

	if (!partial && !super) {
		if (h->flags & VIRTIO_NET_HDR_F_DATA_VALID)
			m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
		return 0;
	}
	own = place_find(m, &at) && at.l4_len > 0;
	if (own && partial)
		own = h->csum_start == at.l2_len + at.l3_len &&
		      h->csum_offset == cksum_offset(at.proto);
	if (!own)
		return super ? -EINVAL : complete_other(h, m);
	if (super && set_gso(h, m, &at) != 0)
		return -EINVAL;
	if (!partial)
		write_pseudo(m, &at);
	set_partial(m, &at);
	return 0;
}

static int
gso_from_mbuf(const struct rte_mbuf *m, struct virtio_net_hdr *ret)
{
	uint32_t hdr = (uint32_t)m->l2_len + m->l3_len + m->l4_len;
	const struct rte_tcp_hdr *th;

	if (hdr > m->data_len || m->tso_segsz == 0 || m->pkt_len <= hdr)
		return -EINVAL;
	if (m->pkt_len - hdr <= m->tso_segsz)
		return 0;
	ret->hdr_len = (uint16_t)hdr;
	ret->gso_size = m->tso_segsz;
	if (m->ol_flags & RTE_MBUF_F_TX_UDP_SEG) {
		ret->gso_type = VIRTIO_NET_HDR_GSO_UDP_L4;
		return 0;
	}
	if (m->l4_len < sizeof(*th))
		return -EINVAL;
	th = rte_pktmbuf_mtod_offset(
		m, const struct rte_tcp_hdr *, m->l2_len + m->l3_len);
	ret->gso_type = m->ol_flags & RTE_MBUF_F_TX_IPV6
				? VIRTIO_NET_HDR_GSO_TCPV6
				: VIRTIO_NET_HDR_GSO_TCPV4;
	if (th->tcp_flags & RTE_TCP_CWR_FLAG)
		ret->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	return 0;
}

int
vnet_from_mbuf(const struct rte_mbuf *m, struct virtio_net_hdr *ret)
{
	uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK;
	bool super = m->ol_flags & GSO_SEG_FLAGS;
	uint32_t start = (uint32_t)m->l2_len + m->l3_len, off;

	memset(ret, 0, sizeof(*ret));
	if (l4 == 0 && !super)
		return 0;
	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM ||
		(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG))
		off = offsetof(struct rte_tcp_hdr, cksum);
	else if (l4 == RTE_MBUF_F_TX_UDP_CKSUM ||
		 (m->ol_flags & RTE_MBUF_F_TX_UDP_SEG))
		off = offsetof(struct rte_udp_hdr, dgram_cksum);
	else
		return -EINVAL;
	if (m->l2_len < RTE_ETHER_HDR_LEN || start + off + 2 > m->data_len)
		return -EINVAL;
	ret->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	ret->csum_start = (uint16_t)start;
	ret->csum_offset = (uint16_t)off;
	return super ? gso_from_mbuf(m, ret) : 0;
}
