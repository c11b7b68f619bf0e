/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - a NETCONF session on two file descriptors, its daemon behind it.
 */
#ifndef NETCONF_SESSION_H
#define NETCONF_SESSION_H

/*
 * Serve until the client closes the session or goes away. 0; -errno when the
 * daemon cannot be reached or is lost.
 */
int netconf_serve(const char *socket_path, int in_fd, int out_fd);

#endif /* NETCONF_SESSION_H */
