/* SPDX-License-Identifier: Apache-2.0 */
#include "io/gso.h"

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "pkt/cksum.h"

#define TCP_FLAGS_LAST (RTE_TCP_FIN_FLAG | RTE_TCP_PSH_FLAG)
#define FRAME_MAX      (UINT16_MAX + 18u)

static bool
is_tcp(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) ||
	       (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_TCP_CKSUM;
}

static bool
is_udp(const struct rte_mbuf *m)
{
	return !is_tcp(m) && ((m->ol_flags & RTE_MBUF_F_TX_UDP_SEG) ||
				     (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) ==
					     RTE_MBUF_F_TX_UDP_CKSUM);
}

uint16_t
gso_sum_adjust(uint16_t sum_be, uint32_t old, uint32_t now)
{
	uint64_t sum = rte_be_to_cpu_16(sum_be);

	sum += (uint64_t)cksum_finish(old) + now;
	return rte_cpu_to_be_16(cksum_fold(sum));
}

static uint32_t
headers_len(const struct rte_mbuf *m)
{
	return (uint32_t)m->l2_len + m->l3_len + m->l4_len;
}

struct gso_wire
gso_wire(const struct rte_mbuf *m)
{
	uint32_t hdr = headers_len(m);
	struct gso_wire w = {1, m->pkt_len};

	if ((m->ol_flags & GSO_SEG_FLAGS) && m->tso_segsz > 0 &&
		m->pkt_len > hdr) {
		w.packets =
			(m->pkt_len - hdr + m->tso_segsz - 1) / m->tso_segsz;
		w.bytes += (w.packets - 1) * hdr;
	}
	/* A tag beside the frame is on the wire as well. */
	if (m->ol_flags & (RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED))
		w.bytes += w.packets * RTE_VLAN_HLEN;
	return w;
}

/* The headers named by l2_len and l3_len are in the first mbuf. */
static bool
l3_fits(const struct rte_mbuf *m)
{
	const struct rte_ipv4_hdr *ip;

	if (m->l2_len < RTE_ETHER_HDR_LEN)
		return false;
	if ((uint32_t)m->l2_len + m->l3_len > m->data_len)
		return false;
	if (!(m->ol_flags & RTE_MBUF_F_TX_IPV4))
		return (m->ol_flags & RTE_MBUF_F_TX_IPV6) &&
		       m->l3_len >= sizeof(struct rte_ipv6_hdr);
	ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, m->l2_len);
	return m->l3_len >= sizeof(*ip) && rte_ipv4_hdr_len(ip) == m->l3_len;
}

/* And those of TCP or UDP, where a checksum or segments are asked for. */
static bool
l4_fits(const struct rte_mbuf *m, uint32_t l4_min)
{
	return (uint32_t)m->l2_len + m->l3_len + l4_min <= m->data_len;
}

static void
ipv4_cksum(struct rte_ipv4_hdr *ip, uint16_t len)
{
	ip->hdr_checksum = 0;
	ip->hdr_checksum = cksum_finish(cksum_add(ip, len, 0));
}

/*
 * The checksum field holds the pseudo-header sum, so that the sum over all from
 * the L4 header to the end, field included, is the checksum's complement.
 */
static uint16_t
l4_cksum(const struct rte_mbuf *m, bool udp)
{
	uint32_t off = (uint32_t)m->l2_len + m->l3_len;
	uint16_t sum =
		cksum_finish(cksum_add_mbuf(m, off, m->pkt_len - off, 0));

	return udp && sum == 0 ? 0xffff : sum;
}

int
gso_ipv4_complete(struct rte_mbuf *m)
{
	uint64_t flags = RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_IPV4;

	if ((m->ol_flags & flags) == flags) {
		if (!l3_fits(m))
			return -EINVAL;
		ipv4_cksum(rte_pktmbuf_mtod_offset(
				   m, struct rte_ipv4_hdr *, m->l2_len),
			m->l3_len);
	}
	m->ol_flags &= ~RTE_MBUF_F_TX_IP_CKSUM;
	return 0;
}

