/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy decided, and why those before it did not. That one matched is
 * the image's answer; why another one does not is found here, condition by
 * condition, in the specification.
 */
#include "explain/explain_impl.h"

#include <string.h>

#include "flow/policy_query.h"
#include "flow/self_traffic.h"

#define SKIPPED_MAX 20u

static bool
zone_in(const struct zone_id *list, size_t n, struct zone_id zone)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].v == zone.v)
			return true;
	return n == 0;
}

static bool
addr_in(const struct image_spec *spec, const uint32_t *list, size_t n,
	const struct ip_addr *a)
{
	for (size_t i = 0; i < n; i++) {
		const struct addr_obj_spec *o = &spec->addrs[list[i]];

		for (size_t r = 0; r < o->n; r++)
			if (o->ranges[r].lo.family == a->family &&
				ip_addr_cmp(&o->ranges[r].lo, a) <= 0 &&
				ip_addr_cmp(a, &o->ranges[r].hi) <= 0)
				return true;
	}
	return false;
}

static bool
term_matches(const struct app_term_spec *t, const struct policy_query *q)
{
	if (t->protocol != q->protocol)
		return false;
	if (t->protocol == IPP_ICMP || t->protocol == IPP_ICMP6)
		return (t->icmp_type < 0 || t->icmp_type == q->icmp_type) &&
		       (t->icmp_code < 0 || t->icmp_code == q->icmp_code);
	return q->sport >= t->sport_lo && q->sport <= t->sport_hi &&
	       q->dport >= t->dport_lo && q->dport <= t->dport_hi;
}

static const char *
app_of(const struct image_spec *spec, const struct policy_spec *p,
	const struct policy_query *q)
{
	for (size_t i = 0; i < p->napps; i++) {
		const struct app_spec *app = &spec->apps[p->apps[i]];

		if (app->any)
			return app->name;
		for (size_t t = 0; t < app->n; t++)
			if (term_matches(&app->terms[t], q))
				return app->name;
	}
	return NULL;
}

/* What of p does not match; NULL: everything does. */
static const char *
mismatch(const struct image_spec *spec, const struct policy_spec *p,
	const struct policy_query *q)
{
	if (p->inactive)
		return "inactive";
	if (addr_in(spec, p->src, p->nsrc, &q->src) == p->src_excluded)
		return "source-address";
	if (addr_in(spec, p->dst, p->ndst, &q->dst) == p->dst_excluded)
		return "destination-address";
	return app_of(spec, p, q) == NULL ? "application" : NULL;
}

static void
add_skipped(const struct image_spec *spec, const struct policy_query *q,
	uint32_t end, struct tnode *step)
{
	unsigned int n = 0, more = 0;

	for (uint32_t i = 0; i < end && i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];
		const char *why;
		struct tnode *s;

		if (!zone_in(p->from, p->nfrom, q->from) ||
			!zone_in(p->to, p->nto, q->to))
			continue;
		why = mismatch(spec, p, q);
		if (why == NULL)
			continue;
		if (n++ >= SKIPPED_MAX) {
			more++;
			continue;
		}
		s = tree_open(step, "skipped-policy");
		tree_leaf(s, "policy-name", "%s", p->name);
		tree_leaf(s, "mismatch", "%s", why);
	}
	if (more > 0)
		tree_leaf(step, "skipped-policy-more", "%u", more);
}

static const char *
action_text(enum policy_action action)
{
	return action == POLICY_PERMIT   ? "permit"
	       : action == POLICY_REJECT ? "reject"
					 : "deny";
}

/* From whom to whom it was last asked. */
static struct policy_query
last_query(const struct explain_world *w, const struct dry_packet *d)
{
	const struct pkt *p = &d->record.at;
	struct zone_id from =
		p->ifl.v == 0 ? ZONE_JUNOS_HOST : token_zone(p->key.token);
	struct zone_id to = d->record.path.zone;
	const struct policy_spec *asked = image_policy(w->image, p->policy);

	if (d->record.path.type == NH_LOCAL && asked != NULL &&
		asked->nto == 1 && asked->to[0].v == ZONE_JUNOS_HOST.v)
		to = ZONE_JUNOS_HOST;
	return policy_query_of(p, from, to);
}

void
step_policy(const struct explain_world *w, const struct dry_packet *d,
	struct tnode *side)
{
	const struct image_spec *spec = image_spec_of(w->image);
	struct policy_query q = last_query(w, d);
	const char *from = image_zone_name(w->image, q.from);
	const char *to = image_zone_name(w->image, q.to), *app;
	struct policy_result r;
	struct tnode *step;

	image_policy_match(w->image, &q, &r);
	if (r.place == UINT32_MAX) {
		step = step_add(side, "policy", r.action == POLICY_PERMIT,
			"from-zone %s to-zone %s: no policy matches, the "
			"default policy is %s-all",
			from, to, action_text(r.action));
		step_line(step,
			line_policy(w->root, w->image, NULL, q.from, q.to));
	} else {
		const struct policy_spec *p = &spec->policies[r.place];

		app = app_of(spec, p, &q);
		step = step_add(side, "policy", r.action == POLICY_PERMIT,
			"from-zone %s to-zone %s: %s%s/%u, %s, application %s",
			from, to, p->global ? "global " : "", p->name, p->index,
			action_text(r.action), app != NULL ? app : "any");
		step_line(
			step, line_policy(w->root, w->image, p, q.from, q.to));
	}
	add_skipped(spec, &q, r.place, step);
}
