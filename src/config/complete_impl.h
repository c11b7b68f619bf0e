/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_COMPLETE_IMPL_H
#define CONFIG_COMPLETE_IMPL_H

#include "config/complete.h"

struct complete {
	struct candidates *ret;
	struct cpath path;
	const struct cnode *root;
	const struct cnode *node; /* the path's container; NULL: not there */
	const char *partial;
	unsigned int flags;
};

struct candidate *candidate_add(
	struct complete *c, const char *word, const char *help, char mark);

/* A word of the configuration, if it begins with what was typed. */
void candidate_value(struct complete *c, const char *value, const char *help);

/* Everything that a reference of this kind may name. */
void complete_refs(struct complete *c, const char *ref);

#endif /* CONFIG_COMPLETE_IMPL_H */
