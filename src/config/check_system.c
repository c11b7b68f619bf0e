/* SPDX-License-Identifier: Apache-2.0 */
/* What the schema cannot say of values of `system`. */
#include "base/wall.h"
#include "config/check.h"

/* [CF-78] */
void
check_time_zone(struct check *c)
{
	const struct cnode *n =
		cnode_find(c->root, "system", "time-zone", NULL);

	if (n != NULL && !wall_zone_ok(cnode_value(n)))
		check_error(c, n, "unknown time zone '%s'", cnode_value(n));
}
