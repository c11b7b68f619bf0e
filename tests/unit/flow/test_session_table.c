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

/* Where is the entry of wing idx, counted from its own bucket? */
static uint32_t
distance(const struct session_table *t, uint32_t idx)
{
	const struct flow_key *key = &t->wings[idx].key;
	uint32_t at = session_bucket(t, flow_key_hash(key));

	for (uint32_t d = 0; d < BUCKET_PROBE; d++) {
		const struct bucket *b = &t->buckets[(at + d) % t->nbuckets];

		for (unsigned int i = 0; i < b->n; i++)
			if (b->idx[i] == idx)
				return d;
	}
	fail();
	return 0;
}

/* Every entry is counted by all buckets that it has passed, and no other. */
static void
check_buckets(const struct session_table *t)
{
	uint32_t *passed = calloc(t->nbuckets, sizeof(*passed)), entries = 0;

	assert_non_null(passed);
	for (uint32_t i = 0; i < t->nbuckets; i++) {
		const struct bucket *b = &t->buckets[i];

		for (unsigned int k = 0; k < BUCKET_ENTRIES; k++)
			assert_int_equal(k < b->n, b->sig[k] != 0);
		for (unsigned int k = 0; k < b->n; k++) {
			uint32_t d = distance(t, b->idx[k]);

			for (; d > 0; d--)
				passed[(i + t->nbuckets - d) % t->nbuckets]++;
		}
		entries += b->n;
	}
	assert_int_equal(2 * t->valid, entries);
	for (uint32_t i = 0; i < t->nbuckets; i++)
		assert_int_equal(passed[i], t->buckets[i].passed);
	free(passed);
}

