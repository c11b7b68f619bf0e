/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mode of the way back per zone, per routing instance and global: every
 * combination [RR-10] [RR-11] [RR-12]. The network is that of the founding
 * article, in which flow mode works and packet mode does not.
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
	"set policy-options policy-statement from-isp term all from instance " \
	"ISP\n"                                                                \
	"set policy-options policy-statement from-isp term all then accept\n"  \
	"set routing-instances LAN routing-options instance-import from-isp\n" \
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"         \
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"         \
	"set security policies from-zone LAN to-zone ISP policy out match "    \
	"source-address any destination-address any application any\n"         \
	"set security policies from-zone LAN to-zone ISP policy out then "     \
	"permit\n"
#define GLOBAL                                                                 \
	"set security flow advanced-options reverse-route-packet-mode-vr\n"

static const struct in ping = {.ifl = "ge-0/0/0.0",
	.src = "192.168.1.2",
	.dst = "192.0.2.1",
	.proto = IPP_ICMP,
	.sport = 7,
	.dport = 1};
static const struct in reply = {.ifl = "ge-0/0/1.0",
	.src = "192.0.2.1",
	.dst = "192.168.1.2",
	.proto = IPP_ICMP,
	.sport = 7,
	.dport = 1,
	.reply = true};

enum { NOT_SET, FLOW, PACKET };

static const char *const zone_lines[] = {"",
	"set security zones security-zone LAN reverse-route flow-mode\n",
	"set security zones security-zone LAN reverse-route packet-mode\n"};
static const char *const instance_lines[] = {"",
	"set routing-instances LAN reverse-route flow-mode\n",
	"set routing-instances LAN reverse-route packet-mode\n"};

static char *
configuration(unsigned int zone, unsigned int instance, bool global)
{
	char *text;

	assert_true(
		asprintf(&text, "%s%s%s%s", LAB, zone_lines[zone],
			instance_lines[instance], global ? GLOBAL : "") > 0);
	return text;
}

static void
check(unsigned int zone, unsigned int instance, bool global)
{
	char *text = configuration(zone, instance, global);
	struct box *b = box_create(text);
	enum reverse_rule rule = zone       ? REVERSE_BY_ZONE
				 : instance ? REVERSE_BY_INSTANCE
				 : global   ? REVERSE_BY_GLOBAL
					    : REVERSE_BY_DEFAULT;
	bool packet = zone       ? zone == PACKET
		      : instance ? instance == PACKET
				 : global;
	struct session_info s;
	struct out o;

	assert_int_equal(VERDICT_NEXT, box_send(b, &ping).verdict);
	s = box_session(b, 0);
	assert_int_equal(rule, s.reverse_rule);
	assert_int_equal(packet, s.reverse_packet_mode);
	if (packet)
		assert_int_equal(0, s.wing[0].route);
	else
		assert_int_not_equal(0, s.wing[0].route);
	o = box_send(b, &reply);
	assert_int_equal(packet ? VERDICT_DROP : VERDICT_NEXT, o.verdict);
	if (packet)
		assert_int_equal(REASON_REVERSE_NO_ROUTE, o.reason);
	box_free(b);
	free(text);
}

/* [RR-10] */
static void
test_every_combination(void **state)
{
	(void)state;
	for (unsigned int zone = NOT_SET; zone <= PACKET; zone++)
		for (unsigned int vr = NOT_SET; vr <= PACKET; vr++)
			for (unsigned int global = 0; global < 2; global++)
				check(zone, vr, global != 0);
}

/* [RR-11] the zone and instance of the far side have no say. */
static void
test_far_side_has_no_say(void **state)
{
	struct box *b = box_create(
		LAB "set security zones security-zone ISP reverse-route "
		    "packet-mode\n"
		    "set routing-instances ISP reverse-route packet-mode\n");

	(void)state;
	assert_int_equal(VERDICT_NEXT, box_send(b, &ping).verdict);
	assert_int_equal(REVERSE_BY_DEFAULT, box_session(b, 0).reverse_rule);
	assert_int_equal(VERDICT_NEXT, box_send(b, &reply).verdict);
	box_free(b);
}

/* [RR-12] a commit that changes a zone's mode counts for living sessions. */
static void
test_mode_flips(void **state)
{
	char *packet = configuration(PACKET, NOT_SET, false);
	struct box *b = box_create(LAB);

	(void)state;
	assert_int_equal(VERDICT_NEXT, box_send(b, &ping).verdict);
	box_commit(b, packet);
	assert_int_equal(REASON_REVERSE_NO_ROUTE, box_send(b, &reply).reason);
	assert_int_equal(0, box_session(b, 0).wing[0].route);
	box_commit(b, LAB);
	assert_int_equal(VERDICT_NEXT, box_send(b, &reply).verdict);
	box_free(b);
	free(packet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_far_side_has_no_say),
		cmocka_unit_test(test_mode_flips),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
