/* SPDX-License-Identifier: Apache-2.0 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "image/image.h"
#include "render/render.h"
#include "route/route_rib.h"

uint64_t lab_now_ms = LAB_NOW_MS;

static uint64_t
now_ms(void)
{
	return lab_now_ms;
}

static struct image *image;

static const struct image *
image_now(void)
{
	return image;
}

struct ops_env lab_env = {
	.image = image_now, .now_ms = now_ms, .start_time = LAB_START};

#define V4(b0, b1, b2, b3)                                                     \
	{                                                                      \
		.b = {b0, b1, b2, b3}, .family = IP_V4                         \
	}

/* ---- the image ---- */

static struct ifd_spec ifds[] = {
	{.name = "ge-0/0/0"},
	{.name = "ge-0/0/1", .description = "to the ISP"},
	{.name = "ge-0/0/2", .vlan_tagging = true},
	{.name = "lo0"},
};

static struct ifl_addr_spec lan_addrs[] = {
	{{V4(192, 168, 1, 1), 24}, true, true}};
static struct ifl_addr_spec isp_addrs[] = {{{V4(192, 0, 2, 2), 24}, true, true},
	{{{.b = {0x20, 1, 0xd, 0xb8, [15] = 2}, .family = IP_V6}, 64}, true,
		true}};
static struct ifl_addr_spec vlan_addrs[] = {
	{{V4(198, 51, 100, 1), 30}, true, true},
	{{V4(203, 0, 113, 1), 32}, false, true}};

static struct ifl_spec ifls[] = {
	{.id = {1},
		.name = "ge-0/0/0.0",
		.ifd = {0},
		.vr = {5},
		.zone = {6},
		.inet = true,
		.mtu4 = 1500,
		.mtu6 = 1500,
		.host_inbound.services =
			1ull << HOST_SVC_PING | 1ull << HOST_SVC_SSH,
		.addrs = lan_addrs,
		.naddrs = 1},
	{.id = {2},
		.name = "ge-0/0/1.0",
		.ifd = {1},
		.vr = {4},
		.zone = {7},
		.inet = true,
		.inet6 = true,
		.mtu4 = 1500,
		.mtu6 = 1500,
		.host_inbound.services = 1ull << HOST_SVC_PING,
		.addrs = isp_addrs,
		.naddrs = 2},
	{.id = {3},
		.name = "ge-0/0/2.100",
		.description = "customer <A>",
		.ifd = {2},
		.unit = 100,
		.vlan = 100,
		.inet = true,
		.mtu4 = 1500,
		.mtu6 = 1500,
		.filter_in4 = 1,
		.addrs = vlan_addrs,
		.naddrs = 2},
};

static struct vr_spec vrs[] = {
	{.id = {0}, .name = "master", .type = "forwarding"},
	{.id = {4}, .name = "ISP", .type = "virtual-router"},
	{.id = {5}, .name = "LAN", .type = "virtual-router"},
};

static struct screen_spec screens[] = {
	{.name = "edge",
		.description = "what comes from outside",
		.on = SCREEN_BIT(ICMP_FLOOD) | SCREEN_BIT(TCP_PORT_SCAN) |
		      SCREEN_BIT(SYN_FLOOD) | SCREEN_BIT(LAND) |
		      SCREEN_BIT(SPOOFING) | SCREEN_BIT(ICMP_LARGE) |
		      SCREEN_BIT(TEREDO) | SCREEN_BIT(SOURCE_LIMIT),
		.icmp_flood = 1000,
		.tcp_port_scan_us = 5000,
		.syn_attack = 200,
		.syn_alarm = 512,
		.syn_source = 4000,
		.syn_destination = 4000,
		.syn_queue = 1024,
		.syn_timeout_s = 20,
		.limit = {{{.sessions = 128}}}},
};

static struct zone_spec zones[] = {
	{.id = {6},
		.name = "LAN",
		.host_inbound.services =
			1ull << HOST_SVC_PING | 1ull << HOST_SVC_SSH},
	{.id = {7},
		.name = "ISP",
		.description = "uplink",
		.tcp_rst = true,
		.host_inbound.services = 1ull << HOST_SVC_PING},
};

