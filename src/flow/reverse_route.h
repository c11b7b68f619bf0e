/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reverse_route - which table answers for the way back, in both modes.
 */
#ifndef FLOW_REVERSE_ROUTE_H
#define FLOW_REVERSE_ROUTE_H

#include "flow/env.h"
#include "flow/session.h"

/* How the way back of a session is looked up. */
struct reverse_choice {
	bool packet_mode; /* at the reply, in its table: else at install */
	enum reverse_rule rule;
	struct vr_id vr; /* the table that answers */
};

/*
 * By the modes of the zone and the instance that the session came from, and
 * the global one [RR-10]; arrival: the table of the interface on
 * which the reply comes in, or the one that a filter there chose.
 */
struct reverse_choice reverse_route_choice(
	const struct env *env, uint32_t session, struct vr_id arrival);

/* First path: resolve the way back now if the mode allows, or leave it open. */
void reverse_route_install(const struct env *env, uint32_t session);

/*
 * A reply matched the Out wing (session flags say which side is the box) and
 * its route is unknown or of an older world. NEXT when it now has a route.
 */
enum verdict reverse_route_resolve(const struct env *env, struct pkt *p);

#endif /* FLOW_REVERSE_ROUTE_H */
