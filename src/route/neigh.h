/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neigh - adjacencies: which MAC address answers for an address on an
 * interface. One table for ARP and ND, all interfaces.
 *
 * The control thread creates, resolves, ages and frees entries; workers look
 * up and read the MAC address with one atomic load. An entry's id is valid for
 * a worker until its next quiescent state; what caches an id for longer
 * (a wing) stores the route generation with it and looks again when that moved:
 * the owner publishes a new generation before an entry is freed for reuse.
 *
 * Limits: NEIGH_MAX entries; NEIGH_QUEUE packets wait for one neighbour.
 */
#ifndef ROUTE_NEIGH_H
#define ROUTE_NEIGH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

#define NEIGH_MAX   65536u /* entries, with the free ones */
#define NEIGH_QUEUE 16u    /* packets that wait for one neighbour */

enum neigh_state { /* RFC 4861 7.3.2; ARP uses the same */
	NEIGH_FREE,
	NEIGH_INCOMPLETE,
	NEIGH_REACHABLE,
	NEIGH_STALE,
	NEIGH_DELAY,
	NEIGH_PROBE,
	NEIGH_FAILED,
};

/*
 * One line. Who may write: C the control thread, W any worker (relaxed).
 * mac_state: bytes 0..5 the MAC as on the wire (little-endian load of the six
 * bytes in bits 0..47), bits 48..55 the enum neigh_state. Usable for sending
 * in every state from REACHABLE to PROBE.
 */
struct adj {
	_Atomic uint64_t mac_state; /* C */
	struct ip_addr addr;        /* C, while FREE */
	struct ifl_id ifl;          /* C, while FREE */
	struct ifd_id ifd;          /* C: port to send on */
	uint16_t vlan;              /* C: 0 untagged */
	uint8_t src_mac[6];         /* C */
	_Atomic uint32_t used_s;    /* W: second of the last packet sent */
} __attribute__((aligned(64)));

struct neigh_table;

/* What the packet path knows of it. */
struct neigh_base {
	struct adj *adjs; /* NEIGH_MAX; [0] is never usable */
};

struct neigh_table *neigh_create(void);
void neigh_free(struct neigh_table *t); /* NULL is fine */

/* Any thread. ADJ_NONE when there is no entry. */
struct adj_id neigh_find(const struct neigh_table *t, struct ifl_id ifl,
	const struct ip_addr *addr);

/* Any thread. */
static inline struct adj *
neigh_adj(const struct neigh_table *t, struct adj_id id)
{
	return &((const struct neigh_base *)t)->adjs[id.v];
}

static inline bool
adj_usable(uint64_t mac_state)
{
	unsigned int state = (unsigned int)(mac_state >> 48) & 0xff;

	return state >= NEIGH_REACHABLE && state <= NEIGH_PROBE;
}

#endif /* ROUTE_NEIGH_H */
