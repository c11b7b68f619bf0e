/* SPDX-License-Identifier: Apache-2.0 */
/* Persistent NAT: who may come in, how long, how often. docs/behaviour/nat.md.
 */
#include "lab.h"

#include <stdio.h>
#include <string.h>

#include "nat_lab.h"

#define INWARD           POLICY("untrust", "trust", "in", "any", "permit")
#define PERSISTENT(what) SNAT_THEN("r", "pool p persistent-nat " what)
#define PERMIT(form)                                                           \
	BOX DEFAULTS INWARD NAT_POOL4("203.0.113.1/32")                        \
		PERSISTENT("permit " form)                                     \
			PERSISTENT("inactivity-timeout 100")                   \
				PERSISTENT("max-session-number 8")

static struct in
out_to(const char *dst, uint16_t dport)
{
	struct in in = first(c2s(&sides[0], IPP_UDP, 50, dport));

	in.dst = dst;
	return in;
}

static struct in
in_from(const struct out *o, const char *src, uint16_t sport)
{
	return first((struct in){.ifl = "ge-0/0/1.0",
		.src = src,
		.dst = o->src,
		.proto = IPP_UDP,
		.sport = sport,
		.dport = o->sport});
}

/* [NA-60] the outside address and port stay the same for all destinations; who
 * may answer depends on the form. */
static void
test_forms(void **state)
{
	static const struct {
		const char *config;
		bool other_port, other_host;
	} forms[] = {
		{PERMIT("any-remote-host"), true, true},
		{PERMIT("target-host"), true, false},
		{PERMIT("target-host-port"), false, false},
	};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct box *b = box_create(forms[i].config);
		struct out o = pass(b, out_to("192.0.2.2", 4000)), p;

		p = pass(b, out_to("192.0.2.3", 4001));
		assert_string_equal(o.src, p.src);
		assert_int_equal(o.sport, p.sport);
		p = sent(b, in_from(&o, "192.0.2.2", 9));
		if (forms[i].other_port) {
			assert_int_equal(p.verdict, VERDICT_NEXT);
			assert_string_equal(p.dst, "198.51.100.2");
			assert_int_equal(p.dport, 50);
		} else {
			assert_int_equal(p.reason, REASON_NAT_BINDING);
		}
		if (forms[i].other_host)
			pass(b, in_from(&o, "192.0.2.77", 9));
		else
			dropped(b, in_from(&o, "192.0.2.77", 9),
				REASON_NAT_BINDING);
		/* the answer itself belongs to the session */
		pass(b, in_from(&o, "192.0.2.2", 4000));
		box_free(b);
	}
}

/* [NA-60] the binding outlives its sessions by the timeout, then it is gone and
 * its port is free. */
static void
test_timeout(void **state)
{
	struct box *b = box_create(PERMIT("any-remote-host"));
	struct out o = pass(b, out_to("192.0.2.2", 4000)), p;

	(void)state;
	box_sleep(b, 70000); /* the session of 60 s is over */
	assert_int_equal(box_sessions(b), 0);
	assert_int_equal(nat_of(b)->bindings.n, 1);
	box_sleep(b, 40000);
	p = pass(b, out_to("192.0.2.9", 1));
	assert_int_equal(o.sport, p.sport); /* still the same binding */
	box_sleep(b, 70000 + 101000);
	assert_int_equal(nat_of(b)->bindings.n, 0);
	assert_int_equal(nat_of(b)->reflexive.n, 0);
	assert_int_equal(nat_in_use(b), 0);
	dropped(b, in_from(&o, "192.0.2.2", 9), REASON_DEFAULT_DENY);
	box_free(b);
}

/* [NA-60] max-session-number counts sessions of both directions. */
static void
test_limit(void **state)
{
	struct box *b = box_create(PERMIT("any-remote-host"));
	struct out o = pass(b, out_to("192.0.2.2", 1));

	(void)state;
	for (uint16_t i = 2; i <= 7; i++)
		pass(b, out_to("192.0.2.2", i));
	pass(b, in_from(&o, "192.0.2.3", 9));
	dropped(b, in_from(&o, "192.0.2.4", 9), REASON_NAT_BINDING_LIMIT);
	dropped(b, out_to("192.0.2.2", 99), REASON_NAT_BINDING_LIMIT);
	box_clear(b);
	pass(b, in_from(&o, "192.0.2.4", 9));
	box_free(b);
}

