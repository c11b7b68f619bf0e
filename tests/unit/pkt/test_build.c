/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt_test.h"

#include <errno.h>

#include "pkt/build.h"
#include "pkt/bytes.h"
#include "pkt/parse.h"
#include "pkt/rewrite.h"

#pragma GCC diagnostic ignored "-Wunused-variable"
#include "vectors.h"

static struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	return a;
}

static struct rte_mbuf *
vector_mbuf(const char *name)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
		if (strcmp(parse_vectors[i].name, name) == 0)
			return pkt_test_mbuf(
				parse_vectors[i].bytes, parse_vectors[i].len);
	fail_msg("no vector %s", name);
	return NULL;
}

static struct rte_mbuf *
empty(void)
{
	return pkt_test_mbuf("", 0);
}

/* [FL-9] Who is told, and who is not. */
static void
test_wanted(void **state)
{
	static const struct {
		const char *vector;
		enum answer answer;
		bool wanted;
	} t[] = {
		{"udp4", ANSWER_TIME_EXCEEDED, true},
		{"udp4", ANSWER_NONE, false},
		{"udp4", ANSWER_TCP_RST, false},
		{"tcp4 syn", ANSWER_TCP_RST, true},
		{"tcp6", ANSWER_TCP_RST, true},
		{"echo4", ANSWER_NET_UNREACHABLE, true},
		{"echo reply4", ANSWER_NET_UNREACHABLE, true},
		{"unreachable4", ANSWER_NET_UNREACHABLE, false},
		{"too big6", ANSWER_NET_UNREACHABLE, false},
		{"echo6", ANSWER_TOO_BIG, true},
		{"udp4 first fragment", ANSWER_ADMIN_PROHIBITED, true},
		{"udp4 later fragment", ANSWER_ADMIN_PROHIBITED, false},
		{"later fragment6", ANSWER_ADMIN_PROHIBITED, false},
		{"ospf4", ANSWER_NET_UNREACHABLE, false},
		{"dhcp discover", ANSWER_PORT_UNREACHABLE, false},
		{"dad", ANSWER_TIME_EXCEEDED, false},
		{"esp4", ANSWER_PORT_UNREACHABLE, true},
	};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		struct pkt p = {.m = vector_mbuf(t[i].vector)};
		struct rte_mbuf *out = empty();
		struct ip_addr src;

		assert_int_equal(parse_packet(&p), VERDICT_NEXT);
		p.answer = (uint8_t)t[i].answer;
		if (build_answer_wanted(&p) != t[i].wanted)
			fail_msg("%s, answer %d", t[i].vector, t[i].answer);
		src = addr(p.key.family == IP_V4 ? "192.0.2.1" : "2001:db8::1");
		assert_int_equal(
			build_answer(out, &p, &src), t[i].wanted ? 0 : -ENOENT);
		p.l2_broadcast = true;
		if (p.answer != ANSWER_TOO_BIG)
			assert_false(build_answer_wanted(&p));
		rte_pktmbuf_free(p.m);
		rte_pktmbuf_free(out);
	}
}

static const struct {
	enum answer answer;
	uint8_t type4, code4, type6, code6;
} errors[] = {
	{ANSWER_TIME_EXCEEDED, 11, 0, 3, 0},
	{ANSWER_NET_UNREACHABLE, 3, 0, 1, 0},
	{ANSWER_HOST_UNREACHABLE, 3, 1, 1, 3},
	{ANSWER_PORT_UNREACHABLE, 3, 3, 1, 4},
	{ANSWER_ADMIN_PROHIBITED, 3, 13, 1, 1},
	{ANSWER_TOO_BIG, 3, 4, 2, 0},
};

