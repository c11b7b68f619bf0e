/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_table - what screens remember [SC-12], in three tables of one worker:
 *
 *   rates    packets of one kind to or from one address in this second
 *   scans    the last few things that one source has tried
 *   numbers  how many sessions an address has now
 *
 * Rates and scans have a fixed size. Where many addresses meet, the one with
 * the smallest count is forgotten (and counted as such): a flood from made-up
 * sources costs memory of nothing else, and does not push out those who are
 * over a limit. Numbers are of living sessions, so their table is as large as
 * the sessions can make it; what is not used takes no memory.
 *
 * Threads: one set of tables per worker. Time is an input, in milliseconds that
 * wrap.
 */
#ifndef FLOW_SCREEN_TABLE_H
#define FLOW_SCREEN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

#define RATE_ENTRIES 65536u
#define SCAN_ENTRIES 16384u
#define SCAN_TRIES   10u   /* different things make a scan */
#define RATE_MS      1000u /* one second */

/* An address, and what is counted about it. Hashed and compared as bytes. */
struct screen_key {
	uint8_t addr[16];
	uint16_t port_be; /* 0: all */
	uint16_t zone;    /* in which it is counted */
	uint8_t kind;     /* the caller's numbers */
	uint8_t family;
	uint8_t pad[2];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct screen_key) == 24, "no padding");

void screen_key_set(struct screen_key *k, const struct ip_addr *a,
	uint16_t port_be, uint16_t zone, uint8_t kind);

struct rate_table;
struct scan_table;
struct number_table;

struct rate_table *rate_table_create(void); /* NULL: no memory */
void rate_table_free(struct rate_table *t);

/* One more: how many in this second? *ret_lasting, if not NULL: they were more
 * than limit in the second before. *lost grows when another was forgotten. */
uint32_t rate_count(struct rate_table *t, const struct screen_key *k,
	uint32_t now_ms, uint32_t limit, bool *ret_lasting, uint64_t *lost);

/* Is it more than limit? */
static inline bool
rate_over(struct rate_table *t, const struct screen_key *k, uint32_t now_ms,
	uint32_t limit, bool *ret_lasting, uint64_t *lost)
{
	return rate_count(t, k, now_ms, limit, ret_lasting, lost) > limit;
}

struct scan_table *scan_table_create(void);
void scan_table_free(struct scan_table *t);

/*
 * The source (k->addr, and the target dst unless NULL) tries `what`. True when
 * these are SCAN_TRIES different ones within window_ms, and for the rest of
 * that second.
 */
bool scan_seen(struct scan_table *t, const struct screen_key *k,
	const struct ip_addr *dst, uint32_t what, uint32_t now_ms,
	uint32_t window_ms, uint64_t *lost);

/* Is it blocked? Then block it: whatever the target. */
bool scan_blocked(const struct scan_table *t, const struct screen_key *k,
	uint32_t now_ms);
void scan_block(struct scan_table *t, const struct screen_key *k,
	uint32_t now_ms, uint64_t *lost);

/* Room for n different keys at once. */
struct number_table *number_table_create(uint32_t n);
void number_table_free(struct number_table *t);
uint32_t number_get(const struct number_table *t, const struct screen_key *k);
void number_add(struct number_table *t, const struct screen_key *k);
void number_sub(struct number_table *t, const struct screen_key *k);

#endif /* FLOW_SCREEN_TABLE_H */
