/* SPDX-License-Identifier: Apache-2.0 */
/* map - zeroed memory of any size that costs nothing until it is touched. */
#ifndef NAT_MAP_H
#define NAT_MAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

static inline void *
nat_map(uint64_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static inline void
nat_unmap(void *p, uint64_t bytes)
{
	if (p != NULL)
		munmap(p, bytes);
}

#endif /* NAT_MAP_H */
