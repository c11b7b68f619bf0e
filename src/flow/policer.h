/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policer - does this packet exceed the rate of a policer? [FF-5]
 *
 * The state of a policer is one number that all workers share: the time up to
 * which what has passed is paid for. A burst may be paid in advance. (The
 * virtual scheduling algorithm of ITU-T I.371, a token bucket without a timer.)
 */
#ifndef FLOW_POLICER_H
#define FLOW_POLICER_H

#include "flow/env.h"

#define POLICERS                                                               \
	16384u /* by image_filter_slot(); higher ones share the last           \
		*/

uint64_t *policers_create(void); /* NULL: no memory */
void policers_free(uint64_t *policers);

/* True: more than the rate allows. Nothing is paid then. */
bool policer_exceeds(uint64_t *state, const struct policer_spec *spec,
	uint64_t now_ms, uint32_t packets, uint64_t bytes);

#endif /* FLOW_POLICER_H */
