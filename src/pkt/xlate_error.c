/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ICMP errors between the families (RFC 7915 4.2, 4.3, 5.2, 5.3): type, code,
 * pointer and MTU by table; the quoted header is translated like that of a
 * packet; the checksum is made anew.
 */
#include <string.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse.h"
#include "pkt/xlate.h"
#include "pkt/xlate_impl.h"

#define HEADROOM   18u
#define ERROR6_MAX 1280u /* RFC 4443 2.4(c) */
#define ERROR4_MAX 576u  /* RFC 1812 4.3.2.3 */
#define MTU6_MIN   1280u
#define GROWTH     20u /* of the IP header */
#define NO_CODE    0xff

struct error {
	uint8_t type, code;
	uint32_t rest; /* the second word: MTU, pointer */
};

/* Code of an IPv4 destination unreachable: type and code of ICMPv6. */
static const uint8_t unreachable6[16][2] = {{1, 0}, {1, 0}, {4, 1}, {1, 4},
	{2, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 1}, {1, 0}, {1, 0},
	{1, 1}, {0, NO_CODE}, {1, 1}};
/* Code of an ICMPv6 destination unreachable: code of ICMP. */
static const uint8_t unreachable4[5] = {1, 10, 1, 1, 3};

/* RFC 7915 figures 3 and 6. */
static uint8_t
pointer6(uint32_t p4)
{
	static const uint8_t to[20] = {0, 1, 4, 4, NO_CODE, NO_CODE, NO_CODE,
		NO_CODE, 7, 6, NO_CODE, NO_CODE, 8, 8, 8, 8, 24, 24, 24, 24};

	return p4 < 20 ? to[p4] : NO_CODE;
}

static uint8_t
pointer4(uint32_t p6)
{
	static const uint8_t to[8] = {0, 1, NO_CODE, NO_CODE, 2, 2, 9, 8};

	if (p6 < 8)
		return to[p6];
	return p6 < 24 ? 12 : p6 < 40 ? 16 : NO_CODE;
}

static bool
unreachable_to6(uint8_t code, uint32_t rest, struct error *e)
{
	uint32_t mtu = rest & 0xffff;

	if (code > 15 || unreachable6[code][1] == NO_CODE)
		return false;
	e->type = unreachable6[code][0];
	e->code = unreachable6[code][1];
	if (e->type == 4)
		e->rest = 6; /* where the protocol stands */
	if (e->type == 2)
		e->rest = mtu + GROWTH < MTU6_MIN ? MTU6_MIN : mtu + GROWTH;
	return true;
}

static bool
to6(uint8_t type, uint8_t code, uint32_t rest, struct error *e)
{
	switch (type) {
	case 3:
		return unreachable_to6(code, rest, e);
	case 11:
		*e = (struct error){3, code, 0};
		return true;
	case 12:
		*e = (struct error){4, 0, pointer6(rest >> 24)};
		return (code == 0 || code == 2) && e->rest != NO_CODE;
	default:
		return false;
	}
}

static bool
to4(uint8_t type, uint8_t code, uint32_t rest, struct error *e)
{
	switch (type) {
	case 1:
		if (code >= sizeof(unreachable4))
			return false;
		*e = (struct error){3, unreachable4[code], 0};
		return true;
	case 2:
		*e = (struct error){
			3, 4, rest > 0xffff + GROWTH ? 0xffff : rest - GROWTH};
		return rest >= GROWTH;
	case 3:
		*e = (struct error){11, code, 0};
		return true;
	case 4:
		if (code == 1) {
			*e = (struct error){3, 2, 0};
			return true;
		}
		*e = (struct error){12, 0, (uint32_t)pointer4(rest) << 24};
		return code == 0 && e->rest >> 24 != NO_CODE;
	default:
		return false;
	}
}

/* Ports (or identifier) and checksum of the quoted L4 header, as far as it is
 * there. */
static void
quoted_l4(uint8_t *b, size_t len, const struct flow_key *from,
	const struct flow_key *to)
{
	struct rewrite rw;
	size_t check = to->protocol == IPP_TCP ? 16 : 6;

	if (to->protocol == IPP_ICMP || to->protocol == IPP_ICMP6) {
		bool request = b[0] == 8 || b[0] == 128;

		b[0] = to->protocol == IPP_ICMP ? (request ? 8 : 0)
						: (request ? 128 : 129);
		put16(b + 4, request ? to->sport_be : to->dport_be);
		put16(b + 6, request ? to->dport_be : to->sport_be);
		return;
	}
	rewrite_build(&rw, from, to);
	put16(b, to->sport_be);
	put16(b + 2, to->dport_be);
	if (len >= check + 2 && get16(b + check) != 0)
		put16(b + check, cksum_apply(get16(b + check), rw.l4_delta));
}

