/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-6] Fragments borrow ports, wait, expire and never overlap. */
#include "pkt_test.h"

#include "flow/frag.h"
#include "pkt/bytes.h"
#include "pkt/cksum.h"
#include "pkt/parse.h"

struct piece {
	uint16_t off, len;
	bool more;
};

/* IPv4 UDP from 192.0.2.x, or IPv6; piece 0 holds ports 1000 -> 53. */
static struct rte_mbuf *
make(int family, uint8_t host, uint32_t id, struct piece c)
{
	uint8_t b[40 + 8 + 1500] = {0};
	uint32_t hlen = family == IP_V4 ? 20 : 48;
	struct rte_mbuf *m;

	if (family == IP_V4) {
		b[0] = 0x45;
		store16(b + 2, (uint16_t)(20 + c.len));
		store16(b + 4, (uint16_t)id);
		store16(b + 6, (uint16_t)(c.off / 8 | c.more << 13));
		b[8] = 64;
		b[9] = IPP_UDP;
		store32(b + 12, 0xc0000200u + host);
		store32(b + 16, 0xc6336414);
		put16(b + 10, cksum_finish(cksum_add(b, 20, 0)));
	} else {
		b[0] = 0x60;
		store16(b + 4, (uint16_t)(8 + c.len));
		b[6] = 44;
		b[7] = 64;
		memset(b + 8, 0x20, 15);
		b[23] = host;
		memset(b + 24, 0x21, 16);
		b[40] = IPP_UDP;
		store16(b + 42, (uint16_t)(c.off | c.more));
		store32(b + 44, id);
	}
	if (c.off == 0) {
		store16(b + hlen, 1000);
		store16(b + hlen + 2, 53);
		store16(b + hlen + 4, 3000);
	}
	m = pkt_test_mbuf(b, hlen + c.len);
	mbuf_meta(m)->flags = META_FROM_HOST;
	return m;
}

/* Parse and resolve; frees what the table does not keep. */
static enum verdict
feed_as(struct frag *f, struct rte_mbuf *m, uint16_t token, uint64_t now,
	enum reason *ret_reason)
{
	struct pkt p = {.m = m};
	enum verdict v = parse_packet(&p);

	if (v != VERDICT_NEXT)
		fail_msg("parse: %s", reason_name(p.reason));
	p.key.token = token;
	v = frag_resolve(f, &p, now);
	*ret_reason = v == VERDICT_DROP ? p.reason : REASON_NONE;
	if (v == VERDICT_NEXT) {
		assert_int_equal(p.key.sport_be, RTE_BE16(1000));
		assert_int_equal(p.key.dport_be, RTE_BE16(53));
		/* Parsed again, behind a hand-off, it has them still. */
		assert_int_equal(parse_packet(&p), VERDICT_NEXT);
		assert_int_equal(p.key.sport_be, RTE_BE16(1000));
		assert_int_equal(p.key.dport_be, RTE_BE16(53));
		assert_int_equal(p.key.protocol, IPP_UDP);
		p.key.token = token;
		assert_int_equal(frag_resolve(f, &p, now), VERDICT_NEXT);
	}
	if (v != VERDICT_HELD)
		rte_pktmbuf_free(m);
	return v;
}

static enum verdict
feed(struct frag *f, int family, uint32_t id, struct piece c, uint64_t now,
	enum reason *ret_reason)
{
	return feed_as(f, make(family, 10, id, c), 6, now, ret_reason);
}

struct step {
	struct piece piece;
	char want;        /* N next, H held, L limit, O overlap */
	uint8_t released; /* afterwards */
	uint8_t packets;  /* remembered afterwards */
};

