/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux: ports - any Ethernet device of Linux through packet sockets, one per
 * queue. Here: opening, link state, counters. Frames: port_linux_io.c.
 *
 * Device: "linux:NAME[,soft][,shared]". soft lets nothing partial out:
 * checksums are completed and super-segments cut here instead of in the kernel
 * (for a device or peer that gets them wrong, and for tests). shared:
 * port_linux_own.c.
 */
#include "io/port_linux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A super-segment occupies a socket buffer for its whole 64 KB; bursts of them
 * must fit. Used only while frames wait.
 */
#define SOCKET_BUFFER (8u << 20)

/*
 * Of a port for ordinary frames: 2,048 of them, some milliseconds at full
 * speed. Workers share them out, but each has room for the burst of one sender.
 */
#define RING_BYTES     (4u << 20)
#define RING_BYTES_MIN (1u << 20)

/* All linux: ports, for the link monitor. Control thread only. */
static struct linux_port *ports;
static int monitor_fd = -1;

static struct linux_port *
linux_port(struct port *p)
{
	return (struct linux_port *)p;
}

static int
set_option(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_PACKET, option, value, size) != 0 ? -errno
								    : 0;
}

/* SO_*BUFFORCE needs CAP_NET_ADMIN; without it the system's limit holds. */
static void
set_buffers(int fd, unsigned int bytes)
{
	int size = (int)(bytes != 0 ? bytes : SOCKET_BUFFER);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int
socket_bind(int fd, unsigned int ifindex)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};
	struct packet_mreq promisc = {
		.mr_ifindex = (int)ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};

	if (bind(fd, (struct sockaddr *)&ll, sizeof(ll)) != 0)
		return -errno;
	return set_option(fd, PACKET_ADD_MEMBERSHIP, &promisc, sizeof(promisc));
}

static unsigned int
ring_bytes(const struct port_config *config)
{
	return config->socket_buffer != 0
		       ? config->socket_buffer
		       : RTE_MAX(RING_BYTES / config->queues, RING_BYTES_MIN);
}

/* Bound last, so that no frame comes before the options are set. */
static int
socket_open(struct linux_queue *q, const struct port_config *config,
	unsigned int ifindex)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, rc;

	if (fd < 0)
		return -errno;
	set_buffers(fd, config->socket_buffer);
	rc = set_option(fd, PACKET_VNET_HDR, &on, sizeof(on));
	if (rc == 0)
		rc = set_option(fd, PACKET_AUXDATA, &on, sizeof(on));
	if (rc == 0)
		rc = set_option(fd, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	q->fd = fd;
	if (rc == 0) {
		ring_open(q, ring_bytes(config));
		rc = socket_bind(fd, ifindex);
	}
	return rc;
}

static void
sockets_close(struct linux_port *p)
{
	for (unsigned int q = 0; q < p->port.queues; q++) {
		if (p->queue[q].fd < 0)
			continue;
		ring_close(&p->queue[q]);
		close(p->queue[q].fd);
	}
}

static int
sockets_open(struct linux_port *p, const struct port_config *config)
{
	int rc = 0;

	for (unsigned int q = 0; q < config->queues; q++)
		p->queue[q].fd = -1;
	for (unsigned int q = 0; q < config->queues && rc == 0; q++)
		rc = socket_open(&p->queue[q], config, p->link.ifindex);
	if (rc == 0 && config->queues > 1)
		rc = linux_fanout_join(p);
	if (rc != 0)
		sockets_close(p);
	return rc;
}

static void
linux_close(struct port *port)
{
	struct linux_port *p = linux_port(port), **at = &ports;

	while (*at != NULL && *at != p)
		at = &(*at)->next;
	if (*at != NULL)
		*at = p->next;
	linux_own_done(p);
	sockets_close(p);
	for (unsigned int q = 0; q < port->queues; q++)
		linux_tx_done(&p->queue[q].tx);
	free(p);
	if (ports == NULL && monitor_fd >= 0) {
		close(monitor_fd);
		monitor_fd = -1;
	}
}

