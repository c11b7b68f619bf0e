/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/screen_packet.h"

#include "image/image_spec.h"
#include "pkt/bytes.h"

#define ICMP_LARGE       1024u
#define UNKNOWN_PROTOCOL 137u
#define NETBIOS_SESSION  RTE_BE16(139)

/* IPv4 options, RFC 791 3.1, RFC 1108. */
enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_RECORD_ROUTE = 7,
	OPTION_TIMESTAMP = 68,
	OPTION_SECURITY = 130,
	OPTION_LOOSE_ROUTE = 131,
	OPTION_STREAM = 136,
	OPTION_STRICT_ROUTE = 137,
};

#define IPV4_OPTIONS                                                           \
	(SCREEN_BIT(BAD_OPTION) | SCREEN_BIT(RECORD_ROUTE) |                   \
		SCREEN_BIT(TIMESTAMP) | SCREEN_BIT(SECURITY) |                 \
		SCREEN_BIT(STREAM) | SCREEN_BIT(SOURCE_ROUTE) |                \
		SCREEN_BIT(LOOSE_ROUTE) | SCREEN_BIT(STRICT_ROUTE))
#define EXTENSIONS                                                             \
	(SCREEN_BIT(EXT_HEADER) | SCREEN_BIT(EXT_HOP) |                        \
		SCREEN_BIT(EXT_DESTINATION) | SCREEN_BIT(EXT_LIMIT) |          \
		SCREEN_BIT(IPV6_MALFORMED))
#define TUNNELS                                                                \
	(SCREEN_BIT(TUNNEL_BAD_INNER) | SCREEN_BIT(GRE_4IN4) |                 \
		SCREEN_BIT(GRE_4IN6) | SCREEN_BIT(GRE_6IN4) |                  \
		SCREEN_BIT(GRE_6IN6) | SCREEN_BIT(IPIP_4IN4) |                 \
		SCREEN_BIT(IPIP_4IN6) | SCREEN_BIT(IPIP_6IN4) |                \
		SCREEN_BIT(IPIP_6IN6) | SCREEN_BIT(IPIP_6OVER4) |              \
		SCREEN_BIT(IPIP_6TO4RELAY) | SCREEN_BIT(IPIP_ISATAP) |         \
		SCREEN_BIT(IPIP_DSLITE) | SCREEN_BIT(TEREDO))

static uint64_t
option_bits(uint8_t type)
{
	switch (type) {
	case OPTION_RECORD_ROUTE:
		return SCREEN_BIT(RECORD_ROUTE);
	case OPTION_TIMESTAMP:
		return SCREEN_BIT(TIMESTAMP);
	case OPTION_SECURITY:
		return SCREEN_BIT(SECURITY);
	case OPTION_STREAM:
		return SCREEN_BIT(STREAM);
	case OPTION_LOOSE_ROUTE:
		return SCREEN_BIT(LOOSE_ROUTE) | SCREEN_BIT(SOURCE_ROUTE);
	case OPTION_STRICT_ROUTE:
		return SCREEN_BIT(STRICT_ROUTE) | SCREEN_BIT(SOURCE_ROUTE);
	default:
		return 0;
	}
}

/* Shorter than its type needs is malformed: RFC 791, 1108. */
static uint8_t
option_min(uint8_t type)
{
	switch (type) {
	case OPTION_RECORD_ROUTE:
	case OPTION_LOOSE_ROUTE:
	case OPTION_STRICT_ROUTE:
	case OPTION_SECURITY:
		return 3;
	case OPTION_TIMESTAMP:
	case OPTION_STREAM:
		return 4;
	default:
		return 2;
	}
}

