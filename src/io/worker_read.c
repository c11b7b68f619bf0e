/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers of flow/flow_read.h: each worker copies its own, in steps short
 * enough not to be felt by its packets.
 */
#include <string.h>

#include "flow/counters.h"
#include "flow/screen.h"
#include "flow/session.h"
#include "flow/session_read.h"
#include "io/worker_impl.h"

struct session_step {
	const struct session_filter *filter;
	uint32_t cursor;
	struct session_info *out;
	unsigned int n, got;
};

static void
read_step(const struct env *env, void *arg)
{
	struct session_step *s = arg;

	s->got = session_read(env, s->filter, &s->cursor, s->out, s->n);
}

/* The cursor is worker << 32 | slot; slot 0 is the start of that worker. */
unsigned int
sessions_read(struct workers *all, const struct session_filter *f,
	uint64_t *cursor, struct session_info *out, unsigned int n)
{
	unsigned int worker = (unsigned int)(*cursor >> 32), got = 0;
	uint32_t slot = (uint32_t)*cursor ? (uint32_t)*cursor : 1;

	while (worker < workers_count(all) && got < n) {
		struct session_step s = {.filter = f,
			.cursor = slot,
			.out = out + got,
			.n = n - got};

		workers_call_one(all, worker, read_step, &s);
		got += s.got;
		slot = s.cursor;
		if (slot == 0) {
			worker++;
			slot = 1;
		}
	}
	*cursor =
		worker < workers_count(all) ? (uint64_t)worker << 32 | slot : 0;
	return got;
}

static void
clear_step(const struct env *env, void *arg)
{
	struct session_step *s = arg;

	s->got = session_clear(env, s->filter, &s->cursor);
}

static void
sweep_step(const struct env *env, void *arg)
{
	struct session_step *s = arg;

	s->got = session_sweep(env, &s->cursor);
}

static uint64_t
walk(struct workers *all, worker_fn step, struct session_step *s)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < workers_count(all); i++) {
		s->cursor = 1;
		do {
			workers_call_one(all, i, step, s);
			total += s->got;
		} while (s->cursor != 0);
	}
	return total;
}

uint64_t
sessions_clear(struct workers *all, const struct session_filter *f)
{
	return walk(all, clear_step, &(struct session_step){.filter = f});
}

uint64_t
workers_sweep(struct workers *all)
{
	return walk(all, sweep_step, &(struct session_step){0});
}

static void
counts_add(const struct env *env, void *arg)
{
	const struct session_table *t = env->sessions;
	struct session_counts *c = arg;

	c->valid += t->valid;
	c->unicast_v4 += t->valid_v4;
	c->unicast_v6 += t->valid - t->valid_v4;
	c->invalidated += t->invalid;
	c->failed += t->failed;
	c->in_use += t->valid + t->invalid;
	c->max += t->max;
	c->created += t->created;
	c->closed += t->closed;
	c->early_begun += t->early_begun;
	c->early_ended += t->early_ended;
}

void
session_counts_get(struct workers *all, struct session_counts *ret)
{
	memset(ret, 0, sizeof(*ret));
	workers_call(all, counts_add, ret);
}

/* Sums of structs that are arrays of 64-bit counters. */
static void
add_u64(void *sum, const void *add, size_t bytes)
{
	uint64_t *s = sum;
	const uint64_t *a = add;

	for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
		s[i] += a[i];
}

_Static_assert(sizeof(struct flow_stats) % 8 == 0, "64-bit counters only");
_Static_assert(sizeof(struct ifl_stats) % 8 == 0, "64-bit counters only");
_Static_assert(sizeof(struct policy_stats) % 8 == 0, "64-bit counters only");

static void
flow_add(const struct env *env, void *arg)
{
	add_u64(arg, &env->counters->total, sizeof(env->counters->total));
}

void
flow_stats_get(struct workers *all, struct flow_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	workers_call(all, flow_add, ret);
	ret->reason[REASON_HANDOFF_FULL] += all->inject_lost;
	ret->dropped += all->inject_lost_again;
}

