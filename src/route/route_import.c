/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [RT-8]: instance-import takes the active routes of both
 * families from every instance that the policies name in `from instance`, runs
 * them through the policies and adds the accepted ones to the tables of the
 * importing instance as secondary routes. They keep their protocol, next hop
 * and interface. Without a protocol condition that includes Local routes, so
 * that the far side's own addresses answer here too [RT-10]. Routes that are
 * themselves imported are not imported again.
 *
 * A rib-group copies the active routes of certain protocols of one table into
 * others, unless its policy rejects them [RT-16].
 *
 * What we do: the same; the importing instance itself is never a source, and
 * a next-table route that would point back into the table that imports it is
 * left out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_policy.h"
#include "route/route_rib_impl.h"

/* The instances that a policy names, subroutines included. */
static void
policy_sources(const struct rib *rib, uint32_t policy, unsigned int depth,
	bool *is_source)
{
	const struct route_policy_spec *p = &rib->spec->policies[policy];

	for (size_t i = 0; i < p->n; i++) {
		const struct route_term_spec *t = &p->terms[i];

		for (size_t k = 0; k < t->ninstances; k++) {
			uint16_t vr = t->instances[k].v;
			uint16_t place = vr < VR_MAX ? rib->vr_place[vr] : 0;

			if (place > 0)
				is_source[place - 1] = true;
		}
		for (size_t k = 0; k < t->npolicies; k++)
			if (depth < ROUTE_POLICY_DEPTH)
				policy_sources(rib, t->policies[k], depth + 1,
					is_source);
	}
}

static void
drop_secondaries(struct route_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!t->entries[i].secondary)
			t->entries[n++] = t->entries[i];
	t->n = t->nfront = n;
}

/* What is taken over from one table. */
struct taking {
	const struct rib *rib;
	const uint32_t *chain;
	size_t n;
	bool accept;        /* what no policy decides about */
	uint32_t protocols; /* bits */
};

static bool
wanted(const struct taking *t, const struct route_table *to,
	struct route_entry *e)
{
	if (e->state != ROUTE_ACTIVE || e->secondary ||
		(t->protocols >> e->proto & 1) == 0)
		return false;
	if (e->way == WAY_TABLE && e->table_vr.v == to->vr.v)
		return false;
	return route_policy_run(t->rib->spec, t->chain, t->n, t->accept, e);
}

static int
import_table(const struct taking *t, struct route_table *to,
	const struct route_table *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct route_entry copy = from->entries[i];
		struct route_entry *e;

		if (!wanted(t, to, &copy))
			continue;
		e = table_add(to);
		if (e == NULL)
			return -ENOMEM;
		*e = copy;
		e->secondary = true;
		e->state = ROUTE_INACTIVE;
	}
	return 0;
}

void
import_sources(const struct rib *rib, size_t place, bool *is_source)
{
	const struct route_vr_spec *vr = &rib->spec->vrs[place];

	for (size_t i = 0; i < vr->nimports; i++)
		policy_sources(rib, vr->imports[i], 0, is_source);
	for (size_t i = 0; i < vr->ncopies; i++)
		is_source[rib->vr_place[vr->copies[i].from.v] - 1] = true;
}

static int
import_copies(struct rib *rib, const struct route_vr_spec *vr)
{
	int rc = 0;

	for (size_t i = 0; i < vr->ncopies && rc == 0; i++) {
		const struct route_copy_spec *c = &vr->copies[i];
		struct taking t = {
			rib, c->policies, c->npolicies, true, c->protocols};

		rc = import_table(&t, rib_table(rib, vr->id, c->family),
			rib_table(rib, c->from, c->family));
	}
	return rc;
}

static int
import_vr(struct rib *rib, size_t place)
{
	const struct route_vr_spec *vr = &rib->spec->vrs[place];
	struct taking t = {rib, vr->imports, vr->nimports, false, UINT32_MAX};
	bool *is_source = calloc(rib->nvrs, sizeof(*is_source));
	int rc = 0;

	if (is_source == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < vr->nimports; i++)
		policy_sources(rib, vr->imports[i], 0, is_source);
	for (size_t s = 0; s < rib->nvrs; s++)
		for (unsigned int f = 0; f < FAMS && rc == 0; f++)
			if (is_source[s] && s != place)
				rc = import_table(&t,
					&rib->tables[place * FAMS + f],
					&rib->tables[s * FAMS + f]);
	free(is_source);
	return rc == 0 ? import_copies(rib, vr) : rc;
}

int
rib_import(struct rib *rib)
{
	/* First all copies, from one state of all tables; then the order. */
	for (size_t i = 0; i < rib->nvrs; i++) {
		if (!route_vr_imports(&rib->spec->vrs[i]) ||
			rib->tables[i * FAMS].kept)
			continue;
		drop_secondaries(&rib->tables[i * FAMS + FAM4]);
		drop_secondaries(&rib->tables[i * FAMS + FAM6]);
		if (import_vr(rib, i) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (route_vr_imports(&rib->spec->vrs[i / FAMS]) &&
			!rib->tables[i].kept && table_sort(&rib->tables[i]) < 0)
			return -ENOMEM;
	return 0;
}
