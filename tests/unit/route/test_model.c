/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random specifications, looked up in the view and in a model that knows no
 * tables: for every single look-up it goes through all addresses and static
 * routes of all virtual routers and applies the rules as they are written in
 * docs/behaviour/routing.md.
 */
#include "route_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/report.h"

enum { VRS = 4, ADDRS = 3, STATICS = 6, IFLS = VRS * ADDRS };

struct world {
	struct route_spec spec;
	struct route_vr_spec vr[VRS];
	struct route_ifl_spec ifl[IFLS];
	struct route_addr_spec addr[VRS][ADDRS];
	struct static_route_spec st[VRS][STATICS];
	struct route_nh_spec nh[VRS][STATICS];
	struct route_policy_spec policy[VRS];
	struct route_term_spec term[VRS];
	struct vr_id from[VRS][VRS];
	uint32_t import[VRS];
	bool up[IFL_MAX];
};

static uint64_t seed = 0x2545f4914f6cdd1d;

static unsigned int
rnd(unsigned int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed >> 20) % n;
}

/* --- making worlds -------------------------------------------------------- */

static struct ip_addr
random_addr(void)
{
	struct ip_addr a = addr("10.0.0.0");

	a.b[1] = (uint8_t)rnd(3);
	a.b[2] = (uint8_t)(rnd(2) * 128);
	a.b[3] = (uint8_t)rnd(8);
	return a;
}

static struct ip_prefix
random_prefix(void)
{
	static const uint8_t lens[] = {0, 8, 16, 17, 24, 29, 30, 31, 32};
	struct ip_prefix p = {random_addr(), lens[rnd(LEN(lens))]};

	return ip_prefix_network(&p);
}

static void
make_static(struct world *w, unsigned int v, unsigned int i)
{
	struct static_route_spec *s = &w->st[v][i];

	*s = (struct static_route_spec){.prefix = random_prefix(),
		.type = (enum route_type)rnd(5),
		.attrs.preference = 1 + rnd(3),
		.attrs.no_install = rnd(8) == 0};
	if (s->type == ROUTE_TABLE)
		s->table_vr = w->vr[rnd(VRS)].id;
	w->nh[v][i] = (struct route_nh_spec){.gateway = random_addr()};
	s->nhs = &w->nh[v][i];
	s->nnhs = s->type == ROUTE_NEXTHOP;
}

/* One static route of a prefix: ties by place are not what is tested. */
static size_t
make_statics(struct world *w, unsigned int v)
{
	size_t n = 0;

	for (unsigned int i = 0; i < STATICS; i++) {
		bool twice = false;

		make_static(w, v, (unsigned int)n);
		for (size_t k = 0; k < n; k++)
			twice = twice || ip_prefix_cmp(&w->st[v][k].prefix,
						 &w->st[v][n].prefix) == 0;
		n += !twice;
	}
	return n;
}

static void
make_vr(struct world *w, unsigned int v)
{
	struct route_vr_spec *vr = &w->vr[v];
	struct route_term_spec *t = &w->term[v];

	vr->id.v = (uint16_t)(v ? v + 3 : 0);
	vr->name[0] = (char)('a' + v);
	vr->addrs = w->addr[v];
	vr->naddrs = ADDRS;
	for (unsigned int i = 0; i < ADDRS; i++) {
		uint16_t id = (uint16_t)(1 + v * ADDRS + i);

		w->ifl[id - 1].id.v = id;
		w->ifl[id - 1].vr = vr->id;
		w->up[id] = rnd(5) > 0;
		w->addr[v][i].ifl.v = id;
		w->addr[v][i].prefix.addr = random_addr();
		w->addr[v][i].prefix.len = (uint8_t)(29 + rnd(4));
	}
	for (unsigned int s = 0; s < VRS; s++)
		if (s != v && rnd(3) == 0)
			w->from[v][t->ninstances++].v =
				(uint16_t)(s ? s + 3 : 0);
	t->instances = w->from[v];
	t->verdict = t->ninstances ? PV_ACCEPT : PV_REJECT;
	t->protocols = rnd(2) ? 0 : 1 + rnd(7);
	w->policy[v] = (struct route_policy_spec){.terms = t, .n = 1};
	w->import[v] = v;
	vr->imports = &w->import[v];
	vr->nimports = 1;
}

