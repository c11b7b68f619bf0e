/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses become sorted lists of intervals, twice: at least what a policy
 * matches (to be covered) and at most what it surely matches (to cover).
 */
#include "image/policy_shadow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image_impl.h"

__extension__ typedef unsigned __int128 number;

struct span {
	number lo, hi;
};

struct spans {
	struct span *s;
	uint32_t n;
};

enum { SURE, POSSIBLE, BOUNDS };
enum { SRC4, SRC6, DST4, DST6, SIDES };

struct shape {
	const struct policy *policy;
	struct spans side[BOUNDS][SIDES];
};

/* ---- intervals ---- */

static number
all_ones(bool v6)
{
	return v6 ? ~(number)0 : UINT32_MAX;
}

static number
number6(const uint8_t *b)
{
	number v = 0;

	for (unsigned int i = 0; i < 16; i++)
		v = v << 8 | b[i];
	return v;
}

static int
by_low(const void *va, const void *vb)
{
	const struct span *a = va, *b = vb;

	return (a->lo > b->lo) - (a->lo < b->lo);
}

static void
merge(struct spans *l)
{
	uint32_t k = 0;

	if (l->n > 1)
		qsort(l->s, l->n, sizeof(l->s[0]), by_low);
	for (uint32_t i = 0; i < l->n; i++) {
		if (k > 0 && (l->s[i].lo <= l->s[k - 1].hi ||
				     l->s[i].lo - 1 == l->s[k - 1].hi)) {
			if (l->s[i].hi > l->s[k - 1].hi)
				l->s[k - 1].hi = l->s[i].hi;
		} else {
			l->s[k++] = l->s[i];
		}
	}
	l->n = k;
}

/* In place: there is room for one more. */
static void
complement(struct spans *l, bool v6)
{
	number next = 0;
	uint32_t k = 0;
	bool end = false;

	for (uint32_t i = 0; i < l->n; i++) {
		struct span s = l->s[i];

		if (s.lo > next)
			l->s[k++] = (struct span){next, s.lo - 1};
		end = s.hi == all_ones(v6);
		next = s.hi + 1;
	}
	if (!end)
		l->s[k++] = (struct span){next, all_ones(v6)};
	l->n = k;
}

static bool
within(const struct spans *in, const struct spans *of)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < in->n; i++) {
		while (k < of->n && of->s[k].hi < in->s[i].lo)
			k++;
		if (k == of->n || of->s[k].lo > in->s[i].lo ||
			of->s[k].hi < in->s[i].hi)
			return false;
	}
	return true;
}

/* Whether a wildcard counts as nothing or as all from its first to its last
 * address depends on which side is to be safe. */
static int
spans_make(const struct range_list *l, bool v6, unsigned int bound,
	struct spans *ret)
{
	bool wild = !v6 && (bound == POSSIBLE) != l->excluded;
	uint32_t n = v6 ? l->n6 : l->n4 + l->nwild;

	ret->s = malloc(((size_t)n + 1) * sizeof(*ret->s));
	if (ret->s == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < (v6 ? l->n6 : l->n4); i++)
		ret->s[ret->n++] = v6 ? (struct span){number6(l->r6[i].lo),
						number6(l->r6[i].hi)}
				      : (struct span){l->r4[i].lo, l->r4[i].hi};
	for (uint32_t i = 0; wild && i < l->nwild; i++)
		ret->s[ret->n++] =
			(struct span){l->wild[i].addr & l->wild[i].mask,
				l->wild[i].addr | ~l->wild[i].mask};
	merge(ret);
	if (l->excluded)
		complement(ret, v6);
	return 0;
}

/* ---- policies ---- */

static int
shape_make(const struct policy *p, struct shape *ret)
{
	int rc = 0;

	ret->policy = p;
	for (unsigned int b = 0; b < BOUNDS && rc == 0; b++)
		for (unsigned int s = 0; s < SIDES && rc == 0; s++)
			rc = spans_make(s < DST4 ? &p->src : &p->dst, s & 1, b,
				&ret->side[b][s]);
	return rc;
}

