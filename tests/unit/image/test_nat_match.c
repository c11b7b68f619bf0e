/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which NAT rule a packet meets, against the sentences that it stands for: of
 * the rule sets whose ends fit, the most specific one with a matching rule, and
 * in it the first [NA-1] [NA-2] [NA-3]; the way out of static NAT is the way in
 * turned round [NA-5]. Random rules over few values, so that they overlap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_byteorder.h>

#include "image/image.h"
#include "image/nat_match.h"

static uint64_t seed;

static uint32_t
pick(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

static struct ip_addr
some_addr(bool v6)
{
	uint8_t b[16] = {0x20, 0x01, 0x0d, 0xb8};

	if (!v6)
		return ip_addr_v4(rte_cpu_to_be_32(0x0a000000 + pick(128)));
	b[15] = (uint8_t)pick(128);
	return ip_addr_v6(b);
}

static struct addr_range *
some_ranges(size_t *n)
{
	struct addr_range *r = calloc(4, sizeof(*r));

	*n = pick(3) == 0 ? 0 : 1 + pick(3);
	for (size_t i = 0; i < *n; i++) {
		bool v6 = pick(2) == 0;

		r[i] = (struct addr_range){some_addr(v6), some_addr(v6)};
		if (ip_addr_cmp(&r[i].lo, &r[i].hi) > 0)
			r[i].hi = r[i].lo;
	}
	return r;
}

static struct nat_ports *
some_ports(size_t *n)
{
	struct nat_ports *p = calloc(2, sizeof(*p));

	*n = pick(3) == 0 ? 1 + pick(2) : 0;
	for (size_t i = 0; i < *n; i++) {
		p[i].lo = (uint16_t)(1 + pick(8));
		p[i].hi = (uint16_t)(p[i].lo + pick(4));
	}
	return p;
}

static const uint8_t protocols[] = {IPP_TCP, IPP_UDP, IPP_ICMP, 200};

static void
some_rule(struct nat_rule_spec *r, uint32_t set, uint32_t id)
{
	r->set = set;
	r->id = id;
	r->src = some_ranges(&r->nsrc);
	r->dst = some_ranges(&r->ndst);
	r->sports = some_ports(&r->nsports);
	r->dports = some_ports(&r->ndports);
	r->protocols = calloc(2, 1);
	r->apps = calloc(2, sizeof(*r->apps));
	if (pick(3) == 0) {
		r->nprotocols = 1 + pick(2);
		for (size_t i = 0; i < r->nprotocols; i++)
			r->protocols[i] = protocols[pick(4)];
	}
	if (pick(4) == 0) {
		r->napps = 1;
		r->apps[0] = pick(6);
	}
	r->action = NAT_OFF;
}

/* Static: one prefix outside, one inside; sometimes ports, an instance. */
static void
some_static(struct nat_rule_spec *r, uint32_t set, uint32_t id)
{
	bool v6 = pick(2) == 0, in6 = pick(4) == 0 ? !v6 : v6;
	uint8_t host = (uint8_t)pick(4);
	struct ip_prefix p = {some_addr(v6), (uint8_t)((v6 ? 128 : 32) - host)};

	some_rule(r, set, id);
	r->napps = r->nprotocols = 0;
	p = ip_prefix_network(&p);
	r->ndst = 1;
	r->dst[0].lo = p.addr;
	r->dst[0].hi = ip_prefix_last(&p);
	r->prefix.addr = some_addr(in6);
	r->prefix.len = (uint8_t)((in6 ? 128 : 32) - host);
	r->prefix = ip_prefix_network(&r->prefix);
	r->action = pick(8) == 0 ? NAT_INET : NAT_PREFIX;
	r->ndports = r->ndports > 0;
	if (r->ndports && pick(2)) {
		r->mapped.lo = (uint16_t)(1 + pick(8));
		r->mapped.hi = (uint16_t)(r->mapped.lo + r->dports[0].hi -
					  r->dports[0].lo);
	}
	r->has_vr = pick(3) == 0;
	r->vr.v = (uint16_t)pick(3);
}

#define SETS  20u
#define RULES 12u

static void
some_end(struct nat_end_spec *e, uint32_t at)
{
	e->kind = NAT_END_INSTANCE + pick(3);
	e->n = 1 + pick(2);
	e->ids = calloc(e->n, sizeof(*e->ids));
	for (size_t i = 0; i < e->n; i++)
		e->ids[i] = (uint16_t)((at + i) % 6);
}

static bool
ends_meet(const struct nat_end_spec *a, const struct nat_end_spec *b)
{
	for (size_t i = 0; i < a->n && a->kind == b->kind; i++)
		for (size_t j = 0; j < b->n; j++)
			if (a->ids[i] == b->ids[j])
				return true;
	return a->kind == NAT_END_NONE && b->kind == NAT_END_NONE;
}

static bool
free_context(
	const struct nat_spec *n, enum nat_kind k, const struct nat_set_spec *s)
{
	for (size_t i = 0; i < n->nsets[k]; i++)
		if (ends_meet(&n->sets[k][i].from, &s->from) &&
			ends_meet(&n->sets[k][i].to, &s->to))
			return false;
	return true;
}

static void
some_sets(struct nat_spec *n, enum nat_kind k)
{
	n->sets[k] = calloc(SETS, sizeof(*n->sets[k]));
	n->rules[k] = calloc(SETS * RULES, sizeof(*n->rules[k]));
	for (uint32_t i = 0; i < SETS; i++) {
		struct nat_set_spec s = {.first = (uint32_t)n->nrules[k]};

		some_end(&s.from, pick(6));
		if (k == NAT_SOURCE)
			some_end(&s.to, pick(6));
		if (!free_context(n, k, &s)) {
			free(s.from.ids);
			free(s.to.ids);
			continue;
		}
		s.n = pick(RULES);
		for (uint32_t j = 0; j < s.n; j++) {
			struct nat_rule_spec *r = &n->rules[k][n->nrules[k]++];
			uint32_t id = (uint32_t)n->nrules[k];

			if (k == NAT_STATIC)
				some_static(r, (uint32_t)n->nsets[k], id);
			else
				some_rule(r, (uint32_t)n->nsets[k], id);
		}
		n->sets[k][n->nsets[k]++] = s;
	}
}

static struct image_spec *
some_spec(void)
{
	struct image_spec *s = calloc(1, sizeof(*s));

	s->apps = calloc(6, sizeof(*s->apps));
	s->napps = 6;
	for (uint32_t i = 0; i < 6; i++) {
		struct app_spec *a = &s->apps[i];

		a->any = i == 0;
		a->n = 1;
		a->terms = calloc(1, sizeof(*a->terms));
		*a->terms =
			(struct app_term_spec){.protocol = protocols[pick(4)],
				.sport_hi = UINT16_MAX,
				.dport_lo = (uint16_t)(1 + pick(4)),
				.dport_hi = (uint16_t)(4 + pick(8)),
				.icmp_type = pick(2) ? -1 : 8,
				.icmp_code = -1};
	}
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		some_sets(&s->nat, k);
	return s;
}

static struct nat_query
some_query(void)
{
	bool v6 = pick(2) == 0;
	struct nat_query q = {.in = {(uint16_t)pick(6)},
		.out = {(uint16_t)pick(6)},
		.from = {(uint16_t)pick(6)},
		.to = {(uint16_t)pick(6)},
		.from_vr = {(uint16_t)pick(6)},
		.to_vr = {(uint16_t)pick(6)},
		.protocol = protocols[pick(4)],
		.icmp_type = pick(2) ? 8 : 0};

	q.src = some_addr(v6);
	q.dst = some_addr(pick(4) == 0 ? !v6 : v6);
	if (q.protocol == IPP_TCP || q.protocol == IPP_UDP) {
		q.sport = (uint16_t)pick(12);
		q.dport = (uint16_t)pick(12);
	}
	return q;
}

/* ---- the model ---- */

static bool
in_ranges(const struct addr_range *r, size_t n, const struct ip_addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].lo.family == a->family &&
			ip_addr_cmp(&r[i].lo, a) <= 0 &&
			ip_addr_cmp(a, &r[i].hi) <= 0)
			return true;
	return n == 0;
}

