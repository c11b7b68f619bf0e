/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does: replies are routed, by default ("flow mode"), in the
 * virtual router of the interface on which the first packet came in [RR-1]. In
 * "packet mode" it is that of the interface on which the reply arrives, or the
 * one that a firewall filter there names; without a route there the next hop
 * shows as 0x0 and replies are dropped [RR-2]. In both modes a way back through
 * another zone than the session came from is no way back [RR-3].
 *
 * What we do: flow mode resolves at install, packet mode at the first reply,
 * since only then its virtual router is known. The mode is a matter of the zone
 * that the session came from, else of its routing instance, else global
 * [RR-10]; Junos has only the last. Both resolve again when the world has a new
 * generation [RR-5]. A session that ends at the box is always resolved as in
 * flow mode [RR-6]. Flow mode means the interface's own virtual router,
 * whatever a filter chose for the first packet [RR-9]. The look-up is for the
 * initiator's own address, before any source NAT.
 */
#include "flow/reverse_route.h"

#include "flow/path.h"

static struct vr_id
initiator_vr(const struct env *env, uint32_t index)
{
	const struct ifl_spec *in =
		image_ifl(env->image, session_ifl(env->sessions, index, 0));

	return in != NULL ? in->vr : session_vr(env->sessions, index);
}

/* The most specific statement of where the session came from [RR-10]. */
static bool
packet_mode(const struct env *env, const struct wing *in, struct vr_id vr_id,
	enum reverse_rule *rule)
{
	const struct zone_spec *zone =
		image_zone(env->image, token_zone(in->key.token));
	const struct vr_spec *vr = image_vr(env->image, vr_id);

	if (zone != NULL && zone->reverse != REVERSE_INHERIT) {
		*rule = REVERSE_BY_ZONE;
		return zone->reverse == REVERSE_PACKET_MODE;
	}
	if (vr != NULL && vr->reverse != REVERSE_INHERIT) {
		*rule = REVERSE_BY_INSTANCE;
		return vr->reverse == REVERSE_PACKET_MODE;
	}
	*rule = REVERSE_BY_DEFAULT;
	if (!image_spec_of(env->image)->flow.reverse_route_packet_mode)
		return false;
	*rule = REVERSE_BY_GLOBAL;
	return true;
}

struct reverse_choice
reverse_route_choice(
	const struct env *env, uint32_t index, struct vr_id arrival)
{
	const struct session *s = session_at(env->sessions, index);
	struct reverse_choice c = {
		.rule = REVERSE_BY_HOST, .vr = initiator_vr(env, index)};

	if (s->flags & (SESSION_HOST_IN | SESSION_HOST_OUT))
		return c;
	c.packet_mode = packet_mode(
		env, session_wing(env->sessions, index, 0), c.vr, &c.rule);
	if (c.packet_mode)
		c.vr = arrival;
	return c;
}

/* Writes the answer into the Out wing (it is the Out wing's packets that take
 * it). REASON_NONE, or why there is none; then the wing shows Route: 0x0. */
static enum reason
resolve(const struct env *env, uint32_t index, struct vr_id vr,
	struct path *ret)
{
	struct session_table *t = env->sessions;
	struct wing *in = session_wing(t, index, 0), *out = in + 1;
	struct wing_side *side = session_side(t, index, 1);
	struct ip_addr initiator = flow_key_src(&in->key);

	path_lookup(
		env, vr, &initiator, &in->key, session_ifl(t, index, 0), ret);
	out->tx_adj = ADJ_NONE.v;
	out->tx_gen = env->generation;
	side->nh = 0;
	if (!path_is_transit(ret))
		return REASON_REVERSE_NO_ROUTE;
	if (ret->zone.v != in->key.token)
		return REASON_REVERSE_ZONE;
	out->tx_adj = ret->adj.v;
	side->nh = (uint16_t)ret->nh.v;
	return REASON_NONE;
}

void
reverse_route_install(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	struct wing *w = session_wing(env->sessions, index, 0);
	struct reverse_choice c;
	struct path path;

	if (s->flags & SESSION_HOST_OUT) /* replies end at the box */
		return;
	c = reverse_route_choice(env, index, session_vr(env->sessions, index));
	if (c.packet_mode)
		w[1].tx_gen = 0;
	else
		resolve(env, index, c.vr, &path);
}

enum verdict
reverse_route_resolve(const struct env *env, struct pkt *p)
{
	struct reverse_choice c = reverse_route_choice(env, p->session, p->vr);
	struct path path;
	enum reason reason;

	reason = resolve(env, p->session, c.vr, &path);
	if (reason != REASON_NONE)
		return drop(p, reason);
	p->out_ifl = path.ifl;
	p->gw = path.gw;
	return VERDICT_NEXT;
}
