/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of configuration mode, and the ones that only move about in it.
 */
#include "mgmt/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/candidate.h"
#include "config/cedit.h"
#include "config/config.h"
#include "mgmt/access.h"
#include "mgmt/access_config.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"
#include "mgmt/request.h"
#include "mgmt/help.h"
#include "mgmt/rpc_impl.h"
#include "mgmt/secret.h"

const struct conf_verb conf_verbs[] = {
	{"activate", "Remove the inactive tag from a statement", conf_change,
		true, false},
	{"annotate", "Annotate the statement with a comment", conf_change, true,
		false},
	{"commit", "Commit current set of changes", conf_commit, false, true},
	{"copy", "Copy a statement", conf_change, true, false},
	{"deactivate", "Add the inactive tag to a statement", conf_change, true,
		false},
	{"delete", "Delete a data element", conf_change, true, false},
	{"edit", "Edit a sub-element", conf_edit, true, false},
	{"exit", "Exit from this level", conf_exit, false, false},
	{"help", "Provide help information", conf_help, false, false},
	{"insert", "Insert a new ordered data element", conf_change, true,
		false},
	{"load", "Load configuration from ASCII file", conf_load, false, false},
	{"protect", "Protect the statement", conf_change, true, false},
	{"quit", "Quit from this level", conf_quit, false, false},
	{"rename", "Rename a statement", conf_change, true, false},
	{"replace", "Replace character string in configuration", conf_replace,
		false, false},
	{"rollback", "Roll back to previous committed configuration",
		conf_rollback, false, false},
	{"run", "Run an operational-mode command", conf_run, false, true},
	{"save", "Save configuration to ASCII file", conf_save, false, false},
	{"set", "Set a parameter", conf_change, true, false},
	{"show", "Show a parameter", conf_show, true, true},
	{"status", "Show users currently editing configuration", conf_status,
		false, true},
	{"top", "Exit to top level of configuration", conf_top, false, true},
	{"unprotect", "Unprotect the statement", conf_change, true, false},
	{"up", "Exit one level of configuration", conf_up, false, true},
	{"update", "Update private database", conf_update, false, false},
	{"wildcard", "Wildcard operations", conf_wildcard, false, false},
	{0},
};

unsigned int
conf_column(const struct conf_line *l, size_t i)
{
	return i < l->to ? l->w->w[i].column : l->end;
}

void
conf_missing(const struct conf_line *l)
{
	session_error(l->s, (int)l->end, "missing argument.");
}

void
conf_syntax(const struct conf_line *l, size_t i)
{
	session_error(l->s, (int)conf_column(l, i), "syntax error.");
}

bool
conf_word(const struct conf_line *l, size_t i, const char *full)
{
	return i < l->to && !l->w->w[i].quoted &&
	       cmdword_abbreviates(l->w->w[i].text, full);
}

bool
conf_no_more(const struct conf_line *l, size_t at)
{
	if (at >= l->to)
		return true;
	conf_syntax(l, at);
	return false;
}

long
conf_number(const struct conf_line *l, size_t i, long min, long max)
{
	const char *text;
	char *end;
	long v;

	if (i >= l->to) {
		conf_missing(l);
		return -1;
	}
	text = l->w->w[i].text;
	errno = 0;
	v = strtol(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0')
		session_error(l->s, (int)conf_column(l, i),
			"invalid value: '%s'", text);
	else if (errno != 0 || v < min || v > max)
		session_error(l->s, (int)conf_column(l, i),
			"Value %s is not within range (%ld..%ld)", text, min,
			max);
	else
		return v;
	return -1;
}

void
conf_report(struct session *s, const struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct report_entry *e = &r->entries[i];

		if (e->severity == REPORT_ERROR)
			session_error(s, NO_COLUMN, "error: %s", e->message);
		else
			session_warning(s, "warning: %s", e->message);
	}
}

