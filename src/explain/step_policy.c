/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy decided, and why those before it did not. Both are
 * the image's answers.
 */
#include "explain/explain_impl.h"

#include <string.h>

#include "flow/policy_query.h"
#include "flow/self_traffic.h"

#define SKIPPED_MAX 20u

/* What of a policy does not match; NULL: everything does, or it is of other
 * zones. */
static const char *
mismatch(
	const struct image *image, uint32_t place, const struct policy_query *q)
{
	switch (image_policy_miss(image, place, q)) {
	case MISS_INACTIVE:
		return "inactive";
	case MISS_SOURCE:
		return "source-address";
	case MISS_DESTINATION:
		return "destination-address";
	case MISS_APPLICATION:
		return "application";
	default:
		return NULL;
	}
}

/* Of other zones: also when it is inactive. */
static bool
of_zones(const struct policy_spec *p, const struct policy_query *q)
{
	bool from = p->nfrom == 0, to = p->nto == 0;

	for (size_t i = 0; i < p->nfrom && !from; i++)
		from = p->from[i].v == q->from.v;
	for (size_t i = 0; i < p->nto && !to; i++)
		to = p->to[i].v == q->to.v;
	return from && to;
}

static void
add_skipped(const struct image *image, const struct policy_query *q,
	uint32_t end, struct tnode *step)
{
	const struct image_spec *spec = image_spec_of(image);
	unsigned int n = 0, more = 0;

	for (uint32_t i = 0; i < end && i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];
		const char *why;
		struct tnode *s;

		if (!of_zones(p, q))
			continue;
		why = mismatch(image, i, q);
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
	return policy_query_to(p,
		d->record.nat.translated ? &d->record.nat.to : &p->key, from,
		to);
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

		app = spec->apps[r.app].name;
		step = step_add(side, "policy", r.action == POLICY_PERMIT,
			"from-zone %s to-zone %s: %s%s/%u, %s, application %s",
			from, to, p->global ? "global " : "", p->name, p->index,
			action_text(r.action), app);
		step_line(
			step, line_policy(w->root, w->image, p, q.from, q.to));
	}
	add_skipped(w->image, &q, r.place, step);
}
