/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gso - do in software what a device was left to do: finish a partial L4
 * checksum, cut a super-segment into the packets of the wire, put a VLAN tag
 * back into the frame. Every backend uses it for what its device cannot do.
 *
 * The mbuf fields are those of port.h. A frame whose fields do not fit its
 * bytes is refused with -EINVAL and left as it was; nothing here trusts a
 * length it has not compared with the frame.
 *
 * UDP super-segments are Linux's UDP_L4: each piece of tso_segsz bytes is a
 * datagram of its own. rte_gso does another thing there (IP fragments of one
 * datagram), has no IPv6 and leaves checksums to hardware; so one segmenter of
 * our own serves TCP and UDP over both families, and rte_gso none.
 *
 * Threads: any; all state is in the arguments.
 */
#ifndef IO_GSO_H
#define IO_GSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#define GSO_SEG_FLAGS (RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG)
#define GSO_TX_FLAGS                                                           \
	(GSO_SEG_FLAGS | RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_IP_CKSUM |      \
		RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6)

/* Packets and bytes (Ethernet without FCS) that m becomes on the wire. */
struct gso_wire {
	uint32_t packets;
	uint32_t bytes;
};
struct gso_wire gso_wire(const struct rte_mbuf *m);

/*
 * Finish the checksums that m asks for (IPv4 header, TCP, UDP), in place, and
 * clear the flags that asked. The data may lie in several mbufs; the headers
 * are in the first. 0 or -EINVAL.
 */
int gso_cksum_complete(struct rte_mbuf *m);

/* Only the IPv4 header's, when asked for; what L4 asks for stays asked. */
int gso_ipv4_complete(struct rte_mbuf *m);

/*
 * Add to the one's complement sum sum_be the change from old to now: how a
 * pseudo-header sum follows a new length. Values in host order.
 */
uint16_t gso_sum_adjust(uint16_t sum_be, uint32_t old, uint32_t now);

/* One super-segment on its way to be cut. Fields are gso.c's. */
struct gso {
	const struct rte_mbuf *m;   /* the super-segment */
	const struct rte_mbuf *seg; /* where the next payload byte lies */
	uint32_t seg_off;
	uint32_t left;  /* payload bytes not yet sent */
	uint32_t index; /* of the next segment */
	uint16_t hdr_len;
};

/*
 * Begin to cut m, which stays the caller's and unchanged. 0, or -EINVAL when m
 * is no super-segment or its fields do not fit.
 */
int gso_begin(struct gso *g, const struct rte_mbuf *m);

/*
 * The next segment, complete with checksums, or NULL: at the end (g->left is
 * 0) or when pool is empty (it is not). Segments are copies in as many mbufs
 * of pool as their length needs. A VLAN tag asked for in ol_flags goes along.
 */
struct rte_mbuf *gso_next(struct gso *g, struct rte_mempool *pool);

/*
 * Move a tag asked for with RTE_MBUF_F_TX_VLAN into the frame. 0, -EINVAL when
 * the frame is shorter than Ethernet's header, or -ENOSPC without headroom.
 */
int gso_vlan_push(struct rte_mbuf *m);

/*
 * A frame of len bytes as an mbuf: 2 KB of pool, the rest in one buffer of
 * jumbo or, with jumbo NULL, in more of pool. NULL when a pool is empty or len
 * is over 65535 + 18.
 */
struct rte_mbuf *gso_mbuf_from_bytes(struct rte_mempool *pool,
	struct rte_mempool *jumbo, const void *data, size_t len);

/* The whole of m in one mbuf of pool or jumbo (NULL: none); m stays. */
struct rte_mbuf *gso_linearize(const struct rte_mbuf *m,
	struct rte_mempool *pool, struct rte_mempool *jumbo);

#endif /* IO_GSO_H */
