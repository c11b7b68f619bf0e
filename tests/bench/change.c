/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world changes while packets flow: another thread makes configurations
 * and routes and publishes them as the daemon does; the lane loads the world
 * once per burst. Nothing may be lost, and no packet may leave by a route that
 * was replaced before its burst began.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "bench.h"
#include "flow/session_read.h"
#include "route/route_rib.h"

#define FIRST_GATEWAY 2u /* the neighbours' addresses end in it */

struct stage {
	const struct bench_options *o;
	struct bench_world world;
	struct lane *lane;
	struct world *_Atomic current;
	pthread_t thread; /* of the lane */
	/* the publisher's */
	unsigned int gateway;
	struct bench_series build; /* seconds */
	unsigned int changes;
	double grace_us; /* the longest from the store to the last reader */
	_Atomic bool failed;
	/* both */
	_Atomic uint32_t in_force; /* gateway of the world that all must see */
	_Atomic uint32_t wanted;   /* changes that the lane waits for */
	_Atomic bool sweep;        /* a commit was made */
	_Atomic bool end;
	/* the lane's */
	uint32_t expected; /* in_force when the burst began */
	uint32_t cursor;   /* of the sweep; 0: none goes on */
	uint64_t late;     /* left by a replaced route */
	struct histogram idle, load;
	struct bench_series before, after;
};

static struct stage *
stage_create(const struct bench_options *o)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct world *first = malloc(sizeof(*first));

	if (s == NULL || first == NULL ||
		!bench_world_init(&s->world, o, false, o->sessions))
		return NULL;
	s->o = o;
	s->gateway = FIRST_GATEWAY;
	s->in_force = FIRST_GATEWAY;
	*first = (struct world){.image = s->world.image,
		.routes = s->world.routes,
		.generation = 1};
	atomic_store(&s->current, first);
	s->lane = lane_create(o, &s->world, 0, o->sessions, o->sessions);
	if (s->lane == NULL)
		return NULL;
	s->lane->nflows = o->sessions;
	s->lane->pick = pick_random;
	s->lane->world = &s->current;
	s->lane->look_ctx = s;
	return s;
}

static void
stage_free(struct stage *s)
{
	lane_free(s->lane);
	free(atomic_load(&s->current));
	bench_world_done(&s->world);
	free(s);
}

/* One store, a grace period, the old world is freed: io/worker.c. */
static bool
publish(struct stage *s, const struct bench_change *c)
{
	struct world *old = atomic_load(&s->current), *next;
	uint64_t began = rte_rdtsc();
	double us;

	next = malloc(sizeof(*next));
	if (next == NULL)
		return false;
	*next = (struct world){.image = c->image,
		.routes = c->routes,
		.generation = old->generation + 1};
	atomic_store_explicit(&s->current, next, memory_order_release);
	rte_rcu_qsbr_synchronize(s->lane->qsbr, RTE_QSBR_THRID_INVALID);
	atomic_store(&s->in_force, s->gateway);
	us = (double)(rte_rdtsc() - began) / tsc_mhz();
	s->grace_us = us > s->grace_us ? us : s->grace_us;
	image_free(s->world.image);
	route_view_free(s->world.routes);
	s->world.image = c->image;
	s->world.routes = c->routes;
	free(old);
	s->changes++;
	return true;
}

static void
change(struct stage *s, uint32_t policies)
{
	double t0 = thread_ticks();
	struct bench_change c = {0};

	if (!bench_world_change(&s->world, s->o, policies, s->gateway, &c)) {
		atomic_store(&s->failed, true);
		return;
	}
	series_add(&s->build, (thread_ticks() - t0) / tsc_mhz() / 1e6);
	if (!publish(s, &c))
		atomic_store(&s->failed, true);
}

static bool
run(struct stage *s, void *(*lane)(void *), void (*control)(struct stage *s),
	struct bench_result *r)
{
	if (pthread_create(&s->thread, NULL, lane, s) != 0)
		return false;
	control(s);
	pthread_join(s->thread, NULL);
	lane_totals(s->lane, r);
	r->wrong += s->late;
	result_put(r, s->changes, "changes");
	result_put(r, series_median(&s->build), "build_seconds");
	result_put(r, s->grace_us, "grace_microseconds");
	result_put(r, (double)s->late, "late_packets");
	return !atomic_load(&s->failed);
}

/* ---- commit-under-load ---- */

/* As workers_sweep() asks for it: a step between two bursts. */
static void
sweep(struct lane *l, struct rte_mbuf *const *m, const uint32_t *pick,
	unsigned int n)
{
	struct stage *s = l->look_ctx;

	(void)m, (void)pick, (void)n;
	if (unlikely(atomic_load_explicit(&s->sweep, memory_order_acquire))) {
		atomic_store(&s->sweep, false);
		s->cursor = 1;
	}
	if (s->cursor != 0)
		s->late += session_sweep(&l->env, &s->cursor);
}

