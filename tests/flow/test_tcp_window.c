/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-31] the windows of a TCP session, and what passes beside them. */
#include <string.h>

#include "flow/tcp_window.h"
#include "talk.h"

#define FLOW "set security flow tcp-session "
#define OUT(option)                                                            \
	"set security policies from-zone trust to-zone untrust policy out "    \
	"then permit tcp-options " option "\n"
#define WINDOW 8000u

static struct in
shifted(const struct talk *t, unsigned int side, uint8_t flags, int64_t seq,
	int64_t ack)
{
	struct in in = talk_next(t, side, flags);

	in.seq += (uint32_t)seq;
	if (flags & TCP_ACK)
		in.ack += (uint32_t)ack;
	return in;
}

static struct talk
open_talk(struct box *b, uint16_t port)
{
	struct talk t = talk_of(b, port);

	talk_handshake(&t);
	return t;
}

/* Where a segment may lie when nothing is under way; from either side. */
static void
test_bounds(void **state)
{
	static const struct {
		int64_t seq;
		uint16_t data;
		int64_t ack;
		bool passes;
	} rows[] = {
		{0, 0, 0, true},
		{0, 1000, 0, true},
		{-1, 0, 0, true}, /* keepalives */
		{-1, 1, 0, true},
		{WINDOW, 0, 0, true}, /* right behind: a probe */
		{WINDOW, 1, 0, true},
		{WINDOW + 1, 0, 0, true},   /* after the probe */
		{WINDOW - 1, 500, 0, true}, /* a part of it is inside */
		{WINDOW + 2, 0, 0, false},
		{WINDOW + 2, 100, 0, false},
		{-(int64_t)WINDOW - 1, 0, 0, true}, /* an old duplicate */
		{-(int64_t)WINDOW - 2, 0, 0, false},
		{-(int64_t)WINDOW - 2, 100, 0, true},
		{0, 0, 1, false}, /* of what was never sent */
		{0, 0, 100000, false},
		{0, 0, -1, true}, /* an old one */
		{0, 0, -60000, true},
		{0, 0, -70000, false},
		{1u << 30, 0, 0, false},
		{-(1 << 30), 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int side = i & 1;
		struct box *b = box_create(BOX);
		struct talk t = open_talk(b, (uint16_t)(1024 + i));
		struct in in = shifted(
			&t, side, TCP_ACK, rows[i / 2].seq, rows[i / 2].ack);

		in = with_data(in, rows[i / 2].data);
		if (rows[i / 2].passes)
			pass(b, in);
		else
			dropped(b, in, REASON_TCP_WINDOW);
		box_free(b);
	}
}

/* The counter of the interface where it came in. */
static void
test_counter(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		dropped(b, shifted(&t, 1, TCP_ACK, 100000, 0),
			REASON_TCP_WINDOW);
	assert_int_equal(
		3, box_ifl_stats(b, "ge-0/0/1.0")->reason[REASON_TCP_WINDOW]);
	assert_string_equal("TCP sequence number out of window",
		reason_junos_row(REASON_TCP_WINDOW));
	box_free(b);
}

/* Scaled only if both SYNs say so, and never in a SYN itself. */
static void
test_scale(void **state)
{
	static const struct {
		int client, server;              /* -1: no option */
		uint32_t for_client, for_server; /* what they may send */
	} rows[] = {{-1, -1, 8000, 8000}, {7, -1, 8000, 8000},
		{-1, 7, 8000, 8000}, {0, 0, 8000, 8000},
		{2, 7, 8000u << 7, 8000u << 2}, {14, 3, 64000, 8000u << 14},
		{3, 200, 8000u << 14, 64000}}; /* RFC 7323 2.3: 14 at most */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct box *b = box_create(BOX);
		struct talk t = talk_of(b, (uint16_t)(1024 + i));
		struct in syn = talk_next(&t, 0, TCP_SYN), synack;

		syn.scaled = rows[i].client >= 0;
		syn.scale = (uint8_t)rows[i].client;
		pass(b, syn);
		t.next[0]++;
		synack = talk_next(&t, 1, SA);
		synack.scaled = rows[i].server >= 0;
		synack.scale = (uint8_t)rows[i].server;
		pass(b, synack);
		t.next[1]++;
		/* So far the server has announced an unscaled window. */
		dropped(b, shifted(&t, 0, TCP_ACK, 8002, 0), REASON_TCP_WINDOW);
		talk_say(&t, 0, TCP_ACK);
		talk_say(&t, 1, TCP_ACK);
		dropped(b, shifted(&t, 0, TCP_ACK, rows[i].for_client + 2, 0),
			REASON_TCP_WINDOW);
		dropped(b, shifted(&t, 1, TCP_ACK, rows[i].for_server + 2, 0),
			REASON_TCP_WINDOW);
		pass(b, shifted(&t, 0, TCP_ACK, rows[i].for_client, 0));
		pass(b, shifted(&t, 1, TCP_ACK, rows[i].for_server, 0));
		box_free(b);
	}
}

