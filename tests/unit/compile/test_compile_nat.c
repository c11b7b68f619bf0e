/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security nat: what each statement becomes, and which configurations are
 * refused, with both lines named. One base, and a few lines more in each case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"

#define BASE                                                                   \
	"set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24\n"     \
	"set interfaces ge-0/0/0 unit 0 family inet6 address "                 \
	"2001:db8:1::1/64\n"                                                   \
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24\n"    \
	"set interfaces ge-0/0/1 unit 0 family inet6 address "                 \
	"2001:db8:2::1/64\n"                                                   \
	"set interfaces ge-0/0/2 unit 0 family inet address 10.2.0.1/24\n"     \
	"set routing-instances T instance-type virtual-router\n"               \
	"set routing-instances T interface ge-0/0/2.0\n"                       \
	"set security zones security-zone in interfaces ge-0/0/0.0\n"          \
	"set security zones security-zone out interfaces ge-0/0/1.0\n"         \
	"set security zones security-zone tenant interfaces ge-0/0/2.0\n"      \
	"set security address-book global address web 10.0.0.80/32\n"          \
	"set security address-book global address lan 10.0.0.0/24\n"           \
	"set security address-book global address span range-address "         \
	"10.0.0.5 to 10.0.0.9\n"                                               \
	"set security address-book global address host dns-name a.example\n"   \
	"set security address-book global address-set both address web\n"      \
	"set security address-book global address-set both address span\n"

struct result {
	int r;
	struct image_spec *image;
	struct route_spec *routes;
	struct report report;
};

static struct result
compile(const char *more, struct compile_ids *ids)
{
	struct result res = {.report = REPORT_INIT};
	struct config_tree *tree = NULL;
	struct sbuf b = SBUF_INIT;
	char *text;

	sbuf_printf(&b, "%s%s", BASE, more);
	text = sbuf_take(&b);
	res.r = config_load_text(
		text, strlen(text), "test", &tree, &res.report);
	if (res.r == 0)
		res.r = config_check(config_root(tree), &res.report);
	if (res.r == 0)
		res.r = compile_config(config_root(tree), ids, &res.report,
			&res.image, &res.routes);
	config_free(tree);
	free(text);
	return res;
}

static void
done(struct result *res)
{
	image_spec_free(res->image);
	route_spec_free(res->routes);
	report_done(&res->report);
}

static struct result
good(const char *more)
{
	struct result res = compile(more, NULL);
	struct sbuf b = SBUF_INIT;

	if (res.r != 0) {
		report_text(&res.report, &b);
		fail_msg("%s", sbuf_text(&b));
	}
	return res;
}

#define SRC  "set security nat source "
#define DST  "set security nat destination "
#define STA  "set security nat static "
#define POOL SRC "pool p address 203.0.113.1/32\n"
#define SETS(rs)                                                               \
	SRC "rule-set " rs " from zone in\n" SRC "rule-set " rs " to zone "    \
	    "out\n"
#define RULE(rs, r)                                                            \
	SRC "rule-set " rs " rule " r " match source-address 10.0.0.0/24\n"
#define THEN(rs, r) SRC "rule-set " rs " rule " r " then source-nat "
#define STATIC_RULE(r, dst, prefix)                                            \
	STA "rule-set s from zone out\n" STA "rule-set s rule " r              \
	    " match destination-address " dst "\n" STA "rule-set s rule " r    \
	    " then static-nat prefix " prefix "\n"
#define DPOOL(rest) DST "pool d address " rest "\n"

