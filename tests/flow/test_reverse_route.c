/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The founding article, and the matrix of variations: which table answers for
 * the way back. Rule ids: docs/behaviour/reverse-route.md.
 */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAB                                                                    \
	"set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24\n"  \
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.2/24\n"    \
	"set routing-instances ISP instance-type virtual-router\n"             \
	"set routing-instances ISP interface ge-0/0/1.0\n"                     \
	"set routing-instances LAN instance-type virtual-router\n"             \
	"set routing-instances LAN interface ge-0/0/0.0\n"                     \
	"set policy-options policy-statement import-from-isp term all from "   \
	"instance ISP\n"                                                       \
	"set policy-options policy-statement import-from-isp term all then "   \
	"accept\n"                                                             \
	"set routing-instances LAN routing-options instance-import "           \
	"import-from-isp\n"                                                    \
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"         \
	"set security zones security-zone LAN host-inbound-traffic "           \
	"system-services all\n"                                                \
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"         \
	"set security zones security-zone ISP host-inbound-traffic "           \
	"system-services ping\n"                                               \
	"set security policies from-zone LAN to-zone ISP policy lan-to-isp "   \
	"match source-address any\n"                                           \
	"set security policies from-zone LAN to-zone ISP policy lan-to-isp "   \
	"match destination-address any\n"                                      \
	"set security policies from-zone LAN to-zone ISP policy lan-to-isp "   \
	"match application any\n"                                              \
	"set security policies from-zone LAN to-zone ISP policy lan-to-isp "   \
	"then permit\n"
#define ISP_DEFAULT                                                            \
	"set routing-instances ISP routing-options rib ISP.inet.0 static "     \
	"defaults install\n"                                                   \
	"set routing-instances ISP routing-options rib ISP.inet.0 static "     \
	"defaults resolve\n"                                                   \
	"set routing-instances ISP routing-options rib ISP.inet.0 static "     \
	"route 0.0.0.0/0 next-hop 192.0.2.1\n"
#define PACKET_MODE                                                            \
	"set security flow advanced-options reverse-route-packet-mode-vr\n"
#define ISP_IMPORTS_LAN                                                        \
	"set policy-options policy-statement import-from-lan term all from "   \
	"instance LAN\n"                                                       \
	"set policy-options policy-statement import-from-lan term all then "   \
	"accept\n"                                                             \
	"set routing-instances ISP routing-options instance-import "           \
	"import-from-lan\n"
#define FBF                                                                    \
	"set firewall family inet filter back term lan from "                  \
	"destination-address 192.168.1.0/24\n"                                 \
	"set firewall family inet filter back term lan then "                  \
	"routing-instance LAN\n"                                               \
	"set firewall family inet filter back term rest then accept\n"         \
	"set interfaces ge-0/0/1 unit 0 family inet filter input back\n"

static const struct in lan_ping = {.ifl = "ge-0/0/0.0",
	.src = "192.168.1.2",
	.dst = "192.0.2.1",
	.proto = IPP_ICMP,
	.sport = 2817,
	.dport = 1};
static const struct in isp_reply = {.ifl = "ge-0/0/1.0",
	.src = "192.0.2.1",
	.dst = "192.168.1.2",
	.proto = IPP_ICMP,
	.sport = 2817,
	.dport = 1,
	.reply = true};

/* One request and its reply; true when the reply reaches the LAN. */
static bool
ping_works(struct box *b)
{
	struct out o = box_send(b, &lan_ping);

	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_string_equal("ge-0/0/1.0", o.ifl);
	assert_int_equal(63, o.ttl);
	assert_true(o.checksum_ok);
	o = box_send(b, &isp_reply);
	if (o.verdict != VERDICT_NEXT)
		return false;
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_string_equal("192.168.1.2", o.to);
	assert_int_equal(63, o.ttl);
	assert_true(o.checksum_ok);
	return true;
}

