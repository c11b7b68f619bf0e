/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help: about commands and statements, from the tables that they are read by,
 * so that it is never out of date [OP-115].
 */
#include "mgmt/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cvalue.h"
#include "mgmt/conf_path.h"
#include "mgmt/oper_impl.h"

#define DEPTH_MAX 24u

static const struct {
	const char *tag, *help;
} tags[] = {
	{"RT_FLOW_SESSION_CLOSE", "A session has ended; why, its addresses "
				  "before and after NAT, packets and bytes"},
	{"RT_FLOW_SESSION_CREATE", "A session of a policy with session-init "
				   "logging was made"},
	{"RT_FLOW_SESSION_DENY",
		"A policy with logging refused a first packet"},
	{"RT_SCREEN_ICMP", "A screen found an attack by ICMP"},
	{"RT_SCREEN_IP", "A screen found an attack by IP options or fragments"},
	{"RT_SCREEN_SESSION_LIMIT", "An address has more sessions than its "
				    "screen allows"},
	{"RT_SCREEN_TCP", "A screen found an attack by TCP"},
	{"RT_SCREEN_TCP_DST_IP", "A flood of SYNs to one destination"},
	{"RT_SCREEN_TCP_SRC_IP", "A flood of SYNs from one source"},
	{"RT_SCREEN_UDP", "A screen found an attack by UDP"},
	{"RT_SRC_NAT_PBA_ALLOC", "A subscriber was given a block of ports"},
	{"RT_SRC_NAT_PBA_INTERIM", "A block of ports is still in use"},
	{"RT_SRC_NAT_PBA_RELEASE", "A block of ports was given back"},
	{"SNMP_TRAP_LINK_DOWN", "The link of an interface went down"},
	{"SNMP_TRAP_LINK_UP", "The link of an interface came up"},
	{"SYSTEM_ALARM_CLEARED", "What was wrong with the box is over"},
	{"SYSTEM_ALARM_SET", "Something is wrong with the box"},
	{"UI_CMDLINE_READ_LINE", "A user typed this command"},
	{"UI_COMMIT", "A user asked for a commit"},
	{"UI_COMMIT_COMPLETED", "A commit is in force"},
	{"UI_CONFIGURATION_ERROR", "Why a commit was refused"},
};
#define N_TAGS (sizeof(tags) / sizeof(tags[0]))

static const char *const tips[] = {
	"Use '?' at any place of a line to see what may stand there.",
	"Words may be shortened while they are unambiguous: 'sh int te'.",
	"Use 'commit confirmed' when a change could cut you off: without a "
	"second 'commit' it is rolled back.",
	"Use 'show | compare' before 'commit' to see what will change.",
	"Use 'explain packet' to see what would happen to a packet, and why.",
	"Use 'commit check impact' to see which sessions a commit would end.",
	"Use '| match', '| except', '| find' and '| count' to filter output; "
	"several may follow each other.",
	"Use '| display set' to see a configuration as commands.",
	"Use '| display inheritance' to see what comes from groups.",
	"Use 'run' to give an operational command in configuration mode.",
	"Use 'top' or 'up' before a command to give it as if you were there: "
	"'top show system'.",
	"Use 'load set terminal' to paste set commands; ^D ends the text.",
	"Use 'rollback 1' and 'commit' to undo the last commit.",
	"Use 'annotate' to put a comment above a statement.",
	"Use 'deactivate' to take a statement out of force without deleting "
	"it.",
	"Use '| refresh 5' to see an output again every five seconds.",
	"Use 'monitor security drops' to see what is dropped, as it happens.",
	"Use '/' at the ---(more)--- prompt to search, 'h' for all its keys.",
	"Use 'wildcard delete interfaces ge-*' to delete many at once.",
	"Use 'replace pattern A with B' to change a name everywhere.",
};
#define N_TIPS (sizeof(tips) / sizeof(tips[0]))

/* --- the ways to a statement --- */

/* "interfaces <interface_name> unit <number>"; n itself only with `self`. */
static void
path_of(const struct schema_node *n, const struct schema_node *from, bool self,
	struct sbuf *out)
{
	const struct schema_node *way[DEPTH_MAX];
	size_t depth = 0;

	for (const struct schema_node *at = self ? n : n->parent;
		at != NULL && at != from && at->parent != NULL &&
		depth < DEPTH_MAX;
		at = at->parent)
		way[depth++] = at;
	while (depth-- > 0) {
		const struct schema_node *at = way[depth];

		if (at->word != NULL)
			sbuf_printf(out, "%s%s", out->len ? " " : "", at->word);
		for (unsigned int i = 0; i < at->n_keys; i++) {
			const char *name = at->keys[i].name;

			if (i == 0 && at->placeholder != NULL)
				name = at->placeholder;
			if (i > 0 && at->keys[i].word != NULL)
				sbuf_printf(out, " %s", at->keys[i].word);
			sbuf_printf(out, "%s<%s>", out->len ? " " : "", name);
		}
	}
}

