/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/pipes.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/completion.h"

enum pipe_arg {
	ARG_NO,
	ARG_RE,
	ARG_NUMBER,
	ARG_OPTIONAL_NUMBER,
	ARG_PATH,
	ARG_SECONDS,
	ARG_FULL_NAMES, /* resolve [full-names] */
	ARG_MESSAGE,    /* request message all|USER */
};

#define REFRESH_SECONDS_MAX 604800u

static const struct pipe_word {
	const char *name, *help;
	enum pipe_arg arg;
} pipe_words[] = {
	{"append", "Append output text to file", ARG_PATH},
	{"compare", "Compare configuration changes with prior version", ARG_NO},
	{"count", "Count occurrences", ARG_NO},
	{"display", "Show additional kinds of information", ARG_NO},
	{"except", "Show only text that does not match a pattern", ARG_RE},
	{"find", "Search for first occurrence of pattern", ARG_RE},
	{"hold", "Hold text without exiting the --More-- prompt", ARG_NO},
	{"last", "Display end of output only", ARG_OPTIONAL_NUMBER},
	{"match", "Show only text that matches a pattern", ARG_RE},
	{"no-more", "Don't paginate output", ARG_NO},
	{"refresh", "Refresh a continuous display of the command", ARG_SECONDS},
	{"request", "Make system-level requests", ARG_MESSAGE},
	{"resolve", "Resolve IP addresses", ARG_FULL_NAMES},
	{"save", "Save output text to file", ARG_PATH},
	{"tee", "Write to standard output and file", ARG_PATH},
	{"trim", "Trim specified number of columns from start of line",
		ARG_NUMBER},
};
#define N_PIPE_WORDS (sizeof(pipe_words) / sizeof(pipe_words[0]))

static const struct display_word {
	const char *name, *help;
	enum pipe_form form;
	bool config_only;
} display_words[] = {
	{"changed", "Tag changes with junos:changed attribute", PIPE_FORM_TEXT,
		true},
	{"commit-scripts", "Show data after commit scripts have been applied",
		PIPE_FORM_TEXT, true},
	{"detail", "Show configuration data detail", PIPE_FORM_DETAIL, false},
	{"inheritance", "Show inherited configuration data and source group",
		PIPE_FORM_TEXT, true},
	{"json", "Show output in JSON format", PIPE_FORM_JSON, false},
	{"omit", "Emit configuration statements with the 'omit' option",
		PIPE_FORM_TEXT, true},
	{"set", "Show 'set' commands that create configuration", PIPE_FORM_SET,
		true},
	{"xml", "Show output as XML tags", PIPE_FORM_XML, false},
};
#define N_DISPLAY_WORDS (sizeof(display_words) / sizeof(display_words[0]))

/* Words that may follow a display word. */
static const struct display_option {
	const char *name, *display, *help; /* name first: see choose() */
	enum pipe_form form;
} display_options[] = {
	{"brief", "inheritance", "Display brief output", PIPE_FORM_TEXT},
	{"defaults", "inheritance", "Show defaults", PIPE_FORM_TEXT},
	{"explicit", "set", "Show explicit 'set' commands", PIPE_FORM_SET},
	{"no-comments", "inheritance", "Do not display inheritance comments",
		PIPE_FORM_TEXT},
	{"relative", "set", "Show commands relative to the current level",
		PIPE_FORM_SET_RELATIVE},
	{"rpc", "xml", "Display the request of the command in XML",
		PIPE_FORM_XML_RPC},
	{"terse", "inheritance", "Display terse output", PIPE_FORM_TEXT},
};
#define N_DISPLAY_OPTIONS (sizeof(display_options) / sizeof(display_options[0]))

struct reader {
	const struct cmdline *w;
	size_t at;
	enum pipe_kind kind;
	struct pipes *p;
	struct parse_error *error;
};

static bool
at_end(const struct reader *r)
{
	return r->at == r->w->n || cmdword_is(&r->w->w[r->at], "|");
}

