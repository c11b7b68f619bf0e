/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A box that has few policies is a list; others are cut (policy_cut.c). A
 * policy that covers a whole box ends its list there: what comes after it is
 * never reached. Parts of a table that lie side by side and have the same
 * policies are one box.
 */
#include "image/policy_tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image_impl.h"
#include "image/policy_cut.h"

#define LEAF   8u /* not cut any more */
#define DEPTH  16u
#define COPIES 12u /* list entries per policy */

struct builder {
	struct cutter c;
	struct policy_tree *t;
	size_t words_size, entries_size;
	bool v4, places, failed;
};

/* ---- memory ---- */

/* Aligned for vectors. */
static bool
resize(void **p, size_t have, size_t want, size_t each)
{
	void *q = NULL;

	if (want > 0) {
		q = aligned_alloc(64, (want * each + 63) & ~(size_t)63);
		if (q == NULL)
			return false;
	}
	if (have > 0 && want > 0)
		memcpy(q, *p, (have < want ? have : want) * each);
	free(*p);
	*p = q;
	return true;
}

static bool
grow(void **p, size_t *size, size_t need, size_t each)
{
	size_t n = *size;

	if (need <= n)
		return true;
	while (n < need)
		n = n == 0 ? 16 : n * 2;
	if (!resize(p, *size, n, each))
		return false;
	*size = n;
	return true;
}

/* Words of a node, on a line of their own; where. */
static uint32_t
node_alloc(struct builder *b, uint32_t n)
{
	struct policy_tree *t = b->t;
	uint32_t at = t->nwords;

	n = (n + 15) & ~15u;
	if ((uint64_t)at + n > TREE_NUMBER(UINT32_MAX) ||
		!grow((void **)&t->words, &b->words_size, (size_t)at + n,
			sizeof(*t->words))) {
		b->failed = true;
		return 0;
	}
	memset(&t->words[at], 0, n * sizeof(*t->words));
	t->nwords += n;
	return at;
}

/* ---- lists ---- */

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

static int32_t
biased(uint32_t v)
{
	return (int32_t)(v ^ TREE_BIAS);
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
	if (one && rule_covers(&b->c, rule, box))
		e.flags |= ENTRY_SURE;
	if (b->v4) {
		one &= only(rule, TREE_SRC, box->d[TREE_SRC], &src, &ignored);
		one &= only(rule, TREE_DST, box->d[TREE_DST], &dst, &ignored);
		if (one && rule->exact)
			e.flags |= ENTRY_EXACT;
	}
	e.lo[0] = biased(src.lo);
	e.hi[0] = biased(src.hi);
	e.lo[1] = biased(dst.lo);
	e.hi[1] = biased(dst.hi);
	e.lo[2] = biased(app.lo);
	e.hi[2] = biased(app.hi);
	return e;
}

static uint32_t
list(struct builder *b, const uint32_t *in, uint32_t n, const struct box *box)
{
	struct policy_tree *t = b->t;
	uint32_t first = t->nentries;

	if (first + n > TREE_NUMBER(UINT32_MAX) ||
		!grow((void **)&t->entries, &b->entries_size, (size_t)first + n,
			sizeof(*t->entries))) {
		b->failed = true;
		return TREE_NOBODY;
	}
	for (uint32_t i = 0; i < n; i++)
		t->entries[t->nentries++] =
			entry_of(b, &b->c.rules[in[i]], box);
	t->entries[t->nentries - 1].flags |= ENTRY_LAST;
	return TREE_REF(TREE_LIST, first);
}

/* ---- nodes ---- */

static uint32_t cut_box(struct builder *b, const uint32_t *in, uint32_t n,
	const struct box *box, unsigned int depth);

static uint32_t
inside(const struct builder *b, const uint32_t *in, uint32_t n,
	unsigned int dim, struct interval v, uint32_t *out)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < n; i++)
		if (rule_touches(&b->c.rules[in[i]], dim, v))
			out[k++] = in[i];
	return k;
}

static uint32_t
split(struct builder *b, const uint32_t *in, uint32_t n, const struct box *box,
	const struct cut *c, unsigned int depth)
{
	uint32_t width = c->parts > 16 ? 32 : 16, lo = box->d[c->dim].lo;
	uint32_t at = node_alloc(b, width + c->parts);
	uint32_t *some = malloc((size_t)n * sizeof(*some));
	struct box sub = *box;

	b->failed |= some == NULL;
	for (uint32_t i = 0; i + 1 < width && !b->failed; i++)
		b->t->words[at + i] =
			(uint32_t)(i + 1 < c->parts ? biased(c->split[i])
						    : INT32_MAX);
	if (!b->failed)
		b->t->words[at + width - 1] = c->dim;
	b->c.copies += c->all - n;
	for (unsigned int i = 0; i < c->parts && !b->failed; i++) {
		bool last = i + 1 == c->parts;
		uint32_t k, ref;

		sub.d[c->dim].lo = lo;
		sub.d[c->dim].hi = last ? box->d[c->dim].hi : c->split[i];
		k = inside(b, in, n, c->dim, sub.d[c->dim], some);
		ref = cut_box(b, some, k, &sub, depth + 1);
		b->t->words[at + width + i] = ref;
		lo = last ? lo : c->split[i] + 1;
	}
	free(some);
	return TREE_REF(width == 32 ? TREE_SPLIT32 : TREE_SPLIT16, at);
}

