/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conflict - two who changed the same configuration: where do their changes
 * exclude each other? [CF-76]
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_CONFLICT_H
#define CONFIG_CONFLICT_H

#include "base/report.h"
#include "config/ctree.h"

/*
 * Both mine and theirs were made from base. What both changed, but not to the
 * same, is added to the report with that severity: a leaf with two values, two
 * alternatives of a choice, a statement that one deleted and the other changed.
 * The number of such statements. The digests of all three are computed anew.
 */
unsigned int config_conflicts(struct config_tree *base,
	struct config_tree *mine, struct config_tree *theirs,
	enum report_severity severity, struct report *report);

#endif /* CONFIG_CONFLICT_H */
