/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security nat proxy-arp and proxy-ndp [NA-30]: addresses for which an
 * interface answers although they are not its own. And the warning about those
 * for which nobody would [NA-31].
 */
#include <stdlib.h>
#include <string.h>

#include "compile/compile_nat.h"

static void
add_proxies(struct nat_compile *nc, const char *name, enum ip_family family)
{
	struct nat_spec *nat = nc->nat;

	cnode_foreach (i, cnode_child(nc->root, name), "interface") {
		uint32_t ifl;

		if (!find_ifl(nc->c, i, cnode_key(i, 0), &ifl))
			continue;
		cnode_foreach (a, i, "address") {
			struct nat_proxy_spec *p;
			struct addr_range r;

			if (!nat_range_parse(nc, a, cnode_key(a, 0), &r))
				continue;
			if (r.lo.family != family) {
				compile_error(nc->c, a,
					"%s needs an IPv%d address", name,
					(int)family);
				continue;
			}
			p = VEC_ADD(nc->c, nat->proxies, nat->nproxies);
			if (p == NULL)
				return;
			nat_node_add(nc, &nc->proxies, a);
			p->ifl = nc->c->image->ifls[ifl].id;
			p->lo = r.lo;
			p->hi = r.hi;
		}
	}
}

void
nat_proxies_compile(struct nat_compile *nc)
{
	add_proxies(nc, "proxy-arp", IP_V4);
	add_proxies(nc, "proxy-ndp", IP_V6);
}

/* ---- who answers for an address of a subnet? ---- */

static struct ip_addr
after(struct ip_addr a)
{
	unsigned int bytes = ip_family_bits(a.family) / 8;

	for (unsigned int i = bytes; i-- > 0;)
		if (++a.b[i] != 0)
			break;
	return a;
}

/*
 * Does the interface answer for *a? Then *a moves behind what it answers for.
 * Nobody asks for the first and last address of an IPv4 subnet.
 */
static bool
answered(const struct nat_compile *nc, const struct ifl_spec *l,
	const struct ip_prefix *subnet, struct ip_addr *a)
{
	struct ip_prefix net = ip_prefix_network(subnet);
	struct ip_addr last = ip_prefix_last(subnet);
	const struct nat_spec *nat = nc->nat;

	for (size_t i = 0; i < nat->nproxies; i++) {
		const struct nat_proxy_spec *p = &nat->proxies[i];

		if (p->ifl.v == l->id.v && p->lo.family == a->family &&
			ip_addr_cmp(&p->lo, a) <= 0 &&
			ip_addr_cmp(a, &p->hi) <= 0) {
			*a = after(p->hi);
			return true;
		}
	}
	for (size_t i = 0; i < l->naddrs; i++)
		if (ip_addr_equal(&l->addrs[i].prefix.addr, a)) {
			*a = after(*a);
			return true;
		}
	if (a->family == IP_V4 && subnet->len < 31 &&
		(ip_addr_equal(&net.addr, a) || ip_addr_equal(&last, a))) {
		*a = after(*a);
		return true;
	}
	return false;
}

static bool
subnet_answered(const struct nat_compile *nc, const struct ifl_spec *l,
	const struct ip_prefix *subnet, const struct addr_range *r)
{
	struct ip_prefix net = ip_prefix_network(subnet);
	struct ip_addr lo = net.addr, hi = ip_prefix_last(subnet);

	if (r->lo.family != lo.family || ip_addr_cmp(&r->lo, &hi) > 0 ||
		ip_addr_cmp(&lo, &r->hi) > 0)
		return true;
	if (ip_addr_cmp(&r->lo, &lo) > 0)
		lo = r->lo;
	if (ip_addr_cmp(&r->hi, &hi) < 0)
		hi = r->hi;
	/* Behind the last address of all there is the first again. */
	for (struct ip_addr a = lo, from = lo; ip_addr_cmp(&a, &hi) <= 0;
		from = a)
		if (!answered(nc, l, subnet, &a) || ip_addr_cmp(&a, &from) < 0)
			return ip_addr_cmp(&a, &from) < 0;
	return true;
}

/* The first interface that keeps silent about a part of the range. */
static const struct ifl_spec *
silent(const struct nat_compile *nc, const struct nat_end_spec *end,
	const struct addr_range *r)
{
	const struct image_spec *image = nc->c->image;

	for (size_t i = 0; i < image->nifls; i++) {
		const struct ifl_spec *l = &image->ifls[i];
		const uint16_t of[] = {0, l->vr.v, l->zone.v, l->id.v};
		bool meant = end->kind == NAT_END_NONE;

		for (size_t k = 0; !meant && k < end->n; k++)
			meant = end->ids[k] == of[end->kind];
		for (size_t k = 0; meant && k < l->naddrs; k++)
			if (!subnet_answered(nc, l, &l->addrs[k].prefix, r))
				return l;
	}
	return NULL;
}

