/* SPDX-License-Identifier: Apache-2.0 */
/* Firewall filters [FF-1], filter-based forwarding [FF-2], packet mode [FF-3],
 * and the forwarding modes of a family. */
#include "lab.h"

#include "flow/counters.h"

#include <stdio.h>
#include <string.h>

#define F4     "set firewall family inet filter f term "
#define F6     "set firewall family inet6 filter f6 term "
#define ON_0   "set interfaces ge-0/0/0 unit 0 family inet filter input f\n"
#define ON_0_6 "set interfaces ge-0/0/0 unit 0 family inet6 filter input f6\n"
#define OUT_1  "set interfaces ge-0/0/1 unit 0 family inet filter output f\n"

/* One condition, one packet: does the term match? */
static void
test_conditions(void **state)
{
	static const struct {
		const char *from;
		struct in p; /* src, dst default to client, server */
		bool hit;
	} rows[] = {
		{"source-address 198.51.100.0/24", {.proto = IPP_UDP}, true},
		{"source-address 192.0.2.0/24", {.proto = IPP_UDP}, false},
		{"destination-address 192.0.2.0/24", {.proto = IPP_UDP}, true},
		{"address 192.0.2.2/32", {.proto = IPP_UDP}, true},
		{"address 198.51.100.2/32", {.proto = IPP_UDP}, true},
		{"address 203.0.113.0/24", {.proto = IPP_UDP}, false},
		{"protocol udp", {.proto = IPP_UDP}, true},
		{"protocol tcp", {.proto = IPP_UDP}, false},
		{"protocol [ tcp udp ]", {.proto = IPP_UDP}, true},
		{"protocol-except tcp", {.proto = IPP_UDP}, true},
		{"protocol-except udp", {.proto = IPP_UDP}, false},
		{"source-port 100-200", {.proto = IPP_UDP, .sport = 150}, true},
		{"source-port 100-200", {.proto = IPP_UDP, .sport = 201},
			false},
		{"source-port-except 100-200", {.proto = IPP_UDP, .sport = 201},
			true},
		{"destination-port ssh",
			{.proto = IPP_TCP, .dport = 22, .flags = TCP_SYN},
			true},
		{"destination-port 22", {.proto = IPP_UDP, .dport = 23}, false},
		{"destination-port-except 22", {.proto = IPP_UDP, .dport = 23},
			true},
		{"port 53", {.proto = IPP_UDP, .sport = 53, .dport = 9}, true},
		{"port 53", {.proto = IPP_UDP, .sport = 9, .dport = 53}, true},
		{"port 53", {.proto = IPP_UDP, .sport = 9, .dport = 9}, false},
		{"tcp-initial",
			{.proto = IPP_TCP, .dport = 22, .flags = TCP_SYN},
			true},
		{"tcp-initial",
			{.proto = IPP_TCP,
				.dport = 22,
				.flags = TCP_SYN | TCP_ACK},
			false},
		{"tcp-established",
			{.proto = IPP_TCP, .dport = 22, .flags = TCP_ACK},
			true},
		{"tcp-established",
			{.proto = IPP_TCP, .dport = 22, .flags = TCP_RST},
			true},
		{"tcp-established",
			{.proto = IPP_TCP, .dport = 22, .flags = TCP_SYN},
			false},
		{"tcp-established", {.proto = IPP_UDP, .dport = 22}, false},
		{"protocol tcp\n" F4
		 "one from tcp-flags \"(fin|rst) & !urgent\"",
			{.proto = IPP_TCP, .flags = TCP_FIN | TCP_ACK}, true},
		{"protocol tcp\n" F4
		 "one from tcp-flags \"(fin|rst) & !urgent\"",
			{.proto = IPP_TCP, .flags = TCP_FIN | TCP_URG}, false},
		{"icmp-type echo-request", {.proto = IPP_ICMP}, true},
		{"icmp-type echo-reply", {.proto = IPP_ICMP}, false},
		{"icmp-type echo-reply", {.proto = IPP_ICMP, .reply = true},
			true},
		{"icmp-type-except echo-reply", {.proto = IPP_ICMP}, true},
		{"icmp-type unreachable\n" F4 "one from icmp-code 3",
			{.proto = IPP_ICMP, .icmp_type = 3, .icmp_code = 3},
			true},
		{"icmp-type unreachable\n" F4 "one from icmp-code 3",
			{.proto = IPP_ICMP, .icmp_type = 3, .icmp_code = 1},
			false},
		{"is-fragment",
			{.proto = IPP_UDP,
				.fragment = true,
				.frag_off = 8,
				.len = 36},
			true},
		{"is-fragment", {.proto = IPP_UDP}, false},
		{"first-fragment",
			{.proto = IPP_UDP,
				.fragment = true,
				.more = true,
				.len = 36},
			true},
		{"first-fragment",
			{.proto = IPP_UDP,
				.fragment = true,
				.frag_off = 8,
				.len = 36},
			false},
		{"destination-port 0",
			{.proto = IPP_UDP,
				.fragment = true,
				.frag_off = 8,
				.len = 36},
			false}, /* a later fragment has no ports */
		{"source-prefix-list list", {.proto = IPP_UDP}, true},
		{"destination-prefix-list list", {.proto = IPP_UDP}, false},
		{"prefix-list list", {.proto = IPP_UDP}, true},
		{"packet-length 100", {.proto = IPP_UDP, .len = 100}, true},
		{"packet-length [ 64 100-200 ]", {.proto = IPP_UDP, .len = 99},
			false},
		{"packet-length-except 100", {.proto = IPP_UDP, .len = 99},
			true},
		{"ttl 60-63", {.proto = IPP_UDP, .ttl = 64}, false},
		{"ttl 60-64", {.proto = IPP_UDP, .ttl = 64}, true},
		{"ttl-except 64", {.proto = IPP_UDP, .ttl = 64}, false},
		{"dscp be", {.proto = IPP_UDP}, true},
		{"dscp [ ef 10-20 ]", {.proto = IPP_UDP}, false},
		{"dscp-except ef", {.proto = IPP_UDP}, true},
		{"precedence routine", {.proto = IPP_UDP}, true},
		{"precedence 1-7", {.proto = IPP_UDP}, false},
		{"ip-options any", {.proto = IPP_UDP}, false},
		{"ip-options-except any", {.proto = IPP_UDP}, true},
		{"fragment-offset 1",
			{.proto = IPP_UDP,
				.fragment = true,
				.frag_off = 8,
				.len = 36},
			true},
		{"fragment-offset 1-8191", {.proto = IPP_UDP}, false},
		{"fragment-flags dont-fragment", {.proto = IPP_UDP, .df = true},
			true},
		{"fragment-flags \"!dont-fragment & more-fragments\"",
			{.proto = IPP_UDP,
				.fragment = true,
				.more = true,
				.len = 36},
			true},
		{"fragment-flags \"!dont-fragment & more-fragments\"",
			{.proto = IPP_UDP}, false},
		{"esp-spi 0-4294967295", {.proto = IPP_UDP}, false},
		{"interface ge-0/0/0.0", {.proto = IPP_UDP}, true},
		{"interface ge-0/0/1.0", {.proto = IPP_UDP}, false},
		{"interface-group 7", {.proto = IPP_UDP}, true},
		{"interface-group-except 7", {.proto = IPP_UDP}, false},
		{"interface-set ports", {.proto = IPP_UDP}, true},
		{"flexible-match-mask bit-length 8\n" F4
		 "one from flexible-match-mask byte-offset 9\n" F4
		 "one from flexible-match-mask prefix 17",
			{.proto = IPP_UDP}, true},
		{"flexible-match-mask bit-length 8\n" F4
		 "one from flexible-match-mask byte-offset 9\n" F4
		 "one from flexible-match-mask prefix 6",
			{.proto = IPP_UDP}, false},
		{"flexible-match-mask bit-length 16\n" F4
		 "one from flexible-match-mask match-start layer-4\n" F4
		 "one from flexible-match-mask byte-offset 2\n" F4
		 "one from flexible-match-mask mask-in-hex 0xff00\n" F4
		 "one from flexible-match-mask prefix 0x1234",
			{.proto = IPP_UDP, .dport = 0x12ff}, true},
		{"flexible-match-range bit-length 4\n" F4
		 "one from flexible-match-range bit-offset 4\n" F4
		 "one from flexible-match-range range 5",
			{.proto = IPP_UDP}, true}, /* the header's length */
		{"flexible-match-range bit-length 4\n" F4
		 "one from flexible-match-range range-except 4",
			{.proto = IPP_UDP}, false}, /* the version */
		{"flexible-match-range bit-length 32\n" F4
		 "one from flexible-match-range match-start payload\n" F4
		 "one from flexible-match-range byte-offset 250\n" F4
		 "one from flexible-match-range range 0-4294967295",
			{.proto = IPP_UDP}, false}, /* not that long */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096];
		struct in p = rows[i].p;
		struct box *b;
		bool hit;

		snprintf(config, sizeof(config),
			BOX ON_0 "set policy-options prefix-list list "
				 "198.51.100.0/25\n"
				 "set firewall interface-set ports "
				 "ge-0/0/0*\n"
				 "set interfaces ge-0/0/0 unit 0 family inet "
				 "filter group 7\n" F4 "one from %s\n" F4
				 "one then count c\n" F4 "one then discard\n" F4
				 "rest then accept\n",
			rows[i].from);
		b = box_create(config);
		p.ifl = "ge-0/0/0.0";
		p.src = sides[0].client;
		p.dst = sides[0].server;
		hit = box_send(b, &p).reason == REASON_FILTER_DISCARD;
		if (hit != rows[i].hit)
			fail_msg("row %zu: %s", i, rows[i].from);
		assert_int_equal(
			hit, box_filter_counter(b, "f", "one").packets);
		assert_int_equal(
			!hit, box_filter_counter(b, "f", "rest").packets);
		box_free(b);
	}
}

