/* SPDX-License-Identifier: Apache-2.0 */
/* filter_fields - conditions of firewall filters on numbers of a packet that
 * nothing else asks for [FF-4]. */
#ifndef FLOW_FILTER_FIELDS_H
#define FLOW_FILTER_FIELDS_H

#include "flow/env.h"

/* Do all these conditions hold? */
bool filter_fields_match(const struct env *env, const struct pkt *p,
	const struct filter_number_spec *list, size_t n);

#endif /* FLOW_FILTER_FIELDS_H */
