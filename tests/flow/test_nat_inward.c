/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destination and static NAT, hairpin and twice NAT, ICMP errors and fragments
 * through NAT. Rule ids: docs/behaviour/nat.md.
 */
#include "lab.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "nat_lab.h"

#define INWARD POLICY("untrust", "trust", "in", "any", "permit")
#define DNAT_SET                                                               \
	DNAT "rule-set in from zone untrust\n" DNAT                            \
	     "rule-set in rule r match destination-address "
#define DNAT_THEN(then)                                                        \
	DNAT "rule-set in rule r then destination-nat " then "\n"
#define STATIC_SET STATIC "rule-set s from zone untrust\n"
#define STATIC_RULE(dst, then)                                                 \
	STATIC_SET STATIC "rule-set s rule r match destination-address " dst   \
			  "\n" STATIC                                          \
			  "rule-set s rule r then static-nat " then "\n"

/* From outside to `dst`. */
static struct in
outside(const char *dst, uint8_t proto, uint16_t sport, uint16_t dport)
{
	return first((struct in){.ifl = "ge-0/0/1.0",
		.src = "192.0.2.2",
		.dst = dst,
		.proto = proto,
		.sport = sport,
		.dport = dport});
}

static struct in
inside(const char *src, const char *dst, uint8_t proto, uint16_t sport,
	uint16_t dport)
{
	return first((struct in){.ifl = "ge-0/0/0.0",
		.src = src,
		.dst = dst,
		.proto = proto,
		.sport = sport,
		.dport = dport});
}

/* [NA-50] [FL-1] the policy sees the translated destination; the answer comes
 * from the address that was asked. */
static void
test_destination(void **state)
{
	struct box *b = box_create(ZONES DNAT
		"pool srv address 198.51.100.9/32 port 8080\n" DNAT_SET
		"203.0.113.5/32\n" DNAT
		"rule-set in rule r match destination-port 80\n" DNAT_THEN(
			"pool srv") "set security address-book global address "
				    "srv "
				    "198.51.100.9/32\n"
				    "set security policies from-zone untrust "
				    "to-zone trust policy "
				    "in match source-address any "
				    "destination-address srv "
				    "application any\n"
				    "set security policies from-zone untrust "
				    "to-zone trust policy "
				    "in then permit\n");
	struct in in = outside("203.0.113.5", IPP_TCP, 999, 80);
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.dst, "198.51.100.9");
	assert_string_equal(o.src, "192.0.2.2");
	assert_int_equal(o.dport, 8080);
	back = pass(b, answer_at(&in, &o, "ge-0/0/0.0"));
	assert_string_equal(back.src, "203.0.113.5");
	assert_int_equal(back.sport, 80);
	/* another port is no business of the rule; no route leads there */
	dropped(b, outside("203.0.113.5", IPP_TCP, 999, 81), REASON_NO_ROUTE);
	box_free(b);
}

/* [NA-51] a range of equal size by offset. */
static void
test_destination_range(void **state)
{
	struct box *b = box_create(
		ZONES INWARD DNAT "pool srv address 198.51.100.16/28\n" DNAT_SET
				  "203.0.113.32/28\n" DNAT_THEN("pool srv"));

	(void)state;
	assert_string_equal(pass(b, outside("203.0.113.35", IPP_UDP, 1, 2)).dst,
		"198.51.100.19");
	box_free(b);
}

/* [NA-50] the pool's routing instance routes the new destination; the answer's
 * way back is that of the first packet's interface [RR-1]. */
static void
test_destination_instance(void **state)
{
	struct box *b = box_create(
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"198.51.100.1/24\n"
		"set interfaces ge-0/0/1 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set routing-instances A instance-type virtual-router\n"
		"set routing-instances A interface ge-0/0/0.0\n" ZONE(
			"trust", "ge-0/0/0.0") ZONE("untrust", "ge-0/0/1.0")
			INWARD DNAT "pool srv address 198.51.100.9/32\n" DNAT
				    "pool srv routing-instance A\n" DNAT_SET
				    "203.0.113.5/32\n" DNAT_THEN("pool srv"));
	struct in in = outside("203.0.113.5", IPP_UDP, 7, 8);
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.ifl, "ge-0/0/0.0");
	assert_string_equal(o.dst, "198.51.100.9");
	back = pass(b, answer_at(&in, &o, "ge-0/0/0.0"));
	assert_string_equal(back.ifl, "ge-0/0/1.0");
	assert_string_equal(back.src, "203.0.113.5");
	box_free(b);
}

