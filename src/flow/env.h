/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env - what one burst sees. The worker loads it once per burst; no step loads
 * any of it again, so neither a commit nor a route change applies to half a
 * packet.
 *
 * A `world` is one consistent pair of policy image and routes. The control
 * thread makes a new one for every commit and every route change, publishes it
 * by one store, and frees what the old one alone held after a grace period.
 */
#ifndef FLOW_ENV_H
#define FLOW_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"
#include "pkt/pkt.h"
#include "route/neigh.h"
#include "route/route_view.h"

struct world {
	const struct image *image;
	const struct route_view *routes;
	uint32_t generation; /* grows with every world; wings compare it */
	uint8_t exports;     /* EXPORT_* of the image */
};

struct session_table;
struct flow_counters;
struct flow_log; /* flow/flow_log.h */
struct frag;
struct path_memory;
struct screen_state; /* flow/screen.h */

struct nat_worker; /* nat/nat.h */
struct record;     /* flow/record.h */

struct env {
	/* NULL but in a dry run; only the lists of orders look at it */
	struct record *record;
	/* loaded once per burst */
	const struct image *image;
	const struct route_view *routes;
	uint32_t generation;
	uint64_t time_ms; /* monotonic */
	uint32_t now_ms;  /* its low half: compare by minus */
	uint32_t now_s;   /* monotonic */
	uint8_t exports;  /* EXPORT_*: events that collectors want */
	/* the worker's own, the same for its whole life */
	struct session_table *sessions;
	struct flow_counters *counters;
	struct frag *frag;
	struct path_memory *paths;   /* path.h; NULL: look up every time */
	struct nat_worker *nat;      /* NULL: no NAT */
	struct screen_state *screen; /* NULL in a dry run */
	struct flow_log *log;        /* NULL: nobody reads one */
	const struct neigh_table *neigh;
	uint64_t *policers; /* of all workers; NULL: nothing is policed */
	const uint8_t (*ifd_mac)[6]; /* by ifd id; all zero: no port */
	uint16_t worker, nworkers;
};

#endif /* FLOW_ENV_H */
