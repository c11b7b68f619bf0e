/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of the space is a box: an interval in every dimension. To cut it, each
 * dimension offers the quantiles of the range ends inside the box; the one
 * whose largest part keeps the fewest policies is taken, if that is worth the
 * copies of those that lie in several. A policy that covers a whole box ends
 * its list there: what comes after it is never reached. Where the few policies
 * of a box differ in one dimension only, one node says which it is.
 */
#include "image/policy_tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image_impl.h"
#include "image/policy_rule.h"

#define LEAF    TREE_LEAF_ENTRIES /* not cut any more */
#define DEPTH   16u
#define SAMPLES 2048u /* range ends looked at to find the cuts */
#define COPIES  12u   /* list entries per policy */

struct box {
	struct interval d[TREE_DIMS];
};

struct builder {
	struct policy_tree *t;
	struct rule *rules;
	size_t nrules, nodes_size, entries_size;
	uint64_t copies, copies_max;
	uint32_t *ends; /* SAMPLES + a few */
	unsigned int dims[TREE_DIMS], ndims;
	bool v4, direct, failed;
};

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
covers_dim(const struct rule *rule, unsigned int d, struct interval box)
{
	for (uint32_t i = 0; i < rule->n[d]; i++)
		if (rule->r[d][i].lo <= box.lo && rule->r[d][i].hi >= box.hi)
			return true;
	return false;
}

static bool
covers(const struct builder *b, const struct rule *rule, const struct box *box)
{
	if (!rule->exact)
		return false;
	for (unsigned int i = 0; i < b->ndims; i++)
		if (!covers_dim(rule, b->dims[i], box->d[b->dims[i]]))
			return false;
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

/* ---- cuts ---- */

struct cut {
	unsigned int dim, parts;
	uint32_t split[TREE_SPLITS]; /* last values of all parts but one */
	uint32_t worst;              /* rules in the largest part */
	uint64_t all;                /* in all parts */
};

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Values behind which something begins or ends, sorted; how many. */
static uint32_t
ends_of(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval box)
{
	uint32_t k = 0, u = 0, step = n / (SAMPLES / 4) + 1;

	for (uint32_t i = 0; i < n; i += step) {
		const struct rule *rule = &b->rules[in[i]];

		for (uint32_t j = 0; j < rule->n[dim] && k + 2 <= SAMPLES;
			j++) {
			struct interval r = rule->r[dim][j];

			if (r.lo > box.lo && r.lo <= box.hi)
				b->ends[k++] = r.lo - 1;
			if (r.hi >= box.lo && r.hi < box.hi)
				b->ends[k++] = r.hi;
		}
	}
	qsort(b->ends, k, sizeof(b->ends[0]), by_value);
	for (uint32_t i = 0; i < k; i++)
		if (u == 0 || b->ends[u - 1] != b->ends[i])
			b->ends[u++] = b->ends[i];
	return u;
}

/* In which part a value lies. */
static unsigned int
part(const struct cut *c, uint32_t v)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i + 1 < c->parts; i++)
		n += v > c->split[i];
	return n;
}

static void
weigh(const struct builder *b, const uint32_t *in, uint32_t n,
	struct interval box, struct cut *c)
{
	uint32_t count[TREE_SPLITS + 1] = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &b->rules[in[i]];
		uint64_t seen = 0; /* bit: part */

		for (uint32_t j = 0; j < rule->n[c->dim]; j++) {
			struct interval r = rule->r[c->dim][j];
			unsigned int lo, hi;

			if (r.lo > box.hi || r.hi < box.lo)
				continue;
			lo = part(c, r.lo > box.lo ? r.lo : box.lo);
			hi = part(c, r.hi < box.hi ? r.hi : box.hi);
			seen |= ((uint64_t)2 << hi) - ((uint64_t)1 << lo);
		}
		for (; seen != 0; seen &= seen - 1)
			count[__builtin_ctzll(seen)]++;
	}
	c->worst = 0;
	c->all = 0;
	for (unsigned int i = 0; i < c->parts; i++) {
		c->worst = count[i] > c->worst ? count[i] : c->worst;
		c->all += count[i];
	}
}

