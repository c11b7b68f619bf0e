/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk: ports - any device that DPDK has a driver for.
 *
 * Device: "dpdk:NAME[,ARGS]" as EAL names devices: "dpdk:net_ring0",
 * "dpdk:net_tap0,iface=tap7", "dpdk:0000:03:00.0". A device that is not there
 * yet is plugged in, and out again on closing. What the device cannot do of
 * checksums, segmentation and tags is done in software (gso.h).
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "io/eal.h"
#include "io/gso.h"
#include "io/port_impl.h"

#define RING_SIZE 1024u

/* Wanted of a device, where it offers them. */
#define RX_OFFLOADS                                                            \
	(RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_VLAN_STRIP)
#define TX_OFFLOADS                                                            \
	(RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM |        \
		RTE_ETH_TX_OFFLOAD_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_TSO |    \
		RTE_ETH_TX_OFFLOAD_VLAN_INSERT |                               \
		RTE_ETH_TX_OFFLOAD_MULTI_SEGS)
#define RSS_TYPES (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP)

/*
 * Toeplitz with this key gives both directions of a flow the same hash: the
 * key repeats every 16 bits, so swapping addresses or ports changes nothing.
 */
#define RSS_KEY_MAX 64u

struct dpdk_port {
	struct port port; /* first */
	uint16_t id;
	bool plugged; /* by us */
	bool linear;  /* the driver sends only the first mbuf of a chain */
	uint64_t tx;  /* RTE_ETH_TX_OFFLOAD_*: what the device does */
	char bus[16];
	char device[64]; /* without arguments */
	char driver[32];
};

static struct dpdk_port *
dpdk_port(struct port *p)
{
	return (struct dpdk_port *)p;
}

static unsigned int
dpdk_rx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	unsigned int got = rte_eth_rx_burst(
		dpdk_port(port)->id, (uint16_t)queue, mbufs, (uint16_t)n);

	for (unsigned int i = 0; i < got; i++)
		port_mark_received(port, mbufs[i]);
	if (got > 0)
		port_count_rx(port, queue, mbufs, got);
	return got;
}

/* Hand over one frame that the device can send as it is. */
static void
send_one(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct gso_wire w = gso_wire(m);

	/* A driver may ask for its own form of a partial checksum. */
	if ((m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK) &&
		rte_eth_tx_prepare(p->id, (uint16_t)queue, &m, 1) != 1) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return;
	}
	if (rte_eth_tx_burst(p->id, (uint16_t)queue, &m, 1) == 1) {
		count_add(&c->tx_packets, w.packets);
		count_add(&c->tx_bytes, w.bytes);
		return;
	}
	count_add(&c->tx_dropped, w.packets);
	rte_pktmbuf_free(m);
}

static bool
device_does_cksum(const struct dpdk_port *p, const struct rte_mbuf *m)
{
	uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK, need = 0;

	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM)
		need = RTE_ETH_TX_OFFLOAD_TCP_CKSUM;
	else if (l4 == RTE_MBUF_F_TX_UDP_CKSUM)
		need = RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	if (m->ol_flags & RTE_MBUF_F_TX_IP_CKSUM)
		need |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	return (p->tx & need) == need;
}

/* Finish what the device cannot; NULL: refused, m is freed and counted. */
static struct rte_mbuf *
prepare(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct rte_mbuf *flat;

	if ((!device_does_cksum(p, m) && gso_cksum_complete(m) != 0) ||
		(!(p->tx & RTE_ETH_TX_OFFLOAD_VLAN_INSERT) &&
			gso_vlan_push(m) != 0)) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return NULL;
	}
	if (m->nb_segs == 1 || !p->linear)
		return m;
	flat = gso_linearize(m, p->port.pool, p->port.jumbo);
	if (flat == NULL)
		count_add(&c->tx_dropped, 1);
	rte_pktmbuf_free(m);
	return flat;
}