static struct addr_range any_ranges[] = {
	{V4(0, 0, 0, 0), V4(255, 255, 255, 255)},
	{{.family = IP_V6}, {.b = {255, 255, 255, 255, 255, 255, 255, 255, 255,
				     255, 255, 255, 255, 255, 255, 255},
				    .family = IP_V6}}};
static struct ip_prefix any_prefixes[] = {
	{V4(0, 0, 0, 0), 0}, {{.family = IP_V6}, 0}};
static struct addr_range web_ranges[] = {{V4(192, 0, 2, 10), V4(192, 0, 2, 10)},
	{V4(192, 0, 2, 20), V4(192, 0, 2, 29)}};
static struct ip_prefix web_prefixes[] = {
	{V4(192, 0, 2, 10), 32}, {V4(192, 0, 2, 20), 32}};
static struct addr_obj_spec addrs[] = {
	{.name = "any",
		.book = "global",
		.ranges = any_ranges,
		.prefixes = any_prefixes,
		.n = 2},
	{.name = "web",
		.book = "servers",
		.ranges = web_ranges,
		.prefixes = web_prefixes,
		.n = 2},
};

static struct app_term_spec any_terms[] = {{.sport_hi = 65535,
	.dport_hi = 65535,
	.icmp_type = -1,
	.icmp_code = -1}};
static struct app_term_spec http_terms[] = {{.protocol = IPP_TCP,
	.sport_hi = 65535,
	.dport_lo = 80,
	.dport_hi = 80,
	.icmp_type = -1,
	.icmp_code = -1,
	.timeout = 300}};
static struct app_term_spec ping_terms[] = {{.protocol = IPP_ICMP,
	.sport_hi = 65535,
	.dport_hi = 65535,
	.icmp_type = 8,
	.icmp_code = 0,
	.timeout = 60}};
static struct app_spec apps[] = {
	{.name = "any", .terms = any_terms, .n = 1, .any = true},
	{.name = "junos-http", .terms = http_terms, .n = 1},
	{.name = "junos-ping", .terms = ping_terms, .n = 1},
};

static struct zone_id zone_lan[] = {{6}}, zone_isp[] = {{7}};
static uint32_t zero[] = {0}, one[] = {1}, http_ping[] = {1, 2};
static struct policy_spec policies[] = {
	{.name = "lan-to-isp",
		.index = 4,
		.from = zone_lan,
		.to = zone_isp,
		.nfrom = 1,
		.nto = 1,
		.src = zero,
		.dst = zero,
		.nsrc = 1,
		.ndst = 1,
		.apps = zero,
		.napps = 1,
		.action = POLICY_PERMIT},
	{.name = "web",
		.description = "the shop",
		.index = 5,
		.from = zone_lan,
		.to = zone_isp,
		.nfrom = 1,
		.nto = 1,
		.src = zero,
		.dst = one,
		.nsrc = 1,
		.ndst = 1,
		.apps = http_ping,
		.napps = 2,
		.action = POLICY_PERMIT,
		.log_init = true,
		.log_close = true,
		.count = true},
	{.name = "no-web",
		.index = 6,
		.from = zone_isp,
		.to = zone_lan,
		.nfrom = 1,
		.nto = 1,
		.src = one,
		.dst = zero,
		.nsrc = 1,
		.ndst = 1,
		.src_excluded = true,
		.apps = zero,
		.napps = 1,
		.action = POLICY_DENY},
	{.name = "last",
		.index = 7,
		.global = true,
		.to = zone_isp,
		.nto = 1,
		.src = zero,
		.dst = zero,
		.nsrc = 1,
		.ndst = 1,
		.apps = zero,
		.napps = 1,
		.action = POLICY_REJECT},
};

static struct filter_term_spec terms[] = {
	{.name = "a", .counter = "web-in"},
	{.name = "b", .counter = "rest", .action = FILTER_DISCARD},
	{.name = "c", .counter = "web-in"},
};
static struct filter_spec filters[] = {
	{.name = "guard", .family = IP_V4, .terms = terms, .n = 3}};