/* [NA-50] to an address of the box itself: what it lends out is not asked. */
static void
test_destination_box(void **state)
{
	struct box *b = box_create(ZONES INWARD DNAT
		"pool own address 198.51.100.1/32\n" DNAT_SET
		"203.0.113.5/32\n" DNAT_THEN("pool own") PINGABLE("trust"));
	struct out o = box_send(b, &(struct in){.ifl = "ge-0/0/1.0",
					   .src = "192.0.2.2",
					   .dst = "203.0.113.5",
					   .proto = IPP_ICMP,
					   .sport = 4,
					   .dport = 1});
	struct out back;

	(void)state;
	assert_int_equal(o.verdict, VERDICT_LOCAL);
	assert_string_equal(o.dst, "198.51.100.1");
	back = box_send(b, &(struct in){.vr = "master",
				   .src = "198.51.100.1",
				   .dst = "192.0.2.2",
				   .proto = IPP_ICMP,
				   .sport = 4,
				   .dport = 1,
				   .reply = true});
	assert_int_equal(back.verdict, VERDICT_NEXT);
	assert_string_equal(back.src, "203.0.113.5");
	box_free(b);
}

/* [NA-50] [RR-6] the same in another routing instance: the box answers from
 * there, and the answer belongs to the session. */
static void
test_destination_box_instance(void **state)
{
	struct box *b = box_create(ZONES INWARD DNAT
		"pool own address 198.51.100.1/32\n" DNAT
		"pool own routing-instance R\n" DNAT_SET
		"203.0.113.5/32\n" DNAT_THEN("pool own")
			PINGABLE("trust") "set routing-instances R "
					  "instance-type virtual-router\n"
					  "set routing-instances R interface "
					  "ge-0/0/0.0\n");
	struct out o = box_send(b, &(struct in){.ifl = "ge-0/0/1.0",
					   .src = "192.0.2.2",
					   .dst = "203.0.113.5",
					   .proto = IPP_ICMP,
					   .sport = 4,
					   .dport = 1});
	struct out back;

	(void)state;
	assert_int_equal(o.verdict, VERDICT_LOCAL);
	back = box_send(b, &(struct in){.vr = "R",
				   .src = "198.51.100.1",
				   .dst = "192.0.2.2",
				   .proto = IPP_ICMP,
				   .sport = 4,
				   .dport = 1,
				   .reply = true});
	assert_int_equal(back.verdict, VERDICT_NEXT);
	assert_string_equal(back.ifl, "ge-0/0/1.0");
	assert_string_equal(back.src, "203.0.113.5");
	assert_int_equal(box_sessions(b), 1);
	box_free(b);
}

/* [NA-52] static NAT both ways, before source and destination NAT. */
static void
test_static(void **state)
{
	struct box *b = box_create(BOX INWARD NAT_INTERFACE DNAT
		"pool other address 198.51.100.77/32\n" DNAT_SET
		"203.0.113.0/24\n" DNAT_THEN("pool other") STATIC_RULE(
			"203.0.113.16/28", "prefix 198.51.100.16/28"));
	struct in in = outside("203.0.113.18", IPP_TCP, 1, 80);
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.dst, "198.51.100.18");
	assert_int_equal(o.dport, 80);
	back = pass(b, answer_at(&in, &o, "ge-0/0/0.0"));
	assert_string_equal(back.src, "203.0.113.18");
	in = inside("198.51.100.18", "192.0.2.2", IPP_TCP, 5000, 443);
	o = pass(b, in);
	assert_string_equal(o.src, "203.0.113.18");
	assert_int_equal(o.sport, 5000);
	back = pass(b, answer(&in, &o));
	assert_string_equal(back.dst, "198.51.100.18");
	/* who is not in the prefix goes by source NAT */
	o = pass(b, inside("198.51.100.40", "192.0.2.2", IPP_TCP, 5000, 443));
	assert_string_equal(o.src, "192.0.2.1");
	/* what the rule does not name goes by destination NAT */
	o = pass(b, outside("203.0.113.99", IPP_UDP, 1, 2));
	assert_string_equal(o.dst, "198.51.100.77");
	box_free(b);
}

