/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of linux: ports, in bursts of one system call; those that come by the
 * ring are in port_linux_ring.c.
 *
 * Receiving, each message gets [virtio-net header + 2 KB buffer][jumbo tail],
 * so that an ordinary frame costs neither a copy nor a jumbo buffer: tails
 * that were not needed go back to the pool untouched. The buffers are taken
 * for the length of the call only, so that memory does not grow with ports.
 */
#include "io/port_linux.h"

#include <errno.h>
#include <string.h>

#include <rte_ether.h>

#include "io/gso.h"
#include "io/vnet.h"

#define VNET_LEN sizeof(struct virtio_net_hdr)

_Static_assert(VNET_LEN + RTE_VLAN_HLEN <= RTE_PKTMBUF_HEADROOM,
	"the header is received into the headroom");

static struct linux_queue *
queue_of(struct port *p, unsigned int queue)
{
	return &((struct linux_port *)p)->queue[queue];
}

void
linux_rx_init(struct linux_rx *rx)
{
	for (unsigned int i = 0; i < PORT_BURST; i++) {
		struct msghdr *h = &rx->msgs[i].msg_hdr;

		h->msg_iov = rx->iovs[i];
		h->msg_control = rx->control[i].data;
	}
}

/* Offer n empty buffers, and tails where there are any. */
static void
rx_offer(struct linux_rx *rx, struct rte_mbuf **heads, struct rte_mbuf **tails,
	unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct msghdr *h = &rx->msgs[i].msg_hdr;
		struct iovec *v = rx->iovs[i];

		v[0].iov_base = (char *)heads[i]->buf_addr +
				RTE_PKTMBUF_HEADROOM - VNET_LEN;
		v[0].iov_len =
			heads[i]->buf_len - RTE_PKTMBUF_HEADROOM + VNET_LEN;
		h->msg_iovlen = 1;
		if (tails != NULL) {
			v[1].iov_base = tails[i]->buf_addr;
			v[1].iov_len = tails[i]->buf_len;
			h->msg_iovlen = 2;
		}
		h->msg_controllen = sizeof(rx->control[i].data);
		h->msg_flags = 0;
	}
}

static const struct tpacket_auxdata *
rx_auxdata(struct msghdr *h)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == SOL_PACKET &&
			c->cmsg_type == PACKET_AUXDATA &&
			c->cmsg_len >= CMSG_LEN(sizeof(struct tpacket_auxdata)))
			return (const void *)CMSG_DATA(c);
	return NULL;
}

/*
 * The kernel took the tag out of the frame. A customer tag stays beside it;
 * a provider's (802.1ad) has no place in an mbuf and goes back in.
 */
bool
linux_rx_vlan(struct rte_mbuf *m, uint32_t status, uint16_t tci, uint16_t tpid)
{
	uint8_t *p;

	if (!(status & TP_STATUS_VLAN_VALID))
		return true;
	m->vlan_tci = tci;
	if (!(status & TP_STATUS_VLAN_TPID_VALID) ||
		tpid != RTE_ETHER_TYPE_QINQ) {
		m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		return true;
	}
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	if (gso_vlan_push(m) != 0)
		return false;
	p = rte_pktmbuf_mtod_offset(m, uint8_t *, 2 * RTE_ETHER_ADDR_LEN);
	p[0] = RTE_ETHER_TYPE_QINQ >> 8;
	p[1] = RTE_ETHER_TYPE_QINQ & 0xff;
	return true;
}

static bool
rx_vlan(struct rte_mbuf *m, struct msghdr *h)
{
	const struct tpacket_auxdata *aux = rx_auxdata(h);

	return aux == NULL || linux_rx_vlan(m, aux->tp_status, aux->tp_vlan_tci,
				      aux->tp_vlan_tpid);
}

