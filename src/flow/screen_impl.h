/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of screens; only flow/screen*.c and flow/syn_*.c include this. */
#ifndef FLOW_SCREEN_IMPL_H
#define FLOW_SCREEN_IMPL_H

#include "flow/screen.h"
#include "flow/screen_table.h"
#include "flow/syn_proxy.h"

/* Kinds of rates and numbers: screen_key.kind. By side and protocol: + both. */
enum {
	KIND_ICMP_FLOOD,
	KIND_UDP_FLOOD,
	KIND_SYN_ATTACK,
	KIND_SYN_ALARM,
	KIND_SYN_SOURCE,
	KIND_SYN_DESTINATION,
	KIND_WAITING, /* proxied connections of a source without a server */
	KIND_PACKETS = 16,
	KIND_SESSIONS = 32, /* opened in a second */
	KIND_LIVING = 48,   /* now */
	KIND_SCAN_TCP = 64,
	KIND_SCAN_UDP,
	KIND_SWEEP_ICMP,
	KIND_SWEEP_TCP,
	KIND_SWEEP_UDP,
};

static inline uint8_t
kind_of(unsigned int kind, unsigned int side, unsigned int protocol)
{
	return (uint8_t)(kind + side * SCREEN_PROTOCOLS + protocol);
}

struct screen_state {
	struct rate_table *rates;
	struct scan_table *scans;
	struct number_table *numbers;
	struct screen_stats *zone; /* ZONE_MAX; untouched: no memory */
	struct screen_stats *ifl;  /* IFL_MAX */
	struct syn_proxy *proxy;
	/* [SC-13] so many were told of in this second */
	uint8_t told[SCREEN_COUNT];
	uint32_t told_s;
};

/* Counters of where p came in. */
static inline struct screen_stats *
stats_of_zone(const struct env *env, const struct pkt *p)
{
	return &env->screen->zone[p->key.token];
}

/*
 * p is these attacks: count them; a drop for the first one, unless the screen
 * only raises the alarm.
 */
enum verdict screen_found(const struct env *env, struct pkt *p, uint64_t hits);

/* p is this attack: count it, and tell of it. */
void screen_note(const struct env *env, const struct pkt *p,
	enum screen_attack a, bool dropped);

/* screen_limit.c: sessions that an address has, and opens, and its packets. */
uint64_t screen_limit_packet(const struct env *env, const struct pkt *p,
	const struct screen_spec *s);
uint64_t screen_limit_first(const struct env *env, const struct pkt *p,
	const struct screen_spec *s);

/* screen_scan.c: sweeps and port scans. */
uint64_t screen_scan_first(const struct env *env, const struct pkt *p,
	const struct screen_spec *s);

/* screen_syn.c: floods of SYNs. Sets p->syn_proxy. */
uint64_t screen_syn_first(
	const struct env *env, struct pkt *p, const struct screen_spec *s);

/* Is p's source or destination in one of these lists? */
bool screen_white(
	const struct screen_white_list *list, size_t n, const struct pkt *p);

#endif /* FLOW_SCREEN_IMPL_H */