/* The longest prefix that covers the address says whether it is excepted. */
static void
test_except(void **state)
{
	static const struct {
		const char *src;
		bool hit;
	} rows[] = {{"198.51.100.1", true}, {"198.51.100.130", false},
		{"198.51.100.200", true}, {"203.0.113.1", false}};
	struct box *b = box_create(BOX ON_0 F4
		"one from source-address 198.51.100.0/24\n" F4
		"one from source-address 198.51.100.128/25 except\n" F4
		"one from source-address 198.51.100.192/26\n" F4
		"one then discard\n" F4 "rest then accept\n");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct in p = c2s(&sides[0], IPP_UDP, 1, 2);

		p.src = rows[i].src;
		assert_int_equal(rows[i].hit,
			box_send(b, &p).reason == REASON_FILTER_DISCARD);
	}
	box_free(b);
}

static void
test_six(void **state)
{
	struct box *b = box_create(BOX ON_0_6 F6
		"one from source-address 2001:db8:1::/64\n" F6
		"one from next-header tcp\n" F6 "one then discard\n" F6
		"two from icmp-type echo-request\n" F6 "two then accept\n");
	const struct side *a = &sides[1];

	(void)state;
	dropped(b, tcp(c2s(a, IPP_TCP, 1, 2), TCP_SYN), REASON_FILTER_DISCARD);
	pass(b, c2s(a, IPP_ICMP, 1, 2));
	dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_FILTER_DISCARD); /* implicit */
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2)); /* IPv4 has no filter */
	box_free(b);
}

