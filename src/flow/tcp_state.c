/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-30]: a session begins with a SYN and has 20 s to complete
 * the handshake; then the application's timeout holds. Both FINs seen: the
 * time-wait timer. The ACK of the second FIN: 2 s, or the end at once with
 * fin-invalidate-session. A RST ends it at once with rst-invalidate-session;
 * otherwise it gets 2 s (decision). A new SYN on a closed connection ends the
 * old session and is a first packet.
 */
#include "flow/tcp_state.h"

#define LINGER_S 2u

enum verdict
tcp_first(const struct env *env, struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	const struct zone_spec *zone;
	uint8_t f = p->tcp_flags;

	if ((f & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN)
		return VERDICT_NEXT;
	if (flow->no_syn_check && !(f & TCP_RST))
		return VERDICT_NEXT;
	zone = image_zone(env->image, token_zone(p->key.token));
	if (zone != NULL && zone->tcp_rst && !(f & TCP_RST))
		return drop_and_answer(p, REASON_TCP_NOT_SYN, ANSWER_TCP_RST);
	return drop(p, REASON_TCP_NOT_SYN);
}

void
tcp_open(const struct env *env, struct session *s, const struct pkt *p,
	uint32_t app_timeout_s)
{
	s->app_timeout_s = app_timeout_s;
	if ((p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		s->tcp = TCPS_SYN_SENT;
		s->timeout_s =
			image_spec_of(env->image)->flow.tcp_initial_timeout;
	} else { /* picked up in the middle: no-syn-check */
		s->tcp = TCPS_ESTABLISHED;
		s->timeout_s = app_timeout_s;
	}
}

/* session-ageout: a closed connection ages like an open one. */
static void
time_wait(const struct env *env, const struct session *s, const struct pkt *p)
{
	uint32_t seconds = image_spec_of(env->image)->flow.time_wait_timeout;

	session_set_timeout(env->sessions, p->session,
		seconds != 0 ? seconds : s->app_timeout_s, env->now_ms,
		env->now_s);
}

static void
timeout(const struct env *env, const struct pkt *p, uint32_t seconds)
{
	session_set_timeout(
		env->sessions, p->session, seconds, env->now_ms, env->now_s);
}

static void
reset(const struct env *env, struct session *s, const struct pkt *p)
{
	enum close_reason why =
		p->wing == 0 ? CLOSE_TCP_CLIENT_RST : CLOSE_TCP_SERVER_RST;

	s->tcp = TCPS_CLOSED;
	if (image_spec_of(env->image)->flow.rst_invalidate_session) {
		session_close(env->sessions, p->session, why, env->now_s);
		return;
	}
	s->close = (uint8_t)why;
	timeout(env, p, LINGER_S);
}

static void
finish(const struct env *env, struct session *s, const struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;

	s->fin |= (uint8_t)(1u << p->wing);
	if (s->fin == 3) {
		s->tcp = TCPS_FIN_2;
		time_wait(env, s, p);
	} else {
		s->tcp = TCPS_FIN_1;
		if (flow->time_wait_half_close)
			time_wait(env, s, p);
	}
}

static void
closed(const struct env *env, struct session *s, const struct pkt *p)
{
	s->tcp = TCPS_CLOSED;
	if (image_spec_of(env->image)->flow.fin_invalidate_session) {
		session_close(
			env->sessions, p->session, CLOSE_TCP_FIN, env->now_s);
		return;
	}
	s->close = CLOSE_TCP_FIN;
	timeout(env, p, LINGER_S);
}

/* Did this wing's side send its FIN before the other side? Then its pure ACK,
 * once both have, acknowledges the last FIN. */
static bool
acks_last_fin(const struct session *s, const struct pkt *p)
{
	return s->tcp == TCPS_FIN_2 && (p->tcp_flags & TCP_ACK) &&
	       !(p->tcp_flags & TCP_FIN) && s->first_fin == p->wing;
}

enum verdict
tcp_segment(const struct env *env, struct pkt *p)
{
	struct session *s = session_at(env->sessions, p->session);
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	uint8_t f = p->tcp_flags;

	if ((f & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN &&
		s->tcp >= TCPS_FIN_2) {
		session_close(
			env->sessions, p->session, CLOSE_TCP_FIN, env->now_s);
		return VERDICT_MISS;
	}
	if (f & TCP_RST) {
		reset(env, s, p);
		return VERDICT_NEXT;
	}
	switch (s->tcp) {
	case TCPS_SYN_SENT:
		if (p->wing == 1 && (f & (TCP_SYN | TCP_ACK)) ==
					    (TCP_SYN | TCP_ACK))
			s->tcp = TCPS_SYN_RECEIVED;
		else if (flow->strict_syn_check && !(f & TCP_SYN))
			return drop(p, REASON_TCP_HANDSHAKE);
		break;
	case TCPS_SYN_RECEIVED:
		if (p->wing == 0 && (f & (TCP_SYN | TCP_ACK)) == TCP_ACK) {
			s->tcp = TCPS_ESTABLISHED;
			timeout(env, p, s->app_timeout_s);
		} else if (flow->strict_syn_check && !(f & TCP_SYN)) {
			return drop(p, REASON_TCP_HANDSHAKE);
		}
		break;
	default:
		break;
	}
	if ((f & TCP_FIN) && s->tcp >= TCPS_SYN_RECEIVED) {
		if (s->fin == 0)
			s->first_fin = p->wing; /* who closed first */
		finish(env, s, p);
	} else if (acks_last_fin(s, p)) {
		closed(env, s, p);
	}
	return VERDICT_NEXT;
}
