/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/rewrite.h"

#include <rte_branch_prediction.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse.h"
#include "pkt/parse_impl.h"

#define ETH_LEN 14u
#define PARTIAL                                                                \
	(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG)

#define TCP_OPT_END 0
#define TCP_OPT_NOP 1
#define TCP_OPT_MSS 2

/* Of two families: all old words go, all new ones come. */
static uint64_t
family_delta(const struct flow_key *from, const struct flow_key *to)
{
	size_t gone = from->family == IP_V4 ? 8 : 32;

	return (uint16_t)~cksum_fold(cksum_add(&from->v6, gone, 0)) +
	       cksum_add(&to->v6, 40 - gone, 0);
}

static uint64_t
address_delta(const struct flow_key *from, const struct flow_key *to)
{
	if (unlikely(from->family != to->family))
		return family_delta(from, to);
	if (from->family == IP_V4)
		return cksum_delta32(from->v4.src_be, to->v4.src_be) +
		       cksum_delta32(from->v4.dst_be, to->v4.dst_be);
	return cksum_delta128(from->v6.src, to->v6.src) +
	       cksum_delta128(from->v6.dst, to->v6.dst);
}

void
rewrite_build(struct rewrite *rw, const struct flow_key *from,
	const struct flow_key *to)
{
	size_t addresses = to->family == IP_V4 ? 8 : 32;
	uint64_t ports = cksum_delta16(from->sport_be, to->sport_be) +
			 cksum_delta16(from->dport_be, to->dport_be);
	uint64_t pseudo = address_delta(from, to);

	memset(rw, 0, sizeof(*rw));
	rw->family = to->family;
	memcpy(&rw->v6, &to->v6, addresses);
	rw->sport_be = to->sport_be;
	rw->dport_be = to->dport_be;
	if (from->family != to->family)
		rw->flags |= REWRITE_FAMILY | REWRITE_ADDRESSES;
	else if (memcmp(&from->v6, &to->v6, addresses) != 0)
		rw->flags |= REWRITE_ADDRESSES;
	if (from->sport_be != to->sport_be || from->dport_be != to->dport_be)
		rw->flags |= REWRITE_PORTS;
	rw->pseudo_delta = cksum_fold(pseudo);
	if (from->family == IP_V4)
		rw->l3_delta = rw->pseudo_delta;
	/* The checksum of ICMPv4 covers no pseudo header. */
	if (from->family == IP_V4 && from->protocol == IPP_ICMP)
		rw->l4_delta = cksum_fold(ports);
	else
		rw->l4_delta = cksum_fold(ports + pseudo);
}

static uint16_t
negated(uint16_t delta)
{
	return (uint16_t)~delta;
}

void
rewrite_inverse(struct rewrite *ret, const struct rewrite *rw,
	const struct flow_key *from)
{
	memset(ret, 0, sizeof(*ret));
	ret->l3_delta = negated(rw->l3_delta);
	ret->l4_delta = negated(rw->l4_delta);
	ret->pseudo_delta = negated(rw->pseudo_delta);
	ret->flags = rw->flags;
	ret->family = from->family;
	ret->sport_be = from->dport_be;
	ret->dport_be = from->sport_be;
	if (from->family == IP_V4) {
		ret->v4.src_be = from->v4.dst_be;
		ret->v4.dst_be = from->v4.src_be;
		/* of another family: its header is made anew */
		return;
	}
	memcpy(ret->v6.src, from->v6.dst, 16);
	memcpy(ret->v6.dst, from->v6.src, 16);
}

/* An L4 header, perhaps quoted: of what protocol, and what is there of it. */
struct l4 {
	uint8_t *b;
	size_t len;
	uint8_t protocol;
	uint8_t icmp_class;
	bool partial;
};

static inline void
l4_check(const struct l4 *l4, size_t off, const struct rewrite *rw)
{
	uint16_t check;

	if (l4->len < off + 2)
		return;
	check = get16(l4->b + off);
	if (unlikely(l4->partial)) {
		put16(l4->b + off,
			cksum_apply_partial(check, rw->pseudo_delta));
		return;
	}
	if (l4->protocol == IPP_UDP) {
		if (check != 0)
			put16(l4->b + off,
				cksum_udp(cksum_apply(check, rw->l4_delta)));
		return;
	}
	put16(l4->b + off, cksum_apply(check, rw->l4_delta));
}

