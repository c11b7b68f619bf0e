/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Established flows, and packet mode: random packets of N flows, half of them
 * replies. Several workers run at the same time, each with its share of the
 * flows, in lock-step windows.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "flow/session.h"
#include "pkt/worker_hash.h"

struct crew {
	const struct bench_options *o;
	struct bench_world world;
	struct lane *lane[LANES_MAX];
	uint32_t *flows[LANES_MAX];
	uint32_t nflows[LANES_MAX];
	double floor[LANES_MAX][RUNS_MAX], gross[LANES_MAX][RUNS_MAX];
	pthread_barrier_t barrier;
	bool sessions;
};

struct member {
	struct crew *crew;
	unsigned int index;
	pthread_t thread;
};

/* Which worker do its packets belong to? As flow.c decides. */
static unsigned int
owner(const struct crew *c, const struct frames *f, uint32_t flow)
{
	struct policy_query q = frame_query(f, &c->world, flow);
	struct flow_key k = {
		.sport_be = rte_cpu_to_be_16(q.sport),
		.dport_be = rte_cpu_to_be_16(q.dport),
		.protocol = q.protocol,
		.family = q.src.family,
	};

	if (k.family == IP_V4) {
		k.v4.src_be = q.src.v4_be;
		k.v4.dst_be = q.dst.v4_be;
	} else {
		memcpy(k.v6.src, q.src.b, 16);
		memcpy(k.v6.dst, q.dst.b, 16);
	}
	return worker_hash_owner(&k, c->o->workers);
}

static bool
share_flows(struct crew *c)
{
	const struct bench_options *o = c->o;
	struct frames f;

	frames_init(&f, &c->world, o->ipv6);
	for (unsigned int i = 0; i < o->workers; i++) {
		c->flows[i] = malloc(o->sessions * sizeof(uint32_t));
		if (c->flows[i] == NULL)
			return false;
	}
	for (uint32_t k = 0; k < o->sessions; k++) {
		unsigned int i = owner(c, &f, k);

		c->flows[i][c->nflows[i]++] = k;
	}
	return true;
}

static bool
crew_init(struct crew *c, const struct bench_options *o, bool packet_mode)
{
	c->o = o;
	c->sessions = !packet_mode;
	if (!bench_world_init(&c->world, o, packet_mode, o->sessions))
		return false;
	if (o->workers > 1 && !share_flows(c))
		return false;
	for (unsigned int i = 0; i < o->workers; i++) {
		uint32_t n = o->workers > 1 ? c->nflows[i] : o->sessions;

		c->lane[i] = lane_create(o, &c->world, i, n, o->sessions);
		if (c->lane[i] == NULL)
			return false;
		c->lane[i]->nflows = n;
		c->lane[i]->flows = c->flows[i];
	}
	pthread_barrier_init(&c->barrier, NULL, o->workers);
	return true;
}

static void
crew_done(struct crew *c)
{
	for (unsigned int i = 0; i < c->o->workers; i++) {
		lane_free(c->lane[i]);
		free(c->flows[i]);
	}
	bench_world_done(&c->world);
	pthread_barrier_destroy(&c->barrier);
}

/* For a counter of instructions: no windows. */
static void
counted(struct lane *l, uint64_t packets)
{
	l->counted = true;
	lane_bursts(l, packets / l->burst, true);
}

static void
windows(struct crew *c, struct lane *l, unsigned int me)
{
	double s = c->o->seconds;

	lane_window(l, c->o->quick ? s : 1.0, true);
	for (unsigned int i = 0; i < c->o->runs; i++) {
		pthread_barrier_wait(&c->barrier);
		c->floor[me][i] = lane_window(l, s / 4, false);
		pthread_barrier_wait(&c->barrier);
		c->gross[me][i] = lane_window(l, s, true);
	}
}

static void *
member_main(void *arg)
{
	struct member *me = arg;
	struct crew *c = me->crew;
	struct lane *l = c->lane[me->index];

	rte_thread_register();
	lane_pin(l);
	l->pick = pick_random;
	if (c->sessions)
		lane_open(l);
	if (c->o->packets != 0)
		counted(l, c->o->packets);
	else
		windows(c, l, me->index);
	rte_thread_unregister();
	return NULL;
}

static void
run(struct crew *c)
{
	struct member m[LANES_MAX];

	for (unsigned int i = 0; i < c->o->workers; i++) {
		m[i].crew = c;
		m[i].index = i;
		pthread_create(&m[i].thread, NULL, member_main, &m[i]);
	}
	for (unsigned int i = 0; i < c->o->workers; i++)
		pthread_join(m[i].thread, NULL);
}

static void
collect(const struct crew *c, struct bench_result *r)
{
	struct bench_series floor = {0};

	for (unsigned int i = 0; i < c->o->runs && !c->o->packets; i++) {
		double f = 0, g = 0;

		for (unsigned int k = 0; k < c->o->workers; k++) {
			f += c->floor[k][i] / c->o->workers;
			g += c->gross[k][i] / c->o->workers;
		}
		series_add(&floor, f);
		series_add(&r->ticks, g);
	}
	r->floor = series_median(&floor);
	for (unsigned int i = 0; i < r->ticks.n; i++) {
		r->ticks.v[i] -= r->floor;
		series_add(&r->rate, tsc_mhz() * 1e6 / r->ticks.v[i]);
	}
	for (unsigned int k = 0; k < c->o->workers; k++)
		lane_totals(c->lane[k], r);
}

static bool
sessions_right(const struct crew *c, struct bench_result *r, double before)
{
	uint64_t bytes = 0, valid = 0;

	for (unsigned int k = 0; k < c->o->workers; k++) {
		bytes += session_table_bytes(c->lane[k]->env.sessions);
		valid += c->lane[k]->env.sessions->valid;
	}
	r->bytes_per_session = (double)bytes / c->o->sessions;
	r->resident_per_session = (resident_bytes() - before) / c->o->sessions;
	if (valid == c->o->sessions)
		return true;
	fprintf(stderr, "%lu sessions instead of %u\n", (unsigned long)valid,
		c->o->sessions);
	return false;
}

static bool
forward(const struct bench_options *o, struct bench_result *r, bool packet_mode)
{
	struct crew *c = calloc(1, sizeof(*c));
	double before;
	bool ok;

	if (c == NULL || !crew_init(c, o, packet_mode))
		return false;
	before = resident_bytes();
	run(c);
	collect(c, r);
	ok = packet_mode || sessions_right(c, r, before);
	crew_done(c);
	free(c);
	return ok;
}

bool
bench_forward(const struct bench_options *o, struct bench_result *r)
{
	return forward(o, r, false);
}

bool
bench_packet_mode(const struct bench_options *o, struct bench_result *r)
{
	return forward(o, r, true);
}
