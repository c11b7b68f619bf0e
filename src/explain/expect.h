/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expect - the statements of `security expect` [EX-20]: what must become of a
 * packet and of its reply. Each is a dry run; what it finds is compared with
 * what the statement says.
 *
 * Threads: the control thread.
 */
#ifndef EXPLAIN_EXPECT_H
#define EXPLAIN_EXPECT_H

#include <stdbool.h>

#include "base/report.h"

struct cnode;
struct image;
struct route_db;

/* Is there any such statement? */
bool expectations_any(const struct cnode *root);

/*
 * Evaluate all of them on this configuration and what was made of it. Each
 * that does not hold is an entry of this severity at its line; returns how
 * many, or -ENOMEM.
 */
int expectations_check(const struct cnode *root, const struct image *image,
	struct route_db *routes, enum report_severity severity,
	struct report *report);

#endif /* EXPLAIN_EXPECT_H */
