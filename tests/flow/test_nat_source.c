/* SPDX-License-Identifier: Apache-2.0 */
/* Source NAT: interface, pools, ports. Rule ids: docs/behaviour/nat.md. */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nat_lab.h"

/* [NA-40] the preferred address of the egress interface, a port above 1023;
 * the answer finds its way back to the client, as it sent it. */
static void
test_interface(void **state)
{
	static const uint8_t protos[] = {IPP_UDP, IPP_TCP, IPP_ICMP};

	(void)state;
	EACH_FAMILY(a)
	{
		for (unsigned int i = 0; i < 3; i++) {
			struct box *b = box_create(BOX NAT_INTERFACE);
			struct in go = first(c2s(a, protos[i], 33, 53));
			struct out o;

			o = pass(b, go);
			assert_string_equal(o.src, a->box_out);
			assert_string_equal(o.dst, a->server);
			assert_true(o.sport >= 1024);
			assert_int_equal(o.dport, 53);
			o = pass(b, answer(&go, &o));
			assert_string_equal(o.src, a->server);
			assert_string_equal(o.dst, a->client);
			/* of an echo: sequence and identifier */
			assert_int_equal(o.sport, 53);
			assert_int_equal(o.dport, 33);
			box_clear(b);
			assert_int_equal(nat_in_use(b), 0);
			box_free(b);
		}
	}
}

static struct in
from(const char *src, uint8_t proto, uint16_t sport)
{
	struct in in = first(c2s(&sides[0], proto, sport, 4000));

	in.src = src;
	return in;
}

/* [NA-41] a pool of one address and four ports: four flows, then nothing is
 * left; one that ends makes room, and nothing else is disturbed. */
static void
test_exhausted(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.1/32")
			POOL("p", "port range 2000 to 2003"));
	bool seen[4] = {false};
	struct in in[5];
	struct out o[5];

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		in[i] = from("198.51.100.2", IPP_UDP, (uint16_t)(50 + i));
		o[i] = pass(b, in[i]);
		assert_string_equal(o[i].src, "203.0.113.1");
		assert_in_range(o[i].sport, 2000, 2003);
		assert_false(seen[o[i].sport - 2000]);
		seen[o[i].sport - 2000] = true;
	}
	in[4] = from("198.51.100.2", IPP_UDP, 60);
	dropped(b, in[4], REASON_NAT_EXHAUSTED);
	assert_int_equal(box_sessions(b), 4);
	for (unsigned int i = 0; i < 4; i++) /* others go on */
		pass(b, in[i]);
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	pass(b, in[4]);
	box_free(b);
}

/* [NA-43] tenants with one and the same tuple, in virtual routers of their own,
 * leave with different ports, and each answer goes to its own tenant. */
#define TENANTS 20
static void
test_tenants(void **state)
{
	static char config[32768];
	struct in in[TENANTS];
	struct out o[TENANTS];
	char ifl[TENANTS][32];
	struct box *b;
	size_t n;

	(void)state;
	n = (size_t)snprintf(config, sizeof(config),
		"set interfaces ge-0/0/1 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set interfaces ge-0/0/0 vlan-tagging\n"
		"set routing-instances ISP instance-type virtual-router\n"
		"set routing-instances ISP interface ge-0/0/1.0\n" ZONE(
			"ISP", "ge-0/0/1.0") SNAT "rule-set o from zone [");
	for (unsigned int i = 0; i < TENANTS; i++)
		n += (size_t)snprintf(
			config + n, sizeof(config) - n, " T%u", i);
	n += (size_t)snprintf(config + n, sizeof(config) - n,
		" ]\n" SNAT "rule-set o to zone ISP\n" SNAT
		"rule-set o rule r match source-address 0.0.0.0/0\n" SNAT
		"rule-set o rule r then source-nat interface\n"
		"set policy-options policy-statement isp from instance ISP\n"
		"set policy-options policy-statement isp then accept\n");
	for (unsigned int i = 0; i < TENANTS; i++)
		n += (size_t)snprintf(config + n, sizeof(config) - n,
			"set interfaces ge-0/0/0 unit %u vlan-id %u\n"
			"set interfaces ge-0/0/0 unit %u family inet address "
			"10.0.0.1/24\n"
			"set routing-instances T%u instance-type "
			"virtual-router\n"
			"set routing-instances T%u interface ge-0/0/0.%u\n"
			"set routing-instances T%u routing-options "
			"instance-import isp\n"
			"set security zones security-zone T%u interfaces "
			"ge-0/0/0.%u\n"
			"set security policies from-zone T%u to-zone ISP "
			"policy p match source-address any destination-address "
			"any application any\n"
			"set security policies from-zone T%u to-zone ISP "
			"policy p then permit\n",
			i, i + 1, i, i, i, i, i, i, i, i, i);
	b = box_create(config);
	for (unsigned int i = 0; i < TENANTS; i++) {
		snprintf(ifl[i], sizeof(ifl[i]), "ge-0/0/0.%u", i);
		in[i] = first((struct in){.ifl = ifl[i],
			.src = "10.0.0.2",
			.dst = "192.0.2.2",
			.proto = i % 2 ? IPP_UDP : IPP_ICMP,
			.sport = 77,
			.dport = 9});
		o[i] = pass(b, in[i]);
		assert_string_equal(o[i].src, "192.0.2.1");
	}
	for (unsigned int i = 0; i < TENANTS; i++) {
		struct out back = pass(b, answer(&in[i], &o[i]));

		assert_string_equal(back.ifl, ifl[i]);
		assert_string_equal(back.dst, "10.0.0.2");
		assert_int_equal(back.dport, 77);
	}
	box_free(b);
}

