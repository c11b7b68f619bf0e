/* SPDX-License-Identifier: Apache-2.0 */
#include "box.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "flow/counters.h"
#include "flow/flow.h"
#include "flow/frag.h"
#include "flow/session.h"
#include "io/eal.h"
#include "route/neigh_impl.h"
#include "route/route_rib.h"

struct box {
	struct env env;
	struct flow_counters *counters;
	struct neigh_table *neigh;
	struct route_db *routes;
	struct compile_ids *ids;
	struct image *image;
	struct route_view *view;
	uint8_t mac[IFD_MAX][6];
	bool up[IFL_MAX];
	uint64_t now_ms;
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

static int
compile(const char *config, struct compile_ids *ids, struct report *report,
	struct image_spec **is, struct route_spec **rs)
{
	struct config_tree *tree = NULL;
	int rc = config_load_text(
		config, strlen(config), "test", &tree, report);

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
	struct adj_id id = neigh_get(
		b->neigh, ifl, gw, l->ifd, l->vlan, b->mac[l->ifd.v]);
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
	assert_int_equal(0, image_build(is, true, &image));
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
	struct box *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->now_ms = 1000000;
	b->counters = flow_counters_create();
	b->neigh = neigh_create();
	b->routes = route_db_create();
	b->ids = compile_ids_create();
	b->env.sessions = session_table_create(1000, 1, 1);
	b->env.frag = frag_create();
	b->env.counters = b->counters;
	b->env.neigh = b->neigh;
	b->env.ifd_mac = (const uint8_t(*)[6])b->mac;
	b->env.nworkers = 1;
	for (unsigned int i = 0; i < IFD_MAX; i++) {
		b->mac[i][0] = 2;
		b->mac[i][1] = 0xbb;
		b->mac[i][5] = (uint8_t)i;
	}
	box_sleep(b, 0);
	box_commit(b, config);
	return b;
}

void
box_free(struct box *b)
{
	route_view_free(b->view);
	image_free(b->image);
	route_db_free(b->routes);
	compile_ids_free(b->ids);
	session_table_free(b->env.sessions);
	frag_free(b->env.frag);
	flow_counters_free(b->counters);
	neigh_free(b->neigh);
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
	while (ms > 0) { /* second by second, as a worker would */
		uint32_t step = ms > 1000 ? 1000 : ms;

		b->now_ms += step;
		ms -= step;
		session_age(b->env.sessions, (uint32_t)b->now_ms,
			(uint32_t)(b->now_ms / 1000), 1u << 30);
	}
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

/* ---- packets ---- */

static uint16_t
l4_size(const struct in *in)
{
	return in->proto == IPP_TCP ? 20 : 8;
}

static void
fill_l4(const struct in *in, uint8_t *l4, bool v6)
{
	uint16_t a = htons(in->sport), c = htons(in->dport);

	switch (in->proto) {
	case IPP_TCP:
		memcpy(l4, &a, 2);
		memcpy(l4 + 2, &c, 2);
		l4[12] = 0x50;
		l4[13] = in->flags;
		break;
	case IPP_ICMP:
		l4[0] = v6 ? (in->reply ? 129 : 128) : (in->reply ? 0 : 8);
		memcpy(l4 + 4, &a, 2);
		memcpy(l4 + 6, &c, 2);
		break;
	default:
		memcpy(l4, &a, 2);
		memcpy(l4 + 2, &c, 2);
		break;
	}
}

static void
fill_v4(const struct in *in, uint8_t *l3, uint16_t len,
	const struct ip_addr *src, const struct ip_addr *dst)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;
	uint8_t *l4 = l3 + 20;
	uint16_t sum;

	ip->version_ihl = 0x45;
	ip->total_length = htons(len);
	ip->time_to_live = in->ttl ? in->ttl : 64;
	ip->next_proto_id = in->proto;
	ip->src_addr = src->v4_be;
	ip->dst_addr = dst->v4_be;
	if (in->df)
		ip->fragment_offset = htons(0x4000);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	fill_l4(in, l4, false);
	if (in->proto == IPP_ICMP) {
		sum = (uint16_t)~rte_raw_cksum(l4, len - 20u);
		memcpy(l4 + 2, &sum, 2);
	} else if (in->proto == IPP_TCP) {
		sum = rte_ipv4_udptcp_cksum(ip, l4);
		memcpy(l4 + 16, &sum, 2);
	} else if (in->proto == IPP_UDP) {
		*(uint16_t *)(l4 + 4) = htons((uint16_t)(len - 20));
		sum = rte_ipv4_udptcp_cksum(ip, l4);
		memcpy(l4 + 6, &sum, 2);
	}
}

static void
fill_v6(const struct in *in, uint8_t *l3, uint16_t len,
	const struct ip_addr *src, const struct ip_addr *dst)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;
	uint8_t *l4 = l3 + 40;
	uint16_t sum;