static uint64_t
ipv4_options(const uint8_t *l3)
{
	uint32_t end = (uint32_t)(l3[0] & 15) * 4, at = 20;
	uint64_t hits = 0;

	while (at < end && l3[at] != OPTION_END) {
		if (l3[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 2 > end || l3[at + 1] < option_min(l3[at]) ||
			at + l3[at + 1] > end)
			return hits | SCREEN_BIT(BAD_OPTION);
		hits |= option_bits(l3[at]);
		at += l3[at + 1];
	}
	return hits;
}

static bool
same_ends(const struct pkt *p)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);

	return ip_addr_equal(&src, &dst);
}

static uint64_t
tcp_flags(const struct pkt *p)
{
	uint8_t f = p->tcp_flags;
	uint64_t hits = 0;

	if ((f & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK | TCP_URG)) ==
		0)
		hits |= SCREEN_BIT(NO_FLAG);
	if ((f & TCP_SYN) && (f & TCP_FIN))
		hits |= SCREEN_BIT(SYN_FIN);
	if ((f & TCP_FIN) && !(f & TCP_ACK))
		hits |= SCREEN_BIT(FIN_NO_ACK);
	if ((f & TCP_SYN) && p->frag_first)
		hits |= SCREEN_BIT(SYN_FRAG);
	if ((f & TCP_SYN) && same_ends(p))
		hits |= SCREEN_BIT(LAND);
	if ((f & TCP_URG) && p->key.dport_be == NETBIOS_SESSION)
		hits |= SCREEN_BIT(WINNUKE);
	return hits;
}

static uint64_t
icmp_message(const struct pkt *p)
{
	uint64_t hits = 0;

	if (p->frag_first || p->frag_later)
		hits |= SCREEN_BIT(ICMP_FRAGMENT);
	if (p->len > ICMP_LARGE)
		hits |= SCREEN_BIT(ICMP_LARGE);
	return hits;
}

/* HIP and shim6 (139, 140) are extension headers, with screens of their own. */
static bool
unknown_protocol(const struct pkt *p)
{
	uint8_t v = p->key.protocol;

	return v >= UNKNOWN_PROTOCOL &&
	       (p->key.family == IP_V4 || (v != 139 && v != 140));
}

static bool
is_icmp(const struct pkt *p)
{
	return p->key.protocol ==
	       (p->key.family == IP_V4 ? IPP_ICMP : IPP_ICMP6);
}

uint64_t
screen_packet_look(const struct screen_spec *s, const struct pkt *p)
{
	uint64_t hits = 0;

	if (p->frag_first || p->frag_later)
		hits |= SCREEN_BIT(BLOCK_FRAG);
	if (p->key.family == IP_V4 && p->options && (s->on & IPV4_OPTIONS))
		hits |= ipv4_options(p->l3);
	if (p->key.family == IP_V6 && (s->on & EXTENSIONS))
		hits |= screen_extension_look(s, p);
	if (unknown_protocol(p))
		hits |= SCREEN_BIT(UNKNOWN_PROTOCOL);
	if (p->key.protocol == IPP_TCP && p->l4 != NULL)
		hits |= tcp_flags(p);
	else if (is_icmp(p))
		hits |= icmp_message(p);
	if ((s->on & TUNNELS) && p->l4 != NULL)
		hits |= screen_tunnel_look(p);
	return hits & s->on;
}

uint64_t
screen_packet_malformed(const struct pkt *p)
{
	uint64_t v6 = p->key.family == IP_V6 ? SCREEN_BIT(IPV6_MALFORMED) : 0;

	switch (p->reason) {
	case REASON_BAD_FRAGMENT:
		/* offset and length beyond the largest packet */
		if (is_icmp(p) && 20u + p->frag_off + p->frag_len > UINT16_MAX)
			return SCREEN_BIT(PING_DEATH);
		return v6;
	case REASON_BAD_EXTENSION_HEADER:
		return v6;
	case REASON_BAD_L4_HEADER:
		return p->key.family == IP_V6 && is_icmp(p)
			       ? SCREEN_BIT(ICMPV6_MALFORMED)
			       : 0;
	default:
		return 0;
	}
}
