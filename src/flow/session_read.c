/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/session_read.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "flow/reverse_route.h"
#include "flow/self_traffic.h"
#include "flow/session.h"
#include "flow/session_commit.h"
#include "flow/session_nat.h"
#include "nat/nat.h"

#define AHEAD       8u
#define ROUTE_LOCAL 0xfffb0006u /* [RR-7] */

static bool
wing_zone(const struct wing *w, struct zone_id zone)
{
	return token_zone(w[0].key.token).v == zone.v ||
	       token_zone(w[1].key.token).v == zone.v;
}

static bool
port_listed(const struct session_filter *f, uint16_t port)
{
	for (unsigned int i = 0; i < f->ndports; i++)
		if (f->dports[i] == port)
			return true;
	return f->ndports == 0;
}

static bool
prefix_holds(const struct ip_prefix *p, const struct ip_addr *a)
{
	return p->addr.family == IP_NONE || ip_prefix_covers(p, a);
}

/* Without NAT the wings mirror each other. */
static bool
translated(const struct wing *w)
{
	struct flow_key mirror = flow_key_reverse(&w[0].key, w[1].key.token);

	return !flow_key_equal(&mirror, &w[1].key);
}

static bool
matches(const struct session_filter *f, const struct session_table *t,
	uint32_t index)
{
	const struct session *s = session_at(t, index);
	const struct wing *w = session_wing(t, index, 0);
	const struct flow_key *k = &w[0].key;
	struct ip_addr src = flow_key_src(k), dst = flow_key_dst(k);

	if (f->id != 0 && f->id != s->id)
		return false;
	if (f->family != IP_NONE && f->family != k->family)
		return false;
	if (f->has_protocol && f->protocol != k->protocol)
		return false;
	if (f->has_sport && f->sport != ntohs(k->sport_be))
		return false;
	if (f->has_dport && f->dport != ntohs(k->dport_be))
		return false;
	if (f->has_policy && f->policy_index != s->policy_index)
		return false;
	if (f->ifl.v != 0 && f->ifl.v != session_ifl(t, index, 0).v &&
		f->ifl.v != session_ifl(t, index, 1).v)
		return false;
	if (f->zone.v != 0 && !wing_zone(w, f->zone))
		return false;
	if (f->nat && !translated(w))
		return false;
	return prefix_holds(&f->src, &src) && prefix_holds(&f->dst, &dst) &&
	       port_listed(f, ntohs(k->dport_be));
}

static uint16_t
wing_flag(const struct wing *w, struct ifl_id ifl, unsigned int i)
{
	uint16_t flag = i == 0 ? 0x21 : 0x20;

	if (ifl.v == 0)
		flag = i == 0 ? 0x31 : 0x30;
	return w->key.protocol == IPP_TCP ? flag | 0x1000 : flag;
}

/*
 * Route and gateway printed in a wing are those of the packets that leave on
 * its side: the peer's transmit side [RR-7].
 */
static void
wing_route(const struct env *env, uint32_t index, unsigned int i,
	struct wing_info *ret)
{
	const struct wing *peer = session_wing(env->sessions, index, !i);
	uint16_t nh = session_side(env->sessions, index, !i)->nh;

	ret->gateway = ret->src;
	if (ret->ifl.v == 0) {
		ret->route = ROUTE_LOCAL;
		return;
	}
	if (nh == 0)
		return;
	ret->route = (uint32_t)nh << 16 | 0x10;
	if (peer->tx_adj != 0 && peer->tx_adj != ADJ_LOCAL.v)
		ret->gateway = neigh_adj(env->neigh, wing_adj(peer))->addr;
}

static void
wing_info(const struct env *env, uint32_t index, unsigned int i,
	struct wing_info *ret)
{
	const struct session_table *t = env->sessions;
	const struct wing *w = session_wing(t, index, i);

