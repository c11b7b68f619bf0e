/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - from a name to a number: a hash table that owns its keys and only
 * grows. What the number means is the owner's business (an index, an id).
 *
 * Cost: one hash and about one comparison per question.
 */
#ifndef COMPILE_NAMES_H
#define COMPILE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_entry {
	char *name; /* NULL: a free slot */
	uint32_t value;
	uint32_t hash;
};

struct names {
	struct name_entry *slots;
	size_t n, size; /* size is 0 or a power of two, at most 3/4 full */
};

#define NAMES_INIT ((struct names){0})

/* The entry, or NULL. Valid until the next names_put. */
struct name_entry *names_find(const struct names *t, const char *name);

/* False, and *ret untouched, if there is no such name. */
bool names_get(const struct names *t, const char *name, uint32_t *ret);

/* Add or change. False when out of memory. */
bool names_put(struct names *t, const char *name, uint32_t value);

/* Make *ret a copy of t. False, and *ret empty, when out of memory. */
bool names_copy(const struct names *t, struct names *ret);

void names_done(struct names *t); /* NAMES_INIT again */

#endif /* COMPILE_NAMES_H */
