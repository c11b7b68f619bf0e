/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt_test.h"

#include <rte_eal.h>
#include <rte_mempool.h>

static struct rte_mempool *pool;

struct rte_mempool *
pkt_test_pool(void)
{
	static char args[][20] = {"test", "--no-huge", "--no-pci",
		"--no-shconf", "--no-telemetry", "-m", "32", "-l", "0",
		"--log-level=error"};
	char *argv[RTE_DIM(args) + 1] = {0};

	for (size_t i = 0; i < RTE_DIM(args); i++)
		argv[i] = args[i];
	if (pool != NULL)
		return pool;
	if (rte_eal_init(RTE_DIM(args), argv) < 0)
		abort();
	pool = rte_pktmbuf_pool_create(
		"test", 4095, 0, PKT_PRIV_SIZE, PKT_TEST_ROOM, 0);
	if (pool == NULL)
		abort();
	return pool;
}

unsigned int
pkt_test_in_use(void)
{
	return rte_mempool_in_use_count(pkt_test_pool());
}

static struct rte_mbuf *
segment(const uint8_t *bytes, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pkt_test_pool());
	char *to;

	if (m == NULL)
		abort();
	memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	m->ol_flags = 0;
	to = rte_pktmbuf_append(m, len);
	if (to == NULL)
		abort();
	if (len > 0)
		memcpy(to, bytes, len);
	return m;
}

struct rte_mbuf *
pkt_test_chain(const void *bytes, uint32_t len, uint16_t first, uint16_t rest)
{
	const uint32_t room = PKT_TEST_ROOM - RTE_PKTMBUF_HEADROOM;
	const uint8_t *b = bytes;
	uint32_t n = RTE_MIN(len, RTE_MIN(room, first ? first : room));
	struct rte_mbuf *m = segment(b, (uint16_t)n);

	for (uint32_t at = n; at < len; at += n) {
		struct rte_mbuf *s;

		n = RTE_MIN(len - at, RTE_MIN(room, rest ? rest : room));
		s = segment(b + at, (uint16_t)n);
		if (rte_pktmbuf_chain(m, s) != 0)
			abort();
	}
	return m;
}

uint8_t *
pkt_test_bytes(const struct rte_mbuf *m, uint32_t *ret_len)
{
	uint8_t *b = malloc(m->pkt_len + 1);
	uint32_t at = 0;

	if (b == NULL)
		abort();
	*ret_len = m->pkt_len;
	for (; m != NULL; m = m->next) {
		memcpy(b + at, rte_pktmbuf_mtod(m, uint8_t *), m->data_len);
		at += m->data_len;
	}
	assert_int_equal(at, *ret_len);
	return b;
}

static uint32_t
slow_sum(const uint8_t *b, uint32_t len, uint32_t sum)
{
	for (uint32_t i = 0; i < len; i++)
		sum += i & 1 ? b[i] : (uint32_t)b[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

bool
pkt_test_checksums_ok(const uint8_t *l3, uint32_t len)
{
	bool v4 = l3[0] >> 4 == 4;
	uint32_t hlen = v4 ? (l3[0] & 15) * 4u : 40u, sum = 0;
	uint8_t protocol = v4 ? l3[9] : l3[6];

	if (v4 && slow_sum(l3, hlen, 0) != 0xffff)
		return false;
	if (!(v4 && protocol == IPP_ICMP)) {
		sum = protocol + len - hlen;
		sum = slow_sum(v4 ? l3 + 12 : l3 + 8, v4 ? 8 : 32, sum);
	}
	return slow_sum(l3 + hlen, len - hlen, sum) == 0xffff;
}
