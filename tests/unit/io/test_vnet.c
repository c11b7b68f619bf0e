/* SPDX-License-Identifier: Apache-2.0 */
/* The virtio-net header: what it becomes in an mbuf, there and back. */
#include "io_test.h"

#include <errno.h>
#include <string.h>

#include "io/gso.h"
#include "io/vnet.h"

#define NEEDS VIRTIO_NET_HDR_F_NEEDS_CSUM
#define VALID VIRTIO_NET_HDR_F_DATA_VALID
#define TCP4  VIRTIO_NET_HDR_GSO_TCPV4
#define TCP6  VIRTIO_NET_HDR_GSO_TCPV6
#define UFO   VIRTIO_NET_HDR_GSO_UDP
#define UDP   VIRTIO_NET_HDR_GSO_UDP_L4
#define ECN   VIRTIO_NET_HDR_GSO_ECN

#define F_TCP4 (RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_IPV4)
#define F_TCP6 (RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_IPV6)
#define F_UDP4 (RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV4)
#define F_UDP6 (RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV6)
#define F_TSO  RTE_MBUF_F_TX_TCP_SEG
#define F_USO  RTE_MBUF_F_TX_UDP_SEG

static uint8_t frame[IO_TEST_FRAME], after[IO_TEST_FRAME];

/* The receiver's table. flags 0 with rc 0: an ordinary frame. */
static const struct {
	const char *what;
	struct io_frame f;
	struct virtio_net_hdr h;
	int rc;
	uint64_t flags;
} table[] = {
	{"nothing asked", {.payload = 9}, {0}, 0, 0},
	{"validated", {.payload = 9}, {.flags = VALID}, 0,
		RTE_MBUF_F_RX_L4_CKSUM_GOOD},
	{"partial TCP", {.payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 34, 16}, 0, F_TCP4},
	{"partial TCP, IPv6", {.v6 = true, .payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 54, 16}, 0, F_TCP6},
	{"partial UDP", {.udp = true, .payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 34, 6}, 0, F_UDP4},
	{"partial TCP in a tagged frame",
		{.vlan = 5, .payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 38, 16}, 0, F_TCP4},
	{"super-segment", {.payload = 5000, .partial = true},
		{NEEDS, TCP4, 54, 1448, 34, 16}, 0, F_TCP4 | F_TSO},
	{"super-segment, hdr_len is a hint", {.payload = 5000, .partial = true},
		{NEEDS, TCP4, 0xffff, 1448, 34, 16}, 0, F_TCP4 | F_TSO},
	{"super-segment with options and CWR",
		{.options = 12,
			.tcp_flags = 0x90,
			.payload = 5000,
			.partial = true},
		{NEEDS, TCP4 | ECN, 66, 1448, 34, 16}, 0, F_TCP4 | F_TSO},
	{"super-segment, IPv6", {.v6 = true, .payload = 5000, .partial = true},
		{NEEDS, TCP6, 74, 1428, 54, 16}, 0, F_TCP6 | F_TSO},
	{"UDP super-segment", {.udp = true, .payload = 5000, .partial = true},
		{NEEDS, UDP, 42, 1400, 34, 6}, 0, F_UDP4 | F_USO},
	{"UDP super-segment, IPv6",
		{.v6 = true, .udp = true, .payload = 5000, .partial = true},
		{NEEDS, UDP, 62, 1400, 54, 6}, 0, F_UDP6 | F_USO},
	{"super-segment with its sum complete", {.payload = 5000},
		{VALID, TCP4, 54, 1448, 0, 0}, 0, F_TCP4 | F_TSO},
	{"super-segment of one", {.payload = 1000, .partial = true},
		{NEEDS, TCP4, 54, 1448, 34, 16}, 0, F_TCP4},

	{"segment size 0", {.payload = 5000, .partial = true},
		{NEEDS, TCP4, 54, 0, 34, 16}, -EINVAL, 0},
	{"family does not match", {.payload = 5000, .partial = true},
		{NEEDS, TCP6, 54, 1448, 34, 16}, -EINVAL, 0},
	{"protocol does not match", {.payload = 5000, .partial = true},
		{NEEDS, UDP, 54, 1448, 34, 16}, -EINVAL, 0},
	{"UDP fragmentation", {.udp = true, .payload = 5000, .partial = true},
		{NEEDS, UFO, 42, 1400, 34, 6}, -EINVAL, 0},
	{"unknown kind", {.payload = 5000, .partial = true},
		{NEEDS, 0x42, 54, 1448, 34, 16}, -EINVAL, 0},
	{"super-segment of nothing", {.payload = 0, .partial = true},
		{NEEDS, TCP4, 54, 1448, 34, 16}, -EINVAL, 0},
	{"super-segment, sum elsewhere", {.payload = 5000, .partial = true},
		{NEEDS, TCP4, 54, 1448, 35, 16}, -EINVAL, 0},
	{"sum starts beyond the frame", {.payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 0xffff, 16}, -EINVAL, 0},
	{"sum at the end of the frame", {.payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 62, 0}, -EINVAL, 0},
	{"sum is written beyond the frame", {.payload = 9, .partial = true},
		{NEEDS, 0, 0, 0, 40, 0xffff}, -EINVAL, 0},
};

