/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker - the threads that move packets, and everything the control thread
 * does to them: publish a world, hand over and take packets, ask questions.
 *
 * A worker polls its queue of every port, runs bursts through flow/, and does
 * what the verdicts say. It sleeps in epoll when there is nothing to do. It
 * shares nothing writable with others: sessions, counters and fragments are
 * its own; packets for another worker's sessions go there by ring.
 *
 * Threads: all functions are for the control thread unless said otherwise.
 */
#ifndef IO_WORKER_H
#define IO_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/env.h"
#include "flow/flow_read.h"
#include "io/port.h"

#define WORKERS_MAX PORT_QUEUES_MAX

/* Why a packet was handed to the control thread: mbuf_meta.reason. */
enum punt_kind {
	PUNT_LOCAL,   /* for the box (also ARP and ND): parse it again */
	PUNT_RESOLVE, /* waits for meta->out_ifl / out_gw; parse it again */
	PUNT_TAP_IN,  /* a copy for monitor traffic, as received */
	PUNT_TAP_OUT, /* ... as sent */
	PUNT_DROP,    /* a copy of a dropped packet: mbuf_meta.drop */
};

struct workers_config {
	unsigned int n;                   /* 1..WORKERS_MAX */
	uint32_t max_sessions;            /* in all */
	struct rte_mempool *pool, *jumbo; /* jumbo may be NULL */
	const unsigned int *cpus; /* n processors to run on, or NULL: any */
	struct neigh_table *neigh;
};

struct workers;

/* NULL and a sentence in err on failure. No thread runs yet. */
struct workers *workers_create(
	const struct workers_config *config, char *err, size_t err_size);
int workers_start(struct workers *w); /* 0 or -errno */
void workers_stop(struct workers *w); /* joins the threads */
void workers_free(struct workers *w); /* NULL is fine; after stop */

/*
 * From now on poll and send on this port; NULL takes the port away (no worker
 * touches it after the return). mac: the port's own address.
 */
void workers_set_port(struct workers *w, struct ifd_id ifd, struct port *port,
	const uint8_t mac[6]);

/*
 * Make (image, routes) what all further bursts see. Returns after every worker
 * has left the old world, so the caller may free what is not in the new one.
 * Both stay the caller's.
 */
void workers_publish(struct workers *w, const struct image *image,
	const struct route_view *routes);
uint32_t workers_generation(const struct workers *w);

/*
 * Run fn on every worker (with its env, between two bursts), one after the
 * other; before workers_start() and after workers_stop() on the caller's own
 * thread. fn must be short.
 */
typedef void (*worker_fn)(const struct env *env, void *arg);
void workers_call(struct workers *w, worker_fn fn, void *arg);
void workers_call_one(
	struct workers *w, unsigned int worker, worker_fn fn, void *arg);
unsigned int workers_count(const struct workers *w);

/* Packets of one worker [OP-83]. */
struct worker_counts {
	uint64_t received;       /* of its queues */
	uint64_t handed_over;    /* ... that other workers own */
	uint64_t handover_drops; /* ... lost, as the owner's ring was full */
	uint64_t bursts;         /* in which they were received */
	uint64_t busy_ns;        /* awake, since it was started */
	uint64_t session_bytes;  /* memory of its session table */
	uint32_t sessions;       /* that it owns, now */
};
void workers_counts(
	struct workers *w, unsigned int worker, struct worker_counts *ret);

/* Give a packet (mbuf_meta filled in) to the packet path. Frees it when full.
 */
void workers_inject(struct workers *w, struct rte_mbuf *m);

/* Packets for the control thread: readable descriptor, then take them. */
int workers_punt_fd(const struct workers *w);
unsigned int workers_punt_take(
	struct workers *w, struct rte_mbuf **out, unsigned int n);

/*
 * Records of flow_log.h: a descriptor that becomes readable when there are
 * some, then take up to n; those that a full ring has lost.
 */
struct flow_log_record;
int workers_log_fd(const struct workers *w);
unsigned int workers_log_take(
	struct workers *w, struct flow_log_record *out, unsigned int n);
uint64_t workers_log_lost(const struct workers *w);

/* The same of flow_trace.h, with the same descriptor. */
struct flow_trace_record;
unsigned int workers_trace_take(
	struct workers *w, struct flow_trace_record *out, unsigned int n);
uint64_t workers_trace_lost(const struct workers *w);

/* Copy every frame of this port to the control thread (monitor traffic). */
void workers_tap(struct workers *w, struct ifd_id ifd, bool on);

/* Copy dropped packets to the control thread: at most DROPS_TOLD_PER_S of each
 * worker in a second, so that a flood does not fill the ring that ARP uses. */
#define DROPS_TOLD_PER_S 500u
void workers_drop_tap(struct workers *w, bool on);
uint64_t workers_tap_lost(const struct workers *w);

/* End sessions that a commit has orphaned [FL-16]; returns how many. */
uint64_t workers_sweep(struct workers *w);

/* What NAT has in use: a commit prepares and applies it (nat/nat.h). */
struct nat;
struct nat *workers_nat(const struct workers *w);
/* Once a second: logs and alarms of NAT, and pools that nobody holds. */
void workers_nat_tick(struct workers *w);

struct rte_mempool *workers_pool(const struct workers *w);

/* Packet buffers: how many there are, and how many hold a packet now. */
struct buffer_counts {
	uint32_t total, in_use;
};
void workers_buffers(const struct workers *w, struct buffer_counts *ret_packet,
	struct buffer_counts *ret_jumbo);

#endif /* IO_WORKER_H */
