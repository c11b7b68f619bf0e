/* SPDX-License-Identifier: Apache-2.0 */
/* first_path - the order of decisions about a packet that has no session. */
#ifndef FLOW_FIRST_PATH_H
#define FLOW_FIRST_PATH_H

#include "flow/env.h"

/*
 * NEXT: a session exists now, with both wings, and p belongs to its In wing
 * (or, an ICMP error, to the session that it is about). Or a drop.
 */
enum verdict first_path_run(const struct env *env, struct pkt *p);

#endif /* FLOW_FIRST_PATH_H */
