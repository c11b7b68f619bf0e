/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_ids - numbers that stay with a name from commit to commit [CF-29].
 *
 * A compilation works on a copy and the copy takes the original's place when
 * it succeeded, so that a refused commit uses up no number.
 *
 * All names of one kind are given at once. Names that were seen before keep
 * their number; new ones get the next number never used. When the numbers of a
 * kind are used up, those of names that are no longer configured come back.
 */
#ifndef COMPILE_COMPILE_IDS_H
#define COMPILE_COMPILE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "compile/compile.h"
#include "compile/names.h"

enum ids_kind {
	IDS_IFD,
	IDS_IFL,
	IDS_VR,
	IDS_ZONE,
	IDS_POLICY,
	IDS_NAT_POOL,
	IDS_NAT_RULE, /* and those of destination and static rules */
	IDS_NAT_RULE_DESTINATION,
	IDS_NAT_RULE_STATIC,
	IDS_KINDS
};

struct compile_ids {
	struct names names[IDS_KINDS];
	uint32_t next[IDS_KINDS]; /* never used so far */
	uint32_t generation;      /* successful compilations */
};

/* NULL when out of memory; ids may be NULL: fresh numbers. */
struct compile_ids *compile_ids_copy(const struct compile_ids *ids);

/* Put from in the place of ids; from is freed. */
void compile_ids_replace(struct compile_ids *ids, struct compile_ids *from);

/*
 * Number names[0..n), each given once. 0, -ENOSPC when there are more names
 * than numbers, -ENOMEM.
 */
int compile_ids_assign(struct compile_ids *ids, enum ids_kind kind,
	const char *const *names, size_t n, uint32_t *ret);

/* How many names of the kind there can be. */
uint32_t compile_ids_limit(enum ids_kind kind);

#endif /* COMPILE_COMPILE_IDS_H */
