/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of routes under the packet path, and what a session does when the
 * routes change under it [RR-8].
 */
#include "lab.h"

#include <string.h>

#define STATIC(prefix, what)                                                   \
	"set routing-options static route " prefix " " what "\n"
#define STATIC6(prefix, what)                                                  \
	"set routing-options rib inet6.0 static route " prefix " " what "\n"

static struct in
outward(const struct side *a, uint16_t port)
{
	struct in p = c2s(a, IPP_UDP, port, 5000);

	p.dst = a->far;
	return p;
}

static struct in
inward(const struct side *a, uint16_t port)
{
	struct in p = s2c(a, IPP_UDP, port, 5000);

	p.src = a->far;
	return p;
}

static void
test_kinds(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct in p = outward(a, 1);
		struct box *b = box_create(BOX);
		struct out o;

		o = dropped(b, p, REASON_NO_ROUTE);
		assert_false(o.told.sent);
		assert_int_equal(1, box_ifl_stats(b, "ge-0/0/0.0")
					    ->reason[REASON_NO_ROUTE]);
		box_commit(b, BOX STATIC("203.0.113.0/24", "discard")
				      STATIC6("2001:db8:9::/64", "discard"));
		o = dropped(b, p, REASON_ROUTE_DISCARD);
		assert_false(o.told.sent);
		box_commit(b, BOX STATIC("203.0.113.0/24", "reject")
				      STATIC6("2001:db8:9::/64", "reject"));
		o = dropped(b, p, REASON_ROUTE_REJECT);
		assert_true(o.told.sent && o.told.checksum_ok);
		assert_int_equal(a == sides ? 3 : 1, o.told.type);
		assert_int_equal(0, o.told.code);
		assert_string_equal(a->box_in, o.told.src);
		assert_int_equal(0, box_sessions(b));
		box_commit(b, BOX DEFAULTS);
		assert_string_equal(a->gateway, pass(b, p).to);
		box_free(b);
	}
}

/* Two gateways in one zone: a flow keeps to one, both are used. */
static void
test_ecmp(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX STATIC(
			"203.0.113.0/24", "next-hop [ 192.0.2.11 192.0.2.12 ]")
				STATIC6("2001:db8:9::/64",
					"next-hop [ 2001:db8:2::11 "
					"2001:db8:2::12 ]") "set "
							    "policy-options "
							    "policy-statement "
							    "lb then "
							    "load-balance "
							    "per-packet\n"
							    "set "
							    "routing-options "
							    "forwarding-table "
							    "export lb\n");
		unsigned int used[2] = {0};

		for (uint16_t port = 1; port <= 64; port++) {
			char first[64];
			bool second;

			strcpy(first, pass(b, outward(a, port)).to);
			second = first[strlen(first) - 1] == '2';
			used[second]++;
			for (unsigned int i = 0; i < 3; i++) {
				pass(b, inward(a, port));
				assert_string_equal(
					first, pass(b, outward(a, port)).to);
			}
			box_commit(b,
				BOX STATIC("203.0.113.0/24",
					"next-hop [ 192.0.2.11 192.0.2.12 ]")
					STATIC6("2001:db8:9::/64",
						"next-hop [ 2001:db8:2::11 "
						"2001:db8:2::12 ]") "set "
								    "policy-"
								    "options "
								    "policy-"
								    "statement "
								    "lb then "
								    "load-"
								    "balance "
								    "per-"
								    "packet\n"
								    "set "
								    "routing-"
								    "options "
								    "forwarding"
								    "-table "
								    "export "
								    "lb\n");
			assert_string_equal(
				first, pass(b, outward(a, port)).to);
		}
		assert_int_equal(64, box_sessions(b));
		assert_true(used[0] > 10 && used[1] > 10);
		box_free(b);
	}
}

