/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/oper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/conf.h"
#include "mgmt/oper_impl.h"
#include "mgmt/rpc_impl.h"
#include "mgmt/session.h"

unsigned int
oper_number(const struct ops_request *rq, const char *element)
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
	struct session *s = rq->session;

	if (s->pipes.form == PIPE_FORM_XML || s->pipes.form == PIPE_FORM_JSON)
		rpc_get_commits(s, NULL);
	else
		conf_show_commits(s);
}

static void
run_show_rollback(struct ops_request *rq)
{
	conf_show_rollback(rq->session, oper_number(rq, "rollback"),
		ops_arg(rq, "compare") != NULL ? (int)oper_number(rq, "compare")
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
	{"file checksum", NULL, "Calculate file checksum", oper_checksum_args,
		oper_file_checksum, false},
	{"file compare", NULL, "Compare files", oper_compare_args,
		oper_file_compare, false},
	{"file copy", NULL, "Copy files", oper_two_files_args, oper_file_copy,
		true},
	{"file delete", NULL, "Delete files from the system", oper_file_args,
		oper_file_delete, true},
	{"file list", NULL, "List file information", oper_file_list_args,
		oper_file_list, false},
	{"file rename", NULL, "Rename files", oper_two_files_args,
		oper_file_rename, true},
	{"file show", NULL, "Show file contents", oper_file_args,
		oper_file_show, false},
	{"help", NULL, "Provide help information", NULL, oper_help, false},
	{"help apropos", NULL, "Find help information about a topic",
		help_apropos_args, oper_help_apropos, false},
	{"help reference", NULL, "Provide help with configuration statements",
		NULL, oper_help_reference, false},
	{"help syslog", NULL, "Provide help with system log messages",
		help_syslog_args, oper_help_syslog, false},
	{"help tip cli", NULL, "Provide tips about the CLI", help_tip_args,
		oper_help_tip, false},
	{"help topic", NULL, "Provide help for high level topics", NULL,
		oper_help_topic, false},
	{"quit", NULL, "Exit the management session", NULL, run_exit, false},
	{"request message", NULL, "Send text message to other users",
		oper_message_args, oper_message, false},
	{"request system configuration rescue delete",
		"request-delete-rescue-configuration",
		"Delete rescue configuration", NULL, run_rescue_delete, false},
	{"request system configuration rescue save",
		"request-save-rescue-configuration",
		"Save rescue configuration", NULL, run_rescue_save, false},
	{"set cli complete-on-space", NULL,
		"Set whether typing space completes current word",
		oper_on_off_args, oper_complete_on_space, false},
	{"set cli directory", NULL, "Set working directory",
		oper_directory_args, oper_directory, false},
	{"set cli idle-timeout", NULL,
		"Set maximum idle time before login session ends",
		oper_idle_args, oper_idle_timeout, false},
	{"set cli prompt", NULL, "Set CLI command prompt string",
		oper_prompt_args, oper_prompt, false},
	{"set cli restart-on-upgrade", NULL,
		"Set whether CLI prompts to restart after software upgrade",
		oper_on_off_args, oper_restart_on_upgrade, false},
	{"set cli screen-length", NULL, "Set number of lines on screen",
		oper_length_args, oper_screen_length, false},
	{"set cli screen-width", NULL, "Set number of characters on a line",
		oper_width_args, oper_screen_width, false},
	{"set cli terminal", NULL, "Set terminal type", oper_terminal_args,
		oper_terminal, false},
	{"set cli timestamp", NULL, "Timestamp CLI output", oper_timestamp_args,
		oper_timestamp, false},
	{"show cli", NULL, "Show command-line interface settings", NULL,
		oper_show_cli, false},
	{"show cli authorization", NULL,
		"Show current user's authorization information", NULL,
		oper_show_authorization, false},
	{"show cli directory", NULL, "Show current working directory", NULL,
		oper_show_directory, false},
	{"show cli history", NULL, "Show previous commands", oper_history_args,
		oper_show_history, false},
	{"show configuration", NULL, "Show current configuration", NULL,
		run_show_configuration, false},
	{"show netconf sessions", "get-netconf-session-information",
		"Show NETCONF sessions and how many there may be", NULL,
		oper_netconf_sessions, false},
	{"show system commit", "get-commit-information",
		"Show pending commit requests (if any) and commit history",
		NULL, run_show_commit, false},
	{"show system configuration rescue", "get-rescue-information",
		"Show rescue configuration", NULL, run_show_rescue, false},
	{"show system rollback", "get-rollback-information",
		"Show rolled back configuration", rollback_args,
		run_show_rollback, false},
	{"ssh", NULL, "Start secure shell on another system", oper_ssh_args,
		oper_ssh, false},
	{"start shell", NULL, "Start a shell of the system", oper_shell_args,
		oper_shell, false},
	{0},
};

bool
oper_takes_rest(const struct command *c)
{
	return c->run == run_show_configuration || oper_is_help(c);
}

bool
oper_is_help(const struct command *c)
{
	return c->run == oper_help_reference || c->run == oper_help_topic;
}

bool
oper_shows_config(const struct command *c)
{
	return c->run == run_show_configuration ||
	       c->run == run_show_rollback || c->run == run_show_rescue;
}
