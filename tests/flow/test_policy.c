/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-11] zones and policies: who may open a session, who is told why not. */
#include "lab.h"

#include <string.h>

static void
test_null_zone(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(IFD("ge-0/0/0", "198.51.100.1/24",
			"2001:db8:1::1/64") IFD("ge-0/0/1", "192.0.2.1/24",
			"2001:db8:2::1/64") ZONE("trust", "ge-0/0/0.0")
				PINGABLE(
					"trust") "set security policies "
						 "default-policy permit-all\n");
		struct in to_box = s2c(a, IPP_ICMP, 1, 2);

		dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_NULL_ZONE);
		dropped(b, s2c(a, IPP_UDP, 1, 2), REASON_NULL_ZONE);
		to_box.dst = a->box_out;
		to_box.reply = false;
		dropped(b, to_box, REASON_NULL_ZONE);
		assert_int_equal(2, box_ifl_stats(b, "ge-0/0/1.0")
					    ->reason[REASON_NULL_ZONE]);
		box_free(b);
	}
}

#define SAME_ZONE                                                              \
	IFD("ge-0/0/0", "198.51.100.1/24", "2001:db8:1::1/64")                 \
	IFD("ge-0/0/1", "192.0.2.1/24", "2001:db8:2::1/64")                    \
	ZONE("trust", "ge-0/0/0.0") ZONE("trust", "ge-0/0/1.0")

static void
test_intra_zone(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(SAME_ZONE);
		struct session_info s;

		dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_DEFAULT_DENY);
		box_commit(b, SAME_ZONE POLICY(
				      "trust", "trust", "p", "any", "permit"));
		pass(b, c2s(a, IPP_UDP, 1, 2));
		pass(b, s2c(a, IPP_UDP, 1, 2));
		s = box_session(b, 0);
		assert_int_equal(s.wing[0].token.v, s.wing[1].token.v);
		assert_string_equal("p", s.policy);
		box_free(b);
	}
}

/* Out by the interface it came in on: to another gateway of the same net. */
static void
test_hairpin(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(BOX DEFAULTS POLICY(
			"untrust", "untrust", "p", "any", "permit"));
		struct in p = {.ifl = "ge-0/0/1.0",
			.src = a->server,
			.dst = a->far,
			.proto = IPP_UDP,
			.sport = 1,
			.dport = 2};
		struct out o = pass(b, p);

		assert_string_equal("ge-0/0/1.0", o.ifl);
		assert_string_equal(a->gateway, o.to);
		p.src = a->far;
		p.dst = a->server;
		p.sport = 2;
		p.dport = 1;
		o = pass(b, p);
		assert_string_equal("ge-0/0/1.0", o.ifl);
		assert_string_equal(a->server, o.to);
		assert_int_equal(1, box_sessions(b));
		box_free(b);
	}
}

/* The first that matches decides; the rest is for the global ones. */
static void
test_order(void **state)
{
	struct box *b = box_create(ZONES POLICY("trust", "untrust", "no-telnet",
		"junos-telnet",
		"deny") POLICY("trust", "untrust", "tcp", "junos-tcp-any",
		"permit") POLICY("trust", "untrust", "late", "junos-ssh",
		"deny") "set security policies global policy g match "
			"source-address "
			"any destination-address any application "
			"junos-dns-udp\n"
			"set security policies global policy g then permit\n");
	const struct side *a = &sides[0];

	(void)state;
	dropped(b, tcp(c2s(a, IPP_TCP, 1, 23), TCP_SYN), REASON_POLICY_DENY);
	pass(b, tcp(c2s(a, IPP_TCP, 1, 22), TCP_SYN));
	assert_string_equal("tcp", box_session(b, 0).policy);
	pass(b, c2s(a, IPP_UDP, 1, 53));
	assert_string_equal("g", box_session(b, 1).policy);
	pass(b, s2c(a, IPP_UDP, 53, 7)); /* global: any pair of zones */
	dropped(b, c2s(a, IPP_UDP, 1, 54), REASON_DEFAULT_DENY);
	assert_int_equal(1, box_policy_hits(b, "no-telnet"));
	assert_int_equal(1, box_policy_hits(b, "tcp"));
	assert_int_equal(0, box_policy_hits(b, "late"));
	assert_int_equal(2, box_policy_hits(b, "g"));
	assert_int_equal(1, box_policy_hits(b, "default"));
	pass(b, tcp(c2s(a, IPP_TCP, 1, 22), TCP_SYN)); /* no hit: a session */
	assert_int_equal(1, box_policy_hits(b, "tcp"));
	box_free(b);
}

