/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segments - what a packet counts as on the wire: a super-segment of a Linux
 * host is many packets, each with its own headers.
 */
#ifndef FLOW_SEGMENTS_H
#define FLOW_SEGMENTS_H

#include "pkt/pkt.h"

struct segments {
	uint32_t packets, bytes; /* bytes: IP packets, headers of each */
	uint32_t largest;        /* IP length of the largest */
};

static inline struct segments
pkt_segments(const struct pkt *p)
{
	struct segments s = {1, p->len, p->len};
	const uint64_t seg = RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG;
	uint32_t headers, data;

	if (likely((p->m->ol_flags & seg) == 0) || p->m->tso_segsz == 0 ||
		p->l4 == NULL)
		return s;
	headers = (uint32_t)(p->l4 - p->l3) +
		  (p->key.protocol == IPP_TCP ? (uint32_t)(p->l4[12] >> 4) * 4
					      : 8u);
	if (headers >= p->len)
		return s;
	data = p->len - headers;
	s.packets = (data + p->m->tso_segsz - 1) / p->m->tso_segsz;
	s.bytes = data + s.packets * headers;
	s.largest = headers + (data < p->m->tso_segsz ? data : p->m->tso_segsz);
	return s;
}

#endif /* FLOW_SEGMENTS_H */
