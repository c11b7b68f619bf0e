/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat_read - what the operational commands may ask about translations in use.
 * Answers are copies made by the workers between two bursts, as those of
 * flow/flow_read.h.
 *
 * Threads: the control thread.
 */
#ifndef NAT_NAT_READ_H
#define NAT_NAT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "image/nat_spec.h"

struct workers; /* io/worker.h */

/* By kind and printed rule id. */
struct nat_rule_stats {
	uint64_t hits;      /* first packets that met the rule */
	uint64_t successes; /* sessions made */
	uint64_t sessions;  /* living now */
};
void nat_rule_stats_get(struct workers *w, enum nat_kind kind, uint32_t id,
	struct nat_rule_stats *ret);
/* id 0: of all rules of the kind. */
void nat_rule_stats_clear(struct workers *w, enum nat_kind kind, uint32_t id);

/* By printed pool id. */
struct nat_pool_stats {
	uint64_t hits, failures; /* asked for a translation; none was left */
	uint64_t sessions;
	uint32_t addrs;
	uint64_t addrs_used;          /* with a port, or a host */
	uint64_t ports, ports_used;   /* 0 without port translation */
	uint64_t blocks, blocks_used; /* 0 without port blocks */
	bool alarm;                   /* above the raise threshold */
};
void nat_pool_stats_get(
	struct workers *w, uint32_t pool, struct nat_pool_stats *ret);
/* pool 0: of all pools. */
void nat_pool_stats_clear(struct workers *w, uint32_t pool);

/* Ports in use of the addresses lo..hi of a pool. */
uint64_t nat_pool_range_used(struct workers *w, uint32_t pool,
	const struct ip_addr *lo, const struct ip_addr *hi);

/* Interface NAT: ports in use of an interface's address. */
struct nat_ifl_stats {
	uint64_t ports, ports_used;
};
void nat_ifl_stats_get(struct workers *w, struct ifl_id ifl,
	enum ip_family family, struct nat_ifl_stats *ret);

/* One persistent binding. */
struct nat_binding_info {
	struct ip_addr internal, reflexive;
	uint16_t internal_port, reflexive_port; /* host order; 0: all */
	uint8_t protocol;                       /* 0: all (address-mapping) */
	enum nat_persistent permit;
	struct vr_id vr;   /* of the internal host */
	uint32_t pool;     /* printed id; 0: interface NAT */
	struct ifl_id ifl; /* interface NAT */
	uint32_t rule;     /* printed id of the source rule */
	uint32_t sessions, max_sessions;
	uint32_t timeout_s; /* as configured */
	uint32_t left_s;    /* until it ends; timeout_s while it has sessions */
};
/* As sessions_read(): up to n from *cursor (0 at first); 0 at the end. */
unsigned int nat_bindings_read(struct workers *w, uint64_t *cursor,
	struct nat_binding_info *out, unsigned int n);

/*
 * End bindings (and, of each, its sessions) that fit: an address of family
 * IP_NONE and a port of 0 are any. How many.
 */
struct nat_binding_filter {
	struct ip_addr internal;
	uint16_t internal_port;
	uint32_t pool; /* printed id; 0: any */
	struct ifl_id ifl;
};
uint64_t nat_bindings_clear(
	struct workers *w, const struct nat_binding_filter *f);

/* One block of ports of a host. */
struct nat_block_info {
	uint32_t pool; /* printed id */
	struct ip_addr host, addr;
	struct vr_id vr;
	uint16_t lo, hi;
	uint32_t used;
	uint32_t age_s;
	bool active; /* new ports come from it */
};
unsigned int nat_blocks_read(struct workers *w, uint64_t *cursor,
	struct nat_block_info *out, unsigned int n);

/* Which address of a pool has a host: pools without port translation. */
struct nat_paired_info {
	uint32_t pool;
	struct ip_addr host, addr;
	struct vr_id vr;
	uint32_t sessions;
};
unsigned int nat_paired_read(struct workers *w, uint64_t *cursor,
	struct nat_paired_info *out, unsigned int n);

#endif /* NAT_NAT_READ_H */
