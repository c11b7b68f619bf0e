/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freeing and copying a route_spec. Both go through the same lists of arrays;
 * an array added to the header belongs into both functions of its struct.
 */
#include "route/route_spec.h"

#include <stdlib.h>
#include <string.h>

#include "route/route_spec_copy.h"

static void
term_done(struct route_term_spec *t)
{
	for (size_t i = 0; i < t->nprefix_lists && t->prefix_lists; i++)
		free(t->prefix_lists[i].prefixes);
	free(t->instances);
	free(t->ribs_vr);
	free(t->ribs_family);
	free(t->ifls);
	free(t->nexthops);
	free(t->prefix_lists);
	free(t->filters);
	free(t->policies);
}

static void
policy_done(struct route_policy_spec *p)
{
	for (size_t i = 0; i < p->n && p->terms; i++)
		term_done(&p->terms[i]);
	free(p->terms);
}

static void
vr_done(struct route_vr_spec *v)
{
	for (size_t i = 0; i < v->nstatics && v->statics && !v->nh_pool; i++)
		free(v->statics[i].nhs);
	free(v->nh_pool);
	free(v->addrs);
	free(v->statics);
	free(v->imports);
	for (size_t i = 0; i < v->naggregates && v->aggregates; i++)
		free(v->aggregates[i].policies);
	free(v->aggregates);
	for (size_t i = 0; i < v->ncopies && v->copies; i++)
		free(v->copies[i].policies);
	free(v->copies);
}

void
route_spec_free(struct route_spec *spec)
{
	if (spec == NULL)
		return;
	for (size_t i = 0; i < spec->nvrs && spec->vrs; i++)
		vr_done(&spec->vrs[i]);
	for (size_t i = 0; i < spec->npolicies && spec->policies; i++)
		policy_done(&spec->policies[i]);
	free(spec->vrs);
	free(spec->ifls);
	free(spec->policies);
	free(spec);
}

/* A copy of n elements; NULL if n is 0, and *ok false if out of memory. */
static void *
dup_array(const void *src, size_t n, size_t width, bool *ok)
{
	void *p;

	if (n == 0)
		return NULL;
	p = calloc(n, width);
	if (p == NULL)
		*ok = false;
	else
		memcpy(p, src, n * width);
	return p;
}

#define DUP(field, n) ((field) = dup_array((field), (n), sizeof(*(field)), ok))

/* Every pointer of *t is replaced by one to a copy, or by NULL. */
static void
term_own(struct route_term_spec *t, bool *ok)
{
	DUP(t->instances, t->ninstances);
	DUP(t->ribs_vr, t->nribs);
	DUP(t->ribs_family, t->nribs);
	DUP(t->ifls, t->nifls);
	DUP(t->nexthops, t->nnexthops);
	DUP(t->filters, t->nfilters);
	DUP(t->policies, t->npolicies);
	DUP(t->prefix_lists, t->nprefix_lists);
	for (size_t i = 0; i < t->nprefix_lists && t->prefix_lists; i++)
		DUP(t->prefix_lists[i].prefixes, t->prefix_lists[i].n);
}

static void
policy_own(struct route_policy_spec *p, bool *ok)
{
	DUP(p->terms, p->n);
	for (size_t i = 0; i < p->n && p->terms; i++)
		term_own(&p->terms[i], ok);
}

/* The next hops of all static routes, side by side in one allocation. */
static void
pool_nexthops(struct route_vr_spec *v, bool *ok)
{
	struct route_nh_spec *nh;
	size_t n = 0;

	for (size_t i = 0; i < v->nstatics; i++)
		n += v->statics[i].nnhs;
	nh = calloc(n + 1, sizeof(*nh));
	*ok = *ok && nh != NULL;
	v->nh_pool = nh;
	for (size_t i = 0; i < v->nstatics; i++) {
		struct static_route_spec *s = &v->statics[i];

		if (nh != NULL && s->nnhs > 0)
			memcpy(nh, s->nhs, s->nnhs * sizeof(*nh));
		s->nhs = nh;
		nh = nh != NULL ? nh + s->nnhs : NULL;
	}
}

static void
vr_own(struct route_vr_spec *v, bool *ok)
{
	DUP(v->addrs, v->naddrs);
	DUP(v->imports, v->nimports);
	DUP(v->aggregates, v->naggregates);
	for (size_t i = 0; i < v->naggregates && v->aggregates; i++)
		DUP(v->aggregates[i].policies, v->aggregates[i].npolicies);
	DUP(v->copies, v->ncopies);
	for (size_t i = 0; i < v->ncopies && v->copies; i++)
		DUP(v->copies[i].policies, v->copies[i].npolicies);
	DUP(v->statics, v->nstatics);
	v->nh_pool = NULL;
	if (v->statics == NULL)
		return;
	*ok = route_statics_sort(v->statics, v->nstatics) == 0 && *ok;
	pool_nexthops(v, ok);
}

struct route_spec *
route_spec_copy(const struct route_spec *spec)
{
	struct route_spec *c = malloc(sizeof(*c));
	bool all = true, *ok = &all;

	if (c == NULL)
		return NULL;
	*c = *spec;
	DUP(c->vrs, c->nvrs);
	for (size_t i = 0; i < c->nvrs && c->vrs; i++)
		vr_own(&c->vrs[i], ok);
	DUP(c->policies, c->npolicies);
	for (size_t i = 0; i < c->npolicies && c->policies; i++)
		policy_own(&c->policies[i], ok);
	DUP(c->ifls, c->nifls);
	if (!all) {
		route_spec_free(c);
		return NULL;
	}
	return c;
}
