/* SPDX-License-Identifier: Apache-2.0 */
/* policy_query - the question that a first packet puts to the policies. */
#ifndef FLOW_POLICY_QUERY_H
#define FLOW_POLICY_QUERY_H

#include <arpa/inet.h>

#include "flow/env.h"

/* Policies see the source as it came and the destination as translated [FL-1]:
 * that of dst, which may be of the other family. */
static inline struct policy_query
policy_query_to(const struct pkt *p, const struct flow_key *dst,
	struct zone_id from, struct zone_id to)
{
	return (struct policy_query){
		.from = from,
		.to = to,
		.src = flow_key_src(&p->key),
		.dst = flow_key_dst(dst),
		.protocol = p->key.protocol,
		.sport = ntohs(p->key.sport_be),
		.dport = ntohs(dst->dport_be),
		.icmp_type = p->icmp_type,
		.icmp_code = p->icmp_code,
	};
}

static inline struct policy_query
policy_query_of(const struct pkt *p, struct zone_id from, struct zone_id to)
{
	return policy_query_to(p, &p->key, from, to);
}

#endif /* FLOW_POLICY_QUERY_H */