static void
test_global_zones(void **state)
{
	struct box *b = box_create(ZONES
		"set security policies global policy g match source-address "
		"any destination-address any application any\n"
		"set security policies global policy g match from-zone trust\n"
		"set security policies global policy g match to-zone untrust\n"
		"set security policies global policy g then permit\n");

	(void)state;
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2));
	dropped(b, s2c(&sides[0], IPP_UDP, 3, 4), REASON_DEFAULT_DENY);
	box_free(b);
}

#define ADDRESSES                                                              \
	"set security address-book global address half "                       \
	"198.51.100.0/25\n"                                                    \
	"set security address-book global address six 2001:db8:1::/64\n"       \
	"set security address-book global address some range-address "         \
	"192.0.2.2 to 192.0.2.4\n"                                             \
	"set security address-book global address-set both address half\n"     \
	"set security address-book global address-set both address six\n"
#define MATCH                                                                  \
	"set security policies from-zone trust to-zone untrust policy p "      \
	"match "
#define THEN                                                                   \
	"set security policies from-zone trust to-zone untrust policy p "      \
	"then permit\n"

static void
test_addresses(void **state)
{
	static const struct {
		const char *match;
		const char *src, *dst;
		bool ok;
	} rows[] = {
		{MATCH "source-address half\n" MATCH
		       "destination-address any\n",
			"198.51.100.127", "192.0.2.9", true},
		{MATCH "source-address half\n" MATCH
		       "destination-address any\n",
			"198.51.100.128", "192.0.2.9", false},
		{MATCH "source-address both\n" MATCH
		       "destination-address any\n",
			"2001:db8:1::99", "2001:db8:2::2", true},
		{MATCH "source-address half\n" MATCH
		       "destination-address any\n",
			"2001:db8:1::99", "2001:db8:2::2", false},
		{MATCH "source-address any-ipv6\n" MATCH
		       "destination-address any-ipv6\n",
			"2001:db8:1::99", "2001:db8:2::2", true},
		{MATCH "source-address any-ipv4\n" MATCH
		       "destination-address any\n",
			"2001:db8:1::99", "2001:db8:2::2", false},
		{MATCH "source-address any\n" MATCH
		       "destination-address some\n",
			"198.51.100.2", "192.0.2.4", true},
		{MATCH "source-address any\n" MATCH
		       "destination-address some\n",
			"198.51.100.2", "192.0.2.5", false},
		{MATCH "source-address any\n" MATCH
		       "destination-address some\n" MATCH
		       "destination-address-excluded\n",
			"198.51.100.2", "192.0.2.5", true},
		{MATCH "source-address any\n" MATCH
		       "destination-address some\n" MATCH
		       "destination-address-excluded\n",
			"198.51.100.2", "192.0.2.3", false},
		{MATCH "source-address half\n" MATCH
		       "source-address-excluded\n" MATCH
		       "destination-address any\n",
			"198.51.100.2", "192.0.2.3", false},
		{MATCH "source-address half\n" MATCH
		       "source-address-excluded\n" MATCH
		       "destination-address any\n",
			"198.51.100.200", "192.0.2.3", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096];
		struct in p = c2s(&sides[0], IPP_UDP, 1, 2);
		struct box *b;
		struct out o;

		strcpy(config, ZONES ADDRESSES);
		strcat(config, rows[i].match);
		strcat(config, MATCH "application any\n" THEN);
		b = box_create(config);
		p.src = rows[i].src;
		p.dst = rows[i].dst;
		o = sent(b, p);
		if ((o.verdict == VERDICT_NEXT) != rows[i].ok)
			fail_msg("row %zu", i);
		box_free(b);
	}
}

