/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idle - `set cli idle-timeout`: when a user who does nothing is warned, and
 * when his session ends [OP-118].
 */
#ifndef CLI_IDLE_H
#define CLI_IDLE_H

/*
 * After so many idle seconds of a limit of so many: the seconds until
 * something is to be said; *ret_text is what is to be said then, NULL for the
 * end of the session.
 */
unsigned int idle_next(
	unsigned int limit, unsigned int elapsed, const char **ret_text);

#endif /* CLI_IDLE_H */
