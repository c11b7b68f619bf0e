/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/key.h"

struct flow_key
flow_key_reverse(const struct flow_key *k, uint16_t token)
{
	struct flow_key r = {
		.sport_be = k->dport_be,
		.dport_be = k->sport_be,
		.protocol = k->protocol,
		.family = k->family,
		.token = token,
	};

	if (k->family == IP_V4) {
		r.v4.src_be = k->v4.dst_be;
		r.v4.dst_be = k->v4.src_be;
	} else {
		memcpy(r.v6.src, k->v6.dst, sizeof(r.v6.src));
		memcpy(r.v6.dst, k->v6.src, sizeof(r.v6.dst));
	}
	return r;
}
