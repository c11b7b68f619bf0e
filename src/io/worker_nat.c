/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers of nat/nat_read.h: what pools and rules have in use is summed
 * over the workers; each worker copies its own bindings, hosts and blocks, in
 * steps short enough not to be felt by its packets. And what they have to tell
 * of port blocks, once a second.
 */
#include "nat/nat_read.h"

#include <string.h>

#include "base/log.h"
#include "flow/session.h"
#include "flow/session_nat.h"
#include "io/worker_impl.h"
#include "nat/binding.h"
#include "nat/host.h"
#include "nat/nat.h"

#define STEP 1024u /* entries looked at between two bursts */

static uint64_t
read_relaxed(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

void
nat_rule_stats_get(struct workers *all, enum nat_kind kind, uint32_t id,
	struct nat_rule_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (unsigned int i = 0; i < all->n; i++) {
		const struct nat_rule_counts *c =
			nat_rule(all->nat->worker[i], kind, id);

		ret->hits += read_relaxed(&c->hits);
		ret->successes += read_relaxed(&c->successes);
		ret->sessions += read_relaxed(&c->active);
	}
}

struct clear_query {
	enum nat_kind kind;
	uint32_t first, last; /* ids, slots */
};

static void
clear_rules(const struct env *env, void *arg)
{
	const struct clear_query *q = arg;

	for (uint32_t i = q->first; i <= q->last; i++) {
		struct nat_rule_counts *c = &env->nat->rules[q->kind][i];

		if (read_relaxed(&c->hits) == 0)
			continue;
		atomic_store(&c->hits, 0);
		atomic_store(&c->successes, 0);
	}
}

void
nat_rule_stats_clear(struct workers *all, enum nat_kind kind, uint32_t id)
{
	struct clear_query q = {kind, id, id};

	if (id == 0)
		q.last = NAT_IDS - 1;
	if (q.last < NAT_IDS)
		workers_call(all, clear_rules, &q);
}

void
nat_pool_stats_get(
	struct workers *all, uint32_t pool, struct nat_pool_stats *ret)
{
	const struct nat_pool *p = nat_pool_now(all->nat, pool);
	uint64_t held;

	memset(ret, 0, sizeof(*ret));
	if (p == NULL)
		return;
	held = nat_pool_sum(all->nat, p->slot, NAT_SUM_HELD);
	ret->hits = nat_pool_sum(all->nat, p->slot, NAT_SUM_HITS);
	ret->failures = nat_pool_sum(all->nat, p->slot, NAT_SUM_FAILURES);
	ret->sessions = nat_pool_sum(all->nat, p->slot, NAT_SUM_SESSIONS);
	ret->addrs = p->naddrs;
	ret->alarm = p->alarm;
	if (!nat_pool_pat(p)) {
		ret->addrs_used = held;
		return;
	}
	ret->ports = ((uint64_t)p->spec.port_hi - p->spec.port_lo + 1) *
		     p->naddrs *
		     (p->spec.overloading > 1 ? p->spec.overloading : 1);
	ret->ports_used = held;
	ret->blocks = (uint64_t)p->nblocks * p->naddrs;
	ret->blocks_used = nat_pool_sum(all->nat, p->slot, NAT_SUM_BLOCKS);
	for (uint32_t i = 0; i < p->naddrs && held > 0; i++)
		ret->addrs_used += nat_pool_count(p, i, i) > 0;
}

static void
clear_pools(const struct env *env, void *arg)
{
	const struct clear_query *q = arg;

	for (uint32_t i = q->first; i <= q->last; i++) {
		atomic_store(&env->nat->slots[i].hits, 0);
		atomic_store(&env->nat->slots[i].failures, 0);
	}
}

void
nat_pool_stats_clear(struct workers *all, uint32_t pool)
{
	const struct nat_pool *p = nat_pool_now(all->nat, pool);
	struct clear_query q = {.last = NAT_SLOTS - 1};

	if (pool != 0 && p == NULL)
		return;
	if (pool != 0)
		q.first = q.last = p->slot;
	workers_call(all, clear_pools, &q);
	for (uint32_t i = q.first; i <= q.last; i++)
		if (nat_slot(all->nat, i) != NULL)
			nat_slot(all->nat, i)->failures_told = 0;
}

uint64_t
nat_pool_range_used(struct workers *all, uint32_t pool,
	const struct ip_addr *lo, const struct ip_addr *hi)
{
	const struct nat_pool *p = nat_pool_now(all->nat, pool);
	uint64_t n = nat_addr_sub(hi, lo);
	uint32_t first;

	if (p == NULL || !nat_pool_index(p, lo, &first))
		return 0;
	if (n >= p->naddrs - first)
		n = p->naddrs - first - 1;
	return nat_pool_count(p, first, first + (uint32_t)n);
}

void
nat_ifl_stats_get(struct workers *all, struct ifl_id ifl, enum ip_family family,
	struct nat_ifl_stats *ret)
{
	const struct nat_pool *p = nat_pool_iface(all->nat);
	uint32_t place = ifl.v * 2u + (family == IP_V6);

	ret->ports = ((uint64_t)p->spec.port_hi - p->spec.port_lo + 1) *
		     p->spec.overloading;
	ret->ports_used = nat_pool_count(p, place, place);
}

/* ---- tables, worker by worker ---- */

struct table_step {
	uint32_t cursor;
	void *out;
	unsigned int n, got;
	const struct nat_binding_filter *filter;
};

/*
 * The cursor is worker << 32 | entry; entry 0 is the start of that worker. fn
 * leaves cursor 0 when its table is through.
 */
static unsigned int
read_tables(struct workers *all, uint64_t *cursor, void *out, size_t size,
	unsigned int n, worker_fn fn)
{
	unsigned int worker = (unsigned int)(*cursor >> 32), got = 0;
	uint32_t entry = (uint32_t)*cursor ? (uint32_t)*cursor : 1;

	while (worker < all->n && got < n) {
		struct table_step s = {.cursor = entry,
			.out = (char *)out + got * size,
			.n = n - got};

		workers_call_one(all, worker, fn, &s);
		got += s.got;
		entry = s.cursor;
		if (entry == 0) {
			worker++;
			entry = 1;
		}
	}
	*cursor = worker < all->n ? (uint64_t)worker << 32 | entry : 0;
	return got;
}

/* The next entry in use from s->cursor on; 0: none in this step. */
static uint32_t
next_entry(const struct nat_tab *t, struct table_step *s, unsigned int *budget)
{
	while (*budget > 0 && s->cursor != 0 && s->got < s->n) {
		uint32_t i = s->cursor++;

		--*budget;
		if (i > t->top) {
			s->cursor = 0;
			return 0;
		}
		if (nat_tab_used(t, i))
			return i;
	}
	return 0;
}

static uint32_t
printed_pool(const struct nat_worker *w, uint32_t slot)
{
	const struct nat_pool *p = nat_slot(w->nat, slot);

	return p == NULL || p->iface ? 0 : p->spec.id;
}

static struct ifl_id
interface_of(const struct nat_worker *w, const struct nat_binding *b)
{
	const struct nat_pool *p = nat_slot(w->nat, b->key.slot);

	return p != NULL && p->iface
		       ? (struct ifl_id){(uint16_t)(b->key.iface / 2)}
		       : IFL_NONE;
}

static void
binding_info(const struct env *env, const struct nat_binding *b,
	struct nat_binding_info *ret)
{
	uint32_t idle = env->now_s - b->idle_s;

	*ret = (struct nat_binding_info){
		.internal = b->key.internal,
		.reflexive = b->reflexive,
		.internal_port = b->key.port,
		.reflexive_port = b->key.port != 0 ? b->hold.port : 0,
		.protocol = b->key.protocol,
		.permit = (enum nat_persistent)b->permit,
		.vr = {b->key.vr},
		.pool = printed_pool(env->nat, b->key.slot),
		.ifl = interface_of(env->nat, b),
		.rule = b->rule,
		.sessions = b->sessions,
		.max_sessions = b->max_sessions,
		.timeout_s = b->timeout_s,
		.left_s = b->sessions > 0       ? b->timeout_s
			  : idle < b->timeout_s ? b->timeout_s - idle
						: 0,
	};
}

static void
read_bindings(const struct env *env, void *arg)
{
	struct table_step *s = arg;
	struct nat_binding_info *out = s->out;
	unsigned int budget = STEP;
	uint32_t i;

	while ((i = next_entry(&env->nat->bindings, s, &budget)) != 0)
		binding_info(env, nat_binding_at(env->nat, i), &out[s->got++]);
}

unsigned int
nat_bindings_read(struct workers *all, uint64_t *cursor,
	struct nat_binding_info *out, unsigned int n)
{
	return read_tables(all, cursor, out, sizeof(*out), n, read_bindings);
}

static void
block_info(const struct env *env, uint32_t i, struct nat_block_info *ret)
{
	const struct nat_block *b = nat_block_at(env->nat, i);
	const struct nat_host *h = nat_host_at(env->nat, b->host);
	const struct nat_pool *p = nat_slot(env->nat->nat, b->key.slot);
	uint32_t lo, hi;

	nat_block_ports(p, b->key.no, &lo, &hi);
	*ret = (struct nat_block_info){
		.pool = p->spec.id,
		.host = h->key.addr,
		.addr = nat_pool_addr(p, b->key.addr),
		.vr = {(uint16_t)h->key.vr},
		.lo = (uint16_t)lo,
		.hi = (uint16_t)hi,
		.used = b->used,
		.age_s = env->now_s - b->since_s,
		.active = h->blocks == i,
	};
}

static void
read_blocks(const struct env *env, void *arg)
{
	struct table_step *s = arg;
	struct nat_block_info *out = s->out;
	unsigned int budget = STEP;
	uint32_t i;

	while ((i = next_entry(&env->nat->blocks, s, &budget)) != 0)
		block_info(env, i, &out[s->got++]);
}

unsigned int
nat_blocks_read(struct workers *all, uint64_t *cursor,
	struct nat_block_info *out, unsigned int n)
{
	return read_tables(all, cursor, out, sizeof(*out), n, read_blocks);
}

static void
read_hosts(const struct env *env, void *arg)
{
	struct table_step *s = arg;
	struct nat_paired_info *out = s->out;
	unsigned int budget = STEP;
	uint32_t i;

	while ((i = next_entry(&env->nat->hosts, s, &budget)) != 0) {
		const struct nat_host *h = nat_host_at(env->nat, i);
		const struct nat_pool *p = nat_slot(env->nat->nat, h->key.slot);

		out[s->got++] = (struct nat_paired_info){
			.pool = p->spec.id,
			.host = h->key.addr,
			.addr = nat_pool_addr(p, h->addr),
			.vr = {(uint16_t)h->key.vr},
			.sessions = h->sessions,
		};
	}
}

unsigned int
nat_paired_read(struct workers *all, uint64_t *cursor,
	struct nat_paired_info *out, unsigned int n)
{
	return read_tables(all, cursor, out, sizeof(*out), n, read_hosts);
}

/* ---- clear bindings ---- */

static bool
fits(const struct nat_worker *w, const struct nat_binding *b,
	const struct nat_binding_filter *f)
{
	if (f->internal.family != IP_NONE &&
		!ip_addr_equal(&f->internal, &b->key.internal))
		return false;
	if (f->internal_port != 0 && f->internal_port != b->key.port)
		return false;
	if (f->pool != 0 && f->pool != printed_pool(w, b->key.slot))
		return false;
	return f->ifl.v == 0 || f->ifl.v == interface_of(w, b).v;
}

static void
end_bindings(const struct env *env, void *arg)
{
	struct table_step *s = arg;
	unsigned int budget = STEP;
	uint32_t i;

	s->n = UINT32_MAX;
	while ((i = next_entry(&env->nat->bindings, s, &budget)) != 0) {
		if (!fits(env->nat, nat_binding_at(env->nat, i), s->filter))
			continue;
		nat_binding_end(env->nat, i, env->now_s);
		s->got++;
	}
}

/* Sessions of bindings that shall end. */
static void
end_sessions(const struct env *env, void *arg)
{
	struct table_step *s = arg;
	struct session_table *t = env->sessions;

	for (unsigned int n = 0; n < STEP; n++) {
		uint32_t i = s->cursor++;
		const struct session_nat *nat;

		if (i > t->top) {
			s->cursor = 0;
			return;
		}
		if (session_at(t, i)->state != SESSION_VALID)
			continue;
		nat = session_nat(t, i);
		if (nat != NULL && nat->binding != 0 &&
			nat_binding_ending(env->nat, nat->binding))
			session_close(t, i, CLOSE_CLI, env->now_s);
	}
}

uint64_t
nat_bindings_clear(struct workers *all, const struct nat_binding_filter *f)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < all->n; i++) {
		struct table_step s = {.cursor = 1, .filter = f};

		for (s.cursor = 1; s.cursor != 0; s.got = 0) {
			workers_call_one(all, i, end_bindings, &s);
			n += s.got;
		}
		for (s.cursor = 1; s.cursor != 0;)
			workers_call_one(all, i, end_sessions, &s);
	}
	return n;
}

