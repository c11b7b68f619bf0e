/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_lpm - longest-prefix match, compact and immutable, for both families.
 *
 * A table is built once from all its routes and never changes; a route change
 * builds another one (docs/adr/0002-lpm.md says why, with numbers). One
 * allocation per table; a few hundred bytes when it is empty.
 *
 * Values are 31 bits, given by the caller; 0 means "no route" and is what a
 * look-up answers when nothing covers the address.
 *
 * Threads: build and free anywhere; look-ups on any thread, nothing written.
 */
#ifndef ROUTE_ROUTE_LPM_H
#define ROUTE_ROUTE_LPM_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define ROUTE_LPM_VALUE_MAX 0x7fffffffu
#define ROUTE_LPM_BURST     64 /* look-ups that overlap in one burst stage */

struct route_lpm;

struct route_lpm_entry {
	struct ip_prefix prefix; /* host bits zero */
	uint32_t value;          /* 1..ROUTE_LPM_VALUE_MAX */
};

/*
 * Build a table of one family from entries[0..n), strictly ascending by
 * ip_prefix_cmp(). Returns 0 and the table in *ret, or
 *   -EINVAL  wrong family, host bits set, wrong value or not ascending
 *   -ENOMEM  out of memory
 */
int route_lpm_build(enum ip_family family,
	const struct route_lpm_entry *entries, size_t n,
	struct route_lpm **ret);

/* As above with 2^root_bits direct entries (0..24); for tests and bench. */
int route_lpm_build_root(enum ip_family family,
	const struct route_lpm_entry *entries, size_t n, unsigned int root_bits,
	struct route_lpm **ret);

void route_lpm_free(struct route_lpm *lpm); /* NULL is fine */

/* The table must be of the family that the name says. */
uint32_t route_lpm_lookup4(const struct route_lpm *lpm, uint32_t addr_be);
uint32_t route_lpm_lookup6(const struct route_lpm *lpm, const uint8_t addr[16]);

/*
 * n look-ups whose memory accesses overlap: several times faster than one by
 * one when the table does not fit the cache. Any n.
 */
void route_lpm_lookup4_burst(const struct route_lpm *lpm,
	const uint32_t *addrs_be, uint32_t *results, size_t n);
void route_lpm_lookup6_burst(const struct route_lpm *lpm,
	const uint8_t (*addrs)[16], uint32_t *results, size_t n);

/* Memory of the table, everything included. */
size_t route_lpm_bytes(const struct route_lpm *lpm);

#endif /* ROUTE_ROUTE_LPM_H */
