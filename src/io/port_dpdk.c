/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpdk: ports - any device that DPDK has a driver for.
 *
 * Device: "dpdk:NAME[,ARGS]" as EAL names devices: "dpdk:net_ring0",
 * "dpdk:net_tap0,iface=tap7", "dpdk:0000:03:00.0". A device that is not there
 * yet is plugged in, and out again on closing. The argument "rxq=N" is ours and
 * not the driver's: read at least N receive queues, where a device spreads
 * frames over more than there are workers (the rings of a vhost client, say).
 */
#include "io/port_dpdk.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "io/eal.h"
#include "pkt/worker_hash.h"

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

#define RSS_KEY_MAX 64u
#define RETA_MAX    2048u

static void
dpdk_tx_flush(struct port *port, unsigned int queue)
{
}

static int
dpdk_wait_fd(const struct port *port, unsigned int queue)
{
	const struct dpdk_port *p = (const struct dpdk_port *)port;

	return p->wait_fd[queue];
}

static void
event_clear(const struct dpdk_wait *w)
{
	uint64_t n;

	while (w->event && read(w->fd, &n, sizeof(n)) > 0)
		;
}

/*
 * Ask the device to tell of frames from now on. A frame that came after the
 * last poll and before that would not be told of, hence the second look.
 */
static bool
dpdk_wait_begin(struct port *port, unsigned int queue)
{
	struct dpdk_port *p = dpdk_port(port);
	bool empty = true;

	if (p->wait_fd[queue] < 0)
		return true;
	for (unsigned int q = queue; q < p->nrx; q += port->queues) {
		event_clear(&p->wait[q]);
		if (p->wait[q].event)
			rte_eth_dev_rx_intr_enable(p->id, (uint16_t)q);
		if (rte_eth_rx_queue_count(p->id, (uint16_t)q) > 0)
			empty = false;
	}
	return empty;
}

static void
dpdk_wait_end(struct port *port, unsigned int queue)
{
	struct dpdk_port *p = dpdk_port(port);

	if (p->wait_fd[queue] < 0)
		return;
	for (unsigned int q = queue; q < p->nrx; q += port->queues)
		if (p->wait[q].event)
			rte_eth_dev_rx_intr_disable(p->id, (uint16_t)q);
}

static bool
is_eventfd(int fd)
{
	char path[32], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return strstr(target, "eventfd") != NULL;
}

/* One descriptor for all queues of a worker; -1: one of them has none. */
static int
wait_open(struct dpdk_port *p, unsigned int worker)
{
	struct epoll_event e = {.events = EPOLLIN};
	int fd = epoll_create1(EPOLL_CLOEXEC);

	for (unsigned int q = worker; q < p->nrx && fd >= 0;
		q += p->port.queues) {
		struct dpdk_wait *w = &p->wait[q];

		w->fd = rte_eth_dev_rx_intr_ctl_q_get_fd(p->id, (uint16_t)q);
		if (w->fd >= 0 &&
			epoll_ctl(fd, EPOLL_CTL_ADD, w->fd, &e) == 0) {
			w->event = is_eventfd(w->fd);
			continue;
		}
		close(fd);
		fd = -1;
	}
	return fd;
}

/* What a driver says when it has no interrupts is no fault here. */
static void
waits_open(struct dpdk_port *p)
{
	int type = rte_log_register("lib.ethdev");
	int level = type < 0 ? -1 : rte_log_get_level((uint32_t)type);

	if (level >= 0)
		rte_log_set_level((uint32_t)type, RTE_LOG_EMERG);
	for (unsigned int i = 0; i < p->port.queues; i++)
		p->wait_fd[i] = wait_open(p, i);
	if (level >= 0)
		rte_log_set_level((uint32_t)type, (uint32_t)level);
}

static void
waits_close(struct dpdk_port *p)
{
	for (unsigned int i = 0; i < p->port.queues; i++)
		if (p->wait_fd[i] >= 0)
			close(p->wait_fd[i]);
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

	waits_close(p);
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
	.wait_begin = dpdk_wait_begin,
	.wait_end = dpdk_wait_end,
	.info_get = dpdk_info_get,
	.counters_add = dpdk_counters_add,
	.at_end = dpdk_at_end,
	.close = dpdk_close,
};

/* "0000:03:00.0" or "03:00.0", in full; arguments may follow. */
static bool
pci_parse(const char *name, char *ret, size_t size)
{
	unsigned int domain = 0, bus, slot, function;
	int end = 0;

	if (sscanf(name, "%x:%x:%x.%x%n", &domain, &bus, &slot, &function,
		    &end) != 4) {
		domain = 0;
		if (sscanf(name, "%x:%x.%x%n", &bus, &slot, &function, &end) !=
			3)
			return false;
	}
	if (name[end] != '\0' && name[end] != ',')
		return false;
	snprintf(ret, size, "%04x:%02x:%02x.%x", domain & 0xffff, bus & 0xff,
		slot & 0x1f, function & 7);
	return true;
}

