/* SPDX-License-Identifier: Apache-2.0 */
#include "io/worker.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_malloc.h>

#include "base/clock.h"
#include "flow/flow_log.h"
#include "flow/frag.h"
#include "flow/path.h"
#include "flow/nat_first.h"
#include "flow/policer.h"
#include "flow/screen.h"
#include "flow/session.h"
#include "flow/session_read.h"
#include "io/worker_impl.h"

static int
make_qsbr(struct workers *all)
{
	size_t size = rte_rcu_qsbr_get_memsize(WORKERS_MAX);

	all->qsbr = aligned_alloc(
		RTE_CACHE_LINE_SIZE, RTE_ALIGN(size, RTE_CACHE_LINE_SIZE));
	return all->qsbr == NULL ? -ENOMEM
				 : rte_rcu_qsbr_init(all->qsbr, WORKERS_MAX);
}

/* What a session carried is added to its policy when it ends [FL-17]. */
static void
session_ended(void *ctx, const struct session *s, uint32_t index)
{
	struct worker *w = ctx;
	struct policy_stats *c =
		policy_counter(w->env.counters, s->policy_index);
	const struct wing *wing = session_wing(w->env.sessions, index, 0);

	if ((s->flags & SESSION_LOG_CLOSE) != 0 ||
		(w->env.exports & EXPORT_CLOSE) != 0)
		flow_log_session(&w->env, index, FLOW_LOG_CLOSE,
			(s->flags & SESSION_LOG_CLOSE) != 0);
	c->sessions_closed++;
	c->in_packets += session_packets(w->env.sessions, index, 0);
	c->in_bytes += wing[0].bytes;
	c->out_packets += session_packets(w->env.sessions, index, 1);
	c->out_bytes += wing[1].bytes;
	screen_session_ended(&w->env, s, index);
	if (unlikely(s->flags & SESSION_NAT))
		nat_session_ended(&w->env, index);
}

static void
session_made(void *ctx, const struct session *s, uint32_t index)
{
	struct worker *w = ctx;

	policy_counter(w->env.counters, s->policy_index)->sessions_created++;
	if (unlikely((s->flags & SESSION_LOG_INIT) != 0 ||
		     (w->env.exports & EXPORT_INIT) != 0))
		flow_log_session(&w->env, index, FLOW_LOG_CREATE,
			(s->flags & SESSION_LOG_INIT) != 0);
}

static int
worker_init(struct workers *all, unsigned int index,
	const struct workers_config *config)
{
	struct worker *w = &all->w[index];
	char name[RTE_RING_NAMESIZE];

	w->all = all;
	w->index = index;
	w->cpu = config->cpus != NULL ? (int)config->cpus[index] : -1;
	w->ports_version = UINT32_MAX;
	w->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	w->epoll_fd = -1;
	snprintf(name, sizeof(name), "inject%u.%u", all->serial, index);
	w->inject = rte_ring_create(
		name, INJECT_RING, SOCKET_ID_ANY, RING_F_SC_DEQ);
	w->env.sessions = session_table_create(
		config->max_sessions / config->n, index + 1, config->n);
	w->env.counters = flow_counters_create();
	w->env.frag = frag_create();
	w->env.paths = path_memory_create();
	w->env.nat = all->nat->worker[index];
	w->env.screen = screen_create(config->max_sessions / config->n);
	w->env.log = flow_log_create();
	w->trace = flow_trace_create();
	w->env.neigh = config->neigh;
	w->env.policers = all->policers;
	w->env.ifd_mac = (const uint8_t(*)[6])all->mac;
	w->env.worker = (uint16_t)index;
	w->env.nworkers = (uint16_t)config->n;
	if (w->wake_fd < 0 || !w->inject || !w->env.sessions ||
		!w->env.counters || !w->env.frag || !w->env.paths ||
		!w->env.screen || !w->env.log || !w->trace)
		return -ENOMEM;
	w->env.sessions->on_close = session_ended;
	w->env.sessions->on_create = session_made;
	w->env.sessions->on_close_ctx = w;
	return 0;
}

