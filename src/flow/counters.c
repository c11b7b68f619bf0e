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
	c->filter = map_zero(FILTER_COUNTERS * sizeof(*c->filter));
	if (!c->ifl || !c->policy || !c->filter) {
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
	if (c->filter)
		munmap(c->filter, FILTER_COUNTERS * sizeof(*c->filter));
	free(c);
}

uint32_t
filter_slot(
	const struct image_spec *spec, unsigned int filter, unsigned int term)
{
	size_t slot = term;

	for (unsigned int i = 0; i < filter; i++)
		slot += spec->filters[i].n;
	return slot < FILTER_COUNTERS ? (uint32_t)slot : FILTER_COUNTERS - 1;
}
