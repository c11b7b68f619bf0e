/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of one worker: load the world and the time, take a burst, decide,
 * do what the verdicts say, send. What comes back from a ring starts again at
 * parse, so there is one way through.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "flow/flow_log.h"
#include "flow/flow_trace.h"
#include "flow/frag.h"
#include "flow/screen.h"
#include "flow/session.h"
#include "io/port_impl.h"
#include "io/worker_impl.h"
#include "nat/nat.h"
#include "pkt/build.h"

#define AGE_BUDGET  256u /* sessions looked at between two bursts */
#define SLEEP_MS    250  /* the ager must run about once a second */
#define POLL_PAUSES 200u /* short ones, before long ones */

/* ICMP errors are for the living: at most ANSWERS_PER_S (RFC 1812 4.3.2.8). */
static bool
may_answer(struct worker *w)
{
	if (w->answers_s != w->env.now_s) {
		w->answers_s = w->env.now_s;
		w->answers = 0;
	}
	return w->answers++ < ANSWERS_PER_S;
}

static void
answer(struct worker *w, const struct pkt *p)
{
	struct ip_addr src;
	struct rte_mbuf *m;
	const struct ifl_spec *ifl = image_ifl(w->env.image, p->ifl);

	if (ifl == NULL || w->nrequeue == REQUEUE_MAX ||
		!build_answer_wanted(p) || !may_answer(w))
		return;
	if (!flow_answer_source(&w->env, p, &src)) {
		if (p->answer != ANSWER_TCP_RST)
			return;
	}
	m = rte_pktmbuf_alloc(w->all->pool);
	if (m == NULL)
		return;
	if (build_answer(m, p, p->answer == ANSWER_TCP_RST ? NULL : &src) !=
		0) {
		rte_pktmbuf_free(m);
		return;
	}
	mbuf_meta(m)->flags = META_FROM_HOST | META_NO_SESSION;
	mbuf_meta(m)->vr = ifl->vr;
	/* a link-local sender is reached on the link it spoke on */
	mbuf_meta(m)->out_ifl = p->ifl;
	w->requeue[w->nrequeue++] = m;
}

static void
handoff(struct worker *w, const struct pkt *p)
{
	struct worker *owner = &w->all->w[p->owner];

	if (rte_ring_mp_enqueue(owner->inject, p->m) != 0) {
		count_add(&w->counts.handover_drops, 1);
		worker_drop(w, p->m, REASON_HANDOFF_FULL);
		return;
	}
	count_add(&w->counts.handed_over, 1);
	worker_wake(owner);
}

static void
resolve(struct worker *w, const struct pkt *p)
{
	struct mbuf_meta *meta = mbuf_meta(p->m);

	meta->out_ifl = p->out_ifl;
	meta->out_gw = p->gw;
	worker_punt(w, p->m, PUNT_RESOLVE);
}

static void
dispatch(struct worker *w, const struct pkt *p, enum verdict v)
{
	struct ifd_id ifd;

	switch (v) {
	case VERDICT_NEXT:
		ifd = neigh_adj(w->env.neigh, p->adj)->ifd;
		if (unlikely(p->fragment))
			tx_put_fragments(w, ifd, p->m, p->mtu, p->l2_len);
		else
			tx_put(w, ifd, p->m, p);
		break;
	case VERDICT_LOCAL:
		mbuf_meta(p->m)->vr = p->vr;
		worker_punt(w, p->m, PUNT_LOCAL);
		break;
	case VERDICT_RESOLVE:
		resolve(w, p);
		break;
	case VERDICT_HANDOFF:
		handoff(w, p);
		break;
	case VERDICT_HELD:
		break;
	default: /* DROP, counted already */
		if (p->answer != ANSWER_NONE)
			answer(w, p);
		worker_drop_tap(w, p->m, p, (enum reason)p->reason);
		rte_pktmbuf_free(p->m);
		break;
	}
}

/* Whole frames of the box (ARP, ND) go straight out. */
static bool
send_raw(struct worker *w, struct rte_mbuf *m)
{
	if ((mbuf_meta(m)->flags & META_RAW) == 0)
		return false;
	tx_put(w, mbuf_meta(m)->ifd, m, NULL);
	return true;
}

/* Packets that are followed go one by one; their record is the packet's. */
static void
trace_burst(struct worker *w, struct pkt *p, unsigned int n, enum verdict *v)
{
	for (unsigned int i = 0; i < n; i++)
		flow_trace_packet(&w->env, w->trace, &p[i], &v[i]);
}