static void
frames_are_marked(void **state)
{
	for (size_t i = 0; i < RTE_DIM(table); i++) {
		struct io_lens n = io_frame_build(&table[i].f, frame);
		struct rte_mbuf *m = io_mbuf(frame, n.len, 1920, 1900);
		int rc = vnet_to_mbuf(&table[i].h, m);

		if (rc != table[i].rc)
			fail_msg("%s: %d", table[i].what, rc);
		if (rc == 0 && m->ol_flags != table[i].flags)
			fail_msg("%s: flags %lx", table[i].what,
				(unsigned long)m->ol_flags);
		if (rc == 0 && (m->ol_flags & RTE_MBUF_F_TX_L4_MASK)) {
			assert_int_equal(m->l2_len, n.l2);
			assert_int_equal(m->l3_len, n.l3);
			assert_int_equal(m->l4_len, n.l4);
		}
		if (m->ol_flags & GSO_SEG_FLAGS)
			assert_int_equal(m->tso_segsz, table[i].h.gso_size);
		rte_pktmbuf_free(m);
	}
}

static void
headers_survive_the_way(void **state)
{
	for (size_t i = 0; i < RTE_DIM(table); i++) {
		struct io_lens n = io_frame_build(&table[i].f, frame);
		struct rte_mbuf *m = io_mbuf(frame, n.len, 1920, 1900);
		struct virtio_net_hdr h;

		if (table[i].rc == 0) {
			assert_int_equal(vnet_to_mbuf(&table[i].h, m), 0);
			assert_int_equal(vnet_from_mbuf(m, &h), 0);
			if (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) {
				assert_int_equal(h.flags, NEEDS);
				assert_int_equal(h.csum_start, n.l2 + n.l3);
			}
			if (m->ol_flags & GSO_SEG_FLAGS) {
				assert_int_equal(
					h.gso_type, table[i].h.gso_type);
				assert_int_equal(h.hdr_len, n.l2 + n.l3 + n.l4);
			}
		}
		rte_pktmbuf_free(m);
	}
}

/* A complete sum is made the pseudo-header's again, as for any other. */
static void
complete_super_segment_becomes_partial(void **state)
{
	for (int v6 = 0; v6 < 2; v6++) {
		struct io_frame f = {.v6 = v6, .payload = 5000};
		struct io_lens n = io_frame_build(&f, frame);
		struct rte_mbuf *m = io_mbuf(frame, n.len, 1920, 1900);
		struct virtio_net_hdr h = {
			VALID, v6 ? TCP6 : TCP4, 0, 1400, 0, 0};

		assert_int_equal(vnet_to_mbuf(&h, m), 0);
		f.partial = true;
		io_frame_build(&f, frame);
		assert_int_equal(io_flatten(m, after), n.len);
		assert_memory_equal(after, frame, n.len);
		rte_pktmbuf_free(m);
	}
}

