/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments that are put together [SC-40], cut again [SC-41], and what is cut
 * at the egress MTU [SC-42]. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

#include "flow/frag.h"
#include "flow/flow.h"
#include "pkt/bytes.h"

#define JOIN "set security flow force-ip-reassembly\n"
#define KEEP "set security flow preserve-incoming-fragment-size\n"
#define NARROW                                                                 \
	"set interfaces ge-0/0/1 unit 0 family inet mtu 1000\n"                \
	"set interfaces ge-0/0/1 unit 0 family inet6 mtu 1300\n"

/* A piece of a UDP packet: [off, off + n) of what follows the IP header. */
static struct in
piece(const struct side *a, uint32_t id, uint16_t off, uint16_t n, bool more)
{
	struct in in = c2s(a, IPP_UDP, 1000, 53);

	in.fragment = true;
	in.frag_id = id;
	in.frag_off = off;
	in.more = more;
	in.len = (uint16_t)((a == sides ? 20 : 48) + n);
	return in;
}

static struct out
held(struct box *b, struct in in)
{
	struct out o = box_send(b, &in);

	if (o.verdict != VERDICT_HELD)
		fail_msg("verdict %d, reason %s", o.verdict,
			reason_name(o.reason));
	return o;
}

/* Four pieces of a packet of 3,000 bytes in every order: one session, one
 * packet, as large as all of them. */
static void
test_orders(void **state)
{
	static const uint16_t off[4] = {0, 800, 1600, 2400};
	unsigned int orders = 0;

	(void)state;
	for (unsigned int code = 0; code < 256; code++) {
		unsigned int at[4] = {
			code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};

		if ((1u << at[0] | 1u << at[1] | 1u << at[2] | 1u << at[3]) !=
			15)
			continue;
		orders++;
		EACH_FAMILY(a)
		{
			struct box *b = box_create(BOX JOIN);
			struct out o;

			for (unsigned int i = 0; i < 4; i++) {
				uint16_t n = at[i] == 3 ? 600 : 800;

				assert_false(box_released(b, &o));
				held(b, piece(a, 7, off[at[i]], n, at[i] != 3));
			}
			assert_true(box_released(b, &o));
			assert_int_equal(VERDICT_NEXT, o.verdict);
			assert_true(o.cut);
			assert_int_equal(1500, o.mtu);
			assert_int_equal(1, box_sessions(b));
			assert_int_equal(1, box_session(b, 0).wing[0].packets);
			assert_int_equal((a == sides ? 20 : 40) + 3000,
				box_session(b, 0).wing[0].bytes);
			assert_false(box_released(b, &o));
			assert_int_equal(0, frag_count(box_env(b)->frag));
			box_free(b);
		}
	}
	assert_int_equal(24, orders);
}

/* What was put together fits: it goes on whole, unless it shall not. */
static void
test_sizes(void **state)
{
	static const struct {
		const char *more;
		uint16_t n; /* of each of two pieces */
		bool cut;
		uint16_t mtu;
		enum reason why4, why6; /* of a drop */
	} rows[] = {
		{"", 600, false, 1500, 0, 0},
		{KEEP, 600, true, 0, 0, 0}, /* the size of the first */
		{"", 1200, true, 1500, 0, 0},
		{KEEP, 1200, true, 0, 0, 0},
		{NARROW, 600, true, 1000, 0, 0},
		/* IPv6 is never cut smaller than its sender did */
		{NARROW, 1400, true, 1000, 0, REASON_MTU},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EACH_FAMILY(a)
		{
			uint16_t head = a == sides ? 20 : 48;
			uint16_t mtu = rows[i].mtu;
			char config[4096];
			struct box *b;
			struct out o;

			snprintf(config, sizeof(config), BOX JOIN "%s",
				rows[i].more);
			b = box_create(config);
			held(b, piece(a, 9, 0, rows[i].n, true));
			held(b, piece(a, 9, rows[i].n, rows[i].n, false));
			assert_true(box_released(b, &o));
			if (a != sides && rows[i].why6 != 0) {
				assert_int_equal(VERDICT_DROP, o.verdict);
				assert_int_equal(rows[i].why6, o.reason);
				assert_int_equal(2, o.told.type);
				assert_int_equal(1300, o.told.mtu);
				box_free(b);
				continue;
			}
			assert_int_equal(VERDICT_NEXT, o.verdict);
			if (mtu == 0)
				mtu = (uint16_t)(head + rows[i].n);
			if (mtu == 1000 && a != sides)
				mtu = 1300;
			/* 1,248 bytes of IPv6 do fit */
			assert_int_equal(
				rows[i].cut &&
					head + 2 * rows[i].n -
							(a == sides ? 0 : 8) >
						mtu,
				o.cut);
			if (o.cut)
				assert_int_equal(mtu, o.mtu);
			box_free(b);
		}
	}
}

