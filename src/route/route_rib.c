/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One computation from beginning to end, and its exchange for the one before;
 * the steps are in the files that route_rib_impl.h lists. What fails leaves
 * the database as it was.
 */
#include "route/route_rib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"
#include "route/route_spec_copy.h"

/*
 * A route found through a route found through ... needs one round each. Two
 * tables could in theory answer each other for ever (an import that takes away
 * its own reason); then the last round stands.
 */
#define ROUNDS_MAX 32

/* Blocks grow with the table: most have a route or two. */
#define ARENA_BLOCK_MIN ((size_t)192)
#define ARENA_BLOCK_MAX ((size_t)64 << 10)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(16) char data[];
};

void *
table_alloc(struct route_table *t, size_t bytes)
{
	struct arena_block *b = t->arena;
	size_t size = b != NULL ? b->size * 2 : ARENA_BLOCK_MIN;
	void *p;

	bytes = (bytes + 15) & ~(size_t)15;
	if (b == NULL || b->size - b->used < bytes) {
		if (size > ARENA_BLOCK_MAX)
			size = ARENA_BLOCK_MAX;
		if (size < bytes)
			size = bytes;
		b = malloc(sizeof(*b) + size);
		if (b == NULL)
			return NULL;
		*b = (struct arena_block){t->arena, 0, size};
		t->arena = b;
	}
	p = b->data + b->used;
	b->used += bytes;
	return p;
}

struct route_entry *
table_add(struct route_table *t)
{
	struct route_entry *e = t->entries;
	size_t size = t->size ? t->size * 2 : 8;

	if (t->n == t->size) {
		e = realloc(e, size * sizeof(*e));
		if (e == NULL)
			return NULL;
		t->entries = e;
		t->size = size;
	}
	e = &t->entries[t->n++];
	memset(e, 0, sizeof(*e));
	e->state = ROUTE_INACTIVE;
	return e;
}

struct route_table *
rib_table(const struct rib *rib, struct vr_id vr, enum ip_family family)
{
	uint16_t place = vr.v < VR_MAX ? rib->vr_place[vr.v] : 0;

	if (place == 0 || ip_family_bits(family) == 0)
		return NULL;
	return &rib->tables[(place - 1u) * FAMS + fam_of(family)];
}

bool
rib_ifl_up(const struct rib *rib, struct ifl_id ifl)
{
	return ifl.v < IFL_MAX && rib->ifl[ifl.v] != NULL &&
	       !rib->ifl[ifl.v]->disabled && rib->ifl_up[ifl.v];
}

