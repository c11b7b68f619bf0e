/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/seg.h"

#include <string.h>

#include <rte_mbuf.h>

bool
seg_pullup(struct rte_mbuf *m, uint32_t len)
{
	uint32_t missing;

	if (len <= m->data_len)
		return true;
	missing = len - m->data_len;
	if (len > m->pkt_len || missing > rte_pktmbuf_tailroom(m) ||
		!RTE_MBUF_DIRECT(m) || rte_mbuf_refcnt_read(m) != 1)
		return false;
	while (missing > 0) {
		struct rte_mbuf *next = m->next;
		uint16_t n = (uint16_t)RTE_MIN(missing, next->data_len);

		memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, m->data_len),
			rte_pktmbuf_mtod(next, uint8_t *), n);
		m->data_len += n;
		next->data_off += n;
		next->data_len -= n;
		missing -= n;
		if (next->data_len == 0) {
			m->next = next->next;
			m->nb_segs--;
			next->next = NULL;
			next->nb_segs = 1;
			rte_pktmbuf_free_seg(next);
		}
	}
	return true;
}

void
seg_trim(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *s = m;
	uint32_t left = len;
	uint16_t segs = 1;

	while (left > s->data_len && s->next != NULL) {
		left -= s->data_len;
		s = s->next;
		segs++;
	}
	s->data_len = (uint16_t)left;
	rte_pktmbuf_free(s->next);
	s->next = NULL;
	m->nb_segs = segs;
	m->pkt_len = len;
}

uint32_t
seg_copy(const struct rte_mbuf *m, uint32_t off, void *dst, uint32_t n)
{
	uint8_t *to = dst;
	uint32_t done = 0;

	for (; m != NULL && done < n; m = m->next) {
		uint32_t part;

		if (off >= m->data_len) {
			off -= m->data_len;
			continue;
		}
		part = RTE_MIN(m->data_len - off, n - done);
		memcpy(to + done, rte_pktmbuf_mtod_offset(m, uint8_t *, off),
			part);
		done += part;
		off = 0;
	}
	return done;
}
