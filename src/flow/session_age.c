/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When does a session end? due[] holds for every slot the second at which it
 * would expire if nothing more came. Packets only stamp their wing; once a
 * second the whole array is gone through, 2 bytes a slot and in order, and a
 * session that is due has both stamps looked at: it ends, or is due later. So
 * a packet pays nothing, opening and closing link nothing, and a session is
 * looked at about once per timeout [FL-12].
 *
 * due[] has 16 bits, so nothing is due further away than HORIZON; what lasts
 * longer, and a free slot, is looked at once in that time for nothing.
 */
#include "flow/session.h"

#include "pkt/key.h"

#define HORIZON    32000u /* s; less than half of 2^16 */
#define LOOK       16u    /* sessions looked at together */
#define BLOCK      64u    /* slots compared together */
#define SCAN_SLOTS 16384u /* at most in one call */

void
session_timer_start(struct session_table *t, uint32_t index, uint32_t seconds,
	uint32_t now_s)
{
	if (seconds < 1)
		seconds = 1;
	if (seconds > HORIZON)
		seconds = HORIZON;
	t->due[index] = (uint16_t)(now_s + seconds);
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

	if (timeout_s > TIMEOUT_NEVER)
		timeout_s = TIMEOUT_NEVER;
	if (s->timeout_s == timeout_s)
		return;
	if (timeout_s < s->timeout_s) {
		w[0].seen_ms = w[1].seen_ms = now_ms;
		session_timer_start(t, index, timeout_s, now_s);
	}
	s->timeout_s = timeout_s;
}

/* ---- what was closed ---- */

static uint32_t
free_closed(struct session_table *t, uint32_t budget)
{
	uint32_t done = 0, index;

	while ((index = t->closed_slots) != 0 && done < budget) {
		t->closed_slots = session_at(t, index)->next;
		t->invalid--;
		session_unalloc(t, index);
		done++;
	}
	return done;
}

/* ---- what is due ---- */

static inline bool
is_due(const struct session_table *t, uint32_t index)
{
	return (uint16_t)(t->scan_s - t->due[index]) < 0x8000;
}

/* Nothing in [from, from + BLOCK) is due: all differences are negative. */
static inline bool
block_idle(const struct session_table *t, uint32_t from)
{
	uint16_t now = (uint16_t)t->scan_s, all = 0xffff;

	for (uint32_t i = from; i < from + BLOCK; i++)
		all &= (uint16_t)(now - t->due[i]);
	return (all & 0x8000) != 0;
}

/* Collect due slots from t->scan on, not beyond end; fetch their lines. */
static uint32_t
collect(struct session_table *t, uint32_t end, uint32_t *at, uint32_t n)
{
	uint32_t got = 0, i = t->scan;

	while (i < end && got < n) {
		if (i % BLOCK == 0 && i + BLOCK <= end && !t->scan_all &&
			block_idle(t, i)) {
			i += BLOCK;
			continue;
		}
		if (t->scan_all || is_due(t, i)) {
			rte_prefetch0_write(session_at(t, i));
			rte_prefetch0(session_wing(t, i, 0));
			rte_prefetch0(session_wing(t, i, 1));
			at[got++] = i;
		}
		i++;
	}
	t->scan = i;
	return got;
}

static bool
is_idle(const struct session_table *t, uint32_t index, uint32_t now_ms)
{
	return session_at(t, index)->state == SESSION_VALID &&
	       session_remaining(t, index, now_ms) == 0;
}

static void
prefetch_end(const struct session_table *t, uint32_t index)
{
	const struct wing *w = session_wing(t, index, 0);

	session_prefetch_bucket(t, flow_key_hash(&w[0].key));
	session_prefetch_bucket(t, flow_key_hash(&w[1].key));
}

static void
look(struct session_table *t, uint32_t index, uint32_t now_ms, uint32_t now_s)
{
	if (is_idle(t, index, now_ms))
		session_close(t, index, CLOSE_IDLE, now_s);
	else if (session_at(t, index)->state == SESSION_VALID)
		session_timer_start(
			t, index, session_remaining(t, index, now_ms), now_s);
	else
		session_timer_start(t, index, HORIZON, now_s);
}

static void
scan_begin(struct session_table *t, uint32_t now_s)
{
	t->scan_all = now_s - t->scan_s > HORIZON;
	t->scan_s = now_s;
	t->scan = 1;
}

uint32_t
session_age(struct session_table *t, uint32_t now_ms, uint32_t now_s,
	uint32_t budget)
{
	uint32_t at[LOOK], done = free_closed(t, budget), n, end;

	if (t->scan == 0) {
		if (likely(t->scan_s == now_s))
			return done;
		scan_begin(t, now_s);
	}
	end = t->scan + SCAN_SLOTS;
	if (end > t->top + 1)
		end = t->top + 1;
	while (done < budget && t->scan < end) {
		n = budget - done < LOOK ? budget - done : LOOK;
		n = collect(t, end, at, n);
		for (uint32_t i = 0; i < n; i++)
			if (is_idle(t, at[i], now_ms))
				prefetch_end(t, at[i]);
		for (uint32_t i = 0; i < n; i++)
			look(t, at[i], now_ms, now_s);
		done += n;
	}
	done += free_closed(t, budget - done);
	if (t->scan <= t->top)
		return budget;
	t->scan = 0;
	return done;
}
