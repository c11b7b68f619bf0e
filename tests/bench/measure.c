/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "bench.h"

static double
seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* Measured once, over 0.1 s. */
double
tsc_mhz(void)
{
	static double mhz;
	double t0, t1;
	uint64_t c0;

	if (mhz != 0)
		return mhz;
	t0 = seconds(CLOCK_MONOTONIC_RAW);
	c0 = rte_rdtsc();
	do {
		t1 = seconds(CLOCK_MONOTONIC_RAW);
	} while (t1 - t0 < 0.1);
	mhz = (double)(rte_rdtsc() - c0) / (t1 - t0) / 1e6;
	return mhz;
}

double
thread_ticks(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID) * tsc_mhz() * 1e6;
}

double
resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	double pages = 0;

	if (f != NULL) {
		if (fscanf(f, "%*s %lf", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return pages * (double)sysconf(_SC_PAGESIZE);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
series_add(struct bench_series *s, double v)
{
	if (s->n < RUNS_MAX)
		s->v[s->n++] = v;
}

static struct bench_series
sorted(const struct bench_series *s)
{
	struct bench_series c = *s;

	qsort(c.v, c.n, sizeof(c.v[0]), by_value);
	return c;
}

double
series_median(const struct bench_series *s)
{
	struct bench_series c = sorted(s);

	return c.n == 0 ? 0 : (c.v[(c.n - 1) / 2] + c.v[c.n / 2]) / 2;
}

double
series_min(const struct bench_series *s)
{
	return s->n == 0 ? 0 : sorted(s).v[0];
}

double
series_max(const struct bench_series *s)
{
	return s->n == 0 ? 0 : sorted(s).v[s->n - 1];
}

void
result_put(struct bench_result *r, double v, const char *key, ...)
{
	struct bench_extra *e = &r->extra[r->nextra];
	va_list ap;

	if (r->nextra == EXTRAS_MAX)
		return;
	va_start(ap, key);
	vsnprintf(e->key, sizeof(e->key), key, ap);
	va_end(ap);
	e->v = v;
	r->nextra++;
}

void
histogram_add(struct histogram *h, uint64_t ticks)
{
	uint64_t i = ticks / HISTOGRAM_STEP;

	h->n++;
	h->count[i < HISTOGRAM_SIZE ? i : HISTOGRAM_SIZE - 1]++;
	if (ticks > h->max)
		h->max = ticks;
}

/* Ticks below which that share of all is. */
double
histogram_at(const struct histogram *h, double share)
{
	uint64_t want = (uint64_t)((double)h->n * share), sum = 0;

	for (uint32_t i = 0; i < HISTOGRAM_SIZE; i++) {
		sum += h->count[i];
		if (sum > want)
			return ((double)i + 0.5) * HISTOGRAM_STEP;
	}
	return (double)h->max;
}

/* Seconds of all CPUs since boot: all of it, and idle. */
static void
machine_seconds(double *total, double *idle)
{
	FILE *f = fopen("/proc/stat", "r");
	double v[8] = {0}, hz = (double)sysconf(_SC_CLK_TCK);

	*total = *idle = 0;
	if (f == NULL)
		return;
	if (fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &v[0], &v[1],
		    &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) == 8) {
		for (int i = 0; i < 8; i++)
			*total += v[i] / hz;
		*idle = (v[3] + v[4]) / hz;
	}
	fclose(f);
}

void
busy_start(struct busy *b)
{
	machine_seconds(&b->total, &b->idle);
	b->own = seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double
busy_share(const struct busy *b)
{
	double total, idle, others;

	machine_seconds(&total, &idle);
	total -= b->total;
	others = total - (idle - b->idle) -
		 (seconds(CLOCK_PROCESS_CPUTIME_ID) - b->own);
	/* /proc/stat counts in steps of 10 ms */
	return total < 0.1 || others < 0 ? 0 : others / total;
}
