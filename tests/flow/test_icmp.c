/* SPDX-License-Identifier: Apache-2.0 */
/* ICMP: sessions of echo requests [FL-12], errors about sessions [FL-15]. */
#include "lab.h"

/* Every request is a session of its own; its reply ends it in 4 s. */
static void
test_echo(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);

		for (uint16_t seq = 1; seq <= 3; seq++) {
			pass(b, c2s(a, IPP_ICMP, 77, seq));
			assert_int_equal(seq, box_sessions(b));
		}
		assert_int_equal(60, box_session(b, 1).timeout_s);
		pass(b, s2c(a, IPP_ICMP, 77, 2));
		assert_int_equal(4, box_session(b, 1).timeout_s);
		assert_int_equal(60, box_session(b, 0).timeout_s);
		assert_int_equal(1, box_session(b, 1).wing[1].packets);
		box_sleep(b, 5000);
		assert_int_equal(2, box_sessions(b));
		dropped(b, s2c(a, IPP_ICMP, 77, 2), REASON_ICMP_NO_SESSION);
		box_sleep(b, 57000);
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

static void
test_no_session(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct in sent_by_nobody = c2s(a, IPP_UDP, 1, 2);
		struct in error = c2s(a, IPP_ICMP, 0, 0);
		struct in reply = c2s(a, IPP_ICMP, 5, 6);
		struct out o;

		reply.reply = true;
		dropped(b, reply, REASON_ICMP_NO_SESSION);
		error.quote = &sent_by_nobody;
		error.icmp_type = a == sides ? 3 : 1;
		error.icmp_code = 3;
		o = dropped(b, error, REASON_ICMP_NO_SESSION);
		assert_int_equal(ANSWER_NONE, o.answer);
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* An id and a sequence number that look like an error's type and code, or
 * like another request's answer, do not make it one. */
static void
test_lookalikes(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX);
	struct in sent_by_nobody = s2c(a, IPP_UDP, 1, 2);
	struct in error = s2c(a, IPP_ICMP, 0, 0);
	struct in request = s2c(a, IPP_ICMP, 3, 1);
	struct in reply = c2s(a, IPP_ICMP, 3, 1);

	(void)state;
	pass(b, c2s(a, IPP_ICMP, 1, 3));
	sent_by_nobody.src = a->client;
	sent_by_nobody.dst = a->server;
	error.quote = &sent_by_nobody;
	error.icmp_type = 3;
	error.icmp_code = 1;
	dropped(b, error, REASON_ICMP_NO_SESSION);
	request.reply = false;
	dropped(b, request, REASON_ICMP_NO_SESSION);
	reply.reply = true;
	dropped(b, reply, REASON_ICMP_NO_SESSION);
	assert_int_equal(60, box_session(b, 0).timeout_s);
	assert_int_equal(0, box_session(b, 0).wing[1].packets);
	pass(b, s2c(a, IPP_ICMP, 1, 3));
	box_free(b);
}

struct error_row {
	uint8_t type4, code4, type6, code6;
};

static const struct error_row errors[] = {
	{11, 0, 3, 0}, /* time exceeded */
	{3, 3, 1, 4},  /* port unreachable */
	{3, 4, 2, 0},  /* too big */
};

/* The error comes from a router that is no end of the session. */
static struct in
error_of(const struct side *a, const struct error_row *e, const char *ifl,
	const struct in *quote)
{
	return (struct in){.ifl = ifl,
		.src = a->far,
		.dst = quote->src,
		.proto = IPP_ICMP,
		.quote = quote,
		.icmp_type = a == sides ? e->type4 : e->type6,
		.icmp_code = a == sides ? e->code4 : e->code6};
}

static void
errors_both_sides(const struct side *a, uint8_t proto)
{
	for (size_t i = 0; i < 3; i++) {
		struct box *b = box_create(BOX DEFAULTS);
		struct in q = c2s(a, proto, 4000, 53), r;
		struct in back = s2c(a, proto, 4000, 53), e;
		struct out o;
		struct session_info s;

		q.flags = TCP_SYN;
		pass(b, q);
		e = error_of(a, &errors[i], "ge-0/0/1.0", &q);
		o = pass(b, e); /* without a policy from untrust */
		assert_string_equal("ge-0/0/0.0", o.ifl);
		assert_int_equal(63, o.ttl);
		s = box_session(b, 0);
		assert_int_equal(proto == IPP_UDP   ? 2
				 : proto == IPP_TCP ? 20
						    : 60,
			s.timeout_s);
		assert_int_equal(1, s.wing[0].packets);
		assert_int_equal(0, s.wing[1].packets); /* it is not its own */
		/* and one of the client about the server's packet */
		r = back;
		e = error_of(a, &errors[i], "ge-0/0/0.0", &r);
		e.src = a->client;
		o = pass(b, e);
		assert_string_equal("ge-0/0/1.0", o.ifl);
		/* about a packet of this session, but on the wrong side */
		e = error_of(a, &errors[i], "ge-0/0/0.0", &q);
		dropped(b, e, REASON_ICMP_NO_SESSION);
		assert_int_equal(1, box_sessions(b));
		box_free(b);
	}
}

