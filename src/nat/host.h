/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host - hosts that have something of their own in a pool: an address (pools
 * without port translation) or blocks of ports. Blocks that follow from the
 * host's address (deterministic) need no memory.
 *
 * Threads: the worker that owns the host.
 */
#ifndef NAT_HOST_H
#define NAT_HOST_H

#include "nat/pick.h"

/* The host's entry in this pool; made if there is none. 0: table full. */
uint32_t nat_host_get(struct nat_worker *w, const struct nat_pool *p,
	const struct ip_addr *host, struct vr_id vr);

static inline struct nat_host *
nat_host_at(const struct nat_worker *w, uint32_t i)
{
	return nat_tab_at(&w->hosts, i);
}

static inline struct nat_block *
nat_block_at(const struct nat_worker *w, uint32_t i)
{
	return nat_tab_at(&w->blocks, i);
}

/* One session more with the host's address, one less (then perhaps the host
 * and its address are free). */
void nat_host_hold(struct nat_worker *w, uint32_t host);
void nat_host_release(struct nat_worker *w, uint32_t host);
/* An entry that has neither address nor block goes. */
void nat_host_trim(struct nat_worker *w, uint32_t host);

/* A new block for the host, on its address or another one; 0: none left, or
 * the host has as many as it may have. */
uint32_t nat_block_new(struct nat_worker *w, struct nat_pool *p, uint32_t host,
	uint32_t now_s);
/* The block that a port of an address lies in; 0: none. */
uint32_t nat_block_of(const struct nat_worker *w, const struct nat_pool *p,
	uint32_t addr, uint32_t port);
/* One port less in use. */
void nat_block_release(struct nat_worker *w, uint32_t block, uint32_t now_s);

/* Ports lo..hi of block no. */
void nat_block_ports(
	const struct nat_pool *p, uint32_t no, uint32_t *lo, uint32_t *hi);

/* Deterministic: address and block of a host; false: not in the ranges, or the
 * pool ends before it. */
bool nat_deterministic(const struct nat_pool *p, const struct ip_addr *host,
	uint32_t *addr, uint32_t *block);

/* Once a second for a block: release it after last-block-recycle-timeout, tell
 * of it every interim-logging-interval. */
void nat_block_tick(struct nat_worker *w, uint32_t block, uint32_t now_s);

#endif /* NAT_HOST_H */
