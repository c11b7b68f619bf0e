/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_malloc.h>

#include "bench.h"
#include "flow/counters.h"
#include "flow/frag.h"
#include "flow/path.h"
#include "flow/session.h"
#include "io/eal.h"
#include "nat/nat.h"

#define CHECK_EVERY 1000u
#define AGE_BUDGET  256u /* as io/worker_loop.c */
#define POOL        1023u

static struct rte_rcu_qsbr *
qsbr_create(void)
{
	struct rte_rcu_qsbr *q =
		aligned_alloc(64, RTE_ALIGN(rte_rcu_qsbr_get_memsize(1), 64));

	if (q == NULL || rte_rcu_qsbr_init(q, 1) != 0)
		return NULL;
	rte_rcu_qsbr_thread_register(q, 0);
	rte_rcu_qsbr_thread_online(q, 0);
	return q;
}

/* Mapped like a session table: huge pages, resident when used. */
static uint32_t *
outside_create(uint32_t flows)
{
	size_t bytes = (size_t)flows * sizeof(uint32_t);
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, MADV_HUGEPAGE);
	return p;
}

struct lane *
lane_create(const struct bench_options *o, const struct bench_world *w,
	unsigned int index, uint32_t max_sessions, uint32_t flows)
{
	struct lane *l = aligned_alloc(64, RTE_ALIGN(sizeof(*l), 64));

	if (l == NULL)
		return NULL;
	memset(l, 0, sizeof(*l));
	l->index = index;
	l->burst = o->burst;
	l->random = 0x5eed + index;
	l->until_check = CHECK_EVERY;
	l->qsbr = qsbr_create();
	l->pool = eal_pool_create(POOL);
	l->env.image = w->image;
	l->env.routes = w->routes;
	l->env.generation = 1;
	l->env.sessions =
		session_table_create(max_sessions, index + 1, o->workers);
	l->env.counters = flow_counters_create();
	l->env.frag = frag_create();
	l->env.paths = path_memory_create();
	l->env.neigh = w->neigh;
	l->env.nat = w->translation->worker[index];
	l->env.ifd_mac = w->mac;
	l->flows_max = flows;
	l->env.worker = (uint16_t)index;
	l->env.nworkers = (uint16_t)o->workers;
	frames_init(&l->frames, w, o->ipv6);
	if (w->nat.n > 0)
		l->frames.outside = outside_create(flows);
	l->learn = w->nat.n > 0;
	if (!l->qsbr || (l->learn && !l->frames.outside) || !l->pool ||
		!l->env.sessions || !l->env.counters || !l->env.frag) {
		lane_free(l);
		return NULL;
	}
	if (!hooks_set(l, o->log)) {
		lane_free(l);
		return NULL;
	}
	l->tsc0 = rte_rdtsc();
	l->ms0 = 1000000;
	lane_time(l, l->ms0);
	return l;
}

void
lane_free(struct lane *l)
{
	if (l == NULL)
		return;
	hooks_end(l);
	rte_mempool_free(l->pool);
	session_table_free(l->env.sessions);
	flow_counters_free(l->env.counters);
	frag_free(l->env.frag);
	path_memory_free(l->env.paths);
	free(l->qsbr);
	if (l->frames.outside != NULL)
		munmap(l->frames.outside, l->flows_max * sizeof(uint32_t));
	free(l);
}

/* The last CPUs first: CPU 0 has the interrupts. */
void
lane_pin(const struct lane *l)
{
	cpu_set_t allowed, one;
	int left = (int)l->index;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return;
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET(cpu, &allowed) || left-- > 0)
			continue;
		CPU_SET(cpu, &one);
		pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
		return;
	}
}

void
lane_time(struct lane *l, uint64_t ms)
{
	l->env.time_ms = ms;
	l->env.now_ms = (uint32_t)ms;
	l->env.now_s = (uint32_t)(ms / 1000);
}

static inline void
real_time(struct lane *l)
{
	static uint64_t ticks_per_ms;

	if (unlikely(ticks_per_ms == 0))
		ticks_per_ms = (uint64_t)(tsc_mhz() * 1000);
	lane_time(l, l->ms0 + (rte_rdtsc() - l->tsc0) / ticks_per_ms);
}

/* A look into the table of translations costs misses: all at once. */
static inline void
outside_prefetch(const struct lane *l, const uint32_t *pick, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(&l->frames.outside[pick[i] & ~PICK_REVERSE]);
}

static inline bool
receive(struct lane *l, struct rte_mbuf **m, uint32_t *pick, unsigned int n)
{
	if (unlikely(rte_pktmbuf_alloc_bulk(l->pool, m, n) != 0))
		return false;
	l->pick(l, pick, n);
	if (l->frames.outside != NULL)
		outside_prefetch(l, pick, n);
	for (unsigned int i = 0; i < n; i++)
		frame_write(&l->frames, m[i], pick[i] & ~PICK_REVERSE,
			pick[i] >> 31);
	return true;
}

static inline void
learn(struct lane *l, const struct pkt *p, uint32_t pick)
{
	if ((pick & PICK_REVERSE) == 0)
		l->untranslated += !frame_learn(&l->frames, p, pick);
}

/* The floor writes what learning writes. */
static inline void
learn_nothing(struct lane *l, const uint32_t *pick, unsigned int n)
{
	volatile uint32_t *outside = l->frames.outside;

	for (unsigned int i = 0; i < n; i++)
		if ((pick[i] & PICK_REVERSE) == 0)
			outside[pick[i]] = outside[pick[i]];
}

