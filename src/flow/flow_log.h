/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_log - what a worker writes down of sessions whose policy has `log`
 * [LG-1]: records of one size into a ring of its own, which the control thread
 * empties. Nothing is formatted here and nobody is waited for: a full ring
 * loses the record and counts it [LG-20].
 *
 * Threads: one writer (the worker), one reader (the control thread).
 * Cost: a session without `log` pays one predictable branch.
 */
#ifndef FLOW_FLOW_LOG_H
#define FLOW_FLOW_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "pkt/pkt.h"

enum flow_log_kind {
	FLOW_LOG_CREATE,
	FLOW_LOG_CLOSE,
	FLOW_LOG_DENY,
	FLOW_LOG_SCREEN
};

/* Everything by number: names are those that the reader knows. */
struct flow_log_record {
	struct flow_key in, out; /* as each wing's packets arrive; DENY: in */
	uint64_t time_ms;        /* of env: monotonic */
	uint64_t packets[2], bytes[2]; /* CLOSE; In, Out */
	uint32_t session;              /* printed id; DENY: 0 */
	uint32_t policy;               /* printed index */
	uint32_t elapsed_s;            /* CLOSE */
	uint32_t idle_ms;              /* CLOSE: since the last packet */
	struct zone_id to;             /* destination zone */
	struct ifl_id ifl;             /* where the first packet came in */
	struct ifl_id out_ifl; /* where answers come in; none: the box */
	struct vr_id local_vr; /* of .local..N when ifl is none */
	/* printed NAT rule ids and their kinds (enum nat_kind); 0: none */
	uint16_t nat_kind[2];
	uint32_t nat_rule[2];         /* of the source, of the destination */
	uint8_t kind;                 /* enum flow_log_kind */
	uint8_t close;                /* enum close_reason */
	uint8_t icmp_type, icmp_code; /* DENY */
	uint8_t reason;   /* DENY: enum reason; SCREEN: enum screen_attack */
	bool dropped;     /* SCREEN */
	bool export_only; /* no policy wants it logged [OB-22] */
};

#define FLOW_LOG_RING 4096u /* records; a power of two */

struct flow_log;

struct flow_log *flow_log_create(void); /* NULL: no memory */
void flow_log_free(struct flow_log *l); /* NULL is fine */

/*
 * Writer: a place for a record, zeroed, or NULL when the ring is full (counted
 * as lost); then flow_log_put().
 */
struct flow_log_record *flow_log_get(struct flow_log *l);
void flow_log_put(struct flow_log *l);

/* Writer: has anything been put since the last call? */
bool flow_log_news(struct flow_log *l);

/* Reader: copy the oldest n records; returns how many there were. */
unsigned int flow_log_take(
	struct flow_log *l, struct flow_log_record *out, unsigned int n);
uint64_t flow_log_lost(const struct flow_log *l);

/* ---- what is written, by the decisions of the packet path ---- */

struct env;
struct session_table;

/*
 * A session was installed, or one ends. logged: its policy wants it logged;
 * else collectors alone want to know (env->exports).
 */
void flow_log_session(const struct env *env, uint32_t session,
	enum flow_log_kind kind, bool logged);

/* A policy refused p, or the default policy did. */
void flow_log_deny(const struct env *env, const struct pkt *p,
	struct zone_id to, bool logged);

/* A screen has found an attack (enum screen_attack) [SC-13]. */
void flow_log_screen(const struct env *env, const struct pkt *p,
	unsigned int attack, bool dropped);

#endif /* FLOW_FLOW_LOG_H */
