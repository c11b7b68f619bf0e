/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups alone: policies of a first packet, routes of a full table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "pkt/bytes.h"
#include "route/route_lpm.h"

#define QUERIES 4096u

static bool
queries_right(
	const struct bench_world *w, const struct policy_query *q, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct policy_result r;

		image_policy_match(w->image, &q[i], &r);
		if (r.action != POLICY_PERMIT)
			return false;
	}
	return true;
}

COUNTED uint64_t bench_counted_policies(
	const struct image *image, const struct policy_query *q, uint64_t n);

uint64_t
bench_counted_policies(
	const struct image *image, const struct policy_query *q, uint64_t n)
{
	uint64_t sink = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct policy_result res;

		image_policy_match(image, &q[i % QUERIES], &res);
		sink += res.index;
	}
	return sink;
}

bool
bench_policies(const struct bench_options *o, struct bench_result *r)
{
	struct policy_query *q = calloc(QUERIES, sizeof(*q));
	struct bench_world w;
	struct frames f;
	uint64_t seed = 1, sink = 0;
	double end = o->seconds * tsc_mhz() * 1e6, t0, t;

	if (q == NULL || !bench_world_init(&w, o, false, o->sessions))
		return false;
	frames_init(&f, &w, o->ipv6);
	for (uint32_t i = 0; i < QUERIES; i++)
		q[i] = frame_query(
			&f, &w, (uint32_t)(random_next(&seed) % o->sessions));
	if (!queries_right(&w, q, QUERIES))
		r->wrong++;
	sink += bench_counted_policies(w.image, q, o->packets);
	r->counted = o->packets;
	for (unsigned int i = 0; i < o->runs && o->packets == 0; i++) {
		uint64_t done = 0;

		t0 = thread_ticks();
		do {
			for (uint32_t k = 0; k < QUERIES; k++) {
				struct policy_result res;

				image_policy_match(w.image, &q[k], &res);
				sink += res.index;
			}
			done += QUERIES;
			t = thread_ticks() - t0;
		} while (t < end);
		series_add(&r->ticks, t / (double)done);
		series_add(&r->rate, tsc_mhz() * 1e6 * (double)done / t);
	}
	r->load_seconds = w.build_seconds;
	r->checked = sink != 0 ? QUERIES : 0;
	bench_world_done(&w);
	free(q);
	return true;
}

/* ---- routes ---- */

/* Lengths as in a full Internet table: most /24, then /20 to /23, some /16. */
static uint8_t
length_of(uint64_t r)
{
	static const uint8_t lengths[16] = {
		24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 22, 22, 23, 21, 20, 16};

	return lengths[r & 15];
}

static int
by_prefix(const void *a, const void *b)
{
	const struct route_lpm_entry *x = a, *y = b;

	return ip_prefix_cmp(&x->prefix, &y->prefix);
}

/* About n different prefixes, ascending; returns how many. */
static size_t
make_routes(struct route_lpm_entry *e, size_t n)
{
	uint64_t seed = 7;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t r = random_next(&seed);
		uint8_t len = length_of(r >> 8);
		uint32_t a = (uint32_t)(r >> 32) & UINT32_MAX << (32 - len);

		e[i] = (struct route_lpm_entry){
			{ip_addr_v4(rte_cpu_to_be_32(a)), len},
			1 + (uint32_t)(i & 63)};
	}
	qsort(e, n, sizeof(*e), by_prefix);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 ||
			ip_prefix_cmp(&e[kept - 1].prefix, &e[i].prefix) != 0)
			e[kept++] = e[i];
	return kept;
}

COUNTED uint64_t bench_counted_lpm(
	const struct route_lpm *lpm, const uint32_t *ask, uint64_t n);

uint64_t
bench_counted_lpm(const struct route_lpm *lpm, const uint32_t *ask, uint64_t n)
{
	uint32_t out[ROUTE_LPM_BURST];
	uint64_t sink = 0;

	for (uint64_t i = 0; i + 32 <= n; i += 32) {
		route_lpm_lookup4_burst(lpm, ask + i % (1u << 16), out, 32);
		sink += out[0];
	}
	return sink;
}

static double
one_by_one(const struct route_lpm *lpm, const uint32_t *ask, double end,
	uint64_t *sink)
{
	double t0 = thread_ticks(), t;
	uint64_t done = 0;

	do {
		for (uint32_t i = 0; i < 1u << 16; i++)
			*sink += route_lpm_lookup4(lpm, ask[i]);
		done += 1u << 16;
		t = thread_ticks() - t0;
	} while (t < end);
	return t / (double)done;
}

static double
in_bursts(const struct route_lpm *lpm, const uint32_t *ask, unsigned int burst,
	double end, uint64_t *sink)
{
	double t0 = thread_ticks(), t;
	uint64_t done = 0;

	do {
		for (uint32_t i = 0; i + burst <= 1u << 16; i += burst) {
			uint32_t out[ROUTE_LPM_BURST];

			route_lpm_lookup4_burst(lpm, ask + i, out, burst);
			*sink += out[0];
		}
		done += (1u << 16) / burst * burst;
		t = thread_ticks() - t0;
	} while (t < end);
	return t / (double)done;
}

static bool
routes_load(struct route_lpm_entry *e, size_t n, struct route_lpm **lpm,
	struct bench_result *r)
{
	double t0;

	n = make_routes(e, n);
	t0 = thread_ticks();
	if (route_lpm_build(IP_V4, e, n, lpm) != 0)
		return false;
	r->load_seconds = (thread_ticks() - t0) / tsc_mhz() / 1e6;
	r->table_mb = (double)route_lpm_bytes(*lpm) / 1e6;
	return true;
}

bool
bench_lpm(const struct bench_options *o, struct bench_result *r)
{
	struct route_lpm_entry *e = calloc(o->sessions, sizeof(*e));
	uint32_t *ask = malloc((1u << 16) * sizeof(*ask));
	double end = o->seconds * tsc_mhz() * 1e6;
	struct bench_series bursts = {0};
	struct route_lpm *lpm = NULL;
	uint64_t seed = 3, sink = 0;

	if (e == NULL || ask == NULL || !routes_load(e, o->sessions, &lpm, r)) {
		fprintf(stderr, "cannot load the routes\n");
		return false;
	}
	/* An address under a random route, the rest of it random too. */
	for (uint32_t i = 0; i < 1u << 16; i++) {
		uint64_t x = random_next(&seed);
		const struct ip_prefix *p = &e[x % o->sessions].prefix;

		ask[i] = p->addr.v4_be |
			 rte_cpu_to_be_32(
				 (uint32_t)((x >> 32) &
					    ~(uint64_t)0 >> (32 + p->len)));
	}
	sink += bench_counted_lpm(lpm, ask, o->packets);
	r->counted = o->packets / 32 * 32;
	for (unsigned int i = 0; i < o->runs && o->packets == 0; i++) {
		series_add(&r->ticks, one_by_one(lpm, ask, end, &sink));
		series_add(&bursts, in_bursts(lpm, ask, o->burst, end, &sink));
		series_add(&r->rate, tsc_mhz() * 1e6 / r->ticks.v[i]);
	}
	r->burst_ticks = series_median(&bursts);
	r->checked = sink != 0;
	route_lpm_free(lpm);
	free(ask);
	free(e);
	return true;
}
