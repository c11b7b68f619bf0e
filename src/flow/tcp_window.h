/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_window - is this segment one that its receiver could accept? [FL-31]
 * Decisions about single segments and what they teach; the order in which they
 * are asked is tcp_state.c's.
 */
#ifndef FLOW_TCP_WINDOW_H
#define FLOW_TCP_WINDOW_H

#include <stdbool.h>

#include "flow/tcp_track.h"
#include "pkt/pkt.h"

/* A segment's place in sequence space. */
struct tcp_seg {
	uint32_t seq;
	uint32_t end;    /* behind its data, SYN and FIN */
	uint32_t ack;    /* when it has ACK */
	uint16_t window; /* as in the header */
	uint8_t flags;   /* TCP_* */
	uint8_t scale;   /* SYN: its window scale option, or TCP_NO_SCALE */
	bool part;       /* a first fragment: there is more than that */
};

/* RFC 9293 3.4: numbers wrap. */
static inline bool
seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool
seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* A whole super-segment counts as one. p has its TCP header (p->l4). */
void tcp_seg_read(const struct pkt *p, struct tcp_seg *ret);

/* The client's SYN: everything known before is forgotten. */
void tcp_window_syn(struct tcp_track *t, const struct tcp_seg *s);

/* The server's SYN-ACK; answers what tcp_window_syn() was told. */
void tcp_window_syn_ack(struct tcp_track *t, const struct tcp_seg *s);

/* The server's SYN without ACK: both open at the same time. */
void tcp_window_both_syn(struct tcp_track *t, const struct tcp_seg *s);

/* The first segment seen is not a SYN. */
void tcp_window_pick_up(struct tcp_track *t, const struct tcp_seg *s);

/* Does it acknowledge the client's SYN (and at most its data)? */
bool tcp_window_answers_syn(const struct tcp_track *t, const struct tcp_seg *s);

/* May this wing's peer accept the segment? What is not known passes. */
bool tcp_window_holds(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s);

/* The same for a RST, whose acknowledgement means nothing. */
bool tcp_window_holds_rst(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s);

/* Is the RST at a number that the receiver may be waiting for? Only then it
 * ends the connection (RFC 5961 3.2). */
bool tcp_window_rst_expected(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s);

/* With this segment of this wing, are both FINs acknowledged? */
bool tcp_window_all_done(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s);

/* Learn from a segment that passes. */
void tcp_window_learn(
	struct tcp_track *t, unsigned int wing, const struct tcp_seg *s);

#endif /* FLOW_TCP_WINDOW_H */