/* [RR-1] row 1, first half; and what the session shows (11.3). */
static void
test_flow_mode(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT);
	struct session_info s;

	(void)state;
	assert_true(ping_works(b));
	assert_int_equal(1, box_sessions(b));
	s = box_session(b, 0);
	assert_string_equal("lan-to-isp", s.policy);
	assert_int_equal(4, s.policy_index);
	assert_int_equal(4, s.timeout_max_s); /* [FL-12] answered */
	assert_int_equal(6, s.wing[0].token.v);
	assert_int_equal(7, s.wing[1].token.v);
	assert_int_equal(0x21, s.wing[0].flag);
	assert_int_equal(0x20, s.wing[1].flag);
	assert_int_not_equal(0, s.wing[0].route);
	assert_int_equal(0x10, s.wing[0].route & 0xffff);
	assert_int_not_equal(0, s.wing[1].route);
	for (unsigned int i = 0; i < 2; i++) {
		char gw[IP_TEXT_MAX];

		assert_int_equal(1, s.wing[i].packets);
		assert_int_equal(84, s.wing[i].bytes);
		assert_string_equal(i == 0 ? "192.168.1.2" : "192.0.2.1",
			ip_addr_text(&s.wing[i].gateway, gw));
	}
	assert_int_equal(2817, s.wing[0].sport);
	assert_int_equal(1, s.wing[0].dport);
	assert_int_equal(1, s.wing[1].sport);
	assert_int_equal(2817, s.wing[1].dport);
	box_free(b);
}

/* [RR-2] [RR-3] [RR-4] row 1, second half; the session of 11.4. */
static void
test_packet_mode(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT PACKET_MODE);
	struct session_info s;
	struct out o;

	(void)state;
	assert_false(ping_works(b));
	o = box_send(b, &isp_reply);
	assert_int_equal(VERDICT_DROP, o.verdict);
	assert_int_equal(REASON_REVERSE_ZONE, o.reason);
	assert_int_equal(ANSWER_NONE, o.answer);
	s = box_session(b, 0);
	assert_int_equal(0, s.wing[0].route);
	assert_int_not_equal(0, s.wing[1].route);
	assert_int_equal(60, s.timeout_max_s);
	assert_int_equal(1, s.wing[0].packets);
	assert_int_equal(0, s.wing[1].packets);
	assert_int_equal(
		2, box_ifl_stats(b, "ge-0/0/1.0")->reason[REASON_REVERSE_ZONE]);
	box_sleep(b, 61000); /* replies did not refresh it */
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* [RR-2] before any reply the way back is unknown, and shows so. */
static void
test_packet_mode_deferred(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT ISP_IMPORTS_LAN PACKET_MODE);
	struct out o = box_send(b, &lan_ping);

	(void)state;
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(0, box_session(b, 0).wing[0].route);
	o = box_send(b, &isp_reply);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_not_equal(0, box_session(b, 0).wing[0].route);
	box_free(b);
}

/* Row 2: ISP also imports LAN: both modes work. */
static void
test_row_2(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT ISP_IMPORTS_LAN);

	(void)state;
	assert_true(ping_works(b));
	box_commit(b, LAB ISP_DEFAULT ISP_IMPORTS_LAN PACKET_MODE);
	box_sleep(b, 5000);
	assert_true(ping_works(b));
	box_free(b);
}

#define SOURCE_NAT                                                             \
	"set security nat source rule-set out from zone LAN\n"                 \
	"set security nat source rule-set out to zone ISP\n"                   \
	"set security nat source rule-set out rule r match source-address "    \
	"192.168.1.0/24\n"                                                     \
	"set security nat source rule-set out rule r then source-nat "         \
	"interface\n"

