/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syn_cookie - a first sequence number that says by itself that a SYN was
 * answered here, lately, and what that SYN could do (RFC 4987 3.6). Nothing is
 * kept.
 *
 *   31      24 23                      0
 *   [ options ][ keyed hash (SipHash)   ]
 *
 * options, hidden by another keyed hash: 1 bit of the time (periods of 32 s),
 * 2 of the segment size, 4 of the window scale, 1 selective acknowledgement.
 * Only the period of the SYN and the next are accepted: 32 to 64 seconds.
 */
#ifndef FLOW_SYN_COOKIE_H
#define FLOW_SYN_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "pkt/pkt.h"

struct syn_cookie_key {
	uint64_t k[2];
};

/* What a SYN announces. */
struct syn_options {
	uint16_t mss;
	uint8_t scale; /* of windows; TCP_NO_SCALE */
	bool sack;
};

void syn_cookie_key_make(struct syn_cookie_key *k); /* from the kernel */

/* Read the options of the TCP header at tcp (whole: parse has seen to it). */
void syn_options_read(const uint8_t *tcp, struct syn_options *ret);

/* flow and isn are those of the SYN. */
uint32_t syn_cookie_make(const struct syn_cookie_key *k,
	const struct flow_key *flow, uint32_t isn, uint32_t now_s,
	const struct syn_options *o);

/* Was this number given out for that SYN? Then with which options. */
bool syn_cookie_check(const struct syn_cookie_key *k,
	const struct flow_key *flow, uint32_t isn, uint32_t cookie,
	uint32_t now_s, struct syn_options *ret);

#endif /* FLOW_SYN_COOKIE_H */
