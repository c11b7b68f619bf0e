/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When does a session end? A wheel of one-second slots holds every session at
 * the second at which it would expire if nothing more came. Packets only stamp
 * their wing; when the wheel gets to a session it looks at both stamps and
 * either ends it or moves it to where it now belongs. So a packet pays
 * nothing, and a session is looked at about once per timeout [FL-12].
 */
#include "flow/session.h"

#include "pkt/key.h"

#define LOOK_AHEAD 8u

static void
wheel_unlink(struct session_table *t, uint32_t index)
{
	struct session *s = session_at(t, index);

	if (s->prev != 0)
		session_at(t, s->prev)->next = s->next;
	else
		t->wheel[s->slot] = s->next;
	if (s->next != 0)
		session_at(t, s->next)->prev = s->prev;
	if (t->wheel_walk == index)
		t->wheel_walk = s->next;
	s->next = s->prev = 0;
}

static void
wheel_link(struct session_table *t, uint32_t index, uint32_t slot)
{
	struct session *s = session_at(t, index);

	s->slot = (uint16_t)slot;
	s->prev = 0;
	s->next = t->wheel[slot];
	if (s->next != 0)
		session_at(t, s->next)->prev = index;
	t->wheel[slot] = index;
}

static bool
linked(const struct session_table *t, uint32_t index)
{
	const struct session *s = session_at(t, index);

	return s->prev != 0 || t->wheel[s->slot] == index;
}

void
session_timer_start(struct session_table *t, uint32_t index, uint32_t seconds,
	uint32_t now_s)
{
	if (linked(t, index))
		wheel_unlink(t, index);
	if (t->wheel_now_s == 0) /* it begins to turn with the first session */
		t->wheel_now_s = now_s;
	if (seconds < 1)
		seconds = 1;
	if (seconds > WHEEL_SLOTS - 2)
		seconds = WHEEL_SLOTS - 2;
	wheel_link(t, index, (now_s + seconds) % WHEEL_SLOTS);
}

uint32_t
session_idle_ms(const struct session_table *t, uint32_t index, uint32_t now_ms)
{
	const struct wing *w = session_wing(t, index, 0);
	uint32_t a = now_ms - w[0].seen_ms, b = now_ms - w[1].seen_ms;

	return a < b ? a : b;
}

uint32_t
session_remaining(
	const struct session_table *t, uint32_t index, uint32_t now_ms)
{
	const struct session *s = session_at(t, index);
	uint32_t idle = session_idle_ms(t, index, now_ms) / 1000;

	if (s->timeout_s == TIMEOUT_NEVER)
		return TIMEOUT_NEVER;
	return idle >= s->timeout_s ? 0 : s->timeout_s - idle;
}

void
session_set_timeout(struct session_table *t, uint32_t index, uint32_t timeout_s,
	uint32_t now_ms, uint32_t now_s)
{
	struct session *s = session_at(t, index);
	struct wing *w = session_wing(t, index, 0);

	if (s->timeout_s == timeout_s)
		return;
	if (timeout_s < s->timeout_s) {
		w[0].seen_ms = w[1].seen_ms = now_ms;
		session_timer_start(t, index, timeout_s, now_s);
	}
	s->timeout_s = timeout_s;
}

static void
slot_free(struct session_table *t, uint32_t index)
{
	wheel_unlink(t, index);
	t->invalid--;
	session_unalloc(t, index);
}

static void
age_one(struct session_table *t, uint32_t index, uint32_t now_ms,
	uint32_t now_s)
{
	struct session *s = session_at(t, index);
	uint32_t left;

	if (s->state == SESSION_INVALID) {
		slot_free(t, index);
		return;
	}
	left = session_remaining(t, index, now_ms);
	if (left == 0)
		session_close(t, index, CLOSE_IDLE, now_s);
	else
		session_timer_start(t, index, left, now_s);
}

/*
 * Every session on the wheel is a handful of cache misses: have those of the
 * next few on the way together. Nothing is decided here.
 */
static void
look_ahead(const struct session_table *t, uint32_t index)
{
	uint32_t at[LOOK_AHEAD], n = 0;

	for (; index != 0 && n < LOOK_AHEAD;
		index = session_at(t, index)->next) {
		at[n++] = index;
		rte_prefetch0(session_wing(t, index, 0));
		rte_prefetch0(session_wing(t, index, 1));
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct wing *w = session_wing(t, at[i], 0);

		session_prefetch_bucket(t, flow_key_hash(&w[0].key));
		session_prefetch_bucket(t, flow_key_hash(&w[1].key));
	}
}

uint32_t
session_age(struct session_table *t, uint32_t now_ms, uint32_t now_s,
	uint32_t budget)
{
	uint32_t done = 0, index;

	if (t->wheel_now_s == 0)
		t->wheel_now_s = now_s;
	/* After a long sleep one turn of the wheel sees every session. */
	if (now_s - t->wheel_now_s > WHEEL_SLOTS)
		t->wheel_now_s = now_s - WHEEL_SLOTS;
	while (t->wheel_now_s != now_s || t->wheel_walk != 0) {
		if (t->wheel_walk == 0) {
			t->wheel_now_s++;
			t->wheel_walk = t->wheel[t->wheel_now_s % WHEEL_SLOTS];
		}
		while ((index = t->wheel_walk) != 0) {
			if (done == budget)
				return done;
			if (done % LOOK_AHEAD == 0)
				look_ahead(t, index);
			t->wheel_walk = session_at(t, index)->next;
			age_one(t, index, now_ms, now_s);
			done++;
		}
	}
	return done;
}
