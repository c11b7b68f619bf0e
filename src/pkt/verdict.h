/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict - what a step of the packet path may answer about one packet. Steps
 * never free, send or queue the packet; the caller of the step does, by this.
 */
#ifndef PKT_VERDICT_H
#define PKT_VERDICT_H

#include "pkt/reason.h"

enum verdict {
	VERDICT_NEXT,  /* go on; at the end: transmit */
	VERDICT_DROP,  /* p->reason says why; p->answer what the sender gets */
	VERDICT_MISS,  /* session_find: no session yet */
	VERDICT_LOCAL, /* for the box itself: to host/ */
	VERDICT_RESOLVE, /* no MAC address yet: to host/, with p->out_ifl/gw */
	VERDICT_HANDOFF, /* another worker owns it: p->owner */
	VERDICT_HELD,    /* a fragment that waits in frag.c */
};

/* What the box tells the sender of a dropped packet (pkt/build.h). */
enum answer {
	ANSWER_NONE,
	ANSWER_TIME_EXCEEDED,    /* RFC 792 type 11, RFC 4443 type 3 */
	ANSWER_NET_UNREACHABLE,  /* type 3 code 0; ICMPv6 type 1 code 0 */
	ANSWER_HOST_UNREACHABLE, /* type 3 code 1; ICMPv6 type 1 code 3 */
	ANSWER_PORT_UNREACHABLE, /* type 3 code 3; ICMPv6 type 1 code 4 */
	ANSWER_ADMIN_PROHIBITED, /* type 3 code 13; ICMPv6 type 1 code 1 */
	ANSWER_UNREACHABLE,      /* type 3; ICMPv6 type 1; p->answer_code */
	ANSWER_TOO_BIG,          /* type 3 code 4; ICMPv6 type 2; p->mtu */
	ANSWER_TCP_RST,          /* RFC 9293 3.10.7.1 */
};

#endif /* PKT_VERDICT_H */
