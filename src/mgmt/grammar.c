/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line is read word by word. While no argument was seen, a word may lead
 * further into the command words ("show" "security" ...); as soon as the words
 * so far name a command, its arguments are possible too. An exact word wins
 * over an abbreviation, an abbreviation over a value without keyword [OP-100].
 */
#include "mgmt/grammar.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/sbuf.h"

#define PREFIX_MAX 128u
#define ARGS_MAX   32u

struct state {
	const struct grammar *g;
	char prefix[PREFIX_MAX];            /* "show security" */
	const struct command *command;      /* named by the prefix, or NULL */
	bool in_args;                       /* no further command words */
	const struct command_arg *value_of; /* keyword seen, value to come */
	struct grammar_result r;
};

static const struct {
	const char *words, *help;
} branches[] = {
	{"clear", "Clear information in the system"},
	{"clear ipv6", "Clear IPv6 information"},
	{"clear security", "Clear security information"},
	{"clear security flow", "Clear flow information"},
	{"explain", "Explain what would happen"},
	{"file", "Perform file operations"},
	{"file checksum", "Calculate file checksum"},
	{"help", "Provide help information"},
	{"help tip", "Provide tip for the day"},
	{"monitor", "Show real-time debugging information"},
	{"monitor security", "Show security events"},
	{"request", "Make system-level requests"},
	{"request system", "Perform system-level operations"},
	{"request system configuration", "Request operation on configuration"},
	{"set", "Set CLI properties"},
	{"set cli", "Set CLI properties"},
	{"show", "Show system information"},
	{"show chassis", "Show chassis information"},
	{"show ipv6", "Show IPv6 information"},
	{"show route", "Show routing table information"},
	{"show security", "Show security information"},
	{"show security flow", "Show flow information"},
	{"show security policies", "Show firewall policies"},
	{"show system", "Show system information"},
	{"start", "Start shell"},
	{"traceroute", "Trace route to remote host"},
};

const char *
grammar_branch_help(const char *words)
{
	for (size_t i = 0; i < sizeof(branches) / sizeof(branches[0]); i++)
		if (strcmp(branches[i].words, words) == 0)
			return branches[i].help;
	return "";
}

static const struct command *
find_command(const struct grammar *g, const char *words)
{
	for (int t = 1; t >= 0; t--)
		for (const struct command *c = g->tables[t];
			c != NULL && c->words != NULL; c++)
			if (strcmp(c->words, words) == 0)
				return c;
	return NULL;
}

/*
 * The word of c that follows the prefix: copied to word. False if c does not
 * continue the prefix.
 */
static bool
next_word(const struct state *s, const struct command *c, char *word)
{
	size_t n = strlen(s->prefix);
	const char *p = c->words;
	size_t len;

	if (n > 0) {
		if (strncmp(p, s->prefix, n) != 0 || p[n] != ' ')
			return false;
		p += n + 1;
	}
	len = strcspn(p, " ");
	if (len >= PREFIX_MAX)
		return false;
	memcpy(word, p, len);
	word[len] = '\0';
	return true;
}

static bool
given(const struct state *s, const struct command_arg *a)
{
	for (unsigned int i = 0; i < s->r.nargs; i++)
		if (s->r.args[i].arg == a)
			return true;
	return false;
}

static void
append_word(const struct state *s, const char *word, char out[PREFIX_MAX * 2])
{
	snprintf(out, PREFIX_MAX * 2, "%s%s%s", s->prefix,
		s->prefix[0] != '\0' ? " " : "", word);
}

/* Everything that may stand next by its name, offered to c. */
static void
offer_words(const struct state *s, struct completion *c)
{
	char word[PREFIX_MAX], full[PREFIX_MAX * 2];

	for (int t = 1; t >= 0 && !s->in_args; t--)
		for (const struct command *k = s->g->tables[t];
			k != NULL && k->words != NULL; k++) {
			const struct command *whole;
			const char *help;

			if (!next_word(s, k, word))
				continue;
			append_word(s, word, full);
			whole = find_command(s->g, full);
			help = whole != NULL ? whole->help : NULL;
			completion_word(c, word,
				help ? help : grammar_branch_help(full));
		}
	if (s->command == NULL || s->command->args == NULL)
		return;
	for (const struct command_arg *a = s->command->args; a->element; a++)
		if (a->kind != ARG_BARE && !given(s, a))
			completion_word(c, a->word, a->help);
}

static bool
check_number(const struct command_arg *a, const char *text, char *why,
	size_t why_size)
{
	uint32_t min = a->min, max = a->max;
	unsigned long long v;
	char *end;

	if (a->type == ARG_TYPE_PORT)
		max = 65535;
	else if (min == 0 && max == 0)
		max = UINT32_MAX;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0') {
		snprintf(why, why_size, "invalid value: '%s'", text);
		return false;
	}
	if (errno == 0 && v >= min && v <= max)
		return true;
	snprintf(why, why_size, "Value %s is not within range (%u..%u)", text,
		min, max);
	return false;
}