/* Terms in order; next term goes on; counters count packets and bytes once. */
static void
test_terms(void **state)
{
	struct box *b = box_create(BOX ON_0 F4
		"all then count seen\n" F4 "all then next term\n" F4
		"web from destination-port 80\n" F4 "web then accept\n" F4
		"udp from protocol udp\n" F4
		"udp then count udp\n"); /* only modifies: accepts */
	const struct side *a = &sides[0];
	struct in p = c2s(a, IPP_UDP, 1, 2);

	(void)state;
	p.len = 500;
	pass(b, p); /* its neighbour was unknown: it went through twice */
	pass(b, tcp(c2s(a, IPP_TCP, 1, 80), TCP_SYN));
	dropped(b, tcp(c2s(a, IPP_TCP, 1, 81), TCP_SYN), REASON_FILTER_DISCARD);
	assert_int_equal(3, box_filter_counter(b, "f", "all").packets);
	assert_int_equal(580, box_filter_counter(b, "f", "all").bytes);
	assert_int_equal(1, box_filter_counter(b, "f", "web").packets);
	assert_int_equal(1, box_filter_counter(b, "f", "udp").packets);
	assert_int_equal(1,
		box_ifl_stats(b, "ge-0/0/0.0")->reason[REASON_FILTER_DISCARD]);
	box_free(b);
}

