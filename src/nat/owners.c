/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/owners.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "nat/map.h"

#define PLACES 8u

struct bucket {
	_Atomic uint64_t entry[PLACES]; /* hash, its low byte: worker + 1 */
} __attribute__((aligned(64)));

struct nat_owners {
	struct bucket *buckets;
	uint64_t mask;
};

struct nat_owners *
nat_owners_create(uint32_t entries)
{
	struct nat_owners *o = calloc(1, sizeof(*o));
	uint64_t n = 64;

	if (o == NULL)
		return NULL;
	while (n * (PLACES / 4) < entries) /* a quarter full at most */
		n <<= 1;
	o->mask = n - 1;
	o->buckets = nat_map(n * sizeof(*o->buckets));
	if (o->buckets != NULL)
		return o;
	free(o);
	return NULL;
}

void
nat_owners_free(struct nat_owners *o)
{
	if (o == NULL)
		return;
	nat_unmap(o->buckets, (o->mask + 1) * sizeof(*o->buckets));
	free(o);
}

/* A hash has two buckets: its own and a neighbour far away. */
static struct bucket *
bucket_of(const struct nat_owners *o, uint64_t hash, unsigned int which)
{
	uint64_t i = hash >> 8;

	if (which == 1)
		i = (i ^ hash >> 36) * 0x9e3779b97f4a7c15u >> 20;
	return &o->buckets[i & o->mask];
}

static uint64_t
tag(uint64_t hash)
{
	return hash & ~(uint64_t)0xff;
}

bool
nat_owners_add(struct nat_owners *o, uint64_t hash, uint16_t worker)
{
	uint64_t entry = tag(hash) | (worker + 1u);

	if (nat_owners_find(o, hash) >= 0)
		return false;
	for (unsigned int k = 0; k < 2; k++) {
		struct bucket *b = bucket_of(o, hash, k);

		for (unsigned int i = 0; i < PLACES; i++) {
			uint64_t free_place = 0;

			if (atomic_compare_exchange_strong(
				    &b->entry[i], &free_place, entry))
				return true;
		}
	}
	return false;
}

void
nat_owners_remove(struct nat_owners *o, uint64_t hash, uint16_t worker)
{
	for (unsigned int k = 0; k < 2; k++) {
		struct bucket *b = bucket_of(o, hash, k);

		for (unsigned int i = 0; i < PLACES; i++) {
			uint64_t entry = tag(hash) | (worker + 1u);

			if (atomic_compare_exchange_strong(
				    &b->entry[i], &entry, 0))
				return;
		}
	}
}

int
nat_owners_find(const struct nat_owners *o, uint64_t hash)
{
	for (unsigned int k = 0; k < 2; k++) {
		const struct bucket *b = bucket_of(o, hash, k);

		for (unsigned int i = 0; i < PLACES; i++) {
			uint64_t e = atomic_load_explicit(
				&b->entry[i], memory_order_acquire);

			if (e != 0 && tag(e) == tag(hash))
				return (int)(e & 0xff) - 1;
		}
	}
	return -1;
}
