/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security screen: ids-options [SC-1], and which interface has which, by its
 * zone. Functional zone management carries no transit and has its screen, too.
 */
#include "compile/compile_impl.h"

#include <stdlib.h>
#include <string.h>

/* A statement that switches one check on. */
struct check {
	const char *name;
	enum screen_attack attack;
};

static void
checks(const struct cnode *n, const struct check *c, size_t count, uint64_t *on)
{
	for (size_t i = 0; i < count; i++)
		if (cnode_has(n, c[i].name))
			*on |= UINT64_C(1) << c[i].attack;
}

#define CHECKS(n, table, on)                                                   \
	checks(n, table, sizeof(table) / sizeof((table)[0]), on)

/* A statement with a threshold below it. */
static void
threshold(const struct cnode *n, const char *name, enum screen_attack attack,
	uint64_t dflt, struct screen_spec *s, uint32_t *ret)
{
	const struct cnode *at = cnode_child(n, name);

	if (at == NULL)
		return;
	s->on |= UINT64_C(1) << attack;
	*ret = (uint32_t)cnode_u64(at, "threshold", dflt);
}

static void
add_prefixes(struct compile *c, const struct cnode *n, const char *name,
	struct ip_prefix **list, size_t *len)
{
	cnode_foreach (e, n, name) {
		struct ip_prefix *p = VEC_ADD(c, *list, *len);

		if (p != NULL && !ip_prefix_parse(value_of(e), p))
			compile_error(c, e, "invalid prefix '%s'", value_of(e));
	}
}

static void
compile_icmp(const struct cnode *n, struct screen_spec *s)
{
	static const struct check table[] = {
		{"fragment", SCREEN_ICMP_FRAGMENT},
		{"large", SCREEN_ICMP_LARGE},
		{"ping-death", SCREEN_PING_DEATH},
		{"icmpv6-malformed", SCREEN_ICMPV6_MALFORMED},
	};

	CHECKS(n, table, &s->on);
	threshold(n, "ip-sweep", SCREEN_IP_SWEEP, 5000, s, &s->ip_sweep_us);
	threshold(n, "flood", SCREEN_ICMP_FLOOD, 1000, s, &s->icmp_flood);
}

/* ---- IPv6 extension headers ---- */

struct number {
	const char *name;
	uint8_t v;
};

static bool
add_numbers(const struct cnode *n, const struct number *table, size_t count,
	struct screen_set *set)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!cnode_has(n, table[i].name))
			continue;
		screen_set_add(set, table[i].v);
		any = true;
	}
	return any;
}

#define NUMBERS(n, table, set)                                                 \
	add_numbers(n, table, sizeof(table) / sizeof((table)[0]), set)

/* `user-defined-... LOW to HIGH` */
static bool
add_ranges(struct compile *c, const struct cnode *n, const char *name,
	struct screen_set *set)
{
	bool any = false;

	cnode_foreach (e, n, name) {
		uint32_t lo = number_of(cnode_key(e, 0), 0);
		uint32_t hi = (uint32_t)cnode_u64(
			cnode_child(e, "to"), "type-high", lo);

		if (hi < lo)
			compile_error(c, e, "type-high %u is below type-low %u",
				hi, lo);
		for (uint32_t v = lo; v <= hi && v < 256; v++)
			screen_set_add(set, (uint8_t)v);
		any = true;
	}
	return any;
}

