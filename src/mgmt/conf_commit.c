/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit, and the list of commits.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"
#include "mgmt/rpc_impl.h"

struct commit_words {
	bool check, and_quit;
	int64_t at; /* 0: now */
	unsigned int confirm_minutes;
	const char *comment;
};

static const struct {
	const char *word, *help;
} options[] = {
	{"at", "Time at which to activate configuration changes"},
	{"and-quit", "Quit configuration mode if commit succeeds"},
	{"check", "Check correctness of syntax; do not apply changes"},
	{"comment", "Message to write to commit log"},
	{"confirmed", "Automatically rollback if not confirmed"},
	{"force", "Synchronize also when there are changes on the other"},
	{"full", "Apply all changes"},
	{"no-synchronize", "Don't synchronize commit"},
	{"peers-synchronize", "Synchronize commit on remote peers"},
	{"synchronize", "Synchronize commit on both Routing Engines"},
};
#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

void
conf_commit_options(struct completion *c)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		completion_word(c, options[i].word, options[i].help);
}

static const char *
option_at(const struct conf_line *l, size_t i)
{
	const char *hit = NULL;

	for (size_t k = 0; k < N_OPTIONS; k++) {
		if (cmdword_is(&l->w->w[i], options[k].word))
			return options[k].word;
		if (!conf_word(l, i, options[k].word))
			continue;
		if (hit != NULL) {
			session_error(l->s, (int)conf_column(l, i),
				"'%s' is ambiguous.", l->w->w[i].text);
			return NULL;
		}
		hit = options[k].word;
	}
	if (hit == NULL)
		conf_syntax(l, i);
	return hit;
}

bool
conf_commit_is_impact(const struct conf_line *l)
{
	return l->to - l->from >= 2 && conf_word(l, l->from, "check") &&
	       conf_word(l, l->from + 1, "impact") &&
	       strlen(l->w->w[l->from + 1].text) >= 2;
}

/* "at 23:30", "at 2026-01-01 23:30", "at \"2026-01-01 23:30\"" */
static bool
read_time(const struct conf_line *l, size_t *i, struct commit_words *c)
{
	int64_t now = (int64_t)time(NULL);
	char text[64];

	if (++*i >= l->to) {
		conf_missing(l);
		return false;
	}
	snprintf(text, sizeof(text), "%s", l->w->w[*i].text);
	if (strchr(text, '-') != NULL && strchr(text, ':') == NULL &&
		*i + 1 < l->to) {
		snprintf(text, sizeof(text), "%s %s", l->w->w[*i].text,
			l->w->w[*i + 1].text);
		++*i;
	}
	c->at = config_time_parse(text, now);
	if (c->at >= 0)
		return true;
	session_error(
		l->s, (int)conf_column(l, *i), "invalid time: '%s'", text);
	return false;
}

/* False after an error. */
static bool
read_words(const struct conf_line *l, struct commit_words *c)
{
	for (size_t i = l->from; i < l->to; i++) {
		const char *o = option_at(l, i);
		long n = CONFIG_CONFIRM_DEFAULT;

		if (o == NULL)
			return false;
		if (strcmp(o, "check") == 0) {
			c->check = true;
		} else if (strcmp(o, "and-quit") == 0) {
			c->and_quit = true;
		} else if (strcmp(o, "at") == 0) {
			if (!read_time(l, &i, c))
				return false;
		} else if (strcmp(o, "comment") == 0) {
			if (++i >= l->to) {
				conf_missing(l);
				return false;
			}
			c->comment = l->w->w[i].text;
		} else if (strcmp(o, "confirmed") == 0) {
			if (i + 1 < l->to && l->w->w[i + 1].text[0] >= '0' &&
				l->w->w[i + 1].text[0] <= '9')
				n = conf_number(l, ++i, 1, CONFIG_CONFIRM_MAX);
			if (n < 0)
				return false;
			c->confirm_minutes = (unsigned int)n;
		}
	}
	return true;
}

void
conf_report_commit(struct session *s, const struct report *r)
{
	struct report part;
	struct sbuf text = SBUF_INIT;

	for (size_t i = 0; i < r->n; i++) {
		const struct report_entry *e = &r->entries[i];

		/* Lines are those of no text that the user has. */
		part = (struct report){.entries = &r->entries[i], .n = 1};
		r->entries[i].line = 0;
		sbuf_reset(&text);
		report_text(&part, &text);
		while (text.len > 0 && text.data[text.len - 1] == '\n')
			text.data[--text.len] = '\0';
		if (e->severity == REPORT_ERROR)
			session_error(s, NO_COLUMN, "%s", sbuf_text(&text));
		else
			session_warning(s, "%s", sbuf_text(&text));
	}
	sbuf_done(&text);
}

