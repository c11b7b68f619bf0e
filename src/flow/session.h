/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - a flow with its two wings, and the table that finds them.
 *
 * A session is one slot of three arrays with the same index: two wings of one
 * cache line each (all that an established packet touches, together with one
 * line of the hash), and a third line with what the first packet, the ager
 * and the operator need. TCP has a fourth array: one line per slot, written
 * only for TCP sessions (tcp_track.h). The table is one worker's: only it reads
 * or writes, so nothing here is atomic; others ask through worker_call().
 *
 * Directions: wing[0] is In (c2s packets match it), wing[1] is Out. A wing's
 * key is what its packets look like when they arrive. A wing's tx_* say how
 * its packets LEAVE, so `Route:` printed under In is wing[1]'s tx [RR-7].
 *
 * Limits: the number of sessions is fixed at creation; a full table refuses
 * (REASON_SESSION_LIMIT). Slot 0 is never used.
 * Time: milliseconds that wrap; differences only.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "flow/flow_read.h"
#include "flow/tcp_track.h"
#include "pkt/key.h"
#include "pkt/pkt.h"

#define ADJ_LOCAL     ((struct adj_id){UINT32_MAX}) /* to the box itself */
#define TIMEOUT_NEVER UINT32_MAX

struct wing {
	struct flow_key key;  /* IPv4 keys use the first 16 bytes */
	struct adj_id tx_adj; /* ADJ_NONE: not resolved, or no route */
	uint32_t tx_gen;      /* world that gave the answer; 0: never asked */
	uint32_t seen_ms;     /* last packet that matched and went on */
	uint32_t packets;     /* low half; session->packets_hi has the rest */
	uint64_t bytes;       /* of IP packets */
};

_Static_assert(sizeof(struct wing) == 64, "one cache line");

enum close_reason {
	CLOSE_NONE,
	CLOSE_IDLE,
	CLOSE_TCP_FIN,
	CLOSE_TCP_CLIENT_RST,
	CLOSE_TCP_SERVER_RST,
	CLOSE_RESPONSE, /* ICMP echo answered */
	CLOSE_ICMP_ERROR,
	CLOSE_CLI,
	CLOSE_REROUTE,
	CLOSE_POLICY,
};

enum {
	SESSION_HOST_IN = 1,  /* ends at the box: wing[0] leaves to ADJ_LOCAL */
	SESSION_HOST_OUT = 2, /* begins at the box: wing[1] leaves there */
	SESSION_COUNTED = 4,  /* policy has `count` */
	SESSION_LOG_INIT = 32, /* policy has `log session-init` [LG-1] */
	SESSION_LOG_CLOSE = 64,
};

struct session {
	uint32_t id;         /* printed; 0: the slot is free */
	uint32_t next, prev; /* in the ager's list; next free slot */
	uint32_t timeout_s;  /* TIMEOUT_NEVER */
	uint32_t start_s;
	uint32_t policy_index;
	struct nexthop_id tx_nh[2]; /* what Route: prints for that wing's tx */
	uint32_t app_timeout_s;     /* once a TCP handshake has completed */
	struct ifl_id ifl[2]; /* where the wing's packets arrive; none: box */
	struct ifl_id tx_ifl[2]; /* where they leave */
	struct vr_id fwd_vr;     /* table of the forward look-up */
	struct vr_id local_vr;   /* N of .local..N */
	uint16_t packets_hi[2];
	uint16_t slot; /* of the ager's wheel */
	uint8_t state; /* enum session_state */
	uint8_t flags; /* SESSION_* */
	uint8_t close; /* enum close_reason */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct session) == 64, "one cache line");

/* Eight entries in a line: signatures first, so that one vector compare says
 * which to follow. idx is wing index: session << 1 | wing. */
struct bucket {
	uint16_t sig[8];
	uint32_t idx[8];
	uint32_t overflow; /* bucket index; 0: none */
	uint8_t n;
	uint8_t pad[11];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct bucket) == 64, "one cache line");

#define WHEEL_SLOTS 2048u /* one per second; longer times are re-armed */

struct flow_spec; /* image/image_spec.h */

