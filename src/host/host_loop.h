/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_loop - how the daemon's main loop drives host/: make it, give it time
 * and packets, tell it of commits and links.
 *
 * Threads: the control thread.
 */
#ifndef HOST_HOST_LOOP_H
#define HOST_HOST_LOOP_H

#include "image/image.h"
#include "io/worker.h"
#include "route/neigh.h"
#include "route/route_view.h"

struct host;

struct host_config {
	struct workers *workers;
	struct neigh_table *neigh;
	struct rte_mempool *pool;
	/* what is published now; borrowed for the moment */
	const struct image *(*image)(void);
	const struct route_view *(*routes)(void);
	/* MAC of a port; NULL: no such port */
	const uint8_t *(*mac)(struct ifd_id ifd);
};

struct host *host_create(const struct host_config *config);
void host_free(struct host *h); /* NULL is fine */

/* Handle what the workers handed over. Returns false when all is done. */
bool host_packets(struct host *h, uint64_t now_ms);

/* Run timers; returns when it wants to be called again (ms). */
uint64_t host_tick(struct host *h, uint64_t now_ms);

/*
 * The adjacency of a gateway, made if needed: for route_db_view(). ADJ_NONE
 * if the table is full or the interface has no port.
 */
struct adj_id host_adjacency(
	void *host, struct ifl_id ifl, const struct ip_addr *gw);

/* After a commit: forget neighbours of interfaces that are gone or changed. */
void host_image_changed(struct host *h);

/* A port came up: announce own addresses; down: forget its neighbours. */
void host_link(struct host *h, struct ifd_id ifd, bool up);

/*
 * True when neighbours were forgotten since the last call: the caller then
 * publishes a new world and calls host_reuse().
 */
bool host_wants_publish(struct host *h);
void host_reuse(struct host *h);

#endif /* HOST_HOST_LOOP_H */
