/* SPDX-License-Identifier: Apache-2.0 */
/* The answer, step by step in the order of the packet path [FL-1]. */
#include "explain/explain_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/self_traffic.h"
#include "route/neigh_impl.h"

struct tnode *
step_add(struct tnode *side, const char *name, bool ok, const char *fmt, ...)
{
	struct tnode *step = tree_open(side, "explain-step");
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tree_leaf(step, "step-name", "%s", name);
	tree_leaf(step, "step-result", "%s", ok ? "ok" : "failed");
	tree_leaf(step, "step-text", "%s", text);
	return step;
}

void
step_line(struct tnode *step, const struct cnode *n)
{
	char *path = n != NULL ? cnode_path(n) : NULL;

	if (path != NULL && path[0] != '\0')
		tree_leaf(step, "configuration-line", "set %s", path);
	free(path);
}

/* ---- before the session ---- */

static void
ingress_step(const struct explain_world *w, const struct ifl_spec *ifl, bool ok,
	struct tnode *side)
{
	const struct image_spec *spec = image_spec_of(w->image);
	const char *zone = image_zone_name(w->image, ifl->zone);
	const char *vr = vr_name(w->image, ifl->vr);
	struct tnode *step = step_add(side, "interface", ok,
		"%s on port %s, zone %s, instance %s", ifl->name,
		spec->ifds[ifl->ifd.v].name, zone, vr);

	step_line(step, line_zone_interface(w->root, zone, ifl->name));
	step_line(step, line_instance_interface(w->root, vr, ifl->name));
}

static void
filter_step(
	const struct explain_world *w, const struct pkt *p, struct tnode *side)
{
	const struct image_spec *spec = image_spec_of(w->image);
	const struct filter_spec *f;
	const struct filter_term_spec *t = NULL;
	bool ok = p->reason != REASON_FILTER_DISCARD;
	const char *then;
	struct tnode *step;

	if (p->filter == 0 || p->filter > spec->nfilters)
		return;
	f = &spec->filters[p->filter - 1];
	if (p->term != 0 && p->term <= f->n)
		t = &f->terms[p->term - 1];
	then = !ok ? "discard" : p->in_packet_mode ? "packet-mode" : "accept";
	if (t != NULL && ok && t->has_vr)
		step = step_add(side, "filter", ok,
			"filter %s term %s: routing-instance %s", f->name,
			t->name, vr_name(w->image, t->vr));
	else
		step = step_add(side, "filter", ok, "filter %s %s%s: %s",
			f->name, t != NULL ? "term " : "no term matches",
			t != NULL ? t->name : "", then);
	step_line(step, line_filter_term(w->root, f->family, f->name,
				t != NULL ? t->name : NULL));
}

static bool
packet_mode(const struct explain_world *w, const struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(w->image)->flow;

	return p->in_packet_mode ||
	       (p->key.family == IP_V4 ? flow->mode4 : flow->mode6) ==
		       MODE_PACKET;
}

static void
mode_step(
	const struct explain_world *w, const struct pkt *p, struct tnode *side)
{
	bool ok = p->reason != REASON_FAMILY_DROP;
	struct tnode *step = step_add(side, "forwarding-mode", ok, "%s",
		!ok                 ? "drop"
		: packet_mode(w, p) ? "packet-based: no session, no policy"
				    : "flow-based");

	step_line(step, line_mode(w->root, p->key.family));
}

/* ---- the session ---- */

static void
session_step(const struct explain_env *env, const struct explain_query *q,
	const struct pkt *p, struct tnode *side)
{
	unsigned int wing = 0;
	uint32_t id = env->session != NULL && !q->candidate
			      ? env->session(env->ctx, q,
					token_zone(p->key.token), &wing)
			      : 0;

	if (id == 0) {
		step_add(side, "session", true, "none yet: first path");
		return;
	}
	step_add(side, "session", true,
		"session %u has it already (wing %s): such packets follow its "
		"wings; below is what a new one would meet",
		id, wing == 0 ? "In" : "Out");
}

static bool
stopped_before_route(enum reason r)
{
	return r == REASON_NULL_ZONE || r == REASON_BROADCAST ||
	       r == REASON_TCP_NOT_SYN || r == REASON_ICMP_NO_SESSION ||
	       r == REASON_DNS_REPLY_FIRST || r == REASON_TCP_BAD_FLAGS;
}

static void
self_step(const struct explain_world *w, const struct dry_run *d,
	struct tnode *side)
{
	const struct path *path = &d->packet.record.path;
	const struct ifl_spec *owner = image_ifl(w->image, path->ifl);
	bool ok = d->packet.p.reason != REASON_HOST_INBOUND;
	const char *zone;
	struct tnode *step;

	if (owner == NULL || path->type == NH_RECEIVE)
		owner = d->ifl;
	zone = image_zone_name(w->image, owner->zone);
	step = step_add(side, "host-inbound-traffic", ok,
		"the box's own address on %s, zone %s: %s", owner->name, zone,
		ok ? "allowed" : "not allowed");
	step_line(step, line_host_inbound(w->root, zone, owner->name));
}

static void
wings_step(const struct explain_world *w, const struct dry_run *d,
	struct tnode *side)
{
	const struct session *s = &d->session;
	struct tnode *step;
	char text[32] = "never";

	if (s->timeout_s != TIMEOUT_NEVER)
		snprintf(text, sizeof(text), "%u s", s->timeout_s);
	step = step_add(side, "wings", true,
		"In from %s (token 0x%x), Out from %s (token 0x%x), timeout %s",
		d->ifl->name, token_zone(d->wing[0].key.token).v,
		d->out_ifl.v != 0 ? image_ifl_name(w->image, d->out_ifl)
				  : "the box",
		token_zone(d->wing[1].key.token).v, text);
	tree_leaf(step, "timeout", "%s", text);
}