/* next-table: the rest of the way is known by another virtual router. */
static void
test_next_table(void **state)
{
	struct box *b = box_create(
		IFD("ge-0/0/0", "198.51.100.1/24", "2001:db8:1::1/64")
			IFD("ge-0/0/1", "192.0.2.1/24", "2001:db8:2::1/64")
				ZONE("trust", "ge-0/0/0.0")
					ZONE("untrust", "ge-0/0/1.0") OUTWARD
		"set routing-instances W instance-type virtual-router\n"
		"set routing-instances W interface ge-0/0/1.0\n"
		"set routing-instances W routing-options static route "
		"203.0.113.0/24 next-hop 192.0.2.254\n" STATIC(
			"0.0.0.0/0", "next-table W.inet.0"));
	const struct side *a = &sides[0];
	struct in p = outward(a, 1);
	struct out o = pass(b, p);

	(void)state;
	assert_string_equal("ge-0/0/1.0", o.ifl);
	assert_string_equal("192.0.2.254", o.to);
	o = pass(b, inward(a, 1)); /* flow mode: the way back is the master's */
	assert_string_equal("ge-0/0/0.0", o.ifl);
	p.dst = "203.0.112.1";
	dropped(b, p, REASON_NO_ROUTE);
	box_free(b);
}

#define TWO_UPLINKS                                                            \
	BOX IFD("ge-0/0/2", "203.0.112.1/24", "2001:db8:3::1/64")              \
		ZONE("untrust", "ge-0/0/2.0")
#define VIA_1                                                                  \
	STATIC("203.0.113.0/24", "next-hop 192.0.2.254")                       \
	STATIC6("2001:db8:9::/64", "next-hop 2001:db8:2::fe")
#define VIA_2                                                                  \
	STATIC("203.0.113.0/24", "next-hop 203.0.112.254")                     \
	STATIC6("2001:db8:9::/64", "next-hop 2001:db8:3::fe")

/* Another interface of the same zone: the session goes on there. */
static void
test_move(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(TWO_UPLINKS VIA_1);
		struct in back = inward(a, 1);
		uint32_t id;

		assert_string_equal("ge-0/0/1.0", pass(b, outward(a, 1)).ifl);
		id = box_session(b, 0).id;
		box_commit(b, TWO_UPLINKS VIA_2);
		assert_string_equal("ge-0/0/2.0", pass(b, outward(a, 1)).ifl);
		assert_int_equal(id, box_session(b, 0).id);
		assert_int_equal(box_ifl(b, "ge-0/0/2.0").v,
			box_session(b, 0).wing[1].ifl.v);
		pass(b, back); /* answers may still come in by the first one */
		back.ifl = "ge-0/0/2.0";
		pass(b, back);
		assert_int_equal(1, box_sessions(b));
		assert_int_equal(2, box_session(b, 0).wing[0].packets);
		box_free(b);
	}
}

/* Another zone: the session ends, and the packet is a first one there. */
static void
test_move_zone(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
#define OTHER_ZONE                                                             \
	BOX IFD("ge-0/0/2", "203.0.112.1/24", "2001:db8:3::1/64")              \
		ZONE("dmz", "ge-0/0/2.0")
		struct box *b = box_create(OTHER_ZONE VIA_1);

		pass(b, outward(a, 1));
		box_commit(b, OTHER_ZONE VIA_2);
		dropped(b, outward(a, 1), REASON_DEFAULT_DENY);
		assert_int_equal(0, box_sessions(b));
		box_commit(b, OTHER_ZONE VIA_1);
		pass(b, outward(a, 1));
		box_commit(b, OTHER_ZONE VIA_2 POLICY(
				      "trust", "dmz", "d", "any", "permit"));
		assert_string_equal("ge-0/0/2.0", pass(b, outward(a, 1)).ifl);
		assert_string_equal("d", box_session(b, 0).policy);
		/* an answer from the old side has no session any more */
		dropped(b, inward(a, 1), REASON_DEFAULT_DENY);
		box_free(b);
	}
}

/* The way back may leave by another interface of the same zone. */
static void
test_reverse_move(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
#define TWO_INSIDE                                                             \
	BOX IFD("ge-0/0/2", "203.0.112.1/24", "2001:db8:3::1/64")              \
		ZONE("trust", "ge-0/0/2.0")
#define CLIENT_VIA_2                                                           \
	STATIC("198.51.100.2/32", "next-hop 203.0.112.2")                      \
	STATIC6("2001:db8:1::2/128", "next-hop 2001:db8:3::2")
		struct box *b = box_create(TWO_INSIDE);
		struct in q = s2c(a, IPP_UDP, 1, 2);

		pass(b, c2s(a, IPP_UDP, 1, 2));
		assert_string_equal("ge-0/0/0.0", pass(b, q).ifl);
		box_commit(b, TWO_INSIDE CLIENT_VIA_2);
		assert_string_equal("ge-0/0/2.0", pass(b, q).ifl);
		assert_int_equal(box_ifl(b, "ge-0/0/0.0").v,
			box_session(b, 0).wing[0].ifl.v);
		box_free(b);
	}
}

