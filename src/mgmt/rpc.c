/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/rpc_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/access.h"
#include "mgmt/access_config.h"
#include "mgmt/request.h"

static void
run_command(struct session *s, const struct tnode *rpc)
{
	static const struct {
		const char *name;
		enum pipe_form form;
	} forms[] = {{"text", PIPE_FORM_TEXT}, {"ascii", PIPE_FORM_TEXT},
		{"xml", PIPE_FORM_XML}, {"json", PIPE_FORM_JSON},
		{"set", PIPE_FORM_SET}};
	const char *format = tnode_attr(rpc, "format");
	const char *line = rpc->value != NULL ? rpc->value : "";
	struct rpc_error e = {.bad_element = "command"};

	s->rpc_form = PIPE_FORM_XML;
	for (size_t i = 0; format && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, format) == 0)
			s->rpc_form = forms[i].form;
	line += strspn(line, " \t\r\n");
	if (cmdline_split(line, &s->words) < 0)
		e.message = "the line has too many words";
	else if (s->words.open_quote)
		e.message = "syntax error: missing quote";
	else if (s->words.n == 0)
		e.message = "missing argument";
	if (e.message != NULL) {
		rpc_error(s, NULL, &e);
		session_end(s);
		return;
	}
	request_operational(s, 0, cmdline_pipe(&s->words, 0));
}

/* The words of the command line that make no sense in a request. */
bool
rpc_command_allowed(struct session *s, const struct command *c)
{
	/* What a terminal is needed for, or the user's own program. */
	static const char *const never[] = {"cli", "configure", "edit", "exit",
		"quit", "ssh", "start shell"};
	bool ok = strncmp(c->words, "set cli", 7) != 0 &&
		  strncmp(c->words, "file ", 5) != 0;

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		ok = ok && strcmp(c->words, never[i]) != 0;
	if (!ok)
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "command is not valid "
						       "in a request",
				.bad_element = c->words});
	return ok;
}

/* The format of the request, unless the line itself has a display or filters
 * that need text. */
void
rpc_command_form(struct session *s, enum pipe_kind kind)
{
	for (unsigned int i = 0; i < s->pipes.n; i++)
		if (strcmp(s->pipes.stage[i].name, "no-more") != 0)
			return;
	if (s->pipes.form != PIPE_FORM_TEXT)
		return;
	if (s->rpc_form != PIPE_FORM_SET || kind == PIPE_KIND_CONFIG)
		s->pipes.form = s->rpc_form;
}

void
rpc_begin_configuration(
	const struct session *s, const struct pipes *p, struct tnode *begin)
{
	bool raw = p->form == PIPE_FORM_XML || p->form == PIPE_FORM_JSON;
	bool set = p->form == PIPE_FORM_SET && s->rpc_form == PIPE_FORM_SET;

	if (raw)
		tree_flag(begin, "raw");
	else
		tree_leaf(begin, "element",
			set ? "configuration-set" : "configuration-output");
}

/* ping and monitor go on until somebody types ^C; here is nobody. */
void
rpc_bound(struct ops_request *rq)
{
	const struct command_arg *count = NULL;

	if (strcmp(rq->command->words, "ping") != 0 &&
		strncmp(rq->command->words, "monitor ", 8) != 0)
		return;
	for (const struct command_arg *a = rq->command->args; a && a->element;
		a++)
		if (strcmp(a->element, "count") == 0)
			count = a;
	if (count != NULL && ops_arg(rq, "count") == NULL &&
		rq->nargs < sizeof(rq->args) / sizeof(rq->args[0]))
		rq->args[rq->nargs++] =
			(struct ops_arg_value){.arg = count, .value = "5"};
}

