/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool - the addresses and ports of one source NAT pool (or of the interfaces)
 * that are in use, shared by all workers.
 *
 * A pool of the packet path is made from a nat_pool_spec and never changes: a
 * commit that changes the pool makes another one, and this one goes when its
 * last session has given back what it holds.
 *
 * Threads: made and freed by the control thread; taken from and given to by any
 * worker, without locks. Memory is mapped, not allocated: an address that was
 * never used costs nothing.
 */
#ifndef NAT_POOL_H
#define NAT_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "image/image_spec.h"
#include "nat/bits.h"

/* A pool has at most so many addresses; the rest of a larger one (IPv6 prefixes
 * have them) is not used [NA-44]. */
#define NAT_POOL_ADDRS NAT_PLACES

struct nat_pool_range {
	struct ip_addr lo;
	uint32_t first, n; /* number of lo among the addresses; how many */
};

/* How often each port of an address is in use; with port overloading. */
struct nat_overload {
	_Atomic uint8_t n[NAT_PLACES];
};

struct nat_pool {
	struct nat_pool_spec spec; /* lists in it belong to the pool */
	uint32_t slot;             /* what sessions store */
	bool iface;                /* places are those of interfaces */
	uint32_t naddrs;
	struct nat_pool_range *ranges;
	uint32_t nranges;
	uint32_t nblocks; /* of an address; 0: no port blocks */
	/* address without free ports; without translation: address taken */
	struct nat_bits *busy;
	struct nat_bits *ports;        /* naddrs; with port translation */
	struct nat_overload *overload; /* naddrs; overloading factor > 1 */
	struct nat_bits *blocks;       /* naddrs; with port blocks */
	/* control thread: the commit that made it, what has been told */
	uint32_t made;
	bool alarm;
	uint64_t failures_told;
};

/*
 * A pool from its spec (deep copy); NULL: no memory. With naddrs: of so many
 * places that no range names, the interfaces'.
 */
struct nat_pool *nat_pool_create(
	const struct nat_pool_spec *spec, uint32_t naddrs);
void nat_pool_free(struct nat_pool *p); /* NULL is fine */

/* Would a pool from this spec be the same? Names and alarms aside. */
bool nat_pool_is(const struct nat_pool *p, const struct nat_pool_spec *spec);

/* Does it translate ports? */
static inline bool
nat_pool_pat(const struct nat_pool *p)
{
	return !p->spec.no_translation && !p->spec.has_base;
}

struct ip_addr nat_pool_addr(const struct nat_pool *p, uint32_t n);

/* Its number in the pool; false: not one of its addresses. */
bool nat_pool_index(
	const struct nat_pool *p, const struct ip_addr *a, uint32_t *ret);

/* Take a port. False: somebody else has it. */
bool nat_pool_take(struct nat_pool *p, uint32_t addr, uint32_t port);
/* All uses of it, for a binding; false: it is in use. */
bool nat_pool_take_whole(struct nat_pool *p, uint32_t addr, uint32_t port);
void nat_pool_give(struct nat_pool *p, uint32_t addr, uint32_t port);
void nat_pool_give_whole(struct nat_pool *p, uint32_t addr, uint32_t port);

/* Uses of the ports of addresses a..b, or how many of these are taken. Reads a
 * kilobyte for each address: for displays. */
uint64_t nat_pool_count(const struct nat_pool *p, uint32_t a, uint32_t b);
/* How many ports, blocks or addresses there are: what utilisation is of. */
uint64_t nat_pool_size(const struct nat_pool *p);

/* a + n, in the family of a. */
struct ip_addr nat_addr_add(const struct ip_addr *a, uint64_t n);
/* b - a; UINT64_MAX when b is below or it does not fit. */
uint64_t nat_addr_sub(const struct ip_addr *b, const struct ip_addr *a);

#endif /* NAT_POOL_H */
