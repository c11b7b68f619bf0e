/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - the user's end of the management socket: requests out, frames in
 * (mgmt/proto.h). Used by the command line and by the NETCONF program.
 *
 * Threads: one at a time. All calls block.
 */
#ifndef MGMT_CLIENT_H
#define MGMT_CLIENT_H

#include <stdbool.h>

#include "base/tree.h"

struct mgmt_client;

/* 0, or -errno of the connection: -ENOENT and -ECONNREFUSED: no daemon. */
int mgmt_client_open(const char *path, struct mgmt_client **ret_client);
void mgmt_client_close(struct mgmt_client *c); /* NULL is fine */

/* For poll(); a frame may also be there already, see mgmt_client_pending(). */
int mgmt_client_fd(const struct mgmt_client *c);
bool mgmt_client_pending(const struct mgmt_client *c);

/* Send one request, which stays the caller's. 0 or -errno. */
int mgmt_client_send(struct mgmt_client *c, const struct tree *request);

/* The same for a request of one element with one text child. */
int mgmt_client_send_text(struct mgmt_client *c, const char *request,
	const char *child, const char *text);

/*
 * The next frame, the caller's. 0, -EINTR when a signal came while waiting
 * (send "interrupt" and go on), -EPIPE when the daemon is gone, or -EBADMSG.
 */
int mgmt_client_recv(struct mgmt_client *c, struct tree **ret_tree);

/* Take vrflow:part off the root: is the tree the first, the last of its
 * answer? */
void mgmt_client_part(struct tree *t, bool *ret_first, bool *ret_last);

#endif /* MGMT_CLIENT_H */
