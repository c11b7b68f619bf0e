/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-11] zones and policies: who may open a session, who is told why not. */
#include "lab.h"

#include <stdlib.h>
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

/* ---- [FL-70] schedulers ---- */

#define SCHEDULED                                                              \
	ZONES POLICY("trust", "untrust", "p", "any",                           \
		"permit") "set security policies from-zone trust to-zone "     \
			  "untrust policy p "                                  \
			  "scheduler-name s\n"
#define S "set schedulers scheduler s "

/* 2026-11-23 was a Monday; UTC. */
#define MONDAY 1795392000

static void
test_fl_70_scheduler(void **state)
{
	static const struct {
		const char *lines;
		int64_t at;
		bool active;
	} rows[] = {
		{S "\n", MONDAY, true},
		{S "daily start-time 08:00 stop-time 17:00\n",
			MONDAY + 8 * 3600 - 1, false},
		{S "daily start-time 08:00 stop-time 17:00\n",
			MONDAY + 8 * 3600, true},
		{S "daily start-time 08:00 stop-time 17:00:30\n",
			MONDAY + 17 * 3600 + 29, true},
		{S "daily start-time 08:00 stop-time 17:00:30\n",
			MONDAY + 17 * 3600 + 30, false},
		{S "daily start-time 08:00 stop-time 09:00\n" S
		   "daily start-time 10:00 stop-time 11:00\n",
			MONDAY + 10 * 3600, true},
		{S "daily start-time 08:00 stop-time 09:00\n" S
		   "daily start-time 10:00 stop-time 11:00\n",
			MONDAY + 9 * 3600, false},
		{S "daily all-day\n" S "monday exclude\n", MONDAY, false},
		{S "daily all-day\n" S "monday exclude\n", MONDAY + 86400,
			true},
		{S "monday all-day\n", MONDAY, true},
		{S "monday all-day\n", MONDAY - 1, false},
		{S "sunday start-time 23:00 stop-time 23:59:59\n", MONDAY - 2,
			true},
		{S "start-date 2026-11-23.00:00 stop-date 2026-11-24.00:00\n",
			MONDAY, true},
		{S "start-date 2026-11-23.00:00 stop-date 2026-11-24.00:00\n",
			MONDAY + 86400, false},
		{S "start-date 2026-11-23.00:00 stop-date 2026-11-24.00:00\n" S
		   "daily start-time 12:00 stop-time 13:00\n",
			MONDAY, false},
		{S "start-date 11-20.00:00 stop-date 01-07.00:00\n", MONDAY,
			true},
		{S "start-date 11-24.00:00 stop-date 01-07.00:00\n", MONDAY,
			false},
		{S "start-date 2020-01-01.00:00 stop-date 2020-02-01.00:00\n" S
		   "start-date 2026-01-01.00:00 stop-date "
		   "2027-01-01.00:00\n",
			MONDAY, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096];
		struct box *b;
		struct out o;

		strcpy(config, SCHEDULED);
		strcat(config, rows[i].lines);
		box_wall(rows[i].at);
		b = box_create(config);
		o = sent(b, c2s(&sides[0], IPP_UDP, 1, 2));
		if ((o.verdict == VERDICT_NEXT) != rows[i].active)
			fail_msg("row %zu: %s", i, rows[i].lines);
		box_free(b);
	}
	box_wall(0);
}

static void
test_fl_70_errors(void **state)
{
	static const char *const rows[] = {
		S "daily start-time 8 stop-time 9\n",
		S "daily start-time 25:00 stop-time 26:00\n",
		S "daily start-time 10:00 stop-time 09:00\n",
		S "daily start-time 10:00x stop-time 11:00\n",
		S "daily start-time 10:00 stop-time 11:00\n" S
		  "daily start-time 12:00 stop-time 13:00\n" S
		  "daily start-time 14:00 stop-time 15:00\n",
		S "daily all-day\n" S "daily start-time 14:00 stop-time "
		  "15:00\n",
		S "start-date 2026-06-31.00:00 stop-date 2026-07-01.00:00\n",
		S "start-date 2026-06-30.00:00 stop-date 2026-06-30.00:00\n",
		S "start-date 06-30.00:00 stop-date 2026-06-30.00:00\n",
		S "start-date tomorrow stop-date 2026-06-30.00:00\n",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096], *errors;

		strcpy(config, SCHEDULED);
		strcat(config, rows[i]);
		errors = box_commit_errors(config);
		if (errors == NULL)
			fail_msg("row %zu was accepted: %s", i, rows[i]);
		free(errors);
	}
}

