/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - a flow with its two wings, and the table that finds them.
 *
 * A session is an index. Under it lie two wings of one cache line each (all
 * that an established packet touches, together with one line of the hash) and
 * 18 bytes for what the first packet, the ager and the operator need. What only
 * some sessions have lies in side arrays with the same index, whose memory
 * exists where such a session has been: the slow part of IPv6 wings, TCP
 * (tcp_track.h), NAT. The table is one worker's: only it reads or writes, so
 * nothing here is atomic; others ask through worker_call().
 *
 * Directions: wing[0] is In (c2s packets match it), wing[1] is Out. A wing's
 * key is what its packets look like when they arrive. A wing's tx_* say how
 * its packets LEAVE, so `Route:` printed under In is wing[1]'s tx [RR-7].
 *
 * Limits: the number of sessions is fixed at creation; a full table refuses
 * (REASON_SESSION_LIMIT). Slot 0 is never used.
 * Time: milliseconds and seconds that wrap; differences only.
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
#include "pkt/rewrite.h"

#define ADJ_LOCAL     ((struct adj_id){0xffffff}) /* to the box itself */
#define TIMEOUT_NEVER 0xffffffu /* UINT32_MAX stored in a session is this */

/* The part of a rewrite that the wing of an IPv4 session does not know. */
struct wing_nat {
	uint32_t src_be, dst_be;
	uint16_t sport_be, dport_be;
	uint16_t address_delta, l4_delta;
};

/* What of a wing no established packet asks for. */
struct wing_side {
	struct ifl_id ifl; /* where its packets arrive; none: the box */
	struct vr_id vr; /* In: table of the forward look-up; N of .local..N */
	uint16_t nh;     /* low half of the next hop id of its tx: Route: */
	uint16_t packets_hi; /* above wing->packets */
};

enum {
	WING_NAT = 1, /* its packets are rewritten: session_get_rewrite() */
	WING_NAT_PORTS = 2, /* ... their ports, too */
	WING_NAT_WIDE = 4,  /* ... and how is told in the side array */
	WING_HASHED = 8,    /* session_find() finds it */
};

struct wing {
	union {
		struct flow_key key; /* IPv4 keys use the first 16 bytes */
		struct {
			uint8_t key[FLOW_KEY_V4];
			struct wing_nat nat;
			struct wing_side side;
		} v4;
	};
	uint32_t tx_adj : 24; /* 0: not resolved, or no route */
	uint32_t flags : 8;   /* WING_* */
	uint32_t tx_gen;      /* world that gave the answer; 0: never asked */
	uint32_t seen_ms;     /* last packet that matched and went on */
	uint32_t packets;     /* low part */
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
	SESSION_NAT = 8,      /* has a record: session_nat() */
	SESSION_LOG_INIT = 32, /* policy has `log session-init` [LG-1] */
	SESSION_LOG_CLOSE = 64,
	SESSION_LIMITED = 128, /* is in the numbers of a screen [SC-8] */
};

struct session {
	uint32_t id; /* printed; 0: the slot is free */
	union {
		uint32_t start_s;
		uint32_t next; /* not VALID: closed, or free slots */
	};
	uint32_t timeout_s : 24;    /* TIMEOUT_NEVER */
	uint32_t close : 8;         /* enum close_reason */
	uint32_t policy_index : 20; /* printed */
	uint32_t state : 2;         /* enum session_state */
	uint32_t flags : 10;        /* SESSION_* */
};

_Static_assert(sizeof(struct session) == 16, "four in a line");

/*
 * Ten entries in a line: signatures first, so that one vector compare says
 * which to follow. idx is wing index: session << 1 | wing. Entries for which a
 * bucket had no room are in one of the next; passed counts those that went by
 * this one, so 0 ends a search.
 */
#define BUCKET_ENTRIES 10u
#define BUCKET_PROBE   128u /* no entry is further from its bucket */

struct bucket {
	uint16_t sig[BUCKET_ENTRIES];
	uint32_t idx[BUCKET_ENTRIES];
	uint16_t passed;
	uint8_t n;
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct bucket) == 64, "one cache line");

/* Which side arrays a session uses: slots of one kind lie together. */
enum {
	SLOT_V6 = 1, /* a wing with an IPv6 key */
	SLOT_TCP = 2,
	SLOT_NAT = 4,
	SLOT_KINDS = 8,
};

/* Slots of one kind: a run of fresh ones, then those that came back. */
struct slot_kind {
	uint32_t next, end; /* fresh: [next, end) */
	uint32_t free;      /* chain by next; 0: none */
	uint32_t used;      /* slots that ever were */
};

struct flow_spec;    /* image/image_spec.h */
struct session_nat;  /* flow/session_nat.h */
struct wing_rewrite; /* flow/session_rewrite.h */

