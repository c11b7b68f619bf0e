/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/build.h"

#include <errno.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse_impl.h"
#include "pkt/rewrite.h"
#include "pkt/seg.h"

#define TTL            64
#define TOS_CONTROL    0xc0 /* RFC 1812 4.3.2.5: ICMP errors, precedence 6 */
#define ICMP_LEN       8u
#define ERROR_MAX_V4   576u
#define ERROR_MAX_V6   1280u
#define ICMP_ECHO      8
#define ICMP6_ECHO     128
#define ICMP6_REDIRECT 137

static const struct {
	uint8_t type4, code4, type6, code6;
} errors[] = {
	[ANSWER_TIME_EXCEEDED] = {11, 0, 3, 0},
	[ANSWER_NET_UNREACHABLE] = {3, 0, 1, 0},
	[ANSWER_HOST_UNREACHABLE] = {3, 1, 1, 3},
	[ANSWER_PORT_UNREACHABLE] = {3, 3, 1, 4},
	[ANSWER_ADMIN_PROHIBITED] = {3, 13, 1, 1},
	[ANSWER_UNREACHABLE] = {3, 0, 1, 0},
	[ANSWER_TOO_BIG] = {3, 4, 2, 0},
};

static void
out_reset(struct rte_mbuf *out, uint8_t flags)
{
	rte_pktmbuf_reset(out);
	out->ol_flags = 0;
	memset(mbuf_meta(out), 0, sizeof(struct mbuf_meta));
	mbuf_meta(out)->flags = flags;
}

static void
ipv4_header(uint8_t *l3, const struct build_ip *h, uint32_t len)
{
	memset(l3, 0, 20);
	l3[0] = 0x45;
	l3[1] = h->tos;
	store16(l3 + 2, (uint16_t)len);
	/* The identification stays 0: whole packets need none, RFC 6864. */
	l3[6] = h->df ? 0x40 : 0;
	l3[8] = h->ttl;
	l3[9] = h->protocol;
	put32(l3 + 12, h->src.v4_be);
	put32(l3 + 16, h->dst.v4_be);
	put16(l3 + 10, cksum_finish(cksum_add(l3, 20, 0)));
}

static void
ipv6_header(uint8_t *l3, const struct build_ip *h, uint32_t payload)
{
	store32(l3, 0x60000000u | (uint32_t)h->tos << 20);
	store16(l3 + 4, (uint16_t)payload);
	l3[6] = h->protocol;
	l3[7] = h->ttl;
	memcpy(l3 + 8, h->src.b, 16);
	memcpy(l3 + 24, h->dst.b, 16);
}

int
build_ip_header(struct rte_mbuf *out, const struct build_ip *h)
{
	uint16_t hlen = h->dst.family == IP_V4 ? 20 : 40;
	uint32_t payload = out->pkt_len;
	uint8_t *l3;

	if (h->src.family != h->dst.family || h->dst.family == IP_NONE)
		return -EINVAL;
	if (payload + (hlen == 20 ? hlen : 0) > UINT16_MAX)
		return -ENOSPC;
	l3 = (uint8_t *)rte_pktmbuf_prepend(out, hlen);
	if (l3 == NULL)
		return -ENOSPC;
	if (hlen == 20)
		ipv4_header(l3, h, payload + hlen);
	else
		ipv6_header(l3, h, payload);
	return 0;
}

/* The checksum of the ICMP or TCP message that out holds, at its offset. */
static void
message_cksum(struct rte_mbuf *out, const struct build_ip *h, uint16_t at)
{
	struct flow_key k = {.family = h->dst.family};
	uint64_t sum = 0;
	uint8_t *l4 = rte_pktmbuf_mtod(out, uint8_t *);

	if (k.family == IP_V4) {
		k.v4.src_be = h->src.v4_be;
		k.v4.dst_be = h->dst.v4_be;
	} else {
		memcpy(k.v6.src, h->src.b, 16);
		memcpy(k.v6.dst, h->dst.b, 16);
	}
	if (h->protocol != IPP_ICMP)
		sum = cksum_pseudo(&k, h->protocol, out->pkt_len);
	put16(l4 + at, 0);
	put16(l4 + at, cksum_finish(cksum_add_mbuf(out, 0, out->pkt_len, sum)));
}

static bool
group_address(const struct flow_key *k)
{
	if (k->family == IP_V4) /* multicast, class E, limited broadcast */
		return rte_be_to_cpu_32(k->v4.dst_be) >= 0xe0000000u;
	return k->v6.dst[0] == 0xff;
}

