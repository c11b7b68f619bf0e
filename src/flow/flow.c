/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of docs/behaviour/flow.md [FL-1], and nothing else. A burst is
 * taken stage by stage, so that the memory of all its packets is on the way
 * while the first is worked on:
 *   1 parse, interface, filter, fragments: until each has a complete key
 *   2 hash, fetch bucket lines
 *   3 fetch wing lines
 *   4 find, first path on a miss, fast path
 */
#include "flow/flow.h"

#include "flow/counters.h"
#include "flow/fast_path.h"
#include "flow/first_path.h"
#include "flow/frag.h"
#include "flow/icmp_error.h"
#include "flow/ingress.h"
#include "flow/ingress_plain.h"
#include "flow/screen.h"
#include "flow/session.h"
#include "pkt/key.h"
#include "pkt/parse.h"
#include "pkt/worker_hash.h"

static bool
is_packet_mode(const struct env *env, const struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;

	return p->in_packet_mode ||
	       (mbuf_meta(p->m)->flags & META_NO_SESSION) != 0 ||
	       (p->key.family == IP_V4 ? flow->mode4 : flow->mode6) ==
		       MODE_PACKET;
}

static bool
is_dropped_family(const struct env *env, const struct pkt *p)
{
	const struct flow_spec *flow = &image_spec_of(env->image)->flow;

	return (p->key.family == IP_V4 ? flow->mode4 : flow->mode6) ==
	       MODE_DROP;
}

/* Fragments of one packet meet at one worker, whatever ports they know. */
static uint16_t
fragment_owner(const struct env *env, const struct pkt *p)
{
	return worker_hash_owner_fragment(&p->key, env->nworkers);
}

/* The worker whose session it belongs to; an ICMP error to that of the packet
 * that it quotes. */
static uint16_t
session_owner(const struct env *env, const struct pkt *p)
{
	struct flow_key quoted;

	if (unlikely(p->icmp_class == ICMP_CLASS_ERROR) &&
		icmp_error_quoted(p, &quoted))
		return worker_hash_owner(&quoted, env->nworkers);
	return worker_hash_owner(&p->key, env->nworkers);
}

/* Handed to this worker because it has, or makes, the session [NA-46]; the hash
 * of the key would lead elsewhere. True once. */
static bool
stays_here(struct pkt *p)
{
	struct mbuf_meta *meta = mbuf_meta(p->m);

	p->owned = (meta->flags & META_OWNED) != 0;
	meta->flags &= (uint8_t)~META_OWNED;
	return p->owned;
}

static inline enum verdict
own_or_other(const struct env *env, struct pkt *p)
{
	if (likely(env->nworkers == 1))
		return VERDICT_MISS;
	p->owner = session_owner(env, p);
	return p->owner == env->worker ? VERDICT_MISS : VERDICT_HANDOFF;
}

static inline enum verdict
after_plain(const struct env *env, struct pkt *p)
{
	return unlikely(p->in_packet_mode) ? packet_mode_run(env, p)
					   : own_or_other(env, p);
}

/* Stage 1. MISS: has a complete key and wants a session. */
static __rte_noinline enum verdict
prepare(const struct env *env, struct pkt *p)
{
	bool again = (mbuf_meta(p->m)->flags & META_COUNTED) != 0;
	enum verdict v;

	env->counters->total.received += !again;
	v = parse_packet(p);
	if (unlikely(v == VERDICT_DROP)) {
		screen_malformed(env, p);
		return v;
	}
	v = ingress_check(env, p);
	if (v != VERDICT_NEXT)
		return v;
	if (is_dropped_family(env, p))
		return drop(p, REASON_FAMILY_DROP);
	if (is_packet_mode(env, p))
		return packet_mode_run(env, p);
	if (unlikely(p->screen != 0) && !again) {
		v = screen_packet(env, p);
		if (v != VERDICT_NEXT)
			return v;
	}
	if (unlikely(p->frag_first || p->frag_later) &&
		(mbuf_meta(p->m)->flags & META_PORTS) == 0) {
		if (env->nworkers > 1) {
			p->owner = fragment_owner(env, p);
			if (p->owner != env->worker)
				return VERDICT_HANDOFF;
		}
		env->counters->total.fragments++;
		v = image_spec_of(env->image)->flow.reassembly
			    ? frag_reassemble(env->frag, p, env->time_ms)
			    : frag_resolve(env->frag, p, env->time_ms);
		if (v == VERDICT_DROP && p->screen != 0)
			screen_overlap(env, p);
		if (v != VERDICT_NEXT)
			return v;
	}
	if (env->nworkers > 1 && stays_here(p))
		return VERDICT_MISS;
	return own_or_other(env, p);
}