bool
grammar_check(const struct command_arg *a, const char *text, char *why,
	size_t why_size)
{
	struct ip_addr addr;
	struct ip_prefix prefix;
	bool ok = true;

	switch (a->type) {
	case ARG_TYPE_U32:
	case ARG_TYPE_PORT:
		return check_number(a, text, why, why_size);
	case ARG_TYPE_ADDRESS:
		ok = ip_addr_parse(text, &addr);
		break;
	case ARG_TYPE_PREFIX:
		ok = ip_prefix_parse(text, &prefix);
		break;
	case ARG_TYPE_FAMILY:
		ok = strcmp(text, "inet") == 0 || strcmp(text, "inet6") == 0;
		if (!ok) {
			snprintf(why, why_size, "invalid value: '%s'", text);
			return false;
		}
		break;
	default:
		ok = text[0] != '\0';
		break;
	}
	if (!ok)
		snprintf(why, why_size, "invalid ip address or hostname: '%s'",
			text);
	return ok;
}

static int
store(struct state *s, const struct command_arg *a, const char *value,
	const struct cmdword *w, struct parse_error *e)
{
	if (s->r.nargs == ARGS_MAX)
		return parse_error(e, w->column, "syntax error.");
	s->r.args[s->r.nargs++] =
		(struct ops_arg_value){.arg = a, .value = value};
	s->in_args = true;
	return 0;
}

/* A word that is no keyword: the value of an argument without one. */
static int
take_bare(struct state *s, const struct cmdword *w, struct parse_error *e)
{
	const struct command_arg *a;
	char why[256] = "";

	for (a = s->command ? s->command->args : NULL; a && a->element; a++) {
		if (a->kind != ARG_BARE || given(s, a))
			continue;
		if (grammar_check(a, w->text, why, sizeof(why)))
			return store(s, a, w->text, w, e);
	}
	if (why[0] != '\0')
		return parse_error(e, w->column, "%s", why);
	if (s->prefix[0] == '\0')
		return parse_error(e, w->column, "unknown command.");
	if (s->command == NULL)
		return parse_error(
			e, w->column, "syntax error, expecting <command>.");
	return parse_error(e, w->column, "syntax error.");
}

static int
ambiguous(const struct cmdword *w, const struct completion *c,
	struct parse_error *e)
{
	size_t n;

	parse_error(e, w->column,
		"'%s' is ambiguous.\nPossible completions:", w->text);
	for (size_t i = 0; i < c->n; i++) {
		n = strlen(e->text);
		snprintf(e->text + n, sizeof(e->text) - n, "\n  %-20s %s",
			c->item[i].word, c->item[i].help);
	}
	return -EINVAL;
}

static const struct command_arg *
keyword_arg(const struct state *s, const char *word)
{
	const struct command_arg *a = s->command ? s->command->args : NULL;

	for (; a != NULL && a->element != NULL; a++)
		if (a->kind != ARG_BARE && !given(s, a) &&
			strcmp(a->word, word) == 0)
			return a;
	return NULL;
}

/* Go on with a keyword, spelt out. */
static int
take_keyword(struct state *s, const char *word, const struct cmdword *w,
	struct parse_error *e)
{
	const struct command_arg *a;
	char full[PREFIX_MAX * 2], other[PREFIX_MAX];

	for (int t = 1; t >= 0 && !s->in_args; t--)
		for (const struct command *c = s->g->tables[t];
			c != NULL && c->words != NULL; c++)
			if (next_word(s, c, other) &&
				strcmp(other, word) == 0) {
				append_word(s, word, full);
				snprintf(s->prefix, sizeof(s->prefix), "%.127s",
					full);
				s->command = find_command(s->g, s->prefix);
				return 0;
			}
	a = keyword_arg(s, word);
	if (a == NULL)
		return parse_error(e, w->column, "syntax error.");
	if (a->kind == ARG_FLAG)
		return store(s, a, "", w, e);
	s->in_args = true;
	s->value_of = a;
	return 0;
}

