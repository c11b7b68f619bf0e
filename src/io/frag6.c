/* SPDX-License-Identifier: Apache-2.0 */
#include "io/frag6.h"

#include <rte_ip.h>

#include "pkt/bytes.h"

#define HEADERS  48u /* IPv6, and the fragment header */
#define FRAGMENT 44
#define MORE     1u

bool
frag6_is_fragment(const struct rte_mbuf *m)
{
	const uint8_t *l3 = rte_pktmbuf_mtod(m, const uint8_t *);

	return rte_pktmbuf_data_len(m) >= HEADERS && l3[0] >> 4 == 6 &&
	       l3[6] == FRAGMENT;
}

/* The headers of m before len bytes of its payload, which begin at off. */
static struct rte_mbuf *
part(struct rte_mbuf *m, struct rte_mempool *pool, uint32_t off, uint32_t len)
{
	const uint8_t *old = rte_pktmbuf_mtod(m, const uint8_t *);
	struct rte_mbuf *o = rte_pktmbuf_copy(m, pool, HEADERS + off, len);
	uint16_t word = load16(old + 42);
	uint8_t *l3;

	if (o == NULL)
		return NULL;
	l3 = (uint8_t *)rte_pktmbuf_prepend(o, HEADERS);
	if (l3 == NULL) {
		rte_pktmbuf_free(o);
		return NULL;
	}
	memcpy(l3, old, HEADERS);
	store16(l3 + 4, (uint16_t)(len + HEADERS - 40));
	/* Offsets count in units of 8, above three bits: so do bytes. */
	word = (uint16_t)(word + off);
	if (HEADERS + off + len < rte_pktmbuf_pkt_len(m))
		word |= MORE;
	store16(l3 + 42, word);
	return o;
}

int
frag6_cut(struct rte_mbuf *m, uint16_t mtu, struct rte_mempool *pool,
	struct rte_mbuf **out, unsigned int max)
{
	uint32_t all = rte_pktmbuf_pkt_len(m) - HEADERS;
	uint32_t room = mtu < HEADERS ? 0 : (mtu - HEADERS) / 8 * 8;
	unsigned int n = 0;

	for (uint32_t off = 0; off < all; off += room) {
		if (room == 0 || n == max ||
			(out[n] = part(m, pool, off,
				 RTE_MIN(room, all - off))) == NULL) {
			rte_pktmbuf_free_bulk(out, n);
			return -1;
		}
		n++;
	}
	return (int)n;
}