/* The policies of each part of a table: of part i from[i]..to[i]. */
struct parts {
	uint32_t *list, *from, *to;
};

static bool
parts_init(struct parts *p, const struct builder *b, const uint32_t *in,
	uint32_t n, struct interval whole, const struct cut *c)
{
	uint32_t at = 0;

	p->list = malloc(c->all * sizeof(*p->list));
	p->from = calloc(c->parts + 1, sizeof(*p->from));
	p->to = malloc(c->parts * sizeof(*p->to));
	if (p->list == NULL || p->from == NULL || p->to == NULL)
		return false;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < n; i++) {
			const struct rule *r = &b->c.rules[in[i]];

			for (uint32_t j = 0; j < r->n[c->dim]; j++) {
				struct interval v = r->r[c->dim][j];
				uint32_t hi;

				if (v.lo > whole.hi || v.hi < whole.lo)
					continue;
				hi = cut_at(c, v.hi);
				for (uint32_t k = cut_at(c, v.lo); k <= hi;
					k++) {
					if (pass == 0)
						p->from[k]++;
					else if (p->to[k] == p->from[k] ||
						 p->list[p->to[k] - 1] != in[i])
						p->list[p->to[k]++] = in[i];
				}
			}
		}
		for (uint32_t k = 0; k < c->parts && pass == 0; k++) {
			uint32_t many = p->from[k];

			p->from[k] = p->to[k] = at;
			at += many;
		}
	}
	return true;
}

static void
parts_done(struct parts *p)
{
	free(p->list);
	free(p->from);
	free(p->to);
}

static bool
same_list(const struct parts *p, uint32_t a, uint32_t b)
{
	uint32_t n = p->to[a] - p->from[a];

	return n == p->to[b] - p->from[b] &&
	       memcmp(&p->list[p->from[a]], &p->list[p->from[b]],
		       n * sizeof(*p->list)) == 0;
}

/* Which parts after i are the same box? The last of them. */
static uint32_t
alike(const struct parts *p, const struct cut *c, uint32_t i)
{
	uint32_t last = i;

	while (last + 1 < c->parts && same_list(p, i, last + 1))
		last++;
	return last;
}

static uint64_t
copies_of(const struct parts *p, const struct cut *c)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < c->parts; i++) {
		n += p->to[i] - p->from[i];
		i = alike(p, c, i);
	}
	return n;
}

static uint32_t
table_fill(struct builder *b, const struct box *box, const struct parts *p,
	const struct cut *c, unsigned int depth)
{
	uint32_t at = node_alloc(b, TREE_TABLE_HEAD + c->parts);
	const uint32_t head[TREE_TABLE_HEAD] = {
		c->dim, c->base, c->shift, c->parts - 1};
	struct box sub = *box;

	if (!b->failed)
		memcpy(&b->t->words[at], head, sizeof(head));
	for (uint32_t i = 0, last; i < c->parts && !b->failed; i = last + 1) {
		uint32_t ref;

		last = alike(p, c, i);
		sub.d[c->dim] = cut_part(c, box->d[c->dim], i, last);
		ref = cut_box(b, &p->list[p->from[i]], p->to[i] - p->from[i],
			&sub, depth + 1);
		for (; i <= last; i++)
			b->t->words[at + TREE_TABLE_HEAD + i] = ref;
	}
	return TREE_REF(TREE_TABLE, at);
}

/* False: too many copies. */
static bool
table(struct builder *b, const uint32_t *in, uint32_t n, const struct box *box,
	const struct cut *c, unsigned int depth, uint32_t *ret)
{
	struct parts p;
	uint64_t all;
	bool fits = true;

	b->failed |= !parts_init(&p, b, in, n, box->d[c->dim], c);
	if (!b->failed) {
		all = copies_of(&p, c);
		fits = all <= n || b->c.copies + all - n <= b->c.copies_max;
		if (fits) {
			b->c.copies += all > n ? all - n : 0;
			*ret = table_fill(b, box, &p, c, depth);
		}
	}
	parts_done(&p);
	return fits;
}