/* Copies are worth it when the parts become smaller by more. */
static bool
worth(const struct builder *b, uint32_t n, const struct cut *c)
{
	return c->worst < n && c->all <= n + (uint64_t)n * c->parts / 4 + 2 &&
	       b->copies + c->all - n <= b->copies_max;
}

static void
cut_try(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, const struct box *box, struct cut *best)
{
	uint32_t k = ends_of(b, in, n, dim, box->d[dim]);

	unsigned int most = k / (TREE_DIRECT_SPLITS + 1) + 2;

	/* few parts where direct nodes can take the rest */
	if (!b->direct || most > TREE_SPLITS + 1)
		most = TREE_SPLITS + 1;
	for (unsigned int parts = most; k > 0 && parts >= 2; parts /= 2) {
		struct cut c = {.dim = dim, .parts = k < parts ? k + 1 : parts};

		for (unsigned int i = 0; i + 1 < c.parts; i++)
			c.split[i] = k < parts ? b->ends[i]
					       : b->ends[(uint64_t)(i + 1) * k /
							 parts];
		weigh(b, in, n, box->d[dim], &c);
		if (!worth(b, n, &c))
			continue;
		if (c.worst < best->worst ||
			(c.worst == best->worst && c.all < best->all))
			*best = c;
		return;
	}
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
		n = n == 0 ? 16 : n * 2;
	q = aligned_alloc(64, n * each);
	if (q == NULL)
		return false;
	if (*size > 0)
		memcpy(q, *p, *size * each);
	free(*p);
	*p = q;
	*size = n;
	return true;
}

/* The only interval of the rule in the box; false: there are several. */
static bool
only(const struct rule *rule, unsigned int dim, struct interval box,
	struct interval *ret, uint32_t *ret_which)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rule->n[dim]; i++) {
		if (rule->r[dim][i].lo > box.hi || rule->r[dim][i].hi < box.lo)
			continue;
		if (n++ == 0) {
			*ret = rule->r[dim][i];
			*ret_which = i;
			continue;
		}
		ret->lo = ret->lo < rule->r[dim][i].lo ? ret->lo
						       : rule->r[dim][i].lo;
		ret->hi = ret->hi > rule->r[dim][i].hi ? ret->hi
						       : rule->r[dim][i].hi;
	}
	return n == 1;
}

static struct tree_entry
entry_of(
	const struct builder *b, const struct rule *rule, const struct box *box)
{
	struct interval app = {0, UINT32_MAX}, src = app, dst = app;
	struct tree_entry e = {.place = rule->policy->place};
	uint32_t which = 0, ignored;
	bool one = only(rule, TREE_APP, box->d[TREE_APP], &app, &which);

	if (one && which <= UINT16_MAX)
		e.term = (uint16_t)which;
	else
		one = false;
	if (one && covers(b, rule, box))
		e.flags |= ENTRY_SURE;
	if (b->v4) {
		one &= only(rule, TREE_SRC, box->d[TREE_SRC], &src, &ignored);
		one &= only(rule, TREE_DST, box->d[TREE_DST], &dst, &ignored);
		if (one && rule->exact)
			e.flags |= ENTRY_EXACT;
	}
	e.app_lo = app.lo;
	e.app_hi = app.hi;
	e.src_lo = src.lo;
	e.src_hi = src.hi;
	e.dst_lo = dst.lo;
	e.dst_hi = dst.hi;
	return e;
}

