/* SPDX-License-Identifier: Apache-2.0 */
#include "box.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "config/inherit.h"
#include "flow/counters.h"
#include "flow/flow.h"
#include "flow/path.h"
#include "flow/policer.h"
#include "flow/frag.h"
#include "flow/nat_first.h"
#include "flow/screen.h"
#include "flow/self_traffic.h"
#include "flow/session.h"
#include "image/image_live.h"
#include "io/eal.h"
#include "pkt/build.h"
#include "pkt/bytes.h"
#include "pkt/parse.h"
#include "route/neigh_impl.h"
#include "route/route_rib.h"

struct box {
	struct env env;
	struct flow_counters *counters;
	struct neigh_table *neigh;
	struct nat *nat;
	struct route_db *routes;
	struct compile_ids *ids;
	struct image *image;
	struct route_view *view;
	uint8_t mac[IFD_MAX][6];
	bool up[IFL_MAX];
	uint64_t now_ms;
	unsigned int mbufs; /* in use before */
};

static struct rte_mempool *pool;

void
box_eal(void)
{
	struct eal_config config = {0};
	char err[256];

	if (pool != NULL)
		return;
	if (eal_start(&config, err, sizeof(err)) != 0) {
		fprintf(stderr, "%s\n", err);
		exit(1);
	}
	pool = eal_pool_create(1023);
	if (pool == NULL)
		exit(1);
}

struct rte_mempool *
box_pool(void)
{
	return pool;
}

static int
compile(const char *config, struct compile_ids *ids, struct report *report,
	struct image_spec **is, struct route_spec **rs)
{
	struct config_tree *tree = NULL;
	int rc =
		config_load_text(config, strlen(config), "test", &tree, report);

	if (rc == 0)
		rc = config_effective(&tree, report);
	if (rc == 0)
		rc = config_check(config_root(tree), report);
	if (rc == 0)
		rc = compile_config(config_root(tree), ids, report, is, rs);
	config_free(tree);
	return rc;
}

static char *
report_take(struct report *r)
{
	struct sbuf b = SBUF_INIT;

	report_text(r, &b);
	report_done(r);
	return sbuf_take(&b);
}

char *
box_commit_errors(const char *config)
{
	struct compile_ids *ids = compile_ids_create();
	struct report r = REPORT_INIT;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	int rc = compile(config, ids, &r, &is, &rs);
	char *text = report_take(&r);

	image_spec_free(is);
	route_spec_free(rs);
	compile_ids_free(ids);
	if (rc != 0)
		return text;
	free(text);
	return NULL;
}

static struct adj_id
adjacency(void *ctx, struct ifl_id ifl, const struct ip_addr *gw)
{
	struct box *b = ctx;
	const struct ifl_spec *l = image_ifl(b->image, ifl);
	struct adj_id id =
		neigh_get(b->neigh, ifl, gw, l->ifd, l->vlan, b->mac[l->ifd.v]);
	uint8_t mac[6] = {2, 0, gw->b[0], gw->b[1], gw->b[2], gw->b[3]};

	neigh_set(b->neigh, id, NEIGH_REACHABLE, mac);
	return id;
}

static void
publish(struct box *b)
{
	struct route_view *old = b->view;

	b->view = route_db_view(b->routes, adjacency, b);
	assert_non_null(b->view);
	b->env.image = b->image;
	b->env.routes = b->view;
	b->env.generation++;
	route_view_free(old);
}

static int64_t wall_s;
static const char *const *dns_rows;

void
box_wall(int64_t unix_s)
{
	wall_s = unix_s;
}

void
box_dns(const char *const *rows)
{
	dns_rows = rows;
}

static unsigned int
dns_lookup(void *ctx, const char *name, struct ip_addr *out, unsigned int n)
{
	unsigned int k = 0;

	(void)ctx;
	for (size_t i = 0; dns_rows && dns_rows[i] != NULL && k < n; i += 2)
		if (strcmp(dns_rows[i], name) == 0)
			assert_true(ip_addr_parse(dns_rows[i + 1], &out[k++]));
	return k;
}

