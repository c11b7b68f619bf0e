/* SPDX-License-Identifier: Apache-2.0 */
/* Frames made by scapy, whole and cut into segments, against parse.c. */
#include "pkt_test.h"

#include "pkt/parse.h"
#include "pkt/cksum.h"
#include "pkt/bytes.h"

#pragma GCC diagnostic ignored "-Wunused-variable"
#include "vectors.h"

static void
check_address(struct ip_addr a, const char *text, const char *name)
{
	char buf[IP_TEXT_MAX];
	struct ip_addr want;

	assert_true(ip_addr_parse(text, &want));
	if (!ip_addr_equal(&a, &want))
		fail_msg("%s: %s, not %s", name, ip_addr_text(&a, buf), text);
}

static void
check(const struct parse_vector *v, const struct pkt *p, enum verdict verdict)
{
	if (v->reason != REASON_NONE) {
		if (verdict != VERDICT_DROP || p->reason != v->reason)
			fail_msg("%s: verdict %d, %s", v->name, verdict,
				reason_name(p->reason));
		return;
	}
	if (verdict != VERDICT_NEXT)
		fail_msg("%s: verdict %d, %s", v->name, verdict,
			reason_name(p->reason));
	check_address(flow_key_src(&p->key), v->src, v->name);
	check_address(flow_key_dst(&p->key), v->dst, v->name);
	if (p->key.protocol != v->protocol ||
		rte_be_to_cpu_16(p->key.sport_be) != v->sport ||
		rte_be_to_cpu_16(p->key.dport_be) != v->dport)
		fail_msg("%s: protocol %d, ports %x %x", v->name,
			p->key.protocol, rte_be_to_cpu_16(p->key.sport_be),
			rte_be_to_cpu_16(p->key.dport_be));
	if (p->tcp_flags != v->tcp_flags || p->df != v->df ||
		p->icmp_class != v->icmp_class || p->options != v->options ||
		p->frag_first != v->frag_first ||
		p->frag_later != v->frag_later || p->frag_off != v->frag_off ||
		p->vlan != v->vlan || (v->ttl != 0 && p->ttl != v->ttl))
		fail_msg("%s: a field is wrong", v->name);
	if ((v->payload != 0 && p->payload != v->payload) ||
		(v->frag_id != 0 && p->frag_id != v->frag_id))
		fail_msg("%s: payload %d, id %x", v->name, p->payload,
			p->frag_id);
	if (v->l4_proto_off != 0 && p->l4_proto_off != v->l4_proto_off)
		fail_msg("%s: protocol at %d", v->name, p->l4_proto_off);
	assert_int_equal(p->l2_len + p->len, v->len - v->trimmed);
	assert_int_equal(p->m->pkt_len, v->len - v->trimmed);
	rte_mbuf_sanity_check(p->m, 1);
	if (p->frag_later)
		assert_null(p->l4);
	else
		assert_int_equal(p->l4_len, p->len - (p->l4 - p->l3));
}

static void
try_chain(const struct parse_vector *v, uint16_t first, uint16_t rest)
{
	struct pkt p;
	enum verdict verdict;

	memset(&p, 0xa5, sizeof(p));
	p.m = pkt_test_chain(v->bytes, v->len, first, rest);
	verdict = parse_packet(&p);
	check(v, &p, verdict);
	rte_pktmbuf_free(p.m);
}

static void
test_vectors(void **state)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
		try_chain(&parse_vectors[i], 0, 0);
	assert_int_equal(pkt_test_in_use(), 0);
}

/* Where the segments are cut makes no difference. */
static void
test_segments(void **state)
{
	static const uint16_t rest[] = {1, 2, 7, 0};

	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
		for (uint16_t first = 1; first < 80; first++)
			for (size_t r = 0; r < RTE_DIM(rest); r++)
				try_chain(&parse_vectors[i], first, rest[r]);
	assert_int_equal(pkt_test_in_use(), 0);
}

static const struct parse_vector *
vector(const char *name)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
		if (strcmp(parse_vectors[i].name, name) == 0)
			return &parse_vectors[i];
	fail_msg("no vector %s", name);
	return NULL;
}

static uint32_t
rnd(uint32_t *s)
{
	*s = *s * 1664525 + 1013904223;
	return *s >> 8;
}