/* Make a message of len bytes, header included, a frame. False: refused. */
static bool
rx_frame(struct rte_mbuf *m, struct rte_mbuf *tail, struct msghdr *h,
	uint32_t len)
{
	struct virtio_net_hdr vnet;
	uint32_t room = m->buf_len - RTE_PKTMBUF_HEADROOM;

	memcpy(&vnet, h->msg_iov[0].iov_base, VNET_LEN);
	len -= VNET_LEN;
	m->data_len = (uint16_t)RTE_MIN(len, room);
	m->pkt_len = len;
	if (tail != NULL) {
		rte_pktmbuf_reset(tail);
		tail->data_off = 0;
		tail->data_len = (uint16_t)(len - room);
		m->next = tail;
		m->nb_segs = 2;
	}
	return vnet_to_mbuf(&vnet, m) == 0 && rx_vlan(m, h);
}

/*
 * Sort got messages: frames to mbufs, spare buffers to the front of heads and
 * tails. Returns the number of frames.
 */
static unsigned int
rx_sort(struct linux_port *p, unsigned int queue, struct rte_mbuf **heads,
	struct rte_mbuf **tails, unsigned int got, struct rte_mbuf **mbufs,
	unsigned int *spare_tails)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct linux_rx *rx = &p->queue[queue].rx;
	unsigned int frames = 0, spare = 0;

	for (unsigned int i = 0; i < got; i++) {
		struct msghdr *h = &rx->msgs[i].msg_hdr;
		uint32_t len = rx->msgs[i].msg_len;
		struct rte_mbuf *m = heads[i], *tail = NULL;

		rte_pktmbuf_reset(m);
		if (tails != NULL) {
			if (len > h->msg_iov[0].iov_len)
				tail = tails[i];
			else
				tails[spare++] = tails[i];
		}
		if (h->msg_flags & MSG_TRUNC) {
			count_add(&c->rx_dropped, 1);
		} else if (len >= VNET_LEN + RTE_ETHER_HDR_LEN &&
			   rx_frame(m, tail, h, len)) {
			port_mark_received(&p->port, m);
			mbufs[frames++] = m;
			continue;
		} else {
			count_add(&c->rx_errors, 1);
		}
		if (tail != NULL && m->next == NULL)
			rte_pktmbuf_free(tail);
		rte_pktmbuf_free(m);
	}
	*spare_tails = spare;
	return frames;
}

static int
rx_receive(struct linux_port *p, unsigned int queue, unsigned int n)
{
	struct linux_queue *q = &p->queue[queue];
	int got = recvmmsg(q->fd, q->rx.msgs, n, MSG_DONTWAIT, NULL);

	if (got >= 0)
		return got;
	/*
	 * A frame that has no virtio-net header (UDP segmentation before Linux
	 * 6.2) is lost with EINVAL. ENETDOWN: told once when the device goes.
	 */
	if (errno == EINVAL)
		count_add(&p->port.counters[queue].c.rx_errors, 1);
	return 0;
}

/*
 * A jumbo tail for each of n frames; when so many are not free, for fewer
 * frames: better a short burst than super-segments cut off. Heads that are then
 * too many go back. NULL: there are no tails at all.
 */
static struct rte_mbuf **
rx_tails(const struct port *port, struct rte_mbuf **space,
	struct rte_mbuf **heads, unsigned int *n)
{
	unsigned int want = *n;

	if (port->jumbo == NULL)
		return NULL;
	while (want > 0 &&
		rte_mempool_get_bulk(port->jumbo, (void **)space, want) != 0)
		want /= 2;
	if (want == 0)
		return NULL;
	if (want < *n)
		rte_mempool_put_bulk(
			port->pool, (void **)(heads + want), *n - want);
	*n = want;
	return space;
}

