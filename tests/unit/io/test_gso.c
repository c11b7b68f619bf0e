/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments put together again are the super-segment, and each is what a host
 * would have sent by itself: lengths, numbers, flags and checksums.
 */
#include "io_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/gso.h"

static uint8_t whole[IO_TEST_FRAME], piece[IO_TEST_FRAME];

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void
ask(struct rte_mbuf *m, const struct io_frame *f, const struct io_lens *n,
	uint16_t segsz)
{
	m->l2_len = n->l2;
	m->l3_len = n->l3;
	m->l4_len = n->l4;
	m->ol_flags |= f->v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4;
	m->ol_flags |=
		f->udp ? RTE_MBUF_F_TX_UDP_CKSUM : RTE_MBUF_F_TX_TCP_CKSUM;
	if (segsz != 0) {
		m->tso_segsz = segsz;
		m->ol_flags |=
			f->udp ? RTE_MBUF_F_TX_UDP_SEG : RTE_MBUF_F_TX_TCP_SEG;
	}
}

/* One segment against what a plain reading of the headers expects. */
static void
check_segment(const struct io_frame *f, const struct io_lens *n, uint32_t len,
	uint32_t index, uint16_t segsz, bool last)
{
	const uint8_t *l3 = piece + n->l2, *l4 = l3 + n->l3;
	const uint8_t *was = whole + n->l2 + n->l3;

	assert_true(io_frame_cksums_right(piece, len));
	assert_memory_equal(piece, whole, n->l2);
	if (!f->v6)
		assert_int_equal(get16(l3 + 4),
			(uint16_t)(get16(whole + n->l2 + 4) + index));
	assert_memory_equal(l4, was, 4);
	if (f->udp) {
		assert_int_equal(get16(l4 + 4), len - n->l2 - n->l3);
		return;
	}
	assert_int_equal(get32(l4 + 4), get32(was + 4) + index * segsz);
	assert_int_equal(l4[13] & 0x09, last ? f->tcp_flags & 0x09 : 0);
	assert_int_equal(l4[13] & 0x80, index == 0 ? f->tcp_flags & 0x80 : 0);
	assert_int_equal(l4[13] & 0x76, f->tcp_flags & 0x76);
	assert_memory_equal(l4 + 14, was + 14, 2);
	assert_memory_equal(l4 + 18, was + 18, n->l4 - 18u);
}

static void
segment_all(const struct io_frame *f, uint16_t segsz, uint32_t chunk)
{
	struct io_lens n = io_frame_build(f, whole);
	struct rte_mbuf *m =
		io_mbuf(whole, n.len, 1 + n.l2 + n.l3 + n.l4, chunk);
	struct rte_mbuf *s;
	uint32_t hdr = n.l2 + n.l3 + n.l4, index = 0, done = 0, bytes = 0;
	struct gso_wire wire;
	struct gso g;

	ask(m, f, &n, segsz);
	wire = gso_wire(m);
	assert_int_equal(gso_begin(&g, m), 0);
	while ((s = gso_next(&g, io_pool)) != NULL) {
		uint32_t len = io_flatten(s, piece);

		assert_int_equal(len, s->pkt_len);
		assert_int_equal(s->ol_flags & GSO_TX_FLAGS, 0);
		assert_true(len - hdr <= segsz);
		assert_memory_equal(piece + hdr, whole + hdr + done, len - hdr);
		done += len - hdr;
		bytes += len;
		check_segment(f, &n, len, index++, segsz, g.left == 0);
		rte_pktmbuf_free(s);
	}
	assert_int_equal(g.left, 0);
	assert_int_equal(done, f->payload);
	assert_int_equal(wire.packets, index);
	assert_int_equal(wire.bytes, bytes);
	assert_int_equal(io_flatten(m, piece), n.len);
	assert_memory_equal(piece, whole, n.len);
	rte_pktmbuf_free(m);
}

