/* SPDX-License-Identifier: Apache-2.0 */
/* NAT against packets that scapy made anew with the other addresses. */
#include "pkt_test.h"

#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse.h"
#include "pkt/rewrite.h"

#pragma GCC diagnostic ignored "-Wunused-variable"
#include "vectors.h"

static struct flow_key
key_to(const struct flow_key *from, const struct nat_vector *v)
{
	struct flow_key k = *from;
	struct ip_addr src, dst;

	assert_true(ip_addr_parse(v->src, &src));
	assert_true(ip_addr_parse(v->dst, &dst));
	if (k.family == IP_V4) {
		k.v4.src_be = src.v4_be;
		k.v4.dst_be = dst.v4_be;
	} else {
		memcpy(k.v6.src, src.b, 16);
		memcpy(k.v6.dst, dst.b, 16);
	}
	k.sport_be = rte_cpu_to_be_16(v->sport);
	k.dport_be = rte_cpu_to_be_16(v->dport);
	return k;
}

static void
parse_ok(struct pkt *p, const char *name)
{
	if (parse_packet(p) != VERDICT_NEXT)
		fail_msg("%s: %s", name, reason_name(p->reason));
}

static void
expect(const struct rte_mbuf *m, const char *want, uint32_t len,
	const char *name)
{
	uint32_t n;
	uint8_t *got = pkt_test_bytes(m, &n);

	assert_int_equal(n, len);
	for (uint32_t i = 0; i < n; i++)
		if (got[i] != (uint8_t)want[i])
			fail_msg("%s: byte %u is %02x, not %02x", name, i,
				got[i], (uint8_t)want[i]);
	free(got);
}

static void
try_nat(const struct nat_vector *v, uint16_t first)
{
	struct pkt p = {.m = pkt_test_chain(v->before, v->len, first, 11)};
	struct flow_key from, to;
	struct rewrite rw;

	parse_ok(&p, v->name);
	from = p.key;
	to = key_to(&from, v);
	rewrite_build(&rw, &from, &to);
	rewrite_nat(&p, &rw);
	expect(p.m, v->after, v->len, v->name);

	/* What leaves has the key that was asked for. */
	parse_ok(&p, v->name);
	assert_memory_equal(
		&p.key, &to, to.family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);

	/* And back again. */
	rewrite_build(&rw, &to, &from);
	rewrite_nat(&p, &rw);
	expect(p.m, v->before, v->len, v->name);
	rte_pktmbuf_free(p.m);
}

static void
test_nat(void **state)
{
	for (size_t i = 0; i < RTE_DIM(nat_vectors); i++)
		for (uint16_t first = 0; first < 100; first += 9)
			try_nat(&nat_vectors[i], first);
	assert_int_equal(pkt_test_in_use(), 0);
}

static size_t
check_offset(const struct pkt *p)
{
	return p->key.protocol == IPP_TCP ? 16 : 6;
}

/*
 * The sender left the pseudo header's sum in the field; whoever completes it
 * behind us must get what scapy got.
 */
static void
try_partial(const struct nat_vector *v)
{
	struct pkt p = {.m = pkt_test_mbuf(v->before, v->len)};
	uint8_t *field;
	struct flow_key to;
	struct rewrite rw;
	uint16_t check;

	parse_ok(&p, v->name);
	if ((p.key.protocol != IPP_TCP && p.key.protocol != IPP_UDP) ||
		get16(p.l4 + check_offset(&p)) == 0) {
		rte_pktmbuf_free(p.m);
		return;
	}
	field = p.l4 + check_offset(&p);
	p.m->ol_flags = p.key.protocol == IPP_TCP ? RTE_MBUF_F_TX_TCP_CKSUM
						  : RTE_MBUF_F_TX_UDP_CKSUM;
	put16(field,
		cksum_fold(cksum_pseudo(&p.key, p.key.protocol, p.l4_len)));
	to = key_to(&p.key, v);
	rewrite_build(&rw, &p.key, &to);
	rewrite_nat(&p, &rw);
	assert_int_equal(get16(field),
		cksum_fold(cksum_pseudo(&to, p.key.protocol, p.l4_len)));
	check = cksum_finish(cksum_add(p.l4, p.l4_len, 0));
	put16(field, p.key.protocol == IPP_UDP ? cksum_udp(check) : check);
	expect(p.m, v->after, v->len, v->name);
	rte_pktmbuf_free(p.m);
}

static void
test_partial(void **state)
{
	for (size_t i = 0; i < RTE_DIM(nat_vectors); i++)
		try_partial(&nat_vectors[i]);
}