static void
compile_extensions(
	struct compile *c, const struct cnode *n, struct screen_spec *s)
{
	/* RFC 2675, 2711, 4782, 5570, 6621, 6553 */
	static const struct number hop[] = {
		{"jumbo-payload-option", 0xc2},
		{"router-alert-option", 0x05},
		{"quick-start-option", 0x26},
		{"CALIPSO-option", 0x07},
		{"SMF-DPD-option", 0x08},
		{"RPL-option", 0x63},
	};
	/* RFC 2473, 6275, 6744, 6788 */
	static const struct number destination[] = {
		{"tunnel-encapsulation-limit-option", 0x04},
		{"home-address-option", 0xc9},
		{"ILNP-nonce-option", 0x8b},
		{"line-identification-option", 0x8c},
	};
	static const struct number headers[] = {
		{"routing-header", 43},
		{"fragment-header", 44},
		{"ESP-header", 50},
		{"AH-header", 51},
		{"no-next-header", 59},
		{"mobility-header", 135},
		{"HIP-header", 139},
		{"shim6-header", 140},
	};
	const struct cnode *h = cnode_child(n, "hop-by-hop-header");
	const struct cnode *d = cnode_child(n, "destination-header");
	bool any;

	any = NUMBERS(h, hop, &s->hop_options);
	any |= add_ranges(c, h, "user-defined-option-type", &s->hop_options);
	s->on |= any ? SCREEN_BIT(EXT_HOP) : 0;
	any = NUMBERS(d, destination, &s->destination_options);
	any |= add_ranges(
		c, d, "user-defined-option-type", &s->destination_options);
	s->on |= any ? SCREEN_BIT(EXT_DESTINATION) : 0;
	any = NUMBERS(n, headers, &s->ext_headers);
	any |= add_ranges(c, n, "user-defined-header-type", &s->ext_headers);
	s->on |= any ? SCREEN_BIT(EXT_HEADER) : 0;
}

static void
compile_tunnels(const struct cnode *n, struct screen_spec *s)
{
	static const struct check own[] = {
		{"bad-inner-header", SCREEN_TUNNEL_BAD_INNER}};
	static const struct check gre[] = {
		{"gre-4in4", SCREEN_GRE_4IN4},
		{"gre-4in6", SCREEN_GRE_4IN6},
		{"gre-6in4", SCREEN_GRE_6IN4},
		{"gre-6in6", SCREEN_GRE_6IN6},
	};
	static const struct check ipip[] = {
		{"dslite", SCREEN_IPIP_DSLITE},
		{"ipip-4in4", SCREEN_IPIP_4IN4},
		{"ipip-4in6", SCREEN_IPIP_4IN6},
		{"ipip-6in4", SCREEN_IPIP_6IN4},
		{"ipip-6in6", SCREEN_IPIP_6IN6},
		{"ipip-6over4", SCREEN_IPIP_6OVER4},
		{"ipip-6to4relay", SCREEN_IPIP_6TO4RELAY},
		{"isatap", SCREEN_IPIP_ISATAP},
	};
	static const struct check udp[] = {{"teredo", SCREEN_TEREDO}};

	CHECKS(n, own, &s->on);
	CHECKS(cnode_child(n, "gre"), gre, &s->on);
	CHECKS(cnode_child(n, "ipip"), ipip, &s->on);
	CHECKS(cnode_child(n, "ip-in-udp"), udp, &s->on);
}

static void
compile_ip(struct compile *c, const struct cnode *n, struct screen_spec *s)
{
	static const struct check table[] = {
		{"bad-option", SCREEN_BAD_OPTION},
		{"record-route-option", SCREEN_RECORD_ROUTE},
		{"timestamp-option", SCREEN_TIMESTAMP},
		{"security-option", SCREEN_SECURITY},
		{"stream-option", SCREEN_STREAM},
		{"spoofing", SCREEN_SPOOFING},
		{"source-route-option", SCREEN_SOURCE_ROUTE},
		{"loose-source-route-option", SCREEN_LOOSE_ROUTE},
		{"strict-source-route-option", SCREEN_STRICT_ROUTE},
		{"unknown-protocol", SCREEN_UNKNOWN_PROTOCOL},
		{"block-frag", SCREEN_BLOCK_FRAG},
		{"tear-drop", SCREEN_TEAR_DROP},
		{"ipv6-extension-header-limit", SCREEN_EXT_LIMIT},
		{"ipv6-malformed-header", SCREEN_IPV6_MALFORMED},
	};

	CHECKS(n, table, &s->on);
	s->ext_limit = (uint32_t)cnode_u64(n, "ipv6-extension-header-limit", 0);
	compile_extensions(c, cnode_child(n, "ipv6-extension-header"), s);
	compile_tunnels(cnode_child(n, "tunnel"), s);
}

