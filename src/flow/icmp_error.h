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

#endif /* FLOW_ICMP_ERROR_H */
