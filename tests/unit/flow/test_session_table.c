/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session table against a list: random opening, closing and ageing, and
 * after each some the whole table is looked through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "flow/session.h"

#define MAX 200u

/* What the table should hold, by slot. */
struct model {
	bool used;
	struct flow_key key[2];
	uint32_t timeout_s, seen_s, id;
};

struct world {
	struct session_table *t;
	struct model m[MAX + 1];
	uint32_t now_s, n, ids, seed, created, closed;
};

static uint32_t
rnd(struct world *w, uint32_t n)
{
	w->seed = w->seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)w->seed >> 8) % n);
}

static uint32_t
now_ms(const struct world *w)
{
	return w->now_s * 1000; /* wraps on the way */
}

static struct flow_key
make_key(uint32_t i, uint16_t token)
{
	struct flow_key k = {.protocol = IPP_UDP,
		.family = i & 1 ? IP_V6 : IP_V4,
		.token = token,
		.sport_be = (uint16_t)(i / 2),
		.dport_be = 5};

	if (k.family == IP_V4) {
		k.v4.src_be = 0x0200c000 + i;
		k.v4.dst_be = 0x010200c0;
	} else {
		memcpy(k.v6.src, &i, 4);
		k.v6.dst[0] = 0x20;
	}
	return k;
}

static int
model_find(const struct world *w, const struct flow_key *k)
{
	for (uint32_t i = 1; i <= MAX; i++)
		for (unsigned int s = 0; w->m[i].used && s < 2; s++)
			if (flow_key_equal(&w->m[i].key[s], k))
				return (int)(i << 1 | s);
	return 0;
}

/* All of one chain: how many entries, and are its lines in order? */
static uint32_t
check_chain(const struct session_table *t, uint32_t first, uint32_t *lines)
{
	const struct bucket *b = &t->buckets[first];
	uint32_t n = 0;

	for (;; b = &t->buckets[b->overflow]) {
		for (unsigned int i = 0; i < 8; i++)
			assert_int_equal(i < b->n, b->sig[i] != 0);
		n += b->n;
		for (unsigned int i = 0; i < b->n; i++)
			assert_int_equal(
				first, flow_key_hash(&t->wings[b->idx[i]].key) &
					       t->bucket_mask);
		if (b->overflow == 0)
			return n;
		assert_int_equal(8, b->n);
		assert_true(t->buckets[b->overflow].n > 0);
		(*lines)++;
	}
}

static void
check_buckets(const struct session_table *t)
{
	uint32_t entries = 0, lines = 0, spare = 0;

	for (uint32_t i = 0; i <= t->bucket_mask; i++)
		entries += check_chain(t, i, &lines);
	assert_int_equal(2 * t->valid, entries);
	for (uint32_t i = t->free_overflow; i != 0; i = t->buckets[i].overflow)
		spare++;
	assert_int_equal(t->next_overflow - t->bucket_mask - 1, lines + spare);
}

static void
check_slots(const struct session_table *t)
{
	uint32_t free = 0, on_wheel = 0;

	for (uint32_t i = t->free_slot; i != 0; i = t->sessions[i].next)
		free++;
	assert_int_equal(t->top, t->valid + t->invalid + free);
	for (uint32_t s = 0; s < WHEEL_SLOTS; s++)
		for (uint32_t i = t->wheel[s]; i; i = t->sessions[i].next) {
			assert_int_equal(s, t->sessions[i].slot);
			on_wheel++;
		}
	assert_int_equal(t->valid + t->invalid, on_wheel);
}

static void
check(const struct world *w)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i <= MAX; i++) {
		const struct session *s = session_at(w->t, i);

		assert_int_equal(w->m[i].used, s->state == SESSION_VALID);
		if (!w->m[i].used)
			continue;
		n++;
		assert_int_equal(w->m[i].id, s->id);
		for (unsigned int k = 0; k < 2; k++) {
			const struct flow_key *key = &w->m[i].key[k];

			assert_int_equal(i << 1 | k,
				session_find(w->t, key, flow_key_hash(key)));
		}
	}
	assert_int_equal(n, w->t->valid);
	assert_int_equal(w->created, w->t->created);
	check_buckets(w->t);
	check_slots(w->t);
}

