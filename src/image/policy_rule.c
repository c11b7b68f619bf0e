/* SPDX-License-Identifier: Apache-2.0 */
#include "image/policy_rule.h"

#include <stdlib.h>

#define RANGES 64u /* of one policy and dimension; more: their hull */

static void
hull(struct interval *r, uint32_t *n)
{
	for (uint32_t i = 1; i < *n; i++) {
		r[0].lo = r[i].lo < r[0].lo ? r[i].lo : r[0].lo;
		r[0].hi = r[i].hi > r[0].hi ? r[i].hi : r[0].hi;
	}
	*n = *n > 0;
}

static void
add(struct rule *rule, unsigned int dim, uint32_t lo, uint32_t hi)
{
	rule->r[dim][rule->n[dim]++] = (struct interval){lo, hi};
}

static bool
room(struct rule *rule, unsigned int dim, size_t n)
{
	rule->r[dim] = malloc((n + 1) * sizeof(*rule->r[dim]));
	return rule->r[dim] != NULL;
}

static bool
side4(struct rule *rule, unsigned int dim, const struct range_list *l)
{
	if (!room(rule, dim, (size_t)l->n4 + l->nwild))
		return false;
	if (l->any4 || l->excluded) {
		rule->exact &= !l->excluded;
		add(rule, dim, 0, UINT32_MAX);
		return true;
	}
	for (uint32_t i = 0; i < l->n4; i++)
		add(rule, dim, l->r4[i].lo, l->r4[i].hi);
	for (uint32_t i = 0; i < l->nwild; i++) /* from first to last */
		add(rule, dim, l->wild[i].addr & l->wild[i].mask,
			l->wild[i].addr | ~l->wild[i].mask);
	rule->exact &= l->nwild == 0;
	return true;
}

/* A part means something only where those above it are one value. */
static void
range6(struct rule *rule, unsigned int dim, const struct range6 *r)
{
	bool same = true;

	for (unsigned int i = 0; i < 4; i++) {
		uint32_t lo = address_part(r->lo, i),
			 hi = address_part(r->hi, i);

		if (same) {
			add(rule, dim + i, lo, hi);
			same = lo == hi;
			continue;
		}
		add(rule, dim + i, 0, UINT32_MAX);
		rule->exact &= lo == 0 && hi == UINT32_MAX;
	}
}

static bool
side6(struct rule *rule, unsigned int dim, const struct range_list *l)
{
	for (unsigned int i = 0; i < 4; i++)
		if (!room(rule, dim + i, l->n6))
			return false;
	if (l->any6 || l->excluded) {
		rule->exact &= !l->excluded;
		for (unsigned int i = 0; i < 4; i++)
			add(rule, dim + i, 0, UINT32_MAX);
		return true;
	}
	rule->exact &= l->n6 <= 1;
	for (uint32_t i = 0; i < l->n6; i++)
		range6(rule, dim, &l->r6[i]);
	return true;
}

static bool
applications(struct rule *rule, const struct policy *p)
{
	if (!room(rule, TREE_APP, p->napps))
		return false;
	for (uint32_t i = 0; i < p->napps; i++) {
		const struct app_term_spec *t = &p->apps[i].term;
		uint32_t base = (uint32_t)t->protocol << 16;
		bool icmp = t->protocol == IPP_ICMP || t->protocol == IPP_ICMP6;

		if (p->apps[i].any) {
			rule->exact &= i == 0; /* else the term is not known */
			rule->n[TREE_APP] = 0;
			add(rule, TREE_APP, 0, UINT32_MAX);
			return true;
		}
		if (icmp)
			rule->exact &= t->icmp_type < 0 && t->icmp_code < 0;
		else
			rule->exact &=
				t->sport_lo == 0 && t->sport_hi == UINT16_MAX;
		add(rule, TREE_APP, base | (icmp ? 0 : t->dport_lo),
			base | (icmp ? UINT16_MAX : t->dport_hi));
	}
	return true;
}

bool
rule_init(struct rule *rule, bool v4, const struct policy *p)
{
	bool ok;

	rule->policy = p;
	/* Zones of global policies are no dimension. */
	rule->exact = !p->spec->global;
	ok = applications(rule, p);
	if (v4)
		ok = ok && side4(rule, TREE_SRC, &p->src) &&
		     side4(rule, TREE_DST, &p->dst);
	else
		ok = ok && side6(rule, TREE_SRC, &p->src) &&
		     side6(rule, TREE_DST, &p->dst);
	for (unsigned int d = 0; ok && d < TREE_DIMS; d++) {
		if (rule->n[d] <= RANGES)
			continue;
		hull(rule->r[d], &rule->n[d]);
		rule->exact = false;
	}
	return ok;
}

void
rule_done(struct rule *rule)
{
	for (unsigned int d = 0; d < TREE_DIMS; d++)
		free(rule->r[d]);
}
