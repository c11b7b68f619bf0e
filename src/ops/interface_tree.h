/* SPDX-License-Identifier: Apache-2.0 */
/* interface_tree - the logical part of `show interfaces`. */
#ifndef OPS_INTERFACE_TREE_H
#define OPS_INTERFACE_TREE_H

#include "image/image.h"
#include "ops/ops.h"

enum interface_level { /* ascending: how much is shown */
	INTERFACE_TERSE,
	INTERFACE_DESCRIPTIONS,
	INTERFACE_BRIEF,
	INTERFACE_NORMAL,
	INTERFACE_DETAIL,
	INTERFACE_EXTENSIVE
};

struct interface_walk {
	struct ops_request *rq;
	const struct image *image;
	const struct image_spec *spec;
	enum interface_level level;
	const struct vr_spec *vr; /* only of this one; NULL: all */
	bool by_zone;
	struct zone_id zone;
	struct tnode *root;
	unsigned int n; /* interfaces in this part */
};

bool interface_link_up(const struct ops_env *env, const struct image_spec *spec,
	unsigned int ifd);

bool interface_ifl_wanted(
	const struct interface_walk *w, const struct ifl_spec *ifl);

void interface_add_logical(struct interface_walk *w, struct tnode *parent,
	const struct ifl_spec *ifl);

#endif /* OPS_INTERFACE_TREE_H */
