/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/interface_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"

#define COUNT(n, element, value)                                               \
	tree_leaf(n, element, "%llu", (unsigned long long)(value))

bool
interface_ifl_wanted(const struct interface_walk *w, const struct ifl_spec *ifl)
{
	return (w->vr == NULL || w->vr->id.v == ifl->vr.v) &&
	       (!w->by_zone || w->zone.v == ifl->zone.v);
}

/* ---- addresses ---- */

/* Junos leaves out zero bytes at the end: 192.168.1/24, 10/8. */
static void
destination_text(const struct ip_prefix *p, char text[IP_TEXT_MAX])
{
	struct ip_prefix net = ip_prefix_network(p);
	unsigned int bytes = (p->len + 7u) / 8;
	int n = 0;

	if (p->addr.family != IP_V4 || bytes == 0) {
		ip_prefix_text(&net, text);
		return;
	}
	for (unsigned int i = 0; i < bytes; i++)
		n += snprintf(text + n, (size_t)(IP_TEXT_MAX - n), "%s%u",
			i > 0 ? "." : "", net.addr.b[i]);
	snprintf(text + n, (size_t)(IP_TEXT_MAX - n), "/%u", p->len);
}

static void
add_address_flags(struct tnode *a, const struct ifl_addr_spec *addr)
{
	struct tnode *f;

	if (!addr->preferred && !addr->primary)
		return;
	f = tree_open(a, "ifa-flags");
	if (addr->preferred)
		tree_flag(f, "ifaf-current-preferred");
	if (addr->primary)
		tree_flag(f, "ifaf-current-primary");
}

static void
add_address(struct interface_walk *w, struct tnode *f,
	const struct ifl_addr_spec *addr)
{
	struct tnode *a = tree_open(f, "interface-address");
	const struct ip_prefix *p = &addr->prefix;
	unsigned int bits = ip_family_bits((enum ip_family)p->addr.family);
	char text[IP_TEXT_MAX];

	if (w->level <= INTERFACE_BRIEF) {
		tree_leaf(a, "ifa-local", "%s", ip_prefix_text(p, text));
		return;
	}
	add_address_flags(a, addr);
	if (p->len < bits) {
		destination_text(p, text);
		tree_leaf(a, "ifa-destination", "%s", text);
	}
	tree_leaf(a, "ifa-local", "%s", ip_addr_text(&p->addr, text));
	if (p->addr.family == IP_V4 && p->len < 31) {
		struct ip_addr last = ip_prefix_last(p);

		tree_leaf(a, "ifa-broadcast", "%s", ip_addr_text(&last, text));
	}
}

static void
add_family(struct interface_walk *w, struct tnode *l,
	const struct ifl_spec *ifl, enum ip_family family)
{
	struct tnode *f = tree_open(l, "address-family"), *flags;
	bool v4 = family == IP_V4;

	tree_leaf(f, "address-family-name", "%s", v4 ? "inet" : "inet6");
	if (w->level > INTERFACE_BRIEF) {
		tree_leaf(f, "mtu", "%u", v4 ? ifl->mtu4 : ifl->mtu6);
		flags = tree_open(f, "address-family-flags");
		if (v4)
			tree_flag(flags, "ifff-sendbcast-pkt-to-re");
		tree_flag(flags, "ifff-is-primary");
	}
	for (size_t i = 0; i < ifl->naddrs; i++)
		if (ifl->addrs[i].prefix.addr.family == family)
			add_address(w, f, &ifl->addrs[i]);
}

/* ---- statistics ---- */

static void
add_counter(
	struct tnode *list, const char *name, const char *mark, uint64_t value)
{
	struct tnode *c = tree_open(list, "flow-counter");
	struct tnode *n = tree_leaf(c, "counter-name", "%s", name);

	tree_attr(n, "junos:format", "%s%s", name, mark);
	COUNT(c, "counter-value", value);
}

/* Rows of Junos; the sum of all drop reasons that say to count there. */
static void
add_error_rows(struct tnode *s, const struct ifl_stats *st)
{
	static const char *const rows[] = {"Address spoofing",
		"Authentication failed", "Incoming NAT errors",
		"Invalid zone received packet", "Multiple user authentications",
		"Multiple incoming NAT", "No parent for a gate",
		"No one interested in self packets", "No minor session",
		"No more sessions", "No NAT gate", "No route present",
		"No SA for incoming SPI", "No tunnel found",
		"No session for a gate", "No zone or NULL zone binding",
		"Policy denied", "Security association not active",
		"TCP sequence number out of window", "Syn-attack protection",
		"User authentication errors"};
	struct tnode *list = tree_open(s, "flow-error-statistics");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool bare = strncmp(rows[i], "No zone", 7) == 0;
		uint64_t sum = 0;

		for (unsigned int r = 0; r < REASON_COUNT; r++) {
			const char *row = reason_junos_row(r);

			if (row != NULL && strcmp(row, rows[i]) == 0)
				sum += st->reason[r];
		}
		add_counter(list, rows[i], bare ? "" : ":", sum);
	}
}

