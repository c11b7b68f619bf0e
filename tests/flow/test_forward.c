/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A router's duties to every packet of a session [FL-20]: TTL, MTU, addresses
 * of answers; UDP; VLAN units; fragments; a full table; clashing sessions.
 */
#include "lab.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static void
test_udp(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct session_info s;
		struct out o;

		o = pass(b, c2s(a, IPP_UDP, 4000, 5000));
		assert_string_equal("ge-0/0/1.0", o.ifl);
		assert_string_equal(a->server, o.to);
		assert_int_equal(63, o.ttl);
		box_sleep(b, 50000);
		o = pass(b, s2c(a, IPP_UDP, 4000, 5000));
		assert_string_equal("ge-0/0/0.0", o.ifl);
		assert_string_equal(a->client, o.to);
		s = box_session(b, 0);
		assert_int_equal(60, s.timeout_s); /* refreshed */
		assert_int_equal(0x21, s.wing[0].flag);
		box_sleep(b, 61000);
		assert_int_equal(0, box_sessions(b));
		dropped(b, s2c(a, IPP_UDP, 4000, 5000), REASON_DEFAULT_DENY);
		box_free(b);
	}
}

/* Protocols without ports share one session; others are kept apart. */
static void
test_other_protocols(void **state)
{
	struct box *b = box_create(BOX);
	const struct side *a = &sides[0];

	(void)state;
	pass(b, c2s(a, 99, 0, 0));
	assert_int_equal(1800, box_session(b, 0).timeout_s);
	pass(b, c2s(a, 99, 7, 9));
	assert_int_equal(1, box_sessions(b));
	pass(b, c2s(a, IPP_OSPF, 0, 0));
	assert_int_equal(60, box_session(b, 1).timeout_s);
	box_free(b);
}

/* A first packet to port 53 that is an answer. */
static void
test_dns_reply_first(void **state)
{
	static const uint8_t query[12] = {0, 1, 0x01}, reply[12] = {0, 1, 0x81};

	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct in p = c2s(a, IPP_UDP, 53, 53);

		p.data = reply;
		p.data_len = sizeof(reply);
		dropped(b, p, REASON_DNS_REPLY_FIRST);
		box_commit(b, BOX "set security flow allow-dns-reply\n");
		pass(b, p);
		box_free(b);
		b = box_create(BOX);
		p.data = query;
		pass(b, p);
		p = s2c(a, IPP_UDP, 53, 53); /* within a session it is fine */
		p.data = reply;
		p.data_len = sizeof(reply);
		pass(b, p);
		p = c2s(a, IPP_UDP, 54, 54);
		p.data = reply;
		p.data_len = sizeof(reply);
		pass(b, p); /* another port is not DNS */
		box_free(b);
	}
}

static void
test_ttl(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct in p = c2s(a, IPP_UDP, 4000, 5000);
		struct in back = s2c(a, IPP_UDP, 4000, 5000);
		struct session_info before, after;
		struct out o;

		pass(b, p);
		box_sleep(b, 30000);
		before = box_session(b, 0);
		p.ttl = back.ttl = 1;
		o = dropped(b, p, REASON_TTL);
		assert_true(o.told.sent && o.told.checksum_ok);
		assert_int_equal(a == sides ? 11 : 3, o.told.type);
		assert_int_equal(0, o.told.code);
		assert_string_equal("ge-0/0/0.0", o.told.ifl);
		assert_string_equal(a->box_in, o.told.src);
		assert_string_equal(a->client, o.told.dst);
		assert_string_equal(a->client, o.told.to);
		o = dropped(b, back, REASON_TTL);
		assert_string_equal(a->box_out, o.told.src);
		assert_string_equal(a->server, o.told.dst);
		assert_string_equal("ge-0/0/1.0", o.told.ifl);
		after = box_session(b, 0);
		assert_memory_equal(&before, &after, sizeof(before));
		p.ttl = 2;
		assert_int_equal(1, pass(b, p).ttl);
		box_free(b);
	}
}

/* A first packet with TTL 1 is told too (traceroute). */
static void
test_ttl_first(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS);
		struct in p = c2s(a, IPP_UDP, 4000, 33434);
		struct out o;

		p.dst = a->far;
		p.ttl = 1;
		o = dropped(b, p, REASON_TTL);
		assert_string_equal(a->box_in, o.told.src);
		p.src = a->server; /* without a policy nobody is told */
		p.dst = a->client;
		p.ifl = "ge-0/0/1.0";
		o = dropped(b, p, REASON_DEFAULT_DENY);
		assert_false(o.told.sent);
		box_free(b);
	}
}

#define SMALL                                                                  \
	"set interfaces ge-0/0/1 unit 0 family inet mtu 1300\n"                \
	"set interfaces ge-0/0/1 unit 0 family inet6 mtu 1300\n"

