/* SPDX-License-Identifier: Apache-2.0 */
/* worker_hash against DPDK's software model of what a card computes [OP-81]. */
#include "pkt_test.h"

#include <rte_thash.h>

#include "pkt/worker_hash.h"

static uint32_t seed = 1;

static uint32_t
random32(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed ^ seed >> 15;
}

static struct flow_key
random_key(bool v6, uint8_t protocol)
{
	struct flow_key k = {.protocol = protocol,
		.family = v6 ? IP_V6 : IP_V4,
		.sport_be = (rte_be16_t)random32(),
		.dport_be = (rte_be16_t)random32()};

	if (!v6) {
		k.v4.src_be = random32();
		k.v4.dst_be = random32();
		return k;
	}
	for (unsigned int i = 0; i < 16; i++) {
		k.v6.src[i] = (uint8_t)random32();
		k.v6.dst[i] = (uint8_t)random32();
	}
	return k;
}

/* The input of a card's hash: addresses and, with ports, those; host words. */
static uint32_t
card_hash(const struct flow_key *k, bool ports)
{
	uint8_t key[64];
	uint32_t words[9];
	unsigned int n = 0;

	for (unsigned int i = 0; i < sizeof(key); i++)
		key[i] = i & 1 ? WORKER_HASH_KEY & 0xff : WORKER_HASH_KEY >> 8;
	if (k->family == IP_V4) {
		words[n++] = rte_be_to_cpu_32(k->v4.src_be);
		words[n++] = rte_be_to_cpu_32(k->v4.dst_be);
	} else {
		memcpy(words, k->v6.src, 16);
		memcpy(words + 4, k->v6.dst, 16);
		for (; n < 8; n++)
			words[n] = rte_be_to_cpu_32(words[n]);
	}
	if (ports)
		words[n++] = (uint32_t)rte_be_to_cpu_16(k->sport_be) << 16 |
			     rte_be_to_cpu_16(k->dport_be);
	return rte_softrss(words, n, key);
}

static void
test_same_as_a_card(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP,
		IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_GRE};

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		uint8_t protocol = protocols[i % RTE_DIM(protocols)];
		struct flow_key k = random_key(i & 1, protocol);
		bool ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;

		for (unsigned int n = 1; n <= 16; n++) {
			assert_int_equal(worker_hash_owner(&k, n),
				card_hash(&k, ports) % WORKER_HASH_SIZE % n);
			assert_int_equal(worker_hash_owner_fragment(&k, n),
				card_hash(&k, false) % WORKER_HASH_SIZE % n);
		}
	}
}

static void
test_both_directions(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2000; i++) {
		struct flow_key k = random_key(i & 1, IPPROTO_TCP);
		struct flow_key r = flow_key_reverse(&k, 9);

		assert_int_equal(
			worker_hash_owner(&k, 16), worker_hash_owner(&r, 16));
	}
}

/* Clients with neighbouring addresses and Linux's even source ports. */
static void
test_shares_are_even(void **state)
{
	(void)state;
	for (unsigned int n = 2; n <= 8; n++) {
		unsigned int count[8] = {0};

		for (uint32_t i = 0; i < 8000; i++) {
			struct flow_key k = {.protocol = IPPROTO_TCP,
				.family = IP_V4,
				.sport_be = rte_cpu_to_be_16(
					(uint16_t)(32768 + i / 20 * 2)),
				.dport_be = rte_cpu_to_be_16(443)};

			k.v4.src_be = rte_cpu_to_be_32(0xc0000200 + i % 20);
			k.v4.dst_be = rte_cpu_to_be_32(0xc6336401);
			count[worker_hash_owner(&k, n)]++;
		}
		for (unsigned int w = 0; w < n; w++) {
			assert_true(count[w] > 8000 / n * 3 / 4);
			assert_true(count[w] < 8000 / n * 5 / 4);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_a_card),
		cmocka_unit_test(test_both_directions),
		cmocka_unit_test(test_shares_are_even),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