static void
warn(struct nat_compile *nc, const struct cnode *n,
	const struct nat_end_spec *end, const struct addr_range *r,
	const char *what)
{
	const struct ifl_spec *l = silent(nc, end, r);

	if (l != NULL)
		compile_warning(nc->c, n,
			"%s lies in the subnet of %s without %s: neighbours "
			"there will not find it",
			what, l->name,
			r->lo.family == IP_V4 ? "proxy-arp" : "proxy-ndp");
}

static void
warn_pools(struct nat_compile *nc)
{
	for (size_t i = 0; i < nc->nat->npools; i++) {
		const struct nat_pool_spec *p = &nc->nat->pools[i];
		uint16_t vr = p->vr.v;
		struct nat_end_spec end = {
			p->has_vr ? NAT_END_INSTANCE : NAT_END_NONE, &vr, 1};

		for (size_t k = 0; k < p->nranges && p->kind == NAT_SOURCE; k++)
			warn(nc, nc->pool_nodes.v[i], &end, &p->ranges[k],
				"Pool address");
	}
}

static void
warn_rules(struct nat_compile *nc, enum nat_kind kind)
{
	const struct nat_spec *nat = nc->nat;

	for (size_t i = 0; i < nat->nrules[kind]; i++) {
		const struct nat_rule_spec *r = &nat->rules[kind][i];
		const struct nat_end_spec *end = &nat->sets[kind][r->set].from;

		/* A rule for a whole network off limits is not an address. */
		for (size_t k = 0; k < r->ndst && r->action != NAT_OFF; k++)
			if (nat_range_size(&r->dst[k]) <= 65536)
				warn(nc, nc->rules[kind].v[i], end, &r->dst[k],
					"Destination address");
	}
}

/* ---- contradictions ---- */

static const struct ifl_spec *
ifl_of(const struct nat_compile *nc, struct ifl_id id)
{
	const struct image_spec *image = nc->c->image;

	for (size_t i = 0; i < image->nifls; i++)
		if (image->ifls[i].id.v == id.v)
			return &image->ifls[i];
	return NULL;
}

/* In one routing instance an address is answered for in one place. */
static void
check_pair(struct nat_compile *nc, size_t i, size_t j)
{
	const struct nat_proxy_spec *a = &nc->nat->proxies[i];
	const struct nat_proxy_spec *b = &nc->nat->proxies[j];
	const struct ifl_spec *la = ifl_of(nc, a->ifl),
			      *lb = ifl_of(nc, b->ifl);

	if (la == NULL || lb == NULL || la->vr.v != lb->vr.v ||
		a->lo.family != b->lo.family ||
		ip_addr_cmp(&a->lo, &b->hi) > 0 ||
		ip_addr_cmp(&b->lo, &a->hi) > 0)
		return;
	nat_conflict(nc, nc->proxies.v[j], nc->proxies.v[i],
		"Proxy addresses overlap with");
}

static void
check_own(struct nat_compile *nc, size_t i)
{
	const struct nat_proxy_spec *p = &nc->nat->proxies[i];
	const struct ifl_spec *l = ifl_of(nc, p->ifl);

	for (size_t k = 0; l != NULL && k < nc->c->image->nifls; k++) {
		const struct ifl_spec *o = &nc->c->image->ifls[k];

		for (size_t m = 0; o->vr.v == l->vr.v && m < o->naddrs; m++) {
			const struct ip_addr *a = &o->addrs[m].prefix.addr;

			if (a->family == p->lo.family &&
				ip_addr_cmp(&p->lo, a) <= 0 &&
				ip_addr_cmp(a, &p->hi) <= 0)
				compile_error(nc->c, nc->proxies.v[i],
					"Proxy addresses contain the address "
					"of interface %s",
					o->name);
		}
	}
}

void
nat_check_proxies(struct nat_compile *nc)
{
	for (size_t i = 0; i < nc->nat->nproxies; i++) {
		check_own(nc, i);
		for (size_t j = i + 1; j < nc->nat->nproxies; j++)
			check_pair(nc, i, j);
	}
	if (!report_ok(nc->c->report))
		return;
	warn_pools(nc);
	warn_rules(nc, NAT_DESTINATION);
	warn_rules(nc, NAT_STATIC);
}