static void
test_mtu(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX SMALL);
		struct in p = c2s(a, IPP_UDP, 4000, 5000);
		struct out o;

		p.df = true;
		p.len = 1300;
		o = pass(b, p);
		assert_false(o.cut);
		p.len = 1301;
		o = dropped(b, p, REASON_MTU);
		assert_int_equal(ANSWER_TOO_BIG, o.answer);
		assert_true(o.told.sent && o.told.checksum_ok);
		assert_int_equal(a == sides ? 3 : 2, o.told.type);
		assert_int_equal(a == sides ? 4 : 0, o.told.code);
		assert_int_equal(1300, o.told.mtu);
		assert_string_equal(a->box_in, o.told.src);
		assert_int_equal(1, box_session(b, 0).wing[0].packets);
		p.df = false;
		if (a == sides) {
			o = pass(b, p);
			assert_true(o.cut);
			assert_int_equal(1300, o.mtu);
		} else {
			dropped(b, p, REASON_MTU);
		}
		p = s2c(a, IPP_UDP, 4000, 5000); /* the other way is wide */
		p.len = 1500;
		assert_false(pass(b, p).cut);
		box_free(b);
	}
}

/* The zone of the VLAN unit counts; the tag is that of the way out. */
static void
test_vlan(void **state)
{
	struct box *b = box_create(
		"set interfaces ge-0/0/0 vlan-tagging\n"
		"set interfaces ge-0/0/0 unit 10 vlan-id 10\n"
		"set interfaces ge-0/0/0 unit 10 family inet address "
		"198.51.100.1/24\n"
		"set interfaces ge-0/0/0 unit 20 vlan-id 20\n"
		"set interfaces ge-0/0/0 unit 20 family inet address "
		"192.0.2.1/24\n" ZONE("trust", "ge-0/0/0.10")
			ZONE("untrust", "ge-0/0/0.20") OUTWARD);
	struct in p = c2s(&sides[0], IPP_UDP, 4000, 5000);
	struct out o;

	(void)state;
	p.ifl = "ge-0/0/0.10";
	o = pass(b, p);
	assert_string_equal("ge-0/0/0.20", o.ifl);
	assert_int_equal(20, o.vlan);
	p = s2c(&sides[0], IPP_UDP, 4000, 5000);
	p.ifl = "ge-0/0/0.20";
	o = pass(b, p);
	assert_int_equal(10, o.vlan);
	p.sport++;
	dropped(b, p, REASON_DEFAULT_DENY);
	box_free(b);
}

/* A tag within the frame, an unknown one, none at all. */
static void
test_vlan_frames(void **state)
{
	static const uint8_t ip[20] = {0x45, 0, 0, 20, 0, 0, 0, 0, 64, 99, 0x8e,
		0x4f, 198, 51, 100, 2, 192, 0, 2, 2};
	struct box *b = box_create(
		"set interfaces ge-0/0/0 vlan-tagging\n"
		"set interfaces ge-0/0/0 unit 10 vlan-id 10\n"
		"set interfaces ge-0/0/0 unit 10 family inet address "
		"198.51.100.1/24\n" IFD("ge-0/0/1", "192.0.2.1/24",
			"2001:db8:2::1/64") ZONE("trust", "ge-0/0/0.10")
			ZONE("untrust", "ge-0/0/1.0") OUTWARD);
	uint8_t f[38] = {0};
	struct out o;

	(void)state;
	memcpy(f,
		box_mac(b, image_ifl_by_name(box_env(b)->image, "ge-0/0/0.10")
				   ->ifd),
		6);
	f[6] = 2;
	memcpy(f + 12, "\x81\x00\x00\x0a\x08\x00", 6);
	memcpy(f + 18, ip, 20);
	o = box_frame(b, "ge-0/0/0.10", f, 38);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(0, o.vlan);
	f[15] = 11;
	o = box_frame(b, "ge-0/0/0.10", f, 38);
	assert_int_equal(REASON_NO_INTERFACE, o.reason);
	memcpy(f + 12, "\x08\x00", 2);
	memcpy(f + 14, ip, 20);
	o = box_frame(b, "ge-0/0/0.10", f, 34);
	assert_int_equal(REASON_NO_INTERFACE, o.reason);
	box_free(b);
}

