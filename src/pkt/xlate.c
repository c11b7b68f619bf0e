/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/xlate.h"

#include <string.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/xlate_impl.h"

#define PARTIAL                                                                \
	(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG)
#define SEGMENTS   (RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG)
#define HEADROOM   18u /* Ethernet with a tag, later */
#define DF_ABOVE   1260u
#define V6_FRAG    8u
#define PROTO_FRAG 44

static bool
is_fragment(const struct pkt *p)
{
	return p->frag_first || p->frag_later;
}

/* Bytes in front of what both families share. */
static uint32_t
old_header(const struct pkt *p)
{
	if (is_fragment(p))
		return p->len - p->frag_len;
	return (uint32_t)(p->l4 - p->l3);
}

static bool
wants_fragment_header(const struct pkt *p, bool always)
{
	if (p->key.family != IP_V4)
		return false;
	return is_fragment(p) ||
	       (always && !p->df && (p->m->ol_flags & PARTIAL) == 0);
}

int
xlate_growth(const struct pkt *p, bool fragment_header)
{
	int now = p->key.family == IP_V6 ? 20 : 40;

	if (wants_fragment_header(p, fragment_header))
		now += V6_FRAG;
	return now - (int)old_header(p);
}

uint8_t
xlate_protocol(uint8_t to_family, uint8_t protocol)
{
	if (to_family == IP_V4)
		return protocol == IPP_ICMP6 ? IPP_ICMP : protocol;
	return protocol == IPP_ICMP ? IPP_ICMP6 : protocol;
}

void
xlate_ipv4(uint8_t *l3, const struct xlate_ip *h)
{
	memset(l3, 0, 20);
	l3[0] = 0x45;
	l3[1] = h->tos;
	store16(l3 + 2, (uint16_t)(20 + h->payload));
	store16(l3 + 4, h->fragment ? (uint16_t)h->id : h->id4);
	if (h->fragment)
		store16(l3 + 6,
			(uint16_t)(h->off / 8 | (h->more ? 0x2000 : 0)));
	else if (20 + h->payload > DF_ABOVE)
		store16(l3 + 6, 0x4000);
	l3[8] = h->ttl;
	l3[9] = h->protocol;
	memcpy(l3 + 12, &h->to->v4, 8);
	put16(l3 + 10, cksum_finish(cksum_add(l3, 20, 0)));
}

void
xlate_ipv6(uint8_t *l3, const struct xlate_ip *h)
{
	uint32_t frag = h->fragment ? V6_FRAG : 0;

	store32(l3, 6u << 28 | (uint32_t)h->tos << 20);
	store16(l3 + 4, (uint16_t)(h->payload + frag));
	l3[6] = h->fragment ? PROTO_FRAG : h->protocol;
	l3[7] = h->ttl;
	memcpy(l3 + 8, &h->to->v6, 32);
	if (!h->fragment)
		return;
	l3[40] = h->protocol;
	l3[41] = 0;
	store16(l3 + 42, (uint16_t)(h->off | (h->more ? 1 : 0)));
	store32(l3 + 44, h->id);
}

/* The sum of the pseudo header of ICMPv6, which that of IPv4 does not have. */
static uint64_t
icmp6_pseudo(const uint8_t *addresses, uint32_t len)
{
	return cksum_add(addresses, 32, 0) + rte_cpu_to_be_16((uint16_t)len) +
	       rte_cpu_to_be_16(IPP_ICMP6);
}

static uint8_t
echo_type(uint8_t type)
{
	switch (type) {
	case 8:
		return 128;
	case 0:
		return 129;
	case 128:
		return 8;
	default:
		return 0;
	}
}

/* Type, identifier, checksum of an echo message that is all there. */
static enum verdict
echo(struct pkt *p, const struct rewrite *rw, const uint8_t *new_l3)
{
	bool reply = p->icmp_class == ICMP_CLASS_REPLY;
	uint8_t *b = p->l4;
	uint64_t delta;
	uint16_t old = get16(b), len = p->l4_len;

	if (is_fragment(p) ||
		(b[0] != 8 && b[0] != 0 && b[0] != 128 && b[0] != 129))
		return drop(p, REASON_NAT_FAMILY);
	if (p->key.family == IP_V6) /* its pseudo header goes */
		delta = (uint16_t)~cksum_fold(icmp6_pseudo(p->l3 + 8, len));
	else
		delta = icmp6_pseudo(new_l3 + 8, len);
	b[0] = echo_type(b[0]);
	delta += cksum_delta16(old, get16(b));
	delta += cksum_delta32(get32(b + 4),
		reply ? (uint32_t)rw->dport_be | (uint32_t)rw->sport_be << 16
		      : (uint32_t)rw->sport_be | (uint32_t)rw->dport_be << 16);
	put16(b + 4, reply ? rw->dport_be : rw->sport_be);
	put16(b + 6, reply ? rw->sport_be : rw->dport_be);
	put16(b + 2, cksum_apply(get16(b + 2), delta));
	return VERDICT_NEXT;
}

/* IPv4 knows UDP without a checksum, IPv6 does not (RFC 7915 4.5), and that of
 * a fragment cannot be known. */
