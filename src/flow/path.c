/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/path.h"

#include <stdlib.h>

#include "pkt/key.h"

#define MEMORY_LINES 2048u /* 64 KB: in the second cache, beside the rest */

struct path_line {
	uint64_t q[2];       /* the destination */
	uint32_t generation; /* 0: nothing */
	uint16_t vr;
	uint8_t family;
	uint32_t nexthop;  /* index in the view */
	struct adj_id adj; /* ADJ_NONE: not plain, or not known then */
};

_Static_assert(sizeof(struct path_line) == 32, "two a cache line");

struct path_memory {
	struct path_line line[MEMORY_LINES];
};

struct path_memory *
path_memory_create(void)
{
	return calloc(1, sizeof(struct path_memory));
}

void
path_memory_free(struct path_memory *m)
{
	free(m);
}

static inline struct path_line *
line_of(const struct env *env, struct vr_id vr, uint64_t q0, uint64_t q1)
{
	uint64_t h = q0 ^ q1 * 31 ^ (uint64_t)vr.v << 40;

	h *= UINT64_C(0x9e3779b97f4a7c15);
	return &env->paths->line[h >> 53]; /* 2^11 */
}

static inline bool
line_is(const struct path_line *l, const struct env *env, struct vr_id vr,
	uint64_t q0, uint64_t q1, uint8_t family)
{
	return l->q[0] == q0 && l->q[1] == q1 &&
	       l->generation == env->generation && l->vr == vr.v &&
	       l->family == family;
}

struct adj_id
path_plain(const struct env *env, struct vr_id vr, const struct flow_key *key)
{
	const struct path_line *l;
	uint64_t q0, q1 = 0;

	if (unlikely(env->paths == NULL || env->record != NULL))
		return ADJ_NONE;
	if (likely(key->family == IP_V4)) {
		q0 = key->v4.dst_be;
	} else {
		q0 = get64(key->v6.dst);
		q1 = get64(key->v6.dst + 8);
	}
	l = line_of(env, vr, q0, q1);
	return likely(line_is(l, env, vr, q0, q1, key->family)) ? l->adj
								: ADJ_NONE;
}

/* The next hop of a destination: remembered, or looked up and remembered. */
static const struct nexthop *
nexthop_of(const struct env *env, struct vr_id vr, const struct ip_addr *dst,
	struct path_line **ret)
{
	struct path_line *l = NULL;
	uint32_t i;

	if (likely(env->paths != NULL)) {
		l = line_of(env, vr, dst->q[0], dst->q[1]);
		if (line_is(l, env, vr, dst->q[0], dst->q[1], dst->family)) {
			*ret = l;
			return route_view_nexthop(env->routes, l->nexthop);
		}
	}
	i = route_view_lookup(env->routes, vr, dst);
	if (l != NULL)
		*l = (struct path_line){{dst->q[0], dst->q[1]}, env->generation,
			vr.v, dst->family, i, ADJ_NONE};
	*ret = l;
	return route_view_nexthop(env->routes, i);
}

static bool
is_own_link_local(const struct ifl_spec *ifl, const struct ip_addr *a)
{
	for (size_t i = 0; ifl != NULL && i < ifl->naddrs; i++)
		if (ip_addr_equal(&ifl->addrs[i].prefix.addr, a))
			return true;
	return false;
}

/* fe80::/10 means nothing outside its link: no table is asked. */
static void
link_local(const struct env *env, const struct ip_addr *dst,
	struct ifl_id scope, struct path *ret)
{
	const struct ifl_spec *ifl = image_ifl(env->image, scope);

	if (ifl == NULL)
		return;
	ret->ifl = scope;
	ret->zone = ifl->zone;
	ret->gw = *dst;
	if (is_own_link_local(ifl, dst)) {
		ret->type = NH_LOCAL;
		return;
	}
	ret->type = NH_RESOLVE;
	ret->adj = neigh_find(env->neigh, scope, dst);
}

static const struct nexthop *
ecmp_member(const struct env *env, const struct nexthop *group,
	const struct flow_key *flow)
{
	uint32_t hash = flow != NULL ? flow_key_symmetric_hash(flow) : 0;

	return route_view_nexthop(
		env->routes, group->members[hash % group->nmembers]);
}

void
path_lookup(const struct env *env, struct vr_id vr, const struct ip_addr *dst,
	const struct flow_key *flow, struct ifl_id scope, struct path *ret)
{
	const struct nexthop *nh;
	const struct ifl_spec *ifl;
	struct path_line *line;

	*ret = (struct path){.type = NH_NONE};
	if (ip_addr_is_link_local(dst)) {
		link_local(env, dst, scope, ret);
		return;
	}
	nh = nexthop_of(env, vr, dst, &line);
	if (unlikely(nh->type == NH_ECMP)) {
		nh = ecmp_member(env, nh, flow);
		line = NULL; /* other flows go elsewhere */
	}
	ret->type = nh->type;
	ret->nh = nh->id;
	ret->ifl = nh->ifl;
	ifl = image_ifl(env->image, nh->ifl);
	if (ifl == NULL) {
		/* Routes and policies of one world agree; none: no interface */
		if (nh->type == NH_UCAST || nh->type == NH_RESOLVE ||
			nh->type == NH_LOCAL)
			ret->type = NH_NONE;
		return;
	}
	ret->zone = ifl->zone;
	if (nh->type == NH_UCAST) {
		ret->gw = nh->gateway;
		ret->adj = nh->adj;
		if (ret->adj.v == 0)
			ret->adj = neigh_find(env->neigh, nh->ifl, &ret->gw);
	} else if (nh->type == NH_RESOLVE) {
		ret->gw = *dst;
		ret->adj = neigh_find(env->neigh, nh->ifl, dst);
	} else {
		ret->gw = nh->gateway;
	}
	if (line != NULL)
		line->adj = ret->adj;
}
