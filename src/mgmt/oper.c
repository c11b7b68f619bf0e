/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/oper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/conf.h"
#include "mgmt/session.h"

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

static unsigned int
number(const struct ops_request *rq, const char *element)
{
	const char *text = ops_arg(rq, element);

	return text != NULL ? (unsigned int)strtoul(text, NULL, 10) : 0;
}

static void
run_configure(struct ops_request *rq)
{
	struct session *s = rq->session;

	if (s->configuring) {
		session_error(
			s, NO_COLUMN, "error: already in configuration mode");
		return;
	}
	conf_enter(s, ops_arg(rq, "exclusive") != NULL,
		ops_arg(rq, "private") != NULL);
}

static void
run_exit(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->closing = true;
}

static void
run_nothing(struct ops_request *rq)
{
	(void)rq; /* some clients type `cli` after login */
}

static void
run_show_configuration(struct ops_request *rq)
{
	conf_show_committed(rq->session);
}

static void
run_show_commit(struct ops_request *rq)
{
	conf_show_commits(rq->session);
}

static void
run_show_rollback(struct ops_request *rq)
{
	conf_show_rollback(rq->session, number(rq, "rollback"),
		ops_arg(rq, "compare") != NULL ? (int)number(rq, "compare")
					       : -1);
}

static void
run_show_rescue(struct ops_request *rq)
{
	conf_show_rescue(rq->session);
}

static void
run_rescue_save(struct ops_request *rq)
{
	conf_rescue_save(rq->session);
}

static void
run_rescue_delete(struct ops_request *rq)
{
	conf_rescue_delete(rq->session);
}

static void
run_clear_commit(struct ops_request *rq)
{
	conf_clear_commit(rq->session);
}

static void
run_screen_length(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->screen_length = number(rq, "length");
	setting(s, "screen-length", s->screen_length);
	session_print(s, "Screen length set to %u\n", s->screen_length);
}

static void
run_screen_width(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->screen_width = number(rq, "width");
	setting(s, "screen-width", s->screen_width);
	session_print(s, "Screen width set to %u\n", s->screen_width);
}

static void
run_complete_on_space(struct ops_request *rq)
{
	struct session *s = rq->session;

	s->complete_on_space = ops_arg(rq, "on") != NULL;
	if (!s->complete_on_space && ops_arg(rq, "off") == NULL) {
		session_error(s, NO_COLUMN, "missing argument.");
		return;
	}
	setting(s, "complete-on-space", s->complete_on_space);
	session_print(s, "%s complete-on-space\n",
		s->complete_on_space ? "Enabling" : "Disabling");
}

static void
run_timestamp(struct ops_request *rq)
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

static void
run_idle_timeout(struct ops_request *rq)
{
	struct session *s = rq->session;
	unsigned int minutes = number(rq, "minutes");

	s->idle_minutes = minutes;
	setting(s, "idle-timeout", minutes);
	if (minutes == 0)
		session_print(s, "Idle timeout disabled\n");
	else
		session_print(s, "Idle timeout set to %u minutes\n", minutes);
}

static void
run_terminal(struct ops_request *rq)
{
	setting_text(rq->session, "terminal", ops_arg(rq, "terminal-type"));
	session_print(rq->session, "Terminal type set to %s\n",
		ops_arg(rq, "terminal-type"));
}

static void
run_directory(struct ops_request *rq)
{
	/* The client has the files: it enters and answers. */
	setting_text(rq->session, "directory", ops_arg(rq, "directory"));
}

static void
run_show_cli(struct ops_request *rq)
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
		"CLI screen-length set to %u\nCLI screen-width set to %u\n"
		"CLI timestamp %s\n",
		s->screen_length, s->screen_width,
		s->timestamp ? "enabled" : "disabled");
}