static void
same(const struct pkt *a, const struct pkt *b)
{
	assert_int_equal(a->reason, b->reason);
	if (a->reason != REASON_NONE || a->key.family == IP_NONE)
		return;
	assert_memory_equal(&a->key, &b->key,
		a->key.family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
	assert_memory_equal(&a->len, &b->len,
		offsetof(struct pkt, hash) - offsetof(struct pkt, len));
	assert_int_equal(a->l4 == NULL, b->l4 == NULL);
	if (a->l4 != NULL)
		assert_int_equal(a->l4 - a->l3, b->l4 - b->l3);
}

/*
 * The short way for plain packets against the long one, which a packet in two
 * segments always takes: frames with a few bytes changed, with the header
 * checksum made right again or not.
 */
static void
test_plain_and_any(void **state)
{
	uint32_t s = 1;

	for (int i = 0; i < 60000; i++) {
		const struct parse_vector *v =
			&parse_vectors[rnd(&s) % RTE_DIM(parse_vectors)];
		struct pkt a, b;
		uint8_t f[400];

		if (v->len < 44 || v->len > sizeof(f))
			continue;
		memcpy(f, v->bytes, v->len);
		for (uint32_t n = rnd(&s) % 3; n > 0; n--)
			f[12 + rnd(&s) % 30] ^= (uint8_t)(1 << rnd(&s) % 8);
		if (rnd(&s) % 4 != 0) {
			put16(f + 24, 0);
			put16(f + 24, cksum_finish(cksum_add(f + 14, 20, 0)));
		}
		memset(&a, 0xa5, sizeof(a));
		memset(&b, 0x5a, sizeof(b));
		a.m = pkt_test_mbuf(f, v->len);
		b.m = pkt_test_chain(f, v->len, 43, 0);
		assert_int_equal(parse_packet(&a), parse_packet(&b));
		same(&a, &b);
		rte_pktmbuf_free(a.m);
		rte_pktmbuf_free(b.m);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

/* The same packet without Ethernet header, from the box itself. */
static void
test_from_host(void **state)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++) {
		struct parse_vector v = parse_vectors[i];
		struct pkt p;

		if (v.len < 14 || v.vlan != 0 || v.reason == REASON_NOT_IP ||
			v.reason == REASON_TRUNCATED ||
			v.reason == REASON_BAD_IP_HEADER)
			continue;
		v.bytes += 14;
		v.len -= 14;
		p.m = pkt_test_mbuf(v.bytes, v.len);
		mbuf_meta(p.m)->flags = META_FROM_HOST;
		enum verdict verdict = parse_packet(&p);
		check(&v, &p, verdict);
		assert_int_equal(p.l2_len, 0);
		rte_pktmbuf_free(p.m);
	}
	struct pkt p = {.m = pkt_test_mbuf("", 0)};
	mbuf_meta(p.m)->flags = META_FROM_HOST;
	assert_int_equal(parse_packet(&p), VERDICT_DROP);
	rte_pktmbuf_free(p.m);
}

static void
test_vlan_stripped(void **state)
{
	const struct parse_vector *v = vector("udp4");
	struct pkt p = {.m = pkt_test_mbuf(v->bytes, v->len)};

	p.m->ol_flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	p.m->vlan_tci = 0xe064;
	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	assert_int_equal(p.vlan, 100);
	rte_pktmbuf_free(p.m);

	v = vector("udp4 tag"); /* and one more in the frame */
	p.m = pkt_test_mbuf(v->bytes, v->len);
	p.m->ol_flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	assert_int_equal(parse_packet(&p), VERDICT_DROP);
	assert_int_equal(p.reason, REASON_NOT_IP);
	rte_pktmbuf_free(p.m);
}

static void
test_checksum_flags(void **state)
{
	const struct parse_vector *v = vector("ip4 checksum");
	static const struct {
		uint64_t flags;
		enum verdict verdict;
	} t[] = {
		{RTE_MBUF_F_RX_IP_CKSUM_UNKNOWN, VERDICT_DROP},
		{RTE_MBUF_F_RX_IP_CKSUM_GOOD, VERDICT_NEXT},
		{RTE_MBUF_F_RX_IP_CKSUM_BAD, VERDICT_DROP},
		{RTE_MBUF_F_RX_IP_CKSUM_NONE, VERDICT_DROP},
		{RTE_MBUF_F_TX_IP_CKSUM, VERDICT_NEXT},
	};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		struct pkt p = {.m = pkt_test_mbuf(v->bytes, v->len)};

		p.m->ol_flags = t[i].flags;
		assert_int_equal(parse_packet(&p), t[i].verdict);
		rte_pktmbuf_free(p.m);
	}
}

static void
test_arp(void **state)
{
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,
		2, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1};
	struct pkt p = {.m = pkt_test_mbuf(frame, sizeof(frame))};

	assert_int_equal(parse_packet(&p), VERDICT_LOCAL);
	assert_int_equal(p.key.family, IP_NONE);
	assert_true(p.l2_broadcast);
	assert_int_equal(p.len, 46);
	assert_ptr_equal(p.l3, rte_pktmbuf_mtod(p.m, uint8_t *) + 14);
	rte_pktmbuf_free(p.m);
}

