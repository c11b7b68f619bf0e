/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of workers; only io/worker*.c and io/tx.c include this. */
#ifndef IO_WORKER_IMPL_H
#define IO_WORKER_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include <rte_rcu_qsbr.h>
#include <rte_ring.h>

#include "flow/counters.h"
#include "flow/flow.h"
#include "flow/flow_trace.h"
#include "io/worker.h"

#define INJECT_RING   4096u /* packets to a worker */
#define PUNT_RING     4096u /* packets to the control thread */
#define TX_QUEUE      64u
#define REQUEUE_MAX   64u
#define ANSWERS_PER_S 1000u /* ICMP errors and resets of one worker */

struct tx_queue {
	struct rte_mbuf *m[TX_QUEUE];
	unsigned int n;
};

struct worker_call {
	worker_fn fn;
	void *arg;
	_Atomic bool done;
};

struct worker {
	struct workers *all;
	struct env env;
	struct flow_trace *trace; /* of traceoptions */
	unsigned int index;
	pthread_t thread;
	bool running;
	struct rte_ring *inject;
	int wake_fd, epoll_fd;
	_Atomic bool sleeping, stop;
	_Atomic(struct worker_call *) call;
	int cpu;             /* to run on; -1: any */
	unsigned int pauses; /* in a row, where a port can only be polled */
	struct worker_counts counts;   /* its own; others read, relaxed */
	uint64_t started_ns, slept_ns; /* its own */
	uint32_t fragment_id;          /* of IPv6 packets that are cut here */
	uint32_t answers, answers_s;   /* rate limit: count in second */
	uint32_t drops_told, drops_told_s;     /* rate limit of copies */
	struct rte_mbuf *requeue[REQUEUE_MAX]; /* own answers, to be routed */
	unsigned int nrequeue;
	struct tx_queue tx[IFD_MAX];
	uint16_t tx_used[IFD_MAX]; /* ports with something in tx */
	unsigned int ntx_used;
	_Atomic uint32_t ports_version; /* of the port list it has seen */
};

struct port_slot {
	_Atomic(struct port *) port;
	uint8_t mac[6];
};

struct workers {
	unsigned int n;
	unsigned int serial; /* of all workers_create() */
	struct worker w[WORKERS_MAX];
	struct rte_rcu_qsbr *qsbr;
	_Atomic(struct world *) world;
	struct rte_mempool *pool, *jumbo;
	struct nat *nat;
	struct rte_ring *punt;
	int punt_fd;
	uint64_t *policers; /* policers_create() */
	_Atomic bool punt_signalled;
	int log_fd;
	_Atomic bool log_signalled;
	_Atomic(struct port *) port[IFD_MAX];
	uint8_t mac[IFD_MAX][6];
	_Atomic uint32_t nports; /* highest ifd in use + 1 */
	_Atomic uint32_t ports_version;
	_Atomic bool tap[IFD_MAX];
	_Atomic uint64_t tap_lost;
	_Atomic bool drop_tap; /* somebody watches drops */
	/* packets that workers_inject() lost; had been received before */
	uint64_t inject_lost, inject_lost_again; /* control thread */
	bool started;
};

/* tx.c: queue a frame for a port, send what is queued. The mbuf is theirs. */
/* p: what is known of it, for monitor traffic; or NULL */
void tx_put(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	const struct pkt *p);
void tx_put_fragments(struct worker *w, struct ifd_id ifd, struct rte_mbuf *m,
	uint16_t mtu, uint8_t l2_len);
void tx_flush(struct worker *w);

/* worker.c */
void worker_punt(struct worker *w, struct rte_mbuf *m, enum punt_kind kind);
/* Copies for monitor traffic: made as the frame came or goes, handed over with
 * what the packet path has said; p NULL: it was not asked. */
struct rte_mbuf *worker_tap_copy(
	struct worker *w, struct ifd_id ifd, const struct rte_mbuf *m);
void worker_tap_tell(struct worker *w, struct rte_mbuf *copy,
	const struct pkt *p, enum verdict v, enum punt_kind kind);
/* A copy for those who watch drops; p may be NULL: only the reason is known. */
void worker_drop_tap(struct worker *w, const struct rte_mbuf *m,
	const struct pkt *p, enum reason reason);
void worker_drop(struct worker *w, struct rte_mbuf *m, enum reason reason);
void worker_wake(struct worker *w);
void worker_load(struct worker *w); /* world and time into env */

/* What it has worked since its start. Its own thread, awake. */
uint64_t worker_busy_ns(const struct worker *w);

void workers_log_signal(struct workers *all);

/* worker_loop.c */
void *worker_main(void *arg);

#endif /* IO_WORKER_IMPL_H */
