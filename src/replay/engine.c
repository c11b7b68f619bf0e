/* SPDX-License-Identifier: Apache-2.0 */
#include "replay/engine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "config/inherit.h"
#include "explain/expect.h"
#include "flow/flow.h"
#include "flow/flow_log.h"
#include "flow/frag.h"
#include "flow/self_traffic.h"
#include "flow/session.h"
#include "io/eal.h"
#include "io/gso.h"
#include "io/worker.h"
#include "pkt/parse.h"
#include "record/names.h"
#include "record/rt_flow.h"
#include "route/neigh_impl.h"
#include "route/route_rib.h"

#define POOL          2047u
#define JUMBO_POOL    64u
#define BEGIN_MS      1000000u /* of the virtual clock */
#define RESOLVE_TRIES 3u
#define GAP_MS        (2u * 86400 * 1000) /* longest silence in steps */
#define MTU_ETHERNET  1514u

static struct rte_mempool *pool, *jumbo;

struct engine {
	struct workers *workers;
	struct neigh_table *neigh;
	struct route_db *routes;
	struct image *image;
	struct route_view *view;
	struct record_names *names;
	uint8_t mac[IFD_MAX][6];
	bool begun;
	uint64_t first_ns, now_ms; /* now_ms: virtual */
};

int
engine_global(char *err, size_t err_size)
{
	struct eal_config c = {0};
	int rc = pool != NULL ? 0 : eal_start(&c, err, err_size);

	if (rc == 0 && pool == NULL) {
		pool = eal_pool_create(POOL);
		jumbo = eal_jumbo_pool_create(JUMBO_POOL);
	}
	if (rc == 0 && (pool == NULL || jumbo == NULL)) {
		snprintf(err, err_size, "out of memory");
		rc = -ENOMEM;
	}
	return rc;
}

/* ---- the world ---- */

static struct adj_id
adjacency(void *ctx, struct ifl_id id, const struct ip_addr *gw)
{
	static const uint8_t station[6] = {2, 0, 0, 0, 0, 1};
	struct engine *e = ctx;
	const struct ifl_spec *ifl = image_ifl(e->image, id);
	struct adj_id adj;

	if (ifl == NULL)
		return ADJ_NONE;
	adj = neigh_get(
		e->neigh, id, gw, ifl->ifd, ifl->vlan, e->mac[ifl->ifd.v]);
	if (adj.v != 0)
		neigh_set(e->neigh, adj, NEIGH_REACHABLE, station);
	return adj;
}

static int
compile(struct engine *e, const struct cnode *root, struct report *report,
	int *ret_unmet)
{
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	int rc = compile_config(root, NULL, report, &is, &rs);

	if (rc == 0)
		rc = image_build(is, true, &e->image);
	if (rc != 0)
		image_spec_free(is);
	if (rc == 0)
		rc = route_db_apply(e->routes, rs, NULL, BEGIN_MS, report);
	route_spec_free(rs);
	if (rc != 0)
		return rc;
	*ret_unmet = expectations_check(
		root, e->image, e->routes, REPORT_WARNING, report);
	e->view = route_db_view(e->routes, adjacency, e);
	return e->view != NULL ? 0 : -ENOMEM;
}

static int
make_workers(struct engine *e, uint32_t max_sessions)
{
	struct workers_config c = {.n = 1,
		.max_sessions = max_sessions,
		.pool = pool,
		.jumbo = jumbo};
	char err[256];

	e->neigh = neigh_create();
	e->routes = route_db_create();
	e->names = record_names_create();
	c.neigh = e->neigh;
	if (e->neigh != NULL)
		e->workers = workers_create(&c, err, sizeof(err));
	for (unsigned int i = 0; i < IFD_MAX && e->workers != NULL; i++) {
		e->mac[i][0] = 2;
		e->mac[i][1] = 1;
		e->mac[i][5] = (uint8_t)i;
		workers_set_port(e->workers, (struct ifd_id){(uint16_t)i}, NULL,
			e->mac[i]);
	}
	return e->workers && e->routes && e->names ? 0 : -ENOMEM;
}

