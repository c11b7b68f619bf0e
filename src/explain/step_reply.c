/* SPDX-License-Identifier: Apache-2.0 */
/* The way back: which table, by which rule, and what it says [RR-1..RR-12]. */
#include "explain/explain_impl.h"

static const char *
rule_text(enum reverse_rule rule)
{
	switch (rule) {
	case REVERSE_BY_ZONE:
		return "by the zone that the session came from [RR-10]";
	case REVERSE_BY_INSTANCE:
		return "by the instance that the session came from [RR-10]";
	case REVERSE_BY_GLOBAL:
		return "by the global statement [RR-2]";
	case REVERSE_BY_HOST:
		return "the other side is the box itself [RR-6]";
	default:
		return "the default [RR-1]";
	}
}

/* Before the modes: is there a session that asks at all? */
static void
mode_step(const struct explain_world *w, const struct dry_run *d,
	struct tnode *side)
{
	const struct reverse_choice *c = &d->reverse;
	const char *zone =
		image_zone_name(w->image, token_zone(d->wing[0].key.token));
	struct tnode *step = step_add(side, "reverse-route", true,
		"%s mode, %s: looked up in %s, the instance of the %s",
		c->packet_mode ? "packet" : "flow", rule_text(c->rule),
		vr_name(w->image, c->vr),
		c->packet_mode ? "reply's interface or filter"
			       : "first packet's interface");

	tree_leaf(step, "reverse-route-mode", "%s",
		c->packet_mode ? "packet-mode" : "flow-mode");
	tree_leaf(step, "routing-instance", "%s", vr_name(w->image, c->vr));
	step_line(step, line_reverse(w->root, c->rule, zone,
				vr_name(w->image, d->ifl->vr)));
}

static void
zone_step(const struct explain_world *w, const struct dry_run *d,
	struct zone_id found, struct tnode *side)
{
	struct zone_id want = token_zone(d->wing[0].key.token);
	bool same = found.v == want.v;

	step_add(side, "zone-check", same,
		same ? "the way back leaves through zone %s, as the session "
		       "came from it [RR-3]%s"
		     : "the way back leaves through zone %s, but the session "
		       "came from zone %s [RR-3]",
		image_zone_name(w->image, found),
		same ? "" : image_zone_name(w->image, want));
}

void
step_reverse(const struct explain_world *w, const struct dry_run *d,
	struct tnode *side)
{
	struct ip_addr initiator = flow_key_src(&d->wing[0].key);

	mode_step(w, d, side);
	if (d->session.flags & SESSION_HOST_OUT)
		return;
	step_route(w, d->reverse.vr, &initiator, &d->back, "route",
		path_is_transit(&d->back), side);
	if (path_is_transit(&d->back))
		zone_step(w, d, d->back.zone, side);
}