/* ---- TCP, UDP ---- */

static void
compile_syn_flood(
	struct compile *c, const struct cnode *n, struct screen_spec *s)
{
	if (n == NULL)
		return;
	s->on |= SCREEN_BIT(SYN_FLOOD) | SCREEN_BIT(SYN_SOURCE) |
		 SCREEN_BIT(SYN_DESTINATION);
	s->syn_alarm = (uint32_t)cnode_u64(n, "alarm-threshold", 512);
	s->syn_attack = (uint32_t)cnode_u64(n, "attack-threshold", 200);
	s->syn_source = (uint32_t)cnode_u64(n, "source-threshold", 4000);
	s->syn_destination =
		(uint32_t)cnode_u64(n, "destination-threshold", 4000);
	s->syn_queue = (uint32_t)cnode_u64(n, "queue-size", 1024);
	s->syn_timeout_s = (uint32_t)cnode_u64(n, "timeout", 20);
	cnode_foreach (w, n, "white-list") {
		struct screen_white_list *l =
			VEC_ADD(c, s->syn_white, s->nsyn_white);

		if (l == NULL)
			return;
		NAME_COPY(c, w, l->name, cnode_key(w, 0));
		add_prefixes(c, w, "source-address", &l->src, &l->nsrc);
		add_prefixes(c, w, "destination-address", &l->dst, &l->ndst);
		if (l->nsrc == 0 && l->ndst == 0)
			compile_error(c, w,
				"source-address or destination-address is "
				"missing");
	}
}

static void
compile_tcp(struct compile *c, const struct cnode *n, struct screen_spec *s)
{
	static const struct check table[] = {
		{"syn-fin", SCREEN_SYN_FIN},
		{"fin-no-ack", SCREEN_FIN_NO_ACK},
		{"tcp-no-flag", SCREEN_NO_FLAG},
		{"syn-frag", SCREEN_SYN_FRAG},
		{"land", SCREEN_LAND},
		{"winnuke", SCREEN_WINNUKE},
	};

	CHECKS(n, table, &s->on);
	threshold(n, "port-scan", SCREEN_TCP_PORT_SCAN, 5000, s,
		&s->tcp_port_scan_us);
	threshold(n, "tcp-sweep", SCREEN_TCP_SWEEP, 5000, s, &s->tcp_sweep_us);
	threshold(n, "syn-ack-ack-proxy", SCREEN_SYN_ACK_ACK, 512, s,
		&s->syn_ack_ack);
	compile_syn_flood(c, cnode_child(n, "syn-flood"), s);
}

static void
compile_udp(struct compile *c, const struct cnode *n, struct screen_spec *s)
{
	const struct cnode *lists =
		cnode_find(c->root, "security", "screen", NULL);

	threshold(n, "flood", SCREEN_UDP_FLOOD, 1000, s, &s->udp_flood);
	threshold(n, "udp-sweep", SCREEN_UDP_SWEEP, 5000, s, &s->udp_sweep_us);
	threshold(n, "port-scan", SCREEN_UDP_PORT_SCAN, 5000, s,
		&s->udp_port_scan_us);
	cnode_foreach (w, cnode_child(n, "flood"), "white-list") {
		const struct cnode *list =
			cnode_entry(lists, "white-list", cnode_key(w, 0));
		struct screen_white_list *l =
			VEC_ADD(c, s->udp_white, s->nudp_white);

		if (l == NULL)
			return;
		NAME_COPY(c, w, l->name, cnode_key(w, 0));
		add_prefixes(c, list, "address", &l->src, &l->nsrc);
	}
}

/* ---- limit-session ---- */

