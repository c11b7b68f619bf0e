/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: terms in order; a term whose conditions all hold applies
 * its changes and then its verdict, without one the next term is tried. Of the
 * route filters of a term only the longest that covers the route counts: if
 * its type does not fit, the term does not match, even if a shorter filter
 * would. An action on that filter's own line replaces the term's `then`.
 *
 * What we do: the same, on a copy of the entry; the default of a chain that
 * ends without a verdict is reject, unless default-action said otherwise.
 */
#include "route/route_policy.h"

#include "route/route_entry.h"

static bool
mask_equal(const struct ip_addr *a, const struct ip_addr *b,
	const struct ip_addr *mask)
{
	for (unsigned int i = 0; i < 16; i++)
		if (((a->b[i] ^ b->b[i]) & mask->b[i]) != 0)
			return false;
	return a->family == b->family;
}

/* May this filter be the one that counts for p? */
static bool
filter_covers(const struct route_filter_spec *f, const struct ip_prefix *p)
{
	if (f->type == RF_ADDRESS_MASK)
		return p->len >= f->prefix.len &&
		       mask_equal(&p->addr, &f->prefix.addr, &f->mask);
	return ip_prefix_contains(&f->prefix, p);
}

bool
route_filter_match(const struct route_filter_spec *f, const struct ip_prefix *p)
{
	if (!filter_covers(f, p))
		return false;
	switch (f->type) {
	case RF_EXACT:
	case RF_ADDRESS_MASK:
		return p->len == f->prefix.len;
	case RF_ORLONGER:
		return true;
	case RF_LONGER:
		return p->len > f->prefix.len;
	case RF_UPTO:
		return p->len <= f->hi;
	case RF_LENGTH_RANGE:
		return p->len >= f->lo && p->len <= f->hi;
	case RF_THROUGH:
		return ip_prefix_contains(p, &f->through);
	}
	return false;
}

/*
 * The filters of a term. False: the term does not match. *ret is the filter
 * that decided, of equal ones the first whose type fits.
 */
static bool
filters_match(const struct route_term_spec *t, const struct ip_prefix *p,
	const struct route_filter_spec **ret)
{
	int longest = -1;

	for (size_t i = 0; i < t->nfilters; i++)
		if (filter_covers(&t->filters[i], p) &&
			t->filters[i].prefix.len > longest)
			longest = t->filters[i].prefix.len;
	for (size_t i = 0; i < t->nfilters; i++)
		if (t->filters[i].prefix.len == longest &&
			route_filter_match(&t->filters[i], p)) {
			*ret = &t->filters[i];
			return true;
		}
	return t->nfilters == 0;
}

static bool
prefix_lists_match(const struct route_term_spec *t, const struct ip_prefix *p)
{
	for (size_t i = 0; i < t->nprefix_lists; i++) {
		const struct prefix_filter_spec *l = &t->prefix_lists[i];

		for (size_t k = 0; k < l->n; k++) {
			struct route_filter_spec f = {
				.prefix = l->prefixes[k], .type = l->type};

			if (route_filter_match(&f, p))
				return true;
		}
	}
	return t->nprefix_lists == 0;
}

static bool
ribs_match(const struct route_term_spec *t, const struct route_entry *e)
{
	for (size_t i = 0; i < t->nribs; i++)
		if (t->ribs_vr[i].v == e->primary_vr.v &&
			t->ribs_family[i] == e->prefix.addr.family)
			return true;
	return t->nribs == 0;
}

static bool
instances_match(const struct route_term_spec *t, const struct route_entry *e)
{
	for (size_t i = 0; i < t->ninstances; i++)
		if (t->instances[i].v == e->primary_vr.v)
			return true;
	return t->ninstances == 0;
}

static bool
ifls_match(const struct route_term_spec *t, const struct route_entry *e)
{
	for (size_t i = 0; i < t->nifls; i++)
		for (uint32_t k = 0; k < e->nnhs; k++)
			if (e->nhs[k].ifl.v == t->ifls[i].v)
				return true;
	return t->nifls == 0;
}