/* A tunnel's inner partial sum is completed: no mbuf field can say it. */
static void
inner_sum_is_completed(void **state)
{
	struct io_frame inner = {.payload = 300, .partial = true};
	struct io_frame outer = {.udp = true, .payload = 354};
	struct virtio_net_hdr h = {NEEDS, 0, 0, 0, 42 + 34, 16};
	struct io_lens n;
	struct rte_mbuf *m;

	n = io_frame_build(&outer, frame);
	io_frame_build(&inner, frame + 42);
	frame[40] = frame[41] = 0; /* the outer has no checksum */
	m = io_mbuf(frame, n.len, 200, 50);
	assert_int_equal(vnet_to_mbuf(&h, m), 0);
	assert_int_equal(m->ol_flags, 0);
	io_flatten(m, after);
	assert_true(io_frame_cksums_right(after + 42, 354));
	rte_pktmbuf_free(m);
}

/* CRC32c of the 32 zero bytes of RFC 3720, B.4, over two mbufs. */
static void
sctp_sum_is_completed(void **state)
{
	struct io_frame f = {.payload = 12};
	struct io_lens n = io_frame_build(&f, frame);
	struct virtio_net_hdr h = {NEEDS, 0, 0, 0, 34, 8};
	struct rte_mbuf *m;

	assert_int_equal(n.len, 34 + 32);
	frame[23] = 132;
	memset(frame + 34, 0, 32);
	m = io_mbuf(frame, n.len, 50, 9);
	assert_int_equal(vnet_to_mbuf(&h, m), 0);
	io_flatten(m, after);
	assert_memory_equal(after + 42, "\xaa\x36\x91\x8a", 4);
	rte_pktmbuf_free(m);
}

static void
short_frames_are_no_danger(void **state)
{
	struct io_frame f = {.v6 = true, .payload = 3000, .partial = true};
	struct virtio_net_hdr hs[] = {
		{NEEDS, 0, 0, 0, 54, 16},
		{NEEDS, TCP6, 74, 1000, 54, 16},
		{VALID, TCP6, 74, 1000, 0, 0},
	};

	for (size_t i = 0; i < RTE_DIM(hs); i++)
		for (uint32_t len = 1; len < 120; len++) {
			struct rte_mbuf *m;

			io_frame_build(&f, frame);
			m = io_mbuf(frame, len, len, 1);
			vnet_to_mbuf(&hs[i], m);
			rte_pktmbuf_free(m);
		}
}

static void
misfits_are_not_sent(void **state)
{
	static const struct {
		const char *what;
		uint64_t flags;
		uint16_t l2, l3, l4, segsz;
	} t[] = {
		{"no lengths", F_TCP4, 0, 0, 0, 0},
		{"headers beyond the frame", F_TCP4, 127, 511, 20, 0},
		{"SCTP", RTE_MBUF_F_TX_SCTP_CKSUM | RTE_MBUF_F_TX_IPV4, 14, 20,
			12, 0},
		{"segments of 0", F_TCP4 | F_TSO, 14, 20, 20, 0},
		{"TCP header too short", F_TCP4 | F_TSO, 14, 20, 8, 10},
		{"no payload", F_TCP4 | F_TSO, 14, 20, 255, 10},
	};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		struct io_frame f = {.payload = 100, .partial = true};
		struct io_lens n = io_frame_build(&f, frame);
		struct rte_mbuf *m = io_mbuf(frame, n.len, n.len, 1);
		struct virtio_net_hdr h;

		m->ol_flags = t[i].flags;
		m->l2_len = t[i].l2;
		m->l3_len = t[i].l3;
		m->l4_len = t[i].l4;
		m->tso_segsz = t[i].segsz;
		if (vnet_from_mbuf(m, &h) != -EINVAL)
			fail_msg("%s: accepted", t[i].what);
		rte_pktmbuf_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_marked),
		cmocka_unit_test(headers_survive_the_way),
		cmocka_unit_test(complete_super_segment_becomes_partial),
		cmocka_unit_test(inner_sum_is_completed),
		cmocka_unit_test(sctp_sum_is_completed),
		cmocka_unit_test(short_frames_are_no_danger),
		cmocka_unit_test(misfits_are_not_sent),
	};

	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
