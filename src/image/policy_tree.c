/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of the space is a box: an interval in every dimension. To cut it, each
 * dimension offers the median of the range ends inside the box; the one whose
 * larger half keeps the fewest policies is taken, if that is worth the copies
 * of those that lie on both sides. A policy that covers a whole box ends its
 * list there: what comes after it is never reached.
 */
#include "image/policy_tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image_impl.h"

#define LEAF    4u /* not cut any more */
#define DEPTH   40u
#define SAMPLES 256u /* range ends looked at to find a median */
#define RANGES  64u  /* of one policy and dimension; more: their hull */
#define COPIES  12u  /* list entries per policy */

struct interval {
	uint64_t lo, hi;
};

/* What one policy needs in each dimension. n = 0: nothing matches. */
struct rule {
	struct interval *r[TREE_DIMS];
	uint32_t n[TREE_DIMS];
	uint32_t place;
	bool exact; /* the dimensions say all: no exclusion, source port ... */
};

struct box {
	struct interval d[TREE_DIMS];
};

struct builder {
	struct policy_tree *t;
	struct rule *rules;
	size_t nodes_size, lists_size;
	uint64_t entries, entries_max;
	unsigned int dims;
	bool failed;
};

/* ---- rules ---- */

static uint64_t
half(const uint8_t *b)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

static void
hull(struct interval *r, uint32_t *n)
{
	for (uint32_t i = 1; i < *n; i++) {
		r[0].lo = r[i].lo < r[0].lo ? r[i].lo : r[0].lo;
		r[0].hi = r[i].hi > r[0].hi ? r[i].hi : r[0].hi;
	}
	*n = *n > 0;
}

/* false: the ranges say more than the intervals do. */
static bool
add(struct rule *rule, unsigned int dim, uint64_t lo, uint64_t hi)
{
	rule->r[dim][rule->n[dim]++] = (struct interval){lo, hi};
	return true;
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
	if (!room(rule, dim, l->n4 + l->nwild))
		return false;
	if (l->any4 || l->excluded) {
		rule->exact &= !l->excluded;
		return add(rule, dim, 0, UINT32_MAX);
	}
	for (uint32_t i = 0; i < l->n4; i++)
		add(rule, dim, l->r4[i].lo, l->r4[i].hi);
	for (uint32_t i = 0; i < l->nwild; i++) /* from first to last */
		add(rule, dim, l->wild[i].addr & l->wild[i].mask,
			l->wild[i].addr | ~l->wild[i].mask);
	rule->exact &= l->nwild == 0;
	return true;
}

/* The lower half means something only where the upper half is one value. */
static bool
side6(struct rule *rule, unsigned int dim, unsigned int low,
	const struct range_list *l)
{
	if (!room(rule, dim, l->n6) || !room(rule, low, l->n6))
		return false;
	if (l->any6 || l->excluded) {
		rule->exact &= !l->excluded;
		return add(rule, dim, 0, UINT64_MAX) &&
		       add(rule, low, 0, UINT64_MAX);
	}
	rule->exact &= l->n6 == 1;
	for (uint32_t i = 0; i < l->n6; i++) {
		const struct range6 *r = &l->r6[i];
		uint64_t lo = half(r->lo), hi = half(r->hi);
		bool one = lo == hi;

		add(rule, dim, lo, hi);
		add(rule, low, one ? half(r->lo + 8) : 0,
			one ? half(r->hi + 8) : UINT64_MAX);
		rule->exact &= one || (half(r->lo + 8) == 0 &&
					      half(r->hi + 8) == UINT64_MAX);
	}
	return true;
}

