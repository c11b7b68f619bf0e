/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab - the box that most tests use, and the packets of its two sides.
 *
 *   client .2            trust  untrust             .2 server, .254 gateway
 *   198.51.100.0/24  --- ge-0/0/0  ge-0/0/1 ---     192.0.2.0/24
 *   2001:db8:1::/64         box .1                  2001:db8:2::/64
 */
#ifndef TESTS_FLOW_LAB_H
#define TESTS_FLOW_LAB_H

#include "box.h"

#include "flow/session.h"

#define IFD(name, inet, inet6)                                                 \
	"set interfaces " name " unit 0 family inet address " inet "\n"        \
	"set interfaces " name " unit 0 family inet6 address " inet6 "\n"
#define ZONE(zone, ifl)                                                        \
	"set security zones security-zone " zone " interfaces " ifl "\n"
#define POLICY(from, to, name, app, action)                                    \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" match source-address any destination-address any application " app   \
	"\n"                                                                   \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" then " action "\n"
#define ZONES                                                                  \
	IFD("ge-0/0/0", "198.51.100.1/24", "2001:db8:1::1/64")                 \
	IFD("ge-0/0/1", "192.0.2.1/24", "2001:db8:2::1/64")                    \
	ZONE("trust", "ge-0/0/0.0")                                            \
	ZONE("untrust", "ge-0/0/1.0")
#define DEFAULTS                                                               \
	"set routing-options static route 0.0.0.0/0 next-hop 192.0.2.254\n"    \
	"set routing-options rib inet6.0 static route ::/0 next-hop "          \
	"2001:db8:2::fe\n"
#define OUTWARD POLICY("trust", "untrust", "out", "any", "permit")
#define BOX     ZONES OUTWARD
#define PINGABLE(zone)                                                         \
	"set security zones security-zone " zone " host-inbound-traffic "      \
	"system-services ping\n"

/* The addresses of one family. */
struct side {
	const char *client, *box_in, *box_out, *server, *gateway, *far;
};

static const struct side sides[2] = {
	{"198.51.100.2", "198.51.100.1", "192.0.2.1", "192.0.2.2",
		"192.0.2.254", "203.0.113.9"},
	{"2001:db8:1::2", "2001:db8:1::1", "2001:db8:2::1", "2001:db8:2::2",
		"2001:db8:2::fe", "2001:db8:9::9"},
};

#define EACH_FAMILY(a) for (const struct side *a = sides; a < sides + 2; a++)

/* From the client to `to`, and the way back. */
static inline struct in
c2s(const struct side *a, uint8_t proto, uint16_t sport, uint16_t dport)
{
	return (struct in){.ifl = "ge-0/0/0.0",
		.src = a->client,
		.dst = a->server,
		.proto = proto,
		.sport = sport,
		.dport = dport};
}

/* ICMP: id and sequence stand where c2s() has them; a reply swaps nothing. */
static inline struct in
s2c(const struct side *a, uint8_t proto, uint16_t sport, uint16_t dport)
{
	bool icmp = proto == IPP_ICMP;

	return (struct in){.ifl = "ge-0/0/1.0",
		.src = a->server,
		.dst = a->client,
		.proto = proto,
		.sport = icmp ? sport : dport,
		.dport = icmp ? dport : sport,
		.reply = icmp};
}

static inline struct in
tcp(struct in in, uint8_t flags)
{
	in.flags = flags;
	return in;
}

static inline struct out
sent(struct box *b, struct in in)
{
	return box_send(b, &in);
}

/* It must go on. */
static inline struct out
pass_at(struct box *b, struct in in, const char *file, int line)
{
	struct out o = box_send(b, &in);

	if (o.verdict != VERDICT_NEXT)
		fail_msg("%s:%d: verdict %d, reason %s", file, line, o.verdict,
			reason_name(o.reason));
	if (!o.checksum_ok)
		fail_msg("%s:%d: bad checksum", file, line);
	return o;
}

/* It must be dropped for this reason. */
static inline struct out
drop_at(struct box *b, struct in in, enum reason why, const char *file,
	int line)
{
	struct out o = box_send(b, &in);

	if (o.verdict != VERDICT_DROP || o.reason != why)
		fail_msg("%s:%d: verdict %d, reason %s, want %s", file, line,
			o.verdict, reason_name(o.reason), reason_name(why));
	return o;
}

#define pass(b, in)         pass_at((b), (in), __FILE__, __LINE__)
#define dropped(b, in, why) drop_at((b), (in), (why), __FILE__, __LINE__)

#endif /* TESTS_FLOW_LAB_H */
