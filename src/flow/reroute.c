/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a route change every wing looks again at its next packet [RR-8]. The
 * forward way may move within its zone; another zone ends the session, since
 * the policy that permitted it was for that zone. The way back is
 * reverse_route.c's decision. No route: the packet is dropped and the session
 * waits, for route-change-timeout at most when that is configured.
 */
#include "flow/reroute.h"

#include "flow/nat_first.h"
#include "flow/path.h"
#include "flow/reverse_route.h"

static bool
host_side(const struct session *s, unsigned int wing)
{
	return (wing == 0 && (s->flags & SESSION_HOST_IN)) ||
	       (wing == 1 && (s->flags & SESSION_HOST_OUT));
}

static enum verdict
no_route(const struct env *env, struct pkt *p)
{
	uint32_t limit = image_spec_of(env->image)->flow.route_change_timeout;
	struct wing *w = session_wing(env->sessions, p->session, 0);
	struct session *s = session_at(env->sessions, p->session);

	w->tx_adj = ADJ_NONE.v;
	w->tx_gen = 0;
	session_side(env->sessions, p->session, 0)->nh = 0;
	if (limit != 0 && limit < s->timeout_s)
		session_set_timeout(env->sessions, p->session, limit,
			env->now_ms, env->now_s);
	return drop(p, REASON_REROUTE_NO_ROUTE);
}

/* Interface NAT: the address is that of another interface now [NA-54]. */
static bool
left_interface(const struct env *env, uint32_t index, struct ifl_id to)
{
	return (session_at(env->sessions, index)->flags & SESSION_NAT) != 0 &&
	       to.v != 0 && to.v != session_ifl(env->sessions, index, 1).v &&
	       nat_session_of_interface(env, index);
}

/* Zone that the session was permitted to: the token of its Out wing. */
static enum verdict
forward(const struct env *env, struct pkt *p)
{
	struct session_table *t = env->sessions;
	struct wing *in = session_wing(t, p->session, 0);
	struct ip_addr dst = flow_key_src(&in[1].key);
	struct path path;

	path_lookup(env, session_vr(t, p->session), &dst, &in->key,
		p->scope.v != 0 ? p->scope : session_ifl(t, p->session, 1),
		&path);
	if (path.type == NH_LOCAL || path.zone.v != in[1].key.token ||
		left_interface(env, p->session, path.ifl)) {
		if (!path_is_transit(&path) && path.type != NH_LOCAL)
			return no_route(env, p);
		session_close(t, p->session, CLOSE_REROUTE, env->now_s);
		return VERDICT_MISS;
	}
	if (!path_is_transit(&path))
		return no_route(env, p);
	in->tx_adj = path.adj.v;
	in->tx_gen = env->generation;
	session_side(t, p->session, 0)->nh = (uint16_t)path.nh.v;
	session_side(t, p->session, 1)->ifl = path.ifl;
	p->out_ifl = path.ifl;
	p->gw = path.gw;
	return VERDICT_NEXT;
}

/* A host-bound session lives as long as the address is the box's own. */
static enum verdict
host_bound(const struct env *env, struct pkt *p)
{
	struct session_table *t = env->sessions;
	struct wing *in = session_wing(t, p->session, 0);
	struct ip_addr dst = flow_key_dst(&in->key);
	struct path path;

	path_lookup(env, session_vr(t, p->session), &dst, NULL,
		session_ifl(t, p->session, 0), &path);
	if (path.type != NH_LOCAL && path.type != NH_RECEIVE) {
		session_close(t, p->session, CLOSE_REROUTE, env->now_s);
		return VERDICT_MISS;
	}
	in->tx_gen = env->generation;
	return VERDICT_NEXT;
}

enum verdict
reroute_check(const struct env *env, struct pkt *p)
{
	const struct session *s = session_at(env->sessions, p->session);

	if (host_side(s, p->wing)) {
		if (p->wing == 0)
			return host_bound(env, p);
		session_wing(env->sessions, p->session, 1)->tx_gen =
			env->generation;
		return VERDICT_NEXT;
	}
	return p->wing == 0 ? forward(env, p) : reverse_route_resolve(env, p);
}