struct session_table {
	struct wing *wings; /* 2 per session */
	struct session *sessions;
	uint16_t *due; /* low half of the second to look at a session */
	struct bucket *buckets;
	/* side arrays */
	struct wing_side *sides; /* 2 per session; of IPv6 keys */
	struct tcp_track *tcp;
	struct session_nat *nat;
	struct wing_rewrite *rewrites; /* 2 per session */
	uint8_t *run_kind;             /* by index >> run_shift */
	uint32_t nbuckets;
	uint32_t max; /* sessions */
	uint32_t top; /* slots handed out in runs: 1..top */
	unsigned int run_shift;
	struct slot_kind kind[SLOT_KINDS];
	uint32_t closed_slots; /* chain by next: freed by the ager */
	uint32_t next_id, id_step;
	uint32_t valid, valid_v4, invalid;
	uint64_t created, closed, failed;
	uint32_t scan_s; /* second whose due sessions were or are looked at */
	uint32_t scan;   /* next slot to look at; 0: done */
	bool scan_all;   /* the clock has jumped */
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

/* ---- session_table.c ---- */

/*
 * Room for max sessions (1..2^30). first_id and id_step keep the ids of
 * several workers apart. NULL: no memory.
 */
struct session_table *session_table_create(
	uint32_t max, uint32_t first_id, uint32_t id_step);
void session_table_free(struct session_table *t);

/* Memory of the hash and of all slots that ever were used. */
uint64_t session_table_bytes(const struct session_table *t);

/*
 * Take a slot of a kind (SLOT_*), zeroed; the caller fills wings' keys
 * (wing_set_key() before anything else of a wing), session fields, then
 * installs. 0 when the table is full (counted as failed).
 */
uint32_t session_alloc(struct session_table *t, unsigned int kind);

/* Give back a slot that was not installed. */
void session_unalloc(struct session_table *t, uint32_t index);

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

/* The bytes behind an IPv4 key have another use. */
static inline void
wing_set_key(struct wing *w, const struct flow_key *key)
{
	memcpy(&w->key, key, key->family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
}

static inline struct adj_id
wing_adj(const struct wing *w)
{
	return (struct adj_id){w->tx_adj};
}

/* The slow part of a wing that has its key. */
static inline struct wing_side *
session_side(const struct session_table *t, uint32_t index, unsigned int w)
{
	struct wing *wing = session_wing(t, index, w);

	return wing->key.family == IP_V4 ? &wing->v4.side
					 : &t->sides[(uint64_t)index * 2 + w];
}

/* Where the wing's packets arrive; IFL_NONE: they come from the box. */
static inline struct ifl_id
session_ifl(const struct session_table *t, uint32_t index, unsigned int w)
{
	return session_side(t, index, w)->ifl;
}

/* The table of the forward look-up, and N of .local..N. */
static inline struct vr_id
session_vr(const struct session_table *t, uint32_t index)
{
	return session_side(t, index, 0)->vr;
}

static inline uint64_t
session_packets(const struct session_table *t, uint32_t index, unsigned int w)
{
	return (uint64_t)session_side(t, index, w)->packets_hi << 32 |
	       session_wing(t, index, w)->packets;
}

/* ---- session_nat.c: what NAT keeps of a session ---- */

#define SESSION_NAT_SIZE 32u /* of struct session_nat */

/*
 * How the packets of wing w are rewritten; before session_install(), with both
 * keys set. One without flags: not at all. A rewrite of IPv4 to IPv4 lies in
 * the wing, others in a side array. 0, or -ENOSPC.
 */
int session_set_rewrite(struct session_table *t, uint32_t index, unsigned int w,
	const struct rewrite *rw);

/* flags is 0 when the wing's packets are not rewritten. */
void session_get_rewrite(const struct session_table *t, uint32_t index,
	unsigned int w, struct rewrite *ret);

/* A record for the session, zeroed; lives until the slot is freed. */
struct session_nat *session_nat_alloc(struct session_table *t, uint32_t index);

/* NULL: it has none. */
struct session_nat *session_nat(const struct session_table *t, uint32_t index);

/* ---- session_find.c: the three stages of a burst ---- */

static inline uint32_t
session_bucket(const struct session_table *t, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * t->nbuckets >> 32);
}

static inline void
session_prefetch_bucket(const struct session_table *t, uint32_t hash)
{
	rte_prefetch0(&t->buckets[session_bucket(t, hash)]);
}

/* Prefetch the wing whose signature matches first, and return it (session << 1
 * | wing) or 0; call after the bucket arrived. */
uint32_t session_prefetch_wing(const struct session_table *t, uint32_t hash);

/* The wing (session << 1 | wing) with this key, or 0. */
uint32_t session_find(const struct session_table *t, const struct flow_key *key,
	uint32_t hash);

/*
 * Is this wing, that session_prefetch_wing() has said, what session_find()
 * would find, now? Wing 0 is never hashed.
 */
static inline bool
session_is(const struct session_table *t, uint32_t wing,
	const struct flow_key *key)
{
	const struct wing *w = &t->wings[wing];

	return (w->flags & WING_HASHED) != 0 && flow_key_equal(&w->key, key);
}

/* ---- session_install.c ---- */

/*
 * Put both wings into the hash and start the timer, or neither: -EEXIST when
 * a wing's key is already there, -ENOSPC when the hash has no room near; the
 * slot then is free again.
 */
int session_install(struct session_table *t, uint32_t index, uint32_t now_ms,
	uint32_t now_s);

/* The same for who knows both hashes, and that wing 0 is not there. */
int session_install_new(struct session_table *t, uint32_t index,
	const uint32_t hash[2], uint32_t now_ms, uint32_t now_s);

/*
 * Unhash at once. The slot keeps what is in it until session_age() is called,
 * so the packet that ends its session may go on.
 */
void session_close(struct session_table *t, uint32_t index,
	enum close_reason why, uint32_t now_s);

/* ---- session_age.c ---- */

/* A new timeout from now on; also moves the timer when it became shorter. */
void session_set_timeout(struct session_table *t, uint32_t index,
	uint32_t timeout_s, uint32_t now_ms, uint32_t now_s);

/*
 * Free what was closed, end what is idle. Looks at no more than budget sessions
 * and not forever at slots; returns budget when it shall be called again soon,
 * else how many sessions it looked at.
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

/* Seconds that a valid session has left; TIMEOUT_NEVER. */
uint32_t session_remaining(
	const struct session_table *t, uint32_t index, uint32_t now_ms);

/* Look at it in so many seconds. */
void session_timer_start(struct session_table *t, uint32_t index,
	uint32_t seconds, uint32_t now_s);

#endif /* FLOW_SESSION_H */
