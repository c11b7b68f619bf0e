/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_rule - one policy as intervals in the dimensions of the tree, while
 * that is built [FL-74]. What intervals cannot say makes them wider, never
 * narrower.
 */
#ifndef IMAGE_POLICY_RULE_H
#define IMAGE_POLICY_RULE_H

#include "image/image_impl.h"

struct interval {
	uint32_t lo, hi;
};

/* What one policy needs in each dimension. n = 0: nothing matches. */
struct rule {
	struct interval *r[TREE_DIMS];
	uint32_t n[TREE_DIMS];
	const struct policy *policy;
	bool exact; /* the dimensions say all: no exclusion, source port ... */
};

/* false: out of memory; rule_done() is due in any case. */
bool rule_init(struct rule *rule, bool v4, const struct policy *p);
void rule_done(struct rule *rule);

/* Part i of four of an IPv6 address. */
static inline uint32_t
address_part(const uint8_t *b, unsigned int i)
{
	return (uint32_t)b[4 * i] << 24 | (uint32_t)b[4 * i + 1] << 16 |
	       (uint32_t)b[4 * i + 2] << 8 | b[4 * i + 3];
}

#endif /* IMAGE_POLICY_RULE_H */