int
gso_cksum_complete(struct rte_mbuf *m)
{
	bool tcp = is_tcp(m), udp = is_udp(m);
	uint8_t *l3;

	if (!tcp && !udp && !(m->ol_flags & RTE_MBUF_F_TX_IP_CKSUM))
		return 0;
	if (!l3_fits(m))
		return -EINVAL;
	if ((tcp && !l4_fits(m, sizeof(struct rte_tcp_hdr))) ||
		(udp && !l4_fits(m, sizeof(struct rte_udp_hdr))))
		return -EINVAL;
	l3 = rte_pktmbuf_mtod_offset(m, uint8_t *, m->l2_len);
	if (gso_ipv4_complete(m) != 0)
		return -EINVAL;
	l3 += m->l3_len;
	if (tcp)
		((struct rte_tcp_hdr *)l3)->cksum = l4_cksum(m, false);
	else if (udp)
		((struct rte_udp_hdr *)l3)->dgram_cksum = l4_cksum(m, true);
	m->ol_flags &= ~GSO_TX_FLAGS;
	return 0;
}

int
gso_begin(struct gso *g, const struct rte_mbuf *m)
{
	const struct rte_tcp_hdr *th;
	uint32_t hdr = headers_len(m);

	if (!(m->ol_flags & GSO_SEG_FLAGS) || m->tso_segsz == 0)
		return -EINVAL;
	if (!l3_fits(m) || hdr > m->data_len || hdr > UINT16_MAX)
		return -EINVAL;
	/* A segment must fit the length fields of its own headers. */
	if (hdr - m->l2_len + m->tso_segsz > UINT16_MAX || m->pkt_len <= hdr)
		return -EINVAL;
	if (is_tcp(m)) {
		if (m->l4_len < sizeof(*th))
			return -EINVAL;
		th = rte_pktmbuf_mtod_offset(
			m, const struct rte_tcp_hdr *, m->l2_len + m->l3_len);
		if ((th->data_off >> 4) * 4 != m->l4_len)
			return -EINVAL;
	} else if (m->l4_len != sizeof(struct rte_udp_hdr)) {
		return -EINVAL;
	}
	g->m = m;
	g->seg = m;
	g->seg_off = hdr;
	g->left = m->pkt_len - hdr;
	g->index = 0;
	g->hdr_len = (uint16_t)hdr;
	return 0;
}

static bool
chain_room(
	struct rte_mbuf *out, struct rte_mbuf **last, struct rte_mempool *pool)
{
	struct rte_mbuf *more;

	if (rte_pktmbuf_tailroom(*last) > 0)
		return true;
	more = rte_pktmbuf_alloc(pool);
	if (more == NULL)
		return false;
	more->data_off = 0;
	(*last)->next = more;
	out->nb_segs++;
	*last = more;
	return true;
}

/* Append len bytes to out's chain, taking more mbufs of pool as needed. */
static bool
chain_append(struct rte_mbuf *out, struct rte_mbuf **last,
	struct rte_mempool *pool, const uint8_t *data, uint32_t len)
{
	while (len > 0) {
		uint32_t n;

		if (!chain_room(out, last, pool))
			return false;
		n = RTE_MIN(len, (uint32_t)rte_pktmbuf_tailroom(*last));
		memcpy(rte_pktmbuf_mtod_offset(
			       *last, uint8_t *, (*last)->data_len),
			data, n);
		(*last)->data_len = (uint16_t)((*last)->data_len + n);
		out->pkt_len += n;
		data += n;
		len -= n;
	}
	return true;
}

