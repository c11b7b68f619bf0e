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

struct flow_counters {
	struct flow_stats total;
	struct ifl_stats *ifl;       /* IFL_MAX, by id; untouched: no memory */
	struct policy_stats *policy; /* POLICY_COUNTERS, by printed index */
	struct filter_counter *filter; /* FILTER_COUNTERS, filter_slot() */
};

struct flow_counters *flow_counters_create(void); /* NULL: no memory */
void flow_counters_free(struct flow_counters *c);

static inline struct policy_stats *
policy_counter(struct flow_counters *c, uint32_t index)
{
	return &c->policy[index < POLICY_COUNTERS ? index
						  : POLICY_COUNTERS - 1];
}

/* Place of a term's counter: terms of all filters, numbered through. */
uint32_t filter_slot(
	const struct image_spec *spec, unsigned int filter, unsigned int term);

#endif /* FLOW_COUNTERS_H */