/* [NA-40] a pool without port translation is an address for each host, as long
 * as it has sessions. */
static void
test_no_translation(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.0/31")
			POOL("p", "port no-translation"));
	struct in x = from("198.51.100.2", IPP_UDP, 700);
	struct in y = from("198.51.100.3", IPP_UDP, 700);
	struct in z = from("198.51.100.4", IPP_UDP, 700);
	struct out ox = pass(b, x), oy = pass(b, y), o;

	(void)state;
	assert_int_equal(ox.sport, 700);
	assert_int_equal(oy.sport, 700);
	assert_string_not_equal(ox.src, oy.src);
	dropped(b, z, REASON_NAT_EXHAUSTED);
	x.sport = 701;
	o = pass(b, x);
	assert_string_equal(o.src, ox.src); /* the same host */
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	pass(b, z);
	box_free(b);
}

/* [NA-40] host-address-base shifts: the third host has the third address. */
static void
test_shift(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.0/28")
			POOL("p", "host-address-base 198.51.100.0"));
	struct out o = pass(b, from("198.51.100.3", IPP_TCP, 800));

	(void)state;
	assert_string_equal(o.src, "203.0.113.3");
	assert_int_equal(o.sport, 800);
	dropped(b, from("198.51.100.16", IPP_TCP, 800), REASON_NAT_EXHAUSTED);
	box_free(b);
}

/* [NA-47] the overflow pool, or the interface, takes what the pool cannot. */
static void
test_overflow(void **state)
{
	static const struct {
		const char *config, *src;
	} cases[] = {
		{POOL("p", "overflow-pool q")
				POOL("q", "address 203.0.113.9/32"),
			"203.0.113.9"},
		{POOL("p", "overflow-pool interface"), "192.0.2.1"},
	};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		char config[8192];
		struct box *b;
		struct out o;

		snprintf(config, sizeof(config), "%s%s",
			BOX NAT_POOL4("203.0.113.1/32")
				POOL("p", "port range 2000 to 2000"),
			cases[i].config);
		b = box_create(config);
		o = pass(b, from("198.51.100.2", IPP_UDP, 1));
		assert_string_equal(o.src, "203.0.113.1");
		o = pass(b, from("198.51.100.2", IPP_UDP, 2));
		assert_string_equal(o.src, cases[i].src);
		box_free(b);
	}
}

/* [NA-48] one port for several destinations, at most `factor` of them; never
 * two flows with one reply tuple. */
static void
test_overloading(void **state)
{
	struct box *b = box_create(BOX DEFAULTS NAT_POOL4("203.0.113.1/32")
			POOL("p", "port range 2000 to 2000")
				POOL("p", "port port-overloading-factor 3"));
	struct in in = from("198.51.100.2", IPP_UDP, 50);

	(void)state;
	pass(b, in);
	in.sport = 51;
	dropped(b, in, REASON_NAT_CLASH); /* the same destination */
	in.dst = "192.0.2.3";
	pass(b, in);
	in.dst = "192.0.2.4";
	pass(b, in);
	in.dst = "192.0.2.5";
	dropped(b, in, REASON_NAT_EXHAUSTED);
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	pass(b, in);
	box_free(b);
}

/* [NA-42] address-persistent and paired: one address for a host. */
static void
test_paired(void **state)
{
	static const char *const configs[] = {
		SNAT "address-persistent\n",
		POOL("p", "address-pooling paired"),
	};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		char config[8192], host[32];
		struct box *b;
		bool other = false;

		snprintf(config, sizeof(config), "%s%s",
			BOX NAT_POOL4("203.0.113.0/28"), configs[i]);
		b = box_create(config);
		for (unsigned int h = 2; h < 12; h++) {
			struct out o, p;

			snprintf(host, sizeof(host), "198.51.100.%u", h);
			o = pass(b, from(host, IPP_UDP, 1));
			p = pass(b, from(host, IPP_TCP, 2));
			assert_string_equal(o.src, p.src);
			other = other || strcmp(o.src, "203.0.113.0") != 0;
		}
		assert_true(other);
		box_free(b);
	}
}