void
box_commit(struct box *b, const char *config)
{
	struct report r = REPORT_INIT;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	struct image *old = b->image, *image = NULL;

	if (compile(config, b->ids, &r, &is, &rs) != 0) {
		char *text = report_take(&r);

		fail_msg("configuration refused:\n%s", text);
	}
	image_spec_schedule(is, wall_s);
	assert_int_equal(0, image_spec_resolve(is, dns_lookup, NULL));
	assert_int_equal(0, image_build(is, true, &image));
	assert_int_equal(0, nat_prepare(b->nat, &is->nat));
	nat_apply(b->nat, &is->nat);
	for (size_t i = 0; i < is->nifls; i++)
		if (b->image == NULL ||
			image_ifl(b->image, is->ifls[i].id) == NULL)
			b->up[is->ifls[i].id.v] = true;
	assert_int_equal(
		0, route_db_apply(b->routes, rs, b->up, b->now_ms, &r));
	report_done(&r);
	route_spec_free(rs);
	b->image = image;
	publish(b);
	image_free(old);
}

struct box *
box_create(const char *config)
{
	return box_create_max(config, 1000);
}

/* As a worker does (io/worker.c). */
static void
session_ended(void *ctx, const struct session *s, uint32_t index)
{
	struct box *b = ctx;

	screen_session_ended(&b->env, s, index);
	if (s->flags & SESSION_NAT)
		nat_session_ended(&b->env, index);
}

struct box *
box_create_max(const char *config, uint32_t max_sessions)
{
	struct box *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->now_ms = 1000000;
	b->mbufs = rte_mempool_in_use_count(pool);
	b->counters = flow_counters_create();
	b->neigh = neigh_create();
	b->routes = route_db_create();
	b->ids = compile_ids_create();
	b->env.sessions = session_table_create(max_sessions, 1, 1);
	b->env.frag = frag_create();
	b->env.paths = path_memory_create();
	b->env.screen = screen_create(max_sessions);
	b->nat = nat_create(1);
	assert_non_null(b->nat);
	b->env.nat = b->nat->worker[0];
	b->env.sessions->on_close = session_ended;
	b->env.sessions->on_close_ctx = b;
	b->env.counters = b->counters;
	b->env.neigh = b->neigh;
	b->env.policers = policers_create();
	b->env.ifd_mac = (const uint8_t(*)[6])b->mac;
	b->env.nworkers = 1;
	for (unsigned int i = 0; i < IFD_MAX; i++) {
		b->mac[i][0] = 2;
		b->mac[i][1] = 0xbb;
		b->mac[i][5] = (uint8_t)i;
	}
	box_tcp_reset();
	box_sleep(b, 0);
	box_commit(b, config);
	return b;
}

void
box_share_pool(struct box *b)
{
	b->mbufs = UINT_MAX;
}

void
box_free(struct box *b)
{
	route_view_free(b->view);
	image_free(b->image);
	route_db_free(b->routes);
	compile_ids_free(b->ids);
	session_table_free(b->env.sessions);
	nat_free(b->nat);
	screen_free(b->env.screen);
	frag_free(b->env.frag);
	path_memory_free(b->env.paths);
	flow_counters_free(b->counters);
	policers_free(b->env.policers);
	neigh_free(b->neigh);
	if (b->mbufs != UINT_MAX)
		assert_int_equal(b->mbufs, rte_mempool_in_use_count(pool));
	free(b);
}

void
box_link(struct box *b, const char *ifl, bool up)
{
	b->up[box_ifl(b, ifl).v] = up;
	assert_int_equal(0, route_db_links(b->routes, b->up, b->now_ms));
	publish(b);
}

void
box_sleep(struct box *b, uint32_t ms)
{
	struct rte_mbuf *m;

	while (ms > 0) { /* second by second, as a worker would */
		uint32_t step = ms > 1000 ? 1000 : ms;

		b->now_ms += step;
		ms -= step;
		b->env.now_s = (uint32_t)(b->now_ms / 1000);
		session_age(b->env.sessions, (uint32_t)b->now_ms,
			(uint32_t)(b->now_ms / 1000), 1u << 30);
		nat_age(b->env.nat, (uint32_t)(b->now_ms / 1000), 1u << 30);
		if (b->image != NULL)
			session_early_ageout(b->env.sessions,
				&image_spec_of(b->image)->flow,
				(uint32_t)b->now_ms,
				(uint32_t)(b->now_ms / 1000), 1u << 30);
	}
	while (frag_expire(b->env.frag, b->now_ms, &m, 1) == 1)
		rte_pktmbuf_free(m);
	b->env.time_ms = b->now_ms;
	b->env.now_ms = (uint32_t)b->now_ms;
	b->env.now_s = (uint32_t)(b->now_ms / 1000);
}

