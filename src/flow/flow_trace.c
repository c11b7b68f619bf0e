/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/flow_trace.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "flow/record.h"
#include "flow/session.h"
#include "pkt/parse.h"

struct flow_trace {
	_Atomic uint32_t head; /* writer: next place */
	uint32_t told;
	uint32_t second, used; /* rate-limit: packets of this second */
	_Atomic uint64_t lost;
	_Atomic uint32_t tail __attribute__((aligned(64))); /* reader */
	struct flow_trace_record ring[FLOW_TRACE_RING];
};

struct flow_trace *
flow_trace_create(void)
{
	struct flow_trace *t = aligned_alloc(64, sizeof(*t));

	if (t == NULL)
		return NULL;
	atomic_init(&t->head, 0);
	atomic_init(&t->tail, 0);
	atomic_init(&t->lost, 0);
	t->told = t->second = t->used = 0;
	return t;
}

void
flow_trace_free(struct flow_trace *t)
{
	free(t);
}

/* ---- which packets ---- */

static bool
inside(const struct ip_prefix *p, struct ip_addr a)
{
	return p->addr.family == IP_NONE || ip_prefix_covers(p, &a);
}

static bool
matches(const struct trace_filter_spec *f, const struct pkt *p,
	struct ifl_id ifl)
{
	uint16_t sport = ntohs(p->key.sport_be), dport = ntohs(p->key.dport_be);

	return (f->ifl.v == 0 || f->ifl.v == ifl.v) &&
	       (!f->has_protocol || f->protocol == p->key.protocol) &&
	       sport >= f->sport_lo && sport <= f->sport_hi &&
	       dport >= f->dport_lo && dport <= f->dport_hi &&
	       inside(&f->src, flow_key_src(&p->key)) &&
	       inside(&f->dst, flow_key_dst(&p->key));
}

unsigned int
flow_trace_match(
	const struct trace_spec *s, const struct pkt *p, struct ifl_id ifl)
{
	for (size_t i = 0; i < s->nfilters; i++)
		if (matches(&s->filters[i], p, ifl))
			return (unsigned int)i + 1;
	return 0;
}

static bool
rate_allows(struct flow_trace *t, const struct trace_spec *s, uint32_t now_s)
{
	if (t->second != now_s) {
		t->second = now_s;
		t->used = 0;
	}
	return s->rate == 0 || t->used++ < s->rate;
}

/* Before the packet path has seen it. */
static bool
look(const struct env *env, const struct pkt *p, struct flow_trace_record *r)
{
	const struct trace_spec *s = &image_spec_of(env->image)->log.trace;
	const struct mbuf_meta *meta = mbuf_meta(p->m);
	const struct ifl_spec *ifl;
	struct pkt q;

	memset(&q, 0, sizeof(q));
	q.m = p->m;
	if (parse_packet(&q) == VERDICT_DROP || q.key.family == IP_NONE)
		return false;
	memset(r, 0, sizeof(*r));
	ifl = meta->flags & META_FROM_HOST
		      ? NULL
		      : image_ifl_of_frame(env->image, meta->ifd, q.vlan);
	r->ifl = ifl != NULL ? ifl->id : IFL_NONE;
	r->matched = (uint16_t)flow_trace_match(s, &q, r->ifl);
	if (s->nfilters > 0 && r->matched == 0)
		return false;
	r->time_ms = env->time_ms;
	r->key = q.key;
	r->len = q.len;
	r->frag_id = q.frag_id;
	r->fragment = q.frag_first || q.frag_later;
	r->tcp_flags = q.tcp_flags;
	r->icmp_type = q.icmp_type;
	r->icmp_code = q.icmp_code;
	return true;
}

/* ---- what it met ---- */

static void
read_session(
	const struct env *env, const struct pkt *p, struct flow_trace_record *r)
{
	const struct session *s = session_at(env->sessions, p->session);
	struct reverse_choice c;

	r->session = s->id;
	r->wing = p->wing;
	r->timeout_s = s->timeout_s;
	r->out = session_wing(env->sessions, p->session, !p->wing)->key;
	c = reverse_route_choice(env, p->session, p->vr);
	r->reverse_packet_mode = c.packet_mode;
	r->reverse_vr = c.vr;
}

static void
read_result(const struct env *env, const struct pkt *p, enum verdict v,
	const struct record *record, struct flow_trace_record *r)
{
	r->verdict = (uint8_t)v;
	r->reason = v == VERDICT_DROP ? p->reason : REASON_NONE;
	r->vr = p->vr;
	r->policy = p->policy;
	r->filter = p->filter;
	r->term = p->term;
	r->packet_mode = p->in_packet_mode;
	r->out_ifl = p->out_ifl;
	r->key.token = p->key.token;
	r->worker = env->worker;
	r->routed = record->routed;
	if (record->routed) {
		r->way = (uint8_t)record->path.type;
		r->way_ifl = record->path.ifl;
		r->way_zone = record->path.zone;
		r->gw = record->path.gw;
	}
	if (p->session != 0)
		read_session(env, p, r);
}

static void
put(struct flow_trace *t, const struct flow_trace_record *r)
{
	uint32_t head = atomic_load_explicit(&t->head, memory_order_relaxed);

	if (head - atomic_load_explicit(&t->tail, memory_order_acquire) ==
		FLOW_TRACE_RING) {
		atomic_fetch_add_explicit(&t->lost, 1, memory_order_relaxed);
		return;
	}
	t->ring[head % FLOW_TRACE_RING] = *r;
	atomic_store_explicit(&t->head, head + 1, memory_order_release);
}

void
flow_trace_packet(
	struct env *env, struct flow_trace *t, struct pkt *p, enum verdict *ret)
{
	const struct trace_spec *s = &image_spec_of(env->image)->log.trace;
	uint64_t created = env->sessions->created;
	struct flow_trace_record r;
	struct record record = {.routed = false};
	bool wanted = look(env, p, &r) && rate_allows(t, s, env->now_s);

	if (wanted)
		env->record = &record;
	flow_burst(env, p, 1, ret);
	env->record = NULL;
	/* What goes to another worker is told of there. */
	if (!wanted || *ret == VERDICT_HANDOFF)
		return;
	r.first = env->sessions->created != created;
	read_result(env, p, *ret, &record, &r);
	put(t, &r);
}

bool
flow_trace_news(struct flow_trace *t)
{
	uint32_t head = atomic_load_explicit(&t->head, memory_order_relaxed);
	bool news = head != t->told;

	t->told = head;
	return news;
}

unsigned int
flow_trace_take(
	struct flow_trace *t, struct flow_trace_record *out, unsigned int n)
{
	uint32_t tail = atomic_load_explicit(&t->tail, memory_order_relaxed);
	uint32_t there =
		atomic_load_explicit(&t->head, memory_order_acquire) - tail;

	if (n > there)
		n = there;
	for (unsigned int i = 0; i < n; i++)
		out[i] = t->ring[(tail + i) % FLOW_TRACE_RING];
	atomic_store_explicit(&t->tail, tail + n, memory_order_release);
	return n;
}

uint64_t
flow_trace_lost(const struct flow_trace *t)
{
	return atomic_load_explicit(
		&((struct flow_trace *)t)->lost, memory_order_relaxed);
}