static unsigned int
column(const struct reader *r)
{
	return r->at < r->w->n ? r->w->w[r->at].column : r->w->end;
}

static int
missing(struct reader *r)
{
	return parse_error(r->error,
		r->at < r->w->n ? r->w->w[r->at].column : r->w->end,
		"missing argument.");
}

/* Rows [0..n) start with a name; the one that the word means, or -EINVAL. */
static int
choose(struct reader *r, const void *rows, size_t n, size_t row_bytes,
	size_t *ret_row)
{
	const char *word, *name;
	size_t hits = 0;

	if (at_end(r))
		return parse_error(r->error, column(r),
			"syntax error, expecting <command>.");
	word = r->w->w[r->at].text;
	for (size_t i = 0; i < n; i++) {
		memcpy(&name, (const char *)rows + i * row_bytes, sizeof(name));
		if (strcmp(word, name) == 0) {
			hits = 1;
			*ret_row = i;
			break;
		}
		if (cmdword_abbreviates(word, name)) {
			hits++;
			*ret_row = i;
		}
	}
	if (hits == 0)
		return parse_error(r->error, column(r), "syntax error.");
	if (hits > 1)
		return parse_error(
			r->error, column(r), "'%s' is ambiguous.", word);
	r->at++;
	return 0;
}

static int
read_number(struct reader *r, const char **ret_text, unsigned long max)
{
	const char *text = r->w->w[r->at].text;
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || v > max)
		return parse_error(
			r->error, column(r), "invalid value: '%s'", text);
	*ret_text = text;
	r->at++;
	return 0;
}

static int
read_regex(struct reader *r, const char **ret_text)
{
	regex_t re;
	char why[200];
	int rc = regcomp(
		&re, r->w->w[r->at].text, REG_EXTENDED | REG_ICASE | REG_NOSUB);

	if (rc != 0) {
		regerror(rc, &re, why, sizeof(why));
		return parse_error(r->error, column(r),
			"invalid regular expression: %s", why);
	}
	regfree(&re);
	*ret_text = r->w->w[r->at++].text;
	return 0;
}

static int
read_keyword(struct reader *r, const char *word)
{
	if (at_end(r))
		return missing(r);
	if (!cmdword_abbreviates(r->w->w[r->at].text, word))
		return parse_error(r->error, column(r), "syntax error.");
	r->at++;
	return 0;
}

/* `request message all`, `request message USER` */
static int
read_message(struct reader *r, const char **ret_user)
{
	int rc = read_keyword(r, "message");

	if (rc < 0)
		return rc;
	if (at_end(r))
		return missing(r);
	if (!cmdword_is(&r->w->w[r->at], "all"))
		*ret_user = r->w->w[r->at].text;
	r->at++;
	return 0;
}

static int
read_seconds(struct reader *r, const char **ret_text)
{
	unsigned int at = column(r);
	const char *text = at_end(r) ? "" : r->w->w[r->at].text;
	int rc = at_end(r) ? missing(r)
			   : read_number(r, ret_text, REFRESH_SECONDS_MAX);

	if (rc == 0 && strtoul(text, NULL, 10) == 0)
		rc = parse_error(r->error, at,
			"Value %s is not within range (1..%u)", text,
			REFRESH_SECONDS_MAX);
	return rc;
}

static int
read_argument(struct reader *r, enum pipe_arg arg, const char **ret_text)
{
	*ret_text = NULL;
	if (arg == ARG_NO || (arg == ARG_OPTIONAL_NUMBER && at_end(r)))
		return 0;
	if (arg == ARG_FULL_NAMES) {
		if (at_end(r))
			return 0;
		*ret_text = "full-names";
		return read_keyword(r, "full-names");
	}
	if (arg == ARG_MESSAGE)
		return read_message(r, ret_text);
	if (arg == ARG_SECONDS)
		return read_seconds(r, ret_text);
	if (at_end(r))
		return missing(r);
	if (arg == ARG_RE)
		return read_regex(r, ret_text);
	if (arg == ARG_PATH) {
		*ret_text = r->w->w[r->at++].text;
		return 0;
	}
	return read_number(r, ret_text, 1000000);
}

