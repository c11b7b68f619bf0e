/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pick - a translated source for one new flow: proposals, one after the other,
 * until one suits the caller (who knows the sessions) and is taken. The number
 * of proposals is bounded, the cost of each constant however full the pool is.
 *
 * Threads: the worker's own.
 */
#ifndef NAT_PICK_H
#define NAT_PICK_H

#include "nat/nat.h"

struct nat_ask {
	struct nat_pool *pool;
	uint32_t iface;      /* pool->iface: place of the interface's address */
	struct ip_addr host; /* whose source it is */
	struct vr_id vr;     /* where it lives */
	uint16_t port;       /* its own; host order */
	bool ports;          /* the protocol has ports to translate */
	bool whole;          /* the port for itself alone (a binding) */
	bool sequential;     /* port-randomization disable */
	bool same_address;   /* address-persistent: one address for a host */
	uint32_t tries;      /* proposals at most */
	uint32_t now_s;
};

/* What was taken: a session or a binding keeps it and gives it back. */
enum nat_hold_what {
	HOLD_NOTHING,
	HOLD_USE, /* the pool alone: address and port are nobody's */
	HOLD_PORT,
	HOLD_WHOLE_PORT,
	HOLD_ADDRESS
};

struct nat_hold {
	uint32_t slot, addr;
	uint32_t host; /* HOLD_ADDRESS: in hosts */
	uint16_t port;
	uint8_t what; /* enum nat_hold_what */
};

struct nat_pick {
	const struct nat_ask *ask;
	struct nat_hold hold; /* addr and port: the proposal */
	/* where it stands */
	uint32_t lo, hi, at;
	uint64_t pattern;
	uint32_t left;       /* proposals */
	uint32_t addrs_left; /* addresses to try after this one */
	uint32_t block;      /* of the host's, the one tried now */
};

/* Begin. False: there is nothing left (or this host has its limit). */
bool nat_pick_first(
	struct nat_worker *w, const struct nat_ask *ask, struct nat_pick *k);
/* The proposal does not suit: another one. False: there is none. */
bool nat_pick_next(struct nat_worker *w, struct nat_pick *k);
/* Take the proposal. False: it is gone; ask for the next one. */
bool nat_pick_take(struct nat_worker *w, struct nat_pick *k);
/* Nothing suited: give back what the asking itself has taken. */
void nat_pick_give_up(struct nat_worker *w, struct nat_pick *k);

void nat_hold_release(
	struct nat_worker *w, const struct nat_hold *h, uint32_t now_s);

/* Does the choice depend on what the host has already? Then all its flows must
 * be made by one worker. */
bool nat_pool_per_host(const struct nat_pool *p);

#endif /* NAT_PICK_H */
