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

/* Bit i: slot from + i is due. from begins a block; the memory behind the last
 * slot of the last block is there. */
#ifdef __SSE2__
static inline uint64_t
block_due(const struct session_table *t, uint32_t from)
{
	const __m128i *due = (const __m128i *)&t->due[from];
	__m128i now = _mm_set1_epi16((short)t->scan_s);
	uint64_t later = 0;

	for (unsigned int i = 0; i < BLOCK / 16; i++) {
		__m128i lo = _mm_sub_epi16(now, _mm_load_si128(&due[2 * i]));
		__m128i hi =
			_mm_sub_epi16(now, _mm_load_si128(&due[2 * i + 1]));

		later |= (uint64_t)(uint32_t)_mm_movemask_epi8(
				 _mm_packs_epi16(lo, hi))
			 << 16 * i;
	}
	return ~later;
}
#else
static inline uint64_t
block_due(const struct session_table *t, uint32_t from)
{
	uint64_t due = 0;

	for (unsigned int i = 0; i < BLOCK; i++)
		due |= (uint64_t)((uint16_t)(t->scan_s - t->due[from + i]) <
				  0x8000)
		       << i;
	return due;
}
#endif

/* Due slots of the block that t->scan lies in, from there to end. */
static inline uint64_t
due_from(const struct session_table *t, uint32_t block, uint32_t end)
{
	uint64_t due = t->scan_all ? UINT64_MAX : block_due(t, block);

	if (end - block < BLOCK)
		due &= (UINT64_C(1) << (end - block)) - 1;
	return due & UINT64_MAX << (t->scan - block);
}

/* Collect due slots from t->scan on, not beyond end; fetch their lines. */
static uint32_t
collect(struct session_table *t, uint32_t end, uint32_t *at, uint32_t n)
{
	uint32_t got = 0;

	while (t->scan < end && got < n) {
		uint32_t block = t->scan & ~(BLOCK - 1);
		uint64_t due = due_from(t, block, end);

		for (; due != 0 && got < n; due &= due - 1) {
			uint32_t i = block + (uint32_t)__builtin_ctzll(due);

			rte_prefetch0_write(session_at(t, i));
			rte_prefetch0(session_wing(t, i, 0));
			rte_prefetch0(session_wing(t, i, 1));
			at[got++] = i;
		}
		t->scan = due != 0 ? block + (uint32_t)__builtin_ctzll(due)
				   : block + BLOCK;
	}
	if (t->scan > end)
		t->scan = end;
	return got;
}

static void
prefetch_end(const struct session_table *t, uint32_t index)
{
	const struct wing *w = session_wing(t, index, 0);

	session_prefetch_bucket(t, flow_key_hash(&w[0].key));
	session_prefetch_bucket(t, flow_key_hash(&w[1].key));
}

/* In so many seconds it ends if nothing comes; 0: now. What is no session any
 * more is of no interest for long. */
static uint32_t
left_of(const struct session_table *t, uint32_t index, uint32_t now_ms)
{
	return session_at(t, index)->state == SESSION_VALID
		       ? session_remaining(t, index, now_ms)
		       : HORIZON;
}

/* The lines of all of them come together, first those of the sessions, then
 * those of the hash. */
static void
look(struct session_table *t, const uint32_t *at, uint32_t n, uint32_t now_ms,
	uint32_t now_s)
{
	uint32_t left[LOOK];

	for (uint32_t i = 0; i < n; i++) {
		left[i] = left_of(t, at[i], now_ms);
		if (left[i] == 0)
			prefetch_end(t, at[i]);
	}
	for (uint32_t i = 0; i < n; i++)
		if (left[i] == 0)
			session_close(t, at[i], CLOSE_IDLE, now_s);
		else
			session_timer_start(t, at[i], left[i], now_s);
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
		look(t, at, n, now_ms, now_s);
		done += n;
	}
	done += free_closed(t, budget - done);
	if (t->scan <= t->top)
		return budget;
	t->scan = 0;
	return done;
}
