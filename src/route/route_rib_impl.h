/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_rib_impl - the inside of a route_db, for the files of this folder.
 *
 * One computation is a `struct rib`. It is made whole by these steps, each in
 * a file of its own, and then replaces the one before it:
 *
 *   route_native.c   Direct, Local and Static entries of each table
 *   route_select.c   order the entries of a prefix, name the active one
 *   route_resolve.c  gateways -> interfaces   \ repeated until nothing
 *   route_import.c   secondary routes         / changes
 *   route_fib.c      rows of the forwarding tables, next-hop numbers
 *   route_carry.c    ages and unchanged forwarding tables of the old rib
 *
 * What cannot have changed takes no part: route_keep.c.
 */
#ifndef ROUTE_ROUTE_RIB_IMPL_H
#define ROUTE_ROUTE_RIB_IMPL_H

#include "route/nexthop.h"
#include "route/route_entry.h"
#include "route/route_lpm.h"
#include "route/route_rib.h"

enum { FAM4, FAM6, FAMS };

static inline unsigned int
fam_of(enum ip_family family)
{
	return family == IP_V4 ? FAM4 : FAM6;
}

/* A frozen forwarding table, shared by ribs and views. */
struct fib_table {
	unsigned int refs; /* control thread only */
	struct route_lpm *lpm;
};

void fib_table_put(struct fib_table *t); /* NULL is fine */

struct arena_block;

struct route_table {
	struct vr_id vr;
	enum ip_family family;
	struct route_entry *entries; /* sorted; see route_select.c */
	size_t n, size;
	size_t nfront; /* see table_sort(): two parts, each mostly in order */
	struct fib_row *rows; /* sorted by prefix */
	size_t nrows;
	struct fib_table *fib; /* NULL until a view needs it */
	/*
	 * For look-ups: heads[i] is the place of the first entry of the i-th
	 * prefix, parent[i] the i of the next shorter prefix around it, or
	 * NO_PARENT.
	 */
	uint32_t *heads, *parent;
	size_t nheads;
	uint64_t signature; /* of all entries, to see that nothing changed */
	const char *vr_name;
	struct arena_block *arena; /* next hops of the entries */
	bool kept; /* everything above is still the old rib's: route_keep.c */
};

#define NO_PARENT UINT32_MAX

struct rib {
	const struct route_spec *spec;
	const bool *ifl_up;                /* by ifl id, IFL_MAX of them */
	const struct route_ifl_spec **ifl; /* by ifl id; NULL: unknown */
	struct route_table *tables;        /* nvrs * FAMS, order of the spec */
	size_t nvrs;
	uint16_t *vr_place; /* by vr id: 1 + place in the spec; 0: none */
	struct route_table **order; /* tables with routes, as shown */
	size_t norder;
};

struct route_db {
	struct rib *rib;
	struct route_spec *spec;
	bool *ifl_up; /* IFL_MAX */
	struct nexthop_set *nexthops;
	uint32_t generation;
};

/* NULL if the rib does not know it. */
struct route_table *rib_table(
	const struct rib *rib, struct vr_id vr, enum ip_family family);
bool rib_ifl_up(const struct rib *rib, struct ifl_id ifl);

/* Memory that lives as long as the table; NULL: out of memory. */
void *table_alloc(struct route_table *t, size_t bytes);
/* A new entry at the end of t, zeroed; NULL: out of memory. */
struct route_entry *table_add(struct route_table *t);

/* The steps. All return 0 or -ENOMEM. */
int native_build(struct rib *rib, size_t vr_place);

int table_sort(struct route_table *t); /* by prefix, then select */
void table_select(struct route_table *t);
int table_index(struct route_table *t); /* heads and parent */
/* Is a to be shown and used before b? As strcmp; never 0 for two entries. */
int entry_cmp(const struct route_entry *a, const struct route_entry *b);

/* The head whose prefix is the longest that covers addr, or NO_PARENT. */
uint32_t table_cover(const struct route_table *t, const struct ip_addr *addr);

int table_resolve(struct rib *rib, struct route_table *t);
int rib_import(struct rib *rib);
/* Add what the instance-import of the VR at place may take from. */
void import_sources(const struct rib *rib, size_t place, bool *is_source);

/*
 * Lend to rib the tables of old that cannot have changed. 0 or -ENOMEM. After
 * that either rib_kept_take(), when rib takes the place of old, or free rib.
 */
int rib_keep(struct rib *rib, const struct rib *old);
void rib_kept_take(struct rib *rib, struct rib *old);

int fib_build(struct rib *rib, struct nexthop_set *nexthops);
void rib_carry(struct rib *rib, const struct rib *old, uint64_t now_ms);
/* Make the frozen table of t unless it has one. */
int fib_freeze(struct route_table *t, const struct nexthop_set *nexthops);

/* What is wrong with a specification, all of it. 0, -EINVAL or -ENOMEM. */
int route_check(const struct route_spec *spec, struct report *report);

/* In a forwarding table's values: go on in the table of this VR. */
#define FIB_TABLE 0x40000000u

#define ROUTE_CHAIN_MAX 8 /* tables that one look-up visits */

#endif /* ROUTE_ROUTE_RIB_IMPL_H */
