/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eal - start DPDK's environment as vrflow wants it: no hugepages, no PCI, no
 * files left behind, unless asked; and the two pools every port draws from.
 */
#ifndef IO_EAL_H
#define IO_EAL_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_mempool.h>

struct eal_config {
	bool hugepages;        /* default: no */
	const char *pci;       /* a PCI address to allow, or NULL */
	const char *const *vdevs; /* "net_ring0", ...; NULL-terminated or NULL */
	unsigned int memory_mb; /* with --no-huge; 0: default */
};

/* 0 or -errno with a sentence in err. Once per process. */
int eal_start(const struct eal_config *config, char *err, size_t err_size);
void eal_stop(void);

/*
 * The pool of ordinary buffers (2 KB data) and that of super-segment buffers
 * (64 KB + headroom data), both with private area PKT_PRIV_SIZE. NULL on
 * failure. Resident memory grows with use, not with n.
 */
struct rte_mempool *eal_pool_create(unsigned int n);
struct rte_mempool *eal_jumbo_pool_create(unsigned int n);

#endif /* IO_EAL_H */
