/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [RT-7]: the gateway of a static route must lie on a Direct
 * subnet of the same table (an imported one counts); otherwise the route is
 * hidden. With `resolve` the gateway may also be reached through another
 * route of the table, but not through a default route.
 *
 * What we do: a route found by `resolve` lends its own next hops, so that
 * forwarding needs one look-up only. Everything starts hidden and is repeated
 * until nothing changes; routes that could only reach each other in a circle
 * therefore never come up.
 */
#include <errno.h>
#include <string.h>

#include "route/route_policy.h"
#include "route/route_rib_impl.h"

#define NHS_MAX 64 /* ways of one route, after resolving */

/* The usable ways of one entry, while they are collected. */
struct ways {
	struct route_entry_nh nhs[NHS_MAX];
	uint32_t n;
};

static void
ways_add(struct ways *w, const struct ip_addr *gateway, struct ifl_id ifl)
{
	struct route_entry_nh *nh = &w->nhs[w->n];

	for (uint32_t i = 0; i < w->n; i++)
		if (w->nhs[i].ifl.v == ifl.v &&
			ip_addr_equal(&w->nhs[i].gateway, gateway))
			return;
	if (w->n == NHS_MAX)
		return;
	memset(nh, 0, sizeof(*nh));
	nh->gateway = *gateway;
	nh->ifl = ifl;
	nh->selected = w->n == 0;
	w->n++;
}

static const struct route_entry *
active_at(const struct route_table *t, uint32_t head)
{
	const struct route_entry *e = &t->entries[t->heads[head]];

	return e->state == ROUTE_ACTIVE ? e : NULL;
}

/* Is addr the box's own in this table? */
static bool
is_own(const struct route_table *t, const struct ip_addr *addr)
{
	uint32_t h = table_cover(t, addr);
	const struct route_entry *e = h == NO_PARENT ? NULL : active_at(t, h);

	return e != NULL && (e->way == WAY_LOCAL || e->way == WAY_DOWN);
}

/* The most specific Direct subnet around addr; on this ifl unless none. */
static const struct route_entry *
direct_around(const struct route_table *t, const struct ip_addr *addr,
	struct ifl_id ifl)
{
	uint32_t h = table_cover(t, addr);

	for (; h != NO_PARENT; h = t->parent[h]) {
		size_t i = t->heads[h];
		size_t end = h + 1 < t->nheads ? t->heads[h + 1] : t->n;

		for (; i < end; i++) {
			const struct route_entry *e = &t->entries[i];

			if (e->way == WAY_INTERFACE &&
				(ifl.v == 0 || e->nhs[0].ifl.v == ifl.v))
				return e;
		}
	}
	return NULL;
}

/* `resolve`: lend the ways of the route towards the gateway. */
static void
borrow(const struct route_table *t, const struct route_entry *e,
	const struct ip_addr *gateway, struct ways *w)
{
	uint32_t h = table_cover(t, gateway);
	const struct route_entry *via;

	while (h != NO_PARENT &&
		((via = active_at(t, h)) == NULL ||
			ip_prefix_cmp(&via->prefix, &e->prefix) == 0))
		h = t->parent[h];
	if (h == NO_PARENT || via->prefix.len == 0)
		return;
	if (via->way == WAY_INTERFACE)
		ways_add(w, gateway, via->nhs[0].ifl);
	for (uint32_t i = 0; via->way == WAY_NEXTHOP && i < via->nnhs; i++)
		ways_add(w,
			via->nhs[i].gateway.family == IP_NONE
				? gateway
				: &via->nhs[i].gateway,
			via->nhs[i].ifl);
}

/*
 * What was found for a gateway. Nothing that is_own() and direct_around() look
 * at changes while one table is resolved, and a full table has few gateways.
 */
#define MEMO_SIZE 256u /* a power of two */

struct memo {
	struct ip_addr gateway;
	bool own;
	const struct route_entry *direct;
};

