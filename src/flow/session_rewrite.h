/* SPDX-License-Identifier: Apache-2.0 */
/* The element of a side array of the session table. */
#ifndef FLOW_SESSION_REWRITE_H
#define FLOW_SESSION_REWRITE_H

#include "pkt/rewrite.h"

struct wing_rewrite {
	struct rewrite rw;
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct wing_rewrite) == 64, "one cache line");

#endif /* FLOW_SESSION_REWRITE_H */
