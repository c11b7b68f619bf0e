/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view is four arrays: a table per virtual router and family (by VR id, NULL
 * where there are no routes), the references that keep them, the next hops and
 * the members of the ECMP groups among them. The tables are shared with the
 * database and with other views; the next hops are a copy, since adjacencies
 * change while tables do not. A next-table route is a value with a flag, and
 * the look-up goes round with the other table [RT-13].
 */
#include "route/route_view.h"

#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"

struct route_view {
	uint32_t generation;
	uint32_t nvrs; /* VR ids are below this */
	uint32_t nnexthops;
	struct nexthop *nexthops;
	uint32_t *members;
	const struct route_lpm **lpm[FAMS]; /* by VR id */
	struct fib_table **fibs;            /* nvrs * FAMS */
};

uint32_t
route_view_generation(const struct route_view *v)
{
	return v->generation;
}

uint32_t
route_view_lookup4(
	const struct route_view *v, struct vr_id vr, uint32_t addr_be)
{
	for (int i = 0; i < ROUTE_CHAIN_MAX && vr.v < v->nvrs; i++) {
		const struct route_lpm *lpm = v->lpm[FAM4][vr.v];
		uint32_t r = lpm ? route_lpm_lookup4(lpm, addr_be) : 0;

		if (!(r & FIB_TABLE))
			return r;
		vr.v = (uint16_t)r;
	}
	return 0;
}

uint32_t
route_view_lookup6(
	const struct route_view *v, struct vr_id vr, const uint8_t addr6[16])
{
	for (int i = 0; i < ROUTE_CHAIN_MAX && vr.v < v->nvrs; i++) {
		const struct route_lpm *lpm = v->lpm[FAM6][vr.v];
		uint32_t r = lpm ? route_lpm_lookup6(lpm, addr6) : 0;

		if (!(r & FIB_TABLE))
			return r;
		vr.v = (uint16_t)r;
	}
	return 0;
}

uint32_t
route_view_lookup(
	const struct route_view *v, struct vr_id vr, const struct ip_addr *a)
{
	if (a->family == IP_V4)
		return route_view_lookup4(v, vr, a->v4_be);
	return a->family == IP_V6 ? route_view_lookup6(v, vr, a->b) : 0;
}

const struct nexthop *
route_view_nexthop(const struct route_view *v, uint32_t index)
{
	return &v->nexthops[index < v->nnexthops ? index : 0];
}

uint32_t
route_view_nexthop_count(const struct route_view *v)
{
	return v->nnexthops;
}

void
route_view_free(struct route_view *view)
{
	if (view == NULL)
		return;
	for (size_t i = 0; view->fibs && i < (size_t)view->nvrs * FAMS; i++)
		fib_table_put(view->fibs[i]);
	free(view->fibs);
	free(view->lpm[FAM4]);
	free(view->lpm[FAM6]);
	free(view->nexthops);
	free(view->members);
	free(view);
}

static size_t
count_members(const struct nexthop_set *set)
{
	size_t n = 0;

	for (uint32_t i = 1; i < nexthop_limit(set); i++) {
		const struct nexthop_key *k = nexthop_at(set, i);

		n += k ? k->nmembers : 0;
	}
	return n;
}

/* An empty view with room for what db has. */
static struct route_view *
view_alloc(const struct route_db *db)
{
	struct route_view *v = calloc(1, sizeof(*v));
	uint32_t nvrs = 0;

	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < db->spec->nvrs; i++)
		if (db->spec->vrs[i].id.v >= nvrs)
			nvrs = db->spec->vrs[i].id.v + 1u;
	v->nvrs = nvrs;
	v->nnexthops = nexthop_limit(db->nexthops);
	v->nexthops = calloc(v->nnexthops, sizeof(*v->nexthops));
	v->members =
		calloc(count_members(db->nexthops) + 1, sizeof(*v->members));
	v->fibs = calloc((size_t)nvrs * FAMS + 1, sizeof(struct fib_table *));
	for (unsigned int f = 0; f < FAMS; f++)
		v->lpm[f] = calloc(nvrs + 1, sizeof(struct route_lpm *));
	if (!v->nexthops || !v->members || !v->fibs || !v->lpm[FAM4] ||
		!v->lpm[FAM6]) {
		route_view_free(v);
		return NULL;
	}
	return v;
}

static void
fill_nexthops(struct route_view *v, const struct nexthop_set *set,
	route_resolve_fn resolve, void *ctx)
{
	uint32_t *members = v->members;

	for (uint32_t i = 1; i < v->nnexthops; i++) {
		const struct nexthop_key *k = nexthop_at(set, i);
		struct nexthop *nh = &v->nexthops[i];

		if (k == NULL || k->type == NEXTHOP_TYPE_TABLE)
			continue;
		nh->id = nexthop_id_of(i);
		nh->type = k->type;
		nh->ifl = k->ifl;
		nh->gateway = k->gateway;
		if (k->type == NH_UCAST && resolve != NULL)
			nh->adj = resolve(ctx, k->ifl, &k->gateway);
		if (k->nmembers == 0)
			continue;
		memcpy(members, k->members, k->nmembers * sizeof(*members));
		nh->members = members;
		nh->nmembers = k->nmembers;
		members += k->nmembers;
	}
}

struct route_view *
route_db_view(struct route_db *db, route_resolve_fn resolve, void *ctx)
{
	struct route_view *v;
	struct rib *rib = db->rib;

	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (fib_freeze(&rib->tables[i], db->nexthops) < 0)
			return NULL;
	v = view_alloc(db);
	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < rib->nvrs * FAMS; i++) {
		struct route_table *t = &rib->tables[i];

		if (t->fib == NULL)
			continue;
		t->fib->refs++;
		v->fibs[i] = t->fib;
		v->lpm[fam_of(t->family)][t->vr.v] = t->fib->lpm;
	}
	fill_nexthops(v, db->nexthops, resolve, ctx);
	if (++db->generation == 0)
		db->generation = 1;
	v->generation = db->generation;
	return v;
}