static void
segments_make_the_whole(void **state)
{
	srand(1);
	for (uint32_t i = 0; i < 400; i++) {
		struct io_frame f = {
			.v6 = i & 1,
			.udp = i & 2,
			.vlan = i & 4 ? 100 : 0,
			.options = (uint8_t)(i & 2 ? 0 : rand() % 11 * 4),
			.tcp_flags = (uint8_t)(0x10 | rand()),
			.payload = 1 + (uint32_t)rand() %
					       (i % 8 == 0 ? 64000u : 9000u),
			.seed = i,
			.partial = true,
		};
		static const uint16_t sizes[] = {1448, 1, 536, 1400, 8948, 61};
		uint16_t segsz = sizes[i % 6];

		/* A byte a segment: keep the number of them small. */
		if (segsz == 1)
			f.payload %= 100;
		f.payload += f.payload == 0;
		segment_all(
			&f, segsz, f.payload < 9000 && i % 5 == 0 ? 37 : 1900);
	}
}

static void
tag_goes_along(void **state)
{
	struct io_frame f = {.payload = 4000, .partial = true};
	struct io_lens n = io_frame_build(&f, whole);
	struct rte_mbuf *m = io_mbuf(whole, n.len, 1000, 1000), *s;
	struct gso g;

	ask(m, &f, &n, 1448);
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	m->vlan_tci = 0x2064;
	assert_int_equal(gso_wire(m).bytes, 4000 + 3 * (54 + 4));
	assert_int_equal(gso_begin(&g, m), 0);
	while ((s = gso_next(&g, io_pool)) != NULL) {
		uint32_t len = s->pkt_len;

		assert_int_equal(gso_vlan_push(s), 0);
		assert_int_equal(io_flatten(s, piece), len + 4);
		assert_memory_equal(piece + 12, "\x81\x00\x20\x64\x08\x00", 6);
		assert_true(io_frame_cksums_right(piece, len + 4));
		rte_pktmbuf_free(s);
	}
	rte_pktmbuf_free(m);
}

static void
empty_pool_ends_early(void **state)
{
	struct rte_mbuf *held[IO_TEST_BUFS], *m, *s;
	struct io_frame f = {.payload = 6000, .partial = true};
	struct io_lens n = io_frame_build(&f, whole);
	struct gso g;
	unsigned int all = 0;

	m = io_mbuf(whole, n.len, 1000, 1900);
	ask(m, &f, &n, 1000);
	while ((held[all] = rte_pktmbuf_alloc(io_pool)) != NULL)
		all++;
	assert_int_equal(gso_begin(&g, m), 0);
	rte_pktmbuf_free(held[--all]);
	s = gso_next(&g, io_pool);
	assert_non_null(s);
	assert_null(gso_next(&g, io_pool));
	assert_int_equal(g.left, 5000);
	rte_pktmbuf_free(s);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free_bulk(held, all);
}

static void
checksums_complete(void **state)
{
	srand(2);
	for (uint32_t i = 0; i < 300; i++) {
		struct io_frame f = {
			.v6 = i & 1,
			.udp = i & 2,
			.vlan = i & 4 ? 100 : 0,
			.payload = (uint32_t)rand() % 9000,
			.seed = i,
			.partial = true,
		};
		struct io_lens n = io_frame_build(&f, whole), full;
		struct rte_mbuf *m =
			io_mbuf(whole, n.len, 60u + n.l4, i % 3 ? 1900 : 13);

		ask(m, &f, &n, 0);
		assert_int_equal(gso_cksum_complete(m), 0);
		assert_int_equal(m->ol_flags & GSO_TX_FLAGS, 0);
		f.partial = false;
		full = io_frame_build(&f, whole);
		assert_int_equal(io_flatten(m, piece), full.len);
		assert_memory_equal(piece, whole, full.len);
		rte_pktmbuf_free(m);
	}
}

/* A UDP sum of 0 is sent as 0xffff: 0 would say "no checksum". */
static void
udp_zero_is_ffff(void **state)
{
	struct io_frame f = {.udp = true, .payload = 2};
	struct io_lens n = io_frame_build(&f, whole);
	uint8_t *l4 = whole + 34;
	struct rte_mbuf *m;
	uint16_t sum;

	/* Choose the payload so that the sum over all is 0xffff. */
	memset(l4 + 8, 0, 2);
	f.partial = true;
	sum = get16(l4 + 6);
	io_frame_build(&f, whole);
	memset(l4 + 8, 0, 2);
	sum = (uint16_t)~io_fold(io_sum(l4, 10));
	l4[8] = (uint8_t)(sum >> 8);
	l4[9] = (uint8_t)sum;
	m = io_mbuf(whole, n.len, n.len, 1);
	ask(m, &f, &n, 0);
	assert_int_equal(gso_cksum_complete(m), 0);
	io_flatten(m, piece);
	assert_int_equal(get16(piece + 40), 0xffff);
	rte_pktmbuf_free(m);
}