/* Overlaps, too many, too late: nothing of it passes. */
static void
test_refused(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX JOIN);
		struct out o;

		held(b, piece(a, 1, 0, 800, true));
		dropped(b, piece(a, 1, 400, 800, true),
			REASON_FRAGMENT_OVERLAP);
		dropped(b, piece(a, 1, 800, 800, false),
			REASON_FRAGMENT_OVERLAP);
		for (uint16_t i = 0; i < FRAG_PARTS; i++)
			held(b, piece(a, 2, (uint16_t)(i * 8), 8, true));
		dropped(b, piece(a, 2, FRAG_PARTS * 8, 8, true),
			REASON_FRAGMENT_LIMIT);
		held(b, piece(a, 3, 0, 800, true));
		box_sleep(b, FRAG_MS + 1);
		held(b, piece(a, 3, 800, 800, false));
		assert_false(box_released(b, &o));
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* A piece too many for one packet leaves room for others. */
static void
test_parts_of_many(void **state)
{
	struct box *b = box_create(BOX JOIN);
	struct out o;

	(void)state;
	for (uint32_t id = 0; id < 200; id++)
		held(b, piece(&sides[0], id, 0, 800, true));
	for (uint32_t id = 0; id < 200; id++) {
		held(b, piece(&sides[0], id, 800, 80, false));
		assert_true(box_released(b, &o));
		assert_int_equal(VERDICT_NEXT, o.verdict);
	}
	box_free(b);
}

/* Without force-ip-reassembly fragments are forwarded as they are [FL-6]. */
static void
test_not_joined(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct out o;

		held(b, piece(a, 1, 800, 800, false));
		pass(b, piece(a, 1, 0, 800, true));
		assert_true(box_released(b, &o));
		assert_int_equal(VERDICT_NEXT, o.verdict);
		assert_false(o.cut);
		assert_int_equal(2, box_session(b, 0).wing[0].packets);
		box_free(b);
	}
}

/* ---- super-segments of hosts on this machine [SC-42] ---- */

struct segment_row {
	bool v6, df;
	uint16_t size; /* of a segment's data */
	bool passes;
	uint16_t then; /* its size when it leaves */
};

static void
test_super_segments(void **state)
{
	static const struct segment_row rows[] = {
		{false, false, 900, true, 900},
		{false, false, 1448, true, 960},
		{false, true, 1448, false, 0},
		{true, true, 1240, true, 1240},
		{true, true, 1428, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct segment_row *r = &rows[i];
		const struct side *a = &sides[r->v6];
		struct box *b =
			box_create(BOX NARROW "set security flow tcp-session "
					      "no-sequence-check\n");
		struct in in = tcp(c2s(a, IPP_TCP, 1, 80), TCP_SYN);
		struct rte_mbuf *m;
		struct pkt p;
		enum verdict v;

		pass(b, in);
		in.flags = TCP_ACK;
		in.df = r->df;
		in.len = 1900;
		m = box_packet(b, &in);
		m->ol_flags |=
			RTE_MBUF_F_TX_TCP_SEG |
			(r->v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4);
		m->tso_segsz = r->size;
		p.m = m;
		flow_burst(box_env(b), &p, 1, &v);
		assert_int_equal(r->passes ? VERDICT_NEXT : VERDICT_DROP, v);
		if (r->passes) {
			assert_int_equal(r->then, m->tso_segsz);
			assert_false(p.fragment);
		} else {
			assert_int_equal(REASON_MTU, p.reason);
			assert_int_equal(ANSWER_TOO_BIG, p.answer);
			assert_int_equal(r->v6 ? 1300 : 1000, p.mtu);
		}
		rte_pktmbuf_free(m);
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_parts_of_many),
		cmocka_unit_test(test_not_joined),
		cmocka_unit_test(test_super_segments),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
