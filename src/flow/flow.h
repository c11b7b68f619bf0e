/* SPDX-License-Identifier: Apache-2.0 */
/* flow - the order in which a packet meets the decisions, for a burst. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "flow/env.h"

#define FLOW_BURST 32u

/*
 * Decide about p[0..n), n <= FLOW_BURST, whose m is set and whose mbuf_meta
 * says where it came from; ret[i] is the verdict about p[i], never MISS. All
 * counters are done; the caller does what the verdicts say (pkt/verdict.h).
 */
void flow_burst(const struct env *env, struct pkt *p, unsigned int n,
	enum verdict *ret);

/*
 * The address from which the box answers a dropped packet: the ingress
 * interface's, of the packet's family. False if it has none.
 */
bool flow_answer_source(
	const struct env *env, const struct pkt *p, struct ip_addr *ret);

#endif /* FLOW_FLOW_H */
