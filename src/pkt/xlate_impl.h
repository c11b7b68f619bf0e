/* SPDX-License-Identifier: Apache-2.0 */
/* What whole packets (xlate.c) and errors (xlate_error.c) have in common. */
#ifndef PKT_XLATE_IMPL_H
#define PKT_XLATE_IMPL_H

#include "pkt/pkt.h"

/* An IP header of either family, without what only one of them has. */
struct xlate_ip {
	const struct flow_key *to; /* its addresses */
	uint32_t payload; /* bytes behind it, and its fragment header */
	uint32_t id;      /* of the fragment */
	uint16_t id4;     /* of what may be fragmented later */
	uint16_t off;     /* of the fragment, bytes */
	bool fragment, more;
	uint8_t tos, ttl, protocol;
};

void xlate_ipv4(uint8_t *l3, const struct xlate_ip *h); /* 20 bytes */
void xlate_ipv6(uint8_t *l3, const struct xlate_ip *h); /* 40, or 48 */

/* ICMP for ICMPv6 and the other way round; others stay. */
uint8_t xlate_protocol(uint8_t to_family, uint8_t protocol);

#endif /* PKT_XLATE_IMPL_H */
