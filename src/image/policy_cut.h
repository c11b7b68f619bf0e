/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_cut - where a list of policies is best cut in two or more. A part of
 * the space is a box: an interval in every dimension. Only policy_tree.c
 * includes this.
 */
#ifndef IMAGE_POLICY_CUT_H
#define IMAGE_POLICY_CUT_H

#include "image/policy_rule.h"

#define SPLITS 31u /* of the widest node */

struct box {
	struct interval d[TREE_DIMS];
};

struct cutter {
	struct rule *rules;
	size_t nrules;
	uint64_t copies, copies_max; /* entries beyond one a policy */
	uint32_t *ends;              /* CUT_SAMPLES */
	uint32_t *counts;            /* CUT_TABLE + 2 */
	unsigned int dims[TREE_DIMS], ndims;
};

#define CUT_SAMPLES 2048u  /* range ends looked at to find the cuts */
#define CUT_TABLE   65536u /* parts of a table */

struct cut {
	unsigned int dim;
	uint32_t parts;         /* 0: there is none */
	uint32_t split[SPLITS]; /* last values of all parts but one */
	uint32_t base, shift;   /* of a table */
	uint32_t worst;         /* rules in the largest part */
	uint64_t all;           /* in all parts */
};

/* in[0..n) are places in rules[], in their order. The cut whose largest part
 * keeps the fewest, if that is worth the copies of those that lie in several:
 * at values, and in equal parts. */
void cut_find(struct cutter *c, const uint32_t *in, uint32_t n,
	const struct box *box, struct cut *split, struct cut *table);

/* Part i of a table, of a box whose dimension is whole. */
struct interval cut_part(const struct cut *c, struct interval whole,
	uint32_t first, uint32_t last);

/* Of a table: in which part values lie. */
static inline uint32_t
cut_at(const struct cut *c, uint32_t v)
{
	uint32_t part = v < c->base ? 0 : (v - c->base) >> c->shift;

	return part < c->parts ? part : c->parts - 1;
}

bool rule_touches(const struct rule *r, unsigned int dim, struct interval v);
bool rule_covers(
	const struct cutter *c, const struct rule *r, const struct box *box);

#endif /* IMAGE_POLICY_CUT_H */