/* What is refused, and what the refusal says. */
static const struct {
	const char *text, *says;
} refused[] = {
	/* [NA-4] one rule set for a pair of ends */
	{SETS("a") RULE("a", "r") THEN("a", "r") "off\n" SETS("b")
			RULE("b", "r") THEN("b", "r") "off\n",
		"Rule set has the same context as 'security nat source "
		"rule-set a' (line 17)"},
	{STA "rule-set a from zone [ in out ]\n" STA
	     "rule-set a rule r match destination-address 203.0.113.1/32\n" STA
	     "rule-set a rule r then static-nat prefix 10.0.0.1/32\n" STA
	     "rule-set b from zone out\n" STA
	     "rule-set b rule r match destination-address 203.0.113.2/32\n" STA
	     "rule-set b rule r then static-nat prefix 10.0.0.2/32\n",
		"Rule set has the same context as"},
	/* [NA-10] pools */
	{SETS("a") RULE("a", "r") THEN("a", "r") "pool nil\n", "Referenced"},
	{SRC "pool p port range 2000 to 3000\n", "'address'"},
	{POOL SRC "pool p address 2001:db8::1/128\n", "one family"},
	{SRC "pool p address 203.0.113.9/32 to 203.0.113.1/32\n",
		"from a lower to a higher"},
	{POOL SRC "pool p port range 3000 to 2000\n", "below the lower"},
	{POOL SRC "pool p port no-translation\n" SRC
		  "pool p port range 2000 to 3000\n",
		"exclude each"},
	{SRC "pool p address 10.128.0.0/9\n", "65536 addresses at most"},
	{POOL SRC "pool p host-address-base 2001:db8::1/128\n",
		"of the pool's family"},
	{POOL SRC "pool p address-pooling no-paired\n",
		"without port translation"},
	{POOL SRC "pool p port no-translation\n" SRC
		  "pool p address-pooling paired\n",
		"needs port translation"},
	{POOL SRC "pool p pool-utilization-alarm raise-threshold 60 "
		  "clear-threshold 70\n",
		"must not be above"},
	/* [NA-11] overflow */
	{POOL SRC "pool q address 203.0.113.2/32\n" SRC
		  "pool q port no-translation\n" SRC "pool p overflow-pool q\n",
		"needs port translation, without blocks: 'security nat source "
		"pool q' (line 18)"},
	{POOL SRC "pool p overflow-pool p\n", "into itself"},
	{POOL SRC "pool p overflow-pool nil\n", "Referenced"},
	/* [NA-12] */
	{POOL SETS("a") RULE("a", "r") THEN("a", "r") "pool p\n" THEN(
		 "a", "r") "pool persistent-nat permit target-host\n" THEN("a",
		 "r") "pool persistent-nat address-mapping\n",
		"needs permit any-remote-host"},
	/* [NA-13] families */
	{POOL SETS("a") SRC "rule-set a rule r match destination-address "
			    "2001:db8::/32\n" THEN("a", "r") "pool p\n",
		"one family"},
	{DPOOL("10.0.0.5/32") DST "rule-set a from zone out\n" DST
				  "rule-set a rule r match destination-address "
				  "2001:db8::1/128\n" DST
				  "rule-set a rule r then destination-nat "
				  "pool d\n",
		"one family"},
	/* [NA-14] blocks */
	{POOL SRC "pool p port range 2000 to 2999\n" SRC
		  "pool p port block-allocation block-size 1001\n",
		"larger than the port range (1000)"},
	{POOL SRC "pool p port deterministic block-size 1000\n" SRC
		  "pool p port deterministic host address 10.0.0.0/24\n",
		"do not fit"},
	/* [NA-15] overlaps */
	{POOL SRC "pool q address 203.0.113.0/28\n",
		"Addresses overlap with source pool 'security nat source pool "
		"p' (line 17)"},
	{SRC "pool p address 203.0.113.0/28\n" SRC
	     "pool p address 203.0.113.4/32\n",
		"overlap"},
	/* [NA-20] destination pools */
	{DPOOL("10.0.0.0/24 port 80"), "has one address"},
	/* [NA-22] static */
	{STATIC_RULE("r", "203.0.113.0/24", "10.0.0.0/25"), "equal length"},
	{STATIC_RULE("r", "203.0.113.1/32", "2001:db8::/64"), "equal length"},
	{STATIC_RULE("r", "203.0.113.1/32", "10.0.0.1/32") STA
		"rule-set s rule r then static-nat prefix mapped-port 80\n",
		"needs destination-port"},
	{STATIC_RULE("r", "203.0.113.1/32", "10.0.0.1/32") STA
		"rule-set s rule r match destination-port 80 to 90\n" STA
		"rule-set s rule r then static-nat prefix mapped-port 80\n",
		"ranges of equal size"},
	{STA "rule-set s from zone out\n" STA
	     "rule-set s rule r match destination-address 2001:db8:9::/80\n" STA
	     "rule-set s rule r then static-nat inet\n",
		"length 32, 40, 48, 56, 64 or 96"},
	{STA "rule-set s from zone out\n" STA
	     "rule-set s rule r match destination-address 2001:db8:9::/48\n" STA
	     "rule-set s rule r then static-nat nptv6-prefix "
	     "2001:db8:10::/56\n",
		"equal length, 64 at most"},
	{STA "rule-set s from zone out\n" STA
	     "rule-set s rule r match destination-address-name both\n" STA
	     "rule-set s rule r then static-nat prefix 10.0.0.1/32\n",
		"one prefix"},
	/* [NA-23] static overlaps */
	{STATIC_RULE("r1", "203.0.113.0/24", "10.0.0.0/24")
			STATIC_RULE("r2", "203.0.113.7/32", "10.0.1.7/32"),
		"Destination address overlaps with that of 'security nat "
		"static rule-set s rule r1' (line 18)"},
	{STATIC_RULE("r1", "203.0.113.1/32", "10.0.0.1/32")
			STATIC_RULE("r2", "203.0.113.2/32", "10.0.0.1/32"),
		"Static NAT prefix overlaps"},
	/* [NA-3] matches */
	{SETS("a") SRC
		"rule-set a rule r match source-address-name host\n" THEN(
			"a", "r") "off\n",
		"dns-name"},
	{SETS("a") RULE("a", "r") SRC
		"rule-set a rule r match protocol tcp\n" SRC
		"rule-set a rule r match application junos-http\n" THEN(
			"a", "r") "off\n",
		"application cannot be configured together"},
	{SETS("a") SRC
		"rule-set a rule r match destination-port 90 to 80\n" THEN(
			"a", "r") "off\n",
		"below the lower"},
	{DPOOL("10.0.0.5/32") DST "rule-set a from zone out\n" DST
				  "rule-set a rule r match source-address "
				  "192.0.2.0/24\n" DST
				  "rule-set a rule r then destination-nat "
				  "pool d\n",
		"'destination-address'"},
	/* [NA-30] proxies */
	{"set security nat proxy-arp interface ge-0/0/1.0 address "
	 "2001:db8:2::5/128\n",
		"proxy-arp needs an IPv4 address"},
	{"set security nat proxy-arp interface ge-0/0/1.0 address "
	 "192.0.2.10/32 to 192.0.2.20/32\n"
	 "set security nat proxy-arp interface ge-0/0/1.0 address "
	 "192.0.2.20/32\n",
		"Proxy addresses overlap with 'security nat proxy-arp "
		"interface ge-0/0/1.0 address 192.0.2.10/32' (line 17)"},
	{"set security nat proxy-arp interface ge-0/0/1.0 address "
	 "192.0.2.0/30\n",
		"contain the address of interface ge-0/0/1.0"},
};

