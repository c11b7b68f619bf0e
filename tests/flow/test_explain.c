/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain packet says X, then the packet and its reply are sent, and X happens
 * [EX-1] [EX-3]; what it offers as a fix works [EX-4].
 */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/tree.h"
#include "config/config.h"
#include "explain/explain.h"
#include "flow/session.h"

#define LAB                                                                    \
	"set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24\n"  \
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.2/24\n"    \
	"set routing-instances ISP instance-type virtual-router\n"             \
	"set routing-instances ISP interface ge-0/0/1.0\n"                     \
	"set routing-instances ISP routing-options static route 0.0.0.0/0 "    \
	"next-hop 192.0.2.1\n"                                                 \
	"set routing-instances LAN instance-type virtual-router\n"             \
	"set routing-instances LAN interface ge-0/0/0.0\n"                     \
	"set policy-options policy-statement from-isp term all from instance " \
	"ISP\n"                                                                \
	"set policy-options policy-statement from-isp term all then accept\n"  \
	"set routing-instances LAN routing-options instance-import from-isp\n" \
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"         \
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"
#define POLICY                                                                 \
	"set security policies from-zone LAN to-zone ISP policy out match "    \
	"source-address any destination-address any application any\n"         \
	"set security policies from-zone LAN to-zone ISP policy out then "     \
	"permit\n"
#define PACKET_MODE                                                            \
	"set security flow advanced-options reverse-route-packet-mode-vr\n"

/* ---- asking ---- */

struct asked {
	struct config_tree *tree;
	struct tree *answer;
	enum explain_result result;
};

static struct config_tree *
load(const char *config)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	assert_int_equal(
		0, config_load_text(config, strlen(config), "test", &t, &r));
	report_done(&r);
	return t;
}

static struct asked
ask(struct box *b, const char *config, const struct explain_query *q)
{
	struct asked a = {.tree = load(config), .answer = tree_create()};
	struct explain_env env = {.committed = a.tree,
		.candidate = a.tree,
		.image = box_env(b)->image,
		.routes = box_routes(b),
		.now_ms = 5000};
	char err[256] = "";

	a.result = explain_packet(&env, q,
		tree_root(a.answer, "explain-packet-information"), err,
		sizeof(err));
	if (a.result == EXPLAIN_FAILED)
		fail_msg("%s", err);
	return a;
}

static void
asked_done(struct asked *a)
{
	tree_free(a->answer);
	config_free(a->tree);
}

static struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	return a;
}

static const struct tnode *
side(const struct asked *a, const char *direction)
{
	struct tnode *s = tnode_child(a->answer->root, "explain-side");

	while (s != NULL && strcmp(tnode_text(s, "direction"), direction) != 0)
		s = tnode_next_same(s);
	return s;
}

static const struct tnode *
step(const struct tnode *s, const char *name)
{
	struct tnode *n = tnode_child(s, "explain-step");

	while (n != NULL && strcmp(tnode_text(n, "step-name"), name) != 0)
		n = tnode_next_same(n);
	if (n == NULL)
		fail_msg("no step %s", name);
	return n;
}

static const struct explain_query lan_ssh = {
	.ifl = "ge-0/0/0.0", .sport = 40000, .dport = 22, .protocol = IPP_TCP};

static struct explain_query
query(void)
{
	struct explain_query q = lan_ssh;

	q.src = addr("192.168.1.2");
	q.dst = addr("192.0.2.1");
	return q;
}

/* ---- what it says ---- */

/* [EX-2] nothing is counted, no session is made. */
static void
test_no_trace(void **state)
{
	struct box *b = box_create(LAB POLICY);
	struct explain_query q = query();
	struct asked a = ask(b, LAB POLICY, &q);

	(void)state;
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_int_equal(0, box_sessions(b));
	assert_int_equal(0, box_stats(b)->received);
	assert_int_equal(0, box_policy_hits(b, "out"));
	asked_done(&a);
	box_free(b);
}

static void
assert_step(const struct tnode *s, const char *name, const char *result,
	const char *line)
{
	const struct tnode *n = step(s, name);

	assert_string_equal(result, tnode_text(n, "step-result"));
	if (line != NULL)
		assert_string_equal(line, tnode_text(n, "configuration-line"));
}

