/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/nat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rte_common.h>

#include "base/log.h"
#include "nat/binding.h"
#include "nat/hash.h"
#include "nat/host.h"
#include "nat/map.h"
#include "nat/owners.h"

#define OWNERS (1u << 20)

static struct nat_worker *
worker_create(struct nat *nat, unsigned int index)
{
	struct nat_worker *w = nat_map(sizeof(*w));
	bool ok;

	if (w == NULL)
		return NULL;
	w->nat = nat;
	w->index = index;
	if (getrandom(&w->random, sizeof(w->random), 0) < 0 || w->random == 0)
		w->random = 0x9e3779b97f4a7c15u + index;
	w->slots = nat_map(NAT_SLOTS * sizeof(*w->slots));
	w->next_addr = nat_map(NAT_SLOTS * sizeof(*w->next_addr));
	w->next_port = nat_map(NAT_SLOTS * sizeof(*w->next_port));
	ok = w->slots && w->next_addr && w->next_port;
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		w->rules[k] = nat_map(NAT_IDS * sizeof(*w->rules[k]));
		ok = ok && w->rules[k] != NULL;
	}
	ok = ok && nat_tab_init(&w->hosts, NAT_HOSTS, sizeof(struct nat_host),
			   sizeof(struct nat_host_key)) == 0;
	ok = ok && nat_tab_init(&w->blocks, NAT_HOSTS, sizeof(struct nat_block),
			   sizeof(struct nat_block_key)) == 0;
	ok = ok && nat_bindings_init(w) == 0;
	nat->worker[index] = w;
	return ok ? w : NULL;
}

static void
worker_free(struct nat_worker *w)
{
	if (w == NULL)
		return;
	nat_unmap(w->slots, NAT_SLOTS * sizeof(*w->slots));
	nat_unmap(w->next_addr, NAT_SLOTS * sizeof(*w->next_addr));
	nat_unmap(w->next_port, NAT_SLOTS * sizeof(*w->next_port));
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		nat_unmap(w->rules[k], NAT_IDS * sizeof(*w->rules[k]));
	nat_tab_done(&w->hosts);
	nat_tab_done(&w->blocks);
	nat_bindings_done(w);
	nat_unmap(w, sizeof(*w));
}

/* Every interface has a place for each family. */
static struct nat_pool *
interface_pool(uint32_t overloading)
{
	struct nat_pool_spec spec = {.port_lo = 1024,
		.port_hi = 65535,
		.overloading = overloading > 1 ? overloading : 1};

	return nat_pool_create(&spec, 2 * IFL_MAX);
}

struct nat *
nat_create(unsigned int nworkers)
{
	struct nat *nat = calloc(1, sizeof(*nat));
	struct nat_pool *ifaces;
	bool ok;

	if (nat == NULL)
		return NULL;
	nat->nworkers = nworkers;
	nat->of_id = nat_map(NAT_IDS * sizeof(*nat->of_id));
	ifaces = interface_pool(1);
	atomic_store(&nat->slot[NAT_SLOT_IFACE], ifaces);
	atomic_store(&nat->iface, ifaces);
	ok = nat->of_id != NULL && ifaces != NULL;
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		nat->changed[k] = nat_map(NAT_IDS * sizeof(uint32_t));
		nat->print[k] = nat_map(NAT_IDS * sizeof(uint64_t));
		ok = ok && nat->changed[k] && nat->print[k];
	}
	if (nworkers > 1) {
		nat->owners = nat_owners_create(OWNERS);
		ok = ok && nat->owners != NULL;
	}
	for (unsigned int i = 0; i < nworkers && ok; i++)
		ok = worker_create(nat, i) != NULL;
	if (ok)
		return nat;
	nat_free(nat);
	return NULL;
}