static int
load(struct engine *e, const char *text, size_t len, const char *name,
	struct report *report, int *ret_unmet)
{
	struct config_tree *tree = NULL;
	int rc = config_load_text(text, len, name, &tree, report);

	if (rc == 0)
		rc = config_effective(&tree, report);
	if (rc == 0)
		rc = config_check(config_root(tree), report);
	if (rc == 0)
		rc = compile(e, config_root(tree), report, ret_unmet);
	config_free(tree);
	return rc;
}

struct engine *
engine_create(const char *text, size_t len, const char *name,
	uint32_t max_sessions, struct report *report, int *ret_unmet)
{
	struct engine *e = calloc(1, sizeof(*e));
	int rc = e == NULL ? -ENOMEM : make_workers(e, max_sessions);

	*ret_unmet = 0;
	if (rc == 0)
		rc = load(e, text, len, name, report, ret_unmet);
	if (rc == 0) {
		workers_publish(e->workers, e->image, e->view);
		record_names_learn(e->names, e->image);
		e->now_ms = BEGIN_MS;
		return e;
	}
	if (report_ok(report))
		report_add(report, REPORT_ERROR, 0, NULL, NULL, "%s",
			strerror(-rc));
	engine_free(e);
	return NULL;
}

void
engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	workers_free(e->workers);
	route_view_free(e->view);
	image_free(e->image);
	route_db_free(e->routes);
	neigh_free(e->neigh);
	record_names_free(e->names);
	free(e);
}

const struct image *
engine_image(const struct engine *e)
{
	return e->image;
}

/* ---- where it comes in ---- */

static bool
same_device(const char *name, const struct ifd_spec *ifd)
{
	const char *a = name, *b = ifd->name;

	if (strncmp(ifd->device, "linux:", 6) == 0 &&
		strcmp(ifd->device + 6, name) == 0)
		return true;
	for (; *a != '\0' && *b != '\0'; a++, b++)
		if (*a != *b && !(*a == '-' && *b == '/'))
			return false;
	return *a == *b;
}

bool
engine_port_find(
	const struct engine *e, const char *name, struct engine_port *ret)
{
	const struct image_spec *s = image_spec_of(e->image);
	const struct ifl_spec *ifl = image_ifl_by_name(e->image, name);

	*ret = (struct engine_port){0};
	if (ifl != NULL) {
		*ret = (struct engine_port){ifl->ifd, ifl->vlan};
		return true;
	}
	for (size_t i = 0; i < s->nifds && name[0] != '\0'; i++) {
		if (!same_device(name, &s->ifds[i]))
			continue;
		ret->ifd = (struct ifd_id){(uint16_t)i};
		return true;
	}
	return false;
}

/* ---- one frame ---- */

/* What one turn of a worker is given, and what it finds out. */
struct turn {
	struct engine *e;
	struct rte_mbuf *m;
	struct engine_result *ret;
	uint64_t until_ms;
};

static void
set_time(struct env *env, uint64_t ms)
{
	env->time_ms = ms;
	env->now_ms = (uint32_t)ms;
	env->now_s = (uint32_t)(ms / 1000);
}

/* Second by second, as a worker without packets would do it. */
static void
run_timers(struct engine *e, struct env *env, uint64_t until_ms)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	struct rte_mbuf *m;

	if (until_ms - e->now_ms > GAP_MS) /* whatever was idle is gone */
		e->now_ms = until_ms - GAP_MS;
	do {
		uint64_t left = until_ms - e->now_ms;

		e->now_ms += left > 1000 ? 1000 : left;
		set_time(env, e->now_ms);
		session_age(env->sessions, env->now_ms, env->now_s, UINT32_MAX);
		session_early_ageout(env->sessions, flow, env->now_ms,
			env->now_s, UINT32_MAX);
		while (frag_expire(env->frag, env->time_ms, &m, 1) == 1)
			rte_pktmbuf_free(m);
	} while (e->now_ms < until_ms);
}

static struct engine_tuple
tuple_of(const struct flow_key *k)
{
	return (struct engine_tuple){flow_key_src(k), flow_key_dst(k),
		ntohs(k->sport_be), ntohs(k->dport_be)};
}