/* [EX-2] [EX-3] the article's second half, with the lines that decided. */
static void
test_packet_mode(void **state)
{
	struct box *b = box_create(LAB POLICY PACKET_MODE);
	struct explain_query q = query();
	struct asked a = ask(b, LAB POLICY PACKET_MODE, &q);
	const struct tnode *p = side(&a, "packet"), *r = side(&a, "reply");

	(void)state;
	assert_int_equal(EXPLAIN_REPLY_DROPPED, a.result);
	assert_step(p, "interface", "ok",
		"set security zones security-zone LAN interfaces ge-0/0/0.0");
	assert_step(p, "route", "ok",
		"set routing-instances LAN routing-options instance-import "
		"from-isp");
	assert_step(p, "policy", "ok",
		"set security policies from-zone LAN to-zone ISP policy out");
	assert_string_equal("pass", tnode_text(p, "verdict"));
	assert_step(r, "reverse-route", "ok",
		"set security flow advanced-options "
		"reverse-route-packet-mode-vr");
	assert_step(r, "route", "ok",
		"set routing-instances ISP routing-options static route "
		"0.0.0.0/0");
	assert_step(r, "zone-check", "failed", NULL);
	assert_string_equal("reverse-zone", tnode_text(r, "drop-reason"));
	asked_done(&a);
	box_free(b);
}

/* [EX-3] IPv6, and the box itself: the reply comes from the box. */
static void
test_ipv6_and_host(void **state)
{
	static const char config[] = LAB POLICY
		"set interfaces ge-0/0/0 unit 0 family inet6 address "
		"2001:db8:1::1/64\n"
		"set interfaces ge-0/0/1 unit 0 family inet6 address "
		"2001:db8:2::2/64\n"
		"set security zones security-zone LAN host-inbound-traffic "
		"system-services ping\n";
	struct box *b = box_create(config);
	struct explain_query q = {.ifl = "ge-0/0/0",
		.src = addr("2001:db8:1::2"),
		.dst = addr("2001:db8:2::1"),
		.sport = 1,
		.dport = 1,
		.protocol = IPP_ICMP6};
	struct asked a = ask(b, config, &q);

	(void)state;
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_string_equal("ge-0/0/0.0",
		tnode_text(side(&a, "reply"), "egress-interface"));
	asked_done(&a);
	q.dst = addr("2001:db8:1::1");
	a = ask(b, config, &q);
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_string_equal("local", tnode_text(side(&a, "packet"), "verdict"));
	assert_step(side(&a, "packet"), "host-inbound-traffic", "ok",
		"set security zones security-zone LAN host-inbound-traffic");
	asked_done(&a);
	box_free(b);
}

#define NAT_OUT                                                                \
	"set security nat source rule-set out from zone LAN\n"                 \
	"set security nat source rule-set out to zone ISP\n"                   \
	"set security nat source rule-set out rule r1 match source-address "   \
	"192.168.1.0/24\n"                                                     \
	"set security nat source rule-set out rule r1 then source-nat "        \
	"interface\n"
#define NAT_IN                                                                 \
	"set security nat destination pool web address 192.168.1.80/32 port "  \
	"8080\n"                                                               \
	"set security nat destination pool web routing-instance LAN\n"         \
	"set security nat destination rule-set in from zone ISP\n"             \
	"set security nat destination rule-set in rule web match "             \
	"destination-address 203.0.113.5/32\n"                                 \
	"set security nat destination rule-set in rule web then "              \
	"destination-nat pool web\n"                                           \
	"set security nat static rule-set s from zone ISP\n"                   \
	"set security nat static rule-set s rule one match "                   \
	"destination-address 203.0.113.9/32\n"                                 \
	"set security nat static rule-set s rule one then static-nat prefix "  \
	"192.168.1.9/32 routing-instance LAN\n"
