/* SPDX-License-Identifier: Apache-2.0 */
/* Screens but floods of SYNs: what one packet shows [SC-2..SC-5], spoofing
 * [SC-6], scans [SC-7], limits [SC-8], floods [SC-10], counters [SC-11]. */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow_log.h"
#include "flow/screen.h"

#define S "set security screen ids-option s "
#define ON                                                                     \
	"set security zones security-zone trust screen s\n"                    \
	"set security policies from-zone untrust to-zone trust policy in "     \
	"match source-address any destination-address any application any\n"   \
	"set security policies from-zone untrust to-zone trust policy in "     \
	"then permit\n"

static struct box *
screened(const char *statements)
{
	char config[8192];
	struct box *b;

	snprintf(config, sizeof(config), BOX DEFAULTS ON "%s", statements);
	b = box_create(config);
	return b;
}

static uint64_t
seen(struct box *b, enum screen_attack a)
{
	const struct image *image = box_env(b)->image;
	const struct zone_spec *z = image_zone_by_name(image, "trust");
	uint64_t n = screen_zone_stats(box_env(b)->screen, z->id)->attack[a];

	assert_int_equal(n,
		screen_ifl_stats(box_env(b)->screen, box_ifl(b, "ge-0/0/0.0"))
			->attack[a]);
	return n;
}

/* ---- one packet ---- */

/* An IPv4 frame from the client with options and a protocol; len of data. */
struct raw {
	const char *ifl;
	uint8_t options[40];
	uint8_t noptions; /* a multiple of 4 */
	uint8_t protocol;
	uint8_t data[160];
	uint8_t ndata;
	bool v6; /* then options are the bytes of extension headers */
	uint8_t next;
};

