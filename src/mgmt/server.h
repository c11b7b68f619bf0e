/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server - the daemon's end of the management socket: one connection is one
 * session of one user, with its mode, its place in the configuration and at
 * most one running command.
 *
 * The owner of the control thread puts mgmt_server_fd() into its own epoll set
 * and calls mgmt_server_poll() when it is readable. Nothing here blocks: a
 * reader who is too slow is waited for (long answers), loses lines (monitor,
 * ping) or, beyond all bounds, is cut off [OP-111].
 *
 * Deadlines of the configuration (commit confirmed) are kept here too: a timer
 * in the same epoll set.
 *
 * Threads: the control thread.
 */
#ifndef MGMT_SERVER_H
#define MGMT_SERVER_H

#include "ops/ops.h"

struct mgmt_server;

struct mgmt_server_options {
	const char *path; /* of the socket; NULL: only adopted ones */
	int group;        /* owner group of the socket; -1: leave it */
	/* The command table; NULL: ops_commands. */
	const struct command *commands;
};

/* More than NETCONF may have, so that there is always a way in [OP-136]. */
#define MGMT_CLIENTS_MAX 300u

/*
 * Listen. A socket file that no daemon answers is replaced. 0 or
 *   -EADDRINUSE  another daemon serves it
 *   -errno       of socket, bind, listen
 * env stays the caller's and outlives the server.
 */
int mgmt_server_create(const struct mgmt_server_options *o, struct ops_env *env,
	struct mgmt_server **ret_server);

/* Does a daemon answer at this path? */
bool mgmt_server_serves(const char *path);

int mgmt_server_fd(const struct mgmt_server *s);
void mgmt_server_poll(struct mgmt_server *s);

/* Serve a connected stream socket; it is the server's, also on failure. */
int mgmt_server_adopt(struct mgmt_server *s, int fd);

/* Tell all users something ("notice" frames). */
void mgmt_server_notice(struct mgmt_server *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Tell one user, on all his terminals, or all (NULL). */
void mgmt_server_tell(
	struct mgmt_server *s, const char *user, const char *text);

/* Close all sessions, remove the socket file. NULL is fine. */
void mgmt_server_free(struct mgmt_server *s);

#endif /* MGMT_SERVER_H */