#define POLICY_IN                                                              \
	"set security address-book global address web 192.168.1.80/32\n"       \
	"set security address-book global address nine 192.168.1.9/32\n"       \
	"set security policies from-zone ISP to-zone LAN policy in match "     \
	"source-address any\n"                                                 \
	"set security policies from-zone ISP to-zone LAN policy in match "     \
	"destination-address [ web nine ]\n"                                   \
	"set security policies from-zone ISP to-zone LAN policy in match "     \
	"application any\n"                                                    \
	"set security policies from-zone ISP to-zone LAN policy in then "      \
	"permit\n"

static void
assert_text(const struct tnode *s, const char *name, const char *text)
{
	assert_string_equal(tnode_text(step(s, name), "step-text"), text);
}

/* [NA-38] the rule, what it makes of the packet, and how it is routed. */
static void
test_nat(void **state)
{
	static const char config[] = LAB POLICY NAT_OUT NAT_IN POLICY_IN;
	struct box *b = box_create(config);
	struct explain_query q = query();
	struct asked a = ask(b, config, &q);

	(void)state;
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_step(side(&a, "packet"), "source-nat", "ok",
		"set security nat source rule-set out rule r1");
	assert_text(side(&a, "packet"), "source-nat",
		"rule-set out rule r1, interface: 192.168.1.2/40000 becomes "
		"192.0.2.2, any free port");
	asked_done(&a);
	q.ifl = "ge-0/0/1.0";
	q.src = addr("192.0.2.1");
	q.dst = addr("203.0.113.5");
	q.dport = 80;
	a = ask(b, config, &q);
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_text(side(&a, "packet"), "destination-nat",
		"rule-set in rule web, pool web: 203.0.113.5/80 becomes "
		"192.168.1.80/8080, routed in LAN");
	assert_step(side(&a, "packet"), "policy", "ok",
		"set security policies from-zone ISP to-zone LAN policy in");
	assert_text(side(&a, "packet"), "source-nat",
		"no rule matches: the source stays");
	asked_done(&a);
	q.dst = addr("203.0.113.9");
	a = ask(b, config, &q);
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_step(side(&a, "packet"), "static-nat", "ok",
		"set security nat static rule-set s rule one");
	asked_done(&a);
	box_free(b);
}

/* [NA-70] the packet is shown as it came, not half translated. */
static void
test_nat64(void **state)
{
	static const char config[] = LAB POLICY
		"set interfaces ge-0/0/0 unit 0 family inet6 address "
		"2001:db8:1::1/64\n"
		"set security forwarding-options family inet6 mode flow-based\n"
		"set security nat static rule-set six from zone LAN\n"
		"set security nat static rule-set six rule r match "
		"destination-address 64:ff9b::/96\n"
		"set security nat static rule-set six rule r then static-nat "
		"inet\n"
		"set security nat source rule-set four from zone LAN\n"
		"set security nat source rule-set four to zone ISP\n"
		"set security nat source rule-set four rule r match "
		"source-address 2001:db8:1::/64 destination-address "
		"0.0.0.0/0\n"
		"set security nat source rule-set four rule r then source-nat "
		"interface\n";
	struct box *b = box_create(config);
	struct explain_query q = query();
	struct asked a;

	(void)state;
	q.src = addr("2001:db8:1::2");
	q.dst = addr("64:ff9b::c000:201");
	a = ask(b, config, &q);
	assert_int_equal(EXPLAIN_PASSES, a.result);
	assert_text(side(&a, "packet"), "static-nat",
		"rule-set six rule r, inet: 64:ff9b::c000:201/22 becomes "
		"192.0.2.1/22");
	assert_text(side(&a, "packet"), "source-nat",
		"rule-set four rule r, interface: 2001:db8:1::2/40000 becomes "
		"192.0.2.2, any free port");
	asked_done(&a);
	box_free(b);
}

/* [EX-5] the candidate is asked instead of what is committed; errors in it
 * are errors of the question. */
