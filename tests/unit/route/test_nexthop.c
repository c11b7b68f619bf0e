/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of next hops: stable, shared, from 512 upward. */
#include "route_fixture.h"

#include "route/nexthop.h"

static uint32_t
get(struct nexthop_set *s, uint8_t type, uint16_t ifl, const char *gw)
{
	struct nexthop_key k = {.type = type, .ifl = {ifl}};
	uint32_t i;

	if (gw != NULL)
		k.gateway = addr(gw);
	assert_int_equal(nexthop_get(s, &k, &i), 0);
	return i;
}

static uint32_t
get_ecmp(struct nexthop_set *s, const uint32_t *members, uint32_t n)
{
	struct nexthop_key k = {
		.type = NH_ECMP, .members = members, .nmembers = n};
	uint32_t i;

	assert_int_equal(nexthop_get(s, &k, &i), 0);
	return i;
}

static void
nexthop_rt_12_keeps_its_number(void **state)
{
	struct nexthop_set *s = nexthop_set_create();
	uint32_t a, b, e;

	nexthop_begin(s);
	a = get(s, NH_UCAST, 1, "192.0.2.1");
	b = get(s, NH_UCAST, 2, "192.0.2.1");
	assert_int_equal(nexthop_id_of(a).v, 512);
	assert_int_not_equal(a, b);
	assert_int_equal(get(s, NH_UCAST, 1, "192.0.2.1"), a);
	assert_int_not_equal(
		get(s, NH_RESOLVE, 1, NULL), get(s, NH_RESOLVE, 2, NULL));
	e = get_ecmp(s, (const uint32_t[]){a, b}, 2);
	assert_int_equal(get_ecmp(s, (const uint32_t[]){b, a}, 2), e);
	nexthop_ref(s, a);
	nexthop_commit(s);
	assert_int_equal(nexthop_refs(s, a), 1);

	nexthop_begin(s); /* a goes, b stays */
	assert_int_equal(get(s, NH_UCAST, 2, "192.0.2.1"), b);
	nexthop_commit(s);
	assert_null(nexthop_at(s, a));
	assert_null(nexthop_at(s, e));
	assert_non_null(nexthop_at(s, b));
	assert_null(nexthop_at(s, 0));
	assert_null(nexthop_at(s, 100000));
	nexthop_set_free(s);
}

static void
nexthop_abort_forgets_only_the_new(void **state)
{
	struct nexthop_set *s = nexthop_set_create();
	uint32_t a, b;

	nexthop_begin(s);
	a = get(s, NH_UCAST, 1, "192.0.2.1");
	nexthop_ref(s, a);
	nexthop_commit(s);
	nexthop_begin(s);
	b = get(s, NH_UCAST, 1, "192.0.2.9");
	nexthop_abort(s);
	assert_non_null(nexthop_at(s, a));
	assert_int_equal(nexthop_refs(s, a), 1);
	assert_null(nexthop_at(s, b));
	nexthop_set_free(s);
}

/* Many, dropped and made again: numbers stay apart and memory bounded. */
static void
nexthop_many(void **state)
{
	struct nexthop_set *s = nexthop_set_create();
	uint32_t keep = 0;

	for (uint32_t round = 0; round < 20; round++) {
		nexthop_begin(s);
		if (round > 0)
			assert_int_equal(
				get(s, NH_UCAST, 7, "192.0.2.7"), keep);
		keep = get(s, NH_UCAST, 7, "192.0.2.7");
		for (uint32_t i = 0; i < 500; i++) {
			struct nexthop_key k = {.type = NH_UCAST, .ifl = {1}};
			uint32_t x, y;

			k.gateway = ip_addr_v4(round << 16 | i);
			assert_int_equal(nexthop_get(s, &k, &x), 0);
			assert_int_equal(nexthop_get(s, &k, &y), 0);
			assert_int_equal(x, y);
			assert_int_not_equal(x, keep);
		}
		nexthop_commit(s);
	}
	assert_true(nexthop_limit(s) < 2000);
	nexthop_set_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nexthop_rt_12_keeps_its_number),
		cmocka_unit_test(nexthop_abort_forgets_only_the_new),
		cmocka_unit_test(nexthop_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
