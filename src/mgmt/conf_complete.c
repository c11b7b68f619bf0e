/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion in configuration mode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/complete.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"
#include "mgmt/names.h"
#include "mgmt/help.h"
#include "mgmt/request.h"
#include "mgmt/secret.h"

/* What is known of the line: words[at] is the verb, words[..to) are whole. */
struct comp {
	struct session *s;
	const struct cmdline *w;
	size_t at, to;
	const char *prefix;
	struct completion *c;
	struct sbuf up; /* the edit path, for `up` to change */
};

static void
offer_verbs(struct completion *c)
{
	for (const struct conf_verb *v = conf_verbs; v->word != NULL; v++)
		completion_word(c, v->word, v->help);
}

static void
take(struct completion *c, const struct candidates *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct candidate *it = &from->items[i];

		if (it->is_enter)
			completion_enter(c);
		else if (it->is_value)
			completion_value(c, it->word, it->help);
		else
			completion_mark(c, it->mark, it->word, it->help);
	}
	c->failed |= from->failed;
}

static void
complain(struct completion *c, const struct conf_words *cw,
	const struct path_error *e)
{
	struct parse_error text;

	conf_path_error(&text, cw, e->word, sbuf_text(&e->message), NULL);
	snprintf(c->error, sizeof(c->error), "%.500s", text.text);
	c->column = text.column;
}

/* Where a hash may stand, a password can be asked for. */
static void
offer_secret(const struct comp *m, const struct config_tree *tree,
	const struct conf_words *cw)
{
	struct candidates found = {0};
	struct path_error e = {0};

	if (config_complete(tree, cw->w, cw->n, "encrypted-password", 0, &found,
		    &e) == 0)
		for (size_t i = 0; i < found.n; i++)
			if (strcmp(found.items[i].word, "encrypted-password") ==
				0)
				completion_word(m->c, SECRET_WORD,
					"Prompt for plain text password "
					"(autoencrypted)");
	candidates_done(&found);
	path_error_done(&e);
}

/* Words[from..to) as a path below prefix. */
static void
offer_path(const struct comp *m, const struct config_tree *tree, size_t from,
	unsigned int flags)
{
	struct candidates found = {0};
	struct path_error e = {0};
	struct conf_words cw;

	if (conf_words_init(&cw, m->prefix, m->w, from, m->to) < 0) {
		m->c->failed = true;
		return;
	}
	if (config_complete(
		    tree, cw.w, cw.n, m->c->partial, flags, &found, &e) < 0)
		complain(m->c, &cw, &e);
	else
		take(m->c, &found);
	if (flags == 0)
		offer_secret(m, tree, &cw);
	candidates_done(&found);
	path_error_done(&e);
	conf_words_done(&cw);
}

static void
offer_load(const struct comp *m)
{
	static const char *const words[] = {"factory-default", "merge",
		"override", "patch", "replace", "set", "update"};
	static const char *const help[] = {
		"Override existing configuration with factory default",
		"Merge contents with existing configuration",
		"Override existing configuration",
		"Load patch file into configuration",
		"Replace configuration data",
		"Execute set of commands on existing configuration",
		"Update existing configuration"};
	size_t n = m->to - m->at - 1;

	if (n == 0) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			completion_word(m->c, words[i], help[i]);
	} else if (cmdword_abbreviates(
			   m->w->w[m->at + 1].text, "factory-default")) {
		completion_enter(m->c);
	} else if (n == 1) {
		completion_file(m->c, "<filename>", "Filename");
		completion_name(m->c, "terminal", "Use login terminal");
	} else {
		completion_enter(m->c);
		completion_word(
			m->c, "relative", "Load relative to the edit point");
	}
}

static void
offer_rollbacks(const struct comp *m)
{
	struct config_store *store = m->s->env->config;
	char word[16], help[160], when[32];

	if (m->to - m->at > 1) {
		completion_enter(m->c);
		return;
	}
	completion_enter(m->c);
	for (unsigned int i = 0; i < config_store_history(store); i++) {
		const struct commit_info *info = config_store_info(store, i);

		if (info == NULL || info->time == 0)
			continue;
		config_time_text(info->time, when);
		snprintf(word, sizeof(word), "%u", i);
		snprintf(help, sizeof(help), "%s by %s via %s", when,
			info->user, info->client);
		completion_name(m->c, word, help);
	}
	completion_word(m->c, "rescue", "Roll back to rescue configuration");
}

