/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security screen ids-option, show and clear security screen statistics
 * [SC-11]. A row is a name and a value; only what is switched on is shown.
 */
#include <stdio.h>
#include <string.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"

static void
row(struct tnode *root, const char *name, const char *fmt, uint32_t value)
{
	struct tnode *n = tree_open(root, "ids-option");

	tree_leaf(n, "ids-option-name", "%s", name);
	tree_leaf(n, "ids-option-value", fmt, value);
}

static void
switched_on(struct tnode *root, const struct screen_spec *s,
	const enum screen_attack *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s->on >> list[i] & 1)
			row(root, screen_attack_row(list[i]), "enabled", 0);
}

#define SWITCHED_ON(root, s, list)                                             \
	switched_on(root, s, list, sizeof(list) / sizeof((list)[0]))

struct threshold {
	enum screen_attack attack;
	const char *name;
	uint32_t value;
};

static void
thresholds(struct tnode *root, const struct screen_spec *s)
{
	const struct threshold list[] = {
		{SCREEN_ICMP_FLOOD, "ICMP flood threshold", s->icmp_flood},
		{SCREEN_UDP_FLOOD, "UDP flood threshold", s->udp_flood},
		{SCREEN_TCP_PORT_SCAN, "TCP port scan threshold",
			s->tcp_port_scan_us},
		{SCREEN_UDP_PORT_SCAN, "UDP port scan threshold",
			s->udp_port_scan_us},
		{SCREEN_IP_SWEEP, "ICMP address sweep threshold",
			s->ip_sweep_us},
		{SCREEN_TCP_SWEEP, "TCP address sweep threshold",
			s->tcp_sweep_us},
		{SCREEN_UDP_SWEEP, "UDP address sweep threshold",
			s->udp_sweep_us},
		{SCREEN_SYN_FLOOD, "TCP SYN flood attack threshold",
			s->syn_attack},
		{SCREEN_SYN_FLOOD, "TCP SYN flood alarm threshold",
			s->syn_alarm},
		{SCREEN_SYN_FLOOD, "TCP SYN flood source threshold",
			s->syn_source},
		{SCREEN_SYN_FLOOD, "TCP SYN flood destination threshold",
			s->syn_destination},
		{SCREEN_SYN_FLOOD, "TCP SYN flood queue size", s->syn_queue},
		{SCREEN_SYN_FLOOD, "TCP SYN flood timeout", s->syn_timeout_s},
		{SCREEN_SYN_ACK_ACK, "TCP SYN-ACK-ACK proxy threshold",
			s->syn_ack_ack},
		{SCREEN_EXT_LIMIT, "IPv6 extension header limit", s->ext_limit},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (s->on >> list[i].attack & 1)
			row(root, list[i].name, "%u", list[i].value);
}

static void
limits(struct tnode *root, const struct screen_spec *s)
{
	static const char *const sides[] = {"source", "destination"};
	static const char *const protocols[] = {"", "TCP ", "UDP ", "ICMP "};
	char name[64];

	for (unsigned int side = 0; side < 2; side++) {
		for (unsigned int p = 0; p < SCREEN_PROTOCOLS; p++) {
			const struct screen_limit *l = &s->limit[side][p];

			if (l->sessions != 0) {
				snprintf(name, sizeof(name),
					"%sSession %s limit threshold",
					protocols[p], sides[side]);
				row(root, name, "%u", l->sessions);
			}
			if (l->session_rate != 0) {
				snprintf(name, sizeof(name),
					"%sSession %s rate threshold",
					protocols[p], sides[side]);
				row(root, name, "%u", l->session_rate);
			}
			if (l->packet_rate != 0) {
				snprintf(name, sizeof(name),
					"%sPacket %s rate threshold",
					protocols[p], sides[side]);
				row(root, name, "%u", l->packet_rate);
			}
		}
	}
}

static void
add_screen(struct tnode *root, const struct screen_spec *s)
{
	static const enum screen_attack flags[] = {SCREEN_WINNUKE,
		SCREEN_TEAR_DROP, SCREEN_SPOOFING, SCREEN_PING_DEATH,
		SCREEN_SOURCE_ROUTE, SCREEN_LAND, SCREEN_SYN_FRAG,
		SCREEN_NO_FLAG, SCREEN_UNKNOWN_PROTOCOL, SCREEN_BAD_OPTION,
		SCREEN_RECORD_ROUTE, SCREEN_TIMESTAMP, SCREEN_SECURITY,
		SCREEN_LOOSE_ROUTE, SCREEN_STRICT_ROUTE, SCREEN_STREAM};
	static const enum screen_attack more[] = {SCREEN_SYN_FIN,
		SCREEN_FIN_NO_ACK, SCREEN_BLOCK_FRAG, SCREEN_EXT_HEADER,
		SCREEN_EXT_HOP, SCREEN_EXT_DESTINATION, SCREEN_IPV6_MALFORMED,
		SCREEN_ICMPV6_MALFORMED, SCREEN_TUNNEL_BAD_INNER,
		SCREEN_GRE_4IN4, SCREEN_GRE_4IN6, SCREEN_GRE_6IN4,
		SCREEN_GRE_6IN6, SCREEN_IPIP_4IN4, SCREEN_IPIP_4IN6,
		SCREEN_IPIP_6IN4, SCREEN_IPIP_6IN6, SCREEN_IPIP_6OVER4,
		SCREEN_IPIP_6TO4RELAY, SCREEN_IPIP_ISATAP, SCREEN_IPIP_DSLITE,
		SCREEN_TEREDO};

	tree_leaf(root, "ids-option-object", "%s", s->name);
	if (s->description[0] != '\0')
		tree_leaf(root, "ids-option-description", "%s", s->description);
	thresholds(root, s);
	SWITCHED_ON(root, s, flags);
	/* Junos has a name of its own for this one here. */
	if (s->on & SCREEN_BIT(ICMP_FRAGMENT))
		row(root, "ICMP fragmentation", "enabled", 0);
	if (s->on & SCREEN_BIT(ICMP_LARGE))
		row(root, "ICMP large packet", "enabled", 0);
	SWITCHED_ON(root, s, more);
	limits(root, s);
	if (s->alarm_only)
		row(root, "Alarm without drop", "enabled", 0);
}

void
show_screen(struct ops_request *rq)
{
	const char *name = ops_arg(rq, "ids-option");
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct tnode *root;

	if (image == NULL)
		return;
	spec = image_spec_of(image);
	for (size_t i = 0; i < spec->nscreens; i++) {
		if (strcmp(spec->screens[i].name, name) != 0)
			continue;
		root = ops_root(rq, "ids-option-information", NULL);
		if (root != NULL)
			add_screen(root, &spec->screens[i]);
		return;
	}
	ops_error(rq, "ids-option %s is not configured", name);
}

/* The zone or the interface that is asked for; false with the error given. */
static bool
read_place(struct ops_request *rq, struct zone_id *zone, struct ifl_id *ret_ifl)
{
	const struct image *image = ops_image(rq);
	const struct ifl_spec *ifl = NULL;
	bool given = false;

	if (image == NULL || !ops_arg_ifl(rq, image, "interface", &ifl) ||
		!ops_arg_zone(rq, image, "zone", zone, &given))
		return false;
	if (given == (ifl != NULL)) {
		ops_error(rq, "give either zone or interface");
		return false;
	}
	*ret_ifl = ifl != NULL ? ifl->id : IFL_NONE;
	return true;
}

static void
statistic(struct tnode *root, const char *name, uint64_t value)
{
	struct tnode *n = tree_open(root, "ids-statistics");

	tree_leaf(n, "ids-attack-type", "%s", name);
	tree_leaf(n, "ids-attack-count", "%llu", (unsigned long long)value);
}

void
show_screen_statistics(struct ops_request *rq)
{
	struct zone_id zone = ZONE_NULL;
	struct ifl_id ifl = IFL_NONE;
	struct screen_stats s;
	struct tnode *root;

	if (!read_place(rq, &zone, &ifl))
		return;
	screen_stats_get(rq->env->workers, zone, ifl, &s);
	root = ops_root(rq, "ids-statistics-information", NULL);
	if (root == NULL)
		return;
	for (unsigned int a = 0; a < SCREEN_COUNT; a++)
		statistic(root, screen_attack_row(a), s.attack[a]);
	statistic(root, "TCP SYN flood alarms", s.alarms);
	statistic(root, "TCP SYN proxied", s.proxied);
	statistic(root, "TCP SYN proxy completed", s.completed);
	statistic(root, "Screen table entries displaced", s.forgotten);
}

void
clear_screen_statistics(struct ops_request *rq)
{
	struct zone_id zone = ZONE_NULL;
	struct ifl_id ifl = IFL_NONE;

	if (!read_place(rq, &zone, &ifl))
		return;
	screen_stats_reset(rq->env->workers, zone, ifl);
	ops_text(rq, "");
}
