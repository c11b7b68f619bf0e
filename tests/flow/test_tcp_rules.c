/* SPDX-License-Identifier: Apache-2.0 */
/*
 * [FL-30] every segment in every state, from either side. What must happen is
 * written here once more, by the flags themselves:
 *   column: FIN 1, SYN 2, RST 4, ACK 8
 *   o  no TCP sends that: dropped      .  passes, the state stays
 *   w  outside the window: dropped     N  ends the session; a first packet
 *   h  strict-syn-check: dropped       another letter: passes, to that state
 */
#include <string.h>

#include "flow/tcp_state.h"
#include "talk.h"

struct row {
	char name;
	enum tcp_state state;
	const char *said;            /* how to get there: side and flags */
	const char *client, *server; /* what then happens */
	const char *strict_client, *strict_server; /* where it differs */
};

/* Said: S SYN, Y SYN-ACK, A ACK, F FIN, R RST; small: the server. */
static const struct row rows[] = {
	{'S', TCPS_SYN_SENT, "S", "oo.oTToo..ooTToo", "ooBowwoo..RoTToo",
		"oo.oTToohhooTToo", "ooBowwoohhRoTToo"},
	{'R', TCPS_SYN_RECEIVED, "Sy", "oo.oTTooEcooTToo", "oo.oTToo.s.oTToo",
		NULL, "oo.oTToohh.oTToo"},
	{'B', TCPS_BOTH_SYN, "Ss", "oo.oTTooCcCoTToo", "oo.oTTooVsVoTToo", NULL,
		NULL},
	{'C', TCPS_BOTH_CLIENT, "SsY", "oo.oTToo.c.oTToo", "oo.oTTooEsEoTToo",
		"oo.oTToohh.oTToo", NULL},
	{'V', TCPS_BOTH_SERVER, "Ssy", "oo.oTTooEcEoTToo", "oo.oTToo.s.oTToo",
		NULL, "oo.oTToohh.oTToo"},
	{'E', TCPS_ESTABLISHED, "SyA", "oo.oTToo.cooTToo", "oo.oTToo.s.oTToo",
		NULL, NULL},
	{'E', TCPS_ESTABLISHED, "SsYy", "oo.oTToo.c.oTToo", "oo.oTToo.s.oTToo",
		NULL, NULL},
	{'c', TCPS_FIN_CLIENT, "SyAF", "oo.oTToo..ooTToo", "oo.oTToo.F.oTToo",
		NULL, NULL},
	{'s', TCPS_FIN_SERVER, "SyAf", "oo.oTToo.FooTToo", "oo.oTToo...oTToo",
		NULL, NULL},
	{'F', TCPS_FIN_BOTH, "SyAFf", "oo.oTTooXXooTToo", "oo.oTToo...oTToo",
		NULL, NULL},
	{'F', TCPS_FIN_BOTH, "SyAfF", "oo.oTToo..ooTToo", "oo.oTTooXX.oTToo",
		NULL, NULL},
	{'X', TCPS_CLOSED, "SyAFfA", "oo.o..oo..oo..oo", "oo.o..oo...o..oo",
		NULL, NULL},
	{'T', TCPS_RESET, "SyAR", "ooNo..oo..oo..oo", "oo.o..oo...o..oo", NULL,
		NULL},
	{'T', TCPS_RESET, "SyAr", "ooNo..oo..oo..oo", "oo.o..oo...o..oo", NULL,
		NULL},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void
say_all(struct talk *t, const char *said)
{
	for (; *said != '\0'; said++) {
		bool server = *said >= 'a';

		switch (server ? *said - 'a' + 'A' : *said) {
		case 'S':
			talk_say(t, server, TCP_SYN);
			break;
		case 'Y':
			talk_say(t, server, SA);
			break;
		case 'A':
			talk_say(t, server, TCP_ACK);
			break;
		case 'F':
			talk_say(t, server, FA);
			break;
		default:
			talk_say(t, server, RA);
		}
	}
}

static enum tcp_state
state_named(char name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].name == name)
			return rows[i].state;
	fail_msg("no state %c", name);
	return TCPS_COUNT;
}

static unsigned int
column(uint8_t flags)
{
	return (flags & 7u) | (flags & TCP_ACK) >> 1;
}

/* A FIN again has the number of the first one. */
static struct in
segment(const struct talk *t, unsigned int side, uint8_t flags)
{
	struct in in = talk_next(t, side, flags);

	if ((flags & (TCP_FIN | TCP_SYN | TCP_RST)) == TCP_FIN &&
		(talk_track(t)->wing[side].flags & TCPW_FIN))
		in.seq--;
	return in;
}

static void
check_new(const struct talk *t, unsigned int side, const struct out *o)
{
	if (side == 1) {
		assert_int_equal(VERDICT_DROP, o->verdict);
		assert_int_equal(REASON_DEFAULT_DENY, o->reason);
		return;
	}
	assert_int_equal(VERDICT_NEXT, o->verdict);
	assert_int_equal(TCPS_SYN_SENT,
		session_tcp(box_env(t->b)->sessions, o->session)->state);
}