/* replace pattern OLD with NEW [upto N] */
static void
offer_replace(const struct comp *m)
{
	switch (m->to - m->at - 1) {
	case 0:
		completion_word(m->c, "pattern", "Pattern to replace");
		break;
	case 1:
		completion_value(m->c, "<match>", "Pattern to be replaced");
		break;
	case 2:
		completion_word(m->c, "with", "Replacement pattern");
		break;
	case 3:
		completion_value(m->c, "<replace>", "Replacement pattern");
		break;
	case 4:
		completion_enter(m->c);
		completion_word(m->c, "upto", "Upto n replacements");
		break;
	default:
		completion_value(m->c, "<n>", "Number of replacements");
		break;
	}
}

static void
offer_wildcard(struct comp *m)
{
	const struct config_tree *t = conf_candidate_read(m->s->env);
	const struct cmdword *w = &m->w->w[m->at + 1];
	bool range = m->to > m->at + 1 && !w->quoted &&
		     cmdword_abbreviates(w->text, "range");

	if (m->to == m->at + 1) {
		completion_word(m->c, "delete", "Delete a data element");
		completion_word(m->c, "range", "Commands on ranges of names");
	} else if (range && m->to == m->at + 2) {
		completion_word(m->c, "set", "Set a parameter");
	} else {
		offer_path(m, t, m->at + (range ? 3 : 2),
			range ? 0 : COMPLETE_EXISTING);
	}
}

static void
offer_commit(const struct comp *m)
{
	const char *last = m->w->w[m->to - 1].text;

	if (m->to - m->at > 1 && cmdword_abbreviates(last, "comment") &&
		strlen(last) > 3) {
		completion_value(
			m->c, "<comment>", "Message to write to commit log");
		return;
	}
	completion_enter(m->c);
	conf_commit_options(m->c);
	if (m->to - m->at > 1 && cmdword_abbreviates(last, "confirmed") &&
		strlen(last) > 3)
		completion_value(m->c, "<timeout>",
			"Number of minutes until automatic rollback "
			"(1..65535)");
	completion_pipe(m->c);
}

static void complete_from(struct comp *m);

/*
 * Behind `before`, `to` and the like at word i: another entry beside the one
 * that the words before it name.
 */
static void
offer_other(const struct comp *m, size_t i)
{
	struct candidates found = {0};
	struct path_error e = {0};
	struct parse_error pe;
	struct conf_words cw, path;
	struct cpath p = {0};
	size_t first, behind = m->to - i - 1;

	if (conf_words_init(&path, m->prefix, m->w, m->at + 1, i) < 0)
		return;
	if (conf_words_init(&cw, m->prefix, m->w, m->at + 1, m->to) == 0) {
		if (conf_path_parse(&path, 0, &p, &pe) == 0 && p.n > 0) {
			/* The last step goes, what was typed takes its place.
			 */
			first = p.steps[p.n - 1].word;
			memmove(cw.w + first, cw.w + cw.n - behind,
				behind * sizeof(*cw.w));
			if (config_complete(conf_candidate_read(m->s->env),
				    cw.w, first + behind, m->c->partial,
				    COMPLETE_EXISTING, &found, &e) == 0)
				take(m->c, &found);
			candidates_done(&found);
			path_error_done(&e);
		}
		cpath_done(&p);
		conf_words_done(&cw);
	}
	conf_words_done(&path);
}

/* insert X before|after Y, rename X to Y, copy X to Y. */
static bool
offer_second(const struct comp *m, const struct conf_verb *v)
{
	bool insert = strcmp(v->word, "insert") == 0;
	bool two = insert || strcmp(v->word, "rename") == 0 ||
		   strcmp(v->word, "copy") == 0;

	for (size_t i = m->at + 1; two && i < m->to; i++)
		if (cmdword_is(&m->w->w[i], "to") ||
			cmdword_is(&m->w->w[i], "before") ||
			cmdword_is(&m->w->w[i], "after")) {
			offer_other(m, i);
			return true;
		}
	if (two && insert) {
		completion_word(m->c, "after", "Insert after");
		completion_word(m->c, "before", "Insert before");
	} else if (two) {
		completion_word(m->c, "to", "Name of the new statement");
	}
	return false;
}

