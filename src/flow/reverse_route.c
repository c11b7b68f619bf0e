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
 * since only then its virtual router is known. Both resolve again when the
 * world has a new generation [RR-5]. A session whose Out side is the box itself
 * always uses the virtual router of its first packet [RR-6]. The look-up is for
 * the initiator's own address, before any source NAT.
 */
#include "flow/reverse_route.h"

#include "flow/path.h"

static bool
packet_mode(const struct env *env, const struct session *s)
{
	return (s->flags & (SESSION_HOST_IN | SESSION_HOST_OUT)) == 0 &&
	       image_spec_of(env->image)->flow.reverse_route_packet_mode;
}

static struct vr_id
initiator_vr(const struct env *env, const struct session *s)
{
	const struct ifl_spec *in = image_ifl(env->image, s->ifl[0]);

	return in != NULL ? in->vr : s->fwd_vr;
}

/* Writes the answer into the Out wing (it is the Out wing's packets that take
 * it). REASON_NONE, or why there is none; then the wing shows Route: 0x0. */
static enum reason
resolve(const struct env *env, uint32_t index, struct vr_id vr,
	struct ip_addr *ret_gw)
{
	struct session *s = session_at(env->sessions, index);
	struct wing *in = session_wing(env->sessions, index, 0), *out = in + 1;
	struct ip_addr initiator = flow_key_src(&in->key);
	struct path path;

	path_lookup(env, vr, &initiator, flow_key_symmetric_hash(&in->key),
		s->ifl[0], &path);
	out->tx_adj = ADJ_NONE;
	out->tx_gen = env->generation;
	s->tx_nh[1] = NEXTHOP_NONE;
	s->tx_ifl[1] = IFL_NONE;
	if (!path_is_transit(&path))
		return REASON_REVERSE_NO_ROUTE;
	if (path.zone.v != in->key.token)
		return REASON_REVERSE_ZONE;
	out->tx_adj = path.adj;
	s->tx_nh[1] = path.nh;
	s->tx_ifl[1] = path.ifl;
	*ret_gw = path.gw;
	return REASON_NONE;
}

void
reverse_route_install(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	struct ip_addr gw;

	if (s->flags & SESSION_HOST_OUT) /* replies end at the box */
		return;
	if (packet_mode(env, s))
		session_wing(env->sessions, index, 1)->tx_gen = 0;
	else
		resolve(env, index, initiator_vr(env, s), &gw);
}

enum verdict
reverse_route_resolve(const struct env *env, struct pkt *p)
{
	const struct session *s = session_at(env->sessions, p->session);
	struct vr_id vr = initiator_vr(env, s);
	enum reason reason;

	if (s->flags & SESSION_HOST_IN)
		vr = s->fwd_vr;
	else if (packet_mode(env, s))
		vr = p->vr; /* of its interface, or what a filter chose */
	reason = resolve(env, p->session, vr, &p->gw);
	if (reason != REASON_NONE)
		return drop(p, reason);
	p->out_ifl = s->tx_ifl[1];
	return VERDICT_NEXT;
}
