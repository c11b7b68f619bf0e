/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit-session: how many sessions an address may have, how many it may open
 * and how many packets it may send or get in a second, of all protocols and of
 * each [SC-8]. Counted for the zone in which a session begins. Every session
 * of a zone whose screen limits anything is in all of its numbers, so that a
 * commit that changes a limit finds them right.
 */
#include "flow/screen_impl.h"
#include "flow/session.h"

#define SIDES 2u /* 0: by source, 1: by destination */

static const uint64_t limit_bit[SIDES] = {
	SCREEN_BIT(SOURCE_LIMIT), SCREEN_BIT(DESTINATION_LIMIT)};
static const uint64_t rate_bit[SIDES] = {
	SCREEN_BIT(SOURCE_RATE), SCREEN_BIT(DESTINATION_RATE)};

static enum screen_protocol
protocol_of(const struct flow_key *k)
{
	switch (k->protocol) {
	case IPP_TCP:
		return SCREEN_TCP;
	case IPP_UDP:
		return SCREEN_UDP;
	case IPP_ICMP:
	case IPP_ICMP6:
		return SCREEN_ICMP;
	default:
		return SCREEN_ALL_PROTOCOLS;
	}
}

static void
key_of(const struct flow_key *flow, unsigned int side, unsigned int kind,
	enum screen_protocol protocol, struct screen_key *ret)
{
	struct ip_addr a = side == 0 ? flow_key_src(flow) : flow_key_dst(flow);

	screen_key_set(ret, &a, 0, flow->token, kind_of(kind, side, protocol));
}

static bool
over(const struct env *env, const struct pkt *p, unsigned int side,
	unsigned int kind, enum screen_protocol protocol, uint32_t limit)
{
	struct screen_key k;

	if (limit == 0)
		return false;
	key_of(&p->key, side, kind, protocol, &k);
	return rate_over(env->screen->rates, &k, env->now_ms, limit, NULL,
		&stats_of_zone(env, p)->forgotten);
}

uint64_t
screen_limit_packet(
	const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	enum screen_protocol protocol = protocol_of(&p->key);
	uint64_t hits = 0;

	for (unsigned int side = 0; side < SIDES; side++) {
		const struct screen_limit *l = s->limit[side];

		if (over(env, p, side, KIND_PACKETS, SCREEN_ALL_PROTOCOLS,
			    l[SCREEN_ALL_PROTOCOLS].packet_rate) ||
			(protocol != SCREEN_ALL_PROTOCOLS &&
				over(env, p, side, KIND_PACKETS, protocol,
					l[protocol].packet_rate)))
			hits |= rate_bit[side];
	}
	return hits;
}

static bool
full(const struct env *env, const struct pkt *p, unsigned int side,
	enum screen_protocol protocol, uint32_t limit)
{
	struct screen_key k;

	if (limit == 0)
		return false;
	key_of(&p->key, side, KIND_LIVING, protocol, &k);
	return number_get(env->screen->numbers, &k) >= limit;
}

static uint64_t
first_of(const struct env *env, const struct pkt *p,
	const struct screen_limit *l, unsigned int side,
	enum screen_protocol protocol)
{
	uint64_t hits = 0;

	if (full(env, p, side, protocol, l[protocol].sessions))
		hits |= limit_bit[side];
	if (over(env, p, side, KIND_SESSIONS, protocol,
		    l[protocol].session_rate))
		hits |= rate_bit[side];
	return hits;
}

uint64_t
screen_limit_first(
	const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	enum screen_protocol protocol = protocol_of(&p->key);
	uint64_t hits = 0;

	for (unsigned int side = 0; side < SIDES; side++) {
		hits |= first_of(
			env, p, s->limit[side], side, SCREEN_ALL_PROTOCOLS);
		if (protocol != SCREEN_ALL_PROTOCOLS)
			hits |= first_of(
				env, p, s->limit[side], side, protocol);
	}
	return hits;
}

static void
for_numbers(const struct env *env, const struct flow_key *flow,
	void (*fn)(struct number_table *t, const struct screen_key *k))
{
	enum screen_protocol protocol = protocol_of(flow);
	struct screen_key k;

	for (unsigned int side = 0; side < SIDES; side++) {
		key_of(flow, side, KIND_LIVING, SCREEN_ALL_PROTOCOLS, &k);
		fn(env->screen->numbers, &k);
		if (protocol == SCREEN_ALL_PROTOCOLS)
			continue;
		key_of(flow, side, KIND_LIVING, protocol, &k);
		fn(env->screen->numbers, &k);
	}
}

void
screen_session_opened(
	const struct env *env, const struct pkt *p, uint32_t index)
{
	const struct screen_spec *s = screen_of(env, p);
	struct wing *in = session_wing(env->sessions, index, 0);

	if (env->screen == NULL)
		return;
	if (p->syn_proxy == SYN_PROXY_OPEN)
		syn_proxy_open(env, p, index);
	if (!s->limited[0] && !s->limited[1])
		return;
	session_at(env->sessions, index)->flags |= SESSION_LIMITED;
	for_numbers(env, &in->key, number_add);
}

void
screen_session_ended(
	const struct env *env, const struct session *s, uint32_t index)
{
	if (env->screen == NULL)
		return;
	if (s->flags & SESSION_LIMITED)
		for_numbers(env, &session_wing(env->sessions, index, 0)->key,
			number_sub);
	syn_proxy_ended(env, index);
}