/* ---- once a second ---- */

struct told {
	struct nat_event event[NAT_EVENTS];
	uint32_t n;
	uint64_t lost;
};

static void
take_events(const struct env *env, void *arg)
{
	struct nat_worker *w = env->nat;
	struct told *t = arg;

	t->n = w->nevents;
	t->lost = w->events_lost;
	memcpy(t->event, w->event, w->nevents * sizeof(w->event[0]));
	w->nevents = 0;
	w->events_lost = 0;
}

static void
log_block(const struct nat *nat, const struct nat_event *e)
{
	static const struct {
		const char *name, *does;
	} kinds[] = {
		[NAT_BLOCK_ALLOC] = {"RT_SRC_NAT_PBA_ALLOC", "allocates"},
		[NAT_BLOCK_RELEASE] = {"RT_SRC_NAT_PBA_RELEASE", "releases"},
		[NAT_BLOCK_ACTIVE] = {"RT_SRC_NAT_PBA_INTERIM", "uses"},
	};
	const struct nat_pool *p = nat_slot(nat, e->pool);
	char host[IP_TEXT_MAX], addr[IP_TEXT_MAX];

	if (p == NULL || p->spec.block_quiet)
		return;
	log_info("nat",
		"%s: Subscriber %s used/maximum [%u/%u] blocks, %s port block "
		"[%u-%u] from %s in source pool %s for %u s",
		kinds[e->kind].name, ip_addr_text(&e->host, host), e->blocks,
		p->spec.block_max, kinds[e->kind].does, e->lo, e->hi,
		ip_addr_text(&e->addr, addr), p->spec.name,
		e->now_s - e->since_s);
}

void
workers_nat_tick(struct workers *all)
{
	static struct told told; /* too large for the stack; one caller */

	for (unsigned int i = 0; i < all->n; i++) {
		if (all->nat->worker[i]->blocks.top == 0)
			continue;
		workers_call_one(all, i, take_events, &told);
		for (uint32_t k = 0; k < told.n; k++)
			log_block(all->nat, &told.event[k]);
		if (told.lost > 0)
			log_warn("nat", "%llu events of port blocks lost",
				(unsigned long long)told.lost);
	}
	nat_tick(all->nat);
}
