/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table's memory, and how sessions come and go. Tables are mapped, not
 * allocated: untouched pages cost nothing, and huge pages are asked for where
 * the kernel has them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "flow/session.h"
#include "flow/session_hash.h"

/*
 * A lab box has little memory, so small tables stay on small pages; hash lines,
 * which are used all over the place, up to 800,000 sessions.
 */
#define HUGE_FROM      (4u << 20)
#define HUGE_FROM_HASH (32u << 20)

static void *
map_table(uint64_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Slots are taken in order: one huge page more at a time. */
	if (bytes >= HUGE_FROM)
		madvise(p, bytes, MADV_HUGEPAGE);
	return p;
}

static uint64_t
wings_bytes(const struct session_table *t)
{
	return ((uint64_t)t->max + 1) * 2 * sizeof(struct wing);
}

static uint64_t
sessions_bytes(const struct session_table *t)
{
	return ((uint64_t)t->max + 1) * sizeof(struct session);
}

static uint64_t
tcp_bytes(const struct session_table *t)
{
	return ((uint64_t)t->max + 1) * sizeof(struct tcp_track);
}

static uint64_t
buckets_bytes(const struct session_table *t)
{
	return ((uint64_t)t->max_overflow + 1) * sizeof(struct bucket);
}

uint64_t
session_table_bytes(const struct session_table *t)
{
	return sizeof(*t) + wings_bytes(t) + sessions_bytes(t) + tcp_bytes(t) +
	       buckets_bytes(t);
}

struct session_table *
session_table_create(uint32_t max, uint32_t first_id, uint32_t id_step)
{
	struct session_table *t = calloc(1, sizeof(*t));
	uint32_t n = 16;

	if (t == NULL)
		return NULL;
	t->max = max;
	/* At most 5.3 of 8 places used on average; overflow lines are rare. */
	while ((uint64_t)n * 16 < (uint64_t)max * 6)
		n <<= 1;
	t->bucket_mask = n - 1;
	t->next_overflow = n;
	t->max_overflow = n + n / 4 + 64;
	t->next_id = first_id;
	t->id_step = id_step;
	t->wings = map_table(wings_bytes(t));
	t->sessions = map_table(sessions_bytes(t));
	t->tcp = map_table(tcp_bytes(t));
	t->buckets = map_table(buckets_bytes(t));
	if (!t->wings || !t->sessions || !t->tcp || !t->buckets) {
		session_table_free(t);
		return NULL;
	}
	if (buckets_bytes(t) < HUGE_FROM_HASH)
		madvise(t->buckets, buckets_bytes(t), MADV_NOHUGEPAGE);
	return t;
}

void
session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	if (t->wings)
		munmap(t->wings, wings_bytes(t));
	if (t->sessions)
		munmap(t->sessions, sessions_bytes(t));
	if (t->tcp)
		munmap(t->tcp, tcp_bytes(t));
	if (t->buckets)
		munmap(t->buckets, buckets_bytes(t));
	free(t);
}

/* Freed slots lie anywhere: have the next one at hand for the next session. */
static void
slot_prefetch(const struct session_table *t, uint32_t index)
{
	rte_prefetch0_write(session_at(t, index));
	rte_prefetch0_write(session_wing(t, index, 0));
	rte_prefetch0_write(session_wing(t, index, 1));
}

uint32_t
session_alloc(struct session_table *t)
{
	uint32_t i = t->free_slot;

	if (i != 0) {
		t->free_slot = t->sessions[i].next;
		slot_prefetch(t, t->free_slot);
	} else if (t->top < t->max) {
		i = ++t->top;
	} else {
		t->failed++;
		return 0;
	}
	memset(&t->sessions[i], 0, sizeof(t->sessions[i]));
	memset(session_wing(t, i, 0), 0, 2 * sizeof(struct wing));
	return i;
}

void
session_unalloc(struct session_table *t, uint32_t index)
{
	struct session *s = session_at(t, index);

	s->id = 0;
	s->state = SESSION_FREE;
	s->next = t->free_slot;
	t->free_slot = index;
}

