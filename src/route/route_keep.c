/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a computation need not touch. A link that goes down, or a commit, mostly
 * concerns a few virtual routers; the tables of the others are taken over as
 * they are. The result is the same as that of a computation of everything,
 * since a table depends on nothing but
 *
 *   the addresses and static routes of its virtual router,
 *   the interfaces of those, and those that its next hops name,
 *   the tables that it imports from, and the policies of that.
 *
 * Until the new rib takes the place of the old one, both point at the same
 * memory and it is the old one's (`kept`).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"
#include "route/route_spec_copy.h"

struct keep {
	struct rib *rib;
	const struct rib *old;
	bool *ifl_changed; /* by id */
	bool *changed;     /* by place in rib->spec->vrs */
};

static bool
same_ifl(const struct keep *k, uint16_t id)
{
	const struct route_ifl_spec *a = k->rib->ifl[id], *b = k->old->ifl[id];

	if (a == NULL || b == NULL)
		return a == b;
	return a->vr.v == b->vr.v && a->disabled == b->disabled &&
	       a->loopback == b->loopback &&
	       k->rib->ifl_up[id] == k->old->ifl_up[id];
}

/* A virtual router that has an interface that changed, or had it before. */
static void
mark_interfaces(struct keep *k)
{
	for (unsigned int id = 0; id < IFL_MAX; id++) {
		const struct rib *ribs[2] = {k->rib, k->old};

		k->ifl_changed[id] = !same_ifl(k, (uint16_t)id);
		for (unsigned int i = 0; k->ifl_changed[id] && i < 2; i++) {
			const struct route_ifl_spec *l = ribs[i]->ifl[id];
			uint16_t place =
				l != NULL ? k->rib->vr_place[l->vr.v] : 0;

			if (place > 0)
				k->changed[place - 1] = true;
		}
	}
}

static bool
names_changed_ifl(const struct keep *k, const struct route_vr_spec *vr)
{
	for (size_t i = 0; i < vr->naddrs; i++)
		if (k->ifl_changed[vr->addrs[i].ifl.v])
			return true;
	for (size_t i = 0; i < vr->nstatics; i++)
		for (size_t n = 0; n < vr->statics[i].nnhs; n++)
			if (k->ifl_changed[vr->statics[i].nhs[n].ifl.v])
				return true;
	return false;
}

static bool
vr_changed(const struct keep *k, size_t place)
{
	const struct route_vr_spec *vr = &k->rib->spec->vrs[place];
	uint16_t was = k->old->vr_place[vr->id.v];

	if (was == 0 || names_changed_ifl(k, vr))
		return true;
	if (k->rib->spec == k->old->spec)
		return false;
	/* Policies are not compared: who imports is computed anew. */
	return route_vr_imports(vr) ||
	       route_vr_imports(&k->old->spec->vrs[was - 1]) ||
	       !route_vr_same(vr, &k->old->spec->vrs[was - 1]);
}

/* Who imports from what changed has changed; until nothing is added. */
static int
mark_importers(struct keep *k)
{
	size_t n = k->rib->nvrs;
	bool *is_source = malloc(n + 1), more = true;

	if (is_source == NULL)
		return -ENOMEM;
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			if (k->changed[i] ||
				!route_vr_imports(&k->rib->spec->vrs[i]))
				continue;
			memset(is_source, 0, n);
			import_sources(k->rib, i, is_source);
			for (size_t s = 0; s < n && !k->changed[i]; s++)
				k->changed[i] = is_source[s] && k->changed[s];
			more = more || k->changed[i];
		}
	}
	free(is_source);
	return 0;
}

static void
lend(struct keep *k, size_t place)
{
	for (unsigned int f = 0; f < FAMS; f++) {
		struct route_table *t = &k->rib->tables[place * FAMS + f];
		const char *name = t->vr_name;

		*t = *rib_table(k->old, t->vr, t->family);
		t->vr_name = name;
		t->kept = true;
	}
}

int
rib_keep(struct rib *rib, const struct rib *old)
{
	struct keep k = {.rib = rib, .old = old};
	int rc = -ENOMEM;

	if (old == NULL)
		return 0;
	k.ifl_changed = calloc(IFL_MAX, sizeof(bool));
	k.changed = calloc(rib->nvrs + 1, sizeof(bool));
	if (k.ifl_changed != NULL && k.changed != NULL) {
		mark_interfaces(&k);
		for (size_t i = 0; i < rib->nvrs; i++)
			k.changed[i] = k.changed[i] || vr_changed(&k, i);
		rc = mark_importers(&k);
	}
	for (size_t i = 0; rc == 0 && i < rib->nvrs; i++)
		if (!k.changed[i])
			lend(&k, i);
	free(k.ifl_changed);
	free(k.changed);
	return rc;
}

void
rib_kept_take(struct rib *rib, struct rib *old)
{
	for (size_t i = 0; i < rib->nvrs * FAMS; i++) {
		struct route_table *t = &rib->tables[i];

		if (!t->kept)
			continue;
		/* The old rib, about to be freed, must not free it. */
		rib_table(old, t->vr, t->family)->kept = true;
		t->kept = false;
	}
}