/* [NA-3] [NA-4] [NA-10] [NA-11] [NA-12] [NA-13] [NA-14] [NA-15] [NA-20]
 * [NA-22] [NA-23] [NA-30] */
static void
contradictions_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct result res = compile(refused[i].text, NULL);
		struct sbuf b = SBUF_INIT;

		report_text(&res.report, &b);
		if (res.r == 0)
			fail_msg("taken: %s", refused[i].text);
		if (strstr(sbuf_text(&b), refused[i].says) == NULL)
			fail_msg("%s\nsays: %s\nnot: %s", refused[i].text,
				sbuf_text(&b), refused[i].says);
		sbuf_done(&b);
		done(&res);
	}
}

/* [NA-31] */
static void
missing_proxies_are_warned_of(void **state)
{
	static const struct {
		const char *text;
		unsigned int warnings;
	} cases[] = {
		{SRC "pool p address 192.0.2.10/32 to 192.0.2.20/32\n", 1},
		{SRC "pool p address 192.0.2.10/32 to 192.0.2.20/32\n"
		     "set security nat proxy-arp interface ge-0/0/1.0 address "
		     "192.0.2.10/32 to 192.0.2.19/32\n",
			1},
		{SRC "pool p address 192.0.2.10/32 to 192.0.2.20/32\n"
		     "set security nat proxy-arp interface ge-0/0/1.0 address "
		     "192.0.2.10/32 to 192.0.2.15/32\n"
		     "set security nat proxy-arp interface ge-0/0/1.0 address "
		     "192.0.2.16/32 to 192.0.2.20/32\n",
			0},
		{SRC "pool p address 203.0.113.0/24\n", 0},
		{SRC "pool p address 10.2.0.5/32\n" SRC
		     "pool p routing-instance T\n",
			1},
		{SRC "pool p address 192.0.2.5/32\n" SRC
		     "pool p routing-instance T\n",
			0},
		{STATIC_RULE("r", "192.0.2.7/32", "10.0.0.7/32"), 1},
		{STATIC_RULE("r", "10.0.0.7/32", "10.3.0.7/32"), 0},
		{SRC "pool p address 2001:db8:2::7/128\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result res = good(cases[i].text);
		unsigned int n = 0;

		for (size_t k = 0; k < res.report.n; k++)
			n += strstr(res.report.entries[k].message,
				     "neighbours there") != NULL;
		if (n != cases[i].warnings)
			fail_msg("%u warnings: %s", n, cases[i].text);
		done(&res);
	}
}

static void
assert_range(const struct addr_range *r, const char *lo, const char *hi)
{
	char buf[IP_TEXT_MAX];

	assert_string_equal(ip_addr_text(&r->lo, buf), lo);
	assert_string_equal(ip_addr_text(&r->hi, buf), hi);
}

/* [NA-3] [NA-1] */
static void
a_source_rule(void **state)
{
	struct result res = good(SRC
		"rule-set a from routing-instance [ T default ]\n" SRC
		"rule-set a to interface ge-0/0/1.0\n" SRC
		"rule-set a description words\n" SRC
		"rule-set a rule r match source-address [ 10.1.0.0/16 "
		"2001:db8::/32 ]\n" SRC
		"rule-set a rule r match source-address-name both\n" SRC
		"rule-set a rule r match destination-address "
		"198.51.100.0/24\n" SRC
		"rule-set a rule r match destination-port 80\n" SRC
		"rule-set a rule r match destination-port 8000 to 8080\n" SRC
		"rule-set a rule r match source-port 1024 to 65535\n" SRC
		"rule-set a rule r match protocol [ tcp udp ]\n" SRC
		"rule-set a rule r then source-nat interface "
		"persistent-nat permit target-host-port\n" SRC
		"rule-set a rule r then source-nat interface "
		"persistent-nat max-session-number 99\n" SRC
		"rule-set a rule r then source-nat "
		"rule-session-count-alarm raise-threshold 100\n" SRC
		"rule-set a rule s match application junos-dns-udp\n" SRC
		"rule-set a rule s then source-nat off\n");
	const struct nat_spec *nat = &res.image->nat;
	const struct nat_rule_spec *r = &nat->rules[NAT_SOURCE][0];

	(void)state;
	assert_int_equal(nat->nsets[NAT_SOURCE], 1);
	assert_int_equal(nat->sets[NAT_SOURCE][0].from.kind, NAT_END_INSTANCE);
	assert_int_equal(nat->sets[NAT_SOURCE][0].from.n, 2);
	assert_int_equal(nat->sets[NAT_SOURCE][0].from.ids[1], 0);
	assert_int_equal(nat->sets[NAT_SOURCE][0].to.kind, NAT_END_INTERFACE);
	assert_string_equal(nat->sets[NAT_SOURCE][0].description, "words");
	assert_int_equal(nat->nrules[NAT_SOURCE], 2);
	assert_int_equal(r->nsrc, 4);
	assert_range(&r->src[0], "10.1.0.0", "10.1.255.255");
	assert_range(&r->src[3], "10.0.0.5", "10.0.0.9");
	assert_range(&r->dst[0], "198.51.100.0", "198.51.100.255");
	assert_int_equal(r->ndports, 2);
	assert_int_equal(r->dports[1].lo, 8000);
	assert_int_equal(r->dports[1].hi, 8080);
	assert_int_equal(r->sports[0].hi, 65535);
	assert_int_equal(r->nprotocols, 2);
	assert_int_equal(r->action, NAT_INTERFACE);
	assert_int_equal(r->persistent.permit, PERSISTENT_TARGET_HOST_PORT);
	assert_int_equal(r->persistent.timeout, 300);
	assert_int_equal(r->persistent.max_sessions, 99);
	assert_int_equal(r->alarm_raise, 100);
	assert_int_equal(r->alarm_clear, 80);
	assert_int_equal(r[1].napps, 1);
	assert_int_equal(r[1].action, NAT_OFF);
	assert_int_equal(r[1].position, 2);
	assert_int_equal(r[1].id, 2);
	done(&res);
}

/* [NA-10] [NA-11] [NA-14] [NA-16] */
static void
source_pools(void **state)
{
	struct result res = good(SRC
		"pool a address 203.0.113.1/32 to 203.0.113.6/32\n" SRC
		"pool a port port-overloading-factor 2\n" SRC
		"pool a port preserve-parity\n" SRC
		"pool a address-pooling paired\n" SRC
		"pool b address 203.0.113.16/28\n" SRC
		"pool b port no-translation\n" SRC
		"pool b overflow-pool a\n" SRC "pool b routing-instance T\n" SRC
		"pool c address 203.0.113.64/26\n" SRC
		"pool c host-address-base 10.0.0.0/26\n" SRC
		"pool d address 198.51.100.0/31\n" SRC
		"pool d port deterministic host address 10.0.0.0/24\n" SRC
		"pool d overflow-pool interface\n" SRC
		"pool e address 198.51.100.4/32\n" SRC
		"pool e port block-allocation max-blocks-per-host 4\n" SRC
		"pool e port range 20000 to 40000\n" SRC
		"pool-utilization-alarm raise-threshold 90\n" SRC
		"pool e pool-utilization-alarm raise-threshold 50\n" SRC
		"port-randomization disable\n" SRC "address-persistent\n" SRC
		"pool-default-port-range 2000 to 50000\n" SRC
		"interface port-overloading-factor 4\n");
	const struct nat_spec *nat = &res.image->nat;
	const struct nat_pool_spec *p = nat->pools;

	(void)state;
	assert_int_equal(nat->npools, 5);
	assert_range(&p[0].ranges[0], "203.0.113.1", "203.0.113.6");
	assert_int_equal(p[0].overloading, 2);
	assert_true(p[0].preserve_parity);
	assert_int_equal(p[0].pooling, POOLING_PAIRED);
	assert_int_equal(p[0].port_lo, 2000);
	assert_int_equal(p[0].port_hi, 50000);
	assert_int_equal(p[0].alarm_raise, 90);
	assert_int_equal(p[0].alarm_clear, 72);
	assert_true(p[1].no_translation);
	assert_int_equal(p[1].overflow, OVERFLOW_POOL);
	assert_int_equal(p[1].overflow_pool, 0);
	assert_true(p[1].has_vr);
	assert_int_equal(p[1].vr.v, VR_FIRST_USER);
	assert_true(p[2].has_base);
	assert_true(p[3].deterministic);
	assert_range(&p[3].hosts[0], "10.0.0.1", "10.0.0.254");
	/* 254 hosts, 2 addresses, 48001 ports: 127 blocks of 377 each. */
	assert_int_equal(p[3].block_size, 377);
	assert_int_equal(p[3].overflow, OVERFLOW_INTERFACE);
	assert_int_equal(p[4].block_size, 128);
	assert_int_equal(p[4].block_max, 4);
	assert_int_equal(p[4].port_lo, 20000);
	assert_int_equal(p[4].alarm_raise, 50);
	assert_int_equal(p[4].alarm_clear, 40);
	assert_true(nat->port_sequential);
	assert_true(nat->address_persistent);
	assert_int_equal(nat->interface_overloading, 4);
	done(&res);
}

/* [NA-20] [NA-22] */
static void
destination_and_static_rules(void **state)
{
	struct result res = good(DST
		"pool d address 10.0.0.5/32 port 8080\n" DST
		"pool d routing-instance T\n" DST
		"rule-set a from interface ge-0/0/1.0\n" DST
		"rule-set a rule r match destination-address "
		"203.0.113.5/32\n" DST
		"rule-set a rule r match destination-port 80\n" DST
		"rule-set a rule r then destination-nat pool d\n" STA
		"rule-set s from zone out\n" STA
		"rule-set s rule one match destination-address "
		"203.0.113.9/32\n" STA
		"rule-set s rule one match destination-port 1000 to 1999\n" STA
		"rule-set s rule one then static-nat prefix 10.2.0.9/32\n" STA
		"rule-set s rule one then static-nat prefix mapped-port "
		"3000 to 3999\n" STA
		"rule-set s rule one then static-nat prefix "
		"routing-instance T\n" STA
		"rule-set s rule six match destination-address "
		"64:ff9b::/96\n" STA
		"rule-set s rule six then static-nat inet\n" STA
		"rule-set s rule npt match destination-address "
		"2001:db8:9::/48\n" STA
		"rule-set s rule npt then static-nat nptv6-prefix "
		"2001:db8:10::/48\n" STA
		"rule-set s rule book match destination-address "
		"203.0.113.80/32\n" STA
		"rule-set s rule book then static-nat prefix-name web\n"
		"set security nat natv6v4 no-v6-frag-header\n");
	const struct nat_spec *nat = &res.image->nat;
	const struct nat_rule_spec *r = nat->rules[NAT_STATIC];
	char buf[IP_TEXT_MAX];

	(void)state;
	assert_int_equal(nat->pools[0].kind, NAT_DESTINATION);
	assert_int_equal(nat->pools[0].port, 8080);
	assert_true(nat->pools[0].has_vr);
	assert_int_equal(nat->rules[NAT_DESTINATION][0].action, NAT_POOL);
	assert_int_equal(r[0].action, NAT_PREFIX);
	assert_string_equal(ip_prefix_text(&r[0].prefix, buf), "10.2.0.9/32");
	assert_int_equal(r[0].mapped.lo, 3000);
	assert_int_equal(r[0].mapped.hi, 3999);
	assert_true(r[0].has_vr);
	assert_int_equal(r[1].action, NAT_INET);
	assert_string_equal(ip_prefix_text(&r[1].prefix, buf), "64:ff9b::/96");
	assert_int_equal(r[2].action, NAT_NPTV6);
	assert_string_equal(
		ip_prefix_text(&r[2].prefix, buf), "2001:db8:10::/48");
	assert_string_equal(ip_prefix_text(&r[3].prefix, buf), "10.0.0.80/32");
	assert_true(nat->no_v6_frag_header);
	done(&res);
}

/* [CF-29] for pools and rules */
static void
numbers_stay(void **state)
{
	struct compile_ids *ids = compile_ids_create();
	struct result a = compile(POOL SRC
		"pool q address 203.0.113.2/32\n" SETS("a") RULE("a", "x")
			THEN("a", "x") "pool p\n" RULE("a", "y")
				THEN("a", "y") "pool q\n",
		ids);
	struct result b =
		compile(SRC "pool q address 203.0.113.2/32\n" SETS("a")
				RULE("a", "y") THEN("a", "y") "pool q\n",
			ids);

	(void)state;
	assert_int_equal(a.r, 0);
	assert_int_equal(b.r, 0);
	assert_int_equal(a.image->nat.pools[1].id, b.image->nat.pools[0].id);
	assert_int_equal(a.image->nat.rules[NAT_SOURCE][1].id,
		b.image->nat.rules[NAT_SOURCE][0].id);
	assert_int_equal(b.image->nat.rules[NAT_SOURCE][0].position, 1);
	done(&a);
	done(&b);
	compile_ids_free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(missing_proxies_are_warned_of),
		cmocka_unit_test(a_source_rule),
		cmocka_unit_test(source_pools),
		cmocka_unit_test(destination_and_static_rules),
		cmocka_unit_test(numbers_stay),
	};

	return cmocka_run_group_tests_name("compile_nat", tests, NULL, NULL);
}