static void
leaf(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box)
{
	struct policy_tree *t = b->t;
	struct tree_node *l;

	if (!grow((void **)&t->entries, &b->entries_size,
		    (size_t)t->nentries + n + 1, sizeof(*t->entries))) {
		b->failed = true;
		return;
	}
	l = &t->nodes[node];
	memset(l, 0, sizeof(*l));
	l->next = (uint32_t)TREE_LEAF << 28;
	l->leaf.n = n;
	l->leaf.first = t->nentries;
	for (uint32_t i = 0; i < n; i++) {
		struct tree_entry e = entry_of(b, &b->rules[in[i]], box);

		if (i < TREE_LEAF_ENTRIES)
			l->leaf.entry[i] = e;
		else
			t->entries[t->nentries++] = e;
	}
}

static int32_t
biased(uint32_t v)
{
	return (int32_t)(v ^ TREE_BIAS);
}

/* The first policy of a part, when it surely matches. */
static bool
decided(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, const struct box *box, uint32_t *ret)
{
	*ret = TREE_NOBODY;
	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &b->rules[in[i]];

		if (!touches(rule, dim, box->d[dim]))
			continue;
		*ret = rule->policy->place;
		return rule->policy->napps == 1 && covers(b, rule, box);
	}
	return true;
}

/* Can cuts in this one dimension say all? */
static bool
direct_try(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box, unsigned int dim)
{
	uint32_t k = ends_of(b, in, n, dim, box->d[dim]);
	struct box sub = *box;
	struct tree_node d;

	if (k > TREE_DIRECT_SPLITS)
		return false;
	memset(&d, 0xff, sizeof(d));
	for (uint32_t i = 0; i < TREE_DIRECT_SPLITS; i++)
		d.direct.split[i] = i < k ? biased(b->ends[i]) : INT32_MAX;
	for (uint32_t i = 0; i <= k; i++) {
		sub.d[dim].lo = i == 0 ? box->d[dim].lo : b->ends[i - 1] + 1;
		sub.d[dim].hi = i == k ? box->d[dim].hi : b->ends[i];
		if (!decided(b, in, n, dim, &sub, &d.direct.place[i]))
			return false;
	}
	d.next = (uint32_t)TREE_DIRECT << 28 | dim;
	b->t->nodes[node] = d;
	return true;
}

static bool
direct(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box)
{
	if (!b->direct || n > 4 * TREE_DIRECT_SPLITS)
		return false;
	for (unsigned int i = 0; i < b->ndims; i++)
		if (direct_try(b, node, in, n, box, b->dims[i]))
			return true;
	return false;
}

static uint32_t
children(struct builder *b, unsigned int n)
{
	struct policy_tree *t = b->t;

	if ((uint64_t)t->nnodes + n >= 1u << 28 ||
		!grow((void **)&t->nodes, &b->nodes_size, (size_t)t->nnodes + n,
			sizeof(*t->nodes))) {
		b->failed = true;
		return 0;
	}
	t->nnodes += n;
	return t->nnodes - n;
}

static void cut_box(struct builder *b, uint32_t node, const uint32_t *in,
	uint32_t n, const struct box *box, unsigned int depth);

static void
divide(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box, const struct cut *c, unsigned int depth)
{
	uint32_t *list = malloc((size_t)n * sizeof(*list));
	uint32_t child = children(b, c->parts), lo = box->d[c->dim].lo;
	struct box sub = *box;

	if (list == NULL || b->failed) {
		b->failed = true;
		free(list);
		return;
	}
	b->copies += c->all - n;
	for (unsigned int i = 0; i < TREE_SPLITS; i++)
		b->t->nodes[node].split[i] =
			i + 1 < c->parts ? biased(c->split[i]) : INT32_MAX;
	b->t->nodes[node].next = c->dim << 28 | child;
	for (unsigned int i = 0; i < c->parts && !b->failed; i++) {
		bool last = i + 1 == c->parts;
		uint32_t k;

		sub.d[c->dim].lo = lo;
		sub.d[c->dim].hi = last ? box->d[c->dim].hi : c->split[i];
		k = inside(b, in, n, c->dim, &sub, list);
		cut_box(b, child + i, list, k, &sub, depth + 1);
		lo = last ? lo : c->split[i] + 1;
	}
	free(list);
}