/* Every packet meets the filter, also those of a session. */
static void
test_established(void **state)
{
	struct box *b = box_create(BOX);
	const struct side *a = &sides[0];

	(void)state;
	pass(b, c2s(a, IPP_UDP, 1, 2));
	box_commit(b, BOX ON_0 F4 "one then discard\n");
	dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_FILTER_DISCARD);
	assert_int_equal(1, box_session(b, 0).wing[0].packets);
	box_free(b);
}

/* 8 kbit/s and a burst of 2,000 bytes: what exceeds is dropped, counted, and
 * costs nothing; time brings it back [FF-5]. */
static void
test_policer(void **state)
{
	struct box *b = box_create(
		BOX ON_0 F4 "one then policer slow\n" F4 "one then count c\n" F4
			    "one then accept\n"
			    "set firewall policer slow if-exceeding "
			    "bandwidth-limit 8k\n"
			    "set firewall policer slow if-exceeding "
			    "burst-size-limit 2k\n"
			    "set firewall policer slow then discard\n");
	struct in p = c2s(&sides[0], IPP_UDP, 1, 2);

	(void)state;
	p.len = 1000;
	pass(b, p);
	pass(b, p);
	dropped(b, p, REASON_POLICER);
	assert_int_equal(3, box_filter_counter(b, "f", "one").packets);
	assert_int_equal(1, box_filter_counter(b, "f", "one").over_packets);
	assert_int_equal(1000, box_filter_counter(b, "f", "one").over_bytes);
	box_sleep(b, 999);
	dropped(b, p, REASON_POLICER);
	box_sleep(b, 1);
	pass(b, p);
	dropped(b, p, REASON_POLICER);
	box_free(b);
}

/* A filter-specific policer is one for all terms, counted in packets; one that
 * does not discard only counts. */
static void
test_policer_shared(void **state)
{
	static const char *const actions[] = {"discard", "loss-priority high"};
	struct in p = c2s(&sides[0], IPP_UDP, 1, 2);
	struct in q = c2s(&sides[0], IPP_UDP, 1, 3);

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		char config[4096];
		struct box *b;

		snprintf(config, sizeof(config),
			BOX ON_0 F4 "one from destination-port 2\n" F4
				    "one then policer two\n" F4
				    "rest then policer two\n"
				    "set firewall policer two filter-specific\n"
				    "set firewall policer two if-exceeding-pps "
				    "pps-limit 1\n"
				    "set firewall policer two if-exceeding-pps "
				    "packet-burst 2\n"
				    "set firewall policer two then %s\n",
			actions[i]);
		b = box_create(config);
		pass(b, p);
		pass(b, q);
		if (i == 0)
			dropped(b, p, REASON_POLICER);
		else
			pass(b, p);
		assert_int_equal(
			1, box_filter_counter(b, "f", "one").over_packets);
		box_free(b);
	}
}

