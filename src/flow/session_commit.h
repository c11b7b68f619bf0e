/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_commit - what does a new configuration mean to a session that lives?
 * The only place that decides it: the sweep after a commit does what is said
 * here, `commit check impact` tells it.
 */
#ifndef FLOW_SESSION_COMMIT_H
#define FLOW_SESSION_COMMIT_H

#include "flow/env.h"
#include "flow/session.h"

enum session_fate_kind {
	FATE_KEPT,
	FATE_REMATCHED,   /* another policy permits it now */
	FATE_POLICY_GONE, /* all others: it ends */
	FATE_POLICY_INACTIVE,
	FATE_REFUSED,
	FATE_INTERFACE_GONE,
	FATE_INTERFACE_MOVED, /* to another zone */
	FATE_NAT,             /* its NAT rule or pool is gone, or another one */
};

struct session_fate {
	enum session_fate_kind kind;
	uint32_t policy;   /* printed index that decides now */
	struct ifl_id ifl; /* the one that is gone or has moved */
};

static inline bool
session_fate_ends(const struct session_fate *f)
{
	return f->kind > FATE_REMATCHED;
}

/* env has the new image. Changes nothing. */
struct session_fate session_fate(const struct env *env, uint32_t session);

/* Put a fate that does not end the session into force. */
void session_rematch(
	const struct env *env, struct session *s, const struct session_fate *f);

#endif /* FLOW_SESSION_COMMIT_H */