static void
check_drop(const struct talk *t, const struct tcp_track *before,
	const struct wing *wings, enum reason reason, const struct out *o)
{
	if (o->verdict != VERDICT_DROP || o->reason != reason)
		fail_msg("state %u: verdict %d (%s), want %s", before->state,
			o->verdict, reason_name(o->reason),
			reason_name(reason));
	assert_memory_equal(before, talk_track(t), sizeof(*before));
	for (unsigned int i = 0; i < 2; i++) {
		const struct wing *w =
			session_wing(box_env(t->b)->sessions, t->slot, i);

		assert_int_equal(wings[i].packets, w->packets);
		assert_int_equal(wings[i].bytes, w->bytes);
		assert_int_equal(wings[i].seen_ms, w->seen_ms);
	}
}

static void
one(struct talk *t, const struct row *row, unsigned int side,
	const struct in *in, char want)
{
	struct tcp_track before = *talk_track(t);
	struct wing wings[2];
	struct out o;

	memcpy(wings, session_wing(box_env(t->b)->sessions, t->slot, 0),
		sizeof(wings));
	assert_int_equal(row->state, before.state);
	o = box_send(t->b, in);
	switch (want) {
	case 'o':
		check_drop(t, &before, wings, REASON_TCP_BAD_FLAGS, &o);
		break;
	case 'w':
		check_drop(t, &before, wings, REASON_TCP_WINDOW, &o);
		break;
	case 'h':
		check_drop(t, &before, wings, REASON_TCP_HANDSHAKE, &o);
		break;
	case 'N':
		check_new(t, side, &o);
		break;
	default:
		if (o.verdict != VERDICT_NEXT ||
			talk_track(t)->state !=
				(want == '.' ? row->state : state_named(want)))
			fail_msg("%c (%s), side %u, flags 0x%02x: verdict %d "
				 "(%s), state %u, want %c",
				row->name, row->said, side, in->flags,
				o.verdict, reason_name(o.reason),
				talk_track(t)->state, want);
	}
}

static void
walk(const char *config, bool strict)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &rows[i];
		struct box *b = box_create(config);
		const char *client = strict && r->strict_client
					     ? r->strict_client
					     : r->client;
		const char *server = strict && r->strict_server
					     ? r->strict_server
					     : r->server;

		for (unsigned int n = 0; n < 512; n++) {
			struct talk t = talk_of(b, (uint16_t)(1024 + n));
			uint8_t flags = (uint8_t)(n / 2);
			unsigned int side = n & 1;
			struct in in;

			say_all(&t, r->said);
			in = segment(&t, side, flags);
			one(&t, r, side, &in,
				(side ? server : client)[column(flags)]);
		}
		box_free(b);
	}
}

static void
test_walk(void **state)
{
	(void)state;
	walk(BOX, false);
}

static void
test_walk_strict(void **state)
{
	(void)state;
	walk(BOX "set security flow tcp-session strict-syn-check\n", true);
}

/* A SYN of the client with another number: from FIN_BOTH on a first packet. */
static void
test_new_syn(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct box *b = box_create(BOX);
		struct talk t = talk_of(b, 1024);
		struct in in;

		say_all(&t, rows[i].said);
		in = talk_at(&t, 0, TCP_SYN, t.next[0] + 123456789, 0);
		one(&t, &rows[i], 0, &in,
			strchr("FXT", rows[i].name) ? 'N' : '.');
		box_free(b);
	}
}

/* Far outside of everything: nothing passes once both sides are known. */
static void
test_far(void **state)
{
	static const uint8_t flags[] = {TCP_ACK, FA, RA, TCP_RST, SA, TCP_SYN,
		TCP_ACK | TCP_PSH | TCP_URG};
	static const uint32_t far[] = {
		1u << 30, (uint32_t) - (1 << 30), 200000, (uint32_t)-200000};

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct box *b = box_create(BOX);

		if (rows[i].state < TCPS_ESTABLISHED) {
			box_free(b);
			continue;
		}
		for (unsigned int n = 0; n < 2 * 4 * sizeof(flags); n++) {
			struct talk t = talk_of(b, (uint16_t)(1024 + n));
			uint8_t f = flags[n / 8];
			unsigned int side = n & 1;
			struct in in;
			char want = 'w';

			say_all(&t, rows[i].said);
			in = talk_next(&t, side, f);
			in.seq += far[n / 2 % 4];
			if (f == TCP_SYN &&
				(side == 0 || rows[i].state >= TCPS_FIN_BOTH))
				continue; /* test_new_syn, 'N' */
			if (f == SA && side == 0 &&
				strcmp(rows[i].said, "SsYy") != 0)
				want = 'o';
			one(&t, &rows[i], side, &in, want);
		}
		box_free(b);
	}
}

/* Every cell of the table is one that a test has decided about. */
static void
test_complete(void **state)
{
	(void)state;
	for (unsigned int s = 0; s < TCPS_COUNT; s++) {
		bool there = false;

		for (size_t i = 0; i < ROWS; i++)
			there |= rows[i].state == s;
		assert_true(there);
		for (unsigned int side = 0; side < 2; side++)
			assert_int_equal(
				TCPA_ODD, tcp_rules[s][TCPC_ODD][side].action);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_walk_strict),
		cmocka_unit_test(test_new_syn),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_complete),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