static const struct sequence {
	const char *name;
	struct step steps[12];
} sequences[] = {
	{"in order",
		{{{0, 800, true}, 'N', 0, 1}, {{800, 800, true}, 'N', 0, 1},
			{{1600, 100, false}, 'N', 0, 0}}},
	{"backwards",
		{{{1600, 100, false}, 'H', 0, 1}, {{800, 800, true}, 'H', 0, 1},
			{{0, 800, true}, 'N', 2, 0}}},
	{"first in the middle",
		{{{800, 800, true}, 'H', 0, 1}, {{0, 800, true}, 'N', 1, 1},
			{{1600, 100, false}, 'N', 0, 0}}},
	{"five early ones",
		{{{80, 80, true}, 'H', 0, 1}, {{160, 80, true}, 'H', 0, 1},
			{{240, 80, true}, 'H', 0, 1},
			{{320, 80, true}, 'H', 0, 1},
			{{400, 80, true}, 'L', 0, 1},
			{{0, 80, true}, 'N', 4, 1},
			{{400, 80, true}, 'N', 0, 1},
			{{480, 8, false}, 'N', 0, 0}}},
	{"repeated", {{{0, 80, true}, 'N', 0, 1}, {{0, 80, true}, 'O', 0, 1},
			     {{160, 80, true}, 'N', 0, 1},
			     {{160, 80, true}, 'O', 0, 1},
			     {{80, 80, true}, 'N', 0, 1},
			     {{240, 9, false}, 'N', 0, 0}}},
	{"overlaps in part: the rest goes too",
		{{{0, 80, true}, 'N', 0, 1}, {{72, 80, true}, 'O', 0, 1},
			{{160, 80, true}, 'O', 0, 1}}},
	{"overlaps the first one, early",
		{{{40, 80, true}, 'H', 0, 1}, {{0, 80, true}, 'O', 0, 1},
			{{120, 8, false}, 'O', 0, 1}}},
	{"covers another",
		{{{80, 80, true}, 'H', 0, 1}, {{40, 160, true}, 'O', 0, 1}}},
	{"behind the end",
		{{{0, 80, true}, 'N', 0, 1}, {{160, 80, false}, 'N', 0, 1},
			{{240, 80, true}, 'O', 0, 1},
			{{80, 80, true}, 'O', 0, 1}}},
	{"two ends", {{{0, 80, true}, 'N', 0, 1}, {{160, 80, false}, 'N', 0, 1},
			     {{80, 40, false}, 'O', 0, 1}}},
	{"end before what was seen",
		{{{0, 80, true}, 'N', 0, 1}, {{160, 80, true}, 'N', 0, 1},
			{{80, 8, false}, 'O', 0, 1}}},
	{"nine holes",
		{{{0, 8, true}, 'N', 0, 1}, {{16, 8, true}, 'N', 0, 1},
			{{32, 8, true}, 'N', 0, 1}, {{48, 8, true}, 'N', 0, 1},
			{{64, 8, true}, 'N', 0, 1}, {{80, 8, true}, 'N', 0, 1},
			{{96, 8, true}, 'N', 0, 1}, {{112, 8, true}, 'N', 0, 1},
			{{128, 8, true}, 'L', 0, 1}, {{8, 8, true}, 'N', 0, 1},
			{{128, 8, true}, 'N', 0, 1}}},
};

static unsigned int
drain(struct frag *f)
{
	struct rte_mbuf *m[3];
	unsigned int n, all = 0;

	do {
		n = frag_release(f, m, 3);
		for (unsigned int i = 0; i < n; i++) {
			struct pkt p = {.m = m[i]};

			assert_int_equal(parse_packet(&p), VERDICT_NEXT);
			assert_true(p.frag_later);
			assert_int_equal(p.key.sport_be, RTE_BE16(1000));
			p.key.token = 6;
			assert_int_equal(frag_resolve(f, &p, 0), VERDICT_NEXT);
			rte_pktmbuf_free(m[i]);
		}
		all += n;
	} while (n == 3);
	return all;
}

static void
run(const struct sequence *s, int family)
{
	struct frag *f = frag_create();

	for (size_t i = 0; i < RTE_DIM(s->steps); i++) {
		const struct step *t = &s->steps[i];
		enum reason reason;
		enum verdict v;
		char got;

		if (t->want == 0)
			break;
		v = feed(f, family, 7, t->piece, 100 + i, &reason);
		got = v == VERDICT_NEXT                   ? 'N'
		      : v == VERDICT_HELD                 ? 'H'
		      : reason == REASON_FRAGMENT_LIMIT   ? 'L'
		      : reason == REASON_FRAGMENT_OVERLAP ? 'O'
							  : '?';
		if (got != t->want)
			fail_msg("%s, step %zu: %c, not %c", s->name, i, got,
				t->want);
		if (drain(f) != t->released || frag_count(f) != t->packets)
			fail_msg("%s, step %zu: released or remembered",
				s->name, i);
	}
	frag_free(f);
}

