/* SPDX-License-Identifier: Apache-2.0 */
/*
 * egress - the last look before a packet leaves, shared by sessions and packet
 * mode: hop limit, neighbour, MTU, output filter; then the bytes change.
 */
#ifndef FLOW_EGRESS_H
#define FLOW_EGRESS_H

#include "flow/env.h"
#include "flow/segments.h"

/*
 * May p go to this neighbour? NEXT; RESOLVE when its MAC address is not known
 * (p->out_ifl and p->gw say whom to ask for); or a drop. Changes no byte.
 */
enum verdict egress_check(
	const struct env *env, struct pkt *p, struct adj_id adj);

/* Hop limit, Ethernet header, counters. NEXT, or a drop for want of room. */
enum verdict egress_apply(const struct env *env, struct pkt *p);

#endif /* FLOW_EGRESS_H */