static void
offer_verb_path(const struct comp *m, const struct conf_verb *v)
{
	unsigned int flags = COMPLETE_EXISTING;

	if (strcmp(v->word, "set") == 0)
		flags = 0;
	else if (strcmp(v->word, "edit") == 0)
		flags = COMPLETE_HIERARCHY;
	if (offer_second(m, v))
		return;
	offer_path(m, conf_candidate_read(m->s->env), m->at + 1, flags);
	if (v->pipes)
		completion_pipe(m->c);
}

/* Words behind `up` are completed from where it leads. */
static bool
offer_up(struct comp *m, bool counted)
{
	unsigned long n =
		counted ? strtoul(m->w->w[m->at + 1].text, NULL, 10) : 1;

	if (m->to == m->at + 1)
		completion_value(
			m->c, "<count>", "Number of levels to exit (1..100)");
	while (n-- > 0 && m->up.len > 0)
		conf_one_up(&m->up);
	m->prefix = sbuf_text(&m->up);
	return counted;
}

static void
complete_verb(struct comp *m, const struct conf_verb *v)
{
	size_t pipe = cmdline_pipe(m->w, m->at);

	if (v->run == conf_run) {
		request_complete(m->s, m->w, m->at + 1, m->c);
	} else if (pipe < m->w->n) {
		pipes_complete(m->w, pipe, PIPE_KIND_CONFIG, m->c);
	} else if (v->takes_path) {
		offer_verb_path(m, v);
	} else if (v->run == conf_top || v->run == conf_up) {
		bool counted = m->to > m->at + 1 &&
			       m->w->w[m->at + 1].text[0] >= '0' &&
			       m->w->w[m->at + 1].text[0] <= '9';

		if (v->run == conf_top)
			m->prefix = "";
		else
			counted = offer_up(m, counted);
		if (m->to <= m->at + 1 + counted)
			completion_enter(m->c);
		m->at += 1 + counted;
		complete_from(m);
	} else if (v->run == conf_load) {
		offer_load(m);
	} else if (v->run == conf_rollback) {
		offer_rollbacks(m);
	} else if (v->run == conf_commit) {
		offer_commit(m);
	} else if (v->run == conf_save) {
		if (m->to == m->at + 1)
			completion_file(m->c, "<filename>", "Filename");
		else
			completion_enter(m->c);
	} else if (v->run == conf_help) {
		help_complete(m->prefix, m->w, m->at + 1, m->to, m->c);
	} else if (v->run == conf_wildcard) {
		offer_wildcard(m);
	} else if (v->run == conf_replace) {
		offer_replace(m);
	} else {
		completion_enter(m->c);
		if (v->run == conf_exit && m->to == m->at + 1)
			completion_word(m->c, "configuration-mode",
				"Exit from configuration mode");
	}
}

static void
complete_from(struct comp *m)
{
	const struct conf_verb *v;

	if (m->at >= m->to) {
		offer_verbs(m->c);
		return;
	}
	v = conf_find_verb(&m->w->w[m->at]);
	if (v == NULL) {
		snprintf(m->c->error, sizeof(m->c->error), "unknown command.");
		m->c->column = m->w->w[m->at].column;
		return;
	}
	complete_verb(m, v);
}

void
conf_complete(struct session *s, const struct cmdline *w, struct completion *c)
{
	struct comp m = {.s = s,
		.w = w,
		.at = 0,
		.c = c,
		.to = w->partial ? w->n - 1 : w->n,
		.prefix = sbuf_text(&s->path)};
	bool private = conf_private_begin(s);

	sbuf_puts(&m.up, sbuf_text(&s->path));
	complete_from(&m);
	sbuf_done(&m.up);
	conf_private_end(s, private);
}

void
conf_complete_committed(struct session *s, const struct cmdline *w, size_t from,
	struct completion *c)
{
	struct comp m = {.s = s,
		.w = w,
		.at = from,
		.c = c,
		.to = w->partial ? w->n - 1 : w->n,
		.prefix = ""};

	completion_enter(c);
	if (conf_committed(s->env) != NULL)
		offer_path(&m, conf_committed(s->env), from, COMPLETE_EXISTING);
	completion_pipe(c);
}