/* Frames that are not for the box, or for everybody. */
static void
test_frames(void **state)
{
	struct box *b = box_create(BOX PINGABLE("trust"));
	struct in p = c2s(&sides[0], IPP_UDP, 4000, 5000);

	(void)state;
	p.other_station = true;
	dropped(b, p, REASON_NOT_FOR_US);
	p.other_station = false;
	p.broadcast = true;
	dropped(b, p, REASON_BROADCAST);
	p.broadcast = false;
	p.dst = "192.0.2.255"; /* a subnet's broadcast address */
	dropped(b, p, REASON_BROADCAST);
	p.dst = "224.0.0.5";
	dropped(b, p, REASON_BROADCAST);
	p.dst = "255.255.255.255";
	dropped(b, p, REASON_BROADCAST);
	p = c2s(&sides[1], IPP_UDP, 4000, 5000);
	p.dst = "ff02::5";
	dropped(b, p, REASON_BROADCAST);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

static void
test_family_off(void **state)
{
	struct box *b =
		box_create("set interfaces ge-0/0/0 unit 0 family inet address "
			   "198.51.100.1/24\n" ZONE("trust", "ge-0/0/0.0"));

	(void)state;
	dropped(b, c2s(&sides[1], IPP_UDP, 1, 2), REASON_FAMILY_OFF);
	box_free(b);
}

static struct in
part(struct in p, uint16_t off, uint16_t len, bool more)
{
	p.fragment = true;
	p.frag_off = off;
	p.more = more;
	p.frag_id = 0x1234;
	p.len = (uint16_t)((strchr(p.src, ':') ? 48 : 20) + len);
	return p;
}

/* [FL-6] later fragments take the way of the first, also when they are early.*/
static void
test_fragments(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct in p = c2s(a, IPP_UDP, 4000, 5000);
		struct in q = s2c(a, IPP_UDP, 4000, 5000);
		struct out o;

		pass(b, part(p, 0, 64, true));
		pass(b, part(p, 64, 64, true));
		pass(b, part(p, 128, 10, false));
		assert_int_equal(1, box_sessions(b));
		assert_int_equal(3, box_session(b, 0).wing[0].packets);
		assert_int_equal(
			VERDICT_HELD, sent(b, part(q, 64, 64, true)).verdict);
		assert_int_equal(
			VERDICT_HELD, sent(b, part(q, 128, 9, false)).verdict);
		assert_false(box_released(b, &o));
		pass(b, part(q, 0, 64, true));
		for (unsigned int i = 0; i < 2; i++) {
			assert_true(box_released(b, &o));
			assert_int_equal(VERDICT_NEXT, o.verdict);
			assert_string_equal("ge-0/0/0.0", o.ifl);
		}
		assert_false(box_released(b, &o));
		assert_int_equal(3, box_session(b, 0).wing[1].packets);
		assert_int_equal(6, box_stats(b)->fragments);
		box_free(b);
	}
}

/* The first one is denied: so are the others, one by one. */
static void
test_fragments_denied(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX);
		struct in q = s2c(a, IPP_UDP, 4000, 5000);

		assert_int_equal(
			VERDICT_HELD, sent(b, part(q, 64, 8, false)).verdict);
		dropped(b, part(q, 0, 64, true), REASON_DEFAULT_DENY);
		{
			struct out o;

			assert_true(box_released(b, &o));
			assert_int_equal(REASON_DEFAULT_DENY, o.reason);
		}
		assert_int_equal(0, box_sessions(b));
		box_free(b);
	}
}

/* Several workers: the fragments of a packet meet at the one that their
 * addresses name, and only then go to the owner of the session. */
static void
test_fragments_meet(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct in p = c2s(a, IPP_UDP, 4000, 5000);
		struct box *b = box_create(BOX);
		uint16_t meet = 4;
		struct out o;

		for (uint16_t w = 0; w < 4; w++) {
			box_worker(b, w, 4);
			o = sent(b, part(p, 64, 8, false));
			if (o.verdict == VERDICT_HELD) {
				assert_int_equal(4, meet);
				meet = w;
			} else {
				assert_int_equal(VERDICT_HANDOFF, o.verdict);
				assert_true(meet == 4 || meet == o.owner);
			}
		}
		assert_true(meet < 4);
		for (uint16_t w = 0; w < 4; w++) {
			box_worker(b, w, 4);
			o = sent(b, part(p, 0, 64, true));
			if (w == meet)
				continue;
			assert_int_equal(VERDICT_HANDOFF, o.verdict);
			assert_int_equal(meet, o.owner);
		}
		box_worker(b, meet, 4);
		assert_true(box_released(b, &o));
		box_free(b);
	}
}

/* And an ICMP error goes to the owner of the session that it is about. */
static void
test_error_owner(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS);

		box_worker(b, 0, 4);
		for (uint16_t port = 4000; port < 4020; port++) {
			struct in p = c2s(a, IPP_UDP, port, 5000);
			struct in e = {.ifl = "ge-0/0/1.0",
				.src = a->far,
				.dst = a->client,
				.proto = IPP_ICMP,
				.quote = &p,
				.icmp_type = a == sides ? 3 : 1,
				.icmp_code = 1};
			struct out o = sent(b, p), told = sent(b, e);

			assert_int_equal(o.verdict, told.verdict);
			if (o.verdict == VERDICT_HANDOFF)
				assert_int_equal(o.owner, told.owner);
		}
		box_free(b);
	}
}

