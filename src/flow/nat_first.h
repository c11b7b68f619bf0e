/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat_first - what NAT makes of a first packet, as the decisions find it out:
 * nat_dst.c before the route, nat_src.c after the policy, nat_session.c when
 * the session is made, or given up.
 */
#ifndef FLOW_NAT_FIRST_H
#define FLOW_NAT_FIRST_H

#include "flow/env.h"
#include "flow/path.h"
#include "flow/session_nat.h"
#include "image/nat_match.h"
#include "nat/nat.h"
#include "nat/pick.h"

struct nat_first {
	struct flow_key to; /* as it will leave; its token means nothing */
	struct vr_id vr;    /* table that routes the new destination */
	uint8_t has;        /* bit: enum nat_kind that has rules at all */
	bool translated;    /* to is not the packet's key */
	bool careful;       /* a reply tuple turned out to be taken */
	uint8_t kind[2];    /* enum nat_kind of the rules */
	uint32_t rule[2];   /* NAT_OF_*: printed ids; 0: none */
	uint32_t dst_pool;  /* printed id */
	uint32_t binding;
	struct nat_hold hold;
};

/* Of which kinds are there rules? 0: nothing to ask. */
static inline uint8_t
nat_kinds_of(const struct env *env)
{
	if (env->nat == NULL)
		return 0;
	return (uint8_t)(image_nat_has(env->image, NAT_SOURCE) << NAT_SOURCE |
			 image_nat_has(env->image, NAT_DESTINATION)
				 << NAT_DESTINATION |
			 image_nat_has(env->image, NAT_STATIC) << NAT_STATIC);
}

static inline bool
nat_has(const struct nat_first *n, enum nat_kind kind)
{
	return (n->has >> kind & 1) != 0;
}

/*
 * Static NAT, else destination NAT, else a persistent binding. NEXT with n->to
 * and n->vr; a drop; or HANDOFF to the worker that has the binding.
 */
enum verdict nat_dst_run(
	const struct env *env, struct pkt *p, struct nat_first *n);

/*
 * The way out is known: static NAT the other way round, else source NAT. NEXT
 * with n->to and what is held of a pool; a drop; or HANDOFF to the worker that
 * has the host. token: of the zone where the answer will arrive.
 */
enum verdict nat_src_run(const struct env *env, struct pkt *p,
	const struct path *path, uint16_t token, struct nat_first *n);

/* Both wings of session index have their keys: how they are rewritten, what
 * they hold. 0 or -ENOSPC, then n still has what it held. */
int nat_session_make(
	const struct env *env, uint32_t index, const struct nat_first *n);

/* It was installed: counters, and who owns it. */
void nat_session_made(const struct env *env, uint32_t index);

/* The reply tuple was taken, after all: give back what it holds, and whether it
 * is worth asking nat_src_run() again. */
bool nat_first_again(const struct env *env, struct nat_first *n);

/* No session was made of it: give back what it holds. */
void nat_first_undo(const struct env *env, const struct nat_first *n);

/* A session ends (session_table.on_close). */
void nat_session_ended(const struct env *env, uint32_t index);

/* After a commit: is what made it gone or changed? */
bool nat_session_orphan(const struct env *env, uint32_t index);

/* Is its source an address of the interface by which it leaves? */
bool nat_session_of_interface(const struct env *env, uint32_t index);

/* Which worker has a session with this key, if not the one that the hash
 * names; -1: none that is known. */
int nat_session_owner(const struct env *env, const struct flow_key *key);

/* Is a reply key free, and does its hash lead to this worker (steered)? */
bool nat_key_free(
	const struct env *env, const struct flow_key *key, bool steered);

/* ---- small things that nat_dst.c and nat_src.c share ---- */

/* The way out is not known yet. */
void nat_query_fill(const struct env *env, const struct pkt *p,
	const struct nat_first *n, struct nat_query *q);

static inline bool
nat_has_ports(const struct flow_key *k)
{
	return k->protocol == IPP_TCP || k->protocol == IPP_UDP ||
	       k->protocol == IPP_SCTP;
}

void nat_set_src(struct flow_key *k, const struct ip_addr *a);
void nat_set_dst(struct flow_key *k, const struct ip_addr *a);

/* Let another worker make the session. */
enum verdict nat_handoff(struct pkt *p, unsigned int worker);

#endif /* FLOW_NAT_FIRST_H */