static struct image_spec spec = {.generation = 1,
	.host_name = "lan-gw",
	.ifds = ifds,
	.nifds = 4,
	.ifls = ifls,
	.nifls = 3,
	.vrs = vrs,
	.nvrs = 3,
	.screens = screens,
	.nscreens = 1,
	.zones = zones,
	.nzones = 2,
	.addrs = addrs,
	.naddrs = 2,
	.apps = apps,
	.napps = 3,
	.policies = policies,
	.npolicies = 4,
	.filters = filters,
	.nfilters = 1};

/* ---- the routes ---- */

static struct route_addr_spec lan_route_addrs[] = {
	{{1}, {V4(192, 168, 1, 1), 24}}};
static struct route_addr_spec isp_route_addrs[] = {
	{{2}, {V4(192, 0, 2, 2), 24}},
	{{2}, {{.b = {0x20, 1, 0xd, 0xb8, [15] = 2}, .family = IP_V6}, 64}}};
static struct route_addr_spec master_route_addrs[] = {
	{{3}, {V4(198, 51, 100, 1), 30}}};
static struct route_nh_spec to_isp[] = {{.gateway = V4(192, 0, 2, 1)}};
static struct route_nh_spec two_ways[] = {
	{.gateway = V4(198, 51, 100, 2)}, {.gateway = V4(198, 51, 100, 1)}};
static struct route_nh_spec nowhere[] = {{.gateway = V4(203, 0, 113, 99)}};

static struct static_route_spec isp_statics[] = {{.prefix = {V4(0, 0, 0, 0), 0},
	.type = ROUTE_NEXTHOP,
	.nhs = to_isp,
	.nnhs = 1,
	.attrs = {.preference = 5, .resolve = true}}};
static struct static_route_spec master_statics[] = {
	{.prefix = {V4(10, 0, 0, 0), 8},
		.type = ROUTE_DISCARD,
		.attrs = {.preference = 5,
			.metric = 10,
			.has_metric = true,
			.tag = 77,
			.has_tag = true}},
	{.prefix = {V4(10, 1, 0, 0), 16},
		.type = ROUTE_REJECT,
		.attrs = {.preference = 7}},
	{.prefix = {V4(10, 2, 0, 0), 16},
		.type = ROUTE_TABLE,
		.table_vr = {4},
		.attrs = {.preference = 5}},
	{.prefix = {V4(10, 3, 0, 0), 16},
		.type = ROUTE_NEXTHOP,
		.nhs = two_ways,
		.nnhs = 1,
		.attrs = {.preference = 5}},
	{.prefix = {V4(10, 4, 0, 0), 16},
		.type = ROUTE_NEXTHOP,
		.nhs = nowhere,
		.nnhs = 1,
		.attrs = {.preference = 5}},
	{.prefix = {{.b = {0x20, 1, 0xd, 0xb8, 0, 1, 0, 2}, .family = IP_V6},
		 64},
		.type = ROUTE_DISCARD,
		.attrs = {.preference = 5}},
};

static uint32_t imports[] = {0};
static struct vr_id from_isp[] = {{4}};
static struct route_term_spec import_terms[] = {{.name = "all",
	.instances = from_isp,
	.ninstances = 1,
	.verdict = PV_ACCEPT}};
static struct route_policy_spec route_policies[] = {
	{.name = "import-from-isp", .terms = import_terms, .n = 1}};

static struct route_ifl_spec route_ifls[] = {
	{.id = {1}, .name = "ge-0/0/0.0", .vr = {5}},
	{.id = {2}, .name = "ge-0/0/1.0", .vr = {4}},
	{.id = {3}, .name = "ge-0/0/2.100", .vr = {0}},
};

