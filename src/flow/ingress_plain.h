/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingress_plain - the short way in. Most packets meet nothing on the way from
 * the port to the look-up of their session: a plain frame for the box's own MAC
 * address, on an interface without a filter or a screen.
 * The image says of which interfaces that is true (ifl_row_in), so one test
 * stands for all those decisions, which are in flow.c and ingress.c and
 * nowhere else.
 */
#ifndef FLOW_INGRESS_PLAIN_H
#define FLOW_INGRESS_PLAIN_H

#include "flow/counters.h"
#include "flow/env.h"
#include "pkt/parse_plain.h"

/* What a port tells of frames that are no plain ones. */
#define MBUF_SPECIAL                                                           \
	(RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_TCP_SEG |                 \
		RTE_MBUF_F_TX_UDP_SEG)

static __rte_always_inline bool
same_mac(const uint8_t *a, const uint8_t *b)
{
	return ((get32(a) ^ get32(b)) | (get16(a + 4) ^ get16(b + 4))) == 0;
}

static __rte_always_inline bool
parse_if_plain(struct pkt *p, const struct rte_mbuf *m,
	const struct ifl_row_in *row, const uint8_t *own_mac)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
	uint16_t type = get16(frame + 12);

	if (unlikely(m->data_len < ETH_LEN + 20 || !same_mac(frame, own_mac)))
		return false;
	if (likely(type == RTE_BE16(0x0800) && row->plain[0]))
		return parse_plain4(p, m, frame);
	if (type == RTE_BE16(0x86dd) && row->plain[1])
		return parse_plain6(p, m, frame);
	return false;
}

/*
 * True: p is what parse_packet() and ingress_check() would have made of it, and
 * counted; it wants a session, or with p->in_packet_mode a route. False:
 * nothing has happened.
 */
static __rte_always_inline bool
ingress_plain(const struct env *env, struct pkt *p)
{
	struct rte_mbuf *m = p->m;
	struct mbuf_meta *meta = mbuf_meta(m);
	const struct ifl_row_in *row = image_row_in(env->image, meta->ifd);
	struct ifl_stats *c;

	if (unlikely(meta->flags != 0 || (m->ol_flags & MBUF_SPECIAL) != 0) ||
		!parse_if_plain(p, m, row, env->ifd_mac[meta->ifd.v]))
		return false;
	meta->flags = META_COUNTED;
	p->ifl = p->scope = meta->ifl = row->ifl;
	p->vr = row->vr;
	p->key.token = row->token;
	p->in_packet_mode = row->packet_mode[p->key.family != IP_V4];
	c = &env->counters->ifl[row->ifl.v];
	c->in_packets++;
	c->in_bytes += p->len;
	env->counters->total.received++;
	return true;
}

#endif /* FLOW_INGRESS_PLAIN_H */
