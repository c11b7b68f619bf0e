/* SPDX-License-Identifier: Apache-2.0 */
/* check - what the files behind config_check() share. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include <stdbool.h>

#include "base/report.h"
#include "config/ctree.h"

struct check {
	const struct cnode *root;
	struct report *report;
	unsigned char *warned; /* one per schema node */
	bool nomem;
};

/* An error about n: "[edit PARENT]", the statement n, the message. */
void check_error(struct check *c, const struct cnode *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Are the things that n names (keys, value) configured? [CF-12] */
void check_refs(struct check *c, const struct cnode *n);

/* Rules of one hierarchy that the schema's tables cannot say. */
void check_policies(struct check *c);
void check_address_books(struct check *c);
void check_applications(struct check *c);
void check_flow(struct check *c);
void check_time_zone(struct check *c);
void check_interfaces(struct check *c);
void check_route_filters(struct check *c);

#endif /* CONFIG_CHECK_H */
