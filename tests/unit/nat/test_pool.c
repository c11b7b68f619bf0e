/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of a pool by number; commits that keep or replace pools. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nat/nat.h"
#include "nat/pick.h"

static struct addr_range
range(const char *lo, const char *hi)
{
	struct addr_range r;

	assert_true(ip_addr_parse(lo, &r.lo));
	assert_true(ip_addr_parse(hi, &r.hi));
	return r;
}

static void
test_numbers(void **state)
{
	struct addr_range r[] = {range("192.0.2.4", "192.0.2.7"),
		range("203.0.113.255", "203.0.114.1")};
	struct nat_pool_spec spec = {.kind = NAT_SOURCE,
		.ranges = r,
		.nranges = 2,
		.port_lo = 1024,
		.port_hi = 65535,
		.overloading = 1};
	struct nat_pool *p = nat_pool_create(&spec, 0);
	char text[IP_TEXT_MAX];
	struct ip_addr a;
	uint32_t n;

	(void)state;
	assert_int_equal(p->naddrs, 7);
	for (uint32_t i = 0; i < 7; i++) {
		a = nat_pool_addr(p, i);
		assert_true(nat_pool_index(p, &a, &n));
		assert_int_equal(n, i);
	}
	a = nat_pool_addr(p, 5);
	assert_string_equal(ip_addr_text(&a, text), "203.0.114.0");
	assert_true(ip_addr_parse("192.0.2.8", &a));
	assert_false(nat_pool_index(p, &a, &n));
	assert_int_equal(nat_pool_size(p), 7 * 64512);
	nat_pool_free(p);
}

/* An IPv6 prefix has more addresses than a pool uses [NA-44]. */
static void
test_large(void **state)
{
	struct addr_range r =
		range("2001:db8::", "2001:db8::ffff:ffff:ffff:ffff");
	struct nat_pool_spec spec = {.kind = NAT_SOURCE,
		.ranges = &r,
		.nranges = 1,
		.port_lo = 1024,
		.port_hi = 65535,
		.overloading = 1};
	struct nat_pool *p = nat_pool_create(&spec, 0);

	(void)state;
	assert_int_equal(p->naddrs, NAT_POOL_ADDRS);
	nat_pool_free(p);
	assert_int_equal(nat_addr_sub(&r.hi, &r.lo), UINT64_MAX);
}

/* [NA-55] a pool that did not change is kept, another one waits until nothing
 * holds any of it. */
static void
test_commits(void **state)
{
	struct addr_range r = range("192.0.2.4", "192.0.2.7");
	struct nat_pool_spec pool = {.name = "p",
		.id = 1,
		.kind = NAT_SOURCE,
		.ranges = &r,
		.nranges = 1,
		.port_lo = 1024,
		.port_hi = 65535,
		.overloading = 1};
	struct nat_spec spec = {.pools = &pool, .npools = 1},
			none = {.npools = 0};
	struct nat *nat = nat_create(2);
	struct nat_ask ask = {.ports = true, .tries = 8};
	struct nat_pool *p;
	struct nat_pick k;

	(void)state;
	assert_non_null(nat);
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_apply(nat, &spec);
	p = nat_pool_now(nat, 1);
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_apply(nat, &spec);
	assert_ptr_equal(p, nat_pool_now(nat, 1));
	ask.pool = p;
	assert_true(nat_pick_first(nat->worker[1], &ask, &k));
	assert_true(nat_pick_take(nat->worker[1], &k));
	pool.port_hi = 60000;
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_abort(nat); /* something else failed */
	assert_ptr_equal(p, nat_pool_now(nat, 1));
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_apply(nat, &spec);
	assert_ptr_not_equal(p, nat_pool_now(nat, 1));
	assert_false(nat_slot_current(nat, k.hold.slot));
	nat_tick(nat);
	assert_non_null(nat_slot(nat, k.hold.slot)); /* still held */
	nat_hold_release(nat->worker[1], &k.hold, 0);
	nat_tick(nat);
	assert_null(nat_slot(nat, k.hold.slot));
	assert_int_equal(0, nat_prepare(nat, &none));
	nat_apply(nat, &none);
	assert_null(nat_pool_now(nat, 1));
	nat_free(nat);
}

/* [NA-62] [NA-63] raised at one number, cleared at another. */
static void
test_alarms(void **state)
{
	struct addr_range r = range("192.0.2.4", "192.0.2.4");
	struct nat_pool_spec pool = {.name = "p",
		.id = 1,
		.kind = NAT_SOURCE,
		.ranges = &r,
		.nranges = 1,
		.port_lo = 2001,
		.port_hi = 2100,
		.overloading = 1,
		.alarm_raise = 50,
		.alarm_clear = 40};
	struct nat_rule_spec rule = {
		.name = "r", .id = 3, .alarm_raise = 2, .alarm_clear = 1};
	struct nat_spec spec = {.pools = &pool, .npools = 1};
	struct nat_ask ask = {.ports = true, .tries = 8};
	struct nat *nat = nat_create(1);
	struct nat_rule_counts *c = nat_rule(nat->worker[0], NAT_SOURCE, 3);
	struct nat_pick k[50];

	(void)state;
	spec.rules[NAT_SOURCE] = &rule;
	spec.nrules[NAT_SOURCE] = 1;
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_apply(nat, &spec);
	ask.pool = nat_pool_now(nat, 1);
	for (unsigned int i = 0; i < 50; i++) {
		nat_tick(nat);
		assert_false(ask.pool->alarm);
		assert_true(nat_pick_first(nat->worker[0], &ask, &k[i]));
		assert_true(nat_pick_take(nat->worker[0], &k[i]));
	}
	nat_count(&c->active, 2);
	nat_tick(nat);
	assert_true(ask.pool->alarm);
	assert_true(nat->alarms[0].on);
	assert_int_equal(0, nat_prepare(nat, &spec));
	nat_apply(nat, &spec);
	assert_true(nat->alarms[0].on); /* a commit changes nothing */
	for (unsigned int i = 0; i < 10; i++) {
		nat_tick(nat);
		assert_true(ask.pool->alarm);
		nat_hold_release(nat->worker[0], &k[i].hold, 0);
	}
	nat_count(&c->active, (uint64_t)-1);
	nat_tick(nat);
	assert_false(ask.pool->alarm);
	assert_false(nat->alarms[0].on);
	nat_free(nat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_commits),
		cmocka_unit_test(test_alarms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
