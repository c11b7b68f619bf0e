/* SPDX-License-Identifier: Apache-2.0 */
/* route_lpm against a linear scan, and its limits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_lpm.h"

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static struct ip_prefix
pfx(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_prefix_parse(text, &p));
	return p;
}

static int
cmp(const void *a, const void *b)
{
	return ip_prefix_cmp(&((const struct route_lpm_entry *)a)->prefix,
		&((const struct route_lpm_entry *)b)->prefix);
}

/* The model: too simple to be wrong. */
static uint32_t
scan(const struct route_lpm_entry *e, size_t n, const struct ip_addr *a)
{
	int best = -1;
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		if (e[i].prefix.len > best &&
			ip_prefix_covers(&e[i].prefix, a)) {
			best = e[i].prefix.len;
			value = e[i].value;
		}
	return value;
}

static uint32_t
lookup(const struct route_lpm *t, const struct ip_addr *a)
{
	uint32_t one, burst;

	if (a->family == IP_V4) {
		one = route_lpm_lookup4(t, a->v4_be);
		route_lpm_lookup4_burst(t, &a->v4_be, &burst, 1);
	} else {
		one = route_lpm_lookup6(t, a->b);
		route_lpm_lookup6_burst(
			t, (const uint8_t(*)[16])a->b, &burst, 1);
	}
	assert_int_equal(one, burst);
	return one;
}

/*
 * Few distinct bytes, so that prefixes nest and addresses hit; any length,
 * often one of the extremes.
 */
static struct ip_prefix
random_prefix(enum ip_family family)
{
	static const uint8_t bytes[] = {0, 0xff, 0x80, 0x7f, 1, 10};
	unsigned int bits = ip_family_bits(family);
	struct ip_prefix p = {.addr.family = (uint8_t)family};

	for (unsigned int i = 0; i < bits / 8; i++)
		p.addr.b[i] = rnd() % 8 ? bytes[rnd() % sizeof(bytes)]
					: (uint8_t)rnd();
	p.len = (uint8_t)(rnd() % (bits + 1));
	if (rnd() % 8 == 0)
		p.len = (uint8_t)(rnd() % 2 ? bits : 0);
	return ip_prefix_network(&p);
}

static size_t
random_table(enum ip_family family, struct route_lpm_entry *e, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		e[i].prefix = random_prefix(family);
		e[i].value = (uint32_t)(1 + rnd() % 7);
	}
	qsort(e, n, sizeof(*e), cmp);
	for (size_t i = 0; i < n; i++)
		if (out == 0 || cmp(&e[out - 1], &e[i]) != 0)
			e[out++] = e[i];
	return out;
}

/* The edges of a prefix and their neighbours outside. */
static void
check_edges(const struct route_lpm *t, const struct route_lpm_entry *e,
	size_t n, const struct ip_prefix *p)
{
	struct ip_addr a[4] = {
		p->addr, ip_prefix_last(p), p->addr, ip_prefix_last(p)};
	unsigned int last = ip_family_bits(p->addr.family) / 8;

	for (unsigned int i = last; i-- > 0 && a[2].b[i]-- == 0;)
		;
	for (unsigned int i = last; i-- > 0 && ++a[3].b[i] == 0;)
		;
	for (int i = 0; i < 4; i++)
		assert_int_equal(lookup(t, &a[i]), scan(e, n, &a[i]));
}

static void
property(enum ip_family family)
{
	enum { MAX = 300 };
	static const unsigned int roots[] = {0, 1, 5, 8, 12, 16};
	struct route_lpm_entry e[MAX];

	for (int round = 0; round < 60; round++) {
		size_t n = random_table(family, e, rnd() % MAX);
		struct route_lpm *t;

		if (round % 2)
			assert_int_equal(route_lpm_build(family, e, n, &t), 0);
		else
			assert_int_equal(route_lpm_build_root(family, e, n,
						 roots[round / 2 % 6], &t),
				0);
		for (size_t i = 0; i < n; i++)
			check_edges(t, e, n, &e[i].prefix);
		for (int i = 0; i < 500; i++) {
			struct ip_prefix p = random_prefix(family);

			assert_int_equal(
				lookup(t, &p.addr), scan(e, n, &p.addr));
		}
		route_lpm_free(t);
	}
}