struct ifl_id
box_ifl(struct box *b, const char *name)
{
	const struct ifl_spec *l = image_ifl_by_name(b->image, name);

	if (l == NULL)
		fail_msg("no interface %s", name);
	return l->id;
}

const struct env *
box_env(struct box *b)
{
	return &b->env;
}

const struct compile_ids *
box_ids(const struct box *b)
{
	return b->ids;
}

struct route_db *
box_routes(struct box *b)
{
	return b->routes;
}

void
box_clear(struct box *b)
{
	struct session_filter any = {0};
	uint32_t cursor = 1;

	do {
		session_clear(&b->env, &any, &cursor);
	} while (cursor != 0);
}

const struct flow_stats *
box_stats(struct box *b)
{
	return &b->counters->total;
}

const struct ifl_stats *
box_ifl_stats(struct box *b, const char *ifl)
{
	return &b->counters->ifl[box_ifl(b, ifl).v];
}

uint64_t
box_policy_hits(struct box *b, const char *policy)
{
	const struct image_spec *s = image_spec_of(b->image);

	if (strcmp(policy, "default") == 0)
		return *policy_hits(b->counters, POLICY_DEFAULT);
	for (size_t i = 0; i < s->npolicies; i++)
		if (strcmp(s->policies[i].name, policy) == 0)
			return *policy_hits(b->counters, s->policies[i].index);
	fail_msg("no policy %s", policy);
	return 0;
}

struct filter_counter
box_filter_counter(struct box *b, const char *filter, const char *term)
{
	const struct image_spec *s = image_spec_of(b->image);

	for (unsigned int i = 0; i < s->nfilters; i++)
		for (unsigned int k = 0; k < s->filters[i].n; k++)
			if (strcmp(s->filters[i].name, filter) == 0 &&
				strcmp(s->filters[i].terms[k].name, term) == 0)
				return *filter_counter(b->counters,
					image_filter_slot(b->image, i, k));
	fail_msg("no term %s of filter %s", term, filter);
	return (struct filter_counter){0};
}

unsigned int
box_sweep(struct box *b)
{
	uint32_t cursor = 1;
	unsigned int n = 0;

	do {
		n += session_sweep(&b->env, &cursor);
	} while (cursor != 0);
	return n;
}

void
box_worker(struct box *b, uint16_t w, uint16_t n)
{
	b->env.worker = w;
	b->env.nworkers = n;
}

const uint8_t *
box_mac(struct box *b, struct ifd_id ifd)
{
	return b->mac[ifd.v];
}

/* ---- what comes out ---- */

static void
describe(struct box *b, const struct pkt *p, struct out *o)
{
	const struct adj *a = neigh_adj(b->neigh, p->adj);

	snprintf(o->ifl, sizeof(o->ifl), "%s",
		image_ifl_name(b->image, p->out_ifl));
	ip_addr_text(&a->addr, o->to);
	o->ttl = p->key.family == IP_V4 ? p->l3[8] : p->l3[7];
	o->checksum_ok = box_checksums_ok(p);
	if (p->key.protocol == IPP_TCP && p->l4 && p->l4[12] >> 4 >= 6 &&
		p->l4[20] == 2)
		o->mss = (uint16_t)(p->l4[22] << 8 | p->l4[23]);
	o->cut = p->fragment;
	o->mtu = p->mtu;
	o->vlan = p->m->ol_flags & RTE_MBUF_F_TX_VLAN ? p->m->vlan_tci : 0;
}

static void
read_key(const uint8_t *l3, struct flow_key *k)
{
	if (l3[0] >> 4 == 4) {
		k->family = IP_V4;
		k->protocol = l3[9];
		memcpy(&k->v4, l3 + 12, 8);
	} else {
		k->family = IP_V6;
		k->protocol = l3[6];
		memcpy(&k->v6, l3 + 8, 32);
	}
}