/* One request and its reply to the translated source. */
static bool
ping_works_translated(struct box *b)
{
	struct out o = box_send(b, &lan_ping);
	struct in reply = isp_reply;

	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_string_equal("192.0.2.2", o.src);
	assert_true(o.checksum_ok);
	reply.dst = "192.0.2.2";
	reply.sport = o.sport; /* the identifier may be another one */
	o = box_send(b, &reply);
	if (o.verdict != VERDICT_NEXT)
		return false;
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_string_equal("192.168.1.2", o.dst);
	assert_int_equal(2817, o.dport);
	assert_true(o.checksum_ok);
	return true;
}

/* [RR-1] [RR-2] [RR-3] row 3: with source NAT the way back is looked up for the
 * real source, so packet mode finds the ISP's default route, in the wrong
 * zone. [NA-39] the session names pool and rule. */
static void
test_row_3(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT SOURCE_NAT);
	struct session_info s;

	(void)state;
	assert_true(ping_works_translated(b));
	s = box_session(b, 0);
	assert_string_equal("interface", s.nat_pool);
	assert_int_equal(NAT_SOURCE, s.nat_kind[0]);
	assert_int_equal(1, s.nat_rule[0]);
	assert_int_equal(0, s.nat_rule[1]);
	box_commit(b, LAB ISP_DEFAULT SOURCE_NAT PACKET_MODE);
	box_sleep(b, 5000);
	assert_false(ping_works_translated(b));
	assert_int_equal(1, box_stats(b)->reason[REASON_REVERSE_ZONE]);
	box_commit(b, LAB ISP_DEFAULT ISP_IMPORTS_LAN SOURCE_NAT PACKET_MODE);
	box_sleep(b, 61000);
	assert_true(ping_works_translated(b));
	box_free(b);
}

/* Row 4: interfaces of two routing instances in one zone: refused. */
static void
test_row_4(void **state)
{
	char *errors = box_commit_errors(LAB ISP_DEFAULT
		"delete security zones security-zone ISP interfaces "
		"ge-0/0/1.0\n"
		"set security zones security-zone LAN interfaces ge-0/0/1.0\n");

	(void)state;
	assert_non_null(errors);
	assert_non_null(strstr(errors, "security zones security-zone LAN"));
	free(errors);
}

/* Row 5: the ISP's default route goes away after the session is up. */
static void
test_row_5(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT);

	(void)state;
	assert_true(ping_works(b));
	box_commit(b, LAB);
	assert_int_equal(VERDICT_NEXT, box_send(b, &isp_reply).verdict);
	assert_true(ping_works(b));
	box_commit(b, LAB PACKET_MODE);
	assert_int_equal(
		REASON_REVERSE_NO_ROUTE, box_send(b, &isp_reply).reason);
	box_free(b);
}

/* Row 6 [FF-2]: a filter on the reply's interface names the table. */
static void
test_row_6(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT FBF);

	(void)state;
	assert_true(ping_works(b));
	box_commit(b, LAB ISP_DEFAULT FBF PACKET_MODE);
	box_sleep(b, 5000);
	assert_true(ping_works(b));
	box_free(b);
}

/* Row 7: TCP in packet mode: the SYN-ACK is dropped, 20 s later it is over. */
static void
test_row_7(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT PACKET_MODE);
	struct in syn = {.ifl = "ge-0/0/0.0",
		.src = "192.168.1.2",
		.dst = "192.0.2.1",
		.proto = IPP_TCP,
		.sport = 40000,
		.dport = 80,
		.flags = TCP_SYN};
	struct in syn_ack = {.ifl = "ge-0/0/1.0",
		.src = "192.0.2.1",
		.dst = "192.168.1.2",
		.proto = IPP_TCP,
		.sport = 80,
		.dport = 40000,
		.flags = TCP_SYN | TCP_ACK};

	(void)state;
	assert_int_equal(VERDICT_NEXT, box_send(b, &syn).verdict);
	assert_int_equal(REASON_REVERSE_ZONE, box_send(b, &syn_ack).reason);
	assert_int_equal(20, box_session(b, 0).timeout_max_s);
	box_sleep(b, 19000);
	assert_int_equal(1, box_sessions(b));
	box_sleep(b, 2000);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* Row 8 [RR-5]: the mode flips under a living TCP session, and back. */
