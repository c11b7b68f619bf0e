/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eal - start DPDK's environment as vrflow wants it: no hugepages, no PCI, no
 * files left behind, unless asked; and the two pools every port draws from.
 *
 * EAL starts no threads for packets and pins nobody: the caller becomes lcore 0
 * and keeps its CPU affinity. A thread of ours that handles mbufs calls
 * rte_thread_register() first (and rte_thread_unregister() before it ends): it
 * then has an lcore id, hence a cache in each pool, and reuses the buffers it
 * freed last while they are warm. Unregistered threads work too, by the lock of
 * the pool.
 *
 * Drivers are plugins of DPDK. EAL would load all of them (160 libraries,
 * 20 MB); here it loads only the virtual bus, and port_dpdk.c the driver it
 * needs. With config.pci set EAL loads them all.
 */
#ifndef IO_EAL_H
#define IO_EAL_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_mempool.h>

struct eal_config {
	bool hugepages; /* default: no */
	const char *const
		*pci; /* addresses to allow; NULL-terminated or NULL */
	const char *const
		*vdevs;         /* "net_ring0", ...; NULL-terminated or NULL */
	unsigned int memory_mb; /* with --no-huge; 0: default */
};

/*
 * 0 or -errno with a sentence in err. Once per process. memory_mb is address
 * space for rte_malloc (rte_acl, rte_hash, drivers), resident when used, at
 * about 12 KB per MB for its page table; pools are not in it.
 */
int eal_start(const struct eal_config *config, char *err, size_t err_size);
void eal_stop(void);

/*
 * Load the plugin of a driver ("net_ring") if it is not there yet. True when
 * it is loaded or linked in; false when there is no such plugin.
 */
bool eal_driver_load(const char *driver);

/*
 * The pool of ordinary buffers (2 KB data) and that of super-segment buffers
 * (64 KB data, without headroom to spare: they are second mbufs of a chain),
 * both with private area PKT_PRIV_SIZE. NULL on failure. Resident memory grows
 * with use, not with n. A linux: port needs PORT_BURST jumbo buffers free per
 * worker to receive super-segments. Free with rte_mempool_free().
 */
struct rte_mempool *eal_pool_create(unsigned int n);
struct rte_mempool *eal_jumbo_pool_create(unsigned int n);

#endif /* IO_EAL_H */
