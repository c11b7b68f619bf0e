/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access - what a user may do: the login class that `system login` gives to
 * the user whom the kernel names at the other end of the socket [CF-70].
 *
 * Threads: the control thread.
 */
#ifndef MGMT_ACCESS_H
#define MGMT_ACCESS_H

#include <stdbool.h>

struct cnode;
struct session;

/* Permissions, as far as a command asks for one. */
enum access_bits {
	ACCESS_VIEW = 1 << 0,
	ACCESS_VIEW_CONFIG = 1 << 1,
	ACCESS_CONFIGURE = 1 << 2,
	ACCESS_CLEAR = 1 << 3,
	ACCESS_NETWORK = 1 << 4,
	ACCESS_RESET = 1 << 5,
	ACCESS_MAINTENANCE = 1 << 6,
	ACCESS_TRACE = 1 << 7,
	ACCESS_SHELL = 1 << 8,
	ACCESS_ALL = (1 << 9) - 1,
};

/* One of these bits as `permissions` has it, and what it lets one do. */
const char *access_name(unsigned int bit);
const char *access_help(unsigned int bit);

struct access {
	unsigned int bits;
	const char *allow, *deny; /* regular expressions, or NULL */
};

/*
 * What the configuration lets user do. Privileged users (root, and who runs
 * the daemon) may do everything; while no user is configured, so may everybody
 * who can open the socket. The texts belong to the configuration.
 */
void access_of(const struct cnode *root, const char *user, bool privileged,
	struct access *ret);

/* May an operational command that begins with these words be run? */
bool access_command(const struct access *a, const char *line);

/* What the session's user may do. */
void session_access(const struct session *s, struct access *ret);

/* The same for a session; bits: one of enum access_bits. */
bool session_may(const struct session *s, unsigned int bits);
bool session_may_run(const struct session *s, const char *line);

/* Say that it may not. */
void session_denied(struct session *s);

#endif /* MGMT_ACCESS_H */
