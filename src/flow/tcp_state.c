/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-30]: a session begins with a SYN and has 20 s to complete
 * the handshake; then the application's timeout holds. Both FINs seen: the
 * time-wait timer. The ACK of the second FIN: 2 s, or the end at once with
 * fin-invalidate-session. A RST ends it at once with rst-invalidate-session;
 * otherwise it gets 2 s (decision). A new SYN on a closed connection ends the
 * old session and is a first packet.
 *
 * What we do: tcp_rules.c says what a segment does by state, kind and side;
 * tcp_window.c whether it lies where its receiver looks. Here both are put
 * together: first everything that may refuse, then what is learned, then what
 * the new state means for the session's timeout.
 */
#include "flow/tcp_state.h"

#define LINGER_S 2u

static const uint8_t class_by_flags[16] = {
	/* FIN 1, SYN 2, RST 4, ACK (16) as 8 */
	TCPC_ODD,
	TCPC_ODD,
	TCPC_SYN,
	TCPC_ODD,
	TCPC_RST,
	TCPC_RST,
	TCPC_ODD,
	TCPC_ODD,
	TCPC_ACK,
	TCPC_FIN,
	TCPC_SYN_ACK,
	TCPC_ODD,
	TCPC_RST,
	TCPC_RST,
	TCPC_ODD,
	TCPC_ODD,
};

static enum tcp_class
class_of_flags(uint8_t f)
{
	return class_by_flags[(f & (TCP_FIN | TCP_SYN | TCP_RST)) |
			      (f & TCP_ACK) >> 1];
}

static enum verdict
refuse_first(const struct env *env, struct pkt *p)
{
	const struct zone_spec *zone =
		image_zone(env->image, token_zone(p->key.token));

	if (zone != NULL && zone->tcp_rst && !(p->tcp_flags & TCP_RST))
		return drop_and_answer(p, REASON_TCP_NOT_SYN, ANSWER_TCP_RST);
	return drop(p, REASON_TCP_NOT_SYN);
}

enum verdict
tcp_first(const struct env *env, struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	enum tcp_class class = class_of_flags(p->tcp_flags);

	if (p->l4 == NULL) /* a later fragment never opens */
		return drop(p, REASON_TCP_NOT_SYN);
	if (class == TCPC_SYN)
		return VERDICT_NEXT;
	if (flow->no_syn_check && class != TCPC_RST && class != TCPC_ODD)
		return VERDICT_NEXT;
	return refuse_first(env, p);
}

enum verdict
tcp_first_by_policy(
	const struct env *env, struct pkt *p, const struct policy_spec *policy)
{
	if (p->key.protocol != IPP_TCP || !policy->tcp_syn_check ||
		class_of_flags(p->tcp_flags) == TCPC_SYN)
		return VERDICT_NEXT;
	return refuse_first(env, p);
}

/* Global switches and those of the policy, for the whole life of the session.*/
static void
options(const struct env *env, const struct session *s, struct tcp_track *t)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	const struct policy_spec *policy = NULL;

	if (!flow->no_sequence_check)
		t->flags |= TCPT_SEQUENCE;
	if (flow->rst_sequence_check)
		t->flags |= TCPT_RST;
	if (image_policy_flags(env->image, s->policy_index) &
		RESULT_TCP_OPTIONS)
		policy = image_policy(env->image, s->policy_index);
	if (policy == NULL)
		return;
	if (policy->tcp_sequence_check)
		t->flags |= TCPT_SEQUENCE;
	t->wing[0].mss = policy->tcp_initial_mss;
	t->wing[1].mss = policy->tcp_reverse_mss;
}

void
tcp_open(const struct env *env, uint32_t index, const struct pkt *p,
	uint32_t app_timeout_s)
{
	struct session *s = session_at(env->sessions, index);
	struct tcp_track *t = session_tcp(env->sessions, index);
	struct tcp_seg seg;

	*t = (struct tcp_track){.state = TCPS_SYN_SENT};
	options(env, s, t);
	tcp_seg_read(p, &seg);
	t->app_timeout_s = app_timeout_s;
	if (class_of_flags(p->tcp_flags) == TCPC_SYN) {
		tcp_window_syn(t, &seg);
		s->timeout_s =
			image_spec_of(env->image)->flow.tcp_initial_timeout;
	} else { /* no-syn-check */
		tcp_window_pick_up(t, &seg);
		t->state = TCPS_ESTABLISHED;
		s->timeout_s = app_timeout_s;
	}
}

/* ---- what kind of segment is it? ---- */

static enum tcp_class
class_of_rst(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	if ((t->flags & (TCPT_SEQUENCE | TCPT_RST)) == 0)
		return TCPC_RST;
	if (t->state == TCPS_SYN_SENT) /* the answer to a challenge */
		return wing == 0 && (t->flags & TCPT_CHALLENGE) &&
				       s->seq == t->limbo
			       ? TCPC_RST_DOUBT
			       : TCPC_RST;
	return tcp_window_rst_expected(t, wing, s) ? TCPC_RST : TCPC_RST_DOUBT;
}

