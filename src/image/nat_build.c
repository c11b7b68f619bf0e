/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From nat_spec to the index that nat_match.c asks. Everything the packet path
 * relies on is checked here: places and ids in range, each pair of ends once.
 */
#include "image/nat_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ID_MAX (1u << 24) /* of rules and pools */

/* ---- what a rule asks ---- */

static int
ranges_copy(struct range_list *l, const struct addr_range *r, size_t n)
{
	l->r4 = calloc(n + 1, sizeof(*l->r4));
	l->r6 = calloc(n + 1, sizeof(*l->r6));
	if (l->r4 == NULL || l->r6 == NULL)
		return -ENOMEM;
	l->any4 = l->any6 = n == 0;
	for (size_t i = 0; i < n; i++) {
		if (r[i].lo.family != r[i].hi.family)
			return -EINVAL;
		if (r[i].lo.family == IP_V4) {
			l->r4[l->n4].lo = ntohl(r[i].lo.v4_be);
			l->r4[l->n4++].hi = ntohl(r[i].hi.v4_be);
		} else {
			memcpy(l->r6[l->n6].lo, r[i].lo.b, 16);
			memcpy(l->r6[l->n6++].hi, r[i].hi.b, 16);
		}
	}
	return 0;
}

static int
apps_copy(const struct image_spec *s, struct nat_test *t)
{
	const struct nat_rule_spec *r = t->spec;
	size_t n = 0;

	for (size_t i = 0; i < r->napps; i++) {
		if (r->apps[i] >= s->napps)
			return -EINVAL;
		n += s->apps[r->apps[i]].n + 1;
	}
	t->apps = calloc(n + 1, sizeof(*t->apps));
	if (t->apps == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < r->napps; i++) {
		const struct app_spec *a = &s->apps[r->apps[i]];

		if (a->any)
			t->apps[t->napps++].any = true;
		for (size_t j = 0; !a->any && j < a->n; j++)
			t->apps[t->napps++].term = a->terms[j];
	}
	return 0;
}

/* The way out: the inside stands where the destination was. */
static int
inside_copy(struct nat_test *t)
{
	const struct nat_rule_spec *r = t->spec;
	struct addr_range inside;

	t->sports = r->sports;
	t->nsports = r->nsports;
	t->dports = r->dports;
	t->ndports = r->ndports;
	if (r->mapped.lo != 0) {
		t->mapped = r->mapped;
		t->dports = &t->mapped;
		t->ndports = 1;
	}
	memset(&inside, 0, sizeof(inside));
	if (r->action == NAT_INET) { /* any address of the other family */
		inside.lo.family = inside.hi.family =
			r->dst[0].lo.family == IP_V4 ? IP_V6 : IP_V4;
		memset(inside.hi.b, 0xff,
			inside.lo.family == IP_V4 ? 4 : sizeof(inside.hi.b));
	} else {
		struct ip_prefix net = ip_prefix_network(&r->prefix);

		inside.lo = net.addr;
		inside.hi = ip_prefix_last(&net);
	}
	return ranges_copy(&t->dst, &inside, 1);
}

static int
test_build(const struct image_spec *s, const struct nat_rule_spec *r,
	bool reverse, struct nat_test *t)
{
	int rc;

	t->spec = r;
	rc = ranges_copy(&t->src, r->src, r->nsrc);
	if (rc == 0)
		rc = apps_copy(s, t);
	if (rc != 0)
		return rc;
	if (reverse)
		return inside_copy(t);
	t->sports = r->sports;
	t->nsports = r->nsports;
	t->dports = r->dports;
	t->ndports = r->ndports;
	return ranges_copy(&t->dst, r->dst, r->ndst);
}

static void
test_done(struct nat_test *t)
{
	free(t->src.r4);
	free(t->src.r6);
	free(t->dst.r4);
	free(t->dst.r6);
	free(t->apps);
}

/* ---- trees ---- */

/*
 * A tree cuts lists of policies; here the rules stand as policies. The terms
 * may say less than the rule does, never more.
 */