static unsigned int
rx_messages(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct linux_port *p = (struct linux_port *)port;
	struct rte_mbuf *heads[PORT_BURST], *tail_space[PORT_BURST];
	struct rte_mbuf **tails;
	unsigned int got, frames = 0, spare = 0;

	if (n == 0 || rte_mempool_get_bulk(port->pool, (void **)heads, n) != 0)
		return 0; /* frames wait in the socket */
	tails = rx_tails(port, tail_space, heads, &n);
	rx_offer(&p->queue[queue].rx, heads, tails, n);
	got = (unsigned int)rx_receive(p, queue, n);
	if (got > 0)
		frames = rx_sort(p, queue, heads, tails, got, mbufs, &spare);
	if (tails != NULL) {
		if (spare > 0)
			rte_mempool_put_bulk(
				port->jumbo, (void **)tails, spare);
		if (n > got)
			rte_mempool_put_bulk(
				port->jumbo, (void **)(tails + got), n - got);
	}
	if (n > got)
		rte_mempool_put_bulk(
			port->pool, (void **)(heads + got), n - got);
	return frames;
}

unsigned int
linux_rx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct linux_queue *q = queue_of(port, queue);

	if (q->ring.slots > 0)
		n = ring_rx(port, queue, mbufs, n);
	else
		n = rx_messages(port, queue, mbufs, n);
	if (n > 0)
		port_count_rx(port, queue, mbufs, n);
	return n;
}

static void
tx_count(struct port *p, unsigned int queue, const struct rte_mbuf *m)
{
	struct port_counters *c = &p->counters[queue].c;
	struct gso_wire w = gso_wire(m);

	count_add(&c->tx_packets, w.packets);
	count_add(&c->tx_bytes, w.bytes);
}

/* No frame of what m becomes is longer than the device's MTU. */
static bool
tx_fits(const struct linux_port *p, const struct rte_mbuf *m)
{
	uint32_t mtu = __atomic_load_n(&p->mtu, __ATOMIC_RELAXED);

	if (m->ol_flags & GSO_SEG_FLAGS)
		return (uint32_t)m->l3_len + m->l4_len + m->tso_segsz <= mtu;
	/* The kernel allows a tag over it, and so do we. */
	return m->pkt_len <= mtu + RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN;
}

static void
tx_drop(struct port *p, unsigned int queue, struct rte_mbuf *m)
{
	count_add(&p->counters[queue].c.tx_dropped, gso_wire(m).packets);
	rte_pktmbuf_free(m);
}

static void
tx_error(struct port *p, unsigned int queue, struct rte_mbuf *m)
{
	count_add(&p->counters[queue].c.tx_errors, 1);
	rte_pktmbuf_free(m);
}

/* Add a frame, complete but for what the kernel will do, to the batch. */
static void
tx_enqueue(struct port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct linux_tx *tx = &queue_of(p, queue)->tx;
	struct msghdr *h;
	struct iovec *v;

	if (m->nb_segs + 1u > LINUX_TX_IOVS) {
		tx_error(p, queue, m);
		return;
	}
	if (tx->n == LINUX_TX_BATCH ||
		tx->iovs_used + m->nb_segs + 1u > LINUX_TX_IOVS)
		linux_tx_flush(p, queue);
	/* The tag that it came with was read, and is not sent by itself. */
	m->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
	if (gso_vlan_push(m) != 0 ||
		vnet_from_mbuf(m, &tx->headers[tx->n]) != 0) {
		tx_error(p, queue, m);
		return;
	}
	h = &tx->msgs[tx->n].msg_hdr;
	v = &tx->iovs[tx->iovs_used];
	memset(h, 0, sizeof(*h));
	h->msg_iov = v;
	h->msg_iovlen = m->nb_segs + 1u;
	*v++ = (struct iovec){&tx->headers[tx->n], VNET_LEN};
	for (struct rte_mbuf *s = m; s != NULL; s = s->next)
		*v++ = (struct iovec){rte_pktmbuf_mtod(s, void *), s->data_len};
	tx->iovs_used += m->nb_segs + 1u;
	tx->mbufs[tx->n++] = m;
}

