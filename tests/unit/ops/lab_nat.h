/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab_nat - the lab with NAT of all kinds, from configuration text, and
 * stand-ins for what the workers count.
 */
#ifndef TEST_OPS_LAB_NAT_H
#define TEST_OPS_LAB_NAT_H

#include "lab.h"
#include "nat/nat_read.h"

struct lab_nat_fake {
	unsigned int cleared_rules, cleared_pools;
	uint32_t last_rule, last_pool;
	struct nat_binding_filter last_filter;
};

extern struct lab_nat_fake lab_nat_fake;

int lab_nat_setup(void **state); /* cmocka group fixtures */
int lab_nat_teardown(void **state);

#endif /* TEST_OPS_LAB_NAT_H */
