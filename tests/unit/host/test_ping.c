/* SPDX-License-Identifier: Apache-2.0 */
/* The box is asked, and asks: echo, closed ports, fragments; its own ping. */
#include "host_test.h"

#include <stdio.h>
#include <string.h>

#define OPEN                                                                   \
	BOX DEFAULTS                                                           \
		"set security zones security-zone trust host-inbound-traffic " \
		"system-services all\n"

/* Make the stations of both links known, by letting them ask. */
static void
introduce(struct desk *d, const char *ifl, const char *addr)
{
	static const uint8_t mac[6] = {2, 0xcc, 0, 0, 0, 9};
	const struct ifl_spec *l = image_ifl_by_name(box_env(d->b)->image, ifl);
	struct ip_addr a;

	assert_true(ip_addr_parse(addr, &a));
	neigh_heard(d->h, l, &a, mac, true, true);
}

static struct desk *
open_desk(const char *config)
{
	struct desk *d = desk_create(config);

	EACH_FAMILY(a)
	{
		introduce(d, "ge-0/0/0.0", a->client);
		introduce(d, "ge-0/0/1.0", a->server);
	}
	return d;
}

static struct pkt
parsed(struct desk *d, unsigned int i)
{
	struct pkt p = {0};

	desk_out(d, i);
	p.m = d->out[i];
	mbuf_meta(p.m)->flags = 0;
	assert_int_equal(VERDICT_NEXT, parse_packet(&p));
	assert_true(box_checksums_ok(&p));
	return p;
}

static void
test_echo(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct desk *d = open_desk(OPEN);
		struct in ping = c2s(a, IPP_ICMP, 77, 1);
		struct pkt p;

		ping.dst = a->box_in;
		ping.len = 1000;
		desk_send(d, ping);
		assert_int_equal(1, d->n);
		p = parsed(d, 0);
		assert_int_equal(ICMP_CLASS_REPLY, p.icmp_class);
		assert_int_equal(1000, p.len);
		assert_int_equal(64, p.ttl);
		assert_int_equal(1, box_sessions(d->b));
		assert_int_equal(1, box_session(d->b, 0).wing[1].packets);
		desk_clear(d);
		ping.dst = a->server; /* not the box's business */
		desk_send(d, ping);
		p = parsed(d, 0);
		assert_int_equal(ICMP_CLASS_REQUEST, p.icmp_class);
		desk_free(d);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct desk *d = open_desk(OPEN);
		struct in t = c2s(a, IPP_TCP, 4000, 22);
		struct in u = c2s(a, IPP_UDP, 4000, 33434);
		struct pkt p;

		t.dst = u.dst = a->box_in;
		t.flags = TCP_SYN;
		desk_send(d, t);
		p = parsed(d, 0);
		assert_int_equal(TCP_RST | TCP_ACK, p.tcp_flags);
		desk_send(d, u);
		p = parsed(d, 1);
		assert_int_equal(ICMP_CLASS_ERROR, p.icmp_class);
		assert_int_equal(a == sides ? 3 : 4, p.icmp_code);
		assert_int_equal(2, host_drops(d->h)[REASON_NO_LISTENER]);
		desk_clear(d);
		u = c2s(a, 99, 0, 0);
		u.dst = a->box_in;
		desk_send(d, u);
		assert_int_equal(0, d->n);
		desk_free(d);
	}
}

/* A request in pieces gets one answer, whole. */
static void
test_reassembly(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct desk *d = open_desk(OPEN);
		uint16_t l3 = a == sides ? 20 : 48;
		struct in f = c2s(a, IPP_ICMP, 77, 1);
		struct pkt p;

		f.dst = a->box_in;
		f.fragment = f.more = true;
		f.frag_id = 9;
		for (unsigned int i = 0; i < 3; i++) {
			f.frag_off = (uint16_t)(i * 64);
			f.more = i < 2;
			f.len = (uint16_t)(l3 + (i < 2 ? 64 : 20));
			desk_send(d, f);
			assert_int_equal(i == 2, d->n);
		}
		p = parsed(d, 0);
		assert_int_equal(ICMP_CLASS_REPLY, p.icmp_class);
		assert_int_equal((a == sides ? 20 : 40) + 148, p.len);
		desk_clear(d);
		f.frag_id = 10; /* never completed: freed in the end */
		f.frag_off = 0;
		f.more = true;
		desk_send(d, f);
		desk_free(d);
	}
}