/* ---- the end of a side ---- */

static void
neighbor_step(const struct explain_env *env, const struct explain_world *w,
	const struct pkt *p, const struct ip_addr *to, struct tnode *side)
{
	const struct adj *known = NULL;
	struct adj_id id = {0};
	char gw[IP_TEXT_MAX];

	if (p->out_ifl.v == 0)
		return;
	if (env->neigh != NULL && to->family != IP_NONE)
		id = neigh_find(env->neigh, p->out_ifl, to);
	if (id.v != 0)
		known = neigh_adj(env->neigh, id);
	step_add(side, "egress", true, "%s to %s%s",
		image_ifl_name(w->image, p->out_ifl),
		to->family != IP_NONE ? ip_addr_text(to, gw) : "its next hop",
		known != NULL && adj_usable(known->mac_state)
			? ""
			: ", which has to answer ARP or neighbor discovery "
			  "first");
}

static void
verdict(const struct explain_world *w, const struct dry_packet *d,
	struct tnode *side)
{
	switch (d->verdict) {
	case VERDICT_NEXT:
		tree_leaf(side, "verdict", "pass");
		tree_leaf(side, "egress-interface", "%s",
			image_ifl_name(w->image, d->p.out_ifl));
		break;
	case VERDICT_LOCAL:
		tree_leaf(side, "verdict", "local");
		break;
	case VERDICT_DROP:
		tree_leaf(side, "verdict", "drop");
		tree_leaf(side, "drop-reason", "%s", reason_name(d->p.reason));
		tree_leaf(side, "drop-description", "%s",
			reason_sentence(d->p.reason));
		break;
	default:
		tree_leaf(side, "verdict", "unresolved");
		break;
	}
}

/* ---- both sides ---- */

static bool
reached(const struct dry_packet *d)
{
	return d->verdict != VERDICT_DROP ||
	       d->p.reason > REASON_FILTER_DISCARD;
}

static void
first_path_steps(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *side)
{
	const struct record *r = &d->packet.record;
	enum reason reason = d->packet.p.reason;
	bool dropped = d->packet.verdict == VERDICT_DROP;
	struct ip_addr dst;

	session_step(env, q, &d->packet.p, side);
	step_nat(w, &d->packet, NAT_OF_DESTINATION, side);
	if (dropped && stopped_before_route(reason) && !r->routed) {
		step_add(side, "first-packet", false, "%s",
			reason_sentence(reason));
		return;
	}
	if (!r->routed)
		return;
	dst = r->nat.translated ? flow_key_dst(&r->nat.to) : q->dst;
	step_route(w, r->nat.translated ? r->nat.vr : r->at.vr, &dst, &r->path,
		"route",
		!dropped || (reason != REASON_NO_ROUTE &&
				    reason != REASON_ROUTE_REJECT &&
				    reason != REASON_ROUTE_DISCARD),
		side);
	if (d->packet.record.at.policy != 0)
		step_policy(w, &d->packet, side);
	if (r->path.type == NH_LOCAL || r->path.type == NH_RECEIVE)
		self_step(w, d, side);
	step_nat(w, &d->packet, NAT_OF_SOURCE, side);
	if (d->has_session)
		wings_step(w, d, side);
}

static void
packet_side(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *root)
{
	struct tnode *side = tree_open(root, "explain-side");
	const struct pkt *p = &d->packet.p;

	tree_leaf(side, "direction", "packet");
	tree_leaf(side, "packet-summary", "%s", d->packet.text);
	ingress_step(w, d->ifl,
		p->reason != REASON_NO_INTERFACE &&
			p->reason != REASON_FAMILY_OFF,
		side);
	filter_step(w, p, side);
	if (reached(&d->packet)) {
		mode_step(w, p, side);
		if (p->reason == REASON_FAMILY_DROP)
			;
		else if (!packet_mode(w, p))
			first_path_steps(env, w, q, d, side);
		else if (d->packet.record.routed)
			step_route(w, p->vr, &q->dst, &d->packet.record.path,
				"route", d->packet.verdict != VERDICT_DROP,
				side);
	}
	if (d->packet.verdict == VERDICT_NEXT)
		neighbor_step(env, w, p, &d->packet.record.path.gw, side);
	verdict(w, &d->packet, side);
}

static void
reply_side(const struct explain_env *env, const struct explain_world *w,
	const struct dry_run *d, struct tnode *root)
{
	struct tnode *side = tree_open(root, "explain-side");
	const struct pkt *p = &d->reply.p;
	const struct ifl_spec *in = image_ifl(w->image, p->ifl);
	struct ip_addr dst = flow_key_dst(&p->key);

	tree_leaf(side, "direction", "reply");
	tree_leaf(side, "packet-summary", "%s", d->reply.text);
	if (in != NULL)
		ingress_step(w, in, p->reason != REASON_FAMILY_OFF, side);
	else
		step_add(side, "interface", true, "from the box itself");
	filter_step(w, p, side);
	if (d->has_session && reached(&d->reply))
		step_reverse(w, d, side);
	else if (d->reply.record.routed)
		step_route(w, p->vr, &dst, &d->reply.record.path, "route",
			d->reply.verdict != VERDICT_DROP, side);
	if (d->reply.verdict == VERDICT_NEXT)
		neighbor_step(env, w, p,
			d->has_session ? &d->back.gw : &d->reply.record.path.gw,
			side);
	verdict(w, &d->reply, side);
}

void
steps_add(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *root)
{
	packet_side(env, w, q, d, root);
	if (d->reply.ran)
		reply_side(env, w, d, root);
}
