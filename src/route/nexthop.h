/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nexthop - the numbers of next hops. A next hop keeps its number while any
 * table uses it, whatever else changes, and all tables share one numbering:
 * the same gateway through the same interface is the same next hop in every
 * virtual router.
 *
 * A number is an index (1, 2, ...) into the next hops of a view; what is shown
 * and kept in sessions is index + 511 [RT-12].
 *
 * A new set is made between nexthop_begin() and one of nexthop_commit() and
 * nexthop_abort(). Threads: the control thread.
 */
#ifndef ROUTE_NEXTHOP_H
#define ROUTE_NEXTHOP_H

#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "route/route_view.h"

#define NEXTHOP_ID_BASE 511u /* id of index 1 is 512 */
#define NEXTHOP_TYPE_TABLE                                                     \
	32 /* besides enum nexthop_type; never in a result                     \
	    */

struct nexthop_key {
	uint8_t type; /* enum nexthop_type or NEXTHOP_TYPE_TABLE */
	struct ifl_id ifl;
	struct ip_addr gateway;
	struct vr_id vr;         /* NEXTHOP_TYPE_TABLE */
	const uint32_t *members; /* NH_ECMP: indices */
	uint32_t nmembers;
};

struct nexthop_set;

struct nexthop_set *nexthop_set_create(void);
void nexthop_set_free(struct nexthop_set *set);

void nexthop_begin(struct nexthop_set *set);
/* Find or make; 0 and the index, or -ENOMEM. Members may be in any order. */
int nexthop_get(struct nexthop_set *set, const struct nexthop_key *key,
	uint32_t *ret_index);
/* It stays, as if it had been asked for. */
void nexthop_keep(struct nexthop_set *set, uint32_t index);
void nexthop_ref(struct nexthop_set *set, uint32_t index); /* one more row */
/* Forget what was not asked for since nexthop_begin(). */
void nexthop_commit(struct nexthop_set *set);
/* Forget what was made since nexthop_begin(). */
void nexthop_abort(struct nexthop_set *set);

/* Indices are below this; index 0 is none. */
uint32_t nexthop_limit(const struct nexthop_set *set);
/* NULL if there is no such next hop. */
const struct nexthop_key *nexthop_at(
	const struct nexthop_set *set, uint32_t index);
uint32_t nexthop_refs(const struct nexthop_set *set, uint32_t index);

static inline struct nexthop_id
nexthop_id_of(uint32_t index)
{
	return (struct nexthop_id){index ? index + NEXTHOP_ID_BASE : 0};
}

#endif /* ROUTE_NEXTHOP_H */
