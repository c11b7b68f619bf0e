/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: an address gives a Direct route for its subnet while the
 * interface is up and a Local host route always, which rejects while it is
 * down [RT-2]. An address that is a host route itself has no subnet: Local
 * only; on lo0 it is the other way round, Direct only [RT-3]. A static route
 * is one entry, and one more for each qualified next hop [RT-6].
 *
 * What we do: the same. Static entries with gateways begin hidden; whether
 * they are usable is found in route_resolve.c.
 */
#include <errno.h>
#include <string.h>

#include "route/route_rib_impl.h"

static struct ip_prefix
host_prefix(const struct ip_addr *a)
{
	return (struct ip_prefix){*a, (uint8_t)ip_family_bits(a->family)};
}

static int
one_nh(struct route_table *t, struct route_entry *e, struct ifl_id ifl,
	const struct ip_addr *gateway)
{
	e->nhs = table_alloc(t, sizeof(*e->nhs));
	if (e->nhs == NULL)
		return -ENOMEM;
	memset(e->nhs, 0, sizeof(*e->nhs));
	e->nhs[0].ifl = ifl;
	e->nhs[0].selected = true;
	if (gateway != NULL)
		e->nhs[0].gateway = *gateway;
	e->nnhs = 1;
	return 0;
}

/* A Direct or Local entry; for Local the way says which kind. */
static int
add_own(struct route_table *t, struct ip_prefix prefix, enum route_way way,
	struct ifl_id ifl, uint32_t source)
{
	struct route_entry *e = table_add(t);
	bool own = way != WAY_INTERFACE;

	if (e == NULL)
		return -ENOMEM;
	e->prefix = prefix;
	e->proto = own ? ROUTE_PROTO_LOCAL : ROUTE_PROTO_DIRECT;
	e->way = (uint8_t)way;
	e->primary_vr = t->vr;
	e->source = source;
	return one_nh(t, e, ifl, own ? &prefix.addr : NULL);
}

static int
add_loopback(
	struct route_table *t, const struct route_addr_spec *a, uint32_t source)
{
	int rc = add_own(
		t, host_prefix(&a->prefix.addr), WAY_LOCAL, a->ifl, source);

	if (rc == 0)
		t->entries[t->n - 1].proto = ROUTE_PROTO_DIRECT;
	return rc;
}

static int
add_addr(struct rib *rib, const struct route_vr_spec *vr, uint32_t i)
{
	const struct route_addr_spec *a = &vr->addrs[i];
	struct route_table *t = rib_table(rib, vr->id, a->prefix.addr.family);
	struct ip_prefix net = ip_prefix_network(&a->prefix);
	struct ip_prefix host = host_prefix(&a->prefix.addr);
	bool up = rib_ifl_up(rib, a->ifl);

	if (rib->ifl[a->ifl.v] != NULL && rib->ifl[a->ifl.v]->loopback)
		return up ? add_loopback(t, a, i) : 0;
	if (up && net.len < host.len &&
		add_own(t, net, WAY_INTERFACE, a->ifl, i) < 0)
		return -ENOMEM;
	return add_own(t, host, up ? WAY_LOCAL : WAY_DOWN, a->ifl, i);
}

static uint8_t
static_way(enum route_type type)
{
	static const uint8_t ways[] = {
		[ROUTE_NEXTHOP] = WAY_NEXTHOP,
		[ROUTE_DISCARD] = WAY_DISCARD,
		[ROUTE_REJECT] = WAY_REJECT,
		[ROUTE_RECEIVE] = WAY_RECEIVE,
		[ROUTE_TABLE] = WAY_TABLE,
	};

	return ways[type];
}

static struct route_entry *
add_static_entry(
	struct route_table *t, const struct static_route_spec *s, uint32_t i)
{
	struct route_entry *e = table_add(t);

