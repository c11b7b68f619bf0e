/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "mgmt/access.h"
#include "mgmt/conf.h"
#include "mgmt/help.h"
#include "mgmt/names.h"
#include "mgmt/oper.h"
#include "mgmt/rpc_impl.h"
#include "mgmt/secret.h"

/* `| display xml rpc`: the request instead of the answer. */
static void
answer_rpc(struct session *s)
{
	const struct ops_request *rq = s->rq;
	struct tree *t = tree_create();
	struct tnode *n;

	if (t == NULL || rq->command->rpc == NULL) {
		tree_free(t);
		session_error(s, NO_COLUMN,
			"error: no RPC equivalent is available for this "
			"command.");
		session_end(s);
		return;
	}
	n = tree_open(tree_root(t, "rpc"), rq->command->rpc);
	for (unsigned int i = 0; i < rq->nargs; i++) {
		const char *value = rq->args[i].value;

		if (rq->args[i].arg->kind == ARG_FLAG)
			tree_flag(n, rq->args[i].arg->element);
		else if (rq->args[i].arg->mandatory && value != NULL &&
			 strcmp(value, "all") == 0)
			tree_flag(n, "all"); /* instead of a name */
		else
			tree_leaf(n, rq->args[i].arg->element, "%s",
				rq->args[i].value);
	}
	session_answer(s, t, "only");
	session_end(s);
}

/* An answer that ops_error() made: as the CLI says it. */
static void
answer_error(struct session *s, struct tree *t)
{
	const char *text = NULL;

	if (t != NULL && t->root != NULL)
		text = tnode_text(t->root, "error-message");
	s->failed = true;
	if (s->is_rpc && text != NULL) {
		session_answer(s, t, "only");
		return;
	}
	session_error(s, NO_COLUMN, "error: %s",
		text != NULL ? text : "the command failed");
	tree_free(t);
}

/* Call the command once; the request ends, goes on or is a job now. */
static void
run_once(struct session *s)
{
	struct ops_request *rq = s->rq;
	struct tree *t;
	bool last;

	rq->out = NULL;
	rq->command->run(rq);
	if (s->rq != rq)
		return; /* the command ended the request itself */
	t = rq->out;
	rq->out = NULL;
	last = rq->cursor == 0;
	s->failed |= rq->negative;
	if (rq->failed) {
		answer_error(s, t);
		last = true;
	} else if (s->job_running) {
		s->job_sent |= t != NULL && t->root != NULL;
		session_answer(s, t, "first");
		return;
	} else {
		session_answer(s, t,
			s->parts == 0 ? (last ? "only" : "first")
				      : (last ? "last" : "middle"));
	}
	if (last)
		session_end(s);
}

bool
session_continue(struct session *s)
{
	if (!s->busy || s->job_running || s->rq == NULL || s->rq->cursor == 0)
		return false;
	run_once(s);
	return true;
}

/* The command spelt out, and its arguments as they were given. */
static void
spell(const struct grammar_result *r, struct sbuf *out)
{
	sbuf_puts(out, r->command->words);
	for (unsigned int i = 0; i < r->nargs; i++) {
		const struct command_arg *a = r->args[i].arg;

		if (a->word != NULL)
			sbuf_printf(out, " %s", a->word);
		if (a->kind != ARG_FLAG && r->args[i].value != NULL)
			sbuf_printf(out, " %s", r->args[i].value);
	}
}

/* [CF-70] */
static bool
may_run(const struct session *s, const struct grammar_result *r)
{
	struct sbuf line = SBUF_INIT;
	bool ok;

	spell(r, &line);
	ok = !line.failed && session_may_run(s, sbuf_text(&line));
	sbuf_done(&line);
	return ok;
}

