/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inherit - the effective configuration: what `groups` hold is put where
 * `apply-groups` asks for it, and `apply-path` becomes prefixes.
 *
 * The candidate and the committed configuration keep what the user wrote;
 * checks, compile/ and the operational commands see the effective one.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_INHERIT_H
#define CONFIG_INHERIT_H

#include <stdbool.h>

#include "base/report.h"
#include "config/ctree.h"

enum inherit_flags {
	/* To be shown: inactive statements, groups and comments stay. */
	INHERIT_SHOW = 1 << 0,
	/* The names of the groups are not noted. */
	INHERIT_NO_COMMENTS = 1 << 1,
	/* Groups and where they apply are not shown. */
	INHERIT_NO_GROUPS = 1 << 2,
	/* What everybody has without writing it, as group junos-defaults. */
	INHERIT_DEFAULTS = 1 << 3,
	/* In curly text the group's name takes one line, or stands behind. */
	INHERIT_BRIEF = 1 << 4,
	INHERIT_TERSE = 1 << 5,
};

/* The group that everybody has [CF-67]. */
#define INHERIT_DEFAULT_GROUP "junos-defaults"

/* What it holds, NULL on no memory. Kept until the end of the program. */
const struct config_tree *config_defaults(void);

/*
 * *ret is a new tree of the caller's, or NULL when t inherits nothing and so is
 * its own effective configuration. 0; -EINVAL: a group is missing or applies
 * itself, the report says where; -ENOMEM.
 *
 * What is inherited has CNODE_INHERITED, the group's name as its comment and
 * the line of the group's statement [CF-65].
 */
int config_inherit(const struct config_tree *t, unsigned int flags,
	struct config_tree **ret, struct report *report);

/* The same at another time than now: groups may be for hours [CF-66]. */
int config_inherit_at(const struct config_tree *t, unsigned int flags,
	int64_t now, struct config_tree **ret, struct report *report);

/* Replace *t by its effective configuration: for who keeps no candidate. */
int config_effective(struct config_tree **t, struct report *report);

/* Put what interface-range holds into its members. 0, -EINVAL, -ENOMEM. */
int config_interface_ranges(
	struct config_tree *t, unsigned int flags, struct report *report);
bool config_has_ranges(const struct config_tree *t);

/* Expand the apply-path statements of t, which is changed. 0 or -ENOMEM. */
int config_apply_paths(struct config_tree *t, bool show);

#endif /* CONFIG_INHERIT_H */