static void
open_one(struct world *w)
{
	uint32_t i = session_alloc(w->t), what = rnd(w, 300);
	struct flow_key a = make_key(what, 6);
	struct flow_key b = flow_key_reverse(&a, (uint16_t)(7 + rnd(w, 2)));
	bool clash = model_find(w, &a) != 0 || model_find(w, &b) != 0;
	int rc;

	if (i == 0) {
		assert_int_equal(MAX, w->t->valid + w->t->invalid);
		return;
	}
	session_wing(w->t, i, 0)->key = a;
	session_wing(w->t, i, 1)->key = b;
	session_at(w->t, i)->timeout_s = 1 + rnd(w, rnd(w, 9) ? 90 : 5000);
	rc = session_install(w->t, i, now_ms(w), w->now_s);
	assert_int_equal(clash ? -EEXIST : 0, rc);
	if (rc != 0)
		return;
	w->m[i] = (struct model){.used = true,
		.key = {a, b},
		.timeout_s = session_at(w->t, i)->timeout_s,
		.seen_s = w->now_s,
		.id = session_at(w->t, i)->id};
	w->created++;
}

static void
touch_one(struct world *w, uint32_t i)
{
	uint32_t timeout = 1 + rnd(w, 100);

	if (!w->m[i].used)
		return;
	if (rnd(w, 2)) {
		session_wing(w->t, i, rnd(w, 2))->seen_ms = now_ms(w);
		w->m[i].seen_s = w->now_s;
		return;
	}
	if (timeout < w->m[i].timeout_s)
		w->m[i].seen_s = w->now_s;
	w->m[i].timeout_s = timeout;
	session_set_timeout(w->t, i, timeout, now_ms(w), w->now_s);
}

static void
close_one(struct world *w, uint32_t i)
{
	if (!w->m[i].used)
		return;
	session_close(w->t, i, CLOSE_CLI, w->now_s);
	session_close(w->t, i, CLOSE_CLI, w->now_s); /* does no harm */
	w->m[i].used = false;
}

static void
pass_time(struct world *w)
{
	uint32_t s = rnd(w, 20) ? rnd(w, 5) : rnd(w, 6000);

	w->now_s += s;
	while (session_age(w->t, now_ms(w), w->now_s, 7) == 7)
		;
	for (uint32_t i = 1; i <= MAX; i++)
		if (w->m[i].used &&
			w->now_s - w->m[i].seen_s >= w->m[i].timeout_s)
			w->m[i].used = false;
}

static void
on_close(void *ctx, const struct session *s, uint32_t index)
{
	struct world *w = ctx;

	assert_int_equal(SESSION_INVALID, s->state);
	assert_ptr_equal(s, session_at(w->t, index));
	w->closed++;
}

static void
run(uint32_t seed, unsigned int steps)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->seed = seed;
	w->now_s = UINT32_MAX / 1000 - 3000; /* milliseconds wrap soon */
	w->t = session_table_create(MAX, 1, 1);
	assert_non_null(w->t);
	w->t->on_close = on_close;
	w->t->on_close_ctx = w;
	for (unsigned int i = 0; i < steps; i++) {
		uint32_t what = rnd(w, 100);

		if (what < 60)
			open_one(w);
		else if (what < 80)
			touch_one(w, 1 + rnd(w, MAX));
		else if (what < 90)
			close_one(w, 1 + rnd(w, MAX));
		else
			pass_time(w);
		if (i % 16 == 0)
			check(w);
	}
	for (unsigned int i = 0; i < 4; i++) {
		w->now_s += 6000;
		while (session_age(w->t, now_ms(w), w->now_s, 50) == 50)
			;
	}
	memset(w->m, 0, sizeof(w->m));
	check(w);
	assert_int_equal(0, w->t->invalid);
	assert_int_equal(w->created, w->closed);
	assert_int_equal(w->created, w->t->closed);
	session_table_free(w->t);
	free(w);
}

static void
test_model(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++)
		run(seed, 3000);
}

