/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench.h"

static bool
is(const struct bench_options *o, const char *scenario)
{
	return strcmp(o->scenario, scenario) == 0;
}

static bool
has_packets(const struct bench_options *o)
{
	return !is(o, "policies") && !is(o, "lpm") && !is(o, "memory");
}

/* Steps of a hundredth are finer than anything measured here. */
static json_t *
number(double v)
{
	return json_real(v < 1e5 ? round(v * 100) / 100 : round(v));
}

static void
put(json_t *j, const char *key, double v)
{
	json_object_set_new(j, key, number(v));
}

static void
put_figures(json_t *j, const struct bench_options *o,
	const struct bench_result *r, const struct calibrators *c)
{
	double ticks = series_median(&r->ticks);

	put(j, "cycles_per_packet", ticks);
	put(j, "floor_cycles_per_packet", r->floor);
	put(j, "min", series_min(&r->ticks));
	put(j, "max", series_max(&r->ticks));
	json_object_set_new(j, "runs", json_integer(r->ticks.n));
	put(j, "mpps_per_core", tsc_mhz() / ticks);
	put(j, "new_sessions_per_second", r->new_sessions);
	put(j, "first_fill_sessions_per_second", r->first_fill);
	put(j, "bytes_per_session", r->bytes_per_session);
	put(j, "resident_bytes_per_session", r->resident_per_session);
	put(j, "ratio_10k", ticks / c->hash_10k);
	put(j, "ratio_1m", ticks / c->hash_1m);
	if (r->load_seconds != 0)
		put(j, "load_seconds", r->load_seconds);
	for (unsigned int i = 0; i < r->nextra; i++)
		put(j, r->extra[i].key, r->extra[i].v);
	if (is(o, "lpm")) {
		put(j, "burst_cycles_per_lookup", r->burst_ticks);
		put(j, "table_megabytes", r->table_mb);
	}
	if (has_packets(o)) {
		json_object_set_new(
			j, "frames", json_integer((json_int_t)r->frames));
		json_object_set_new(
			j, "checked", json_integer((json_int_t)r->checked));
	}
}

static void
print_json(const struct bench_options *o, const struct bench_result *r,
	const struct calibrators *before, const struct calibrators *after,
	const struct memory_floor *memory, double busy, const char *why)
{
	json_t *j = json_pack("{s:s, s:i, s:i, s:i, s:i, s:b, s:b, s:b, s:b}",
		"scenario", o->scenario, "sessions", (int)o->sessions,
		"workers", (int)o->workers, "burst", (int)o->burst, "policies",
		(int)o->policies, "ipv6", (int)o->ipv6, "nat", (int)o->nat,
		"log", (int)o->log, "void", (int)(why != NULL));

	if (why != NULL)
		json_object_set_new(j, "void_reason", json_string(why));
	if (why == NULL || o->force)
		put_figures(j, o, r, before);
	put(j, "hash_bulk_cycles_10k", before->hash_10k);
	put(j, "hash_bulk_cycles_1m", before->hash_1m);
	put(j, "hash_bulk_cycles_10k_after", after->hash_10k);
	put(j, "hash_bulk_cycles_1m_after", after->hash_1m);
	put(j, "memory_floor_cycles", memory->two_lines);
	put(j, "memory_latency_cycles", memory->latency);
	put(j, "busy_others", busy);
	put(j, "tsc_mhz", tsc_mhz());
	json_dumpf(j, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(j);
}

static void
print_packets(const struct bench_options *o, const struct bench_result *r)
{
	double ticks = series_median(&r->ticks);

	printf("%.1f ticks a packet [%.1f - %.1f, %u runs] without the "
	       "generator's %.1f; %.2f M/s a core\n",
		ticks, series_min(&r->ticks), series_max(&r->ticks), r->ticks.n,
		r->floor, tsc_mhz() / ticks);
	if (r->new_sessions != 0)
		printf("%.2f M new sessions a second\n", r->new_sessions / 1e6);
	if (r->first_fill != 0)
		printf("%.2f M a second into memory never used before\n",
			r->first_fill / 1e6);
	if (r->bytes_per_session != 0)
		printf("%.0f bytes a session, tables included\n",
			r->bytes_per_session);
	printf("%lu frames, %lu checked\n", (unsigned long)r->frames,
		(unsigned long)r->checked);
	for (unsigned int i = 0; i < r->nextra; i++)
		printf("%s: %.2f\n", r->extra[i].key, r->extra[i].v);
}

static void
print_look_ups(const struct bench_options *o, const struct bench_result *r)
{
	printf("%.1f ticks a look-up [%.1f - %.1f, %u runs]",
		series_median(&r->ticks), series_min(&r->ticks),
		series_max(&r->ticks), r->ticks.n);
	if (is(o, "lpm"))
		printf(", in bursts of %u %.1f; %.1f MB", o->burst,
			r->burst_ticks, r->table_mb);
	printf("; built in %.3f s\n", r->load_seconds);
}

static void
print_head(const struct bench_options *o, const struct calibrators *before,
	const struct calibrators *after, const struct memory_floor *memory,
	double busy)
{
	printf("%s, %u %s%s%s%s, %u worker%s, bursts of %u, %u policies\n",
		o->scenario, o->sessions, is(o, "lpm") ? "routes" : "sessions",
		o->ipv6 ? ", IPv6" : "", o->nat ? ", source NAT" : "",
		o->log ? ", log" : "", o->workers, o->workers > 1 ? "s" : "",
		o->burst, o->policies);
	printf("calibrators: rte_hash bulk 10k %.1f, 1M %.1f (after: %.1f, "
	       "%.1f); others use %.0f %% of the machine\n",
		before->hash_10k, before->hash_1m, after->hash_10k,
		after->hash_1m, busy * 100);
	printf("memory: two lines, one written, %.1f ticks in bursts of 32; a "
	       "miss %.0f\n",
		memory->two_lines, memory->latency);
}

static void
print_memory(const struct bench_result *r)
{
	for (unsigned int i = 0; i < r->nextra; i++)
		printf("%s: %.1f\n", r->extra[i].key, r->extra[i].v);
}

void
report_print(const struct bench_options *o, const struct bench_result *r,
	const struct calibrators *before, const struct calibrators *after,
	const struct memory_floor *memory, double busy, const char *why)
{
	if (o->json) {
		print_json(o, r, before, after, memory, busy, why);
		return;
	}
	print_head(o, before, after, memory, busy);
	if (why != NULL)
		printf("VOID: %s\n", why);
	if (why != NULL && !o->force)
		return;
	if (is(o, "memory"))
		print_memory(r);
	else if (has_packets(o))
		print_packets(o, r);
	else
		print_look_ups(o, r);
	printf("ratio to the calibrators: %.2f (10k), %.2f (1M)\n",
		series_median(&r->ticks) / before->hash_10k,
		series_median(&r->ticks) / before->hash_1m);
}
