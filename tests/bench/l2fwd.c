/* SPDX-License-Identifier: Apache-2.0 */
/*
 * l2fwd - a wire between two ports, and nothing else: what the ports cost.
 *
 *   l2fwd DEVICE DEVICE      ("linux:eth1", "linux:eth2,soft", "dpdk:...")
 *
 * Frames of one port leave by the other, tags and partial work included. Prints
 * `ready`, sleeps when idle, ends at SIGTERM or SIGINT and prints the counters.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "io/eal.h"
#include "io/port.h"

#define IDLE_POLLS 200

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	stop = sig;
}

static unsigned int
forward(struct port *from, struct port *to)
{
	struct rte_mbuf *m[PORT_BURST];
	unsigned int n = port_rx_burst(from, 0, m, PORT_BURST), sent;

	if (n == 0)
		return 0;
	for (unsigned int i = 0; i < n; i++)
		if (m[i]->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)
			m[i]->ol_flags |= RTE_MBUF_F_TX_VLAN;
	sent = port_tx_burst(to, 0, m, n);
	if (sent < n)
		rte_pktmbuf_free_bulk(m + sent, n - sent);
	port_tx_flush(to, 0);
	return n;
}

/* Returns -1 when a port cannot be waited for. */
static int
wait_open(struct port *const *ports)
{
	int fd = epoll_create1(0);

	for (int i = 0; i < 2; i++) {
		struct epoll_event ev = {.events = EPOLLIN};

		if (port_wait_fd(ports[i], 0) < 0 ||
			epoll_ctl(fd, EPOLL_CTL_ADD, port_wait_fd(ports[i], 0),
				&ev) != 0)
			return -1;
	}
	return fd;
}

static void
print_counters(const struct port *p)
{
	struct port_counters c;

	port_counters_get(p, &c);
	printf("%s rx %" PRIu64 " packets %" PRIu64 " bytes %" PRIu64
	       " dropped %" PRIu64 " errors, tx %" PRIu64 " packets %" PRIu64
	       " bytes %" PRIu64 " dropped %" PRIu64 " errors\n",
		port_name(p), c.rx_packets, c.rx_bytes, c.rx_dropped,
		c.rx_errors, c.tx_packets, c.tx_bytes, c.tx_dropped,
		c.tx_errors);
}

int
main(int argc, char **argv)
{
	struct eal_config config = {0};
	struct port *ports[2] = {NULL, NULL};
	struct rte_mempool *pool, *jumbo;
	unsigned int idle = 0;
	char err[512];
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: l2fwd DEVICE DEVICE\n");
		return 2;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (eal_start(&config, err, sizeof(err)) != 0) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	pool = eal_pool_create(8192);
	jumbo = eal_jumbo_pool_create(512);
	if (pool == NULL || jumbo == NULL) {
		fprintf(stderr, "no memory for packet buffers\n");
		return 1;
	}
	for (int i = 0; i < 2; i++) {
		struct port_config pc = {.name = argv[i + 1],
			.device = argv[i + 1],
			.ifd = {(uint16_t)i},
			.queues = 1,
			.pool = pool,
			.jumbo = jumbo};

		if (port_open(&pc, &ports[i], err, sizeof(err)) != 0) {
			fprintf(stderr, "%s\n", err);
			return 1;
		}
	}
	fd = wait_open(ports);
	printf("ready\n");
	fflush(stdout);
	while (!stop) {
		struct epoll_event ev[2];

		if (forward(ports[0], ports[1]) + forward(ports[1], ports[0]))
			idle = 0;
		else if (fd >= 0 && ++idle > IDLE_POLLS)
			epoll_wait(fd, ev, 2, 200);
	}
	for (int i = 0; i < 2; i++) {
		print_counters(ports[i]);
		port_close(ports[i]);
	}
	rte_mempool_free(pool);
	rte_mempool_free(jumbo);
	eal_stop();
	return 0;
}