/* 64 KB from a host that leaves segmentation to the port. */
static void
test_super_segment(void **state)
{
	static uint8_t frame[14 + 40 + 65535];
	static const struct {
		uint16_t type, l3_field;
		uint32_t len;
	} t[] = {{0x0800, 65535, 65535}, {0x86dd, 65535, 65575}};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		bool v4 = i == 0;
		struct pkt p;

		memset(frame, 0x55, sizeof(frame));
		store16(frame + 12, t[i].type);
		frame[14] = v4 ? 0x45 : 0x60;
		store16(frame + (v4 ? 16 : 18), t[i].l3_field);
		store16(frame + 20, v4 ? 0 : 0x0640);
		frame[v4 ? 23 : 20] = IPP_TCP;
		put16(frame + 24, 0);
		if (v4)
			put16(frame + 24,
				cksum_finish(cksum_add(frame + 14, 20, 0)));
		frame[14 + (v4 ? 20 : 40) + 12] = 0x50;
		p.m = pkt_test_chain(frame, 14 + t[i].len, 0, 0);
		p.m->ol_flags = RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM;
		if (parse_packet(&p) != VERDICT_NEXT)
			fail_msg("%zu: %s", i, reason_name(p.reason));
		assert_int_equal(p.len, t[i].len);
		assert_int_equal(p.l4_len, v4 ? 65515 : 65535);
		assert_int_equal(p.payload, v4 ? 65495 : 65515);
		rte_pktmbuf_free(p.m);
	}
}

static void
test_fragment_ports(void **state)
{
	const struct parse_vector *v = vector("udp4 later fragment");
	struct pkt p = {.m = pkt_test_mbuf(v->bytes, v->len)};

	mbuf_meta(p.m)->flags = META_PORTS;
	mbuf_meta(p.m)->sport_be = RTE_BE16(7);
	mbuf_meta(p.m)->dport_be = RTE_BE16(9);
	mbuf_meta(p.m)->protocol = IPP_UDP;
	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	assert_int_equal(p.key.sport_be, RTE_BE16(7));
	assert_int_equal(p.key.dport_be, RTE_BE16(9));
	assert_int_equal(p.frag_len, 52);
	rte_pktmbuf_free(p.m);
}

/* Headers that cannot be joined: the first segment has no room. */
static void
test_header_split(void **state)
{
	const struct parse_vector *v = vector("udp4");
	struct pkt p = {.m = pkt_test_chain(v->bytes, v->len, 30, 0)};

	p.m->data_off = (uint16_t)(p.m->buf_len - 30);
	memcpy(rte_pktmbuf_mtod(p.m, uint8_t *), v->bytes, 30);
	assert_int_equal(parse_packet(&p), VERDICT_DROP);
	assert_int_equal(p.reason, REASON_HEADER_SPLIT);
	rte_pktmbuf_free(p.m);
}

/* Any packet, quoted with at least 8 bytes of L4, has the key of the packet. */
static void
test_embedded(void **state)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++) {
		const struct parse_vector *v = &parse_vectors[i];
		struct pkt p = {.m = pkt_test_mbuf(v->bytes, v->len)};
		enum verdict verdict = parse_packet(&p);
		struct flow_key k;
		size_t off;

		for (size_t n = 0; verdict == VERDICT_NEXT && n <= p.len; n++) {
			uint8_t *quote = malloc(n + (n == 0));
			bool got;

			memcpy(quote, p.l3, n);
			got = parse_embedded(quote, n, &k, &off);
			free(quote);
			if (p.l4 == NULL || p.icmp_class == ICMP_CLASS_ERROR) {
				assert_false(got);
				continue;
			}
			if (n >= (size_t)(p.l4 - p.l3) + 12 && !got)
				fail_msg("%s: %zu bytes", v->name, n);
			if (!got || n < (size_t)(p.l4 - p.l3) + 12)
				continue;
			k.token = p.key.token;
			assert_memory_equal(&k, &p.key,
				k.family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
			assert_int_equal(off, p.l4 - p.l3);
		}
		rte_pktmbuf_free(p.m);
	}
}

/* [FL-5] A reply's key is the reverse of the request's. */
static void
test_echo_reverse(void **state)
{
	static const char *const pairs[][2] = {
		{"echo4", "echo reply4"}, {"echo6", "echo reply6"}};

	for (size_t i = 0; i < RTE_DIM(pairs); i++) {
		const struct parse_vector *a = vector(pairs[i][0]);
		const struct parse_vector *b = vector(pairs[i][1]);

		assert_int_equal(a->sport, b->dport);
		assert_int_equal(a->dport, b->sport);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_plain_and_any),
		cmocka_unit_test(test_from_host),
		cmocka_unit_test(test_vlan_stripped),
		cmocka_unit_test(test_checksum_flags),
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_super_segment),
		cmocka_unit_test(test_fragment_ports),
		cmocka_unit_test(test_header_split),
		cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_echo_reverse),
	};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
