/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the commit's impact share. */
#ifndef EXPLAIN_IMPACT_IMPL_H
#define EXPLAIN_IMPACT_IMPL_H

#include "base/sbuf.h"
#include "config/cnode.h"

/* One statement that the commit adds, changes or takes away. */
struct change {
	char *line; /* "set ..." or "delete ..."; owned */
};

struct changes {
	struct change *list;
	size_t n;
};

/* What makes old into new_root; the shortest paths that say it. 0, -ENOMEM. */
int changes_make(const struct cnode *old, const struct cnode *new_root,
	struct changes *ret);
void changes_done(struct changes *c);

/* The path of a change, without its verb. */
const char *change_path(const struct change *c);

/* Does one of the two paths lie in the other? Whole words only. */
bool path_related(const char *a, const char *b);

#endif /* EXPLAIN_IMPACT_IMPL_H */