static void
shapes_free(struct shape *shapes, uint32_t n)
{
	for (uint32_t i = 0; shapes != NULL && i < n; i++)
		for (unsigned int b = 0; b < BOUNDS; b++)
			for (unsigned int s = 0; s < SIDES; s++)
				free(shapes[i].side[b][s].s);
	free(shapes);
}

static bool
term_within(const struct app_match *in, const struct app_match *of)
{
	const struct app_term_spec *a = &in->term, *b = &of->term;

	if (of->any)
		return true;
	if (in->any || a->protocol != b->protocol)
		return false;
	if (a->protocol == IPP_ICMP || a->protocol == IPP_ICMP6)
		return (b->icmp_type < 0 || b->icmp_type == a->icmp_type) &&
		       (b->icmp_code < 0 || b->icmp_code == a->icmp_code);
	return a->sport_lo >= b->sport_lo && a->sport_hi <= b->sport_hi &&
	       a->dport_lo >= b->dport_lo && a->dport_hi <= b->dport_hi;
}

static bool
apps_within(const struct policy *in, const struct policy *of)
{
	for (uint32_t i = 0; i < in->napps; i++) {
		bool found = false;

		for (uint32_t k = 0; k < of->napps && !found; k++)
			found = term_within(&in->apps[i], &of->apps[k]);
		if (!found)
			return false;
	}
	return true;
}

/* An empty list of a global policy is any zone. */
static bool
zones_within(const struct zone_id *in, size_t n, const struct zone_id *of,
	size_t nof)
{
	if (nof == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t k = 0; k < nof && !found; k++)
			found = in[i].v == of[k].v;
		if (!found)
			return false;
	}
	return n > 0;
}

static bool
family_within(const struct shape *in, const struct shape *of, unsigned int v6)
{
	const struct spans *src = &in->side[POSSIBLE][SRC4 + v6];
	const struct spans *dst = &in->side[POSSIBLE][DST4 + v6];

	if (src->n == 0 || dst->n == 0)
		return true;
	return within(src, &of->side[SURE][SRC4 + v6]) &&
	       within(dst, &of->side[SURE][DST4 + v6]);
}

static bool
matches_nothing(const struct shape *s)
{
	return (s->side[POSSIBLE][SRC4].n == 0 ||
		       s->side[POSSIBLE][DST4].n == 0) &&
	       (s->side[POSSIBLE][SRC6].n == 0 ||
		       s->side[POSSIBLE][DST6].n == 0);
}

static bool
shadows(const struct shape *by, const struct shape *s)
{
	const struct policy_spec *a = by->policy->spec, *b = s->policy->spec;

	if (a->scheduler != 0 && a->scheduler != b->scheduler)
		return false;
	return family_within(s, by, 0) && family_within(s, by, 1) &&
	       apps_within(s->policy, by->policy) &&
	       zones_within(b->from, b->nfrom, a->from, a->nfrom) &&
	       zones_within(b->to, b->nto, a->to, a->nto);
}

static int
add_pair(struct shadow_pair **list, size_t *n, uint32_t by, uint32_t shadowed)
{
	if (*n % 64 == 0) {
		struct shadow_pair *p =
			realloc(*list, (*n + 64) * sizeof(**list));

		if (p == NULL)
			return -ENOMEM;
		*list = p;
	}
	(*list)[(*n)++] = (struct shadow_pair){by, shadowed};
	return 0;
}

int
policy_shadows(const struct image *image, const uint32_t *places, uint32_t n,
	struct shadow_pair **ret, size_t *ret_n)
{
	struct shape *shapes = calloc((size_t)n + 1, sizeof(*shapes));
	struct shadow_pair *list = NULL;
	size_t count = 0;
	int rc = shapes == NULL ? -ENOMEM : 0;

	for (uint32_t i = 0; i < n && rc == 0; i++)
		rc = shape_make(&image->policies[places[i]], &shapes[i]);
	for (uint32_t j = 1; j < n && rc == 0; j++)
		for (uint32_t i = 0; i < j && rc == 0; i++)
			if (!matches_nothing(&shapes[j]) &&
				shadows(&shapes[i], &shapes[j]))
				rc = add_pair(
					&list, &count, places[i], places[j]);
	shapes_free(shapes, n);
	if (rc != 0) {
		free(list);
		return rc;
	}
	*ret = list;
	*ret_n = count;
	return 0;
}
