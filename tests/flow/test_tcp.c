/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-30] the life of a TCP session, and its timeouts [FL-12]. */
#include "lab.h"

#define SA   (TCP_SYN | TCP_ACK)
#define FA   (TCP_FIN | TCP_ACK)
#define RA   (TCP_RST | TCP_ACK)
#define FLOW "set security flow tcp-session "

struct tcp {
	struct in c, s;
};

static struct tcp
between(const struct side *a, uint16_t sport, uint16_t dport)
{
	return (struct tcp){
		c2s(a, IPP_TCP, sport, dport), s2c(a, IPP_TCP, sport, dport)};
}

static uint32_t
left(struct box *b)
{
	return box_session(b, 0).timeout_s;
}

static void
handshake(struct box *b, const struct tcp *t)
{
	pass(b, tcp(t->c, TCP_SYN));
	pass(b, tcp(t->s, SA));
	pass(b, tcp(t->c, TCP_ACK));
}

static void
test_handshake(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct tcp t = between(a, 40000, 22);
		struct session_info s;

		pass(b, tcp(t.c, TCP_SYN));
		assert_int_equal(20, left(b));
		pass(b, tcp(t.s, SA));
		assert_int_equal(20, left(b));
		pass(b, tcp(t.c, TCP_ACK));
		assert_int_equal(1800, left(b));
		s = box_session(b, 0);
		assert_int_equal(0x1021, s.wing[0].flag);
		assert_int_equal(0x1020, s.wing[1].flag);
		assert_int_equal(2, s.wing[0].packets);
		assert_int_equal(1, s.wing[1].packets);
		box_sleep(b, 1000000);
		assert_int_equal(800, left(b));
		pass(b, tcp(t.s, TCP_ACK | TCP_PSH)); /* either side */
		assert_int_equal(1800, left(b));
		box_sleep(b, 1801000);
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* A SYN that nobody answers, and retransmissions. */
static void
test_unanswered(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	pass(b, tcp(t.c, TCP_SYN));
	box_sleep(b, 15000);
	pass(b, tcp(t.c, TCP_SYN));
	assert_int_equal(1, box_sessions(b));
	box_sleep(b, 19000);
	assert_int_equal(1, box_sessions(b));
	box_sleep(b, 2000);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

static void
test_initial_timeout(void **state)
{
	struct box *b = box_create(BOX FLOW "tcp-initial-timeout 4\n");
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	pass(b, tcp(t.c, TCP_SYN));
	assert_int_equal(4, left(b));
	box_free(b);
}

/* Port 80 has a timeout of its own, also under application any. */
static void
test_http(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 80);

	(void)state;
	handshake(b, &t);
	assert_int_equal(300, left(b));
	box_free(b);
}

static void
test_application_timeout(void **state)
{
	struct box *b = box_create(ZONES POLICY("trust", "untrust", "p", "slow",
		"permit") "set applications application slow protocol tcp\n"
			  "set applications application slow destination-port "
			  "4000\n"
			  "set applications application slow "
			  "inactivity-timeout 7200\n");
	struct tcp t = between(&sides[0], 40000, 4000);

	(void)state;
	handshake(b, &t);
	assert_int_equal(7200, left(b));
	box_sleep(b, 7000000); /* further than the ager's due seconds reach */
	assert_int_equal(1, box_sessions(b));
	box_sleep(b, 201000);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* Both FINs in either order: 150 s; the last ACK: 2 s. */
static void
fins(bool client_first)
{
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct tcp t = between(a, 40000, 22);
		struct in first = client_first ? t.c : t.s;
		struct in second = client_first ? t.s : t.c;

		handshake(b, &t);
		pass(b, tcp(first, FA));
		assert_int_equal(1800, left(b)); /* half closed */
		assert_int_equal(1, box_session(b, 0).wing[0].fin_state);
		pass(b, tcp(second, TCP_ACK));
		pass(b, tcp(second, TCP_ACK | TCP_PSH));
		assert_int_equal(1800, left(b));
		pass(b, tcp(second, FA));
		assert_int_equal(150, left(b));
		assert_int_equal(2, box_session(b, 0).wing[0].fin_state);
		pass(b, tcp(first, TCP_ACK));
		assert_int_equal(2, left(b));
		box_sleep(b, 3000);
		assert_int_equal(0, box_sessions(b));
		assert_int_equal(0, box_env(b)->sessions->valid);
		box_free(b);
	}
}

static void
test_fin(void **state)
{
	(void)state;
	fins(true);
	fins(false);
}

/* A repeated FIN is not the other side's. */
static void
test_fin_again(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	handshake(b, &t);
	pass(b, tcp(t.c, FA));
	pass(b, tcp(t.c, FA));
	assert_int_equal(1800, left(b));
	pass(b, tcp(t.s, FA));
	pass(b, tcp(t.s, FA));
	assert_int_equal(150, left(b));
	pass(b, tcp(t.s, TCP_ACK)); /* of the first FIN: not yet the end */
	assert_int_equal(150, left(b));
	pass(b, tcp(t.c, TCP_ACK));
	assert_int_equal(2, left(b));
	box_free(b);
}

static void
test_fin_invalidate(void **state)
{
	struct box *b = box_create(BOX FLOW "fin-invalidate-session\n");
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	handshake(b, &t);
	pass(b, tcp(t.c, FA));
	pass(b, tcp(t.s, FA));
	assert_int_equal(1, box_sessions(b));
	pass(b, tcp(t.c, TCP_ACK)); /* passes, and is the last */
	assert_int_equal(0, box_sessions(b));
	dropped(b, tcp(t.c, TCP_ACK), REASON_TCP_NOT_SYN);
	box_free(b);
}

static void
test_time_wait_options(void **state)
{
	static const struct {
		const char *config;
		uint32_t after_one, after_both;
	} rows[] = {
		{BOX, 1800, 150},
		{BOX FLOW "time-wait-state session-timeout 30\n", 1800, 30},
		{BOX FLOW "time-wait-state apply-to-half-close-state\n", 150,
			150},
		{BOX FLOW "time-wait-state session-timeout 9\n" FLOW
			  "time-wait-state apply-to-half-close-state\n",
			9, 9},
		{BOX FLOW "time-wait-state session-ageout\n", 1800, 1800},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct box *b = box_create(rows[i].config);
		struct tcp t = between(&sides[0], 40000, 22);

		handshake(b, &t);
		pass(b, tcp(t.c, FA));
		assert_int_equal(rows[i].after_one, left(b));
		pass(b, tcp(t.s, FA));
		assert_int_equal(rows[i].after_both, left(b));
		box_free(b);
	}
}

static void
test_rst(void **state)
{
	(void)state;
	for (unsigned int server = 0; server < 2; server++) {
		struct box *b = box_create(BOX);
		struct tcp t = between(&sides[server], 40000, 22);
		struct in from = server ? t.s : t.c;

		handshake(b, &t);
		pass(b, tcp(from, RA));
		assert_int_equal(2, left(b));
		box_sleep(b, 3000);
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* The RST itself still passes; what comes later has no session. */
static void
test_rst_invalidate(void **state)
{
	struct box *b = box_create(BOX FLOW "rst-invalidate-session\n");
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	handshake(b, &t);
	pass(b, tcp(t.s, RA));
	assert_int_equal(0, box_sessions(b));
	dropped(b, tcp(t.c, TCP_ACK), REASON_TCP_NOT_SYN);
	pass(b, tcp(t.c, TCP_SYN));
	assert_int_equal(1, box_sessions(b));
	box_free(b);
}

/* A refused connection: SYN, RST. */
static void
test_refused(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	pass(b, tcp(t.c, TCP_SYN));
	pass(b, tcp(t.s, RA));
	assert_int_equal(2, left(b));
	pass(b, tcp(t.c, TCP_SYN)); /* tried again at once */
	assert_int_equal(20, left(b));
	pass(b, tcp(t.s, SA));
	pass(b, tcp(t.c, TCP_ACK));
	assert_int_equal(1800, left(b));
	box_free(b);
}

static void
test_first_not_syn(void **state)
{
	static const uint8_t flags[] = {TCP_ACK, SA, FA, RA, TCP_FIN, TCP_RST,
		TCP_ACK | TCP_PSH, 0, TCP_SYN | TCP_FIN, TCP_SYN | TCP_RST};

	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct tcp t = between(a, 40000, 22);

		for (size_t i = 0; i < sizeof(flags); i++) {
			struct out o = sent(b, tcp(t.c, flags[i]));

			assert_int_equal(VERDICT_DROP, o.verdict);
			assert_int_equal(ANSWER_NONE, o.answer);
			assert_int_equal(0, box_sessions(b));
		}
		dropped(b, tcp(t.c, TCP_ACK), REASON_TCP_NOT_SYN);
		box_free(b);
	}
}

static void
test_no_syn_check(void **state)
{
	struct box *b = box_create(BOX FLOW "no-syn-check\n");
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	dropped(b, tcp(t.c, RA), REASON_TCP_NOT_SYN);
	pass(b, tcp(t.c, TCP_ACK));
	assert_int_equal(1800, left(b));
	pass(b, tcp(t.s, TCP_ACK));
	t = between(&sides[0], 40001, 22);
	pass(b, tcp(t.c, SA)); /* its SYN went another way */
	assert_int_equal(1800, box_session(b, 1).timeout_s);
	box_free(b);
}

static void
test_strict(void **state)
{
	struct box *b = box_create(BOX FLOW "strict-syn-check\n");
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	pass(b, tcp(t.c, TCP_SYN));
	dropped(b, tcp(t.c, TCP_ACK | TCP_PSH), REASON_TCP_HANDSHAKE);
	dropped(b, tcp(t.s, TCP_ACK), REASON_TCP_HANDSHAKE);
	pass(b, tcp(t.s, SA));
	dropped(b, tcp(t.s, TCP_ACK | TCP_PSH), REASON_TCP_HANDSHAKE);
	pass(b, tcp(t.s, SA)); /* again */
	assert_int_equal(2, box_session(b, 0).wing[1].packets);
	pass(b, tcp(t.c, TCP_ACK));
	pass(b, tcp(t.s, TCP_ACK | TCP_PSH));
	assert_int_equal(1800, left(b));
	box_free(b);
}

/* Without it data may be early, but the handshake must still be completed. */
static void
test_not_strict(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);

	(void)state;
	pass(b, tcp(t.c, TCP_SYN));
	pass(b, tcp(t.c, TCP_ACK | TCP_PSH));
	assert_int_equal(20, left(b));
	pass(b, tcp(t.s, SA));
	pass(b, tcp(t.s, TCP_ACK | TCP_PSH));
	assert_int_equal(20, left(b));
	pass(b, tcp(t.c, TCP_ACK));
	assert_int_equal(1800, left(b));
	box_free(b);
}

/* The zone answers for a segment without a session, and only that zone. */
static void
test_zone_tcp_rst(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(
			BOX "set security zones security-zone trust tcp-rst\n");
		struct tcp t = between(a, 40000, 22);
		struct out o;

		o = dropped(b, tcp(t.c, TCP_ACK), REASON_TCP_NOT_SYN);
		assert_int_equal(ANSWER_TCP_RST, o.answer);
		assert_true(o.told.sent);
		assert_true(o.told.checksum_ok);
		assert_true(o.told.flags & TCP_RST);
		assert_string_equal("ge-0/0/0.0", o.told.ifl);
		assert_string_equal(a->client, o.told.dst);
		assert_string_equal(a->server, o.told.src);
		o = dropped(b, tcp(t.c, RA), REASON_TCP_NOT_SYN);
		assert_false(o.told.sent);
		o = dropped(b, tcp(t.s, TCP_ACK), REASON_TCP_NOT_SYN);
		assert_false(o.told.sent);
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* The same ports again while the old connection lingers. */
static void
test_syn_on_closing(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);
	uint32_t id;

	(void)state;
	handshake(b, &t);
	id = box_session(b, 0).id;
	pass(b, tcp(t.c, TCP_SYN)); /* established: just a segment */
	assert_int_equal(id, box_session(b, 0).id);
	pass(b, tcp(t.c, FA));
	pass(b, tcp(t.s, FA));
	pass(b, tcp(t.c, TCP_SYN));
	assert_int_equal(1, box_sessions(b));
	assert_int_not_equal(id, box_session(b, 0).id);
	assert_int_equal(20, left(b));
	assert_int_equal(1, box_session(b, 0).wing[0].packets);
	assert_int_equal(0, box_session(b, 0).wing[1].packets);
	box_sleep(b, 22000);
	assert_int_equal(0, box_env(b)->sessions->invalid);
	box_free(b);
}

/* From the server's side a SYN renews nothing, and does not end what is still
 * closing either: whoever forges one shall not cut the last segments off. */
static void
test_syn_on_closing_reverse(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);
	uint32_t id;

	(void)state;
	handshake(b, &t);
	pass(b, tcp(t.c, FA));
	pass(b, tcp(t.s, FA));
	id = box_session(b, 0).id;
	dropped(b, tcp(t.s, TCP_SYN), REASON_TCP_WINDOW);
	assert_int_equal(id, box_session(b, 0).id);
	box_free(b);
}