/* A closed window: one byte at its edge is a probe, and it opens again. */
static void
test_zero_window(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = talk_of(b, 1024);

	(void)state;
	t.window = 1000;
	talk_handshake(&t);
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 1000));
	t.next[0] += 1000;
	t.window = 0;
	talk_say(&t, 1, TCP_ACK);
	t.window = 1000;
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 1));
	dropped(b, shifted(&t, 0, TCP_ACK, 3, 0), REASON_TCP_WINDOW);
	talk_say(&t, 1, TCP_ACK);
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 1000));
	box_free(b);
}

static void
test_syn_ack(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = talk_of(b, 1024);

	(void)state;
	talk_say(&t, 0, TCP_SYN);
	dropped(b, shifted(&t, 1, SA, 0, 1), REASON_TCP_WINDOW);
	dropped(b, shifted(&t, 1, SA, 0, -1), REASON_TCP_WINDOW);
	dropped(b, shifted(&t, 1, RA, 0, 1), REASON_TCP_WINDOW);
	dropped(b, talk_next(&t, 1, TCP_RST), REASON_TCP_WINDOW);
	assert_int_equal(TCPS_SYN_SENT, talk_track(&t)->state);
	pass(b, talk_next(&t, 1, SA));
	/* The server has forgotten, and chooses another number. */
	t.first[1] += 5000000;
	talk_say(&t, 1, SA);
	dropped(b, shifted(&t, 0, TCP_ACK, 0, -1), REASON_TCP_WINDOW);
	dropped(b, shifted(&t, 0, TCP_ACK, 0, -5000000), REASON_TCP_WINDOW);
	talk_say(&t, 0, TCP_ACK);
	assert_int_equal(TCPS_ESTABLISHED, talk_track(&t)->state);
	box_free(b);
}

/* RFC 7413: data on the SYN, taken or not; the server need not wait. */
static void
test_fast_open(void **state)
{
	(void)state;
	for (uint16_t taken = 0; taken <= 500; taken += 500) {
		struct box *b = box_create(BOX);
		struct talk t = talk_of(b, (uint16_t)(1024 + taken));

		pass(b, with_data(talk_next(&t, 0, TCP_SYN), 500));
		t.next[0]++;
		dropped(b, shifted(&t, 1, SA, 0, 501), REASON_TCP_WINDOW);
		pass(b, shifted(&t, 1, SA, 0, taken));
		t.next[1]++;
		pass(b, with_data(shifted(&t, 1, TCP_ACK, 0, taken), 1400));
		pass(b, talk_next(&t, 0, TCP_SYN)); /* was it lost? */
		pass(b, shifted(&t, 1, SA, 0, taken));
		t.next[1] += 1400;
		pass(b, with_data(talk_next(&t, 0, TCP_ACK), 500));
		t.next[0] += 500;
		talk_say(&t, 1, TCP_ACK);
		talk_say(&t, 0, FA);
		talk_say(&t, 1, FA);
		talk_say(&t, 0, TCP_ACK);
		assert_int_equal(2, box_session(b, 0).timeout_s);
		box_free(b);
	}
}

struct rst_case {
	const char *config;
	bool below, above; /* in the window, not where it is expected: passes */
	bool far;          /* outside: passes */
	bool doubted_ends;
};

