/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vnet - the virtio-net header that Linux puts before a frame (PACKET_VNET_HDR)
 * and the offload fields of an mbuf, one from the other.
 *
 * The header comes from the kernel but speaks of bytes a host chose: every
 * field is compared with the frame.
 */
#ifndef IO_VNET_H
#define IO_VNET_H

#include <linux/virtio_net.h>

#include <rte_mbuf.h>

/* <linux/virtio_net.h> of Debian 12 may not have it yet (Linux 6.2). */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/*
 * Set the offload fields of m (port.h) from the header of its frame, which
 * begins at m's data, headers in the first mbuf. A partial checksum of
 * something else than the frame's own TCP or UDP header (a tunnel's inner one,
 * SCTP) has no place in an mbuf and is completed here. 0, or -EINVAL: the
 * header does not fit the frame.
 */
int vnet_to_mbuf(const struct virtio_net_hdr *h, struct rte_mbuf *m);

/* The header for m's offload fields. 0, or -EINVAL: they do not fit m. */
int vnet_from_mbuf(const struct rte_mbuf *m, struct virtio_net_hdr *ret);

#endif /* IO_VNET_H */
