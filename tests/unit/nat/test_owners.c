/* SPDX-License-Identifier: Apache-2.0 */
/* [NA-46] which worker has a wing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "nat/hash.h"
#include "nat/owners.h"

#define N 20000u

static uint64_t
hash(uint32_t i)
{
	return nat_hash64(&i, sizeof(i));
}

static void
test_all(void **state)
{
	struct nat_owners *o = nat_owners_create(N);

	(void)state;
	assert_non_null(o);
	for (uint32_t i = 0; i < N; i++)
		assert_true(nat_owners_add(o, hash(i), (uint16_t)(i % 16)));
	assert_false(nat_owners_add(o, hash(7), 3)); /* there already */
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(nat_owners_find(o, hash(i)), i % 16);
	assert_int_equal(nat_owners_find(o, hash(N)), -1);
	for (uint32_t i = 0; i < N; i += 2)
		nat_owners_remove(o, hash(i), (uint16_t)(i % 16));
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(nat_owners_find(o, hash(i)),
			i % 2 == 0 ? -1 : (int)(i % 16));
	nat_owners_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
