/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path - where does a packet to this address go, from this virtual router?
 * One look-up for the forward way, the reverse way and packet mode; who asks
 * which virtual router is decided elsewhere (first_path.c, reverse_route.c).
 */
#ifndef FLOW_PATH_H
#define FLOW_PATH_H

#include "flow/env.h"

struct path {
	enum nexthop_type type; /* never NH_ECMP: a member was chosen */
	struct nexthop_id nh;
	struct ifl_id ifl;   /* egress; NH_LOCAL: the owner of the address */
	struct zone_id zone; /* of ifl */
	struct adj_id adj;   /* ADJ_NONE: neighbour not known yet */
	struct ip_addr gw;   /* whom to ask for, when adj is none */
};

/*
 * flow picks the member of an ECMP group, the same for the same flow in both
 * directions; NULL takes the first. scope is the interface to use for IPv6
 * link-local destinations (RFC 4291 2.5.6).
 */
void path_lookup(const struct env *env, struct vr_id vr,
	const struct ip_addr *dst, const struct flow_key *flow,
	struct ifl_id scope, struct path *ret);

/*
 * What a worker has looked up last, destination by destination, in the world of
 * a generation: traffic goes to few places at a time. A line is trusted only if
 * all of it fits, so nothing ever has to be thrown away.
 */
struct path_memory;
struct path_memory *path_memory_create(void); /* NULL: no memory */
void path_memory_free(struct path_memory *m);

/*
 * The adjacency of the way to the key's destination if it is plain, the same
 * for all flows, and remembered; else ADJ_NONE: path_lookup() knows more. Never
 * one of a multicast destination.
 */
struct adj_id path_plain(
	const struct env *env, struct vr_id vr, const struct flow_key *key);

/* Can packets be sent this way (to a neighbour)? */
static inline bool
path_is_transit(const struct path *p)
{
	return p->type == NH_UCAST || p->type == NH_RESOLVE;
}

#endif /* FLOW_PATH_H */
