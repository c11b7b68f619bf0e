/* SPDX-License-Identifier: Apache-2.0 */
/* The adjacency table against a list: random making, changing, removing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/neigh_impl.h"

#define KEYS 4000u

static const uint8_t own_mac[6] = {2, 0xbb, 0, 0, 0, 1};

struct model {
	uint32_t id[KEYS]; /* 0: not there */
	uint32_t n, seed;
};

static uint32_t
rnd(struct model *m, uint32_t n)
{
	m->seed = m->seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)m->seed >> 8) % n);
}

/* Both families, several interfaces; many addresses differ in one bit only. */
static struct ifl_id
key_of(uint32_t k, struct ip_addr *a)
{
	memset(a, 0, sizeof(*a));
	a->family = k & 1 ? IP_V6 : IP_V4;
	if (a->family == IP_V6) {
		a->b[0] = 0x20;
		a->b[15 - k % 3] = (uint8_t)(k >> 1);
		a->b[8] = (uint8_t)(k >> 9);
	} else {
		a->b[0] = 198;
		a->b[2] = (uint8_t)(k >> 9);
		a->b[3] = (uint8_t)(k >> 1);
	}
	return (struct ifl_id){(uint16_t)(1 + k % 3)};
}

static void
check(const struct neigh_table *t, const struct model *m)
{
	for (uint32_t k = 0; k < KEYS; k++) {
		struct ip_addr a;
		struct ifl_id ifl = key_of(k, &a);

		assert_int_equal(m->id[k], neigh_find(t, ifl, &a).v);
		if (m->id[k] == 0)
			continue;
		assert_true(ip_addr_equal(
			&a, &neigh_adj(t, (struct adj_id){m->id[k]})->addr));
		assert_true(m->id[k] <= neigh_top(t));
	}
	assert_int_equal(m->n, neigh_count(t));
}

static void
step(struct neigh_table *t, struct model *m)
{
	uint32_t k = rnd(m, KEYS);
	struct ip_addr a;
	struct ifl_id ifl = key_of(k, &a);
	struct adj_id id;

	if (rnd(m, 5) < 3) {
		id = neigh_get(t, ifl, &a, (struct ifd_id){1}, 10, own_mac);
		assert_int_not_equal(0, id.v);
		if (m->id[k] != 0) {
			assert_int_equal(m->id[k], id.v);
			return;
		}
		for (uint32_t i = 0; i < KEYS; i += 97) /* nobody else's */
			assert_int_not_equal(id.v, m->id[i]);
		m->id[k] = id.v;
		m->n++;
		assert_int_equal(NEIGH_INCOMPLETE,
			adj_state(neigh_adj(t, id)->mac_state));
	} else if (m->id[k] != 0) {
		neigh_remove(t, (struct adj_id){m->id[k]});
		neigh_remove(t, (struct adj_id){m->id[k]}); /* no harm */
		m->id[k] = 0;
		m->n--;
	}
	if (rnd(m, 50) == 0)
		neigh_reuse(t);
}

static void
test_model(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 3; seed++) {
		struct neigh_table *t = neigh_create();
		struct model *m = calloc(1, sizeof(*m));

		assert_non_null(t);
		assert_non_null(m);
		m->seed = seed;
		for (unsigned int i = 0; i < 120000; i++) {
			step(t, m);
			if (i % 8000 == 0)
				check(t, m);
		}
		check(t, m);
		free(m);
		neigh_free(t);
	}
}

/* What was removed is not used again before its time. */
static void
test_reuse(void **state)
{
	struct neigh_table *t = neigh_create();
	struct ip_addr a, b;
	struct ifl_id ifl = key_of(0, &a);
	struct adj_id first, second;

	(void)state;
	key_of(6, &b);
	first = neigh_get(t, ifl, &a, (struct ifd_id){1}, 0, own_mac);
	neigh_remove(t, first);
	second = neigh_get(t, ifl, &b, (struct ifd_id){1}, 0, own_mac);
	assert_int_not_equal(first.v, second.v);
	assert_int_equal(NEIGH_FREE, adj_state(neigh_adj(t, first)->mac_state));
	neigh_reuse(t);
	assert_int_equal(first.v,
		neigh_get(t, ifl, &a, (struct ifd_id){1}, 0, own_mac).v);
	neigh_free(t);
}

static void
test_mac(void **state)
{
	static const uint8_t mac[6] = {0xff, 0x01, 0x80, 0x7f, 0x00, 0xfe};
	struct neigh_table *t = neigh_create();
	struct ip_addr a;
	struct ifl_id ifl = key_of(1, &a);
	struct adj_id id =
		neigh_get(t, ifl, &a, (struct ifd_id){3}, 7, own_mac);
	uint8_t got[6];

	(void)state;
	for (int s = NEIGH_FREE; s <= NEIGH_FAILED; s++) {
		uint64_t v;

		neigh_set(t, id, (enum neigh_state)s, mac);
		neigh_set(t, id, (enum neigh_state)s, NULL); /* keeps it */
		v = neigh_adj(t, id)->mac_state;
		adj_mac(v, got);
		assert_memory_equal(mac, got, 6);
		assert_memory_equal(mac, &v, 6); /* as on the wire */
		assert_int_equal(s, adj_state(v));
		assert_int_equal(s >= NEIGH_REACHABLE && s <= NEIGH_PROBE,
			adj_usable(v));
	}
	assert_int_equal(3, neigh_adj(t, id)->ifd.v);
	assert_int_equal(7, neigh_adj(t, id)->vlan);
	assert_memory_equal(own_mac, neigh_adj(t, id)->src_mac, 6);
	neigh_free(t);
	neigh_free(NULL);
}

/* Full: refused; and it can be filled again after all was removed, many times,
 * which rebuilds the hash. */
static void
test_full(void **state)
{
	struct neigh_table *t = neigh_create();
	struct ip_addr a = {.family = IP_V6};
	struct ifl_id ifl = {1};

	(void)state;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 1; i < NEIGH_MAX; i++) {
			a.q[1] = (uint64_t)round << 32 | i;
			assert_int_not_equal(
				0, neigh_get(t, ifl, &a, (struct ifd_id){1}, 0,
					   own_mac)
					   .v);
		}
		a.q[1] = UINT64_MAX;
		assert_int_equal(
			0, neigh_get(t, ifl, &a, (struct ifd_id){1}, 0, own_mac)
				   .v);
		assert_int_equal(NEIGH_MAX - 1, neigh_count(t));
		for (uint32_t i = 1; i < NEIGH_MAX; i++) {
			struct adj_id id;

			a.q[1] = (uint64_t)round << 32 | i;
			id = neigh_find(t, ifl, &a);
			assert_int_not_equal(0, id.v);
			neigh_remove(t, id);
		}
		assert_int_equal(0, neigh_count(t));
		neigh_reuse(t);
	}
	neigh_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
