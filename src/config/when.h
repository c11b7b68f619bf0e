/* SPDX-License-Identifier: Apache-2.0 */
/*
 * when - the conditions of groups: does a group apply on this box now? [CF-66]
 *
 * Times are those of the box's time zone. Threads: the control thread.
 */
#ifndef CONFIG_WHEN_H
#define CONFIG_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "config/cnode.h"

/*
 * Do all conditions of the group hold? 1, 0; -EINVAL: *ret_bad is the
 * statement whose time is none.
 */
int when_holds(const struct cnode *root, const struct cnode *group, int64_t now,
	const struct cnode **ret_bad);

/* Is there a group that is for hours? */
bool when_timed(const struct cnode *root);

/* Does another set of groups apply at one time than at the other? */
bool when_differs(const struct cnode *root, int64_t a, int64_t b);

#endif /* CONFIG_WHEN_H */