/* [NA-41] preserve-parity, preserve-range, and ports in sequence. */
static void
test_ports(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.1/32") POOL(
		"p", "port preserve-parity") POOL("p", "port preserve-range"));
	struct out o, p;

	(void)state;
	for (unsigned int i = 0; i < 40; i++) {
		o = pass(b, from("198.51.100.2", IPP_UDP,
				    (uint16_t)(900 + i * 31)));
		assert_int_equal(o.sport % 2, (900 + i * 31) % 2);
		assert_int_equal(o.sport < 1024, 900 + i * 31 < 1024);
	}
	box_free(b);
	b = box_create(BOX NAT_POOL4("203.0.113.1/32") SNAT
		"port-randomization disable\n");
	o = pass(b, from("198.51.100.2", IPP_UDP, 1));
	p = pass(b, from("198.51.100.2", IPP_UDP, 2));
	assert_int_equal(p.sport, o.sport + 1);
	box_free(b);
}

/* [NA-40] protocols without ports: the address alone; the same reply tuple of
 * another host takes another address, and without one the packet is dropped. */
static void
test_other_protocols(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.0/31"));
	struct out o = pass(b, from("198.51.100.2", IPP_GRE, 0)), p;

	(void)state;
	assert_string_equal(o.dst, "192.0.2.2");
	p = pass(b, from("198.51.100.3", IPP_GRE, 0));
	assert_string_not_equal(o.src, p.src);
	dropped(b, from("198.51.100.4", IPP_GRE, 0), REASON_NAT_CLASH);
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	box_free(b);
}

/* [NA-52] `off` ends the search: nothing is translated. */
static void
test_off(void **state)
{
	struct box *b = box_create(BOX SNAT_SET SNAT
		"rule-set out rule a match destination-address "
		"192.0.2.2/32\n" SNAT_THEN("a", "off") SNAT_ANY("r4")
			SNAT_THEN("r4", "interface"));
	struct in in = from("198.51.100.2", IPP_UDP, 5);
	struct out o = pass(b, in);

	(void)state;
	assert_string_equal(o.src, "198.51.100.2");
	in.dst = "192.0.2.3";
	o = pass(b, in);
	assert_string_equal(o.src, "192.0.2.1");
	box_free(b);
}

/* [NA-49] blocks: a host's ports lie in its blocks, of which it has a limit;
 * a block that nobody uses goes back. */
static void
test_blocks(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.1/32")
			POOL("p", "port range 2000 to 2031") POOL("p",
				"port block-allocation block-size 8") POOL("p",
				"port block-allocation max-blocks-per-host 2"));
	unsigned int lo = 65536, hi = 0;

	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		struct out o = pass(b, from("198.51.100.2", IPP_UDP, i + 1));

		lo = o.sport < lo ? o.sport : lo;
		hi = o.sport > hi ? o.sport : hi;
	}
	assert_int_equal(hi - lo, 7);
	assert_int_equal((lo - 2000) % 8, 0);
	for (uint16_t i = 8; i < 16; i++)
		pass(b, from("198.51.100.2", IPP_UDP, i + 1));
	dropped(b, from("198.51.100.2", IPP_UDP, 99), REASON_NAT_EXHAUSTED);
	pass(b, from("198.51.100.3", IPP_UDP, 99));
	assert_int_equal(nat_of(b)->blocks.n, 3);
	assert_int_equal(nat_of(b)->nevents, 3);
	box_clear(b);
	assert_int_equal(nat_of(b)->blocks.n, 0);
	assert_int_equal(nat_of(b)->hosts.n, 0);
	assert_int_equal(nat_in_use(b), 0);
	box_free(b);
}

/* [NA-49] deterministic: which block follows from the host's address. */
static void
test_deterministic(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.0/31") POOL(
		"p", "port range 2000 to 2031") POOL("p",
		"port deterministic block-size 8") POOL("p",
		"port deterministic host address "
		"198.51.100.0/29") POOL("p", "port deterministic "
					     "include-boundary-addresses"));
	struct out o = pass(b, from("198.51.100.2", IPP_UDP, 1));

	(void)state;
	assert_string_equal(o.src, "203.0.113.0"); /* host 2: block 2 */
	assert_in_range(o.sport, 2016, 2023);
	o = pass(b, from("198.51.100.7", IPP_UDP, 1)); /* host 7: 4 + 3 */
	assert_string_equal(o.src, "203.0.113.1");
	assert_in_range(o.sport, 2024, 2031);
	dropped(b, from("198.51.100.8", IPP_UDP, 1), REASON_NAT_EXHAUSTED);
	for (uint16_t i = 2; i < 9; i++)
		pass(b, from("198.51.100.2", IPP_UDP, i));
	dropped(b, from("198.51.100.2", IPP_UDP, 99), REASON_NAT_EXHAUSTED);
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	box_free(b);
}

