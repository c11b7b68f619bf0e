/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/screen_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_hash_crc.h>

#define RATE_WAYS 4u
#define SCAN_WAYS 2u

/* A second's count; hot: so was the second before. */
struct rate {
	struct screen_key key;
	uint32_t start_ms;
	uint32_t count : 31, hot : 1; /* count 0: the place is free */
};

struct rate_table {
	struct rate entry[RATE_ENTRIES];
};

struct scan {
	struct screen_key key;
	uint32_t target; /* hash of the target; 0: none */
	uint32_t start_ms, until_ms;
	uint16_t what[SCAN_TRIES];
	uint8_t n;
	bool used, blocked;
};

struct scan_table {
	struct scan entry[SCAN_ENTRIES];
};

struct number {
	struct screen_key key;
	uint32_t count; /* 0: the place is free */
	uint32_t pad;
};

struct number_table {
	uint32_t mask;
	struct number entry[];
};

static void *
map_zero(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
screen_key_set(struct screen_key *k, const struct ip_addr *a, uint16_t port_be,
	uint16_t zone, uint8_t kind)
{
	memset(k, 0, sizeof(*k));
	if (a->family == IP_V4)
		memcpy(k->addr, &a->v4_be, 4);
	else
		memcpy(k->addr, a->b, 16);
	k->port_be = port_be;
	k->zone = zone;
	k->kind = kind;
	k->family = (uint8_t)a->family;
}

static uint32_t
hash_of(const struct screen_key *k, uint32_t more)
{
	return rte_hash_crc(k, sizeof(*k), more);
}

static bool
same(const struct screen_key *a, const struct screen_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- rates ---- */

struct rate_table *
rate_table_create(void)
{
	return map_zero(sizeof(struct rate_table));
}

void
rate_table_free(struct rate_table *t)
{
	if (t != NULL)
		munmap(t, sizeof(*t));
}

/* The entry of k, or the one that is given up for it. */
static struct rate *
rate_place(struct rate *set, const struct screen_key *k, uint32_t now_ms)
{
	struct rate *best = NULL;
	uint32_t least = UINT32_MAX;

	for (unsigned int i = 0; i < RATE_WAYS; i++) {
		struct rate *e = &set[i];
		uint32_t weight = e->count;

		if (e->count != 0 && same(&e->key, k))
			return e;
		if (now_ms - e->start_ms >= 2 * RATE_MS)
			weight = 0; /* old: nobody misses it */
		if (weight < least) {
			least = weight;
			best = e;
		}
	}
	return best;
}

uint32_t
rate_count(struct rate_table *t, const struct screen_key *k, uint32_t now_ms,
	uint32_t limit, bool *ret_lasting, uint64_t *lost)
{
	uint32_t set = hash_of(k, 0) & (RATE_ENTRIES / RATE_WAYS - 1);
	struct rate *e = rate_place(&t->entry[set * RATE_WAYS], k, now_ms);
	uint32_t age = now_ms - e->start_ms;

	if (e->count == 0 || !same(&e->key, k)) {
		*lost += e->count != 0 && age < RATE_MS;
		*e = (struct rate){.key = *k, .start_ms = now_ms};
	} else if (age >= RATE_MS) {
		e->hot = age < 2 * RATE_MS && e->count > limit;
		e->start_ms = now_ms;
		e->count = 0;
	}
	if (e->count < INT32_MAX)
		e->count++;
	if (ret_lasting != NULL)
		*ret_lasting = e->hot;
	return e->count;
}

/* ---- scans ---- */

struct scan_table *
scan_table_create(void)
{
	return map_zero(sizeof(struct scan_table));
}

void
scan_table_free(struct scan_table *t)
{
	if (t != NULL)
		munmap(t, sizeof(*t));
}

static bool
scan_is(const struct scan *e, const struct screen_key *k, uint32_t target)
{
	return e->used && e->target == target && same(&e->key, k);
}

static const struct scan *
scan_find(
	const struct scan_table *t, const struct screen_key *k, uint32_t target)
{
	uint32_t set = hash_of(k, target) & (SCAN_ENTRIES / SCAN_WAYS - 1);
	const struct scan *e = &t->entry[set * SCAN_WAYS];

	for (unsigned int i = 0; i < SCAN_WAYS; i++)
		if (scan_is(&e[i], k, target))
			return &e[i];
	return NULL;
}

/* Who is blocked stays; otherwise who has tried least goes. */
static struct scan *
scan_take(struct scan_table *t, const struct screen_key *k, uint32_t target,
	uint32_t now_ms, uint64_t *lost)
{
	uint32_t set = hash_of(k, target) & (SCAN_ENTRIES / SCAN_WAYS - 1);
	struct scan *best = NULL;
	unsigned int least = UINT32_MAX;

	for (unsigned int i = 0; i < SCAN_WAYS; i++) {
		struct scan *e = &t->entry[set * SCAN_WAYS + i];
		unsigned int weight = e->n + (e->blocked ? 100 : 0);

		if (scan_is(e, k, target))
			return e;
		if (!e->used || now_ms - e->start_ms >= RATE_MS)
			weight = 0;
		if (weight < least) {
			least = weight;
			best = e;
		}
	}
	*lost += least != 0;
	*best = (struct scan){
		.key = *k, .target = target, .start_ms = now_ms, .used = true};
	return best;
}

static bool
scan_is_blocked(const struct scan *e, uint32_t now_ms)
{
	return e->blocked && (int32_t)(e->until_ms - now_ms) > 0;
}

static void
scan_set_blocked(struct scan *e)
{
	e->blocked = true;
	e->until_ms = e->start_ms + RATE_MS;
}

static bool
scan_knows(const struct scan *e, uint16_t what)
{
	for (unsigned int i = 0; i < e->n; i++)
		if (e->what[i] == what)
			return true;
	return false;
}

bool
scan_seen(struct scan_table *t, const struct screen_key *k,
	const struct ip_addr *dst, uint32_t what, uint32_t now_ms,
	uint32_t window_ms, uint64_t *lost)
{
	uint16_t h = (uint16_t)rte_hash_crc_4byte(what, 0);
	uint32_t target = 0;
	struct scan *e;

	if (dst != NULL)
		target =
			rte_hash_crc(dst->b, dst->family == IP_V4 ? 4 : 16, 1) |
			1;
	e = scan_take(t, k, target, now_ms, lost);
	if (scan_is_blocked(e, now_ms))
		return true;
	if (e->blocked || now_ms - e->start_ms > window_ms) {
		e->start_ms = now_ms;
		e->n = 0;
		e->blocked = false;
	}
	if (scan_knows(e, h))
		return false;
	e->what[e->n++] = h;
	if (e->n < SCAN_TRIES)
		return false;
	scan_set_blocked(e);
	return true;
}

bool
scan_blocked(
	const struct scan_table *t, const struct screen_key *k, uint32_t now_ms)
{
	const struct scan *e = scan_find(t, k, 0);

	return e != NULL && scan_is_blocked(e, now_ms);
}

void
scan_block(struct scan_table *t, const struct screen_key *k, uint32_t now_ms,
	uint64_t *lost)
{
	struct scan *e = scan_take(t, k, 0, now_ms, lost);

	e->start_ms = now_ms;
	scan_set_blocked(e);
}

/* ---- numbers ---- */

static size_t
number_bytes(uint32_t mask)
{
	return sizeof(struct number_table) +
	       ((size_t)mask + 1) * sizeof(struct number);
}

struct number_table *
number_table_create(uint32_t n)
{
	struct number_table *t;
	uint32_t size = 64;

	while (size / 2 < n && size < 1u << 30)
		size <<= 1;
	t = map_zero(number_bytes(size - 1));
	if (t != NULL)
		t->mask = size - 1;
	return t;
}

void
number_table_free(struct number_table *t)
{
	if (t != NULL)
		munmap(t, number_bytes(t->mask));
}

/* The place of k, or the free one where its chain ends. */
static uint32_t
number_place(const struct number_table *t, const struct screen_key *k)
{
	uint32_t i = hash_of(k, 0) & t->mask;

	while (t->entry[i].count != 0 && !same(&t->entry[i].key, k))
		i = (i + 1) & t->mask;
	return i;
}

uint32_t
number_get(const struct number_table *t, const struct screen_key *k)
{
	return t->entry[number_place(t, k)].count;
}

void
number_add(struct number_table *t, const struct screen_key *k)
{
	struct number *e = &t->entry[number_place(t, k)];

	e->key = *k;
	e->count++;
}

/* Close the gap: move up what would no longer be found. */
static void
number_remove(struct number_table *t, uint32_t gap)
{
	uint32_t i = gap;

	for (;;) {
		uint32_t home;

		i = (i + 1) & t->mask;
		if (t->entry[i].count == 0)
			break;
		home = hash_of(&t->entry[i].key, 0) & t->mask;
		if (((i - home) & t->mask) >= ((i - gap) & t->mask)) {
			t->entry[gap] = t->entry[i];
			gap = i;
		}
	}
	t->entry[gap].count = 0;
}

void
number_sub(struct number_table *t, const struct screen_key *k)
{
	uint32_t i = number_place(t, k);

	if (t->entry[i].count == 0)
		return;
	if (t->entry[i].count == 1)
		number_remove(t, i);
	else
		t->entry[i].count--;
}