bool
port_pci_address(const char *device, char *ret, size_t size)
{
	return strncmp(device, "dpdk:", 5) == 0 &&
	       pci_parse(device + 5, ret, size);
}

static int
no_driver(const char *port, const char *device, char *err, size_t size)
{
	snprintf(err, size,
		"%s: DPDK has no driver for %s; its plugin (librte_* package "
		"of Debian) is not installed",
		port, device);
	return -ENODEV;
}

int
port_dpdk_check(
	const char *name, const char *device, char *err, size_t err_size)
{
	char address[16], path[64];

	if (!pci_parse(device, address, sizeof(address)))
		return eal_driver_load(device)
			       ? 0
			       : no_driver(name, device, err, err_size);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	if (access(path, F_OK) == 0)
		return 0;
	snprintf(err, err_size, "%s: there is no PCI device %s", name, address);
	return -ENODEV;
}

/* Find the device by name, or plug it in. */
static int
plug(struct dpdk_port *p, const char *args, char *err, size_t err_size)
{
	char address[16];
	bool pci = pci_parse(p->device, address, sizeof(address));
	int rc;

	if (rte_eth_dev_get_port_by_name(p->device, &p->id) == 0)
		return 0;
	snprintf(p->bus, sizeof(p->bus), "%s", pci ? "pci" : "vdev");
	if (pci) /* EAL knows it by its full address */
		snprintf(p->device, sizeof(p->device), "%s", address);
	if (rte_eth_dev_get_port_by_name(p->device, &p->id) == 0)
		return 0;
	if (!pci && !eal_driver_load(p->device))
		return no_driver(p->port.name, p->device, err, err_size);
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
		key[i] = i & 1 ? WORKER_HASH_KEY & 0xff : WORKER_HASH_KEY >> 8;
}

/* Spread by the hash that names the owner of a flow (pkt/worker_hash.h). */
static void
rss_conf(struct rte_eth_rss_conf *rss, const struct rte_eth_dev_info *info,
	uint8_t key[RSS_KEY_MAX])
{
	rss->rss_hf = info->flow_type_rss_offloads & RSS_TYPES;
	if (info->hash_key_size == 0 || info->hash_key_size > RSS_KEY_MAX)
		return;
	rss_key_fill(key, info->hash_key_size);
	rss->rss_key = key;
	rss->rss_key_len = info->hash_key_size;
}

/*
 * Hash value to queue: one that the owner reads. Drivers differ in what they
 * put there themselves; one that refuses is left alone, and workers hand over.
 */
