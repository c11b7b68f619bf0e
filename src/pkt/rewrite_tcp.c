/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/rewrite_tcp.h"

#include "pkt/build.h"
#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/seg.h"

#define PARTIAL                                                                \
	(RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG | RTE_MBUF_F_TX_L4_MASK)

/* The bytes [at, at + 4) of the TCP header, at even, take a new value. */
static void
put_word(struct pkt *p, size_t at, uint32_t v)
{
	uint32_t old = get32(p->l4 + at);

	store32(p->l4 + at, v);
	if ((p->m->ol_flags & PARTIAL) != 0)
		return; /* the sum is that of the pseudo header alone */
	put16(p->l4 + 16, cksum_apply(get16(p->l4 + 16),
				  cksum_delta32(old, get32(p->l4 + at))));
}

static void
put_half(struct pkt *p, size_t at, uint16_t v)
{
	uint16_t old = get16(p->l4 + at);

	store16(p->l4 + at, v);
	if ((p->m->ol_flags & PARTIAL) != 0)
		return;
	put16(p->l4 + 16, cksum_apply(get16(p->l4 + 16),
				  cksum_delta16(old, get16(p->l4 + at))));
}

/* A word at an odd place: the same value, its bytes in the other halves. */
static void
add_at(struct pkt *p, size_t at, uint32_t delta)
{
	size_t from = at & ~(size_t)1, end = (at + 5) & ~(size_t)1;
	uint64_t before = cksum_add(p->l4 + from, end - from, 0), after;

	store32(p->l4 + at, load32(p->l4 + at) + delta);
	if ((p->m->ol_flags & PARTIAL) != 0)
		return;
	after = cksum_add(p->l4 + from, end - from, 0);
	put16(p->l4 + 16,
		cksum_apply(get16(p->l4 + 16),
			cksum_delta16(cksum_fold(before), cksum_fold(after))));
}

void
rewrite_tcp_seq(struct pkt *p, uint32_t delta)
{
	put_word(p, 4, load32(p->l4 + 4) + delta);
}

/* RFC 2018 3: kind 5, pairs of numbers. */
static void
move_sack(struct pkt *p, uint32_t delta)
{
	size_t len = (size_t)(p->l4[12] >> 4) * 4, at = 20;

	while (at < len && p->l4[at] != 0) {
		size_t n = p->l4[at] == 1 ? 1
			   : at + 1 < len ? p->l4[at + 1]
					  : 0;

		if (n == 0 || at + n > len || (n == 1 && p->l4[at] != 1))
			return;
		if (p->l4[at] == 5)
			for (size_t i = at + 2; i + 4 <= at + n; i += 4)
				add_at(p, i, delta);
		at += n;
	}
}

void
rewrite_tcp_ack(struct pkt *p, uint32_t delta)
{
	put_word(p, 8, load32(p->l4 + 8) + delta);
	if (p->l4[12] >> 4 > 5)
		move_sack(p, delta);
}

void
rewrite_tcp_window(struct pkt *p, uint16_t window)
{
	put_half(p, 14, window);
}

void
rewrite_tcp_not_urgent(struct pkt *p)
{
	put_half(p, 12, load16(p->l4 + 12) & (uint16_t)~TCP_URG);
	put_half(p, 18, 0);
	p->tcp_flags &= (uint8_t)~TCP_URG;
}

/* Ports are there; the checksum is not. */
static void
header_write(uint8_t *tcp, const struct tcp_header *h)
{
	store32(tcp + 4, h->seq);
	store32(tcp + 8, h->ack);
	tcp[12] = (uint8_t)((20u + h->noptions) / 4 << 4);
	tcp[13] = h->flags;
	store16(tcp + 14, h->window);
	put32(tcp + 16, 0); /* checksum, urgent pointer */
	memcpy(tcp + 20, h->options, h->noptions);
}

static void
checksum(uint8_t *tcp, const struct flow_key *flow, uint32_t len)
{
	uint64_t sum = cksum_pseudo(flow, IPP_TCP, len);

	put16(tcp + 16, cksum_finish(cksum_add(tcp, len, sum)));
}

static void
lengths(struct pkt *p, uint32_t len)
{
	uint16_t old;

	p->l4_len = (uint16_t)len;
	p->len = (uint32_t)(p->l4 - p->l3) + len;
	p->payload = 0;
	if (p->key.family == IP_V6) {
		store16(p->l3 + 4, (uint16_t)(p->len - 40));
		return;
	}
	old = get16(p->l3 + 2);
	store16(p->l3 + 2, (uint16_t)p->len);
	put16(p->l3 + 10, cksum_apply(get16(p->l3 + 10),
				  cksum_delta16(old, get16(p->l3 + 2))));
}

bool
rewrite_tcp_replace(struct pkt *p, const struct tcp_header *h)
{
	uint32_t off = p->l2_len + (uint32_t)(p->l4 - p->l3);
	uint32_t len = 20u + h->noptions;

	if (p->m->pkt_len > off + 20)
		seg_trim(p->m, off + 20);
	if (h->noptions > 0 && rte_pktmbuf_append(p->m, h->noptions) == NULL)
		return false;
	p->m->ol_flags &= ~(PARTIAL | RTE_MBUF_F_TX_IP_CKSUM);
	p->m->tso_segsz = 0;
	header_write(p->l4, h);
	lengths(p, len);
	p->tcp_flags = h->flags;
	checksum(p->l4, &p->key, len);
	return true;
}

bool
tcp_segment_build(struct rte_mbuf *m, const struct flow_key *flow,
	const struct tcp_header *h)
{
	struct build_ip ip = {.src = flow_key_src(flow),
		.dst = flow_key_dst(flow),
		.protocol = IPP_TCP,
		.ttl = 64,
		.df = true};
	uint16_t len = (uint16_t)(20 + h->noptions);
	struct rte_mbuf *more = m->next;
	uint8_t *tcp;

	m->next = NULL;
	m->nb_segs = 1;
	rte_pktmbuf_free(more);
	rte_pktmbuf_reset(m);
	m->ol_flags = 0;
	memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	mbuf_meta(m)->flags = META_FROM_HOST;
	tcp = (uint8_t *)rte_pktmbuf_append(m, len);
	if (tcp == NULL)
		return false;
	put16(tcp, flow->sport_be);
	put16(tcp + 2, flow->dport_be);
	header_write(tcp, h);
	checksum(tcp, flow, len);
	return build_ip_header(m, &ip) == 0;
}

void
rewrite_tcp_quoted_seq(struct pkt *p, size_t quoted_l4, uint32_t delta)
{
	uint8_t *seq = p->l4 + 8 + quoted_l4 + 4;
	uint64_t before, after;

	/* Both halves of a word at an even place; the headers are even. */
	before = cksum_add(seq, 4, 0);
	store32(seq, load32(seq) + delta);
	after = cksum_add(seq, 4, 0);
	put16(p->l4 + 2,
		cksum_apply(get16(p->l4 + 2),
			cksum_delta16(cksum_fold(before), cksum_fold(after))));
}