/* `compare [rollback N | FILE]` */
static int
read_compare(struct reader *r)
{
	const char *n = "0";
	int rc = 0;

	if (r->kind != PIPE_KIND_CONFIG)
		return parse_error(
			r->error, r->w->w[r->at - 1].column, "syntax error.");
	r->p->form = PIPE_FORM_COMPARE;
	if (at_end(r))
		return 0;
	if (!cmdword_abbreviates(r->w->w[r->at].text, "rollback")) {
		r->p->file = r->w->w[r->at++].text;
		return at_end(r) ? 0
				 : parse_error(r->error, column(r),
					   "syntax error.");
	}
	r->at++;
	if (at_end(r))
		return missing(r);
	rc = read_number(r, &n, 49);
	if (rc == 0)
		r->p->rollback = (unsigned int)strtoul(n, NULL, 10);
	return rc;
}

static int
read_display(struct reader *r)
{
	const struct display_word *d;
	size_t row = 0;
	int rc = choose(r, display_words, N_DISPLAY_WORDS,
		sizeof(display_words[0]), &row);

	if (rc < 0)
		return rc;
	d = &display_words[row];
	if (d->config_only && r->kind != PIPE_KIND_CONFIG)
		return parse_error(
			r->error, r->w->w[r->at - 1].column, "syntax error.");
	if (d->form != PIPE_FORM_TEXT)
		r->p->form = d->form;
	if (strcmp(d->name, "inheritance") == 0)
		r->p->inherit = true;
	while (!at_end(r)) {
		rc = choose(r, display_options, N_DISPLAY_OPTIONS,
			sizeof(display_options[0]), &row);
		if (rc < 0)
			return rc;
		if (strcmp(display_options[row].display, d->name) != 0)
			return parse_error(r->error, r->w->w[r->at - 1].column,
				"syntax error.");
		if (display_options[row].form != PIPE_FORM_TEXT)
			r->p->form = display_options[row].form;
		if (strcmp(display_options[row].name, "no-comments") == 0)
			r->p->no_comments = true;
		r->p->brief |= strcmp(display_options[row].name, "brief") == 0;
		r->p->terse |= strcmp(display_options[row].name, "terse") == 0;
		r->p->defaults |=
			strcmp(display_options[row].name, "defaults") == 0;
	}
	return 0;
}

static int
read_stage(struct reader *r)
{
	const struct pipe_word *pw;
	struct pipe_stage *s;
	size_t row = 0;
	int rc;

	r->at++; /* the "|" */
	rc = choose(r, pipe_words, N_PIPE_WORDS, sizeof(pipe_words[0]), &row);
	if (rc < 0)
		return rc;
	pw = &pipe_words[row];
	if (strcmp(pw->name, "display") == 0)
		return read_display(r);
	if (strcmp(pw->name, "compare") == 0)
		return read_compare(r);
	if (r->p->n == PIPE_STAGES_MAX)
		return parse_error(r->error, column(r), "too many pipes.");
	s = &r->p->stage[r->p->n++];
	s->name = pw->name;
	rc = read_argument(r, pw->arg, &s->argument);
	if (rc == 0 && !at_end(r))
		rc = parse_error(r->error, column(r), "syntax error.");
	return rc;
}

int
pipes_parse(const struct cmdline *w, size_t from, enum pipe_kind kind,
	struct pipes *ret_pipes, struct parse_error *ret_error)
{
	struct reader r = {.w = w,
		.at = from,
		.kind = kind,
		.p = ret_pipes,
		.error = ret_error};
	int rc = 0;

	*ret_pipes = (struct pipes){.form = PIPE_FORM_TEXT};
	while (rc == 0 && r.at < w->n)
		rc = read_stage(&r);
	return rc;
}

static void
offer_pipes(enum pipe_kind kind, struct completion *c)
{
	for (size_t i = 0; i < N_PIPE_WORDS; i++)
		if (kind == PIPE_KIND_CONFIG ||
			strcmp(pipe_words[i].name, "compare") != 0)
			completion_word(
				c, pipe_words[i].name, pipe_words[i].help);
}

