/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_shadow - which policies can never match, since an earlier one takes
 * all that they would [FL-75].
 *
 * Only single policies that cover another one are found, not several together;
 * where a wildcard address or a scheduler leaves a doubt there is no shadow.
 *
 * Threads: the control thread.
 */
#ifndef IMAGE_POLICY_SHADOW_H
#define IMAGE_POLICY_SHADOW_H

#include "image/image.h"

struct shadow_pair {
	uint32_t by, shadowed; /* places in image_spec.policies */
};

/*
 * All pairs among the policies places[0..n), which stand in this order in one
 * context. 0 and an array of the caller's (free() it), or -ENOMEM.
 */
int policy_shadows(const struct image *image, const uint32_t *places,
	uint32_t n, struct shadow_pair **ret, size_t *ret_n);

#endif /* IMAGE_POLICY_SHADOW_H */
