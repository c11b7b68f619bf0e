/* SPDX-License-Identifier: Apache-2.0 */
/* Incremental sums against whole ones computed byte by byte. */
#include "pkt_test.h"

#include "pkt/cksum.h"

#define ROUNDS 20000

static uint64_t seed = 0x243f6a8885a308d3u;

static uint32_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 16);
}

static uint16_t
slow(const uint8_t *b, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? b[i] : (uint32_t)b[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
fill(uint8_t *b, size_t len)
{
	unsigned int kind = rnd() % 4; /* zeros and ones are the hard ones */

	for (size_t i = 0; i < len; i++)
		b[i] = kind == 0 ? 0 : kind == 1 ? 0xff : (uint8_t)rnd();
	b[rnd() % len] |= 1; /* a packet is never all zero */
}

static void
test_whole(void **state)
{
	uint8_t b[128];
	uint8_t be[2];

	for (int i = 0; i < ROUNDS; i++) {
		size_t len = 1 + rnd() % sizeof(b);

		fill(b, len);
		put16(be, cksum_finish(cksum_add(b, len, 0)));
		assert_int_equal(load16(be), slow(b, len));
	}
}

/* Change 2, 4 or 16 bytes; the field must be what a new sum would give. */
static void
test_incremental(void **state)
{
	static const size_t sizes[] = {2, 4, 16};
	uint8_t b[64], old[16];

	for (int i = 0; i < ROUNDS; i++) {
		size_t n = sizes[rnd() % 3], at = 2 + 2 * (rnd() % 20);
		uint64_t delta;

		fill(b, sizeof(b));
		b[63] |= 1; /* outside of what changes */
		put16(b, 0);
		put16(b, cksum_finish(cksum_add(b, sizeof(b), 0)));
		memcpy(old, b + at, n);
		fill(b + at, n);
		delta = n == 2   ? cksum_delta16(get16(old), get16(b + at))
			: n == 4 ? cksum_delta32(get32(old), get32(b + at))
				 : cksum_delta128(old, b + at);
		put16(b, cksum_apply(get16(b), delta));
		assert_int_equal(slow(b, sizeof(b)), 0);
		uint16_t got = get16(b);
		put16(b, 0);
		assert_int_equal(got, cksum_finish(cksum_add(b, sizeof(b), 0)));
	}
}

/* Folded deltas add up, in any order; back and forth is nothing. */
static void
test_deltas_add(void **state)
{
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t a = rnd(), b = rnd(), c = rnd();
		uint16_t check = (uint16_t)rnd();
		uint16_t ab = cksum_fold(cksum_delta32(a, b));
		uint16_t bc = cksum_fold(cksum_delta32(b, c));
		uint16_t twice = cksum_apply(cksum_apply(check, ab), bc);
		uint16_t once = cksum_apply(check, (uint64_t)ab + bc);

		assert_int_equal(once % 0xffff, twice % 0xffff);
		assert_int_equal(cksum_apply(cksum_apply(check, ab),
					 cksum_delta32(b, a)) %
					 0xffff,
			check % 0xffff);
	}
}

static void
test_mbuf(void **state)
{
	uint8_t b[300];

	for (int i = 0; i < ROUNDS / 10; i++) {
		uint32_t len = 1 + rnd() % sizeof(b), off = rnd() % len;
		struct rte_mbuf *m;

		fill(b, len);
		m = pkt_test_chain(b, len, (uint16_t)(1 + rnd() % 40),
			(uint16_t)(1 + rnd() % 40));
		assert_int_equal(
			cksum_fold(cksum_add_mbuf(m, off, len - off, 0)),
			cksum_fold(cksum_add(b + off, len - off, 0)));
		rte_pktmbuf_free(m);
	}
	assert_int_equal(pkt_test_in_use(), 0);
}

/* RFC 3720 B.4: 32 bytes of zeros have the CRC32c 8a9136aa. */
static void
test_sctp(void **state)
{
	uint8_t b[32] = {0};
	struct rte_mbuf *m = pkt_test_chain(b, sizeof(b), 9, 5);

	assert_int_equal(cksum_sctp(m, 0, sizeof(b)), 0x8a9136aa);
	rte_pktmbuf_free(m);
	memset(b + 8, 0xff, 4); /* the field itself does not count */
	m = pkt_test_chain(b, sizeof(b), 9, 5);
	assert_int_equal(cksum_sctp(m, 0, sizeof(b)), 0x8a9136aa);
	rte_pktmbuf_free(m);
}

static void
test_udp_zero(void **state)
{
	assert_int_equal(cksum_udp(0), 0xffff);
	assert_int_equal(cksum_udp(0xffff), 0xffff);
	assert_int_equal(cksum_udp(1), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_incremental),
		cmocka_unit_test(test_deltas_add),
		cmocka_unit_test(test_mbuf),
		cmocka_unit_test(test_sctp),
		cmocka_unit_test(test_udp_zero),
	};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