	if (e == NULL)
		return NULL;
	e->prefix = s->prefix;
	e->proto = ROUTE_PROTO_STATIC;
	e->way = static_way(s->type);
	e->preference = s->attrs.preference;
	e->has_metric = s->attrs.has_metric;
	e->metric = s->attrs.has_metric ? s->attrs.metric : 0;
	e->has_tag = s->attrs.has_tag;
	e->tag = s->attrs.has_tag ? s->attrs.tag : 0;
	e->no_install = s->attrs.no_install;
	e->resolve = s->attrs.resolve;
	e->primary_vr = t->vr;
	e->table_vr = s->table_vr;
	e->source = i;
	e->passive = s->attrs.passive && s->type == ROUTE_NEXTHOP;
	if (s->type == ROUTE_NEXTHOP)
		e->state = ROUTE_HIDDEN;
	return e;
}

static int
add_qualified(struct route_table *t, const struct static_route_spec *s,
	uint32_t i, uint32_t k)
{
	struct route_entry *e = add_static_entry(t, s, i);
	const struct route_nh_spec *nh = &s->nhs[k];

	if (e == NULL)
		return -ENOMEM;
	e->qualified = k + 1;
	if (nh->has_preference)
		e->preference = nh->preference;
	if (nh->has_metric) {
		e->has_metric = true;
		e->metric = nh->metric;
	}
	if (nh->has_tag) {
		e->has_tag = true;
		e->tag = nh->tag;
	}
	return 0;
}

static int
add_static(struct rib *rib, const struct route_vr_spec *vr, uint32_t i)
{
	const struct static_route_spec *s = &vr->statics[i];
	struct route_table *t = rib_table(rib, vr->id, s->prefix.addr.family);
	bool plain = s->type != ROUTE_NEXTHOP;

	for (size_t k = 0; s->type == ROUTE_NEXTHOP && k < s->nnhs; k++)
		plain = plain || !s->nhs[k].qualified;
	if (plain && add_static_entry(t, s, i) == NULL)
		return -ENOMEM;
	for (size_t k = 0; s->type == ROUTE_NEXTHOP && k < s->nnhs; k++)
		if (s->nhs[k].qualified &&
			add_qualified(t, s, i, (uint32_t)k) < 0)
			return -ENOMEM;
	return 0;
}

/* Hidden until route_resolve.c finds a contributor. */
static int
add_aggregate(struct rib *rib, const struct route_vr_spec *vr, uint32_t i)
{
	const struct aggregate_spec *s = &vr->aggregates[i];
	struct route_entry *e =
		table_add(rib_table(rib, vr->id, s->prefix.addr.family));

	if (e == NULL)
		return -ENOMEM;
	e->prefix = s->prefix;
	e->proto = ROUTE_PROTO_AGGREGATE;
	e->way = static_way(s->type);
	e->preference = s->attrs.preference;
	e->has_metric = s->attrs.has_metric;
	e->metric = s->attrs.has_metric ? s->attrs.metric : 0;
	e->has_tag = s->attrs.has_tag;
	e->tag = s->attrs.has_tag ? s->attrs.tag : 0;
	e->no_install = s->attrs.no_install;
	e->passive = s->attrs.passive;
	e->generate = s->generate;
	e->primary_vr = vr->id;
	e->source = i;
	e->state = ROUTE_HIDDEN;
	return 0;
}

int
native_build(struct rib *rib, size_t vr_place)
{
	const struct route_vr_spec *vr = &rib->spec->vrs[vr_place];

	for (uint32_t i = 0; i < vr->naddrs; i++)
		if (add_addr(rib, vr, i) < 0)
			return -ENOMEM;
	for (unsigned int f = 0; f < FAMS; f++) {
		struct route_table *t = &rib->tables[vr_place * FAMS + f];

		t->nfront = t->n;
	}
	for (uint32_t i = 0; i < vr->nstatics; i++)
		if (add_static(rib, vr, i) < 0)
			return -ENOMEM;
	for (uint32_t i = 0; i < vr->naggregates; i++)
		if (add_aggregate(rib, vr, i) < 0)
			return -ENOMEM;
	return 0;
}
