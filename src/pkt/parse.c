/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain case, IPv4 or IPv6 with TCP or UDP in one segment, is one straight
 * run of inlined code (parse_plain.h has an even straighter one for what comes
 * from a port); what is rare stands in functions of its own that are kept out
 * of line.
 *
 * Lengths: p->len is the IP packet's, and the chain is cut to it. So "does the
 * field exist" is a comparison with p->len; "can it be read" is headers_to().
 */
#include "pkt/parse.h"

#include <rte_branch_prediction.h>
#include <rte_ip.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse_impl.h"
#include "pkt/parse_plain.h"
#include "pkt/seg.h"

#define ETH_TYPE_IPV4 RTE_BE16(0x0800)
#define ETH_TYPE_IPV6 RTE_BE16(0x86dd)
#define ETH_TYPE_ARP  RTE_BE16(0x0806)
#define ETH_TYPE_VLAN RTE_BE16(0x8100)
#define VLAN_VID      0x0fff

#define EXT_MAX 8u
/* rte_mbuf.l3_len has 9 bits; a longer chain of headers serves nobody. */
#define EXT_BYTES 504u

enum {
	EXT_HOP_BY_HOP = 0,
	EXT_ROUTING = 43,
	EXT_FRAGMENT = 44,
	EXT_DESTINATION = 60,
};

/* Make the packet's bytes up to end (from l3) readable at p->l3. */
static inline bool
headers_to(const struct pkt *p, uint32_t end)
{
	return likely(p->l2_len + end <= p->m->data_len) ||
	       seg_pullup(p->m, p->l2_len + end);
}

static enum verdict
drop_l4(struct pkt *p)
{
	/* A first fragment without its L4 header is made to slip through
	 * filters: RFC 1858 section 3, RFC 7112. */
	return drop(
		p, p->frag_first ? REASON_BAD_FRAGMENT : REASON_BAD_L4_HEADER);
}

/* ICMP, ICMPv6, SCTP, GRE, ESP, AH and protocols without ports. */
static __rte_noinline enum verdict
parse_l4_other(struct pkt *p)
{
	uint32_t need = l4_min(p->key.family, p->key.protocol);
	uint32_t l4_off = (uint32_t)(p->l4 - p->l3);

	if (p->l4_len < need)
		return drop_l4(p);
	if (!headers_to(p, l4_off + RTE_MIN(p->l4_len, 20u)))
		return drop(p, REASON_HEADER_SPLIT);
	if (l4_is_icmp(&p->key)) {
		p->icmp_type = p->l4[0];
		p->icmp_code = p->l4[1];
		p->icmp_class = parse_icmp_class(p->key.family, p->icmp_type);
		p->payload = p->l4_len - 8;
		/* RFC 6980: neighbour discovery is never fragmented. */
		if (p->icmp_class == ICMP_CLASS_ND && p->frag_first)
			return drop(p, REASON_BAD_FRAGMENT);
	}
	l4_ports(&p->key, p->l4, p->l4_len);
	return VERDICT_NEXT;
}

static inline enum verdict
parse_tcp(struct pkt *p, uint32_t l4_off)
{
	uint32_t hlen;

	if (unlikely(p->l4_len < 20))
		return drop_l4(p);
	if (unlikely(!headers_to(p, l4_off + 20)))
		return drop(p, REASON_HEADER_SPLIT);
	hlen = (uint32_t)(p->l4[12] >> 4) * 4;
	if (unlikely(hlen < 20 || hlen > p->l4_len))
		return drop_l4(p);
	if (unlikely(!headers_to(p, l4_off + hlen)))
		return drop(p, REASON_HEADER_SPLIT);
	p->tcp_flags = p->l4[13];
	p->payload = (uint16_t)(p->l4_len - hlen);
	memcpy(&p->key.sport_be, p->l4, 4);
	return VERDICT_NEXT;
}

static inline enum verdict
parse_udp(struct pkt *p, uint32_t l4_off)
{
	uint32_t len;

	if (unlikely(p->l4_len < 8))
		return drop_l4(p);
	if (unlikely(!headers_to(p, l4_off + RTE_MIN(p->l4_len, 20u))))
		return drop(p, REASON_HEADER_SPLIT);
	len = load16(p->l4 + 4);
	if (unlikely(len < 8 || (len > p->l4_len && !p->frag_first)))
		return drop(p, REASON_BAD_L4_HEADER);
	p->payload = (uint16_t)(p->l4_len - 8);
	memcpy(&p->key.sport_be, p->l4, 4);
	return VERDICT_NEXT;
}