/* Cut a super-segment here; its segments go to the batch. */
static void
tx_segment(struct port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct rte_mbuf *s;
	struct gso g;

	if (gso_begin(&g, m) != 0) {
		tx_error(p, queue, m);
		return;
	}
	while ((s = gso_next(&g, p->pool)) != NULL)
		tx_enqueue(p, queue, s);
	if (g.left > 0) /* the pool is empty: the rest is lost */
		count_add(&p->counters[queue].c.tx_dropped,
			(g.left + m->tso_segsz - 1) / m->tso_segsz);
	rte_pktmbuf_free(m);
}

static void
tx_one(struct linux_port *p, unsigned int queue, struct rte_mbuf *m)
{
	uint64_t seg = m->ol_flags & GSO_SEG_FLAGS;
	bool soft = p->soft || (seg == RTE_MBUF_F_TX_UDP_SEG &&
				       p->queue[queue].tx.no_udp_gso);

	if (!tx_fits(p, m))
		tx_error(&p->port, queue, m);
	else if (seg != 0 && soft)
		tx_segment(&p->port, queue, m);
	else if ((soft ? gso_cksum_complete(m) : gso_ipv4_complete(m)) != 0)
		tx_error(&p->port, queue, m);
	else
		tx_enqueue(&p->port, queue, m);
}

unsigned int
linux_tx_burst(struct port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		tx_one((struct linux_port *)p, queue, mbufs[i]);
	return n;
}

/*
 * The kernel refused frame m with error. Returns true when the rest of the
 * batch would meet the same fate.
 */
static bool
tx_refused(struct port *p, unsigned int queue, struct rte_mbuf *m, int error,
	struct rte_mbuf **ret_segment)
{
	switch (error) {
	case EAGAIN: /* the socket's send buffer is full */
	case ENETDOWN:
	case ENXIO:
	case ENODEV:
		tx_drop(p, queue, m);
		return true;
	case ENOBUFS: /* the device's queue is full, for this frame */
	case ENOMEM:
	case EINTR:
		tx_drop(p, queue, m);
		return false;
	case EINVAL:
		if (m->ol_flags & RTE_MBUF_F_TX_UDP_SEG) {
			*ret_segment = m;
			return false;
		}
		/* fall through */
	default:
		tx_error(p, queue, m);
		return false;
	}
}

void
linux_tx_flush(struct port *p, unsigned int queue)
{
	struct linux_queue *q = queue_of(p, queue);
	struct linux_tx *tx = &q->tx;
	struct rte_mbuf *again[LINUX_TX_BATCH], *segment;
	unsigned int at = 0, n = tx->n, again_n = 0;
	bool told_down = false;

	while (at < n) {
		int sent = sendmmsg(q->fd, tx->msgs + at, n - at, MSG_DONTWAIT);
		bool rest;

		/* It may tell of the past, once; receiving does not ask. */
		if (sent < 0 && errno == ENETDOWN && !told_down) {
			told_down = true;
			continue;
		}

		for (int i = 0; i < sent; i++, at++) {
			tx_count(p, queue, tx->mbufs[at]);
			rte_pktmbuf_free(tx->mbufs[at]);
		}
		if (sent >= 0)
			continue;
		segment = NULL;
		rest = tx_refused(p, queue, tx->mbufs[at++], errno, &segment);
		if (segment != NULL)
			again[again_n++] = segment;
		while (rest && at < n)
			tx_drop(p, queue, tx->mbufs[at++]);
	}
	tx->n = 0;
	tx->iovs_used = 0;
	if (again_n == 0)
		return;
	/* Frames after these have overtaken them; UDP bears that once. */
	tx->no_udp_gso = true;
	for (unsigned int i = 0; i < again_n; i++)
		tx_segment(p, queue, again[i]);
	linux_tx_flush(p, queue);
}

void
linux_tx_done(struct linux_tx *tx)
{
	for (unsigned int i = 0; i < tx->n; i++)
		rte_pktmbuf_free(tx->mbufs[i]);
	tx->n = 0;
}