static void
rst(const struct rst_case *r, int64_t at, bool passes, bool ends)
{
	for (unsigned int side = 0; side < 2; side++) {
		struct box *b = box_create(r->config);
		struct talk t = open_talk(b, (uint16_t)(1024 + side));
		struct in in;

		/* 100 bytes are under way: any of them may be next. */
		pass(b, with_data(talk_next(&t, side, TCP_ACK), 100));
		in = talk_at(&t, side, TCP_RST, t.next[side] + (uint32_t)at, 0);
		if (passes)
			pass(b, in);
		else
			dropped(b, in, REASON_TCP_WINDOW);
		assert_int_equal(ends ? TCPS_RESET : TCPS_ESTABLISHED,
			talk_track(&t)->state);
		assert_int_equal(ends ? 2 : 1800, box_session(b, 0).timeout_s);
		if (ends)
			assert_int_equal(side == 0 ? CLOSE_TCP_CLIENT_RST
						   : CLOSE_TCP_SERVER_RST,
				session_at(box_env(b)->sessions, t.slot)
					->close);
		box_free(b);
	}
}

/* [FL-34] which reset ends a session, which only passes, which does not. */
static void
test_rst(void **state)
{
	static const struct rst_case rows[] = {
		{BOX, true, true, false, false},
		{BOX FLOW "rst-sequence-check\n", false, false, false, false},
		{BOX FLOW "no-sequence-check\n", true, true, true, true},
		{BOX FLOW "no-sequence-check\n" FLOW "rst-sequence-check\n",
			false, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rst_case *r = &rows[i];

		rst(r, 0, true, true);
		rst(r, 50, true, true);
		rst(r, 100, true, true);
		rst(r, -1, r->below, r->doubted_ends);
		rst(r, 101, r->above, r->doubted_ends);
		rst(r, WINDOW + 2, r->far, r->doubted_ends);
		rst(r, -100000, r->far, r->doubted_ends);
		rst(r, 1 << 30, r->far, r->doubted_ends);
	}
}

static void
test_no_sequence_check(void **state)
{
	struct box *b = box_create(BOX FLOW "no-sequence-check\n");
	struct talk t = talk_of(b, 1024);

	(void)state;
	talk_say(&t, 0, TCP_SYN);
	pass(b, shifted(&t, 1, SA, 7, 100));
	pass(b, shifted(&t, 0, TCP_ACK, 1 << 30, 1 << 30));
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	pass(b, shifted(&t, 0, TCP_ACK, 0, 0));
	pass(b, shifted(&t, 1, TCP_ACK, -(1 << 30), 77777777));
	box_free(b);
}

/*
 * RFC 9293 3.10.7.4, RFC 5961 4: the server still knows an old connection and
 * answers the SYN with an ACK; the RST that this provokes must get through, and
 * the next SYN finds the server ready.
 */
static void
test_challenge(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = talk_of(b, 1024);

	(void)state;
	talk_say(&t, 0, TCP_SYN);
	pass(b, talk_at(&t, 1, TCP_ACK, 123456, 99999999));
	dropped(b, talk_at(&t, 0, TCP_RST, 99999998, 0), REASON_TCP_WINDOW);
	pass(b, talk_at(&t, 0, TCP_RST, 99999999, 0));
	assert_int_equal(20, box_session(b, 0).timeout_s);
	pass(b, talk_next(&t, 0, TCP_SYN));
	talk_say(&t, 1, SA);
	talk_say(&t, 0, TCP_ACK);
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	box_free(b);
}

/* The client has started again and takes the same port; the server knows the
 * old connection, and a challenge clears it up. */
static void
test_client_restarts(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);
	uint32_t id = box_session(b, 0).id;

	(void)state;
	pass(b, talk_at(&t, 0, TCP_SYN, 5, 0));
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	talk_say(&t, 1, TCP_ACK);
	pass(b, talk_at(&t, 0, TCP_RST, t.next[0], 0));
	assert_int_equal(2, box_session(b, 0).timeout_s);
	t.first[0] = 6;
	t.first[1] += 12345;
	talk_handshake(&t);
	assert_int_not_equal(id, box_session(b, 0).id);
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	box_free(b);
}

