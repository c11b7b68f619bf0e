/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_dpdk - what port_dpdk.c (devices) and port_dpdk_io.c (frames) share.
 * Only they include it.
 */
#ifndef IO_PORT_DPDK_H
#define IO_PORT_DPDK_H

#include <rte_spinlock.h>

#include "io/port_impl.h"

#define DPDK_RX_MAX 64u /* queues */

/*
 * A worker reads the queues worker, worker + workers, ... A device with fewer
 * receive queues than workers is read by the first workers; one with fewer
 * transmit queues has workers share them, under a lock that only such devices
 * pay for.
 */
struct dpdk_port {
	struct port port; /* first */
	uint16_t id;
	bool plugged; /* by us */
	bool linear;  /* the driver sends only the first mbuf of a chain */
	uint64_t tx;  /* RTE_ETH_TX_OFFLOAD_*: what the device does */
	uint16_t nrx, ntx;
	struct dpdk_wait {
		int fd;     /* readable when the queue has frames, or -1 */
		bool event; /* an eventfd: to be read when it fires */
	} wait[DPDK_RX_MAX];
	int wait_fd[PORT_QUEUES_MAX]; /* of a worker, or -1 */
	rte_spinlock_t tx_lock[PORT_QUEUES_MAX];
	char bus[16];
	char device[64]; /* without arguments */
	char driver[32];
};

static inline struct dpdk_port *
dpdk_port(struct port *p)
{
	return (struct dpdk_port *)p;
}

/* The receive queue for an entry of a card's table of nrx queues. */
uint16_t dpdk_reta_queue(
	unsigned int entry, unsigned int workers, unsigned int nrx);

unsigned int dpdk_rx_burst(struct port *port, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);
unsigned int dpdk_tx_burst(struct port *port, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);

#endif /* IO_PORT_DPDK_H */
