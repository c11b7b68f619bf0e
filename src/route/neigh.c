/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open-addressing hash of 32-bit ids over a fixed array of entries. The
 * control thread inserts by one release store into an empty cell and removes
 * by leaving a tombstone, so a reader sees each entry whole or not at all.
 * Tombstones are reused by later inserts; when more than a quarter of the
 * cells are tombstones the table is rebuilt into the second half of the cell
 * array and switched over in one store.
 */
#include "route/neigh_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CELLS     (2u * NEIGH_MAX) /* power of two */
#define TOMBSTONE UINT32_MAX

struct cells {
	_Atomic uint32_t id[CELLS];
};

struct neigh_table {
	struct neigh_base base; /* untouched pages cost no memory */
	struct cells *cells[2];
	_Atomic uint32_t active; /* which cells[] readers use */
	uint32_t tombstones, count, top;
	uint32_t *free_ids, nfree;       /* reusable now */
	uint32_t *removed_ids, nremoved; /* reusable after neigh_reuse() */
};

static void *
map_zero(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct neigh_table *
neigh_create(void)
{
	struct neigh_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->base.adjs = map_zero(NEIGH_MAX * sizeof(*t->base.adjs));
	t->cells[0] = map_zero(sizeof(*t->cells[0]));
	t->cells[1] = map_zero(sizeof(*t->cells[1]));
	t->free_ids = map_zero(NEIGH_MAX * sizeof(uint32_t));
	t->removed_ids = map_zero(NEIGH_MAX * sizeof(uint32_t));
	if (!t->base.adjs || !t->cells[0] || !t->cells[1] || !t->free_ids ||
		!t->removed_ids) {
		neigh_free(t);
		return NULL;
	}
	return t;
}

static void
unmap(void *p, size_t n)
{
	if (p != NULL)
		munmap(p, n);
}

void
neigh_free(struct neigh_table *t)
{
	if (t == NULL)
		return;
	unmap(t->base.adjs, NEIGH_MAX * sizeof(*t->base.adjs));
	unmap(t->cells[0], sizeof(*t->cells[0]));
	unmap(t->cells[1], sizeof(*t->cells[1]));
	unmap(t->free_ids, NEIGH_MAX * sizeof(uint32_t));
	unmap(t->removed_ids, NEIGH_MAX * sizeof(uint32_t));
	free(t);
}

static uint32_t
hash(struct ifl_id ifl, const struct ip_addr *a)
{
	uint64_t h = a->q[0] * 0x9e3779b97f4a7c15ull;

	h ^= (a->q[1] + ifl.v + ((uint64_t)a->family << 32)) *
	     0xc2b2ae3d27d4eb4full;
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ull;
	return (uint32_t)(h >> 32);
}

static bool
same(const struct adj *a, struct ifl_id ifl, const struct ip_addr *addr)
{
	return a->ifl.v == ifl.v && ip_addr_equal(&a->addr, addr);
}

struct adj_id
neigh_find(const struct neigh_table *t, struct ifl_id ifl,
	const struct ip_addr *addr)
{
	const struct cells *c = t->cells[atomic_load_explicit(
		&t->active, memory_order_acquire)];
	uint32_t i = hash(ifl, addr), id;

	for (uint32_t n = 0; n < CELLS; n++, i++) {
		id = atomic_load_explicit(
			&c->id[i & (CELLS - 1)], memory_order_acquire);
		if (id == 0)
			break;
		if (id != TOMBSTONE && same(&t->base.adjs[id], ifl, addr))
			return (struct adj_id){id};
	}
	return ADJ_NONE;
}

static void
cell_put(struct neigh_table *t, struct cells *c, uint32_t id)
{
	const struct adj *a = &t->base.adjs[id];
	uint32_t i = hash(a->ifl, &a->addr), v;

	for (;; i++) {
		v = atomic_load_explicit(
			&c->id[i & (CELLS - 1)], memory_order_relaxed);
		if (v != 0 && v != TOMBSTONE)
			continue;
		if (v == TOMBSTONE)
			t->tombstones--;
		atomic_store_explicit(
			&c->id[i & (CELLS - 1)], id, memory_order_release);
		return;
	}
}

/*
 * Copy the live ids into the other cell array and switch. Readers may still
 * walk the old one; it is written again only by the next rebuild, which is
 * thousands of removals and several grace periods (neigh_reuse) away.
 */
static void
rebuild(struct neigh_table *t)
{
	uint32_t from = atomic_load(&t->active), to = !from, id;

	memset(t->cells[to], 0, sizeof(*t->cells[to]));
	t->tombstones = 0;
	for (uint32_t i = 0; i < CELLS; i++) {
		id = atomic_load_explicit(
			&t->cells[from]->id[i], memory_order_relaxed);
		if (id != 0 && id != TOMBSTONE)
			cell_put(t, t->cells[to], id);
	}
	atomic_store_explicit(&t->active, to, memory_order_release);
}

struct adj_id
neigh_get(struct neigh_table *t, struct ifl_id ifl, const struct ip_addr *addr,
	struct ifd_id ifd, uint16_t vlan, const uint8_t src_mac[6])
{
	struct adj_id id = neigh_find(t, ifl, addr);
	struct adj *a;

	if (id.v != 0)
		return id;
	if (t->nfree > 0)
		id.v = t->free_ids[--t->nfree];
	else if (t->top + 1 < NEIGH_MAX)
		id.v = ++t->top;
	else
		return ADJ_NONE;
	a = &t->base.adjs[id.v];
	a->addr = *addr;
	a->ifl = ifl;
	a->ifd = ifd;
	a->vlan = vlan;
	memcpy(a->src_mac, src_mac, 6);
	atomic_store_explicit(&a->used_s, 0, memory_order_relaxed);
	neigh_set(t, id, NEIGH_INCOMPLETE, NULL);
	if (t->tombstones > CELLS / 4)
		rebuild(t);
	cell_put(t, t->cells[atomic_load(&t->active)], id.v);
	t->count++;
	return id;
}

void
neigh_set(struct neigh_table *t, struct adj_id id, enum neigh_state state,
	const uint8_t *mac)
{
	struct adj *a = &t->base.adjs[id.v];
	uint64_t v = atomic_load_explicit(&a->mac_state, memory_order_relaxed);

	v &= 0x0000ffffffffffffull;
	if (mac != NULL) {
		v = 0;
		for (unsigned int i = 0; i < 6; i++)
			v |= (uint64_t)mac[i] << (8 * i);
	}
	v |= (uint64_t)state << 48;
	atomic_store_explicit(&a->mac_state, v, memory_order_release);
}

void
neigh_remove(struct neigh_table *t, struct adj_id id)
{
	struct cells *c = t->cells[atomic_load(&t->active)];
	const struct adj *a = &t->base.adjs[id.v];
	uint32_t i = hash(a->ifl, &a->addr), v;

	for (uint32_t n = 0; n < CELLS; n++, i++) {
		v = atomic_load_explicit(
			&c->id[i & (CELLS - 1)], memory_order_relaxed);
		if (v == 0)
			return;
		if (v != id.v)
			continue;
		atomic_store_explicit(&c->id[i & (CELLS - 1)], TOMBSTONE,
			memory_order_release);
		t->tombstones++;
		t->count--;
		neigh_set(t, id, NEIGH_FREE, NULL);
		t->removed_ids[t->nremoved++] = id.v;
		return;
	}
}

void
neigh_reuse(struct neigh_table *t)
{
	while (t->nremoved > 0)
		t->free_ids[t->nfree++] = t->removed_ids[--t->nremoved];
}

uint32_t
neigh_top(const struct neigh_table *t)
{
	return t->top;
}

uint32_t
neigh_count(const struct neigh_table *t)
{
	return t->count;
}