/* The quoted packet of len bytes as one of the other family, into out, which
 * has room for size. How much it became; 0: it cannot be. */
static size_t
quote(uint8_t *out, size_t size, const uint8_t *q, size_t len,
	const struct flow_key *to)
{
	bool v4 = q[0] >> 4 == 4;
	size_t l4, hdr = v4 ? 40 : 20, n;
	struct flow_key from;
	struct xlate_ip h = {.to = to};

	if (!parse_embedded(q, len, &from, &l4) || from.family == to->family ||
		xlate_protocol(to->family, from.protocol) != to->protocol)
		return 0;
	h.tos = v4 ? q[1] : (uint8_t)(load16(q) >> 4 & 0xff);
	h.ttl = v4 ? q[8] : q[7];
	h.protocol = to->protocol;
	h.payload = v4 ? load16(q + 2) : load16(q + 4) + 40u;
	h.payload = h.payload > l4 ? h.payload - (uint32_t)l4 : 0;
	(v4 ? xlate_ipv6 : xlate_ipv4)(out, &h);
	n = len - l4 < size - hdr ? len - l4 : size - hdr;
	memcpy(out + hdr, q + l4, n);
	quoted_l4(out + hdr, n, &from, to);
	return hdr + n;
}

/* Lay bytes over the packet: it has no Ethernet header, and one segment. */
static enum verdict
replace(struct pkt *p, const uint8_t *bytes, uint32_t len, uint32_t l4)
{
	struct rte_mbuf *m = p->m;

	if (m->nb_segs > 1) {
		rte_pktmbuf_free(m->next);
		m->next = NULL;
		m->nb_segs = 1;
	}
	m->data_off = RTE_PKTMBUF_HEADROOM;
	if (m->buf_len < RTE_PKTMBUF_HEADROOM + len || HEADROOM > m->data_off)
		return drop(p, REASON_NO_MBUF);
	m->data_len = (uint16_t)len;
	m->pkt_len = len;
	p->l3 = rte_pktmbuf_mtod(m, uint8_t *);
	memcpy(p->l3, bytes, len);
	p->l4 = p->l3 + l4;
	p->l4_len = (uint16_t)(len - l4);
	p->len = len;
	p->l2_len = 0;
	return VERDICT_NEXT;
}

static void
checksum(uint8_t *icmp, size_t len, const struct flow_key *outer)
{
	uint64_t sum = 0;

	if (outer->family == IP_V6)
		sum = cksum_pseudo(outer, IPP_ICMP6, (uint32_t)len);
	put16(icmp + 2, 0);
	put16(icmp + 2, cksum_finish(cksum_add(icmp, len, sum)));
}

enum verdict
xlate_error(struct pkt *p, const struct flow_key *outer,
	const struct flow_key *quoted)
{
	bool v4 = p->key.family == IP_V4;
	uint32_t hdr = v4 ? 40 : 20, max = v4 ? ERROR6_MAX : ERROR4_MAX;
	uint8_t bytes[ERROR6_MAX];
	struct error e = {0};
	struct xlate_ip h = {.to = outer,
		.tos = v4 ? p->l3[1] : (uint8_t)(load16(p->l3) >> 4 & 0xff),
		.ttl = p->ttl,
		.protocol = v4 ? IPP_ICMP6 : IPP_ICMP};
	const uint8_t *q;
	size_t len, n;
	enum verdict v;

	q = parse_quoted(p, &len);
	if (!(v4 ? to6 : to4)(p->l4[0], p->l4[1], load32(p->l4 + 4), &e))
		return drop(p, REASON_NAT_FAMILY);
	n = quote(bytes + hdr + 8, max - hdr - 8, q, len, quoted);
	if (n == 0)
		return drop(p, REASON_NAT_FAMILY);
	h.payload = (uint32_t)n + 8;
	(v4 ? xlate_ipv6 : xlate_ipv4)(bytes, &h);
	bytes[hdr] = e.type;
	bytes[hdr + 1] = e.code;
	store32(bytes + hdr + 4, e.rest);
	checksum(bytes + hdr, n + 8, outer);
	v = replace(p, bytes, hdr + 8 + (uint32_t)n, hdr);
	if (v == VERDICT_NEXT) {
		p->key.family = outer->family;
		p->key.protocol = h.protocol;
	}
	return v;
}
