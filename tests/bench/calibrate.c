/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the machine can do at this moment: bulk look-ups of random present keys
 * in rte_hash, which everybody knows. Its memory gets the same kind of pages as
 * the session tables.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rte_hash.h>
#include <rte_hash_crc.h>

#include "bench.h"

#define BULK 32u

struct cal_key {
	uint32_t src, dst;
	uint16_t sport, dport;
	uint32_t rest;
};

static struct cal_key
key_of(uint32_t i)
{
	uint64_t s = i, r = random_next(&s);

	return (struct cal_key){0x0a000000u + i, (uint32_t)r,
		(uint16_t)(r >> 32), (uint16_t)(r >> 48), 17};
}

/* *ret_n: how many went in; a full table may refuse the last ones. */
static struct rte_hash *
table(uint32_t entries, uint32_t *ret_n)
{
	struct rte_hash_parameters p = {
		.name = "calibrator",
		.entries = entries,
		.key_len = sizeof(struct cal_key),
		.hash_func = rte_hash_crc,
	};
	struct rte_hash *h = rte_hash_create(&p);
	uint32_t i;

	for (i = 0; h != NULL && i < entries; i++) {
		struct cal_key k = key_of(i);

		if (rte_hash_add_key_data(h, &k, (void *)(uintptr_t)i) < 0)
			break;
	}
	*ret_n = i;
	return h;
}

/* Ticks per look-up over total of them, all present. -1: one was missing. */
static double
look_up(const struct rte_hash *h, const struct cal_key *ask, uint32_t total)
{
	double t0 = thread_ticks();
	uint64_t hits = 0;

	for (uint32_t i = 0; i < total; i += BULK) {
		const void *keys[BULK];
		void *data[BULK];
		uint64_t mask = 0;

		for (uint32_t k = 0; k < BULK; k++)
			keys[k] = &ask[i + k];
		rte_hash_lookup_bulk_data(h, keys, BULK, &mask, data);
		hits += (uint64_t)__builtin_popcountll(mask);
	}
	return hits == total ? (thread_ticks() - t0) / total : -1;
}

static double
measure(uint32_t entries, bool quick)
{
	uint32_t total = quick                ? 1u << 16
			 : entries > 1u << 19 ? 1u << 22
					      : 1u << 21;
	struct cal_key *ask = malloc(total * sizeof(*ask));
	uint32_t n;
	struct rte_hash *h = table(entries, &n);
	struct bench_series s = {0};
	uint64_t seed = 99;

	for (uint32_t i = 0; ask != NULL && i < total; i++)
		ask[i] = key_of((uint32_t)(random_next(&seed) % n));
	for (unsigned int i = 0; ask != NULL && h != NULL && i < 5; i++)
		series_add(&s, look_up(h, ask, total));
	rte_hash_free(h);
	free(ask);
	return series_median(&s);
}

bool
calibrate(struct calibrators *ret, bool quick)
{
	ret->hash_10k = measure(10000, quick);
	ret->hash_1m = measure(1000000, quick);
	if (ret->hash_10k > 0 && ret->hash_1m > 0)
		return true;
	fprintf(stderr, "no memory for the calibrators\n");
	return false;
}
