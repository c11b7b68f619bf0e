/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_nat - NAT rules for random configurations: zones A, B, C and instances
 * V0, V1, V2, both families; each rule set has ends of its own, so that any
 * choice commits. The including file has rnd(), zones[] and places[].
 */
#ifndef TESTS_FLOW_RANDOM_NAT_H
#define TESTS_FLOW_RANDOM_NAT_H

#include "base/sbuf.h"

static const char *const nat_all[2] = {"0.0.0.0/0", "::/0"};
static const char *const nat_pools[2][2] = {
	{"203.0.113.128/28", "203.0.113.160/32"},
	{"2001:db8:f::/124", "2001:db8:f::100/128"},
};
/* Destinations that rules translate, and what they make of them. */
static const char *const nat_from[2][2] = {
	{"203.0.113.9", "198.51.100.7"}, {"2001:db8:9::9", "2001:db8:3::7"}};
static const char *const nat_to[2][3] = {
	{"192.168.1.2", "192.0.2.1", "198.51.100.1"},
	{"2001:db8:1::2", "2001:db8:2::1", "2001:db8:3::1"}};

static void
random_source_rules(struct sbuf *b, unsigned int from, unsigned int to)
{
	for (unsigned int f = 0; f < 2; f++) {
		unsigned int kind = rnd(5);

		sbuf_printf(b,
			"set security nat source rule-set s%u%u rule r%u%u%u "
			"match source-address %s\n"
			"set security nat source rule-set s%u%u rule r%u%u%u "
			"then source-nat ",
			from, to, from, to, f, nat_all[f], from, to, from, to,
			f);
		if (kind < 2)
			sbuf_printf(b, "pool p%u%u\n", f, kind);
		else
			sbuf_puts(b, kind == 2 ? "off\n" : "interface\n");
		if (kind < 2 && rnd(3) == 0)
			sbuf_printf(b,
				"set security nat source rule-set s%u%u rule "
				"r%u%u%u then source-nat pool persistent-nat "
				"permit any-remote-host\n",
				from, to, from, to, f);
	}
}

static void
random_source(struct sbuf *b)
{
	bool any = false;

	for (unsigned int from = 0; from < 3; from++)
		for (unsigned int to = 0; to < 3; to++) {
			if (rnd(2) != 0)
				continue;
			sbuf_printf(b,
				"set security nat source rule-set s%u%u from "
				"zone %s\n"
				"set security nat source rule-set s%u%u to "
				"zone %s\n",
				from, to, zones[from], from, to, zones[to]);
			random_source_rules(b, from, to);
			any = true;
		}
	for (unsigned int f = 0; any && f < 2; f++)
		for (unsigned int i = 0; i < 2; i++)
			sbuf_printf(b,
				"set security nat source pool p%u%u address "
				"%s\n",
				f, i, nat_pools[f][i]);
}

static void
random_destination(struct sbuf *b)
{
	for (unsigned int z = 0; z < 3; z++) {
		unsigned int f = rnd(2);

		if (rnd(3) != 0)
			continue;
		sbuf_printf(b,
			"set security nat destination pool d%u address %s/%u\n"
			"set security nat destination rule-set d%u from zone "
			"%s\n"
			"set security nat destination rule-set d%u rule d%u "
			"match destination-address %s/%u\n"
			"set security nat destination rule-set d%u rule d%u "
			"then destination-nat pool d%u\n",
			z, nat_to[f][rnd(3)], f ? 128 : 32, z, zones[z], z, z,
			nat_from[f][rnd(2)], f ? 128 : 32, z, z, z);
		if (rnd(2) == 0)
			sbuf_printf(b,
				"set security nat destination pool d%u "
				"routing-instance V%u\n",
				z, rnd(3));
		if (rnd(2) == 0)
			sbuf_printf(b,
				"set security nat destination pool d%u address "
				"port 22\n",
				z);
	}
}

static void
random_static(struct sbuf *b)
{
	for (unsigned int z = 0; z < 3; z++) {
		unsigned int f = rnd(2);

		if (rnd(4) != 0)
			continue;
		sbuf_printf(b,
			"set security nat static rule-set t%u from zone %s\n"
			"set security nat static rule-set t%u rule t%u match "
			"destination-address %s/%u\n"
			"set security nat static rule-set t%u rule t%u then "
			"static-nat prefix %s/%u\n",
			z, zones[z], z, z, nat_from[f][rnd(2)], f ? 128 : 32, z,
			z, nat_to[f][rnd(3)], f ? 128 : 32);
		if (rnd(2) == 0)
			sbuf_printf(b,
				"set security nat static rule-set t%u rule "
				"t%u then static-nat prefix routing-instance "
				"V%u\n",
				z, z, rnd(3));
	}
}

static void
random_nat(struct sbuf *b)
{
	if (rnd(4) == 0)
		return;
	if (rnd(2) == 0) /* more of what is translated passes */
		sbuf_puts(b, "set security policies default-policy "
			     "permit-all\n");
	random_source(b);
	random_destination(b);
	random_static(b);
}

#endif /* TESTS_FLOW_RANDOM_NAT_H */
