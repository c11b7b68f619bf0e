/* SPDX-License-Identifier: Apache-2.0 */
/* The set of places, against a plain array; full, nearly full, by threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nat/bits.h"

static struct nat_bits bits;
static bool model[NAT_PLACES];

static uint32_t
next_random(void)
{
	static uint64_t x = 0x1234567;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 20);
}

static int
model_find(uint32_t lo, uint32_t hi, uint32_t start)
{
	for (uint32_t i = start; i <= hi; i++)
		if (!model[i])
			return (int)i;
	for (uint32_t i = lo; i < start; i++)
		if (!model[i])
			return (int)i;
	return -1;
}

/* [NA-41] any range, any fullness: the answer of the array. */
static void
test_model(void **state)
{
	(void)state;
	memset(&bits, 0, sizeof(bits));
	memset(model, 0, sizeof(model));
	for (unsigned int round = 0; round < 200000; round++) {
		uint32_t place = next_random() % NAT_PLACES;
		bool fill = (round / 60000) % 2 == 0;

		if (fill || round % 3 == 0) {
			assert_int_equal(
				nat_bits_take(&bits, place), !model[place]);
			model[place] = true;
		} else if (model[place]) {
			nat_bits_give(&bits, place);
			model[place] = false;
		}
		if (round % 64 == 0) {
			uint32_t lo = next_random() % NAT_PLACES;
			uint32_t hi = lo + next_random() % (NAT_PLACES - lo);
			uint32_t start = lo + next_random() % (hi - lo + 1);

			assert_int_equal(nat_bits_find(&bits, lo, hi, start,
						 NAT_ANY_PLACE),
				model_find(lo, hi, start));
		}
	}
}

/* [NA-41] the last free place of 65,536 is found from everywhere. */
static void
test_last(void **state)
{
	(void)state;
	memset(&bits, 0, sizeof(bits));
	for (uint32_t i = 0; i < NAT_PLACES; i++)
		assert_true(nat_bits_take(&bits, i));
	assert_int_equal(-1,
		nat_bits_find(&bits, 0, NAT_PLACES - 1, 777, NAT_ANY_PLACE));
	assert_int_equal(nat_bits_count(&bits, 0, NAT_PLACES - 1), NAT_PLACES);
	for (uint32_t i = 0; i < NAT_PLACES; i += 977) {
		nat_bits_give(&bits, i);
		for (uint32_t start = 0; start < NAT_PLACES; start += 4099)
			assert_int_equal(
				(int)i, nat_bits_find(&bits, 0, NAT_PLACES - 1,
						start, NAT_ANY_PLACE));
		assert_true(nat_bits_take(&bits, i));
	}
}

static void
test_parity(void **state)
{
	(void)state;
	memset(&bits, 0, sizeof(bits));
	for (unsigned int i = 0; i < 1000; i++) {
		int n = nat_bits_find(&bits, 1024, 65535, 1024 + i, NAT_ODD);

		assert_int_equal(n % 2, 1);
		assert_true(nat_bits_take(&bits, (uint32_t)n));
	}
}

#define THREADS 4
#define OWN     20000

static _Atomic uint32_t owners[NAT_PLACES];

static void *
take_some(void *arg)
{
	uint32_t me = *(uint32_t *)arg, held[64], n = 0, at = me * 9973;

	for (unsigned int i = 0; i < OWN; i++) {
		int place = nat_bits_find(
			&bits, 0, 255, (at += 61) % 256, NAT_ANY_PLACE);

		if (place >= 0 && nat_bits_take(&bits, (uint32_t)place)) {
			if (__atomic_exchange_n((uint32_t *)&owners[place], me,
				    __ATOMIC_SEQ_CST) != 0)
				return (void *)1;
			held[n++] = (uint32_t)place;
		}
		if (n == 64 || place < 0) {
			while (n > 0) {
				owners[held[--n]] = 0;
				nat_bits_give(&bits, held[n]);
			}
		}
	}
	while (n > 0) {
		owners[held[--n]] = 0;
		nat_bits_give(&bits, held[n]);
	}
	return NULL;
}

/* [NA-45] several workers: no place is taken twice, and all come back. */
static void
test_threads(void **state)
{
	pthread_t t[THREADS];
	uint32_t id[THREADS];
	void *bad;

	(void)state;
	memset(&bits, 0, sizeof(bits));
	for (uint32_t i = 0; i < THREADS; i++) {
		id[i] = i + 1;
		assert_int_equal(
			0, pthread_create(&t[i], NULL, take_some, &id[i]));
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		pthread_join(t[i], &bad);
		assert_null(bad);
	}
	assert_int_equal(0, nat_bits_count(&bits, 0, NAT_PLACES - 1));
	for (uint32_t i = 0; i < NAT_PLACES; i++)
		assert_int_equal((int)i, nat_bits_find(&bits, 0, NAT_PLACES - 1,
						 i, NAT_ANY_PLACE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_parity),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
