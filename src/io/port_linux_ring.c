/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receiving through memory shared with the kernel (TPACKET_V2). The kernel
 * copies an ordinary frame into the next slot while it still has it at hand, so
 * that reading it takes no system call and an empty queue costs one load. What
 * is too long for a slot (a super-segment) it queues on the socket as well and
 * says so in the slot; that one is read with recvmsg() straight into a 64 KB
 * buffer, in its turn. docs/adr/0008-linux-port.md has the figures.
 *
 * A frame whose segmentation the virtio-net header cannot describe (SCTP's; on
 * kernels before 6.2 UDP's) makes the kernel drop it and then every later frame
 * of the ring, forever: it leaves the slot marked as being filled. So kernels
 * before 6.2 get no ring, and a ring that is empty although the kernel drops is
 * given up: the queue goes on with recvmmsg(), where only that frame is lost.
 */
#include "io/port_linux.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include <rte_ether.h>
#include <rte_prefetch.h>

#include "io/vnet.h"

#define VNET_LEN    sizeof(struct virtio_net_hdr)
#define SLOT_SIZE   2048u
#define BLOCK_SIZE  (64u << 10)
#define SLOTS_MIN   256u
#define SLOTS_MAX   16384u
#define EMPTY_LOOKS 4u /* empty polls between two looks at the drops */

static bool
kernel_good_enough(void)
{
	unsigned int major, minor;
	struct utsname u;

	return uname(&u) == 0 &&
	       sscanf(u.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 2));
}

static int
set_option(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_PACKET, option, value, size) != 0 ? -errno
								    : 0;
}

static unsigned int
slots_for(unsigned int bytes)
{
	unsigned int n = rte_align32pow2(bytes / SLOT_SIZE);

	if (n < SLOTS_MIN)
		return SLOTS_MIN;
	return n < SLOTS_MAX ? n : SLOTS_MAX;
}

/* What is tried is undone when it fails: the socket then works as before. */
void
ring_open(struct linux_queue *q, unsigned int bytes)
{
	unsigned int slots = slots_for(bytes);
	struct tpacket_req req = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = slots / (BLOCK_SIZE / SLOT_SIZE),
		.tp_frame_size = SLOT_SIZE,
		.tp_frame_nr = slots,
	};
	int version = TPACKET_V2, longer = 1;
	void *slot;

	if (!kernel_good_enough() ||
		set_option(q->fd, PACKET_VERSION, &version, sizeof(version)) ||
		set_option(
			q->fd, PACKET_COPY_THRESH, &longer, sizeof(longer)) ||
		set_option(q->fd, PACKET_RX_RING, &req, sizeof(req)))
		return;
	slot = mmap(NULL, (size_t)slots * SLOT_SIZE, PROT_READ | PROT_WRITE,
		MAP_SHARED, q->fd, 0);
	if (slot == MAP_FAILED) {
		memset(&req, 0, sizeof(req));
		set_option(q->fd, PACKET_RX_RING, &req, sizeof(req));
		return;
	}
	q->ring = (struct linux_ring){.slot = slot, .slots = slots};
}

void
ring_close(struct linux_queue *q)
{
	struct tpacket_req none = {0};

	if (q->ring.slots == 0)
		return;
	munmap(q->ring.slot, (size_t)q->ring.slots * SLOT_SIZE);
	set_option(q->fd, PACKET_RX_RING, &none, sizeof(none));
	q->ring.slots = 0;
}

/* Reading the kernel's number clears it, hence our own sum. */
uint64_t
ring_drops(struct linux_queue *q)
{
	struct tpacket_stats st = {0};
	socklen_t size = sizeof(st);

	if (getsockopt(q->fd, SOL_PACKET, PACKET_STATISTICS, &st, &size) != 0)
		st.tp_drops = 0;
	return __atomic_add_fetch(
		&q->kernel_drops, st.tp_drops, __ATOMIC_RELAXED);
}

static struct tpacket2_hdr *
slot_at(const struct linux_ring *r, unsigned int i)
{
	return (void *)(r->slot + (size_t)(i & (r->slots - 1)) * SLOT_SIZE);
}

/* The frame's slot, or NULL while the kernel has it. */
static struct tpacket2_hdr *
slot_ready(const struct linux_ring *r, unsigned int i, uint32_t *ret_status)
{
	struct tpacket2_hdr *h = slot_at(r, i);

	*ret_status = __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE);
	return *ret_status & TP_STATUS_USER ? h : NULL;
}

static unsigned int
slots_ready(const struct linux_ring *r, unsigned int n)
{
	unsigned int ready = 0;
	uint32_t status;

	while (ready < n && slot_ready(r, r->at + ready, &status) != NULL) {
		rte_prefetch0((uint8_t *)slot_at(r, r->at + ready) + 64);
		ready++;
	}
	return ready;
}

/*
 * Nothing came. An error of the device (it went down) must be taken from the
 * socket, or epoll would wake us for it again and again. Drops beside an empty
 * ring: see the top.
 */
