/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlate - a packet of one address family becomes one of the other (RFC 7915).
 * What it was parsed to be goes along: p->l3, l4, len and the family of its key
 * are those of the new packet afterwards; it has no Ethernet header then
 * (p->l2_len 0) until rewrite_l2() gives it one.
 *
 * TCP, UDP and ICMP echo, also in fragments (of ICMP not); ICMP errors with
 * what they quote. IP options and IPv6 extension headers are left away.
 */
#ifndef PKT_XLATE_H
#define PKT_XLATE_H

#include "pkt/rewrite.h"

struct xlate {
	const struct rewrite *rw; /* REWRITE_FAMILY */
	/* IPv4 to IPv6: a fragment header also on whole packets that may be
	 * fragmented (DF is not set) */
	bool fragment_header;
};

/* NEXT, or a drop: NAT_FAMILY for what has no translation, NO_MBUF. */
enum verdict xlate_packet(struct pkt *p, const struct xlate *x);

/*
 * p is an ICMP error. outer has the new addresses of p itself, quoted those and
 * the ports of what it quotes; both of the other family.
 */
enum verdict xlate_error(struct pkt *p, const struct flow_key *outer,
	const struct flow_key *quoted);

/* By how much p grows (or shrinks: negative). */
int xlate_growth(const struct pkt *p, bool fragment_header);

#endif /* PKT_XLATE_H */