/* Who is rejected is told; who is denied is not. */
static void
test_reject(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(
			ZONES POLICY("trust", "untrust", "p", "any", "reject"));
		struct out o;

		o = dropped(b, tcp(c2s(a, IPP_TCP, 40000, 22), TCP_SYN),
			REASON_POLICY_REJECT);
		assert_true(o.told.sent && o.told.checksum_ok);
		assert_int_equal(IPP_TCP, o.told.proto);
		assert_int_equal(TCP_RST | TCP_ACK, o.told.flags);
		assert_string_equal(a->server, o.told.src);
		assert_string_equal(a->client, o.told.dst);
		o = dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_POLICY_REJECT);
		assert_int_equal(a == sides ? 3 : 1, o.told.type);
		assert_int_equal(a == sides ? 3 : 4, o.told.code);
		assert_string_equal(a->box_in, o.told.src);
		o = dropped(b, c2s(a, IPP_ICMP, 1, 2), REASON_POLICY_REJECT);
		assert_int_equal(a == sides ? 3 : 1, o.told.type);
		assert_int_equal(a == sides ? 13 : 1, o.told.code);
		o = dropped(b, c2s(a, 99, 1, 2), REASON_POLICY_REJECT);
		assert_int_equal(a == sides ? 13 : 1, o.told.code);
		assert_int_equal(4, box_policy_hits(b, "p"));
		assert_int_equal(0, box_sessions(b));
		o = dropped(b, s2c(a, IPP_UDP, 1, 2), REASON_DEFAULT_DENY);
		assert_false(o.told.sent);
		box_free(b);
	}
}

static void
test_default_permit(void **state)
{
	struct box *b = box_create(ZONES POLICY("trust", "untrust", "p",
		"junos-ssh",
		"deny") "set security policies default-policy permit-all\n");

	(void)state;
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2));
	assert_string_equal(
		"default-policy-logical-system-00", box_session(b, 0).policy);
	assert_int_equal(2, box_session(b, 0).policy_index);
	dropped(b, tcp(c2s(&sides[0], IPP_TCP, 1, 22), TCP_SYN),
		REASON_POLICY_DENY);
	box_sweep(b);
	assert_int_equal(1, box_sessions(b));
	box_free(b);
}

/* [FL-16] sessions live on through commits, unless their policy is gone. */
static void
test_commits(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(
		BOX POLICY("untrust", "trust", "in", "any", "permit"));

	(void)state;
	pass(b, c2s(a, IPP_UDP, 1, 2));
	pass(b, s2c(a, IPP_UDP, 3, 4));
	box_commit(b,
		ZONES POLICY("trust", "untrust", "out", "any", "deny")
			POLICY("untrust", "trust", "in", "any", "permit"));
	assert_int_equal(0, box_sweep(b)); /* no policy-rematch */
	pass(b, c2s(a, IPP_UDP, 1, 2));
	dropped(b, c2s(a, IPP_UDP, 5, 2), REASON_POLICY_DENY);
	box_commit(b,
		ZONES POLICY("trust", "untrust", "new", "any", "permit")
			POLICY("untrust", "trust", "in", "any", "permit"));
	assert_int_equal(1, box_sweep(b));
	assert_int_equal(1, box_sessions(b));
	assert_string_equal("in", box_session(b, 0).policy);
	pass(b, c2s(a, IPP_UDP, 1, 2)); /* a new one */
	assert_string_equal("new", box_session(b, 1).policy);
	box_free(b);
}

/* An interface that is gone, or in another zone, takes its sessions along. */
static void
test_commit_interfaces(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(BOX);

	(void)state;
	pass(b, c2s(a, IPP_UDP, 1, 2));
	box_commit(b,
		BOX "delete security zones security-zone trust "
		    "interfaces ge-0/0/0.0\n" ZONE("dmz", "ge-0/0/0.0")
			    POLICY("dmz", "untrust", "x", "any", "permit"));
	assert_int_equal(1, box_sweep(b));
	assert_int_equal(0, box_sessions(b));
	pass(b, c2s(a, IPP_UDP, 1, 2));
	assert_string_equal("x", box_session(b, 0).policy);
	box_free(b);

	b = box_create(BOX);
	pass(b, c2s(a, IPP_UDP, 1, 2));
	box_commit(b, BOX "delete interfaces ge-0/0/1 unit 0\n"
			  "delete security zones security-zone untrust "
			  "interfaces ge-0/0/1.0\n");
	assert_int_equal(1, box_sweep(b));
	dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_NO_ROUTE);
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null_zone),
		cmocka_unit_test(test_intra_zone),
		cmocka_unit_test(test_hairpin),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_global_zones),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_default_permit),
		cmocka_unit_test(test_commits),
		cmocka_unit_test(test_commit_interfaces),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