/* First fragments: the field is that of the whole packet. Later: no L4. */
static void
test_fragments(void **state)
{
	static uint8_t data[1400];
	uint8_t whole[20 + 8 + sizeof(data)] = {0x45};
	struct flow_key to;
	struct rewrite rw;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	store16(whole + 2, sizeof(whole));
	whole[8] = 64;
	whole[9] = IPP_UDP;
	put32(whole + 12, RTE_BE32(0xc000020a));
	put32(whole + 16, RTE_BE32(0xc6336414));
	put16(whole + 10, cksum_finish(cksum_add(whole, 20, 0)));
	store16(whole + 20, 1000);
	store16(whole + 22, 53);
	store16(whole + 24, 8 + sizeof(data));
	memcpy(whole + 28, data, sizeof(data));
	struct pkt p = {.m = pkt_test_mbuf(whole, sizeof(whole))};
	mbuf_meta(p.m)->flags = META_FROM_HOST;
	parse_ok(&p, "whole");
	put16(whole + 26, cksum_finish(cksum_add(whole + 20, 8 + sizeof(data),
				  cksum_pseudo(&p.key, 17, 8 + sizeof(data)))));
	to = p.key;
	to.v4.src_be = RTE_BE32(0xcb00711e);
	to.sport_be = RTE_BE16(40000);
	rewrite_build(&rw, &p.key, &to);
	rte_pktmbuf_free(p.m);

	uint8_t out[sizeof(whole)];
	for (uint16_t at = 0; at < 1408; at += 704) {
		uint8_t frag[20 + 704];

		memcpy(frag, whole, 20);
		memcpy(frag + 20, whole + 20 + at, 704);
		store16(frag + 2, sizeof(frag));
		store16(frag + 6, (uint16_t)(at / 8 | (at == 0) << 13));
		put16(frag + 10, 0);
		put16(frag + 10, cksum_finish(cksum_add(frag, 20, 0)));
		p.m = pkt_test_mbuf(frag, sizeof(frag));
		mbuf_meta(p.m)->flags = META_FROM_HOST;
		parse_ok(&p, "fragment");
		rewrite_nat(&p, &rw);
		assert_int_equal(cksum_fold(cksum_add(p.l3, 20, 0)), 0xffff);
		assert_memory_equal(p.l3 + 12, &rw.v4.src_be, 4);
		memcpy(out, p.l3, 20);
		memcpy(out + 20 + at, p.l3 + 20, 704);
		rte_pktmbuf_free(p.m);
	}
	store16(out + 2, sizeof(out));
	store16(out + 6, 0);
	put16(out + 10, 0);
	put16(out + 10, cksum_finish(cksum_add(out, 20, 0)));
	assert_true(pkt_test_checksums_ok(out, sizeof(out)));
	assert_int_equal(load16(out + 20), 40000);
}

static void
test_quoted(void **state)
{
	for (size_t i = 0; i < RTE_DIM(quoted_vectors); i++) {
		const struct nat_vector *v = &quoted_vectors[i];
		struct pkt p = {.m = pkt_test_mbuf(v->before, v->len)};
		struct flow_key from, to, wrong;
		size_t len;

		parse_ok(&p, v->name);
		const uint8_t *quote = parse_quoted(&p, &len);
		assert_true(parse_embedded(quote, len, &from, NULL));
		to = key_to(&from, v);
		wrong = to;
		wrong.protocol = IPP_ESP;
		assert_false(rewrite_quoted(&p, &wrong));
		expect(p.m, v->before, v->len, v->name);
		assert_true(rewrite_quoted(&p, &to));
		expect(p.m, v->after, v->len, v->name);
		rte_pktmbuf_free(p.m);
	}
}

static void
test_ttl(void **state)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++) {
		const struct parse_vector *v = &parse_vectors[i];
		struct pkt p = {.m = pkt_test_mbuf(v->bytes, v->len)};

		if (parse_packet(&p) == VERDICT_NEXT) {
			for (int ttl = p.ttl; ttl > 1; ttl--)
				rewrite_ttl(&p);
			uint8_t was = p.ttl;
			parse_ok(&p, v->name); /* verifies the checksum */
			assert_int_equal(p.ttl, was == 0 ? 0 : 1);
		}
		rte_pktmbuf_free(p.m);
	}
}

