/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidate - the store of configurations: the committed one, the candidate
 * that is edited, and the 49 that were committed before.
 *
 * A commit checks the candidate, lets the owner's apply() put it in force, and
 * only then makes it the committed one; if anything refuses, nothing has
 * changed. With a place (the path of a file, or a directory and then
 * `vrflow.conf` in it), the committed text is there and the earlier ones behind
 * it in `.1` to `.49`; the first is never missing and never half written.
 * Without a place everything is lost at the end.
 *
 * Time is an input (seconds since 1970), so that tests need no clock.
 * Threads: the control thread.
 */
#ifndef CONFIG_CANDIDATE_H
#define CONFIG_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/wall.h"
#include "config/config.h"

#define CONFIG_ROLLBACKS       50u /* 0 is the committed one */
#define CONFIG_CONFIRM_DEFAULT 10u /* minutes */
#define CONFIG_CONFIRM_MAX     65535u

struct config_store;

struct config_store_ops {
	/* Put root in force: 0, or a negative error with the report filled. */
	int (*apply)(void *ctx, const struct cnode *root, struct report *);
	/* Only find out whether apply would refuse; NULL: not asked. */
	int (*check)(void *ctx, const struct cnode *root, struct report *);
	/* A commit has ended, well (0) or not; it has begun with the checks.
	 * May be NULL. */
	void (*done)(void *ctx, int rc, const struct report *);
	void *ctx;
};

struct commit_info {
	int64_t time; /* 0: not known */
	char user[64];
	char client[32]; /* "cli", "netconf", "other" */
	char comment[256];
};

/* What a commit is told; the texts may be NULL. */
struct commit_request {
	int64_t now;
	const char *user, *client, *comment;
	unsigned int confirm_minutes; /* 0: not `commit confirmed` */
	unsigned int confirm_seconds; /* the same, where a client counts so */
};

/*
 * Open the store and read what dir holds; apply() is not called. dir may be
 * NULL. On a broken file: -EINVAL, the report says file and line, *ret is
 * untouched. -errno if dir cannot be used.
 */
int config_store_open(const char *dir, const struct config_store_ops *ops,
	struct config_store **ret, struct report *report);
void config_store_close(struct config_store *s); /* NULL is fine */

/*
 * Put the committed configuration in force (after a start), or what has waited
 * for that: if that is refused, the report has why, as warnings.
 */
int config_store_boot(struct config_store *s, struct report *report);

const struct config_tree *config_store_committed(const struct config_store *s);

/*
 * The same two as they take effect, with what they inherit [CF-60]: what
 * compile/ and the operational commands look at. The candidate's is good until
 * the next call, and NULL when it cannot be made; the report says why.
 */
const struct config_tree *config_store_effective(const struct config_store *s);
const struct config_tree *config_store_candidate_effective(
	struct config_store *s, struct report *report);

/*
 * The candidate, to be edited by cedit_command(). While it is what was
 * committed there is one tree for both; this call makes the second. NULL: out
 * of memory.
 */
struct config_tree *config_store_candidate(struct config_store *s);

/* The candidate, only to be read, until the next call that changes it. */
const struct config_tree *config_store_candidate_read(
	const struct config_store *s);

/* Do candidate and committed differ? */
bool config_store_changed(const struct config_store *s);

/* Load text into the candidate; see config_load(). */
int config_store_load(struct config_store *s, const char *text, size_t len,
	enum config_load how, struct report *report);

/*
 * Exchange the candidate with *t: for changes that are not text, and for
 * private candidates. *t NULL takes it out (*t stays NULL when memory is out):
 * put one back before the next call. What comes out is NULL when the candidate
 * is what was committed; putting that back says the same.
 */
void config_store_swap(struct config_store *s, struct config_tree **t);

/* commit check. Confirms a pending commit, as Junos does [CF-22]. */
int config_store_check(struct config_store *s, struct report *report);

/* commit; 0, -EINVAL with the reasons in the report, -ENOMEM. */
int config_store_commit(struct config_store *s,
	const struct commit_request *request, struct report *report);

/* Seconds until an unconfirmed commit is rolled back; -1: none is pending. */
int64_t config_store_pending(const struct config_store *s, int64_t now);

/*
 * To be called now and then: rolls an unconfirmed commit back when its time is
 * up. True if it did (the report then says how that went).
 */
bool config_store_poll(
	struct config_store *s, int64_t now, struct report *report);

/* The same at once; false: no commit waits to be confirmed. */
bool config_store_cancel(
	struct config_store *s, int64_t now, struct report *report);

/*
 * Put the committed configuration in force anew if other groups apply now than
 * when that was done last [CF-66]; true if so, *ret says how it went. If it
 * fails, what was in force stays.
 */
bool config_store_when_poll(
	struct config_store *s, int64_t now, struct report *report, int *ret);
/* Seconds until that should be asked again; -1: never. */
int64_t config_store_when_next(const struct config_store *s, int64_t now);

/* How many configurations there are, the committed one included. */
unsigned int config_store_history(const struct config_store *s);

/* When, by whom; NULL if there is no such one. */
const struct commit_info *config_store_info(
	const struct config_store *s, unsigned int n);

/* Configuration n as a tree of the caller's. -ENOENT if there is none. */
int config_store_tree(struct config_store *s, unsigned int n,
	struct config_tree **ret, struct report *report);

/* rollback n: it becomes the candidate; 0 throws the changes away. */
int config_store_rollback(
	struct config_store *s, unsigned int n, struct report *report);

/* --- the rescue configuration (rescue.c) [CF-71] --- */

/* Keep the committed configuration as the rescue configuration. */
int config_store_rescue_save(struct config_store *s, struct report *report);
/* -ENOENT if there is none. */
int config_store_rescue_delete(struct config_store *s, struct report *report);
/* It, as a tree of the caller's; when it was committed in *info. */
int config_store_rescue(struct config_store *s, struct config_tree **ret,
	struct commit_info *info, struct report *report);
/* It becomes the candidate. */
int config_store_rollback_rescue(struct config_store *s, struct report *report);

/* --- commit at (commit_at.c) [CF-72] --- */

/* The time of `commit at reboot`. */
#define CONFIG_AT_REBOOT INT64_MAX

/* "reboot", "23:30", "23:30:15" (the next one) or "2026-01-01 23:30[:15]",
 * local; -1. */
int64_t config_time_parse(const char *text, int64_t now);

/* When, as it is shown. */
void config_at_text(int64_t when, char buf[WALL_TEXT_MAX]);

/*
 * Check the candidate and commit it at that time, unless told otherwise. What
 * waits for a reboot is kept beside the committed configuration (.reboot), and
 * config_store_boot() commits it; what waits for an hour ends with the program.
 */
int config_store_commit_at(struct config_store *s, int64_t when,
	const struct commit_request *request, struct report *report);
/* Who asked for it; NULL: nothing is to be committed later. */
const struct commit_info *config_store_at(
	const struct config_store *s, int64_t *when);
/* False: there was nothing to forget. */
bool config_store_at_clear(struct config_store *s);
/* Do it if it is time; true if so, *ret says how it went. */
bool config_store_at_poll(
	struct config_store *s, int64_t now, struct report *report, int *ret);

/* "2026-01-01 10:00:00 UTC", or of the box's time zone [CF-78]. */
void config_time_text(int64_t t, char buf[WALL_TEXT_MAX]);

/* The tree as it is stored: the header of info (or NULL), then curly text. */
void config_text(const struct config_tree *t, const struct commit_info *info,
	struct sbuf *out);

#endif /* CONFIG_CANDIDATE_H */
