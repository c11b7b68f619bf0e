/* SPDX-License-Identifier: Apache-2.0 */
/* How an image keeps `security nat`; only image/ includes this. */
#ifndef IMAGE_NAT_IMPL_H
#define IMAGE_NAT_IMPL_H

#include "image/image_impl.h"
#include "image/nat_match.h"

/* What a rule asks of a packet. Empty lists match everything. */
struct nat_test {
	const struct nat_rule_spec *spec;
	struct range_list src, dst; /* any4, any6: when nothing is asked */
	const struct nat_ports *sports, *dports;
	size_t nsports, ndports;
	struct app_match *apps;
	uint32_t napps;
	struct nat_ports mapped; /* of reverse rules: where dports points */
};

/* Trees of a rule set: by the families of source and destination. */
enum { NAT_TREE_44, NAT_TREE_66, NAT_TREE_46, NAT_TREE_64, NAT_TREES };

struct nat_set {
	struct policy_tree tree[NAT_TREES];
};

/* One pair of ends, and the rule set that has it. */
struct nat_context {
	uint64_t key;
	uint32_t set;
	uint32_t next; /* chain; UINT32_MAX ends */
};

/* All rule sets of a kind; of static rules there are two: for packets that come
 * in and, with the inside as destination, for those that leave. */
struct nat_side {
	struct nat_test *tests; /* as nat_spec.rules */
	size_t ntests;
	struct nat_set *sets; /* as nat_spec.sets */
	size_t nsets;
	struct nat_context *contexts;
	uint32_t ncontexts;
	uint32_t *hash; /* size is a power of two */
	uint32_t mask;
	uint32_t kinds; /* bit from * 4 + to: some rule set has such ends */
	bool reverse;   /* the way out, of static rules */
};

struct nat_index {
	struct nat_side forward[NAT_KINDS];
	struct nat_side reverse; /* of static rules */
	const struct nat_rule_spec **rule_by_id[NAT_KINDS];
	uint32_t nrule_by_id[NAT_KINDS];
	const struct nat_pool_spec **pool_by_id;
	uint32_t npool_by_id;
};

static inline uint64_t
nat_context_key(
	enum nat_end_kind fk, uint32_t from, enum nat_end_kind tk, uint32_t to)
{
	return (uint64_t)fk << 34 | (uint64_t)tk << 32 | from << 16 | to;
}

static inline bool
nat_has_ports(uint8_t protocol)
{
	return protocol == IPP_TCP || protocol == IPP_UDP ||
	       protocol == IPP_SCTP;
}

static inline uint32_t
nat_context_hash(uint64_t key)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32);
}

/* 0, -EINVAL, -ENOMEM. No rules and pools: NULL. */
int nat_index_build(const struct image_spec *spec, struct nat_index **ret);
void nat_index_free(struct nat_index *index); /* NULL is fine */

#endif /* IMAGE_NAT_IMPL_H */