/* Each slot is in use, or fresh, or free in the list of its run's kind. */
static void
check_slots(const struct session_table *t)
{
	uint32_t free = 0, closed = 0;

	for (unsigned int k = 0; k < SLOT_KINDS; k++) {
		for (uint32_t i = t->kind[k].free; i != 0;
			i = t->sessions[i].next) {
			assert_int_equal(k, t->run_kind[i >> t->run_shift]);
			assert_int_equal(0, t->sessions[i].id);
			free++;
		}
		free += t->kind[k].end - t->kind[k].next;
	}
	for (uint32_t i = t->closed_slots; i != 0; i = t->sessions[i].next)
		closed++;
	assert_int_equal(t->invalid, closed);
	assert_int_equal(t->top, t->valid + t->invalid + free);
	assert_in_range(t->top, 0, t->max);
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
	uint32_t what = rnd(w, 300), i;
	struct flow_key a = make_key(what, 6);
	struct flow_key b = flow_key_reverse(&a, (uint16_t)(7 + rnd(w, 2)));
	bool clash = model_find(w, &a) != 0 || model_find(w, &b) != 0;
	int rc;

	i = session_alloc(w->t, (what & 1 ? SLOT_V6 : 0) | (what & 6));
	if (i == 0) {
		assert_int_equal(MAX, w->t->valid + w->t->invalid);
		return;
	}
	wing_set_key(session_wing(w->t, i, 0), &a);
	wing_set_key(session_wing(w->t, i, 1), &b);
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
	uint32_t s = rnd(w, 20) ? rnd(w, 5) : rnd(w, rnd(w, 5) ? 6000 : 90000);

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

static void
fill(struct session_table *t, uint32_t index, const struct flow_key *key)
{
	struct flow_key back = flow_key_reverse(key, 7);

	wing_set_key(session_wing(t, index, 0), key);
	wing_set_key(session_wing(t, index, 1), &back);
	session_at(t, index)->timeout_s = 60;
}

/* The next IPv4 key from number *i on that falls into this bucket. */
static struct flow_key
key_of_bucket(const struct session_table *t, uint32_t bucket, uint32_t *i)
{
	struct flow_key k;

	do {
		k = make_key(*i, 6);
		*i += 2;
	} while (session_bucket(t, flow_key_hash(&k)) != bucket);
	return k;
}

/* Keys that all fall into the last bucket: they go round to the first ones. */
static void
test_one_bucket(void **state)
{
	struct session_table *t = session_table_create(MAX, 1, 1);
	struct flow_key keys[60];
	uint32_t slots[60], at = 0;

	(void)state;
	for (uint32_t n = 0; n < 60; n++)
		keys[n] = key_of_bucket(t, t->nbuckets - 1, &at);
	for (unsigned int round = 0; round < 3; round++) {
		for (uint32_t n = 0; n < 60; n++) {
			slots[n] = session_alloc(t, 0);
			assert_int_not_equal(0, slots[n]);
			fill(t, slots[n], &keys[n]);
			assert_int_equal(
				0, session_install(t, slots[n], 0, 1000));
		}
		check_buckets(t);
		assert_in_range(t->buckets[t->nbuckets - 1].passed, 50, 120);
		/* from the middle outward, to fill holes from the end */
		for (uint32_t n = 0; n < 60; n++) {
			uint32_t k = (n * 7 + 30) % 60;

			session_close(t, slots[k], CLOSE_CLI, 1000);
			assert_int_equal(0, session_find(t, &keys[k],
						    flow_key_hash(&keys[k])));
			check_buckets(t);
		}
		assert_int_equal(0, t->valid);
		assert_int_equal(60, t->invalid);
		session_age(t, 5000, 1005 + round * 10, 1000);
		assert_int_equal(0, t->invalid);
	}
	session_table_free(t);
}

/* No room near its bucket: refused, and nothing stays behind. */
static void
test_no_room(void **state)
{
	struct session_table *t = session_table_create(4 * MAX, 1, 1);
	uint32_t at = 0, opened = 0, i = 0;
	int rc;

	(void)state;
	do {
		struct flow_key key = key_of_bucket(t, 3, &at);

		i = session_alloc(t, 0);
		assert_int_not_equal(0, i);
		fill(t, i, &key);
		rc = session_install(t, i, 0, 1000);
		opened += rc == 0;
		if (rc != 0)
			assert_int_equal(
				0, session_find(t, &key, flow_key_hash(&key)));
		check_buckets(t);
	} while (rc == 0);
	assert_int_equal(-ENOSPC, rc);
	assert_int_equal(opened, t->valid);
	assert_int_equal(1, t->failed);
	check_slots(t);
	session_table_free(t);
}

/* Side data lies in runs of its kind until the table is full. */
static void
test_kinds(void **state)
{
	struct session_table *t = session_table_create(1000, 1, 1);
	uint32_t of[SLOT_KINDS] = {0}, n = 0;
	uint64_t empty = session_table_bytes(t);

	(void)state;
	for (unsigned int i = 0; i < 64; i++) {
		for (unsigned int k = 0; k < SLOT_KINDS; k++, n++) {
			uint32_t slot = session_alloc(t, k);

			assert_int_equal(k, t->run_kind[slot >> t->run_shift]);
			of[k]++;
		}
	}
	assert_int_equal(64, t->kind[SLOT_TCP].used);
	/* per slot: 146, and 16 for IPv6, 64 for TCP, 32 and 128 for NAT */
	assert_int_equal(
		empty + 64 * (8 * 146 + 4 * 16 + 4 * 64 + 4 * 32 + 2 * 128),
		session_table_bytes(t));
	for (; n < 1000; n++)
		assert_int_not_equal(0, session_alloc(t, SLOT_TCP));
	assert_int_equal(0, session_alloc(t, SLOT_TCP));
	assert_int_equal(0, session_alloc(t, 0));
	assert_int_equal(2, t->failed);
	for (uint32_t i = 1; i <= 1000; i++)
		session_unalloc(t, i);
	check_slots(t);
	session_table_free(t);
}

/* What NAT keeps: both wings of all families, and the record. */
static void
test_nat(void **state)
{
	struct session_table *t = session_table_create(8, 1, 1);

	(void)state;
	for (uint32_t k = 0; k < 8; k++) {
		uint32_t i = session_alloc(t, SLOT_NAT | (k & 1 ? SLOT_V6 : 0));
		struct flow_key key = make_key(k, 6), to = key;
		struct rewrite rw[2], got;

		fill(t, i, &key);
		session_side(t, i, 0)->ifl.v = 77;
		session_side(t, i, 1)->packets_hi = 5;
		assert_null(session_nat(t, i));
		to.dport_be = k < 4 ? key.dport_be : 99;
		to.v6.src[0] ^= 1; /* of IPv4: the same byte */
		for (unsigned int w = 0; w < 2; w++) {
			rewrite_build(&rw[w], &key, &to);
			rw[w].sport_be = (uint16_t)(w + 1);
			session_get_rewrite(t, i, w, &got);
			assert_int_equal(0, got.flags);
			assert_int_equal(
				0, session_set_rewrite(t, i, w, &rw[w]));
			assert_true(session_wing(t, i, w)->flags & WING_NAT);
		}
		assert_non_null(session_nat_alloc(t, i));
		memset(session_nat(t, i), 0xaa, SESSION_NAT_SIZE);
		for (unsigned int w = 0; w < 2; w++) {
			session_get_rewrite(t, i, w, &got);
			assert_memory_equal(&rw[w], &got,
				k & 1 ? sizeof(got) : REWRITE_V4_SIZE);
		}
		assert_int_equal(77, session_ifl(t, i, 0).v);
		assert_int_equal(5ull << 32, session_packets(t, i, 1));
		assert_true(flow_key_equal(&key, &session_wing(t, i, 0)->key));
		rw[0].flags = 0;
		assert_int_equal(0, session_set_rewrite(t, i, 0, &rw[0]));
		session_get_rewrite(t, i, 0, &got);
		assert_int_equal(0, got.flags);
	}
	session_table_free(t);
}

/* Ids of several workers never meet, and never are 0. */
static void
test_ids(void **state)
{
	struct session_table *t = session_table_create(4, UINT32_MAX - 2, 3);

	(void)state;
	for (uint32_t k = 0; k < 4; k++) {
		uint32_t i = session_alloc(t, 0);
		struct flow_key key = make_key(2 * k, 6);

		fill(t, i, &key);
		assert_int_equal(0, session_install(t, i, 0, 1000));
		assert_int_not_equal(0, session_at(t, i)->id);
	}
	session_table_free(t);
}

/* A timeout of never, and an ager that stood still for a long time. */
static void
test_never(void **state)
{
	struct session_table *t = session_table_create(4, 1, 1);
	uint32_t i = session_alloc(t, 0);
	struct flow_key key = make_key(2, 6);

	(void)state;
	fill(t, i, &key);
	session_at(t, i)->timeout_s = TIMEOUT_NEVER;
	assert_int_equal(0, session_install(t, i, 0, 1000));
	for (uint32_t s = 1000; s < 1000000; s += 9999 + s / 7) {
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
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
