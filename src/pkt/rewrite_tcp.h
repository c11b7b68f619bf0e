/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite_tcp - changes to the TCP header of a packet that is forwarded, for
 * connections that the box began in the server's name. As rewrite.h: checksums
 * stay as right, or as wrong, as they were; p was accepted by parse_packet().
 */
#ifndef PKT_REWRITE_TCP_H
#define PKT_REWRITE_TCP_H

#include "pkt/pkt.h"

/* The sequence number grows by delta. */
void rewrite_tcp_seq(struct pkt *p, uint32_t delta);

/* The acknowledgement grows by delta, and all numbers of a SACK option. */
void rewrite_tcp_ack(struct pkt *p, uint32_t delta);

void rewrite_tcp_window(struct pkt *p, uint16_t window);

/* No urgent data: flag and pointer are cleared. */
void rewrite_tcp_not_urgent(struct pkt *p);

#define TCP_OPTIONS_MAX 12u

struct tcp_header {
	uint32_t seq, ack;
	uint16_t window;
	uint8_t flags;
	uint8_t noptions; /* bytes, a multiple of 4 */
	uint8_t options[TCP_OPTIONS_MAX];
};

/*
 * Make p a segment with this header and without data, checksums done. p's
 * lengths and flags follow. False, and p of no use, when the mbuf is too small.
 */
bool rewrite_tcp_replace(struct pkt *p, const struct tcp_header *h);

/*
 * Make m, whose content is lost, such a segment of the box's own
 * (META_FROM_HOST, the rest of mbuf_meta zero). False: too small.
 */
bool tcp_segment_build(struct rte_mbuf *m, const struct flow_key *flow,
	const struct tcp_header *h);

/* 8 more bytes: what the quote of an ICMP error says of a TCP segment's
 * sequence number grows by delta; its checksum follows. */
void rewrite_tcp_quoted_seq(struct pkt *p, size_t quoted_l4, uint32_t delta);

#endif /* PKT_REWRITE_TCP_H */
