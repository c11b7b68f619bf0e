/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To cut a box, each dimension offers the quantiles of the range ends inside
 * it, and a table of equal parts between the lowest and the highest. Prefixes
 * that lie side by side are one to a part of a table then, which is found
 * without a comparison; of what lies in heaps a part would have many, and the
 * quantiles win.
 */
#include "image/policy_cut.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_FROM 16u /* range ends */
#define WIDTH_FROM 64u /* policies: below, nodes of 16 parts are enough */

bool
rule_touches(const struct rule *r, unsigned int dim, struct interval v)
{
	for (uint32_t i = 0; i < r->n[dim]; i++)
		if (r->r[dim][i].lo <= v.hi && r->r[dim][i].hi >= v.lo)
			return true;
	return false;
}

static bool
covers_dim(const struct rule *rule, unsigned int d, struct interval box)
{
	for (uint32_t i = 0; i < rule->n[d]; i++)
		if (rule->r[d][i].lo <= box.lo && rule->r[d][i].hi >= box.hi)
			return true;
	return false;
}

bool
rule_covers(const struct cutter *c, const struct rule *r, const struct box *box)
{
	if (!r->exact)
		return false;
	for (unsigned int i = 0; i < c->ndims; i++)
		if (!covers_dim(r, c->dims[i], box->d[c->dims[i]]))
			return false;
	return true;
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Of so many rules every so manieth is asked for its ends. */
static uint32_t
step_of(uint32_t n)
{
	return n / (CUT_SAMPLES / 4) + 1;
}

/* Values behind which something begins or ends, sorted; how many. */
static uint32_t
ends_of(const struct cutter *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval box)
{
	uint32_t k = 0, u = 0, step = step_of(n);

	for (uint32_t i = 0; i < n; i += step) {
		const struct rule *rule = &b->rules[in[i]];

		for (uint32_t j = 0; j < rule->n[dim] && k + 2 <= CUT_SAMPLES;
			j++) {
			struct interval r = rule->r[dim][j];

			if (r.lo > box.lo && r.lo <= box.hi)
				b->ends[k++] = r.lo - 1;
			if (r.hi >= box.lo && r.hi < box.hi)
				b->ends[k++] = r.hi;
		}
	}
	qsort(b->ends, k, sizeof(b->ends[0]), by_value);
	for (uint32_t i = 0; i < k; i++)
		if (u == 0 || b->ends[u - 1] != b->ends[i])
			b->ends[u++] = b->ends[i];
	return u;
}

/* ---- at values ---- */

/* In which part a value lies. */
static unsigned int
part(const struct cut *c, uint32_t v)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i + 1 < c->parts; i++)
		n += v > c->split[i];
	return n;
}

static void
weigh(const struct cutter *b, const uint32_t *in, uint32_t n,
	struct interval box, struct cut *c)
{
	uint32_t count[SPLITS + 1] = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &b->rules[in[i]];
		uint64_t seen = 0; /* bit: part */

		for (uint32_t j = 0; j < rule->n[c->dim]; j++) {
			struct interval r = rule->r[c->dim][j];
			unsigned int lo, hi;

			if (r.lo > box.hi || r.hi < box.lo)
				continue;
			lo = part(c, r.lo > box.lo ? r.lo : box.lo);
			hi = part(c, r.hi < box.hi ? r.hi : box.hi);
			seen |= ((uint64_t)2 << hi) - ((uint64_t)1 << lo);
		}
		for (; seen != 0; seen &= seen - 1)
			count[__builtin_ctzll(seen)]++;
	}
	c->worst = 0;
	c->all = 0;
	for (unsigned int i = 0; i < c->parts; i++) {
		c->worst = count[i] > c->worst ? count[i] : c->worst;
		c->all += count[i];
	}
}

/* Copies are worth it when the parts become smaller by more. */
static bool
worth(const struct cutter *b, uint32_t n, const struct cut *c)
{
	return c->worst < n && c->all <= n + (uint64_t)n * c->parts / 4 + 2 &&
	       b->copies + c->all - n <= b->copies_max;
}

static void
keep_better(struct cut *best, const struct cut *c)
{
	if (best->parts == 0 || c->worst < best->worst ||
		(c->worst == best->worst && c->all < best->all))
		*best = *c;
}

static void
split_try(const struct cutter *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval box, uint32_t k, struct cut *best)
{
	unsigned int most = n > WIDTH_FROM ? SPLITS + 1 : 16;

	for (unsigned int parts = most; k > 0 && parts >= 2; parts /= 2) {
		struct cut c = {.dim = dim, .parts = k < parts ? k + 1 : parts};

		for (unsigned int i = 0; i + 1 < c.parts; i++)
			c.split[i] = k < parts ? b->ends[i]
					       : b->ends[(uint64_t)(i + 1) * k /
							 parts];
		weigh(b, in, n, box, &c);
		if (!worth(b, n, &c))
			continue;
		keep_better(best, &c);
		return;
	}
}

/* ---- in equal parts ---- */

static void
table_weigh(const struct cutter *b, const uint32_t *in, uint32_t n,
	struct interval box, struct cut *c)
{
	uint32_t *count = b->counts, here = 0;

	memset(count, 0, (c->parts + 1) * sizeof(*count));
	c->all = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &b->rules[in[i]];

		for (uint32_t j = 0; j < rule->n[c->dim]; j++) {
			struct interval r = rule->r[c->dim][j];
			uint32_t lo, hi;

			if (r.lo > box.hi || r.hi < box.lo)
				continue;
			lo = cut_at(c, r.lo);
			hi = cut_at(c, r.hi);
			count[lo]++;
			count[hi + 1]--; /* may wrap; the sum does not */
			c->all += hi - lo + 1;
		}
	}
	c->worst = 0;
	for (uint32_t i = 0; i < c->parts; i++) {
		here += count[i];
		c->worst = here > c->worst ? here : c->worst;
	}
}

/* About two parts for each range end. */
static void
table_try(const struct cutter *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval box, uint32_t k, struct cut *best)
{
	uint64_t most = (uint64_t)k * step_of(n) * 2;
	struct cut c = {.dim = dim};
	uint32_t lo, hi;

	if (k < TABLE_FROM)
		return;
	lo = b->ends[0];
	hi = b->ends[k - 1] + 1;
	if (most > CUT_TABLE)
		most = CUT_TABLE;
	for (;; c.shift++) {
		c.base = lo & ~((1u << c.shift) - 1);
		c.parts = (hi - c.base) >> c.shift;
		if (c.parts < most)
			break;
	}
	c.parts++;
	table_weigh(b, in, n, box, &c);
	if (c.worst < n && c.all <= 16 * (uint64_t)n + 4 * c.parts)
		keep_better(best, &c);
}

struct interval
cut_part(const struct cut *c, struct interval whole, uint32_t first,
	uint32_t last)
{
	struct interval v = whole;

	if (first > 0)
		v.lo = c->base + (first << c->shift);
	if (last + 1 < c->parts)
		v.hi = c->base + ((last + 1) << c->shift) - 1;
	return v;
}

void
cut_find(struct cutter *c, const uint32_t *in, uint32_t n,
	const struct box *box, struct cut *split, struct cut *table)
{
	split->parts = table->parts = 0;
	for (unsigned int i = 0; i < c->ndims; i++) {
		unsigned int d = c->dims[i];
		uint32_t k = ends_of(c, in, n, d, box->d[d]);

		split_try(c, in, n, d, box->d[d], k, split);
		table_try(c, in, n, d, box->d[d], k, table);
	}
}