/* commit at: nobody may touch what is going to be committed [CF-72]. */
static bool
commit_waits(struct session *s)
{
	const struct commit_info *at;
	char when[32];
	int64_t t;

	at = config_store_at(s->env->config, &t);
	if (at == NULL)
		return false;
	config_at_text(t, when);
	session_error(s, NO_COLUMN,
		"error: configuration database locked: commit at %s by %s",
		when, at->user);
	return true;
}

/* "  root terminal pts/0 (pid 17) on since ..." and where he is. */
static void
put_user(const struct session *o, struct sbuf *out)
{
	sbuf_puts(out, "  ");
	session_who(o, out);
	sbuf_printf(out, "\n      %s[edit%s%s]",
		o->exclusive      ? "exclusive "
		: o->private_mode ? "private "
				  : "",
		o->path.len > 0 ? " " : "", sbuf_text(&o->path));
}

static void
say_who(struct session *s, const struct session *o, const char *text)
{
	struct sbuf who = SBUF_INIT;

	put_user(o, &who);
	session_error(s, NO_COLUMN, "%s%s", text, sbuf_text(&who));
	sbuf_done(&who);
}

static bool
locked_by_user(struct session *s)
{
	const struct session *o = session_first(s->server);

	for (; o != NULL; o = o->next)
		if (o != s && o->configuring && o->exclusive) {
			say_who(s, o,
				"error: configuration database "
				"locked by:\n");
			return true;
		}
	return false;
}

bool
conf_locked(struct session *s)
{
	return commit_waits(s) || locked_by_user(s);
}

/* The engine refused word i of the line, counted from the verb. */
static void
say_where(const struct conf_line *l, size_t i, const char *message)
{
	struct parse_error e;
	struct conf_words cw;

	if (conf_words_init(&cw, l->prefix, l->w, l->from, l->to) < 0)
		return;
	/* Its place in the path, where the verb does not count. */
	conf_path_error(&e, &cw, cw.n_prefix + (i > 0 ? i - 1 : 0), message,
		conf_candidate_read(l->s->env));
	session_parse_error(l->s, &e);
	conf_words_done(&cw);
}

/* set, delete, activate, ...: the engine reads the whole line. */
void
conf_change(const struct conf_line *l)
{
	struct session *s = l->s;
	struct report r = REPORT_INIT;
	struct conf_words cw, prefix;
	struct cedit e = {.report = &r, .flags = CPATH_ABBREV};
	int rc;

	if (conf_locked(s) || secret_asked(l))
		return;
	if (l->from == l->to && strcmp(l->w->w[l->verb].text, "delete") != 0) {
		conf_missing(l);
		return;
	}
	e.tree = conf_candidate(s->env);
	if (e.tree == NULL ||
		conf_words_init(&prefix, l->prefix, l->w, 0, 0) < 0 ||
		conf_words_init(&cw, "", l->w, l->verb, l->to) < 0) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	e.prefix = prefix.w;
	e.n_prefix = prefix.n_prefix;
	rc = cedit_command(&e, cw.w, cw.n);
	if (rc == -EINVAL && r.n > 0)
		say_where(l, e.error_word, r.entries[r.n - 1].message);
	else
		conf_report(s, &r);
	if (rc == 0)
		session_touch(s);
	cedit_done(&e);
	report_done(&r);
	conf_words_done(&cw);
	conf_words_done(&prefix);
}

/* Remember the path for `exit`. */
static void
push_level(struct session *s)
{
	sbuf_puts(&s->levels, sbuf_text(&s->path));
	sbuf_putc(&s->levels, '\0');
}

static void
set_path(struct session *s, const char *text)
{
	sbuf_reset(&s->path);
	sbuf_puts(&s->path, text);
}

/* May there be an `edit` level at the last step? */
static bool
editable(const struct cpath *p)
{
	const struct cstep *st = p->n > 0 ? &p->steps[p->n - 1] : NULL;

	return st == NULL || (!st->is_open && schema_has_body(st->schema));
}