static void
test_row_8(void **state)
{
	struct box *b = box_create(LAB ISP_DEFAULT);
	struct in c = {.ifl = "ge-0/0/0.0",
		.src = "192.168.1.2",
		.dst = "192.0.2.1",
		.proto = IPP_TCP,
		.sport = 40000,
		.dport = 22,
		.flags = TCP_SYN};
	struct in s = {.ifl = "ge-0/0/1.0",
		.src = "192.0.2.1",
		.dst = "192.168.1.2",
		.proto = IPP_TCP,
		.sport = 22,
		.dport = 40000,
		.flags = TCP_SYN | TCP_ACK};

	(void)state;
	assert_int_equal(VERDICT_NEXT, box_send(b, &c).verdict);
	assert_int_equal(VERDICT_NEXT, box_send(b, &s).verdict);
	c.flags = s.flags = TCP_ACK;
	assert_int_equal(VERDICT_NEXT, box_send(b, &c).verdict);
	assert_int_equal(1800, box_session(b, 0).timeout_max_s);
	box_commit(b, LAB ISP_DEFAULT PACKET_MODE);
	assert_int_equal(VERDICT_NEXT, box_send(b, &c).verdict);
	assert_int_equal(REASON_REVERSE_ZONE, box_send(b, &s).reason);
	assert_int_equal(0, box_session(b, 0).wing[0].route);
	assert_int_equal(1, box_sessions(b));
	box_commit(b, LAB ISP_DEFAULT);
	assert_int_equal(VERDICT_NEXT, box_send(b, &s).verdict);
	box_free(b);
}

/* Row 9: the same with IPv6, by the same code. */
#define LAB6                                                                   \
	"set interfaces ge-0/0/0 unit 0 family inet6 address "                 \
	"2001:db8:1::1/64\n"                                                   \
	"set interfaces ge-0/0/1 unit 0 family inet6 address "                 \
	"2001:db8:2::2/64\n"                                                   \
	"set routing-instances ISP routing-options rib ISP.inet6.0 static "    \
	"route ::/0 next-hop 2001:db8:2::1\n"

static void
test_row_9(void **state)
{
	struct in ping = {.ifl = "ge-0/0/0.0",
		.src = "2001:db8:1::2",
		.dst = "2001:db8:2::1",
		.proto = IPP_ICMP,
		.sport = 7,
		.dport = 1};
	struct in reply = {.ifl = "ge-0/0/1.0",
		.src = "2001:db8:2::1",
		.dst = "2001:db8:1::2",
		.proto = IPP_ICMP,
		.sport = 7,
		.dport = 1,
		.reply = true};
	struct box *b = box_create(LAB LAB6 ISP_DEFAULT);
	struct out o;

	(void)state;
	o = box_send(b, &ping);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(63, o.ttl);
	assert_true(o.checksum_ok);
	o = box_send(b, &reply);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_true(o.checksum_ok);
	box_commit(b, LAB LAB6 ISP_DEFAULT PACKET_MODE);
	assert_int_equal(REASON_REVERSE_ZONE, box_send(b, &reply).reason);
	assert_int_equal(0, box_session(b, 0).wing[0].route);
	box_free(b);
}

