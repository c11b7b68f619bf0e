/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set cli, show cli: the daemon keeps what was set, for `show cli`, and tells
 * the user's program, which does it [OP-112].
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "config/candidate.h"
#include "config/cnode.h"
#include "mgmt/access.h"
#include "mgmt/oper.h"
#include "mgmt/oper_impl.h"
#include "mgmt/session.h"

#define IDLE_MINUTES_MAX 30000u /* in milliseconds it must be an int */

static void
setting_text(struct session *s, const char *name, const char *value)
{
	struct tree *t = tree_create();

	if (t == NULL)
		return;
	tree_leaf(tree_root(t, "setting"), "name", "%s", name);
	tree_leaf(t->root, "value", "%s", value);
	session_send(s, t);
}

static void
setting(struct session *s, const char *name, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	setting_text(s, name, text);
}

void
oper_screen_length(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->screen_length = (int)oper_number(rq, "length");
	setting(s, "screen-length", (unsigned int)s->screen_length);
	session_print(s, "Screen length set to %d\n", s->screen_length);
}

void
oper_screen_width(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->screen_width = (int)oper_number(rq, "width");
	setting(s, "screen-width", (unsigned int)s->screen_width);
	session_print(s, "Screen width set to %d\n", s->screen_width);
}

/* on or off; false after a message. */
static bool
on_or_off(struct ops_request *rq, bool *ret)
{
	*ret = ops_arg(rq, "on") != NULL;
	if (*ret || ops_arg(rq, "off") != NULL)
		return true;
	session_error(rq->session, NO_COLUMN, "missing argument.");
	return false;
}

void
oper_complete_on_space(struct ops_request *rq)
{
	struct session *s = rq->session;

	if (!on_or_off(rq, &s->complete_on_space))
		return;
	setting(s, "complete-on-space", s->complete_on_space);
	session_print(s, "%s complete-on-space\n",
		s->complete_on_space ? "Enabling" : "Disabling");
}

void
oper_restart_on_upgrade(struct ops_request *rq)
{
	struct session *s = rq->session;

	if (!on_or_off(rq, &s->restart_on_upgrade))
		return;
	setting(s, "restart-on-upgrade", s->restart_on_upgrade);
	session_print(s, "CLI restart-on-upgrade set to %s\n",
		s->restart_on_upgrade ? "on" : "off");
}

void
oper_timestamp(struct ops_request *rq)
{
	struct session *s = rq->session;
	const char *format = ops_arg(rq, "format");

	if (format == NULL)
		format = "%b %d %T";
	s->timestamp = ops_arg(rq, "disable") == NULL;
	setting_text(s, "timestamp", s->timestamp ? format : "");
	if (s->timestamp)
		session_print(s, "CLI timestamp set to: %s\n", format);
	else
		session_print(s, "CLI timestamp disabled\n");
}

void
oper_idle_timeout(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->idle_minutes = oper_number(rq, "minutes");
	setting(s, "idle-timeout", s->idle_minutes);
	if (s->idle_minutes == 0)
		session_print(s, "Idle timeout disabled\n");
	else
		session_print(
			s, "Idle timeout set to %u minutes\n", s->idle_minutes);
}

void
oper_terminal(struct ops_request *rq)
{
	setting_text(rq->session, "terminal", ops_arg(rq, "terminal-type"));
	session_print(rq->session, "Terminal type set to %s\n",
		ops_arg(rq, "terminal-type"));
}

/* Junos says nothing: the prompt itself tells. */
void
oper_prompt(struct ops_request *rq)
{
	setting_text(rq->session, "prompt", ops_arg(rq, "prompt"));
}

void
oper_directory(struct ops_request *rq)
{
	/* The client has the files: it enters and answers. */
	setting_text(rq->session, "directory", ops_arg(rq, "directory"));
}

void
oper_show_directory(struct ops_request *rq)
{
	struct session *s = rq->session;

	session_print(s, "Current directory: %s\n", s->tty.directory);
}

/* What was set, or how the terminal is. */
static unsigned int
size_of(int set, unsigned int terminal, unsigned int usual)
{
	if (set >= 0)
		return (unsigned int)set;
	return terminal > 0 ? terminal : usual;
}

void
oper_show_cli(struct ops_request *rq)
{
	struct session *s = rq->session;

	session_print(s, "CLI complete-on-space set to %s\n",
		s->complete_on_space ? "on" : "off");
	if (s->idle_minutes == 0)
		session_print(s, "CLI idle-timeout disabled\n");
	else
		session_print(s, "CLI idle-timeout set to %u minutes\n",
			s->idle_minutes);
	session_print(s,
		"CLI restart-on-upgrade set to %s\n"
		"CLI screen-length set to %u\nCLI screen-width set to %u\n"
		"CLI terminal is '%s'\n"
		"CLI is operating in enhanced mode\n"
		"CLI timestamp %s\n"
		"CLI working directory is '%s'\n",
		s->restart_on_upgrade ? "on" : "off",
		size_of(s->screen_length, s->tty.rows, 24),
		size_of(s->screen_width, s->tty.columns, 80),
		s->tty.type[0] != '\0' ? s->tty.type : "unknown",
		s->timestamp ? "enabled" : "disabled", s->tty.directory);
}

