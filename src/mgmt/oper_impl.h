/* SPDX-License-Identifier: Apache-2.0 */
/* oper_impl - the commands of oper.h, by the file that has them. */
#ifndef MGMT_OPER_IMPL_H
#define MGMT_OPER_IMPL_H

#include "ops/ops.h"

typedef void oper_run_fn(struct ops_request *rq);

/* oper_cli.c: what `set cli` sets and `show cli` shows */
oper_run_fn oper_screen_length, oper_screen_width, oper_complete_on_space,
	oper_timestamp, oper_idle_timeout, oper_terminal, oper_directory,
	oper_prompt, oper_restart_on_upgrade, oper_show_cli, oper_show_history,
	oper_show_directory, oper_show_authorization;

extern const struct command_arg oper_length_args[], oper_width_args[],
	oper_on_off_args[], oper_timestamp_args[], oper_idle_args[],
	oper_terminal_args[], oper_directory_args[], oper_prompt_args[],
	oper_history_args[];

/* oper_local.c: what the user's own program does, and messages to users */
oper_run_fn oper_file_checksum, oper_file_compare, oper_file_copy,
	oper_file_delete, oper_file_list, oper_file_rename, oper_file_show,
	oper_shell, oper_ssh, oper_message;

extern const struct command_arg oper_file_args[], oper_file_list_args[],
	oper_two_files_args[], oper_compare_args[], oper_checksum_args[],
	oper_shell_args[], oper_ssh_args[], oper_message_args[];

/* help.c */
oper_run_fn oper_help, oper_help_apropos, oper_help_reference, oper_help_topic,
	oper_help_syslog, oper_help_tip;

extern const struct command_arg help_apropos_args[], help_syslog_args[],
	help_tip_args[];

/* rpc_session.c */
oper_run_fn oper_netconf_sessions;

/* A number given as argument; 0 if it was not. */
unsigned int oper_number(const struct ops_request *rq, const char *element);

#endif /* MGMT_OPER_IMPL_H */