static bool
nexthops_match(const struct route_term_spec *t, const struct route_entry *e)
{
	for (size_t i = 0; i < t->nnexthops; i++)
		for (uint32_t k = 0; k < e->nnhs; k++)
			if (ip_addr_equal(&e->nhs[k].gateway, &t->nexthops[i]))
				return true;
	return t->nnexthops == 0;
}

static bool
attributes_match(const struct route_term_spec *t, const struct route_entry *e)
{
	return (t->protocols == 0 || (t->protocols >> e->proto & 1)) &&
	       (t->family == IP_NONE || t->family == e->prefix.addr.family) &&
	       (!t->from_metric ||
		       (e->has_metric ? e->metric : 0) == t->metric) &&
	       (!t->from_tag || (e->has_tag ? e->tag : 0) == t->tag) &&
	       (!t->from_preference || e->preference == t->preference);
}

static void
apply_changes(const struct route_term_spec *t, struct route_entry *e)
{
	if (t->set_metric) {
		e->metric = t->new_metric;
		e->has_metric = true;
	}
	if (t->set_tag) {
		e->tag = t->new_tag;
		e->has_tag = true;
	}
	if (t->set_preference)
		e->preference = t->new_preference;
}

/* What a chain carries from policy to policy. */
struct run {
	const struct route_spec *spec;
	enum policy_verdict default_action;
	unsigned int depth;
};

static enum policy_verdict run_policy(
	struct run *run, uint32_t policy, struct route_entry *e);

/*
 * from policy Q: Q must accept. What Q changed stays changed. Q's own
 * default-action is about Q only.
 */
static bool
subroutines_match(
	struct run *run, const struct route_term_spec *t, struct route_entry *e)
{
	if (t->npolicies == 0)
		return true;
	if (run->depth >= ROUTE_POLICY_DEPTH)
		return false;
	for (size_t i = 0; i < t->npolicies; i++) {
		struct run sub = {run->spec, PV_NONE, run->depth + 1};
		struct route_entry copy = *e;
		enum policy_verdict v = run_policy(&sub, t->policies[i], &copy);

		if (v != PV_ACCEPT && v != PV_REJECT)
			v = sub.default_action;
		if (v == PV_ACCEPT) {
			*e = copy;
			return true;
		}
	}
	return false;
}

/* PV_NONE: go on with the next term. */
static enum policy_verdict
run_term(
	struct run *run, const struct route_term_spec *t, struct route_entry *e)
{
	const struct route_filter_spec *f = NULL;

	if (!instances_match(t, e) || !attributes_match(t, e) ||
		!ribs_match(t, e) || !ifls_match(t, e) ||
		!nexthops_match(t, e) || !prefix_lists_match(t, &e->prefix) ||
		!filters_match(t, &e->prefix, &f) ||
		!subroutines_match(run, t, e))
		return PV_NONE;
	if (f != NULL && f->then != PV_NONE)
		return f->then;
	apply_changes(t, e);
	if (t->default_action != PV_NONE)
		run->default_action = t->default_action;
	return t->verdict;
}

static enum policy_verdict
run_policy(struct run *run, uint32_t policy, struct route_entry *e)
{
	const struct route_policy_spec *p = &run->spec->policies[policy];

	for (size_t i = 0; i < p->n; i++) {
		enum policy_verdict v = run_term(run, &p->terms[i], e);

		if (v == PV_ACCEPT || v == PV_REJECT || v == PV_NEXT_POLICY)
			return v;
	}
	return PV_NONE;
}

bool
route_policy_chain(const struct route_spec *spec, const uint32_t *chain,
	size_t n, struct route_entry *e)
{
	return route_policy_run(spec, chain, n, false, e);
}

bool
route_policy_run(const struct route_spec *spec, const uint32_t *chain, size_t n,
	bool accept, struct route_entry *e)
{
	struct run run = {spec, accept ? PV_ACCEPT : PV_NONE, 0};

	for (size_t i = 0; i < n; i++) {
		enum policy_verdict v = run_policy(&run, chain[i], e);

		if (v == PV_ACCEPT || v == PV_REJECT)
			return v == PV_ACCEPT;
	}
	return run.default_action == PV_ACCEPT;
}
