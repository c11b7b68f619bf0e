/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPILE_ROUTE_NAMES_H
#define COMPILE_ROUTE_NAMES_H

#include "compile/compile_impl.h"

/* "inet.0", "LAN.inet6.0": whose table is it? False if there is none. */
bool rib_name_parse(struct compile *c, const char *text, struct vr_id *ret_vr,
	enum ip_family *ret_family);

/* The policies that the leafs `name` at a node refer to, added to a list of
 * places in route_spec.policies. */
void policy_refs(struct compile *c, const struct cnode *at, const char *name,
	uint32_t **list, size_t *len);

#endif /* COMPILE_ROUTE_NAMES_H */
