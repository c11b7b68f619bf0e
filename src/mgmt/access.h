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

/*
 * Permissions. Of a hierarchy of the configuration there is one to see it and
 * one to change it, which includes the first: _C.
 */
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
	ACCESS_ROLLBACK = 1 << 9,
	ACCESS_ACCESS = 1 << 10,
	ACCESS_ACCESS_C = 1 << 11,
	ACCESS_ADMIN = 1 << 12,
	ACCESS_ADMIN_C = 1 << 13,
	ACCESS_FIREWALL = 1 << 14,
	ACCESS_FIREWALL_C = 1 << 15,
	ACCESS_INTERFACE = 1 << 16,
	ACCESS_INTERFACE_C = 1 << 17,
	ACCESS_ROUTING = 1 << 18,
	ACCESS_ROUTING_C = 1 << 19,
	ACCESS_SECRET = 1 << 20,
	ACCESS_SECRET_C = 1 << 21,
	ACCESS_SECURITY = 1 << 22,
	ACCESS_SECURITY_C = 1 << 23,
	ACCESS_SNMP = 1 << 24,
	ACCESS_SNMP_C = 1 << 25,
	ACCESS_STORAGE = 1 << 26,
	ACCESS_SYSTEM = 1 << 27,
	ACCESS_SYSTEM_C = 1 << 28,
	ACCESS_TRACE_C = 1 << 29,
	ACCESS_SOME_CONFIG = 1 << 30, /* the class names what */
	ACCESS_ALL = (1u << 31) - 1,
	/* Something of the configuration may be seen. */
	ACCESS_SHOW_CONFIG = ACCESS_VIEW_CONFIG | ACCESS_ACCESS | ACCESS_ADMIN |
			     ACCESS_FIREWALL | ACCESS_INTERFACE |
			     ACCESS_ROUTING | ACCESS_SECURITY | ACCESS_SNMP |
			     ACCESS_SYSTEM | ACCESS_SOME_CONFIG,
	/* All of it may be changed. */
	ACCESS_CONTROL_ALL = ACCESS_ACCESS_C | ACCESS_ADMIN_C |
			     ACCESS_FIREWALL_C | ACCESS_INTERFACE_C |
			     ACCESS_ROUTING_C | ACCESS_SECRET_C |
			     ACCESS_SECURITY_C | ACCESS_SNMP_C |
			     ACCESS_SYSTEM_C | ACCESS_TRACE_C,
};

/* One of these bits as `permissions` has it, and what it lets one do. */
const char *access_name(unsigned int bit);
const char *access_help(unsigned int bit);

struct access {
	unsigned int bits;
	const char *allow, *deny;  /* regular expressions, or NULL */
	const struct cnode *class; /* of the configuration, or NULL */
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
