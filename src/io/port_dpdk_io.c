/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of dpdk: ports. What the device cannot do of checksums, segmentation
 * and tags is done here in software (gso.h).
 */
#include "io/port_dpdk.h"

#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "io/gso.h"

unsigned int
dpdk_rx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct dpdk_port *p = dpdk_port(port);
	unsigned int got = 0;

	for (unsigned int q = queue; q < p->nrx && got < n; q += port->queues)
		got += rte_eth_rx_burst(
			p->id, (uint16_t)q, mbufs + got, (uint16_t)(n - got));
	for (unsigned int i = 0; i < got; i++)
		port_mark_received(port, mbufs[i]);
	if (got > 0)
		port_count_rx(port, queue, mbufs, got);
	return got;
}

/* Workers may share a transmit queue, hence counters apart from it. */
static uint16_t
tx_queue(const struct dpdk_port *p, unsigned int queue)
{
	return (uint16_t)(queue % p->ntx);
}

/* Hand over one frame that the device can send as it is. */
static void
send_one(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct gso_wire w = gso_wire(m);

	/* A driver may ask for its own form of a partial checksum. */
	if ((m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK) &&
		rte_eth_tx_prepare(p->id, tx_queue(p, queue), &m, 1) != 1) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return;
	}
	if (rte_eth_tx_burst(p->id, tx_queue(p, queue), &m, 1) == 1) {
		count_add(&c->tx_packets, w.packets);
		count_add(&c->tx_bytes, w.bytes);
		return;
	}
	count_add(&c->tx_dropped, w.packets);
	rte_pktmbuf_free(m);
}

static bool
device_does_cksum(const struct dpdk_port *p, const struct rte_mbuf *m)
{
	uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK, need = 0;

	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM)
		need = RTE_ETH_TX_OFFLOAD_TCP_CKSUM;
	else if (l4 == RTE_MBUF_F_TX_UDP_CKSUM)
		need = RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	if (m->ol_flags & RTE_MBUF_F_TX_IP_CKSUM)
		need |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	return (p->tx & need) == need;
}

/* Finish what the device cannot; NULL: refused, m is freed and counted. */
static struct rte_mbuf *
prepare(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct rte_mbuf *flat;

	if ((!device_does_cksum(p, m) && gso_cksum_complete(m) != 0) ||
		(!(p->tx & RTE_ETH_TX_OFFLOAD_VLAN_INSERT) &&
			gso_vlan_push(m) != 0)) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return NULL;
	}
	if (m->nb_segs == 1 || !p->linear)
		return m;
	flat = gso_linearize(m, p->port.pool, p->port.jumbo);
	if (flat == NULL)
		count_add(&c->tx_dropped, 1);
	rte_pktmbuf_free(m);
	return flat;
}

static void
send_segments(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct rte_mbuf *s;
	struct gso g;

	if (gso_begin(&g, m) != 0) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return;
	}
	while ((s = gso_next(&g, p->port.pool)) != NULL) {
		s = prepare(p, queue, s);
		if (s != NULL)
			send_one(p, queue, s);
	}
	if (g.left > 0)
		count_add(&c->tx_dropped,
			(g.left + m->tso_segsz - 1) / m->tso_segsz);
	rte_pktmbuf_free(m);
}

/*
 * Linux sums the length into the pseudo-header; for segmentation in hardware
 * DPDK wants it without, and the IPv4 checksum for the device to fill.
 */
static bool
to_hardware_tso(struct rte_mbuf *m)
{
	uint32_t off = (uint32_t)m->l2_len + m->l3_len;
	struct rte_tcp_hdr *th;
	struct gso g;

	if (gso_begin(&g, m) != 0)
		return false;
	th = rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, off);
	th->cksum = gso_sum_adjust(th->cksum, m->pkt_len - off, 0);
	m->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM;
	if (m->ol_flags & RTE_MBUF_F_TX_IPV4) {
		struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(
			m, struct rte_ipv4_hdr *, m->l2_len);

		ip->hdr_checksum = 0;
		m->ol_flags |= RTE_MBUF_F_TX_IP_CKSUM;
	}
	return true;
}

static void
tx_one(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	uint64_t tso =
		RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_MULTI_SEGS |
		RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;

	if (!(m->ol_flags & GSO_SEG_FLAGS)) {
		m = prepare(p, queue, m);
		if (m != NULL)
			send_one(p, queue, m);
	} else if ((m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) &&
		   (p->tx & tso) == tso && to_hardware_tso(m)) {
		m = prepare(p, queue, m);
		if (m != NULL)
			send_one(p, queue, m);
	} else {
		send_segments(p, queue, m);
	}
}

/* Nothing to finish in any of them: the common case, one call of the driver. */
static bool
all_plain(const struct dpdk_port *p, struct rte_mbuf **mbufs, unsigned int n)
{
	uint64_t flags = 0;
	unsigned int segs = 1;

	for (unsigned int i = 0; i < n; i++) {
		/* The tag it came with was read, and is not sent by itself. */
		mbufs[i]->ol_flags &=
			~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
		flags |= mbufs[i]->ol_flags;
		segs |= mbufs[i]->nb_segs;
	}
	return !(flags & (GSO_TX_FLAGS | RTE_MBUF_F_TX_VLAN)) &&
	       (segs == 1 || !p->linear);
}

static unsigned int
tx_plain(struct dpdk_port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct port_counters *c = &p->port.counters[queue].c;
	uint64_t bytes = 0, unsent = 0;
	uint16_t sent;

	for (unsigned int i = 0; i < n; i++)
		bytes += mbufs[i]->pkt_len;
	sent = rte_eth_tx_burst(p->id, tx_queue(p, queue), mbufs, (uint16_t)n);
	for (unsigned int i = sent; i < n; i++)
		unsent += mbufs[i]->pkt_len;
	count_add(&c->tx_packets, sent);
	count_add(&c->tx_bytes, bytes - unsent);
	return sent;
}

static unsigned int
tx_all(struct dpdk_port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	if (n <= UINT16_MAX && all_plain(p, mbufs, n))
		return tx_plain(p, queue, mbufs, n);
	for (unsigned int i = 0; i < n; i++)
		tx_one(p, queue, mbufs[i]);
	return n;
}

unsigned int
dpdk_tx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct dpdk_port *p = dpdk_port(port);
	rte_spinlock_t *lock = &p->tx_lock[tx_queue(p, queue)];

	if (likely(p->ntx >= port->queues))
		return tx_all(p, queue, mbufs, n);
	rte_spinlock_lock(lock);
	n = tx_all(p, queue, mbufs, n);
	rte_spinlock_unlock(lock);
	return n;
}