/* The tuple that stands in the bytes of a packet that leaves. */
static void
read_sent(const struct pkt *p, struct out *o)
{
	const uint8_t *l3 = p->l3;
	const uint8_t *end = rte_pktmbuf_mtod(p->m, uint8_t *) + p->m->data_len;
	struct ip_addr src, dst;
	size_t l4, len = (size_t)(end - l3);

	o->payload = l3[0] >> 4 == 4 ? (uint16_t)((l3[2] << 8 | l3[3]) - 20)
				     : (uint16_t)(l3[4] << 8 | l3[5]);
	if (l3[0] >> 4 == 4)
		o->frag_word = (uint16_t)(l3[6] << 8 | l3[7]);
	if (parse_embedded(l3, len, &o->sent, &l4)) {
		o->sport = rte_be_to_cpu_16(o->sent.sport_be);
		o->dport = rte_be_to_cpu_16(o->sent.dport_be);
		if (o->sent.protocol == IPP_UDP)
			o->l4_check = (uint16_t)(l3[l4 + 6] << 8 | l3[l4 + 7]);
	} else {
		read_key(l3, &o->sent);
		l4 = o->sent.family == IP_V4 ? (l3[0] & 15) * 4u : 40;
		o->icmp_type = l3[l4];
		o->icmp_code = l3[l4 + 1];
		o->icmp_rest = (uint32_t)l3[l4 + 4] << 24 | l3[l4 + 5] << 16 |
			       l3[l4 + 6] << 8 | l3[l4 + 7];
		if (l4 + 8 < len && parse_embedded(l3 + l4 + 8, len - l4 - 8,
					    &o->quoted, NULL))
			o->quote_ok = l3[l4 + 8] >> 4 == 6 ||
				      rte_raw_cksum(l3 + l4 + 8, 20) == 0xffff;
	}
	src = flow_key_src(&o->sent);
	dst = flow_key_dst(&o->sent);
	ip_addr_text(&src, o->src);
	ip_addr_text(&dst, o->dst);
}

/* One mbuf through the path; neighbours answer. The mbuf lives on if HELD. */
static enum verdict
run(struct box *b, struct rte_mbuf *m, struct pkt *p)
{
	enum verdict v;

	memset(p, 0, sizeof(*p));
	p->m = m;
	flow_burst(&b->env, p, 1, &v);
	while (v == VERDICT_RESOLVE) {
		adjacency(b, p->out_ifl, &p->gw);
		memset(p, 0, sizeof(*p));
		p->m = m;
		flow_burst(&b->env, p, 1, &v);
	}
	return v;
}

static void
read_answer(struct box *b, const struct pkt *p, struct out_answer *ret)
{
	const struct adj *a = neigh_adj(b->neigh, p->adj);
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);

	ret->sent = true;
	snprintf(ret->ifl, sizeof(ret->ifl), "%s",
		image_ifl_name(b->image, p->out_ifl));
	ip_addr_text(&a->addr, ret->to);
	ip_addr_text(&src, ret->src);
	ip_addr_text(&dst, ret->dst);
	ret->proto = p->key.protocol;
	ret->flags = p->tcp_flags;
	ret->checksum_ok = box_checksums_ok(p);
	if (p->key.protocol == IPP_TCP)
		return;
	ret->type = p->l4[0];
	ret->code = p->l4[1];
	ret->mtu = (uint16_t)(p->l4[6] << 8 | p->l4[7]);
}

/* As a worker does (io/worker_loop.c). */
static void
tell(struct box *b, const struct pkt *p, struct out_answer *ret)
{
	const struct ifl_spec *ifl = image_ifl(b->image, p->ifl);
	bool rst = p->answer == ANSWER_TCP_RST;
	struct rte_mbuf *m;
	struct ip_addr src;
	struct pkt a;

	if (ifl == NULL || !build_answer_wanted(p) ||
		(!flow_answer_source(&b->env, p, &src) && !rst))
		return;
	m = rte_pktmbuf_alloc(pool);
	assert_non_null(m);
	if (build_answer(m, p, rst ? NULL : &src) == 0) {
		mbuf_meta(m)->flags = META_FROM_HOST | META_NO_SESSION;
		mbuf_meta(m)->vr = ifl->vr;
		mbuf_meta(m)->out_ifl = p->ifl;
		if (run(b, m, &a) == VERDICT_NEXT)
			read_answer(b, &a, ret);
	}
	rte_pktmbuf_free(m);
}