static uint16_t
sum_of(const uint8_t *b, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i < n; i += 2)
		s += (uint32_t)(b[i] << 8 | b[i + 1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static struct out
send_raw(struct box *b, const struct raw *r)
{
	uint8_t f[400] = {0}, *l3 = f + 14;
	const struct side *a = &sides[r->v6];
	uint32_t hlen = (r->v6 ? 40u : 20u) + r->noptions;
	uint32_t len = hlen + r->ndata;
	struct ip_addr src, dst;
	uint16_t sum;

	ip_addr_parse(a->client, &src);
	ip_addr_parse(a->server, &dst);
	memcpy(f,
		box_mac(b, image_ifl_by_name(box_env(b)->image, "ge-0/0/0.0")
				   ->ifd),
		6);
	f[6] = 2;
	f[12] = r->v6 ? 0x86 : 0x08;
	f[13] = r->v6 ? 0xdd : 0x00;
	if (r->v6) {
		l3[0] = 0x60;
		l3[4] = (uint8_t)((len - 40) >> 8);
		l3[5] = (uint8_t)(len - 40);
		l3[6] = r->next;
		l3[7] = 64;
		memcpy(l3 + 8, src.b, 16);
		memcpy(l3 + 24, dst.b, 16);
		memcpy(l3 + 40, r->options, r->noptions);
	} else {
		l3[0] = (uint8_t)(0x40 | hlen / 4);
		l3[2] = (uint8_t)(len >> 8);
		l3[3] = (uint8_t)len;
		l3[8] = 64;
		l3[9] = r->protocol;
		memcpy(l3 + 12, &src.v4_be, 4);
		memcpy(l3 + 16, &dst.v4_be, 4);
		memcpy(l3 + 20, r->options, r->noptions);
		sum = sum_of(l3, hlen);
		l3[10] = (uint8_t)(sum >> 8);
		l3[11] = (uint8_t)sum;
	}
	memcpy(l3 + hlen, r->data, r->ndata);
	return box_frame(b, "ge-0/0/0.0", f, 14 + len);
}

#define UDP 1, 2, 3, 4, 0, 8, 0, 0 /* ports, length, no checksum */

struct row {
	const char *on; /* behind `ids-option s` */
	enum screen_attack attack;
	struct in in;
	struct raw raw; /* instead, when it has data */
};

/* Each is found by its own statement, and passes or is dropped for another
 * reason without it. */
static const struct row rows[] = {
	{"icmp fragment", SCREEN_ICMP_FRAGMENT,
		{.proto = IPP_ICMP, .fragment = true, .more = true, .len = 36},
		{0}},
	{"icmp large", SCREEN_ICMP_LARGE, {.proto = IPP_ICMP, .len = 1025},
		{0}},
	{"ip block-frag", SCREEN_BLOCK_FRAG,
		{.proto = IPP_UDP, .fragment = true, .more = true, .len = 36},
		{0}},
	{"ip unknown-protocol", SCREEN_UNKNOWN_PROTOCOL, {.proto = 137}, {0}},
	{"tcp syn-fin", SCREEN_SYN_FIN,
		{.proto = IPP_TCP, .flags = TCP_SYN | TCP_FIN}, {0}},
	{"tcp fin-no-ack", SCREEN_FIN_NO_ACK,
		{.proto = IPP_TCP, .flags = TCP_FIN}, {0}},
	{"tcp tcp-no-flag", SCREEN_NO_FLAG, {.proto = IPP_TCP}, {0}},
	{"tcp syn-frag", SCREEN_SYN_FRAG,
		{.proto = IPP_TCP,
			.flags = TCP_SYN,
			.fragment = true,
			.more = true,
			.len = 44},
		{0}},
	{"tcp land", SCREEN_LAND,
		{.proto = IPP_TCP, .flags = TCP_SYN, .dst = "198.51.100.2"},
		{0}},
	{"ip bad-option", SCREEN_BAD_OPTION, {0},
		{.options = {7, 9},
			.noptions = 4,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip record-route-option", SCREEN_RECORD_ROUTE, {0},
		{.options = {7, 7, 4},
			.noptions = 8,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip timestamp-option", SCREEN_TIMESTAMP, {0},
		{.options = {68, 8, 5},
			.noptions = 8,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip security-option", SCREEN_SECURITY, {0},
		{.options = {1, 130, 3},
			.noptions = 4,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip stream-option", SCREEN_STREAM, {0},
		{.options = {136, 4},
			.noptions = 4,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip loose-source-route-option", SCREEN_LOOSE_ROUTE, {0},
		{.options = {131, 7, 4},
			.noptions = 8,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip strict-source-route-option", SCREEN_STRICT_ROUTE, {0},
		{.options = {137, 7, 4},
			.noptions = 8,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip source-route-option", SCREEN_SOURCE_ROUTE, {0},
		{.options = {131, 7, 4},
			.noptions = 8,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip source-route-option", SCREEN_SOURCE_ROUTE, {0},
		{.options = {1, 137, 3},
			.noptions = 4,
			.protocol = 17,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header hop-by-hop-header router-alert-option",
		SCREEN_EXT_HOP, {0},
		{.v6 = true,
			.next = 0,
			.options = {17, 0, 5, 2},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header hop-by-hop-header "
	 "user-defined-option-type 30 to 40",
		SCREEN_EXT_HOP, {0},
		{.v6 = true,
			.next = 0,
			.options = {17, 0, 40, 0},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header destination-header home-address-option",
		SCREEN_EXT_DESTINATION, {0},
		{.v6 = true,
			.next = 60,
			.options = {17, 0, 0xc9, 0, 0, 0},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header routing-header", SCREEN_EXT_HEADER, {0},
		{.v6 = true,
			.next = 43,
			.options = {17, 0, 2, 0},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header user-defined-header-type 60 to 60",
		SCREEN_EXT_HEADER, {0},
		{.v6 = true,
			.next = 60,
			.options = {17, 0},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-extension-header no-next-header", SCREEN_EXT_HEADER, {0},
		{.v6 = true, .next = 59, .ndata = 8}},
	{"ip ipv6-extension-header-limit 1", SCREEN_EXT_LIMIT, {0},
		{.v6 = true,
			.next = 60,
			.options = {60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4},
			.noptions = 16,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-malformed-header", SCREEN_IPV6_MALFORMED, {0},
		{.v6 = true,
			.next = 60,
			.options = {17, 0, 1, 9},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"ip ipv6-malformed-header", SCREEN_IPV6_MALFORMED, {0},
		{.v6 = true,
			.next = 60,
			.options = {17, 9},
			.noptions = 8,
			.data = {UDP},
			.ndata = 8}},
	{"icmp icmpv6-malformed", SCREEN_ICMPV6_MALFORMED, {0},
		{.v6 = true, .next = 58, .data = {128}, .ndata = 4}},
	{"ip tunnel ipip ipip-4in4", SCREEN_IPIP_4IN4, {0},
		{.protocol = 4, .data = {0x45, 0, 0, 20}, .ndata = 20}},
	{"ip tunnel ipip ipip-6in4", SCREEN_IPIP_6IN4, {0},
		{.protocol = 41, .data = {0x60}, .ndata = 40}},
	{"ip tunnel ipip ipip-6to4relay", SCREEN_IPIP_6TO4RELAY, {0},
		{.protocol = 41, .data = {0x60, [8] = 0x20, 2}, .ndata = 40}},
	{"ip tunnel ipip ipip-6over4", SCREEN_IPIP_6OVER4, {0},
		{.protocol = 41,
			.data = {0x60, [8] = 0xfe, 0x80},
			.ndata = 40}},
	{"ip tunnel ipip isatap", SCREEN_IPIP_ISATAP, {0},
		{.protocol = 41,
			.data = {0x60, [18] = 0x5e, 0xfe},
			.ndata = 40}},
	{"ip tunnel ipip ipip-4in6", SCREEN_IPIP_4IN6, {0},
		{.v6 = true, .next = 4, .data = {0x45, 0, 0, 20}, .ndata = 20}},
	{"ip tunnel ipip dslite", SCREEN_IPIP_DSLITE, {0},
		{.v6 = true,
			.next = 4,
			.data = {0x45, 0, 0, 20, [12] = 192, 0, 0, 2},
			.ndata = 20}},
	{"ip tunnel ipip ipip-6in6", SCREEN_IPIP_6IN6, {0},
		{.v6 = true, .next = 41, .data = {0x60}, .ndata = 40}},
	{"ip tunnel gre gre-4in4", SCREEN_GRE_4IN4, {0},
		{.protocol = 47,
			.data = {0, 0, 8, 0, 0x45, 0, 0, 20},
			.ndata = 24}},
	{"ip tunnel gre gre-6in4", SCREEN_GRE_6IN4, {0},
		{.protocol = 47,
			.data = {0x20, 0, 0x86, 0xdd, 0, 0, 0, 7, 0x60},
			.ndata = 48}},
	{"ip tunnel gre gre-4in6", SCREEN_GRE_4IN6, {0},
		{.v6 = true,
			.next = 47,
			.data = {0, 0, 8, 0, 0x45, 0, 0, 20},
			.ndata = 24}},
	{"ip tunnel gre gre-6in6", SCREEN_GRE_6IN6, {0},
		{.v6 = true,
			.next = 47,
			.data = {0, 0, 0x86, 0xdd, 0x60},
			.ndata = 44}},
	{"ip tunnel bad-inner-header", SCREEN_TUNNEL_BAD_INNER, {0},
		{.protocol = 4, .data = {0x65}, .ndata = 20}},
	{"ip tunnel ip-in-udp teredo", SCREEN_TEREDO, {0},
		{.protocol = 17,
			.data = {9, 9, 0x0d, 0xd8, 0, 48, 0, 0, 0x60},
			.ndata = 48}},
};

static struct out
send_row(struct box *b, const struct row *r)
{
	struct in in = r->in;

	if (r->raw.ndata != 0)
		return send_raw(b, &r->raw);
	in.ifl = "ge-0/0/0.0";
	in.src = sides[0].client;
	if (in.dst == NULL)
		in.dst = sides[0].server;
	return box_send(b, &in);
}

static void
test_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		enum reason why = REASON_SCREEN_ICMP_FLOOD + r->attack;
		char text[512];
		struct box *b;
		struct out o;

		snprintf(text, sizeof(text), S "%s\n", r->on);
		b = screened(text);
		o = send_row(b, r);
		if (o.verdict != VERDICT_DROP || o.reason != why)
			fail_msg("%s: verdict %d, reason %s", r->on, o.verdict,
				reason_name(o.reason));
		assert_int_equal(1, seen(b, r->attack));
		assert_int_equal(1, box_stats(b)->reason[why]);
		box_free(b);
		/* without that statement it is not found */
		b = screened(S "icmp flood\n");
		o = send_row(b, r);
		assert_int_not_equal(why, o.reason);
		assert_int_equal(0, seen(b, r->attack));
		box_free(b);
		/* an alarm lets go what may go */
		snprintf(text, sizeof(text), S "%s\n" S "alarm-without-drop\n",
			r->on);
		b = screened(text);
		o = send_row(b, r);
		assert_int_not_equal(why, o.reason);
		assert_int_equal(1, seen(b, r->attack));
		box_free(b);
	}
}

/* Ordinary packets pass with everything switched on. */
static void
test_everything_on(void **state)
{
	char *text = calloc(1, 16384);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].on, "ip ipv6-extension-header-limit 1") != 0)
			sprintf(text + strlen(text), S "%s\n", rows[i].on);
	strcat(text, S "ip spoofing\n" S "tcp syn-flood\n" S "tcp port-scan\n" S
		       "udp flood\n" S "icmp flood\n" S "icmp ip-sweep\n" S
		       "limit-session source-ip-based 10\n" ON);
	EACH_FAMILY(a)
	{
		char *config = calloc(1, 32768);
		struct box *b;

		sprintf(config, BOX DEFAULTS "%s", text);
		b = box_create(config);
		pass(b, c2s(a, IPP_ICMP, 1, 1));
		pass(b, s2c(a, IPP_ICMP, 1, 1));
		pass(b, c2s(a, IPP_UDP, 1, 1));
		pass(b, tcp(c2s(a, IPP_TCP, 1, 1), TCP_SYN));
		pass(b, tcp(s2c(a, IPP_TCP, 1, 1), TCP_SYN | TCP_ACK));
		pass(b, tcp(c2s(a, IPP_TCP, 1, 1), TCP_ACK));
		pass(b, tcp(c2s(a, IPP_TCP, 1, 1), TCP_FIN | TCP_ACK));
		box_free(b);
		free(config);
	}
	free(text);
}

/* A zone without a screen, and what the box sends, know nothing of it. */
static void
test_other_zone(void **state)
{
	struct box *b = screened(S "icmp large\n");
	struct in big = s2c(&sides[0], IPP_ICMP, 7, 7);

	(void)state;
	big.reply = false;
	big.len = 1400;
	pass(b, big);
	assert_int_equal(0, seen(b, SCREEN_ICMP_LARGE));
	box_free(b);
}

/* [SC-3] urgent data for NetBIOS is made harmless, not dropped. */
static void
test_winnuke(void **state)
{
	struct box *b = screened(S "tcp winnuke\n");
	struct in in = tcp(c2s(&sides[0], IPP_TCP, 9, 139), TCP_SYN | TCP_URG);
	struct out o;
	struct out_segment seg = box_segment(b, &in, &o);

	(void)state;
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(TCP_SYN, seg.flags);
	assert_true(o.checksum_ok);
	assert_int_equal(1, seen(b, SCREEN_WINNUKE));
	box_free(b);
	b = screened(S "tcp winnuke\n" S "alarm-without-drop\n");
	seg = box_segment(b, &in, &o);
	assert_int_equal(TCP_SYN | TCP_URG, seg.flags);
	assert_true(o.checksum_ok);
	assert_int_equal(1, seen(b, SCREEN_WINNUKE));
	box_free(b);
}

/* [SC-2] fragments that overlap, or would make too large a packet. */
static void
test_fragments(void **state)
{
	struct box *b = screened(S "ip tear-drop\n" S "icmp ping-death\n");
	struct in f = c2s(&sides[0], IPP_UDP, 1, 2);

	(void)state;
	f.fragment = f.more = true;
	f.frag_id = 77;
	f.len = 60;
	pass(b, f);
	f.frag_off = 24;
	f.len = 60;
	dropped(b, f, REASON_SCREEN_TEAR_DROP);
	assert_int_equal(1, seen(b, SCREEN_TEAR_DROP));
	f = c2s(&sides[0], IPP_ICMP, 1, 2);
	f.fragment = true;
	f.frag_id = 78;
	f.frag_off = 65528;
	f.len = 100;
	dropped(b, f, REASON_SCREEN_PING_DEATH);
	assert_int_equal(1, seen(b, SCREEN_PING_DEATH));
	box_free(b);
	b = screened(S "icmp large\n");
	dropped(b, f, REASON_BAD_FRAGMENT);
	box_free(b);
}

/* ---- first packets ---- */

/* [SC-6] the route to the source must lead to its zone. */
static void
test_spoofing(void **state)
{
	struct box *b = screened(S "ip spoofing\n");
	struct in in;

	(void)state;
	EACH_FAMILY(a)
	{
		pass(b, c2s(a, IPP_UDP, 1, 1));
		in = c2s(a, IPP_UDP, 2, 2);
		in.src = a->far; /* the default route leads elsewhere */
		dropped(b, in, REASON_SCREEN_SPOOFING);
		in.src = a->server;
		in.dst = a->gateway;
		dropped(b, in, REASON_SCREEN_SPOOFING);
		in.src = a->box_in; /* our own address */
		dropped(b, in, REASON_SCREEN_SPOOFING);
		pass(b, s2c(a, IPP_UDP, 1, 1));
	}
	assert_int_equal(6, seen(b, SCREEN_SPOOFING));
	box_free(b);
}

static struct in
to_port(uint8_t proto, uint16_t port)
{
	return tcp(c2s(&sides[0], proto, 1000, port),
		proto == IPP_TCP ? TCP_SYN : 0);
}

/* [SC-7] ten ports of one host within the threshold. */
static void
test_port_scan(void **state)
{
	static const struct {
		const char *on;
		uint8_t proto;
		enum reason why;
	} kinds[] = {
		{S "tcp port-scan threshold 10000\n", IPP_TCP,
			REASON_SCREEN_TCP_PORT_SCAN},
		{S "udp port-scan threshold 10000\n", IPP_UDP,
			REASON_SCREEN_UDP_PORT_SCAN},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct box *b = screened(kinds[i].on);
		uint8_t proto = kinds[i].proto;
		struct in other;

		for (uint16_t port = 1; port <= 9; port++)
			pass(b, to_port(proto, port));
		dropped(b, to_port(proto, 10), kinds[i].why);
		box_sleep(b, 500); /* for the rest of the second */
		dropped(b, to_port(proto, 11), kinds[i].why);
		other = to_port(proto, 11); /* wherever */
		other.dst = sides[0].gateway;
		dropped(b, other, kinds[i].why);
		other = to_port(proto, 11); /* but nobody else */
		other.src = "198.51.100.3";
		pass(b, other);
		box_sleep(b, 501);
		pass(b, to_port(proto, 11));
		/* slowly is no scan, nor is the same port */
		for (uint16_t port = 100; port < 130; port++) {
			box_sleep(b, 2);
			pass(b, to_port(proto, port));
		}
		box_free(b);
	}
}

/* [SC-7] ten addresses within the threshold. */
static void
test_sweeps(void **state)
{
	static const struct {
		const char *on;
		uint8_t proto;
		enum reason why;
	} kinds[] = {
		{S "icmp ip-sweep threshold 10000\n", IPP_ICMP,
			REASON_SCREEN_IP_SWEEP},
		{S "tcp tcp-sweep threshold 10000\n", IPP_TCP,
			REASON_SCREEN_TCP_SWEEP},
		{S "udp udp-sweep threshold 10000\n", IPP_UDP,
			REASON_SCREEN_UDP_SWEEP},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct box *b = screened(kinds[i].on);
		char dst[32];

		for (unsigned int n = 0; n < 30; n++) {
			struct in in = to_port(kinds[i].proto, 7);

			snprintf(dst, sizeof(dst), "203.0.113.%u", n + 1);
			in.dst = dst;
			if (n < 9)
				pass(b, in);
			else
				dropped(b, in, kinds[i].why);
		}
		box_sleep(b, 1001);
		for (unsigned int n = 0; n < 30; n++) { /* the same one */
			struct in in = to_port(kinds[i].proto, (uint16_t)n);

			in.sport = (uint16_t)(2000 + n);
			pass(b, in);
		}
		box_free(b);
	}
}

/* [SC-8] how many sessions an address has, also when they end. */
static void
test_session_limit(void **state)
{
	struct box *b = screened(S "limit-session source-ip-based 3\n");
	struct in in;

	(void)state;
	for (uint16_t i = 0; i < 3; i++)
		pass(b, to_port(IPP_UDP, (uint16_t)(10 + i)));
	dropped(b, to_port(IPP_UDP, 20), REASON_SCREEN_SOURCE_LIMIT);
	pass(b, to_port(IPP_UDP, 10)); /* has its session */
	in = to_port(IPP_UDP, 20);
	in.src = "198.51.100.3";
	pass(b, in);
	box_clear(b);
	for (uint16_t i = 0; i < 3; i++)
		pass(b, to_port(IPP_UDP, (uint16_t)(30 + i)));
	dropped(b, to_port(IPP_UDP, 40), REASON_SCREEN_SOURCE_LIMIT);
	box_sleep(b, 62000);
	pass(b, to_port(IPP_UDP, 40));
	assert_int_equal(2, seen(b, SCREEN_SOURCE_LIMIT));
	box_free(b);

	b = screened(S "limit-session destination-ip-based 2\n");
	pass(b, to_port(IPP_UDP, 1));
	in = to_port(IPP_UDP, 1);
	in.src = "198.51.100.3";
	pass(b, in);
	in.src = "198.51.100.4";
	dropped(b, in, REASON_SCREEN_DESTINATION_LIMIT);
	in.dst = sides[0].gateway;
	pass(b, in);
	box_free(b);
}

/* [SC-8] by protocol, and rates. */
static void
test_limits_by(void **state)
{
	struct box *b = screened(S "limit-session by-source by-protocol udp "
				   "maximum-sessions 1\n" S
				   "limit-session by-destination session-rate "
				   "3\n");

	(void)state;
	pass(b, to_port(IPP_UDP, 1));
	dropped(b, to_port(IPP_UDP, 2), REASON_SCREEN_SOURCE_LIMIT);
	pass(b, to_port(IPP_TCP, 2));
	dropped(b, to_port(IPP_TCP, 3), REASON_SCREEN_DESTINATION_RATE);
	box_sleep(b, 1000);
	pass(b, to_port(IPP_TCP, 3));
	box_free(b);

	b = screened(S "limit-session by-source packet-rate 5\n");
	for (unsigned int i = 0; i < 5; i++)
		pass(b, to_port(IPP_UDP, 1));
	dropped(b, to_port(IPP_UDP, 1), REASON_SCREEN_SOURCE_RATE);
	pass(b, s2c(&sides[0], IPP_UDP, 1000, 1));
	box_sleep(b, 1000);
	pass(b, to_port(IPP_UDP, 1));
	box_free(b);
}

/* A commit that changes a limit finds the numbers right. */
static void
test_limit_changes(void **state)
{
	struct box *b = screened(S "limit-session destination-ip-based 9\n");

	(void)state;
	pass(b, to_port(IPP_UDP, 1));
	pass(b, to_port(IPP_UDP, 2));
	box_commit(b, BOX DEFAULTS ON S "limit-session source-ip-based 2\n");
	dropped(b, to_port(IPP_UDP, 3), REASON_SCREEN_SOURCE_LIMIT);
	box_commit(b, BOX DEFAULTS);
	box_clear(b);
	box_commit(b, BOX DEFAULTS ON S "limit-session source-ip-based 2\n");
	pass(b, to_port(IPP_UDP, 3));
	pass(b, to_port(IPP_UDP, 4));
	dropped(b, to_port(IPP_UDP, 5), REASON_SCREEN_SOURCE_LIMIT);
	box_free(b);
}

/* [SC-10] the excess of a second is dropped. */
static void
test_floods(void **state)
{
	struct box *b = screened(
		S "icmp flood threshold 5\n" S "udp flood threshold 4\n" S
		  "udp flood white-list friends\n"
		  "set security screen white-list friends address "
		  "198.51.100.7/32\n");
	struct in in;

	(void)state;
	for (uint16_t i = 0; i < 5; i++)
		pass(b, c2s(&sides[0], IPP_ICMP, 1, i));
	dropped(b, c2s(&sides[0], IPP_ICMP, 1, 9), REASON_SCREEN_ICMP_FLOOD);
	in = c2s(&sides[0], IPP_ICMP, 1, 9);
	in.dst = sides[0].gateway;
	pass(b, in);
	for (uint16_t i = 0; i < 4; i++)
		pass(b, to_port(IPP_UDP, 53));
	dropped(b, to_port(IPP_UDP, 53), REASON_SCREEN_UDP_FLOOD);
	pass(b, to_port(IPP_UDP, 54)); /* of one port */
	in = to_port(IPP_UDP, 53);
	in.src = "198.51.100.7";
	pass(b, in);
	box_sleep(b, 999);
	dropped(b, to_port(IPP_UDP, 53), REASON_SCREEN_UDP_FLOOD);
	box_sleep(b, 1);
	pass(b, to_port(IPP_UDP, 53));
	pass(b, c2s(&sides[0], IPP_ICMP, 1, 9));
	assert_int_equal(2, seen(b, SCREEN_UDP_FLOOD));
	box_free(b);
}

/* [SC-11] counters are cleared. */
static void
test_clear(void **state)
{
	struct box *b = screened(S "icmp large\n");
	struct in big = c2s(&sides[0], IPP_ICMP, 7, 7);
	struct zone_id zone =
		image_zone_by_name(box_env(b)->image, "trust")->id;

	(void)state;
	big.len = 1400;
	dropped(b, big, REASON_SCREEN_ICMP_LARGE);
	assert_int_equal(1, seen(b, SCREEN_ICMP_LARGE));
	screen_stats_clear(box_env(b)->screen, zone, box_ifl(b, "ge-0/0/0.0"));
	assert_int_equal(0, seen(b, SCREEN_ICMP_LARGE));
	box_free(b);
}

/* [SC-13] what is found is told of, a flood of it ten times in a second. */
static void
test_told(void **state)
{
	struct box *b = screened(S "icmp large\n");
	struct env *env = (struct env *)(uintptr_t)box_env(b);
	struct in big = c2s(&sides[0], IPP_ICMP, 7, 7);
	struct flow_log_record r[30];

	(void)state;
	env->log = flow_log_create();
	big.len = 1400;
	for (unsigned int i = 0; i < 15; i++)
		dropped(b, big, REASON_SCREEN_ICMP_LARGE);
	assert_int_equal(10, flow_log_take(env->log, r, 30));
	assert_int_equal(FLOW_LOG_SCREEN, r[0].kind);
	assert_int_equal(SCREEN_ICMP_LARGE, r[0].reason);
	assert_true(r[0].dropped);
	box_sleep(b, 1000);
	dropped(b, big, REASON_SCREEN_ICMP_LARGE);
	assert_int_equal(1, flow_log_take(env->log, r, 30));
	assert_int_equal(16, seen(b, SCREEN_ICMP_LARGE));
	flow_log_free(env->log);
	env->log = NULL;
	box_free(b);
}

static void
test_bad_configuration(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{"set security zones security-zone trust screen none\n",
			"none"},
		{S "udp flood white-list none\n", "none"},
		{S "icmp ip-sweep threshold 10\n", "1000"},
		{S "tcp syn-flood white-list w\n", "missing"},
		{S "ip ipv6-extension-header user-defined-header-type 9 to 3\n",
			"below"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char config[4096], *errors;

		snprintf(config, sizeof(config), BOX "%s", bad[i].text);
		errors = box_commit_errors(config);
		if (errors == NULL || strstr(errors, bad[i].error) == NULL)
			fail_msg("%s: %s", bad[i].text, errors);
		free(errors);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_everything_on),
		cmocka_unit_test(test_other_zone),
		cmocka_unit_test(test_winnuke),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_spoofing),
		cmocka_unit_test(test_port_scan),
		cmocka_unit_test(test_sweeps),
		cmocka_unit_test(test_session_limit),
		cmocka_unit_test(test_limits_by),
		cmocka_unit_test(test_limit_changes),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_bad_configuration),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
