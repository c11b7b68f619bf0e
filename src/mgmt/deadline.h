/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline - a commit that was not confirmed in time is taken back [OP-108].
 */
#ifndef MGMT_DEADLINE_H
#define MGMT_DEADLINE_H

#include "ops/ops.h"

struct mgmt_server;

/* Let the timer fire when the next deadline is due, if there is one. */
void deadline_arm(const struct ops_env *env, int timer_fd);

/* Minutes, rounded up, until a commit is taken back; 0: none is. */
unsigned int deadline_minutes(const struct ops_env *env);

/* The timer fired: do what is due and tell the users. */
void deadline_run(struct mgmt_server *server, struct ops_env *env);

#endif /* MGMT_DEADLINE_H */