void
conf_edit(const struct conf_line *l)
{
	struct session *s = l->s;
	struct sbuf text = SBUF_INIT;
	struct parse_error e;
	struct conf_words cw;
	struct cpath p = {0};

	if (conf_words_init(&cw, l->prefix, l->w, l->from, l->to) < 0) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return;
	}
	if (conf_path_parse(&cw, 0, &p, &e) < 0) {
		session_parse_error(s, &e);
	} else if (!editable(&p)) {
		session_error(s, (int)conf_column(l, l->to - 1),
			"syntax error, expecting <statement>.");
	} else {
		conf_path_text(&p, &text);
		push_level(s);
		set_path(s, sbuf_text(&text));
		conf_create_entries(s, &p);
	}
	sbuf_done(&text);
	cpath_done(&p);
	conf_words_done(&cw);
}

/*
 * The path one statement up: what the words name without its last step. A
 * level is a statement, not a word: "from-zone a to-zone b" is one.
 */
void
conf_one_up(struct sbuf *path)
{
	const struct cmdline none = {0};
	struct conf_words cw;
	struct cpath p = {0};
	struct parse_error e;
	struct sbuf text = SBUF_INIT;

	if (conf_words_init(&cw, sbuf_text(path), &none, 0, 0) < 0)
		return;
	if (conf_path_parse(&cw, 0, &p, &e) == 0 && p.n > 1) {
		p.n--;
		/* "family inet" is one level, too. */
		while (p.n > 1 &&
			(p.steps[p.n - 1].schema->flags & SCHEMA_INLINE))
			p.n--;
		conf_path_text(&p, &text);
	}
	sbuf_reset(path);
	sbuf_puts(path, sbuf_text(&text));
	sbuf_done(&text);
	cpath_done(&p);
	conf_words_done(&cw);
}

static void run_verb(struct session *s, size_t at, const char *prefix);

/* `up 2`, `up show`: move, or run a command as if moved. */
void
conf_up(const struct conf_line *l)
{
	struct session *s = l->s;
	struct sbuf path = SBUF_INIT;
	size_t at = l->from;
	long n = 1;

	if (at < l->to && l->w->w[at].text[0] >= '0' &&
		l->w->w[at].text[0] <= '9') {
		n = conf_number(l, at++, 1, 100);
		if (n < 0)
			return;
	}
	sbuf_puts(&path, l->prefix);
	while (n-- > 0)
		conf_one_up(&path);
	if (at < l->to) {
		run_verb(s, at, sbuf_text(&path));
	} else {
		push_level(s);
		set_path(s, sbuf_text(&path));
	}
	sbuf_done(&path);
}

void
conf_top(const struct conf_line *l)
{
	if (l->from < l->to) {
		run_verb(l->s, l->from, "");
		return;
	}
	sbuf_reset(&l->s->levels);
	set_path(l->s, "");
}

void
conf_leave(struct session *s)
{
	session_print(s, "Exiting configuration mode\n");
	conf_abandon(s);
}

/* [OP-107] */
static void
ask_or_leave(const struct conf_line *l)
{
	struct session *s = l->s;

	if (s->private_mode ? !conf_private_changed(s)
			    : !conf_is_changed(s->env)) {
		conf_leave(s);
		return;
	}
	s->want = WANT_ANSWER;
	if (s->private_mode) {
		session_print(s, "The private configuration has been changed "
				 "but not committed\n");
		session_end_asking(
			s, NULL, NULL, "Discard uncommitted changes?");
	} else if (s->exclusive) {
		session_print(s, "The configuration has been changed but not "
				 "committed\n");
		session_end_asking(
			s, NULL, NULL, "Discard uncommitted changes?");
	} else {
		session_print(s, "The configuration has been changed but not "
				 "committed\n");
		session_end_asking(
			s, NULL, NULL, "Exit with uncommitted changes?");
	}
}

