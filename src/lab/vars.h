/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vars - what a step has captured, by name, for the steps after it.
 */
#ifndef LAB_VARS_H
#define LAB_VARS_H

#include <stdbool.h>
#include <stddef.h>

struct lab_var {
	char *name, *value;
};

struct lab_vars {
	struct lab_var *var;
	size_t n;
};

/* Both texts are copied. 0 or -ENOMEM. */
int lab_vars_set(struct lab_vars *v, const char *name, const char *value,
	size_t value_len);

/* NULL when there is none of that name. */
const char *lab_vars_get(const struct lab_vars *v, const char *name);

/*
 * A copy of text with ${name} replaced; a name that is not set stays as it is
 * written. NULL when out of memory.
 */
char *lab_vars_expand(const struct lab_vars *v, const char *text);

/* Letters, digits and underscore, not beginning with a digit. */
bool lab_var_name_valid(const char *name, size_t len);

void lab_vars_done(struct lab_vars *v);

#endif /* LAB_VARS_H */
