/* SPDX-License-Identifier: Apache-2.0 */
/* self_traffic - may this reach the box itself, may the box send this? */
#ifndef FLOW_SELF_TRAFFIC_H
#define FLOW_SELF_TRAFFIC_H

#include "flow/env.h"
#include "flow/path.h"

#define POLICY_SELF    1u /* self-traffic-policy/1 */
#define POLICY_DEFAULT 2u

/* A first packet to one of the box's addresses. NEXT with *ret_policy. */
enum verdict self_traffic_in(const struct env *env, struct pkt *p,
	const struct path *to, uint32_t *ret_policy);

/* A first packet of the box. NEXT with *ret_policy, or a drop. */
enum verdict self_traffic_out(const struct env *env, struct pkt *p,
	const struct path *to, uint32_t *ret_policy);

/* Does this set of services and protocols take the packet? [FL-10] */
bool self_traffic_allowed(
	const struct host_inbound_spec *h, const struct pkt *p);

#endif /* FLOW_SELF_TRAFFIC_H */
