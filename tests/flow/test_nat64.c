/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NAT64 and NAT46: RFC 6146, 6052, 7915. Rule ids: docs/behaviour/nat.md.
 *
 *   2001:db8:1::2 --- trust   untrust --- 192.0.2.2
 *                     64:ff9b::/96
 */
#include "lab.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "nat_lab.h"

#define NAT64(prefix)                                                          \
	STATIC "rule-set six from zone trust\n" STATIC                         \
	       "rule-set six rule r match destination-address " prefix         \
	       "\n" STATIC "rule-set six rule r then static-nat inet\n"
#define SNAT64                                                                 \
	POOL("p", "address 192.0.2.64/32")                                     \
	SNAT_SET SNAT_ANY6("r") SNAT_THEN("r", "pool p")
#define BOX64 BOX NAT64("64:ff9b::/96") SNAT64

static struct in
from6(const char *dst, uint8_t proto)
{
	return first((struct in){.ifl = "ge-0/0/0.0",
		.src = "2001:db8:1::2",
		.dst = dst,
		.proto = proto,
		.sport = 700,
		.dport = 80});
}

/* [NA-70] each prefix length of RFC 6052, every protocol, both ways. */
static void
test_prefixes(void **state)
{
	static const struct {
		const char *prefix, *dst;
	} cases[] = {
		/* RFC 6052 2.4, with 192.0.2.33 */
		{"64:ff9b::/96", "64:ff9b::c000:221"},
		{"2001:db8::/32", "2001:db8:c000:221::"},
		{"2001:db8:100::/40", "2001:db8:1c0:2:21::"},
		{"2001:db8:122::/48", "2001:db8:122:c000:2:2100::"},
		{"2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"},
		{"2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"},
		{"2001:db8:122:344::/96", "2001:db8:122:344::c000:221"},
	};
	static const uint8_t protos[] = {IPP_TCP, IPP_UDP, IPP_ICMP};

	(void)state;
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char config[8192];
		struct box *b;

		snprintf(config, sizeof(config), "%s" NAT64("%s"), BOX SNAT64,
			cases[i].prefix);
		b = box_create(config);
		for (unsigned int k = 0; k < 3; k++) {
			struct in in = from6(cases[i].dst, protos[k]);
			struct out o = sent(b, in), back;

			assert_int_equal(o.verdict, VERDICT_NEXT);
			assert_true(o.checksum_ok);
			assert_string_equal(o.src, "192.0.2.64");
			assert_string_equal(o.dst, "192.0.2.33");
			assert_int_equal(o.dport, 80);
			assert_int_equal(o.ttl, 63);
			assert_int_equal(o.sent.protocol, protos[k]);
			back = pass(b, answer(&in, &o));
			assert_string_equal(back.src, cases[i].dst);
			assert_string_equal(back.dst, "2001:db8:1::2");
			assert_int_equal(back.dport, 700);
			assert_string_equal(back.ifl, "ge-0/0/0.0");
		}
		box_clear(b);
		assert_int_equal(nat_in_use(b), 0);
		box_free(b);
	}
}

/* [NA-71] the policy sees the IPv4 destination; without a source rule there is
 * no way to go on. */
static void
test_policy(void **state)
{
	static const struct {
		const char *config;
		enum reason reason;
	} cases[] = {
		{ZONES SNAT64 POLICY("trust", "untrust", "no", "any", "deny"),
			REASON_POLICY_DENY},
		{BOX, REASON_NAT_FAMILY},
		{ZONES SNAT64 "set security address-book global address ok "
			      "192.0.2.2/32\n"
			      "set security policies from-zone trust to-zone "
			      "untrust policy p match source-address any "
			      "destination-address ok application any\n"
			      "set security policies from-zone trust to-zone "
			      "untrust policy p then permit\n",
			REASON_NONE},
	};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		char config[8192];
		struct box *b;
		struct out o;

		snprintf(config, sizeof(config), "%s%s", cases[i].config,
			NAT64("64:ff9b::/96"));
		b = box_create(config);
		o = sent(b, from6("64:ff9b::192.0.2.2", IPP_UDP));
		assert_int_equal(o.reason, cases[i].reason);
		if (cases[i].reason == REASON_NONE)
			dropped(b, from6("64:ff9b::192.0.2.3", IPP_UDP),
				REASON_DEFAULT_DENY);
		box_free(b);
	}
}

/* [NA-72] UDP without a checksum gets one (RFC 7915 4.5); what is whole gets a
 * fragment header, unless no-v6-frag-header. */
static void
test_answers(void **state)
{
	static const char *const options[] = {
		"", "set security nat natv6v4 no-v6-frag-header\n"};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		char config[8192];
		struct box *b;
		struct in in = from6("64:ff9b::192.0.2.2", IPP_UDP), re;
		struct out o, back;

		snprintf(config, sizeof(config), "%s%s", BOX64, options[i]);
		b = box_create(config);
		o = pass(b, in);
		re = answer(&in, &o);
		back = pass(b, re);
		assert_int_equal(back.payload, i == 0 ? 8 + 8 : 8);
		re.df = true;
		back = pass(b, re);
		assert_int_equal(back.payload, 8);
		re.no_checksum = true;
		back = pass(b, re);
		assert_int_not_equal(back.l4_check, 0);
		box_free(b);
	}
}