static bool
copy_payload(struct gso *g, struct rte_mbuf *out, struct rte_mempool *pool,
	uint32_t len)
{
	struct rte_mbuf *last = out;

	while (len > 0) {
		uint32_t have, n;

		while (g->seg != NULL && g->seg_off >= g->seg->data_len) {
			g->seg = g->seg->next;
			g->seg_off = 0;
		}
		if (g->seg == NULL) /* pkt_len promised more than there is */
			return false;
		have = g->seg->data_len - g->seg_off;
		n = RTE_MIN(len, have);
		if (!chain_append(out, &last, pool,
			    rte_pktmbuf_mtod_offset(
				    g->seg, const uint8_t *, g->seg_off),
			    n))
			return false;
		g->seg_off += n;
		len -= n;
	}
	return true;
}

/* Lengths, the IPv4 identification and the IPv4 checksum of one segment. */
static void
fix_l3(const struct gso *g, struct rte_mbuf *out)
{
	uint8_t *l3 = rte_pktmbuf_mtod_offset(out, uint8_t *, g->m->l2_len);
	uint32_t len = out->pkt_len - g->m->l2_len;

	if (g->m->ol_flags & RTE_MBUF_F_TX_IPV4) {
		struct rte_ipv4_hdr *ip = (void *)l3;
		uint16_t id = rte_be_to_cpu_16(ip->packet_id);

		ip->total_length = rte_cpu_to_be_16((uint16_t)len);
		ip->packet_id = rte_cpu_to_be_16((uint16_t)(id + g->index));
		ipv4_cksum(ip, g->m->l3_len);
	} else {
		struct rte_ipv6_hdr *ip = (void *)l3;

		ip->payload_len =
			rte_cpu_to_be_16((uint16_t)(len - sizeof(*ip)));
	}
}

static void
fix_tcp(const struct gso *g, struct rte_mbuf *out, uint32_t payload, bool last)
{
	struct rte_tcp_hdr *th = rte_pktmbuf_mtod_offset(
		out, struct rte_tcp_hdr *, g->m->l2_len + g->m->l3_len);
	uint32_t seq = rte_be_to_cpu_32(th->sent_seq);

	th->sent_seq =
		rte_cpu_to_be_32(seq + g->index * (uint32_t)g->m->tso_segsz);
	if (!last)
		th->tcp_flags &= (uint8_t)~TCP_FLAGS_LAST;
	if (g->index > 0)
		th->tcp_flags &= (uint8_t)~RTE_TCP_CWR_FLAG;
	th->cksum = gso_sum_adjust(th->cksum,
		g->m->pkt_len - g->m->l2_len - g->m->l3_len,
		g->m->l4_len + payload);
	th->cksum = l4_cksum(out, false);
}

static void
fix_udp(const struct gso *g, struct rte_mbuf *out, uint32_t payload)
{
	struct rte_udp_hdr *uh = rte_pktmbuf_mtod_offset(
		out, struct rte_udp_hdr *, g->m->l2_len + g->m->l3_len);
	uint32_t len = g->m->l4_len + payload;

	uh->dgram_len = rte_cpu_to_be_16((uint16_t)len);
	uh->dgram_cksum = gso_sum_adjust(uh->dgram_cksum,
		g->m->pkt_len - g->m->l2_len - g->m->l3_len, len);
	uh->dgram_cksum = l4_cksum(out, true);
}

struct rte_mbuf *
gso_next(struct gso *g, struct rte_mempool *pool)
{
	uint32_t payload = RTE_MIN(g->left, (uint32_t)g->m->tso_segsz);
	struct rte_mbuf *out, *last;

	if (payload == 0)
		return NULL;
	out = rte_pktmbuf_alloc(pool);
	if (out == NULL)
		return NULL;
	last = out;
	out->l2_len = g->m->l2_len;
	out->l3_len = g->m->l3_len;
	out->l4_len = g->m->l4_len;
	if (g->hdr_len > rte_pktmbuf_tailroom(out) ||
		!chain_append(out, &last, pool,
			rte_pktmbuf_mtod(g->m, const uint8_t *), g->hdr_len) ||
		!copy_payload(g, out, pool, payload)) {
		rte_pktmbuf_free(out);
		return NULL;
	}
	fix_l3(g, out);
	if (is_tcp(g->m))
		fix_tcp(g, out, payload, payload == g->left);
	else
		fix_udp(g, out, payload);
	out->ol_flags = g->m->ol_flags & RTE_MBUF_F_TX_VLAN;
	out->vlan_tci = g->m->vlan_tci;
	g->left -= payload;
	g->index++;
	return out;
}