static void
flow_clear(const struct env *env, void *arg)
{
	memset(&env->counters->total, 0, sizeof(env->counters->total));
}

void
flow_stats_clear(struct workers *all)
{
	workers_call(all, flow_clear, NULL);
	all->inject_lost = all->inject_lost_again = 0;
}

struct ifl_query {
	struct ifl_id ifl;
	struct ifl_stats *sum;
};

static void
ifl_add(const struct env *env, void *arg)
{
	struct ifl_query *q = arg;

	add_u64(q->sum, &env->counters->ifl[q->ifl.v], sizeof(*q->sum));
}

void
ifl_stats_get(struct workers *all, struct ifl_id ifl, struct ifl_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (ifl.v < IFL_MAX)
		workers_call(all, ifl_add, &(struct ifl_query){ifl, ret});
}

/* So many in one visit: a worker's packets do not feel it. */
#define IFLS_A_VISIT     32u
#define POLICIES_A_VISIT 256u

struct ifl_list {
	const struct ifl_id *ifl;
	unsigned int n;
	struct ifl_stats *sum;
};

static void
ifl_list_add(const struct env *env, void *arg)
{
	struct ifl_list *q = arg;

	for (unsigned int i = 0; i < q->n; i++)
		if (q->ifl[i].v < IFL_MAX)
			add_u64(&q->sum[i], &env->counters->ifl[q->ifl[i].v],
				sizeof(q->sum[i]));
}

void
ifl_stats_read(struct workers *all, const struct ifl_id *ifl, unsigned int n,
	struct ifl_stats *out)
{
	memset(out, 0, n * sizeof(*out));
	for (unsigned int i = 0; i < n; i += IFLS_A_VISIT) {
		struct ifl_list q = {ifl + i,
			n - i < IFLS_A_VISIT ? n - i : IFLS_A_VISIT, out + i};

		workers_call(all, ifl_list_add, &q);
	}
}

struct policy_list {
	const uint32_t *index;
	unsigned int n;
	struct policy_stats *sum;
};

static void
policy_list_add(const struct env *env, void *arg)
{
	struct policy_list *q = arg;

	for (unsigned int i = 0; i < q->n; i++) {
		add_u64(&q->sum[i], policy_counter(env->counters, q->index[i]),
			sizeof(q->sum[i]));
		q->sum[i].hits += *policy_hits(env->counters, q->index[i]);
	}
}

void
policy_stats_read(struct workers *all, const uint32_t *index, unsigned int n,
	struct policy_stats *out)
{
	memset(out, 0, n * sizeof(*out));
	for (unsigned int i = 0; i < n; i += POLICIES_A_VISIT) {
		struct policy_list q = {index + i,
			n - i < POLICIES_A_VISIT ? n - i : POLICIES_A_VISIT,
			out + i};

		workers_call(all, policy_list_add, &q);
	}
}

struct policy_step {
	uint32_t index, cursor;
	struct policy_stats *sum;
};

static void
policy_add(const struct env *env, void *arg)
{
	struct policy_step *s = arg;

	add_u64(s->sum, policy_counter(env->counters, s->index),
		sizeof(*s->sum));
	s->sum->hits += *policy_hits(env->counters, s->index);
}

static void
policy_step(const struct env *env, void *arg)
{
	struct policy_step *s = arg;

	session_policy_sum(env, s->index, &s->cursor, s->sum);
}

void
policy_stats_get(struct workers *all, uint32_t index, struct policy_stats *ret)
{
	struct policy_step s = {.index = index, .sum = ret};

	memset(ret, 0, sizeof(*ret));
	workers_call(all, policy_add, &s);
	for (unsigned int i = 0; i < workers_count(all); i++) {
		s.cursor = 1;
		do {
			workers_call_one(all, i, policy_step, &s);
		} while (s.cursor != 0);
	}
}

struct filter_query {
	unsigned int filter, term;
	struct filter_counter *sum;
};