/* No route any more: dropped; the session waits as long as it would anyway. */
static void
test_route_gone(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX VIA_1);
	struct out o;

	(void)state;
	pass(b, outward(a, 1));
	box_commit(b, BOX);
	o = dropped(b, outward(a, 1), REASON_REROUTE_NO_ROUTE);
	assert_false(o.told.sent);
	assert_int_equal(0, box_session(b, 0).wing[1].route);
	assert_int_equal(60, box_session(b, 0).timeout_s);
	pass(b, inward(a, 1)); /* the way back is still known */
	box_commit(b, BOX VIA_1);
	pass(b, outward(a, 1));
	assert_int_not_equal(0, box_session(b, 0).wing[1].route);
	assert_int_equal(2, box_session(b, 0).wing[0].packets);
	box_free(b);
}

static void
test_route_change_timeout(void **state)
{
#define LIMIT "set security flow route-change-timeout 6\n"
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX VIA_1 LIMIT);

	(void)state;
	pass(b, outward(a, 1));
	box_commit(b, BOX LIMIT);
	dropped(b, outward(a, 1), REASON_REROUTE_NO_ROUTE);
	assert_int_equal(6, box_session(b, 0).timeout_s);
	for (unsigned int i = 0; i < 4; i++) { /* dropped: not refreshed */
		box_sleep(b, 2000);
		sent(b, outward(a, 1));
	}
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* A link goes down and comes up again; a floating route takes over. */
static void
test_links(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(TWO_UPLINKS
		"set routing-options static route 203.0.113.0/24 next-hop "
		"192.0.2.254\n"
		"set routing-options static route 203.0.113.0/24 "
		"qualified-next-hop 203.0.112.254 preference 100\n");

	(void)state;
	assert_string_equal("ge-0/0/1.0", pass(b, outward(a, 1)).ifl);
	box_link(b, "ge-0/0/1.0", false);
	assert_string_equal("ge-0/0/2.0", pass(b, outward(a, 1)).ifl);
	box_link(b, "ge-0/0/2.0", false);
	dropped(b, outward(a, 1), REASON_REROUTE_NO_ROUTE);
	dropped(b, outward(a, 2), REASON_NO_ROUTE);
	box_link(b, "ge-0/0/2.0", true);
	box_link(b, "ge-0/0/1.0", true);
	assert_string_equal("ge-0/0/1.0", pass(b, outward(a, 1)).ifl);
	assert_int_equal(1, box_sessions(b));
	/* the client's link: replies have no way back, then one again */
	box_link(b, "ge-0/0/0.0", false);
	dropped(b, inward(a, 1), REASON_REVERSE_NO_ROUTE);
	assert_int_equal(0, box_session(b, 0).wing[0].route);
	box_link(b, "ge-0/0/0.0", true);
	pass(b, inward(a, 1));
	assert_int_not_equal(0, box_session(b, 0).wing[0].route);
	box_free(b);
}

/* The box's address moves away: its session ends. */
static void
test_address_gone(void **state)
{
	const struct side *a = &sides[0];
	struct in p = c2s(a, IPP_ICMP, 7, 1);
	struct box *b = box_create(BOX PINGABLE("trust"));

	(void)state;
	p.dst = a->box_in;
	assert_int_equal(VERDICT_LOCAL, box_send(b, &p).verdict);
	box_commit(b, BOX PINGABLE("trust") "delete interfaces ge-0/0/0 unit 0 "
					    "family inet\n"
					    "set interfaces ge-0/0/0 unit 0 "
					    "family inet address "
					    "198.51.100.9/24\n");
	assert_int_equal(VERDICT_DROP, box_send(b, &p).verdict);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_ecmp),
		cmocka_unit_test(test_next_table),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_move_zone),
		cmocka_unit_test(test_reverse_move),
		cmocka_unit_test(test_route_gone),
		cmocka_unit_test(test_route_change_timeout),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_address_gone),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