/* The filter of lo0 sees what the box receives and sends, of every instance
 * that has no lo0 of its own [FF-6]. */
static void
test_loopback(void **state)
{
	struct box *b = box_create(
		BOX F4 "ssh from destination-port 22\n" F4
		       "ssh then discard\n" F4 "rest then accept\n"
		       "set interfaces lo0 unit 0 family inet filter input f\n"
		       "set interfaces lo0 unit 0 family inet filter output f\n"
		       "set security zones security-zone trust "
		       "host-inbound-traffic system-services all\n");
	const struct side *a = &sides[0];
	struct in ping = {.ifl = "ge-0/0/0.0",
		.src = a->client,
		.dst = a->box_in,
		.proto = IPP_ICMP};
	struct in ssh = {.ifl = "ge-0/0/0.0",
		.src = a->client,
		.dst = a->box_in,
		.proto = IPP_TCP,
		.sport = 1,
		.dport = 22,
		.flags = TCP_SYN};
	struct in own = {.src = a->box_out,
		.dst = a->server,
		.proto = IPP_TCP,
		.sport = 1,
		.dport = 22,
		.flags = TCP_SYN};

	(void)state;
	assert_int_equal(VERDICT_LOCAL, box_send(b, &ping).verdict);
	dropped(b, ssh, REASON_FILTER_DISCARD);
	dropped(b, own, REASON_FILTER_DISCARD);
	pass(b, tcp(c2s(a, IPP_TCP, 1, 22), TCP_SYN)); /* transit */
	box_free(b);
}

/* forwarding-options: every interface, after its own filter [FF-8]. */
static void
test_everywhere(void **state)
{
	struct box *b = box_create(
		BOX F4 "one from destination-port 2\n" F4
		       "one then discard\n" F4 "rest then accept\n"
		       "set forwarding-options family inet filter input f\n");
	const struct side *a = &sides[0];

	(void)state;
	dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_FILTER_DISCARD);
	pass(b, c2s(a, IPP_UDP, 1, 3));
	box_free(b);
}

/* interface-specific: each place counts for itself [FF-9]. */
static void
test_interface_specific(void **state)
{
	struct box *b = box_create(BOX ON_0 OUT_1 F4
		"one then count c\n"
		"set firewall family inet filter f interface-specific\n");

	(void)state;
	pass(b, c2s(&sides[0], IPP_UDP, 1, 2));
	assert_int_equal(
		1, box_filter_counter(b, "f-ge-0/0/0.0-i", "one").packets);
	assert_true(
		box_filter_counter(b, "f-ge-0/0/1.0-o", "one").packets >= 1);
	assert_int_equal(0, box_filter_counter(b, "f", "one").packets);
	box_free(b);
}

/* then log: a ring of the newest packets [FF-7]. */
static void
test_log(void **state)
{
	struct box *b = box_create(
		BOX ON_0 F4 "one then log\n" F4 "one then discard\n");
	const struct filter_log *log = box_env(b)->counters->filter_log;
	struct in p = c2s(&sides[0], IPP_UDP, 7, 9);

	(void)state;
	for (unsigned int i = 0; i < FILTER_LOG + 3; i++)
		dropped(b, p, REASON_FILTER_DISCARD);
	assert_int_equal(FILTER_LOG + 3, log->n);
	assert_int_equal(7, log->entry[2].sport);
	assert_int_equal(9, log->entry[2].dport);
	assert_int_equal(FILTER_DISCARD, log->entry[2].action);
	assert_int_equal(box_ifl(b, "ge-0/0/0.0").v, log->entry[2].ifl.v);
	box_free(b);
}

