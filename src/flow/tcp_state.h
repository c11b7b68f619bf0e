/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_state - what a TCP segment does to its session [FL-30]. */
#ifndef FLOW_TCP_STATE_H
#define FLOW_TCP_STATE_H

#include "flow/env.h"
#include "flow/session.h"

/* May this segment open a session? NEXT or a drop (with RST if the zone asks).*/
enum verdict tcp_first(const struct env *env, struct pkt *p);

/* State and timeout of a session that the SYN (or other segment) p opens. */
void tcp_open(const struct env *env, struct session *s, const struct pkt *p,
	uint32_t app_timeout_s);

/*
 * A segment of an existing session. NEXT, a drop, or MISS: the session has
 * been ended by a new SYN, which is a first packet.
 */
enum verdict tcp_segment(const struct env *env, struct pkt *p);

#endif /* FLOW_TCP_STATE_H */