/* [NA-73] ICMP errors: type, code and MTU by the table of RFC 7915, and what
 * they quote as its sender sent it. */
static void
test_errors(void **state)
{
	static const struct {
		uint8_t type4, code4, type6, code6;
		uint16_t mtu4, mtu6;
	} cases[] = {
		{3, 0, 1, 0, 0, 0},
		{3, 1, 1, 0, 0, 0},
		{3, 2, 4, 1, 0, 6},
		{3, 3, 1, 4, 0, 0},
		{3, 4, 2, 0, 1400, 1420},
		{3, 4, 2, 0, 600, 1280},
		{3, 9, 1, 1, 0, 0},
		{3, 13, 1, 1, 0, 0},
		{11, 0, 3, 0, 0, 0},
		{11, 1, 3, 1, 0, 0},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct box *b = box_create(BOX64 DEFAULTS);
		struct in in = from6("64:ff9b::203.0.113.9", IPP_UDP);
		struct out o = pass(b, in), back;
		struct in q = {.src = o.src,
			.dst = o.dst,
			.proto = IPP_UDP,
			.sport = o.sport,
			.dport = o.dport};
		struct ip_addr src;
		char text[64];

		in = (struct in){.ifl = "ge-0/0/1.0",
			.src = "192.0.2.254",
			.dst = o.src,
			.proto = IPP_ICMP,
			.quote = &q,
			.icmp_type = cases[i].type4,
			.icmp_code = cases[i].code4,
			.icmp_mtu = cases[i].mtu4};
		back = pass(b, in);
		assert_string_equal(back.src, "64:ff9b::c000:2fe");
		assert_string_equal(back.dst, "2001:db8:1::2");
		assert_int_equal(back.icmp_type, cases[i].type6);
		assert_int_equal(back.icmp_code, cases[i].code6);
		assert_int_equal(back.icmp_rest, cases[i].mtu6);
		src = flow_key_src(&back.quoted);
		assert_string_equal(ip_addr_text(&src, text), "2001:db8:1::2");
		assert_int_equal(back.quoted.sport_be, htons(700));
		assert_int_equal(back.quoted.dport_be, htons(80));
		box_free(b);
	}
}

/* [NA-73] from the IPv6 side about what came from the IPv4 side. */
static void
test_errors6(void **state)
{
	static const struct {
		uint8_t type6, code6, type4, code4;
		uint16_t mtu6, mtu4;
	} cases[] = {
		{1, 0, 3, 1, 0, 0},
		{1, 1, 3, 10, 0, 0},
		{1, 3, 3, 1, 0, 0},
		{1, 4, 3, 3, 0, 0},
		{2, 0, 3, 4, 1400, 1380},
		{3, 0, 11, 0, 0, 0},
		{4, 1, 3, 2, 0, 0},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct box *b = box_create(BOX64);
		struct in in = from6("64:ff9b::192.0.2.2", IPP_UDP), q;
		struct out o = pass(b, in), back;

		q = (struct in){.src = "64:ff9b::192.0.2.2",
			.dst = "2001:db8:1::2",
			.proto = IPP_UDP,
			.sport = 80,
			.dport = 700};
		in = (struct in){.ifl = "ge-0/0/0.0",
			.src = "2001:db8:1::99",
			.dst = "64:ff9b::192.0.2.2",
			.proto = IPP_ICMP,
			.quote = &q,
			.icmp_type = cases[i].type6,
			.icmp_code = cases[i].code6,
			.icmp_mtu = cases[i].mtu6};
		back = pass(b, in);
		assert_string_equal(back.src, "192.0.2.64");
		assert_string_equal(back.dst, "192.0.2.2");
		assert_int_equal(back.icmp_type, cases[i].type4);
		assert_int_equal(back.icmp_code, cases[i].code4);
		assert_int_equal(back.icmp_rest & 0xffff, cases[i].mtu4);
		assert_int_equal(back.quoted.dport_be, htons(o.sport));
		assert_true(back.quote_ok);
		box_free(b);
	}
}

/* [NA-74] fragments of both families; ICMP in fragments has no translation. */
static void
test_fragments(void **state)
{
	struct box *b = box_create(BOX64);
	struct in one = from6("64:ff9b::192.0.2.2", IPP_UDP), two, re;
	struct out o, p;

	(void)state;
	one.fragment = one.more = true;
	one.frag_id = 0x12345678;
	one.len = 48 + 64;
	two = one;
	two.more = false;
	two.frag_off = 64;
	o = pass(b, one);
	p = pass(b, two);
	assert_string_equal(p.src, "192.0.2.64");
	assert_string_equal(p.dst, "192.0.2.2");
	assert_int_equal(o.frag_word, 0x2000);
	assert_int_equal(p.frag_word, 64 / 8);
	assert_int_equal(p.payload, 64);
	re = answer(&one, &o);
	re.fragment = re.more = true;
	re.frag_id = 9;
	re.len = 20 + 64;
	p = sent(b, re);
	assert_int_equal(p.verdict, VERDICT_NEXT);
	assert_string_equal(p.dst, "2001:db8:1::2");
	re.more = false;
	re.frag_off = 64;
	p = sent(b, re);
	assert_int_equal(p.verdict, VERDICT_NEXT);
	assert_string_equal(p.dst, "2001:db8:1::2");
	one.proto = IPP_ICMP;
	one.frag_id++;
	dropped(b, one, REASON_NAT_FAMILY);
	box_free(b);
}