static void
count_verdict(const struct env *env, const struct pkt *p, enum verdict v)
{
	struct flow_stats *c = &env->counters->total;

	if (likely(v == VERDICT_NEXT)) {
		c->forwarded++;
		return;
	}
	switch (v) {
	case VERDICT_LOCAL:
		c->host_in++;
		if (p->ifl.v != 0)
			env->counters->ifl[p->ifl.v].self_packets++;
		break;
	case VERDICT_DROP:
		c->dropped++;
		c->reason[p->reason]++;
		env->counters->ifl[p->ifl.v].reason[p->reason]++;
		break;
	default:
		break;
	}
}

/* ---- stage 4 ---- */

/*
 * Sessions that wait for one line of the hash to arrive before they are put
 * into it, in their order; meanwhile other packets are worked on. None of them
 * may ask for what waits: flush_for().
 */
#define OPENINGS 2u

struct openings {
	struct first f[OPENINGS];
	struct pkt *p[OPENINGS];
	enum verdict *ret[OPENINGS];
	unsigned int first, n;
};

static inline void
openings_init(struct openings *o)
{
	o->first = o->n = 0;
	for (unsigned int i = 0; i < OPENINGS; i++)
		o->f[i].hash[0] = o->f[i].hash[1] = 0;
}

/*
 * Find, first path on a miss, fast path; again when the session has ended by
 * what the packet has found.
 */
static __rte_noinline enum verdict
search(const struct env *env, struct pkt *p)
{
	enum verdict v = VERDICT_MISS;

	for (unsigned int tries = 0; tries < 3 && v == VERDICT_MISS; tries++) {
		uint32_t found = 0;

		/* The key of an ICMP error is no flow's [FL-15]. */
		if (likely(p->icmp_class != ICMP_CLASS_ERROR))
			found = session_find(env->sessions, &p->key, p->hash);
		p->icmp_error = false;
		p->session = found >> 1;
		p->wing = found & 1;
		v = found != 0 ? VERDICT_NEXT : first_path_run(env, p);
		if (v == VERDICT_NEXT)
			v = likely(p->session != 0) ? fast_path_run(env, p)
						    : packet_mode_run(env, p);
	}
	return v == VERDICT_MISS ? drop(p, REASON_SESSION_CLASH) : v;
}

/* The oldest one. */
static void
open_one(const struct env *env, struct openings *o)
{
	unsigned int at = o->first;
	struct pkt *p = o->p[at];
	enum verdict v = first_path_end(env, p, &o->f[at]);

	o->first = (at + 1) % OPENINGS;
	o->n--;
	if (likely(v == VERDICT_NEXT)) {
		v = fast_path_run(env, p);
		if (unlikely(v == VERDICT_MISS))
			v = search(env, p);
	}
	*o->ret[at] = v;
	count_verdict(env, p, v);
}

static __rte_noinline void
open_all(const struct env *env, struct openings *o)
{
	while (o->n > 0)
		open_one(env, o);
}

/* The long way, behind all that waits. */
static __rte_noinline enum verdict
search_in_turn(const struct env *env, struct pkt *p, struct openings *o)
{
	open_all(env, o);
	return search(env, p);
}

/* Does p ask for a session that waits? A hash says so, and may be wrong. */
static inline void
flush_for(const struct env *env, struct openings *o, const struct pkt *p)
{
	bool all = p->icmp_class == ICMP_CLASS_ERROR || p->screen != 0;

	for (unsigned int i = 0; i < OPENINGS; i++)
		all |= p->hash == o->f[i].hash[0] || p->hash == o->f[i].hash[1];
	if (unlikely(all))
		open_all(env, o);
}

/* No session: make one, but do not wait for its place in the hash. MISS: it
 * waits. */
