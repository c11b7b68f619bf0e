/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the commit's impact share. */
#ifndef EXPLAIN_IMPACT_IMPL_H
#define EXPLAIN_IMPACT_IMPL_H

#include "explain/explain_impl.h"

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

enum kind { KEPT, REROUTED, REMATCHED, DROPPED, KINDS };

/* Sessions to which the same happens for the same reason. */
struct group {
	enum kind kind;
	char reason[320];
	uint64_t count;
	struct tnode *node;
	unsigned int examples;
};

struct impact {
	const struct explain_env *env;
	struct explain_world old_world, new_world;
	struct route_view *new_view;
	struct changes changes;
	struct group *groups;
	unsigned int ngroups, examples;
	uint64_t total, other, kinds[KINDS];
	struct tnode *root;
};

/* What is known of one session's fate, and where to look for the reason. */
struct fate {
	enum kind kind;
	char reason[320];
	/* of the policies before and after, interface, destination */
	uint32_t policy[2];
	struct ifl_id ifl;
	bool routing;
	struct ip_addr dst;
};

/* impact_lines.c: the statements that are about this fate, below node. */
void impact_lines(
	const struct impact *im, const struct fate *f, struct tnode *node);

#endif /* EXPLAIN_IMPACT_IMPL_H */
