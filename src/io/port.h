/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port - a physical port ("ge-0/0/0") over one of the backends `linux:`
 * (AF_PACKET with the virtio-net header), `dpdk:` (any ethdev) and `pcap:`
 * (offline files). This is all that workers know of devices.
 *
 * Frames are mbufs with private area (pkt/pkt.h). On receive the backend sets
 * meta->ifd, and in the mbuf:
 *   - a VLAN tag that was stripped: RTE_MBUF_F_RX_VLAN_STRIPPED + vlan_tci,
 *   - a partial checksum (a Linux host's): RTE_MBUF_F_TX_TCP_CKSUM or
 *     _UDP_CKSUM with l2_len, l3_len, l4_len, RTE_MBUF_F_TX_IPV4 or _IPV6; the
 *     L4 checksum field then holds the pseudo-header sum,
 *   - a super-segment: RTE_MBUF_F_TX_TCP_SEG (or _UDP_SEG) and tso_segsz.
 * The same fields are honoured on transmit by every backend: one that cannot
 * do it in hardware completes checksums and segments in software (rte_gso).
 * VLAN to transmit: RTE_MBUF_F_TX_VLAN + vlan_tci.
 *
 * Threads: open, close, info and link on the control thread; rx_burst,
 * tx_burst and wait_fd of one port on one worker at a time; counters anywhere.
 */
#ifndef IO_PORT_H
#define IO_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "base/ids.h"

#define PORT_BURST      32u
#define PORT_QUEUES_MAX 16u

struct port;

struct port_counters { /* wire segments and bytes, Ethernet without FCS */
	uint64_t rx_packets, rx_bytes, rx_dropped, rx_errors;
	uint64_t tx_packets, tx_bytes, tx_dropped, tx_errors;
};

struct port_info {
	uint8_t mac[6];
	bool link_up;         /* carrier and administratively up */
	uint32_t mtu;         /* of the device: IP bytes in a frame */
	uint64_t speed_bps;   /* 0: not known */
	char driver[32];      /* "linux", "dpdk:net_ring", "pcap" */
	char device[64];      /* "eth1", "net_ring0", "in.pcap,out.pcap" */
	unsigned int ifindex; /* Linux ifindex or 0 */
};

/* What an opener may ask for. */
struct port_config {
	const char *name;   /* "ge-0/0/0", for messages */
	const char *device; /* "linux:eth1", "dpdk:net_ring0", "pcap:a,b" */
	struct ifd_id ifd;
	unsigned int queues;        /* workers that will poll it, from 1 */
	unsigned int socket_buffer; /* bytes; 0: default */
	struct rte_mempool *pool;   /* 2 KB buffers */
	struct rte_mempool
		*jumbo; /* 64 KB+ buffers for super-segments, or NULL */
};

/*
 * 0 and the port in *ret, or -errno with one clear sentence in err ("ge-0/0/0:
 * there is no Linux device eth1; create it or name another with -p").
 */
int port_open(const struct port_config *config, struct port **ret, char *err,
	size_t err_size);
void port_close(struct port *p); /* NULL is fine */

/*
 * Could the device of the port be opened, as far as can be told before EAL is
 * started? 0, or -errno and a sentence in err.
 */
int port_check(
	const char *name, const char *device, char *err, size_t err_size);

/*
 * The address of "dpdk:03:00.0[,ARGS]" in full ("0000:03:00.0"); false when the
 * device is not one of PCI.
 */
bool port_pci_address(const char *device, char *ret, size_t size);

/* Do what needs privileges that are dropped before later ports are opened. */
void port_prepare(void);

/*
 * Receive at most n (<= PORT_BURST) frames of one queue; returns how many.
 * Never blocks. The caller owns the mbufs.
 */
unsigned int port_rx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);

/*
 * Send n frames; returns how many were taken (those are the port's); the
 * caller frees and counts the rest. May be called for any n.
 */
unsigned int port_tx_burst(struct port *p, unsigned int queue,
	struct rte_mbuf **mbufs, unsigned int n);

/* Push out what tx_burst may have queued. Called once at the end of a burst. */
void port_tx_flush(struct port *p, unsigned int queue);

/*
 * A descriptor that becomes readable when the queue has frames, for epoll; -1
 * when the port must be polled.
 */
int port_wait_fd(const struct port *p, unsigned int queue);

/*
 * Around sleeping on wait_fd. False: do not sleep, frames wait already.
 * port_wait_end() follows in either case.
 */
bool port_wait_begin(struct port *p, unsigned int queue);
void port_wait_end(struct port *p, unsigned int queue);

void port_info_get(struct port *p, struct port_info *ret);
void port_counters_get(const struct port *p, struct port_counters *ret);

/* True when a pcap: port has delivered its last frame. */
bool port_at_end(const struct port *p);

/*
 * Link state and MTU changes: a netlink socket for all linux: ports together.
 * The control thread polls the descriptor and calls port_link_poll(), which
 * calls cb for each open port whose port_info changed.
 */
int port_link_fd(void);
void port_link_poll(void (*cb)(void *ctx, struct port *p), void *ctx);

struct ifd_id port_ifd(const struct port *p);
const char *port_name(const struct port *p);

#endif /* IO_PORT_H */
