/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_rib - the routing database of the control thread: all candidates of
 * every virtual router and family, the active one of each prefix, and the
 * forwarding tables that follow from them.
 *
 * Whatever changes (a commit, an interface), everything is computed anew from
 * the specification and the state of the interfaces; then entries that did not
 * change keep their age and forwarding tables that did not change keep their
 * memory. So the result never depends on the order of events.
 *
 * Threads: the control thread only; the views go to all.
 */
#ifndef ROUTE_ROUTE_RIB_H
#define ROUTE_ROUTE_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "route/route_entry.h"
#include "route/route_view.h"

struct report;
struct route_db;

struct route_db *route_db_create(void); /* NULL: out of memory */
void route_db_free(
	struct route_db *db); /* NULL is fine; views may outlive it */

/*
 * Take a new specification (copied). ifl_up[id] says whether an interface is
 * up; the array covers every id of the specification; NULL means all up.
 *
 * Returns 0, or with everything as before
 *   -EINVAL  and the reasons in *report
 *   -ENOMEM
 */
int route_db_apply(struct route_db *db, const struct route_spec *spec,
	const bool *ifl_up, uint64_t now_ms, struct report *report);

/* The state of the interfaces changed. 0, or -ENOMEM with db unchanged. */
int route_db_links(struct route_db *db, const bool *ifl_up, uint64_t now_ms);

/*
 * What an NH_UCAST next hop is to have as `adj`. Called once per next hop
 * while a view is built.
 */
typedef struct adj_id (*route_resolve_fn)(
	void *ctx, struct ifl_id ifl, const struct ip_addr *gw);

/*
 * A new view of the forwarding tables, with the next generation number;
 * resolve may be NULL (no adjacencies). NULL: out of memory. The caller
 * publishes it and frees it, with route_view_free(), on the same thread, when
 * no reader can see it any more.
 */
struct route_view *route_db_view(
	struct route_db *db, route_resolve_fn resolve, void *ctx);
void route_view_free(struct route_view *view); /* NULL is fine */

/*
 * Reading, for the show commands. Tables that have routes: IPv4 before IPv6,
 * the master first, then by instance name. Entries of a table: by prefix
 * ascending; of one prefix the active one first, hidden ones last.
 */
size_t route_db_table_count(const struct route_db *db);
const struct route_table *route_db_table(const struct route_db *db, size_t i);
/* NULL if that table has no route. */
const struct route_table *route_db_table_of(
	const struct route_db *db, struct vr_id vr, enum ip_family family);
const struct route_table *route_db_table_named(
	const struct route_db *db, const char *name); /* "LAN.inet.0" */

void route_table_info(
	const struct route_table *t, struct route_table_info *ret);
size_t route_table_size(const struct route_table *t);
const struct route_entry *route_table_entry(
	const struct route_table *t, size_t i);

/*
 * The entries of one prefix: how many, and the place of the first in *first.
 * best: of the longest prefix with an active entry that covers addr.
 */
size_t route_table_best(
	const struct route_table *t, const struct ip_addr *addr, size_t *first);
size_t route_table_exact(
	const struct route_table *t, const struct ip_prefix *p, size_t *first);
/* All entries inside p, p itself included; they stand side by side. */
size_t route_table_longer(
	const struct route_table *t, const struct ip_prefix *p, size_t *first);

/* "LAN.inet.0" of any virtual router of the specification, used or not. */
void route_db_table_name(const struct route_db *db, struct vr_id vr,
	enum ip_family family, char ret[ROUTE_TABLE_NAME_MAX]);

/* Tables that imported this native entry; up to max in ret, returns how many
 * there are. */
size_t route_db_secondaries(const struct route_db *db,
	const struct route_table *t, const struct route_entry *e,
	struct vr_id *ret, size_t max);

/* The forwarding table. Any known virtual router; 0 rows if it is unknown. */
size_t route_db_fib_count(
	const struct route_db *db, struct vr_id vr, enum ip_family family);

struct route_fib_row {
	struct ip_prefix prefix;
	const char *type;       /* "user", "intf", "dest", "perm" */
	unsigned int rt_refs;   /* as Junos' RtRef: 0 */
	struct ip_addr nexthop; /* IP_NONE: print nothing */
	const char *nh_type; /* "ucst", "rslv", "locl", "bcst", "recv", ... */
	struct nexthop_id index;
	uint32_t nh_refs;
	struct ifl_id ifl; /* IFL_NONE: print nothing */
	/* ulst: the members, for route_db_nexthop(); owned by the db */
	const uint32_t *members;
	uint32_t nmembers;
	struct vr_id to_vr; /* tabl */
};

/* False when i is past the end. */
bool route_db_fib_row(const struct route_db *db, struct vr_id vr,
	enum ip_family family, size_t i, struct route_fib_row *ret);

/* A member of a ulst, as a row without prefix and type. */
bool route_db_nexthop(
	const struct route_db *db, uint32_t index, struct route_fib_row *ret);

#endif /* ROUTE_ROUTE_RIB_H */
