/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat - what the translations in use have taken: the pools, which all workers
 * share, and each worker's own hosts, blocks, bindings and counters. Which rule
 * applies is the image's answer (image/nat_match.h); what it does to a packet
 * is decided in flow/nat_*.c. Sessions are not known here.
 *
 * A commit goes nat_prepare(), nat_apply(), publish, sweep of the sessions,
 * nat_tick(). A pool that a commit changed is another one for new sessions; the
 * old one stays in its slot until nothing holds any of it.
 *
 * Threads: struct nat is written by the control thread, read by workers; a
 * nat_worker belongs to one worker.
 */
#ifndef NAT_NAT_H
#define NAT_NAT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "image/image_spec.h"
#include "nat/nat_read.h"
#include "nat/pool.h"
#include "nat/tab.h"

#define NAT_SLOTS      4096u  /* pools, with those that wait for their end */
#define NAT_IDS        65536u /* printed ids of rules and pools */
#define NAT_HOSTS      (1u << 20) /* of one worker, each */
#define NAT_BINDINGS   (1u << 20)
#define NAT_REMOTES    (1u << 20)
#define NAT_WORKERS    64u
#define NAT_EVENTS     1024u
#define NAT_SLOT_IFACE 0u /* of the pool of all interfaces' addresses */

struct nat_owners;
struct nat_worker;

/* rule-session-count-alarm of one rule [NA-63]. */
struct nat_rule_alarm {
	char name[NAT_NAME_LEN];
	uint32_t kind, id, raise, clear;
	bool on;
};

struct nat {
	_Atomic(struct nat_pool *) slot[NAT_SLOTS];
	_Atomic(struct nat_pool *) *of_id; /* of now; NULL: none */
	_Atomic(struct nat_pool *) iface;  /* of now: all interfaces' */
	uint32_t commit;                   /* grows with each nat_prepare() */
	uint32_t
		*changed[NAT_KINDS]; /* by rule id: commit of its last change */
	uint64_t *print[NAT_KINDS];  /* by rule id: what it says, in short */
	struct nat_owners *owners;   /* NULL: one worker */
	_Atomic uint32_t bindings;   /* persistent ones, of all workers */
	struct nat_rule_alarm *alarms; /* control thread */
	size_t nalarms;
	struct nat_worker *worker[NAT_WORKERS];
	unsigned int nworkers;
};

/* nworkers 1..NAT_WORKERS. NULL: no memory. */
struct nat *nat_create(unsigned int nworkers);
void nat_free(struct nat *nat);

/* The pools of a configuration that is to be published: everything that can
 * fail. 0, -ENOMEM, or -ENOSPC (too many pools wait for their end). Then either
 * nat_apply(), before the publication, or nat_abort(). */
int nat_prepare(struct nat *nat, const struct nat_spec *spec);
void nat_apply(struct nat *nat, const struct nat_spec *spec);
void nat_abort(struct nat *nat);

/* Once a second: let go of pools that nothing holds any more, tell of
 * utilisation and of exhausted pools. */
void nat_tick(struct nat *nat);

enum nat_sum {
	NAT_SUM_HITS,
	NAT_SUM_FAILURES,
	NAT_SUM_HELD,
	NAT_SUM_SESSIONS,
	NAT_SUM_BLOCKS
};
/* Over all workers. Control thread. */
uint64_t nat_pool_sum(const struct nat *nat, uint32_t slot, enum nat_sum what);

static inline struct nat_pool *
nat_slot(const struct nat *nat, uint32_t slot)
{
	return atomic_load_explicit(&nat->slot[slot], memory_order_acquire);
}

/* The pool of now with this printed id; NULL: none. */
static inline struct nat_pool *
nat_pool_now(const struct nat *nat, uint32_t id)
{
	return id < NAT_IDS ? atomic_load_explicit(
				      &nat->of_id[id], memory_order_acquire)
			    : NULL;
}

static inline struct nat_pool *
nat_pool_iface(const struct nat *nat)
{
	return atomic_load_explicit(&nat->iface, memory_order_acquire);
}

/* Is what a session holds still what the configuration says? */
static inline bool
nat_slot_current(const struct nat *nat, uint32_t slot)
{
	const struct nat_pool *p = nat_slot(nat, slot);

	if (p == NULL || p->iface)
		return p != NULL && p == nat_pool_iface(nat);
	return nat_pool_now(nat, p->spec.id) == p;
}

/* ---- one worker's own ---- */

/* Who writes counters: the worker. The control thread reads them relaxed. */
struct nat_slot_stats {
	_Atomic uint64_t hits, failures;
	_Atomic uint64_t held;     /* ports or addresses taken */
	_Atomic uint64_t sessions; /* and bindings: what keeps a pool */
	_Atomic uint64_t blocks;
};

struct nat_rule_counts {
	_Atomic uint64_t hits, successes, active;
};

/* A host with something of its own: an address, blocks of ports. */
struct nat_host_key {
	struct ip_addr addr; /* 24 bytes, padding zero */
	uint32_t slot;
	uint32_t vr;
};

struct nat_host {
	struct nat_host_key key;
	uint32_t sessions;
	uint32_t addr;            /* number in the pool */
	uint32_t blocks, nblocks; /* list of nat_block, newest first */
};

struct nat_block_key {
	uint32_t slot, addr, no;
};

struct nat_block {
	struct nat_block_key key;
	uint32_t host, next; /* next older one of the host */
	uint32_t used;
	uint32_t since_s, empty_s, told_s;
};

enum nat_event_kind {
	NAT_BLOCK_ALLOC,
	NAT_BLOCK_RELEASE,
	NAT_BLOCK_ACTIVE /* interim log */
};

struct nat_event {
	enum nat_event_kind kind;
	uint32_t pool; /* slot */
	struct ip_addr host, addr;
	uint16_t lo, hi;
	uint32_t blocks; /* of the host */
	uint32_t since_s, now_s;
};

struct nat_worker {
	struct nat *nat;
	unsigned int index;
	uint64_t random; /* xorshift state; never 0 */
	struct nat_slot_stats *slots;
	struct nat_rule_counts *rules[NAT_KINDS];
	uint32_t *next_addr, *next_port; /* by slot: where to begin */
	uint32_t next_dst;               /* ... of destination pools */
	struct nat_tab hosts, blocks;
	struct nat_tab bindings, reflexive, remotes; /* binding.h */
	uint32_t sweep_host, sweep_block, sweep_binding;
	uint32_t swept_s;
	struct nat_event event[NAT_EVENTS];
	uint32_t nevents;
	uint64_t events_lost;
};

static inline uint32_t
nat_random(struct nat_worker *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (uint32_t)(w->random >> 16);
}

static inline void
nat_count(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c,
		atomic_load_explicit(c, memory_order_relaxed) + n,
		memory_order_relaxed);
}

static inline struct nat_rule_counts *
nat_rule(struct nat_worker *w, unsigned int kind, uint32_t id)
{
	return &w->rules[kind][id < NAT_IDS ? id : 0];
}

/* Housekeeping of hosts, blocks and bindings: some of them, each second all.
 * Returns how many it looked at. */
uint32_t nat_age(struct nat_worker *w, uint32_t now_s, uint32_t budget);

/* For the parts of nat/. */
void nat_event_add(struct nat_worker *w, const struct nat_event *e);

#endif /* NAT_NAT_H */