void
nat_free(struct nat *nat)
{
	if (nat == NULL)
		return;
	for (unsigned int i = 0; i < nat->nworkers; i++)
		worker_free(nat->worker[i]);
	for (unsigned int i = 0; i < NAT_SLOTS; i++)
		nat_pool_free(nat_slot(nat, i));
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		nat_unmap(nat->changed[k], NAT_IDS * sizeof(uint32_t));
		nat_unmap(nat->print[k], NAT_IDS * sizeof(uint64_t));
	}
	nat_unmap(nat->of_id, NAT_IDS * sizeof(*nat->of_id));
	nat_owners_free(nat->owners);
	free(nat->alarms);
	free(nat);
}

/* ---- a commit ---- */

static uint64_t
mix(uint64_t h, const void *data, size_t len)
{
	return nat_hash64_from(h + len, data, len);
}

static uint64_t
mix_ranges(uint64_t h, const struct addr_range *r, size_t n)
{
	h = mix(h, &n, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		h = mix(h, r[i].lo.b, 16);
		h = mix(h, r[i].hi.b, 16);
	}
	return h;
}

static uint64_t
mix_list(uint64_t h, const void *list, size_t n, size_t size)
{
	h = mix(h, &n, sizeof(n));
	return n > 0 ? mix(h, list, n * size) : h;
}

static uint64_t
mix_pool(uint64_t h, const struct nat_pool_spec *p)
{
	uint16_t rest[3] = {p->port, p->has_vr, p->vr.v};

	h = mix(h, p->name, strlen(p->name));
	/* source pools are looked at by themselves */
	if (p->kind == NAT_SOURCE)
		return h;
	h = mix_ranges(h, p->ranges, p->nranges);
	return mix(h, rest, sizeof(rest));
}

/* What a rule says, in 64 bits: two that differ are different rules. */
static uint64_t
rule_print(const struct nat_spec *spec, const struct nat_rule_spec *r)
{
	const struct nat_persistent_spec *p = &r->persistent;
	uint32_t rest[] = {r->action, p->permit, p->timeout, p->max_sessions,
		p->address_mapping, p->block_ext_session, r->prefix.len,
		r->mapped.lo, r->mapped.hi, r->has_vr, r->vr.v};
	uint64_t h = 1;

	h = mix_ranges(h, r->src, r->nsrc);
	h = mix_ranges(h, r->dst, r->ndst);
	h = mix_list(h, r->sports, r->nsports, sizeof(*r->sports));
	h = mix_list(h, r->dports, r->ndports, sizeof(*r->dports));
	h = mix_list(h, r->protocols, r->nprotocols, 1);
	h = mix(h, r->prefix.addr.b, 16);
	h = mix(h, rest, sizeof(rest));
	if (r->action == NAT_POOL && r->pool < spec->npools)
		h = mix_pool(h, &spec->pools[r->pool]);
	return h;
}

static void
note_rules(struct nat *nat, const struct nat_spec *spec)
{
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		for (size_t i = 0; i < spec->nrules[k]; i++) {
			const struct nat_rule_spec *r = &spec->rules[k][i];
			uint64_t print = rule_print(spec, r);

			if (r->id >= NAT_IDS || nat->print[k][r->id] == print)
				continue;
			nat->print[k][r->id] = print;
			nat->changed[k][r->id] = nat->commit;
		}
	}
}

static uint32_t
free_slot(const struct nat *nat)
{
	for (uint32_t i = NAT_SLOT_IFACE + 1; i < NAT_SLOTS; i++)
		if (nat_slot(nat, i) == NULL)
			return i;
	return 0;
}

/* Is this pool of now still what the configuration says? */
static struct nat_pool *
kept(const struct nat *nat, const struct nat_pool_spec *s)
{
	struct nat_pool *p = nat_pool_now(nat, s->id);

	return p != NULL && nat_pool_is(p, s) ? p : NULL;
}