	memset(ret, 0, sizeof(*ret));
	ret->src = flow_key_src(&w->key);
	ret->dst = flow_key_dst(&w->key);
	ret->sport = ntohs(w->key.sport_be);
	ret->dport = ntohs(w->key.dport_be);
	ret->ifl = session_ifl(t, index, i);
	ret->local_vr = session_vr(t, index);
	ret->token = token_zone(w->key.token);
	ret->flag = wing_flag(w, ret->ifl, i);
	ret->packets = session_packets(t, index, i);
	ret->bytes = w->bytes;
	wing_route(env, index, i, ret);
}

static void
policy_name(const struct env *env, uint32_t index, char *ret, size_t n)
{
	const struct policy_spec *p = image_policy(env->image, index);

	if (index == POLICY_SELF)
		snprintf(ret, n, "self-traffic-policy");
	else if (index == POLICY_DEFAULT)
		snprintf(ret, n, "default-policy-logical-system-00");
	else
		snprintf(ret, n, "%s", p ? p->name : "N/A");
}

static void
tcp_info(const struct tcp_track *t, struct session_info *ret)
{
	unsigned int fins = 0;

	for (unsigned int i = 0; i < 2; i++) {
		const struct tcp_wing *w = &t->wing[i];

		if (w->flags & TCPW_END)
			ret->wing[i].port_sequence = w->end;
		if (w->flags & TCPW_FIN) {
			ret->wing[i].fin_sequence = w->fin_end - 1;
			fins++;
		}
	}
	ret->wing[0].fin_state = ret->wing[1].fin_state = (uint8_t)fins;
}

/* A pool is named as it was when the session was made. */
static void
nat_info(const struct env *env, uint32_t index, struct session_info *ret)
{
	const struct session_nat *n = session_nat(env->sessions, index);
	const struct nat_pool *p;

	memset(ret->nat_rule, 0, sizeof(ret->nat_rule));
	memset(ret->nat_kind, 0, sizeof(ret->nat_kind));
	ret->nat_pool[0] = '\0';
	if (n == NULL)
		return;
	memcpy(ret->nat_rule, n->rule, sizeof(ret->nat_rule));
	ret->nat_kind[NAT_OF_SOURCE] = n->kinds & 15;
	ret->nat_kind[NAT_OF_DESTINATION] = n->kinds >> 4;
	if (env->nat == NULL || n->rule[NAT_OF_SOURCE] == 0 ||
		(n->kinds & 15) != NAT_SOURCE)
		return;
	p = nat_slot(env->nat->nat, n->slot);
	if (p != NULL)
		snprintf(ret->nat_pool, sizeof(ret->nat_pool), "%s",
			p->iface ? "interface" : p->spec.name);
}

static uint32_t
seconds(uint32_t timeout_s)
{
	return timeout_s == TIMEOUT_NEVER ? UINT32_MAX : timeout_s;
}

static void
session_info(const struct env *env, uint32_t index, struct session_info *ret)
{
	const struct session *s = session_at(env->sessions, index);
	const struct wing *w = session_wing(env->sessions, index, 0);
	struct reverse_choice reverse;

	ret->id = s->id;
	ret->state = s->state;
	ret->protocol = w->key.protocol;
	ret->policy_index = s->policy_index;
	policy_name(env, s->policy_index, ret->policy, sizeof(ret->policy));
	reverse = reverse_route_choice(
		env, index, session_vr(env->sessions, index));
	ret->reverse_packet_mode = reverse.packet_mode;
	ret->reverse_rule = reverse.rule;
	ret->timeout_max_s = seconds(s->timeout_s);
	ret->timeout_s =
		seconds(session_remaining(env->sessions, index, env->now_ms));
	ret->start_s = s->start_s;
	ret->duration_s = env->now_s - s->start_s;
	wing_info(env, index, 0, &ret->wing[0]);
	wing_info(env, index, 1, &ret->wing[1]);
	nat_info(env, index, ret);
	if (w->key.protocol == IPP_TCP)
		tcp_info(session_tcp(env->sessions, index), ret);
}