/* When its policy goes out of force, a session stays; with rematch it ends. */
static void
test_fl_70_sessions(void **state)
{
	static const char night[] =
		SCHEDULED S "daily start-time 01:00 stop-time 02:00\n";
	static const char rematch[] =
		SCHEDULED S "daily start-time 01:00 stop-time 02:00\n"
			    "set security policies policy-rematch\n";
	struct box *b;

	(void)state;
	box_wall(MONDAY + 3600);
	b = box_create(night);
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2));
	box_wall(MONDAY + 7200);
	box_commit(b, night);
	assert_int_equal(0, box_sweep(b));
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2));
	dropped(b, c2s(&sides[0], IPP_UDP, 3, 2), REASON_DEFAULT_DENY);
	box_commit(b, rematch);
	assert_int_equal(1, box_sweep(b));
	dropped(b, c2s(&sides[0], IPP_UDP, 1, 2), REASON_DEFAULT_DENY);
	box_free(b);
	box_wall(0);
}

/* ---- [FL-71] policy-rematch ---- */

#define REMATCH           "set security policies policy-rematch\n"
#define EXTENSIVE         "set security policies policy-rematch extensive\n"
#define ALLOW(name, app)  POLICY("trust", "untrust", name, app, "permit")
#define REFUSE(name, app) POLICY("trust", "untrust", name, app, "deny")

static void
test_fl_71_rematch(void **state)
{
	/* A session of UDP port 53 by p; how many end, and whose it is then */
	static const struct {
		const char *config;
		unsigned int ends;
		const char *policy;
	} rows[] = {
		{ZONES ALLOW("p", "junos-ssh"), 0, "p"},
		{ZONES ALLOW("p", "junos-ssh") REMATCH, 1, NULL},
		{ZONES ALLOW("p", "junos-dns-udp") REMATCH, 0, "p"},
		{ZONES REFUSE("p", "any"), 0, "p"},
		{ZONES REFUSE("p", "any") REMATCH, 1, NULL},
		{ZONES ALLOW("q", "any"), 1, NULL},
		{ZONES ALLOW("q", "any") REMATCH, 1, NULL},
		{ZONES ALLOW("q", "any") EXTENSIVE, 0, "q"},
		/* an earlier one decides only with extensive */
		{ZONES REFUSE("no", "any") ALLOW("p", "any"), 0, "p"},
		{ZONES REFUSE("no", "any") ALLOW("p", "any") REMATCH, 0, "p"},
		{ZONES REFUSE("no", "any") ALLOW("p", "any") EXTENSIVE, 1,
			NULL},
		{ZONES ALLOW("q", "junos-ssh") ALLOW("p", "any") EXTENSIVE, 0,
			"p"},
		{ZONES ALLOW("q", "junos-dns-udp") ALLOW("p", "any") EXTENSIVE,
			0, "q"},
		{ZONES ALLOW("p",
			 "junos-ssh") "set security policies default-policy "
				      "permit-all\n" EXTENSIVE,
			0, "default-policy-logical-system-00"},
	};

	(void)state;
	EACH_FAMILY(a)
	{
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct box *b = box_create(ZONES ALLOW("p", "any"));

			pass(b, c2s(a, IPP_UDP, 4000, 53));
			box_commit(b, rows[i].config);
			if (box_sweep(b) != rows[i].ends)
				fail_msg("row %zu", i);
			assert_int_equal(1 - rows[i].ends, box_sessions(b));
			if (rows[i].policy != NULL)
				assert_string_equal(rows[i].policy,
					box_session(b, 0).policy);
			box_free(b);
		}
	}
}

/* Which request opened a session is not known any more: any will do. */
static void
test_fl_71_icmp(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(ZONES ALLOW("p", "any"));

		pass(b, c2s(a, IPP_ICMP, 1, 2));
		box_commit(
			b, ZONES ALLOW("p", "junos-icmp-ping") POLICY("trust",
				   "untrust", "p6", "junos-icmp6-echo-request",
				   "permit") EXTENSIVE);
		assert_int_equal(0, box_sweep(b));
		box_commit(b, ZONES ALLOW("p", "junos-ssh") EXTENSIVE);
		assert_int_equal(1, box_sweep(b));
		box_free(b);
	}
}

