/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by key, against an array; a full table refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "nat/tab.h"

struct entry {
	uint64_t key;
	uint32_t value;
};

static void
test_model(void **state)
{
	static uint32_t where[500];
	struct nat_tab t;
	uint64_t x = 99;

	(void)state;
	assert_int_equal(0, nat_tab_init(&t, 512, sizeof(struct entry), 8));
	for (unsigned int i = 0; i < 100000; i++) {
		uint64_t key;
		unsigned int n;

		x = x * 6364136223846793005u + 1;
		n = (unsigned int)(x >> 33) % 500;
		key = n + 1;
		assert_int_equal(nat_tab_find(&t, &key), where[n]);
		if (where[n] == 0) {
			where[n] = nat_tab_add(&t, &key);
			assert_int_not_equal(0, where[n]);
			((struct entry *)nat_tab_at(&t, where[n]))->value = n;
		} else {
			struct entry *e = nat_tab_at(&t, where[n]);

			assert_int_equal(e->value, n);
			assert_true(nat_tab_used(&t, where[n]));
			nat_tab_remove(&t, where[n]);
			assert_false(nat_tab_used(&t, where[n]));
			where[n] = 0;
		}
	}
	nat_tab_done(&t);
}

static void
test_full(void **state)
{
	struct nat_tab t;

	(void)state;
	assert_int_equal(0, nat_tab_init(&t, 16, sizeof(struct entry), 8));
	for (uint64_t key = 1; key <= 16; key++)
		assert_int_not_equal(0, nat_tab_add(&t, &key));
	assert_int_equal(0, nat_tab_add(&t, &(uint64_t){17}));
	nat_tab_remove(&t, nat_tab_find(&t, &(uint64_t){3}));
	assert_int_not_equal(0, nat_tab_add(&t, &(uint64_t){17}));
	assert_int_equal(t.n, 16);
	nat_tab_done(&t);
	nat_tab_done(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