/* [NA-60] block-ext-session: the port stays, nobody comes in. */
static void
test_block(void **state)
{
	struct box *b = box_create(
		PERMIT("any-remote-host") PERSISTENT("block-ext-session"));
	struct out o = pass(b, out_to("192.0.2.2", 1));

	(void)state;
	dropped(b, in_from(&o, "192.0.2.2", 9), REASON_NAT_BINDING);
	pass(b, in_from(&o, "192.0.2.2", 1));
	box_free(b);
}

/* [NA-60] who comes in needs a policy, which sees the inside address. */
static void
test_policy(void **state)
{
	struct box *b = box_create(BOX NAT_POOL4("203.0.113.1/32")
			PERSISTENT("permit any-remote-host"));
	struct out o = pass(b, out_to("192.0.2.2", 1));

	(void)state;
	dropped(b, in_from(&o, "192.0.2.2", 9), REASON_DEFAULT_DENY);
	box_free(b);
}

/* [NA-60] address-mapping: the whole address, whatever port. */
static void
test_address_mapping(void **state)
{
	struct box *b = box_create(BOX DEFAULTS INWARD NAT_POOL4(
		"203.0.113.0/28") POOL("p", "port no-translation")
			PERSISTENT("permit any-remote-host")
				PERSISTENT("address-mapping"));
	struct out o = pass(b, out_to("192.0.2.2", 1)), p;
	struct in in = in_from(&o, "192.0.2.8", 9);

	(void)state;
	in.dport = 1234;
	p = pass(b, in);
	assert_string_equal(p.dst, "198.51.100.2");
	assert_int_equal(p.dport, 1234);
	in.proto = IPP_ICMP;
	p = pass(b, in);
	assert_string_equal(p.dst, "198.51.100.2");
	box_free(b);
}

/* [NA-60] hairpin: a neighbour reaches the host by its outside address. */
static void
test_hairpin(void **state)
{
	struct box *b = box_create(PERMIT("any-remote-host")
			POLICY("trust", "trust", "loop", "any", "permit"));
	struct out o = pass(b, out_to("192.0.2.2", 1)), p;
	struct in in = in_from(&o, "198.51.100.3", 9);

	(void)state;
	in.ifl = "ge-0/0/0.0";
	p = pass(b, in);
	assert_string_equal(p.ifl, "ge-0/0/0.0");
	assert_string_equal(p.dst, "198.51.100.2");
	assert_int_equal(p.dport, 50);
	box_free(b);
}

/* [NA-61] the inside host lives in a virtual router of its own: who comes in
 * is routed there, and goes back by its own interface. */
static void
test_instance(void **state)
{
	struct box *b = box_create(
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"198.51.100.1/24\n"
		"set interfaces ge-0/0/1 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set routing-instances A instance-type virtual-router\n"
		"set routing-instances A interface ge-0/0/0.0\n"
		"set routing-instances A routing-options static route "
		"0.0.0.0/0 next-table inet.0\n" ZONE("trust", "ge-0/0/0.0")
			ZONE("untrust", "ge-0/0/1.0")
				INWARD OUTWARD SNAT_SET SNAT_ANY("r") SNAT_THEN(
					"r", "interface persistent-nat permit "
					     "any-remote-host"));
	struct out o = pass(b, out_to("192.0.2.2", 1)), p;
	struct in in = in_from(&o, "192.0.2.5", 9);
	struct out back;

	(void)state;
	assert_string_equal(o.src, "192.0.2.1");
	p = pass(b, in);
	assert_string_equal(p.dst, "198.51.100.2");
	back = pass(b, answer_at(&in, &p, "ge-0/0/0.0"));
	assert_string_equal(back.src, "192.0.2.1");
	assert_string_equal(back.dst, "192.0.2.5");
	box_free(b);
}

/* [NA-55] a commit that takes the pool away ends bindings and sessions. */
static void
test_commit(void **state)
{
	struct box *b = box_create(PERMIT("any-remote-host"));
	struct out o = pass(b, out_to("192.0.2.2", 1));

	(void)state;
	box_commit(b, BOX DEFAULTS INWARD);
	assert_int_equal(box_sweep(b), 1);
	box_sleep(b, 2000);
	assert_int_equal(nat_of(b)->bindings.n, 0);
	assert_int_equal(nat_in_use(b), 0);
	dropped(b, in_from(&o, "192.0.2.2", 9), REASON_DEFAULT_DENY);
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_address_mapping),
		cmocka_unit_test(test_hairpin),
		cmocka_unit_test(test_instance),
		cmocka_unit_test(test_commit),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