/* What is to be committed: the shared candidate or the private one. */
static int
commit_candidate(
	struct session *s, const struct commit_request *q, struct report *r)
{
	if (s->private_mode)
		return rpc_private_commit(s, q, r);
	return q != NULL ? config_store_commit(s->env->config, q, r)
			 : config_store_check(s->env->config, r);
}

static void
check_only(struct session *s)
{
	struct report r = REPORT_INIT;
	int rc = commit_candidate(s, NULL, &r);

	conf_report_commit(s, &r);
	if (rc == 0)
		session_print(s, "configuration check succeeds\n");
	else
		session_error(s, NO_COLUMN,
			rc == -ENOMEM
				? "error: out of memory"
				: "error: configuration check-out failed");
	report_done(&r);
}

static void
commit_later(struct session *s, const struct commit_words *c)
{
	struct report r = REPORT_INIT;
	struct commit_request q = {.now = time(NULL),
		.user = s->user,
		.client = "cli",
		.comment = c->comment};
	char when[32];

	if (s->private_mode || c->confirm_minutes > 0 || c->check) {
		session_error(s, NO_COLUMN,
			"error: commit at: not in a private database, and "
			"neither check nor confirmed");
		return;
	}
	if (config_store_commit_at(s->env->config, c->at, &q, &r) == 0) {
		conf_report_commit(s, &r);
		config_at_text(c->at, when);
		session_print(s,
			"configuration check succeeds\ncommit at "
			"will be executed at %s\n",
			when);
		if (c->and_quit)
			conf_leave(s);
	} else {
		conf_report_commit(s, &r);
		session_error(
			s, NO_COLUMN, "error: configuration check-out failed");
	}
	report_done(&r);
}

static bool
do_commit(struct session *s, const struct commit_words *c)
{
	struct report r = REPORT_INIT;
	struct commit_request q = {.now = time(NULL),
		.user = s->user,
		.client = "cli",
		.comment = c->comment,
		.confirm_minutes = c->confirm_minutes};
	int rc;

	log_event(LOG_FACILITY_INTERACTIVE, 5, "UI_COMMIT",
		"User '%s' requested 'commit' operation (comment: %s)", s->user,
		c->comment != NULL ? c->comment : "none");
	rc = commit_candidate(s, &q, &r);

	conf_report_commit(s, &r);
	if (rc == 0) {
		if (c->confirm_minutes > 0)
			session_print(s,
				"commit confirmed will be automatically "
				"rolled back in %u minutes unless confirmed\n",
				c->confirm_minutes);
		session_print(s, "commit complete\n");
		log_info("mgmt", "commit complete user=%s warnings=%u", s->user,
			r.warnings);
	} else {
		session_error(s, NO_COLUMN, "%s",
			rc == -ENOMEM
				? "error: commit failed: (out of memory)"
				: "error: configuration check-out failed");
		log_info("mgmt", "commit failed user=%s errors=%u", s->user,
			r.errors);
	}
	report_done(&r);
	return rc == 0;
}

void
conf_commit(const struct conf_line *l)
{
	struct session *s = l->s;
	struct commit_words c = {0};

	if (!read_words(l, &c) || conf_locked(s))
		return;
	if (c.at != 0)
		commit_later(s, &c);
	else if (c.check)
		check_only(s);
	else if (do_commit(s, &c) && c.and_quit)
		conf_leave(s);
}

void
conf_show_commits(struct session *s)
{
	struct config_store *store = s->env->config;
	int64_t left = config_store_pending(store, time(NULL));
	const struct commit_info *later;
	char when[32];
	int64_t at;

	later = config_store_at(store, &at);
	if (later != NULL) {
		config_at_text(at, when);
		session_print(s, "commit requested by %s via %s at %s\n",
			later->user, later->client, when);
	}
	for (unsigned int i = 0; i < config_store_history(store); i++) {
		const struct commit_info *info = config_store_info(store, i);

		/* What was there before the first commit has no author. */
		if (info == NULL || info->time == 0)
			continue;
		config_time_text(info->time, when);
		session_print(s, "%-3u %s by %s via %s", i, when, info->user,
			info->client);
		if (i == 0 && left >= 0)
			session_print(s,
				" commit confirmed, rollback in %lldmins",
				(long long)((left + 59) / 60));
		session_print(s, "\n");
		if (info->comment[0] != '\0')
			session_print(s, "    %s\n", info->comment);
	}
}
