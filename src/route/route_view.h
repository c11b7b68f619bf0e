/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_view - all forwarding tables as the packet path sees them: immutable,
 * published whole, freed by the publisher after a grace period.
 *
 * A view holds, per virtual router and family, one longest-prefix-match table
 * (route_lpm.h) and the array of next hops that they answer with. Tables that
 * did not change are shared between successive views.
 *
 * Threads: build, publish and free on the control thread; everything else on
 * any thread that holds the view. Look-ups allocate nothing and write nothing.
 */
#ifndef ROUTE_ROUTE_VIEW_H
#define ROUTE_ROUTE_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

/* What to do with a packet whose destination matched. */
enum nexthop_type {
	NH_NONE,    /* no route */
	NH_UCAST,   /* to `gateway` on `ifl` */
	NH_RESOLVE, /* connected: to the destination itself on `ifl` */
	NH_LOCAL,   /* the box's own address, owned by `ifl` */
	NH_RECEIVE, /* static receive: the box takes it */
	NH_DISCARD, /* drop silently */
	NH_REJECT,  /* drop, ICMP unreachable */
	NH_BCAST,   /* subnet broadcast on `ifl`: not forwarded [FL-20] */
	NH_ECMP,    /* one of members[0..nmembers) */
	NH_DOWN,    /* own address of an interface that is down: reject */
};

struct nexthop {
	struct nexthop_id id; /* stable while the same next hop exists */
	uint8_t type;         /* enum nexthop_type */
	struct ifl_id ifl;
	struct ip_addr gateway; /* NH_UCAST; NH_LOCAL: the own address */
	struct adj_id adj;      /* NH_UCAST: set by the publisher, or none */
	const uint32_t
		*members; /* NH_ECMP: indices into the view's next hops */
	uint32_t nmembers;
};

struct route_view;

/* Number of this view; grows by one with every publication. Never 0. */
uint32_t route_view_generation(const struct route_view *v);

/*
 * Longest-prefix match in the tables of one virtual router. The result is an
 * index for route_view_nexthop(); 0 is "no route". A next-table route is
 * followed inside; a chain longer than 8 tables ends as 0.
 * addr_be as on the wire; addr6 are 16 bytes.
 */
uint32_t route_view_lookup4(
	const struct route_view *v, struct vr_id vr, uint32_t addr_be);
uint32_t route_view_lookup6(
	const struct route_view *v, struct vr_id vr, const uint8_t addr6[16]);
uint32_t route_view_lookup(
	const struct route_view *v, struct vr_id vr, const struct ip_addr *a);

/* Never NULL: index 0 is the NH_NONE entry. */
const struct nexthop *route_view_nexthop(
	const struct route_view *v, uint32_t index);

/* How many next hops the view has (indices 0..n-1). */
uint32_t route_view_nexthop_count(const struct route_view *v);

#endif /* ROUTE_ROUTE_VIEW_H */
