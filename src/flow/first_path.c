/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first packet of a flow, in the order of [FL-1]: may it open a session at
 * all; does NAT give it another destination; where does that lie; is it the box
 * itself; which policy decides; does NAT give it another source; then both
 * wings, with the way back, or nothing.
 */
#include "flow/first_path.h"

#include <errno.h>

#include "flow/counters.h"
#include "flow/flow_log.h"
#include "flow/icmp_error.h"
#include "flow/ingress.h"
#include "flow/nat_first.h"
#include "flow/path.h"
#include "flow/policy_query.h"
#include "flow/record.h"
#include "flow/reverse_route.h"
#include "flow/screen.h"
#include "flow/self_traffic.h"
#include "flow/session.h"
#include "flow/syn_proxy.h"
#include "flow/tcp_state.h"
#include "pkt/key.h"

/* Only a question may open a session: SYN, echo request, not an answer. */
static enum verdict
may_open(const struct env *env, struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;

	switch (p->key.protocol) {
	case IPP_TCP:
		return tcp_first(env, p);
	case IPP_ICMP:
	case IPP_ICMP6:
		return p->icmp_class == ICMP_CLASS_REQUEST
			       ? VERDICT_NEXT
			       : drop(p, REASON_ICMP_NO_SESSION);
	case IPP_UDP:
		/* RFC 1035 4.1.1: QR is the top bit of byte 2 */
		if (p->key.dport_be == RTE_BE16(53) && !flow->allow_dns_reply &&
			p->l4 != NULL && p->l4_len >= 8 + 12 &&
			(p->l4[8 + 2] & 0x80) != 0)
			return drop(p, REASON_DNS_REPLY_FIRST);
		return VERDICT_NEXT;
	default:
		return VERDICT_NEXT;
	}
}

static enum verdict
route_verdict(struct pkt *p, const struct path *path)
{
	switch (path->type) {
	case NH_UCAST:
	case NH_RESOLVE:
	case NH_LOCAL:
	case NH_RECEIVE:
		return VERDICT_NEXT;
	case NH_REJECT:
	case NH_DOWN:
		return drop_and_answer(
			p, REASON_ROUTE_REJECT, ANSWER_NET_UNREACHABLE);
	case NH_DISCARD:
		return drop(p, REASON_ROUTE_DISCARD);
	case NH_BCAST:
		return drop(p, REASON_BROADCAST);
	default:
		return drop(p, REASON_NO_ROUTE);
	}
}

static enum verdict
refused(struct pkt *p, const struct policy_result *r)
{
	bool by_default = r->index == POLICY_DEFAULT;

	if (r->action != POLICY_REJECT)
		return drop(p,
			by_default ? REASON_DEFAULT_DENY : REASON_POLICY_DENY);
	switch (p->key.protocol) {
	case IPP_TCP:
		return drop_and_answer(p, REASON_POLICY_REJECT, ANSWER_TCP_RST);
	case IPP_UDP:
		return drop_and_answer(
			p, REASON_POLICY_REJECT, ANSWER_PORT_UNREACHABLE);
	default:
		return drop_and_answer(
			p, REASON_POLICY_REJECT, ANSWER_ADMIN_PROHIBITED);
	}
}

static enum verdict
transit_policy(const struct env *env, struct pkt *p, struct first *f)
{
	struct policy_query q = policy_query_to(
		p, &f->nat.to, token_zone(p->key.token), f->path.zone);
	struct policy_result r;

	if (f->path.zone.v == ZONE_NULL.v)
		return drop(p, REASON_NULL_ZONE);
	if (f->path.zone.v == ZONE_MANAGEMENT.v ||
		p->key.token == ZONE_MANAGEMENT.v)
		return drop(p, REASON_MANAGEMENT_ZONE);
	image_policy_match(env->image, &q, &r);
	++*policy_hits(env->counters, r.index);
	p->policy = r.index;
	if (r.action != POLICY_PERMIT)
		return refused(p, &r);
	f->policy = r.index;
	f->timeout = r.timeout;
	if (r.flags & RESULT_COUNT)
		f->flags |= SESSION_COUNTED;
	if (!(r.flags & RESULT_TCP_OPTIONS))
		return VERDICT_NEXT;
	return tcp_first_by_policy(
		env, p, &image_spec_of(env->image)->policies[r.place]);
}