static void
add_flow_statistics(struct tnode *l, const struct ifl_stats *st)
{
	struct tnode *s = tree_open(l, "security-flow-statistics");
	struct tnode *list = tree_open(s, "flow-input-statistics");

	add_counter(list, "Self packets", " :", st->self_packets);
	add_counter(list, "ICMP packets", " :", st->icmp_packets);
	add_counter(list, "VPN packets", " :", 0);
	add_counter(list, "Multicast packets", " :", 0);
	add_counter(
		list, "Bytes permitted by policy", " :", st->policy_in_bytes);
	add_counter(list, "Connections established", " :", st->connections);
	list = tree_open(s, "flow-output-statistics");
	add_counter(list, "Multicast packets", " :", 0);
	add_counter(
		list, "Bytes permitted by policy", " :", st->policy_out_bytes);
	add_error_rows(s, st);
}

static void
add_statistics(
	struct interface_walk *w, struct tnode *l, const struct ifl_spec *ifl)
{
	struct ifl_stats *st = calloc(1, sizeof(*st));
	struct tnode *n;

	if (st == NULL) {
		l->tree->failed = true;
		return;
	}
	ifl_stats_get(w->rq->env->workers, ifl->id, st);
	n = tree_open(l, "traffic-statistics");
	COUNT(n, "input-bytes", st->in_bytes);
	COUNT(n, "output-bytes", st->out_bytes);
	COUNT(n, "input-packets", st->in_packets);
	COUNT(n, "output-packets", st->out_packets);
	if (w->level >= INTERFACE_DETAIL)
		add_flow_statistics(l, st);
	free(st);
}

/* ---- the interface ---- */

static void
add_flags(struct tnode *l, const struct ifl_spec *ifl, bool up)
{
	struct tnode *f = tree_open(l, "if-config-flags");

	if (ifl->disabled)
		tree_flag(f, "iff-down");
	else if (up)
		tree_flag(f, "iff-up");
	else
		tree_flag(f, "iff-hardware-down");
	tree_flag(f, "iff-snmp-traps");
	tree_leaf(f, "internal-flags", "0x4004000");
	if (ifl->vlan != 0)
		tree_leaf(
			f, "link-address", "VLAN-Tag [ 0x8100.%u ]", ifl->vlan);
}

static void
add_security(
	struct interface_walk *w, struct tnode *l, const struct ifl_spec *ifl)
{
	struct sbuf b = SBUF_INIT;

	tree_leaf(l, "logical-interface-zone-name", "%s",
		ifl->zone.v == ZONE_NULL.v
			? "Null"
			: image_zone_name(w->image, ifl->zone));
	ops_host_inbound(&ifl->host_inbound, &b);
	if (b.len > 0)
		tree_leaf(
			l, "allowed-host-inbound-traffic", "%s", sbuf_text(&b));
	sbuf_done(&b);
}

static void
add_rest(struct interface_walk *w, struct tnode *l, const struct ifl_spec *ifl,
	bool up)
{
	bool loopback = strncmp(ifl->name, "lo", 2) == 0;

	tree_leaf(l, "local-index", "%u", 69u + ifl->id.v);
	tree_leaf(l, "snmp-index", "%u", 1000u + ifl->id.v);
	add_flags(l, ifl, up);
	tree_leaf(l, "encapsulation", "%s", loopback ? "Unspecified" : "ENET2");
	add_statistics(w, l, ifl);
	add_security(w, l, ifl);
}

void
interface_add_logical(struct interface_walk *w, struct tnode *parent,
	const struct ifl_spec *ifl)
{
	struct tnode *l = tree_open(parent, "logical-interface");
	bool up = !ifl->disabled &&
		  interface_link_up(w->rq->env, w->spec, ifl->ifd.v);

	tree_leaf(l, "name", "%s", ifl->name);
	tree_leaf(l, "admin-status", "%s", ifl->disabled ? "down" : "up");
	tree_leaf(l, "oper-status", "%s", up ? "up" : "down");
	if (ifl->description[0] != '\0' && w->level != INTERFACE_TERSE)
		tree_leaf(l, "description", "%s", ifl->description);
	if (w->level == INTERFACE_DESCRIPTIONS)
		return;
	if (w->level > INTERFACE_TERSE)
		add_rest(w, l, ifl, up);
	if (ifl->inet)
		add_family(w, l, ifl, IP_V4);
	if (ifl->inet6)
		add_family(w, l, ifl, IP_V6);
}