/* A fresh overflow line; 0 when there is none. */
static uint32_t
overflow_take(struct session_table *t)
{
	uint32_t i = t->free_overflow;

	if (i != 0) {
		t->free_overflow = t->buckets[i].overflow;
		t->buckets[i].overflow = 0;
		return i;
	}
	return t->next_overflow <= t->max_overflow ? t->next_overflow++ : 0;
}

static int
hash_insert(struct session_table *t, uint32_t hash, uint32_t idx)
{
	struct bucket *b = &t->buckets[hash & t->bucket_mask];
	uint32_t more;

	while (b->n == 8) {
		if (b->overflow == 0) {
			more = overflow_take(t);
			if (more == 0)
				return -ENOSPC;
			b->overflow = more;
		}
		b = &t->buckets[b->overflow];
	}
	b->sig[b->n] = signature(hash);
	b->idx[b->n++] = idx;
	return 0;
}

/* Remove idx, filling its place with the chain's last entry. */
static void
hash_remove(struct session_table *t, uint32_t hash, uint32_t idx)
{
	struct bucket *b = &t->buckets[hash & t->bucket_mask];
	struct bucket *at = NULL, *last = b, *before = NULL;
	unsigned int place = 0;

	for (;; last = &t->buckets[last->overflow]) {
		for (unsigned int i = 0; i < last->n; i++) {
			if (last->idx[i] == idx) {
				at = last;
				place = i;
			}
		}
		if (last->overflow == 0)
			break;
		before = last;
	}
	if (at == NULL)
		return;
	last->n--;
	at->sig[place] = last->sig[last->n];
	at->idx[place] = last->idx[last->n];
	last->sig[last->n] = 0;
	if (last->n == 0 && before != NULL) {
		uint32_t line = before->overflow;

		before->overflow = 0;
		t->buckets[line].overflow = t->free_overflow;
		t->free_overflow = line;
	}
}

int
session_install(struct session_table *t, uint32_t index, uint32_t now_ms,
	uint32_t now_s)
{
	struct session *s = session_at(t, index);
	struct wing *w = session_wing(t, index, 0);
	uint32_t h0 = flow_key_hash(&w[0].key), h1 = flow_key_hash(&w[1].key);
	int rc = -EEXIST;

	if (session_find(t, &w[0].key, h0) == 0 &&
		session_find(t, &w[1].key, h1) == 0)
		rc = hash_insert(t, h0, index << 1);
	if (rc == 0) {
		rc = hash_insert(t, h1, index << 1 | 1);
		if (rc != 0)
			hash_remove(t, h0, index << 1);
	}
	if (rc != 0) {
		t->failed++;
		session_unalloc(t, index);
		return rc;
	}
	s->id = t->next_id;
	t->next_id += t->id_step;
	if (t->next_id < t->id_step) /* wrapped: 0 is not an id */
		t->next_id += t->id_step;
	s->state = SESSION_VALID;
	s->start_s = now_s;
	w[0].seen_ms = w[1].seen_ms = now_ms;
	t->valid++;
	t->valid_v4 += w->key.family == IP_V4;
	t->created++;
	session_timer_start(t, index, s->timeout_s, now_s);
	if (t->on_create)
		t->on_create(t->on_close_ctx, s, index);
	return 0;
}

void
session_close(struct session_table *t, uint32_t index, enum close_reason why,
	uint32_t now_s)
{
	struct session *s = session_at(t, index);
	struct wing *w = session_wing(t, index, 0);

	if (s->state != SESSION_VALID)
		return;
	hash_remove(t, flow_key_hash(&w[0].key), index << 1);
	hash_remove(t, flow_key_hash(&w[1].key), index << 1 | 1);
	s->state = SESSION_INVALID;
	if (s->close == CLOSE_NONE)
		s->close = (uint8_t)why;
	t->valid--;
	t->valid_v4 -= w->key.family == IP_V4;
	t->invalid++;
	t->closed++;
	if (t->on_close)
		t->on_close(t->on_close_ctx, s, index);
	session_timer_start(t, index, 1, now_s);
}
