/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux: ports on veth pairs, in a network namespace of this process. The far
 * end of a pair is a plain packet socket, or a second port.
 */
#include "io_test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/gso.h"
#include "io/link.h"
#include "pkt/pkt.h"

#define SKIPPED 77

static uint8_t frame[IO_TEST_FRAME], out[IO_TEST_FRAME];
static int far = -1; /* packet socket on a0 */

static void
sh(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

static int
far_open(void)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex("a0")};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	assert_true(fd >= 0);
	assert_int_equal(
		setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
				 sizeof(on)),
		0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

/* Linux learns of a carrier late, and until then sends nothing. */
static void
wait_running(const char *name)
{
	struct link l;

	for (int tries = 0; tries < 500; tries++) {
		if (link_query(name, &l) == 0 && l.up)
			return;
		usleep(10000);
	}
	fail_msg("%s does not come up", name);
}

static int
make_veth(void **state)
{
	sh("ip link add a0 type veth peer name b0 && ip link set a0 up && "
	   "ip link set b0 up");
	wait_running("a0");
	wait_running("b0");
	far = far_open();
	return 0;
}

static int
drop_veth(void **state)
{
	close(far);
	return system("ip link del a0 2>/dev/null") < 0;
}

static struct port *
open_with(const struct port_config *pc)
{
	char err[256] = "";
	struct port *p = NULL;

	if (port_open(pc, &p, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return p;
}

static struct port *
open_port(const char *device)
{
	struct port_config pc = io_port_config(device);

	return open_with(&pc);
}

/* At most n frames; fewer when no more come within a second. */
static unsigned int
receive(struct port *p, unsigned int queue, struct rte_mbuf **m, unsigned int n)
{
	struct pollfd pfd = {.fd = port_wait_fd(p, queue), .events = POLLIN};
	unsigned int got = 0;

	while (got < n && poll(&pfd, 1, 1000) > 0)
		got += port_rx_burst(p, queue, m + got, n - got);
	return got;
}

static void
transmit(struct port *p, struct rte_mbuf *m)
{
	assert_int_equal(port_tx_burst(p, 0, &m, 1), 1);
	port_tx_flush(p, 0);
}

static void
far_send(uint32_t len)
{
	assert_int_equal(send(far, frame, len, 0), len);
}

/* Length, and the tag if the kernel took one out; -1 when nothing comes. */
static int
far_receive(int *tci)
{
	struct pollfd pfd = {.fd = far, .events = POLLIN};
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec v = {out, sizeof(out)};
	struct msghdr h = {.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct tpacket_auxdata aux;
	ssize_t n;

	if (poll(&pfd, 1, 1000) != 1)
		return -1;
	n = recvmsg(far, &h, 0);
	assert_non_null(CMSG_FIRSTHDR(&h));
	memcpy(&aux, CMSG_DATA(CMSG_FIRSTHDR(&h)), sizeof(aux));
	*tci = aux.tp_status & TP_STATUS_VLAN_VALID ? aux.tp_vlan_tci : -1;
	return (int)n;
}

static void
fill(uint32_t len, uint32_t seed)
{
	memcpy(frame,
		"\x02\x00\x5e\x00\x53\x02\x02\x00\x5e\x00\x53\x01\x88\xb5", 14);
	for (uint32_t i = 14; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		frame[i] = (uint8_t)(seed >> 24);
	}
}

static void
frames_pass_unchanged(void **state)
{
	static const uint32_t lens[] = {14, 15, 60, 64, 590, 1513, 1514};
	struct port *p = open_port("linux:b0");
	struct port_counters c;
	struct rte_mbuf *m;
	uint64_t bytes = 0;
	int tci;

	for (size_t i = 0; i < RTE_DIM(lens); i++) {
		fill(lens[i], (uint32_t)i);
		far_send(lens[i]);
		assert_int_equal(receive(p, 0, &m, 1), 1);
		assert_int_equal(io_flatten(m, out), lens[i]);
		assert_memory_equal(out, frame, lens[i]);
		assert_int_equal(mbuf_meta(m)->ifd.v, 7);
		assert_int_equal(m->nb_segs, 1);
		assert_int_equal(m->ol_flags, 0);
		memset(out, 0, lens[i]);
		transmit(p, m);
		assert_int_equal(far_receive(&tci), lens[i]);
		assert_int_equal(tci, -1);
		assert_memory_equal(out, frame, lens[i]);
		bytes += lens[i];
	}
	port_counters_get(p, &c);
	assert_int_equal(c.rx_packets, RTE_DIM(lens));
	assert_int_equal(c.tx_packets, RTE_DIM(lens));
	assert_int_equal(c.rx_bytes, bytes);
	assert_int_equal(c.tx_bytes, bytes);
	assert_int_equal(c.rx_dropped + c.rx_errors + c.tx_dropped, 0);
	/* What it sent itself does not come back. */
	assert_int_equal(port_rx_burst(p, 0, &m, 1), 0);
	port_close(p);
}

static void
tags_are_kept(void **state)
{
	struct port *p = open_port("linux:b0");
	struct port_counters c;
	struct rte_mbuf *m;
	int tci;

	/* Customer tag: beside the frame, both ways. */
	fill(100, 1);
	memcpy(frame + 12, "\x81\x00\x60\x64\x88\xb5", 6);
	far_send(100);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	assert_true(m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	assert_int_equal(m->vlan_tci, 0x6064);
	assert_int_equal(m->pkt_len, 96);
	port_counters_get(p, &c);
	assert_int_equal(c.rx_bytes, 100);
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	m->vlan_tci = 0x2065;
	transmit(p, m);
	assert_int_equal(far_receive(&tci), 96);
	assert_int_equal(tci, 0x2065);
	assert_memory_equal(out + 12, "\x88\xb5", 2);
	assert_memory_equal(out + 14, frame + 18, 82);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_bytes, 100);

	/* Untagged out although it came tagged: the tag was read. */
	far_send(100);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	transmit(p, m);
	assert_int_equal(far_receive(&tci), 96);
	assert_int_equal(tci, -1);

	/* Provider tag: stays in the frame, the customer's within it. */
	memcpy(frame + 12, "\x88\xa8\x00\x07\x81\x00\x00\x05\x88\xb5", 10);
	far_send(100);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	assert_false(m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	assert_int_equal(io_flatten(m, out), 100);
	assert_memory_equal(out, frame, 100);
	rte_pktmbuf_free(m);
	port_close(p);
}

static struct rte_mbuf *
super_segment(const struct io_frame *f, struct io_lens *n, uint16_t segsz)
{
	struct rte_mbuf *m;

	*n = io_frame_build(f, frame);
	m = gso_mbuf_from_bytes(io_pool, io_jumbo, frame, n->len);
	m->l2_len = n->l2;
	m->l3_len = n->l3;
	m->l4_len = n->l4;
	m->ol_flags |= f->v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4;
	m->ol_flags |=
		f->udp ? RTE_MBUF_F_TX_UDP_CKSUM : RTE_MBUF_F_TX_TCP_CKSUM;
	if (segsz > 0) {
		m->tso_segsz = segsz;
		m->ol_flags |=
			f->udp ? RTE_MBUF_F_TX_UDP_SEG : RTE_MBUF_F_TX_TCP_SEG;
	}
	return m;
}

static const struct io_frame supers[] = {
	{.options = 12, .tcp_flags = 0x18, .payload = 60000, .partial = true},
	{.v6 = true, .tcp_flags = 0x19, .payload = 30000, .partial = true},
	{.tcp_flags = 0x90, .payload = 3000, .partial = true},
	{.udp = true, .payload = 20000, .partial = true},
	{.v6 = true, .udp = true, .payload = 5000, .partial = true},
};

/* Between two ports on a veth pair a super-segment arrives in one piece. */
static void
super_segments_pass_whole(void **state)
{
	struct port *a = open_port("linux:a0"), *b = open_port("linux:b0");
	struct port_counters tx, rx;

	for (size_t i = 0; i < RTE_DIM(supers); i++) {
		struct io_lens n;
		struct rte_mbuf *m = super_segment(&supers[i], &n, 1400), *r;
		uint64_t flags = m->ol_flags;

		transmit(a, m);
		assert_int_equal(receive(b, 0, &r, 1), 1);
		assert_int_equal(r->pkt_len, n.len);
		assert_int_equal(r->ol_flags, flags);
		assert_int_equal(r->tso_segsz, 1400);
		assert_int_equal(r->l2_len, n.l2);
		assert_int_equal(r->l3_len, n.l3);
		assert_int_equal(r->l4_len, n.l4);
		io_flatten(r, out);
		assert_memory_equal(out, frame, n.len);
		rte_pktmbuf_free(r);
	}
	port_counters_get(a, &tx);
	port_counters_get(b, &rx);
	assert_int_equal(tx.tx_packets, 43 + 22 + 3 + 15 + 4);
	assert_int_equal(rx.rx_packets, tx.tx_packets);
	assert_int_equal(rx.rx_bytes, tx.tx_bytes);
	assert_int_equal(tx.tx_errors + tx.tx_dropped, 0);
	port_close(a);
	port_close(b);
}

/* Packets of m as the far end's stack would see them on a real wire. */
static void
expect_segments(struct port *a, struct port *b, const struct io_frame *f)
{
	struct rte_mbuf *r[64];
	struct io_lens n;
	struct rte_mbuf *m = super_segment(f, &n, 1400);
	uint32_t hdr = n.l2 + n.l3 + n.l4, payload = 0;
	unsigned int want = (f->payload + 1399) / 1400, got;

	transmit(a, m);
	got = receive(b, 0, r, want);
	assert_int_equal(got, want);
	for (unsigned int i = 0; i < got; i++) {
		uint32_t len = io_flatten(r[i], out);

		assert_int_equal(r[i]->ol_flags & GSO_SEG_FLAGS, 0);
		assert_true(io_frame_cksums_right(out, len));
		assert_memory_equal(
			out + hdr, frame + hdr + payload, len - hdr);
		payload += len - hdr;
		rte_pktmbuf_free(r[i]);
	}
	assert_int_equal(payload, f->payload);
}

static void
soft_port_segments_itself(void **state)
{
	struct port *a = open_port("linux:a0,soft"), *b = open_port("linux:b0");
	struct rte_mbuf *r;
	struct io_lens n;

	for (size_t i = 0; i < RTE_DIM(supers); i++)
		expect_segments(a, b, &supers[i]);
	transmit(a, super_segment(&supers[2], &n, 0)); /* too long: 3000 */
	transmit(a, super_segment(
			    &(struct io_frame){.payload = 900, .partial = true},
			    &n, 0));
	assert_int_equal(receive(b, 0, &r, 1), 1);
	io_flatten(r, out);
	assert_int_equal(r->pkt_len, n.len);
	assert_true(io_frame_cksums_right(out, n.len));
	rte_pktmbuf_free(r);
	port_close(a);
	port_close(b);
}

/* The device takes neither: the kernel cuts and sums before it. */
static void
device_without_offloads(void **state)
{
	struct port *a, *b;

	if (system("command -v ethtool >/dev/null") != 0)
		skip();
	sh("ethtool -K a0 tx off tso off gso off tx-udp-segmentation off "
	   ">/dev/null 2>&1");
	a = open_port("linux:a0");
	b = open_port("linux:b0");
	for (size_t i = 0; i < RTE_DIM(supers); i++)
		expect_segments(a, b, &supers[i]);
	port_close(a);
	port_close(b);
}

static void
tagged_super_segment_passes(void **state)
{
	struct port *a = open_port("linux:a0"), *b = open_port("linux:b0");
	struct rte_mbuf *m, *r;
	struct io_lens n;

	m = super_segment(&supers[0], &n, 1400);
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	m->vlan_tci = 12;
	transmit(a, m);
	assert_int_equal(receive(b, 0, &r, 1), 1);
	assert_true(r->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	assert_int_equal(r->vlan_tci, 12);
	assert_true(r->ol_flags & RTE_MBUF_F_TX_TCP_SEG);
	assert_int_equal(r->l2_len, 14);
	assert_int_equal(io_flatten(r, out), n.len);
	assert_memory_equal(out, frame, n.len);
	rte_pktmbuf_free(r);
	port_close(a);
	port_close(b);
}

static void
what_is_too_long_is_counted(void **state)
{
	struct port *p = open_port("linux:b0");
	struct port_counters c;
	struct io_lens n;
	int tci;

	/* As frame, and as segments of a super-segment. */
	transmit(p, super_segment(&supers[2], &n, 0));
	transmit(p, super_segment(&supers[2], &n, 1461));
	port_counters_get(p, &c);
	assert_int_equal(c.tx_errors, 2);
	assert_int_equal(c.tx_packets, 0);
	/* Fields that do not fit the bytes. */
	{
		struct rte_mbuf *m = super_segment(&supers[2], &n, 100);

		m->l2_len = 0;
		transmit(p, m);
	}
	port_counters_get(p, &c);
	assert_int_equal(c.tx_errors, 3);
	/* And the port still works. */
	transmit(p, super_segment(&(struct io_frame){.payload = 1}, &n, 0));
	assert_int_equal(far_receive(&tci), n.len);
	port_close(p);
}

/* Without jumbo buffers a super-segment is dropped and counted. */
static void
no_jumbo_pool_drops_super_segments(void **state)
{
	struct port_config pc = io_port_config("linux:b0");
	struct port *a = open_port("linux:a0"), *b;
	struct port_counters c;
	struct rte_mbuf *r;
	struct io_lens n;

	pc.jumbo = NULL;
	b = open_with(&pc);
	transmit(a, super_segment(&supers[0], &n, 1400));
	transmit(a, super_segment(&(struct io_frame){.payload = 1}, &n, 0));
	assert_int_equal(receive(b, 0, &r, 1), 1);
	assert_int_equal(r->pkt_len, n.len);
	rte_pktmbuf_free(r);
	port_counters_get(b, &c);
	assert_int_equal(c.rx_dropped, 1);
	assert_int_equal(c.rx_packets, 1);
	port_close(a);
	port_close(b);
}

/* With few jumbo buffers free, bursts are short and nothing is cut off. */
static void
few_jumbo_buffers_suffice(void **state)
{
	struct rte_mbuf *held[IO_TEST_JUMBO], *r[PORT_BURST];
	struct port *a = open_port("linux:a0"), *b = open_port("linux:b0");
	struct io_lens n;
	unsigned int h;

	for (int i = 0; i < 8; i++)
		transmit(a, super_segment(&supers[0], &n, 1400));
	for (h = 0; h < IO_TEST_JUMBO - 11; h++) {
		held[h] = rte_pktmbuf_alloc(io_jumbo);
		assert_non_null(held[h]);
	}
	assert_int_equal(receive(b, 0, r, 8), 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(r[i]->pkt_len, n.len);
	rte_pktmbuf_free_bulk(r, 8);
	rte_pktmbuf_free_bulk(held, h);
	port_close(a);
	port_close(b);
}

static void
empty_pool_waits(void **state)
{
	struct rte_mbuf *held[IO_TEST_BUFS + 1], *m;
	struct port *p = open_port("linux:b0");
	unsigned int n = 0;

	while ((held[n] = rte_pktmbuf_alloc(io_pool)) != NULL)
		n++;
	fill(60, 3);
	far_send(60);
	assert_int_equal(port_rx_burst(p, 0, &m, 1), 0);
	rte_pktmbuf_free_bulk(held, n);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	rte_pktmbuf_free(m);
	port_close(p);
}

static void
overrun_is_counted(void **state)
{
	struct port_config pc = io_port_config("linux:b0");
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	struct port *p;
	unsigned int n, got = 0;

	pc.socket_buffer = 65536;
	p = open_with(&pc);
	fill(1500, 4);
	for (int i = 0; i < 2000; i++)
		far_send(1500);
	usleep(10000); /* some may still be on their way */
	while ((n = port_rx_burst(p, 0, m, PORT_BURST)) > 0) {
		rte_pktmbuf_free_bulk(m, n);
		got += n;
	}
	port_counters_get(p, &c);
	assert_int_equal(c.rx_packets, got);
	assert_true(c.rx_dropped > 0);
	port_counters_get(p, &c); /* the kernel forgets, we do not */
	assert_true(c.rx_dropped + got <= 2000);
	port_close(p);
}

static unsigned int changes;

static void
on_change(void *ctx, struct port *p)
{
	assert_ptr_equal(p, ctx);
	changes++;
}

/* Until the port says so, told by the monitor alone. */
static void
wait_link(struct port *p, bool up)
{
	struct pollfd pfd = {.fd = port_link_fd(), .events = POLLIN};
	struct port_info info;

	for (int tries = 0; tries < 50; tries++) {
		port_info_get(p, &info);
		if (info.link_up == up)
			return;
		poll(&pfd, 1, 100);
		port_link_poll(on_change, p);
	}
	fail_msg("the link does not go %s", up ? "up" : "down");
}

static void
link_changes_are_told(void **state)
{
	struct port_info info;
	struct port *p;

	sh("ip link set a0 down && ip link set b0 down address "
	   "02:00:5e:00:53:09");
	p = open_port("linux:b0");
	port_info_get(p, &info);
	assert_false(info.link_up);
	assert_string_equal(info.driver, "linux");
	assert_string_equal(info.device, "b0");
	assert_int_equal(info.mtu, 1500);
	assert_int_equal(info.ifindex, if_nametoindex("b0"));
	assert_memory_equal(info.mac, "\x02\x00\x5e\x00\x53\x09", 6);

	sh("ip link set b0 up"); /* still without carrier */
	port_link_poll(on_change, p);
	port_info_get(p, &info);
	assert_false(info.link_up);
	sh("ip link set a0 up");
	wait_link(p, true);
	port_info_get(p, &info);
	assert_int_equal(info.speed_bps, 10000000000);
	changes = 0;
	/* The message is there when the command is done. */
	sh("ip link set b0 mtu 9000 && ip link set lo up");
	port_link_poll(on_change, p);
	port_info_get(p, &info);
	assert_int_equal(info.mtu, 9000);
	assert_true(changes > 0);
	sh("ip link set b0 down");
	wait_link(p, false);
	port_close(p);
}

/* Opened while down, a port works when the device comes up. */
static void
down_port_comes_up(void **state)
{
	struct port_counters c;
	struct rte_mbuf *m;
	struct io_lens n;
	struct port *p;
	int tci;

	sh("ip link set b0 down");
	p = open_port("linux:b0");
	assert_int_equal(port_rx_burst(p, 0, &m, 1), 0);
	transmit(p, super_segment(&(struct io_frame){.payload = 1}, &n, 0));
	port_counters_get(p, &c);
	assert_int_equal(c.tx_dropped, 1);
	sh("ip link set b0 up");
	wait_link(p, true);
	wait_running("a0");
	transmit(p, super_segment(&(struct io_frame){.payload = 1}, &n, 0));
	assert_int_equal(far_receive(&tci), n.len);
	far_send(60);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	rte_pktmbuf_free(m);
	port_close(p);
}

static void
deleted_device_may_return(void **state)
{
	struct port *p = open_port("linux:b0");
	struct port_counters c;
	struct port_info info;
	struct rte_mbuf *m, *none;
	struct io_lens n;
	int tci;

	fill(60, 5);
	far_send(60);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	drop_veth(state);
	wait_link(p, false);
	port_info_get(p, &info);
	assert_int_equal(info.ifindex, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(port_rx_burst(p, 0, &none, 1), 0);
	transmit(p, m);
	port_counters_get(p, &c);
	assert_int_equal(c.rx_packets, 1);
	assert_int_equal(c.tx_dropped, 1);

	make_veth(state);
	wait_link(p, true);
	port_info_get(p, &info);
	assert_int_equal(info.ifindex, if_nametoindex("b0"));
	far_send(60);
	assert_int_equal(receive(p, 0, &m, 1), 1);
	rte_pktmbuf_free(m);
	transmit(p, super_segment(&(struct io_frame){.payload = 1}, &n, 0));
	assert_int_equal(far_receive(&tci), n.len);
	port_close(p);
}

/* Both directions of a flow to one queue, each frame once. */
static void
queues_share_the_frames(void **state)
{
	struct port_config pc = io_port_config("linux:b0");
	unsigned int per_queue[3] = {0};
	struct rte_mbuf *m[PORT_BURST];
	struct port *p;
	int tci;

	pc.queues = 3;
	p = open_with(&pc);
	for (unsigned int i = 0; i < 60; i++) {
		unsigned int queue_of[2] = {9, 9};

		for (int back = 0; back < 2; back++) {
			struct io_lens n = io_frame_build(
				&(struct io_frame){.udp = true, .payload = 20},
				frame);
			uint8_t swap[4];

			frame[34] = (uint8_t)i; /* source port */
			frame[40] = frame[41] = 0;
			if (back) {
				memcpy(swap, frame + 26, 4);
				memcpy(frame + 26, frame + 30, 4);
				memcpy(frame + 30, swap, 4);
				memcpy(swap, frame + 34, 2);
				memcpy(frame + 34, frame + 36, 2);
				memcpy(frame + 36, swap, 2);
			}
			far_send(n.len);
			for (int tries = 0; tries < 100 && queue_of[back] == 9;
				tries++) {
				for (unsigned int q = 0; q < 3; q++)
					if (port_rx_burst(p, q, m, 1) == 1) {
						rte_pktmbuf_free(m[0]);
						queue_of[back] = q;
					}
				usleep(1000);
			}
		}
		assert_true(queue_of[0] < 3);
		assert_int_equal(queue_of[0], queue_of[1]);
		per_queue[queue_of[0]]++;
	}
	for (unsigned int q = 0; q < 3; q++)
		assert_true(per_queue[q] > 0);
	/* Queues send as well, and none hears it. */
	for (unsigned int q = 0; q < 3; q++) {
		struct io_lens n;

		m[0] = super_segment(&(struct io_frame){.payload = 1}, &n, 0);
		assert_int_equal(port_tx_burst(p, q, m, 1), 1);
		port_tx_flush(p, q);
		assert_int_equal(far_receive(&tci), n.len);
	}
	for (unsigned int q = 0; q < 3; q++)
		assert_int_equal(port_rx_burst(p, q, m, 1), 0);
	port_close(p);
}

static void
bursts_larger_than_the_batch(void **state)
{
	struct rte_mbuf *m[200];
	struct port *a = open_port("linux:a0"), *b = open_port("linux:b0");
	struct io_lens n;

	for (unsigned int i = 0; i < RTE_DIM(m); i++)
		m[i] = super_segment(
			&(struct io_frame){.payload = 1 + i}, &n, 0);
	assert_int_equal(port_tx_burst(a, 0, m, RTE_DIM(m)), RTE_DIM(m));
	port_tx_flush(a, 0);
	assert_int_equal(receive(b, 0, m, RTE_DIM(m)), RTE_DIM(m));
	for (unsigned int i = 0; i < RTE_DIM(m); i++) {
		assert_int_equal(m[i]->pkt_len, 54 + 1 + i);
		rte_pktmbuf_free(m[i]);
	}
	/* Frames that were never flushed are freed on closing. */
	m[0] = super_segment(&supers[0], &n, 1400);
	assert_int_equal(port_tx_burst(a, 0, m, 1), 1);
	port_close(a);
	port_close(b);
}

static void
bad_devices_are_explained(void **state)
{
	struct port_config pc = io_port_config("linux:eth9");
	struct port *p = NULL;
	char err[256];

	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -ENODEV);
	assert_non_null(strstr(err, "ge-0/0/0: there is no Linux device eth9"));
	pc.device = "linux:";
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -ENODEV);
	pc.device = "linux:a-name-that-is-too-long-for-linux";
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -ENODEV);
	pc.device = "linux:b0";
	assert_int_equal(seteuid(65534), 0);
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -EPERM);
	assert_int_equal(seteuid(0), 0);
	assert_non_null(strstr(err, "CAP_NET_RAW is missing"));
	assert_null(p);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_veth, drop_veth)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_pass_unchanged),
		T(tags_are_kept),
		T(super_segments_pass_whole),
		T(soft_port_segments_itself),
		T(device_without_offloads),
		T(tagged_super_segment_passes),
		T(what_is_too_long_is_counted),
		T(no_jumbo_pool_drops_super_segments),
		T(few_jumbo_buffers_suffice),
		T(empty_pool_waits),
		T(overrun_is_counted),
		T(link_changes_are_told),
		T(down_port_comes_up),
		T(deleted_device_may_return),
		T(queues_share_the_frames),
		T(bursts_larger_than_the_batch),
		T(bad_devices_are_explained),
	};

	if (geteuid() != 0) {
		printf("needs root to make a network namespace\n");
		return SKIPPED;
	}
	if (unshare(CLONE_NEWNET) != 0) {
		perror("unshare");
		return 1;
	}
	/* Hosts that announce themselves would be heard among our frames. */
	sh("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