/* exit: to where `edit` came from; at the top, out. */
void
conf_exit(const struct conf_line *l)
{
	struct session *s = l->s;
	size_t at = s->levels.len;

	if (conf_word(l, l->from, "configuration-mode")) {
		if (conf_no_more(l, l->from + 1))
			ask_or_leave(l);
		return;
	}
	if (!conf_no_more(l, l->from))
		return;
	if (at == 0) {
		if (s->path.len == 0)
			ask_or_leave(l);
		else
			set_path(s, "");
		return;
	}
	/* The last of the texts, each with its NUL. */
	for (at--; at > 0 && s->levels.data[at - 1] != '\0';)
		at--;
	set_path(s, s->levels.data + at);
	s->levels.len = at;
}

void
conf_quit(const struct conf_line *l)
{
	conf_exit(l);
}

void
conf_run(const struct conf_line *l)
{
	if (l->from == l->to)
		conf_missing(l);
	else
		request_operational(l->s, l->from, l->to);
}

void
conf_help(const struct conf_line *l)
{
	help_conf(l->s, l->prefix, l->w, l->from, l->to);
}

static const struct conf_verb *
find_verb(const struct cmdword *w, struct parse_error *e)
{
	const struct conf_verb *hit = NULL;
	size_t hits = 0, n;

	for (const struct conf_verb *v = conf_verbs; v->word != NULL; v++) {
		if (cmdword_is(w, v->word))
			return v;
		if (!w->quoted && cmdword_abbreviates(w->text, v->word)) {
			hit = v;
			hits++;
		}
	}
	if (hits == 1)
		return hit;
	if (hits == 0) {
		parse_error(e, w->column, "unknown command.");
		return NULL;
	}
	parse_error(e, w->column,
		"'%s' is ambiguous.\nPossible completions:", w->text);
	for (const struct conf_verb *v = conf_verbs; v->word != NULL; v++) {
		if (!cmdword_abbreviates(w->text, v->word))
			continue;
		n = strlen(e->text);
		snprintf(e->text + n, sizeof(e->text) - n, "\n  %-20s %s",
			v->word, v->help);
	}
	return NULL;
}

const struct conf_verb *
conf_find_verb(const struct cmdword *w)
{
	struct parse_error e;

	return find_verb(w, &e);
}

/* Pipes of a verb; `run` and `top CMD` read their own. False after an error. */
static bool
read_pipes(struct session *s, const struct conf_verb *v, size_t pipe)
{
	struct parse_error e;
	int rc = 0;

	if (pipe < s->words.n && !v->pipes)
		rc = parse_error(&e, s->words.w[pipe].column, "syntax error.");
	else
		rc = pipes_parse(
			&s->words, pipe, PIPE_KIND_CONFIG, &s->pipes, &e);
	if (rc < 0)
		session_parse_error(s, &e);
	return rc == 0;
}

/* Verbs after which one looks whether the user might do that [CF-77]. */
static bool
may_change(const struct conf_verb *v)
{
	return v->run == conf_change || v->run == conf_edit ||
	       v->run == conf_replace || v->run == conf_wildcard ||
	       v->run == conf_rollback;
}

void
conf_settle(struct session *s, struct config_tree *before)
{
	char *what;

	if (!access_settle(s, before, &what))
		session_error(s, NO_COLUMN, "error: permission denied: %s",
			what != NULL ? what : "configuration");
	free(what);
}

static void
run_verb(struct session *s, size_t at, const char *prefix)
{
	size_t pipe = cmdline_pipe(&s->words, at);
	struct conf_line l = {.s = s,
		.w = &s->words,
		.verb = at,
		.from = at + 1,
		.to = pipe,
		.prefix = prefix};
	struct parse_error e;
	const struct conf_verb *v;
	bool private;

	if (at == pipe) {
		session_error(s, (int)s->words.w[at].column, "syntax error.");
		return;
	}
	l.end = s->words.w[pipe - 1].column + s->words.w[pipe - 1].len;
	v = find_verb(&s->words.w[at], &e);
	if (v == NULL) {
		session_parse_error(s, &e);
		return;
	}
	if (v->run == conf_commit && conf_commit_is_impact(&l)) {
		request_operational(s, at, pipe);
		return;
	}
	if (v->run != conf_run && v->run != conf_top && v->run != conf_up) {
		if (!read_pipes(s, v, pipe))
			return;
		session_begin(s, &s->pipes, true);
	}
	/* `top` and `up` come here again; a commit has its own way. */
	private = v->run != conf_top && v->run != conf_up &&
		  v->run != conf_run && v->run != conf_commit &&
		  v->run != conf_update && v->run != conf_exit &&
		  v->run != conf_quit && conf_private_begin(s);
	if (may_change(v)) {
		struct config_tree *before = access_guard(s);

		v->run(&l);
		conf_settle(s, before);
	} else {
		v->run(&l);
	}
	conf_private_end(s, private);
}