static bool
in_ports(const struct nat_ports *p, size_t n, const struct nat_query *q,
	uint16_t port)
{
	for (size_t i = 0; i < n; i++)
		if ((q->protocol == IPP_TCP || q->protocol == IPP_UDP) &&
			p[i].lo <= port && port <= p[i].hi)
			return true;
	return n == 0;
}

static bool
in_app(const struct image_spec *s, const struct nat_rule_spec *r,
	const struct nat_query *q)
{
	const struct app_term_spec *t;

	if (r->napps == 0 || s->apps[r->apps[0]].any)
		return true;
	t = s->apps[r->apps[0]].terms;
	if (t->protocol != q->protocol)
		return false;
	if (q->protocol == IPP_ICMP)
		return t->icmp_type < 0 || t->icmp_type == q->icmp_type;
	return q->dport >= t->dport_lo && q->dport <= t->dport_hi;
}

static bool
rule_fits(const struct image_spec *s, const struct nat_rule_spec *r,
	const struct nat_query *q)
{
	bool protocol = r->nprotocols == 0;

	for (size_t i = 0; i < r->nprotocols; i++)
		protocol |= r->protocols[i] == q->protocol;
	return protocol && in_ranges(r->src, r->nsrc, &q->src) &&
	       in_ranges(r->dst, r->ndst, &q->dst) &&
	       in_ports(r->sports, r->nsports, q, q->sport) &&
	       in_ports(r->dports, r->ndports, q, q->dport) && in_app(s, r, q);
}