/* The L4 header starts l4_off bytes behind l3. */
static inline enum verdict
parse_l4(struct pkt *p, uint32_t l4_off)
{
	p->l4 = p->l3 + l4_off;
	p->l4_len = (uint16_t)(p->len - l4_off);
	if (likely(p->key.protocol == IPP_TCP))
		return parse_tcp(p, l4_off);
	if (likely(p->key.protocol == IPP_UDP))
		return parse_udp(p, l4_off);
	return parse_l4_other(p);
}

/* No L4 header: the ports are those that frag.c found, if it did. */
static enum verdict
parse_later_fragment(struct pkt *p, uint32_t data_off)
{
	const struct mbuf_meta *meta = mbuf_meta(p->m);

	p->l4 = NULL;
	p->l4_len = (uint16_t)(p->len - data_off);
	/* RFC 1858 section 4: would overwrite the TCP flags. */
	if (p->key.protocol == IPP_TCP && p->frag_off < 20)
		return drop(p, REASON_BAD_FRAGMENT);
	if (meta->flags & META_PORTS) {
		p->key.sport_be = meta->sport_be;
		p->key.dport_be = meta->dport_be;
		p->key.protocol = meta->protocol;
		p->icmp_class = meta->icmp_class;
	}
	return VERDICT_NEXT;
}

/*
 * Offset and length of a fragment's data. header: what stands before the data
 * in the packet put together and counts in its length field.
 */
static bool
fragment_ok(struct pkt *p, uint32_t data_len, uint32_t header)
{
	p->frag_len = (uint16_t)data_len;
	if (data_len == 0 || (p->frag_more && data_len % 8 != 0))
		return false;
	return header + p->frag_off + data_len <= UINT16_MAX;
}

static __rte_noinline enum verdict
parse_ipv4_fragment(struct pkt *p, uint32_t hlen)
{
	uint16_t field = load16(p->l3 + 6);

	p->frag_more = (field & RTE_IPV4_HDR_MF_FLAG) != 0;
	p->frag_off = (uint16_t)((field & RTE_IPV4_HDR_OFFSET_MASK) << 3);
	p->frag_first = p->frag_off == 0;
	p->frag_later = !p->frag_first;
	if (!fragment_ok(p, p->len - hlen, hlen))
		return drop(p, REASON_BAD_FRAGMENT);
	return p->frag_first ? parse_l4(p, hlen)
			     : parse_later_fragment(p, hlen);
}

/*
 * The one exception is a DHCP client, which is not known before L4, hence the
 * look ahead at the addresses only.
 */
static inline bool
ipv4_addresses_ok(const uint8_t *l3)
{
	if (likely(ipv4_addresses_usual(l3)))
		return true;
	return get32(l3 + 12) == 0 && get32(l3 + 16) == UINT32_MAX &&
	       l3[9] == IPP_UDP;
}

static __rte_noinline bool
ipv4_options_ok(struct pkt *p, uint32_t hlen)
{
	p->options = true;
	return cksum_fold(cksum_add(p->l3, hlen, 0)) == 0xffff;
}

/* Hardware, or a sender on this machine, has seen to the header checksum. */
#define IP_CKSUM_TRUSTED(f)                                                    \
	(((f)&RTE_MBUF_F_TX_IP_CKSUM) != 0 ||                                  \
		((f)&RTE_MBUF_F_RX_IP_CKSUM_MASK) ==                           \
			RTE_MBUF_F_RX_IP_CKSUM_GOOD)

static __rte_noinline enum verdict
parse_any_ipv4(struct pkt *p)
{
	struct rte_mbuf *m = p->m;
	uint32_t frame = m->pkt_len - p->l2_len, hlen;
	const uint8_t *l3 = p->l3;
	bool ok = true;

	if (unlikely(m->pkt_len < p->l2_len + 20u))
		return drop(p, REASON_TRUNCATED);
	if (unlikely(!headers_to(p, 20)))
		return drop(p, REASON_HEADER_SPLIT);
	hlen = (uint32_t)(l3[0] & 15) * 4;
	p->len = load16(l3 + 2);
	if (unlikely(l3[0] >> 4 != 4 || hlen < 20 || p->len < hlen))
		return drop(p, REASON_BAD_IP_HEADER);
	if (unlikely(p->len > frame))
		return drop(p, REASON_TRUNCATED);
	if (unlikely(p->len < frame))
		seg_trim(m, p->l2_len + p->len);
	if (unlikely(!headers_to(p, hlen)))
		return drop(p, REASON_HEADER_SPLIT);
	if (unlikely(hlen != 20))
		ok = ipv4_options_ok(p, hlen);
	else if (!IP_CKSUM_TRUSTED(m->ol_flags))
		ok = cksum_ipv4_ok(l3);
	if (unlikely(!ok && !IP_CKSUM_TRUSTED(m->ol_flags)))
		return drop(p, REASON_BAD_IP_CHECKSUM);
	p->key.family = IP_V4;
	p->key.protocol = l3[9];
	memcpy(&p->key.v4, l3 + 12, 8);
	p->ttl = l3[8];
	p->frag_id = load16(l3 + 4);
	p->df = (l3[6] & 0x40) != 0;
	p->l4_proto_off = 9;
	if (unlikely(!ipv4_addresses_ok(l3)))
		return drop(p, REASON_BAD_ADDRESS);
	if (unlikely(get16(l3 + 6) & RTE_BE16(0x3fff)))
		return parse_ipv4_fragment(p, hlen);
	return parse_l4(p, hlen);
}

