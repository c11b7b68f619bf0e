/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_state - what a TCP segment does to its session [FL-30..FL-33]. The state
 * and the windows live in struct tcp_track, reached by the session's index.
 */
#ifndef FLOW_TCP_STATE_H
#define FLOW_TCP_STATE_H

#include "flow/env.h"
#include "flow/session.h"
#include "flow/tcp_window.h"

/* What a segment is to its session; the columns of the table of tcp_state.c. */
enum tcp_class {
	TCPC_SYN,     /* the client's first SYN again; any of the server */
	TCPC_SYN_NEW, /* a SYN of the client with another number */
	TCPC_SYN_ACK,
	TCPC_SYN_ACK_NEW, /* answers the SYN_NEW that passed before */
	TCPC_ACK,         /* with data or without */
	TCPC_LAST_ACK,    /* now both FINs are acknowledged */
	TCPC_FIN,
	TCPC_RST,
	TCPC_RST_DOUBT, /* in the window, but will not end the connection */
	TCPC_ODD,       /* no TCP sends these flags */
	TCPC_COUNT
};

enum tcp_action {
	TCPA_ODD,       /* drop: impossible flags; the cells left out */
	TCPA_HOLD,      /* must lie in the window, and teaches it */
	TCPA_FREE,      /* passes, teaches nothing */
	TCPA_EARLY,     /* HOLD; before the handshake: strict-syn-check drops */
	TCPA_COMPLETE,  /* HOLD, and must acknowledge the other side's SYN */
	TCPA_SYN_AGAIN, /* passes: it has the number of the first SYN */
	TCPA_SYN_BOTH,  /* the server's SYN: simultaneous open */
	TCPA_SYN_ACK,   /* must acknowledge the client's SYN */
	TCPA_SYN_ACK_AGAIN, /* HOLD, or the server begins anew */
	TCPA_CHALLENGE,     /* of an old connection: passes and is remembered */
	TCPA_LIMBO, /* the client has lost the connection: ask the server */
	TCPA_RENEW, /* ... which has lost it too: a new handshake */
	TCPA_SIDE,  /* HOLD, but only after a simultaneous open */
	TCPA_RST,
	TCPA_NEW /* ends the session; is a first packet */
};

struct tcp_rule {
	uint8_t action; /* enum tcp_action */
	uint8_t next;   /* enum tcp_state, when the action lets it pass */
};

/* [state][class][wing] */
extern const struct tcp_rule tcp_rules[TCPS_COUNT][TCPC_COUNT][2];

/* May this segment open a session? NEXT or a drop (with RST if the zone
 * asks).*/
enum verdict tcp_first(const struct env *env, struct pkt *p);

/* The same question once the policy is known: syn-check-required. */
enum verdict tcp_first_by_policy(
	const struct env *env, struct pkt *p, const struct policy_spec *policy);

/* State, timeout and windows of the session that p opens; s->policy_index is
 * set. */
void tcp_open(const struct env *env, uint32_t index, const struct pkt *p,
	uint32_t app_timeout_s);

/*
 * A segment of an existing session. NEXT, a drop that leaves no trace, or
 * MISS: the session has been ended by a new SYN, which is a first packet.
 */
enum verdict tcp_segment(const struct env *env, struct pkt *p);

/* To what the MSS option of a SYN is lowered; 0: left alone. */
uint16_t tcp_mss(const struct env *env, const struct pkt *p);

#endif /* FLOW_TCP_STATE_H */