static void
test_output(void **state)
{
	struct box *b = box_create(
		BOX OUT_1 F4 "one from destination-port 2\n" F4
			     "one then discard\n" F4 "rest then count out\n");
	const struct side *a = &sides[0];
	struct in own = {.src = a->box_out,
		.dst = a->server,
		.proto = IPP_UDP,
		.sport = 1,
		.dport = 2};

	(void)state;
	dropped(b, c2s(a, IPP_UDP, 1, 2), REASON_FILTER_DISCARD);
	pass(b, c2s(a, IPP_UDP, 1, 3));
	dropped(b, own, REASON_FILTER_DISCARD); /* the box's packets too */
	assert_int_equal(1, box_filter_counter(b, "f", "rest").packets);
	box_free(b);
}

static void
test_reject(void **state)
{
	static const struct {
		const char *then;
		uint8_t code;
	} rows[] = {{"reject", 13}, {"reject port-unreachable", 3},
		{"reject host-unreachable", 1},
		{"reject administratively-prohibited", 13}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[2048];
		struct box *b;
		struct out o;

		snprintf(config, sizeof(config), BOX ON_0 F4 "one then %s\n",
			rows[i].then);
		b = box_create(config);
		o = dropped(b, c2s(&sides[0], IPP_UDP, 1, 2),
			REASON_FILTER_DISCARD);
		assert_true(o.told.sent && o.told.checksum_ok);
		assert_int_equal(3, o.told.type);
		assert_int_equal(rows[i].code, o.told.code);
		assert_string_equal(sides[0].box_in, o.told.src);
		box_free(b);
	}
	{
		struct box *b =
			box_create(BOX ON_0 F4 "one then reject tcp-reset\n");
		struct out o =
			dropped(b, tcp(c2s(&sides[0], IPP_TCP, 1, 2), TCP_SYN),
				REASON_FILTER_DISCARD);

		assert_int_equal(TCP_RST | TCP_ACK, o.told.flags);
		box_free(b);
	}
}

/* Filter-based forwarding: another table for the way out; the way back, in
 * flow mode, is that of the interface all the same [RR-9]. */
#define FBF                                                                    \
	BOX DEFAULTS ON_0                                                      \
		"set routing-instances alt instance-type forwarding\n"         \
		"set routing-instances alt routing-options static route "      \
		"0.0.0.0/0 "                                                   \
		"next-hop 192.0.2.77\n"                                        \
		"set routing-instances alt routing-options instance-import "   \
		"direct\n"                                                     \
		"set policy-options policy-statement direct term d from "      \
		"instance "                                                    \
		"master\n"                                                     \
		"set policy-options policy-statement direct term d from "      \
		"protocol "                                                    \
		"direct\n"                                                     \
		"set policy-options policy-statement direct term d then "      \
		"accept\n"                                                     \
		"set policy-options policy-statement direct term e then "      \
		"reject\n" F4 "web from destination-port 80\n" F4              \
		"web then routing-instance alt\n" F4 "rest then accept\n"

static void
test_fbf(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(FBF);
	struct in p = c2s(a, IPP_TCP, 1, 80), q;

	(void)state;
	p.dst = a->far;
	p.flags = TCP_SYN;
	assert_string_equal("192.0.2.77", pass(b, p).to);
	q = s2c(a, IPP_TCP, 1, 80);
	q.src = a->far;
	q.flags = TCP_SYN | TCP_ACK;
	assert_string_equal("ge-0/0/0.0", pass(b, q).ifl);
	box_commit(b, FBF); /* and after a new look as well */
	assert_string_equal("ge-0/0/0.0", pass(b, q).ifl);
	assert_string_equal("192.0.2.77", pass(b, tcp(p, TCP_ACK)).to);
	p.dport = 81;
	assert_string_equal(a->gateway, pass(b, p).to);
	box_free(b);
}

