/* SPDX-License-Identifier: Apache-2.0 */
/* route_spec_copy - a deep copy, for route_spec_free(). NULL: no memory. */
#ifndef ROUTE_ROUTE_SPEC_COPY_H
#define ROUTE_ROUTE_SPEC_COPY_H

struct route_spec;

struct route_spec *route_spec_copy(const struct route_spec *spec);

#endif /* ROUTE_ROUTE_SPEC_COPY_H */