static void
send_segments(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[queue].c;
	struct rte_mbuf *s;
	struct gso g;

	if (gso_begin(&g, m) != 0) {
		count_add(&c->tx_errors, 1);
		rte_pktmbuf_free(m);
		return;
	}
	while ((s = gso_next(&g, p->port.pool)) != NULL) {
		s = prepare(p, queue, s);
		if (s != NULL)
			send_one(p, queue, s);
	}
	if (g.left > 0)
		count_add(&c->tx_dropped,
			(g.left + m->tso_segsz - 1) / m->tso_segsz);
	rte_pktmbuf_free(m);
}

/*
 * Linux sums the length into the pseudo-header; for segmentation in hardware
 * DPDK wants it without, and the IPv4 checksum for the device to fill.
 */
static bool
to_hardware_tso(struct rte_mbuf *m)
{
	uint32_t off = (uint32_t)m->l2_len + m->l3_len;
	struct rte_tcp_hdr *th;
	struct gso g;

	if (gso_begin(&g, m) != 0)
		return false;
	th = rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, off);
	th->cksum = gso_sum_adjust(th->cksum, m->pkt_len - off, 0);
	m->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM;
	if (m->ol_flags & RTE_MBUF_F_TX_IPV4) {
		struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(
			m, struct rte_ipv4_hdr *, m->l2_len);

		ip->hdr_checksum = 0;
		m->ol_flags |= RTE_MBUF_F_TX_IP_CKSUM;
	}
	return true;
}

static void
tx_one(struct dpdk_port *p, unsigned int queue, struct rte_mbuf *m)
{
	uint64_t tso =
		RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_MULTI_SEGS |
		RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;

	if (!(m->ol_flags & GSO_SEG_FLAGS)) {
		m = prepare(p, queue, m);
		if (m != NULL)
			send_one(p, queue, m);
	} else if ((m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) &&
		   (p->tx & tso) == tso && to_hardware_tso(m)) {
		m = prepare(p, queue, m);
		if (m != NULL)
			send_one(p, queue, m);
	} else {
		send_segments(p, queue, m);
	}
}

/* Nothing to finish in any of them: the common case, one call of the driver. */
static bool
all_plain(const struct dpdk_port *p, struct rte_mbuf **mbufs, unsigned int n)
{
	uint64_t flags = 0;
	unsigned int segs = 1;

	for (unsigned int i = 0; i < n; i++) {
		/* The tag it came with was read, and is not sent by itself. */
		mbufs[i]->ol_flags &=
			~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
		flags |= mbufs[i]->ol_flags;
		segs |= mbufs[i]->nb_segs;
	}
	return !(flags & (GSO_TX_FLAGS | RTE_MBUF_F_TX_VLAN)) &&
	       (segs == 1 || !p->linear);
}

static unsigned int
tx_plain(struct dpdk_port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct port_counters *c = &p->port.counters[queue].c;
	uint64_t bytes = 0, unsent = 0;
	uint16_t sent;

	for (unsigned int i = 0; i < n; i++)
		bytes += mbufs[i]->pkt_len;
	sent = rte_eth_tx_burst(p->id, (uint16_t)queue, mbufs, (uint16_t)n);
	for (unsigned int i = sent; i < n; i++)
		unsent += mbufs[i]->pkt_len;
	count_add(&c->tx_packets, sent);
	count_add(&c->tx_bytes, bytes - unsent);
	return sent;
}

static unsigned int
dpdk_tx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct dpdk_port *p = dpdk_port(port);
	unsigned int i;

	if (n <= UINT16_MAX && all_plain(p, mbufs, n))
		return tx_plain(p, queue, mbufs, n);
	for (i = 0; i < n; i++)
		tx_one(p, queue, mbufs[i]);
	return n;
}

static void
dpdk_tx_flush(struct port *port, unsigned int queue)
{
}

