/* SPDX-License-Identifier: Apache-2.0 */
/* conf_impl - what the files of configuration mode share. */
#ifndef MGMT_CONF_IMPL_H
#define MGMT_CONF_IMPL_H

#include "base/report.h"
#include "mgmt/conf_path.h"
#include "mgmt/session.h"

/* What a verb has to work on: words[from..to), a pipe may follow at to. */
struct conf_line {
	struct session *s;
	const struct cmdline *w;
	size_t verb, from, to;
	unsigned int end;   /* column behind words[to - 1] */
	const char *prefix; /* edit path that counts: "" after `top` */
};

typedef void conf_verb_fn(const struct conf_line *l);

conf_verb_fn conf_show, conf_load, conf_save, conf_rollback, conf_commit,
	conf_edit, conf_change, conf_wildcard, conf_status, conf_up, conf_top,
	conf_exit, conf_quit, conf_run, conf_update, conf_help, conf_replace,
	conf_wildcard_range;

struct conf_verb {
	const char *word, *help;
	conf_verb_fn *run;
	bool takes_path; /* completes as a path of the configuration */
	bool pipes;      /* output may be piped */
};

extern const struct conf_verb conf_verbs[];

/* Append what the report says as messages; errors make the request fail. */
void conf_report(struct session *s, const struct report *r);

/* The same in the layout of a failed commit. */
void conf_report_commit(struct session *s, const struct report *r);

/* What a candidate is compared with, and to: text of `compare`. */
void conf_print_compare(struct session *s, const struct config_tree *old,
	const struct config_tree *new_tree);

/* `| compare` of the place that cw names in now, as s->pipes says. */
void conf_compare_place(struct session *s, const struct config_tree *now,
	const struct conf_words *cw);

/* Print a place of a tree in the form of s->pipes. */
void conf_print_place(struct session *s, const struct config_tree *tree,
	const struct conf_words *cw, bool committed);

/* What is below n, with what it means. */
void conf_print_detail(
	const struct cnode *n, unsigned int level, struct sbuf *out);

/* The junos: attributes of the top element, in the form of s->pipes. */
void conf_top_attributes(
	const struct session *s, bool committed, struct sbuf *out);

/* "## Last commit: ..." above a whole configuration. */
void conf_print_header(
	const struct session *s, bool committed, struct sbuf *out);

/* The edit path one statement up. */
void conf_one_up(struct sbuf *path);

/* Go to configuration mode's door: after the question, if there was one. */
void conf_leave(struct session *s);

/* configure private: conf_private.c. False after an error. */
bool conf_private_enter(struct session *s);
/* The session's candidate takes the place of the shared one, and back. */
bool conf_private_begin(struct session *s);
void conf_private_end(struct session *s, bool was);
bool conf_private_changed(struct session *s);

/* After a change: was it allowed? before is of access_guard(). */
void conf_settle(struct session *s, struct config_tree *before);

/* Refuse when another user has locked the configuration. True if so. */
bool conf_locked(struct session *s);

/* No words may follow; false after an error. */
bool conf_no_more(const struct conf_line *l, size_t at);

/* Abbreviation of full at word i (which may lie behind the end)? */
bool conf_word(const struct conf_line *l, size_t i, const char *full);

/* A number in min..max at word i; -1 after an error. */
long conf_number(const struct conf_line *l, size_t i, long min, long max);

/* Column of word i, or behind the last word. */
unsigned int conf_column(const struct conf_line *l, size_t i);

const struct conf_verb *conf_find_verb(const struct cmdword *w);
void conf_commit_options(struct completion *c);

/* `commit check impact`: an operational command that lives here. */
bool conf_commit_is_impact(const struct conf_line *l);

void conf_missing(const struct conf_line *l);
void conf_syntax(const struct conf_line *l, size_t i);

#endif /* MGMT_CONF_IMPL_H */