	ip->vtc_flow = htonl(6u << 28);
	ip->payload_len = htons((uint16_t)(len - 40));
	ip->hop_limits = in->ttl ? in->ttl : 64;
	ip->proto = in->proto == IPP_ICMP ? IPP_ICMP6 : in->proto;
	memcpy(ip->src_addr, src->b, 16);
	memcpy(ip->dst_addr, dst->b, 16);
	fill_l4(in, l4, true);
	if (in->proto == IPP_UDP)
		*(uint16_t *)(l4 + 4) = htons((uint16_t)(len - 40));
	sum = rte_ipv6_udptcp_cksum(ip, l4);
	memcpy(l4 + (in->proto == IPP_TCP ? 16 : in->proto == IPP_UDP ? 6 : 2),
		&sum, 2);
}

static struct rte_mbuf *
make_packet(struct box *b, const struct in *in)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct ip_addr src, dst;
	struct mbuf_meta *meta;
	uint16_t len = in->len, l2 = in->ifl != NULL ? 14 : 0;
	uint8_t *f;

	assert_non_null(m);
	assert_true(ip_addr_parse(in->src, &src));
	assert_true(ip_addr_parse(in->dst, &dst));
	if (len == 0)
		len = (uint16_t)((src.family == IP_V4 ? 20 : 40) +
				 l4_size(in) + (in->proto == IPP_ICMP ? 56 : 0));
	f = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(l2 + len));
	memset(f, 0, (size_t)l2 + len);
	meta = mbuf_meta(m);
	memset(meta, 0, sizeof(*meta));
	if (in->ifl != NULL) {
		const struct ifl_spec *l = image_ifl_by_name(b->image, in->ifl);

		assert_non_null(l);
		meta->ifd = l->ifd;
		memcpy(f, b->mac[l->ifd.v], 6);
		f[6] = 2;
		f[12] = src.family == IP_V4 ? 0x08 : 0x86;
		f[13] = src.family == IP_V4 ? 0x00 : 0xdd;
		if (l->vlan != 0) {
			m->ol_flags |= RTE_MBUF_F_RX_VLAN |
				       RTE_MBUF_F_RX_VLAN_STRIPPED;
			m->vlan_tci = l->vlan;
		}
	} else {
		const struct vr_spec *vr = image_vr_by_name(
			b->image, in->vr ? in->vr : "master");

		assert_non_null(vr);
		meta->flags = META_FROM_HOST;
		meta->vr = vr->id;
	}
	if (src.family == IP_V4)
		fill_v4(in, f + l2, len, &src, &dst);
	else
		fill_v6(in, f + l2, len, &src, &dst);
	return m;
}

static bool
checksums_ok(const struct pkt *p)
{
	const uint8_t *l3 = p->l3;

	if (p->key.family == IP_V4 &&
		rte_raw_cksum(l3, (size_t)(l3[0] & 15) * 4) != 0xffff)
		return false;
	if (p->key.protocol == IPP_ICMP)
		return rte_raw_cksum(p->l4, p->l4_len) == 0xffff;
	if (p->key.family == IP_V4)
		return rte_ipv4_udptcp_cksum_verify(
			       (const struct rte_ipv4_hdr *)l3, p->l4) == 0;
	return rte_ipv6_udptcp_cksum_verify(
		       (const struct rte_ipv6_hdr *)l3, p->l4) == 0;
}

static void
describe(struct box *b, const struct pkt *p, struct out *o)
{
	const struct adj *a = neigh_adj(b->neigh, p->adj);

	snprintf(o->ifl, sizeof(o->ifl), "%s",
		image_ifl_name(b->image, p->out_ifl));
	ip_addr_text(&a->addr, o->to);
	o->ttl = p->key.family == IP_V4 ? p->l3[8] : p->l3[7];
	o->checksum_ok = checksums_ok(p);
}

struct out
box_send(struct box *b, const struct in *in)
{
	struct rte_mbuf *m = make_packet(b, in);
	struct pkt p = {.m = m};
	struct out o = {0};

	flow_burst(&b->env, &p, 1, &o.verdict);
	while (o.verdict == VERDICT_RESOLVE) {
		adjacency(b, p.out_ifl, &p.gw);
		memset(&p, 0, sizeof(p));
		p.m = m;
		flow_burst(&b->env, &p, 1, &o.verdict);
	}
	o.reason = p.reason;
	o.answer = p.answer;
	o.session = p.session;
	if (o.verdict == VERDICT_NEXT)
		describe(b, &p, &o);
	if (o.verdict != VERDICT_HELD)
		rte_pktmbuf_free(m);
	return o;
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