/* A slot and a pool in it, which is nobody's yet. s NULL: interfaces'. */
static int
make_pool(struct nat *nat, const struct nat_pool_spec *s, uint32_t overloading)
{
	uint32_t slot = free_slot(nat);
	struct nat_pool *p;

	if (slot == 0)
		return -ENOSPC;
	p = s != NULL ? nat_pool_create(s, 0) : interface_pool(overloading);
	if (p == NULL)
		return -ENOMEM;
	p->slot = slot;
	p->made = nat->commit;
	atomic_store_explicit(&nat->slot[slot], p, memory_order_release);
	return 0;
}

/* Pools of a commit that failed: nobody has seen them. */
void
nat_abort(struct nat *nat)
{
	for (uint32_t i = NAT_SLOT_IFACE + 1; i < NAT_SLOTS; i++) {
		struct nat_pool *p = nat_slot(nat, i);

		if (p == NULL || p->made != nat->commit)
			continue;
		atomic_store(&nat->slot[i], NULL);
		nat_pool_free(p);
	}
}

static bool
iface_kept(const struct nat *nat, const struct nat_spec *spec)
{
	uint32_t now = nat_pool_iface(nat)->spec.overloading;

	return now == (spec->interface_overloading > 1
				      ? spec->interface_overloading
				      : 1);
}

static int
make_pools(struct nat *nat, const struct nat_spec *spec)
{
	int rc = 0;

	for (size_t i = 0; i < spec->npools && rc == 0; i++) {
		const struct nat_pool_spec *s = &spec->pools[i];

		if (s->kind == NAT_SOURCE && s->id < NAT_IDS &&
			kept(nat, s) == NULL)
			rc = make_pool(nat, s, 0);
	}
	if (rc == 0 && !iface_kept(nat, spec))
		rc = make_pool(nat, NULL, spec->interface_overloading);
	return rc;
}

/* What can be changed in a pool that is kept: no worker looks at it. */
static void
update_kept(struct nat *nat, const struct nat_spec *spec)
{
	for (size_t i = 0; i < spec->npools; i++) {
		const struct nat_pool_spec *s = &spec->pools[i];
		struct nat_pool *p =
			s->kind == NAT_SOURCE ? kept(nat, s) : NULL;

		if (p == NULL)
			continue;
		memcpy(p->spec.name, s->name, sizeof(p->spec.name));
		p->spec.alarm_raise = s->alarm_raise;
		p->spec.alarm_clear = s->alarm_clear;
	}
}

static void
switch_pools(struct nat *nat)
{
	for (uint32_t i = NAT_SLOT_IFACE + 1; i < NAT_SLOTS; i++) {
		struct nat_pool *p = nat_slot(nat, i);

		if (p != NULL && p->made == nat->commit)
			atomic_store_explicit(p->iface
						      ? &nat->iface
						      : &nat->of_id[p->spec.id],
				p, memory_order_release);
	}
}

static bool
is_pool_of(const struct nat_spec *spec, uint32_t id)
{
	for (size_t i = 0; i < spec->npools; i++)
		if (spec->pools[i].kind == NAT_SOURCE &&
			spec->pools[i].id == id)
			return true;
	return false;
}

/* Pools that are not configured any more are nobody's from now on. */
static void
retire(struct nat *nat, const struct nat_spec *spec)
{
	for (uint32_t i = NAT_SLOT_IFACE + 1; i < NAT_SLOTS; i++) {
		struct nat_pool *p = nat_slot(nat, i);

		if (p != NULL && !p->iface &&
			nat_pool_now(nat, p->spec.id) == p &&
			!is_pool_of(spec, p->spec.id))
			atomic_store_explicit(&nat->of_id[p->spec.id], NULL,
				memory_order_release);
	}
}

static bool
alarm_is_on(const struct nat *nat, uint32_t kind, uint32_t id)
{
	for (size_t i = 0; i < nat->nalarms; i++)
		if (nat->alarms[i].kind == kind && nat->alarms[i].id == id)
			return nat->alarms[i].on;
	return false;
}

