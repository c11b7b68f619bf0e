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

struct linux_queue {
	int fd;
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
	struct linux_queue queue[];
};

unsigned int linux_rx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
unsigned int linux_tx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
void linux_tx_flush(struct port *p, unsigned int queue);

/* Prepare a zeroed queue's slots. */
void linux_rx_init(struct linux_rx *rx);
/* Free the frames that were not sent. */
void linux_tx_done(struct linux_tx *tx);

#endif /* IO_PORT_LINUX_H */