/* copies: of the frames that m was received as, for monitor traffic; or NULL */
static void
run_burst(struct worker *w, struct rte_mbuf **m, unsigned int n,
	struct rte_mbuf **copies)
{
	const struct trace_spec *trace =
		&image_spec_of(w->env.image)->log.trace;
	struct pkt p[FLOW_BURST];
	enum verdict v[FLOW_BURST];
	unsigned int k = 0;

	for (unsigned int i = 0; i < n; i++)
		if (!send_raw(w, m[i]))
			p[k++].m = m[i];
	if (k == 0)
		return;
	if (unlikely(trace->on))
		trace_burst(w, p, k, v);
	else
		flow_burst(&w->env, p, k, v);
	for (unsigned int i = 0; i < k && unlikely(copies != NULL); i++)
		worker_tap_tell(w, copies[i], &p[i], v[i], PUNT_TAP_IN);
	for (unsigned int i = 0; i < k; i++)
		dispatch(w, &p[i], v[i]);
}

static unsigned int
poll_inject(struct worker *w)
{
	struct rte_mbuf *m[FLOW_BURST];
	unsigned int n = rte_ring_sc_dequeue_burst(
		w->inject, (void **)m, FLOW_BURST, NULL);

	if (n > 0)
		run_burst(w, m, n, NULL);
	return n;
}

/* Received frames belong to the port: there is no raw one among them. */
static void
run_tapped(struct worker *w, struct ifd_id ifd, struct rte_mbuf **m,
	unsigned int n)
{
	struct rte_mbuf *copies[FLOW_BURST];

	for (unsigned int i = 0; i < n; i++)
		copies[i] = worker_tap_copy(w, ifd, m[i]);
	run_burst(w, m, n, copies);
}

static unsigned int
poll_ports(struct worker *w)
{
	uint32_t nports =
		atomic_load_explicit(&w->all->nports, memory_order_acquire);
	struct rte_mbuf *m[FLOW_BURST];
	unsigned int n, total = 0;

	for (uint32_t i = 0; i < nports; i++) {
		struct port *port = atomic_load_explicit(
			&w->all->port[i], memory_order_acquire);

		if (port == NULL)
			continue;
		n = port_rx_burst(port, w->index, m, FLOW_BURST);
		if (n == 0)
			continue;
		count_add(&w->counts.received, n);
		count_add(&w->counts.bursts, 1);
		if (likely(!atomic_load_explicit(
			    &w->all->tap[i], memory_order_relaxed)))
			run_burst(w, m, n, NULL);
		else
			run_tapped(w, (struct ifd_id){(uint16_t)i}, m, n);
		total += n;
	}
	return total;
}

/* Own answers, released and expired fragments. */
static unsigned int
poll_inner(struct worker *w)
{
	struct rte_mbuf *m[FLOW_BURST];
	unsigned int n = w->nrequeue < FLOW_BURST ? w->nrequeue : FLOW_BURST;
	unsigned int total = n;

	if (n > 0) {
		w->nrequeue -= n;
		memcpy(m, w->requeue + w->nrequeue, n * sizeof(*m));
		run_burst(w, m, n, NULL);
	}
	n = frag_release(w->env.frag, m, FLOW_BURST);
	if (n > 0)
		run_burst(w, m, n, NULL);
	total += n;
	do { /* of a flood there are as many as came in */
		n = screen_release(w->env.screen, m, FLOW_BURST);
		if (n > 0)
			run_burst(w, m, n, NULL);
		total += n;
	} while (n == FLOW_BURST);
	n = frag_expire(w->env.frag, w->env.time_ms, m, FLOW_BURST);
	for (unsigned int i = 0; i < n; i++)
		worker_drop(w, m[i], REASON_FRAGMENT_TIMEOUT);
	return total + n;
}

static void
answer_call(struct worker *w)
{
	struct worker_call *call =
		atomic_load_explicit(&w->call, memory_order_acquire);

	if (likely(call == NULL))
		return;
	atomic_store_explicit(&w->call, NULL, memory_order_relaxed);
	call->fn(&w->env, call->arg);
	atomic_store_explicit(&call->done, true, memory_order_release);
}

/* The epoll set follows the list of ports. Returns false if a port can only
 * be polled. */
static bool
watch_ports(struct worker *w)
{
	uint32_t version = atomic_load_explicit(
		&w->all->ports_version, memory_order_acquire);
	uint32_t n = atomic_load(&w->all->nports);
	struct epoll_event e = {.events = EPOLLIN};
	bool all = true;

	if (version != w->ports_version) {
		close(w->epoll_fd);
		w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
		epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->wake_fd, &e);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct port *port = atomic_load(&w->all->port[i]);
		int fd = port ? port_wait_fd(port, w->index) : -1;

		if (port != NULL && fd < 0 && !port_at_end(port))
			all = false;
		if (fd >= 0 && version != w->ports_version)
			epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &e);
	}
	w->ports_version = version;
	return all;
}

