/* SPDX-License-Identifier: Apache-2.0 */
/*
 * binding - persistent NAT: an inside address and port that keep the same
 * outside (reflexive) address and port as long as there are sessions, and
 * `inactivity-timeout` longer; and who may open sessions towards it.
 *
 * A binding is found from inside by its key, from outside by the reflexive
 * address in the virtual router of that side; also in the inside one, so that
 * neighbours of the host reach it by its outside address (hairpin) [NA-60].
 *
 * Threads: the worker that owns the inside host.
 */
#ifndef NAT_BINDING_H
#define NAT_BINDING_H

#include "nat/pick.h"

struct nat_binding_key {
	struct ip_addr internal; /* padding zero: use nat_binding_key() */
	uint32_t slot, iface;
	uint16_t vr, port; /* port 0 and protocol 0: the whole address */
	uint8_t protocol;
	uint8_t pad[3];
};

struct nat_binding {
	struct nat_binding_key key;
	struct ip_addr reflexive;
	struct nat_hold hold;
	uint32_t sessions, max_sessions;
	uint32_t rule;     /* printed id of the source rule */
	uint32_t idle_s;   /* since when it has no sessions */
	uint32_t remotes;  /* list: those whom the host has sent to */
	uint32_t entry[2]; /* in reflexive: outside, inside */
	uint16_t outside_vr;
	uint16_t timeout_s;
	uint8_t permit; /* enum nat_persistent */
	bool block_external;
};

int nat_bindings_init(struct nat_worker *w);
void nat_bindings_done(struct nat_worker *w);

static inline struct nat_binding *
nat_binding_at(const struct nat_worker *w, uint32_t i)
{
	return nat_tab_at(&w->bindings, i);
}

struct nat_binding_key nat_binding_key(uint32_t slot, uint32_t iface,
	const struct ip_addr *internal, struct vr_id vr, uint8_t protocol,
	uint16_t port);

uint32_t nat_binding_find(
	const struct nat_worker *w, const struct nat_binding_key *key);

/* A binding for what pick has taken (hold is the binding's from now on). 0: no
 * room, and the hold stays the caller's. */
uint32_t nat_binding_new(struct nat_worker *w,
	const struct nat_binding_key *key, const struct nat_hold *hold,
	const struct ip_addr *reflexive, const struct nat_rule_spec *rule,
	struct vr_id outside, uint32_t now_s);

/* The inside host has sent to this address and port; it may answer with new
 * sessions. False: no room to remember it. */
bool nat_binding_remote(struct nat_worker *w, uint32_t binding,
	const struct ip_addr *addr, uint16_t port);

/* The binding behind dst and port, as seen from vr; 0: none. */
uint32_t nat_binding_inbound(const struct nat_worker *w, struct vr_id vr,
	const struct ip_addr *dst, uint16_t port, uint8_t protocol);
/* May this outsider open a session towards it? */
bool nat_binding_permits(const struct nat_worker *w, uint32_t binding,
	const struct ip_addr *src, uint16_t sport);

void nat_binding_hold(struct nat_worker *w, uint32_t binding);
void nat_binding_release(
	struct nat_worker *w, uint32_t binding, uint32_t now_s);

/* Once a second: its time may be over. */
void nat_binding_tick(struct nat_worker *w, uint32_t binding, uint32_t now_s);

static inline bool
nat_binding_ending(const struct nat_worker *w, uint32_t binding)
{
	return nat_binding_at(w, binding)->timeout_s == 0;
}

/* Without sessions: now. With sessions: when they have ended. */
void nat_binding_end(struct nat_worker *w, uint32_t binding, uint32_t now_s);

/* What owners.h knows of the outside of a binding. */
uint64_t nat_reflexive_hash(struct vr_id vr, const struct ip_addr *addr,
	uint16_t port, uint8_t protocol);

#endif /* NAT_BINDING_H */
