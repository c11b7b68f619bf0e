/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tab - entries found by a key of bytes: one worker's own table of hosts, of
 * bindings, of remote ends. Memory is mapped once and costs nothing until it is
 * used, so that the packet path adds entries without asking for any.
 *
 * An entry is `key` bytes of key, which nobody changes, then what the caller
 * likes; its number stays until it is removed. Entry 0 is none. Padding of a
 * key must be zero, and no key is all zeros.
 */
#ifndef NAT_TAB_H
#define NAT_TAB_H

#include <stdbool.h>
#include <stdint.h>

struct nat_tab {
	uint8_t *entries;
	uint32_t *next; /* of the chain, or of the free list */
	uint32_t *heads;
	uint32_t size, key, max; /* bytes of an entry, of its key; entries */
	uint32_t mask;           /* heads - 1 */
	uint32_t top, free;      /* numbers ever used: 1..top; free list */
	uint32_t n;
};

/* 0 or -ENOMEM. max is rounded up to a power of two; size to 8. */
int nat_tab_init(struct nat_tab *t, uint32_t max, uint32_t size, uint32_t key);
void nat_tab_done(struct nat_tab *t); /* zeroed is fine */

uint32_t nat_tab_find(const struct nat_tab *t, const void *key);

/* A new entry, zero but for the key; 0: the table is full. The caller has seen
 * that there is none with this key. */
uint32_t nat_tab_add(struct nat_tab *t, const void *key);
void nat_tab_remove(struct nat_tab *t, uint32_t entry);

/* Is this one of 1..top in use? A free entry has a key of zeros. */
bool nat_tab_used(const struct nat_tab *t, uint32_t entry);

static inline void *
nat_tab_at(const struct nat_tab *t, uint32_t entry)
{
	return t->entries + (uint64_t)entry * t->size;
}

#endif /* NAT_TAB_H */