static bool
has_value(const struct schema_node *n)
{
	return n->kind == SCHEMA_LEAF || n->kind == SCHEMA_LEAF_LIST;
}

static const char *
value_name(const struct schema_node *n)
{
	return n->placeholder != NULL ? n->placeholder : n->name;
}

/* --- help apropos --- */

static bool
holds(const char *text, const char *pattern)
{
	return text != NULL && strcasestr(text, pattern) != NULL;
}

struct search {
	struct session *s;
	const char *pattern;
	const struct schema_node *from;
	unsigned int hits;
};

static void
print_statement(struct search *q, const struct schema_node *n)
{
	struct sbuf path = SBUF_INIT;

	path_of(n, q->from, true, &path);
	session_print(q->s, "set %s", sbuf_text(&path));
	if (has_value(n))
		session_print(q->s, " <%s>", value_name(n));
	session_print(q->s, "\n    %s\n", n->help);
	sbuf_done(&path);
	q->hits++;
}

static void
search_statements(
	struct search *q, const struct schema_node *n, unsigned int depth)
{
	/* groups hold all statements once more */
	for (unsigned int i = 0; i < n->n_children && depth < DEPTH_MAX &&
				 !(n->flags & SCHEMA_TOP);
		i++) {
		const struct schema_node *c = &n->children[i];

		if (c->status == SCHEMA_HIDDEN)
			continue;
		if (holds(c->word, q->pattern) || holds(c->help, q->pattern))
			print_statement(q, c);
		search_statements(q, c, depth + 1);
	}
}

static bool
about_command(const struct command *c, const char *pattern)
{
	if (holds(c->words, pattern) || holds(c->help, pattern))
		return true;
	for (const struct command_arg *a = c->args; a && a->element; a++)
		if (holds(a->word, pattern) || holds(a->help, pattern))
			return true;
	return false;
}

static unsigned int
search_commands(struct session *s, const char *pattern)
{
	unsigned int hits = 0;

	for (int t = 1; t >= 0; t--)
		for (const struct command *c = s->grammar.tables[t];
			c != NULL && c->words != NULL; c++) {
			if (!about_command(c, pattern))
				continue;
			session_print(s, "%s\n    %s\n", c->words, c->help);
			hits++;
		}
	return hits;
}

static void
nothing_about(struct session *s, const char *word)
{
	session_error(
		s, NO_COLUMN, "error: no help is available for '%s'", word);
}

void
oper_help_apropos(struct ops_request *rq)
{
	const char *pattern = ops_arg(rq, "string");

	if (search_commands(rq->session, pattern) == 0)
		nothing_about(rq->session, pattern);
}

/* --- help topic, help reference --- */

/* A list whose entries have no keyword: "interfaces ge-0/0/0". */
static const struct schema_node *
nameless(const struct schema_node *at)
{
	for (unsigned int i = 0; i < at->n_children; i++)
		if (at->children[i].word == NULL &&
			at->children[i].kind == SCHEMA_LIST)
			return &at->children[i];
	return NULL;
}

static const struct schema_node *
statement_below(const struct schema_node *at, const char *word)
{
	bool ambiguous;
	const struct schema_node *n = schema_child_abbrev(at, word, &ambiguous);

	if (n == NULL && nameless(at) != NULL)
		n = schema_child_abbrev(nameless(at), word, &ambiguous);
	return n;
}

/*
 * The statement that words name. Keys and values are passed over: the words of
 * a manual page are enough ("security zones security-zone interfaces").
 */
static const struct schema_node *
find_statement(const struct schema_node *at, const struct cmdline *w,
	size_t from, size_t to)
{
	const struct schema_node *found = NULL, *next;

	for (size_t i = from; i < to; i++) {
		next = statement_below(at, w->w[i].text);
		if (next == NULL && nameless(at) != NULL)
			at = nameless(at); /* the word is its key */
		else if (next == NULL && at->n_keys == 0)
			return NULL;
		if (next != NULL)
			at = found = next;
	}
	return found;
}