/* Keys that all fall into one bucket: lines are chained and given back. */
static void
test_one_bucket(void **state)
{
	struct session_table *t = session_table_create(MAX, 1, 1);
	struct flow_key keys[60];
	uint32_t slots[60], n = 0, target = UINT32_MAX;

	(void)state;
	for (uint32_t i = 0; n < 60; i += 2) {
		struct flow_key k = make_key(i, 6);
		uint32_t b = flow_key_hash(&k) & t->bucket_mask;

		if (target == UINT32_MAX)
			target = b;
		if (b == target)
			keys[n++] = k;
	}
	for (unsigned int round = 0; round < 3; round++) {
		uint32_t done = 0;

		for (; done < n; done++) {
			uint32_t i = session_alloc(t);

			assert_int_not_equal(0, i);
			slots[done] = i;
			session_wing(t, i, 0)->key = keys[done];
			session_wing(t, i, 1)->key =
				flow_key_reverse(&keys[done], 7);
			session_at(t, i)->timeout_s = 60;
			assert_int_equal(0, session_install(t, i, 0, 1000));
		}
		check_buckets(t);
		assert_true(t->next_overflow > t->bucket_mask + 6);
		/* from the middle outward, to fill holes from the end */
		for (uint32_t i = 0; i < n; i++)
			session_close(
				t, slots[(i * 7 + 30) % n], CLOSE_CLI, 1000);
		assert_int_equal(0, t->valid);
		check_buckets(t);
		session_age(t, 5000, 1005 + round * 10, 1000);
		t->wheel_now_s = 1000;
		assert_int_equal(0, t->invalid);
	}
	session_table_free(t);
}

/* No line is left: refused, and nothing stays behind. */
static void
test_no_lines(void **state)
{
	struct session_table *t = session_table_create(MAX, 1, 1);
	uint32_t refused = 0, i = 0, target = UINT32_MAX;

	(void)state;
	t->next_overflow = t->max_overflow; /* one left */
	for (uint32_t k = 0; refused < 5; k += 2) {
		struct flow_key key = make_key(k, 6);
		uint32_t b = flow_key_hash(&key) & t->bucket_mask, valid;
		int rc;

		if (target == UINT32_MAX)
			target = b;
		if (b != target)
			continue;
		i = session_alloc(t);
		assert_int_not_equal(0, i);
		valid = t->valid;
		session_wing(t, i, 0)->key = key;
		session_wing(t, i, 1)->key = flow_key_reverse(&key, 7);
		session_at(t, i)->timeout_s = 60;
		rc = session_install(t, i, 0, 1000);
		if (rc == 0)
			continue;
		assert_int_equal(-ENOSPC, rc);
		assert_int_equal(valid, t->valid);
		assert_int_equal(0, session_find(t, &key, flow_key_hash(&key)));
		refused++;
	}
	assert_int_equal(5, t->failed);
	check_slots(t);
	session_table_free(t);
}

/* Ids of several workers never meet, and never are 0. */
static void
test_ids(void **state)
{
	struct session_table *t = session_table_create(4, UINT32_MAX - 2, 3);

	(void)state;
	for (uint32_t k = 0; k < 4; k++) {
		uint32_t i = session_alloc(t);
		struct flow_key key = make_key(2 * k, 6);

		session_wing(t, i, 0)->key = key;
		session_wing(t, i, 1)->key = flow_key_reverse(&key, 7);
		session_at(t, i)->timeout_s = 60;
		assert_int_equal(0, session_install(t, i, 0, 1000));
		assert_int_not_equal(0, session_at(t, i)->id);
	}
	session_table_free(t);
}

/* A timeout of never, and a wheel that stood still for a long time. */
static void
test_never(void **state)
{
	struct session_table *t = session_table_create(4, 1, 1);
	uint32_t i = session_alloc(t);
	struct flow_key key = make_key(2, 6);

	(void)state;
	session_wing(t, i, 0)->key = key;
	session_wing(t, i, 1)->key = flow_key_reverse(&key, 7);
	session_at(t, i)->timeout_s = TIMEOUT_NEVER;
	assert_int_equal(0, session_install(t, i, 0, 1000));
	for (uint32_t s = 1000; s < 1000000; s += 9999) {
		while (session_age(t, s * 1000, s, 2) == 2)
			;
		assert_int_equal(1, t->valid);
		assert_int_equal(
			TIMEOUT_NEVER, session_remaining(t, i, s * 1000));
	}
	session_set_timeout(t, i, 5, 1000000u * 1000, 1000000);
	session_age(t, 1000006u * 1000, 1000006, 10);
	assert_int_equal(0, t->valid);
	session_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_one_bucket),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
