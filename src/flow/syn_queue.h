/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syn_queue - SYNs that the box has answered and whose ACK is due, for the mode
 * syn-proxy [SC-22]. A flow is in it once, until it is taken or too old.
 */
#ifndef FLOW_SYN_QUEUE_H
#define FLOW_SYN_QUEUE_H

#include "pkt/pkt.h"

#define SYN_QUEUE_MAX 20000u

struct syn_queue;

struct syn_queue *syn_queue_create(void); /* NULL: no memory */
void syn_queue_free(struct syn_queue *q);

/* Remember a flow for timeout_s. False: there are limit already. */
bool syn_queue_add(struct syn_queue *q, const struct flow_key *flow,
	uint32_t now_s, uint32_t timeout_s, uint32_t limit);

/* Forget it; was it there? */
bool syn_queue_take(
	struct syn_queue *q, const struct flow_key *flow, uint32_t now_s);

#endif /* FLOW_SYN_QUEUE_H */
