/* SPDX-License-Identifier: Apache-2.0 */
/* Pools: resident with use, warm buffers first, nothing lost by threads. */
#include "io_test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "io/eal.h"
#include "pkt/pkt.h"

static long
resident_bytes(void)
{
	long size, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld %ld", &size, &pages), 2);
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* 65536 buffers are 150 MB, as many jumbos 4 GB. */
static void
memory_follows_use(void **state)
{
	long before = resident_bytes();
	struct rte_mempool *pool = eal_pool_create(65536);
	struct rte_mempool *jumbo = eal_jumbo_pool_create(65536);
	struct rte_mbuf *m[64];

	assert_non_null(pool);
	assert_non_null(jumbo);
	assert_int_equal(rte_mempool_avail_count(pool), 65536);
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(rte_pktmbuf_alloc_bulk(pool, m, 64), 0);
		for (int k = 0; k < 64; k++)
			*rte_pktmbuf_mtod(m[k], char *) = 1;
		rte_pktmbuf_free_bulk(m, 64);
	}
	assert_true(resident_bytes() - before < 24 << 20);
	rte_mempool_free(pool);
	rte_mempool_free(jumbo);
}

static void
buffers_are_as_promised(void **state)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(io_pool);
	struct rte_mbuf *j = rte_pktmbuf_alloc(io_jumbo);

	assert_int_equal(m->priv_size, PKT_PRIV_SIZE);
	assert_int_equal(rte_pktmbuf_tailroom(m), 2048);
	assert_int_equal(rte_pktmbuf_headroom(m), RTE_PKTMBUF_HEADROOM);
	assert_true(j->buf_len > 65000);
	assert_int_equal(j->priv_size, PKT_PRIV_SIZE);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(j);
}

static void
pools_run_dry_and_recover(void **state)
{
	struct rte_mbuf *m[IO_TEST_BUFS];

	for (unsigned int i = 0; i < IO_TEST_BUFS; i++) {
		m[i] = rte_pktmbuf_alloc(io_pool);
		assert_non_null(m[i]);
		assert_ptr_equal(m[i]->pool, io_pool);
	}
	assert_null(rte_pktmbuf_alloc(io_pool));
	rte_pktmbuf_free_bulk(m, IO_TEST_BUFS);
	assert_int_equal(rte_mempool_avail_count(io_pool), IO_TEST_BUFS);
}

static void *
churn(void *registered)
{
	struct rte_mbuf *m[48];

	if (registered != NULL && rte_thread_register() != 0)
		return NULL;
	for (unsigned int i = 0; i < 20000; i++) {
		unsigned int n = 1 + i % RTE_DIM(m);

		if (rte_pktmbuf_alloc_bulk(io_pool, m, n) != 0)
			return NULL;
		for (unsigned int k = 0; k < n; k++)
			m[k]->port = (uint16_t)k;
		for (unsigned int k = 0; k < n; k++)
			if (m[k]->port != k) /* two owners */
				return NULL;
		rte_pktmbuf_free_bulk(m, n);
	}
	if (registered != NULL)
		rte_thread_unregister();
	return io_pool;
}

static void
threads_share_a_pool(void **state)
{
	pthread_t t[4];
	void *ok;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, churn,
					 i & 1 ? io_pool : NULL),
			0);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], &ok);
		assert_non_null(ok);
	}
}

static void
drivers_are_found_by_device_name(void **state)
{
	assert_true(eal_driver_load("net_null0"));
	assert_true(eal_driver_load("net_null"));
	assert_true(eal_driver_load("net_ring7,nodeaction=a:0:CREATE"));
	assert_false(eal_driver_load("net_nonesuch0"));
	assert_false(eal_driver_load("../../tmp/x0"));
	assert_false(eal_driver_load(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_follows_use),
		cmocka_unit_test(buffers_are_as_promised),
		cmocka_unit_test(pools_run_dry_and_recover),
		cmocka_unit_test(threads_share_a_pool),
		cmocka_unit_test(drivers_are_found_by_device_name),
	};

	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