static const struct memo *
memo_find(struct memo *memos, const struct route_table *t,
	const struct ip_addr *gateway)
{
	uint64_t h = (gateway->q[0] ^ gateway->q[1] * 31) *
		     UINT64_C(0x9e3779b97f4a7c15);
	struct memo *m = &memos[h >> 56 & (MEMO_SIZE - 1)];

	if (!ip_addr_equal(&m->gateway, gateway)) {
		m->gateway = *gateway;
		m->own = is_own(t, gateway);
		m->direct = direct_around(t, gateway, IFL_NONE);
	}
	return m;
}

/* An interface was named, with or without a gateway. */
static void
resolve_ifl(struct rib *rib, const struct route_table *t,
	const struct route_nh_spec *nh, struct ways *w)
{
	const struct route_ifl_spec *ifl = rib->ifl[nh->ifl.v];
	bool here = ifl != NULL && ifl->vr.v == t->vr.v;

	if (!rib_ifl_up(rib, nh->ifl))
		return;
	if (here || (nh->gateway.family != IP_NONE &&
			    direct_around(t, &nh->gateway, nh->ifl) != NULL))
		ways_add(w, &nh->gateway, nh->ifl);
}

static void
resolve_nh(struct rib *rib, const struct route_table *t,
	const struct route_entry *e, const struct route_nh_spec *nh,
	struct memo *memos, struct ways *w)
{
	const struct memo *m = NULL;

	if (nh->gateway.family != IP_NONE)
		m = memo_find(memos, t, &nh->gateway);
	if (m != NULL && m->own)
		return;
	if (nh->ifl.v != 0) {
		resolve_ifl(rib, t, nh, w);
		return;
	}
	if (m == NULL || ip_addr_is_link_local(&nh->gateway))
		return; /* on which link? */
	if (e->resolve)
		borrow(t, e, &nh->gateway, w);
	else if (m->direct != NULL)
		ways_add(w, &nh->gateway, m->direct->nhs[0].ifl);
}

/* Take over what was found, unless it is what the entry has already. */
static int
ways_store(struct route_table *t, struct route_entry *e, const struct ways *w)
{
	bool same = e->nnhs == w->n && e->state != ROUTE_HIDDEN;

	for (uint32_t i = 0; same && i < w->n; i++)
		same = e->nhs[i].ifl.v == w->nhs[i].ifl.v &&
		       ip_addr_equal(&e->nhs[i].gateway, &w->nhs[i].gateway);
	if (same)
		return 0;
	e->nhs = table_alloc(t, w->n * sizeof(*e->nhs));
	if (e->nhs == NULL)
		return -ENOMEM;
	memcpy(e->nhs, w->nhs, w->n * sizeof(*e->nhs));
	e->nnhs = w->n;
	if (e->state == ROUTE_HIDDEN)
		e->state = ROUTE_INACTIVE; /* table_select() decides */
	return 0;
}

/* A passive route stays where it is, and rejects. */
static void
block(struct route_entry *e)
{
	e->way = WAY_REJECT;
	e->nhs = NULL;
	e->nnhs = 0;
	if (e->state == ROUTE_HIDDEN)
		e->state = ROUTE_INACTIVE;
}

/* Nothing usable: hidden, with the next hops as they were written. */
static int
hide(struct route_table *t, struct route_entry *e,
	const struct static_route_spec *s)
{
	uint32_t n = 0;

	if (e->state == ROUTE_HIDDEN && e->nhs != NULL)
		return 0;
	e->state = ROUTE_HIDDEN;
	e->nhs = table_alloc(t, s->nnhs * sizeof(*e->nhs));
	if (e->nhs == NULL)
		return -ENOMEM;
	memset(e->nhs, 0, s->nnhs * sizeof(*e->nhs));
	for (size_t k = 0; k < s->nnhs; k++) {
		if (e->qualified ? k + 1 != e->qualified : s->nhs[k].qualified)
			continue;
		e->nhs[n].gateway = s->nhs[k].gateway;
		e->nhs[n++].ifl = s->nhs[k].ifl;
	}
	e->nnhs = n;
	return 0;
}

