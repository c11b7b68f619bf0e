/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table over an array of slots; the slot's place is the index. A free
 * slot is taken again only when there are plenty of them, the one freed
 * longest ago by and large, so that a number seen a moment ago in a session
 * does not soon mean something else.
 */
#include "route/nexthop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SPARE_SLOTS 256u

struct slot {
	struct nexthop_key key; /* members owned */
	bool live, old, wanted; /* old: was there at nexthop_begin() */
	uint32_t refs, new_refs;
	uint32_t hash, next; /* chain; 0 ends it */
};

struct nexthop_set {
	struct slot *slots; /* slots[0] is none */
	uint32_t n, size, nlive, cursor;
	uint32_t *buckets;
	uint32_t nbuckets; /* a power of two */
};

struct nexthop_set *
nexthop_set_create(void)
{
	struct nexthop_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->size = 64;
	set->nbuckets = 64;
	set->n = set->cursor = 1;
	set->slots = calloc(set->size, sizeof(*set->slots));
	set->buckets = calloc(set->nbuckets, sizeof(*set->buckets));
	if (set->slots == NULL || set->buckets == NULL) {
		nexthop_set_free(set);
		return NULL;
	}
	return set;
}

void
nexthop_set_free(struct nexthop_set *set)
{
	if (set == NULL)
		return;
	for (uint32_t i = 0; set->slots != NULL && i < set->n; i++)
		free((void *)(uintptr_t)set->slots[i].key.members);
	free(set->slots);
	free(set->buckets);
	free(set);
}

static uint32_t
mix(uint32_t h, const void *data, size_t n)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 16777619u;
	return h;
}

static uint32_t
key_hash(const struct nexthop_key *k)
{
	uint32_t h = 2166136261u;

	h = mix(h, &k->type, sizeof(k->type));
	h = mix(h, &k->ifl, sizeof(k->ifl));
	h = mix(h, k->gateway.b, sizeof(k->gateway.b));
	h = mix(h, &k->gateway.family, sizeof(k->gateway.family));
	h = mix(h, &k->vr, sizeof(k->vr));
	if (k->nmembers > 0)
		h = mix(h, k->members, k->nmembers * sizeof(*k->members));
	return h;
}

static bool
key_equal(const struct nexthop_key *a, const struct nexthop_key *b)
{
	return a->type == b->type && a->ifl.v == b->ifl.v &&
	       a->vr.v == b->vr.v && ip_addr_equal(&a->gateway, &b->gateway) &&
	       a->nmembers == b->nmembers &&
	       (a->nmembers == 0 ||
		       memcmp(a->members, b->members,
			       a->nmembers * sizeof(*a->members)) == 0);
}

static void
link_slot(struct nexthop_set *set, uint32_t i)
{
	uint32_t *b = &set->buckets[set->slots[i].hash & (set->nbuckets - 1)];

	set->slots[i].next = *b;
	*b = i;
}

static void
unlink_slot(struct nexthop_set *set, uint32_t i)
{
	uint32_t *p = &set->buckets[set->slots[i].hash & (set->nbuckets - 1)];

	while (*p != i)
		p = &set->slots[*p].next;
	*p = set->slots[i].next;
}

static int
grow_buckets(struct nexthop_set *set)
{
	uint32_t n = set->nbuckets * 2;
	uint32_t *b = calloc(n, sizeof(*b));

	if (b == NULL)
		return -ENOMEM;
	free(set->buckets);
	set->buckets = b;
	set->nbuckets = n;
	for (uint32_t i = 1; i < set->n; i++)
		if (set->slots[i].live)
			link_slot(set, i);
	return 0;
}

/* A slot for a new next hop; 0 when out of memory. */
static uint32_t
take_slot(struct nexthop_set *set)
{
	struct slot *s;

	if (set->n - 1 - set->nlive > SPARE_SLOTS) {
		while (set->slots[set->cursor].live)
			set->cursor =
				set->cursor + 1 < set->n ? set->cursor + 1 : 1;
		return set->cursor;
	}
	if (set->n == set->size) {
		s = realloc(set->slots, (size_t)set->size * 2 * sizeof(*s));
		if (s == NULL)
			return 0;
		set->slots = s;
		set->size *= 2;
	}
	set->slots[set->n] = (struct slot){0};
	return set->n++;
}

