/* SPDX-License-Identifier: Apache-2.0 */
/* nat_translate - the packets of a wing with NAT get their new addresses. */
#ifndef FLOW_NAT_TRANSLATE_H
#define FLOW_NAT_TRANSLATE_H

#include "flow/env.h"

/* p belongs to a session and its wing has WING_NAT; an ICMP error about the
 * session (p->icmp_error) is changed outside and in what it quotes. NEXT, or a
 * drop: no header of the other family can say it (NAT64). */
enum verdict nat_translate(const struct env *env, struct pkt *p);

/* egress_check() for a wing whose packets may leave in the other family. */
enum verdict nat_egress_check(
	const struct env *env, struct pkt *p, struct adj_id adj);

#endif /* FLOW_NAT_TRANSLATE_H */