/* The packet leaves: from the inside, to a remote that the rule is for. */
static bool
way_out_fits(const struct nat_rule_spec *r, const struct nat_query *q)
{
	struct addr_range in = {r->prefix.addr, ip_prefix_last(&r->prefix)};
	bool source = in_ranges(&in, 1, &q->src);

	if (r->action == NAT_INET)
		source = q->src.family != r->dst[0].lo.family;
	return source && q->dst.family == r->dst[0].lo.family &&
	       in_ranges(r->src, r->nsrc, &q->dst) &&
	       in_ports(r->sports, r->nsports, q, q->dport) &&
	       in_ports(r->mapped.lo ? &r->mapped : r->dports, r->ndports, q,
		       q->sport) &&
	       (!r->has_vr || r->vr.v == q->from_vr.v);
}

static bool
end_fits(const struct nat_end_spec *e, struct ifl_id ifl, struct zone_id zone,
	struct vr_id vr)
{
	uint16_t id = e->kind == NAT_END_INTERFACE ? ifl.v
		      : e->kind == NAT_END_ZONE    ? zone.v
						   : vr.v;

	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i] == id)
			return true;
	return e->kind == NAT_END_NONE;
}

static uint32_t
model(const struct image_spec *s, enum nat_kind k, const struct nat_query *q,
	bool out)
{
	const struct nat_spec *n = &s->nat;

	for (int rank = 15; rank >= 0; rank--)
		for (size_t i = 0; i < n->nsets[k]; i++) {
			const struct nat_set_spec *set = &n->sets[k][i];
			bool fits = out ? end_fits(&set->from, q->out, q->to,
						  q->to_vr)
					: end_fits(&set->from, q->in, q->from,
						  q->from_vr);

			if ((int)(set->to.kind * 4 + set->from.kind) != rank ||
				!fits ||
				!end_fits(&set->to, q->out, q->to, q->to_vr))
				continue;
			for (uint32_t j = set->first; j < set->first + set->n;
				j++)
				if (out ? way_out_fits(&n->rules[k][j], q)
					: rule_fits(s, &n->rules[k][j], q))
					return j;
		}
	return NAT_NO_RULE;
}

/* [NA-1] [NA-2] [NA-3] [NA-5] */
static void
as_the_model(void **state)
{
	uint32_t found = 0, found_out = 0;

	(void)state;
	for (seed = 1; seed < 4000000; seed = seed * 3 + 1) {
		uint64_t start = seed;
		struct image_spec *s = some_spec();
		struct image *im;

		assert_int_equal(image_build(s, true, &im), 0);
		for (int i = 0; i < 4000; i++) {
			struct nat_query q = some_query();
			uint32_t r;

			for (unsigned int k = 0; k < NAT_KINDS; k++) {
				r = image_nat_match(im, k, &q);
				assert_int_equal(r, model(s, k, &q, false));
				found += r != NAT_NO_RULE;
			}
			r = image_nat_match_reverse_static(im, &q);
			assert_int_equal(r, model(s, NAT_STATIC, &q, true));
			found_out += r != NAT_NO_RULE;
		}
		image_free(im);
		seed = start;
	}
	assert_true(found > 10000);
	assert_true(found_out > 1000);
}