void
nexthop_begin(struct nexthop_set *set)
{
	for (uint32_t i = 1; i < set->n; i++) {
		set->slots[i].old = set->slots[i].live;
		set->slots[i].wanted = false;
		set->slots[i].new_refs = 0;
	}
}

static int
cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int
make(struct nexthop_set *set, const struct nexthop_key *key, uint32_t hash,
	uint32_t *ret_index)
{
	uint32_t *members = NULL;
	uint32_t i;

	if (set->nlive >= set->nbuckets && grow_buckets(set) < 0)
		return -ENOMEM;
	if (key->nmembers > 0) {
		members = malloc(key->nmembers * sizeof(*members));
		if (members == NULL)
			return -ENOMEM;
		memcpy(members, key->members, key->nmembers * sizeof(*members));
	}
	i = take_slot(set);
	if (i == 0) {
		free(members);
		return -ENOMEM;
	}
	set->slots[i] = (struct slot){
		.key = *key, .live = true, .wanted = true, .hash = hash};
	set->slots[i].key.members = members;
	set->nlive++;
	link_slot(set, i);
	*ret_index = i;
	return 0;
}

static int
get_sorted(struct nexthop_set *set, const struct nexthop_key *key,
	uint32_t *ret_index)
{
	uint32_t hash = key_hash(key);
	uint32_t i = set->buckets[hash & (set->nbuckets - 1)];

	for (; i != 0; i = set->slots[i].next)
		if (set->slots[i].hash == hash &&
			key_equal(&set->slots[i].key, key)) {
			set->slots[i].wanted = true;
			*ret_index = i;
			return 0;
		}
	return make(set, key, hash, ret_index);
}

int
nexthop_get(struct nexthop_set *set, const struct nexthop_key *key,
	uint32_t *ret_index)
{
	struct nexthop_key k = *key;
	uint32_t *sorted;
	int rc;

	if (key->nmembers == 0)
		return get_sorted(set, key, ret_index);
	sorted = malloc(key->nmembers * sizeof(*sorted));
	if (sorted == NULL)
		return -ENOMEM;
	memcpy(sorted, key->members, key->nmembers * sizeof(*sorted));
	qsort(sorted, key->nmembers, sizeof(*sorted), cmp_u32);
	k.members = sorted;
	rc = get_sorted(set, &k, ret_index);
	free(sorted);
	return rc;
}

void
nexthop_keep(struct nexthop_set *set, uint32_t index)
{
	set->slots[index].wanted = true;
}

void
nexthop_ref(struct nexthop_set *set, uint32_t index)
{
	set->slots[index].new_refs++;
}

static void
drop(struct nexthop_set *set, uint32_t i)
{
	unlink_slot(set, i);
	free((void *)(uintptr_t)set->slots[i].key.members);
	set->slots[i] = (struct slot){0};
	set->nlive--;
}

void
nexthop_commit(struct nexthop_set *set)
{
	for (uint32_t i = 1; i < set->n; i++) {
		struct slot *s = &set->slots[i];

		s->refs = s->new_refs;
		if (s->live && !s->wanted)
			drop(set, i);
	}
}

void
nexthop_abort(struct nexthop_set *set)
{
	for (uint32_t i = 1; i < set->n; i++)
		if (set->slots[i].live && !set->slots[i].old)
			drop(set, i);
}

uint32_t
nexthop_limit(const struct nexthop_set *set)
{
	return set->n;
}

const struct nexthop_key *
nexthop_at(const struct nexthop_set *set, uint32_t index)
{
	return index > 0 && index < set->n && set->slots[index].live
		       ? &set->slots[index].key
		       : NULL;
}

uint32_t
nexthop_refs(const struct nexthop_set *set, uint32_t index)
{
	return nexthop_at(set, index) ? set->slots[index].refs : 0;
}
