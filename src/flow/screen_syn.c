/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floods of SYNs [SC-9]: too many from one source or to one host are dropped.
 * Above attack-threshold to one address and port the box answers itself
 * (syn_proxy.h), and goes on from the first SYN of the next second when the
 * flood lasts: otherwise as many as the threshold would reach the server in
 * every second.
 */
#include "flow/screen_impl.h"

static bool
more_than(const struct env *env, const struct pkt *p, const struct ip_addr *a,
	uint16_t port_be, uint8_t kind, uint32_t limit, bool *lasting)
{
	struct screen_key k;

	screen_key_set(&k, a, port_be, p->key.token, kind);
	return rate_over(env->screen->rates, &k, env->now_ms, limit, lasting,
		&stats_of_zone(env, p)->forgotten);
}

/* Once in a second: as many were answered as alarm-threshold says. */
static void
alarm_when_many(
	const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	struct ip_addr dst = flow_key_dst(&p->key);
	struct screen_key k;

	screen_key_set(&k, &dst, p->key.dport_be, p->key.token, KIND_SYN_ALARM);
	if (rate_count(env->screen->rates, &k, env->now_ms, s->syn_alarm, NULL,
		    &stats_of_zone(env, p)->forgotten) != s->syn_alarm + 1)
		return;
	stats_of_zone(env, p)->alarms++;
	env->screen->ifl[p->ifl.v].alarms++;
}

static uint64_t
syn(const struct env *env, struct pkt *p, const struct screen_spec *s)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);
	bool lasting = false;

	if (more_than(env, p, &src, 0, KIND_SYN_SOURCE, s->syn_source, NULL))
		return SCREEN_BIT(SYN_SOURCE);
	if (more_than(env, p, &dst, 0, KIND_SYN_DESTINATION, s->syn_destination,
		    NULL))
		return SCREEN_BIT(SYN_DESTINATION);
	if (!more_than(env, p, &dst, p->key.dport_be, KIND_SYN_ATTACK,
		    s->syn_attack, &lasting) &&
		!lasting)
		return 0;
	alarm_when_many(env, p, s);
	if (s->alarm_only)
		return SCREEN_BIT(SYN_FLOOD);
	p->syn_proxy = SYN_PROXY_ANSWER;
	return 0;
}

/* An ACK that brings a cookie back; not too many of one source [SC-23]. */
static uint64_t
answer_to_cookie(
	const struct env *env, struct pkt *p, const struct screen_spec *s)
{
	struct ip_addr src = flow_key_src(&p->key);
	struct screen_key k;

	if (!syn_proxy_accept(env, p))
		return 0;
	p->syn_proxy = SYN_PROXY_OPEN;
	stats_of_zone(env, p)->completed++;
	env->screen->ifl[p->ifl.v].completed++;
	if ((s->on & SCREEN_BIT(SYN_ACK_ACK)) == 0)
		return 0;
	screen_key_set(&k, &src, 0, p->key.token, KIND_WAITING);
	return number_get(env->screen->numbers, &k) >= s->syn_ack_ack
		       ? SCREEN_BIT(SYN_ACK_ACK)
		       : 0;
}

uint64_t
screen_syn_first(
	const struct env *env, struct pkt *p, const struct screen_spec *s)
{
	const uint8_t flags = TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN;

	if (p->key.protocol != IPP_TCP || p->l4 == NULL)
		return 0;
	if ((p->tcp_flags & flags) == TCP_ACK)
		return answer_to_cookie(env, p, s);
	if ((p->tcp_flags & flags) != TCP_SYN ||
		screen_white(s->syn_white, s->nsyn_white, p))
		return 0;
	return syn(env, p, s);
}
