/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer's side of the adjacency table: host/ creates, changes and frees
 * entries; route/ and flow/ only look up (neigh.h).
 */
#ifndef ROUTE_NEIGH_IMPL_H
#define ROUTE_NEIGH_IMPL_H

#include "route/neigh.h"

/*
 * Find or make the entry of (ifl, addr). A new one is INCOMPLETE with the
 * given port, VLAN and source MAC. ADJ_NONE when the table is full.
 * Control thread.
 */
struct adj_id neigh_get(struct neigh_table *t, struct ifl_id ifl,
	const struct ip_addr *addr, struct ifd_id ifd, uint16_t vlan,
	const uint8_t src_mac[6]);

/* Set state and, when mac is not NULL, the MAC address. Control thread. */
void neigh_set(struct neigh_table *t, struct adj_id id, enum neigh_state state,
	const uint8_t *mac);

/*
 * Take the entry out of the hash; look-ups no longer find it. Its slot is used
 * again only after neigh_reuse(): call that after a new route generation was
 * published and a grace period has passed. Control thread.
 */
void neigh_remove(struct neigh_table *t, struct adj_id id);
void neigh_reuse(struct neigh_table *t);

/* Ids run from 1 to neigh_top(); entries in between may be NEIGH_FREE. */
uint32_t neigh_top(const struct neigh_table *t);
uint32_t neigh_count(const struct neigh_table *t);

static inline enum neigh_state
adj_state(uint64_t mac_state)
{
	return (enum neigh_state)((mac_state >> 48) & 0xff);
}

static inline void
adj_mac(uint64_t mac_state, uint8_t mac[6])
{
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)(mac_state >> (8 * i));
}

#endif /* ROUTE_NEIGH_IMPL_H */