/* [RR-6] the box's own far-side address answers in both modes (11.5). */
static void
far_side(const char *config)
{
	struct box *b = box_create(config);
	struct in ping = lan_ping;
	struct in reply = {.vr = "LAN",
		.src = "192.0.2.2",
		.dst = "192.168.1.2",
		.proto = IPP_ICMP,
		.sport = 2817,
		.dport = 1,
		.reply = true};
	struct session_info s;
	struct out o;

	ping.dst = "192.0.2.2";
	o = box_send(b, &ping);
	assert_int_equal(VERDICT_LOCAL, o.verdict);
	s = box_session(b, 0);
	assert_string_equal("lan-to-isp", s.policy);
	assert_int_equal(0, s.wing[1].ifl.v);
	assert_int_equal(5, s.wing[1].local_vr.v); /* ISP 4, LAN 5 */
	assert_int_equal(0xfffb0006, s.wing[1].route);
	assert_int_equal(2, s.wing[1].token.v);
	assert_int_equal(0x30, s.wing[1].flag);
	o = box_send(b, &reply);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_int_equal(64, o.ttl); /* the box's own packet */
	box_free(b);
}

static void
test_far_side(void **state)
{
	(void)state;
	far_side(LAB ISP_DEFAULT);
	far_side(LAB ISP_DEFAULT PACKET_MODE);
}

/*
 * [RR-6] [RR-9] a filter sends the LAN's question to the box into another
 * table; the answer goes by the LAN's own table, also after a commit.
 */
static void
test_far_side_filter(void **state)
{
	static const char config[] = LAB ISP_DEFAULT
		"set firewall family inet filter away term all then "
		"routing-instance ISP\n"
		"set interfaces ge-0/0/0 unit 0 family inet filter input "
		"away\n";
	struct box *b = box_create(config);
	struct in ping = lan_ping;
	struct in reply = {.vr = "ISP",
		.src = "192.0.2.2",
		.dst = "192.168.1.2",
		.proto = IPP_ICMP,
		.sport = 2817,
		.dport = 1,
		.reply = true};

	(void)state;
	ping.dst = "192.0.2.2";
	assert_int_equal(VERDICT_LOCAL, box_send(b, &ping).verdict);
	assert_int_equal(4, box_session(b, 0).wing[1].local_vr.v); /* ISP */
	for (unsigned int i = 0; i < 2; i++) {
		struct out o = box_send(b, &reply);

		assert_int_equal(VERDICT_NEXT, o.verdict);
		assert_string_equal("ge-0/0/0.0", o.ifl);
		box_commit(b, config);
	}
	box_free(b);
}

/* 11.6: the ISP device's ping does not cross the box, in both modes. */
static void
test_isp_to_lan(void **state)
{
	struct in ping = {.ifl = "ge-0/0/1.0",
		.src = "192.0.2.1",
		.dst = "192.168.1.2",
		.proto = IPP_ICMP,
		.sport = 1,
		.dport = 1};
	struct box *b = box_create(LAB ISP_DEFAULT);
	struct out o = box_send(b, &ping);

	(void)state;
	assert_int_equal(VERDICT_DROP, o.verdict);
	assert_int_equal(REASON_DEFAULT_DENY, o.reason);
	assert_int_equal(0, box_sessions(b));
	box_commit(b, LAB ISP_DEFAULT
		"set security policies from-zone ISP to-zone ISP policy p "
		"match source-address any destination-address any "
		"application any\n"
		"set security policies from-zone ISP to-zone ISP policy p "
		"then permit\n");
	o = box_send(b, &ping); /* hairpin: routed back out */
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_string_equal("ge-0/0/1.0", o.ifl);
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow_mode),
		cmocka_unit_test(test_packet_mode),
		cmocka_unit_test(test_packet_mode_deferred),
		cmocka_unit_test(test_row_2),
		cmocka_unit_test(test_row_3),
		cmocka_unit_test(test_row_4),
		cmocka_unit_test(test_row_5),
		cmocka_unit_test(test_row_6),
		cmocka_unit_test(test_row_7),
		cmocka_unit_test(test_row_8),
		cmocka_unit_test(test_row_9),
		cmocka_unit_test(test_far_side),
		cmocka_unit_test(test_far_side_filter),
		cmocka_unit_test(test_isp_to_lan),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