/* ---- ping ---- */

struct seen {
	unsigned int n;
	struct ping_event e[32];
};

static void
note(void *ctx, const struct ping_event *e)
{
	struct seen *s = ctx;

	assert_true(s->n < 32);
	s->e[s->n++] = *e;
}

static struct ping_request
request(const char *target)
{
	struct ping_request rq = {.count = 3,
		.size = 56,
		.ttl = 64,
		.interval_ms = 1000,
		.wait_ms = 2000};

	assert_true(ip_addr_parse(target, &rq.target));
	return rq;
}

/* Answer the i-th frame out, an echo request, from `a`'s server. */
static void
answer(struct desk *d, const struct side *a, unsigned int i)
{
	struct pkt p = parsed(d, i);
	struct in r = {.ifl = "ge-0/0/1.0",
		.src = a->server,
		.dst = a->box_out,
		.proto = IPP_ICMP,
		.sport = rte_be_to_cpu_16(p.key.sport_be),
		.dport = rte_be_to_cpu_16(p.key.dport_be),
		.reply = true,
		.ttl = 61};

	desk_send(d, r);
}

static void
test_answered(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct desk *d = open_desk(ZONES DEFAULTS);
		struct ping_request rq = request(a->server);
		struct seen s = {0};
		struct ip_addr from;

		assert_non_null(host_ping_start(d->h, &rq, note, &s));
		for (unsigned int i = 0; i < 3; i++) {
			desk_sleep(d, 500);
			assert_int_equal(i + 1, d->n);
			answer(d, a, i);
			answer(d, a, i); /* a duplicate is no second answer */
			desk_sleep(d, 500);
		}
		assert_int_equal(4, s.n);
		for (unsigned int i = 0; i < 3; i++) {
			assert_int_equal(PING_REPLY, s.e[i].kind);
			assert_int_equal(i, s.e[i].sequence);
			assert_int_equal(61, s.e[i].ttl);
			assert_int_equal(64, s.e[i].bytes);
			assert_true(ip_addr_parse(a->server, &from));
			assert_true(ip_addr_equal(&from, &s.e[i].from));
		}
		assert_int_equal(PING_DONE, s.e[3].kind);
		assert_int_equal(3, s.e[3].sent);
		assert_int_equal(3, s.e[3].received);
		assert_true(s.e[3].min_us <= s.e[3].avg_us &&
			    s.e[3].avg_us <= s.e[3].max_us);
		desk_free(d);
	}
}

static void
test_unanswered(void **state)
{
	struct desk *d = open_desk(ZONES DEFAULTS);
	struct ping_request rq = request(sides[0].server);
	struct seen s = {0};

	(void)state;
	rq.rapid = true;
	rq.interval_ms = 100;
	assert_non_null(host_ping_start(d->h, &rq, note, &s));
	desk_sleep(d, 5000);
	assert_int_equal(4, s.n);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(PING_TIMEOUT, s.e[i].kind);
		assert_int_equal(i, s.e[i].sequence);
	}
	assert_int_equal(PING_DONE, s.e[3].kind);
	assert_int_equal(0, s.e[3].received);
	assert_int_equal(3, d->n);
	desk_free(d);
}

static void
test_no_route(void **state)
{
	struct desk *d = open_desk(ZONES);
	struct ping_request rq = request(sides[0].far);
	struct seen s = {0};

	(void)state;
	assert_non_null(host_ping_start(d->h, &rq, note, &s));
	desk_sleep(d, 6000);
	assert_int_equal(PING_SEND_FAILED, s.e[0].kind);
	assert_string_equal("No route to host", s.e[0].text);
	assert_int_equal(PING_DONE, s.e[s.n - 1].kind);
	assert_int_equal(0, d->n);
	desk_free(d);
}

