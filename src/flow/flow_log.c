/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow_log.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flow/env.h"
#include "flow/session.h"
#include "flow/session_nat.h"

/* Writer and reader each have a line of their own. */
struct flow_log {
	_Atomic uint32_t head; /* writer: next place */
	uint32_t tail_seen;    /* writer: what it knows of tail */
	uint32_t told;         /* writer: head at the last flow_log_news() */
	_Atomic uint64_t lost; /* writer */
	_Atomic uint32_t tail __attribute__((aligned(64))); /* reader */
	struct flow_log_record ring[FLOW_LOG_RING] __attribute__((aligned(64)));
};

struct flow_log *
flow_log_create(void)
{
	struct flow_log *l = aligned_alloc(64, sizeof(*l));

	if (l == NULL)
		return NULL;
	/* The ring itself stays untouched: no memory until it is used. */
	atomic_init(&l->head, 0);
	atomic_init(&l->tail, 0);
	atomic_init(&l->lost, 0);
	l->tail_seen = l->told = 0;
	return l;
}

void
flow_log_free(struct flow_log *l)
{
	free(l);
}

struct flow_log_record *
flow_log_get(struct flow_log *l)
{
	uint32_t head = atomic_load_explicit(&l->head, memory_order_relaxed);
	struct flow_log_record *r = &l->ring[head % FLOW_LOG_RING];

	if (head - l->tail_seen == FLOW_LOG_RING)
		l->tail_seen =
			atomic_load_explicit(&l->tail, memory_order_acquire);
	if (head - l->tail_seen == FLOW_LOG_RING) {
		atomic_fetch_add_explicit(&l->lost, 1, memory_order_relaxed);
		return NULL;
	}
	memset(r, 0, sizeof(*r));
	return r;
}

void
flow_log_put(struct flow_log *l)
{
	uint32_t head = atomic_load_explicit(&l->head, memory_order_relaxed);

	atomic_store_explicit(&l->head, head + 1, memory_order_release);
}

bool
flow_log_news(struct flow_log *l)
{
	uint32_t head = atomic_load_explicit(&l->head, memory_order_relaxed);
	bool news = head != l->told;

	l->told = head;
	return news;
}

unsigned int
flow_log_take(struct flow_log *l, struct flow_log_record *out, unsigned int n)
{
	uint32_t tail = atomic_load_explicit(&l->tail, memory_order_relaxed);
	uint32_t there =
		atomic_load_explicit(&l->head, memory_order_acquire) - tail;

	if (n > there)
		n = there;
	for (unsigned int i = 0; i < n; i++)
		out[i] = l->ring[(tail + i) % FLOW_LOG_RING];
	atomic_store_explicit(&l->tail, tail + n, memory_order_release);
	return n;
}

uint64_t
flow_log_lost(const struct flow_log *l)
{
	return atomic_load_explicit(
		&((struct flow_log *)l)->lost, memory_order_relaxed);
}

/* ---- what is written ---- */

static void
fill_counters(const struct session_table *t, uint32_t index,
	struct flow_log_record *r)
{
	for (unsigned int i = 0; i < 2; i++) {
		r->packets[i] = session_packets(t, index, i);
		r->bytes[i] = session_wing(t, index, i)->bytes;
	}
}

static void
fill_rules(const struct session_table *t, uint32_t index,
	struct flow_log_record *r)
{
	const struct session_nat *n = session_nat(t, index);

	r->nat_rule[0] = n->rule[NAT_OF_SOURCE];
	r->nat_rule[1] = n->rule[NAT_OF_DESTINATION];
	r->nat_kind[0] = n->kinds & 0xf;
	r->nat_kind[1] = n->kinds >> 4;
}

void
flow_log_session(const struct env *env, uint32_t index, enum flow_log_kind kind,
	bool logged)
{
	const struct session_table *t = env->sessions;
	const struct session *s = session_at(t, index);
	struct flow_log_record *r;

	if (env->log == NULL || (r = flow_log_get(env->log)) == NULL)
		return;
	r->kind = (uint8_t)kind;
	r->export_only = !logged;
	r->in = session_wing(t, index, 0)->key;
	r->out = session_wing(t, index, 1)->key;
	r->to = token_zone(r->out.token);
	r->time_ms = env->time_ms;
	r->session = s->id;
	r->policy = s->policy_index;
	r->ifl = session_ifl(t, index, 0);
	r->out_ifl = session_ifl(t, index, 1);
	r->local_vr = session_vr(t, index);
	if (s->flags & SESSION_NAT)
		fill_rules(t, index, r);
	if (kind == FLOW_LOG_CLOSE) {
		r->close = s->close;
		r->elapsed_s = env->now_s - s->start_s;
		r->idle_ms = session_idle_ms(t, index, env->now_ms);
		fill_counters(t, index, r);
	}
	flow_log_put(env->log);
}

void
flow_log_deny(const struct env *env, const struct pkt *p, struct zone_id to,
	bool logged)
{
	struct flow_log_record *r;

	if (env->log == NULL || (r = flow_log_get(env->log)) == NULL)
		return;
	r->kind = FLOW_LOG_DENY;
	r->export_only = !logged;
	r->in = p->key;
	r->to = to;
	r->time_ms = env->time_ms;
	r->policy = p->policy;
	r->ifl = p->ifl;
	r->local_vr = p->vr;
	r->icmp_type = p->icmp_type;
	r->icmp_code = p->icmp_code;
	r->reason = p->reason;
	flow_log_put(env->log);
}

void
flow_log_screen(const struct env *env, const struct pkt *p, unsigned int attack,
	bool dropped)
{
	struct flow_log_record *r;

	if (env->log == NULL || (r = flow_log_get(env->log)) == NULL)
		return;
	r->kind = FLOW_LOG_SCREEN;
	r->in = p->key;
	r->time_ms = env->time_ms;
	r->ifl = p->ifl;
	r->reason = (uint8_t)attack;
	r->dropped = dropped;
	flow_log_put(env->log);
}
