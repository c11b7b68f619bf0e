/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/path.h"

#include "pkt/key.h"

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

	*ret = (struct path){.type = NH_NONE};
	if (ip_addr_is_link_local(dst)) {
		link_local(env, dst, scope, ret);
		return;
	}
	nh = route_view_nexthop(
		env->routes, route_view_lookup(env->routes, vr, dst));
	if (unlikely(nh->type == NH_ECMP))
		nh = ecmp_member(env, nh, flow);
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
}
