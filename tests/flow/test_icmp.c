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
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
