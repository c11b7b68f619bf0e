/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves. Frames of one burst are gathered per port and sent together.
 * Only here a packet larger than the egress MTU is cut (RFC 791 3.2).
 */
#include <rte_ip_frag.h>

#include "io/gso.h"
#include "io/worker_impl.h"

#define FRAGMENTS_MAX 64u

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
tx_put(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m)
{
	struct tx_queue *q = &w->tx[ifd.v];

	if (unlikely(atomic_load_explicit(
		    &w->all->tap[ifd.v], memory_order_relaxed)))
		worker_tap(w, ifd, m, PUNT_TAP_OUT);
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

/* Transit IPv6 never comes here (RFC 8200 4.5): only what the box sends. */
void
tx_put_fragments(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	uint16_t mtu, uint8_t l2_len)
{
	struct rte_mbuf *out[FRAGMENTS_MAX];
	uint8_t l2[32];
	uint64_t vlan = m->ol_flags & RTE_MBUF_F_TX_VLAN;
	uint16_t tci = m->vlan_tci;
	bool v4;
	int n;

	/* A checksum that was left to the wire is that of all fragments. */
	if (l2_len > sizeof(l2) || gso_cksum_complete(m) != 0) {
		worker_drop(w, m, REASON_MTU);
		return;
	}
	memcpy(l2, rte_pktmbuf_mtod(m, const void *), l2_len);
	rte_pktmbuf_adj(m, l2_len);
	v4 = *rte_pktmbuf_mtod(m, const uint8_t *) >> 4 == 4;
	n = v4 ? rte_ipv4_fragment_packet(
			 m, out, FRAGMENTS_MAX, mtu, w->all->pool, w->all->pool)
	       : rte_ipv6_fragment_packet(m, out, FRAGMENTS_MAX, mtu,
			 w->all->pool, w->all->pool);
	rte_pktmbuf_free(m);
	if (n < 0) {
		w->env.counters->total.dropped++;
		w->env.counters->total.reason[REASON_NO_MBUF]++;
		return;
	}
	for (int i = 0; i < n; i++) {
		if (v4)
			ipv4_checksum(out[i]);
		memcpy(rte_pktmbuf_prepend(out[i], l2_len), l2, l2_len);
		out[i]->ol_flags = vlan;
		out[i]->vlan_tci = tci;
		tx_put(w, ifd, out[i]);
	}
}