static struct route_vr_spec route_vrs[] = {
	{.id = {0},
		.name = "master",
		.addrs = master_route_addrs,
		.naddrs = 1,
		.statics = master_statics,
		.nstatics = 6},
	{.id = {4},
		.name = "ISP",
		.addrs = isp_route_addrs,
		.naddrs = 2,
		.statics = isp_statics,
		.nstatics = 1},
	{.id = {5},
		.name = "LAN",
		.addrs = lan_route_addrs,
		.naddrs = 1,
		.imports = imports,
		.nimports = 1},
};

static struct route_spec routes = {.vrs = route_vrs,
	.nvrs = 3,
	.ifls = route_ifls,
	.nifls = 3,
	.policies = route_policies,
	.npolicies = 1};

/* ---- sessions and neighbours ---- */

static struct session_info
ping_session(uint32_t id, uint16_t icmp_id, uint32_t in_route, bool answered)
{
	return (struct session_info){.id = id,
		.state = SESSION_VALID,
		.protocol = IPP_ICMP,
		.policy_index = 4,
		.policy = "lan-to-isp",
		.timeout_max_s = answered ? 4 : 60,
		.timeout_s = answered ? 2 : 56,
		.start_s = 247,
		.duration_s = 3,
		.wing = {
			{.src = V4(192, 168, 1, 2),
				.dst = V4(192, 0, 2, 1),
				.sport = icmp_id,
				.dport = 1,
				.ifl = {1},
				.token = {6},
				.flag = 0x21,
				.route = in_route,
				.gateway = V4(192, 168, 1, 2),
				.packets = 1,
				.bytes = 84},
			{.src = V4(192, 0, 2, 1),
				.dst = V4(192, 168, 1, 2),
				.sport = 1,
				.dport = icmp_id,
				.ifl = {2},
				.token = {7},
				.flag = 0x20,
				.route = 0xa0010,
				.gateway = V4(192, 0, 2, 1),
				.packets = answered,
				.bytes = answered * 84u},
		}};
}

static void
make_sessions(void)
{
	struct session_info *s = lab_fake.sessions;

	s[0] = ping_session(1201, 2817, 0x90010, true);
	s[1] = ping_session(1207, 2818, 0, false);
	s[2] = ping_session(1210, 2819, 0x90010, true);
	s[2].wing[0].dst = (struct ip_addr)V4(192, 0, 2, 2);
	s[2].wing[1].src = (struct ip_addr)V4(192, 0, 2, 2);
	s[2].wing[1].ifl = IFL_NONE;
	s[2].wing[1].local_vr.v = 5;
	s[2].wing[1].token = ZONE_JUNOS_HOST;
	s[2].wing[1].flag = 0x30;
	s[2].wing[1].route = 0xfffb0006;
	s[2].wing[1].gateway = (struct ip_addr)V4(192, 0, 2, 2);
	lab_fake.nsessions = 3;
}

static void
make_neighbors(void)
{
	struct neigh_info *n = lab_fake.neigh;

	n[0] = (struct neigh_info){.addr = V4(192, 0, 2, 1),
		.mac = {2, 0, 0, 0, 1, 1},
		.ifl = {2},
		.state = NEIGH_REACHABLE,
		.expires_s = 1100};
	n[1] = (struct neigh_info){.addr = V4(192, 168, 1, 2),
		.mac = {2, 0, 0, 0, 0, 1},
		.ifl = {1},
		.state = NEIGH_STALE,
		.expires_s = 900};
	n[2] = (struct neigh_info){.addr = V4(192, 168, 1, 9),
		.ifl = {1},
		.state = NEIGH_INCOMPLETE};
	n[3] = (struct neigh_info){
		.addr = {.b = {0xfe, 0x80, [15] = 1}, .family = IP_V6},
		.mac = {2, 0, 0, 0, 1, 1},
		.ifl = {2},
		.state = NEIGH_REACHABLE,
		.expires_s = 20,
		.router = true};
	n[4] = (struct neigh_info){
		.addr = {.b = {0x20, 1, 0xd, 0xb8, [15] = 9}, .family = IP_V6},
		.ifl = {2},
		.state = NEIGH_INCOMPLETE,
		.expires_s = 2};
	lab_fake.nneigh = 5;
}