static void
icmp_rewrite(const struct l4 *l4, const struct rewrite *rw)
{
	bool reply = l4->icmp_class == ICMP_CLASS_REPLY;

	if (reply || l4->icmp_class == ICMP_CLASS_REQUEST) {
		put16(l4->b + 4, reply ? rw->dport_be : rw->sport_be);
		put16(l4->b + 6, reply ? rw->sport_be : rw->dport_be);
		l4_check(l4, 2, rw);
	} else if (l4->protocol == IPP_ICMP6) {
		put16(l4->b + 2,
			cksum_apply(get16(l4->b + 2), rw->pseudo_delta));
	}
}

/* All but the CRC of SCTP, which needs the whole packet. */
static inline void
l4_rewrite(const struct l4 *l4, const struct rewrite *rw)
{
	bool icmp =
		l4->protocol == (rw->family == IP_V4 ? IPP_ICMP : IPP_ICMP6);

	if (likely(l4->protocol == IPP_TCP || l4->protocol == IPP_UDP)) {
		put16(l4->b, rw->sport_be);
		put16(l4->b + 2, rw->dport_be);
		l4_check(l4, l4->protocol == IPP_TCP ? 16 : 6, rw);
	} else if (icmp) {
		icmp_rewrite(l4, rw);
	} else if (l4->protocol == IPP_SCTP) {
		put16(l4->b, rw->sport_be);
		put16(l4->b + 2, rw->dport_be);
	}
}

static inline void
l3_rewrite(uint8_t *l3, const struct rewrite *rw)
{
	if (rw->family == IP_V4) {
		memcpy(l3 + 12, &rw->v4, 8);
		put16(l3 + 10, cksum_apply(get16(l3 + 10), rw->l3_delta));
	} else {
		memcpy(l3 + 8, &rw->v6, 32);
	}
}

/*
 * The CRC of a fragment cannot be known; a first fragment keeps the old one
 * and the receiver drops the packet, as it would any damaged one.
 */
static __rte_noinline void
sctp_finish(struct pkt *p)
{
	uint32_t off = p->l2_len + (uint32_t)(p->l4 - p->l3);
	uint32_t crc;

	if (p->frag_first || (p->m->ol_flags & RTE_MBUF_F_TX_L4_MASK) ==
				     RTE_MBUF_F_TX_SCTP_CKSUM)
		return;
	/* RFC 9260: the lowest byte of the CRC goes first. */
	crc = rte_cpu_to_le_32(cksum_sctp(p->m, off, p->l4_len));
	put32(p->l4 + 8, crc);
}

void
rewrite_nat(struct pkt *p, const struct rewrite *rw)
{
	struct l4 l4 = {p->l4, p->l4_len, p->key.protocol, p->icmp_class,
		(p->m->ol_flags & PARTIAL) != 0};

	if (rw->flags == 0)
		return;
	l3_rewrite(p->l3, rw);
	if (p->l4 == NULL)
		return;
	l4_rewrite(&l4, rw);
	if (unlikely(l4.protocol == IPP_SCTP && (rw->flags & REWRITE_PORTS)))
		sctp_finish(p);
}

void
rewrite_ttl(struct pkt *p)
{
	uint8_t *l3 = p->l3;

	if (p->key.family == IP_V4) {
		/* The TTL is the upper byte of its word, so the checksum grows
		 * by 0x0100, with the carry; all ones become 0 (RFC 1624). */
		uint32_t check = get16(l3 + 10) + (uint32_t)RTE_BE16(0x0100);

		l3[8]--;
		put16(l3 + 10, (uint16_t)(check + (check >= 0xffff)));
	} else {
		l3[7]--;
	}
}

/* Offset of the value of the MSS option in the TCP header, 0 if none. */
static size_t
mss_find(const uint8_t *tcp, size_t hlen)
{
	size_t i = 20;

	while (i < hlen && tcp[i] != TCP_OPT_END) {
		if (tcp[i] == TCP_OPT_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= hlen || tcp[i + 1] < 2 || i + tcp[i + 1] > hlen)
			return 0;
		if (tcp[i] == TCP_OPT_MSS)
			return tcp[i + 1] == 4 ? i + 2 : 0;
		i += tcp[i + 1];
	}
	return 0;
}