/* Both have: the server answers with a SYN-ACK. */
static void
test_both_restart(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);

	(void)state;
	t.first[0] = 77777;
	t.first[1] = 99;
	t.window = 1000;
	talk_say(&t, 0, TCP_SYN);
	dropped(b, shifted(&t, 1, SA, 0, 1), REASON_TCP_WINDOW);
	talk_say(&t, 1, SA);
	assert_int_equal(20, box_session(b, 0).timeout_s);
	talk_say(&t, 0, TCP_ACK);
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	dropped(b, shifted(&t, 0, TCP_ACK, 1002, 0), REASON_TCP_WINDOW);
	dropped(b, shifted(&t, 1, TCP_ACK, 1002, 0), REASON_TCP_WINDOW);
	box_free(b);
}

/* Duplicates of the handshake, much later, begin nothing. */
static void
test_late_duplicates(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);

	(void)state;
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 1000));
	t.next[0] += 1000;
	talk_say(&t, 1, TCP_ACK);
	pass(b, talk_next(&t, 0, TCP_SYN));
	pass(b, talk_at(&t, 1, SA, t.first[1], t.first[0] + 1));
	assert_int_equal(TCPS_ESTABLISHED, talk_track(&t)->state);
	talk_say(&t, 1, TCP_ACK);
	talk_say(&t, 0, FA);
	talk_say(&t, 1, FA);
	pass(b, talk_next(&t, 0, TCP_SYN));
	talk_say(&t, 0, TCP_ACK);
	pass(b, talk_next(&t, 0, TCP_SYN));
	assert_int_equal(1, box_sessions(b));
	assert_int_equal(TCPS_CLOSED, talk_track(&t)->state);
	box_free(b);
}

/* Both close at the same time: both FINs must be acknowledged. */
static void
test_closing_together(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);
	struct session_info s;

	(void)state;
	pass(b, talk_next(&t, 0, FA));
	pass(b, talk_next(&t, 1, FA));
	t.next[0]++;
	t.next[1]++;
	s = box_session(b, 0);
	assert_int_equal(150, s.timeout_s);
	assert_int_equal(t.next[0] - 1, s.wing[0].fin_sequence);
	assert_int_equal(t.next[1] - 1, s.wing[1].fin_sequence);
	assert_int_equal(t.next[0], s.wing[0].port_sequence);
	talk_say(&t, 0, TCP_ACK);
	assert_int_equal(150, box_session(b, 0).timeout_s);
	talk_say(&t, 1, TCP_ACK);
	assert_int_equal(2, box_session(b, 0).timeout_s);
	assert_int_equal(
		CLOSE_TCP_FIN, session_at(box_env(b)->sessions, t.slot)->close);
	box_free(b);
}

/* no-syn-check: what is not known passes; what is impossible does not. */
static void
test_picked_up(void **state)
{
	struct box *b = box_create(BOX FLOW "no-syn-check\n");
	struct talk t = talk_of(b, 1024);

	(void)state;
	t.next[0] = 1000;
	t.next[1] = 2000;
	dropped(b, talk_next(&t, 0, 0), REASON_TCP_NOT_SYN);
	dropped(b, talk_next(&t, 0, TCP_FIN | TCP_SYN), REASON_TCP_NOT_SYN);
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 100));
	/* More than we have seen was under way, in a scaled window. */
	pass(b, with_data(shifted(&t, 1, TCP_ACK, 5000000, 3000000), 1400));
	pass(b, with_data(shifted(&t, 0, TCP_ACK, 3000000, 5001400), 100));
	pass(b, with_data(shifted(&t, 0, TCP_ACK, 2000000, 5001400), 100));
	dropped(b, shifted(&t, 1, TCP_ACK, 0x60000000, 0), REASON_TCP_WINDOW);
	dropped(b, shifted(&t, 0, RA, 0x60000000, 0), REASON_TCP_WINDOW);
	pass(b, talk_next(&t, 0, RA));
	box_free(b);
}

