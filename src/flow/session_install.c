/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How sessions come and go. An entry for which its bucket has no room goes to
 * the first of the next that has, and every bucket on the way counts it as
 * passed: no line of its own, no tombstone when it leaves.
 */
#include <errno.h>

#include "flow/session.h"
#include "flow/session_hash.h"

static int
hash_insert(struct session_table *t, uint32_t hash, uint32_t idx)
{
	uint32_t home = session_bucket(t, hash), at = home, probes = 1;
	struct bucket *b = &t->buckets[at];

	for (; b->n == BUCKET_ENTRIES; b = &t->buckets[at]) {
		if (probes++ == BUCKET_PROBE)
			return -ENOSPC;
		at = bucket_next(t, at);
	}
	for (uint32_t i = home; i != at; i = bucket_next(t, i))
		t->buckets[i].passed++;
	b->sig[b->n] = signature(hash);
	b->idx[b->n++] = idx;
	return 0;
}

/* Take idx out of this bucket, if it is there; the last fills its place. */
static bool
bucket_remove(struct bucket *b, uint32_t idx)
{
	for (unsigned int i = 0; i < b->n; i++) {
		if (b->idx[i] != idx)
			continue;
		b->n--;
		b->sig[i] = b->sig[b->n];
		b->idx[i] = b->idx[b->n];
		b->sig[b->n] = 0;
		return true;
	}
	return false;
}

static void
hash_remove(struct session_table *t, uint32_t hash, uint32_t idx)
{
	uint32_t at = session_bucket(t, hash);

	while (!bucket_remove(&t->buckets[at], idx)) {
		t->buckets[at].passed--;
		at = bucket_next(t, at);
	}
}

static int
hash_both(struct session_table *t, uint32_t index, const uint32_t hash[2])
{
	const struct wing *w = session_wing(t, index, 0);
	int rc;

	if (session_find(t, &w[1].key, hash[1]) != 0)
		return -EEXIST;
	rc = hash_insert(t, hash[0], index << 1);
	if (unlikely(rc != 0))
		return rc;
	rc = hash_insert(t, hash[1], index << 1 | 1);
	if (unlikely(rc != 0))
		hash_remove(t, hash[0], index << 1);
	return rc;
}

int
session_install_new(struct session_table *t, uint32_t index,
	const uint32_t hash[2], uint32_t now_ms, uint32_t now_s)
{
	struct session *s = session_at(t, index);
	struct wing *w = session_wing(t, index, 0);
	int rc = hash_both(t, index, hash);

	if (unlikely(rc != 0)) {
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
	w[0].flags |= WING_HASHED;
	w[1].flags |= WING_HASHED;
	t->valid++;
	t->valid_v4 += w->key.family == IP_V4;
	t->created++;
	session_timer_start(t, index, s->timeout_s, now_s);
	if (t->on_create)
		t->on_create(t->on_close_ctx, s, index);
	return 0;
}

int
session_install(struct session_table *t, uint32_t index, uint32_t now_ms,
	uint32_t now_s)
{
	const struct wing *w = session_wing(t, index, 0);
	uint32_t hash[2] = {flow_key_hash(&w[0].key), flow_key_hash(&w[1].key)};

	if (session_find(t, &w[0].key, hash[0]) != 0) {
		t->failed++;
		session_unalloc(t, index);
		return -EEXIST;
	}
	return session_install_new(t, index, hash, now_ms, now_s);
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
	w[0].flags &= (uint8_t)~WING_HASHED;
	w[1].flags &= (uint8_t)~WING_HASHED;
	s->state = SESSION_INVALID;
	if (s->close == CLOSE_NONE)
		s->close = why;
	t->valid--;
	t->valid_v4 -= w->key.family == IP_V4;
	t->invalid++;
	t->closed++;
	if (t->on_close)
		t->on_close(t->on_close_ctx, s, index);
	s->next = t->closed_slots;
	t->closed_slots = index;
}