static bool
same_tuple(const struct engine_tuple *a, const struct engine_tuple *b)
{
	return ip_addr_equal(&a->src, &b->src) &&
	       ip_addr_equal(&a->dst, &b->dst) && a->sport == b->sport &&
	       a->dport == b->dport;
}

/* What the mbuf says now: before the packet path, or as it would be sent. */
static bool
read_tuple(struct rte_mbuf *m, uint8_t *protocol, struct engine_tuple *ret)
{
	struct pkt p;

	memset(&p, 0, sizeof(p));
	p.m = m;
	if (parse_packet(&p) == VERDICT_DROP || p.key.family == IP_NONE)
		return false;
	*protocol = p.key.protocol;
	*ret = tuple_of(&p.key);
	return true;
}

static void
name_policy(const struct engine *e, const struct env *env, const struct pkt *p,
	struct engine_result *ret)
{
	uint32_t index = p->policy;

	if (index == 0 && p->session != 0)
		index = session_at(env->sessions, p->session)->policy_index;
	if (index != 0)
		snprintf(ret->policy, sizeof(ret->policy), "%s",
			index == POLICY_DEFAULT
				? "default-policy"
				: record_policy_name(e->names, index));
}

static void
name_filter(
	const struct engine *e, const struct pkt *p, struct engine_result *ret)
{
	const struct image_spec *s = image_spec_of(e->image);
	const struct filter_spec *f;

	if (p->filter == 0 || p->filter > s->nfilters)
		return;
	f = &s->filters[p->filter - 1];
	if (p->term != 0 && p->term <= f->n)
		snprintf(ret->filter, sizeof(ret->filter), "%s term %s",
			f->name, f->terms[p->term - 1].name);
	else
		snprintf(ret->filter, sizeof(ret->filter), "%s", f->name);
}

static void
describe_way(
	const struct engine *e, const struct pkt *p, struct engine_result *ret)
{
	const struct ifl_spec *out = image_ifl(e->image, p->out_ifl);
	struct engine_tuple sent;
	uint8_t protocol;

	if (out == NULL)
		return;
	snprintf(ret->egress, sizeof(ret->egress), "%s", out->name);
	snprintf(ret->egress_zone, sizeof(ret->egress_zone), "%s",
		image_zone_name(e->image, out->zone));
	ip_addr_text(&neigh_adj(e->neigh, p->adj)->addr, ret->next_hop);
	if (!ret->parsed || !read_tuple(p->m, &protocol, &sent))
		return;
	ret->translated = !same_tuple(&ret->in, &sent);
	ret->out = sent;
}

static void
describe(const struct engine *e, const struct env *env, const struct pkt *p,
	struct engine_result *ret)
{
	const struct ifl_spec *in = image_ifl(e->image, p->ifl);
	const struct vr_spec *vr = image_vr(e->image, p->vr);

	ret->reason = (enum reason)p->reason;
	if (ret->verdict == VERDICT_DROP)
		ret->answer = p->answer;
	else
		ret->reason = REASON_NONE;
	if (in != NULL) {
		snprintf(ret->ifl, sizeof(ret->ifl), "%s", in->name);
		snprintf(ret->zone, sizeof(ret->zone), "%s",
			image_zone_name(e->image, in->zone));
		snprintf(ret->instance, sizeof(ret->instance), "%s",
			vr != NULL ? vr->name : "master");
	}
	if (p->session != 0) {
		ret->session = session_at(env->sessions, p->session)->id;
		ret->wing = p->wing;
	}
	name_policy(e, env, p, ret);
	name_filter(e, p, ret);
	if (ret->verdict == VERDICT_NEXT)
		describe_way(e, p, ret);
}

/* Fragments whose first one has come follow it. */
static void
run_released(struct env *env)
{
	struct rte_mbuf *m;
	enum verdict v;
	struct pkt p;

	while (frag_release(env->frag, &m, 1) == 1) {
		memset(&p, 0, sizeof(p));
		p.m = m;
		flow_burst(env, &p, 1, &v);
		if (v != VERDICT_HELD)
			rte_pktmbuf_free(m);
	}
}

