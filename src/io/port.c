/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a device's name to its backend, and what all backends do alike.
 */
#include "io/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/gso.h"
#include "io/port_impl.h"
#include "pkt/pkt.h"

static int
check_pcap(const char *name, const char *device, char *err, size_t err_size)
{
	char in[256];

	snprintf(in, sizeof(in), "%.*s", (int)strcspn(device, ","), device);
	if (in[0] == '\0' || access(in, R_OK) == 0)
		return 0;
	snprintf(err, err_size, "%s: cannot read %s: %s", name, in,
		strerror(errno));
	return -ENOENT;
}

static const struct backend {
	const char *prefix;
	int (*check)(const char *name, const char *device, char *err,
		size_t err_size);
	int (*open)(const struct port_config *config, const char *device,
		struct port **ret, char *err, size_t err_size);
} backends[] = {
	{"linux:", port_linux_check, port_linux_open},
	{"dpdk:", port_dpdk_check, port_dpdk_open},
	{"pcap:", check_pcap, port_pcap_open},
};

/* NULL after a sentence in err. */
static const struct backend *
backend_of(const char *name, const char *device, char *err, size_t err_size)
{
	for (size_t i = 0; i < RTE_DIM(backends); i++)
		if (strncmp(device, backends[i].prefix,
			    strlen(backends[i].prefix)) == 0)
			return &backends[i];
	snprintf(err, err_size,
		"%s: device %s: must begin with linux:, dpdk: or pcap:", name,
		device);
	return NULL;
}

int
port_open(const struct port_config *config, struct port **ret, char *err,
	size_t err_size)
{
	const struct backend *b;

	if (config->queues == 0 || config->queues > PORT_QUEUES_MAX) {
		snprintf(err, err_size, "%s: %u queues: from 1 to %u",
			config->name, config->queues, PORT_QUEUES_MAX);
		return -EINVAL;
	}
	b = backend_of(config->name, config->device, err, err_size);
	return b == NULL ? -EINVAL
			 : b->open(config, config->device + strlen(b->prefix),
				   ret, err, err_size);
}

int
port_check(const char *name, const char *device, char *err, size_t err_size)
{
	const struct backend *b = backend_of(name, device, err, err_size);

	return b == NULL ? -EINVAL
			 : b->check(name, device + strlen(b->prefix), err,
				   err_size);
}

void
port_prepare(void)
{
	port_linux_prepare();
}

void *
port_alloc(size_t size)
{
	void *p;

	size = RTE_ALIGN(size, RTE_CACHE_LINE_SIZE);
	p = aligned_alloc(RTE_CACHE_LINE_SIZE, size);
	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void
port_init(struct port *p, const struct port_ops *ops,
	const struct port_config *config)
{
	p->ops = ops;
	snprintf(p->name, sizeof(p->name), "%s", config->name);
	p->ifd = config->ifd;
	p->queues = config->queues;
	p->pool = config->pool;
	p->jumbo = config->jumbo;
}

void
port_close(struct port *p)
{
	if (p != NULL)
		p->ops->close(p);
}

unsigned int
port_rx_burst(struct port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	return p->ops->rx_burst(p, queue, mbufs, RTE_MIN(n, PORT_BURST));
}

unsigned int
port_tx_burst(struct port *p, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	return p->ops->tx_burst(p, queue, mbufs, n);
}

void
port_tx_flush(struct port *p, unsigned int queue)
{
	p->ops->tx_flush(p, queue);
}

int
port_wait_fd(const struct port *p, unsigned int queue)
{
	return p->ops->wait_fd(p, queue);
}

bool
port_wait_begin(struct port *p, unsigned int queue)
{
	return p->ops->wait_begin == NULL || p->ops->wait_begin(p, queue);
}

void
port_wait_end(struct port *p, unsigned int queue)
{
	if (p->ops->wait_end != NULL)
		p->ops->wait_end(p, queue);
}

void
port_info_get(struct port *p, struct port_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	p->ops->info_get(p, ret);
}

void
port_counters_get(const struct port *p, struct port_counters *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (unsigned int q = 0; q < p->queues; q++) {
		const uint64_t *from = (const uint64_t *)&p->counters[q].c;
		uint64_t *to = (uint64_t *)ret;

		for (size_t i = 0; i < sizeof(*ret) / sizeof(*to); i++)
			to[i] += __atomic_load_n(&from[i], __ATOMIC_RELAXED);
	}
	p->ops->counters_add(p, ret);
}

bool
port_at_end(const struct port *p)
{
	return p->ops->at_end(p);
}

struct ifd_id
port_ifd(const struct port *p)
{
	return p->ifd;
}

const char *
port_name(const struct port *p)
{
	return p->name;
}

void
port_count_rx(struct port *p, unsigned int queue, struct rte_mbuf *const *mbufs,
	unsigned int n)
{
	struct port_counters *c = &p->counters[queue].c;
	uint64_t packets = 0, bytes = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct gso_wire w = gso_wire(mbufs[i]);

		packets += w.packets;
		bytes += w.bytes;
	}
	count_add(&c->rx_packets, packets);
	count_add(&c->rx_bytes, bytes);
}

void
port_mark_received(struct port *p, struct rte_mbuf *m)
{
	*mbuf_meta(m) = (struct mbuf_meta){.ifd = p->ifd};
}
