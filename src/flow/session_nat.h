/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_nat - what a session with NAT keeps beside its wings: the rules that
 * made it, by printed id, and what it holds of a pool. The rewrites themselves
 * are the wings' (session_get_rewrite()).
 */
#ifndef FLOW_SESSION_NAT_H
#define FLOW_SESSION_NAT_H

#include <stdint.h>

/* Which side of the packet a rule translates. */
enum { NAT_OF_SOURCE, NAT_OF_DESTINATION };

struct session_nat {
	uint32_t rule[2];  /* NAT_OF_*: printed id; 0: none */
	uint32_t born;     /* commit in which it was made: nat->commit */
	uint32_t binding;  /* persistent, in the worker's table; 0: none */
	uint32_t addr;     /* nat_hold: number in the pool ... */
	uint32_t host;     /* ... or what its host has */
	uint16_t slot;     /* of the pool; of no use without a hold or rule */
	uint16_t dst_pool; /* printed id; 0: none */
	uint16_t port;
	uint8_t what;  /* enum nat_hold_what */
	uint8_t kinds; /* enum nat_kind of rule[0], of rule[1] << 4 */
};

_Static_assert(sizeof(struct session_nat) == 32, "SESSION_NAT_SIZE");

#endif /* FLOW_SESSION_NAT_H */