/* The box is asked by the address that it has, not by the one that NAT lends
 * it. */
static enum verdict
to_the_box(const struct env *env, struct pkt *p, struct first *f)
{
	struct flow_key as_sent = p->key;
	enum verdict v;

	if (unlikely(f->nat.to.family != p->key.family))
		return drop(p, REASON_NAT_FAMILY);
	p->key = f->nat.to;
	v = self_traffic_in(env, p, &f->path, &f->policy);
	p->key = as_sent;
	return v;
}

static enum verdict
decide(const struct env *env, struct pkt *p, const struct ip_addr *src,
	struct first *f)
{
	bool from_box = p->ifl.v == 0;
	bool to_box = f->path.type == NH_LOCAL || f->path.type == NH_RECEIVE;

	f->timeout = image_default_timeout(env->image, p->key.protocol,
		rte_be_to_cpu_16(f->nat.to.dport_be));
	if (from_box)
		f->flags |= SESSION_HOST_OUT;
	if (to_box)
		f->flags |= SESSION_HOST_IN;
	if (from_box)
		return self_traffic_out(env, p, &f->path, &f->policy);
	if (to_box)
		return to_the_box(env, p, f);
	if (ip_addr_is_link_local(src) && f->path.ifl.v != p->ifl.v)
		return drop(p, REASON_BAD_ADDRESS); /* RFC 4291 2.5.6 */
	return transit_policy(env, p, f);
}

/* The zone where the answer will arrive. */
static uint16_t
out_token(const struct pkt *p, const struct first *f)
{
	if (!(f->flags & SESSION_HOST_IN))
		return f->path.zone.v;
	/* the box answers in the table in which it was found [RR-6] */
	return f->nat.vr.v != p->vr.v ? token_of_host(f->nat.vr)
				      : host_token(p);
}

static void
fill_wings(const struct env *env, const struct pkt *p, struct first *f,
	uint32_t index)
{
	struct session_table *t = env->sessions;
	struct session *s = session_at(t, index);
	struct wing *in = session_wing(t, index, 0), *out = in + 1;
	bool to_box = (f->flags & SESSION_HOST_IN) != 0;
	struct flow_key back = flow_key_reverse(&f->nat.to, out_token(p, f));

	wing_set_key(in, &p->key);
	wing_set_key(out, &back);
	f->hash[0] = p->hash;
	f->hash[1] = flow_key_hash(&back);
	/* needed when both wings are installed */
	session_prefetch_bucket(t, f->hash[1]);
	in->tx_adj = to_box ? ADJ_LOCAL.v : f->path.adj.v;
	in->tx_gen = env->generation;
	*session_side(t, index, 0) = (struct wing_side){
		.ifl = p->ifl, .vr = f->nat.vr, .nh = (uint16_t)f->path.nh.v};
	session_side(t, index, 1)->ifl = to_box ? IFL_NONE : f->path.ifl;
	if (f->flags & SESSION_HOST_OUT) {
		out->tx_adj = ADJ_LOCAL.v;
		out->tx_gen = env->generation;
	}
	s->flags = f->flags;
	s->policy_index = f->policy;
	s->timeout_s = f->timeout;
	if (p->key.protocol == IPP_TCP)
		tcp_open(env, index, p, f->timeout);
}