static int
linux_wait_fd(const struct port *port, unsigned int queue)
{
	return ((const struct linux_port *)port)->queue[queue].fd;
}

static void
linux_info_get(struct port *port, struct port_info *ret)
{
	const struct linux_port *p = linux_port(port);

	memcpy(ret->mac, p->link.mac, sizeof(ret->mac));
	ret->link_up = p->link.up;
	ret->mtu = p->link.mtu;
	ret->speed_bps = p->speed_bps;
	ret->ifindex = p->link.gone ? 0 : p->link.ifindex;
	snprintf(ret->driver, sizeof(ret->driver), "linux");
	snprintf(ret->device, sizeof(ret->device), "%s", p->link.name);
}

static void
linux_counters_add(const struct port *port, struct port_counters *c)
{
	struct linux_port *p = (struct linux_port *)(uintptr_t)port;

	for (unsigned int q = 0; q < port->queues; q++)
		c->rx_dropped += ring_drops(&p->queue[q]);
}

static bool
linux_at_end(const struct port *p)
{
	return false;
}

static const struct port_ops linux_ops = {
	.rx_burst = linux_rx_burst,
	.tx_burst = linux_tx_burst,
	.tx_flush = linux_tx_flush,
	.wait_fd = linux_wait_fd,
	.info_get = linux_info_get,
	.counters_add = linux_counters_add,
	.at_end = linux_at_end,
	.close = linux_close,
};

static int
open_error(int rc, const char *port, const char *device, char *err, size_t size)
{
	if (rc == -ENODEV)
		snprintf(err, size,
			"%s: there is no Linux device %s; create it or name "
			"another with -p %s=linux:NAME",
			port, device, port);
	else if (rc == -EPERM || rc == -EACCES)
		snprintf(err, size,
			"%s: may not open a packet socket on %s: CAP_NET_RAW "
			"is "
			"missing; run as root or grant CAP_NET_RAW and "
			"CAP_NET_ADMIN",
			port, device);
	else if (rc == -ENOTTY)
		snprintf(err, size,
			"%s: Linux device %s is not an Ethernet device", port,
			device);
	else
		snprintf(err, size, "%s: cannot open Linux device %s: %s", port,
			device, strerror(-rc));
	return rc == -ENOTTY ? -EINVAL : rc;
}

static struct linux_port *
linux_create(const struct port_config *config)
{
	struct linux_port *p =
		port_alloc(sizeof(*p) + config->queues * sizeof(p->queue[0]));

	if (p == NULL)
		return NULL;
	port_init(&p->port, &linux_ops, config);
	p->own_fd = -1;
	for (unsigned int q = 0; q < config->queues; q++)
		linux_rx_init(&p->queue[q].rx);
	return p;
}

/* Split "NAME,soft,shared" up. False: a word that is neither. */
static bool
device_parse(struct linux_port *p, const char *device, char *name, size_t size)
{
	const char *word = strchrnul(device, ',');

	snprintf(name, size, "%.*s", (int)(word - device), device);
	while (*word == ',') {
		size_t n = strcspn(++word, ",");

		if (n == 4 && strncmp(word, "soft", n) == 0)
			p->soft = true;
		else if (n == 6 && strncmp(word, "shared", n) == 0)
			p->shared = true;
		else
			return false;
		word += n;
	}
	return true;
}

static int
words_error(const char *port, const char *device, char *err, size_t size)
{
	snprintf(err, size,
		"%s: device linux:%s: after the name only ,soft and ,shared",
		port, device);
	return -EINVAL;
}

/* The device and its sockets. 0 or -errno. */
static int
device_open(struct linux_port *p, const struct port_config *config,
	const char *name)
{
	/* The monitor first: what changes after the query is then heard. */
	int rc = port_link_fd();

	if (rc >= 0)
		rc = link_query(name, &p->link);
	if (rc == 0 && !p->link.ethernet)
		rc = -ENOTTY;
	if (rc == 0)
		rc = sockets_open(p, config);
	return rc;
}