/* Full: refused, counted, and room again when one has ended. */
static void
test_table_full(void **state)
{
	struct box *b = box_create_max(BOX, 4);
	const struct side *a = &sides[0];

	(void)state;
	for (unsigned int round = 0; round < 3; round++) {
		for (uint16_t i = 0; i < 4; i++)
			pass(b, c2s(a, IPP_UDP, 4000 + i, 5000));
		for (uint16_t i = 4; i < 9; i++)
			dropped(b, c2s(a, IPP_UDP, 4000 + i, 5000),
				REASON_SESSION_LIMIT);
		pass(b, c2s(a, IPP_UDP, 4001, 5000));
		pass(b, s2c(a, IPP_UDP, 4003, 5000));
		assert_int_equal(4, box_sessions(b));
		assert_int_equal(5 * (round + 1), box_env(b)->sessions->failed);
		assert_int_equal(5 * (round + 1),
			box_stats(b)->reason[REASON_SESSION_LIMIT]);
		box_sleep(b, 62000);
		assert_int_equal(0, box_env(b)->sessions->valid);
		assert_int_equal(0, box_env(b)->sessions->invalid);
	}
	assert_int_equal(20 - 8, box_env(b)->sessions->created);
	box_free(b);
}

/*
 * Two interfaces of one zone, the same client address behind both: one key,
 * so the second is the same session. And a session whose answers would look
 * like another one's packets is refused.
 */
static void
test_clash(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(
		BOX POLICY("untrust", "trust", "in", "any", "permit"));
	struct in p = c2s(a, IPP_UDP, 4000, 5000), q;

	(void)state;
	pass(b, p);
	q = s2c(a, IPP_UDP, 4000, 5000); /* simply its answer */
	pass(b, q);
	assert_int_equal(1, box_sessions(b));
	box_free(b);

	/* trust -> untrust, untrust -> dmz with the same addresses: the answer
	 * of the second one comes from dmz, so they do not clash. */
	b = box_create(BOX IFD("ge-0/0/2", "203.0.113.1/24", "2001:db8:3::1/64")
			ZONE("untrust", "ge-0/0/2.0") POLICY(
				"untrust", "untrust", "same", "any", "permit"));
	p = c2s(a, IPP_UDP, 4000, 5000);
	pass(b, p);
	p.ifl = "ge-0/0/2.0"; /* zone untrust: another token, another flow */
	p.src = a->client;
	assert_int_equal(REASON_SESSION_CLASH, sent(b, p).reason);
	assert_int_equal(1, box_sessions(b));
	box_free(b);
}

/* The bytes of sessions and interfaces; ids grow by one. */
static void
test_counters(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX);
	struct in p = c2s(a, IPP_UDP, 4000, 5000);
	const struct ifl_stats *in, *out;

	(void)state;
	p.len = 100;
	pass(b, p);
	p.len = 1000;
	pass(b, p);
	p = s2c(a, IPP_UDP, 4000, 5000);
	p.len = 333;
	pass(b, p);
	pass(b, c2s(a, IPP_UDP, 4001, 5000));
	assert_int_equal(1100, box_session(b, 0).wing[0].bytes);
	assert_int_equal(333, box_session(b, 0).wing[1].bytes);
	assert_int_equal(1, box_session(b, 0).id);
	assert_int_equal(2, box_session(b, 1).id);
	in = box_ifl_stats(b, "ge-0/0/0.0");
	out = box_ifl_stats(b, "ge-0/0/1.0");
	assert_int_equal(3, in->in_packets);
	assert_int_equal(1128, in->in_bytes);
	assert_int_equal(1, in->out_packets);
	assert_int_equal(333, in->out_bytes);
	assert_int_equal(3, out->out_packets);
	assert_int_equal(1, out->in_packets);
	assert_int_equal(2, in->connections);
	assert_int_equal(0, out->connections);
	assert_int_equal(2, box_stats(b)->first_path);
	assert_int_equal(4, box_stats(b)->forwarded);
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_dns_reply_first),
		cmocka_unit_test(test_ttl),
		cmocka_unit_test(test_ttl_first),
		cmocka_unit_test(test_mtu),
		cmocka_unit_test(test_vlan),
		cmocka_unit_test(test_vlan_frames),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_family_off),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_fragments_denied),
		cmocka_unit_test(test_fragments_meet),
		cmocka_unit_test(test_error_owner),
		cmocka_unit_test(test_table_full),
		cmocka_unit_test(test_clash),
		cmocka_unit_test(test_counters),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