static void
ring_found_empty(struct linux_queue *q)
{
	struct linux_ring *r = &q->ring;
	socklen_t size = sizeof(int);
	uint64_t drops;
	uint32_t status;
	int error;

	if (++r->empty % EMPTY_LOOKS != 0)
		return;
	getsockopt(q->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	drops = ring_drops(q);
	if (drops != r->drops && !r->received &&
		slot_ready(r, r->at, &status) == NULL)
		ring_close(q);
	r->drops = drops;
	r->received = false;
}

static void
frame_from_slot(struct rte_mbuf *m, const struct tpacket2_hdr *h,
	struct virtio_net_hdr *vnet)
{
	const uint8_t *frame = (const uint8_t *)h + h->tp_mac;

	memcpy(vnet, frame - VNET_LEN, VNET_LEN);
	m->data_len = (uint16_t)h->tp_snaplen;
	m->pkt_len = h->tp_snaplen;
	memcpy(rte_pktmbuf_mtod(m, void *), frame, h->tp_snaplen);
}

/*
 * The frame lies whole in the socket's queue. Returns 0, -ENOBUFS when there is
 * no large buffer now (it stays where it is), -EMSGSIZE when it cannot be had
 * whole, or what recvmsg() says.
 */
static int
frame_from_socket(struct linux_queue *q, struct port *port, struct rte_mbuf *m,
	struct virtio_net_hdr *vnet)
{
	uint32_t room = m->buf_len - RTE_PKTMBUF_HEADROOM, len;
	struct rte_mbuf *tail = NULL;
	struct iovec v[3] = {{vnet, VNET_LEN},
		{rte_pktmbuf_mtod(m, void *), room}, {NULL, 0}};
	struct msghdr h = {.msg_iov = v, .msg_iovlen = 2};
	ssize_t got;

	if (port->jumbo != NULL) {
		tail = rte_pktmbuf_alloc(port->jumbo);
		if (tail == NULL)
			return -ENOBUFS;
		tail->data_off = 0;
		v[2] = (struct iovec){tail->buf_addr, tail->buf_len};
		h.msg_iovlen = 3;
	}
	got = recvmsg(q->fd, &h, MSG_DONTWAIT);
	if (got < (ssize_t)VNET_LEN || (h.msg_flags & MSG_TRUNC)) {
		rte_pktmbuf_free(tail);
		return got < 0 ? -errno : -EMSGSIZE;
	}
	len = (uint32_t)((size_t)got - VNET_LEN);
	m->pkt_len = len;
	m->data_len = (uint16_t)RTE_MIN(len, room);
	if (len > room) {
		tail->data_len = (uint16_t)(len - room);
		m->next = tail;
		m->nb_segs = 2;
	} else {
		rte_pktmbuf_free(tail);
	}
	return 0;
}

/* Make the slot's frame m. As frame_from_socket(), and -EINVAL: refused. */
static int
frame_make(struct linux_queue *q, struct port *port,
	const struct tpacket2_hdr *h, uint32_t status, struct rte_mbuf *m)
{
	struct virtio_net_hdr vnet;
	int rc = 0;

	rte_pktmbuf_reset(m);
	if (status & TP_STATUS_COPY)
		rc = frame_from_socket(q, port, m, &vnet);
	else if (h->tp_snaplen < h->tp_len)
		rc = -EMSGSIZE; /* the socket's queue was full */
	else
		frame_from_slot(m, h, &vnet);
	if (rc != 0)
		return rc;
	if (m->pkt_len < RTE_ETHER_HDR_LEN || vnet_to_mbuf(&vnet, m) != 0 ||
		!linux_rx_vlan(m, status, h->tp_vlan_tci, h->tp_vlan_tpid))
		return -EINVAL;
	port_mark_received(port, m);
	return 0;
}

unsigned int
ring_rx(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct linux_queue *q = &((struct linux_port *)port)->queue[queue];
	struct port_counters *c = &port->counters[queue].c;
	struct rte_mbuf *free_m[PORT_BURST];
	unsigned int frames = 0, used = 0;

	n = slots_ready(&q->ring, n);
	if (n == 0) {
		ring_found_empty(q);
		return 0;
	}
	if (rte_mempool_get_bulk(port->pool, (void **)free_m, n) != 0)
		return 0; /* frames wait in the ring */
	q->ring.received = true;
	q->ring.empty = 0;
	for (; used < n; used++) {
		uint32_t status;
		struct tpacket2_hdr *h =
			slot_ready(&q->ring, q->ring.at, &status);
		int rc = frame_make(q, port, h, status, free_m[used]);

		if (rc == -ENOBUFS)
			break;
		if (rc == 0) {
			mbufs[frames++] = free_m[used];
		} else {
			rte_pktmbuf_free(free_m[used]);
			count_add(rc == -EMSGSIZE ? &c->rx_dropped
						  : &c->rx_errors,
				1);
		}
		__atomic_store_n(
			&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		q->ring.at++;
	}
	if (used < n)
		rte_mempool_put_bulk(
			port->pool, (void **)(free_m + used), n - used);
	return frames;
}