static unsigned int
slot_kind(const struct flow_key *k, const struct nat_first *n)
{
	bool v6 = k->family == IP_V6 || n->to.family == IP_V6;

	return (v6 ? SLOT_V6 : 0) | (k->protocol == IPP_TCP ? SLOT_TCP : 0) |
	       (n->translated ? SLOT_NAT : 0);
}

/* A slot with both wings and all that belongs to them, not in the hash yet. */
static enum verdict
prepare(const struct env *env, struct pkt *p, struct first *f)
{
	uint32_t index =
		session_alloc(env->sessions, slot_kind(&p->key, &f->nat));

	if (unlikely(index == 0))
		return drop(p, REASON_SESSION_LIMIT);
	fill_wings(env, p, f, index);
	if (unlikely(f->nat.translated) &&
		nat_session_make(env, index, &f->nat) != 0) {
		session_unalloc(env->sessions, index);
		return drop(p, REASON_SESSION_LIMIT);
	}
	reverse_route_install(env, index);
	f->session = index;
	return VERDICT_NEXT;
}

static void
made(const struct env *env, struct pkt *p, const struct first *f)
{
	if (unlikely(f->nat.translated))
		nat_session_made(env, f->session);
	if (p->ifl.v != 0)
		env->counters->ifl[p->ifl.v].connections++;
	p->session = f->session;
	p->wing = 0;
	if (unlikely(p->screen != 0))
		screen_session_opened(env, p, f->session);
}

/* What the policy that was asked last wants to be told of [LG-1] [LG-2]. */
static void
log_decision(const struct env *env, const struct pkt *p, enum verdict v,
	struct first *f)
{
	const struct security_log_spec *log =
		&image_spec_of(env->image)->log.security;
	uint8_t flags = image_policy_flags(env->image, p->policy);
	bool known = (flags & RESULT_POLICY) != 0;
	bool init = known ? flags & RESULT_LOG_INIT : log->default_init;
	bool close = known ? flags & RESULT_LOG_CLOSE : log->default_close;
	const struct policy_spec *policy;

	if (likely(!init && !close && (env->exports & EXPORT_DENY) == 0))
		return;
	policy = image_policy(env->image, p->policy);
	if (v == VERDICT_NEXT) {
		f->flags |= (init ? SESSION_LOG_INIT : 0) |
			    (close ? SESSION_LOG_CLOSE : 0);
		return;
	}
	if ((init || (env->exports & EXPORT_DENY) != 0) &&
		(p->reason == REASON_POLICY_DENY ||
			p->reason == REASON_DEFAULT_DENY ||
			p->reason == REASON_POLICY_REJECT))
		flow_log_deny(env, p,
			policy != NULL && policy->nto == 1 ? policy->to[0]
							   : f->path.zone,
			init);
}

/* A session whose wing the hash brings here, but which another worker made. */
static bool
is_elsewhere(const struct env *env, struct pkt *p)
{
	struct flow_key key = p->key, quoted;
	int worker;

	if (p->owned)
		return false;
	if (p->icmp_class == ICMP_CLASS_ERROR) {
		if (!icmp_error_quoted(p, &quoted))
			return false;
		key = flow_key_reverse(&quoted, p->key.token);
	}
	worker = nat_session_owner(env, &key);
	return worker >= 0 &&
	       nat_handoff(p, (unsigned int)worker) == VERDICT_HANDOFF;
}

/* An ICMP error about no session: with allow-embedded-icmp it is an ordinary
 * packet to the policies [FL-15]. */
static bool
allowed_alone(const struct env *env, const struct pkt *p)
{
	return image_spec_of(env->image)->flow.allow_embedded_icmp &&
	       p->l4 != NULL;
}

/* A new source, and what is to be the session. */
static enum verdict
finish(const struct env *env, struct pkt *p, struct first *f)
{
	enum verdict v = VERDICT_NEXT;

	if (f->nat.has != 0 && (f->flags & SESSION_HOST_IN) == 0)
		v = nat_src_run(env, p, &f->path, out_token(p, f), &f->nat);
	if (unlikely(env->record != NULL))
		env->record->nat = f->nat;
	if (v != VERDICT_NEXT)
		return v;
	v = prepare(env, p, f);
	if (unlikely(v != VERDICT_NEXT))
		nat_first_undo(env, &f->nat);
	return v;
}