int
gso_vlan_push(struct rte_mbuf *m)
{
	struct rte_vlan_hdr *tag;
	uint8_t *p;

	if (!(m->ol_flags & RTE_MBUF_F_TX_VLAN))
		return 0;
	if (m->data_len < RTE_ETHER_HDR_LEN)
		return -EINVAL;
	p = (uint8_t *)rte_pktmbuf_prepend(m, RTE_VLAN_HLEN);
	if (p == NULL)
		return -ENOSPC;
	memmove(p, p + RTE_VLAN_HLEN, 2 * RTE_ETHER_ADDR_LEN);
	/* The tag: 0x8100, then the TCI; the old EtherType follows it. */
	p[12] = RTE_ETHER_TYPE_VLAN >> 8;
	p[13] = RTE_ETHER_TYPE_VLAN & 0xff;
	tag = (struct rte_vlan_hdr *)(p + RTE_ETHER_HDR_LEN);
	tag->vlan_tci = rte_cpu_to_be_16(m->vlan_tci);
	m->l2_len += RTE_VLAN_HLEN;
	m->ol_flags &= ~RTE_MBUF_F_TX_VLAN;
	return 0;
}

struct rte_mbuf *
gso_mbuf_from_bytes(struct rte_mempool *pool, struct rte_mempool *jumbo,
	const void *data, size_t len)
{
	struct rte_mbuf *m, *last, *tail;

	if (len > FRAME_MAX)
		return NULL;
	m = rte_pktmbuf_alloc(pool);
	if (m == NULL)
		return NULL;
	last = m;
	if (jumbo != NULL && len > rte_pktmbuf_tailroom(m)) {
		tail = rte_pktmbuf_alloc(jumbo);
		if (tail != NULL) {
			uint32_t n = rte_pktmbuf_tailroom(m);

			tail->data_off = 0;
			chain_append(m, &last, pool, data, n);
			m->next = tail;
			m->nb_segs = 2;
			last = tail;
			data = (const uint8_t *)data + n;
			len -= n;
		}
	}
	if (!chain_append(m, &last, pool, data, (uint32_t)len)) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	return m;
}

struct rte_mbuf *
gso_linearize(const struct rte_mbuf *m, struct rte_mempool *pool,
	struct rte_mempool *jumbo)
{
	struct rte_mempool *from = pool;
	struct rte_mbuf *out;
	char *p;

	if (m->pkt_len + RTE_PKTMBUF_HEADROOM >
		rte_pktmbuf_data_room_size(from))
		from = jumbo;
	out = from == NULL ? NULL : rte_pktmbuf_alloc(from);
	if (out == NULL)
		return NULL;
	p = m->pkt_len > UINT16_MAX
		    ? NULL
		    : rte_pktmbuf_append(out, (uint16_t)m->pkt_len);
	if (p == NULL) {
		rte_pktmbuf_free(out);
		return NULL;
	}
	for (const struct rte_mbuf *s = m; s != NULL; s = s->next) {
		memcpy(p, rte_pktmbuf_mtod(s, const void *), s->data_len);
		p += s->data_len;
	}
	out->ol_flags = m->ol_flags & (GSO_TX_FLAGS | RTE_MBUF_F_TX_VLAN);
	out->tx_offload = m->tx_offload;
	out->vlan_tci = m->vlan_tci;
	return out;
}
