/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_spec_copy - a deep copy, for route_spec_free(), with the static routes
 * in the order of their prefixes: the tables then are made, resolved and
 * compared from front to back, which for a million routes is the difference
 * between memory that is fetched ahead and memory that is waited for.
 */
#ifndef ROUTE_ROUTE_SPEC_COPY_H
#define ROUTE_ROUTE_SPEC_COPY_H

#include <stdbool.h>
#include <stddef.h>

struct route_spec;
struct route_vr_spec;
struct static_route_spec;

struct route_spec *route_spec_copy(const struct route_spec *spec); /* or NULL */

/* By prefix; of one prefix in the order given. 0 or -ENOMEM (as it was). */
int route_statics_sort(struct static_route_spec *statics, size_t n);

/* Do both copies say the same of addresses and static routes? */
bool route_vr_same(
	const struct route_vr_spec *a, const struct route_vr_spec *b);

#endif /* ROUTE_ROUTE_SPEC_COPY_H */
