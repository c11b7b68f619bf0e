/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame through all of pkt/ and the fragment table. Byte 0: how it came;
 * byte 1: where the first segment ends; then the frame.
 */
#include <stdint.h>
#include <stdlib.h>

#include "pkt_test.h"

#include "flow/frag.h"
#include "pkt/build.h"
#include "pkt/parse.h"
#include "pkt/rewrite.h"

#define CHECK(x)                                                               \
	do {                                                                   \
		if (!(x))                                                      \
			abort();                                               \
	} while (0)

enum {
	FROM_HOST = 1,
	STRIPPED = 2,
	PORTS = 4,
	PARTIAL = 8,
	CKSUM_GOOD = 16,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
set_flags(struct rte_mbuf *m, uint8_t how)
{
	m->ol_flags = 0;
	if (how & FROM_HOST)
		mbuf_meta(m)->flags |= META_FROM_HOST;
	if (how & PORTS)
		mbuf_meta(m)->flags |= META_PORTS;
	if (how & STRIPPED)
		m->ol_flags |= RTE_MBUF_F_RX_VLAN_STRIPPED;
	if (how & PARTIAL)
		m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM;
	if (how & CKSUM_GOOD)
		m->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD;
}

static void
check_parsed(const struct pkt *p)
{
	const uint8_t *begin = rte_pktmbuf_mtod(p->m, uint8_t *);
	const uint8_t *end = begin + p->m->data_len;

	rte_mbuf_sanity_check(p->m, 1);
	CHECK(p->l3 == begin + p->l2_len);
	CHECK(p->len == p->m->pkt_len - p->l2_len);
	CHECK(p->key.family == IP_V4 || p->key.family == IP_V6);
	CHECK(p->l3[p->l4_proto_off] == p->key.protocol || p->frag_later);
	CHECK((p->l4 == NULL) == p->frag_later);
	if (p->l4 == NULL)
		return;
	CHECK(p->l4 + RTE_MIN(p->l4_len, 20) <= end);
	CHECK((uint32_t)(p->l4 - p->l3) + p->l4_len == p->len);
	CHECK(p->payload <= p->l4_len);
}

static void
answers(const struct pkt *p)
{
	struct pkt copy = *p, q = {0};
	struct ip_addr src;

	ip_addr_parse(
		p->key.family == IP_V4 ? "192.0.2.1" : "2001:db8::1", &src);
	for (int a = ANSWER_NONE; a <= ANSWER_TCP_RST; a++) {
		q.m = pkt_test_mbuf("", 0);
		copy.answer = (uint8_t)a;
		copy.mtu = 1280;
		if (build_answer(q.m, &copy, &src) == 0) {
			CHECK(parse_packet(&q) == VERDICT_NEXT);
			CHECK(pkt_test_checksums_ok(q.l3, q.len));
		}
		rte_pktmbuf_free(q.m);
	}
	q.m = pkt_test_mbuf("", 0);
	if (build_echo_reply(q.m, p, &src) == 0)
		CHECK(parse_packet(&q) == VERDICT_NEXT);
	rte_pktmbuf_free(q.m);
}

static void
rewrites(struct pkt *p)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
	struct flow_key to = p->key, quoted;
	struct rewrite rw;
	size_t len;

	if (to.family == IP_V4) {
		to.v4.src_be = RTE_BE32(0xcb007101);
		to.v4.dst_be = RTE_BE32(0xc0000201);
	} else {
		memset(to.v6.src, 0x20, 16);
		memset(to.v6.dst, 0x21, 16);
	}
	to.sport_be ^= 0x1111;
	rewrite_build(&rw, &p->key, &to);
	rewrite_nat(p, &rw);
	rewrite_mss(p, 1000);
	if (p->ttl > 1)
		rewrite_ttl(p);
	if (p->icmp_class == ICMP_CLASS_ERROR && p->l4 != NULL) {
		const uint8_t *q = parse_quoted(p, &len);

		if (parse_embedded(q, len, &quoted, NULL)) {
			to = flow_key_reverse(&quoted, 0);
			CHECK(rewrite_quoted(p, &to));
		}
	}
	answers(p);
	CHECK(rewrite_l2(p, macs, 7) == VERDICT_NEXT);
	CHECK(parse_packet(p) == VERDICT_NEXT);
	check_parsed(p);
	CHECK(memcmp(&p->key.v6, &rw.v6, p->key.family == IP_V4 ? 8 : 32) == 0);
}

static void
fragments(struct pkt *p)
{
	static struct frag *table;
	static uint64_t now;
	struct rte_mbuf *m[8];
	unsigned int n;

	if (table == NULL)
		table = frag_create();
	CHECK(table != NULL);
	if (frag_resolve(table, p, now) == VERDICT_HELD)
		p->m = NULL;
	now += 100;
	while ((n = frag_release(table, m, 8)) > 0)
		for (unsigned int i = 0; i < n; i++)
			rte_pktmbuf_free(m[i]);
	n = frag_expire(table, now, m, 8);
	for (unsigned int i = 0; i < n; i++)
		rte_pktmbuf_free(m[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pkt p;
	struct flow_key k;
	enum verdict v;

	if (size < 2 || size > 4000)
		return 0;
	parse_embedded(data + 2, size - 2, &k, NULL);
	memset(&p, 0xa5, sizeof(p));
	pkt_test_pool();
	p.m = pkt_test_chain(data + 2, (uint32_t)(size - 2), data[1], 100);
	set_flags(p.m, data[0]);
	v = parse_packet(&p);
	CHECK(v == VERDICT_NEXT || v == VERDICT_LOCAL || v == VERDICT_DROP);
	CHECK(v != VERDICT_DROP || (p.reason > 0 && p.reason < REASON_COUNT));
	if (v == VERDICT_NEXT) {
		check_parsed(&p);
		p.key.token = 6;
		fragments(&p);
		if (p.m != NULL)
			answers(&p);
		if (p.m != NULL)
			rewrites(&p);
	}
	rte_pktmbuf_free(p.m);
	return 0;
}
