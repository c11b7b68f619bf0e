/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory and time a longest-prefix match takes: route_lpm with
 * several root sizes. Prefix lengths follow a full Internet table; half of the
 * look-ups hit inside a random route, the others are random addresses.
 *
 *   lpm_bench [ROUTES...]
 * root_bits -1 is what route_lpm_build() chooses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include "route/route_lpm.h"

#define LOOKUPS (1u << 20)
#define ROUNDS  15
#define CHUNK   4096u
#define BURST   32u

static uint64_t seed = 88172645463325252ull;

static uint64_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Shares in percent as the public tables have had them for years. */
static uint8_t
random_len(enum ip_family family)
{
	static const struct {
		uint8_t share, v4, v6;
	} lens[] = {{60, 24, 48}, {10, 22, 32}, {10, 23, 44}, {5, 20, 40},
		{5, 21, 36}, {3, 19, 46}, {3, 16, 29}, {2, 18, 47}, {1, 17, 33},
		{1, 32, 64}};
	unsigned int r = (unsigned int)(rnd() % 100);

	for (size_t i = 0; i < 10; i++) {
		if (r < lens[i].share)
			return family == IP_V4 ? lens[i].v4 : lens[i].v6;
		r -= lens[i].share;
	}
	return 24;
}

static struct ip_addr
random_addr(enum ip_family family)
{
	struct ip_addr a = {.family = (uint8_t)family};
	uint64_t hi = rnd(), lo = rnd();

	if (family == IP_V4) {
		a.v4_be = (uint32_t)hi;
		a.b[0] = (uint8_t)(1 + a.b[0] % 223);
	} else {
		memcpy(a.b, &hi, 8);
		memcpy(a.b + 8, &lo, 8);
		/* 2001::, 2400:: 2600:: 2a00::, a few thousand /32s each */
		a.b[0] = (uint8_t) "\x20\x24\x26\x2a"[hi & 3];
		a.b[1] &= 0x0f;
	}
	return a;
}

static int
cmp(const void *a, const void *b)
{
	const struct route_lpm_entry *x = a, *y = b;

	return ip_prefix_cmp(&x->prefix, &y->prefix);
}

static struct route_lpm_entry *
random_routes(enum ip_family family, size_t *n)
{
	struct route_lpm_entry *e = calloc(*n * 5 / 4, sizeof(*e));
	size_t out = 0, made = *n * 5 / 4;

	if (e == NULL)
		exit(1);
	for (size_t i = 0; i < made; i++) {
		e[i].prefix.addr = random_addr(family);
		e[i].prefix.len = random_len(family);
		e[i].prefix = ip_prefix_network(&e[i].prefix);
		e[i].value = (uint32_t)(1 + rnd() % 1000);
	}
	qsort(e, made, sizeof(*e), cmp);
	for (size_t i = 0; i < made; i++)
		if (out == 0 || cmp(&e[out - 1], &e[i]) != 0)
			e[out++] = e[i];
	/* thin out evenly to the wanted number */
	for (size_t i = 0; out > *n && i < *n; i++)
		e[i] = e[i * out / *n];
	if (out < *n)
		*n = out;
	return e;
}

struct lookups {
	uint32_t v4[LOOKUPS];
	uint8_t v6[LOOKUPS][16];
	uint32_t results[LOOKUPS];
};

static void
fill(struct lookups *l, enum ip_family family, const struct route_lpm_entry *e,
	size_t n)
{
	for (size_t i = 0; i < LOOKUPS; i++) {
		struct ip_addr a = random_addr(family);
		const struct ip_prefix *p = &e[rnd() % n].prefix;

		if (i & 1)
			for (unsigned int b = 0; b < p->len / 8u; b++)
				a.b[b] = p->addr.b[b];
		l->v4[i] = a.v4_be;
		memcpy(l->v6[i], a.b, 16);
	}
}

static void
look(const struct route_lpm *t, struct lookups *l, enum ip_family family,
	bool burst, size_t i)
{
	if (burst && family == IP_V4)
		route_lpm_lookup4_burst(t, &l->v4[i], &l->results[i], BURST);
	else if (burst)
		route_lpm_lookup6_burst(t, (const uint8_t(*)[16])l->v6[i],
			&l->results[i], BURST);
	else
		for (size_t k = i; k < i + BURST; k++)
			l->results[k] =
				family == IP_V4
					? route_lpm_lookup4(t, l->v4[k])
					: route_lpm_lookup6(t, l->v6[k]);
}

/*
 * The best of several rounds, taken chunk by chunk: on a busy machine hardly
 * any round is undisturbed as a whole.
 */
static double
ticks(const struct route_lpm *t, struct lookups *l, enum ip_family family,
	bool burst)
{
	static uint64_t best[LOOKUPS / CHUNK];
	double sum = 0;

	memset(best, 0xff, sizeof(best));
	for (int r = 0; r < ROUNDS; r++)
		for (size_t c = 0; c < LOOKUPS / CHUNK; c++) {
			uint64_t t0 = __rdtsc(), d;

			for (size_t i = 0; i < CHUNK; i += BURST)
				look(t, l, family, burst, c * CHUNK + i);
			d = __rdtsc() - t0;
			if (d < best[c])
				best[c] = d;
		}
	for (size_t c = 0; c < LOOKUPS / CHUNK; c++)
		sum += (double)best[c];
	return sum / LOOKUPS;
}

static void
run(enum ip_family family, size_t n, struct lookups *l)
{
	static const int roots[] = {-1, 0, 12, 16, 18, 20, 22};
	struct route_lpm_entry *e;

	if (n == 0)
		return;
	e = random_routes(family, &n);
	fill(l, family, e, n);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct route_lpm *t;
		double t0 = now_s(), load;
		int rc = roots[i] < 0 ? route_lpm_build(family, e, n, &t)
				      : route_lpm_build_root(family, e, n,
						(unsigned int)roots[i], &t);

		if (rc != 0)
			exit(1);
		load = now_s() - t0;
		printf("ipv%d routes %zu root_bits %d: %.2f MB, load %.3f s, "
		       "single %.1f ticks, burst %.1f ticks\n",
			(int)family, n, roots[i],
			(double)route_lpm_bytes(t) / 1e6, load,
			ticks(t, l, family, false), ticks(t, l, family, true));
		route_lpm_free(t);
	}
	free(e);
}

int
main(int argc, char **argv)
{
	static const size_t sizes[] = {
		10, 1000, 10000, 100000, 250000, 1000000};
	struct lookups *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return 1;
	for (size_t i = 0; argc < 2 && i < sizeof(sizes) / sizeof(*sizes);
		i++) {
		run(IP_V4, sizes[i], l);
		run(IP_V6, sizes[i], l);
	}
	for (int i = 1; i < argc; i++) {
		run(IP_V4, strtoul(argv[i], NULL, 10), l);
		run(IP_V6, strtoul(argv[i], NULL, 10), l);
	}
	free(l);
	return 0;
}