/* A policy can ask again for what is globally off. */
static void
test_policy_checks(void **state)
{
	struct box *b = box_create(
		BOX FLOW "no-syn-check\n" FLOW "no-sequence-check\n"
			 "set security zones security-zone trust tcp-rst\n" OUT(
				 "syn-check-required") OUT("sequence-check-"
							   "required"));
	struct talk t = talk_of(b, 1024);
	struct out o;

	(void)state;
	o = dropped(b, talk_next(&t, 0, TCP_ACK), REASON_TCP_NOT_SYN);
	assert_int_equal(ANSWER_TCP_RST, o.answer);
	talk_handshake(&t);
	dropped(b, shifted(&t, 0, TCP_ACK, 1 << 30, 0), REASON_TCP_WINDOW);
	box_free(b);
}

static void
test_policy_mss(void **state)
{
	static const struct {
		const char *config;
		uint16_t client, server;
	} rows[] = {
		{BOX OUT("initial-tcp-mss 1200"), 1200, 1460},
		{BOX OUT("reverse-tcp-mss 1100"), 1460, 1100},
		{BOX OUT("window-scale") OUT("initial-tcp-mss 1350")
				OUT("reverse-tcp-mss 64"),
			1350, 64},
		{BOX OUT("initial-tcp-mss 1200") "set security flow tcp-mss "
						 "all-tcp mss 1300\n",
			1200, 1300},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct box *b = box_create(rows[i].config);
		struct talk t = talk_of(b, (uint16_t)(1024 + i));
		struct in syn = talk_next(&t, 0, TCP_SYN), synack;

		syn.mss = 1460;
		assert_int_equal(rows[i].client, pass(b, syn).mss);
		t.next[0]++;
		synack = talk_next(&t, 1, SA);
		synack.mss = 1460;
		assert_int_equal(rows[i].server, pass(b, synack).mss);
		box_free(b);
	}
}

/* RFC 3168: the bits of ECN are nobody's business. */
static void
test_ecn(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = talk_of(b, 1024);

	(void)state;
	talk_say(&t, 0, TCP_SYN | 0xc0);
	talk_say(&t, 1, SA | 0x40);
	talk_say(&t, 0, TCP_ACK | 0x80);
	talk_say(&t, 1, TCP_ACK | 0x40);
	assert_int_equal(TCPS_ESTABLISHED, talk_track(&t)->state);
	box_free(b);
}

/* Of a fragmented segment only the first part has a header: its end is not
 * known, but what acknowledges it is right. */
static void
test_fragments(void **state)
{
	struct box *b = box_create(BOX);
	struct talk t = open_talk(b, 1024);
	struct in first = talk_next(&t, 0, TCP_ACK), later;

	(void)state;
	first.fragment = first.more = true;
	first.frag_id = 7;
	first.len = 20 + 20 + 980;
	pass(b, first);
	later = first;
	later.more = false;
	later.frag_off = 1000;
	later.len = 20 + 500;
	pass(b, later);
	pass(b, shifted(&t, 1, TCP_ACK, 0, 1480));
	dropped(b, shifted(&t, 1, TCP_ACK, 0, 100000), REASON_TCP_WINDOW);
	t.next[0] += 1480;
	pass(b, with_data(talk_next(&t, 0, TCP_ACK), 100));
	box_free(b);
}

/* A super-segment of the host is taken as a whole. */
static void
test_super_segment(void **state)
{
	uint8_t packet[60] = {[32] = 0x50, [33] = TCP_ACK};
	struct pkt p = {.l3 = packet,
		.l4 = packet + 20,
		.len = 65540,
		.tcp_flags = TCP_ACK};
	struct tcp_seg s;

	(void)state;
	tcp_seg_read(&p, &s);
	assert_int_equal(65500, s.end);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_zero_window),
		cmocka_unit_test(test_syn_ack),
		cmocka_unit_test(test_fast_open),
		cmocka_unit_test(test_rst),
		cmocka_unit_test(test_no_sequence_check),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_client_restarts),
		cmocka_unit_test(test_both_restart),
		cmocka_unit_test(test_late_duplicates),
		cmocka_unit_test(test_closing_together),
		cmocka_unit_test(test_picked_up),
		cmocka_unit_test(test_policy_checks),
		cmocka_unit_test(test_policy_mss),
		cmocka_unit_test(test_ecn),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_super_segment),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
