/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How frames come to the queues of a linux: port: by the ring, to the worker
 * that owns the flow, and not to Linux as well. On tap devices, which let a
 * test write anything, in a network namespace of this process.
 */
#include "io_test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ip.h>

#include "io/port_linux.h"
#include "pkt/pkt.h"
#include "pkt/worker_hash.h"

#define SKIPPED 77

static int tap = -1;

static void
sh(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

static int
make_tap(void **state)
{
	struct ifreq ifr = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};

	(void)state;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "t0");
	tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap < 0 || ioctl(tap, TUNSETIFF, &ifr) != 0)
		return -1;
	sh("ip link set t0 up");
	return 0;
}

static int
drop_tap(void **state)
{
	(void)state;
	close(tap);
	return 0;
}

static struct port *
open_queues(const char *device, unsigned int queues)
{
	struct port_config pc = io_port_config(device);
	char err[256] = "";
	struct port *p = NULL;

	pc.queues = queues;
	if (port_open(&pc, &p, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return p;
}

static const struct linux_queue *
queue_of(const struct port *p, unsigned int queue)
{
	return &((const struct linux_port *)p)->queue[queue];
}

static void
tap_write(const struct virtio_net_hdr *vnet, const uint8_t *frame, uint32_t len)
{
	static uint8_t buf[sizeof(*vnet) + IO_TEST_FRAME];

	memcpy(buf, vnet, sizeof(*vnet));
	memcpy(buf + sizeof(*vnet), frame, len);
	assert_int_equal(
		write(tap, buf, sizeof(*vnet) + len), sizeof(*vnet) + len);
}

/* The queue that the next frame came by, and the frame; -1: none came. */
static int
next_queue(struct port *p, unsigned int queues, struct rte_mbuf **m)
{
	for (unsigned int tries = 0; tries < 300; tries++) {
		for (unsigned int q = 0; q < queues; q++)
			if (port_rx_burst(p, q, m, 1) == 1)
				return (int)q;
		usleep(1000);
	}
	return -1;
}

/* Ports, protocol and whatever else makes a flow, at random but repeatable. */
static struct io_lens
random_frame(uint8_t *frame, unsigned int i)
{
	struct io_lens n = io_frame_build(&(struct io_frame){.v6 = i & 1,
						  .udp = i & 2,
						  .vlan = i & 4 ? 100 : 0,
						  .payload = 40},
		frame);
	uint32_t l3 = n.l2;

	for (unsigned int b = 0; b < 8; b++)
		frame[l3 + (i & 1 ? 16 : 12) + b] = (uint8_t)(rand() >> 4);
	for (unsigned int b = 0; b < 4; b++)
		frame[l3 + n.l3 + b] = (uint8_t)(rand() >> 4);
	if (i % 7 == 0)
		frame[l3 + (i & 1 ? 6 : 9)] = IPPROTO_GRE;
	if (i % 5 == 0 && !(i & 1))
		frame[l3 + 6] |= 0x20; /* more fragments */
	return n;
}

static uint16_t
owner_of(const uint8_t *l3, bool v6, unsigned int workers)
{
	struct flow_key k = {
		.family = v6 ? IP_V6 : IP_V4, .protocol = l3[v6 ? 6 : 9]};
	bool fragment = !v6 && (l3[6] & 0x3f);

	memcpy(&k.sport_be, l3 + (v6 ? 40 : 20), 2);
	memcpy(&k.dport_be, l3 + (v6 ? 42 : 22), 2);
	if (v6) {
		memcpy(k.v6.src, l3 + 8, 16);
		memcpy(k.v6.dst, l3 + 24, 16);
	} else {
		memcpy(&k.v4.src_be, l3 + 12, 4);
		memcpy(&k.v4.dst_be, l3 + 16, 4);
	}
	return fragment ? worker_hash_owner_fragment(&k, workers)
			: worker_hash_owner(&k, workers);
}

/* [OP-81] The kernel gives each frame to the queue of its owner. */
static void
op81_frames_come_to_their_owner(void **state)
{
	static uint8_t frame[IO_TEST_FRAME];

	(void)state;
	srand(7);
	for (unsigned int workers = 2; workers <= 5; workers++) {
		struct port *p = open_queues("linux:t0", workers);

		for (unsigned int i = 0; i < 200; i++) {
			struct io_lens n = random_frame(frame, i);
			struct rte_mbuf *m = NULL;

			tap_write(&(struct virtio_net_hdr){0}, frame, n.len);
			assert_int_equal(next_queue(p, workers, &m),
				owner_of(frame + n.l2, i & 1, workers));
			rte_pktmbuf_free(m);
		}
		port_close(p);
	}
}

/* Ordinary frames, super-segments and again, in the order they were sent. */
static void
long_frames_keep_their_turn(void **state)
{
	static const uint32_t payloads[] = {
		10, 1400, 30000, 1, 60000, 1900, 2100, 10, 64000, 5};
	static uint8_t frame[IO_TEST_FRAME], out[IO_TEST_FRAME];
	struct port *p = open_queues("linux:t0", 1);
	struct rte_mbuf *m[PORT_BURST];
	unsigned int got = 0;

	(void)state;
	if (queue_of(p, 0)->ring.slots == 0) {
		port_close(p); /* an older kernel: nothing to be said */
		skip();
	}
	for (size_t i = 0; i < RTE_DIM(payloads); i++) {
		struct virtio_net_hdr vnet = {
			.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
			.gso_size = 1400};
		struct io_lens n = io_frame_build(
			&(struct io_frame){
				.payload = payloads[i], .partial = true},
			frame);

		vnet.hdr_len = (uint16_t)(n.l2 + n.l3 + n.l4);
		vnet.csum_start = (uint16_t)(n.l2 + n.l3);
		vnet.csum_offset = 16;
		if (payloads[i] <= 1400)
			vnet.gso_type = vnet.gso_size = 0;
		tap_write(&vnet, frame, n.len);
	}
	for (int tries = 0; tries < 300 && got < RTE_DIM(payloads); tries++) {
		got += port_rx_burst(p, 0, m + got, PORT_BURST - got);
		usleep(1000);
	}
	assert_int_equal(got, RTE_DIM(payloads));
	for (size_t i = 0; i < got; i++) {
		struct io_lens n = io_frame_build(
			&(struct io_frame){
				.payload = payloads[i], .partial = true},
			frame);

		assert_int_equal(io_flatten(m[i], out), n.len);
		assert_memory_equal(out, frame, n.len);
		assert_true(m[i]->ol_flags & RTE_MBUF_F_TX_TCP_CKSUM);
		assert_int_equal(!!(m[i]->ol_flags & RTE_MBUF_F_TX_TCP_SEG),
			payloads[i] > 1400);
		rte_pktmbuf_free(m[i]);
	}
	port_close(p);
}

/*
 * A frame with segmentation that no virtio-net header describes blocks the
 * kernel's ring; the queue must go on without. (UFO, from a virtual machine.)
 */
static void
blocked_ring_is_given_up(void **state)
{
	const struct virtio_net_hdr none = {0};
	struct virtio_net_hdr ufo = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_UDP,
		.gso_size = 1480,
		.csum_start = 34,
		.csum_offset = 6,
		.hdr_len = 42};
	static uint8_t frame[IO_TEST_FRAME];
	struct port *p = open_queues("linux:t0", 1);
	struct io_lens n = io_frame_build(
		&(struct io_frame){.udp = true, .payload = 20}, frame);
	struct rte_mbuf *m;
	unsigned int got = 0;

	(void)state;
	tap_write(&none, frame, n.len);
	assert_int_equal(next_queue(p, 1, &m), 0);
	rte_pktmbuf_free(m);
	n = io_frame_build(
		&(struct io_frame){
			.udp = true, .payload = 4000, .partial = true},
		frame);
	tap_write(&ufo, frame, n.len);
	n = io_frame_build(
		&(struct io_frame){.udp = true, .payload = 20}, frame);
	for (int i = 0; i < 40 && got < 3; i++) {
		tap_write(&none, frame, n.len);
		for (int k = 0; k < 4; k++)
			if (port_rx_burst(p, 0, &m, 1) == 1) {
				assert_int_equal(m->pkt_len, n.len);
				rte_pktmbuf_free(m);
				got++;
			}
	}
	assert_int_equal(got, 3);
	port_close(p);
}

/* [OP-85] A device of DPDK that can wake a sleeper does. */
static void
op85_tap_wakes(void **state)
{
	static uint8_t frame[IO_TEST_FRAME];
	struct port *p = open_queues("dpdk:net_tap7,iface=dt0", 1);
	struct io_lens n = io_frame_build(
		&(struct io_frame){.udp = true, .payload = 20}, frame);
	struct sockaddr_ll ll = {.sll_family = AF_PACKET};
	struct pollfd pfd = {.fd = port_wait_fd(p, 0), .events = POLLIN};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct rte_mbuf *m;

	(void)state;
	assert_true(pfd.fd >= 0);
	while (port_rx_burst(p, 0, &m, 1) == 1)
		rte_pktmbuf_free(m);
	assert_true(port_wait_begin(p, 0));
	assert_int_equal(poll(&pfd, 1, 0), 0);
	ll.sll_ifindex = (int)if_nametoindex("dt0");
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	assert_int_equal(send(fd, frame, n.len, 0), n.len);
	assert_int_equal(poll(&pfd, 1, 1000), 1);
	port_wait_end(p, 0);
	assert_int_equal(next_queue(p, 1, &m), 0);
	rte_pktmbuf_free(m);
	assert_int_equal(poll(&pfd, 1, 0), 0);
	close(fd);
	port_close(p);
}

static bool
linux_sees(const char *device)
{
	struct port *p = open_queues(device, 1);
	bool sees = ((struct linux_port *)p)->own_fd < 0;

	port_close(p);
	return sees;
}

static void
ignore_change(void *ctx, struct port *p)
{
	(void)ctx;
	(void)p;
}

/* [OP-82] Linux does not work on frames of a device that it does not use. */
static void
op82_unused_device_is_ours(void **state)
{
	struct port *p = open_queues("linux:t0", 1);
	struct linux_port *lp = (struct linux_port *)p;

	(void)state;
	if (lp->own_fd < 0) {
		port_close(p);
		skip(); /* no such hook before Linux 6.6 */
	}
	sh("ip addr add 192.0.2.1/24 dev t0");
	port_link_poll(ignore_change, NULL);
	assert_true(lp->own_fd < 0);
	sh("ip addr del 192.0.2.1/24 dev t0");
	port_link_poll(ignore_change, NULL);
	assert_true(lp->own_fd >= 0);
	sh("ip link add br0 type bridge && ip link set t0 master br0");
	port_link_poll(ignore_change, NULL);
	assert_true(lp->own_fd < 0);
	port_close(p);
	assert_true(linux_sees("linux:t0"));
	sh("ip link del br0");
	assert_false(linux_sees("linux:t0"));
	assert_true(linux_sees("linux:t0,shared"));
	assert_true(linux_sees("linux:t0,soft,shared"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_tap, drop_tap)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(op81_frames_come_to_their_owner),
		T(long_frames_keep_their_turn),
		T(blocked_ring_is_given_up),
		T(op82_unused_device_is_ours),
		T(op85_tap_wakes),
	};

	if (geteuid() != 0 || access("/dev/net/tun", R_OK | W_OK) != 0) {
		printf("needs root and /dev/net/tun\n");
		return SKIPPED;
	}
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("sysfs", "/sys", "sysfs", 0, NULL) != 0) {
		perror("unshare");
		return 1;
	}
	sh("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
