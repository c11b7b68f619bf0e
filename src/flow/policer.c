/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/policer.h"

#include <sys/mman.h>

#define SECOND_NS 1000000000ull

uint64_t *
policers_create(void)
{
	void *p =
		mmap(NULL, POLICERS * sizeof(uint64_t), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
policers_free(uint64_t *policers)
{
	if (policers != NULL)
		munmap(policers, POLICERS * sizeof(uint64_t));
}

/* Nanoseconds that so much takes at the rate. */
static uint64_t
price(uint64_t amount, uint64_t rate)
{
	return (uint64_t)((unsigned __int128)amount * SECOND_NS / rate);
}

bool
policer_exceeds(uint64_t *state, const struct policer_spec *spec,
	uint64_t now_ms, uint32_t packets, uint64_t bytes)
{
	bool by_bytes = spec->bandwidth != 0;
	uint64_t rate = by_bytes ? spec->bandwidth : spec->pps;
	uint64_t cost = price(by_bytes ? bytes * 8 : packets, rate);
	uint64_t burst = price(by_bytes ? spec->burst * 8 : spec->burst, rate);
	uint64_t now = now_ms * 1000000;
	uint64_t paid = __atomic_load_n(state, __ATOMIC_RELAXED), next;

	do {
		next = (paid > now ? paid : now) + cost;
		/* One super-segment may be more than the whole burst: it
		 * passes when nothing else is owed. */
		if (paid > now && next - now > burst)
			return true;
	} while (!__atomic_compare_exchange_n(
		state, &paid, next, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return false;
}