struct workers *
workers_create(const struct workers_config *config, char *err, size_t err_size)
{
	static _Atomic unsigned int serial; /* names of rings are global */
	char name[RTE_RING_NAMESIZE];
	struct workers *all;
	int rc;

	if (config->n < 1 || config->n > WORKERS_MAX) {
		snprintf(err, err_size, "1 to %u workers", WORKERS_MAX);
		return NULL;
	}
	all = calloc(1, sizeof(*all));
	if (all == NULL) {
		snprintf(err, err_size, "out of memory");
		return NULL;
	}
	all->n = config->n;
	all->pool = config->pool;
	all->jumbo = config->jumbo;
	all->punt_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	all->log_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	all->serial = atomic_fetch_add(&serial, 1);
	snprintf(name, sizeof(name), "punt%u", all->serial);
	all->punt =
		rte_ring_create(name, PUNT_RING, SOCKET_ID_ANY, RING_F_SC_DEQ);
	all->policers = policers_create();
	all->nat = nat_create(config->n);
	rc = all->punt_fd < 0 || all->log_fd < 0 || !all->punt ||
			     !all->policers || !all->nat
		     ? -ENOMEM
		     : make_qsbr(all);
	for (unsigned int i = 0; i < config->n && rc == 0; i++)
		rc = worker_init(all, i, config);
	if (rc != 0) {
		snprintf(err, err_size,
			"no memory for %u workers and %u sessions", config->n,
			config->max_sessions);
		workers_free(all);
		return NULL;
	}
	return all;
}

int
workers_start(struct workers *all)
{
	for (unsigned int i = 0; i < all->n; i++) {
		char name[16]; /* what Linux allows */
		int rc = pthread_create(
			&all->w[i].thread, NULL, worker_main, &all->w[i]);

		if (rc != 0) {
			workers_stop(all);
			return -rc;
		}
		all->w[i].running = true;
		snprintf(name, sizeof(name), "vrflow-worker%u", i);
		pthread_setname_np(all->w[i].thread, name);
	}
	all->started = true;
	return 0;
}

void
worker_wake(struct worker *w)
{
	uint64_t one = 1;

	/* The sleeper sets `sleeping`, then looks at its ring; we filled the
	 * ring, then look at `sleeping`: one of us sees the other. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&w->sleeping, memory_order_relaxed) &&
		write(w->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake already */
}

void
workers_stop(struct workers *all)
{
	for (unsigned int i = 0; i < all->n; i++) {
		if (!all->w[i].running)
			continue;
		atomic_store(&all->w[i].stop, true);
		worker_wake(&all->w[i]);
		pthread_join(all->w[i].thread, NULL);
		all->w[i].running = false;
	}
	all->started = false;
}

static void
ring_drain(struct rte_ring *r)
{
	void *m;

	while (r != NULL && rte_ring_sc_dequeue(r, &m) == 0)
		rte_pktmbuf_free(m);
	rte_ring_free(r);
}

void
workers_free(struct workers *all)
{
	if (all == NULL)
		return;
	for (unsigned int i = 0; i < all->n; i++) {
		struct worker *w = &all->w[i];

		for (unsigned int k = 0; k < w->nrequeue; k++)
			rte_pktmbuf_free(w->requeue[k]);
		ring_drain(w->inject);
		session_table_free(w->env.sessions);
		flow_counters_free(w->env.counters);
		frag_free(w->env.frag);
		path_memory_free(w->env.paths);
		screen_free(w->env.screen);
		flow_log_free(w->env.log);
		flow_trace_free(w->trace);
		if (w->wake_fd > 0)
			close(w->wake_fd);
		if (w->epoll_fd > 0)
			close(w->epoll_fd);
	}
	policers_free(all->policers);
	nat_free(all->nat);
	ring_drain(all->punt);
	if (all->punt_fd > 0)
		close(all->punt_fd);
	if (all->log_fd > 0)
		close(all->log_fd);
	free(atomic_load(&all->world));
	free(all->qsbr);
	free(all);
}

/* Wait until no worker can hold anything it has read before now. */
static void
synchronize(struct workers *all)
{
	for (unsigned int i = 0; i < all->n; i++)
		worker_wake(&all->w[i]);
	if (all->started)
		rte_rcu_qsbr_synchronize(all->qsbr, RTE_QSBR_THRID_INVALID);
}

void
workers_set_port(struct workers *all, struct ifd_id ifd, struct port *port,
	const uint8_t mac[6])
{
	if (mac != NULL)
		memcpy(all->mac[ifd.v], mac, 6);
	atomic_store(&all->port[ifd.v], port);
	if (port != NULL && ifd.v >= atomic_load(&all->nports))
		atomic_store(&all->nports, ifd.v + 1u);
	atomic_fetch_add(&all->ports_version, 1);
	synchronize(all);
}

void
workers_publish(struct workers *all, const struct image *image,
	const struct route_view *routes)
{
	struct world *old = atomic_load(&all->world);
	struct world *new = malloc(sizeof(*new));

	if (new == NULL) /* without it nothing can go on truthfully */
		abort();
	new->image = image;
	new->routes = routes;
	new->exports =
		image != NULL ? image_spec_of(image)->export.ipfix.events : 0;
	new->generation = old != NULL ? old->generation + 1 : 1;
	if (new->generation == 0)
		new->generation = 1; /* 0 means "never asked" in a wing */
	atomic_store_explicit(&all->world, new, memory_order_release);
	synchronize(all);
	free(old);
}