static bool
rst_wanted(const struct pkt *p)
{
	/* SEG.LEN of a fragment is not known. */
	return p->key.protocol == IPP_TCP && !(p->tcp_flags & TCP_RST) &&
	       !p->frag_first;
}

bool
build_answer_wanted(const struct pkt *p)
{
	struct ip_addr src = flow_key_src(&p->key);
	bool too_big_v6 = p->answer == ANSWER_TOO_BIG && p->key.family == IP_V6;

	if (p->answer == ANSWER_NONE || p->l4 == NULL)
		return false;
	if (ip_addr_is_unspecified(&src) || ip_addr_is_multicast(&src))
		return false;
	if ((p->l2_broadcast || group_address(&p->key)) && !too_big_v6)
		return false;
	if (p->answer == ANSWER_TCP_RST)
		return rst_wanted(p);
	return p->icmp_class != ICMP_CLASS_ERROR &&
	       !(p->key.family == IP_V6 && p->icmp_class == ICMP_CLASS_ND &&
		       p->icmp_type == ICMP6_REDIRECT);
}

/*
 * Make the quote what the sender sent. NAT may have been done, and the TTL
 * decremented; the key and p->ttl are as the packet arrived.
 */
static void
quote_restore(uint8_t *quote, size_t len, const struct pkt *p)
{
	uint8_t *ttl = quote + (p->key.family == IP_V4 ? 8 : 7);
	uint16_t old = get16(quote + 8);

	if (*ttl != p->ttl) {
		*ttl = p->ttl;
		if (p->key.family == IP_V4)
			put16(quote + 10,
				cksum_apply(get16(quote + 10),
					cksum_delta16(old, get16(quote + 8))));
	}
	rewrite_quote(quote, len, &p->key, NULL);
}

static int
build_error(
	struct rte_mbuf *out, const struct pkt *p, const struct ip_addr *src)
{
	bool v4 = p->key.family == IP_V4;
	struct build_ip h = {.dst = flow_key_src(&p->key),
		.protocol = v4 ? IPP_ICMP : IPP_ICMP6,
		.ttl = TTL,
		.tos = TOS_CONTROL,
		.df = true};
	uint32_t max = v4 ? ERROR_MAX_V4 - 20 : ERROR_MAX_V6 - 40;
	uint32_t quote = RTE_MIN(p->len, max - ICMP_LEN);
	uint8_t *l4;

	if (src == NULL || src->family != p->key.family)
		return -EINVAL;
	h.src = *src;
	out_reset(out, META_FROM_HOST | META_NO_SESSION);
	l4 = (uint8_t *)rte_pktmbuf_append(out, (uint16_t)(ICMP_LEN + quote));
	if (l4 == NULL)
		return -ENOSPC;
	memset(l4, 0, ICMP_LEN);
	l4[0] = v4 ? errors[p->answer].type4 : errors[p->answer].type6;
	l4[1] = v4 ? errors[p->answer].code4 : errors[p->answer].code6;
	if (p->answer == ANSWER_UNREACHABLE)
		l4[1] = p->answer_code;
	/* RFC 1191 section 4: the lower half; RFC 4443 3.2: all 32 bits. */
	if (p->answer == ANSWER_TOO_BIG)
		store16(l4 + 6, p->mtu);
	if (seg_copy(p->m, p->l2_len, l4 + ICMP_LEN, quote) != quote)
		return -EINVAL;
	quote_restore(l4 + ICMP_LEN, quote, p);
	message_cksum(out, &h, 2);
	return build_ip_header(out, &h);
}

/* RFC 9293 3.10.7.1: the answer of a closed port. */
static int
build_rst(struct rte_mbuf *out, const struct pkt *p)
{
	struct build_ip h = {.src = flow_key_dst(&p->key),
		.dst = flow_key_src(&p->key),
		.protocol = IPP_TCP,
		.ttl = TTL,
		.df = true};
	uint32_t len = p->payload;
	uint8_t *l4;

	out_reset(out, META_FROM_HOST | META_NO_SESSION);
	l4 = (uint8_t *)rte_pktmbuf_append(out, 20);
	if (l4 == NULL)
		return -ENOSPC;
	memset(l4, 0, 20);
	put16(l4, p->key.dport_be);
	put16(l4 + 2, p->key.sport_be);
	l4[12] = 5 << 4;
	if (p->tcp_flags & TCP_ACK) {
		memcpy(l4 + 4, p->l4 + 8, 4);
		l4[13] = TCP_RST;
	} else {
		len += (p->tcp_flags & TCP_SYN) != 0;
		len += (p->tcp_flags & TCP_FIN) != 0;
		store32(l4 + 8, load32(p->l4 + 4) + len);
		l4[13] = TCP_RST | TCP_ACK;
	}
	message_cksum(out, &h, 16);
	return build_ip_header(out, &h);
}