const char *
rpc_same_as(const char *rpc, const char **ret_flag)
{
	static const struct {
		const char *rpc, *same_as, *flag;
	} aliases[] = {
		{"clear-persist-nat-all", "clear-persist-nat-all", "all"},
		{"get-firewall-counter-information", "get-firewall-information",
			NULL},
		{"get-firewall-filter-information", "get-firewall-information",
			NULL},
		{"get-flow-session-by-identifier",
			"get-flow-session-information", NULL},
		{"get-global-firewall-policies", "get-firewall-policies",
			"global"},
		{"get-zones-named-information", "get-zones-information", NULL},
	};

	*ret_flag = NULL;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(rpc, aliases[i].rpc) == 0) {
			*ret_flag = aliases[i].flag;
			return aliases[i].same_as;
		}
	return rpc;
}

/* private: works on the session's own candidate if it has one. */
static const struct {
	const char *name;
	rpc_fn *run;
	bool private, command;
	unsigned int access; /* 0: everybody, or the command says */
} rpcs[] = {
	{"cancel-commit", rpc_cancel_commit, false, false, ACCESS_CONFIGURE},
	{"close-configuration", rpc_close, false, false, 0},
	{"command", run_command, false, true, 0},
	{"commit-configuration", rpc_commit, false, false, ACCESS_CONFIGURE},
	{"discard-changes", rpc_discard, true, false, ACCESS_CONFIGURE},
	{"get-commit-information", rpc_get_commits, false, false, ACCESS_VIEW},
	{"get-commit-revision-information", rpc_get_revision, false, false,
		ACCESS_VIEW},
	{"get-configuration", rpc_get_configuration, true, false,
		ACCESS_SHOW_CONFIG},
	{"get-rollback-information", rpc_get_rollback, false, false,
		ACCESS_SHOW_CONFIG},
	{"get-rescue-information", rpc_get_rescue, false, false,
		ACCESS_SHOW_CONFIG},
	{"kill-session", rpc_kill, false, false, ACCESS_MAINTENANCE},
	{"load-configuration", rpc_load, true, false, ACCESS_CONFIGURE},
	{"lock-configuration", rpc_lock, false, false, ACCESS_CONFIGURE},
	{"open-configuration", rpc_open, false, false, ACCESS_CONFIGURE},
	{"unlock-configuration", rpc_unlock, false, false, 0},
	{"vrflow-session", rpc_session, false, false, 0},
};

/* A change that the user may not make is none, and was none [CF-77]. */
static void
run_guarded(struct session *s, const struct tnode *rpc, rpc_fn *run)
{
	struct config_tree *before = access_guard(s);
	size_t mark = s->out.len;
	char *what;

	run(s, rpc);
	if (!access_settle(s, before, &what)) {
		s->out.len = mark; /* what it answered is not so */
		rpc_error(s, NULL,
			&(struct rpc_error){.message = "permission denied",
				.bad_element = what});
	}
	free(what);
}

bool
rpc_run(struct session *s, const struct tnode *rpc)
{
	for (size_t i = 0; i < sizeof(rpcs) / sizeof(rpcs[0]); i++) {
		bool swap = rpcs[i].private && s->private_candidate != NULL;

		if (strcmp(rpcs[i].name, rpc->name) != 0)
			continue;
		if (rpcs[i].access != 0 && !session_may(s, rpcs[i].access)) {
			session_denied(s);
			session_end(s);
			return true;
		}
		if (s->env->config == NULL && !rpcs[i].command) {
			rpc_error(s, NULL,
				&(struct rpc_error){.message = "there is no "
							       "configuration"
							       " database"});
			session_end(s);
			return true;
		}
		if (swap)
			config_store_swap(
				s->env->config, &s->private_candidate);
		if (rpcs[i].private && rpcs[i].access == ACCESS_CONFIGURE)
			run_guarded(s, rpc, rpcs[i].run);
		else
			rpcs[i].run(s, rpc);
		if (swap)
			config_store_swap(
				s->env->config, &s->private_candidate);
		if (!rpcs[i].command)
			session_end(s);
		return true;
	}
	return false;
}