/* False: a port has something already. */
static bool
ports_wait(struct worker *w)
{
	uint32_t n = atomic_load(&w->all->nports);
	bool quiet = true;

	for (uint32_t i = 0; i < n; i++) {
		struct port *port = atomic_load(&w->all->port[i]);

		if (port != NULL && !port_wait_begin(port, w->index))
			quiet = false;
	}
	return quiet;
}

/* Still before the next quiescent state: the ports are those of ports_wait().
 * One that was taken away meanwhile may be told twice, which does no harm. */
static void
ports_wake(struct worker *w)
{
	uint32_t n = atomic_load(&w->all->nports);

	for (uint32_t i = 0; i < n; i++) {
		struct port *port = atomic_load(&w->all->port[i]);

		if (port != NULL)
			port_wait_end(port, w->index);
	}
}

/*
 * How long not to look at a port that can only be polled: a millisecond, which
 * nobody feels, and when nothing has come for a while ten, so that a quiet box
 * uses no processor.
 */
static int
poll_pause(struct worker *w)
{
	if (w->pauses < POLL_PAUSES)
		w->pauses++;
	return w->pauses < POLL_PAUSES ? 1 : 10;
}

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t
worker_busy_ns(const struct worker *w)
{
	return w->started_ns != 0 ? now_ns() - w->started_ns - w->slept_ns : 0;
}

static void
sleep_until_work(struct worker *w)
{
	struct epoll_event e[8];
	uint64_t drained, from = now_ns();
	bool all = watch_ports(w), quiet;

	atomic_store(&w->sleeping, true);
	quiet = ports_wait(w);
	rte_rcu_qsbr_thread_offline(w->all->qsbr, w->index);
	if (quiet && rte_ring_empty(w->inject) &&
		atomic_load(&w->call) == NULL && !atomic_load(&w->stop)) {
		if (epoll_wait(w->epoll_fd, e, 8,
			    all ? SLEEP_MS : poll_pause(w)) < 0)
			errno = 0; /* interrupted: look again */
	}
	rte_rcu_qsbr_thread_online(w->all->qsbr, w->index);
	ports_wake(w);
	atomic_store(&w->sleeping, false);
	while (read(w->wake_fd, &drained, sizeof(drained)) > 0)
		;
	w->slept_ns += now_ns() - from;
}

/* Returns whether there is more to do. */
static bool
age(struct worker *w)
{
	const struct env *env = &w->env;
	uint32_t done =
		session_age(env->sessions, env->now_ms, env->now_s, AGE_BUDGET);
	uint32_t nat = nat_age(env->nat, env->now_s, AGE_BUDGET), early = 0;

	if (env->image != NULL)
		early = session_early_ageout(env->sessions,
			&image_spec_of(env->image)->flow, env->now_ms,
			env->now_s, AGE_BUDGET);
	return done == AGE_BUDGET || early == AGE_BUDGET || nat == AGE_BUDGET;
}

/* Before the first touch of its memory, which then lies beside it. */
static void
pin(const struct worker *w)
{
	cpu_set_t set;

	if (w->cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((unsigned int)w->cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

void *
worker_main(void *arg)
{
	struct worker *w = arg;
	unsigned int idle = 0;

	pin(w);
	w->started_ns = now_ns();
	rte_thread_register(); /* gives the thread its mbuf cache */
	rte_rcu_qsbr_thread_register(w->all->qsbr, w->index);
	rte_rcu_qsbr_thread_online(w->all->qsbr, w->index);
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
		unsigned int done;

		rte_rcu_qsbr_quiescent(w->all->qsbr, w->index);
		worker_load(w);
		done = poll_inject(w);
		done += poll_ports(w);
		done += poll_inner(w);
		tx_flush(w);
		done += age(w);
		if (unlikely(flow_log_news(w->env.log) ||
			     flow_trace_news(w->trace)))
			workers_log_signal(w->all);
		answer_call(w);
		idle = done > 0 ? 0 : idle + 1;
		if (done > 0)
			w->pauses = 0;
		if (idle > 1 && w->nrequeue == 0)
			sleep_until_work(w);
	}
	answer_call(w);
	rte_rcu_qsbr_thread_offline(w->all->qsbr, w->index);
	rte_rcu_qsbr_thread_unregister(w->all->qsbr, w->index);
	rte_thread_unregister();
	return NULL;
}