static int
dpdk_wait_fd(const struct port *port, unsigned int queue)
{
	return -1;
}

static void
dpdk_info_get(struct port *port, struct port_info *ret)
{
	struct dpdk_port *p = dpdk_port(port);
	struct rte_ether_addr mac = {{0}};
	struct rte_eth_link link = {0};
	uint16_t mtu = RTE_ETHER_MTU;

	rte_eth_macaddr_get(p->id, &mac);
	rte_eth_link_get_nowait(p->id, &link);
	rte_eth_dev_get_mtu(p->id, &mtu);
	memcpy(ret->mac, mac.addr_bytes, sizeof(ret->mac));
	ret->link_up = link.link_status == RTE_ETH_LINK_UP;
	ret->mtu = mtu;
	if (link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN)
		ret->speed_bps = link.link_speed * UINT64_C(1000000);
	snprintf(ret->driver, sizeof(ret->driver), "dpdk:%.26s", p->driver);
	snprintf(ret->device, sizeof(ret->device), "%s", p->device);
}

/* What the device itself lost on receive never reached our counters. */
static void
dpdk_counters_add(const struct port *port, struct port_counters *c)
{
	struct rte_eth_stats st;

	if (rte_eth_stats_get(((const struct dpdk_port *)port)->id, &st) != 0)
		return;
	c->rx_dropped += st.imissed + st.rx_nombuf;
	c->rx_errors += st.ierrors;
	c->tx_errors += st.oerrors;
}

static bool
dpdk_at_end(const struct port *port)
{
	return false;
}

static void
unplug(struct dpdk_port *p)
{
	if (p->plugged)
		rte_eal_hotplug_remove(p->bus, p->device);
}

static void
dpdk_close(struct port *port)
{
	struct dpdk_port *p = dpdk_port(port);

	rte_eth_dev_stop(p->id);
	if (p->plugged) {
		rte_eth_dev_close(p->id);
		unplug(p);
	}
	free(p);
}

static const struct port_ops dpdk_ops = {
	.rx_burst = dpdk_rx_burst,
	.tx_burst = dpdk_tx_burst,
	.tx_flush = dpdk_tx_flush,
	.wait_fd = dpdk_wait_fd,
	.info_get = dpdk_info_get,
	.counters_add = dpdk_counters_add,
	.at_end = dpdk_at_end,
	.close = dpdk_close,
};

/* "0000:03:00.0" or "03:00.0" */
static bool
is_pci(const char *name)
{
	unsigned int domain, bus, dev, function;
	int end = 0;

	if (sscanf(name, "%x:%x:%x.%x%n", &domain, &bus, &dev, &function,
		    &end) == 4)
		return name[end] == '\0';
	end = 0;
	return sscanf(name, "%x:%x.%x%n", &bus, &dev, &function, &end) == 3 &&
	       name[end] == '\0';
}

/* Find the device by name, or plug it in. */
static int
plug(struct dpdk_port *p, const char *args, char *err, size_t err_size)
{
	bool pci = is_pci(p->device);
	int rc;

	if (rte_eth_dev_get_port_by_name(p->device, &p->id) == 0)
		return 0;
	snprintf(p->bus, sizeof(p->bus), "%s", pci ? "pci" : "vdev");
	if (!pci && !eal_driver_load(p->device)) {
		snprintf(err, err_size,
			"%s: DPDK has no driver for %s; its plugin (librte_* "
			"package of Debian) is not installed",
			p->port.name, p->device);
		return -ENODEV;
	}
	rc = rte_eal_hotplug_add(p->bus, p->device, args);
	if (rc != 0) {
		snprintf(err, err_size,
			"%s: DPDK cannot start device %s%s%s: %s", p->port.name,
			p->device, *args != '\0' ? "," : "", args,
			rte_strerror(-rc));
		return rc;
	}
	p->plugged = true;
	if (rte_eth_dev_get_port_by_name(p->device, &p->id) == 0)
		return 0;
	unplug(p);
	snprintf(err, err_size, "%s: DPDK device %s is not an Ethernet device",
		p->port.name, p->device);
	return -ENODEV;
}