static void
test_errors(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		errors_both_sides(a, IPP_UDP);
		errors_both_sides(a, IPP_TCP);
		errors_both_sides(a, IPP_ICMP);
	}
}

/* A UDP session that got an error ends soon. */
static void
test_udp_error_ends(void **state)
{
	struct box *b = box_create(BOX);
	struct in q = c2s(&sides[0], IPP_UDP, 4000, 5000);
	struct in e = error_of(&sides[0], &errors[1], "ge-0/0/1.0", &q);

	(void)state;
	e.src = sides[0].server;
	pass(b, q);
	e.ttl = 1; /* one that is dropped here changes nothing */
	dropped(b, e, REASON_TTL);
	assert_int_equal(60, box_session(b, 0).timeout_s);
	e.ttl = 64;
	pass(b, e);
	assert_int_equal(2, box_session(b, 0).timeout_s);
	box_sleep(b, 3000);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* The box's own packets: errors about them end at the box. */
static void
test_error_to_box(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS);
		struct in q = {.src = a->box_out,
			.dst = a->far,
			.proto = IPP_ICMP,
			.sport = 1,
			.dport = 0};
		struct in e = error_of(a, &errors[0], "ge-0/0/1.0", &q);

		assert_int_equal(VERDICT_NEXT, box_send(b, &q).verdict);
		e.src = a->gateway;
		assert_int_equal(VERDICT_LOCAL, box_send(b, &e).verdict);
		box_free(b);
	}
}

/* A quote that is cut short, or is itself an error, is about nothing. */
static void
test_bad_quotes(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX DEFAULTS);
	struct in q = c2s(a, IPP_UDP, 4000, 53), inner, e;

	(void)state;
	pass(b, q);
	e = error_of(a, &errors[1], "ge-0/0/1.0", &q);
	inner = error_of(a, &errors[1], "ge-0/0/0.0", &q);
	inner.src = a->client;
	inner.dst = a->server;
	e.quote = &inner;
	dropped(b, e, REASON_ICMP_NO_SESSION);
	e = (struct in){.ifl = "ge-0/0/1.0",
		.src = a->far,
		.dst = a->client,
		.proto = IPP_ICMP,
		.icmp_type = 3,
		.icmp_code = 3};
	for (uint16_t len = 28; len < 84; len++) { /* zeros as quote */
		e.len = len;
		dropped(b, e, REASON_ICMP_NO_SESSION);
	}
	assert_int_equal(60, box_session(b, 0).timeout_s);
	box_free(b);
}

/* What neither asks, answers nor complains makes no session. */
static void
test_other(void **state)
{
	static const uint8_t types[] = {4, 5, 9, 10, 16, 30, 40, 255};
	struct box *b = box_create(BOX);
	struct in o = c2s(&sides[0], IPP_ICMP, 0, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		o.icmp_type = types[i];
		assert_int_equal(VERDICT_DROP, box_send(b, &o).verdict);
	}
	assert_int_equal(0, box_sessions(b));
	o.icmp_type = 13; /* timestamp request */
	pass(b, o);
	box_free(b);
}

/* [FL-15] allow-embedded-icmp: an error about no session goes where policies
 * let it, and makes none. */
static void
test_allow_embedded(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(
			BOX "set security flow allow-embedded-icmp\n");
		struct in q = s2c(a, IPP_UDP, 4000, 53), e;

		e = error_of(a, &errors[1], "ge-0/0/0.0", &q);
		e.src = a->client;
		e.dst = a->server;
		for (unsigned int i = 0; i < 3; i++)
			assert_string_equal("ge-0/0/1.0", pass(b, e).ifl);
		assert_int_equal(0, box_sessions(b));
		q = c2s(a, IPP_UDP, 4000, 53);
		e = error_of(a, &errors[1], "ge-0/0/1.0", &q);
		e.src = a->server;
		dropped(b, e, REASON_DEFAULT_DENY);
		pass(b, q); /* about a session it needs no policy */
		pass(b, e);
		e.dst = a->box_out;
		q.src = a->box_out;
		assert_int_equal(VERDICT_DROP, sent(b, e).verdict);
		box_free(b);
	}
}

/* Pieces of an error: the first has the quote, the others pass nothing. */
static void
test_error_in_fragments(void **state)
{
	struct box *b = box_create(BOX);
	struct in q = c2s(&sides[0], IPP_UDP, 4000, 53), e;

	(void)state;
	pass(b, q);
	e = error_of(&sides[0], &errors[1], "ge-0/0/1.0", &q);
	e.fragment = e.more = true;
	e.frag_id = 5;
	e.len = 20 + 8 + 48;
	pass(b, e);
	e.quote = NULL;
	e.frag_off = 56;
	e.more = false;
	e.len = 36;
	dropped(b, e, REASON_ICMP_NO_SESSION);
	box_worker(b, 0, 1);
	box_free(b);
}

/*
 * RFC 4890 4.3, what must, may and must not pass in transit, with a policy that
 * permits everything. Errors pass when they are about a session; of the
 * others only questions that have an answer open one.
 */
