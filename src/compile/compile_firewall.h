/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about `firewall` share: compile_firewall.c (filters and their
 * terms), compile_filter_numbers.c, compile_filter_refs.c, compile_policers.c.
 */
#ifndef COMPILE_COMPILE_FIREWALL_H
#define COMPILE_COMPILE_FIREWALL_H

#include "compile/compile_impl.h"

/* A new, empty filter at the end of the image's, or NULL. */
struct filter_spec *filter_add(struct compile *c, enum ip_family family);

/* The terms of the filter at the node, behind those that f has. */
void filter_add_terms(
	struct compile *c, const struct cnode *filter, struct filter_spec *f);

/* Conditions on other numbers than addresses, ports and types [FF-4]. */
void compile_filter_numbers(struct compile *c, const struct cnode *from,
	struct filter_term_spec *t);
bool filter_number_known(const char *name);

void compile_policers(struct compile *c);

#endif /* COMPILE_COMPILE_FIREWALL_H */