void
rewrite_mss(struct pkt *p, uint16_t mss)
{
	size_t at, word;
	uint32_t old;

	if (p->key.protocol != IPP_TCP || p->l4 == NULL ||
		!(p->tcp_flags & TCP_SYN))
		return;
	at = mss_find(p->l4, (size_t)(p->l4[12] >> 4) * 4);
	if (at == 0 || load16(p->l4 + at) <= mss)
		return;
	/* The option may start at an odd place: take the 4 bytes around. */
	word = at & ~(size_t)3;
	if ((at & 3) == 3)
		word = at - 1;
	old = get32(p->l4 + word);
	store16(p->l4 + at, mss);
	if ((p->m->ol_flags & PARTIAL) != 0)
		return;
	put16(p->l4 + 16, cksum_apply(get16(p->l4 + 16),
				  cksum_delta32(old, get32(p->l4 + word))));
}

bool
rewrite_quote(uint8_t *quote, size_t len, const struct flow_key *to,
	uint16_t *ret_delta)
{
	struct flow_key from;
	struct rewrite rw;
	size_t off, end;
	uint64_t before, after;

	if (!parse_embedded(quote, len, &from, &off) ||
		from.family != to->family || from.protocol != to->protocol)
		return false;
	rewrite_build(&rw, &from, to);
	end = RTE_MIN(off + 20, len);
	before = cksum_add(quote, end, 0);
	if (rw.flags != 0) {
		struct l4 l4 = {quote + off, end - off, from.protocol,
			ICMP_CLASS_NONE, false};

		if (l4_is_icmp(&from))
			l4.icmp_class =
				parse_icmp_class(from.family, quote[off]);
		l3_rewrite(quote, &rw);
		l4_rewrite(&l4, &rw);
	}
	after = cksum_add(quote, end, 0);
	if (ret_delta != NULL)
		*ret_delta = cksum_fold(
			cksum_delta16(cksum_fold(before), cksum_fold(after)));
	return true;
}

bool
rewrite_quoted(struct pkt *p, const struct flow_key *to)
{
	uint16_t delta;
	size_t len;

	if (p->icmp_class != ICMP_CLASS_ERROR || p->l4 == NULL)
		return false;
	parse_quoted(p, &len);
	if (!rewrite_quote(p->l4 + 8, len, to, &delta))
		return false;
	put16(p->l4 + 2, cksum_apply(get16(p->l4 + 2), delta));
	return true;
}

static __rte_noinline bool
l2_resize(struct pkt *p)
{
	struct rte_mbuf *m = p->m;

	if (p->l2_len > ETH_LEN)
		return rte_pktmbuf_adj(m, p->l2_len - ETH_LEN) != NULL;
	if (rte_pktmbuf_prepend(m, ETH_LEN - p->l2_len) == NULL)
		return false;
	mbuf_meta(m)->flags &= (uint8_t)~META_FROM_HOST;
	return true;
}

/* What the port shall do: a tag, the rest of a checksum. */
static void
l2_offload(struct pkt *p, uint16_t vlan)
{
	struct rte_mbuf *m = p->m;

	m->ol_flags &= ~RTE_MBUF_F_TX_VLAN;
	if (vlan != 0) {
		m->vlan_tci = vlan;
		m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	}
	if ((m->ol_flags & PARTIAL) != 0 && p->l4 != NULL) {
		m->l2_len = ETH_LEN;
		m->l3_len = (uint64_t)(p->l4 - p->l3) & 0x1ff;
	}
}

enum verdict
rewrite_l2(struct pkt *p, const uint8_t macs[12], uint16_t vlan)
{
	struct rte_mbuf *m = p->m;
	uint8_t *l2;

	if (unlikely(p->l2_len != ETH_LEN) && !l2_resize(p))
		return drop(p, REASON_NO_MBUF);
	p->l2_len = ETH_LEN;
	l2 = rte_pktmbuf_mtod(m, uint8_t *);
	memcpy(l2, macs, 12);
	store16(l2 + 12, p->key.family == IP_V4 ? 0x0800 : 0x86dd);
	if (unlikely((m->ol_flags & (RTE_MBUF_F_TX_VLAN | PARTIAL)) != 0 ||
		     vlan != 0))
		l2_offload(p, vlan);
	return VERDICT_NEXT;
}
