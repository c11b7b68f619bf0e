/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_policy - policy-statements applied to one route [RT-5].
 */
#ifndef ROUTE_ROUTE_POLICY_H
#define ROUTE_ROUTE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "route/route_spec.h"

struct route_entry;

#define ROUTE_POLICY_DEPTH 16 /* subroutines in subroutines */

/*
 * Run the chain over *e, a route of the table of e->primary_vr. True: it is
 * accepted and *e carries what the policies changed (preference, metric, tag).
 * False: rejected, explicitly or because nothing matched.
 */
bool route_policy_chain(const struct route_spec *spec, const uint32_t *chain,
	size_t n, struct route_entry *e);

/* The same, and what no policy decides about is accepted if `accept`. */
bool route_policy_run(const struct route_spec *spec, const uint32_t *chain,
	size_t n, bool accept, struct route_entry *e);

bool route_filter_match(
	const struct route_filter_spec *f, const struct ip_prefix *p);

#endif /* ROUTE_ROUTE_POLICY_H */
