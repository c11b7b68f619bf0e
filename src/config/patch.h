/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch - what `show | compare` prints, applied: `load patch`, and the changes
 * of a private candidate on what others committed meanwhile.
 */
#ifndef CONFIG_PATCH_H
#define CONFIG_PATCH_H

#include <stddef.h>

#include "config/config.h"

/*
 * Apply the patch to *tree, which is replaced by a new one if there are no
 * errors. 0, -EINVAL with errors in the report, -ENOMEM.
 */
int config_load_patch(struct config_tree **tree, const char *text, size_t len,
	struct report *report);

#endif /* CONFIG_PATCH_H */