uint32_t
workers_generation(const struct workers *all)
{
	const struct world *world =
		atomic_load(&((struct workers *)all)->world);

	return world != NULL ? world->generation : 0;
}

void
worker_load(struct worker *w)
{
	const struct world *world = atomic_load(&w->all->world);

	w->env.time_ms = clock_ms();
	w->env.now_ms = (uint32_t)w->env.time_ms;
	w->env.now_s = (uint32_t)(w->env.time_ms / 1000);
	w->env.image = world->image;
	w->env.routes = world->routes;
	w->env.generation = world->generation;
	w->env.exports = world->exports;
}

void
workers_call_one(
	struct workers *all, unsigned int worker, worker_fn fn, void *arg)
{
	struct worker *w = &all->w[worker];
	struct worker_call call = {.fn = fn, .arg = arg};

	if (!w->running) {
		worker_load(w);
		fn(&w->env, arg);
		return;
	}
	atomic_store(&w->call, &call);
	worker_wake(w);
	while (!atomic_load_explicit(&call.done, memory_order_acquire))
		sched_yield();
}

void
workers_call(struct workers *all, worker_fn fn, void *arg)
{
	for (unsigned int i = 0; i < all->n; i++)
		workers_call_one(all, i, fn, arg);
}

unsigned int
workers_count(const struct workers *all)
{
	return all->n;
}

void
workers_inject(struct workers *all, struct rte_mbuf *m)
{
	struct worker *w = &all->w[0];

	if (rte_ring_mp_enqueue(w->inject, m) == 0) {
		worker_wake(w);
		return;
	}
	all->inject_lost++;
	all->inject_lost_again += (mbuf_meta(m)->flags & META_COUNTED) != 0;
	rte_pktmbuf_free(m);
}

unsigned int
workers_log_take(
	struct workers *all, struct flow_log_record *out, unsigned int n)
{
	unsigned int got = 0;
	uint64_t drained;

	if (read(all->log_fd, &drained, sizeof(drained)) < 0)
		drained = 0; /* asked for another reason */
	atomic_store(&all->log_signalled, false);
	for (unsigned int i = 0; i < all->n && got < n; i++)
		got += flow_log_take(all->w[i].env.log, out + got, n - got);
	if (got == n) /* there may be more */
		workers_log_signal(all);
	return got;
}

void
workers_log_signal(struct workers *all)
{
	uint64_t one = 1;

	if (!atomic_exchange(&all->log_signalled, true) &&
		write(all->log_fd, &one, sizeof(one)) < 0)
		return; /* counter full: already readable */
}

unsigned int
workers_trace_take(
	struct workers *all, struct flow_trace_record *out, unsigned int n)
{
	unsigned int got = 0;

	for (unsigned int i = 0; i < all->n && got < n; i++)
		got += flow_trace_take(all->w[i].trace, out + got, n - got);
	if (got == n)
		workers_log_signal(all);
	return got;
}

uint64_t
workers_trace_lost(const struct workers *all)
{
	uint64_t lost = 0;

	for (unsigned int i = 0; i < all->n; i++)
		lost += flow_trace_lost(all->w[i].trace);
	return lost;
}

uint64_t
workers_log_lost(const struct workers *all)
{
	uint64_t lost = 0;

	for (unsigned int i = 0; i < all->n; i++)
		lost += flow_log_lost(all->w[i].env.log);
	return lost;
}

int
workers_log_fd(const struct workers *all)
{
	return all->log_fd;
}

int
workers_punt_fd(const struct workers *all)
{
	return all->punt_fd;
}

static void
punt_signal(struct workers *all)
{
	uint64_t one = 1;

	if (!atomic_exchange(&all->punt_signalled, true) &&
		write(all->punt_fd, &one, sizeof(one)) < 0)
		return; /* counter full: already readable */
}

unsigned int
workers_punt_take(struct workers *all, struct rte_mbuf **out, unsigned int n)
{
	uint64_t drained;

	/*
	 * First the descriptor, then the flag, then the ring: what comes after
	 * signals again. Were the flag first, a signal between the two would
	 * be read here, the flag stay set and nobody signal ever again.
	 */
	if (read(all->punt_fd, &drained, sizeof(drained)) < 0)
		drained = 0; /* woken for another reason */
	atomic_store(&all->punt_signalled, false);
	n = rte_ring_sc_dequeue_burst(all->punt, (void **)out, n, NULL);
	/*
	 * What the caller leaves for later must wake it: the workers say
	 * nothing when the ring is full.
	 */
	if (!rte_ring_empty(all->punt))
		punt_signal(all);
	return n;
}

