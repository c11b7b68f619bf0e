/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat_spec - what `security nat` means to the packet path, as plain data: a
 * part of image_spec, with its rules of ownership, order and units. Behaviour:
 * docs/behaviour/nat.md.
 */
#ifndef IMAGE_NAT_SPEC_H
#define IMAGE_NAT_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

#define NAT_NAME_LEN 64 /* with the NUL */

/* Addresses of one source pool at most: with ports each has 64512 of them;
 * without, each is somebody's. Pools that only shift have no limit. */
#define NAT_PAT_ADDRESSES_MAX  65536u
#define NAT_HOST_ADDRESSES_MAX 65536u

enum nat_kind { NAT_SOURCE, NAT_DESTINATION, NAT_STATIC, NAT_KINDS };

/* The more specific end has the larger number. */
enum nat_end_kind {
	NAT_END_NONE, /* no such end: `to` of destination and static NAT */
	NAT_END_INSTANCE,
	NAT_END_ZONE,
	NAT_END_INTERFACE
};

/* `from` or `to` of a rule set: things of one kind, any of which matches. */
struct nat_end_spec {
	enum nat_end_kind kind;
	uint16_t *ids; /* .v of vr_id, zone_id or ifl_id */
	size_t n;
};

struct nat_ports {
	uint16_t lo, hi;
};

struct addr_range; /* image_spec.h */

enum nat_action {
	NAT_OFF,
	NAT_INTERFACE, /* source: address of the egress interface */
	NAT_POOL,
	NAT_PREFIX, /* static: 1:1 */
	NAT_INET,   /* static: the other family (NAT64, NAT46) */
	NAT_NPTV6   /* static: RFC 6296 */
};

enum nat_persistent {
	PERSISTENT_NONE,
	PERSISTENT_ANY_REMOTE_HOST,
	PERSISTENT_TARGET_HOST,
	PERSISTENT_TARGET_HOST_PORT
};

struct nat_persistent_spec {
	enum nat_persistent permit;
	uint16_t timeout;      /* s after the last session; 300 */
	uint32_t max_sessions; /* of one binding; 30 */
	bool address_mapping, block_ext_session;
};

struct nat_rule_spec {
	char name[NAT_NAME_LEN];
	uint32_t set;      /* in nat_spec.sets[kind] */
	uint32_t id;       /* printed "Rule Id": from 1 */
	uint32_t position; /* printed "Rule position": from 1 */
	/* Each list: any of them; an empty one matches everything. */
	struct addr_range *src, *dst;
	size_t nsrc, ndst;
	struct nat_ports *sports, *dports;
	size_t nsports, ndports;
	uint8_t *protocols;
	size_t nprotocols;
	uint32_t *apps; /* into image_spec.apps, flattened */
	size_t napps;
	enum nat_action action;
	uint32_t pool; /* NAT_POOL: in nat_spec.pools */
	struct nat_persistent_spec persistent;
	/* rule-session-count-alarm; 0: none */
	uint32_t alarm_raise, alarm_clear;
	/* static: dst[0] <-> prefix; with mapped ports, dports[0] <-> these.
	 * NAT_INET: prefix is dst[0] itself, of a length of RFC 6052. */
	struct ip_prefix prefix;
	struct nat_ports mapped; /* lo 0: ports stay */
	bool has_vr;             /* static: the inside address lives there */
	struct vr_id vr;
};

struct nat_set_spec {
	char name[NAT_NAME_LEN];
	char description[256];
	struct nat_end_spec from, to;
	uint32_t first, n; /* rules[] of the kind, in order */
};

enum nat_overflow { OVERFLOW_DROP, OVERFLOW_INTERFACE, OVERFLOW_POOL };
enum nat_pooling { POOLING_DEFAULT, POOLING_PAIRED, POOLING_NO_PAIRED };

struct nat_pool_spec {
	char name[NAT_NAME_LEN];
	char description[256];
	/* The same for a pool of this kind and name as long as the daemon
	 * runs: state of the packet path belongs to it. Printed "Pool id". */
	uint32_t id;
	enum nat_kind kind;        /* source or destination */
	struct addr_range *ranges; /* one family */
	size_t nranges;
	bool has_vr;
	struct vr_id vr; /* source: where the addresses live; destination: the
			  * table that routes the new destination */
	/* destination */
	uint16_t port; /* 0: stays */
	/* source */
	bool no_translation; /* ports stay: an address for each host */
	uint16_t port_lo, port_hi;
	uint32_t overloading; /* port-overloading-factor; 1 */
	bool preserve_parity, preserve_range;
	bool has_base;
	struct ip_addr base; /* host-address-base: shift, ports stay */
	enum nat_overflow overflow;
	uint32_t overflow_pool; /* in nat_spec.pools */
	enum nat_pooling pooling;
	bool shared;              /* address-shared */
	uint8_t subscriber6;      /* address-persistent subscriber prefix */
	uint16_t block_size;      /* block-allocation, deterministic; 0: none */
	uint16_t block_max;       /* blocks of one host; 8 */
	bool block_quiet;         /* no log of blocks */
	uint32_t block_active;    /* active-block-timeout, s; 0: off */
	uint32_t block_interim;   /* log every so many s; 0: off */
	uint32_t block_last;      /* last-block-recycle-timeout, s; 0: off */
	bool deterministic;       /* blocks follow from the host's address */
	struct addr_range *hosts; /* deterministic host ranges */
	size_t nhosts;
	/* percent; 0: none. The general ones, if it has none of its own */
	uint8_t alarm_raise, alarm_clear;
};

/* An interface answers ARP or ND for these addresses. */
struct nat_proxy_spec {
	struct ifl_id ifl;
	struct ip_addr lo, hi;
};

struct nat_spec {
	struct nat_set_spec *sets[NAT_KINDS];
	size_t nsets[NAT_KINDS];
	struct nat_rule_spec *rules[NAT_KINDS]; /* by set, then position */
	size_t nrules[NAT_KINDS];
	struct nat_pool_spec *pools; /* source, then destination */
	size_t npools;
	struct nat_proxy_spec *proxies;
	size_t nproxies;
	/* security nat source */
	bool address_persistent;
	bool port_sequential;      /* port-randomization disable */
	uint16_t port_lo, port_hi; /* pool-default-port-range: 1024..65535 */
	uint32_t interface_overloading;   /* of interface NAT; 1: off */
	uint8_t alarm_raise, alarm_clear; /* pool-utilization-alarm */
	bool no_v6_frag_header; /* natv6v4: no fragment header without need */
};

/* Free what the spec points to, not the spec: for one from compile/. */
void nat_spec_done(struct nat_spec *nat);

/* "source", "destination", "static". */
const char *nat_kind_name(enum nat_kind kind);

#endif /* IMAGE_NAT_SPEC_H */
