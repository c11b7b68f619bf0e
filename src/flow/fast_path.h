/* SPDX-License-Identifier: Apache-2.0 */
/* fast_path - what every packet of a session goes through, the first too. */
#ifndef FLOW_FAST_PATH_H
#define FLOW_FAST_PATH_H

#include "flow/env.h"

/*
 * p->session and p->wing are set. NEXT: rewritten, to be sent to p->adj;
 * LOCAL: for the box; RESOLVE; a drop; or MISS: the session is gone and p is a
 * first packet now.
 */
enum verdict fast_path_run(const struct env *env, struct pkt *p);

/* A packet that is only routed: packet mode, or the box's own errors. */
enum verdict packet_mode_run(const struct env *env, struct pkt *p);

#endif /* FLOW_FAST_PATH_H */
