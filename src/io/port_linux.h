/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_linux - what port_linux.c (devices, sockets) and port_linux_io.c
 * (frames) share. Only they include it.
 */
#ifndef IO_PORT_LINUX_H
#define IO_PORT_LINUX_H

#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "io/link.h"
#include "io/port_impl.h"

#define LINUX_TX_BATCH 64u
#define LINUX_TX_IOVS  256u

/* Slots of recvmmsg; only addresses of buffers change from call to call. */
struct linux_rx {
	struct mmsghdr msgs[PORT_BURST];
	struct iovec iovs[PORT_BURST][2]; /* header + 2 KB, jumbo tail */
	union {
		char data[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
		struct cmsghdr align;
	} control[PORT_BURST];
};

/* Frames taken by tx_burst and not yet given to the kernel. */
struct linux_tx {
	unsigned int n, iovs_used;
	struct rte_mbuf *mbufs[LINUX_TX_BATCH];
	struct virtio_net_hdr headers[LINUX_TX_BATCH];
	struct mmsghdr msgs[LINUX_TX_BATCH];
	struct iovec iovs[LINUX_TX_IOVS];
	bool no_udp_gso; /* this kernel's packet sockets refuse it */
};

/* Frames that the kernel copies into memory we share with it. */
struct linux_ring {
	uint8_t *slot;      /* the first one */
	unsigned int slots; /* 0: no ring, frames come by recvmmsg() */
	unsigned int at;    /* the next one to read */
	unsigned int empty; /* times in a row that it was found empty */
	bool received;      /* a frame since the last look at the drops */
	uint64_t drops;     /* of the queue, at that look */
};

struct linux_queue {
	int fd;
	struct linux_ring ring;
	uint64_t kernel_drops; /* atomic: PACKET_STATISTICS forgets on read */
	struct linux_rx rx;
	struct linux_tx tx;
} __rte_cache_aligned;

struct linux_port {
	struct port port; /* first */
	struct linux_port *next;
	struct link link; /* control thread */
	uint64_t speed_bps;
	uint32_t mtu; /* atomic: of link, for the worker */
	bool soft;    /* complete and segment here, not in the kernel */
	bool shared;  /* Linux gets the frames, too, whatever it does */
	int own_fd;   /* of the program that drops Linux's copies, or -1 */
	unsigned int own_ifindex;
	struct linux_queue queue[];
};

unsigned int linux_rx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
unsigned int linux_tx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
void linux_tx_flush(struct port *p, unsigned int queue);

/*
 * port_linux_ring.c: give the queue's socket a ring of at least bytes, before
 * it is bound; it stays without one when the kernel's rings are not good
 * enough. Read it; give it back. ring_drops asks the kernel what the socket
 * has lost, in all.
 */
void ring_open(struct linux_queue *q, unsigned int bytes);
unsigned int ring_rx(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
void ring_close(struct linux_queue *q);
uint64_t ring_drops(struct linux_queue *q);

/* port_linux_fanout.c: spread frames over the queues. 0 or -errno. */
int linux_fanout_join(struct linux_port *p);

/* port_linux_own.c: decide (again) whether Linux gets the frames, too. */
void linux_own_update(struct linux_port *p);
void linux_own_done(struct linux_port *p);

/* A tag that the kernel put beside the frame, by TP_STATUS_VLAN_* of status.
 * False: no room to put it back. */
bool linux_rx_vlan(
	struct rte_mbuf *m, uint32_t status, uint16_t tci, uint16_t tpid);

/* Prepare a zeroed queue's slots. */
void linux_rx_init(struct linux_rx *rx);
/* Free the frames that were not sent. */
void linux_tx_done(struct linux_tx *tx);

#endif /* IO_PORT_LINUX_H */
