/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/frag_join.h"

#include <rte_ip.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"

#define IPV6_FRAGMENT 44
#define FRAGMENT_LEN  8u

bool
frag_joinable(const struct pkt *p)
{
	return p->key.family == IP_V4 || p->l3[6] == IPV6_FRAGMENT;
}

/* Most come in order. */
static void
sort(struct frag_part *parts, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++) {
		struct frag_part v = parts[i];
		unsigned int at = i;

		for (; at > 0 && parts[at - 1].off > v.off; at--)
			parts[at] = parts[at - 1];
		parts[at] = v;
	}
}

/* The whole one's length; it is no fragment any more. */
static void
ipv4_whole(uint8_t *l3, uint32_t len)
{
	uint32_t hlen = (uint32_t)(l3[0] & 15) * 4;

	store16(l3 + 2, (uint16_t)len);
	store16(l3 + 6, load16(l3 + 6) & RTE_IPV4_HDR_DF_FLAG);
	put16(l3 + 10, 0);
	put16(l3 + 10, cksum_finish(cksum_add(l3, hlen, 0)));
}

/* The fragment header goes: what stands before it moves up. */
static void
ipv6_whole(struct rte_mbuf *m, uint16_t l3_off, uint32_t payload)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
	uint8_t next = frame[l3_off + 40];
	uint8_t *l3;

	memmove(frame + FRAGMENT_LEN, frame, (size_t)l3_off + 40);
	l3 = (uint8_t *)rte_pktmbuf_adj(m, FRAGMENT_LEN) + l3_off;
	l3[6] = next;
	store16(l3 + 4, (uint16_t)payload);
}

static void
chain(struct frag_part *parts, unsigned int n)
{
	struct rte_mbuf *first = parts[0].m;
	struct rte_mbuf *last = rte_pktmbuf_lastseg(first);

	for (unsigned int i = 1; i < n; i++) {
		struct rte_mbuf *m = parts[i].m;

		rte_pktmbuf_adj(m, parts[i].head);
		first->nb_segs = (uint16_t)(first->nb_segs + m->nb_segs);
		first->pkt_len += m->pkt_len;
		last->next = m;
		last = rte_pktmbuf_lastseg(m);
	}
}

struct rte_mbuf *
frag_join(struct frag_part *parts, unsigned int n, uint16_t l3)
{
	uint16_t largest = 0;
	struct rte_mbuf *m;
	uint32_t data;
	uint8_t *ip;

	sort(parts, n);
	m = parts[0].m;
	data = (uint32_t)parts[n - 1].off + parts[n - 1].len;
	ip = rte_pktmbuf_mtod_offset(m, uint8_t *, l3);
	for (unsigned int i = 0; i < n; i++)
		largest = RTE_MAX(largest, parts[i].size);
	/* A head that does not lie in one buffer, or a sum that is too long. */
	for (unsigned int i = 0; i < n; i++) {
		if (parts[i].m->data_len >= parts[i].head &&
			parts[0].head - l3 + data <= UINT16_MAX)
			continue;
		for (unsigned int k = 0; k < n; k++)
			rte_pktmbuf_free(parts[k].m);
		return NULL;
	}
	chain(parts, n);
	if (ip[0] >> 4 == 4)
		ipv4_whole(ip, parts[0].head - l3 + data);
	else
		ipv6_whole(m, l3, data);
	mbuf_meta(m)->flags |= META_JOINED;
	mbuf_meta(m)->frag_size = largest;
	return m;
}