/* Default policy, global policies and the box's own sessions. */
static void
test_fl_71_others(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(
		ZONES "set security policies default-policy permit-all\n");

	(void)state;
	pass(b, c2s(a, IPP_UDP, 1, 2));
	box_commit(b, ZONES REFUSE("p", "junos-ssh"));
	assert_int_equal(0, box_sweep(b));
	box_commit(b, ZONES REFUSE("p", "junos-ssh") REMATCH);
	assert_int_equal(1, box_sweep(b));
	box_free(b);

	b = box_create(ZONES PINGABLE("trust"));
	{
		struct in to_box = c2s(a, IPP_ICMP, 1, 2);

		to_box.dst = a->box_in;
		assert_int_equal(VERDICT_LOCAL, sent(b, to_box).verdict);
	}
	box_commit(b, ZONES PINGABLE("trust") EXTENSIVE);
	assert_int_equal(0, box_sweep(b));
	box_commit(b, ZONES PINGABLE("trust") POLICY("trust", "junos-host",
			      "no", "any", "deny") REMATCH);
	assert_int_equal(0, box_sweep(b));
	box_commit(b, ZONES PINGABLE("trust") POLICY("trust", "junos-host",
			      "no", "any", "deny") EXTENSIVE);
	assert_int_equal(1, box_sweep(b));
	box_free(b);
}

/* ---- [FL-72] dns-name, [FL-73] wildcard-address ---- */

static void
test_fl_72_dns_name(void **state)
{
	static const char *const two[] = {"www.example.com", "192.0.2.9",
		"www.example.com", "2001:db8:2::9", NULL};
	static const char *const other[] = {
		"www.example.com", "192.0.2.8", NULL};
	static const char config[] =
		ZONES "set security address-book global address w dns-name "
		      "www.example.com\n" MATCH "source-address any\n" MATCH
		      "destination-address w\n" MATCH
		      "application any\n" THEN REMATCH;
	struct in p = c2s(&sides[0], IPP_UDP, 1, 2);
	struct in p6 = c2s(&sides[1], IPP_UDP, 1, 2);
	struct box *b = box_create(config);

	(void)state;
	p.dst = "192.0.2.9";
	p6.dst = "2001:db8:2::9";
	dropped(b, p, REASON_DEFAULT_DENY); /* nothing is known yet */
	box_dns(two);
	box_commit(b, config);
	pass(b, p);
	pass(b, p6);
	box_dns(other);
	box_commit(b, config);
	assert_int_equal(2, box_sweep(b));
	dropped(b, p, REASON_DEFAULT_DENY);
	p.dst = "192.0.2.8";
	pass(b, p);
	box_dns(two);
	box_commit(b, ZONES
		"set security address-book global address w dns-name "
		"www.example.com ipv6-only\n" MATCH "source-address any\n" MATCH
		"destination-address w\n" MATCH "application any\n" THEN);
	p.dst = "192.0.2.9";
	dropped(b, p, REASON_DEFAULT_DENY);
	p6.sport = 7;
	pass(b, p6);
	box_dns(NULL);
	box_free(b);
}

static void
test_fl_73_wildcard(void **state)
{
	static const struct {
		const char *dst;
		bool ok;
	} rows[] = {
		{"192.0.2.9", true},
		{"192.0.2.25", true},
		{"192.0.2.8", false},
		{"192.0.2.137", false},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		struct box *b = box_create(
			i % 2 ? ZONES
				"set security address-book global address w "
				"wildcard-address "
				"192.0.2.9/255.255.255.143\n" MATCH
				"source-address any\n" MATCH
				"destination-address w\n" MATCH
				"application any\n" THEN
			      : ZONES
				"set security address-book global address w "
				"wildcard-address "
				"192.0.2.9/255.255.255.143\n" MATCH
				"source-address any\n" MATCH
				"destination-address w\n" MATCH
				"destination-address-excluded\n" MATCH
				"application any\n" THEN);
		struct in p = c2s(&sides[0], IPP_UDP, 1, 2);

		p.dst = rows[i / 2].dst;
		if ((sent(b, p).verdict == VERDICT_NEXT) !=
			(rows[i / 2].ok == (i % 2 != 0)))
			fail_msg("row %zu", i);
		box_free(b);
	}
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
		cmocka_unit_test(test_fl_70_scheduler),
		cmocka_unit_test(test_fl_70_errors),
		cmocka_unit_test(test_fl_70_sessions),
		cmocka_unit_test(test_fl_71_rematch),
		cmocka_unit_test(test_fl_71_icmp),
		cmocka_unit_test(test_fl_71_others),
		cmocka_unit_test(test_fl_72_dns_name),
		cmocka_unit_test(test_fl_73_wildcard),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
