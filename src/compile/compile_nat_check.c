/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two statements of security nat may not say together [NA-4] [NA-15]
 * [NA-23]. Each error stands at the later one and names the earlier one.
 */
#include <stdlib.h>
#include <string.h>

#include "compile/compile_nat.h"

/* ---- one rule set for a pair of ends ---- */

struct pair {
	uint64_t key;
	uint32_t set;
};

static int
pair_cmp(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->set > b->set) - (a->set < b->set);
}

static size_t
count_pairs(struct nat_compile *nc, enum nat_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < nc->nat->nsets[kind]; i++) {
		const struct nat_set_spec *s = &nc->nat->sets[kind][i];
		size_t k = s->from.n * (kind == NAT_SOURCE ? s->to.n : 1);

		if (k > NAT_CONTEXTS_MAX)
			compile_error(nc->c, nc->sets[kind].v[i],
				"More than %u pairs of from and to",
				NAT_CONTEXTS_MAX);
		else
			n += k;
	}
	return n;
}

static void
check_contexts(struct nat_compile *nc, enum nat_kind kind)
{
	size_t n = count_pairs(nc, kind), k = 0;
	struct pair *p = calloc(n + 1, sizeof(*p));

	nc->c->nomem |= p == NULL;
	for (size_t i = 0; p != NULL && i < nc->nat->nsets[kind]; i++) {
		const struct nat_set_spec *s = &nc->nat->sets[kind][i];
		size_t nto = kind == NAT_SOURCE ? s->to.n : 1;

		if (s->from.n * nto > NAT_CONTEXTS_MAX)
			continue;
		for (size_t f = 0; f < s->from.n; f++)
			for (size_t t = 0; t < nto; t++)
				p[k++] = (struct pair){
					(uint64_t)s->from.kind << 48 |
						(uint64_t)s->to.kind << 40 |
						(uint64_t)s->from.ids[f] << 16 |
						(kind == NAT_SOURCE
								? s->to.ids[t]
								: 0),
					(uint32_t)i};
	}
	if (k > 0)
		qsort(p, k, sizeof(*p), pair_cmp);
	for (size_t i = 1; i < k; i++)
		if (p[i].key == p[i - 1].key && p[i].set != p[i - 1].set) {
			nat_conflict(nc, nc->sets[kind].v[p[i].set],
				nc->sets[kind].v[p[i - 1].set],
				"Rule set has the same context as");
			break;
		}
	free(p);
}

/* ---- addresses of source pools ---- */

struct piece {
	struct addr_range r;
	uint32_t pool;
	uint16_t vr;
	bool shared;
};

static int
piece_cmp(const void *va, const void *vb)
{
	const struct piece *a = va, *b = vb;

	if (a->vr != b->vr)
		return a->vr < b->vr ? -1 : 1;
	return ip_addr_cmp(&a->r.lo, &b->r.lo);
}

/* Sorted by instance and first address; last[] are the pieces that reach the
 * farthest so far, of pools that are not shared, and of all. */
static void
check_piece(struct nat_compile *nc, const struct piece *p,
	const struct piece *last[2])
{
	const struct piece *o = last[p->shared ? 0 : 1];

	if (o != NULL && o->vr == p->vr &&
		ip_addr_cmp(&p->r.lo, &o->r.hi) <= 0) {
		bool swap = p->pool < o->pool;

		nat_conflict(nc, nc->pool_nodes.v[swap ? o->pool : p->pool],
			nc->pool_nodes.v[swap ? p->pool : o->pool],
			"Addresses overlap with source pool");
	}
	for (unsigned int i = p->shared; i < 2; i++)
		if (last[i] == NULL || last[i]->vr != p->vr ||
			ip_addr_cmp(&last[i]->r.hi, &p->r.hi) < 0)
			last[i] = p;
}

static void
check_pools(struct nat_compile *nc)
{
	const struct nat_spec *nat = nc->nat;
	const struct piece *last[2] = {NULL, NULL};
	size_t n = 0, k = 0;
	struct piece *p;

	for (size_t i = 0; i < nat->npools; i++)
		n += nat->pools[i].nranges;
	p = calloc(n + 1, sizeof(*p));
	nc->c->nomem |= p == NULL;
	for (size_t i = 0; p != NULL && i < nat->npools; i++) {
		const struct nat_pool_spec *s = &nat->pools[i];

		for (size_t j = 0; j < s->nranges && s->kind == NAT_SOURCE; j++)
			p[k++] = (struct piece){s->ranges[j], (uint32_t)i,
				s->has_vr ? s->vr.v : VR_MASTER.v, s->shared};
	}
	if (k > 0)
		qsort(p, k, sizeof(*p), piece_cmp);
	for (size_t i = 0; i < k; i++)
		check_piece(nc, &p[i], last);
	free(p);
}

