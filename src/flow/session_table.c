/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table's memory and its slots. Arrays are mapped, not allocated: untouched
 * pages cost nothing, and huge pages are asked for where the kernel has them.
 *
 * All arrays have the same index, so nothing needs a pointer to its side data.
 * That the side arrays stay untouched where they are not needed is done by
 * handing out fresh slots in runs of one kind, and by giving a slot that came
 * back to a session of that kind again. Only a full table mixes kinds.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "flow/session.h"
#include "flow/session_rewrite.h"

/*
 * A lab box has little memory, so small tables stay on small pages; hash lines,
 * which are used all over the place, up to some 900,000 sessions.
 */
#define HUGE_FROM      (4u << 20)
#define HUGE_FROM_HASH (16u << 20)

/* Runs of side data fill small pages of a small table, huge pages of others. */
#define RUN_SHIFT_SMALL 6u
#define RUN_SHIFT_LARGE 15u
#define LARGE_FROM      (1u << 18) /* sessions: eight large runs */

/* Entries per hundred places of a full table: see docs/adr/0003. */
#define LOAD 80u

static void *
map_table(uint64_t bytes, uint64_t huge_from)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, bytes >= huge_from ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return p;
}

struct array {
	void **at;
	uint64_t bytes, huge_from;
};

#define ARRAYS 9u

static void
arrays(struct session_table *t, struct array ret[ARRAYS])
{
	uint64_t n = (uint64_t)t->max + 1;
	const struct array all[ARRAYS] = {
		{(void **)&t->wings, n * 2 * sizeof(*t->wings), HUGE_FROM},
		{(void **)&t->sessions, n * sizeof(*t->sessions), HUGE_FROM},
		{(void **)&t->due, n * sizeof(*t->due), HUGE_FROM},
		{(void **)&t->buckets, t->nbuckets * sizeof(*t->buckets),
			HUGE_FROM_HASH},
		{(void **)&t->sides, n * 2 * sizeof(*t->sides), HUGE_FROM},
		{(void **)&t->tcp, n * sizeof(*t->tcp), HUGE_FROM},
		{(void **)&t->nat, n * SESSION_NAT_SIZE, HUGE_FROM},
		{(void **)&t->rewrites, n * 2 * sizeof(*t->rewrites),
			HUGE_FROM},
		{(void **)&t->run_kind, (n >> t->run_shift) + 1, UINT64_MAX},
	};

	memcpy(ret, all, sizeof(all));
}

static uint64_t
slot_bytes(unsigned int kind)
{
	uint64_t n = 2 * sizeof(struct wing) + sizeof(struct session) +
		     sizeof(uint16_t);

	if (kind & SLOT_V6)
		n += 2 * sizeof(struct wing_side);
	if (kind & SLOT_TCP)
		n += sizeof(struct tcp_track);
	if (kind & SLOT_NAT)
		n += SESSION_NAT_SIZE;
	if ((kind & SLOT_V6) && (kind & SLOT_NAT))
		n += 2 * sizeof(struct wing_rewrite);
	return n;
}

uint64_t
session_table_bytes(const struct session_table *t)
{
	uint64_t n = sizeof(*t) + t->nbuckets * sizeof(struct bucket);

	for (unsigned int k = 0; k < SLOT_KINDS; k++)
		n += t->kind[k].used * slot_bytes(k);
	return n;
}

struct session_table *
session_table_create(uint32_t max, uint32_t first_id, uint32_t id_step)
{
	struct session_table *t = calloc(1, sizeof(*t));
	struct array a[ARRAYS];
	bool mapped = true;

	if (t == NULL)
		return NULL;
	t->max = max;
	t->nbuckets =
		(uint32_t)((uint64_t)max * 2 * 100 / (BUCKET_ENTRIES * LOAD)) +
		2;
	t->run_shift = max < LARGE_FROM ? RUN_SHIFT_SMALL : RUN_SHIFT_LARGE;
	t->next_id = first_id;
	t->id_step = id_step;
	arrays(t, a);
	for (unsigned int i = 0; i < ARRAYS; i++) {
		*a[i].at = map_table(a[i].bytes, a[i].huge_from);
		mapped = mapped && *a[i].at != NULL;
	}
	if (!mapped) {
		session_table_free(t);
		return NULL;
	}
	return t;
}

void
session_table_free(struct session_table *t)
{
	struct array a[ARRAYS];

	if (t == NULL)
		return;
	arrays(t, a);
	for (unsigned int i = 0; i < ARRAYS; i++)
		if (*a[i].at != NULL)
			munmap(*a[i].at, a[i].bytes);
	free(t);
}

/* ---- slots ---- */

/* Freed slots lie anywhere: have the next one at hand for the next session. */
static void
slot_prefetch(const struct session_table *t, const struct slot_kind *k,
	uint32_t index)
{
	unsigned int kind = (unsigned int)(k - t->kind);

	rte_prefetch0_write(session_at(t, index));
	rte_prefetch0_write(session_wing(t, index, 0));
	rte_prefetch0_write(session_wing(t, index, 1));
	rte_prefetch0_write(&t->due[index]);
	if (kind & SLOT_TCP)
		rte_prefetch0_write(&t->tcp[index]);
	if (kind & SLOT_NAT)
		rte_prefetch0_write(
			(uint8_t *)t->nat + (uint64_t)index * SESSION_NAT_SIZE);
}

/* The next run of fresh slots becomes one of this kind. */
static bool
run_take(struct session_table *t, unsigned int kind)
{
	struct slot_kind *k = &t->kind[kind];
	uint64_t end = ((uint64_t)(t->top >> t->run_shift) + 1) << t->run_shift;

	if (t->top == t->max)
		return false;
	k->next = t->top + 1;
	if (k->next >= end)
		end += 1u << t->run_shift;
	k->end = end > t->max ? t->max + 1 : (uint32_t)end;
	t->run_kind[k->next >> t->run_shift] = (uint8_t)kind;
	t->top = k->end - 1;
	return true;
}

static uint32_t
slot_take(struct session_table *t, struct slot_kind *k)
{
	uint32_t i = k->free;

	if (i != 0) {
		k->free = t->sessions[i].next;
		slot_prefetch(t, k, k->free);
	} else if (k->next < k->end) {
		i = k->next++;
		k->used++;
	}
	return i;
}

uint32_t
session_alloc(struct session_table *t, unsigned int kind)
{
	uint32_t i = slot_take(t, &t->kind[kind]);

	if (unlikely(i == 0) && run_take(t, kind))
		i = slot_take(t, &t->kind[kind]);
	for (unsigned int k = 0; unlikely(i == 0) && k < SLOT_KINDS; k++)
		i = slot_take(t, &t->kind[k]);
	if (unlikely(i == 0)) {
		t->failed++;
		return 0;
	}
	memset(&t->sessions[i], 0, sizeof(t->sessions[i]));
	memset(session_wing(t, i, 0), 0, 2 * sizeof(struct wing));
	if (kind & SLOT_V6)
		memset(&t->sides[(uint64_t)i * 2], 0, 2 * sizeof(*t->sides));
	return i;
}

void
session_unalloc(struct session_table *t, uint32_t index)
{
	struct slot_kind *k = &t->kind[t->run_kind[index >> t->run_shift]];
	struct session *s = session_at(t, index);

	s->id = 0;
	s->state = SESSION_FREE;
	s->next = k->free;
	t->due[index] = (uint16_t)(t->scan_s + 32000u);
	k->free = index;
}
