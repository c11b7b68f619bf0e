/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets that carry packets [SC-5]. Only bytes that lie in the first segment
 * are looked at; what is not there is a bad inner header.
 */
#include "flow/screen_packet.h"

#include "image/image_spec.h"
#include "pkt/bytes.h"

#define PROTOCOL_IPIP 4
#define PROTOCOL_IPV6 41
#define TEREDO_PORT   RTE_BE16(3544)
#define ETHER_IPV4    0x0800
#define ETHER_IPV6    0x86dd

struct inner {
	const uint8_t *at;
	uint32_t len;
	bool v6; /* as the tunnel says */
};

/* How many bytes are readable from `at` on, up to the end of the packet. */
static uint32_t
readable(const struct pkt *p, const uint8_t *at)
{
	const uint8_t *end =
		rte_pktmbuf_mtod_offset(p->m, const uint8_t *, p->m->data_len);
	const uint8_t *last = p->l3 + p->len;

	if (last < end)
		end = last;
	return at < end ? (uint32_t)(end - at) : 0;
}

static bool
inner_ok(const struct inner *in)
{
	const uint8_t *h = in->at;
	uint32_t hlen;

	if (in->v6)
		return in->len >= 40 && h[0] >> 4 == 6;
	if (in->len < 20 || h[0] >> 4 != 4)
		return false;
	hlen = (uint32_t)(h[0] & 15) * 4;
	return hlen >= 20 && load16(h + 2) >= hlen;
}

/* ::0:5efe:a.b.c.d, with or without the universal bit: RFC 5214 6.1. */
static bool
is_isatap(const uint8_t *a)
{
	return (a[8] & 0xfd) == 0 && a[9] == 0 && a[10] == 0x5e &&
	       a[11] == 0xfe;
}

/* fe80::a.b.c.d, and the multicast groups of RFC 2529. */
static bool
is_6over4(const uint8_t *a)
{
	return (a[0] == 0xfe && a[1] == 0x80 && get64(a + 4) == 0) ||
	       (a[0] == 0xff && a[1] == 0x02);
}

static bool
is_6to4(const uint8_t *a)
{
	return a[0] == 0x20 && a[1] == 0x02;
}

static uint64_t
ipv6_in_ipv4(const struct inner *in)
{
	const uint8_t *src = in->at + 8, *dst = in->at + 24;

	if (in->len < 40)
		return SCREEN_BIT(IPIP_6IN4);
	if (is_isatap(src) || is_isatap(dst))
		return SCREEN_BIT(IPIP_6IN4) | SCREEN_BIT(IPIP_ISATAP);
	if (is_6over4(src) || is_6over4(dst))
		return SCREEN_BIT(IPIP_6IN4) | SCREEN_BIT(IPIP_6OVER4);
	if (is_6to4(src) || is_6to4(dst))
		return SCREEN_BIT(IPIP_6IN4) | SCREEN_BIT(IPIP_6TO4RELAY);
	return SCREEN_BIT(IPIP_6IN4);
}

/* 192.0.0.0/29 is the home side of dual-stack lite: RFC 6333 5.7. */
static uint64_t
ipv4_in_ipv6(const struct inner *in)
{
	const uint32_t home = 0xc0000000u, mask = 0xfffffff8u;

	if (in->len >= 20 && ((load32(in->at + 12) & mask) == home ||
				     (load32(in->at + 16) & mask) == home))
		return SCREEN_BIT(IPIP_4IN6) | SCREEN_BIT(IPIP_DSLITE);
	return SCREEN_BIT(IPIP_4IN6);
}

static uint64_t
ipip(const struct pkt *p)
{
	struct inner in = {
		p->l4, readable(p, p->l4), p->key.protocol == PROTOCOL_IPV6};
	uint64_t hits = inner_ok(&in) ? 0 : SCREEN_BIT(TUNNEL_BAD_INNER);

	if (p->key.family == IP_V4)
		return hits |
		       (in.v6 ? ipv6_in_ipv4(&in) : SCREEN_BIT(IPIP_4IN4));
	return hits | (in.v6 ? SCREEN_BIT(IPIP_6IN6) : ipv4_in_ipv6(&in));
}

/* RFC 2784, 2890: checksum, key and sequence number are 4 bytes each. */
static uint64_t
gre(const struct pkt *p)
{
	uint32_t at = 4, have = readable(p, p->l4);
	struct inner in;
	uint16_t type;
	uint64_t hits;

	if (have < 4)
		return SCREEN_BIT(TUNNEL_BAD_INNER);
	type = load16(p->l4 + 2);
	if ((p->l4[1] & 7) != 0 || (type != ETHER_IPV4 && type != ETHER_IPV6))
		return 0;
	at += (p->l4[0] & 0x80) ? 4 : 0;
	at += (p->l4[0] & 0x20) ? 4 : 0;
	at += (p->l4[0] & 0x10) ? 4 : 0;
	in.at = p->l4 + at;
	in.len = have > at ? have - at : 0;
	in.v6 = type == ETHER_IPV6;
	hits = inner_ok(&in) ? 0 : SCREEN_BIT(TUNNEL_BAD_INNER);
	if (p->key.family == IP_V4)
		return hits |
		       (in.v6 ? SCREEN_BIT(GRE_6IN4) : SCREEN_BIT(GRE_4IN4));
	return hits | (in.v6 ? SCREEN_BIT(GRE_6IN6) : SCREEN_BIT(GRE_4IN6));
}

/* RFC 4380: behind UDP an IPv6 packet, or first indications (00 01, 00 00). */
static uint64_t
teredo(const struct pkt *p)
{
	uint32_t have = readable(p, p->l4);
	const uint8_t *data = p->l4 + 8;

	if (have < 8 + 40)
		return 0;
	if (data[0] >> 4 == 6 || (data[0] == 0 && data[1] <= 1))
		return SCREEN_BIT(TEREDO);
	return 0;
}

uint64_t
screen_tunnel_look(const struct pkt *p)
{
	switch (p->key.protocol) {
	case PROTOCOL_IPIP:
	case PROTOCOL_IPV6:
		return ipip(p);
	case IPP_GRE:
		return gre(p);
	case IPP_UDP:
		return p->key.dport_be == TEREDO_PORT ||
				       p->key.sport_be == TEREDO_PORT
			       ? teredo(p)
			       : 0;
	default:
		return 0;
	}
}