static struct image_spec *
plain_spec(uint32_t nrules, bool same_context)
{
	struct image_spec *s = calloc(1, sizeof(*s));
	struct nat_spec *n = &s->nat;

	n->sets[NAT_SOURCE] = calloc(2, sizeof(struct nat_set_spec));
	n->rules[NAT_SOURCE] = calloc(nrules, sizeof(struct nat_rule_spec));
	n->nsets[NAT_SOURCE] = same_context ? 2 : 1;
	n->nrules[NAT_SOURCE] = nrules;
	for (unsigned int i = 0; i < n->nsets[NAT_SOURCE]; i++) {
		struct nat_set_spec *set = &n->sets[NAT_SOURCE][i];

		set->from.kind = set->to.kind = NAT_END_ZONE;
		set->from.n = set->to.n = 1;
		set->from.ids = calloc(1, sizeof(uint16_t));
		set->to.ids = calloc(1, sizeof(uint16_t));
		set->from.ids[0] = 6;
		set->to.ids[0] = 7;
		set->first = i * nrules;
		set->n = i == 0 ? nrules : 0;
	}
	for (uint32_t i = 0; i < nrules; i++) {
		struct nat_rule_spec *r = &n->rules[NAT_SOURCE][i];

		r->id = i + 1;
		r->src = calloc(1, sizeof(*r->src));
		r->nsrc = 1;
		r->src->lo = r->src->hi =
			ip_addr_v4(rte_cpu_to_be_32(0x0a000000 + i));
	}
	return s;
}

/* Ten thousand rules in one rule set: each is found, its neighbours are not. */
static void
many_rules(void **state)
{
	struct image_spec *s = plain_spec(10000, false);
	struct nat_query q = {.from = {6}, .to = {7}, .protocol = IPP_UDP};
	struct image *im;

	(void)state;
	assert_int_equal(image_build(s, true, &im), 0);
	q.dst = ip_addr_v4(0);
	for (uint32_t i = 0; i < 10001; i++) {
		q.src = ip_addr_v4(rte_cpu_to_be_32(0x0a000000 + i));
		assert_int_equal(image_nat_match(im, NAT_SOURCE, &q),
			i < 10000 ? i : NAT_NO_RULE);
	}
	assert_int_equal(image_nat_rule(im, NAT_SOURCE, 7)->id, 7);
	assert_null(image_nat_rule(im, NAT_SOURCE, 10001));
	assert_null(image_nat_rule(im, NAT_STATIC, 1));
	assert_null(image_nat_pool(im, 1));
	assert_true(image_nat_has(im, NAT_SOURCE));
	assert_false(image_nat_has(im, NAT_STATIC));
	image_free(im);
}

/* The packet path trusts the image, so a wrong spec does not become one. */
static void
unsound_specs_are_refused(void **state)
{
	struct image *im = NULL;

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct image_spec *s = plain_spec(3, i == 0);
		struct nat_rule_spec *r = s->nat.rules[NAT_SOURCE];

		if (i == 1)
			r[1].id = 0;
		else if (i == 2)
			r[1].action = NAT_POOL;
		else if (i == 3)
			r[1].set = 9;
		else if (i == 4)
			s->nat.sets[NAT_SOURCE][0].n = 2;
		else if (i == 5)
			r[1].src->hi = some_addr(true);
		else if (i == 6)
			r[1].napps = 1, r[1].apps = calloc(1, 4);
		else if (i == 7)
			s->nat.sets[NAT_SOURCE][0].to.kind = NAT_END_NONE;
		assert_int_equal(image_build(s, true, &im), -22);
		image_spec_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_model),
		cmocka_unit_test(many_rules),
		cmocka_unit_test(unsound_specs_are_refused),
	};

	return cmocka_run_group_tests_name("nat_match", tests, NULL, NULL);
}
