/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two virtual routers: CLIENTS with 10.0.0.0/8 behind 198.51.100.2 on
 * ge-0/0/0, SERVERS with 192.0.2.0/24 behind 203.0.113.2 on ge-0/0/1; each
 * knows the other's prefix through the other's table. With NAT clients are
 * translated into a pool of 198.18.0.0/15 (2001:db8:2:1::/64), or to the
 * address of ge-0/0/1. The way of a configuration is that of the daemon: text,
 * tree, specs, image and routes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "bench.h"
#include "compile/compile.h"
#include "config/config.h"
#include "nat/nat.h"
#include "route/neigh_impl.h"
#include "route/route_rib.h"

#define GATEWAY 2u
#define VRS     "set routing-instances "
#define POLICIES                                                               \
	"set security policies from-zone CLIENTS to-zone SERVERS policy "

static const char interfaces[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24\n"
	"set interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8:1::1/64\n"
	"set interfaces ge-0/0/1 unit 0 family inet address 203.0.113.1/24\n"
	"set interfaces ge-0/0/1 unit 0 family inet6 address "
	"2001:db8:2::1/64\n" VRS "CLIENTS instance-type virtual-router\n" VRS
	"CLIENTS interface ge-0/0/0.0\n" VRS
	"SERVERS instance-type virtual-router\n" VRS
	"SERVERS interface ge-0/0/1.0\n"
	"set security zones security-zone CLIENTS interfaces ge-0/0/0.0\n"
	"set security zones security-zone SERVERS interfaces ge-0/0/1.0\n"
	"set applications application bench protocol udp\n"
	"set applications application bench destination-port 53\n";

/* The number is how the neighbours' addresses end. */
static const char routes[] =
	VRS "CLIENTS routing-options static route 10.0.0.0/8 "
	    "next-hop 198.51.100.%1$u\n" VRS
	    "CLIENTS routing-options static route 192.0.2.0/24 "
	    "next-table SERVERS.inet.0\n" VRS
	    "CLIENTS routing-options rib CLIENTS.inet6.0 static "
	    "route 2001:db8:a::/48 next-hop 2001:db8:1::%1$u\n" VRS
	    "CLIENTS routing-options rib CLIENTS.inet6.0 static "
	    "route 2001:db8:b::/48 next-table SERVERS.inet6.0\n" VRS
	    "SERVERS routing-options static route 192.0.2.0/24 "
	    "next-hop 203.0.113.%1$u\n" VRS
	    "SERVERS routing-options static route 10.0.0.0/8 "
	    "next-table CLIENTS.inet.0\n" VRS
	    "SERVERS routing-options rib SERVERS.inet6.0 static "
	    "route 2001:db8:b::/48 next-hop 2001:db8:2::%1$u\n" VRS
	    "SERVERS routing-options rib SERVERS.inet6.0 static "
	    "route 2001:db8:a::/48 next-table CLIENTS.inet6.0\n";

/* Smallest power of two with n * that >= addresses. */
static uint32_t
share_of(uint32_t addresses, uint32_t n)
{
	uint32_t size = 1;

	while ((uint64_t)size * n < addresses)
		size *= 2;
	return size;
}

/*
 * All but the last policy permit one part each of the clients' addresses; the
 * last one permits what is left. So a first packet matches a policy somewhere
 * in the list, all alike likely when there are enough flows.
 */
static void
policies_text(struct sbuf *b, uint32_t n, uint32_t span, bool log)
{
	uint32_t size = share_of(span / 16 + 1, n > 1 ? n - 1 : 1);
	unsigned int bits = (unsigned int)__builtin_ctz(size);

	for (uint32_t i = 0; i + 1 < n; i++) {
		uint32_t a = 0x0a000000u + i * size;

		sbuf_printf(b,
			"set security zones security-zone CLIENTS address-book "
			"address c%u %u.%u.%u.%u/%u\n",
			i, a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255,
			32 - bits);
		sbuf_printf(b, POLICIES "p%u match source-address c%u\n", i, i);
		sbuf_printf(
			b, POLICIES "p%u match destination-address any\n", i);
		sbuf_printf(b, POLICIES "p%u match application bench\n", i);
		sbuf_printf(b, POLICIES "p%u then permit\n", i);
		if (log)
			sbuf_printf(b,
				POLICIES "p%u then log session-init\n" POLICIES
					 "p%u then log session-close\n",
				i, i);
	}
	sbuf_printf(b, POLICIES "last match source-address any\n" POLICIES
				"last match destination-address any\n" POLICIES
				"last match application any\n" POLICIES
				"last then permit\n");
}

static void
modes_text(struct sbuf *b, bool packet_mode)
{
	const char *mode = packet_mode ? "packet-based" : "flow-based";

	if (packet_mode)
		sbuf_printf(b, "set security forwarding-options family mpls "
			       "mode packet-based\n");
	sbuf_printf(b, "set security forwarding-options family inet6 mode %s\n",
		mode);
}

/* Enough addresses for all flows, 64 at least. */
static struct nat_range
nat_range(const struct bench_options *o, uint32_t span)
{
	static const uint8_t pool6[16] = {
		0x20, 1, 0xd, 0xb8, 0, 2, 0, 1, [15] = 1};
	uint32_t ports = o->nat_ports ? o->nat_ports : 64512, n = 64;
	struct nat_range r = {
		.port_lo = 1024, .port_hi = (uint16_t)(1023 + ports)};

	while ((uint64_t)n * ports < (uint64_t)span + span / 8)
		n *= 2;
	r.n = o->nat_addresses ? o->nat_addresses : n;
	r.first = ip_addr_v4(RTE_BE32(0xc6120001));
	if (o->ipv6)
		r.first = ip_addr_v6(pool6);
	if (o->nat_interface) {
		r.n = 1;
		r.first = ip_addr_v4(RTE_BE32(0xcb007101));
	}
	return r;
}

static void
nat_text(struct sbuf *b, const struct bench_options *o,
	const struct nat_range *r)
{
	const char *set = "set security nat source ";
	uint32_t last = r->n; /* the first one ends in 1 */

	if (o->ipv6)
		sbuf_printf(b,
			"%spool p address 2001:db8:2:1::1/128 to "
			"2001:db8:2:1::%x/128\n",
			set, last);
	else
		sbuf_printf(b,
			"%spool p address 198.18.0.1/32 to 198.18.%u.%u/32\n",
			set, last >> 8, last & 255);
	if (o->nat_ports != 0)
		sbuf_printf(b, "%spool p port range %u to %u\n", set,
			r->port_lo, r->port_hi);
	sbuf_printf(b, "%srule-set out from zone CLIENTS\n", set);
	sbuf_printf(b, "%srule-set out to zone SERVERS\n", set);
	sbuf_printf(b, "%srule-set out rule all match source-address %s\n", set,
		o->ipv6 ? "::/0" : "0.0.0.0/0");
	sbuf_printf(b, "%srule-set out rule all then source-nat %s\n", set,
		o->nat_interface ? "interface" : "pool p");
}

static bool
compile(const char *text, struct compile_ids *ids, struct image_spec **is,
	struct route_spec **rs)
{
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct sbuf b = SBUF_INIT;
	int rc = config_load_text(text, strlen(text), "bench", &tree, &report);

	if (rc == 0)
		rc = compile_config(config_root(tree), ids, &report, is, rs);
	config_free(tree);
	if (rc != 0) {
		char *why;

		report_text(&report, &b);
		why = sbuf_take(&b);
		fprintf(stderr, "%s", why);
		free(why);
	}
	report_done(&report);
	return rc == 0;
}

static struct adj_id
adjacency(void *ctx, struct ifl_id ifl, const struct ip_addr *gw)
{
	struct bench_world *w = ctx;
	const struct ifl_spec *l = image_ifl(w->image, ifl);
	struct adj_id id =
		neigh_get(w->neigh, ifl, gw, l->ifd, l->vlan, w->mac[l->ifd.v]);
	uint8_t mac[6];

	memcpy(mac, w->next_mac[l->ifd.v == w->ifd[1].v], 6);
	mac[4] = gw->b[gw->family == IP_V4 ? 3 : 15];
	neigh_set(w->neigh, id, NEIGH_REACHABLE, mac);
	return id;
}

static bool
sides(struct bench_world *w)
{
	static const char *const names[2] = {"ge-0/0/0.0", "ge-0/0/1.0"};

	for (unsigned int i = 0; i < 2; i++) {
		const struct ifl_spec *l =
			image_ifl_by_name(w->image, names[i]);
		const uint8_t mac[6] = {2, 0, 0, 0, 1, (uint8_t)i};
		const uint8_t next[6] = {2, 0, 0, 0, 2, (uint8_t)i};

		if (l == NULL)
			return false;
		w->ifd[i] = l->ifd;
		w->zone[i] = l->zone;
		memcpy(w->mac[l->ifd.v], mac, 6);
		memcpy(w->next_mac[i], next, 6);
	}
	return true;
}

static bool
build(struct bench_world *w, struct image_spec *is, struct route_spec *rs)
{
	struct report report = REPORT_INIT;
	double t0 = thread_ticks();
	bool ok = image_build(is, true, &w->image) == 0;

	w->build_seconds = (thread_ticks() - t0) / tsc_mhz() / 1e6;
	w->neigh = neigh_create();
	w->db = route_db_create();
	ok = ok && w->neigh != NULL && w->db != NULL && sides(w) &&
	     route_db_apply(w->db, rs, NULL, 0, &report) == 0;
	if (ok)
		w->routes = route_db_view(w->db, adjacency, w);
	report_done(&report);
	return ok && w->routes != NULL;
}

static char *
text_of(const struct bench_world *w, const struct bench_options *o,
	bool packet_mode, uint32_t span, uint32_t policies,
	unsigned int gateway)
{
	struct sbuf b = SBUF_INIT;

	sbuf_printf(&b, "%s", interfaces);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sbuf_printf(&b, routes, gateway);
#pragma GCC diagnostic pop
	policies_text(&b, policies, span, o->log);
	if (o->log)
		sbuf_printf(&b, POLICIES "last then log session-init\n" POLICIES
					 "last then log session-close\n");
	if (o->nat)
		nat_text(&b, o, &w->nat);
	modes_text(&b, packet_mode);
	return sbuf_take(&b);
}

bool
bench_world_init(struct bench_world *w, const struct bench_options *o,
	bool packet_mode, uint32_t span)
{
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	char *text;
	bool ok;

	memset(w, 0, sizeof(*w));
	w->ids = compile_ids_create();
	if (o->nat)
		w->nat = nat_range(o, span);
	text = text_of(w, o, packet_mode, span, o->policies, GATEWAY);
	ok = text != NULL && w->ids != NULL &&
	     compile(text, w->ids, &is, &rs) && build(w, is, rs);
	free(text);
	route_spec_free(rs);
	if (ok) {
		w->translation = nat_create(o->workers > 0 ? o->workers : 1);
		ok = w->translation != NULL &&
		     nat_prepare(w->translation, &is->nat) == 0;
	}
	if (ok)
		nat_apply(w->translation, &is->nat);
	if (!ok)
		fprintf(stderr, "cannot build the bench's configuration\n");
	return ok;
}

bool
bench_world_change(struct bench_world *w, const struct bench_options *o,
	uint32_t policies, unsigned int gateway, struct bench_change *ret)
{
	struct report report = REPORT_INIT;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	char *text = text_of(w, o, false, o->sessions, policies, gateway);
	bool ok = text != NULL && compile(text, w->ids, &is, &rs) &&
		  image_build(is, true, &ret->image) == 0;

	free(text);
	ok = ok && route_db_apply(w->db, rs, NULL, 0, &report) == 0;
	report_done(&report);
	route_spec_free(rs);
	if (ok)
		ret->routes = route_db_view(w->db, adjacency, w);
	return ok && ret->routes != NULL;
}

void
bench_world_done(struct bench_world *w)
{
	nat_free(w->translation);
	route_view_free(w->routes);
	route_db_free(w->db);
	neigh_free(w->neigh);
	image_free(w->image);
	compile_ids_free(w->ids);
}