static void
compile_limit(const struct cnode *n, struct screen_limit *l)
{
	l->sessions = (uint32_t)cnode_u64(n, "maximum-sessions", l->sessions);
	l->packet_rate = (uint32_t)cnode_u64(n, "packet-rate", 0);
	l->session_rate = (uint32_t)cnode_u64(n, "session-rate", 0);
}

static void
compile_limits(const struct cnode *n, const char *based, const char *by,
	struct screen_limit *l, bool *any)
{
	static const char *const names[] = {NULL, "tcp", "udp", "icmp"};
	const struct cnode *side = cnode_child(n, by);
	const struct cnode *protocols = cnode_child(side, "by-protocol");

	l[SCREEN_ALL_PROTOCOLS].sessions = (uint32_t)cnode_u64(n, based, 0);
	compile_limit(side, &l[SCREEN_ALL_PROTOCOLS]);
	for (unsigned int i = SCREEN_TCP; i < SCREEN_PROTOCOLS; i++)
		compile_limit(cnode_child(protocols, names[i]), &l[i]);
	*any = cnode_has(n, based) || side != NULL;
}

static void
compile_limit_session(const struct cnode *n, struct screen_spec *s)
{
	compile_limits(
		n, "source-ip-based", "by-source", s->limit[0], &s->limited[0]);
	compile_limits(n, "destination-ip-based", "by-destination", s->limit[1],
		&s->limited[1]);
	if (s->limited[0])
		s->on |= SCREEN_BIT(SOURCE_LIMIT) | SCREEN_BIT(SOURCE_RATE);
	if (s->limited[1])
		s->on |= SCREEN_BIT(DESTINATION_LIMIT) |
			 SCREEN_BIT(DESTINATION_RATE);
}

/* ---- all of it ---- */

void
compile_screens(struct compile *c)
{
	const struct cnode *screen =
		cnode_find(c->root, "security", "screen", NULL);

	cnode_foreach (n, screen, "ids-option") {
		struct screen_spec *s =
			VEC_ADD(c, c->image->screens, c->image->nscreens);

		if (s == NULL)
			return;
		NAME_COPY(c, n, s->name, cnode_key(n, 0));
		text_copy(s->description, sizeof(s->description),
			value_of(cnode_child(n, "description")));
		s->alarm_only = cnode_has(n, "alarm-without-drop");
		compile_icmp(cnode_child(n, "icmp"), s);
		compile_ip(c, cnode_child(n, "ip"), s);
		compile_tcp(c, cnode_child(n, "tcp"), s);
		compile_udp(c, cnode_child(n, "udp"), s);
		compile_limit_session(cnode_child(n, "limit-session"), s);
		index_put(c, &c->screens, s->name, c->image->nscreens - 1);
	}
}

/* Index + 1 of the screen that the zone names, 0 without one. */
static uint16_t
screen_of(struct compile *c, const struct cnode *zone)
{
	const char *name = cnode_leaf(zone, "screen");
	uint32_t i;

	if (name == NULL)
		return 0;
	if (names_get(&c->screens, name, &i))
		return (uint16_t)(i + 1);
	compile_error(c, cnode_child(zone, "screen"),
		"ids-option %s is not defined", name);
	return 0;
}

void
compile_screen_bindings(struct compile *c)
{
	const struct cnode *zones =
		cnode_find(c->root, "security", "zones", NULL);
	struct image_spec *image = c->image;
	uint16_t by_zone[ZONE_MAX] = {0};
	size_t z = 0;

	by_zone[ZONE_MANAGEMENT.v] = screen_of(
		c, cnode_find(zones, "functional-zone", "management", NULL));
	cnode_foreach (n, zones, "security-zone") {
		if (z == image->nzones)
			break;
		image->zones[z].screen = screen_of(c, n);
		if (image->zones[z].id.v < ZONE_MAX)
			by_zone[image->zones[z].id.v] = image->zones[z].screen;
		z++;
	}
	for (size_t i = 0; i < image->nifls; i++)
		image->ifls[i].screen = by_zone[image->ifls[i].zone.v];
}
