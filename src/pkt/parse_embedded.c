/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The "ports" of every protocol [FL-5], and the packet that an ICMP error
 * quotes: as few as 8 bytes of its L4 header may be there (RFC 792), and its
 * length fields speak of a packet that was longer.
 */
#include "pkt/parse.h"

#include <rte_byteorder.h>

#include "pkt/bytes.h"
#include "pkt/parse_impl.h"

#define NO_PORT RTE_BE16(1)

enum icmp_class
parse_icmp_class(enum ip_family family, uint8_t type)
{
	if (family == IP_V4) {
		switch (type) {
		case 8:  /* echo */
		case 13: /* timestamp */
		case 15: /* information */
		case 17: /* address mask */
			return ICMP_CLASS_REQUEST;
		case 0:
		case 14:
		case 16:
		case 18:
			return ICMP_CLASS_REPLY;
		case 3:  /* destination unreachable */
		case 4:  /* source quench */
		case 5:  /* redirect */
		case 11: /* time exceeded */
		case 12: /* parameter problem */
			return ICMP_CLASS_ERROR;
		default:
			return ICMP_CLASS_OTHER;
		}
	}
	if (type < 128) /* RFC 4443 section 2.1 */
		return ICMP_CLASS_ERROR;
	if (type == 128)
		return ICMP_CLASS_REQUEST;
	if (type == 129)
		return ICMP_CLASS_REPLY;
	return type >= 133 && type <= 137 ? ICMP_CLASS_ND : ICMP_CLASS_OTHER;
}

uint32_t
l4_min(uint8_t family, uint8_t protocol)
{
	switch (protocol) {
	case IPP_TCP:
		return 20;
	case IPP_UDP:
	case IPP_ESP:
		return 8;
	case IPP_ICMP:
		return family == IP_V4 ? 8 : 0;
	case IPP_ICMP6:
		return family == IP_V6 ? 8 : 0;
	case IPP_SCTP:
	case IPP_AH:
		return 12;
	case IPP_GRE:
		return 4;
	default:
		return 0;
	}
}

static void
icmp_ports(struct flow_key *k, const uint8_t *l4)
{
	switch (parse_icmp_class(k->family, l4[0])) {
	case ICMP_CLASS_REQUEST:
		k->sport_be = get16(l4 + 4);
		k->dport_be = get16(l4 + 6);
		break;
	case ICMP_CLASS_REPLY:
		k->sport_be = get16(l4 + 6);
		k->dport_be = get16(l4 + 4);
		break;
	default:
		k->sport_be = rte_cpu_to_be_16(l4[0]);
		k->dport_be = rte_cpu_to_be_16(l4[1]);
	}
}

/*
 * RFC 2890. Both ends use the same key as a rule, so both ports are the same
 * and the reply matches. Version 1 (PPTP) has one call id per direction, which
 * would not: 1, 1.
 */
static void
gre_ports(struct flow_key *k, const uint8_t *l4, size_t len)
{
	size_t key = l4[0] & 0x80 ? 8 : 4;

	k->sport_be = k->dport_be = NO_PORT;
	if ((l4[0] & 0x20) && (l4[1] & 7) == 0 && len >= key + 4)
		k->sport_be = k->dport_be =
			get16(l4 + key) ^ get16(l4 + key + 2);
}

void
l4_ports(struct flow_key *k, const uint8_t *l4, size_t len)
{
	size_t spi = k->protocol == IPP_AH ? 4 : 0;

	switch (k->protocol) {
	case IPP_TCP:
	case IPP_UDP:
	case IPP_SCTP:
		k->sport_be = get16(l4);
		k->dport_be = get16(l4 + 2);
		return;
	case IPP_GRE:
		gre_ports(k, l4, len);
		return;
	case IPP_ESP:
	case IPP_AH:
		k->sport_be = get16(l4 + spi);
		k->dport_be = get16(l4 + spi + 2);
		return;
	}
	if (l4_is_icmp(k)) {
		icmp_ports(k, l4);
		return;
	}
	k->sport_be = k->dport_be = NO_PORT;
}

/* Where the L4 header starts, 0 if it does not; sets addresses and protocol. */
static size_t
embedded_ipv4(const uint8_t *d, size_t len, struct flow_key *k)
{
	size_t hlen;

	if (len < 20)
		return 0;
	hlen = (size_t)(d[0] & 15) * 4;
	if (hlen < 20 || (load16(d + 6) & 0x1fff) != 0)
		return 0;
	k->family = IP_V4;
	k->protocol = d[9];
	memcpy(&k->v4, d + 12, 8);
	return hlen;
}

static size_t
embedded_ipv6(const uint8_t *d, size_t len, struct flow_key *k)
{
	size_t off = 40;
	uint8_t next;

	if (len < 40)
		return 0;
	k->family = IP_V6;
	memcpy(&k->v6, d + 8, 32);
	next = d[6];
	for (unsigned int n = 0; ipv6_is_extension(next); n++) {
		if (n == 8 || off + 8 > len)
			return 0;
		if (next == 44 && (load16(d + off + 2) & 0xfff8) != 0)
			return 0;
		size_t step = next == 44       ? 8
			      : next == IPP_AH ? (d[off + 1] + 2u) * 4
					       : (d[off + 1] + 1u) * 8;
		next = d[off];
		off += step;
	}
	k->protocol = next;
	return off;
}

bool
parse_embedded(
	const uint8_t *data, size_t len, struct flow_key *ret, size_t *ret_l4)
{
	struct flow_key k = {0};
	size_t off = 0, need;

	if (len > 0 && data[0] >> 4 == 4)
		off = embedded_ipv4(data, len, &k);
	else if (len > 0 && data[0] >> 4 == 6)
		off = embedded_ipv6(data, len, &k);
	if (off == 0)
		return false;
	need = RTE_MIN(l4_min(k.family, k.protocol), 8u);
	if (off > len || len - off < need)
		return false;
	if (l4_is_icmp(&k) &&
		parse_icmp_class(k.family, data[off]) == ICMP_CLASS_ERROR)
		return false;
	l4_ports(&k, data + off, len - off);
	*ret = k;
	if (ret_l4 != NULL)
		*ret_l4 = off;
	return true;
}

const uint8_t *
parse_quoted(const struct pkt *p, size_t *ret_len)
{
	const uint8_t *quote = p->l4 + 8;
	const uint8_t *end =
		rte_pktmbuf_mtod_offset(p->m, const uint8_t *, p->m->data_len);

	*ret_len = quote < end ? (size_t)(end - quote) : 0;
	return quote;
}
