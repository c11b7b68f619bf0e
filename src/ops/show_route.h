/* SPDX-License-Identifier: Apache-2.0 */
/* show_route - what the commands about routes share. */
#ifndef OPS_SHOW_ROUTE_H
#define OPS_SHOW_ROUTE_H

#include <stdbool.h>

#include "route/route_rib.h"

struct image;
struct ops_request;
struct tnode;

/* A route-table element with the table's name and counts. */
struct tnode *show_route_table(
	struct tnode *root, const struct route_table *table);

/* Does the argument `table` (a table's or an instance's name) allow it? */
bool show_route_table_wanted(struct ops_request *rq, const struct image *image,
	const struct route_table_info *info);

#endif /* OPS_SHOW_ROUTE_H */