static void
start(struct session *s, const struct grammar_result *r)
{
	struct ops_request *rq;

	if (!may_run(s, r)) {
		session_denied(s);
		session_end(s);
		return;
	}
	rq = calloc(1, sizeof(*rq));
	if (rq == NULL) {
		session_error(s, NO_COLUMN, "error: out of memory");
		session_end(s);
		return;
	}
	rq->command = r->command;
	rq->env = s->env;
	memcpy(rq->args, r->args, sizeof(rq->args));
	rq->nargs = r->nargs;
	rq->user = s->user;
	rq->session = s;
	s->rq = rq;
	s->rest = r->rest;
	if (s->is_rpc)
		rpc_bound(rq);
	if (s->pipes.form == PIPE_FORM_XML_RPC)
		answer_rpc(s);
	else
		run_once(s);
}

void
request_operational(struct session *s, size_t from, size_t to)
{
	struct grammar_result r = {0};
	struct parse_error e = {0};
	enum pipe_kind kind = PIPE_KIND_OPERATIONAL;
	int rc;

	s->rest_end = to;
	rc = grammar_parse(
		&s->grammar, &s->words, from, to, oper_takes_rest, &r, &e);
	if (rc == 0 && oper_shows_config(r.command))
		kind = PIPE_KIND_CONFIG;
	if (rc == 0)
		rc = pipes_parse(&s->words, to, kind, &s->pipes, &e);
	if (rc < 0)
		session_parse_error(s, &e);
	else if (s->is_rpc && !rpc_command_allowed(s, r.command))
		rc = -EPERM;
	if (rc < 0) {
		session_end(s);
		return;
	}
	if (s->is_rpc)
		rpc_command_form(s, kind);
	session_begin(s, &s->pipes, kind == PIPE_KIND_CONFIG);
	start(s, &r);
}

static void
run_line(struct session *s, const char *line)
{
	int rc = cmdline_split(line, &s->words);

	if (rc < 0) {
		session_error(s, 0, "error: %s",
			rc == -E2BIG ? "the line has too many words"
				     : "out of memory");
	} else if (s->words.open_quote) {
		session_error(
			s, (int)s->words.end, "syntax error: missing quote");
	} else if (s->words.n > 0) {
		if (s->configuring)
			conf_command(s);
		else
			request_operational(s, 0, cmdline_pipe(&s->words, 0));
		return;
	}
	session_end(s);
}

static void
syntax_error(struct session *s, const char *element)
{
	rpc_error(s, NULL,
		&(struct rpc_error){
			.message = "syntax error", .bad_element = element});
}

/* The argument that an element of an RPC means. */
static const struct command_arg *
rpc_arg(const struct command *c, const char *element)
{
	for (const struct command_arg *a = c->args; a && a->element; a++)
		if (strcmp(a->element, element) == 0)
			return a;
	return NULL;
}

/* The name without which the command does nothing; <all/> may stand for it. */
static const struct command_arg *
named_arg(const struct command *c)
{
	for (const struct command_arg *a = c->args; a && a->element; a++)
		if (a->mandatory && a->kind == ARG_BARE)
			return a;
	return NULL;
}

static bool
add_rpc_arg(struct session *s, struct grammar_result *r,
	const struct command_arg *a, const char *value)
{
	char why[256];

	if (r->nargs == sizeof(r->args) / sizeof(r->args[0]))
		return false;
	if (a->kind == ARG_FLAG)
		value = "";
	else if (!grammar_check(a, value, why, sizeof(why))) {
		session_error(s, NO_COLUMN, "%s", why);
		return false;
	}
	r->args[r->nargs++] = (struct ops_arg_value){.arg = a, .value = value};
	return true;
}

/* Terraform writes <get-interface-information>ge-0/0/0.0<terse/>...: text of
 * the RPC itself is its argument without keyword. */
static bool
bare_rpc_arg(struct session *s, struct grammar_result *r, const char *text)
{
	for (const struct command_arg *a = r->command->args; a && a->element;
		a++)
		if (a->kind == ARG_BARE)
			return add_rpc_arg(s, r, a, text);
	session_error(s, NO_COLUMN, "syntax error");
	return false;
}

