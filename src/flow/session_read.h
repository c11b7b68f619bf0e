/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_read - sessions as the operator sees them, one worker's table. To be
 * called by that worker, between two bursts, in steps of bounded length.
 */
#ifndef FLOW_SESSION_READ_H
#define FLOW_SESSION_READ_H

#include "flow/env.h"
#include "flow/flow_read.h"

/* In one call, which is a pause between two bursts: so many slots, and so many
 * sessions of which more than the slot is looked at. */
#define SESSION_READ_STEP 1024u
#define SESSION_LOOK_STEP 128u

/*
 * Copy matching sessions from slot *cursor on (1 at first) until n are copied
 * or SESSION_READ_STEP slots seen; *cursor is the next slot, 0 at the end.
 */
unsigned int session_read(const struct env *env, const struct session_filter *f,
	uint32_t *cursor, struct session_info *out, unsigned int n);

/* Close matching sessions, in the same steps. Returns how many. */
unsigned int session_clear(const struct env *env,
	const struct session_filter *f, uint32_t *cursor);

/*
 * After a commit: end sessions whose policy or interfaces are gone
 * [FL-16]. Same steps.
 */
unsigned int session_sweep(const struct env *env, uint32_t *cursor);

/* Sum up what living sessions of a policy have carried; all slots at once. */
void session_policy_sum(const struct env *env, uint32_t policy_index,
	uint32_t *cursor, struct policy_stats *sum);

#endif /* FLOW_SESSION_READ_H */