static void *
commit_lane(void *arg)
{
	struct stage *s = arg;
	struct lane *l = s->lane;
	double length = s->o->seconds;

	rte_thread_register();
	lane_pin(l);
	lane_open(l);
	lane_window(l, length, true);
	l->times = &s->idle;
	for (unsigned int i = 0; i < s->o->runs; i++)
		series_add(&s->before, lane_window(l, length, true));
	l->look = sweep;
	l->times = &s->load;
	atomic_store(&s->wanted, 1);
	for (unsigned int i = 0; i < s->o->runs; i++)
		series_add(&s->after, lane_window(l, length, true));
	/* a slow machine's first commit still has to be made under load */
	while (!atomic_load(&s->failed) && l->env.generation < 2)
		lane_bursts(l, 64, true);
	atomic_store(&s->end, true);
	l->times = NULL;
	rte_rcu_qsbr_thread_offline(l->qsbr, 0);
	rte_thread_unregister();
	return NULL;
}

static void
commit_control(struct stage *s)
{
	while (atomic_load(&s->wanted) == 0)
		usleep(1000);
	while (!atomic_load(&s->end) && !atomic_load(&s->failed)) {
		change(s, s->changes % 2 == 0 ? s->o->policies : 1);
		atomic_store_explicit(&s->sweep, true, memory_order_release);
	}
}

static void
put_times(struct bench_result *r, const struct histogram *h, const char *when)
{
	double us = tsc_mhz();

	result_put(r, histogram_at(h, 0.5) / us, "burst_us_p50_%s", when);
	result_put(r, histogram_at(h, 0.99) / us, "burst_us_p99_%s", when);
	result_put(r, histogram_at(h, 0.999) / us, "burst_us_p999_%s", when);
	result_put(r, (double)h->max / us, "burst_us_max_%s", when);
}

bool
bench_commit(const struct bench_options *o, struct bench_result *r)
{
	struct bench_options first = *o;
	struct stage *s;
	bool ok;

	first.policies = 1;
	s = stage_create(&first);
	if (s == NULL)
		return false;
	s->o = o;
	ok = run(s, commit_lane, commit_control, r);
	r->ticks = s->after; /* with what the generator takes */
	result_put(r, series_median(&s->before), "idle_cycles_per_packet");
	put_times(r, &s->idle, "idle");
	put_times(r, &s->load, "commits");
	result_put(r,
		histogram_at(&s->load, 0.999) / histogram_at(&s->idle, 0.999),
		"p999_ratio");
	stage_free(s);
	return ok;
}

/* ---- reroute ---- */

static void
pick_expect(struct lane *l, uint32_t *pick, unsigned int n)
{
	struct stage *s = l->look_ctx;

	s->expected = atomic_load(&s->in_force);
	pick_random(l, pick, n);
}

/*
 * Each frame goes to a neighbour whose MAC address tells which world sent it
 * there: that of its burst, which is at least what was in force before.
 */
static void
look(struct lane *l, struct rte_mbuf *const *m, const uint32_t *pick,
	unsigned int n)
{
	struct stage *s = l->look_ctx;
	uint32_t own = l->env.generation + FIRST_GATEWAY - 1;

	(void)pick;
	s->late += own < s->expected;
	for (unsigned int i = 0; i < n; i++)
		s->late += rte_pktmbuf_mtod(m[i], const uint8_t *)[4] != own;
}

static void *
reroute_lane(void *arg)
{
	struct stage *s = arg;
	struct lane *l = s->lane;
	uint64_t all = 2ull * l->nflows / l->burst + 1;

	rte_thread_register();
	lane_pin(l);
	lane_open(l);
	l->pick = pick_expect;
	l->look = look;
	l->frames.any_mac = true;
	for (unsigned int i = 0; i < s->o->runs; i++) {
		uint32_t generation = l->env.generation;
		double t0 = thread_ticks();

		lane_bursts(l, all, true);
		series_add(&s->before,
			(thread_ticks() - t0) / (double)(all * l->burst));
		atomic_fetch_add(&s->wanted, 1);
		while (l->env.generation == generation &&
			!atomic_load(&s->failed))
			lane_bursts(l, 1, true);
		t0 = thread_ticks();
		lane_bursts(l, all, true);
		series_add(&s->after,
			(thread_ticks() - t0) / (double)(all * l->burst));
	}
	atomic_store(&s->end, true);
	rte_rcu_qsbr_thread_offline(l->qsbr, 0);
	rte_thread_unregister();
	return NULL;
}

static void
reroute_control(struct stage *s)
{
	while (!atomic_load(&s->end) && !atomic_load(&s->failed)) {
		if (s->changes == atomic_load(&s->wanted)) {
			usleep(100);
			continue;
		}
		s->gateway++;
		change(s, s->o->policies);
	}
}

bool
bench_reroute(const struct bench_options *o, struct bench_result *r)
{
	struct stage *s = stage_create(o);
	bool ok;

	if (s == NULL)
		return false;
	ok = run(s, reroute_lane, reroute_control, r);
	r->ticks = s->after;
	result_put(r, series_median(&s->before), "before_cycles_per_packet");
	stage_free(s);
	return ok;
}
