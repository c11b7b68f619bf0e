/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frag6 - a fragment of IPv6 that is too large is cut into smaller ones of the
 * same packet [NA-74]. No router does that (RFC 8200 4.5); who translates an
 * IPv4 fragment that may be cut on its way does (RFC 7915 4).
 *
 * Threads: any, with a pool of its own or one that is safe.
 */
#ifndef IO_FRAG6_H
#define IO_FRAG6_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

/* m begins with an IPv6 header with a fragment header right behind it. */
bool frag6_is_fragment(const struct rte_mbuf *m);

/*
 * Copies of the parts of such a packet, each at most mtu bytes, in out[0..max);
 * identification, offsets and the mark of the last one are those of m, which
 * stays the caller's. Returns how many, or -1 (nothing is left in out): no
 * buffer, too many, or an mtu that takes nothing.
 */
int frag6_cut(struct rte_mbuf *m, uint16_t mtu, struct rte_mempool *pool,
	struct rte_mbuf **out, unsigned int max);

#endif /* IO_FRAG6_H */