static void
make_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	for (unsigned int v = 0; v < VRS; v++)
		make_vr(w, v);
	for (unsigned int v = 0; v < VRS; v++) {
		w->vr[v].statics = w->st[v];
		w->vr[v].nstatics = make_statics(w, v);
	}
	w->spec = (struct route_spec){w->vr, VRS, w->ifl, IFLS, w->policy, VRS};
}

/* --- the model ------------------------------------------------------------ */

/* A candidate, with all that decides. */
struct cand {
	struct ip_prefix p;
	enum route_proto proto;
	uint32_t pref;
	bool secondary, no_install;
	uint16_t home;
	uint8_t type; /* enum nexthop_type; 99: next-table */
	struct ip_addr gw;
	uint16_t ifl, table;
};

struct cands {
	struct cand c[256];
	size_t n;
};

static int
cand_cmp(const struct cand *a, const struct cand *b)
{
	int c;

	if (a->pref != b->pref)
		return a->pref < b->pref ? -1 : 1;
	if (a->secondary != b->secondary)
		return a->secondary ? 1 : -1;
	if (a->proto != b->proto)
		return a->proto < b->proto ? -1 : 1;
	c = ip_addr_cmp(&a->gw, &b->gw);
	if (c != 0)
		return c;
	if (a->ifl != b->ifl)
		return a->ifl < b->ifl ? -1 : 1;
	return (int)a->home - (int)b->home;
}

static unsigned int
place(uint16_t vr)
{
	return vr ? vr - 3u : 0;
}

static void
own_cands(const struct world *w, unsigned int v, struct cands *out)
{
	for (unsigned int i = 0; i < ADDRS; i++) {
		const struct route_addr_spec *a = &w->addr[v][i];
		struct cand c = {.home = w->vr[v].id.v, .ifl = a->ifl.v};
		bool up = w->up[a->ifl.v];

		if (up && a->prefix.len < 32) {
			c.p = ip_prefix_network(&a->prefix);
			c.proto = ROUTE_PROTO_DIRECT;
			c.type = NH_RESOLVE;
			out->c[out->n++] = c;
		}
		c.p = (struct ip_prefix){a->prefix.addr, 32};
		c.proto = ROUTE_PROTO_LOCAL;
		c.type = up ? NH_LOCAL : NH_DOWN;
		c.gw = a->prefix.addr;
		out->c[out->n++] = c;
	}
}

static bool
imports(const struct world *w, unsigned int v, const struct cand *c)
{
	const struct route_term_spec *t = &w->term[v];

	if (t->protocols != 0 && !(t->protocols >> c->proto & 1))
		return false;
	for (size_t i = 0; i < t->ninstances; i++)
		if (t->instances[i].v == c->home)
			return true;
	return false;
}

/* Direct and Local of v: its own and what it imports of them. */
static void
connected(const struct world *w, unsigned int v, struct cands *out)
{
	out->n = 0;
	own_cands(w, v, out);
	for (unsigned int s = 0; s < VRS; s++) {
		struct cands other = {.n = 0};

		if (s == v)
			continue;
		own_cands(w, s, &other);
		for (size_t i = 0; i < other.n; i++) {
			bool active = true;

			for (size_t k = 0; k < other.n; k++)
				active = active &&
					 (ip_prefix_cmp(&other.c[i].p,
						  &other.c[k].p) != 0 ||
						 cand_cmp(&other.c[i],
							 &other.c[k]) <= 0);
			if (!active || !imports(w, v, &other.c[i]))
				continue;
			out->c[out->n] = other.c[i];
			out->c[out->n++].secondary = true;
		}
	}
}

/* The interface by which gw is reached, 0 if it is not a gateway. */
static uint16_t
gateway_ifl(const struct cands *near, const struct ip_addr *gw)
{
	const struct cand *best = NULL;

	for (size_t i = 0; i < near->n; i++) {
		const struct cand *c = &near->c[i];

		if (!ip_prefix_covers(&c->p, gw))
			continue;
		if (c->proto == ROUTE_PROTO_LOCAL)
			return 0;
		if (best == NULL || c->p.len > best->p.len ||
			(c->p.len == best->p.len && cand_cmp(c, best) < 0))
			best = c;
	}
	return best ? best->ifl : 0;
}