/* [NA-52] mapped ports, both ways. */
static void
test_static_ports(void **state)
{
	struct box *b = box_create(BOX INWARD STATIC_RULE("203.0.113.1/32",
		"prefix 198.51.100.9/32 mapped-port 8000 to 8009") STATIC
		"rule-set s rule r match destination-port 80 to 89\n");
	struct out o = pass(b, outside("203.0.113.1", IPP_TCP, 1, 83));

	(void)state;
	assert_string_equal(o.dst, "198.51.100.9");
	assert_int_equal(o.dport, 8003);
	o = pass(b, inside("198.51.100.9", "192.0.2.2", IPP_UDP, 8004, 7));
	assert_string_equal(o.src, "203.0.113.1");
	assert_int_equal(o.sport, 84);
	o = pass(b, inside("198.51.100.9", "192.0.2.2", IPP_UDP, 7999, 7));
	assert_string_equal(o.src, "198.51.100.9");
	box_free(b);
}

/* [NA-57] hairpin: inside to inside by the outside address; with a source rule
 * the answer comes back through the box (twice NAT). */
static void
test_hairpin(void **state)
{
	struct box *b = box_create(BOX POLICY("trust", "trust", "loop", "any",
		"permit") DNAT "pool srv address 198.51.100.9/32\n" DNAT
			       "rule-set in from zone [ trust untrust ]\n" DNAT
			       "rule-set in rule r match destination-address "
			       "203.0.113.5/32\n" DNAT_THEN("pool srv") SNAT
		"rule-set out from zone trust\n" SNAT
		"rule-set out to zone trust\n" SNAT_ANY("r")
			SNAT_THEN("r", "interface"));
	struct in in = inside("198.51.100.2", "203.0.113.5", IPP_UDP, 50, 53);
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.ifl, "ge-0/0/0.0");
	assert_string_equal(o.src, "198.51.100.1");
	assert_string_equal(o.dst, "198.51.100.9");
	assert_string_equal(o.to, "198.51.100.9");
	back = pass(b, answer_at(&in, &o, "ge-0/0/0.0"));
	assert_string_equal(back.src, "203.0.113.5");
	assert_string_equal(back.dst, "198.51.100.2");
	assert_int_equal(back.dport, 50);
	box_free(b);
}

/* [NA-53] an ICMP error about a translated packet: whoever sent that gets it
 * with its own addresses inside; the router that says so is who it is. */
static void
test_icmp_error_in(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS NAT_INTERFACE);
		struct in in = first(c2s(a, IPP_UDP, 50, 4000)), quote, e;
		struct out o, back;
		bool v4 = a == &sides[0];

		in.dst = a->far;
		o = pass(b, in);
		quote = (struct in){.src = o.src,
			.dst = o.dst,
			.proto = IPP_UDP,
			.sport = o.sport,
			.dport = o.dport};
		e = (struct in){.ifl = "ge-0/0/1.0",
			.src = a->gateway,
			.dst = o.src,
			.proto = IPP_ICMP,
			.quote = &quote,
			.icmp_type = v4 ? 11 : 3};
		back = pass(b, e);
		assert_string_equal(back.ifl, "ge-0/0/0.0");
		assert_string_equal(back.src, a->gateway);
		assert_string_equal(back.dst, a->client);
		assert_int_equal(back.quoted.sport_be, htons(50));
		assert_int_equal(back.quoted.dport_be, htons(4000));
		assert_true(back.quote_ok);
		{
			struct ip_addr src = flow_key_src(&back.quoted);
			char text[64];

			assert_string_equal(
				ip_addr_text(&src, text), a->client);
		}
		box_free(b);
	}
}

/* [NA-53] an error from inside about a packet that came in: nobody outside
 * learns the inside addresses. */