static enum verdict
udp_checksum(struct pkt *p, const struct rewrite *rw)
{
	uint32_t off = p->l2_len + (uint32_t)(p->l4 - p->l3);
	struct flow_key k = {.family = rw->family};
	uint64_t sum;

	if (p->key.family == IP_V6)
		return VERDICT_NEXT;
	if (is_fragment(p))
		return drop(p, REASON_NAT_FAMILY);
	memcpy(&k.v6, &rw->v6, 32);
	sum = cksum_pseudo(&k, IPP_UDP, p->l4_len);
	put16(p->l4 + 6, cksum_udp(cksum_finish(
				 cksum_add_mbuf(p->m, off, p->l4_len, sum))));
	return VERDICT_NEXT;
}

static enum verdict
ports(struct pkt *p, const struct rewrite *rw)
{
	uint8_t *b = p->l4;
	uint8_t *check = b + (p->key.protocol == IPP_TCP ? 16 : 6);

	put16(b, rw->sport_be);
	put16(b + 2, rw->dport_be);
	if (p->m->ol_flags & PARTIAL) {
		put16(check,
			cksum_apply_partial(get16(check), rw->pseudo_delta));
		return VERDICT_NEXT;
	}
	if (p->key.protocol == IPP_UDP && get16(check) == 0)
		return udp_checksum(p, rw);
	put16(check, cksum_apply(get16(check), rw->l4_delta));
	if (p->key.protocol == IPP_UDP)
		put16(check, cksum_udp(get16(check)));
	return VERDICT_NEXT;
}

static enum verdict
l4(struct pkt *p, const struct rewrite *rw, const uint8_t *new_l3)
{
	if (p->l4 == NULL)
		return VERDICT_NEXT;
	switch (p->key.protocol) {
	case IPP_TCP:
	case IPP_UDP:
		return ports(p, rw);
	case IPP_ICMP:
	case IPP_ICMP6:
		return echo(p, rw, new_l3);
	default:
		return drop(p, REASON_NAT_FAMILY);
	}
}

/* What the new header takes of the old one. */
static struct xlate_ip
header_of(const struct pkt *p, uint8_t family, bool fragment_header)
{
	bool v4 = p->key.family == IP_V4;
	static __thread uint16_t id4; /* of packets that may be fragmented */
	struct xlate_ip h = {
		.tos = v4 ? p->l3[1] : (uint8_t)(load16(p->l3) >> 4 & 0xff),
		.ttl = p->ttl,
		.protocol = xlate_protocol(family, p->key.protocol),
		.payload = p->len - old_header(p),
		.fragment = v4 ? wants_fragment_header(p, fragment_header)
			       : is_fragment(p),
		.off = p->frag_off,
		.more = p->frag_more,
		.id = v4 ? load16(p->l3 + 4) : p->frag_id,
		.id4 = ++id4,
	};

	return h;
}

/* In front of a first fragment's ports, extension headers that belong to it. */
static bool
has_more_headers(const struct pkt *p)
{
	return is_fragment(p) && p->l4 != NULL &&
	       (uint32_t)(p->l4 - p->l3) != old_header(p);
}

static void
mark(struct pkt *p, uint8_t family)
{
	struct rte_mbuf *m = p->m;

	if (m->ol_flags & PARTIAL) {
		m->ol_flags &= ~(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6 |
				 RTE_MBUF_F_TX_IP_CKSUM);
		m->ol_flags |= family == IP_V4 ? RTE_MBUF_F_TX_IPV4
					       : RTE_MBUF_F_TX_IPV6;
	}
}

enum verdict
xlate_packet(struct pkt *p, const struct xlate *x)
{
	const struct rewrite *rw = x->rw;
	uint32_t old = old_header(p), new;
	uint8_t bytes[48];
	struct xlate_ip h = header_of(p, rw->family, x->fragment_header);
	struct flow_key to = {.family = rw->family};
	enum verdict v;
	char *at;

	if (has_more_headers(p))
		return drop(p, REASON_NAT_FAMILY);
	memcpy(&to.v6, &rw->v6, rw->family == IP_V4 ? 8 : 32);
	h.to = &to;
	new = rw->family == IP_V4 ? 20 : h.fragment ? 48 : 40;
	(rw->family == IP_V4 ? xlate_ipv4 : xlate_ipv6)(bytes, &h);
	v = l4(p, rw, bytes);
	if (v != VERDICT_NEXT)
		return v;
	if (rte_pktmbuf_adj(p->m, (uint16_t)(p->l2_len + old)) == NULL ||
		rte_pktmbuf_headroom(p->m) < new + HEADROOM)
		return drop(p, REASON_NO_MBUF);
	at = rte_pktmbuf_prepend(p->m, (uint16_t) new);
	memcpy(at, bytes, new);
	p->l3 = (uint8_t *)at;
	if (p->l4 != NULL)
		p->l4 = p->l3 + new;
	p->len = p->len - old + new;
	p->l2_len = 0;
	p->key.family = rw->family;
	p->key.protocol = h.protocol;
	mark(p, rw->family);
	return VERDICT_NEXT;
}