/* ::ffff:0:0/96 is a notation, not an address of packets: RFC 4038 4.2. */
static bool
ipv6_is_mapped(const uint8_t *a)
{
	return get64(a) == 0 && get32(a + 8) == RTE_BE32(0xffff);
}

static bool
ipv6_is_low(const uint8_t *a, uint8_t last)
{
	return get64(a) == 0 && get32(a + 8) == 0 &&
	       get32(a + 12) == rte_cpu_to_be_32(last);
}

/*
 * Everything but the unspecified source, which depends on what is sent. All
 * the bad ones begin with 64 zero bits, or are multicast sources.
 */
static inline bool
ipv6_addresses_ok(const uint8_t *l3)
{
	const uint8_t *s = l3 + 8, *d = l3 + 24;

	if (unlikely(s[0] == 0xff))
		return false;
	if (likely(get64(s) != 0 && get64(d) != 0))
		return true;
	return !ipv6_is_low(s, 1) && !ipv6_is_low(d, 1) && !ipv6_is_low(d, 0) &&
	       !ipv6_is_mapped(s) && !ipv6_is_mapped(d);
}

/* RFC 4861 7.2.2 (duplicate address detection), RFC 3810 5.2.13 (MLD). */
static __rte_noinline enum verdict
ipv6_unspecified_source(struct pkt *p)
{
	bool mld = p->icmp_class == ICMP_CLASS_OTHER &&
		   (p->icmp_type == 131 || p->icmp_type == 132 ||
			   p->icmp_type == 143);

	if (p->key.protocol != IPP_ICMP6 ||
		(p->icmp_class != ICMP_CLASS_ND && !mld))
		return drop(p, REASON_BAD_ADDRESS);
	return VERDICT_NEXT;
}

struct chain {
	uint32_t off;  /* of the header to look at next */
	uint32_t frag; /* of the data behind a fragment header; 0: none */
	uint8_t next;  /* its protocol */
};

/* A fragment header at c->off. */
static bool
chain_fragment(struct pkt *p, struct chain *c)
{
	const uint8_t *h = p->l3 + c->off;
	uint16_t field = load16(h + 2);

	if (c->frag != 0)
		return false;
	p->frag_id = load32(h + 4);
	p->frag_off = field & 0xfff8;
	p->frag_more = field & 1;
	c->frag = c->off + 8;
	/* RFC 6946: whole after all when neither an offset nor more. */
	p->frag_first = p->frag_off == 0 && p->frag_more;
	p->frag_later = p->frag_off != 0;
	return true;
}

/* Step over the extension header at c->off. False: malformed. */
static bool
chain_step(struct pkt *p, struct chain *c, bool first)
{
	const uint8_t *h = p->l3 + c->off;
	uint32_t len;

	if (c->off + 8 > p->len || !headers_to(p, c->off + 8))
		return false;
	len = c->next == EXT_FRAGMENT ? 8u
	      : c->next == IPP_AH     ? (h[1] + 2u) * 4
				      : (h[1] + 1u) * 8;
	if (c->off + len > p->len || c->off + len > EXT_BYTES ||
		!headers_to(p, c->off + len))
		return false;
	if (c->next == EXT_HOP_BY_HOP && !first)
		return false;
	/* Type 0 makes a packet run back and forth: RFC 5095. */
	if (c->next == EXT_ROUTING && h[2] == 0)
		return false;
	if (c->next == EXT_FRAGMENT && !chain_fragment(p, c))
		return false;
	p->l4_proto_off = (uint16_t)c->off;
	c->next = h[0];
	c->off += len;
	return true;
}

static __rte_noinline enum verdict
parse_ipv6_chain(struct pkt *p)
{
	struct chain c = {.off = 40, .next = p->key.protocol};
	unsigned int n = 0;

	p->options = true;
	while (ipv6_is_extension(c.next) && !p->frag_later) {
		if (n == EXT_MAX || !chain_step(p, &c, n == 0))
			return drop(p, p->frag_first
					       ? REASON_BAD_FRAGMENT
					       : REASON_BAD_EXTENSION_HEADER);
		n++;
	}
	p->key.protocol = c.next;
	if ((p->frag_first || p->frag_later) &&
		!fragment_ok(p, p->len - c.frag, c.frag - 48))
		return drop(p, REASON_BAD_FRAGMENT);
	if (p->frag_later)
		return parse_later_fragment(p, c.off);
	return parse_l4(p, c.off);
}

