/* SPDX-License-Identifier: Apache-2.0 */
/* nat_lab - pieces of NAT configurations, and the answer to what came out. */
#ifndef TESTS_FLOW_NAT_LAB_H
#define TESTS_FLOW_NAT_LAB_H

#include <string.h>

#include "flow/nat_first.h"
#include "lab.h"

#define SNAT      "set security nat source "
#define DNAT      "set security nat destination "
#define STATIC    "set security nat static "
#define SNAT_FROM SNAT "rule-set out from zone trust\n"
#define SNAT_TO   SNAT "rule-set out to zone untrust\n"
#define SNAT_SET  SNAT_FROM SNAT_TO
#define SNAT_ANY(rule)                                                         \
	SNAT "rule-set out rule " rule " match source-address 0.0.0.0/0\n"
#define SNAT_ANY6(rule)                                                        \
	SNAT "rule-set out rule " rule " match source-address ::/0\n"
#define SNAT_THEN(rule, then)                                                  \
	SNAT "rule-set out rule " rule " then source-nat " then "\n"
#define NAT_INTERFACE                                                          \
	SNAT_SET SNAT_ANY("r4") SNAT_THEN("r4", "interface") SNAT_ANY6("r6")   \
		SNAT_THEN("r6", "interface")
#define POOL(name, what) SNAT "pool " name " " what "\n"
/* Everything of IPv4 goes to a pool of these addresses. */
#define NAT_POOL4(addresses)                                                   \
	POOL("p", "address " addresses)                                        \
	SNAT_SET SNAT_ANY("r") SNAT_THEN("r", "pool p")

/* A first packet, also of TCP, for whose numbers nobody looks at tuples. */
static inline struct in
first(struct in in)
{
	in.flags = TCP_SYN;
	in.numbered = true;
	in.seq = 1000;
	in.window = 65535;
	return in;
}

/* The answer of whoever got `o`, which was made of `in`. */
static inline struct in
answer_at(const struct in *in, const struct out *o, const char *ifl)
{
	bool icmp = in->proto == IPP_ICMP;
	struct in back = {.ifl = ifl,
		.src = o->dst,
		.dst = o->src,
		.proto = in->proto,
		.sport = icmp ? o->sport : o->dport,
		.dport = icmp ? o->dport : o->sport,
		.reply = icmp,
		.flags = TCP_SYN | TCP_ACK,
		.numbered = true,
		.seq = 5000,
		.ack = in->seq + 1,
		.window = 65535};

	return back;
}

static inline struct in
answer(const struct in *in, const struct out *o)
{
	return answer_at(in, o, "ge-0/0/1.0");
}

static inline const struct nat_worker *
nat_of(struct box *b)
{
	return box_env(b)->nat;
}

/* Ports, addresses and bindings in use: zero when all has come back. */
static inline uint64_t
nat_in_use(struct box *b)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < NAT_SLOTS; i++)
		n += nat_of(b)->slots[i].sessions + nat_of(b)->slots[i].held;
	return n;
}

#endif /* TESTS_FLOW_NAT_LAB_H */
