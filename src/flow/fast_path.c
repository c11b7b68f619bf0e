/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order for a packet of a session [FL-20]: is its way still true; may it
 * leave (hop limit, neighbour, MTU); what does it do to the session's state;
 * counters; then the bytes change. State and counters come after everything
 * that can refuse, so that a dropped packet leaves no trace in the session
 * [RR-4].
 */
#include "flow/fast_path.h"

#include "flow/counters.h"
#include "flow/egress.h"
#include "flow/filter.h"
#include "flow/icmp_error.h"
#include "flow/nat_translate.h"
#include "flow/path.h"
#include "flow/record.h"
#include "flow/reroute.h"
#include "flow/session.h"
#include "flow/syn_proxy.h"
#include "flow/tcp_state.h"
#include "pkt/key.h"
#include "pkt/rewrite.h"

#define ICMP_ANSWERED_S 4u /* [FL-12] */

static void
count(const struct env *env, struct wing *w, const struct pkt *p)
{
	struct segments n = pkt_segments(p);
	uint32_t before = w->packets;

	w->seen_ms = env->now_ms;
	w->packets += n.packets;
	w->bytes += n.bytes;
	env->counters->ifl[p->ifl.v].policy_in_bytes += n.bytes;
	env->counters->ifl[p->out_ifl.v].policy_out_bytes += n.bytes;
	if (unlikely(w->packets < before))
		session_side(env->sessions, p->session, p->wing)->packets_hi++;
}

/* The box pings itself with the identifier as sequence number: one key. */
static bool
wings_alike(const struct env *env, uint32_t session)
{
	const struct wing *w = session_wing(env->sessions, session, 0);

	return flow_key_equal(&w[0].key, &w[1].key);
}

/* Requests go one way, their answers the other, whatever the numbers in them
 * look like. */
static enum verdict
icmp_message(const struct env *env, struct pkt *p)
{
	if (p->icmp_class != (p->wing == 0 ? ICMP_CLASS_REQUEST
					   : ICMP_CLASS_REPLY) &&
		!wings_alike(env, p->session))
		return drop(p, REASON_ICMP_NO_SESSION);
	if (p->wing == 1) {
		session_at(env->sessions, p->session)->close = CLOSE_RESPONSE;
		session_set_timeout(env->sessions, p->session, ICMP_ANSWERED_S,
			env->now_ms, env->now_s);
	}
	return VERDICT_NEXT;
}

static enum verdict
state_update(const struct env *env, struct pkt *p)
{
	if (p->key.protocol == IPP_TCP)
		return unlikely(session_tcp(env->sessions, p->session)->flags &
				TCPT_PROXIED)
			       ? syn_proxy_segment(env, p)
			       : tcp_segment(env, p);
	return p->icmp_class == ICMP_CLASS_NONE ? VERDICT_NEXT
						: icmp_message(env, p);
}

static void
clamp_mss(const struct env *env, struct pkt *p)
{
	uint16_t mss;

	if (p->key.protocol != IPP_TCP || (p->tcp_flags & TCP_SYN) == 0)
		return;
	mss = tcp_mss(env, p);
	if (mss != 0)
		rewrite_mss(p, mss);
}

enum verdict
fast_path_run(const struct env *env, struct pkt *p)
{
	struct wing *w = session_wing(env->sessions, p->session, p->wing);
	bool local;
	enum verdict v;

	if (unlikely(w->tx_gen != env->generation || w->tx_adj == 0)) {
		v = reroute_check(env, p);
		if (v != VERDICT_NEXT)
			return v;
	}
	local = w->tx_adj == ADJ_LOCAL.v;
	if (unlikely(local))
		v = filter_to_host(env, p);
	else if (unlikely(w->flags & WING_NAT_WIDE))
		v = nat_egress_check(env, p, wing_adj(w));
	else
		v = egress_check(env, p, wing_adj(w));
	if (v != VERDICT_NEXT)
		return v;
	if (unlikely(p->icmp_error)) {
		icmp_error_apply(env, p);
	} else {
		v = state_update(env, p);
		if (v != VERDICT_NEXT)
			return v;
		count(env, w, p);
	}
	env->counters->total.fast_path++;
	if (unlikely(local)) {
		if (w->flags & WING_NAT) {
			nat_translate(env, p);
			p->vr = session_vr(env->sessions, p->session);
		}
		return VERDICT_LOCAL;
	}
	clamp_mss(env, p);
	v = unlikely(w->flags & WING_NAT) ? nat_translate(env, p)
					  : VERDICT_NEXT;
	return v == VERDICT_NEXT ? egress_apply(env, p) : v;
}

/* A destination that is not remembered, or not plain. */
static __rte_noinline enum verdict
packet_mode_look(const struct env *env, struct pkt *p)
{
	struct ip_addr dst = flow_key_dst(&p->key);
	struct path path;
	enum verdict v;

	if (ip_addr_is_multicast(&dst))
		return drop(p, REASON_BROADCAST);
	path_lookup(env, p->vr, &dst, &p->key, p->scope, &path);
	if (unlikely(env->record != NULL))
		record_way(env->record, p, &path);
	switch (path.type) {
	case NH_LOCAL:
	case NH_RECEIVE:
		v = filter_to_host(env, p);
		return v == VERDICT_NEXT ? VERDICT_LOCAL : v;
	case NH_UCAST:
	case NH_RESOLVE:
		break;
	case NH_DISCARD:
		return drop(p, REASON_ROUTE_DISCARD);
	case NH_BCAST:
		return drop(p, REASON_BROADCAST);
	case NH_REJECT:
	case NH_DOWN:
		return drop_and_answer(
			p, REASON_ROUTE_REJECT, ANSWER_NET_UNREACHABLE);
	default:
		return drop_and_answer(
			p, REASON_NO_ROUTE, ANSWER_NET_UNREACHABLE);
	}
	if (unlikely(path.adj.v == 0)) { /* to be asked for */
		p->out_ifl = path.ifl;
		p->gw = path.gw;
	}
	v = egress_check(env, p, path.adj);
	return v == VERDICT_NEXT ? egress_apply(env, p) : v;
}

enum verdict
packet_mode_run(const struct env *env, struct pkt *p)
{
	struct adj_id plain = path_plain(env, p->vr, &p->key);
	enum verdict v;

	env->counters->total.packet_mode++;
	if (unlikely(p->l2_broadcast))
		return drop(p, REASON_BROADCAST);
	if (unlikely(plain.v == 0))
		return packet_mode_look(env, p);
	v = egress_check(env, p, plain);
	return likely(v == VERDICT_NEXT) ? egress_apply(env, p) : v;
}
