/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries are in the chain of their hash bucket and in one list by age. The
 * timeout is that of a screen: with several of them an old entry of a longer
 * one keeps younger ones behind it for a while. That only makes the queue fill
 * earlier.
 */
#include "flow/syn_queue.h"

#include <stdlib.h>

#include "pkt/key.h"

#define BUCKETS 8192u
#define NONE    UINT16_MAX

_Static_assert(SYN_QUEUE_MAX < NONE, "indices have 16 bits");

struct waiting {
	struct flow_key flow;
	uint32_t until_s;
	uint16_t next;         /* bucket chain, or free list */
	uint16_t older, newer; /* by age */
};

struct syn_queue {
	struct waiting entry[SYN_QUEUE_MAX];
	uint16_t bucket[BUCKETS];
	uint16_t free, oldest, newest;
	uint32_t used;
};

struct syn_queue *
syn_queue_create(void)
{
	struct syn_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	for (unsigned int i = 0; i < BUCKETS; i++)
		q->bucket[i] = NONE;
	for (unsigned int i = 0; i < SYN_QUEUE_MAX; i++)
		q->entry[i].next = (uint16_t)(i + 1);
	q->entry[SYN_QUEUE_MAX - 1].next = NONE;
	q->oldest = q->newest = NONE;
	return q;
}

void
syn_queue_free(struct syn_queue *q)
{
	free(q);
}

static uint16_t *
bucket_of(struct syn_queue *q, const struct flow_key *flow)
{
	return &q->bucket[flow_key_hash(flow) & (BUCKETS - 1)];
}

static void
entry_remove(struct syn_queue *q, struct waiting *e)
{
	uint16_t i = (uint16_t)(e - q->entry);
	uint16_t *link = bucket_of(q, &e->flow);

	while (*link != i)
		link = &q->entry[*link].next;
	*link = e->next;
	if (e->older != NONE)
		q->entry[e->older].newer = e->newer;
	else
		q->oldest = e->newer;
	if (e->newer != NONE)
		q->entry[e->newer].older = e->older;
	else
		q->newest = e->older;
	e->next = q->free;
	q->free = i;
	q->used--;
}

static void
expire(struct syn_queue *q, uint32_t now_s)
{
	while (q->oldest != NONE &&
		(int32_t)(q->entry[q->oldest].until_s - now_s) <= 0)
		entry_remove(q, &q->entry[q->oldest]);
}

static struct waiting *
entry_find(struct syn_queue *q, const struct flow_key *flow)
{
	uint16_t i = *bucket_of(q, flow);

	while (i != NONE && !flow_key_equal(&q->entry[i].flow, flow))
		i = q->entry[i].next;
	return i == NONE ? NULL : &q->entry[i];
}

bool
syn_queue_add(struct syn_queue *q, const struct flow_key *flow, uint32_t now_s,
	uint32_t timeout_s, uint32_t limit)
{
	struct waiting *e;
	uint16_t *bucket, i;

	expire(q, now_s);
	e = entry_find(q, flow);
	if (e != NULL) /* sent again */
		entry_remove(q, e);
	if (q->used >= limit || q->free == NONE)
		return false;
	i = q->free;
	e = &q->entry[i];
	q->free = e->next;
	bucket = bucket_of(q, flow);
	e->flow = *flow;
	e->until_s = now_s + timeout_s;
	e->next = *bucket;
	*bucket = i;
	e->older = q->newest;
	e->newer = NONE;
	if (q->newest != NONE)
		q->entry[q->newest].newer = i;
	else
		q->oldest = i;
	q->newest = i;
	q->used++;
	return true;
}

bool
syn_queue_take(struct syn_queue *q, const struct flow_key *flow, uint32_t now_s)
{
	struct waiting *e;

	expire(q, now_s);
	e = entry_find(q, flow);
	if (e == NULL)
		return false;
	entry_remove(q, e);
	return true;
}