static void
lpm_is_a_linear_scan_v4(void **state)
{
	property(IP_V4);
}

static void
lpm_is_a_linear_scan_v6(void **state)
{
	property(IP_V6);
}

/* A table beyond the small sizes, so that the burst stages really run. */
static void
burst(enum ip_family family)
{
	enum { N = 6000, LOOKUPS = 1000 };
	struct route_lpm_entry *e = calloc(N, sizeof(*e));
	static uint32_t v4[LOOKUPS], results[LOOKUPS];
	static uint8_t v6[LOOKUPS][16];
	struct route_lpm *t;
	size_t n;

	assert_non_null(e);
	for (size_t i = 0; i < N; i++)
		e[i].prefix = random_prefix(family);
	n = random_table(family, e, N);
	assert_int_equal(route_lpm_build_root(family, e, n, 14, &t), 0);
	for (size_t i = 0; i < LOOKUPS; i++) {
		struct ip_addr a = random_prefix(family).addr;

		if (i % 2)
			a = e[rnd() % n].prefix.addr;
		v4[i] = a.v4_be;
		memcpy(v6[i], a.b, 16);
	}
	for (size_t len = 0; len <= LOOKUPS; len = len * 2 + 1) {
		if (family == IP_V4)
			route_lpm_lookup4_burst(t, v4, results, len);
		else
			route_lpm_lookup6_burst(
				t, (const uint8_t(*)[16])v6, results, len);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(results[i],
				family == IP_V4 ? route_lpm_lookup4(t, v4[i])
						: route_lpm_lookup6(t, v6[i]));
	}
	route_lpm_free(t);
	free(e);
}

static void
lpm_burst_is_many_single_lookups(void **state)
{
	burst(IP_V4);
	burst(IP_V6);
}

static void
lpm_sizes(void **state)
{
	struct route_lpm_entry e[10];
	struct route_lpm *t;

	assert_int_equal(route_lpm_build(IP_V4, NULL, 0, &t), 0);
	assert_true(route_lpm_bytes(t) < 512);
	assert_int_equal(route_lpm_lookup4(t, 0x01020304), 0);
	route_lpm_free(t);
	for (uint8_t i = 0; i < 10; i++) {
		e[i].prefix = pfx("10.0.0.0/24");
		e[i].prefix.addr.b[1] = i;
		e[i].value = i + 1u;
	}
	assert_int_equal(route_lpm_build(IP_V4, e, 10, &t), 0);
	assert_true(route_lpm_bytes(t) < 8192);
	route_lpm_free(t);
}

static void
lpm_refuses(void **state)
{
	struct route_lpm_entry e[2] = {
		{pfx("10.0.0.0/8"), 1}, {pfx("10.0.0.0/9"), 2}};
	struct route_lpm *t = NULL;

	assert_int_equal(route_lpm_build(IP_V6, e, 2, &t), -EINVAL);
	assert_int_equal(route_lpm_build(IP_NONE, e, 0, &t), -EINVAL);
	e[1].prefix.len = 8; /* twice */
	assert_int_equal(route_lpm_build(IP_V4, e, 2, &t), -EINVAL);
	e[1].prefix.len = 7; /* host bits, and descending */
	assert_int_equal(route_lpm_build(IP_V4, e, 2, &t), -EINVAL);
	e[1] = (struct route_lpm_entry){pfx("11.0.0.0/8"), 0};
	assert_int_equal(route_lpm_build(IP_V4, e, 2, &t), -EINVAL);
	e[1].value = ROUTE_LPM_VALUE_MAX + 1u;
	assert_int_equal(route_lpm_build(IP_V4, e, 2, &t), -EINVAL);
	e[1].value = 1;
	e[1].prefix.len = 33;
	assert_int_equal(route_lpm_build(IP_V4, e, 2, &t), -EINVAL);
	assert_null(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lpm_is_a_linear_scan_v4),
		cmocka_unit_test(lpm_is_a_linear_scan_v6),
		cmocka_unit_test(lpm_burst_is_many_single_lookups),
		cmocka_unit_test(lpm_sizes),
		cmocka_unit_test(lpm_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
