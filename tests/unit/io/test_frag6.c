/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments of IPv6 cut smaller: the parts say together what the one said. */
#include "io_test.h"

#include <string.h>

#include "io/frag6.h"
#include "pkt/bytes.h"

#define HEADERS 48u

/* An IPv6 fragment with len bytes of payload that begin at off, in pieces. */
static struct rte_mbuf *
fragment(uint16_t off, bool more, uint16_t len)
{
	uint8_t b[2048] = {[0] = 0x60, [6] = 44, [7] = 60, [8] = 0x20};

	store16(b + 4, (uint16_t)(len + 8));
	b[24] = 0x21;
	b[40] = 17;
	store16(b + 42, (uint16_t)(off | (more ? 1 : 0)));
	store32(b + 44, 0x12345678);
	for (unsigned int i = 0; i < len; i++)
		b[HEADERS + i] = (uint8_t)((off + i) * 7 >> 2);
	return io_mbuf(b, HEADERS + len, HEADERS + len / 3, 500);
}

/* Every byte of the whole comes once, at its place; the headers are right. */
static void
check_parts(struct rte_mbuf *whole, struct rte_mbuf **out, int n, uint16_t mtu)
{
	uint8_t all_bytes[2048];
	const uint8_t *w = rte_pktmbuf_read(
		whole, 0, rte_pktmbuf_pkt_len(whole), all_bytes);
	uint32_t all = rte_pktmbuf_pkt_len(whole) - HEADERS, at = 0;

	for (int i = 0; i < n; i++) {
		uint8_t bytes[2048];
		uint32_t len = rte_pktmbuf_pkt_len(out[i]);
		const uint8_t *b = rte_pktmbuf_read(out[i], 0, len, bytes);
		bool last = i == n - 1;

		assert_true(len > HEADERS && len <= mtu);
		assert_memory_equal(b, w, 4);
		assert_memory_equal(b + 6, w + 6, 36);
		assert_int_equal(load16(b + 4), len - 40);
		assert_int_equal(
			load16(b + 42) & ~7, (load16(w + 42) & ~7) + (int)at);
		assert_int_equal(
			load16(b + 42) & 1, last ? load16(w + 42) & 1 : 1);
		assert_memory_equal(b + 44, w + 44, 4);
		assert_memory_equal(
			b + HEADERS, w + HEADERS + at, len - HEADERS);
		at += len - HEADERS;
	}
	assert_int_equal(at, all);
}

/* [NA-74] */
static void
test_cut(void **state)
{
	static const struct {
		uint16_t off, len, mtu;
		bool more;
		int n;
	} cases[] = {
		{0, 1480, 1500, true, 2},
		{1480, 1480, 1500, true, 2},
		{2960, 1477, 1500, false, 2},
		{65504, 31, 60, false, 4}, /* the last that there is */
		{0, 1480, 1280, true, 2},
		{8, 1232, 1280, true, 1}, /* fits */
		{8, 1001, 200, false, 7},
	};
	struct rte_mbuf *out[16];

	(void)state;
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rte_mbuf *m =
			fragment(cases[i].off, cases[i].more, cases[i].len);
		int n = frag6_cut(m, cases[i].mtu, io_pool, out, 16);

		assert_true(frag6_is_fragment(m));
		assert_int_equal(n, cases[i].n);
		check_parts(m, out, n, cases[i].mtu);
		rte_pktmbuf_free_bulk(out, (unsigned int)n);
		rte_pktmbuf_free(m);
	}
}

/* What cannot be cut leaves no buffer behind. */
static void
test_refused(void **state)
{
	unsigned int before = rte_mempool_avail_count(io_pool);
	struct rte_mbuf *m = fragment(0, true, 1480), *out[4];

	(void)state;
	assert_int_equal(frag6_cut(m, 40, io_pool, out, 4), -1);
	assert_int_equal(frag6_cut(m, 55, io_pool, out, 4), -1);
	assert_int_equal(frag6_cut(m, 200, io_pool, out, 4), -1);
	rte_pktmbuf_mtod(m, uint8_t *)[6] = 17;
	assert_false(frag6_is_fragment(m));
	rte_pktmbuf_free(m);
	assert_int_equal(rte_mempool_avail_count(io_pool), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