static void
rss_key_fill(uint8_t *key, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		key[i] = i & 1 ? 0x5a : 0x6d;
}

static int
configure(struct dpdk_port *p, struct rte_eth_dev_info *info)
{
	struct rte_eth_conf conf = {0};
	uint8_t key[RSS_KEY_MAX];

	conf.rxmode.offloads = info->rx_offload_capa & RX_OFFLOADS;
	conf.txmode.offloads = info->tx_offload_capa & TX_OFFLOADS;
	if (p->port.queues > 1 && info->flow_type_rss_offloads != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf =
			info->flow_type_rss_offloads & RSS_TYPES;
		if (info->hash_key_size > 0 &&
			info->hash_key_size <= sizeof(key)) {
			rss_key_fill(key, info->hash_key_size);
			conf.rx_adv_conf.rss_conf.rss_key = key;
			conf.rx_adv_conf.rss_conf.rss_key_len =
				info->hash_key_size;
		}
	}
	p->tx = conf.txmode.offloads;
	p->linear = !(p->tx & RTE_ETH_TX_OFFLOAD_MULTI_SEGS);
	return rte_eth_dev_configure(p->id, (uint16_t)p->port.queues,
		(uint16_t)p->port.queues, &conf);
}

static int
start(struct dpdk_port *p)
{
	uint16_t rx = RING_SIZE, tx = RING_SIZE;
	struct rte_eth_dev_info info;
	int rc;

	rc = rte_eth_dev_info_get(p->id, &info);
	if (rc != 0)
		return rc;
	snprintf(p->driver, sizeof(p->driver), "%s",
		info.driver_name != NULL ? info.driver_name : "");
	if (p->port.queues > info.max_rx_queues ||
		p->port.queues > info.max_tx_queues)
		return -ENOSPC;
	rc = configure(p, &info);
	if (rc == 0)
		rc = rte_eth_dev_adjust_nb_rx_tx_desc(p->id, &rx, &tx);
	for (uint16_t q = 0; q < p->port.queues && rc == 0; q++) {
		rc = rte_eth_rx_queue_setup(
			p->id, q, rx, SOCKET_ID_ANY, NULL, p->port.pool);
		if (rc == 0)
			rc = rte_eth_tx_queue_setup(
				p->id, q, tx, SOCKET_ID_ANY, NULL);
	}
	if (rc == 0)
		rc = rte_eth_dev_start(p->id);
	if (rc == 0) /* not all drivers know the mode; they then see all */
		rte_eth_promiscuous_enable(p->id);
	return rc;
}

int
port_dpdk_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size)
{
	const char *comma = strchr(device, ',');
	struct dpdk_port *p = port_alloc(sizeof(*p));
	int rc;

	if (p == NULL) {
		snprintf(err, err_size, "%s: out of memory", config->name);
		return -ENOMEM;
	}
	port_init(&p->port, &dpdk_ops, config);
	snprintf(p->device, sizeof(p->device), "%.*s",
		(int)(comma != NULL ? comma - device : (int)strlen(device)),
		device);
	rc = plug(p, comma != NULL ? comma + 1 : "", err, err_size);
	if (rc != 0) {
		free(p);
		return rc;
	}
	rc = start(p);
	if (rc != 0) {
		if (rc == -ENOSPC)
			snprintf(err, err_size,
				"%s: DPDK device %s has fewer queues than "
				"there are workers (%u)",
				config->name, p->device, config->queues);
		else
			snprintf(err, err_size,
				"%s: DPDK device %s does not start: %s",
				config->name, device, rte_strerror(-rc));
		unplug(p);
		free(p);
		return rc;
	}
	*ret = &p->port;
	return 0;
}
