/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile - from the committed configuration tree to the two plain structs
 * that the packet path and the routes are built from. One file per subtree.
 *
 * Everything that only the whole configuration can tell is checked here
 * (references that the schema's own checks do not see, one zone in two routing
 * instances, an interface in two zones): all errors go to the report with path
 * and line; on any error nothing is returned.
 */
#ifndef COMPILE_COMPILE_H
#define COMPILE_COMPILE_H

#include "base/report.h"
#include "image/image_spec.h"
#include "route/route_spec.h"

struct cnode;

/*
 * Numbers that must stay the same from commit to commit: interface, virtual
 * router and zone ids, policy indices by name. Owned by the control thread;
 * NULL in compile_ids_* makes fresh numbers (commit check of a file).
 */
struct compile_ids;
struct compile_ids *compile_ids_create(void);
void compile_ids_free(struct compile_ids *ids);

/*
 * 0, and both specs owned by the caller (image_spec_free, route_spec_free), or
 * -EINVAL with at least one error in the report, or -ENOMEM. Warnings may be
 * added on success. ids is changed only on success.
 */
int compile_config(const struct cnode *root, struct compile_ids *ids,
	struct report *report, struct image_spec **ret_image,
	struct route_spec **ret_routes);

#endif /* COMPILE_COMPILE_H */
