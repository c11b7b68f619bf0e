/* SPDX-License-Identifier: Apache-2.0 */
/* icmp_error - an ICMP error belongs to the session that it tells about. */
#ifndef FLOW_ICMP_ERROR_H
#define FLOW_ICMP_ERROR_H

#include "flow/env.h"

/*
 * p is an ICMP or ICMPv6 error without a session of its own. NEXT with
 * p->session, p->wing and p->icmp_error set, or a drop [FL-15].
 */
enum verdict icmp_error_find(const struct env *env, struct pkt *p);

/* What it does to its session, once it is sure to go on. */
void icmp_error_apply(const struct env *env, struct pkt *p);

/* The key (token 0) of the packet that p, an ICMP error, tells about. */
bool icmp_error_quoted(const struct pkt *p, struct flow_key *ret);

#endif /* FLOW_ICMP_ERROR_H */