/* The SYN that is in limbo, and not the connection that is open. */
static bool
answers_limbo(const struct tcp_track *t, const struct tcp_seg *s)
{
	if ((t->flags & TCPT_LIMBO) == 0 || s->ack != t->limbo)
		return false;
	if (t->limbo != t->first + 1) /* a new one of the client */
		return true;
	return (t->state == TCPS_BOTH_SYN || t->state == TCPS_BOTH_CLIENT ||
		       t->state == TCPS_BOTH_SERVER) &&
	       !tcp_window_holds(t, 1, s);
}

static enum tcp_class
class_of(const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	enum tcp_class class = class_of_flags(s->flags);

	switch (class) {
	case TCPC_ACK:
	case TCPC_FIN:
		return t->state == TCPS_FIN_BOTH &&
				       tcp_window_all_done(t, wing, s)
			       ? TCPC_LAST_ACK
			       : class;
	case TCPC_SYN:
		return wing == 0 && s->seq != t->first ? TCPC_SYN_NEW : class;
	case TCPC_SYN_ACK:
		return wing == 1 && answers_limbo(t, s) ? TCPC_SYN_ACK_NEW
							: class;
	case TCPC_RST:
		return class_of_rst(t, wing, s);
	default:
		return class;
	}
}

/* ---- may it pass? ---- */

static bool
acks_syn(const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	return tcp_window_holds(t, wing, s) &&
	       ((t->wing[wing].flags & TCPW_ACK) == 0 ||
		       seq_after(s->ack, t->wing[wing].ack));
}

static bool
rst_holds(const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	if (t->state != TCPS_SYN_SENT)
		return tcp_window_holds_rst(t, wing, s);
	if (wing == 1) /* RFC 9293 3.10.7.3 */
		return tcp_window_answers_syn(t, s);
	return !seq_before(s->seq, t->first) &&
	       tcp_window_rst_expected(t, wing, s);
}

static bool
acceptable(const struct tcp_track *t, enum tcp_action action, unsigned int wing,
	const struct tcp_seg *s)
{
	switch (action) {
	case TCPA_HOLD:
	case TCPA_EARLY:
	case TCPA_SIDE:
		return tcp_window_holds(t, wing, s);
	case TCPA_COMPLETE:
		return acks_syn(t, wing, s);
	case TCPA_SYN_ACK:
		return tcp_window_answers_syn(t, s);
	case TCPA_SYN_ACK_AGAIN:
		return tcp_window_holds(t, wing, s) ||
		       tcp_window_answers_syn(t, s);
	case TCPA_RST:
		return rst_holds(t, wing, s);
	default:
		return true;
	}
}

/* A RST that the receiver will not believe [FL-34]. */
static bool
doubt_holds(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	if (t->state == TCPS_SYN_SENT)
		return true;
	return (t->flags & TCPT_RST) == 0 && tcp_window_holds_rst(t, wing, s);
}

static enum verdict
check(const struct env *env, struct pkt *p, const struct tcp_track *t,
	const struct tcp_rule *rule, const struct tcp_seg *s)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	bool rst = (s->flags & TCP_RST) != 0;

	switch (rule->action) {
	case TCPA_ODD:
		return drop(p, REASON_TCP_BAD_FLAGS);
	case TCPA_SIDE:
		if ((t->flags & (TCPT_BOTH_SYN | TCPT_PICKED)) == 0)
			return drop(p, REASON_TCP_BAD_FLAGS);
		break;
	case TCPA_EARLY:
	case TCPA_CHALLENGE:
		if (flow->strict_syn_check)
			return drop(p, REASON_TCP_HANDSHAKE);
		break;
	case TCPA_FREE:
		if (rst && !doubt_holds(t, p->wing, s))
			return drop(p, REASON_TCP_WINDOW);
		break;
	default:
		break;
	}
	if ((t->flags & TCPT_SEQUENCE) &&
		!acceptable(t, rule->action, p->wing, s))
		return drop(p, REASON_TCP_WINDOW);
	return VERDICT_NEXT;
}

/* ---- what does it teach? ---- */

static void
keep_syn(struct tcp_track *t, const struct tcp_seg *s)
{
	t->flags |= TCPT_LIMBO;
	t->flags &= ~(uint32_t)TCPT_CHALLENGE;
	t->limbo = s->seq + 1;
	t->limbo_window = s->window;
	t->limbo_scale = s->scale;
}

/*
 * Was the server's SYN its own? Anybody may have forged it: until the open is
 * complete, the SYN-ACK that acknowledges the client's SYN has the last word.
 */
static void
keep_first(struct tcp_track *t)
{
	const struct tcp_wing *w = &t->wing[0];

	t->flags |= TCPT_LIMBO;
	t->limbo = t->first + 1;
	t->limbo_window =
		w->window <= UINT16_MAX ? (uint16_t)w->window : UINT16_MAX;
	t->limbo_scale = w->scale;
}