/* [NA-74] too large for the other side: the sender is told in its own measure.
 */
static void
test_mtu(void **state)
{
	struct box *b = box_create(
		BOX64 "set interfaces ge-0/0/1 unit 0 family inet mtu 1300\n");
	struct in in = from6("64:ff9b::192.0.2.2", IPP_UDP), re;
	struct out o, first_one;

	(void)state;
	in.len = 1321;
	o = dropped(b, in, REASON_MTU);
	assert_int_equal(o.told.type, 2);
	assert_int_equal(o.told.mtu, 1320);
	in.len = 1320;
	first_one = pass(b, in);
	re = answer(&in, &first_one);
	re.len = 1490;
	re.df = true;
	o = dropped(b, re, REASON_MTU);
	assert_int_equal(o.told.type, 3);
	assert_int_equal(o.told.code, 4);
	assert_int_equal(o.told.mtu, 1480);
	re.df = false; /* may be cut */
	o = sent(b, re);
	assert_int_equal(o.verdict, VERDICT_NEXT);
	assert_true(o.cut);
	re.fragment = re.more = true; /* also what was cut before */
	re.frag_id = 7;
	re.len = 1500;
	for (unsigned int i = 0; i < 2; i++) {
		o = sent(b, re);
		assert_int_equal(o.verdict, VERDICT_NEXT);
		assert_true(o.cut);
		re.frag_off = 1480;
	}
	re.df = true;
	re.frag_id++;
	re.frag_off = 0;
	o = dropped(b, re, REASON_MTU);
	assert_int_equal(o.told.mtu, 1472);
	box_free(b);
}

/* [NA-76] a persistent binding of NAT64: an IPv4 host comes in, with the prefix
 * in front of its address; and a neighbour, by the binding's IPv4 address. */
static void
test_binding(void **state)
{
	struct box *b = box_create(BOX64 POLICY("untrust", "trust", "in", "any",
		"permit") POLICY("trust", "trust", "loop", "any", "permit")
			SNAT_THEN("r", "pool p persistent-nat permit "
				       "any-remote-host"));
	struct in in = from6("64:ff9b::192.0.2.2", IPP_UDP), re;
	struct out o = pass(b, in), back, p;
	char hairpin[80];

	(void)state;
	re = first((struct in){.ifl = "ge-0/0/1.0",
		.src = "192.0.2.99",
		.dst = o.src,
		.proto = IPP_UDP,
		.sport = 9,
		.dport = o.sport});
	p = pass(b, re);
	assert_string_equal(p.dst, "2001:db8:1::2");
	assert_int_equal(p.dport, 700);
	assert_string_equal(p.src, "64:ff9b::c000:263");
	back = pass(b, answer_at(&re, &p, "ge-0/0/0.0"));
	assert_string_equal(back.dst, "192.0.2.99");
	assert_string_equal(back.src, o.src);
	snprintf(hairpin, sizeof(hairpin), "64:ff9b::%s", o.src);
	in = from6(hairpin, IPP_UDP);
	in.src = "2001:db8:1::3";
	in.dport = o.sport;
	p = pass(b, in);
	assert_string_equal(p.ifl, "ge-0/0/0.0");
	assert_string_equal(p.dst, "2001:db8:1::2");
	assert_int_equal(p.dport, 700);
	box_free(b);
}

/* [NA-75] NAT46: a static prefix of the other family one way, the well-known
 * prefix the other. */
static void
test_nat46(void **state)
{
	struct box *b = box_create(BOX POLICY(
		"untrust", "trust", "in", "any", "permit") NAT64("64:ff9b::/96")
			STATIC "rule-set four from zone untrust\n" STATIC
			       "rule-set four rule r match destination-address "
			       "192.0.2.80/32\n" STATIC
			       "rule-set four rule r then static-nat prefix "
			       "2001:db8:1::2/128\n");
	struct in in = first((struct in){.ifl = "ge-0/0/1.0",
		.src = "192.0.2.2",
		.dst = "192.0.2.80",
		.proto = IPP_TCP,
		.sport = 5000,
		.dport = 80});
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.src, "64:ff9b::c000:202");
	assert_string_equal(o.dst, "2001:db8:1::2");
	assert_int_equal(o.sport, 5000);
	back = pass(b, answer_at(&in, &o, "ge-0/0/0.0"));
	assert_string_equal(back.src, "192.0.2.80");
	assert_string_equal(back.dst, "192.0.2.2");
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_errors6),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_mtu),
		cmocka_unit_test(test_nat46),
		cmocka_unit_test(test_binding),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