static void
test_l2(void **state)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8};
	static const char *const names[] = {
		"udp4", "udp4 tag", "udp6", "udp6 tag"};

	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
		for (uint16_t vlan = 0; vlan < 200; vlan += 100)
			for (int host = 0; host < 2; host++) {
				const struct parse_vector *v =
					&parse_vectors[i];
				uint32_t skip = host ? 14 : 0;
				struct pkt p = {0};
				size_t n = 0;

				while (n < 4 && strcmp(v->name, names[n]) != 0)
					n++;
				if (n == 4 || (host && v->vlan != 0))
					continue;
				p.m = pkt_test_mbuf(
					v->bytes + skip, v->len - skip);
				mbuf_meta(p.m)->flags =
					host ? META_FROM_HOST : 0;
				p.m->ol_flags = RTE_MBUF_F_TX_UDP_CKSUM |
						RTE_MBUF_F_TX_VLAN;
				parse_ok(&p, v->name);
				uint32_t len = p.len;
				assert_int_equal(rewrite_l2(&p, macs, vlan),
					VERDICT_NEXT);
				assert_int_equal(p.m->pkt_len, 14 + len);
				assert_int_equal(p.m->l2_len, 14);
				assert_int_equal(p.m->l3_len,
					p.key.family == IP_V4 ? 20 : 40);
				uint8_t *b = rte_pktmbuf_mtod(p.m, uint8_t *);
				assert_memory_equal(b, macs, 12);
				assert_int_equal(
					!(p.m->ol_flags & RTE_MBUF_F_TX_VLAN),
					vlan == 0);
				if (vlan != 0)
					assert_int_equal(p.m->vlan_tci, vlan);
				assert_int_equal(mbuf_meta(p.m)->flags, 0);
				parse_ok(&p, v->name);
				assert_int_equal(p.len, len);
				rte_pktmbuf_free(p.m);
			}

	/* No head room. */
	struct pkt p = {.m = pkt_test_mbuf(parse_vectors[0].bytes + 14, 54)};
	p.m->data_off = 0;
	memcpy(rte_pktmbuf_mtod(p.m, uint8_t *), parse_vectors[0].bytes + 14,
		54);
	mbuf_meta(p.m)->flags = META_FROM_HOST;
	parse_ok(&p, "no head room");
	assert_int_equal(rewrite_l2(&p, macs, 0), VERDICT_DROP);
	assert_int_equal(p.reason, REASON_NO_MBUF);
	rte_pktmbuf_free(p.m);
	assert_int_equal(pkt_test_in_use(), 0);
}

struct mss_case {
	const char *name;
	const char *options;
	uint8_t n; /* multiple of 4 */
	uint8_t flags;
	uint8_t at; /* of the value, in the options; 0: none */
	uint16_t clamp, want;
};

static void
try_mss(const struct mss_case *c, bool partial)
{
	uint8_t b[20 + 20 + 40] = {0x45};
	uint32_t len = 40u + c->n;
	struct pkt p = {0};
	uint16_t before;

	store16(b + 2, (uint16_t)len);
	b[8] = 64;
	b[9] = IPP_TCP;
	put32(b + 12, RTE_BE32(0xc000020a));
	put32(b + 16, RTE_BE32(0xc6336414));
	put16(b + 10, cksum_finish(cksum_add(b, 20, 0)));
	store16(b + 20, 1024);
	store16(b + 22, 80);
	b[32] = (uint8_t)((5 + c->n / 4) << 4);
	b[33] = c->flags;
	memcpy(b + 40, c->options, c->n);
	p.m = pkt_test_mbuf(b, len);
	mbuf_meta(p.m)->flags = META_FROM_HOST;
	p.m->ol_flags = partial ? RTE_MBUF_F_TX_TCP_CKSUM : 0;
	parse_ok(&p, c->name);
	put16(p.l4 + 16, cksum_finish(cksum_add(p.l4, p.l4_len,
				 cksum_pseudo(&p.key, IPP_TCP, p.l4_len))));
	before = get16(p.l4 + 16);
	rewrite_mss(&p, c->clamp);
	if (c->at != 0)
		assert_int_equal(load16(p.l4 + 20 + c->at), c->want);
	if (partial)
		assert_int_equal(get16(p.l4 + 16), before);
	else
		assert_true(pkt_test_checksums_ok(p.l3, len));
	rte_pktmbuf_free(p.m);
}

static void
test_mss(void **state)
{
	static const struct mss_case t[] = {
		{"plain", "\2\4\5\xb4", 4, TCP_SYN, 2, 1360, 1360},
		{"syn ack", "\2\4\5\xb4", 4, TCP_SYN | TCP_ACK, 2, 1360, 1360},
		{"smaller", "\2\4\2\x18", 4, TCP_SYN, 2, 1360, 536},
		{"no syn", "\2\4\5\xb4", 4, TCP_ACK, 2, 1360, 1460},
		{"after nop", "\1\2\4\5\xb4\0\0\0", 8, TCP_SYN, 3, 1360, 1360},
		{"after 2 nops", "\1\1\2\4\5\xb4\0\0", 8, TCP_SYN, 4, 1360,
			1360},
		{"after 3 nops", "\1\1\1\2\4\5\xb4\0", 8, TCP_SYN, 5, 1360,
			1360},
		{"after others", "\4\2\3\3\7\2\4\5\xb4\0\0\0", 12, TCP_SYN, 7,
			1360, 1360},
		{"behind the end", "\0\2\4\5\xb4\0\0\0", 8, TCP_SYN, 3, 1360,
			1460},
		{"length 3", "\2\3\5\xb4", 4, TCP_SYN, 2, 1360, 1460},
		{"cut", "\1\1\2\4", 4, TCP_SYN, 0, 1360, 0},
		{"length 0", "\3\0\2\4\5\xb4\0\0", 8, TCP_SYN, 4, 1360, 1460},
		{"none", "", 0, TCP_SYN, 0, 1360, 0},
	};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		try_mss(&t[i], false);
		try_mss(&t[i], true);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_ttl),
		cmocka_unit_test(test_l2),
		cmocka_unit_test(test_mss),
	};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