static const struct policy_spec plain;
/* Zones of global policies are not in the tree: "look closer". */
static const struct policy_spec vague = {.global = true};
static const struct nat_ports any_port[] = {{0, UINT16_MAX}};
static const uint8_t with_ports[] = {IPP_TCP, IPP_UDP, IPP_SCTP};

static struct app_match
term_of(const struct nat_test *t, uint8_t protocol, const struct nat_ports *d)
{
	/* Source ports are no dimension: any exception says "look closer". */
	return (struct app_match){.term = {.protocol = protocol,
					  .icmp_type = -1,
					  .icmp_code = -1,
					  .sport_lo = t->nsports > 0,
					  .sport_hi = UINT16_MAX,
					  .dport_lo = d->lo,
					  .dport_hi = d->hi}};
}

static bool
policy_apps(const struct nat_test *t, struct policy *p)
{
	const struct nat_rule_spec *r = t->spec;
	bool ports = t->nsports > 0 || t->ndports > 0;
	const uint8_t *protocols =
		r->nprotocols > 0 ? r->protocols : with_ports;
	size_t np = r->nprotocols > 0 ? r->nprotocols : sizeof(with_ports);
	const struct nat_ports *d = t->ndports > 0 ? t->dports : any_port;
	size_t nd = t->ndports > 0 ? t->ndports : 1;

	p->apps = calloc(np * nd + t->napps + 1, sizeof(*p->apps));
	if (p->apps == NULL)
		return false;
	if (t->napps > 0) {
		memcpy(p->apps, t->apps, t->napps * sizeof(*p->apps));
		p->napps = t->napps;
	} else if (!ports && r->nprotocols == 0) {
		p->apps[p->napps++].any = true;
	} else {
		/* Who asks for ports means no protocol without. */
		for (size_t i = 0; i < np; i++)
			for (size_t j = 0; j < nd; j++)
				if (!ports || nat_has_ports(protocols[i]))
					p->apps[p->napps++] =
						term_of(t, protocols[i], &d[j]);
	}
	return true;
}

static int
tree_build(const struct nat_side *side, const struct nat_set_spec *set,
	unsigned int which, struct policy_tree *ret)
{
	static const struct {
		enum ip_family src, dst;
	} of[NAT_TREES] = {
		{IP_V4, IP_V4}, {IP_V6, IP_V6}, {IP_V4, IP_V6}, {IP_V6, IP_V4}};
	struct policy *p = calloc((size_t)set->n + 1, sizeof(*p));
	uint32_t *order = calloc((size_t)set->n + 1, sizeof(*order));
	int rc = p == NULL || order == NULL ? -ENOMEM : 0;
	bool mixed = of[which].src != of[which].dst;
	uint32_t n = 0;

	for (uint32_t i = 0; rc == 0 && i < set->n; i++) {
		const struct nat_test *t = &side->tests[set->first + i];
		bool reach = of[which].dst == IP_V4
				     ? t->dst.any4 || t->dst.n4 > 0
				     : t->dst.any6 || t->dst.n6 > 0;

		if (!reach)
			continue;
		order[n] = n;
		p[n].place = set->first + i;
		p[n].spec = &plain;
		p[n].src = t->src;
		p[n].dst = t->dst;
		if (mixed)
			p[n].dst.any4 = p[n].dst.any6 = true;
		if (mixed || side->reverse ||
			(t->napps > 0 &&
				t->nsports + t->ndports + t->spec->nprotocols >
					0))
			p[n].spec = &vague;
		if (!policy_apps(t, &p[n]))
			rc = -ENOMEM;
		n++;
	}
	if (rc == 0)
		rc = policy_tree_build(ret, of[which].src, p, order, n);
	for (uint32_t i = 0; p != NULL && i < set->n; i++)
		free(p[i].apps);
	free(p);
	free(order);
	return rc;
}

/* ---- ends ---- */

static int
context_add(struct nat_side *side, uint64_t key, uint32_t set)
{
	uint32_t *head = &side->hash[nat_context_hash(key) & side->mask];

	for (uint32_t i = *head; i != UINT32_MAX; i = side->contexts[i].next)
		if (side->contexts[i].key == key)
			return -EINVAL;
	side->contexts[side->ncontexts] = (struct nat_context){key, set, *head};
	*head = side->ncontexts++;
	return 0;
}

