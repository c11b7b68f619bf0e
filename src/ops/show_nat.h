/* SPDX-License-Identifier: Apache-2.0 */
/* show_nat - what the files of show security nat share. */
#ifndef OPS_SHOW_NAT_H
#define OPS_SHOW_NAT_H

#include "image/image.h"

struct tnode;

/* "default" for the master instance. */
const char *nat_vr_name(const struct image *image, struct vr_id vr);

/* "zone", "interface", "routing instance"; names joined by blanks. */
const char *nat_end_kind_name(const struct nat_end_spec *end);
void nat_end_names(const struct image *image, const struct nat_end_spec *end,
	struct tnode *parent, const char *element);

/* "interface", "off", the pool's name; of static rules the kind. */
const char *nat_action_name(
	const struct nat_spec *nat, const struct nat_rule_spec *r);

/* Addresses of a range, a pool; UINT64_MAX for more. */
uint64_t nat_range_addresses(const struct addr_range *r);
uint64_t nat_pool_addresses(const struct nat_pool_spec *p);

/* Does the pool translate ports? */
bool nat_pool_ports(const struct nat_pool_spec *p);

/* "any-remote-host" ...; "N/A". */
const char *nat_permit_name(enum nat_persistent permit);

/* The argument that names one thing or "all": NULL for all. */
struct ops_request;
const char *nat_arg_name(const struct ops_request *rq, const char *element);

#endif /* OPS_SHOW_NAT_H */