enum verdict
first_path_end(const struct env *env, struct pkt *p, struct first *f)
{
	enum verdict v;
	int rc;

	while ((rc = session_install_new(env->sessions, f->session, f->hash,
			env->now_ms, env->now_s)) != 0) {
		if (rc != -EEXIST || !nat_first_again(env, &f->nat)) {
			nat_first_undo(env, &f->nat);
			return drop(p, rc == -EEXIST ? REASON_SESSION_CLASH
						     : REASON_SESSION_LIMIT);
		}
		v = finish(env, p, f);
		if (v != VERDICT_NEXT)
			return v;
	}
	made(env, p, f);
	return VERDICT_NEXT;
}

bool
first_path_may_wait(
	const struct env *env, const struct pkt *p, const struct first *f)
{
	const struct nat_first *n = &f->nat;

	return p->screen == 0 && env->record == NULL &&
	       (!n->translated ||
		       (n->hold.what == HOLD_PORT && env->nworkers == 1));
}

enum verdict
first_path_begin(const struct env *env, struct pkt *p, struct first *f)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);
	enum verdict v;

	*f = (struct first){.policy = POLICY_DEFAULT,
		.nat = {.to = p->key, .vr = p->vr, .has = nat_kinds_of(env)}};
	if (unlikely(env->nworkers > 1) && is_elsewhere(env, p))
		return VERDICT_HANDOFF;
	env->counters->total.first_path++;
	if (p->icmp_class == ICMP_CLASS_ERROR) {
		v = icmp_error_find(env, p);
		if (v == VERDICT_NEXT || !allowed_alone(env, p))
			return v;
	}
	if (p->key.token == ZONE_NULL.v)
		return drop(p, REASON_NULL_ZONE);
	if (ip_addr_is_multicast(&dst) || p->l2_broadcast)
		return drop(p, REASON_BROADCAST);
	v = unlikely(p->screen != 0) ? screen_first(env, p) : VERDICT_NEXT;
	if (v == VERDICT_NEXT && likely(p->icmp_class != ICMP_CLASS_ERROR))
		v = may_open(env, p);
	if (v == VERDICT_NEXT && unlikely(f->nat.has != 0)) {
		v = nat_dst_run(env, p, &f->nat);
		dst = flow_key_dst(&f->nat.to);
		if (unlikely(env->record != NULL))
			env->record->nat = f->nat;
	}
	if (v != VERDICT_NEXT)
		return v;
	path_lookup(env, f->nat.vr, &dst, &p->key, p->scope, &f->path);
	v = route_verdict(p, &f->path);
	if (v == VERDICT_NEXT)
		v = decide(env, p, &src, f);
	if (p->policy != 0)
		log_decision(env, p, v, f);
	if (unlikely(env->record != NULL))
		record_way(env->record, p, &f->path);
	if (v == VERDICT_NEXT && unlikely(p->syn_proxy == SYN_PROXY_ANSWER) &&
		path_is_transit(&f->path))
		return syn_proxy_answer(env, p, f->path.ifl);
	if (v == VERDICT_NEXT && unlikely(p->icmp_class == ICMP_CLASS_ERROR))
		return VERDICT_NEXT; /* by the routes alone, without a session
				      */
	return v == VERDICT_NEXT ? finish(env, p, f) : v;
}

enum verdict
first_path_run(const struct env *env, struct pkt *p)
{
	struct first f;
	enum verdict v = first_path_begin(env, p, &f);

	return v == VERDICT_NEXT && f.session != 0 ? first_path_end(env, p, &f)
						   : v;
}
