/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_impl - what whole packets (parse.c) and quoted ones (parse_embedded.c)
 * have in common: the meaning of the first bytes of an L4 header.
 */
#ifndef PKT_PARSE_IMPL_H
#define PKT_PARSE_IMPL_H

#include "pkt/pkt.h"

/* Bytes without which an L4 header of this protocol is of no use. */
uint32_t l4_min(uint8_t family, uint8_t protocol);

/* ICMP in IPv4 or ICMPv6 in IPv6; crosswise they are unknown protocols. */
static inline bool
l4_is_icmp(const struct flow_key *k)
{
	return (k->protocol == IPP_ICMP && k->family == IP_V4) ||
	       (k->protocol == IPP_ICMP6 && k->family == IP_V6);
}

/* Set k's ports from an L4 header; len >= l4_min() bytes are there [FL-5]. */
void l4_ports(struct flow_key *k, const uint8_t *l4, size_t len);

/* Hop-by-hop, routing, fragment, destination options, AH. */
static inline bool
ipv6_is_extension(uint8_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 60 ||
	       next == IPP_AH;
}

#endif /* PKT_PARSE_IMPL_H */