struct session_table {
	struct wing *wings; /* 2 per session */
	struct session *sessions;
	struct tcp_track *tcp; /* of TCP sessions */
	struct bucket *buckets;
	uint32_t bucket_mask;
	uint32_t max;       /* sessions */
	uint32_t top;       /* slots ever used: 1..top */
	uint32_t free_slot; /* chain by next; 0: none */
	uint32_t next_id, id_step;
	uint32_t next_overflow, max_overflow, free_overflow;
	uint32_t valid, valid_v4, invalid;
	uint64_t created, closed, failed;
	uint32_t wheel[WHEEL_SLOTS]; /* heads */
	uint32_t wheel_now_s;        /* second up to which it has run */
	uint32_t wheel_walk;         /* where a second's walk stopped; 0 */
	/* early ageout, session_early.c */
	bool early;        /* between high and low watermark */
	uint32_t early_at; /* next slot to look at; 0: once around */
	uint32_t early_s;  /* second of the last look */
	uint64_t early_begun, early_ended;
	/* called for every session that ends, before its slot is freed */
	void (*on_close)(void *ctx, const struct session *s, uint32_t index);
	void *on_close_ctx;
	void (*on_create)(void *ctx, const struct session *s, uint32_t index);
};

/*
 * Room for max sessions (1..2^30). first_id and id_step keep the ids of
 * several workers apart. NULL: no memory.
 */
struct session_table *session_table_create(
	uint32_t max, uint32_t first_id, uint32_t id_step);
void session_table_free(struct session_table *t);
uint64_t session_table_bytes(const struct session_table *t);

static inline struct wing *
session_wing(const struct session_table *t, uint32_t index, unsigned int w)
{
	return &t->wings[(uint64_t)index * 2 + w];
}

static inline struct session *
session_at(const struct session_table *t, uint32_t index)
{
	return &t->sessions[index];
}

static inline struct tcp_track *
session_tcp(const struct session_table *t, uint32_t index)
{
	return &t->tcp[index];
}

/* ---- session_find.c: the three stages of a burst ---- */

static inline void
session_prefetch_bucket(const struct session_table *t, uint32_t hash)
{
	rte_prefetch0(&t->buckets[hash & t->bucket_mask]);
}

/* Prefetch the wing whose signature matches, and return it (session << 1 |
 * wing) or 0; call after the bucket arrived. */
uint32_t session_prefetch_wing(const struct session_table *t, uint32_t hash);

/* The wing (session << 1 | wing) with this key, or 0. */
uint32_t session_find(const struct session_table *t, const struct flow_key *key,
	uint32_t hash);

/* ---- session_install.c ---- */

/*
 * Take a slot; the caller fills wings' keys, session fields, then installs.
 * 0 when the table is full (counted as failed).
 */
uint32_t session_alloc(struct session_table *t);

/*
 * Put both wings into the hash and start the timer, or neither: -EEXIST when
 * a wing's key is already there, -ENOSPC when no bucket line is left; the slot
 * then is free again.
 */
int session_install(struct session_table *t, uint32_t index, uint32_t now_ms,
	uint32_t now_s);

/* Give back a slot that was not installed. */
void session_unalloc(struct session_table *t, uint32_t index);

/* Unhash at once; the ager frees the slot within 2 s. */
void session_close(struct session_table *t, uint32_t index,
	enum close_reason why, uint32_t now_s);

/* ---- session_age.c ---- */

/* A new timeout from now on; also moves the timer when it became shorter. */
void session_set_timeout(struct session_table *t, uint32_t index,
	uint32_t timeout_s, uint32_t now_ms, uint32_t now_s);

/*
 * End what is idle. Looks at no more than budget sessions; returns how many it
 * looked at (== budget: call again soon).
 */
uint32_t session_age(struct session_table *t, uint32_t now_ms, uint32_t now_s,
	uint32_t budget);

/*
 * Above the high watermark: end what has been idle for early-ageout. Looks at
 * no more than budget slots; returns how many.
 */
uint32_t session_early_ageout(struct session_table *t,
	const struct flow_spec *f, uint32_t now_ms, uint32_t now_s,
	uint32_t budget);

uint32_t session_idle_ms(
	const struct session_table *t, uint32_t index, uint32_t now_ms);

/* Seconds that a valid session has left. */
uint32_t session_remaining(
	const struct session_table *t, uint32_t index, uint32_t now_ms);

/* For session_install.c and session_close() only. */
void session_timer_start(struct session_table *t, uint32_t index,
	uint32_t seconds, uint32_t now_s);

#endif /* FLOW_SESSION_H */