static void
ipv4_header_alone(void **state)
{
	struct io_frame f = {.payload = 10, .partial = true};
	struct io_lens n = io_frame_build(&f, whole);
	struct rte_mbuf *m = io_mbuf(whole, n.len, n.len, 1);
	uint64_t l4 = RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_IPV4;

	ask(m, &f, &n, 0);
	m->ol_flags |= RTE_MBUF_F_TX_IP_CKSUM;
	memset(rte_pktmbuf_mtod_offset(m, uint8_t *, 24), 0xee, 2);
	assert_int_equal(gso_ipv4_complete(m), 0);
	assert_int_equal(m->ol_flags & GSO_TX_FLAGS, l4);
	io_flatten(m, piece);
	assert_memory_equal(piece, whole, n.len);
	rte_pktmbuf_free(m);
}

/* Fields that do not fit the frame are refused; nothing is read beyond it. */
static void
misfits_are_refused(void **state)
{
	static const struct {
		const char *what;
		uint16_t l2, l3, l4, segsz;
		uint32_t payload;
	} t[] = {
		{"no segment size", 14, 20, 20, 0, 3000},
		{"no Ethernet header", 0, 20, 20, 1000, 3000},
		{"IPv4 header shorter than IPv4's", 14, 12, 20, 1000, 3000},
		{"IPv4 header length differs", 14, 24, 20, 1000, 3000},
		{"TCP header length differs", 14, 20, 24, 1000, 3000},
		{"TCP header shorter than TCP's", 14, 20, 8, 1000, 3000},
		{"nothing after the headers", 14, 20, 20, 1000, 0},
		{"headers beyond the first mbuf", 127, 511, 255, 1000, 3000},
		{"segment over 65535", 14, 20, 20, 65535, 3000},
	};

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		struct io_frame f = {.payload = t[i].payload, .partial = true};
		struct io_lens n = io_frame_build(&f, whole);
		struct rte_mbuf *m = io_mbuf(whole, n.len, 700, 1900);
		struct gso g;

		n.l2 = t[i].l2;
		n.l3 = t[i].l3;
		n.l4 = t[i].l4;
		ask(m, &f, &n, 1);
		m->tso_segsz = t[i].segsz;
		if (gso_begin(&g, m) != -EINVAL)
			fail_msg("%s: accepted", t[i].what);
		rte_pktmbuf_free(m);
	}
}

static void
bytes_to_mbufs_and_back(void **state)
{
	struct io_frame f = {.payload = 60000};
	struct io_lens n = io_frame_build(&f, whole);
	struct rte_mbuf *m, *flat;

	m = gso_mbuf_from_bytes(io_pool, io_jumbo, whole, n.len);
	assert_int_equal(m->nb_segs, 2);
	assert_int_equal(io_flatten(m, piece), n.len);
	assert_memory_equal(piece, whole, n.len);
	flat = gso_linearize(m, io_pool, io_jumbo);
	assert_int_equal(flat->nb_segs, 1);
	assert_memory_equal(
		rte_pktmbuf_mtod(flat, const uint8_t *), whole, n.len);
	rte_pktmbuf_free(flat);
	assert_null(gso_linearize(m, io_pool, NULL));
	rte_pktmbuf_free(m);
	m = gso_mbuf_from_bytes(io_pool, NULL, whole, n.len);
	assert_int_equal(io_flatten(m, piece), n.len);
	assert_memory_equal(piece, whole, n.len);
	rte_pktmbuf_free(m);
	assert_null(gso_mbuf_from_bytes(io_pool, io_jumbo, whole, 65554));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_make_the_whole),
		cmocka_unit_test(tag_goes_along),
		cmocka_unit_test(empty_pool_ends_early),
		cmocka_unit_test(checksums_complete),
		cmocka_unit_test(udp_zero_is_ffff),
		cmocka_unit_test(ipv4_header_alone),
		cmocka_unit_test(misfits_are_refused),
		cmocka_unit_test(bytes_to_mbufs_and_back),
	};

	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
