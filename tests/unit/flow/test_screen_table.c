/* SPDX-License-Identifier: Apache-2.0 */
/* [SC-12] rates, scans and numbers: against slow and simple models, and when
 * more addresses come than there are places. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "flow/screen_table.h"

static uint32_t seed = 1;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static struct screen_key
key_of(uint32_t address)
{
	struct ip_addr a = {.family = IP_V4, .v4_be = address};
	struct screen_key k;

	screen_key_set(&k, &a, 0, 6, 1);
	return k;
}

/* A few addresses, so that none is forgotten: exactly counted. */
static void
test_rates(void **state)
{
	struct rate_table *t = rate_table_create();
	uint32_t count[50] = {0}, start[50] = {0}, now = 0xfffff000u;
	bool used[50] = {false};
	uint64_t lost = 0;

	(void)state;
	for (unsigned int i = 0; i < 200000; i++) {
		uint32_t a = rnd(50);
		struct screen_key k = key_of(a);

		now += rnd(20) == 0;
		if (!used[a] || now - start[a] >= RATE_MS) {
			used[a] = true;
			start[a] = now;
			count[a] = 0;
		}
		count[a]++;
		assert_int_equal(
			count[a], rate_count(t, &k, now, 10, NULL, &lost));
	}
	assert_int_equal(0, lost);
	rate_table_free(t);
}

/* Who is over the limit stays, however many made-up addresses come; what is
 * forgotten is counted. */
static void
test_rates_full(void **state)
{
	struct rate_table *t = rate_table_create();
	struct screen_key busy = key_of(0xffffffffu);
	uint64_t lost = 0;

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		rate_count(t, &busy, 0, 10, NULL, &lost);
	for (uint32_t i = 0; i < 4 * RATE_ENTRIES; i++) {
		struct screen_key k = key_of(i);

		rate_count(t, &k, 0, 10, NULL, &lost);
	}
	assert_true(lost > RATE_ENTRIES);
	assert_true(rate_over(t, &busy, 500, 10, NULL, &lost));
	rate_table_free(t);
}

/* ret_lasting: over the limit in the second right before. */
static void
test_lasting(void **state)
{
	struct rate_table *t = rate_table_create();
	struct screen_key k = key_of(1);
	uint64_t lost = 0;
	bool lasting;

	(void)state;
	for (unsigned int i = 0; i < 6; i++)
		assert_int_equal(
			i >= 5, rate_over(t, &k, 0, 5, &lasting, &lost));
	assert_false(lasting);
	rate_over(t, &k, RATE_MS, 5, &lasting, &lost);
	assert_true(lasting);
	rate_over(t, &k, 2 * RATE_MS, 5, &lasting, &lost);
	assert_false(lasting);
	for (unsigned int i = 0; i < 9; i++)
		rate_over(t, &k, 2 * RATE_MS, 5, &lasting, &lost);
	rate_over(t, &k, 4 * RATE_MS, 5, &lasting, &lost);
	assert_false(lasting);
	rate_table_free(t);
}

static void
test_scans(void **state)
{
	struct scan_table *t = scan_table_create();
	struct screen_key k = key_of(1);
	struct ip_addr dst = {.family = IP_V4, .v4_be = 9};
	uint64_t lost = 0;

	(void)state;
	for (uint32_t what = 0; what < 9; what++) {
		assert_false(scan_seen(t, &k, &dst, what, 0, 5, &lost));
		assert_false(scan_seen(t, &k, &dst, what, 0, 5, &lost));
		assert_false(scan_seen(t, &k, NULL, 1, 0, 5, &lost));
	}
	assert_false(scan_blocked(t, &k, 0));
	assert_true(scan_seen(t, &k, &dst, 99, 5, 5, &lost));
	assert_true(scan_seen(t, &k, &dst, 0, RATE_MS - 1, 5, &lost));
	assert_false(scan_seen(t, &k, &dst, 0, RATE_MS, 5, &lost));
	scan_block(t, &k, 2 * RATE_MS, &lost);
	assert_true(scan_blocked(t, &k, 2 * RATE_MS + 999));
	assert_false(scan_blocked(t, &k, 3 * RATE_MS));
	assert_int_equal(0, lost);
	scan_table_free(t);
}

/* Comings and goings against an array. */
static void
test_numbers(void **state)
{
	enum { ADDRESSES = 300 };
	struct number_table *t = number_table_create(ADDRESSES);
	uint32_t count[ADDRESSES] = {0};

	(void)state;
	for (unsigned int i = 0; i < 300000; i++) {
		uint32_t a = rnd(ADDRESSES);
		struct screen_key k = key_of(a);

		if (rnd(2) == 0) {
			number_add(t, &k);
			count[a]++;
		} else {
			number_sub(t, &k);
			count[a] -= count[a] != 0;
		}
		a = rnd(ADDRESSES);
		k = key_of(a);
		assert_int_equal(count[a], number_get(t, &k));
	}
	number_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_rates_full),
		cmocka_unit_test(test_lasting),
		cmocka_unit_test(test_scans),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