int
port_linux_check(
	const char *name, const char *device, char *err, size_t err_size)
{
	char text[64];
	struct linux_port p = {0};
	int rc;

	if (!device_parse(&p, device, text, sizeof(text)))
		return words_error(name, device, err, err_size);
	rc = link_query(text, &p.link);
	if (rc == 0 && !p.link.ethernet)
		rc = -ENOTTY;
	return rc == 0 ? 0 : open_error(rc, name, text, err, err_size);
}

int
port_linux_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size)
{
	struct linux_port *p = linux_create(config);
	char name[64];
	int rc;

	if (p == NULL)
		return open_error(-ENOMEM, config->name, device, err, err_size);
	if (!device_parse(p, device, name, sizeof(name))) {
		free(p);
		return words_error(config->name, device, err, err_size);
	}
	rc = device_open(p, config, name);
	if (rc < 0) {
		free(p);
		return open_error(rc, config->name, name, err, err_size);
	}
	p->mtu = p->link.mtu;
	p->speed_bps = link_speed(name);
	port_linux_prepare();
	linux_own_update(p);
	p->next = ports;
	ports = p;
	*ret = &p->port;
	return 0;
}

int
port_link_fd(void)
{
	if (monitor_fd < 0)
		monitor_fd = link_monitor_open();
	return monitor_fd;
}

/* What the poll of changes carries. */
struct change {
	void (*cb)(void *ctx, struct port *p);
	void *ctx;
};

/*
 * A device that was deleted has come back under its name. Its queues' sockets
 * move over; a fanout group cannot, and stays down until reopened.
 */
static bool
rebind(struct linux_port *p, const struct link *l)
{
	return p->port.queues == 1 && l->ethernet &&
	       socket_bind(p->queue[0].fd, l->ifindex) == 0;
}

static void
link_set(struct linux_port *p, const struct link *l, const struct change *ch)
{
	struct link now = *l;

	if (now.mtu == 0) /* some events carry flags only */
		now.mtu = p->link.mtu;
	if (now.gone)
		memcpy(now.mac, p->link.mac, sizeof(now.mac));
	/* A renamed device is the same device; its first name is ours. */
	memcpy(now.name, p->link.name, sizeof(now.name));
	if (memcmp(&now, &p->link, sizeof(now)) == 0)
		return;
	p->link = now;
	p->speed_bps = now.up ? link_speed(l->name) : p->speed_bps;
	__atomic_store_n(&p->mtu, now.mtu, __ATOMIC_RELAXED);
	ch->cb(ch->ctx, &p->port);
}

static void
link_changed(void *ctx, const struct link *l)
{
	struct linux_port *next;

	for (struct linux_port *p = ports; p != NULL; p = next) {
		next = p->next; /* cb may close it */
		if (!p->link.gone && p->link.ifindex == l->ifindex)
			link_set(p, l, ctx);
		else if (p->link.gone && !l->gone &&
			 strcmp(p->link.name, l->name) == 0 && rebind(p, l))
			link_set(p, l, ctx);
	}
}

/* Messages were lost: ask for each device. */
static void
link_ask_all(struct change *ch)
{
	struct linux_port *next;

	for (struct linux_port *p = ports; p != NULL; p = next) {
		struct link l;
		int rc = link_query(p->link.name, &l);

		next = p->next;
		if (rc == 0 &&
			(l.ifindex == p->link.ifindex || rebind(p, &l))) {
			link_set(p, &l, ch);
		} else if (rc == -ENODEV) {
			l = p->link;
			l.gone = true;
			l.up = false;
			link_set(p, &l, ch);
		}
	}
}

void
port_link_poll(void (*cb)(void *ctx, struct port *p), void *ctx)
{
	struct change ch = {cb, ctx};

	if (monitor_fd < 0)
		return;
	if (link_monitor_read(monitor_fd, link_changed, &ch))
		link_ask_all(&ch);
	/* An address, or a device on top, may have come or gone. */
	for (struct linux_port *p = ports; p != NULL; p = p->next)
		linux_own_update(p);
}