static __rte_always_inline enum verdict
parse_ipv6(struct pkt *p)
{
	struct rte_mbuf *m = p->m;
	uint32_t frame = m->pkt_len - p->l2_len;
	const uint8_t *l3 = p->l3;
	enum verdict v;

	if (unlikely(m->pkt_len < p->l2_len + 40u))
		return drop(p, REASON_TRUNCATED);
	if (unlikely(!headers_to(p, 40)))
		return drop(p, REASON_HEADER_SPLIT);
	p->len = 40u + load16(l3 + 4);
	if (unlikely(l3[0] >> 4 != 6))
		return drop(p, REASON_BAD_IP_HEADER);
	if (unlikely(p->len > frame))
		return drop(p, REASON_TRUNCATED);
	if (unlikely(p->len < frame))
		seg_trim(m, p->l2_len + p->len);
	p->key.family = IP_V6;
	p->key.protocol = l3[6];
	memcpy(&p->key.v6, l3 + 8, 32);
	p->ttl = l3[7];
	p->df = true;
	p->l4_proto_off = 6;
	if (unlikely(!ipv6_addresses_ok(l3)))
		return drop(p, REASON_BAD_ADDRESS);
	if (unlikely(ipv6_is_extension(l3[6])))
		v = parse_ipv6_chain(p);
	else
		v = parse_l4(p, 40);
	if (unlikely(get64(l3 + 8) == 0) && v == VERDICT_NEXT &&
		ipv6_is_low(l3 + 8, 0))
		v = ipv6_unspecified_source(p);
	return v;
}

static __rte_noinline enum verdict
parse_from_host(struct pkt *p)
{
	p->l3 = rte_pktmbuf_mtod(p->m, uint8_t *);
	if (p->m->pkt_len == 0 || !headers_to(p, 1))
		return drop(p, REASON_TRUNCATED);
	return p->l3[0] >> 4 == 6 ? parse_ipv6(p) : parse_any_ipv4(p);
}

/*
 * What does not begin with an Ethernet and an IP header in one segment: ARP, a
 * tag, a foreign or a strangely cut frame.
 */
static __rte_noinline enum verdict
parse_frame(struct pkt *p)
{
	const uint8_t *frame = rte_pktmbuf_mtod(p->m, uint8_t *);
	uint16_t type;

	p->l2_len = 0;
	if (p->m->pkt_len < ETH_LEN)
		return drop(p, REASON_TRUNCATED);
	if (!headers_to(p, RTE_MIN(p->m->pkt_len, ETH_LEN + 4)))
		return drop(p, REASON_HEADER_SPLIT);
	p->l2_len = ETH_LEN;
	p->l2_broadcast = frame[0] & 1;
	type = get16(frame + 12);
	if (type == ETH_TYPE_VLAN &&
		!(p->m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)) {
		if (p->m->pkt_len < ETH_LEN + 4)
			return drop(p, REASON_TRUNCATED);
		p->l2_len = ETH_LEN + 4;
		p->vlan = load16(frame + 14) & VLAN_VID;
		type = get16(frame + 16);
	}
	p->l3 = rte_pktmbuf_mtod_offset(p->m, uint8_t *, p->l2_len);
	if (type == ETH_TYPE_IPV4)
		return parse_any_ipv4(p);
	if (type == ETH_TYPE_IPV6)
		return parse_ipv6(p);
	if (type != ETH_TYPE_ARP)
		return drop(p, REASON_NOT_IP);
	p->len = p->m->pkt_len - p->l2_len;
	if (!headers_to(p, p->len))
		return drop(p, REASON_HEADER_SPLIT);
	return VERDICT_LOCAL;
}

enum verdict
parse_packet(struct pkt *p)
{
	struct rte_mbuf *m = p->m;
	const struct mbuf_meta *meta = mbuf_meta(m);
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
	uint16_t type;

	pkt_clear(p);
	p->ifl = meta->ifl;
	p->l3 = frame + ETH_LEN;
	p->l4 = NULL;
	if (unlikely(meta->flags & META_FROM_HOST))
		return parse_from_host(p);
	if (m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)
		p->vlan = m->vlan_tci & VLAN_VID;
	if (unlikely(m->data_len < ETH_LEN + 20))
		return parse_frame(p);
	p->l2_len = ETH_LEN;
	p->l2_broadcast = frame[0] & 1;
	type = get16(frame + 12);
	if (likely(type == ETH_TYPE_IPV4))
		return parse_any_ipv4(p);
	if (likely(type == ETH_TYPE_IPV6))
		return parse_ipv6(p);
	return parse_frame(p);
}