/* An error for b, which NAT and TTL have changed since it was parsed. */
static void
try_error(const uint8_t *b, uint32_t len, size_t e, uint32_t max, uint16_t cut)
{
	struct pkt p = {.m = pkt_test_chain(b, len, cut, cut)}, q = {0};
	struct rte_mbuf *out = empty();
	struct flow_key to;
	struct ip_addr src;
	struct rewrite rw;
	uint32_t quote;
	bool v4;

	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	v4 = p.key.family == IP_V4;
	to = p.key;
	to.sport_be ^= 0x1234;
	to.v6.src[3] ^= 0x77;
	rewrite_build(&rw, &p.key, &to);
	rewrite_nat(&p, &rw);
	rewrite_ttl(&p);
	p.answer = (uint8_t)errors[e].answer;
	p.mtu = 1400;
	src = addr(v4 ? "198.51.100.1" : "2001:db8::1");
	assert_int_equal(build_answer(out, &p, &src), 0);
	assert_int_equal(
		mbuf_meta(out)->flags, META_FROM_HOST | META_NO_SESSION);
	assert_true(pkt_test_checksums_ok(
		rte_pktmbuf_mtod(out, uint8_t *), out->pkt_len));
	q.m = out;
	assert_int_equal(parse_packet(&q), VERDICT_NEXT);
	assert_int_equal(q.icmp_class, ICMP_CLASS_ERROR);
	assert_int_equal(q.icmp_type, v4 ? errors[e].type4 : errors[e].type6);
	assert_int_equal(q.icmp_code, v4 ? errors[e].code4 : errors[e].code6);
	assert_int_equal(load32(q.l4 + 4),
		errors[e].answer == ANSWER_TOO_BIG ? 1400 : 0);
	struct ip_addr from = flow_key_src(&q.key), back = flow_key_dst(&q.key);
	struct ip_addr sender = flow_key_src(&p.key);
	assert_true(ip_addr_equal(&from, &src));
	assert_true(ip_addr_equal(&back, &sender));
	quote = RTE_MIN(len - 14, max - (v4 ? 28 : 48));
	assert_int_equal(q.payload, quote);
	assert_memory_equal(q.l4 + 8, b + 14, quote);
	rte_pktmbuf_free(p.m);
	rte_pktmbuf_free(out);
}

