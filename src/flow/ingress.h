/* SPDX-License-Identifier: Apache-2.0 */
/* ingress - which interface, virtual router and zone did this come in on? */
#ifndef FLOW_INGRESS_H
#define FLOW_INGRESS_H

#include "flow/env.h"

/*
 * After parse: sets p->ifl, p->vr and the key's token [FL-2], counts the packet
 * on the interface, runs the input filter. NEXT, LOCAL (ARP, ND), or a drop.
 */
enum verdict ingress_check(const struct env *env, struct pkt *p);

/* The token of the box's own side of p's flow: to it or from it. */
uint16_t host_token(const struct pkt *p);

#endif /* FLOW_INGRESS_H */