static __rte_noinline enum verdict
open_session(const struct env *env, struct pkt *p, enum verdict *ret,
	struct openings *o)
{
	struct first *f;
	unsigned int at;
	enum verdict v;

	if (session_find(env->sessions, &p->key, p->hash) != 0)
		return search_in_turn(env, p, o);
	if (o->n == OPENINGS)
		open_one(env, o);
	at = (o->first + o->n) % OPENINGS;
	f = &o->f[at];
	p->icmp_error = false;
	p->session = 0;
	p->wing = 0;
	v = first_path_begin(env, p, f);
	if (v == VERDICT_MISS)
		return search_in_turn(env, p, o);
	if (v != VERDICT_NEXT)
		return v;
	if (unlikely(f->session == 0))
		return packet_mode_run(env, p);
	o->p[at] = p;
	o->ret[at] = ret;
	o->n++;
	if (unlikely(!first_path_may_wait(env, p, f)))
		open_all(env, o);
	return VERDICT_MISS;
}

/*
 * Stage 4. It is decided here, packet by packet, because an earlier packet of
 * the same burst may have made or closed the session. MISS: it waits.
 */
static inline enum verdict
act(const struct env *env, struct pkt *p, enum verdict *ret, struct openings *o)
{
	enum verdict v;

	if (unlikely(o->n > 0))
		flush_for(env, o, p);
	if (unlikely(p->icmp_class == ICMP_CLASS_ERROR))
		return search_in_turn(env, p, o);
	if (unlikely(!session_is(env->sessions, p->candidate, &p->key)))
		return open_session(env, p, ret, o);
	p->session = p->candidate >> 1;
	p->wing = p->candidate & 1;
	v = fast_path_run(env, p);
	return likely(v != VERDICT_MISS) ? v : search_in_turn(env, p, o);
}

static void
prefetch_session(const struct env *env, struct pkt *p)
{
	uint32_t found = session_prefetch_wing(env->sessions, p->hash);

	p->candidate = found;
	if (p->key.protocol == IPP_TCP)
		rte_prefetch0(session_tcp(env->sessions, found >> 1));
}

void
flow_burst(
	const struct env *env, struct pkt *p, unsigned int n, enum verdict *ret)
{
	struct openings o;

	openings_init(&o);
	for (unsigned int i = 0; i < n; i++) {
		if (i + 1 < n)
			rte_prefetch0(rte_pktmbuf_mtod(p[i + 1].m, void *));
		ret[i] = likely(ingress_plain(env, &p[i]))
				 ? after_plain(env, &p[i])
				 : prepare(env, &p[i]);
	}
	for (unsigned int i = 0; i < n; i++) {
		if (ret[i] != VERDICT_MISS)
			continue;
		p[i].hash = flow_key_hash(&p[i].key);
		session_prefetch_bucket(env->sessions, p[i].hash);
	}
	for (unsigned int i = 0; i < n; i++)
		if (ret[i] == VERDICT_MISS)
			prefetch_session(env, &p[i]);
	for (unsigned int i = 0; i < n; i++) {
		enum verdict v = ret[i];

		if (v == VERDICT_MISS) {
			v = act(env, &p[i], &ret[i], &o);
			if (unlikely(v == VERDICT_MISS))
				continue;
			ret[i] = v;
		}
		count_verdict(env, &p[i], v);
	}
	if (unlikely(o.n > 0))
		open_all(env, &o);
}

bool
flow_answer_source(
	const struct env *env, const struct pkt *p, struct ip_addr *ret)
{
	const struct ifl_spec *ifl = image_ifl(env->image, p->ifl);
	const struct ifl_addr_spec *best = NULL;

	for (size_t i = 0; ifl != NULL && i < ifl->naddrs; i++) {
		const struct ifl_addr_spec *a = &ifl->addrs[i];

		if (a->prefix.addr.family != p->key.family)
			continue;
		if (best == NULL || a->primary ||
			(ip_addr_is_link_local(&best->prefix.addr) &&
				!ip_addr_is_link_local(&a->prefix.addr)))
			best = a;
	}
	if (best == NULL)
		return false;
	*ret = best->prefix.addr;
	return true;
}
