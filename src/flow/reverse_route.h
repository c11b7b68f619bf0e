/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reverse_route - which table answers for the way back, in both modes.
 */
#ifndef FLOW_REVERSE_ROUTE_H
#define FLOW_REVERSE_ROUTE_H

#include "flow/env.h"
#include "flow/session.h"

/* First path: resolve the way back now if the mode allows, or leave it open. */
void reverse_route_install(const struct env *env, uint32_t session);

/*
 * A reply matched the Out wing (session flags say which side is the box) and
 * its route is unknown or of an older world. NEXT when it now has a route.
 */
enum verdict reverse_route_resolve(const struct env *env, struct pkt *p);

#endif /* FLOW_REVERSE_ROUTE_H */
