/* SPDX-License-Identifier: Apache-2.0 */
/* candidate_impl - the store as its own files see it. */
#ifndef CONFIG_CANDIDATE_IMPL_H
#define CONFIG_CANDIDATE_IMPL_H

#include "config/candidate.h"

struct rollback {
	struct commit_info info;
	char *text; /* only without a directory; NULL for the committed one */
};

struct config_store {
	char *dir; /* where it is stored: a directory or the file; or NULL */
	struct config_store_ops ops;
	struct config_tree *committed;
	struct config_tree *candidate; /* NULL: is what was committed */
	struct config_tree *effective; /* NULL: the committed one as it is */
	struct config_tree *scratch;   /* the candidate's, or NULL */
	int64_t effective_at; /* when it was made: groups may be for hours */
	struct config_tree *unconfirmed_base; /* what a time-out returns to */
	int64_t deadline;
	bool lines; /* the candidate's line numbers are those of one text */
	bool committed_once; /* else the committed one is the empty start */
	unsigned int n_history;
	struct rollback history[CONFIG_ROLLBACKS];
	char *rescue; /* only without a directory; or NULL */
	int64_t at;   /* when the candidate shall be committed; 0 */
	struct commit_info at_info; /* by whom */
};

/* Read a configuration that was stored; -ENOENT without a word. */
int store_load(const char *path, struct config_tree **ret,
	struct commit_info *info, struct report *report);

/* What has waited for a reboot, and no longer does; -ENOENT: nothing has. */
int store_reboot_take(struct config_store *s, struct config_tree **ret,
	struct commit_info *info, struct report *report);

/* Make t, which then is the store's, the candidate. */
void store_set_candidate(struct config_store *s, struct config_tree *t);

/* Who asks, and when, as it is remembered. */
void store_make_info(const struct commit_request *r, struct commit_info *info);

#endif /* CONFIG_CANDIDATE_IMPL_H */