static int
step(struct state *s, const struct cmdword *w, struct parse_error *e)
{
	const struct command_arg *a = s->value_of;
	struct completion c;
	char why[256];
	int rc;

	if (a != NULL) {
		s->value_of = NULL;
		if (!grammar_check(a, w->text, why, sizeof(why)))
			return parse_error(e, w->column, "%s", why);
		return store(s, a, w->text, w, e);
	}
	completion_init(&c, w->text);
	if (!w->quoted)
		offer_words(s, &c);
	for (size_t i = 0; i < c.n; i++)
		if (strcmp(c.item[i].word, w->text) == 0) {
			rc = take_keyword(s, w->text, w, e);
			completion_done(&c);
			return rc;
		}
	if (c.n == 0)
		rc = take_bare(s, w, e);
	else if (c.n == 1)
		rc = take_keyword(s, c.item[0].word, w, e);
	else
		rc = ambiguous(w, &c, e);
	completion_done(&c);
	return rc;
}

static bool
mandatory_missing(const struct state *s)
{
	const struct command_arg *a = s->command->args;

	for (; a != NULL && a->element != NULL; a++)
		if (a->mandatory && !given(s, a))
			return true;
	return false;
}

int
grammar_parse(const struct grammar *g, const struct cmdline *w, size_t from,
	size_t to, bool (*takes_rest)(const struct command *),
	struct grammar_result *ret, struct parse_error *error)
{
	struct state s = {.g = g};
	unsigned int end = to > 0 ? w->w[to - 1].column + w->w[to - 1].len : 0;
	size_t i = from;

	for (; i < to; i++) {
		int rc;

		if (s.command != NULL && takes_rest(s.command))
			break;
		rc = step(&s, &w->w[i], error);
		if (rc < 0)
			return rc;
	}
	if (s.value_of != NULL)
		return parse_error(error, end, "missing argument.");
	if (s.command == NULL)
		return parse_error(
			error, end + 1, "syntax error, expecting <command>.");
	if (mandatory_missing(&s))
		return parse_error(error, end, "missing argument.");
	*ret = s.r;
	ret->command = s.command;
	ret->rest = i;
	return 0;
}

static void
value_placeholder(const struct command_arg *a, struct completion *c)
{
	static const char *const types[] = {
		[ARG_TYPE_ADDRESS] = "<address>",
		[ARG_TYPE_PREFIX] = "<destination>",
		[ARG_TYPE_FILE] = "<filename>",
		[ARG_TYPE_IFD] = "<interface-name>",
		[ARG_TYPE_IFL] = "<interface-name>",
	};
	char text[160], help[200];

	if (a->type < sizeof(types) / sizeof(types[0]) && types[a->type])
		snprintf(text, sizeof(text), "%s", types[a->type]);
	else
		snprintf(text, sizeof(text), "<%s>",
			a->word != NULL ? a->word : a->element);
	if (a->type == ARG_TYPE_U32 && (a->min != 0 || a->max != 0))
		snprintf(help, sizeof(help), "%s (%u..%u)",
			a->help ? a->help : "", a->min, a->max);
	else
		snprintf(help, sizeof(help), "%s", a->help ? a->help : "");
	if (a->type == ARG_TYPE_FILE)
		completion_file(c, text, help);
	else
		completion_value(c, text, help);
}

static void
offer_values(const struct command_arg *a, grammar_names names, void *ctx,
	struct completion *c)
{
	if (a->type == ARG_TYPE_FAMILY) {
		completion_word(c, "inet", "IPv4");
		completion_word(c, "inet6", "IPv6");
		return;
	}
	value_placeholder(a, c);
	if (names != NULL)
		names(ctx, a->type, c);
}

static void
offer_next(const struct state *s, grammar_names names, void *ctx,
	struct completion *c)
{
	const struct command_arg *a;

	if (s->value_of != NULL) {
		offer_values(s->value_of, names, ctx, c);
		return;
	}
	if (s->command != NULL && !mandatory_missing(s))
		completion_enter(c);
	offer_words(s, c);
	a = s->command != NULL ? s->command->args : NULL;
	for (; a != NULL && a->element != NULL; a++)
		if (a->kind == ARG_BARE && !given(s, a))
			offer_values(a, names, ctx, c);
	if (s->command != NULL && !mandatory_missing(s))
		completion_pipe(c);
}

const struct command *
grammar_complete(const struct grammar *g, const struct cmdline *w, size_t from,
	size_t to, bool (*takes_rest)(const struct command *),
	grammar_names names, void *ctx, struct completion *c, size_t *ret_rest)
{
	struct state s = {.g = g};
	struct parse_error e;

	for (size_t i = from; i < to; i++) {
		if (s.command != NULL && takes_rest(s.command)) {
			*ret_rest = i;
			return s.command;
		}
		if (step(&s, &w->w[i], &e) < 0) {
			snprintf(c->error, sizeof(c->error), "%.500s", e.text);
			c->column = e.column;
			return NULL;
		}
	}
	if (s.command != NULL && takes_rest(s.command)) {
		*ret_rest = to;
		return s.command;
	}
	offer_next(&s, names, ctx, c);
	return NULL;
}