/*
 * The next living session from *cursor, at most to end; 0 when there is none.
 * Closed ones are about to be freed.
 */
static uint32_t
next_used(const struct session_table *t, uint32_t *cursor, uint32_t end)
{
	uint32_t i = *cursor;

	while (i < end && session_at(t, i)->state != SESSION_VALID)
		i++;
	*cursor = i < end ? i + 1 : i;
	return i < end ? i : 0;
}

/* The same for those who look at the wings: those of the next ones are on the
 * way. */
static uint32_t
next_whole(const struct session_table *t, uint32_t *cursor, uint32_t end)
{
	uint32_t i = next_used(t, cursor, end);

	rte_prefetch0(session_wing(t, i + AHEAD, 0));
	rte_prefetch0(session_wing(t, i + AHEAD, 1));
	return i;
}

static uint32_t
step_end(const struct session_table *t, uint32_t from)
{
	uint64_t end = (uint64_t)from + SESSION_READ_STEP;

	return end > (uint64_t)t->top + 1 ? t->top + 1 : (uint32_t)end;
}

static void
cursor_close(const struct session_table *t, uint32_t *cursor)
{
	if (*cursor > t->top)
		*cursor = 0;
}

unsigned int
session_read(const struct env *env, const struct session_filter *f,
	uint32_t *cursor, struct session_info *out, unsigned int n)
{
	const struct session_table *t = env->sessions;
	uint32_t end = step_end(t, *cursor), i;
	unsigned int got = 0;

	while (got < n && (i = next_used(t, cursor, end)) != 0)
		if (matches(f, t, i))
			session_info(env, i, &out[got++]);
	cursor_close(t, cursor);
	return got;
}

unsigned int
session_clear(
	const struct env *env, const struct session_filter *f, uint32_t *cursor)
{
	struct session_table *t = env->sessions;
	uint32_t end = step_end(t, *cursor), i;
	unsigned int cleared = 0, n = SESSION_LOOK_STEP;

	while (n-- > 0 && (i = next_whole(t, cursor, end)) != 0) {
		if (!matches(f, t, i))
			continue;
		session_close(t, i, CLOSE_CLI, env->now_s);
		cleared++;
	}
	cursor_close(t, cursor);
	return cleared;
}

/* One session after a commit; true if it ended. */
static bool
sweep_one(const struct env *env, uint32_t i)
{
	struct session_table *t = env->sessions;
	struct session_fate f = session_fate(env, i);

	if (session_fate_ends(&f)) {
		session_close(t, i, CLOSE_POLICY, env->now_s);
		return true;
	}
	if (f.kind == FATE_REMATCHED)
		session_rematch(env, session_at(t, i), &f);
	return false;
}

unsigned int
session_sweep(const struct env *env, uint32_t *cursor)
{
	struct session_table *t = env->sessions;
	uint32_t end = step_end(t, *cursor), i;
	unsigned int closed = 0, n = SESSION_LOOK_STEP;

	while (n-- > 0 && (i = next_whole(t, cursor, end)) != 0)
		closed += sweep_one(env, i);
	cursor_close(t, cursor);
	return closed;
}

void
session_policy_sum(const struct env *env, uint32_t policy_index,
	uint32_t *cursor, struct policy_stats *sum)
{
	const struct session_table *t = env->sessions;
	uint32_t end = step_end(t, *cursor), i;
	unsigned int n = SESSION_LOOK_STEP;

	while (n-- > 0 && (i = next_whole(t, cursor, end)) != 0) {
		const struct session *s = session_at(t, i);
		const struct wing *w = session_wing(t, i, 0);

		if (s->policy_index != policy_index)
			continue;
		sum->sessions_active++;
		sum->in_packets += session_packets(t, i, 0);
		sum->in_bytes += w[0].bytes;
		sum->out_packets += session_packets(t, i, 1);
		sum->out_bytes += w[1].bytes;
	}
	cursor_close(t, cursor);
}