static void
offer_displays(enum pipe_kind kind, struct completion *c)
{
	for (size_t i = 0; i < N_DISPLAY_WORDS; i++)
		if (kind == PIPE_KIND_CONFIG || !display_words[i].config_only)
			completion_word(c, display_words[i].name,
				display_words[i].help);
}

static void
offer_options(const char *display, struct completion *c)
{
	completion_enter(c);
	for (size_t i = 0; i < N_DISPLAY_OPTIONS; i++)
		if (cmdword_abbreviates(display, display_options[i].display))
			completion_word(c, display_options[i].name,
				display_options[i].help);
	completion_pipe(c);
}

/* The one that a complete word means, as choose() has it. */
static const struct pipe_word *
pipe_word_of(const char *word)
{
	const struct pipe_word *pw = NULL;

	for (size_t i = 0; i < N_PIPE_WORDS; i++) {
		if (strcmp(word, pipe_words[i].name) == 0)
			return &pipe_words[i];
		if (cmdword_abbreviates(word, pipe_words[i].name))
			pw = &pipe_words[i];
	}
	return pw;
}

/* Behind the name of a pipe come words[from..to). */
static void
offer_argument(
	const struct cmdline *w, size_t from, size_t to, struct completion *c)
{
	const struct pipe_word *pw = pipe_word_of(w->w[from - 1].text);

	if (pw != NULL && pw->arg == ARG_MESSAGE && from == to) {
		completion_word(c, "message", "Send text message to users");
		return;
	}
	if (pw != NULL && pw->arg == ARG_MESSAGE && from + 1 == to) {
		completion_word(c, "all", "Send message to all users");
		completion_value(c, "<user>", "Name of the user");
		return;
	}
	if (pw != NULL && strcmp(pw->name, "compare") == 0 && from + 1 == to &&
		cmdword_abbreviates(w->w[from].text, "rollback")) {
		completion_value(c, "<rollback>",
			"Number of rollback configuration (0..49)");
		return;
	}
	if (from < to) {
		completion_enter(c);
		completion_pipe(c);
		return;
	}
	switch (pw != NULL ? pw->arg : ARG_NO) {
	case ARG_RE:
		completion_value(c, "<pattern>", "Pattern to search for");
		return;
	case ARG_PATH:
		completion_file(c, "<filename>", "Output file name");
		return;
	case ARG_SECONDS:
		completion_value(c, "<interval>",
			"Number of seconds between displays (1..604800)");
		return;
	case ARG_FULL_NAMES:
		completion_enter(c);
		completion_word(c, "full-names", "Do not truncate names");
		completion_pipe(c);
		return;
	case ARG_OPTIONAL_NUMBER:
		completion_enter(c);
		completion_value(c, "<number>", "Number of lines");
		return;
	case ARG_NUMBER:
		completion_value(c, "<number>", "Number of columns");
		return;
	case ARG_MESSAGE:
	case ARG_NO:
		break;
	}
	completion_enter(c);
	if (pw != NULL && strcmp(pw->name, "compare") == 0) {
		completion_word(
			c, "rollback", "Compare with rollback configuration");
		completion_file(c, "<filename>", "File to compare with");
	}
	completion_pipe(c);
}

void
pipes_complete(const struct cmdline *w, size_t from, enum pipe_kind kind,
	struct completion *c)
{
	size_t last = w->partial ? w->n - 1 : w->n, at = from;
	size_t done;

	while (cmdline_pipe(w, at + 1) < last)
		at = cmdline_pipe(w, at + 1);
	done = last - at - 1; /* complete words after the "|" */
	if (done == 0) {
		offer_pipes(kind, c);
	} else if (cmdword_abbreviates(w->w[at + 1].text, "display")) {
		if (done == 1)
			offer_displays(kind, c);
		else
			offer_options(w->w[at + 2].text, c);
	} else {
		offer_argument(w, at + 2, last, c);
	}
}