static void
check(struct lane *l, const struct pkt *p, uint32_t pick)
{
	l->until_check = CHECK_EVERY;
	l->checked++;
	if (l->fresh && l->frames.outside != NULL)
		learn(l, p, pick);
	l->wrong +=
		!frame_right(&l->frames, p, pick & ~PICK_REVERSE, pick >> 31);
}

static inline void
load_world(struct lane *l)
{
	const struct world *w = atomic_load(l->world);

	l->env.image = w->image;
	l->env.routes = w->routes;
	l->env.generation = w->generation;
}

/* As a worker does between two bursts, without ports. */
static __rte_always_inline void
engine(struct lane *l, struct rte_mbuf **m, const uint32_t *pick,
	unsigned int n)
{
	struct pkt p[FLOW_BURST];
	enum verdict v[FLOW_BURST];

	rte_rcu_qsbr_quiescent(l->qsbr, 0);
	if (l->world != NULL)
		load_world(l);
	if (!l->virtual_time)
		real_time(l);
	for (unsigned int i = 0; i < n; i++)
		p[i].m = m[i];
	flow_burst(&l->env, p, n, v);
	for (unsigned int i = 0; i < n; i++) {
		if (unlikely(v[i] != VERDICT_NEXT)) {
			l->dropped++;
			continue;
		}
		if (l->learn)
			learn(l, &p[i], pick[i]);
		if (unlikely(--l->until_check == 0))
			check(l, &p[i], pick[i]);
	}
	session_age(l->env.sessions, l->env.now_ms, l->env.now_s, AGE_BUDGET);
}

static __rte_noinline void
uncounted(struct lane *l, struct rte_mbuf **m, const uint32_t *pick,
	unsigned int n)
{
	engine(l, m, pick, n);
}

COUNTED void bench_counted(struct lane *l, struct rte_mbuf **m,
	const uint32_t *pick, unsigned int n);

void
bench_counted(struct lane *l, struct rte_mbuf **m, const uint32_t *pick,
	unsigned int n)
{
	engine(l, m, pick, n);
}

static inline bool
one_burst(struct lane *l, bool with_engine)
{
	struct rte_mbuf *m[FLOW_BURST];
	uint32_t pick[FLOW_BURST];

	if (!receive(l, m, pick, l->burst)) {
		l->dropped += l->burst;
		return false;
	}
	if (!with_engine && l->learn)
		learn_nothing(l, pick, l->burst);
	else if (!with_engine)
		rte_compiler_barrier();
	else if (unlikely(l->counted)) {
		bench_counted(l, m, pick, l->burst);
		l->frames_counted += l->burst;
	} else
		uncounted(l, m, pick, l->burst);
	if (with_engine && l->look != NULL)
		l->look(l, m, pick, l->burst);
	rte_pktmbuf_free_bulk(m, l->burst);
	l->frames_sent += l->burst;
	return true;
}

void
lane_bursts(struct lane *l, uint64_t n, bool with_engine)
{
	uint64_t began;

	while (n-- > 0) {
		began = l->times != NULL ? rte_rdtsc() : 0;
		if (!one_burst(l, with_engine))
			return;
		if (l->times != NULL)
			histogram_add(l->times, rte_rdtsc() - began);
	}
}

double
lane_window(struct lane *l, double seconds, bool with_engine)
{
	uint64_t per_turn = 2048 / l->burst, frames = 0;
	uint64_t end = rte_rdtsc() + (uint64_t)(seconds * tsc_mhz() * 1e6);
	double t0 = thread_ticks();

	do {
		lane_bursts(l, per_turn, with_engine);
		frames += per_turn * l->burst;
	} while (rte_rdtsc() < end);
	return (thread_ticks() - t0) / (double)frames;
}

void
lane_open(struct lane *l)
{
	pick_fn pick = l->pick;

	l->pick = pick_each;
	lane_bursts(l, (2ull * l->nflows + l->burst - 1) / l->burst, true);
	l->learn = false;
	l->pick = pick;
}

void
lane_totals(const struct lane *l, struct bench_result *r)
{
	r->frames += l->frames_sent;
	r->counted += l->frames_counted;
	r->checked += l->checked;
	r->dropped += l->dropped;
	r->wrong += l->wrong;
	r->untranslated += l->untranslated;
	hooks_totals(l, r);
}

void
pick_random(struct lane *l, uint32_t *pick, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint64_t r = random_next(&l->random);
		uint32_t k = (uint32_t)((r >> 32) * l->nflows >> 32);

		pick[i] = (l->flows ? l->flows[k] : k) | (uint32_t)(r << 31);
	}
}

void
pick_each(struct lane *l, uint32_t *pick, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++, l->cursor++) {
		uint32_t k = (uint32_t)(l->cursor % l->nflows);
		bool reply = l->cursor / l->nflows % 2;

		pick[i] = (l->flows ? l->flows[k] : k) |
			  (reply ? PICK_REVERSE : 0);
	}
}

#define SCATTER 0x9e3779b1u /* odd: a permutation of any power of two */

/* Numbers outside are stepped over: a frame counts even when the number of
 * flows is not a power of two. */
void
pick_new(struct lane *l, uint32_t *pick, unsigned int n)
{
	uint32_t mask = 2;

	while (mask < l->nflows)
		mask *= 2;
	for (unsigned int i = 0; i < n;) {
		uint32_t k = (uint32_t)(l->cursor++ * SCATTER) & (mask - 1);

		if (k < l->nflows)
			pick[i++] = k;
	}
}