static struct port *ports[IFD_MAX];

int
lab_setup(void **state)
{
	struct report report = REPORT_INIT;
	struct route_view *view;

	flow_spec_default(&spec.flow);
	if (image_build(&spec, false, &image) != 0)
		return -1;
	lab_env.routes = route_db_create();
	if (route_db_apply(lab_env.routes, &routes, NULL, 0, &report) != 0) {
		report_done(&report);
		return -1;
	}
	view = route_db_view(lab_env.routes, NULL, NULL);
	route_view_free(view);
	for (uintptr_t i = 0; i < 3; i++)
		ports[i] = (struct port *)(i + 1);
	lab_env.ports = ports;
	lab_env.host = (struct host *)1; /* lab_fake.c asks nothing of it */
	make_sessions();
	make_neighbors();
	return 0;
}

int
lab_teardown(void **state)
{
	lab_job_reset();
	route_db_free(lab_env.routes);
	image_free(image);
	return 0;
}

/* ---- running a line ---- */

static const struct command *
find_command(const char *line, size_t *ret_len)
{
	const struct command *best = NULL;

	*ret_len = 0;
	for (const struct command *c = ops_commands; c->words; c++) {
		size_t n = strlen(c->words);

		if (n > *ret_len && strncmp(line, c->words, n) == 0 &&
			(line[n] == ' ' || line[n] == '\0')) {
			best = c;
			*ret_len = n;
		}
	}
	return best;
}

static const struct command_arg *
find_arg(const struct command *c, const char *word)
{
	const struct command_arg *bare = NULL;

	for (const struct command_arg *a = c->args; a && a->element; a++) {
		if (a->kind != ARG_BARE && strcmp(a->word, word) == 0)
			return a;
		if (a->kind == ARG_BARE)
			bare = a;
	}
	return bare;
}

bool
lab_parse(char *line, struct ops_request *rq)
{
	size_t len;
	char *word;

	memset(rq, 0, sizeof(*rq));
	rq->env = &lab_env;
	rq->command = find_command(line, &len);
	if (rq->command == NULL)
		return false;
	for (word = strtok(line + len, " "); word; word = strtok(NULL, " ")) {
		const struct command_arg *a = find_arg(rq->command, word);

		if (a == NULL || rq->nargs == 32)
			return false;
		rq->args[rq->nargs].arg = a;
		if (a->kind == ARG_VALUE && (word = strtok(NULL, " ")) == NULL)
			return false;
		rq->args[rq->nargs++].value = a->kind == ARG_FLAG ? "" : word;
	}
	return true;
}

struct tree *
lab_run(const char *line)
{
	char *copy = strdup(line);
	struct tree *parts[256];
	struct ops_request rq;
	size_t n = 0;

	if (!lab_parse(copy, &rq)) {
		free(copy);
		return NULL;
	}
	do {
		rq.out = NULL;
		rq.command->run(&rq);
		if (rq.out != NULL)
			parts[n++] = rq.out;
	} while (rq.cursor != 0 && n < 256);
	free(copy);
	render_join(parts, n);
	/* The joined tree needs its parts: encode it, then forget them. */
	struct sbuf wire = SBUF_INIT;
	struct tree *whole = NULL;

	if (n > 0) {
		tree_encode(parts[0], &wire);
		whole = tree_decode(wire.data, wire.len);
	}
	sbuf_done(&wire);
	for (size_t i = 0; i < n; i++)
		tree_free(parts[i]);
	return whole;
}

char *
lab_run_text(const char *line)
{
	char *copy = strdup(line);
	struct sbuf text = SBUF_INIT;
	struct ops_request rq;
	bool first = true;

	if (!lab_parse(copy, &rq)) {
		free(copy);
		return NULL;
	}
	do {
		rq.out = NULL;
		rq.command->run(&rq);
		if (rq.out != NULL)
			render_text_part(rq.out, first, rq.cursor == 0, &text);
		tree_free(rq.out);
		first = false;
	} while (rq.cursor != 0);
	free(copy);
	return sbuf_take(&text);
}