static void
test_sequences(void **state)
{
	for (size_t i = 0; i < RTE_DIM(sequences); i++) {
		run(&sequences[i], IP_V4);
		run(&sequences[i], IP_V6);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

static void
test_no_fragment(void **state)
{
	struct frag *f = frag_create();
	struct pkt p = {.m = make(IP_V6, 10, 1, (struct piece){0, 16, false})};

	store16(rte_pktmbuf_mtod(p.m, uint8_t *) + 48 + 4, 16);
	assert_int_equal(parse_packet(&p), VERDICT_NEXT);
	assert_int_equal(frag_resolve(f, &p, 0), VERDICT_NEXT);
	assert_int_equal(frag_count(f), 0);
	rte_pktmbuf_free(p.m);
	frag_free(f);
	frag_free(NULL);
}

/* Each part of the key keeps packets apart: nobody lends ports to others. */
static void
test_keys(void **state)
{
	const struct piece first = {0, 80, true}, later = {80, 80, true};
	enum reason r;

	for (int family = IP_V4; family <= IP_V6; family += 2) {
		struct frag *f = frag_create();
		struct rte_mbuf *m[8];

		assert_int_equal(
			feed_as(f, make(family, 10, 7, first), 6, 0, &r),
			VERDICT_NEXT);
		assert_int_equal(
			feed_as(f, make(family, 10, 8, later), 6, 0, &r),
			VERDICT_HELD);
		assert_int_equal(
			feed_as(f, make(family, 11, 7, later), 6, 0, &r),
			VERDICT_HELD);
		assert_int_equal(
			feed_as(f, make(family, 10, 7, later), 7, 0, &r),
			VERDICT_HELD);
		assert_int_equal(
			feed_as(f, make(family, 10, 7, later), 6, 0, &r),
			VERDICT_NEXT);
		assert_int_equal(frag_count(f), 4);
		assert_int_equal(frag_expire(f, 1999, m, 8), 0);
		assert_int_equal(frag_expire(f, 2000, m, 8), 3);
		assert_int_equal(frag_count(f), 0);
		for (int i = 0; i < 3; i++)
			rte_pktmbuf_free(m[i]);
		frag_free(f);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

static void
test_expire(void **state)
{
	struct frag *f = frag_create();
	struct rte_mbuf *m[4];
	enum reason r;

	/* What waits does so for 2 s from the first arrival. */
	for (uint16_t i = 1; i <= 4; i++)
		feed(f, IP_V4, 1, (struct piece){i * 80, 80, true}, i * 100,
			&r);
	/* What flows is remembered for 2 s from the last one. */
	feed(f, IP_V4, 2, (struct piece){0, 80, true}, 500, &r);
	feed(f, IP_V4, 2, (struct piece){80, 80, true}, 1500, &r);
	assert_int_equal(frag_expire(f, 2099, m, 4), 0);
	assert_int_equal(frag_expire(f, 2100, m, 3), 3);
	assert_int_equal(frag_expire(f, 2100, m + 3, 1), 1);
	assert_int_equal(frag_expire(f, 2100, NULL, 0), 0);
	assert_int_equal(frag_count(f), 1);
	for (int i = 0; i < 4; i++)
		rte_pktmbuf_free(m[i]);
	assert_int_equal(
		feed(f, IP_V4, 2, (struct piece){160, 80, true}, 3499, &r),
		VERDICT_NEXT);
	/* The number used again, after its time, is another packet. */
	assert_int_equal(
		feed(f, IP_V4, 2, (struct piece){0, 80, true}, 5499, &r),
		VERDICT_NEXT);
	assert_int_equal(frag_expire(f, 7499, m, 4), 0);
	assert_int_equal(frag_count(f), 0);
	frag_free(f);
	assert_int_equal(pkt_test_in_use(), 0);
}

static void
test_table_full(void **state)
{
	struct frag *f = frag_create();
	enum reason r;

	for (uint32_t i = 0; i < FRAG_PACKETS; i++)
		assert_int_equal(
			feed(f, IP_V6, i, (struct piece){0, 80, true}, 10, &r),
			VERDICT_NEXT);
	assert_int_equal(frag_count(f), FRAG_PACKETS);
	assert_int_equal(feed(f, IP_V6, FRAG_PACKETS,
				 (struct piece){0, 80, true}, 10, &r),
		VERDICT_DROP);
	assert_int_equal(r, REASON_FRAGMENT_TABLE_FULL);
	/* Those it knows still pass. */
	assert_int_equal(
		feed(f, IP_V6, 5, (struct piece){80, 80, true}, 10, &r),
		VERDICT_NEXT);
	/* Time makes room, even before anybody calls frag_expire(). */
	assert_int_equal(feed(f, IP_V6, FRAG_PACKETS,
				 (struct piece){0, 80, true}, 2010, &r),
		VERDICT_NEXT);
	frag_free(f);
}

/* More than the table can hold at a time, one after another. */
static void
test_many(void **state)
{
	struct frag *f = frag_create();
	enum reason r;

	for (uint32_t id = 0; id < FRAG_PACKETS + 100; id++) {
		for (uint16_t i = 1; i <= FRAG_HELD; i++)
			assert_int_equal(feed(f, IP_V6, id,
						 (struct piece){i * 80, 80,
							 i < FRAG_HELD},
						 1, &r),
				VERDICT_HELD);
		assert_int_equal(
			feed(f, IP_V6, id, (struct piece){0, 80, true}, 1, &r),
			VERDICT_NEXT);
		assert_int_equal(drain(f), FRAG_HELD);
		assert_int_equal(frag_count(f), 0);
	}
	frag_free(f);
	assert_int_equal(pkt_test_in_use(), 0);
}

/* What never gets its first piece leaves room for others, again and again. */
static void
test_many_expire(void **state)
{
	struct frag *f = frag_create();
	struct rte_mbuf *m[64];
	enum reason r;

	for (uint32_t round = 0; round < 6; round++) {
		uint64_t now = round * FRAG_MS;
		unsigned int n, all = 0;

		for (uint32_t i = 0; i < 250 * FRAG_HELD; i++) {
			uint16_t at = (uint16_t)(80 + i % FRAG_HELD * 80);

			assert_int_equal(
				feed(f, IP_V4, i / FRAG_HELD,
					(struct piece){at, 80, true}, now, &r),
				VERDICT_HELD);
		}
		do {
			n = frag_expire(f, now + FRAG_MS, m, 64);
			for (unsigned int i = 0; i < n; i++)
				rte_pktmbuf_free(m[i]);
			all += n;
		} while (n == 64);
		assert_int_equal(all, 250 * FRAG_HELD);
	}
	frag_free(f);
	assert_int_equal(pkt_test_in_use(), 0);
}

static uint32_t
rnd(uint32_t *s)
{
	*s = *s * 1664525 + 1013904223;
	return *s >> 8;
}

/*
 * Random pieces against a bitmap of 8-byte blocks: what passed or waits never
 * overlaps, and with the first piece here nothing waits.
 */
static void
test_random(void **state)
{
	uint32_t s = 1;

	for (int round = 0; round < 300; round++) {
		struct frag *f = frag_create();
		bool seen[64] = {0}, first = false;
		enum reason r;

		for (int i = 0; i < 40; i++) {
			uint16_t b = (uint16_t)(rnd(&s) % 24);
			uint16_t n = (uint16_t)(1 + rnd(&s) % 5);
			struct piece c = {
				(uint16_t)(b * 8), (uint16_t)(n * 8), true};
			enum verdict v = feed(f, IP_V4, 3, c, 1, &r);

			if (v == VERDICT_DROP)
				continue;
			first |= b == 0;
			assert_int_equal(v == VERDICT_NEXT, first);
			for (uint16_t k = b; k < b + n; k++) {
				assert_false(seen[k]);
				seen[k] = true;
			}
			drain(f);
		}
		frag_free(f);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_no_fragment),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_expire),
		cmocka_unit_test(test_table_full),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_expire),
		cmocka_unit_test(test_random),
	};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