/* What is on stays on. Without memory there are no alarms, which is said. */
static void
note_alarms(struct nat *nat, const struct nat_spec *spec)
{
	struct nat_rule_alarm *list;
	size_t n = 0;

	for (unsigned int k = 0; k < NAT_KINDS; k++)
		for (size_t i = 0; i < spec->nrules[k]; i++)
			n += spec->rules[k][i].alarm_raise > 0;
	list = calloc(n + 1, sizeof(*list));
	if (list == NULL)
		log_error("nat", "out of memory, no session count alarms");
	for (unsigned int k = n = 0; k < NAT_KINDS && list != NULL; k++) {
		for (size_t i = 0; i < spec->nrules[k]; i++) {
			const struct nat_rule_spec *r = &spec->rules[k][i];

			if (r->alarm_raise == 0)
				continue;
			memcpy(list[n].name, r->name, sizeof(list[n].name));
			list[n].kind = k;
			list[n].id = r->id;
			list[n].raise = r->alarm_raise;
			list[n].clear = r->alarm_clear;
			list[n++].on = alarm_is_on(nat, k, r->id);
		}
	}
	free(nat->alarms);
	nat->alarms = list;
	nat->nalarms = n;
}

int
nat_prepare(struct nat *nat, const struct nat_spec *spec)
{
	int rc;

	nat->commit++;
	rc = make_pools(nat, spec);
	if (rc != 0)
		nat_abort(nat);
	return rc;
}

void
nat_apply(struct nat *nat, const struct nat_spec *spec)
{
	update_kept(nat, spec);
	switch_pools(nat);
	retire(nat, spec);
	note_rules(nat, spec);
	note_alarms(nat, spec);
}

void
nat_event_add(struct nat_worker *w, const struct nat_event *e)
{
	if (w->nevents == NAT_EVENTS)
		w->events_lost++;
	else
		w->event[w->nevents++] = *e;
}

/* ---- time ---- */

/* One round of a table, from *cursor on. Returns what is left of budget. */
static uint32_t
sweep(struct nat_worker *w, const struct nat_tab *t, uint32_t *cursor,
	uint32_t budget, uint32_t now_s,
	void (*tick)(struct nat_worker *w, uint32_t entry, uint32_t now_s))
{
	while (*cursor != 0 && budget > 0) {
		budget--;
		if (*cursor > t->top) {
			*cursor = 0;
			break;
		}
		if (nat_tab_used(t, *cursor))
			tick(w, *cursor, now_s);
		++*cursor;
	}
	return budget;
}

uint32_t
nat_age(struct nat_worker *w, uint32_t now_s, uint32_t budget)
{
	uint32_t left = budget;

	if (w->blocks.n == 0 && w->bindings.n == 0)
		return 0;
	if (w->sweep_block == 0 && w->sweep_binding == 0) {
		if (w->swept_s == now_s)
			return 0;
		w->swept_s = now_s;
		w->sweep_block = w->sweep_binding = 1;
	}
	left = sweep(
		w, &w->blocks, &w->sweep_block, left, now_s, nat_block_tick);
	left = sweep(w, &w->bindings, &w->sweep_binding, left, now_s,
		nat_binding_tick);
	return budget - left;
}

static uint64_t
sum(const struct nat *nat, uint32_t slot, size_t offset)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < nat->nworkers; i++)
		n += atomic_load_explicit(
			(_Atomic uint64_t *)((char *)&nat->worker[i]
						     ->slots[slot] +
					     offset),
			memory_order_relaxed);
	return n;
}