static const struct command *
command_by_rpc(const struct session *s, const char *rpc)
{
	for (int t = 1; t >= 0; t--)
		for (const struct command *c = s->grammar.tables[t];
			c != NULL && c->words != NULL; c++)
			if (c->rpc != NULL && strcmp(c->rpc, rpc) == 0)
				return c;
	return NULL;
}

static void
run_rpc(struct session *s, const struct tnode *rpc)
{
	struct grammar_result r = {0};
	const char *flag;
	bool ok = true;

	if (rpc_run(s, rpc))
		return;
	r.command = command_by_rpc(s, rpc_same_as(rpc->name, &flag));
	if (r.command == NULL) {
		syntax_error(s, rpc->name);
		session_end(s);
		return;
	}
	if (rpc->value != NULL && rpc->value[strspn(rpc->value, " \t\r\n")])
		ok = bare_rpc_arg(s, &r, rpc->value);
	for (struct tnode *n = rpc->first; n != NULL && ok; n = n->next) {
		const struct command_arg *a = rpc_arg(r.command, n->name);

		if (a != NULL) {
			ok = add_rpc_arg(
				s, &r, a, n->value != NULL ? n->value : "");
		} else if (strcmp(n->name, "all") == 0 &&
			   (a = named_arg(r.command)) != NULL) {
			ok = add_rpc_arg(s, &r, a, "all");
		} else {
			syntax_error(s, n->name);
			ok = false;
		}
	}
	if (ok && flag != NULL && rpc_arg(r.command, flag) != NULL)
		ok = add_rpc_arg(s, &r, rpc_arg(r.command, flag), "");
	for (const struct command_arg *a = r.command->args;
		ok && a && a->element; a++) {
		bool have = false;

		for (unsigned int i = 0; i < r.nargs; i++)
			have |= r.args[i].arg == a;
		if (a->mandatory && !have) {
			session_error(s, NO_COLUMN, "missing argument: %s",
				a->element);
			ok = false;
		}
	}
	s->pipes = (struct pipes){.form = PIPE_FORM_XML};
	if (ok)
		start(s, &r);
	else
		session_end(s);
}

void
request_complete(struct session *s, const struct cmdline *w, size_t from,
	struct completion *c)
{
	size_t pipe = cmdline_pipe(w, from), rest = 0;
	size_t to = w->partial ? w->n - 1 : w->n;
	const struct command *cmd;
	struct grammar_result r;
	struct parse_error e = {0};

	if (pipe < w->n) {
		enum pipe_kind kind = PIPE_KIND_OPERATIONAL;

		if (grammar_parse(&s->grammar, w, from, pipe, oper_takes_rest,
			    &r, &e) < 0) {
			snprintf(c->error, sizeof(c->error), "%.500s", e.text);
			c->column = e.column;
			return;
		}
		if (oper_shows_config(r.command))
			kind = PIPE_KIND_CONFIG;
		pipes_complete(w, pipe, kind, c);
		return;
	}
	cmd = grammar_complete(&s->grammar, w, from, to, oper_takes_rest,
		names_offer, s->env, c, &rest);
	if (cmd != NULL && oper_is_help(cmd))
		help_complete("", w, rest - 1, to, c);
	else if (cmd != NULL)
		conf_complete_committed(s, w, rest, c);
}

static void
complete(struct session *s, const char *line, const char *key)
{
	struct cmdline w;
	struct completion c;
	struct tree *t;

	if (cmdline_split(line, &w) < 0) {
		session_end(s);
		return;
	}
	completion_init(&c, w.partial ? w.w[w.n - 1].text : "");
	if (s->configuring)
		conf_complete(s, &w, &c);
	else
		request_complete(s, &w, 0, &c);
	t = c.failed ? NULL : completion_tree(&c, key);
	if (t != NULL)
		session_send(s, t);
	completion_done(&c);
	cmdline_done(&w);
	session_end(s);
}

static const char *
text_of(const struct tnode *n, const char *child)
{
	const char *text = tnode_text(n, child);

	return text != NULL ? text : "";
}