static void
static_cands(const struct world *w, unsigned int v, struct cands *out)
{
	static const uint8_t types[] = {
		NH_UCAST, NH_DISCARD, NH_REJECT, NH_RECEIVE, 99};
	struct cands near;

	connected(w, v, &near);
	for (size_t i = 0; i < w->vr[v].nstatics; i++) {
		const struct static_route_spec *s = &w->st[v][i];
		struct cand c = {.p = s->prefix,
			.proto = ROUTE_PROTO_STATIC,
			.pref = s->attrs.preference,
			.no_install = s->attrs.no_install,
			.home = w->vr[v].id.v,
			.type = types[s->type],
			.table = s->table_vr.v};

		if (s->type == ROUTE_NEXTHOP) {
			c.gw = s->nhs[0].gateway;
			c.ifl = gateway_ifl(&near, &c.gw);
			if (c.ifl == 0)
				continue;
		}
		out->c[out->n++] = c;
	}
}

static bool
may_import(const struct world *w, unsigned int v, const struct cand *c)
{
	return imports(w, v, c) &&
	       !(c->type == 99 && c->table == w->vr[v].id.v);
}

/*
 * Is this static route of v active there? Not if something is connected with
 * that prefix, or an imported static route has a lower preference; so the
 * question about that other one ends.
 */
static bool
static_active(const struct world *w, unsigned int v, const struct cand *c)
{
	struct cands near;

	connected(w, v, &near);
	for (size_t i = 0; i < near.n; i++)
		if (ip_prefix_cmp(&near.c[i].p, &c->p) == 0)
			return false;
	for (unsigned int s = 0; s < VRS; s++) {
		struct cands far = {.n = 0};

		if (s == v)
			continue;
		static_cands(w, s, &far);
		for (size_t i = 0; i < far.n; i++)
			if (ip_prefix_cmp(&far.c[i].p, &c->p) == 0 &&
				far.c[i].pref < c->pref &&
				may_import(w, v, &far.c[i]) &&
				static_active(w, s, &far.c[i]))
				return false;
	}
	return true;
}

/* Everything that v has or imports, before it is decided what is active. */
static void
candidates(const struct world *w, unsigned int v, struct cands *out)
{
	connected(w, v, out);
	static_cands(w, v, out);
	for (unsigned int s = 0; s < VRS; s++) {
		struct cands st = {.n = 0};

		if (s == v)
			continue;
		static_cands(w, s, &st);
		for (size_t i = 0; i < st.n; i++) {
			if (!may_import(w, v, &st.c[i]) ||
				!static_active(w, s, &st.c[i]))
				continue;
			out->c[out->n] = st.c[i];
			out->c[out->n++].secondary = true;
		}
	}
}

/* What the rows that no route gives add; see [RT-11]. */
static void
fixed_rows(const struct cands *all, const struct ip_addr *dst,
	struct cand *best, bool *found)
{
	struct ip_addr zero = addr("0.0.0.0");

	if (*found && best->p.len == 32)
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct cand *c = &all->c[i];
		struct ip_addr last = ip_prefix_last(&c->p);
		bool active = true;

		if (c->type != NH_RESOLVE || c->p.len > 30 ||
			(!ip_addr_equal(dst, &c->p.addr) &&
				!ip_addr_equal(dst, &last)))
			continue;
		for (size_t k = 0; k < all->n; k++)
			active = active &&
				 (ip_prefix_cmp(&all->c[k].p, &c->p) != 0 ||
					 cand_cmp(c, &all->c[k]) <= 0);
		if (!active)
			continue;
		best->type = NH_BCAST;
		best->ifl = 0; /* several subnets may end here */
		*found = true;
		return;
	}
	if (ip_addr_equal(dst, &zero)) {
		best->type = NH_DISCARD;
		*found = true;
	}
}

static struct cand
model(const struct world *w, uint16_t vr, const struct ip_addr *dst, int depth)
{
	struct cand best = {.type = NH_NONE};
	struct cands all;
	bool found = false;

	if (depth == 8)
		return best;
	candidates(w, place(vr), &all);
	/* From the longest prefix down; a no-install winner leaves a hole. */
	for (int len = 32; len >= 0 && !found; len--) {
		const struct cand *win = NULL;

		for (size_t i = 0; i < all.n; i++)
			if (all.c[i].p.len == len &&
				ip_prefix_covers(&all.c[i].p, dst) &&
				(win == NULL || cand_cmp(&all.c[i], win) < 0))
				win = &all.c[i];
		if (win != NULL && !win->no_install) {
			best = *win;
			found = true;
		}
	}
	fixed_rows(&all, dst, &best, &found);
	return best.type == 99 ? model(w, best.table, dst, depth + 1) : best;
}