static int
set_contexts(struct nat_side *side, const struct nat_set_spec *set, uint32_t at)
{
	bool one = set->to.kind == NAT_END_NONE;
	int rc = 0;

	side->kinds |= 1u << (set->from.kind * 4 + set->to.kind);
	for (size_t i = 0; rc == 0 && i < set->from.n; i++)
		for (size_t j = 0; rc == 0 && j < (one ? 1 : set->to.n); j++)
			rc = context_add(side,
				nat_context_key(set->from.kind,
					set->from.ids[i], set->to.kind,
					one ? 0 : set->to.ids[j]),
				at);
	return rc;
}

static int
contexts_build(struct nat_side *side, const struct nat_set_spec *sets)
{
	size_t n = 0, size = 16;
	int rc = 0;

	for (size_t i = 0; i < side->nsets; i++)
		n += sets[i].from.n *
		     (sets[i].to.kind == NAT_END_NONE ? 1 : sets[i].to.n);
	while (size < 2 * n)
		size *= 2;
	side->mask = (uint32_t)size - 1;
	side->hash = malloc(size * sizeof(*side->hash));
	side->contexts = calloc(n + 1, sizeof(*side->contexts));
	if (side->hash == NULL || side->contexts == NULL)
		return -ENOMEM;
	memset(side->hash, 0xff, size * sizeof(*side->hash));
	for (size_t i = 0; rc == 0 && i < side->nsets; i++)
		rc = set_contexts(side, &sets[i], (uint32_t)i);
	return rc;
}

/* ---- sides ---- */

static bool
rule_sound(const struct image_spec *s, enum nat_kind kind,
	const struct nat_rule_spec *r)
{
	const struct nat_spec *n = &s->nat;

	if (r->id == 0 || r->id >= ID_MAX || r->set >= n->nsets[kind])
		return false;
	if (kind == NAT_STATIC)
		return r->ndst == 1 &&
		       (r->action == NAT_INET || r->action == NAT_PREFIX ||
			       r->action == NAT_NPTV6) &&
		       (r->mapped.lo == 0 || r->ndports == 1);
	if (r->action == NAT_POOL)
		return r->pool < n->npools && n->pools[r->pool].kind == kind;
	return r->action == NAT_OFF ||
	       (r->action == NAT_INTERFACE && kind == NAT_SOURCE);
}

static bool
sets_sound(const struct nat_spec *n, enum nat_kind kind)
{
	size_t at = 0;

	for (size_t i = 0; i < n->nsets[kind]; i++) {
		const struct nat_set_spec *set = &n->sets[kind][i];

		if (set->first != at || set->n > n->nrules[kind] - at ||
			set->from.kind == NAT_END_NONE ||
			(set->to.kind != NAT_END_NONE) != (kind == NAT_SOURCE))
			return false;
		at += set->n;
	}
	return at == n->nrules[kind];
}

static int
side_build(const struct image_spec *s, enum nat_kind kind, bool reverse,
	bool mixed, struct nat_side *side)
{
	const struct nat_spec *n = &s->nat;
	int rc = sets_sound(n, kind) ? 0 : -EINVAL;

	side->tests = calloc(n->nrules[kind] + 1, sizeof(*side->tests));
	side->sets = calloc(n->nsets[kind] + 1, sizeof(*side->sets));
	if (side->tests == NULL || side->sets == NULL)
		return -ENOMEM;
	side->reverse = reverse;
	side->ntests = n->nrules[kind];
	side->nsets = n->nsets[kind];
	for (size_t i = 0; rc == 0 && i < side->ntests; i++) {
		const struct nat_rule_spec *r = &n->rules[kind][i];

		rc = !rule_sound(s, kind, r)
			     ? -EINVAL
			     : test_build(s, r, reverse, &side->tests[i]);
	}
	if (rc == 0)
		rc = contexts_build(side, n->sets[kind]);
	for (size_t i = 0; rc == 0 && i < side->nsets; i++)
		for (unsigned int t = 0; rc == 0 && t < NAT_TREES; t++)
			if (mixed || t < NAT_TREE_46)
				rc = tree_build(side, &n->sets[kind][i], t,
					&side->sets[i].tree[t]);
	return rc;
}

