/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two virtual routers: CLIENTS with 10.0.0.0/8 behind 198.51.100.2 on
 * ge-0/0/0, SERVERS with 192.0.2.0/24 behind 203.0.113.2 on ge-0/0/1; each
 * knows the other's prefix through the other's table. The way of a
 * configuration is that of the daemon: text, tree, specs, image and routes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "bench.h"
#include "compile/compile.h"
#include "config/config.h"
#include "route/neigh_impl.h"
#include "route/route_rib.h"

#define VRS "set routing-instances "
#define POLICIES                                                               \
	"set security policies from-zone CLIENTS to-zone SERVERS policy "

static const char topology[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24\n"
	"set interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8:1::1/64\n"
	"set interfaces ge-0/0/1 unit 0 family inet address 203.0.113.1/24\n"
	"set interfaces ge-0/0/1 unit 0 family inet6 address "
	"2001:db8:2::1/64\n" VRS "CLIENTS instance-type virtual-router\n" VRS
	"CLIENTS interface ge-0/0/0.0\n" VRS
	"CLIENTS routing-options static route 10.0.0.0/8 "
	"next-hop 198.51.100.2\n" VRS
	"CLIENTS routing-options static route 192.0.2.0/24 "
	"next-table SERVERS.inet.0\n" VRS
	"CLIENTS routing-options rib CLIENTS.inet6.0 static "
	"route 2001:db8:a::/48 next-hop 2001:db8:1::2\n" VRS
	"CLIENTS routing-options rib CLIENTS.inet6.0 static "
	"route 2001:db8:b::/48 next-table SERVERS.inet6.0\n" VRS
	"SERVERS instance-type virtual-router\n" VRS
	"SERVERS interface ge-0/0/1.0\n" VRS
	"SERVERS routing-options static route 192.0.2.0/24 "
	"next-hop 203.0.113.2\n" VRS
	"SERVERS routing-options static route 10.0.0.0/8 "
	"next-table CLIENTS.inet.0\n" VRS
	"SERVERS routing-options rib SERVERS.inet6.0 static "
	"route 2001:db8:b::/48 next-hop 2001:db8:2::2\n" VRS
	"SERVERS routing-options rib SERVERS.inet6.0 static "
	"route 2001:db8:a::/48 next-table CLIENTS.inet6.0\n"
	"set security zones security-zone CLIENTS interfaces ge-0/0/0.0\n"
	"set security zones security-zone SERVERS interfaces ge-0/0/1.0\n"
	"set applications application bench protocol udp\n"
	"set applications application bench destination-port 53\n";

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
policies_text(struct sbuf *b, uint32_t n, uint32_t span)
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

static bool
compile(const char *text, struct image_spec **is, struct route_spec **rs)
{
	struct compile_ids *ids = compile_ids_create();
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct sbuf b = SBUF_INIT;
	int rc = config_load_text(text, strlen(text), "bench", &tree, &report);

	if (rc == 0)
		rc = compile_config(config_root(tree), ids, &report, is, rs);
	config_free(tree);
	compile_ids_free(ids);
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
	unsigned int side = l->ifd.v == w->ifd[1].v;

	neigh_set(w->neigh, id, NEIGH_REACHABLE, w->next_mac[side]);
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

bool
bench_world_init(struct bench_world *w, const struct bench_options *o,
	bool packet_mode, uint32_t span)
{
	struct sbuf b = SBUF_INIT;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	char *text;
	bool ok;

	memset(w, 0, sizeof(*w));
	sbuf_printf(&b, "%s", topology);
	policies_text(&b, o->policies, span);
	modes_text(&b, packet_mode);
	text = sbuf_take(&b);
	ok = text != NULL && compile(text, &is, &rs) && build(w, is, rs);
	free(text);
	route_spec_free(rs);
	if (!ok)
		fprintf(stderr, "cannot build the bench's configuration\n");
	return ok;
}

void
bench_world_done(struct bench_world *w)
{
	route_view_free(w->routes);
	route_db_free(w->db);
	neigh_free(w->neigh);
	image_free(w->image);
}
