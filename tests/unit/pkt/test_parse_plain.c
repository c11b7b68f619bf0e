/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parse_plain.h takes, parse_packet() takes, and both make the same of it,
 * to the byte: every vector, then each with some bytes changed at random and
 * the header checksum put right again half of the time.
 */
#include "pkt_test.h"

#include "pkt/cksum.h"
#include "pkt/parse.h"
#include "pkt/parse_plain.h"
#include "vectors.h"

#define CHANGES 400u /* of each vector */
#define FRAME   1600u

static uint32_t
rnd(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)*seed >> 8) % n);
}

static bool
plain(struct pkt *p)
{
	uint8_t *frame = rte_pktmbuf_mtod(p->m, uint8_t *);

	if (p->m->data_len < ETH_LEN + 20)
		return false;
	if (get16(frame + 12) == RTE_BE16(0x0800))
		return parse_plain4(p, p->m, frame);
	return get16(frame + 12) == RTE_BE16(0x86dd) &&
	       parse_plain6(p, p->m, frame);
}

/* True if it was a plain one. Its caller knows that the MAC address is the
 * box's own, hence no group's. */
static bool
check_one(uint8_t *bytes, uint32_t len)
{
	struct pkt a, b;
	bool is_plain;

	bytes[0] &= 0xfe;
	memset(&a, 0x5a, sizeof(a)); /* nothing may depend on what was there */
	memset(&b, 0xa5, sizeof(b));
	a.m = b.m = pkt_test_mbuf(bytes, len);
	is_plain = plain(&a);
	if (is_plain) {
		size_t key = bytes[12] == 0x08 ? FLOW_KEY_V4 : FLOW_KEY_V6;

		assert_int_equal(VERDICT_NEXT, parse_packet(&b));
		assert_memory_equal(&a.key, &b.key, key);
		assert_ptr_equal(a.l3, b.l3);
		assert_ptr_equal(a.l4, b.l4);
		assert_memory_equal(&a.len, &b.len,
			offsetof(struct pkt, hash) - offsetof(struct pkt, len));
		assert_int_equal(IP_NONE, a.gw.family);
	}
	rte_pktmbuf_free(a.m);
	return is_plain;
}

static void
change(uint8_t *f, uint32_t len, uint32_t *seed)
{
	static const uint8_t telling[] = {
		0, 1, 4, 6, 7, 8, 17, 0x45, 0x46, 127, 224, 255};
	uint32_t n = 1 + rnd(seed, 3);

	while (n-- > 0) {
		uint32_t at = rnd(seed, len < 70 ? len : 70);

		f[at] = rnd(seed, 2) ? telling[rnd(seed, sizeof(telling))]
				     : (uint8_t)rnd(seed, 256);
	}
	if (len >= 34 && rnd(seed, 2)) {
		put16(f + 24, 0);
		put16(f + 24, cksum_finish(cksum_add(f + 14, 20, 0)));
	}
}

static void
test_same(void **state)
{
	uint32_t seed = 1, plain_ones = 0, others = 0;
	uint8_t f[FRAME];

	(void)state;
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++) {
		const struct parse_vector *v = &parse_vectors[i];

		if (v->len == 0 || v->len > sizeof(f))
			continue;
		memcpy(f, v->bytes, v->len);
		plain_ones += check_one(f, v->len);
		for (unsigned int k = 0; k < CHANGES; k++) {
			uint32_t len = v->len;

			memcpy(f, v->bytes, v->len);
			change(f, len, &seed);
			if (rnd(&seed, 4) == 0)
				len = 1 + rnd(&seed, len);
			if (check_one(f, len))
				plain_ones++;
			else
				others++;
		}
	}
	/* The test has seen both kinds, many times. */
	assert_in_range(plain_ones, 1000, UINT32_MAX);
	assert_in_range(others, 1000, UINT32_MAX);
	assert_int_equal(0, pkt_test_in_use());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_same)};

	pkt_test_pool();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