/* [NA-55] a commit that changes the pool or the rule ends the sessions that it
 * made; one that changes neither, or adds a rule, leaves them. */
static void
test_commit(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.1/32"));

	(void)state;
	pass(b, from("198.51.100.2", IPP_UDP, 1));
	box_commit(b, BOX DEFAULTS NAT_POOL4("203.0.113.1/32"));
	assert_int_equal(box_sweep(b), 0);
	box_commit(b, BOX NAT_POOL4("203.0.113.2/32"));
	assert_int_equal(box_sweep(b), 1);
	assert_int_equal(nat_in_use(b), 0);
	assert_string_equal(
		pass(b, from("198.51.100.2", IPP_UDP, 1)).src, "203.0.113.2");
	box_commit(b, BOX NAT_INTERFACE);
	assert_int_equal(box_sweep(b), 1);
	pass(b, from("198.51.100.2", IPP_UDP, 1));
	box_commit(b, BOX NAT_INTERFACE SNAT
		"rule-set out rule r4 match protocol udp\n");
	assert_int_equal(box_sweep(b), 1);
	pass(b, from("198.51.100.2", IPP_UDP, 1));
	box_commit(b, BOX);
	assert_int_equal(box_sweep(b), 1);
	assert_int_equal(nat_in_use(b), 0);
	box_free(b);
}

/* [NA-54] interface NAT: a flow whose route moves to another interface begins
 * anew, with that one's address. */
static void
test_reroute(void **state)
{
	struct box *b = box_create(BOX NAT_INTERFACE IFD("ge-0/0/2",
		"203.0.113.1/24", "2001:db8:3::1/64") ZONE("untrust",
		"ge-0/0/2.0") "set routing-options static route 192.0.2.128/25 "
			      "next-hop "
			      "203.0.113.7\n");
	struct in in = from("198.51.100.2", IPP_UDP, 5);
	struct out o;

	(void)state;
	in.dst = "192.0.2.130";
	o = pass(b, in);
	assert_string_equal(o.src, "203.0.113.1");
	box_link(b, "ge-0/0/2.0", false);
	o = pass(b, in);
	assert_string_equal(o.ifl, "ge-0/0/1.0");
	assert_string_equal(o.src, "192.0.2.1");
	assert_int_equal(box_sessions(b), 1);
	box_free(b);
}

/* [NA-56] the box's own packets: a rule from zone junos-host translates them,
 * and the answer reaches the box as it sent. */
static void
test_from_box(void **state)
{
	struct box *b = box_create(BOX POOL("p", "address 203.0.113.1/32") SNAT
		"rule-set own from zone junos-host\n" SNAT
		"rule-set own to zone untrust\n" SNAT
		"rule-set own rule r match source-address 0.0.0.0/0\n" SNAT
		"rule-set own rule r then source-nat pool p\n");
	struct in in = first((struct in){.vr = "master",
		.src = "192.0.2.1",
		.dst = "192.0.2.2",
		.proto = IPP_ICMP,
		.sport = 5,
		.dport = 1});
	struct out o = pass(b, in), back;

	(void)state;
	assert_string_equal(o.src, "203.0.113.1");
	back = box_send(b, &(struct in){.ifl = "ge-0/0/1.0",
				   .src = "192.0.2.2",
				   .dst = "203.0.113.1",
				   .proto = IPP_ICMP,
				   .sport = o.sport,
				   .dport = 1,
				   .reply = true});
	assert_int_equal(back.verdict, VERDICT_LOCAL);
	assert_string_equal(back.dst, "192.0.2.1");
	assert_int_equal(back.dport, 5);
	box_free(b);
}

/* [NA-43] a port of the interface that the box itself uses is not given away:
 * the reply tuple is a session's. */
static void
test_own_port(void **state)
{
	struct box *b = box_create(BOX NAT_INTERFACE SNAT
		"pool-default-port-range 1024 to 65535\n");
	struct in own = first((struct in){.vr = "master",
		.src = "192.0.2.1",
		.dst = "192.0.2.2",
		.proto = IPP_UDP,
		.dport = 4000});

	(void)state;
	for (uint32_t port = 1024; port < 1024 + 500; port++) {
		own.sport = (uint16_t)port;
		pass(b, own);
	}
	for (uint16_t i = 1; i < 300; i++)
		pass(b, from("198.51.100.2", IPP_UDP, i));
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interface),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_tenants),
		cmocka_unit_test(test_no_translation),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_overloading),
		cmocka_unit_test(test_paired),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_reroute),
		cmocka_unit_test(test_from_box),
		cmocka_unit_test(test_own_port),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
