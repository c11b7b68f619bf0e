/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_trace - what `security flow traceoptions` follows: packets that match a
 * filter as they were received, with what each decision found [LG-30]. As in
 * flow_log.h a worker writes records, the control thread reads them.
 *
 * Only packets of a box whose configuration traces come here; they go through
 * the packet path one by one.
 *
 * Threads: one writer, one reader.
 */
#ifndef FLOW_FLOW_TRACE_H
#define FLOW_FLOW_TRACE_H

#include "flow/env.h"
#include "flow/reverse_route.h"
#include "image/log_spec.h"

struct flow_trace_record {
	uint64_t time_ms;    /* of env: monotonic */
	struct flow_key key; /* as received */
	struct flow_key out; /* of the session's other side */
	uint32_t len, frag_id;
	struct ifl_id ifl;
	struct vr_id vr; /* of the forward look-up */
	uint8_t verdict, reason;
	uint8_t tcp_flags, icmp_type, icmp_code;
	uint8_t wing;
	bool first, packet_mode, fragment, reverse_packet_mode;
	uint16_t matched; /* packet-filter: place + 1; 0: there is none */
	uint32_t session; /* printed id; 0 none */
	uint32_t policy;  /* printed index; 0: not asked */
	uint16_t filter, term;
	uint32_t timeout_s;
	/* the route, when the table was asked */
	bool routed;
	uint8_t way; /* enum nexthop_type */
	struct ifl_id way_ifl, out_ifl;
	struct zone_id way_zone;
	struct ip_addr gw;
	struct vr_id reverse_vr; /* first: table of the way back */
	uint16_t worker;
};

#define FLOW_TRACE_RING 256u

struct flow_trace;
struct flow_trace *flow_trace_create(void); /* NULL: no memory */
void flow_trace_free(struct flow_trace *t); /* NULL is fine */

/* Which packet-filter takes p, parsed: place + 1; 0: none does. */
unsigned int flow_trace_match(
	const struct trace_spec *s, const struct pkt *p, struct ifl_id ifl);

/*
 * Take one packet through flow_burst(); write down what it met if a filter of
 * the image takes it, the rate allows and there is room (else it is counted).
 */
void flow_trace_packet(struct env *env, struct flow_trace *t, struct pkt *p,
	enum verdict *ret);

bool flow_trace_news(struct flow_trace *t); /* writer, as flow_log_news() */

/* Reader. */
unsigned int flow_trace_take(
	struct flow_trace *t, struct flow_trace_record *out, unsigned int n);
uint64_t flow_trace_lost(const struct flow_trace *t);

#endif /* FLOW_FLOW_TRACE_H */