/* What an `end` asked for. */
static void
load_data(struct session *s, const struct tnode *root)
{
	const char *text = tnode_text(root, "text");

	if (s->want == WANT_COMPARE)
		conf_compare_data(s, text);
	else if (s->want == WANT_SECRET)
		secret_data(s, text);
	else
		conf_load_data(s, root);
}

/* What `| request message` has gathered. */
static void
tell(struct session *s, const struct tnode *root)
{
	const char *user = tnode_text(root, "user");

	if (!session_may_run(s, "request message"))
		session_denied(s);
	else if (!session_tell(s, user, text_of(root, "text")))
		session_error(s, NO_COLUMN, "error: user '%s' is not logged in",
			user);
	session_end(s);
}

static void
copy_text(const struct tnode *root, const char *name, char *to, size_t size)
{
	const char *text = tnode_text(root, name);

	if (text != NULL)
		snprintf(to, size, "%s", text);
}

/* What the user's program tells of his terminal along with a command. */
static void
note_terminal(struct session *s, const struct tnode *root)
{
	struct session_tty *t = &s->tty;

	copy_text(root, "terminal", t->name, sizeof(t->name));
	copy_text(root, "type", t->type, sizeof(t->type));
	copy_text(root, "directory", t->directory, sizeof(t->directory));
	if (tnode_child(root, "rows") != NULL) {
		t->rows = (unsigned int)tnode_u64(root, "rows");
		t->columns = (unsigned int)tnode_u64(root, "columns");
	}
}

static void
note_line(struct session *s, const char *line)
{
	struct session_line *l;

	if (line[strspn(line, " \t")] == '\0')
		return;
	l = &s->history[s->n_history++ % SESSION_HISTORY];
	free(l->text);
	l->when = s->active;
	l->text = strdup(line);
}

void
session_request(struct session *s, struct tree *request)
{
	const struct tnode *root = request->root;

	s->request = request;
	s->busy = true;
	s->is_rpc = strcmp(root->name, "rpc") == 0;
	s->failed = false;
	s->parts = 0;
	s->active = time(NULL);
	if (strcmp(root->name, "command") == 0) {
		note_terminal(s, root);
		oper_greet(s);
		note_line(s, text_of(root, "line"));
		log_debug("mgmt", "command user=%s line=\"%.200s\"", s->user,
			text_of(root, "line"));
		log_event(LOG_FACILITY_INTERACTIVE, 6, "UI_CMDLINE_READ_LINE",
			"User '%s', command '%.800s '", s->user,
			text_of(root, "line"));
		run_line(s, text_of(root, "line"));
	} else if (s->is_rpc && root->first != NULL) {
		s->rpcs++;
		if (s->netconf)
			log_event(LOG_FACILITY_INTERACTIVE, 6, "UI_NETCONF_CMD",
				"User '%s' used NETCONF client to run command "
				"'%.100s%s%.700s'",
				s->user, root->first->name,
				root->first->value != NULL ? " " : "",
				root->first->value != NULL ? root->first->value
							   : "");
		run_rpc(s, root->first);
	} else if (strcmp(root->name, "complete") == 0) {
		complete(s, text_of(root, "line"), text_of(root, "key"));
	} else if (strcmp(root->name, "load-data") == 0) {
		load_data(s, root);
	} else if (strcmp(root->name, "tell") == 0) {
		tell(s, root);
	} else if (strcmp(root->name, "answer") == 0) {
		conf_answer(s, text_of(root, "text"));
	} else {
		session_error(s, NO_COLUMN, "error: unknown request");
		session_end(s);
	}
}

/* [OP-109] */
void
session_interrupt(struct session *s)
{
	if (s->job_running) {
		/* cancel() may still send what it has to say: totals. */
		s->job.cancel(s->job.ctx);
		ops_job_done(&s->job);
	} else if (s->busy && s->rq != NULL) {
		session_end(s); /* a long answer stops where it is */
	}
}