static struct out
result(struct box *b, struct rte_mbuf *m)
{
	struct pkt p;
	struct out o = {0};

	o.verdict = run(b, m, &p);
	o.reason = p.reason;
	o.answer = p.answer;
	o.session = p.session;
	o.vr = p.vr;
	o.owner = p.owner;
	o.owned = (mbuf_meta(m)->flags & META_OWNED) != 0;
	if (o.verdict == VERDICT_NEXT)
		describe(b, &p, &o);
	if (o.verdict == VERDICT_NEXT || o.verdict == VERDICT_LOCAL)
		read_sent(&p, &o);
	if (o.verdict == VERDICT_DROP) {
		o.mtu = p.mtu;
		tell(b, &p, &o.told);
	}
	if (o.verdict != VERDICT_HELD)
		rte_pktmbuf_free(m);
	return o;
}

struct out
box_send(struct box *b, const struct in *in)
{
	return result(b, box_packet(b, in));
}

struct out
box_send_through(struct box *b, struct env *env, const struct in *in)
{
	struct env own = b->env;
	struct out o;

	b->env = *env;
	o = box_send(b, in);
	b->env = own;
	return o;
}

struct out
box_frame(struct box *b, const char *ifl, const uint8_t *frame, size_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	char *to = rte_pktmbuf_append(m, (uint16_t)len);

	assert_non_null(to);
	memcpy(to, frame, len);
	memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	mbuf_meta(m)->ifd = image_ifl_by_name(b->image, ifl)->ifd;
	return result(b, m);
}

bool
box_released(struct box *b, struct out *ret)
{
	struct rte_mbuf *m;

	if (frag_release(b->env.frag, &m, 1) == 0)
		return false;
	*ret = result(b, m);
	return true;
}

static void
read_segment(const struct pkt *p, struct out_segment *ret)
{
	*ret = (struct out_segment){.seq = load32(p->l4 + 4),
		.ack = load32(p->l4 + 8),
		.window = load16(p->l4 + 14),
		.flags = p->l4[13],
		.header = (uint8_t)(p->l4[12] >> 4 << 2),
		.len = p->len - (uint32_t)(p->l4 - p->l3)};
	memcpy(ret->options, p->l4 + 20, ret->header - 20u);
}

struct out_segment
box_segment(struct box *b, const struct in *in, struct out *ret)
{
	struct out_segment s = {0};
	struct rte_mbuf *m = box_packet(b, in);
	struct pkt p;

	memset(ret, 0, sizeof(*ret));
	ret->verdict = run(b, m, &p);
	ret->reason = p.reason;
	ret->session = p.session;
	if (ret->verdict == VERDICT_NEXT) {
		describe(b, &p, ret);
		read_segment(&p, &s);
	}
	if (ret->verdict != VERDICT_HELD)
		rte_pktmbuf_free(m);
	return s;
}

bool
box_own_segment(struct box *b, struct out *ret, struct out_segment *seg)
{
	struct rte_mbuf *m;
	struct pkt p;

	if (screen_release(b->env.screen, &m, 1) == 0)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->verdict = run(b, m, &p);
	ret->reason = p.reason;
	if (ret->verdict == VERDICT_NEXT) {
		describe(b, &p, ret);
		read_segment(&p, seg);
	}
	rte_pktmbuf_free(m);
	return true;
}

static unsigned int
read_all(struct box *b, struct session_info *out, unsigned int n)
{
	struct session_filter any = {0};
	uint32_t cursor = 1;
	unsigned int got = 0, valid = 0;

	do {
		got += session_read(&b->env, &any, &cursor, out + got, n - got);
	} while (cursor != 0);
	for (unsigned int i = 0; i < got; i++)
		if (out[i].state == SESSION_VALID)
			out[valid++] = out[i];
	return valid;
}

unsigned int
box_sessions(struct box *b)
{
	static struct session_info all[1000];

	return read_all(b, all, 1000);
}

static int
by_id(const void *x, const void *y)
{
	const struct session_info *a = x, *c = y;

	return a->id < c->id ? -1 : a->id > c->id;
}

struct session_info
box_session(struct box *b, unsigned int n)
{
	static struct session_info all[1000];
	unsigned int got = read_all(b, all, 1000);

	if (n >= got)
		fail_msg("session %u of %u", n, got);
	qsort(all, got, sizeof(all[0]), by_id);
	return all[n];
}