static void
turn(const struct env *worker, void *arg)
{
	struct turn *t = arg;
	/* The worker's own, so that what it calls back sees this time, too. */
	struct env *env = (struct env *)worker;
	uint64_t closed = env->sessions->closed, created;
	struct pkt p;

	run_timers(t->e, env, t->until_ms);
	t->ret->sessions_ended = env->sessions->closed - closed;
	created = env->sessions->created;
	t->ret->parsed = read_tuple(t->m, &t->ret->protocol, &t->ret->in);
	for (unsigned int i = 0; i < RESOLVE_TRIES; i++) {
		memset(&p, 0, sizeof(p));
		p.m = t->m;
		flow_burst(env, &p, 1, &t->ret->verdict);
		if (t->ret->verdict != VERDICT_RESOLVE ||
			adjacency(t->e, p.out_ifl, &p.gw).v == 0)
			break;
	}
	t->ret->first = env->sessions->created != created;
	describe(t->e, env, &p, t->ret);
	if (t->ret->verdict != VERDICT_HELD)
		rte_pktmbuf_free(t->m);
	run_released(env);
}

/* Captures on a Linux host hold segments that the wire never saw whole. */
static void
mark_super_segment(struct rte_mbuf *m)
{
	struct pkt p;

	memset(&p, 0, sizeof(p));
	p.m = m;
	if (m->pkt_len <= MTU_ETHERNET || parse_packet(&p) == VERDICT_DROP ||
		p.key.protocol != IPP_TCP || p.l4 == NULL)
		return;
	m->l2_len = p.l2_len;
	m->l3_len = (uint64_t)(p.l4 - p.l3);
	m->l4_len = (uint64_t)(p.l4[12] >> 4) * 4;
	m->tso_segsz = 1448;
	m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM |
		       (p.key.family == IP_V4 ? RTE_MBUF_F_TX_IPV4
					      : RTE_MBUF_F_TX_IPV6);
}

static uint64_t
virtual_ms(struct engine *e, uint64_t ns)
{
	uint64_t ms;

	if (!e->begun) {
		e->begun = true;
		e->first_ns = ns;
	}
	ms = ns < e->first_ns ? BEGIN_MS
			      : BEGIN_MS + (ns - e->first_ns) / 1000000;
	return ms < e->now_ms ? e->now_ms : ms; /* it never goes back */
}

void
engine_frame(struct engine *e, const struct engine_port *port, uint64_t ns,
	const uint8_t *frame, uint32_t len, struct engine_result *ret)
{
	struct turn t = {.e = e, .ret = ret};

	memset(ret, 0, sizeof(*ret));
	t.until_ms = virtual_ms(e, ns);
	if (len >= 14)
		t.m = gso_mbuf_from_bytes(pool, jumbo, frame, len);
	if (t.m == NULL) {
		ret->verdict = VERDICT_DROP;
		ret->reason = len < 14 ? REASON_TRUNCATED : REASON_NO_MBUF;
		return;
	}
	*mbuf_meta(t.m) =
		(struct mbuf_meta){.ifd = port->ifd, .flags = META_ANY_STATION};
	if (port->vlan != 0 && !(frame[12] == 0x81 && frame[13] == 0)) {
		t.m->ol_flags |=
			RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		t.m->vlan_tci = port->vlan;
	}
	mark_super_segment(t.m);
	workers_call_one(e->workers, 0, turn, &t);
}

bool
engine_event(struct engine *e, struct sbuf *out)
{
	struct flow_log_record r;

	do { /* what a policy wants to be told of */
		if (workers_log_take(e->workers, &r, 1) == 0)
			return false;
	} while (r.export_only);
	sbuf_printf(out, "%s: ", rt_flow_id(&r));
	rt_flow_text(e->names, &r, out);
	return true;
}

uint64_t
engine_sessions(struct engine *e)
{
	struct session_counts c;

	session_counts_get(e->workers, &c);
	return c.valid;
}
