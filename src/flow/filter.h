/* SPDX-License-Identifier: Apache-2.0 */
/* filter - firewall filters, packet by packet [FF-1]. */
#ifndef FLOW_FILTER_H
#define FLOW_FILTER_H

#include "flow/env.h"

/*
 * Run filter (index + 1 as in ifl_spec; not 0) over the packet. NEXT: accepted;
 * p->vr and p->in_packet_mode may have been set by the term. Counts if count:
 * a packet that comes again was counted when it came first.
 */
enum verdict filter_run(
	const struct env *env, struct pkt *p, unsigned int filter, bool count);

/* The filters of lo0, for what the box receives and sends [FF-6]. */
enum verdict filter_to_host(const struct env *env, struct pkt *p);
enum verdict filter_from_host(const struct env *env, struct pkt *p, bool count);

#endif /* FLOW_FILTER_H */