static int
resolve_entry(struct rib *rib, struct route_table *t, struct route_entry *e,
	struct memo *memos)
{
	size_t place = rib->vr_place[t->vr.v] - 1u;
	const struct static_route_spec *s =
		&rib->spec->vrs[place].statics[e->source];
	struct ways w;

	w.n = 0;
	for (size_t k = 0; k < s->nnhs; k++)
		if (e->qualified ? k + 1 == e->qualified : !s->nhs[k].qualified)
			resolve_nh(rib, t, e, &s->nhs[k], memos, &w);
	if (w.n == 0 && e->passive) {
		block(e);
		return 0;
	}
	e->way = WAY_NEXTHOP;
	return w.n > 0 ? ways_store(t, e, &w) : hide(t, e, s);
}

/* ---- aggregate and generate [RT-15] ---- */

static bool
contributes(const struct rib *rib, const struct aggregate_spec *s,
	const struct route_entry *e)
{
	struct route_entry copy = *e;

	if (e->state != ROUTE_ACTIVE ||
		ip_prefix_cmp(&e->prefix, &s->prefix) == 0)
		return false;
	if (s->generate && (e->way != WAY_NEXTHOP || e->nnhs == 0 ||
				   e->nhs[0].gateway.family == IP_NONE))
		return false; /* a generated route needs a gateway */
	return route_policy_run(
		rib->spec, s->policies, s->npolicies, true, &copy);
}

/* The one with the lowest preference; of equal ones the first prefix. */
static const struct route_entry *
contributor(const struct rib *rib, const struct route_table *t, size_t from,
	const struct aggregate_spec *s)
{
	const struct route_entry *best = NULL;

	for (size_t i = from; i < t->n; i++) {
		const struct route_entry *e = &t->entries[i];

		if (!ip_prefix_contains(&s->prefix, &e->prefix))
			break;
		if (!contributes(rib, s, e))
			continue;
		if (best == NULL || e->preference < best->preference)
			best = e;
		if (!s->generate)
			break; /* one is enough */
	}
	return best;
}

static void
resolve_aggregate(struct rib *rib, struct route_table *t, size_t place)
{
	struct route_entry *e = &t->entries[place];
	const struct aggregate_spec *s =
		&rib->spec->vrs[rib->vr_place[t->vr.v] - 1u]
			 .aggregates[e->source];
	const struct route_entry *by = contributor(rib, t, place + 1, s);

	if (by == NULL && !e->passive) {
		e->state = ROUTE_HIDDEN;
		return;
	}
	if (e->state == ROUTE_HIDDEN)
		e->state = ROUTE_INACTIVE;
	e->way = s->type == ROUTE_DISCARD ? WAY_DISCARD : WAY_REJECT;
	e->nnhs = 0;
	if (s->generate && by != NULL) {
		e->way = WAY_NEXTHOP;
		e->nhs = by->nhs;
		e->nnhs = by->nnhs;
	}
}

int
table_resolve(struct rib *rib, struct route_table *t)
{
	struct memo memos[MEMO_SIZE];

	/* no gateway is of the family IP_NONE */
	for (unsigned int i = 0; i < MEMO_SIZE; i++)
		memos[i].gateway = (struct ip_addr){.family = IP_NONE};
	for (size_t i = 0; i < t->n; i++) {
		struct route_entry *e = &t->entries[i];

		if (e->proto != ROUTE_PROTO_STATIC || e->secondary ||
			(e->way != WAY_NEXTHOP && !e->passive))
			continue;
		if (resolve_entry(rib, t, e, memos) < 0)
			return -ENOMEM;
	}
	table_select(t);
	for (size_t i = 0; i < t->n; i++)
		if (t->entries[i].proto == ROUTE_PROTO_AGGREGATE &&
			!t->entries[i].secondary)
			resolve_aggregate(rib, t, i);
	table_select(t);
	return 0;
}