static void
test_errors(void **state)
{
	static uint8_t big[3000];

	for (size_t i = 0; i < RTE_DIM(nat_vectors); i++) {
		const struct nat_vector *v = &nat_vectors[i];
		const uint8_t *b = (const uint8_t *)v->before;

		if (strcmp(v->name, "too big6") == 0 ||
			strncmp(v->name, "sctp", 4) == 0)
			continue;
		/* The change of port shows in GRE's key only. */
		for (size_t e = 0; e < RTE_DIM(errors); e++) {
			try_error(b, v->len, e, UINT16_MAX, 0);
			try_error(b, v->len, e, UINT16_MAX, 40);
		}
	}
	for (int v6 = 0; v6 < 2; v6++) {
		const struct parse_vector *v = NULL;

		for (size_t i = 0; i < RTE_DIM(parse_vectors); i++)
			if (strcmp(parse_vectors[i].name,
				    v6 ? "udp6" : "udp4") == 0)
				v = &parse_vectors[i];
		memcpy(big, v->bytes, v->len);
		store16(big + (v6 ? 18 : 16),
			(uint16_t)(sizeof(big) - (v6 ? 54 : 14)));
		store16(big + (v6 ? 58 : 38),
			(uint16_t)(sizeof(big) - (v6 ? 54 : 34)));
		if (!v6) { /* its length changed by sizeof(big) - 68 */
			uint32_t sum = (uint16_t)~load16(big + 24);

			sum += (uint16_t)~54u + (uint32_t)(sizeof(big) - 14);
			sum = (sum & 0xffff) + (sum >> 16);
			sum = (sum & 0xffff) + (sum >> 16);
			store16(big + 24, (uint16_t)~sum);
		}
		for (size_t e = 0; e < RTE_DIM(errors); e++)
			try_error(big, sizeof(big), e, v6 ? 1280 : 576, 0);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

static void
test_error_refused(void **state)
{
	struct pkt p = {.m = vector_mbuf("udp4")};
	struct rte_mbuf *out = empty();
	struct ip_addr src = addr("2001:db8::1");

	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	p.answer = ANSWER_TIME_EXCEEDED;
	assert_int_equal(build_answer(out, &p, &src), -EINVAL);
	assert_int_equal(build_answer(out, &p, NULL), -EINVAL);
	rte_pktmbuf_free(p.m);
	rte_pktmbuf_free(out);
}

/* RFC 9293 3.10.7.1, both halves. */
static void
test_rst(void **state)
{
	static const struct {
		uint8_t flags;
		uint16_t payload;
		bool wanted;
		uint32_t seq, ack;
		uint8_t out;
	} t[] = {
		{TCP_SYN, 0, true, 0, 1001, TCP_RST | TCP_ACK},
		{TCP_SYN, 10, true, 0, 1011, TCP_RST | TCP_ACK},
		{TCP_FIN, 5, true, 0, 1006, TCP_RST | TCP_ACK},
		{TCP_SYN | TCP_FIN, 0, true, 0, 1002, TCP_RST | TCP_ACK},
		{0, 0, true, 0, 1000, TCP_RST | TCP_ACK},
		{TCP_ACK, 5, true, 2000, 0, TCP_RST},
		{TCP_SYN | TCP_ACK, 0, true, 2000, 0, TCP_RST},
		{TCP_RST, 0, false, 0, 0, 0},
		{TCP_RST | TCP_ACK, 0, false, 0, 0, 0},
	};

	for (size_t i = 0; i < 2 * RTE_DIM(t); i++) {
		bool v4 = i < RTE_DIM(t);
		size_t c = i % RTE_DIM(t);
		struct pkt p = {.m = vector_mbuf(v4 ? "tcp4 data" : "tcp6")};
		struct rte_mbuf *out = empty();
		struct pkt q = {.m = out};
		struct flow_key want;

		assert_int_equal(parse_packet(&p), VERDICT_NEXT);
		store32(p.l4 + 4, 1000);
		store32(p.l4 + 8, 2000);
		p.tcp_flags = t[c].flags;
		p.payload = t[c].payload;
		p.answer = ANSWER_TCP_RST;
		if (!t[c].wanted) {
			assert_int_equal(build_answer(out, &p, NULL), -ENOENT);
			rte_pktmbuf_free(p.m);
			rte_pktmbuf_free(out);
			continue;
		}
		assert_int_equal(build_answer(out, &p, NULL), 0);
		assert_true(pkt_test_checksums_ok(
			rte_pktmbuf_mtod(out, uint8_t *), out->pkt_len));
		assert_int_equal(parse_packet(&q), VERDICT_NEXT);
		want = flow_key_reverse(&p.key, 0);
		assert_memory_equal(
			&q.key, &want, v4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
		assert_int_equal(load32(q.l4 + 4), t[c].seq);
		assert_int_equal(load32(q.l4 + 8), t[c].ack);
		assert_int_equal(q.tcp_flags, t[c].out);
		rte_pktmbuf_free(p.m);
		rte_pktmbuf_free(out);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

static struct rte_mbuf *
request(const char *src, const char *dst, uint16_t len, int want)
{
	static uint8_t data[UINT16_MAX];
	struct echo_request e = {.src = addr(src),
		.dst = addr(dst),
		.id = 0x1234,
		.seq = 7,
		.ttl = 9,
		.tos = 0x10,
		.df = true,
		.data = data,
		.data_len = len};
	struct rte_mbuf *m = empty();

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)i;
	assert_int_equal(build_echo_request(m, &e), want);
	return m;
}

static void
check_reply(struct rte_mbuf *out, const struct flow_key *asked, uint16_t len)
{
	struct flow_key want = flow_key_reverse(asked, 0);
	struct pkt q = {.m = out};

	assert_int_equal(mbuf_meta(out)->flags, META_FROM_HOST);
	assert_true(pkt_test_checksums_ok(
		rte_pktmbuf_mtod(out, uint8_t *), out->pkt_len));
	assert_int_equal(parse_packet(&q), VERDICT_NEXT);
	assert_memory_equal(&q.key, &want,
		want.family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
	assert_int_equal(q.icmp_class, ICMP_CLASS_REPLY);
	assert_int_equal(q.payload, len);
	for (uint16_t i = 0; i < len; i++)
		assert_int_equal(q.l4[8 + i], (uint8_t)i);
}

static void
test_echo(void **state)
{
	static const char *const ends[][2] = {
		{"192.0.2.1", "192.0.2.9"}, {"2001:db8::1", "2001:db8::9"}};
	static const uint16_t sizes[] = {0, 1, 56, 1472};

	for (size_t i = 0; i < 8; i++) {
		uint16_t len = sizes[i / 2];
		struct pkt p = {
			.m = request(ends[i % 2][0], ends[i % 2][1], len, 0)};
		struct rte_mbuf *out = empty();
		struct flow_key asked;

		assert_int_equal(parse_packet(&p), VERDICT_NEXT);
		assert_true(pkt_test_checksums_ok(p.l3, p.len));
		assert_int_equal(p.ttl, 9);
		assert_int_equal(p.icmp_class, ICMP_CLASS_REQUEST);
		assert_int_equal(p.key.sport_be, RTE_BE16(0x1234));
		assert_int_equal(p.key.dport_be, RTE_BE16(7));
		asked = p.key;
		assert_int_equal(build_echo_reply(out, &p, NULL), 0);
		check_reply(out, &asked, len);
		assert_int_equal(build_echo_reply(p.m, &p, NULL), 0);
		check_reply(p.m, &asked, len);
		rte_pktmbuf_free(p.m);
		rte_pktmbuf_free(out);
	}
	struct rte_mbuf *m = request(ends[0][0], ends[0][1], 65508, -ENOSPC);
	rte_pktmbuf_free(m);
	m = request(ends[0][0], ends[1][1], 0, -EINVAL);
	rte_pktmbuf_free(m);
}

/* More data than a buffer holds: a chain, that reads as one packet. */
static void
test_echo_large(void **state)
{
	static const char *const ends[][2] = {
		{"192.0.2.1", "192.0.2.9"}, {"2001:db8::1", "2001:db8::9"}};
	static const uint16_t sizes[] = {4000, 9000, 20000};
	static uint8_t flat[UINT16_MAX];

	for (size_t i = 0; i < 6; i++) {
		uint16_t len = sizes[i / 2];
		uint16_t hlen = i % 2 == 0 ? 20 : 40;
		struct rte_mbuf *m =
			request(ends[i % 2][0], ends[i % 2][1], len, 0);

		assert_int_equal(m->pkt_len, hlen + 8 + len);
		rte_mbuf_sanity_check(m, 1);
		assert_true(m->nb_segs > 1);
		assert_ptr_equal(
			rte_pktmbuf_read(m, 0, m->pkt_len, flat), flat);
		assert_true(pkt_test_checksums_ok(flat, m->pkt_len));
		for (uint16_t k = 0; k < len; k++)
			assert_int_equal(flat[hlen + 8 + k], (uint8_t)k);
		rte_pktmbuf_free(m);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

/* A request as it comes from the wire: options, tag, chained, too large. */
static void
test_echo_reply_wire(void **state)
{
	struct ip_addr src = addr("2001:db8::1");
	struct rte_mbuf *m = request("2001:db8::9", "ff02::1", 300, 0);
	struct rte_mbuf *out = empty();
	struct pkt p = {.m = m};

	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	assert_int_equal(build_echo_reply(out, &p, NULL), -ENOENT);
	assert_int_equal(build_echo_reply(out, &p, &src), 0);
	assert_true(pkt_test_checksums_ok(
		rte_pktmbuf_mtod(out, uint8_t *), out->pkt_len));
	rte_pktmbuf_free(m);

	static uint8_t big[14 + 40 + 8 + 9000];
	store16(big + 12, 0x86dd);
	big[14] = 0x60;
	store16(big + 18, 8 + 9000);
	big[20] = IPP_ICMP6;
	memset(big + 22, 0x20, 16);
	memset(big + 38, 0x21, 16);
	big[54] = 128;
	p.m = pkt_test_mbuf(big, sizeof(big));
	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	assert_int_equal(build_echo_reply(out, &p, NULL), -ENOSPC);
	assert_int_equal(build_echo_reply(p.m, &p, NULL), 0);
	uint32_t len;
	uint8_t *b = pkt_test_bytes(p.m, &len);
	assert_int_equal(len, sizeof(big) - 14);
	assert_true(pkt_test_checksums_ok(b, len));
	free(b);
	rte_pktmbuf_free(p.m);

	static const char *const none[] = {"echo reply4", "udp4", "timestamp4",
		"udp4 later fragment", "udp4 first fragment"};
	for (size_t i = 0; i < RTE_DIM(none); i++) {
		p.m = vector_mbuf(none[i]);
		assert_int_equal(parse_packet(&p), VERDICT_NEXT);
		assert_int_equal(build_echo_reply(out, &p, NULL), -ENOENT);
		rte_pktmbuf_free(p.m);
	}
	rte_pktmbuf_free(out);
	assert_int_equal(pkt_test_in_use(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_error_refused),
		cmocka_unit_test(test_rst),
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_echo_large),
		cmocka_unit_test(test_echo_reply_wire),
	};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
