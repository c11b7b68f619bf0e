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

/* Everything that `to` takes over from `from`. */
static int
import_table(const struct rib *rib, const struct route_vr_spec *vr,
	struct route_table *to, const struct route_table *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct route_entry copy = from->entries[i];
		struct route_entry *e;

		if (copy.state != ROUTE_ACTIVE || copy.secondary)
			continue;
		if (copy.way == WAY_TABLE && copy.table_vr.v == to->vr.v)
			continue;
		if (!route_policy_chain(
			    rib->spec, vr->imports, vr->nimports, &copy))
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
}

static int
import_vr(struct rib *rib, size_t place)
{
	const struct route_vr_spec *vr = &rib->spec->vrs[place];
	bool *is_source = calloc(rib->nvrs, sizeof(*is_source));
	int rc = 0;

	if (is_source == NULL)
		return -ENOMEM;
	import_sources(rib, place, is_source);
	for (size_t s = 0; s < rib->nvrs; s++)
		for (unsigned int f = 0; f < FAMS && rc == 0; f++)
			if (is_source[s] && s != place)
				rc = import_table(rib, vr,
					&rib->tables[place * FAMS + f],
					&rib->tables[s * FAMS + f]);
	free(is_source);
	return rc;
}

int
rib_import(struct rib *rib)
{
	/* First all copies, from one state of all tables; then the order. */
	for (size_t i = 0; i < rib->nvrs; i++) {
		if (rib->spec->vrs[i].nimports == 0 ||
			rib->tables[i * FAMS].kept)
			continue;
		drop_secondaries(&rib->tables[i * FAMS + FAM4]);
		drop_secondaries(&rib->tables[i * FAMS + FAM6]);
		if (import_vr(rib, i) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (rib->spec->vrs[i / FAMS].nimports > 0 &&
			!rib->tables[i].kept && table_sort(&rib->tables[i]) < 0)
			return -ENOMEM;
	return 0;
}