/* --- the comparison ------------------------------------------------------- */

static void
compare(const struct world *w, const struct route_view *v, uint16_t vr,
	const struct ip_addr *dst)
{
	struct cand want = model(w, vr, dst, 0);
	const struct nexthop *got = route_view_nexthop(
		v, route_view_lookup(v, (struct vr_id){vr}, dst));
	char text[IP_TEXT_MAX];
	bool same = got->type == want.type;

	if (got->type == NH_UCAST || got->type == NH_LOCAL ||
		got->type == NH_RESOLVE || got->type == NH_DOWN)
		same = same && got->ifl.v == want.ifl &&
		       ip_addr_equal(&got->gateway, &want.gw);
	if (!same)
		fail_msg("vr %u, %s: type %u ifl %u, model: type %u ifl %u", vr,
			ip_addr_text(dst, text), got->type, got->ifl.v,
			want.type, want.ifl);
}

static void
model_agrees(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct route_db *db = route_db_create();
	int applied = 0;

	assert_true(w != NULL && db != NULL);
	for (int round = 0; round < 400; round++) {
		struct report r = REPORT_INIT;
		struct route_view *v;

		make_world(w);
		if (route_db_apply(db, &w->spec, w->up, 1, &r) != 0) {
			report_done(&r); /* next-table loops, most likely */
			continue;
		}
		applied++;
		v = route_db_view(db, NULL, NULL);
		for (int i = 0; i < 100; i++) {
			struct ip_addr a = random_addr();

			a.b[3] = (uint8_t)rnd(10);
			a.b[0] = (uint8_t)(rnd(20) ? 10 : 11);
			compare(w, v, w->vr[rnd(VRS)].id.v, &a);
		}
		route_view_free(v);
	}
	assert_true(applied > 50);
	route_db_free(db);
	free(w);
}

/* --- small changes: what is kept must be what a computation would give --- */

static void
same_text(char *got, char *want)
{
	assert_string_equal(got ? got : "", want ? want : "");
	free(got);
	free(want);
}

static void
same_as_fresh(const struct world *w, const struct route_db *db)
{
	struct report r = REPORT_INIT;
	struct route_db *fresh = route_db_create();

	assert_int_equal(route_db_apply(fresh, &w->spec, w->up, 1, &r), 0);
	for (int i = 0; i < VRS; i++) {
		uint16_t vr = w->vr[i].id.v;

		same_text(table_text(db, vr, IP_V4),
			table_text(fresh, vr, IP_V4));
		same_text(fib_text(db, vr, IP_V4), fib_text(fresh, vr, IP_V4));
	}
	route_db_free(fresh);
	report_done(&r);
}

/* One link, one static route, one interface's place, or one import. */
static int
change(struct world *w, struct route_db *db)
{
	struct report r = REPORT_INIT;
	unsigned int v = rnd(VRS), i = rnd(IFLS), kind = rnd(6);
	int rc;

	if (kind < 3) {
		w->up[w->ifl[i].id.v] = !w->up[w->ifl[i].id.v];
		return route_db_links(db, w->up, 1);
	}
	if (kind == 3 && w->vr[v].nstatics > 0)
		w->st[v][rnd((unsigned int)w->vr[v].nstatics)]
			.attrs.preference = 1 + rnd(3);
	else if (kind == 4)
		w->ifl[i].disabled = !w->ifl[i].disabled;
	else
		w->vr[v].nimports = w->vr[v].nimports ? 0 : 1;
	rc = route_db_apply(db, &w->spec, w->up, 1, &r);
	report_done(&r);
	return rc;
}

static void
changes_agree(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct route_db *db = route_db_create();

	assert_true(w != NULL && db != NULL);
	for (int round = 0; round < 60; round++) {
		struct report r = REPORT_INIT;
		struct route_view *v;
		int rc;

		make_world(w);
		rc = route_db_apply(db, &w->spec, w->up, 1, &r);
		report_done(&r);
		for (int i = 0; rc == 0 && i < 30; i++) {
			v = route_db_view(db, NULL, NULL);
			rc = change(w, db);
			route_view_free(v);
			if (rc == 0)
				same_as_fresh(w, db);
		}
	}
	route_db_free(db);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_agrees),
		cmocka_unit_test(changes_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