static void
test_candidate(void **state)
{
	struct box *b = box_create(LAB POLICY);
	struct explain_query q = query();
	struct config_tree *committed = load(LAB POLICY);
	struct config_tree *candidate = load(LAB);
	struct config_tree *broken =
		load(LAB "set security zones security-zone LAN interfaces "
			 "ge-0/0/1.0\n");
	struct explain_env env = {.committed = committed,
		.candidate = candidate,
		.image = box_env(b)->image,
		.routes = box_routes(b)};
	struct tree *t = tree_create();
	char err[256] = "";

	(void)state;
	q.no_fixes = true;
	assert_int_equal(EXPLAIN_PASSES,
		explain_packet(&env, &q, tree_root(t, "x"), err, sizeof(err)));
	q.candidate = true;
	assert_int_equal(EXPLAIN_PACKET_DROPPED,
		explain_packet(&env, &q, tree_root(t, "x"), err, sizeof(err)));
	env.candidate = broken;
	assert_int_equal(EXPLAIN_FAILED,
		explain_packet(&env, &q, tree_root(t, "x"), err, sizeof(err)));
	assert_non_null(strstr(err, "ge-0/0/1.0"));
	q.candidate = false;
	q.ifl = "ge-0/0/7.0";
	assert_int_equal(EXPLAIN_FAILED,
		explain_packet(&env, &q, tree_root(t, "x"), err, sizeof(err)));
	assert_string_equal("interface ge-0/0/7.0 not found", err);
	tree_free(t);
	config_free(committed);
	config_free(candidate);
	config_free(broken);
	box_free(b);
}

/* ---- fixes ---- */

static void
apply_fix(const struct tnode *fix, const char *config, struct sbuf *out)
{
	sbuf_puts(out, config);
	for (struct tnode *l = tnode_child(fix, "fix-line"); l != NULL;
		l = tnode_next_same(l))
		sbuf_printf(out, "%s\n", l->value);
}

/* Every fix that is offered makes the same question pass [EX-4]. */
static unsigned int
check_fixes(const struct asked *a, const char *config,
	const struct explain_query *q)
{
	unsigned int n = 0;

	for (struct tnode *f = tnode_child(a->answer->root, "explain-fix");
		f != NULL; f = tnode_next_same(f)) {
		struct sbuf fixed = SBUF_INIT;
		struct box *b;
		struct asked again;

		apply_fix(f, config, &fixed);
		b = box_create(sbuf_text(&fixed));
		again = ask(b, sbuf_text(&fixed), q);
		assert_int_equal(EXPLAIN_PASSES, again.result);
		asked_done(&again);
		box_free(b);
		sbuf_done(&fixed);
		n++;
	}
	return n;
}

