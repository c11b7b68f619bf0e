/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#define FIRST_MS 1000u

uint64_t
clock_ms(void)
{
	static _Atomic uint64_t start;
	uint64_t now, began = 0;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
	if (atomic_compare_exchange_strong(&start, &began, now))
		began = now;
	return now - began + FIRST_MS;
}