static bool
punt(struct worker *w, struct rte_mbuf *m, enum punt_kind kind)
{
	mbuf_meta(m)->reason = (uint8_t)kind;
	if (rte_ring_mp_enqueue(w->all->punt, m) != 0)
		return false;
	punt_signal(w->all);
	return true;
}

void
worker_punt(struct worker *w, struct rte_mbuf *m, enum punt_kind kind)
{
	if (!punt(w, m, kind))
		worker_drop(w, m, REASON_HOST_QUEUE_FULL);
}

static bool
may_tell(struct worker *w)
{
	if (w->drops_told_s != w->env.now_s) {
		w->drops_told_s = w->env.now_s;
		w->drops_told = 0;
	}
	return w->drops_told++ < DROPS_TOLD_PER_S;
}

static struct drop_note
drop_note(const struct worker *w, const struct pkt *p, enum reason reason)
{
	struct drop_note n = {.reason = (uint8_t)reason};

	if (p == NULL)
		return n;
	n.policy = p->policy;
	n.filter = p->filter;
	n.term = p->term;
	n.wing = p->wing;
	if (p->session != 0)
		n.session = session_at(w->env.sessions, p->session)->id;
	return n;
}

void
worker_drop_tap(struct worker *w, const struct rte_mbuf *m, const struct pkt *p,
	enum reason reason)
{
	const struct mbuf_meta *from = mbuf_meta((struct rte_mbuf *)m);
	struct rte_mbuf *c = NULL;

	if (!atomic_load_explicit(&w->all->drop_tap, memory_order_relaxed))
		return;
	if (may_tell(w))
		c = rte_pktmbuf_copy(m, w->all->pool, 0, UINT32_MAX);
	if (c != NULL) {
		*mbuf_meta(c) = (struct mbuf_meta){.ifl = from->ifl,
			.ifd = from->ifd,
			.flags = from->flags & META_FROM_HOST,
			.vr = p != NULL ? p->vr : from->vr,
			.drop = drop_note(w, p, reason)};
		if (punt(w, c, PUNT_DROP))
			return;
		rte_pktmbuf_free(c);
	}
	atomic_fetch_add_explicit(&w->all->tap_lost, 1, memory_order_relaxed);
}

struct rte_mbuf *
worker_tap_copy(struct worker *w, struct ifd_id ifd, const struct rte_mbuf *m)
{
	struct rte_mbuf *c = rte_pktmbuf_copy(m, w->all->pool, 0, UINT32_MAX);

	if (c != NULL)
		*mbuf_meta(c) = (struct mbuf_meta){.ifd = ifd};
	else
		atomic_fetch_add_explicit(
			&w->all->tap_lost, 1, memory_order_relaxed);
	return c;
}

void
worker_tap_tell(struct worker *w, struct rte_mbuf *c, const struct pkt *p,
	enum verdict v, enum punt_kind kind)
{
	if (c == NULL)
		return;
	if (p != NULL) {
		mbuf_meta(c)->drop = drop_note(w, p,
			v == VERDICT_DROP ? (enum reason)p->reason
					  : REASON_NONE);
		mbuf_meta(c)->drop.known = v != VERDICT_HANDOFF;
	}
	if (punt(w, c, kind))
		return;
	rte_pktmbuf_free(c);
	atomic_fetch_add_explicit(&w->all->tap_lost, 1, memory_order_relaxed);
}

void
workers_drop_tap(struct workers *all, bool on)
{
	atomic_store(&all->drop_tap, on);
}

void
workers_tap(struct workers *all, struct ifd_id ifd, bool on)
{
	atomic_store(&all->tap[ifd.v], on);
}

uint64_t
workers_tap_lost(const struct workers *all)
{
	return atomic_load(&((struct workers *)all)->tap_lost);
}

struct nat *
workers_nat(const struct workers *all)
{
	return all->nat;
}

struct rte_mempool *
workers_pool(const struct workers *all)
{
	return all->pool;
}

static struct buffer_counts
buffer_counts(const struct rte_mempool *pool)
{
	struct buffer_counts c = {0};

	if (pool != NULL) {
		c.total = pool->size;
		c.in_use = rte_mempool_in_use_count(pool);
	}
	return c;
}

void
workers_buffers(const struct workers *all, struct buffer_counts *ret_packet,
	struct buffer_counts *ret_jumbo)
{
	*ret_packet = buffer_counts(all->pool);
	*ret_jumbo = buffer_counts(all->jumbo);
}