static void
test_icmp_error_out(void **state)
{
	struct box *b = box_create(BOX INWARD STATIC_RULE(
		"203.0.113.16/28", "prefix 198.51.100.16/28"));
	struct in in = outside("203.0.113.18", IPP_UDP, 60, 70), quote, e;
	struct out o = pass(b, in), back;
	static const char *const senders[] = {"198.51.100.18",
		"198.51.100.200"}; /* the host, a router before it */

	(void)state;
	quote = (struct in){.src = o.src,
		.dst = o.dst,
		.proto = IPP_UDP,
		.sport = o.sport,
		.dport = o.dport};
	for (unsigned int i = 0; i < 2; i++) {
		struct ip_addr dst;
		char text[64];

		e = (struct in){.ifl = "ge-0/0/0.0",
			.src = senders[i],
			.dst = "192.0.2.2",
			.proto = IPP_ICMP,
			.quote = &quote,
			.icmp_type = 3,
			.icmp_code = 3};
		back = pass(b, e);
		assert_string_equal(back.src, "203.0.113.18");
		assert_string_equal(back.dst, "192.0.2.2");
		dst = flow_key_dst(&back.quoted);
		assert_string_equal(ip_addr_text(&dst, text), "203.0.113.18");
		assert_true(back.quote_ok);
	}
	box_free(b);
}

/* [NA-58] later fragments carry no ports; their addresses change as those of
 * the first one. */
static void
test_fragments(void **state)
{
	struct box *b = box_create(BOX NAT_INTERFACE);
	struct in one = first(c2s(&sides[0], IPP_UDP, 50, 60)), two;
	struct out o;

	(void)state;
	one.fragment = one.more = true;
	one.frag_id = 77;
	one.len = 20 + 64;
	two = one;
	two.more = false;
	two.frag_off = 64;
	o = pass(b, one);
	assert_string_equal(o.src, "192.0.2.1");
	assert_int_not_equal(o.sport, 50);
	o = pass(b, two);
	assert_string_equal(o.src, "192.0.2.1");
	box_free(b);
}

/* [NA-65] NPTv6: the sum of an address does not change (RFC 6296). */
static void
test_nptv6(void **state)
{
	static const struct {
		const char *dst, *prefix, *in, *out;
	} cases[] = {
		/* RFC 6296 3.1's prefixes: the difference is 0xd54e */
		{"2001:db8:1::/48", "fd01:203:405::/48", "fd01:203:405:1::1234",
			"2001:db8:1:d550::1234"},
		{"2001:db8:1:100::/56", "fd01:203:405::/56",
			"fd01:203:405:1::1234", NULL},
		{"2001:db8:1:7::/64", "fd01:203:405:1::/64",
			"fd01:203:405:1::1234", NULL},
	};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		char config[8192];
		struct box *b;
		struct in in;
		struct out o, back;

		snprintf(config, sizeof(config),
			"%s" STATIC_RULE("%s", "nptv6-prefix %s"),
			BOX DEFAULTS
			"set interfaces ge-0/0/0 unit 0 family inet6 address "
			"fd01:203:405:1::1/64\n",
			cases[i].dst, cases[i].prefix);
		b = box_create(config);
		in = first((struct in){.ifl = "ge-0/0/0.0",
			.src = cases[i].in,
			.dst = "2001:db8:2::2",
			.proto = IPP_UDP,
			.sport = 5,
			.dport = 6});
		o = pass(b, in); /* and its checksum is right */
		if (cases[i].out != NULL)
			assert_string_equal(o.src, cases[i].out);
		assert_string_not_equal(o.src, cases[i].in);
		back = pass(b, answer(&in, &o));
		assert_string_equal(back.dst, cases[i].in);
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_destination),
		cmocka_unit_test(test_destination_range),
		cmocka_unit_test(test_destination_instance),
		cmocka_unit_test(test_destination_box),
		cmocka_unit_test(test_destination_box_instance),
		cmocka_unit_test(test_static),
		cmocka_unit_test(test_static_ports),
		cmocka_unit_test(test_hairpin),
		cmocka_unit_test(test_icmp_error_in),
		cmocka_unit_test(test_icmp_error_out),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_nptv6),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