/* ---- static rules ---- */

/* One side of a static rule: the outside, or the inside. */
struct side {
	struct addr_range r;
	struct nat_ports ports;
	const struct nat_rule_spec *rule;
	uint32_t place;
};

static int
side_cmp(const void *va, const void *vb)
{
	const struct side *a = va, *b = vb;
	int d = ip_addr_cmp(&a->r.lo, &b->r.lo);

	if (d != 0)
		return d;
	return (a->place > b->place) - (a->place < b->place);
}

static bool
sources_meet(const struct nat_rule_spec *a, const struct nat_rule_spec *b)
{
	for (size_t i = 0; i < a->nsrc; i++)
		for (size_t j = 0; j < b->nsrc; j++)
			if (a->src[i].lo.family == b->src[j].lo.family &&
				ip_addr_cmp(&a->src[i].lo, &b->src[j].hi) <=
					0 &&
				ip_addr_cmp(&b->src[j].lo, &a->src[i].hi) <= 0)
				return true;
	return a->nsrc == 0 || b->nsrc == 0;
}

static bool
sides_meet(const struct side *a, const struct side *b)
{
	return a->ports.lo <= b->ports.hi && b->ports.lo <= a->ports.hi &&
	       a->rule->nsports + b->rule->nsports == 0 &&
	       sources_meet(a->rule, b->rule);
}

static const struct nat_ports all_ports = {0, UINT16_MAX};

static struct side
side_of(const struct nat_spec *nat, uint32_t place, bool inside)
{
	const struct nat_rule_spec *r = &nat->rules[NAT_STATIC][place];
	struct side s = {
		r->dst[0], r->ndports > 0 ? r->dports[0] : all_ports, r, place};

	if (inside) {
		s.r.lo = r->prefix.addr;
		s.r.hi = ip_prefix_last(&r->prefix);
		if (r->mapped.lo != 0)
			s.ports = r->mapped;
	}
	return s;
}

static void
check_sides(struct nat_compile *nc, const struct side *s, size_t n, bool inside)
{
	const struct nat_nodes *nodes = &nc->rules[NAT_STATIC];

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			uint32_t a = s[i].place, b = s[j].place;

			if (ip_addr_cmp(&s[j].r.lo, &s[i].r.hi) > 0)
				break;
			if (!sides_meet(&s[i], &s[j]) ||
				(inside && (s[i].rule->has_vr !=
							   s[j].rule->has_vr ||
						   s[i].rule->vr.v !=
							   s[j].rule->vr.v)))
				continue;
			nat_conflict(nc, nodes->v[a > b ? a : b],
				nodes->v[a > b ? b : a],
				inside ? "Static NAT prefix overlaps with that "
					 "of"
				       : "Destination address overlaps with "
					 "that of");
			return; /* one per rule set says enough */
		}
}

static void
check_statics(struct nat_compile *nc)
{
	const struct nat_spec *nat = nc->nat;
	struct side *s = calloc(nat->nrules[NAT_STATIC] + 1, sizeof(*s));

	nc->c->nomem |= s == NULL;
	for (size_t i = 0; s != NULL && i < nat->nsets[NAT_STATIC]; i++) {
		const struct nat_set_spec *set = &nat->sets[NAT_STATIC][i];

		for (unsigned int inside = 0; inside < 2; inside++) {
			size_t n = 0;

			for (uint32_t k = 0; k < set->n; k++) {
				uint32_t at = set->first + k;

				if (!inside ||
					nat->rules[NAT_STATIC][at].action !=
						NAT_INET)
					s[n++] = side_of(nat, at, inside);
			}
			if (n > 0)
				qsort(s, n, sizeof(*s), side_cmp);
			check_sides(nc, s, n, inside);
		}
	}
	free(s);
}

void
nat_check(struct nat_compile *nc)
{
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		check_contexts(nc, k);
	check_pools(nc);
	if (report_ok(nc->c->report))
		check_statics(nc);
}