static void
renew(struct tcp_track *t, const struct tcp_seg *s)
{
	struct tcp_seg syn = {.seq = t->limbo - 1,
		.end = t->limbo,
		.window = t->limbo_window,
		.scale = t->limbo_scale,
		.flags = TCP_SYN};

	tcp_window_syn(t, &syn);
	tcp_window_syn_ack(t, s);
}

static void
learn(struct tcp_track *t, enum tcp_action action, unsigned int wing,
	const struct tcp_seg *s)
{
	switch (action) {
	case TCPA_FREE:
	case TCPA_RST:
		break;
	case TCPA_SYN_BOTH:
		keep_first(t);
		tcp_window_both_syn(t, s);
		break;
	case TCPA_SYN_ACK:
		tcp_window_syn_ack(t, s);
		break;
	case TCPA_SYN_ACK_AGAIN:
		if (tcp_window_holds(t, wing, s))
			tcp_window_learn(t, wing, s);
		else
			tcp_window_syn_ack(t, s);
		break;
	case TCPA_CHALLENGE:
		t->flags |= TCPT_CHALLENGE;
		t->flags &= ~(uint32_t)TCPT_LIMBO;
		t->limbo = s->ack;
		break;
	case TCPA_LIMBO:
		keep_syn(t, s);
		break;
	case TCPA_RENEW:
		renew(t, s);
		break;
	default:
		tcp_window_learn(t, wing, s);
		break;
	}
}

/* ---- what does the new state mean? ---- */

static void
timeout(const struct env *env, const struct pkt *p, uint32_t seconds)
{
	session_set_timeout(
		env->sessions, p->session, seconds, env->now_ms, env->now_s);
}

/* session-ageout: a closed connection ages like an open one. */
static void
time_wait(const struct env *env, const struct pkt *p)
{
	uint32_t seconds = image_spec_of(env->image)->flow.time_wait_timeout;

	if (seconds == 0)
		seconds = session_tcp(env->sessions, p->session)->app_timeout_s;
	timeout(env, p, seconds);
}

static void
end(const struct env *env, const struct pkt *p, enum close_reason why,
	bool at_once)
{
	if (at_once) {
		session_close(env->sessions, p->session, why, env->now_s);
		return;
	}
	session_at(env->sessions, p->session)->close = why;
	timeout(env, p, LINGER_S);
}

static void
enter(const struct env *env, const struct pkt *p, enum tcp_state next)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	const struct tcp_track *t = session_tcp(env->sessions, p->session);

	switch (next) {
	case TCPS_SYN_RECEIVED: /* also of a connection that is renewed */
		session_at(env->sessions, p->session)->close = CLOSE_NONE;
		timeout(env, p, flow->tcp_initial_timeout);
		break;
	case TCPS_ESTABLISHED:
		timeout(env, p, t->app_timeout_s);
		break;
	case TCPS_FIN_CLIENT:
	case TCPS_FIN_SERVER:
		if (flow->time_wait_half_close)
			time_wait(env, p);
		else
			timeout(env, p, t->app_timeout_s);
		break;
	case TCPS_FIN_BOTH:
		time_wait(env, p);
		break;
	case TCPS_CLOSED:
		end(env, p, CLOSE_TCP_FIN, flow->fin_invalidate_session);
		break;
	case TCPS_RESET:
		end(env, p,
			p->wing == 0 ? CLOSE_TCP_CLIENT_RST
				     : CLOSE_TCP_SERVER_RST,
			flow->rst_invalidate_session);
		break;
	default:
		break;
	}
}

enum verdict
tcp_segment(const struct env *env, struct pkt *p)
{
	struct tcp_track *t = session_tcp(env->sessions, p->session);
	const struct tcp_rule *rule;
	struct tcp_seg s;
	enum verdict v;

	if (unlikely(p->l4 == NULL)) /* the first fragment has told */
		return VERDICT_NEXT;
	tcp_seg_read(p, &s);
	rule = &tcp_rules[t->state][class_of(t, p->wing, &s)][p->wing];
	if (rule->action == TCPA_NEW) {
		session_close(
			env->sessions, p->session, CLOSE_TCP_FIN, env->now_s);
		return VERDICT_MISS;
	}
	v = check(env, p, t, rule, &s);
	if (v != VERDICT_NEXT)
		return v;
	learn(t, rule->action, p->wing, &s);
	if (rule->next != t->state) {
		t->state = rule->next;
		enter(env, p, rule->next);
	}
	return VERDICT_NEXT;
}

uint16_t
tcp_mss(const struct env *env, const struct pkt *p)
{
	const struct tcp_track *t = session_tcp(env->sessions, p->session);
	uint16_t mss = t->wing[p->wing].mss;

	return mss != 0 ? mss : image_spec_of(env->image)->flow.mss_all_tcp;
}