/* [OP-60] what cannot be sent is said at once, not waited for. */
static void
test_said_at_once(void **state)
{
	static const struct {
		const char *more, *dst, *says;
		uint16_t size;
		bool df;
	} rows[] = {
		{"set routing-options static route 203.0.113.0/24 reject\n",
			"203.0.113.9", "No route to host", 56, false},
		{"set routing-options static route 203.0.113.0/24 discard\n",
			"203.0.113.9", "No route to host", 56, false},
		{"", "192.0.2.255", "Permission denied", 56, false},
		{"", "192.0.2.2", "Message too long", 1473, true},
		{"", "2001:db8:2::2", "Message too long", 1453, true},
		{"", "192.0.2.2", NULL, 1472, true},
		{"", "192.0.2.2", NULL, 3000, false},
		{"", "2001:db8:2::2", NULL, 1452, true},
		{"", "192.0.2.1", NULL, 3000, true}, /* our own */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096];
		struct ping_request rq = request(rows[i].dst);
		struct seen s = {0};
		struct desk *d;

		snprintf(config, sizeof(config), ZONES "%s", rows[i].more);
		d = open_desk(config);
		rq.count = 1;
		rq.wait_ms = 9000;
		rq.size = rows[i].size;
		rq.df = rows[i].df;
		assert_non_null(host_ping_start(d->h, &rq, note, &s));
		desk_sleep(d, 1000);
		if (rows[i].says == NULL) {
			for (unsigned int k = 0; k < s.n; k++)
				assert_int_not_equal(
					PING_SEND_FAILED, s.e[k].kind);
		} else {
			if (s.n != 2)
				fail_msg("row %zu: %u events", i, s.n);
			assert_int_equal(PING_SEND_FAILED, s.e[0].kind);
			assert_string_equal(rows[i].says, s.e[0].text);
			assert_int_equal(PING_DONE, s.e[1].kind);
			assert_int_equal(0, d->n);
		}
		desk_free(d);
	}
}

/* A router on the way complains. */
static void
test_unreachable(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct desk *d = open_desk(ZONES DEFAULTS);
		struct ping_request rq = request(a->server);
		struct seen s = {0};
		struct in q, e;
		struct pkt p;

		assert_non_null(host_ping_start(d->h, &rq, note, &s));
		desk_sleep(d, 500);
		p = parsed(d, 0);
		q = (struct in){.src = a->box_out,
			.dst = a->server,
			.proto = IPP_ICMP,
			.sport = rte_be_to_cpu_16(p.key.sport_be),
			.dport = 0};
		e = (struct in){.ifl = "ge-0/0/1.0",
			.src = a->gateway,
			.dst = a->box_out,
			.proto = IPP_ICMP,
			.quote = &q,
			.icmp_type = a == sides ? 11 : 3};
		desk_send(d, e);
		assert_int_equal(1, s.n);
		assert_int_equal(PING_UNREACHABLE, s.e[0].kind);
		assert_int_equal(e.icmp_type, s.e[0].icmp_type);
		assert_int_equal(0, s.e[0].sequence);
		desk_free(d);
	}
}

static void
test_cancel(void **state)
{
	struct desk *d = open_desk(ZONES DEFAULTS);
	struct ping_request rq = request(sides[0].server);
	struct ping *p[PINGS_MAX];
	struct seen s = {0};

	(void)state;
	rq.count = 0;
	for (unsigned int i = 0; i < PINGS_MAX; i++) {
		p[i] = host_ping_start(d->h, &rq, note, &s);
		assert_non_null(p[i]);
	}
	assert_null(host_ping_start(d->h, &rq, note, &s));
	desk_sleep(d, 500);
	assert_int_equal(PINGS_MAX, d->n);
	for (unsigned int i = 1; i < PINGS_MAX; i++)
		host_ping_cancel(p[i]);
	answer(d, &sides[0], PINGS_MAX - 1); /* too late */
	assert_int_equal(0, s.n);
	answer(d, &sides[0], 0);
	assert_int_equal(1, s.n);
	desk_free(d); /* with one still running */
}

/* The box itself, and a source that was asked for. */
static void
test_sources(void **state)
{
	struct desk *d = open_desk(ZONES DEFAULTS);
	struct ping_request rq = request(sides[0].box_in);
	struct seen s = {0};
	struct pkt p;
	struct ip_addr src;

	(void)state;
	rq.count = 1;
	assert_non_null(host_ping_start(d->h, &rq, note, &s));
	desk_sleep(d, 500);
	assert_int_equal(2, s.n);
	assert_int_equal(PING_REPLY, s.e[0].kind);
	rq = request(sides[0].server);
	assert_true(ip_addr_parse(sides[0].box_in, &rq.source));
	assert_non_null(host_ping_start(d->h, &rq, note, &s));
	desk_sleep(d, 500);
	p = parsed(d, 0);
	src = flow_key_src(&p.key);
	assert_true(ip_addr_equal(&rq.source, &src));
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_reassembly),
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_no_route),
		cmocka_unit_test(test_said_at_once),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_sources),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
