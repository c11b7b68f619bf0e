/* SPDX-License-Identifier: Apache-2.0 */
/* policy_tree - one security policy as elements, for all commands [OP-31]. */
#ifndef OPS_POLICY_TREE_H
#define OPS_POLICY_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct image;
struct ops_request;
struct policy_spec;
struct tnode;

/*
 * Append policy-information. sequence counts from 1 in its context. With
 * detail: addresses and applications in full, and counters.
 */
void policy_tree_add(struct ops_request *rq, struct tnode *parent,
	const struct image *image, const struct policy_spec *policy,
	unsigned int sequence, bool detail);

/* source-zone-name and destination-zone-name, or global-context. */
void policy_tree_context(struct tnode *parent, const struct image *image,
	const struct policy_spec *policy);

const char *policy_action_text(unsigned int action); /* "permit" */

/* Place of a policy in its context, from 1. */
unsigned int policy_sequence(const struct image *image, uint32_t place);

/* Do two policies stand in the same context? */
bool policy_same_context(
	const struct policy_spec *a, const struct policy_spec *b);

#endif /* OPS_POLICY_TREE_H */
