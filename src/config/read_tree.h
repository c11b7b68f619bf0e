/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_tree - configuration that came as elements, from XML or JSON: read into
 * a tree, or used as a filter on one.
 *
 * Elements have the schema's XML names. Attributes say what to do with them,
 * as Junos has it: delete, operation (merge, create, replace, delete, remove,
 * none), replace, inactive, active, protect, unprotect, insert (with the name
 * of a sibling), rename (with the new name). They take effect in the order of
 * the elements.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_READ_TREE_H
#define CONFIG_READ_TREE_H

#include "base/report.h"
#include "base/tree.h"
#include "config/config.h"

enum config_tree_flags {
	/* Elements without an operation only lead to others. */
	CONFIG_TREE_NONE = 1 << 0,
	/* what is without error stays, though something else is not */
	CONFIG_TREE_GO_ON = 1 << 1,
};

/*
 * Load the children of `from` into *tree, which is replaced by a new one if
 * there are no errors. 0, -EINVAL with errors in the report, -ENOMEM.
 */
int config_load_tree(struct config_tree **tree, const struct tnode *from,
	enum config_load how, unsigned int flags, struct report *report);

/*
 * What a filter selects of t, as a tree of its own. An empty element selects
 * all of its statement; leafs with text select the entries that have it; the
 * attribute recurse="false" selects keys only; what is no statement selects
 * nothing. filter NULL: everything. 0 or -ENOMEM.
 */
int config_filter(const struct config_tree *t, const struct tnode *filter,
	struct config_tree **ret);

#endif /* CONFIG_READ_TREE_H */
