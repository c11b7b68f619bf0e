/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frag_join - make one packet of all of its fragments [SC-40], without copying:
 * their buffers become one chain.
 */
#ifndef FLOW_FRAG_JOIN_H
#define FLOW_FRAG_JOIN_H

#include "pkt/pkt.h"

/* A fragment: `head` bytes of frame before its data, which is [off, off+len) of
 * the packet's. size is that of its IP packet. */
struct frag_part {
	struct rte_mbuf *m;
	uint16_t off, len, head, size;
};

/*
 * Join parts[0..n), complete and without overlaps, in any order (they are
 * sorted). l3: where the IP header begins. The first one's mbuf is returned:
 * META_JOINED, with the size of the largest part; the others belong to it.
 * NULL, and all of them freed, when their headers do not allow it.
 */
struct rte_mbuf *frag_join(
	struct frag_part *parts, unsigned int n, uint16_t l3);

/* Can fragments of p be joined? Not with IPv6 headers before the fragment
 * header, which each fragment would need again. */
bool frag_joinable(const struct pkt *p);

#endif /* FLOW_FRAG_JOIN_H */
