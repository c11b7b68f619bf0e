/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cedit - changes to a configuration tree: the verbs set, delete, activate,
 * deactivate, protect, unprotect, insert, rename, copy and annotate, on paths
 * of words.
 */
#ifndef CONFIG_CEDIT_H
#define CONFIG_CEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/report.h"
#include "config/cpath.h"
#include "config/ctree.h"
#include "config/words.h"

struct cedit_made {
	struct cnode
		*statement; /* what a tag or comment of the text is about */
	struct cnode *last; /* where a following block goes on */
};

/*
 * Create what the steps of p name, below base (open steps are left out). With
 * made == NULL a container that stays empty is taken away again.
 * 0, -ENOMEM, or -EPERM below a protected node.
 */
int cedit_apply(struct config_tree *t, struct cnode *base,
	const struct cpath *p, unsigned int line, struct cedit_made *made);

/*
 * Find or append one node below parent; the alternatives of a choice go away.
 * Values are taken as they are. NULL on no memory.
 */
struct cnode *cedit_add(struct config_tree *t, struct cnode *parent,
	const struct schema_node *s, const char *v0, const char *v1);

/* Is n, or something that it stands in, protected? */
bool cedit_is_protected(const struct cnode *n);

/* Is n, something above it or something below it protected? Then n stays. */
bool cedit_must_stay(const struct cnode *n);

/* Take n away if only content would justify it and it has none. */
void cedit_prune_empty(struct cnode *n);

/* The node of every step; NULL where it does not exist. The caller frees. */
struct cnode **cedit_resolve(struct cnode *base, const struct cpath *p);

/*
 * Delete what the last steps of p name (an open step: all of its kind).
 * -ENOENT if nothing of it exists.
 */
int cedit_delete(struct cnode *base, const struct cpath *p);

/* One line of the set form. */
struct cedit {
	struct config_tree *tree;
	struct report *report;
	unsigned int line;          /* for the report; 0: interactive */
	unsigned int flags;         /* CPATH_ABBREV or 0 */
	const struct cword *prefix; /* words of the current `edit` path */
	size_t n_prefix;
	struct cpath path;    /* scratch; cedit_done() frees it */
	struct wordvec words; /* scratch */
	/*
	 * After an error: index of the offending word of the line (n: behind
	 * the last one). The report has the message.
	 */
	unsigned int error_word;
};

/*
 * words[0] is the verb. 0, or -EINVAL with an error in the report, or -ENOMEM.
 * Deleting what does not exist is a warning and 0.
 */
int cedit_command(struct cedit *e, const struct cword *words, size_t n);
void cedit_done(struct cedit *e);

/* Is word (or an unambiguous prefix, with CPATH_ABBREV) one of the verbs? */
bool cedit_is_verb(const char *word, unsigned int flags);

#endif /* CONFIG_CEDIT_H */