void
oper_show_history(struct ops_request *rq)
{
	struct session *s = rq->session;
	unsigned int n = oper_number(rq, "count"), have = s->n_history;
	struct tm tm;
	char when[16];

	if (have > SESSION_HISTORY)
		have = SESSION_HISTORY;
	if (n == 0 || n > have)
		n = have;
	for (unsigned int i = s->n_history - n; i < s->n_history; i++) {
		const struct session_line *l = &s->history[i % SESSION_HISTORY];

		strftime(when, sizeof(when), "%T", localtime_r(&l->when, &tm));
		session_print(s, "  %s -- %s\n", when,
			l->text != NULL ? l->text : "");
	}
}

static const struct cnode *
login_of(const struct session *s)
{
	const struct config_store *store = s->env->config;

	if (store == NULL)
		return NULL;
	return cnode_find(config_root(config_store_effective(store)), "system",
		"login", NULL);
}

static const char *
class_of(const struct session *s)
{
	const struct cnode *user = cnode_entry(login_of(s), "user", s->user);

	return user != NULL ? cnode_leaf(user, "class") : NULL;
}

/* [OP-150] */
void
oper_greet(struct session *s)
{
	const struct cnode *login = login_of(s);
	const char *text = cnode_leaf(login, "announcement");
	const char *class = class_of(s);

	if (s->greeted || s->tty.name[0] == '\0')
		return;
	s->greeted = true;
	if (text != NULL)
		session_print(s, "%s\n", text);
	if (class == NULL)
		return;
	s->idle_minutes = (unsigned int)cnode_u64(
		cnode_entry(login, "class", class), "idle-timeout", 0);
	if (s->idle_minutes > IDLE_MINUTES_MAX)
		s->idle_minutes = IDLE_MINUTES_MAX;
	if (s->idle_minutes > 0)
		setting(s, "idle-timeout", s->idle_minutes);
}

void
oper_show_authorization(struct ops_request *rq)
{
	static const char *const texts[] = {"Allow", "Deny"};
	struct session *s = rq->session;
	const char *class = class_of(s);
	struct access a;

	session_access(s, &a);
	session_print(s, "Current user: '%s' login: '%s' class '%s'\n", s->user,
		s->user,
		class != NULL ? class
		: s->uid == 0 ? "(root)"
			      : "(none)");
	session_print(s, "Permissions:\n");
	for (unsigned int bit = 1; bit & ACCESS_ALL; bit <<= 1)
		if ((a.bits & bit) != 0)
			session_print(s, "    %-18s -- %s\n", access_name(bit),
				access_help(bit));
	session_print(s, "Individual command authorization:\n");
	for (unsigned int i = 0; i < 2; i++) {
		const char *re = i == 0 ? a.allow : a.deny;

		session_print(s, "    %s regular expression: %s\n", texts[i],
			re != NULL ? re : "none");
	}
}

const struct command_arg oper_length_args[] = {
	{NULL, "length", ARG_BARE, ARG_TYPE_U32, 0, 10000, true,
		"Number of lines of text"},
	{0},
};

const struct command_arg oper_width_args[] = {
	{NULL, "width", ARG_BARE, ARG_TYPE_U32, 0, 1024, true,
		"Number of characters in a line"},
	{0},
};

const struct command_arg oper_on_off_args[] = {
	{"off", "off", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false, "Turn it off"},
	{"on", "on", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false, "Turn it on"},
	{0},
};

const struct command_arg oper_timestamp_args[] = {
	{"disable", "disable", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Disable the timestamp in the CLI output"},
	{"format", "format", ARG_VALUE, ARG_TYPE_STRING, 0, 0, false,
		"Date and time format"},
	{0},
};

const struct command_arg oper_idle_args[] = {
	{NULL, "minutes", ARG_BARE, ARG_TYPE_U32, 0, IDLE_MINUTES_MAX, true,
		"Maximum idle time in minutes"},
	{0},
};

const struct command_arg oper_terminal_args[] = {
	{NULL, "terminal-type", ARG_BARE, ARG_TYPE_STRING, 0, 0, true,
		"Type of terminal"},
	{0},
};

const struct command_arg oper_directory_args[] = {
	{NULL, "directory", ARG_BARE, ARG_TYPE_FILE, 0, 0, true,
		"Working directory"},
	{0},
};

const struct command_arg oper_prompt_args[] = {
	{NULL, "prompt", ARG_BARE, ARG_TYPE_STRING, 0, 0, true,
		"Prompt string"},
	{0},
};

const struct command_arg oper_history_args[] = {
	{NULL, "count", ARG_BARE, ARG_TYPE_U32, 1, SESSION_HISTORY, false,
		"Number of the last commands to show"},
	{0},
};