int
build_answer(
	struct rte_mbuf *out, const struct pkt *p, const struct ip_addr *src)
{
	if (!build_answer_wanted(p))
		return -ENOENT;
	if (p->answer == ANSWER_TCP_RST)
		return build_rst(out, p);
	return build_error(out, p, src);
}

/* Data that one buffer cannot hold goes on in further ones of its pool. */
static int
append_data(struct rte_mbuf *out, const uint8_t *data, uint32_t len)
{
	while (len > 0) {
		struct rte_mbuf *last = rte_pktmbuf_lastseg(out);
		uint16_t n = (uint16_t)RTE_MIN(len, rte_pktmbuf_tailroom(last));
		struct rte_mbuf *more;

		if (n > 0) {
			memcpy(rte_pktmbuf_append(out, n), data, n);
			data += n;
			len -= n;
			continue;
		}
		more = rte_pktmbuf_alloc(out->pool);
		if (more == NULL)
			return -ENOSPC;
		more->data_off = 0;
		if (rte_pktmbuf_chain(out, more) != 0) {
			rte_pktmbuf_free(more);
			return -ENOSPC;
		}
	}
	return 0;
}

int
build_echo_request(struct rte_mbuf *out, const struct echo_request *e)
{
	bool v4 = e->dst.family == IP_V4;
	struct build_ip h = {.src = e->src,
		.dst = e->dst,
		.protocol = v4 ? IPP_ICMP : IPP_ICMP6,
		.ttl = e->ttl ? e->ttl : TTL,
		.tos = e->tos,
		.df = e->df};
	uint8_t *l4;

	if (e->src.family != e->dst.family || e->dst.family == IP_NONE)
		return -EINVAL;
	if (e->data_len > UINT16_MAX - ICMP_LEN - 20)
		return -ENOSPC;
	out_reset(out, META_FROM_HOST);
	l4 = (uint8_t *)rte_pktmbuf_append(out, ICMP_LEN);
	if (l4 == NULL || append_data(out, e->data, e->data_len) != 0)
		return -ENOSPC;
	l4[0] = v4 ? ICMP_ECHO : ICMP6_ECHO;
	l4[1] = 0;
	store16(l4 + 4, e->id);
	store16(l4 + 6, e->seq);
	message_cksum(out, &h, 2);
	return build_ip_header(out, &h);
}

static bool
is_echo_request(const struct pkt *p)
{
	return p->l4 != NULL && !p->frag_first && l4_is_icmp(&p->key) &&
	       p->icmp_type ==
		       (p->key.family == IP_V4 ? ICMP_ECHO : ICMP6_ECHO);
}

/* Make out hold the ICMP message of p: in place, or as a copy. */
static int
echo_message(struct rte_mbuf *out, const struct pkt *p)
{
	uint16_t hlen = (uint16_t)(p->l2_len + (p->l4 - p->l3));
	uint8_t *l4;

	if (out == p->m) {
		rte_pktmbuf_adj(out, hlen);
		out->ol_flags = 0;
		memset(mbuf_meta(out), 0, sizeof(struct mbuf_meta));
		mbuf_meta(out)->flags = META_FROM_HOST;
		return 0;
	}
	out_reset(out, META_FROM_HOST);
	l4 = (uint8_t *)rte_pktmbuf_append(out, p->l4_len);
	if (l4 == NULL)
		return -ENOSPC;
	seg_copy(p->m, hlen, l4, p->l4_len);
	return 0;
}

int
build_echo_reply(
	struct rte_mbuf *out, const struct pkt *p, const struct ip_addr *src)
{
	bool v4 = p->key.family == IP_V4;
	struct build_ip h = {.dst = flow_key_src(&p->key),
		.protocol = p->key.protocol,
		.ttl = TTL,
		.tos = 0,
		.df = false};
	int rc;

	if (!is_echo_request(p) || ip_addr_is_unspecified(&h.dst))
		return -ENOENT;
	if (src == NULL && (p->l2_broadcast || group_address(&p->key)))
		return -ENOENT;
	h.src = src != NULL ? *src : flow_key_dst(&p->key);
	if (h.src.family != p->key.family)
		return -EINVAL;
	h.tos = v4 ? p->l3[1] : (uint8_t)(load16(p->l3) >> 4);
	rc = echo_message(out, p);
	if (rc != 0)
		return rc;
	*rte_pktmbuf_mtod(out, uint8_t *) = v4 ? 0 : ICMP6_ECHO + 1;
	message_cksum(out, &h, 2);
	return build_ip_header(out, &h);
}