static void
test_fixes(void **state)
{
	static const struct {
		const char *config, *reason, *dst;
		unsigned int fixes;
		uint8_t flags;
	} rows[] = {
		{LAB, "default-deny", "192.0.2.1", 1, 0},
		{LAB POLICY PACKET_MODE, "reverse-zone", "192.0.2.1", 4, 0},
		{LAB POLICY, "host-inbound", "192.0.2.2", 1, 0},
		{LAB POLICY, "tcp-first-not-syn", "192.0.2.1", 1, TCP_ACK},
		{LAB POLICY "delete routing-instances LAN routing-options\n",
			"no-route", "192.0.2.1", 1, 0},
		{LAB POLICY "delete security zones security-zone LAN\n"
			    "delete security policies\n",
			"null-zone", "192.0.2.1", 1, 0},
		{LAB POLICY "set routing-instances LAN routing-options "
			    "static route 192.0.2.1/32 discard\n",
			"route-discard", "192.0.2.1", 1, 0},
		{LAB POLICY "set firewall family inet filter f term t from "
			    "protocol tcp\n"
			    "set firewall family inet filter f term t then "
			    "discard\n"
			    "set interfaces ge-0/0/0 unit 0 family inet "
			    "filter input f\n",
			"filter-discard", "192.0.2.1", 1, 0},
		{LAB "set security policies from-zone LAN to-zone ISP policy "
		     "no match source-address any destination-address any "
		     "application any\n"
		     "set security policies from-zone LAN to-zone ISP policy "
		     "no then deny\n",
			"policy-deny", "192.0.2.1", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct box *b = box_create(rows[i].config);
		struct explain_query q = query();
		struct asked a;

		q.dst = addr(rows[i].dst);
		q.tcp_flags = rows[i].flags;
		a = ask(b, rows[i].config, &q);
		assert_string_equal(rows[i].reason,
			tnode_text(a.answer->root, "drop-reason"));
		assert_int_equal(
			rows[i].fixes, check_fixes(&a, rows[i].config, &q));
		asked_done(&a);
		box_free(b);
	}
}

/* ---- it agrees with what happens ---- */

static uint32_t seed = 4711;

static unsigned int
rnd(unsigned int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static const char *const places[] = {"192.168.1.2", "192.168.1.1", "192.0.2.1",
	"192.0.2.2", "203.0.113.9", "198.51.100.7", "198.51.100.1",
	"192.168.1.255"};
static const char *const places6[] = {"2001:db8:1::2", "2001:db8:1::1",
	"2001:db8:2::1", "2001:db8:2::2", "2001:db8:9::9", "2001:db8:3::7",
	"2001:db8:3::1", "2001:db8:4::1"};
static const char *const zones[] = {"A", "B", "C"};
static const char *const modes[] = {"flow-mode", "packet-mode"};

#include "random_nat.h"

static void
random_policies(struct sbuf *b)
{
	static const char *const apps[] = {
		"any", "junos-ssh", "junos-ping", "junos-dns-udp"};
	static const char *const actions[] = {
		"permit", "permit", "permit", "deny", "reject"};

	for (unsigned int i = 0; i < rnd(6); i++) {
		const char *from = zones[rnd(3)], *to = zones[rnd(3)];

		sbuf_printf(b,
			"set security policies from-zone %s to-zone %s policy "
			"p%u match source-address any destination-address any "
			"application %s\n",
			from, to, i, apps[rnd(4)]);
		sbuf_printf(b,
			"set security policies from-zone %s to-zone %s policy "
			"p%u then %s\n",
			from, to, i, actions[rnd(5)]);
	}
	if (rnd(4) == 0)
		sbuf_puts(b, "set security policies default-policy "
			     "permit-all\n");
}

static void
random_routes(struct sbuf *b)
{
	static const char *const hops[] = {"next-hop 192.168.1.254",
		"next-hop 192.0.2.254", "next-hop 198.51.100.254", "discard",
		"reject"};
	static const char *const hops6[] = {"next-hop 2001:db8:1::fe",
		"next-hop 2001:db8:2::fe", "next-hop 2001:db8:3::fe", "discard",
		"reject"};

	for (unsigned int i = 0; i < 3; i++) {
		for (unsigned int k = 0; k < 3; k++) {
			if (i == k || rnd(2) == 0)
				continue;
			sbuf_printf(b,
				"set policy-options policy-statement im%u term "
				"t from instance V%u\n"
				"set policy-options policy-statement im%u term "
				"t then accept\n"
				"set routing-instances V%u routing-options "
				"instance-import im%u\n",
				k, k, k, i, k);
		}
		if (rnd(2) == 0)
			sbuf_printf(b,
				"set routing-instances V%u routing-options "
				"static route 0.0.0.0/0 %s\n",
				i, hops[rnd(5)]);
		if (rnd(2) == 0)
			sbuf_printf(b,
				"set routing-instances V%u routing-options "
				"rib V%u.inet6.0 static route ::/0 %s\n",
				i, i, hops6[rnd(5)]);
	}
}

static void
random_modes(struct sbuf *b)
{
	if (rnd(2) == 0)
		sbuf_puts(b, PACKET_MODE);
	for (unsigned int i = 0; i < 3; i++) {
		if (rnd(4) == 0)
			sbuf_printf(b,
				"set security zones security-zone %s "
				"reverse-route %s\n",
				zones[i], modes[rnd(2)]);
		if (rnd(4) == 0)
			sbuf_printf(b,
				"set routing-instances V%u reverse-route %s\n",
				i, modes[rnd(2)]);
		if (rnd(3) == 0)
			sbuf_printf(b,
				"set security zones security-zone %s "
				"host-inbound-traffic system-services %s\n",
				zones[i], rnd(2) ? "ping" : "all");
	}
	if (rnd(8) == 0)
		sbuf_puts(b, "set security forwarding-options family inet "
			     "mode packet-based\n");
}

static void
random_filter(struct sbuf *b)
{
	static const char *const then[] = {"discard", "accept", "packet-mode",
		"routing-instance V0", "routing-instance V2"};

	if (rnd(2) == 0)
		return;
	sbuf_printf(b,
		"set firewall family inet filter f term t from protocol %s\n"
		"set firewall family inet filter f term t then %s\n"
		"set firewall family inet filter f term r then accept\n"
		"set interfaces ge-0/0/%u unit 0 family inet filter input f\n",
		rnd(2) ? "tcp" : "icmp", then[rnd(5)], rnd(3));
}

static char *
random_config(void)
{
	static const char *const nets[] = {
		"192.168.1.1/24", "192.0.2.2/24", "198.51.100.1/24"};
	struct sbuf b = SBUF_INIT;

	for (unsigned int i = 0; i < 3; i++) {
		sbuf_printf(&b,
			"set interfaces ge-0/0/%u unit 0 family inet address "
			"%s\n"
			"set interfaces ge-0/0/%u unit 0 family inet6 address "
			"2001:db8:%u::%u/64\n"
			"set routing-instances V%u instance-type "
			"virtual-router\n"
			"set routing-instances V%u interface ge-0/0/%u.0\n"
			"set security zones security-zone %s tcp-rst\n",
			i, nets[i], i, i + 1, i == 1 ? 2 : 1, i, i, i,
			zones[i]);
		if (rnd(8) != 0)
			sbuf_printf(&b,
				"set security zones security-zone %s "
				"interfaces ge-0/0/%u.0\n",
				zones[i], i);
	}
	random_policies(&b);
	random_routes(&b);
	random_modes(&b);
	random_filter(&b);
	random_nat(&b);
	return sbuf_take(&b);
}

static const char *const ifls[] = {"ge-0/0/0.0", "ge-0/0/1.0", "ge-0/0/2.0"};

static void
random_packet(struct in *in, struct explain_query *q)
{
	static const uint8_t protos[] = {IPP_TCP, IPP_UDP, IPP_ICMP};

	const char *const *at = rnd(3) == 0 ? places6 : places;

	*in = (struct in){.ifl = ifls[rnd(3)],
		.src = at[rnd(8)],
		.dst = at[rnd(8)],
		.proto = protos[rnd(3)],
		.sport = (uint16_t)(1024 + rnd(60000)),
		.dport = rnd(2) ? 22 : 53};
	in->numbered = true; /* translated tuples are not those of before */
	in->seq = 1000;
	in->window = 65535;
	if (in->proto == IPP_TCP)
		in->flags = rnd(6) == 0 ? TCP_ACK : TCP_SYN;
	*q = (struct explain_query){.ifl = in->ifl,
		.src = addr(in->src),
		.dst = addr(in->dst),
		.protocol = in->proto == IPP_ICMP && at == places6 ? IPP_ICMP6
								   : in->proto,
		.sport = in->sport,
		.dport = in->dport,
		.tcp_flags = in->flags,
		.no_fixes = true};
}

static void
compare(const char *config, const struct in *in, const struct tnode *said,
	const struct out *o)
{
	static const char *const words[] = {[VERDICT_NEXT] = "pass",
		[VERDICT_DROP] = "drop",
		[VERDICT_LOCAL] = "local"};
	const char *verdict = tnode_text(said, "verdict");
	bool same = strcmp(words[o->verdict], verdict) == 0;

	if (same && o->verdict == VERDICT_DROP)
		same = strcmp(reason_name(o->reason),
			       tnode_text(said, "drop-reason")) == 0;
	if (same && o->verdict == VERDICT_NEXT)
		same = strcmp(o->ifl, tnode_text(said, "egress-interface")) ==
		       0;
	if (same)
		return;
	fputs(config, stderr); /* longer than cmocka prints */
	fail_msg("%s: %s > %s protocol %u port %u at %s: said %s (%s), was %s "
		 "(%s) %s",
		tnode_text(said, "direction"), in->src, in->dst, in->proto,
		in->dport, in->ifl ? in->ifl : "box", verdict,
		verdict[0] == 'd' ? tnode_text(said, "drop-reason") : "",
		words[o->verdict], reason_name(o->reason), o->ifl);
}

static struct in
reply_to(struct box *b, const struct in *in, const struct out *o)
{
	bool icmp = in->proto == IPP_ICMP;
	struct in r = {.ifl = o->ifl,
		.src = o->dst,
		.dst = o->src,
		.proto = in->proto,
		.sport = icmp ? o->sport : o->dport,
		.dport = icmp ? o->dport : o->sport,
		.reply = icmp,
		.numbered = true,
		.seq = 5000,
		.window = 65535};

	if (in->proto == IPP_TCP) {
		r.flags = in->flags == TCP_SYN ? TCP_SYN | TCP_ACK : TCP_ACK;
		r.ack = in->seq + 1;
	}
	if (o->verdict == VERDICT_LOCAL) {
		r.ifl = NULL;
		r.vr = image_vr(box_env(b)->image, o->vr)->name;
	}
	return r;
}

/* [NA-38] what was translated has a step that says so, and which address it
 * becomes, if that is not a matter of what is free. */
static void
compare_nat(const char *config, const struct in *in, const struct tnode *said,
	const struct out *o)
{
	static const char *const names[] = {
		"static-nat", "destination-nat", "source-nat"};
	bool src = false, dst = false;
	char becomes[96];

	for (const struct tnode *n = tnode_child(said, "explain-step");
		n != NULL; n = tnode_next_same(n))
		for (unsigned int i = 0; i < 3; i++) {
			const char *text = tnode_text(n, "step-text");

			if (strcmp(tnode_text(n, "step-name"), names[i]) != 0 ||
				strstr(text, " becomes ") == NULL)
				continue;
			src = src || i != 1;
			snprintf(
				becomes, sizeof(becomes), "becomes %s", o->dst);
			dst = dst || strstr(text, becomes) != NULL;
		}
	if ((src || strcmp(in->src, o->src) == 0) &&
		(dst || strcmp(in->dst, o->dst) == 0))
		return;
	fputs(config, stderr);
	fail_msg("%s > %s became %s > %s: not explained", in->src, in->dst,
		o->src, o->dst);
}

static unsigned int translated[2]; /* by family, with an answer that passed */

/* Returns whether both passed. */
static bool
one_packet(struct box *b, const char *config)
{
	struct explain_query q;
	struct in in, back;
	struct out o, answer;
	struct asked a;

	random_packet(&in, &q);
	a = ask(b, config, &q);
	o = box_send(b, &in);
	compare(config, &in, side(&a, "packet"), &o);
	if (o.verdict == VERDICT_NEXT || o.verdict == VERDICT_LOCAL) {
		compare_nat(config, &in, side(&a, "packet"), &o);
		back = reply_to(b, &in, &o);
		answer = box_send(b, &back);
		assert_non_null(side(&a, "reply"));
		compare(config, &back, side(&a, "reply"), &answer);
		if (answer.verdict != VERDICT_DROP &&
			(strcmp(in.src, o.src) != 0 ||
				strcmp(in.dst, o.dst) != 0))
			translated[strchr(in.src, ':') != NULL]++;
	} else {
		assert_null(side(&a, "reply"));
	}
	asked_done(&a);
	return a.result == EXPLAIN_PASSES;
}

static void
test_agrees(void **state)
{
	unsigned int passed = 0, total = 0;

	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		char *config = random_config();
		struct box *b = box_create(config);

		for (unsigned int k = 0; k < 500; k++) {
			box_clear(b);
			passed += one_packet(b, config);
			total++;
		}
		box_free(b);
		free(config);
	}
	assert_int_equal(100000, total);
	assert_true(passed > total / 50); /* else it would prove little */
	assert_true(translated[0] > 200 && translated[1] > 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_trace),
		cmocka_unit_test(test_packet_mode),
		cmocka_unit_test(test_ipv6_and_host),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_nat64),
		cmocka_unit_test(test_candidate),
		cmocka_unit_test(test_fixes),
		cmocka_unit_test(test_agrees),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