/* A forged SYN from the server's side does not stand in the way of the SYN-ACK
 * [FL-32]. */
static void
test_forged_syn(void **state)
{
	struct box *b = box_create(BOX);
	struct tcp t = between(&sides[0], 40000, 22);
	struct in syn = tcp(t.c, TCP_SYN), forged = tcp(t.s, TCP_SYN);
	struct in answer = tcp(t.s, SA), ack = tcp(t.c, TCP_ACK);

	(void)state;
	syn.numbered = forged.numbered = answer.numbered = ack.numbered = true;
	syn.window = forged.window = answer.window = ack.window = 8192;
	syn.seq = 1000;
	forged.seq = 777777;
	answer.seq = 5000;
	answer.ack = 1001;
	ack.seq = 1001;
	ack.ack = 5001;
	pass(b, syn);
	pass(b, forged); /* it might be a simultaneous open */
	pass(b, answer);
	pass(b, ack);
	assert_int_equal(1800, left(b));
	box_free(b);
}

/* tcp-mss lowers what both SYNs announce, and never raises it. */
static void
test_mss(void **state)
{
	static const struct {
		uint16_t announced, sent;
	} rows[] = {{1460, 1300}, {1300, 1300}, {536, 536}, {0, 0}};

	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(
			BOX "set security flow tcp-mss all-tcp mss 1300\n");

		for (uint16_t i = 0; i < 4; i++) {
			struct tcp t = between(a, (uint16_t)(40000 + i), 22);

			t.c.mss = t.s.mss = rows[i].announced;
			assert_int_equal(
				rows[i].sent, pass(b, tcp(t.c, TCP_SYN)).mss);
			assert_int_equal(
				rows[i].sent, pass(b, tcp(t.s, SA)).mss);
		}
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handshake),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_initial_timeout),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_application_timeout),
		cmocka_unit_test(test_fin),
		cmocka_unit_test(test_fin_again),
		cmocka_unit_test(test_fin_invalidate),
		cmocka_unit_test(test_time_wait_options),
		cmocka_unit_test(test_rst),
		cmocka_unit_test(test_rst_invalidate),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_first_not_syn),
		cmocka_unit_test(test_no_syn_check),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_not_strict),
		cmocka_unit_test(test_zone_tcp_rst),
		cmocka_unit_test(test_syn_on_closing),
		cmocka_unit_test(test_syn_on_closing_reverse),
		cmocka_unit_test(test_forged_syn),
		cmocka_unit_test(test_mss),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
