/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_spec - what a committed configuration says about routing, as plain
 * data: the second half of the waist (image/image_spec.h is the first).
 * compile/ writes it, tests write it as a literal, route_rib.c reads it.
 *
 * Ownership: route_spec_free() for one made by compile/; never for a literal.
 */
#ifndef ROUTE_ROUTE_SPEC_H
#define ROUTE_ROUTE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

#define ROUTE_NAME_MAX 64

enum route_proto {
	ROUTE_PROTO_DIRECT,
	ROUTE_PROTO_LOCAL,
	ROUTE_PROTO_STATIC,
	ROUTE_PROTO_AGGREGATE,
	ROUTE_PROTO_COUNT
};

enum route_type {
	ROUTE_NEXTHOP, /* via one or more gateways or interfaces */
	ROUTE_DISCARD, /* drop silently */
	ROUTE_REJECT,  /* drop, tell the sender */
	ROUTE_RECEIVE, /* deliver to the box */
	ROUTE_TABLE    /* go on in another virtual router's table */
};

/* One way of a static route: a gateway, an interface, or both. */
struct route_nh_spec {
	struct ip_addr gateway; /* family IP_NONE: interface only */
	struct ifl_id ifl;      /* IFL_NONE: found by the gateway */
	bool qualified; /* from qualified-next-hop: an entry of its own */
	bool has_preference, has_metric, has_tag;
	uint32_t preference, metric, tag; /* of a qualified next hop */
};

/* Attributes that `static defaults` and a route may set. */
struct route_attrs {
	uint32_t preference; /* 5 for static */
	uint32_t metric, tag;
	bool has_metric, has_tag;
	bool no_install; /* keep it out of the forwarding table */
	bool resolve;    /* gateways may be reached through other routes */
	bool passive, no_readvertise;
};

struct static_route_spec {
	struct ip_prefix prefix; /* host bits zero */
	enum route_type type;
	struct route_nh_spec *nhs; /* ROUTE_NEXTHOP: at least one */
	size_t nnhs;
	struct vr_id table_vr;    /* ROUTE_TABLE */
	struct route_attrs attrs; /* defaults already merged in */
};

/* aggregate, generate: there while a more specific route is [RT-15]. */
struct aggregate_spec {
	struct ip_prefix prefix;
	enum route_type type; /* ROUTE_REJECT, ROUTE_DISCARD */
	bool generate;        /* leads where its first contributor does */
	uint32_t *policies;   /* which routes contribute; none: all */
	size_t npolicies;
	struct route_attrs attrs; /* preference 130 */
};

/* What a rib-group copies into this instance [RT-16]. */
struct route_copy_spec {
	struct vr_id from;
	enum ip_family family;
	uint32_t protocols; /* bit: enum route_proto */
	uint32_t *policies; /* import-policy */
	size_t npolicies;
};

/* An own address; gives a Direct and a Local route. */
struct route_addr_spec {
	struct ifl_id ifl;
	struct ip_prefix prefix; /* own address, subnet length */
};

/* policy-options [RT-5] */
enum route_filter_type {
	RF_EXACT,
	RF_ORLONGER,
	RF_LONGER,
	RF_UPTO,
	RF_LENGTH_RANGE,
	RF_THROUGH,
	RF_ADDRESS_MASK
};

enum policy_verdict {
	PV_NONE,
	PV_ACCEPT,
	PV_REJECT,
	PV_NEXT_TERM,
	PV_NEXT_POLICY
};

struct route_filter_spec {
	struct ip_prefix prefix;
	enum route_filter_type type;
	uint8_t lo, hi;           /* RF_UPTO: hi; RF_LENGTH_RANGE: both */
	struct ip_prefix through; /* RF_THROUGH */
	struct ip_addr mask;      /* RF_ADDRESS_MASK */
	enum policy_verdict then; /* action on the filter's own line */
};

struct prefix_filter_spec { /* prefix-list, prefix-list-filter */
	struct ip_prefix *prefixes;
	size_t n;
	enum route_filter_type type; /* RF_EXACT for from prefix-list */
};

struct route_term_spec {
	char name[ROUTE_NAME_MAX]; /* "" for the policy's own from/then */
	/* from: arrays are ORed inside, ANDed with each other; 0: any */
	struct vr_id *instances;
	size_t ninstances;
	uint32_t protocols;    /* bit: enum route_proto; 0: any */
	enum ip_family family; /* IP_NONE: any */
	struct vr_id *ribs_vr; /* from rib: vr and family pairwise */
	enum ip_family *ribs_family;
	size_t nribs;
	struct ifl_id *ifls;
	size_t nifls;
	struct ip_addr *nexthops;
	size_t nnexthops;
	uint32_t metric, tag, preference;
	bool from_metric, from_tag, from_preference;
	struct prefix_filter_spec *prefix_lists;
	size_t nprefix_lists;
	struct route_filter_spec *filters;
	size_t nfilters;
	uint32_t *policies; /* from policy Q: into route_spec.policies */
	size_t npolicies;
	/* then */
	enum policy_verdict verdict;
	enum policy_verdict default_action; /* PV_NONE, PV_ACCEPT, PV_REJECT */
	bool set_metric, set_tag, set_preference;
	uint32_t new_metric, new_tag, new_preference;
};

struct route_policy_spec {
	char name[ROUTE_NAME_MAX];
	struct route_term_spec *terms;
	size_t n;
};

struct route_vr_spec {
	struct vr_id id;
	char name[ROUTE_NAME_MAX]; /* "master" for 0 */
	struct route_addr_spec *addrs;
	size_t naddrs;
	struct static_route_spec *statics; /* both families */
	size_t nstatics;
	struct route_nh_spec *nh_pool; /* holds the statics' nhs, unless NULL */
	uint32_t *imports; /* instance-import chain: into policies */
	size_t nimports;
	struct aggregate_spec *aggregates; /* both families */
	size_t naggregates;
	struct route_copy_spec *copies;
	size_t ncopies;
	struct ip_addr router_id; /* IP_NONE if not configured */
	bool has_router_id;
};

/* An interface as the routes see it. */
struct route_ifl_spec {
	struct ifl_id id;
	char name[ROUTE_NAME_MAX];
	struct vr_id vr;
	bool disabled;
	bool loopback; /* lo0: Direct is a host route */
};

struct route_spec {
	struct route_vr_spec *vrs; /* the master first */
	size_t nvrs;
	struct route_ifl_spec *ifls;
	size_t nifls;
	struct route_policy_spec *policies;
	size_t npolicies;
};

static inline bool
route_vr_imports(const struct route_vr_spec *vr)
{
	return vr->nimports + vr->ncopies > 0;
}

void route_spec_free(struct route_spec *spec); /* NULL is fine */

#endif /* ROUTE_ROUTE_SPEC_H */
