/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt_test.h"

#include "pkt/key.h"

static struct flow_key
key4(uint32_t src, uint32_t dst, uint16_t sport, uint16_t dport, uint16_t token)
{
	struct flow_key k;

	memset(&k, 0x5a, sizeof(k)); /* the tail may hold anything */
	k.sport_be = rte_cpu_to_be_16(sport);
	k.dport_be = rte_cpu_to_be_16(dport);
	k.protocol = IPP_TCP;
	k.family = IP_V4;
	k.token = token;
	k.v4.src_be = rte_cpu_to_be_32(src);
	k.v4.dst_be = rte_cpu_to_be_32(dst);
	return k;
}

static struct flow_key
key6(uint8_t src, uint8_t dst, uint16_t sport, uint16_t dport, uint16_t token)
{
	struct flow_key k = {.sport_be = rte_cpu_to_be_16(sport),
		.dport_be = rte_cpu_to_be_16(dport),
		.protocol = IPP_UDP,
		.family = IP_V6,
		.token = token};

	memset(k.v6.src, src, 16);
	memset(k.v6.dst, dst, 16);
	return k;
}

static void
test_reverse(void **state)
{
	const struct flow_key keys[] = {
		key4(0xc0000201, 0xc6336401, 1000, 53, 6),
		key6(0x20, 0x21, 1000, 53, 6),
	};

	for (size_t i = 0; i < RTE_DIM(keys); i++) {
		struct flow_key r = flow_key_reverse(&keys[i], 9);
		struct flow_key rr = flow_key_reverse(&r, 6);
		struct ip_addr a = flow_key_src(&keys[i]);
		struct ip_addr b = flow_key_dst(&r);

		assert_int_equal(r.token, 9);
		assert_int_equal(r.sport_be, keys[i].dport_be);
		assert_true(ip_addr_equal(&a, &b));
		assert_false(flow_key_equal(&r, &keys[i]));
		assert_true(flow_key_equal(&rr, &keys[i]));
		assert_int_equal(flow_key_hash(&rr), flow_key_hash(&keys[i]));
		assert_int_equal(flow_key_symmetric_hash(&r),
			flow_key_symmetric_hash(&keys[i]));
	}
}

/* Every bit of a key counts, in hash and comparison. */
static void
test_every_bit(void **state)
{
	const struct flow_key keys[] = {
		key4(0xc0000201, 0xc6336401, 1000, 53, 6),
		key6(0x20, 0x21, 1000, 53, 6),
	};

	for (size_t i = 0; i < RTE_DIM(keys); i++) {
		size_t len = i == 0 ? FLOW_KEY_V4 : FLOW_KEY_V6;

		for (size_t bit = 0; bit < len * 8; bit++) {
			struct flow_key k = keys[i];

			((uint8_t *)&k)[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(flow_key_equal(&k, &keys[i]));
			assert_false(flow_key_equal(&keys[i], &k));
			assert_int_not_equal(
				flow_key_hash(&k), flow_key_hash(&keys[i]));
		}
		struct flow_key k = keys[i];
		memset((uint8_t *)&k + len, 0x11, sizeof(k) - len);
		assert_true(flow_key_equal(&k, &keys[i]));
		assert_int_equal(flow_key_hash(&k), flow_key_hash(&keys[i]));
	}
}

/*
 * Neighbouring clients and ports, as a lab or a scan makes them, spread well:
 * no bucket of 4096 gets more than a few times its share.
 */
static void
spread(uint32_t (*hash)(const struct flow_key *))
{
	static unsigned int count[4096];
	unsigned int most = 0;

	memset(count, 0, sizeof(count));
	for (uint32_t c = 0; c < 256; c++)
		for (uint16_t port = 0; port < 256; port++) {
			struct flow_key k = key4(0xc0000200 + c, 0xcb007101,
				(uint16_t)(1024 + port), 443, 6);
			unsigned int *n = &count[hash(&k) & 4095];

			if (++*n > most)
				most = *n;
		}
	assert_in_range(most, 16, 64);
}

static uint32_t
symmetric(const struct flow_key *k)
{
	return flow_key_symmetric_hash(k);
}

static uint32_t
plain(const struct flow_key *k)
{
	return flow_key_hash(k);
}

static void
test_spread(void **state)
{
	spread(plain);
	spread(symmetric);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reverse),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
