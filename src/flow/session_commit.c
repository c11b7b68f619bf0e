/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-16], [FL-71]: a session whose policy is deleted or
 * deactivated ends; a changed policy, an earlier one and a scheduler leave it
 * alone. With `policy-rematch` it must still be what its own policy matches and
 * permits, now. With `policy-rematch extensive` all policies are asked anew,
 * and the session goes over to the one that permits it.
 *
 * What we do: a session is asked about whether or not its policy has changed;
 * the answer about an unchanged policy is the old one.
 */
#include "flow/session_commit.h"

#include <arpa/inet.h>

#include "flow/nat_first.h"
#include "flow/path.h"
#include "flow/self_traffic.h"

/* A session does not say which request it was. */
static const uint8_t requests4[] = {8, 13, 15, 17};
static const uint8_t requests6[] = {128};

static bool
interface_fate(const struct env *env, uint32_t index, struct session_fate *f)
{
	const struct wing *w = session_wing(env->sessions, index, 0);

	for (unsigned int i = 0; i < 2; i++) {
		struct ifl_id ifl = session_ifl(env->sessions, index, i);
		const struct ifl_spec *l = image_ifl(env->image, ifl);

		if (ifl.v == 0 || (l != NULL && l->zone.v == w[i].key.token))
			continue;
		f->ifl = ifl;
		f->kind =
			l == NULL ? FATE_INTERFACE_GONE : FATE_INTERFACE_MOVED;
		return true;
	}
	return false;
}

/* Destinations are those after translation, sources those before. */
static struct policy_query
query_of(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	const struct wing *w = session_wing(env->sessions, index, 0);
	const struct flow_key *in = &w[0].key, *out = &w[1].key;
	struct policy_query q = {.from = token_zone(in->token),
		.to = token_zone(out->token),
		.src = flow_key_src(in),
		.dst = flow_key_src(out),
		.protocol = in->protocol,
		.sport = ntohs(in->sport_be),
		.dport = ntohs(out->sport_be)};

	if (s->flags & SESSION_HOST_IN) { /* [FL-13] the owner's zone */
		struct path path;

		path_lookup(env, session_vr(env->sessions, index), &q.dst, NULL,
			session_ifl(env->sessions, index, 0), &path);
		q.to = path.zone;
	}
	return q;
}

static bool
is_icmp(uint8_t protocol)
{
	return protocol == IPP_ICMP || protocol == IPP_ICMP6;
}

/* Does the policy at this place match, with any kind of request? */
static bool
matches(const struct env *env, uint32_t place, struct policy_query *q)
{
	const uint8_t *types = q->protocol == IPP_ICMP ? requests4 : requests6;
	size_t n =
		q->protocol == IPP_ICMP ? sizeof(requests4) : sizeof(requests6);

	for (size_t i = 0; i < n; i++) {
		if (is_icmp(q->protocol))
			q->icmp_type = types[i];
		if (image_policy_miss(env->image, place, q) == MISS_NOTHING)
			return true;
		if (!is_icmp(q->protocol))
			return false;
	}
	return false;
}

static struct session_fate
own_policy(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	const struct image_spec *spec = image_spec_of(env->image);
	struct session_fate f = {.policy = s->policy_index};
	struct policy_query q = query_of(env, index);
	uint32_t place;

	if (s->policy_index == POLICY_DEFAULT) {
		if (spec->flow.default_policy != POLICY_PERMIT)
			f.kind = FATE_REFUSED;
		return f;
	}
	place = image_policy_place(env->image, s->policy_index);
	if (spec->policies[place].inactive)
		f.kind = FATE_POLICY_INACTIVE;
	else if (spec->policies[place].action != POLICY_PERMIT ||
		 !matches(env, place, &q))
		f.kind = FATE_REFUSED;
	return f;
}

static struct session_fate
all_policies(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	struct session_fate f = {.policy = s->policy_index};
	struct policy_query q = query_of(env, index);
	struct policy_result r = {0};
	size_t n = q.protocol == IPP_ICMP ? sizeof(requests4) : 1;

	for (size_t i = 0; i < n; i++) {
		if (is_icmp(q.protocol))
			q.icmp_type = q.protocol == IPP_ICMP ? requests4[i]
							     : requests6[0];
		image_policy_match(env->image, &q, &r);
		if (r.action == POLICY_PERMIT)
			break;
	}
	if (r.action != POLICY_PERMIT)
		f.kind = FATE_REFUSED;
	else if (r.index != s->policy_index)
		f.kind = FATE_REMATCHED;
	f.policy = r.index;
	return f;
}

/* The box's own sessions: only policies of junos-host may refuse [FL-14]. */
static struct session_fate
host_policies(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	struct session_fate f = {.policy = s->policy_index};
	struct policy_query q = query_of(env, index);
	struct policy_result r;

	if (!(s->flags & SESSION_HOST_OUT))
		q.to = ZONE_JUNOS_HOST;
	if (!image_has_context(env->image, q.from, q.to))
		return f;
	q.icmp_type = q.protocol == IPP_ICMP ? requests4[0] : requests6[0];
	image_policy_match(env->image, &q, &r);
	if (r.index != POLICY_DEFAULT && r.action != POLICY_PERMIT) {
		f.kind = FATE_REFUSED;
		f.policy = r.index;
	}
	return f;
}

struct session_fate
session_fate(const struct env *env, uint32_t index)
{
	const struct session *s = session_at(env->sessions, index);
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;
	struct session_fate f = {.policy = s->policy_index};

	if (interface_fate(env, index, &f))
		return f;
	if (unlikely(s->flags & SESSION_NAT) &&
		nat_session_orphan(env, index)) {
		f.kind = FATE_NAT;
		return f;
	}
	if (s->policy_index < POLICY_DEFAULT)
		return flow->rematch == REMATCH_EXTENSIVE
			       ? host_policies(env, index)
			       : f;
	if (flow->rematch == REMATCH_EXTENSIVE)
		return all_policies(env, index);
	if (s->policy_index > POLICY_DEFAULT &&
		image_policy(env->image, s->policy_index) == NULL) {
		f.kind = FATE_POLICY_GONE;
		return f;
	}
	return flow->rematch == REMATCH_POLICY ? own_policy(env, index) : f;
}

void
session_rematch(
	const struct env *env, struct session *s, const struct session_fate *f)
{
	const struct policy_spec *p = image_policy(env->image, f->policy);
	uint32_t of_policy =
		SESSION_COUNTED | SESSION_LOG_INIT | SESSION_LOG_CLOSE;

	s->policy_index = f->policy;
	s->flags &= ~of_policy;
	if (p == NULL)
		return;
	s->flags |= ((p->count ? SESSION_COUNTED : 0) |
		     (p->log_init ? SESSION_LOG_INIT : 0) |
		     (p->log_close ? SESSION_LOG_CLOSE : 0));
}
