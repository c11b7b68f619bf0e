/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_impl - what the backends of port.h share: the common part of a port,
 * its operations and its counters. Only files of src/io include it.
 */
#ifndef IO_PORT_IMPL_H
#define IO_PORT_IMPL_H

#include <rte_common.h>

#include "io/port.h"

/* Every backend has all of these, but where it says NULL. */
struct port_ops {
	unsigned int (*rx_burst)(struct port *p, unsigned int queue,
		struct rte_mbuf **mbufs, unsigned int n);
	unsigned int (*tx_burst)(struct port *p, unsigned int queue,
		struct rte_mbuf **mbufs, unsigned int n);
	void (*tx_flush)(struct port *p, unsigned int queue);
	int (*wait_fd)(const struct port *p, unsigned int queue);
	/* NULL: wait_fd needs nothing done to it */
	bool (*wait_begin)(struct port *p, unsigned int queue);
	void (*wait_end)(struct port *p, unsigned int queue);
	void (*info_get)(struct port *p, struct port_info *ret);
	/* Add what the device counts itself; the queues' are added already. */
	void (*counters_add)(const struct port *p, struct port_counters *c);
	bool (*at_end)(const struct port *p);
	void (*close)(struct port *p);
};

/* Written by the worker of the queue only; read by any thread. */
struct queue_counters {
	struct port_counters c;
} __rte_cache_aligned;

/* First member of each backend's own port. */
struct port {
	const struct port_ops *ops;
	char name[32];
	struct ifd_id ifd;
	unsigned int queues;
	struct rte_mempool *pool, *jumbo;
	struct queue_counters counters[PORT_QUEUES_MAX];
};

/* Backends: device is what follows "linux:" and so on. */
int port_linux_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size);
int port_linux_check(
	const char *name, const char *device, char *err, size_t err_size);
int port_dpdk_check(
	const char *name, const char *device, char *err, size_t err_size);
void port_linux_prepare(void);
int port_dpdk_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size);
int port_pcap_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size);

/* Fill the common part of a port that the backend allocated zeroed. */
void port_init(struct port *p, const struct port_ops *ops,
	const struct port_config *config);

/* For ports of size bytes: zeroed, cache-aligned, freed with free(). */
void *port_alloc(size_t size);

/* One writer, so no atomic add: but a reader must not see half a number. */
static inline void
count_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

void port_count_rx(struct port *p, unsigned int queue,
	struct rte_mbuf *const *mbufs, unsigned int n);

/* A received mbuf's metadata as port.h promises. */
void port_mark_received(struct port *p, struct rte_mbuf *m);

#endif /* IO_PORT_IMPL_H */
