/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a NAT port costs while the pool fills: first packets with source NAT
 * into a pool that N flows fill by 99 %, beside the same flows without NAT.
 */
#include <stdio.h>

#include "bench.h"
#include "flow/session.h"

#define FULL      0.99
#define ADDRESSES 16u

static const double fills[] = {
	0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, FULL};

#define BANDS (sizeof(fills) / sizeof(fills[0]) - 1)

struct curve {
	struct bench_series band[BANDS];
};

/* One fill from empty to full; ticks of a new session in each band. */
static bool
fill(const struct bench_options *o, struct curve *c, struct bench_result *r)
{
	struct bench_world w;
	struct lane *l;
	uint64_t done = 0;

	if (!bench_world_init(&w, o, false, o->sessions))
		return false;
	l = lane_create(o, &w, 0, o->sessions, o->sessions);
	if (l == NULL)
		return false;
	lane_pin(l);
	l->nflows = o->sessions;
	l->pick = pick_new;
	l->learn = false;
	l->fresh = true;
	for (size_t i = 0; i < BANDS; i++) {
		uint64_t end = (uint64_t)(fills[i + 1] / FULL * o->sessions);
		uint64_t n = (end - done) / l->burst;
		double t0 = thread_ticks();

		lane_bursts(l, n, true);
		series_add(&c->band[i],
			(thread_ticks() - t0) / (double)(n * l->burst));
		done += n * l->burst;
	}
	lane_totals(l, r);
	lane_free(l);
	bench_world_done(&w);
	return true;
}

/* As many ports as make the flows fill 99 % of the pool. */
static struct bench_options
pool_options(const struct bench_options *o)
{
	struct bench_options nat = *o;
	double ports = o->sessions / FULL;

	nat.nat = true;
	nat.nat_addresses = ADDRESSES;
	while (ports / nat.nat_addresses > 64000)
		nat.nat_addresses *= 2;
	nat.nat_ports = (uint16_t)(ports / nat.nat_addresses + 1);
	return nat;
}

bool
bench_ports(const struct bench_options *o, struct bench_result *r)
{
	struct bench_options nat = pool_options(o), plain = *o;
	struct curve with = {0}, without = {0};

	plain.nat = false;
	for (unsigned int i = 0; i < o->runs; i++)
		if (!fill(&plain, &without, r) || !fill(&nat, &with, r))
			return false;
	for (size_t i = 0; i < BANDS; i++) {
		unsigned int fill = (unsigned int)(fills[i + 1] * 100 + 0.5);
		double more = series_median(&with.band[i]) -
			      series_median(&without.band[i]);

		result_put(r, more, "port_cycles_at_%u", fill);
	}
	for (unsigned int i = 0; i < o->runs; i++)
		series_add(&r->ticks, with.band[BANDS - 1].v[i] -
					      without.band[BANDS - 1].v[i]);
	return true;
}
