/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves. Frames of one burst are gathered per port and sent together.
 * Only here a packet larger than the egress MTU is cut (RFC 791 3.2).
 */
#include <rte_ip_frag.h>

#include "io/frag6.h"
#include "io/gso.h"
#include "io/worker_impl.h"

#define FRAGMENTS_MAX 256u /* 64 KB to the smallest MTU of IPv4 links */

void
worker_drop(struct worker *w, struct rte_mbuf *m, enum reason reason)
{
	w->env.counters->total.dropped++;
	w->env.counters->total.reason[reason]++;
	worker_drop_tap(w, m, NULL, reason);
	rte_pktmbuf_free(m);
}

static void
queue_send(struct worker *w, struct ifd_id ifd)
{
	struct tx_queue *q = &w->tx[ifd.v];
	struct port *port = atomic_load_explicit(
		&w->all->port[ifd.v], memory_order_acquire);
	unsigned int sent = 0;

	if (port != NULL)
		sent = port_tx_burst(port, w->index, q->m, q->n);
	w->env.counters->total.transmitted += sent;
	for (; sent < q->n; sent++)
		worker_drop(w, q->m[sent],
			port != NULL ? REASON_TX_FULL : REASON_TX_DOWN);
	q->n = 0;
}

/* It stays listed when its queue was sent early: it must yet be flushed. */
static void
list_port(struct worker *w, struct ifd_id ifd)
{
	for (unsigned int i = 0; i < w->ntx_used; i++)
		if (w->tx_used[i] == ifd.v)
			return;
	w->tx_used[w->ntx_used++] = ifd.v;
}

void
tx_put(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	const struct pkt *p)
{
	struct tx_queue *q = &w->tx[ifd.v];

	if (unlikely(atomic_load_explicit(
		    &w->all->tap[ifd.v], memory_order_relaxed)))
		worker_tap_tell(w, worker_tap_copy(w, ifd, m), p, VERDICT_NEXT,
			PUNT_TAP_OUT);
	if (q->n == 0)
		list_port(w, ifd);
	q->m[q->n++] = m;
	if (q->n == TX_QUEUE)
		queue_send(w, ifd);
}

void
tx_flush(struct worker *w)
{
	for (unsigned int i = 0; i < w->ntx_used; i++) {
		struct ifd_id ifd = {w->tx_used[i]};
		struct port *port;

		queue_send(w, ifd);
		port = atomic_load_explicit(
			&w->all->port[ifd.v], memory_order_acquire);
		if (port != NULL)
			port_tx_flush(port, w->index);
	}
	w->ntx_used = 0;
}

static void
ipv4_checksum(struct rte_mbuf *m)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);

	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
}

/* DPDK leaves 0, the same for all: those of one sender must differ. */
static void
ipv6_identify(struct worker *w, struct rte_mbuf **out, int n)
{
	w->fragment_id += 2654435761u; /* odd: comes round after 2^32 */
	for (int i = 0; i < n; i++)
		memcpy(rte_pktmbuf_mtod_offset(out[i], uint8_t *, 40 + 4),
			&w->fragment_id, sizeof(w->fragment_id));
}

/* Cuts m, which begins with its IP header; -1: it cannot. DF means that no
 * router may, but the sender had cut it before. */
static int
cut(struct worker *w, struct rte_mbuf *m, uint16_t mtu, struct rte_mbuf **out)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);
	rte_be16_t df = ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
	int n;

	if (frag6_is_fragment(m))
		return frag6_cut(m, mtu, w->all->pool, out, FRAGMENTS_MAX);
	if (ip->version_ihl >> 4 == 6) {
		n = rte_ipv6_fragment_packet(
			m, out, FRAGMENTS_MAX, mtu, w->all->pool, w->all->pool);
		ipv6_identify(w, out, n);
		return n;
	}
	ip->fragment_offset &= (rte_be16_t)~df;
	n = rte_ipv4_fragment_packet(
		m, out, FRAGMENTS_MAX, mtu, w->all->pool, w->all->pool);
	for (int i = 0; i < n; i++) {
		ip = rte_pktmbuf_mtod(out[i], struct rte_ipv4_hdr *);
		ip->fragment_offset |= df;
		ipv4_checksum(out[i]);
	}
	return n;
}

/* UDP super-segments: each datagram is cut by itself. */
static void
put_segments(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	uint16_t mtu, uint8_t l2_len)
{
	struct rte_mbuf *one;
	struct gso g;

	if (gso_begin(&g, m) != 0) {
		worker_drop(w, m, REASON_MTU);
		return;
	}
	while ((one = gso_next(&g, w->all->pool)) != NULL) {
		if (one->pkt_len - l2_len > mtu)
			tx_put_fragments(w, ifd, one, mtu, l2_len);
		else
			tx_put(w, ifd, one, NULL);
	}
	rte_pktmbuf_free(m);
}

/* Transit IPv6 comes here only when it came in fragments (RFC 8200 4.5), or as
 * IPv4 that may be cut. */
void
tx_put_fragments(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	uint16_t mtu, uint8_t l2_len)
{
	struct rte_mbuf *out[FRAGMENTS_MAX];
	uint8_t l2[32];
	uint64_t vlan = m->ol_flags & RTE_MBUF_F_TX_VLAN;
	uint16_t tci = m->vlan_tci;
	int n;

	if (m->ol_flags & GSO_SEG_FLAGS) {
		put_segments(w, ifd, m, mtu, l2_len);
		return;
	}
	/* A checksum that was left to the wire is that of all fragments. */
	if (l2_len > sizeof(l2) || gso_cksum_complete(m) != 0) {
		worker_drop(w, m, REASON_MTU);
		return;
	}
	memcpy(l2, rte_pktmbuf_mtod(m, const void *), l2_len);
	rte_pktmbuf_adj(m, l2_len);
	n = cut(w, m, mtu, out);
	rte_pktmbuf_free(m);
	if (n < 0) {
		w->env.counters->total.dropped++;
		w->env.counters->total.reason[REASON_NO_MBUF]++;
		return;
	}
	w->env.counters->total.fragments_made += (unsigned int)n;
	for (int i = 0; i < n; i++) {
		memcpy(rte_pktmbuf_prepend(out[i], l2_len), l2, l2_len);
		out[i]->ol_flags = vlan;
		out[i]->vlan_tci = tci;
		tx_put(w, ifd, out[i], NULL);
	}
}