static uint32_t
cut_box(struct builder *b, const uint32_t *in, uint32_t n,
	const struct box *box, unsigned int depth)
{
	struct cut s, t;
	uint32_t ref;

	for (uint32_t i = 0; i < n; i++)
		if (rule_covers(&b->c, &b->c.rules[in[i]], box))
			n = i + 1; /* the rest is never reached */
	if (n == 0)
		return TREE_NOBODY;
	if (b->places && rule_covers(&b->c, &b->c.rules[in[0]], box) &&
		b->c.rules[in[0]].policy->napps == 1)
		return TREE_REF(TREE_PLACE, b->c.rules[in[0]].policy->place);
	if (n <= LEAF || depth == DEPTH)
		return list(b, in, n, box);
	cut_find(&b->c, in, n, box, &s, &t);
	if (t.parts > 0 && (s.parts == 0 || t.worst <= s.worst) &&
		table(b, in, n, box, &t, depth, &ref))
		return ref;
	return s.parts > 0 ? split(b, in, n, box, &s, depth)
			   : list(b, in, n, box);
}

/* ---- the whole ---- */

static void
builder_done(struct builder *b)
{
	for (size_t i = 0; b->c.rules != NULL && i < b->c.nrules; i++)
		rule_done(&b->c.rules[i]);
	free(b->c.rules);
	free(b->c.ends);
	free(b->c.counts);
}

static void
dimensions(struct builder *b)
{
	b->c.dims[b->c.ndims++] = TREE_APP;
	for (unsigned int i = 0; i < (b->v4 ? 1u : 4u); i++) {
		b->c.dims[b->c.ndims++] = TREE_SRC + i;
		b->c.dims[b->c.ndims++] = TREE_DST + i;
	}
}

/* all[]: the rules in force, in order; how many. */
static uint32_t
start(struct builder *b, const struct policy *policies, const uint32_t *order,
	uint32_t n, uint32_t *all)
{
	struct cutter *c = &b->c;
	uint32_t k = 0;

	c->rules = calloc((size_t)n + 1, sizeof(*c->rules));
	b->failed = c->rules == NULL || all == NULL;
	if (n > LEAF) {
		c->ends = malloc(CUT_SAMPLES * sizeof(*c->ends));
		c->counts = malloc((CUT_TABLE + 2) * sizeof(*c->counts));
		b->failed |= c->ends == NULL || c->counts == NULL;
	}
	for (uint32_t i = 0; i < n && !b->failed; i++) {
		const struct policy *p = &policies[order[i]];

		if (p->spec->inactive)
			continue;
		c->nrules = k + 1;
		b->failed = !rule_init(&c->rules[k], b->v4, p);
		all[k] = k;
		k++;
	}
	return k;
}

/* Many small trees: no more than they need. */
static bool
trim(struct builder *b)
{
	struct policy_tree *t = b->t;

	return resize((void **)&t->words, t->nwords, t->nwords,
		       sizeof(*t->words)) &&
	       resize((void **)&t->entries, t->nentries, t->nentries,
		       sizeof(*t->entries));
}

static int
build(struct policy_tree *t, enum ip_family family,
	const struct policy *policies, const uint32_t *order, uint32_t n,
	bool places)
{
	struct builder b = {.t = t,
		.places = places,
		.v4 = family == IP_V4,
		.c = {.copies_max = (uint64_t)n * COPIES}};
	uint32_t *all = malloc(((size_t)n + 1) * sizeof(*all));
	struct box box;

	for (unsigned int d = 0; d < TREE_DIMS; d++)
		box.d[d] = (struct interval){0, UINT32_MAX};
	box.d[TREE_APP].hi = (1u << 24) - 1;
	memset(t, 0, sizeof(*t));
	dimensions(&b);
	n = start(&b, policies, order, n, all);
	if (!b.failed)
		t->root = cut_box(&b, all, n, &box, 0);
	builder_done(&b);
	free(all);
	if (!b.failed && trim(&b))
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
	free(t->words);
	free(t->entries);
	memset(t, 0, sizeof(*t));
}

uint64_t
policy_tree_bytes(const struct policy_tree *t)
{
	return (uint64_t)t->nwords * sizeof(*t->words) +
	       (uint64_t)t->nentries * sizeof(*t->entries);
}

struct tree_key
policy_tree_key(const struct ip_addr *src, const struct ip_addr *dst,
	uint8_t protocol, uint16_t dport)
{
	struct tree_key k;

	k.v[TREE_APP] = (uint32_t)protocol << 16 | dport;
	if (src->family == IP_V4) {
		k.v[TREE_SRC] = ntohl(src->v4_be);
		k.v[TREE_DST] = ntohl(dst->v4_be);
		return k;
	}
	for (unsigned int i = 0; i < 4; i++) {
		k.v[TREE_SRC + i] = address_part(src->b, i);
		k.v[TREE_DST + i] = address_part(dst->b, i);
	}
	return k;
}
