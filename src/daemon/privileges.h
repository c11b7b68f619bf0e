/* SPDX-License-Identifier: Apache-2.0 */
/* privileges - what the daemon may still do once it runs. */
#ifndef DAEMON_PRIVILEGES_H
#define DAEMON_PRIVILEGES_H

/*
 * Keep CAP_NET_ADMIN and CAP_NET_RAW (ports opened by later commits), give up
 * every other capability for good. 0 or -errno. Without any privilege (a box
 * of pcap: ports run by a user) there is nothing to give up.
 */
int privileges_drop(void);

#endif /* DAEMON_PRIVILEGES_H */
