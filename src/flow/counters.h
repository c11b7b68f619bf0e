/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters - what one worker counts. Only that worker writes; the control
 * thread reads between two bursts (io/worker.h: worker_call).
 */
#ifndef FLOW_COUNTERS_H
#define FLOW_COUNTERS_H

#include <stdint.h>

#include "flow/flow_read.h"
#include "image/image.h"

#define POLICY_COUNTERS                                                        \
	65536u /* by printed index; higher ones share the last */
#define FILTER_COUNTERS 16384u

/* The newest entries, in a ring. */
struct filter_log {
	uint64_t n; /* ever written */
	struct filter_log_entry entry[FILTER_LOG];
};

struct flow_counters {
	struct flow_stats total;
	struct ifl_stats *ifl;       /* IFL_MAX, by id; untouched: no memory */
	struct policy_stats *policy; /* POLICY_COUNTERS, by printed index */
	/* As many: what the first path counts, eight policies in a line; the
	 * `hits` of policy_stats are 0 here. */
	uint64_t *policy_hits;
	struct filter_counter *filter; /* FILTER_COUNTERS, filter_counter() */
	struct filter_log *filter_log;
};

struct flow_counters *flow_counters_create(void); /* NULL: no memory */
void flow_counters_free(struct flow_counters *c);

static inline struct policy_stats *
policy_counter(struct flow_counters *c, uint32_t index)
{
	return &c->policy[index < POLICY_COUNTERS ? index
						  : POLICY_COUNTERS - 1];
}

static inline uint64_t *
policy_hits(struct flow_counters *c, uint32_t index)
{
	return &c->policy_hits[index < POLICY_COUNTERS ? index
						       : POLICY_COUNTERS - 1];
}

/* slot as image_filter_slot() has it. */
static inline struct filter_counter *
filter_counter(struct flow_counters *c, uint32_t slot)
{
	return &c->filter[slot < FILTER_COUNTERS ? slot : FILTER_COUNTERS - 1];
}

#endif /* FLOW_COUNTERS_H */
