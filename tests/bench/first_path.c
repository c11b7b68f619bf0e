/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions that come, and that come and go. The time of the environment is
 * moved by hand here, so that a minute without packets takes no minute.
 */
#include <stdio.h>

#include "bench.h"
#include "flow/session.h"

#define FLOWS   (1u << 24)  /* of the life cycle: an address each for 16 */
#define SCATTER 0x9e3779b1u /* odd: a permutation of any power of two */
#define LIFE    7u          /* packets: one opens, then three each way */
#define IDLE_S  60u         /* of UDP [FL-12] */

/* All sessions run out; afterwards every slot is free. */
static void
clear(struct lane *l)
{
	const struct session_table *t = l->env.sessions;
	uint64_t ms = l->env.time_ms;

	for (unsigned int s = 0; s < 200 && t->valid + t->invalid > 0; s++) {
		ms += 1000;
		lane_time(l, ms);
		while (session_age(l->env.sessions, l->env.now_ms, l->env.now_s,
			       1u << 20) == 1u << 20)
			;
	}
}

struct fill {
	double ticks;
	uint64_t frames;
};

static void
fill(struct lane *l, struct fill *f, bool engine)
{
	uint64_t bursts = l->nflows / l->burst;
	double t0;

	l->cursor = 0;
	t0 = thread_ticks();
	lane_bursts(l, bursts, engine);
	f->ticks += thread_ticks() - t0;
	f->frames += bursts * l->burst;
}

/* Ticks of what is counted, for about so many seconds. */
typedef double (*window_fn)(struct lane *l, double seconds, bool engine);

/* Fill and clear for about this long; ticks of one new session. */
static double
window(struct lane *l, double seconds, bool engine)
{
	struct fill f = {0};

	do {
		fill(l, &f, engine);
		if (engine)
			clear(l);
	} while (f.ticks < seconds * tsc_mhz() * 1e6);
	return f.ticks / (double)f.frames;
}

static void
rates(struct bench_result *r, double per_life)
{
	for (unsigned int i = 0; i < r->ticks.n; i++)
		series_add(
			&r->rate, tsc_mhz() * 1e6 / (r->ticks.v[i] * per_life));
	r->new_sessions = series_median(&r->rate);
}

static void
first_fill(struct lane *l, struct bench_result *r, struct fill *first)
{
	double before = resident_bytes();

	fill(l, first, true);
	r->resident_per_session = (resident_bytes() - before) / l->nflows;
	r->bytes_per_session =
		(double)session_table_bytes(l->env.sessions) / l->nflows;
	clear(l);
}

static void
windows(struct lane *l, const struct bench_options *o, window_fn measure,
	struct bench_result *r)
{
	struct bench_series floor = {0};

	for (unsigned int i = 0; i < o->runs; i++) {
		uint64_t cursor = l->cursor;

		series_add(&floor, measure(l, o->seconds / 4, false));
		l->cursor = cursor;
		series_add(&r->ticks, measure(l, o->seconds, true));
	}
	r->floor = series_median(&floor);
	for (unsigned int i = 0; i < r->ticks.n; i++)
		r->ticks.v[i] -= r->floor;
}

static struct lane *
first_path_lane(const struct bench_options *o, const struct bench_world *w)
{
	struct lane *l = lane_create(o, w, 0, o->sessions, o->sessions);

	if (l == NULL)
		return NULL;
	lane_pin(l);
	l->nflows = o->sessions;
	l->pick = pick_new;
	l->virtual_time = true;
	l->learn = false; /* nobody answers */
	l->fresh = true;
	return l;
}

bool
bench_first_path(const struct bench_options *o, struct bench_result *r)
{
	struct bench_world w;
	struct fill first = {0};
	struct lane *l;

	if (!bench_world_init(&w, o, false, o->sessions))
		return false;
	l = first_path_lane(o, &w);
	if (l == NULL)
		return false;
	l->counted = o->packets != 0;
	if (l->counted) {
		fill(l, &first, true);
	} else {
		first_fill(l, r, &first);
		windows(l, o, window, r);
		r->first_fill = tsc_mhz() * 1e6 /
				(first.ticks / (double)first.frames - r->floor);
		rates(r, 1);
	}
	lane_totals(l, r);
	lane_free(l);
	bench_world_done(&w);
	return true;
}

/*
 * Packet i of flow c - i * lag: the first opens, then client and server send by
 * turns. A flow's packets are lag flows apart, and all flows of 62 seconds
 * live.
 */
static void
pick_life(struct lane *l, uint32_t *pick, unsigned int n)
{
	uint64_t lag = l->nflows / 16;

	for (unsigned int i = 0; i < n; i++, l->cursor++) {
		uint64_t step = l->cursor % LIFE;
		uint64_t c = l->cursor / LIFE + LIFE * lag - step * lag;
		bool reply = step > 0 && step % 2 == 0;

		pick[i] = ((uint32_t)(c * SCATTER) & (FLOWS - 1)) |
			  (reply ? PICK_REVERSE : 0);
	}
}

/* One second of virtual time lets N / 128 flows begin. */
static void
life_second(struct lane *l, bool engine)
{
	uint64_t frames = (uint64_t)l->nflows / 128 * LIFE;

	lane_bursts(l, frames / l->burst + 1, engine);
	if (engine)
		lane_time(l, l->env.time_ms + 1000);
}

static double
life_window(struct lane *l, double seconds, bool engine)
{
	uint64_t before = l->frames_sent;
	double t0 = thread_ticks(), t;

	do {
		life_second(l, engine);
		t = thread_ticks() - t0;
	} while (t < seconds * tsc_mhz() * 1e6);
	return t / (double)(l->frames_sent - before);
}

static void
life_packets(struct lane *l, uint64_t packets)
{
	uint64_t end = l->frames_sent + packets;

	while (l->frames_sent < end)
		life_second(l, true);
}

/* Until as many end as begin. */
static void
life_warm_up(struct lane *l)
{
	uint64_t lag = l->nflows / 16;

	l->cursor = 0;
	for (unsigned int s = 0; s < IDLE_S + 4; s++)
		life_second(l, true);
	while (l->cursor < LIFE * lag * LIFE)
		life_second(l, true);
	l->dropped = l->wrong =
		0; /* at first, replies of flows that never opened */
}

bool
bench_life_cycle(const struct bench_options *o, struct bench_result *r)
{
	struct bench_world w;
	struct lane *l;
	uint64_t created;

	if (!bench_world_init(&w, o, false, FLOWS))
		return false;
	l = lane_create(o, &w, 0, o->sessions, FLOWS);
	if (l == NULL)
		return false;
	lane_pin(l);
	l->nflows = o->sessions;
	l->pick = pick_life;
	l->virtual_time = true;
	life_warm_up(l);
	created = l->env.sessions->created;
	l->counted = o->packets != 0;
	if (l->counted)
		life_packets(l, o->packets);
	else
		windows(l, o, life_window, r);
	rates(r, LIFE);
	lane_totals(l, r);
	if (l->env.sessions->created == created)
		fprintf(stderr, "no session was made\n");
	r->bytes_per_session =
		(double)session_table_bytes(l->env.sessions) / o->sessions;
	lane_free(l);
	bench_world_done(&w);
	return true;
}
