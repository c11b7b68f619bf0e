/* SPDX-License-Identifier: Apache-2.0 */
/* reroute - is the wing's route still true? */
#ifndef FLOW_REROUTE_H
#define FLOW_REROUTE_H

#include "flow/env.h"
#include "flow/session.h"

/*
 * The matched wing's route is of an older world or unknown: look again. NEXT
 * with a route in the wing, MISS when the session was ended and the packet is
 * a first packet again, or a drop.
 */
enum verdict reroute_check(const struct env *env, struct pkt *p);

#endif /* FLOW_REROUTE_H */