uint64_t
nat_pool_sum(const struct nat *nat, uint32_t slot, enum nat_sum what)
{
	static const size_t offset[] = {
		[NAT_SUM_HITS] = offsetof(struct nat_slot_stats, hits),
		[NAT_SUM_FAILURES] = offsetof(struct nat_slot_stats, failures),
		[NAT_SUM_HELD] = offsetof(struct nat_slot_stats, held),
		[NAT_SUM_SESSIONS] = offsetof(struct nat_slot_stats, sessions),
		[NAT_SUM_BLOCKS] = offsetof(struct nat_slot_stats, blocks),
	};

	return sum(nat, slot, offset[what]);
}

/* A pool that is not of now and that nothing holds: away with it. Workers that
 * knew it have passed a grace period, as a publication came between. */
static bool
reap(struct nat *nat, struct nat_pool *p)
{
	struct nat_slot_stats *c;

	if (nat_slot_current(nat, p->slot) || p->made == nat->commit ||
		nat_pool_sum(nat, p->slot, NAT_SUM_SESSIONS) != 0)
		return false;
	atomic_store(&nat->slot[p->slot], NULL);
	for (unsigned int i = 0; i < nat->nworkers; i++) {
		c = &nat->worker[i]->slots[p->slot];
		atomic_store(&c->hits, 0);
		atomic_store(&c->failures, 0);
	}
	nat_pool_free(p);
	return true;
}

/* pool-utilization-alarm [NA-62]. */
static void
watch_use(const struct nat *nat, struct nat_pool *p)
{
	uint64_t size = nat_pool_size(p), used;

	used = nat_pool_sum(nat, p->slot,
		p->nblocks > 0 && !p->spec.deterministic ? NAT_SUM_BLOCKS
							 : NAT_SUM_HELD);
	if (p->spec.alarm_raise == 0 || size == 0)
		return;
	if (!p->alarm && used * 100 >= size * p->spec.alarm_raise) {
		p->alarm = true;
		log_warn("nat",
			"RT_SRC_NAT_POOL_UTIL_ALARM_RAISE: source pool %s, "
			"utilization %llu percent",
			p->spec.name, (unsigned long long)(used * 100 / size));
	} else if (p->alarm && used * 100 <= size * p->spec.alarm_clear) {
		p->alarm = false;
		log_info("nat",
			"RT_SRC_NAT_POOL_UTIL_ALARM_CLEAR: source pool %s, "
			"utilization %llu percent",
			p->spec.name, (unsigned long long)(used * 100 / size));
	}
}

/* At most one line a second for a pool that has nothing left. */
static void
watch_failures(const struct nat *nat, struct nat_pool *p)
{
	uint64_t failures = nat_pool_sum(nat, p->slot, NAT_SUM_FAILURES);

	if (failures > p->failures_told)
		log_warn("nat",
			"RT_SRC_NAT_POOL_EXHAUSTED: source pool %s has nothing "
			"left, %llu flows refused",
			p->spec.name,
			(unsigned long long)(failures - p->failures_told));
	p->failures_told = failures;
}

static void
watch_rule(const struct nat *nat, struct nat_rule_alarm *a)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < nat->nworkers; i++)
		n += atomic_load_explicit(
			&nat_rule(nat->worker[i], a->kind, a->id)->active,
			memory_order_relaxed);
	if (a->on ? n > a->clear : n < a->raise)
		return;
	a->on = !a->on;
	log_warn("nat",
		"RT_NAT_RULE_SESSION_COUNT_ALARM_%s: %s rule %s, %llu sessions",
		a->on ? "RAISE" : "CLEAR",
		nat_kind_name((enum nat_kind)a->kind), a->name,
		(unsigned long long)n);
}

void
nat_tick(struct nat *nat)
{
	for (size_t i = 0; i < nat->nalarms; i++)
		watch_rule(nat, &nat->alarms[i]);
	for (uint32_t i = 0; i < NAT_SLOTS; i++) {
		struct nat_pool *p = nat_slot(nat, i);

		if (p == NULL || (i != NAT_SLOT_IFACE && reap(nat, p)))
			continue;
		if (!p->iface)
			watch_use(nat, p);
		watch_failures(nat, p);
	}
}