static void
filter_add(const struct env *env, void *arg)
{
	struct filter_query *q = arg;
	const struct filter_counter *c = filter_counter(env->counters,
		image_filter_slot(env->image, q->filter, q->term));

	q->sum->packets += c->packets;
	q->sum->bytes += c->bytes;
	q->sum->over_packets += c->over_packets;
	q->sum->over_bytes += c->over_bytes;
}

void
filter_counter_get(struct workers *all, unsigned int filter, unsigned int term,
	struct filter_counter *ret)
{
	struct filter_query q = {filter, term, ret};

	memset(ret, 0, sizeof(*ret));
	workers_call(all, filter_add, &q);
}

static void
filter_zero(const struct env *env, void *arg)
{
	const struct filter_query *q = arg;

	*filter_counter(env->counters,
		image_filter_slot(env->image, q->filter, q->term)) =
		(struct filter_counter){0};
}

void
filter_counter_clear(
	struct workers *all, unsigned int filter, unsigned int term)
{
	workers_call(all, filter_zero, &(struct filter_query){filter, term, 0});
}

struct filter_log_query {
	uint64_t seen;
	struct filter_log_entry *out;
	unsigned int n;
};

static void
filter_log_step(const struct env *env, void *arg)
{
	struct filter_log_query *q = arg;
	const struct filter_log *log = env->counters->filter_log;

	if (q->seen + FILTER_LOG < log->n)
		q->seen = log->n - FILTER_LOG;
	for (; q->seen < log->n; q->seen++)
		q->out[q->n++] = log->entry[q->seen % FILTER_LOG];
}

unsigned int
filter_log_read(struct workers *all, unsigned int worker, uint64_t *seen,
	struct filter_log_entry *out)
{
	struct filter_log_query q = {.seen = *seen, .out = out};

	workers_call_one(all, worker, filter_log_step, &q);
	*seen = q.seen;
	return q.n;
}

struct counts_query {
	const struct worker *w;
	struct worker_counts *ret;
};

static void
counts_now(const struct env *env, void *arg)
{
	struct counts_query *q = arg;

	q->ret->sessions = env->sessions->valid;
	q->ret->session_bytes = session_table_bytes(env->sessions);
	q->ret->busy_ns = worker_busy_ns(q->w);
}

void
workers_counts(
	struct workers *all, unsigned int worker, struct worker_counts *ret)
{
	const struct worker_counts *from = &all->w[worker].counts;

	ret->received = __atomic_load_n(&from->received, __ATOMIC_RELAXED);
	ret->handed_over =
		__atomic_load_n(&from->handed_over, __ATOMIC_RELAXED);
	ret->handover_drops =
		__atomic_load_n(&from->handover_drops, __ATOMIC_RELAXED);
	ret->bursts = __atomic_load_n(&from->bursts, __ATOMIC_RELAXED);
	workers_call_one(all, worker, counts_now,
		&(struct counts_query){&all->w[worker], ret});
}

struct screen_query {
	struct zone_id zone;
	struct ifl_id ifl;
	struct screen_stats *sum; /* NULL: clear */
};

_Static_assert(sizeof(struct screen_stats) % 8 == 0, "64-bit counters only");

static void
screen_add(const struct env *env, void *arg)
{
	struct screen_query *q = arg;

	if (q->sum == NULL) {
		screen_stats_clear(env->screen, q->zone, q->ifl);
		return;
	}
	if (q->zone.v != ZONE_NULL.v)
		add_u64(q->sum, screen_zone_stats(env->screen, q->zone),
			sizeof(*q->sum));
	if (q->ifl.v != IFL_NONE.v)
		add_u64(q->sum, screen_ifl_stats(env->screen, q->ifl),
			sizeof(*q->sum));
}

void
screen_stats_get(struct workers *all, struct zone_id zone, struct ifl_id ifl,
	struct screen_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	workers_call(all, screen_add, &(struct screen_query){zone, ifl, ret});
}

void
screen_stats_reset(struct workers *all, struct zone_id zone, struct ifl_id ifl)
{
	workers_call(all, screen_add, &(struct screen_query){zone, ifl, NULL});
}
