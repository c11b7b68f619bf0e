/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oper - the operational commands that are about the session and the
 * configuration rather than about packets: configure, exit, set cli,
 * show configuration, show system commit, show system rollback.
 */
#ifndef MGMT_OPER_H
#define MGMT_OPER_H

#include <stdbool.h>

#include "ops/ops.h"

extern const struct command oper_commands[];

/* Does the command read the rest of the line itself (a configuration path)? */
bool oper_takes_rest(const struct command *c);
/* Is that path one of the schema, for `help`? */
bool oper_is_help(const struct command *c);

struct session;
/* Before the first command of a session on a terminal: what `system login` has
 * for its user. */
void oper_greet(struct session *s);

/* May `| compare` and `| display set` follow? */
bool oper_shows_config(const struct command *c);

#endif /* MGMT_OPER_H */