/* then packet-mode: no session, no policy; the way back needs the same. */
static void
test_packet_mode_term(void **state)
{
	const struct side *a = &sides[0];
	struct box *b = box_create(
		ZONES ON_0 F4 "dns from destination-port 53\n" F4
			      "dns then packet-mode\n" F4 "rest then accept\n");
	struct in p = c2s(a, IPP_UDP, 1, 53);

	(void)state;
	assert_int_equal(63, pass(b, p).ttl);
	assert_int_equal(0, box_sessions(b));
	dropped(b, s2c(a, IPP_UDP, 1, 53), REASON_DEFAULT_DENY);
	dropped(b, c2s(a, IPP_UDP, 1, 54), REASON_DEFAULT_DENY);
	box_free(b);
}

#define MODE(family, mode)                                                     \
	"set security forwarding-options family " family " mode " mode "\n"
#define ROUTER MODE("inet", "packet-based") MODE("inet6", "packet-based")

/* A pure router: routes, TTL, MTU, answers, but no zones and sessions. */
static void
test_router(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(IFD("ge-0/0/0", "198.51.100.1/24",
			"2001:db8:1::1/64") IFD("ge-0/0/1", "192.0.2.1/24",
			"2001:db8:2::1/64") ROUTER
			"set interfaces ge-0/0/1 unit 0 family inet mtu 1300\n"
			"set interfaces ge-0/0/1 unit 0 family inet6 mtu "
			"1300\n");
		struct in p = c2s(a, IPP_TCP, 1, 2);
		struct out o;

		o = pass(b, p); /* no SYN, whatever */
		assert_string_equal("ge-0/0/1.0", o.ifl);
		assert_string_equal(a->server, o.to);
		assert_int_equal(63, o.ttl);
		pass(b, s2c(a, IPP_UDP, 5, 6));
		p.ttl = 1;
		o = dropped(b, p, REASON_TTL);
		assert_int_equal(a == sides ? 11 : 3, o.told.type);
		assert_string_equal(a->box_in, o.told.src);
		p.ttl = 64;
		p.len = 1400;
		p.df = true;
		o = dropped(b, p, REASON_MTU);
		assert_int_equal(1300, o.told.mtu);
		p.len = 0;
		p.dst = a->far;
		o = dropped(b, p, REASON_NO_ROUTE);
		assert_int_equal(a == sides ? 3 : 1, o.told.type);
		assert_int_equal(0, o.told.code);
		p.dst = a->box_out;
		assert_int_equal(VERDICT_LOCAL, box_send(b, &p).verdict);
		p = s2c(a, IPP_ICMP, 1, 2); /* a reply to nothing */
		pass(b, p);
		p.dst = a == sides ? "198.51.100.255" : "ff02::1";
		dropped(b, p, REASON_BROADCAST);
		assert_int_equal(0, box_sessions(b));
		assert_int_equal(0, box_env(b)->sessions->created);
		box_free(b);
	}
}

/* One family only; and `drop`. */
static void
test_modes(void **state)
{
	struct box *b = box_create(
		BOX MODE("inet", "packet-based") MODE("inet6", "drop"));
	struct in own = {.src = sides[1].box_out,
		.dst = sides[1].server,
		.proto = IPP_UDP};

	(void)state;
	pass(b, s2c(&sides[0], IPP_UDP, 1, 2));
	dropped(b, c2s(&sides[1], IPP_UDP, 1, 2), REASON_FAMILY_DROP);
	dropped(b, own, REASON_FAMILY_DROP);
	box_commit(b, BOX MODE("inet6", "packet-based"));
	dropped(b, s2c(&sides[0], IPP_UDP, 1, 2), REASON_DEFAULT_DENY);
	pass(b, s2c(&sides[1], IPP_UDP, 1, 2));
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_except),
		cmocka_unit_test(test_six),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_established),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_policer),
		cmocka_unit_test(test_policer_shared),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_everywhere),
		cmocka_unit_test(test_interface_specific),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_fbf),
		cmocka_unit_test(test_packet_mode_term),
		cmocka_unit_test(test_router),
		cmocka_unit_test(test_modes),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