static const struct command_arg configure_args[] = {
	{"exclusive", "exclusive", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Obtain exclusive lock (other users cannot make changes)"},
	{"private", "private", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Work in private database (other users can make changes)"},
	{0},
};

static const struct command_arg rollback_args[] = {
	{NULL, "rollback", ARG_BARE, ARG_TYPE_U32, 0, 49, true,
		"Number of rollback configuration"},
	{"compare", "compare", ARG_VALUE, ARG_TYPE_U32, 0, 49, false,
		"Display difference between two rollback configurations"},
	{0},
};

static const struct command_arg length_args[] = {
	{NULL, "length", ARG_BARE, ARG_TYPE_U32, 0, 10000, true,
		"Number of lines of text"},
	{0},
};

static const struct command_arg width_args[] = {
	{NULL, "width", ARG_BARE, ARG_TYPE_U32, 0, 1024, true,
		"Number of characters in a line"},
	{0},
};

static const struct command_arg on_off_args[] = {
	{"off", "off", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Don't complete on space"},
	{"on", "on", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false, "Complete on space"},
	{0},
};

static const struct command_arg timestamp_args[] = {
	{"disable", "disable", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Disable the timestamp in the CLI output"},
	{"format", "format", ARG_VALUE, ARG_TYPE_STRING, 0, 0, false,
		"Date and time format"},
	{0},
};

static const struct command_arg idle_args[] = {
	{NULL, "minutes", ARG_BARE, ARG_TYPE_U32, 0, 30000, true,
		"Maximum idle time in minutes"},
	{0},
};

static const struct command_arg terminal_args[] = {
	{NULL, "terminal-type", ARG_BARE, ARG_TYPE_STRING, 0, 0, true,
		"Type of terminal"},
	{0},
};

static const struct command_arg directory_args[] = {
	{NULL, "directory", ARG_BARE, ARG_TYPE_FILE, 0, 0, true,
		"Working directory"},
	{0},
};

const struct command oper_commands[] = {
	{"cli", NULL, "Start the command line (it runs already)", NULL,
		run_nothing, false},
	{"clear system commit", "clear-system-commit", "Clear pending commit",
		NULL, run_clear_commit, false},
	{"configure", NULL, "Manipulate software configuration information",
		configure_args, run_configure, false},
	{"edit", NULL, "Manipulate software configuration information",
		configure_args, run_configure, false},
	{"exit", NULL, "Exit the management session", NULL, run_exit, false},
	{"quit", NULL, "Exit the management session", NULL, run_exit, false},
	{"request system configuration rescue delete",
		"request-delete-rescue-configuration",
		"Delete rescue configuration", NULL, run_rescue_delete, false},
	{"request system configuration rescue save",
		"request-save-rescue-configuration",
		"Save rescue configuration", NULL, run_rescue_save, false},
	{"set cli complete-on-space", NULL,
		"Set whether typing space completes current word", on_off_args,
		run_complete_on_space, false},
	{"set cli directory", NULL, "Set working directory", directory_args,
		run_directory, false},
	{"set cli idle-timeout", NULL,
		"Set maximum idle time before login "
		"session ends",
		idle_args, run_idle_timeout, false},
	{"set cli screen-length", NULL, "Set number of lines on screen",
		length_args, run_screen_length, false},
	{"set cli screen-width", NULL, "Set number of characters on a line",
		width_args, run_screen_width, false},
	{"set cli terminal", NULL, "Set terminal type", terminal_args,
		run_terminal, false},
	{"set cli timestamp", NULL, "Timestamp CLI output", timestamp_args,
		run_timestamp, false},
	{"show cli", NULL, "Show command-line interface settings", NULL,
		run_show_cli, false},
	{"show configuration", NULL, "Show current configuration", NULL,
		run_show_configuration, false},
	{"show system commit", "get-commit-information",
		"Show pending commit requests (if any) and commit history",
		NULL, run_show_commit, false},
	{"show system configuration rescue", NULL, "Show rescue configuration",
		NULL, run_show_rescue, false},
	{"show system rollback", "get-rollback-information",
		"Show rolled back configuration", rollback_args,
		run_show_rollback, false},
	{0},
};

bool
oper_takes_rest(const struct command *c)
{
	return c->run == run_show_configuration;
}

bool
oper_shows_config(const struct command *c)
{
	return c->run == run_show_configuration ||
	       c->run == run_show_rollback || c->run == run_show_rescue;
}
