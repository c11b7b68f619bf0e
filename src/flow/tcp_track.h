/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_track - what a TCP session needs beyond struct session: its state, and
 * for each wing where its side stands in its sequence space. A table of its
 * own beside the sessions, with the same index, so that other protocols never
 * touch it: one line of 64 bytes, 2 x 24 for the wings and 16 for both.
 *
 * "Wing" stands for the side whose packets match it: wing[0] is the client.
 * Numbers of a wing's own sequence space: end, limit, fin_end, and the other
 * wing's ack. They wrap; tcp_window.h compares them. Host order.
 * Written by the worker that owns the session.
 */
#ifndef FLOW_TCP_TRACK_H
#define FLOW_TCP_TRACK_H

#include <stdint.h>

enum tcp_state {
	TCPS_SYN_SENT,     /* a SYN from the client */
	TCPS_SYN_RECEIVED, /* the server's SYN-ACK; the client's ACK is due */
	TCPS_BOTH_SYN,     /* simultaneous open: a SYN from either side */
	TCPS_BOTH_CLIENT,  /* ... the client has acknowledged, */
	TCPS_BOTH_SERVER,  /* ... or the server has; the other is due */
	TCPS_ESTABLISHED,
	TCPS_FIN_CLIENT, /* the client has sent its FIN */
	TCPS_FIN_SERVER, /* the server has */
	TCPS_FIN_BOTH,   /* both have: time-wait */
	TCPS_CLOSED,     /* both FINs are acknowledged; lingers shortly */
	TCPS_RESET,      /* a RST has ended it; lingers shortly */
	TCPS_COUNT
};

enum {
	TCPW_END = 1,      /* end is known */
	TCPW_LIMIT = 2,    /* limit is known */
	TCPW_ACK = 4,      /* ack is known */
	TCPW_FIN = 8,      /* fin_end is known */
	TCPW_FRAGMENT = 16 /* sent fragments: end may fall short by 64 KB */
};

#define TCP_NO_SCALE UINT8_MAX /* its SYN had no window scale option */

struct tcp_wing {
	uint32_t end;     /* behind the highest number that it has sent */
	uint32_t limit;   /* up to where its peer has let it send */
	uint32_t ack;     /* the highest that it has acknowledged */
	uint32_t window;  /* the largest that it has announced, in bytes */
	uint32_t fin_end; /* behind its FIN */
	uint16_t mss;     /* its SYN may announce no more; 0: no own limit */
	uint8_t scale;    /* of its windows; TCP_NO_SCALE */
	uint8_t flags;    /* TCPW_* */
};

enum {
	TCPT_SEQUENCE = 1, /* segments outside the window are dropped */
	TCPT_RST = 2,      /* rst-sequence-check */
	TCPT_PICKED = 4,   /* began in the middle: what is not known passes */
	TCPT_BOTH_SYN = 8, /* was opened by both sides */
	TCPT_LIMBO = 16,   /* limbo: a client's SYN that may yet be answered */
	TCPT_PROXIED = 64, /* was opened by syn_proxy.c [SC-20] */
	TCPT_CHALLENGE = 32, /* limbo: an ACK that answered the first SYN */
};

struct tcp_track {
	struct tcp_wing wing[2];
	uint32_t first;        /* sequence number of the client's SYN */
	uint32_t limbo;        /* behind that SYN; or number of that ACK */
	uint16_t limbo_window; /* of that SYN */
	uint8_t limbo_scale;
	uint8_t state;               /* enum tcp_state */
	uint32_t app_timeout_s : 24; /* once the handshake has completed */
	uint32_t flags : 8;          /* TCPT_* */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct tcp_track) == 64, "one cache line");

#endif /* FLOW_TCP_TRACK_H */
