/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new rib takes over from the one it replaces: the age of entries that
 * say the same as before (an entry that only became active or inactive keeps
 * its age [RT-14]), and frozen forwarding tables whose rows are the same.
 */
#include "route/route_rib_impl.h"

static bool
same_nhs(const struct route_entry *a, const struct route_entry *b)
{
	if (a->nnhs != b->nnhs)
		return false;
	for (uint32_t i = 0; i < a->nnhs; i++)
		if (a->nhs[i].ifl.v != b->nhs[i].ifl.v ||
			!ip_addr_equal(&a->nhs[i].gateway, &b->nhs[i].gateway))
			return false;
	return true;
}

static bool
same_entry(const struct route_entry *a, const struct route_entry *b)
{
	return a->proto == b->proto && a->way == b->way &&
	       (a->state == ROUTE_HIDDEN) == (b->state == ROUTE_HIDDEN) &&
	       a->secondary == b->secondary &&
	       a->primary_vr.v == b->primary_vr.v &&
	       a->preference == b->preference &&
	       a->has_metric == b->has_metric && a->metric == b->metric &&
	       a->has_tag == b->has_tag && a->tag == b->tag &&
	       a->no_install == b->no_install && a->resolve == b->resolve &&
	       a->table_vr.v == b->table_vr.v && same_nhs(a, b);
}

/* Both tables are sorted: walk them side by side, prefix by prefix. */
static void
carry_ages(struct route_table *t, const struct route_table *old)
{
	size_t first = 0; /* of old's entries of the current prefix */

	for (size_t i = 0; i < t->n; i++) {
		struct route_entry *e = &t->entries[i];

		while (first < old->n &&
			ip_prefix_cmp(&old->entries[first].prefix, &e->prefix) <
				0)
			first++;
		for (size_t k = first;
			k < old->n &&
			ip_prefix_cmp(&old->entries[k].prefix, &e->prefix) == 0;
			k++)
			if (same_entry(e, &old->entries[k])) {
				e->since_ms = old->entries[k].since_ms;
				break;
			}
	}
}

static bool
same_rows(const struct route_table *a, const struct route_table *b)
{
	if (a->nrows != b->nrows || (a->n == 0) != (b->n == 0))
		return false;
	for (size_t i = 0; i < a->nrows; i++)
		if (ip_prefix_cmp(&a->rows[i].prefix, &b->rows[i].prefix) !=
				0 ||
			a->rows[i].nexthop != b->rows[i].nexthop ||
			a->rows[i].to_vr.v != b->rows[i].to_vr.v ||
			a->rows[i].installed != b->rows[i].installed)
			return false;
	return true;
}

void
rib_carry(struct rib *rib, const struct rib *old, uint64_t now_ms)
{
	for (size_t i = 0; i < rib->nvrs * FAMS; i++) {
		struct route_table *t = &rib->tables[i];
		const struct route_table *was =
			old ? rib_table(old, t->vr, t->family) : NULL;

		if (t->kept)
			continue;
		for (size_t k = 0; k < t->n; k++)
			t->entries[k].since_ms = now_ms;
		if (was == NULL)
			continue;
		carry_ages(t, was);
		if (was->fib != NULL && same_rows(t, was)) {
			t->fib = was->fib;
			t->fib->refs++;
		}
	}
}