static void
side_done(struct nat_side *side)
{
	for (size_t i = 0; i < side->ntests; i++)
		test_done(&side->tests[i]);
	for (size_t i = 0; i < side->nsets; i++)
		for (unsigned int t = 0; t < NAT_TREES; t++)
			policy_tree_done(&side->sets[i].tree[t]);
	free(side->tests);
	free(side->sets);
	free(side->contexts);
	free(side->hash);
}

/* ---- by id ---- */

static int
rules_by_id(const struct nat_spec *n, enum nat_kind kind, struct nat_index *ni)
{
	uint32_t top = 0;

	for (size_t i = 0; i < n->nrules[kind]; i++)
		if (n->rules[kind][i].id > top)
			top = n->rules[kind][i].id;
	ni->rule_by_id[kind] =
		calloc((size_t)top + 1, sizeof(*ni->rule_by_id[kind]));
	if (ni->rule_by_id[kind] == NULL)
		return -ENOMEM;
	ni->nrule_by_id[kind] = top + 1;
	for (size_t i = 0; i < n->nrules[kind]; i++)
		ni->rule_by_id[kind][n->rules[kind][i].id] = &n->rules[kind][i];
	return 0;
}

static int
pools_by_id(const struct nat_spec *n, struct nat_index *ni)
{
	uint32_t top = 0;

	for (size_t i = 0; i < n->npools; i++) {
		if (n->pools[i].id == 0 || n->pools[i].id >= ID_MAX ||
			(n->pools[i].overflow == OVERFLOW_POOL &&
				n->pools[i].overflow_pool >= n->npools))
			return -EINVAL;
		if (n->pools[i].id > top)
			top = n->pools[i].id;
	}
	ni->pool_by_id = calloc((size_t)top + 1, sizeof(*ni->pool_by_id));
	if (ni->pool_by_id == NULL)
		return -ENOMEM;
	ni->npool_by_id = top + 1;
	for (size_t i = 0; i < n->npools; i++)
		ni->pool_by_id[n->pools[i].id] = &n->pools[i];
	return 0;
}

/* Can a source and a destination be of two families? */
static bool
two_families(const struct nat_spec *n)
{
	for (size_t i = 0; i < n->nrules[NAT_STATIC]; i++) {
		const struct nat_rule_spec *r = &n->rules[NAT_STATIC][i];

		if (r->action == NAT_INET ||
			(r->ndst > 0 &&
				r->prefix.addr.family != r->dst[0].lo.family))
			return true;
	}
	return false;
}

int
nat_index_build(const struct image_spec *spec, struct nat_index **ret)
{
	const struct nat_spec *n = &spec->nat;
	bool mixed = two_families(n);
	struct nat_index *ni;
	int rc;

	*ret = NULL;
	if (n->npools + n->nrules[NAT_SOURCE] + n->nrules[NAT_DESTINATION] +
			n->nrules[NAT_STATIC] ==
		0)
		return 0;
	ni = calloc(1, sizeof(*ni));
	if (ni == NULL)
		return -ENOMEM;
	rc = pools_by_id(n, ni);
	for (unsigned int k = 0; rc == 0 && k < NAT_KINDS; k++) {
		rc = side_build(spec, k, false, mixed, &ni->forward[k]);
		if (rc == 0)
			rc = rules_by_id(n, k, ni);
	}
	if (rc == 0)
		rc = side_build(spec, NAT_STATIC, true, mixed, &ni->reverse);
	if (rc != 0) {
		nat_index_free(ni);
		return rc;
	}
	*ret = ni;
	return 0;
}

void
nat_index_free(struct nat_index *ni)
{
	if (ni == NULL)
		return;
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		side_done(&ni->forward[k]);
		free(ni->rule_by_id[k]);
	}
	side_done(&ni->reverse);
	free(ni->pool_by_id);
	free(ni);
}
