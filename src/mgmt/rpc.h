/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc - requests of NETCONF clients that are not in the table of commands: the
 * configuration, its locks, and whole command lines. The program that speaks
 * NETCONF (netconf/) hands them over as elements and puts the answers into
 * replies as they come:
 *   begin      how the text of the "output" frames stands in the reply:
 *              <element> "configuration-text", <inside> another around it,
 *              <raw> it is XML or JSON already, <always> also when empty
 *   rpc-error  a child of the reply, as any other tree
 * The attribute standard="standard" of the request asks for the answers of
 * RFC 6241 instead of Junos' own.
 *
 * Threads: the control thread.
 */
#ifndef MGMT_RPC_H
#define MGMT_RPC_H

#include <stdbool.h>

#include "mgmt/session.h"

/* Run it if it is one of these; ends the request. False: it is none. */
bool rpc_run(struct session *s, const struct tnode *rpc);

/* The same with another name, for what is known by several; *ret_flag is a
 * flag that the name implies, or NULL. */
const char *rpc_same_as(const char *rpc, const char **ret_flag);

/* Before a command of the table runs for an rpc: bounds what has no end. */
void rpc_bound(struct ops_request *rq);

/* For a command line in an rpc: may it run, and in which form? */
bool rpc_command_allowed(struct session *s, const struct command *c);
void rpc_command_form(struct session *s, enum pipe_kind kind);

/* How the text of `show configuration` stands in the reply: into `begin`. */
void rpc_begin_configuration(
	const struct session *s, const struct pipes *p, struct tnode *begin);

/* A NETCONF session ends. */
void rpc_session_leave(const struct session *s);

/* The private candidate is gone (close, end of the session). */
void rpc_private_close(struct session *s);

#endif /* MGMT_RPC_H */
