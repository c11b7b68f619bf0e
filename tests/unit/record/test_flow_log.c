/* SPDX-License-Identifier: Apache-2.0 */
/* The ring: order, fullness, and two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include <cmocka.h>

#include "flow/flow_log.h"

/* [LG-20] */
static void
test_lg20_full(void **state)
{
	struct flow_log *l = flow_log_create();
	struct flow_log_record *r, out[64];
	unsigned int n, total = 0;

	(void)state;
	assert_non_null(l);
	assert_false(flow_log_news(l));
	for (uint32_t i = 0; i < FLOW_LOG_RING + 10; i++) {
		r = flow_log_get(l);
		assert_true((r == NULL) == (i >= FLOW_LOG_RING));
		if (r == NULL)
			continue;
		r->session = i;
		flow_log_put(l);
	}
	assert_true(flow_log_lost(l) == 10);
	assert_true(flow_log_news(l));
	assert_false(flow_log_news(l));
	while ((n = flow_log_take(l, out, 64)) > 0)
		for (unsigned int i = 0; i < n; i++)
			assert_int_equal(total++, out[i].session);
	assert_int_equal(FLOW_LOG_RING, total);
	assert_non_null(flow_log_get(l));
	flow_log_free(l);
}

#define MANY 200000u

static void *
write_many(void *arg)
{
	struct flow_log *l = arg;

	for (uint32_t i = 0; i < MANY;) {
		struct flow_log_record *r = flow_log_get(l);

		if (r == NULL) {
			sched_yield();
			continue;
		}
		r->session = i;
		r->packets[1] = i;
		i++;
		flow_log_put(l);
	}
	return NULL;
}

static void
test_two_threads(void **state)
{
	struct flow_log *l = flow_log_create();
	static struct flow_log_record out[256];
	uint32_t total = 0;
	pthread_t t;

	(void)state;
	assert_int_equal(0, pthread_create(&t, NULL, write_many, l));
	while (total < MANY) {
		unsigned int n = flow_log_take(l, out, 256);

		for (unsigned int i = 0; i < n; i++, total++)
			if (out[i].session != total ||
				out[i].packets[1] != total)
				fail_msg("record %u is %u", total,
					out[i].session);
		if (n == 0)
			sched_yield();
	}
	pthread_join(t, NULL);
	flow_log_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg20_full),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
