/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/counters.h"

#include <stdlib.h>
#include <sys/mman.h>

static void *
map_zero(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct flow_counters *
flow_counters_create(void)
{
	struct flow_counters *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->ifl = map_zero(IFL_MAX * sizeof(*c->ifl));
	c->policy = map_zero(POLICY_COUNTERS * sizeof(*c->policy));
	c->policy_hits = map_zero(POLICY_COUNTERS * sizeof(*c->policy_hits));
	c->filter = map_zero(FILTER_COUNTERS * sizeof(*c->filter));
	c->filter_log = map_zero(sizeof(*c->filter_log));
	if (!c->ifl || !c->policy || !c->policy_hits || !c->filter ||
		!c->filter_log) {
		flow_counters_free(c);
		return NULL;
	}
	return c;
}

void
flow_counters_free(struct flow_counters *c)
{
	if (c == NULL)
		return;
	if (c->ifl)
		munmap(c->ifl, IFL_MAX * sizeof(*c->ifl));
	if (c->policy)
		munmap(c->policy, POLICY_COUNTERS * sizeof(*c->policy));
	if (c->policy_hits)
		munmap(c->policy_hits,
			POLICY_COUNTERS * sizeof(*c->policy_hits));
	if (c->filter)
		munmap(c->filter, FILTER_COUNTERS * sizeof(*c->filter));
	if (c->filter_log)
		munmap(c->filter_log, sizeof(*c->filter_log));
	free(c);
}
