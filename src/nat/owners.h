/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owners - which worker has a session whose packets the symmetric hash sends to
 * another one. Source NAT picks its ports so that both wings come to the same
 * worker; what cannot choose (destination and static NAT, persistent bindings,
 * hosts with an address of their own) is written down here, once for each such
 * wing, and asked by a worker that has no session for a packet.
 *
 * An entry is the upper part of a 64-bit hash of the key and the worker's
 * number. Threads: all workers, without locks. A bucket is one line.
 */
#ifndef NAT_OWNERS_H
#define NAT_OWNERS_H

#include <stdbool.h>
#include <stdint.h>

struct nat_owners;

struct nat_owners *nat_owners_create(uint32_t entries); /* NULL: no memory */
void nat_owners_free(struct nat_owners *o);             /* NULL is fine */

/* hash: 64 bits of the key. False: no room, or there is one already. */
bool nat_owners_add(struct nat_owners *o, uint64_t hash, uint16_t worker);
void nat_owners_remove(struct nat_owners *o, uint64_t hash, uint16_t worker);

/* The worker, or -1. */
int nat_owners_find(const struct nat_owners *o, uint64_t hash);

#endif /* NAT_OWNERS_H */
