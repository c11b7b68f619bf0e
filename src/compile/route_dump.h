/* SPDX-License-Identifier: Apache-2.0 */
/* route_dump - a route_spec as text, for golden tests and support. */
#ifndef COMPILE_ROUTE_DUMP_H
#define COMPILE_ROUTE_DUMP_H

struct route_spec;
struct sbuf;

void route_spec_dump(const struct route_spec *spec, struct sbuf *out);

#endif /* COMPILE_ROUTE_DUMP_H */