static void
print_head(struct session *s, const struct schema_node *n)
{
	struct sbuf path = SBUF_INIT;

	path_of(n, NULL, false, &path);
	session_print(s, "%s\n\n  Syntax\n\n     %s",
		n->word != NULL ? n->word : n->name,
		n->word != NULL ? n->word : "");
	for (unsigned int i = 0; i < n->n_keys; i++)
		session_print(s, " <%s>",
			i == 0 && n->placeholder ? n->placeholder
						 : n->keys[i].name);
	if (has_value(n))
		session_print(s, " <%s>", value_name(n));
	session_print(s, "%s\n\n  Hierarchy Level\n\n     [edit%s%s]\n\n",
		schema_has_body(n) ? " { ... }" : ";", path.len ? " " : "",
		sbuf_text(&path));
	session_print(s, "  Description\n\n     %s\n",
		n->help[0] != '\0' ? n->help : "(none)");
	sbuf_done(&path);
}

static void
print_values(struct session *s, const struct schema_node *n)
{
	const struct schema_type *type =
		n->n_keys > 0 ? n->keys[0].type : n->type;
	struct sbuf range = SBUF_INIT;

	cvalue_range_text(type, &range);
	if (range.len > 2) /* it has brackets */
		session_print(s, "\n  Range\n\n     %.*s\n", (int)range.len - 2,
			range.data + 1);
	if (type != NULL && type->words != NULL) {
		session_print(s, "\n  Values\n\n");
		for (const char *const *w = type->words; *w != NULL; w++)
			session_print(s, "     %s\n", *w);
	}
	if (n->dflt != NULL)
		session_print(s, "\n  Default\n\n     %s\n", n->dflt);
	session_print(s, "\n  Status\n\n     %s\n",
		schema_is_accepted(n) ? "accepted without effect"
				      : "supported");
	sbuf_done(&range);
}

static void
print_below(struct session *s, const struct schema_node *n)
{
	bool any = false;

	for (unsigned int i = 0; i < n->n_children; i++) {
		const struct schema_node *c = &n->children[i];

		if (c->status == SCHEMA_HIDDEN)
			continue;
		if (!any)
			session_print(s, "\n  Statements\n\n");
		any = true;
		session_print(s, "     %-28s %s\n",
			c->word != NULL ? c->word : value_name(c), c->help);
	}
}

static void
about_statement(struct session *s, const struct schema_node *n, bool reference)
{
	print_head(s, n);
	if (reference)
		print_values(s, n);
	else
		print_below(s, n);
}

/* From the edit path if it is there, else from the top. */
static void
help_statement(struct session *s, const struct schema_node *here,
	const struct cmdline *w, size_t from, size_t to, bool reference)
{
	const struct schema_node *n = find_statement(here, w, from, to);

	if (n == NULL && here != schema_root)
		n = find_statement(schema_root, w, from, to);
	if (from >= to)
		session_error(s, (int)w->end, "missing argument.");
	else if (n == NULL)
		nothing_about(s, w->w[to - 1].text);
	else
		about_statement(s, n, reference);
}

void
oper_help_reference(struct ops_request *rq)
{
	struct session *s = rq->session;

	help_statement(s, schema_root, &s->words, s->rest, s->rest_end, true);
}

void
oper_help_topic(struct ops_request *rq)
{
	struct session *s = rq->session;

	help_statement(s, schema_root, &s->words, s->rest, s->rest_end, false);
}

/* --- the rest --- */

static void
help_syslog(struct session *s, const char *tag)
{
	bool any = false;

	for (size_t i = 0; i < N_TAGS; i++) {
		if (tag != NULL && !holds(tags[i].tag, tag))
			continue;
		session_print(s, "%-26s %s\n", tags[i].tag, tags[i].help);
		any = true;
	}
	if (!any)
		nothing_about(s, tag);
}

void
oper_help_syslog(struct ops_request *rq)
{
	help_syslog(rq->session, ops_arg(rq, "syslog-tag"));
}

static void
help_tip(struct session *s, unsigned int n)
{
	/* without a number another one each time */
	if (n == 0)
		n = (unsigned int)((unsigned long)time(NULL) % N_TIPS) + 1;
	session_print(s, "%s\n", tips[(n - 1) % N_TIPS]);
}

void
oper_help_tip(struct ops_request *rq)
{
	help_tip(rq->session, oper_number(rq, "number"));
}

static void
help_itself(struct session *s)
{
	session_print(s,
		"Type '?' at any place of a line to see what may stand there.\n"
		"  help apropos TEXT      what has the text in its name or "
		"help\n"
		"  help reference PATH    a configuration statement in full\n"
		"  help topic PATH        what it is about, what is below it\n"
		"  help syslog [TAG]      messages of the log\n"
		"  help tip cli           something that is good to know\n");
}

void
oper_help(struct ops_request *rq)
{
	help_itself(rq->session);
}

const char *const help_words[] = {
	"apropos", "reference", "syslog", "tip", "topic", NULL};

static const char *
choose(const struct cmdword *w)
{
	for (size_t i = 0; help_words[i] != NULL; i++)
		if (cmdword_abbreviates(w->text, help_words[i]) &&
			(w->text[0] != 't' || w->text[1] != '\0'))
			return help_words[i];
	return NULL;
}

