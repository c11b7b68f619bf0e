/* SPDX-License-Identifier: Apache-2.0 */
/* Proposals of a pool that is 99 % full, and of all kinds of pools, until they
 * are empty: each is taken once, and all come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nat/nat.h"
#include "nat/pick.h"

#define HOLDS 40000u

static struct nat_hold held[HOLDS];

static struct nat_pool *
pool_of(struct nat *nat, struct nat_pool_spec *spec)
{
	struct nat_spec s = {.pools = spec, .npools = 1};

	spec->kind = NAT_SOURCE;
	spec->id = 5;
	assert_int_equal(0, nat_prepare(nat, &s));
	nat_apply(nat, &s);
	return nat_pool_now(nat, 5);
}

/* Take until nothing is left; how many there were. */
static uint32_t
drain(struct nat_worker *w, struct nat_pool *p, unsigned int hosts)
{
	struct nat_ask ask = {.pool = p, .ports = true, .tries = 64, .vr = {4}};
	struct nat_pick k;
	uint32_t n = 0, idle = 0;

	for (uint32_t i = 0; idle < 2 * hosts && n < HOLDS; i++) {
		ask.host = ip_addr_v4(__builtin_bswap32(
			0xc6336400u + i % hosts)); /* 198.51.100.x */
		ask.port = (uint16_t)(2000 + i);
		if (!nat_pick_first(w, &ask, &k)) {
			idle++;
			continue;
		}
		assert_true(nat_pick_take(w, &k));
		idle = 0;
		for (uint32_t j = 0; j < n && p->overload == NULL; j++)
			assert_false(held[j].addr == k.hold.addr &&
				     held[j].port == k.hold.port);
		held[n++] = k.hold;
	}
	return n;
}

static void
test_kinds(void **state)
{
	struct addr_range r = {.lo = ip_addr_v4(__builtin_bswap32(0xcb007100)),
		.hi = ip_addr_v4(__builtin_bswap32(0xcb007103))};
	struct addr_range hosts = {
		.lo = ip_addr_v4(__builtin_bswap32(0xc6336400)),
		.hi = ip_addr_v4(__builtin_bswap32(0xc6336407))};
	struct nat_pool_spec specs[] = {
		{.port_lo = 2000, .port_hi = 2999, .overloading = 1},
		{.port_lo = 2000, .port_hi = 2999, .overloading = 4},
		{.port_lo = 2000,
			.port_hi = 2999,
			.overloading = 1,
			.pooling = POOLING_PAIRED},
		{.port_lo = 2000,
			.port_hi = 2999,
			.overloading = 1,
			.block_size = 100,
			.block_max = 100},
		{.port_lo = 2000,
			.port_hi = 2999,
			.overloading = 1,
			.block_size = 500,
			.deterministic = true,
			.hosts = &hosts,
			.nhosts = 1},
	};
	static const uint32_t want[] = {4000, 16000, 0, 4000, 4000};
	struct nat *nat = nat_create(1);
	struct nat_worker *w = nat->worker[0];

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		struct nat_pool *p;
		uint32_t n;

		specs[i].ranges = &r;
		specs[i].nranges = 1;
		p = pool_of(nat, &specs[i]);
		n = drain(w, p, 8);
		if (want[i] != 0)
			assert_int_equal(n, want[i]);
		else
			assert_true(n > 0 && n <= 4000 && n % 1000 == 0);
		assert_int_equal(nat_pool_count(p, 0, 3), n);
		for (uint32_t k = 0; k < n; k++)
			nat_hold_release(w, &held[k], 0);
		assert_int_equal(nat_pool_count(p, 0, 3), 0);
		assert_int_equal(w->hosts.n, 0);
		assert_int_equal(w->blocks.n, 0);
		assert_int_equal(
			nat_pool_sum(nat, p->slot, NAT_SUM_SESSIONS), 0);
	}
	nat_free(nat);
}

/* [NA-49] a block is kept for last-block-recycle-timeout, and told of. */
static void
test_block_time(void **state)
{
	struct addr_range r = {.lo = ip_addr_v4(1), .hi = ip_addr_v4(1)};
	struct nat_pool_spec spec = {.port_lo = 2000,
		.port_hi = 2999,
		.overloading = 1,
		.block_size = 100,
		.block_max = 2,
		.block_last = 120,
		.block_active = 200,
		.block_interim = 1800,
		.ranges = &r,
		.nranges = 1};
	struct nat *nat = nat_create(1);
	struct nat_worker *w = nat->worker[0];
	struct nat_pool *p = pool_of(nat, &spec);
	struct nat_ask ask = {
		.pool = p, .ports = true, .tries = 64, .host = ip_addr_v4(9)};
	struct nat_pick one, two;

	(void)state;
	assert_true(nat_pick_first(w, &ask, &one));
	assert_true(nat_pick_take(w, &one));
	ask.now_s = 201; /* no longer the active block */
	assert_true(nat_pick_first(w, &ask, &two));
	assert_true(nat_pick_take(w, &two));
	assert_int_not_equal(
		(one.hold.port - 2000) / 100, (two.hold.port - 2000) / 100);
	assert_int_equal(w->blocks.n, 2);
	nat_hold_release(w, &one.hold, 202);
	assert_int_equal(w->blocks.n, 1);
	nat_age(w, 2002, 1000); /* interim */
	assert_int_equal(w->nevents, 4);
	assert_int_equal(w->event[3].kind, NAT_BLOCK_ACTIVE);
	nat_hold_release(w, &two.hold, 2003);
	nat_age(w, 2004, 1000);
	assert_int_equal(w->blocks.n, 1);
	nat_age(w, 2003 + 120, 1000);
	assert_int_equal(w->blocks.n, 0);
	assert_int_equal(w->hosts.n, 0);
	nat_free(nat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_block_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