static bool
applications(struct rule *rule, const struct policy *p)
{
	if (!room(rule, TREE_APP, p->napps))
		return false;
	for (uint32_t i = 0; i < p->napps; i++) {
		const struct app_term_spec *t = &p->apps[i].term;
		uint64_t base = (uint64_t)t->protocol << 16;
		bool icmp = t->protocol == IPP_ICMP || t->protocol == IPP_ICMP6;

		if (p->apps[i].any) {
			rule->n[TREE_APP] = 0;
			return add(rule, TREE_APP, 0, UINT64_MAX);
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

static bool
rule_init(struct rule *rule, enum ip_family family, const struct policy *p)
{
	bool ok;

	rule->place = p->place;
	/* Zones of global policies are no dimension. */
	rule->exact = !p->spec->global && !p->spec->inactive;
	if (family == IP_V4)
		ok = side4(rule, TREE_SRC, &p->src) &&
		     side4(rule, TREE_DST, &p->dst);
	else
		ok = side6(rule, TREE_SRC, TREE_SRC_LO, &p->src) &&
		     side6(rule, TREE_DST, TREE_DST_LO, &p->dst);
	ok = ok && applications(rule, p);
	for (unsigned int d = 0; ok && d < TREE_DIMS; d++) {
		if (rule->n[d] <= RANGES)
			continue;
		hull(rule->r[d], &rule->n[d]);
		rule->exact = false;
	}
	return ok;
}

/* ---- boxes ---- */

static bool
touches(const struct rule *rule, unsigned int dim, struct interval v)
{
	for (uint32_t i = 0; i < rule->n[dim]; i++)
		if (rule->r[dim][i].lo <= v.hi && rule->r[dim][i].hi >= v.lo)
			return true;
	return false;
}

static bool
covers(const struct builder *b, const struct rule *rule, const struct box *box)
{
	if (!rule->exact)
		return false;
	for (unsigned int d = 0; d < b->dims; d++) {
		bool one = false;

		for (uint32_t i = 0; i < rule->n[d] && !one; i++)
			one = rule->r[d][i].lo <= box->d[d].lo &&
			      rule->r[d][i].hi >= box->d[d].hi;
		if (!one)
			return false;
	}
	return true;
}

/* The rules of in[0..n) that meet the box, up to one that covers it. */
static uint32_t
inside(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, const struct box *box, uint32_t *out)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &b->rules[in[i]];

		if (!touches(rule, dim, box->d[dim]))
			continue;
		out[k++] = in[i];
		if (covers(b, rule, box))
			break;
	}
	return k;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Where to cut this dimension; 0: nowhere (no box is cut at 0). */
static uint64_t
median(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval box)
{
	uint64_t end[SAMPLES];
	uint32_t k = 0, step = n / (SAMPLES / 4) + 1;

	for (uint32_t i = 0; i < n; i += step) {
		const struct rule *rule = &b->rules[in[i]];

		for (uint32_t j = 0; j < rule->n[dim] && k + 2 <= SAMPLES;
			j++) {
			struct interval r = rule->r[dim][j];

			if (r.lo > box.lo && r.lo <= box.hi)
				end[k++] = r.lo;
			if (r.hi >= box.lo && r.hi < box.hi)
				end[k++] = r.hi + 1;
		}
	}
	if (k == 0)
		return 0;
	qsort(end, k, sizeof(end[0]), by_value);
	return end[k / 2];
}

struct cut {
	unsigned int dim;
	uint64_t at;
	uint32_t worst; /* rules in the larger half */
	uint32_t both;
};

static void
cut_try(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, const struct box *box, struct cut *best)
{
	uint64_t at = median(b, in, n, dim, box->d[dim]);
	struct interval l = {box->d[dim].lo, at - 1}, r = {at, box->d[dim].hi};
	uint32_t nl = 0, nr = 0, worst;

	if (at == 0)
		return;
	for (uint32_t i = 0; i < n; i++) {
		nl += touches(&b->rules[in[i]], dim, l);
		nr += touches(&b->rules[in[i]], dim, r);
	}
	worst = nl > nr ? nl : nr;
	if (worst < best->worst ||
		(worst == best->worst && nl + nr < best->both))
		*best = (struct cut){dim, at, worst, nl + nr};
}

/* ---- nodes ---- */

static bool
grow(void **p, size_t *size, size_t need, size_t each)
{
	size_t n = *size;
	void *q;

	if (need <= n)
		return true;
	while (n < need)
		n = n == 0 ? 64 : n * 2;
	q = realloc(*p, n * each);
	if (q == NULL)
		return false;
	*p = q;
	*size = n;
	return true;
}

static void
leaf(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n)
{
	struct policy_tree *t = b->t;

	if (!grow((void **)&t->lists, &b->lists_size, (size_t)t->nlists + n + 1,
		    sizeof(*t->lists))) {
		b->failed = true;
		return;
	}
	t->nodes[node] = (struct tree_node){n, t->nlists, TREE_LEAF};
	for (uint32_t i = 0; i < n; i++)
		t->lists[t->nlists++] = b->rules[in[i]].place;
}

static uint32_t
children(struct builder *b)
{
	struct policy_tree *t = b->t;

	if (!grow((void **)&t->nodes, &b->nodes_size, (size_t)t->nnodes + 2,
		    sizeof(*t->nodes))) {
		b->failed = true;
		return 0;
	}
	t->nnodes += 2;
	return t->nnodes - 2;
}

static void cut_box(struct builder *b, uint32_t node, const uint32_t *in,
	uint32_t n, const struct box *box, unsigned int depth);

static void
divide(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box, const struct cut *c, unsigned int depth)
{
	uint32_t *part = malloc((size_t)n * sizeof(*part));
	uint32_t child = children(b), k;
	struct box half_box = *box;

	if (part == NULL || b->failed) {
		b->failed = true;
		free(part);
		return;
	}
	b->entries += c->both - n;
	b->t->nodes[node] = (struct tree_node){c->at, child, c->dim};
	half_box.d[c->dim].hi = c->at - 1;
	k = inside(b, in, n, c->dim, &half_box, part);
	cut_box(b, child, part, k, &half_box, depth + 1);
	half_box.d[c->dim] = (struct interval){c->at, box->d[c->dim].hi};
	k = inside(b, in, n, c->dim, &half_box, part);
	cut_box(b, child + 1, part, k, &half_box, depth + 1);
	free(part);
}

static void
cut_box(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box, unsigned int depth)
{
	struct cut best = {.worst = n, .both = UINT32_MAX};

	if (b->failed)
		return;
	for (unsigned int d = 0; n > LEAF && depth < DEPTH && d < b->dims; d++)
		cut_try(b, in, n, d, box, &best);
	if (best.worst >= n || best.both > n + n / 2 + 2 ||
		b->entries + best.both - n > b->entries_max)
		leaf(b, node, in, n);
	else
		divide(b, node, in, n, box, &best, depth);
}

static void
rules_free(struct rule *rules, uint32_t n)
{
	for (uint32_t i = 0; rules != NULL && i < n; i++)
		for (unsigned int d = 0; d < TREE_DIMS; d++)
			free(rules[i].r[d]);
	free(rules);
}

static bool
start(struct builder *b, enum ip_family family, const struct policy *policies,
	const uint32_t *order, uint32_t n)
{
	struct policy_tree *t = b->t;

	b->rules = calloc((size_t)n + 1, sizeof(*b->rules));
	if (b->rules == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!rule_init(&b->rules[i], family, &policies[order[i]]))
			return false;
	t->nnodes = 1;
	return grow((void **)&t->nodes, &b->nodes_size, 1, sizeof(*t->nodes));
}

int
policy_tree_build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n)
{
	struct builder b = {.t = t,
		.entries = n,
		.entries_max = (uint64_t)n * COPIES,
		.dims = family == IP_V4 ? TREE_APP + 1 : TREE_DIMS};
	uint32_t *all = malloc(((size_t)n + 1) * sizeof(*all));
	struct box box;

	for (unsigned int d = 0; d < TREE_DIMS; d++)
		box.d[d] = (struct interval){0, UINT64_MAX};
	if (family == IP_V4)
		box.d[TREE_SRC].hi = box.d[TREE_DST].hi = UINT32_MAX;
	box.d[TREE_APP].hi = (1u << 24) - 1;
	memset(t, 0, sizeof(*t));
	b.failed = all == NULL || !start(&b, family, policies, order, n);
	for (uint32_t i = 0; !b.failed && i < n; i++)
		all[i] = i;
	if (!b.failed)
		cut_box(&b, 0, all, n, &box, 0);
	rules_free(b.rules, n);
	free(all);
	if (!b.failed)
		return 0;
	policy_tree_done(t);
	return -ENOMEM;
}

void
policy_tree_done(struct policy_tree *t)
{
	free(t->nodes);
	free(t->lists);
	memset(t, 0, sizeof(*t));
}

struct tree_key
policy_tree_key(const struct policy_query *q)
{
	struct tree_key k;

	k.v[TREE_APP] = (uint64_t)q->protocol << 16 | q->dport;
	if (q->src.family == IP_V4) {
		k.v[TREE_SRC] = ntohl(q->src.v4_be);
		k.v[TREE_DST] = ntohl(q->dst.v4_be);
		k.v[TREE_SRC_LO] = k.v[TREE_DST_LO] = 0;
		return k;
	}
	k.v[TREE_SRC] = half(q->src.b);
	k.v[TREE_DST] = half(q->dst.b);
	k.v[TREE_SRC_LO] = half(q->src.b + 8);
	k.v[TREE_DST_LO] = half(q->dst.b + 8);
	return k;
}