/* The statement that the edit path leads to. */
static const struct schema_node *
schema_at(const char *prefix)
{
	const struct schema_node *at = schema_root;
	const struct cmdline none = {0};
	struct parse_error e;
	struct conf_words cw;
	struct cpath p = {0};

	if (conf_words_init(&cw, prefix, &none, 0, 0) < 0)
		return at;
	if (conf_path_parse(&cw, 0, &p, &e) == 0 && p.n > 0)
		at = p.steps[p.n - 1].schema;
	cpath_done(&p);
	conf_words_done(&cw);
	return at;
}

void
help_conf(struct session *s, const char *prefix, const struct cmdline *w,
	size_t from, size_t to)
{
	const struct schema_node *here = schema_at(prefix);
	const char *what = from < to ? choose(&w->w[from]) : NULL;
	const char *word = from + 1 < to ? w->w[from + 1].text : NULL;
	struct search q = {.s = s, .pattern = word, .from = here};

	if (from >= to) {
		help_itself(s);
	} else if (what == NULL) {
		session_error(s, (int)w->w[from].column, "syntax error.");
	} else if (strcmp(what, "syslog") == 0) {
		help_syslog(s, word);
	} else if (strcmp(what, "tip") == 0) {
		help_tip(s, from + 2 < to
				    ? (unsigned int)strtoul(
					      w->w[from + 2].text, NULL, 10)
				    : 0);
	} else if (word == NULL) {
		session_error(s, (int)w->end, "missing argument.");
	} else if (strcmp(what, "apropos") == 0) {
		search_statements(&q, here, 0);
		if (q.hits == 0)
			nothing_about(s, word);
	} else {
		help_statement(s, here, w, from + 1, to, what[0] == 'r');
	}
}

static const char *
word_help(const char *word)
{
	static const char *const texts[] = {
		"Find help information about a topic",
		"Provide help with configuration statements",
		"Provide help with system log messages",
		"Provide tip for the day",
		"Provide help for high level topics"};

	for (size_t i = 0; help_words[i] != NULL; i++)
		if (strcmp(help_words[i], word) == 0)
			return texts[i];
	return "";
}

/* The statements below what the words name so far. */
static void
offer_statements(const struct schema_node *at, const struct cmdline *w,
	size_t from, size_t to, struct completion *c)
{
	if (from < to)
		at = find_statement(at, w, from, to);
	if (from < to)
		completion_enter(c);
	for (unsigned int i = 0; at != NULL && i < at->n_children; i++)
		if (at->children[i].word != NULL &&
			at->children[i].status != SCHEMA_HIDDEN)
			completion_mark(c,
				schema_has_body(&at->children[i]) ? '>' : ' ',
				at->children[i].word, at->children[i].help);
}

void
help_complete(const char *prefix, const struct cmdline *w, size_t from,
	size_t to, struct completion *c)
{
	const char *what = from < to ? choose(&w->w[from]) : NULL;

	if (from >= to) {
		completion_enter(c);
		for (size_t i = 0; help_words[i] != NULL; i++)
			completion_word(
				c, help_words[i], word_help(help_words[i]));
	} else if (what == NULL) {
		snprintf(c->error, sizeof(c->error), "syntax error.");
		c->column = w->w[from].column;
	} else if (what[0] == 'a') {
		if (from + 1 < to)
			completion_enter(c);
		else
			completion_value(c, "<string>", "Topic or text");
	} else if (what[0] == 's') {
		help_complete_tags(c);
	} else if (strcmp(what, "tip") == 0) {
		completion_enter(c);
		if (from + 1 >= to)
			completion_word(c, "cli", "Tips about the CLI");
		else
			completion_value(c, "<number>", "Number of the tip");
	} else {
		offer_statements(schema_at(prefix), w, from + 1, to, c);
	}
}

void
help_complete_tags(struct completion *c)
{
	completion_enter(c);
	for (size_t i = 0; i < N_TAGS; i++)
		completion_name(c, tags[i].tag, tags[i].help);
}

const struct command_arg help_apropos_args[] = {
	{NULL, "string", ARG_BARE, ARG_TYPE_STRING, 0, 0, true,
		"Topic or text"},
	{0},
};

const struct command_arg help_syslog_args[] = {
	{NULL, "syslog-tag", ARG_BARE, ARG_TYPE_SYSLOG_TAG, 0, 0, false,
		"System log tag or a part of it"},
	{0},
};

const struct command_arg help_tip_args[] = {
	{NULL, "number", ARG_BARE, ARG_TYPE_U32, 0, 1000, false,
		"Number of the tip"},
	{0},
};