void
conf_command(struct session *s)
{
	unsigned int ends = s->ends;
	char *prefix = strdup(sbuf_text(&s->path));

	/* A copy: the verb may change the path. */
	if (!session_may(s, ACCESS_CONFIGURE)) {
		session_denied(s); /* a commit has taken it away */
		conf_abandon(s);
	} else if (prefix == NULL)
		session_error(s, NO_COLUMN, "error: out of memory");
	else
		run_verb(s, 0, prefix);
	free(prefix);
	if (s->ends == ends && s->rq == NULL)
		session_end(s); /* the verb did not do it itself */
}

/* [OP-143] Who else is in configuration mode; but: is not listed, or NULL. */
static void
print_users(struct session *s, const struct session *but)
{
	const struct session *o = session_first(s->server);
	struct sbuf text = SBUF_INIT;

	for (; o != NULL; o = o->next) {
		if (o == but || !o->configuring)
			continue;
		if (text.len == 0)
			sbuf_puts(&text, "Users currently editing the "
					 "configuration:\n");
		put_user(o, &text);
		sbuf_putc(&text, '\n');
	}
	session_print_text(s, sbuf_text(&text));
	sbuf_done(&text);
}

void
conf_enter(struct session *s, bool exclusive, bool private_mode)
{
	const struct session *o = session_first(s->server);
	bool changed = conf_is_changed(s->env);

	/* Who waits for a commit may look, and change his mind. */
	if (exclusive || private_mode ? conf_locked(s) : locked_by_user(s))
		return;
	if (private_mode && !conf_private_enter(s))
		return;
	for (; exclusive && o != NULL; o = o->next)
		if (o != s && o->configuring) {
			say_who(s, o,
				"error: configuration database "
				"is in use by:\n");
			return;
		}
	if (exclusive && changed) {
		session_error(
			s, NO_COLUMN, "error: configuration database modified");
		return;
	}
	s->configuring = true;
	s->exclusive = exclusive;
	s->private_mode = private_mode;
	set_path(s, "");
	sbuf_reset(&s->levels);
	if (exclusive)
		session_print(s, "warning: uncommitted changes will be "
				 "discarded on exit\n");
	session_print(s, "Entering configuration mode\n");
	print_users(s, s);
	if (changed && !private_mode)
		session_print(s, "The configuration has been changed but not "
				 "committed\n");
}

void
conf_answer(struct session *s, const char *text)
{
	bool yes = strcmp(text, "no") != 0;

	if (s->want != WANT_ANSWER) {
		session_error(s, NO_COLUMN, "error: nothing was asked");
	} else if (yes) {
		conf_leave(s);
	}
	s->want = WANT_NOTHING;
	session_end(s);
}

/* What only an exclusive user did goes with him [OP-106]. */
static void
discard(struct session *s)
{
	struct report r = REPORT_INIT;

	if (conf_is_changed(s->env))
		config_store_rollback(s->env->config, 0, &r);
	report_done(&r);
}

void
conf_abandon(struct session *s)
{
	if (s->configuring && s->exclusive)
		discard(s);
	if (s->private_mode)
		rpc_private_close(s);
	s->configuring = s->exclusive = s->private_mode = false;
	s->want = WANT_NOTHING;
	set_path(s, "");
	sbuf_reset(&s->levels);
}

void
conf_status(const struct conf_line *l)
{
	if (conf_no_more(l, l->from))
		print_users(l->s, NULL);
}