static void
reta_fill(const struct dpdk_port *p, const struct rte_eth_dev_info *info)
{
	struct rte_eth_rss_reta_entry64
		reta[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
	unsigned int workers = RTE_MIN(p->port.queues, (unsigned int)p->nrx);

	if (p->nrx < 2 || info->reta_size < WORKER_HASH_SIZE ||
		info->reta_size > RETA_MAX)
		return;
	for (unsigned int i = 0; i < info->reta_size; i++) {
		struct rte_eth_rss_reta_entry64 *e =
			&reta[i / RTE_ETH_RETA_GROUP_SIZE];

		e->mask = UINT64_MAX;
		e->reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			dpdk_reta_queue(i, workers, p->nrx);
	}
	rte_eth_dev_rss_reta_update(p->id, reta, info->reta_size);
}

uint16_t
dpdk_reta_queue(unsigned int entry, unsigned int workers, unsigned int nrx)
{
	unsigned int owner = entry % WORKER_HASH_SIZE % workers;
	unsigned int each = RTE_MAX(nrx / workers, 1u);

	return (uint16_t)(owner + workers * (entry / workers % each));
}

static int
configure(struct dpdk_port *p, const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf conf = {0};
	uint8_t key[RSS_KEY_MAX];
	int rc;

	conf.rxmode.offloads = info->rx_offload_capa & RX_OFFLOADS;
	conf.txmode.offloads = info->tx_offload_capa & TX_OFFLOADS;
	if (p->nrx > 1 && info->flow_type_rss_offloads != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		rss_conf(&conf.rx_adv_conf.rss_conf, info, key);
	}
	p->tx = conf.txmode.offloads;
	p->linear = !(p->tx & RTE_ETH_TX_OFFLOAD_MULTI_SEGS);
	conf.intr_conf.rxq = 1;
	rc = rte_eth_dev_configure(p->id, p->nrx, p->ntx, &conf);
	if (rc == 0)
		return 0;
	conf.intr_conf.rxq = 0; /* then it is polled */
	return rte_eth_dev_configure(p->id, p->nrx, p->ntx, &conf);
}

/* As many queues as there are workers, or as the device has. */
static void
queues_choose(struct dpdk_port *p, const struct rte_eth_dev_info *info,
	unsigned int wanted)
{
	unsigned int n = p->port.queues;

	p->ntx = (uint16_t)RTE_MIN(n, (unsigned int)info->max_tx_queues);
	if (wanted > DPDK_RX_MAX)
		wanted = DPDK_RX_MAX;
	if (wanted > info->max_rx_queues)
		wanted = info->max_rx_queues;
	p->nrx = (uint16_t)RTE_MIN(n, (unsigned int)info->max_rx_queues);
	if (wanted > n) /* of each worker the same number */
		p->nrx = (uint16_t)(wanted / n * n);
}

static int
queues_setup(struct dpdk_port *p)
{
	uint16_t rx = RING_SIZE, tx = RING_SIZE;
	int rc = rte_eth_dev_adjust_nb_rx_tx_desc(p->id, &rx, &tx);
	unsigned int socket =
		rte_eth_dev_socket_id(p->id) < 0
			? (unsigned int)SOCKET_ID_ANY
			: (unsigned int)rte_eth_dev_socket_id(p->id);

	for (uint16_t q = 0; q < p->nrx && rc == 0; q++)
		rc = rte_eth_rx_queue_setup(
			p->id, q, rx, socket, NULL, p->port.pool);
	for (uint16_t q = 0; q < p->ntx && rc == 0; q++)
		rc = rte_eth_tx_queue_setup(p->id, q, tx, socket, NULL);
	return rc;
}

static int
start(struct dpdk_port *p, unsigned int rxq)
{
	struct rte_eth_dev_info info;
	int rc;

	rc = rte_eth_dev_info_get(p->id, &info);
	if (rc != 0)
		return rc;
	snprintf(p->driver, sizeof(p->driver), "%s",
		info.driver_name != NULL ? info.driver_name : "");
	queues_choose(p, &info, rxq);
	if (p->nrx == 0 || p->ntx == 0)
		return -ENOSPC;
	rc = configure(p, &info);
	if (rc == 0)
		rc = queues_setup(p);
	if (rc == 0)
		rc = rte_eth_dev_start(p->id);
	if (rc != 0)
		return rc;
	/* Not all drivers know the mode; they then see all. */
	rte_eth_promiscuous_enable(p->id);
	reta_fill(p, &info);
	waits_open(p);
	return 0;
}

/*
 * "NAME,a=1,rxq=4,b=2" to NAME, "a=1,b=2" in args and 4; 0 without rxq.
 * False when it is no number of queues.
 */
static bool
device_split(struct dpdk_port *p, const char *device, char *args, size_t size,
	unsigned int *ret_rxq)
{
	size_t at = 0, n = strcspn(device, ",");

	snprintf(p->device, sizeof(p->device), "%.*s", (int)n, device);
	*ret_rxq = 0;
	args[0] = '\0';
	for (device += n; *device == ','; device += n) {
		char *end;

		n = strcspn(++device, ",");
		if (strncmp(device, "rxq=", 4) != 0) {
			at += (size_t)snprintf(args + at, size - at, "%s%.*s",
				at > 0 ? "," : "", (int)n, device);
			if (at >= size)
				return false;
			continue;
		}
		*ret_rxq = (unsigned int)strtoul(device + 4, &end, 10);
		if (end != device + n || *ret_rxq == 0 ||
			*ret_rxq > DPDK_RX_MAX)
			return false;
	}
	return true;
}

static int
start_error(const struct dpdk_port *p, int rc, char *err, size_t size)
{
	if (rc == -ENOSPC)
		snprintf(err, size,
			"%s: DPDK device %s cannot both receive and send",
			p->port.name, p->device);
	else
		snprintf(err, size, "%s: DPDK device %s does not start: %s",
			p->port.name, p->device, rte_strerror(-rc));
	return rc;
}

int
port_dpdk_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size)
{
	struct dpdk_port *p = port_alloc(sizeof(*p));
	char args[256];
	unsigned int rxq;
	int rc;

	if (p == NULL) {
		snprintf(err, err_size, "%s: out of memory", config->name);
		return -ENOMEM;
	}
	port_init(&p->port, &dpdk_ops, config);
	if (!device_split(p, device, args, sizeof(args), &rxq)) {
		free(p);
		snprintf(err, err_size,
			"%s: device dpdk:%s: rxq is a number of queues, 1 to "
			"%u",
			config->name, device, DPDK_RX_MAX);
		return -EINVAL;
	}
	rc = plug(p, args, err, err_size);
	if (rc == 0) {
		rc = start(p, rxq);
		if (rc == 0) {
			*ret = &p->port;
			return 0;
		}
		start_error(p, rc, err, err_size);
		unplug(p);
	}
	free(p);
	return rc;
}