static void
cut_box(struct builder *b, uint32_t node, const uint32_t *in, uint32_t n,
	const struct box *box, unsigned int depth)
{
	struct cut best = {.worst = n};

	if (b->failed || direct(b, node, in, n, box))
		return;
	for (unsigned int i = 0; n > LEAF && depth < DEPTH && i < b->ndims; i++)
		cut_try(b, in, n, b->dims[i], box, &best);
	if (best.worst < n)
		divide(b, node, in, n, box, &best, depth);
	else
		leaf(b, node, in, n, box);
}

/* ---- the whole ---- */

static void
builder_done(struct builder *b)
{
	for (size_t i = 0; b->rules != NULL && i < b->nrules; i++)
		rule_done(&b->rules[i]);
	free(b->rules);
	free(b->ends);
}

static void
dimensions(struct builder *b)
{
	b->dims[b->ndims++] = TREE_APP;
	for (unsigned int i = 0; i < (b->v4 ? 1u : 4u); i++) {
		b->dims[b->ndims++] = TREE_SRC + i;
		b->dims[b->ndims++] = TREE_DST + i;
	}
}

/* all[]: the rules in force, in order; how many. */
static uint32_t
start(struct builder *b, const struct policy *policies, const uint32_t *order,
	uint32_t n, uint32_t *all)
{
	uint32_t k = 0;

	b->rules = calloc((size_t)n + 1, sizeof(*b->rules));
	b->ends = malloc(SAMPLES * sizeof(*b->ends));
	b->failed = b->rules == NULL || b->ends == NULL || all == NULL;
	for (uint32_t i = 0; i < n && !b->failed; i++) {
		const struct policy *p = &policies[order[i]];

		if (p->spec->inactive)
			continue;
		b->nrules = k + 1;
		b->failed = !rule_init(&b->rules[k], b->v4, p);
		all[k] = k;
		k++;
	}
	return k;
}

static int
build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n,
	bool with_direct)
{
	struct builder b = {.t = t,
		.direct = with_direct,
		.v4 = family == IP_V4,
		.copies_max = (uint64_t)n * COPIES};
	uint32_t *all = malloc(((size_t)n + 1) * sizeof(*all));
	struct box box;

	for (unsigned int d = 0; d < TREE_DIMS; d++)
		box.d[d] = (struct interval){0, UINT32_MAX};
	box.d[TREE_APP].hi = (1u << 24) - 1;
	memset(t, 0, sizeof(*t));
	dimensions(&b);
	n = start(&b, policies, order, n, all);
	if (!b.failed)
		children(&b, 1);
	if (!b.failed)
		cut_box(&b, 0, all, n, &box, 0);
	builder_done(&b);
	free(all);
	if (!b.failed)
		return 0;
	policy_tree_done(t);
	return -ENOMEM;
}

int
policy_tree_build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n)
{
	return build(t, family, policies, order, n, false);
}

int
policy_tree_build_direct(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n)
{
	return build(t, family, policies, order, n, true);
}

void
policy_tree_done(struct policy_tree *t)
{
	free(t->nodes);
	free(t->entries);
	memset(t, 0, sizeof(*t));
}

uint64_t
policy_tree_bytes(const struct policy_tree *t)
{
	return (uint64_t)t->nnodes * sizeof(*t->nodes) +
	       (uint64_t)t->nentries * sizeof(*t->entries);
}

struct tree_key
policy_tree_key(const struct policy_query *q)
{
	struct tree_key k;

	k.v[TREE_APP] = (uint32_t)q->protocol << 16 | q->dport;
	if (q->src.family == IP_V4) {
		k.v[TREE_SRC] = ntohl(q->src.v4_be);
		k.v[TREE_DST] = ntohl(q->dst.v4_be);
		return k;
	}
	for (unsigned int i = 0; i < 4; i++) {
		k.v[TREE_SRC + i] = address_part(q->src.b, i);
		k.v[TREE_DST + i] = address_part(q->dst.b, i);
	}
	return k;
}