static void
table_done(struct route_table *t)
{
	struct arena_block *next;

	if (t->kept)
		return;
	free(t->entries);
	free(t->rows);
	free(t->heads);
	free(t->parent);
	fib_table_put(t->fib);
	for (struct arena_block *b = t->arena; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

static void
rib_free(struct rib *rib)
{
	if (rib == NULL)
		return;
	for (size_t i = 0; rib->tables != NULL && i < rib->nvrs * FAMS; i++)
		table_done(&rib->tables[i]);
	free(rib->tables);
	free(rib->ifl);
	free(rib->vr_place);
	free(rib->order);
	free(rib);
}

/* Empty tables for every virtual router of the specification. */
static struct rib *
rib_create(const struct route_spec *spec, const bool *ifl_up)
{
	struct rib *rib = calloc(1, sizeof(*rib));

	if (rib == NULL)
		return NULL;
	rib->spec = spec;
	rib->ifl_up = ifl_up;
	rib->nvrs = spec->nvrs;
	rib->tables = calloc(spec->nvrs * FAMS + 1, sizeof(*rib->tables));
	rib->order = calloc(spec->nvrs * FAMS + 1, sizeof(*rib->order));
	rib->ifl = calloc(IFL_MAX, sizeof(struct route_ifl_spec *));
	rib->vr_place = calloc(VR_MAX, sizeof(*rib->vr_place));
	if (!rib->tables || !rib->order || !rib->ifl || !rib->vr_place) {
		rib_free(rib);
		return NULL;
	}
	for (size_t i = 0; i < spec->nifls; i++)
		rib->ifl[spec->ifls[i].id.v] = &spec->ifls[i];
	for (size_t i = 0; i < spec->nvrs; i++) {
		rib->vr_place[spec->vrs[i].id.v] = (uint16_t)(i + 1);
		for (unsigned int f = 0; f < FAMS; f++) {
			struct route_table *t = &rib->tables[i * FAMS + f];

			t->vr = spec->vrs[i].id;
			t->family = f == FAM4 ? IP_V4 : IP_V6;
			t->vr_name = spec->vrs[i].name;
		}
	}
	return rib;
}

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* Everything that another table, or a gateway, may depend on. */
static uint64_t
table_signature(const struct route_table *t)
{
	uint64_t h = t->n;

	for (size_t i = 0; i < t->n; i++) {
		const struct route_entry *e = &t->entries[i];

		h = mix(h, e->prefix.addr.q[0]);
		h = mix(h, e->prefix.addr.q[1]);
		h = mix(h, (uint64_t)e->prefix.len << 32 |
				   (uint64_t)e->proto << 24 |
				   (uint64_t)e->way << 16 |
				   (uint64_t)e->state << 8 | e->secondary);
		h = mix(h, (uint64_t)e->preference << 32 | e->metric);
		h = mix(h, (uint64_t)e->tag << 32 |
				   (uint64_t)e->primary_vr.v << 16 |
				   e->table_vr.v);
		for (uint32_t k = 0; k < e->nnhs; k++) {
			h = mix(h, e->nhs[k].gateway.q[0]);
			h = mix(h, e->nhs[k].gateway.q[1]);
			h = mix(h, e->nhs[k].ifl.v);
		}
	}
	return h;
}

static int
round_once(struct rib *rib, bool *changed)
{
	*changed = false;
	if (rib_import(rib) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < rib->nvrs * FAMS; i++) {
		struct route_table *t = &rib->tables[i];
		uint64_t signature;

		if (t->kept)
			continue;
		if (table_resolve(rib, t) < 0)
			return -ENOMEM;
		signature = table_signature(t);
		*changed = *changed || signature != t->signature;
		t->signature = signature;
	}
	return 0;
}

static int
table_order(const void *va, const void *vb)
{
	const struct route_table *a = *(struct route_table *const *)va;
	const struct route_table *b = *(struct route_table *const *)vb;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if ((a->vr.v == 0) != (b->vr.v == 0))
		return a->vr.v == 0 ? -1 : 1;
	return strcmp(a->vr_name, b->vr_name);
}

static int
rib_fill(struct rib *rib)
{
	bool changed = true;

	for (size_t i = 0; i < rib->nvrs; i++)
		if (!rib->tables[i * FAMS].kept && native_build(rib, i) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (!rib->tables[i].kept && table_sort(&rib->tables[i]) < 0)
			return -ENOMEM;
	for (int round = 0; round < ROUNDS_MAX && changed; round++)
		if (round_once(rib, &changed) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (rib->tables[i].n > 0)
			rib->order[rib->norder++] = &rib->tables[i];
	if (rib->norder > 0)
		qsort(rib->order, rib->norder, sizeof(struct route_table *),
			table_order);
	return 0;
}

/* Compute anew and exchange; spec and ifl_up must outlive the rib. */
static int
compute(struct route_db *db, const struct route_spec *spec, const bool *ifl_up,
	uint64_t now_ms)
{
	struct rib *rib = rib_create(spec, ifl_up);

	if (rib == NULL)
		return -ENOMEM;
	if (rib_keep(rib, db->rib) < 0) {
		rib_free(rib);
		return -ENOMEM;
	}
	nexthop_begin(db->nexthops);
	if (rib_fill(rib) < 0 || fib_build(rib, db->nexthops) < 0) {
		nexthop_abort(db->nexthops);
		rib_free(rib);
		return -ENOMEM;
	}
	nexthop_commit(db->nexthops);
	rib_carry(rib, db->rib, now_ms);
	rib_kept_take(rib, db->rib);
	rib_free(db->rib);
	db->rib = rib;
	return 0;
}

static bool *
links_copy(const bool *ifl_up, const struct route_spec *spec)
{
	bool *copy = calloc(IFL_MAX, sizeof(*copy));

	for (size_t i = 0; copy != NULL && i < spec->nifls; i++) {
		uint16_t id = spec->ifls[i].id.v;

		copy[id] = ifl_up == NULL || ifl_up[id];
	}
	return copy;
}

int
route_db_apply(struct route_db *db, const struct route_spec *spec,
	const bool *ifl_up, uint64_t now_ms, struct report *report)
{
	struct route_spec *copy;
	bool *up;
	int rc = route_check(spec, report);

	if (rc < 0)
		return rc;
	copy = route_spec_copy(spec);
	up = links_copy(ifl_up, spec);
	rc = copy != NULL && up != NULL ? compute(db, copy, up, now_ms)
					: -ENOMEM;
	if (rc < 0) {
		route_spec_free(copy);
		free(up);
		return rc;
	}
	route_spec_free(db->spec);
	free(db->ifl_up);
	db->spec = copy;
	db->ifl_up = up;
	return 0;
}

int
route_db_links(struct route_db *db, const bool *ifl_up, uint64_t now_ms)
{
	bool *up = links_copy(ifl_up, db->spec);
	int rc;

	if (up != NULL && memcmp(up, db->ifl_up, IFL_MAX * sizeof(*up)) == 0) {
		free(up);
		return 0;
	}
	rc = up != NULL ? compute(db, db->spec, up, now_ms) : -ENOMEM;
	if (rc < 0) {
		free(up);
		return rc;
	}
	free(db->ifl_up);
	db->ifl_up = up;
	return 0;
}

struct route_db *
route_db_create(void)
{
	static const struct route_spec nothing;
	struct route_db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		return NULL;
	db->nexthops = nexthop_set_create();
	if (db->nexthops == NULL ||
		route_db_apply(db, &nothing, NULL, 0, NULL) < 0) {
		route_db_free(db);
		return NULL;
	}
	return db;
}

void
route_db_free(struct route_db *db)
{
	if (db == NULL)
		return;
	rib_free(db->rib);
	route_spec_free(db->spec);
	free(db->ifl_up);
	nexthop_set_free(db->nexthops);
	free(db);
}