enum fate { PASSES, WITH_SESSION, STOPS };

static const struct {
	uint8_t type, code;
	enum fate fate;
} rfc4890[] = {
	{1, 0, WITH_SESSION}, /* destination unreachable, all codes */
	{1, 1, WITH_SESSION},
	{1, 2, WITH_SESSION},
	{1, 3, WITH_SESSION},
	{1, 4, WITH_SESSION},
	{1, 5, WITH_SESSION},
	{1, 6, WITH_SESSION},
	{2, 0, WITH_SESSION}, /* packet too big */
	{3, 0, WITH_SESSION}, /* time exceeded */
	{3, 1, WITH_SESSION},
	{4, 0, WITH_SESSION}, /* parameter problem */
	{4, 1, WITH_SESSION},
	{4, 2, WITH_SESSION},
	{128, 0, PASSES}, /* echo request; its reply is its session's */
	{129, 0, STOPS},  /* a reply to nothing */
	{130, 0, STOPS},  /* multicast listeners: of one link */
	{131, 0, STOPS},
	{132, 0, STOPS},
	{143, 0, STOPS},
	{133, 0, STOPS}, /* neighbour discovery: of one link */
	{134, 0, STOPS},
	{135, 0, STOPS},
	{136, 0, STOPS},
	{137, 0, STOPS}, /* redirect */
	{138, 0, STOPS}, /* router renumbering */
	{139, 0, STOPS}, /* node information */
	{140, 0, STOPS},
	{141, 0, STOPS}, /* inverse neighbour discovery */
	{142, 0, STOPS},
	{144, 0, STOPS}, /* mobile IPv6: no home agent here */
	{145, 0, STOPS},
	{146, 0, STOPS},
	{147, 0, STOPS},
	{148, 0, STOPS}, /* SEND certification paths */
	{149, 0, STOPS},
	{150, 0, STOPS}, /* Seamoby */
	{151, 0, STOPS}, /* multicast router discovery */
	{152, 0, STOPS},
	{153, 0, STOPS},
	{100, 0, STOPS}, /* private experiments, reserved, not assigned */
	{101, 0, STOPS},
	{127, 0, STOPS},
	{154, 0, STOPS},
	{200, 0, STOPS},
	{201, 0, STOPS},
	{255, 0, STOPS},
};

static void
test_rfc4890(void **state)
{
	const struct side *a = &sides[1];

	(void)state;
	for (size_t i = 0; i < sizeof(rfc4890) / sizeof(rfc4890[0]); i++) {
		struct box *b = box_create(
			BOX POLICY("untrust", "trust", "in", "any", "permit"));
		struct in q = c2s(a, IPP_UDP, 4000, 53);
		struct in m = s2c(a, IPP_ICMP, 0, 0);
		struct out o;

		m.icmp_type = rfc4890[i].type;
		m.icmp_code = rfc4890[i].code;
		if (rfc4890[i].fate == WITH_SESSION)
			m.quote = &q;
		o = box_send(b, &m);
		if ((o.verdict == VERDICT_NEXT) != (rfc4890[i].fate == PASSES))
			fail_msg("type %u code %u: verdict %d", rfc4890[i].type,
				rfc4890[i].code, o.verdict);
		if (rfc4890[i].fate == WITH_SESSION) {
			assert_int_equal(REASON_ICMP_NO_SESSION, o.reason);
			pass(b, q);
			o = pass(b, m);
			assert_string_equal("ge-0/0/0.0", o.ifl);
		}
		box_free(b);
	}
}

/* Path MTU discovery works through the box and with it: too big is forwarded
 * as it is, and told when the way out is narrow; also about what came in as a
 * super-segment. */
static void
test_path_mtu(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS
			"set interfaces ge-0/0/1 unit 0 family inet mtu 1400\n"
			"set interfaces ge-0/0/1 unit 0 family inet6 mtu "
			"1300\n");
		struct in q = c2s(a, IPP_UDP, 4000, 53), e;
		struct out o;

		q.len = 1500;
		q.df = true;
		o = dropped(b, q, REASON_MTU);
		assert_true(o.told.sent);
		assert_true(o.told.checksum_ok);
		assert_string_equal(a->client, o.told.dst);
		assert_string_equal(a->box_in, o.told.src);
		assert_int_equal(a == sides ? 3 : 2, o.told.type);
		assert_int_equal(a == sides ? 4 : 0, o.told.code);
		assert_int_equal(a == sides ? 1400 : 1300, o.told.mtu);
		q.len = a == sides ? 1400 : 1300;
		pass(b, q);
		e = error_of(a, &errors[2], "ge-0/0/1.0", &q);
		e.len = 100;
		o = pass(b, e);
		assert_string_equal("ge-0/0/0.0", o.ifl);
		assert_string_equal(a->client, o.to);
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_lookalikes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_udp_error_ends),
		cmocka_unit_test(test_error_to_box),
		cmocka_unit_test(test_bad_quotes),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_allow_embedded),
		cmocka_unit_test(test_error_in_fragments),
		cmocka_unit_test(test_rfc4890),
		cmocka_unit_test(test_path_mtu),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
