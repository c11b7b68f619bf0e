/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of policies against the sentence that it stands for: the policies of
 * the pair of zones in their order, then the global ones, the first match ends
 * [FL-11]. Random policies over few addresses and ports, so that ranges touch,
 * overlap and repeat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_byteorder.h>

#include "image/image.h"
#include "image/policy_shadow.h"

#define ADDRS    60u
#define APPS     20u
#define POLICIES 300u
#define ZONES    3u

static uint64_t seed;

static uint32_t
pick(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

/* Few values, some of them the ends of the space. */
static struct ip_addr
some_addr(bool v6)
{
	static const uint32_t v4[] = {0, UINT32_MAX, 0x0a000000, 0x0a0000ff};
	uint32_t low = pick(6) == 0 ? v4[pick(4)] : 0x0a000000 + pick(512);
	struct ip_addr a = ip_addr_v4(rte_cpu_to_be_32(low));

	if (v6) {
		uint8_t b[16] = {0x20, 0x01, 0x0d, 0xb8};

		b[7] = (uint8_t)pick(3);
		b[14] = (uint8_t)pick(2);
		b[15] = (uint8_t)pick(256);
		if (pick(8) == 0)
			memset(b, pick(2) ? 0xff : 0, sizeof(b));
		a = ip_addr_v6(b);
	}
	return a;
}

static struct addr_range
some_range(bool v6)
{
	struct addr_range r = {some_addr(v6), some_addr(v6)};

	if (pick(3) == 0)
		r.hi = r.lo;
	if (ip_addr_cmp(&r.lo, &r.hi) > 0) {
		struct ip_addr t = r.lo;

		r.lo = r.hi;
		r.hi = t;
	}
	return r;
}

static void
some_object(struct addr_obj_spec *o)
{
	o->n = 1 + pick(3);
	if (pick(20) == 0)
		o->n = 100; /* more than a rule keeps apart */
	o->ranges = calloc(o->n, sizeof(*o->ranges));
	for (size_t i = 0; i < o->n; i++)
		o->ranges[i] = some_range(pick(2) == 0);
	if (pick(4) != 0)
		return;
	o->nwildcards = 1 + pick(2); /* [FL-73] */
	o->wildcards = calloc(o->nwildcards, sizeof(*o->wildcards));
	for (size_t i = 0; i < o->nwildcards; i++) {
		struct addr_wildcard *w = &o->wildcards[i];
		struct ip_addr a = some_addr(false);

		w->mask = ~(1u << pick(6) | 1u << pick(4));
		w->addr = ntohl(a.v4_be) & w->mask;
	}
}

static void
any_object(struct addr_obj_spec *o)
{
	o->n = 2;
	o->ranges = calloc(2, sizeof(*o->ranges));
	o->ranges[0] =
		(struct addr_range){ip_addr_v4(0), ip_addr_v4(UINT32_MAX)};
	o->ranges[1].lo.family = o->ranges[1].hi.family = IP_V6;
	memset(o->ranges[1].hi.b, 0xff, 16);
}

static void
some_app(struct app_spec *a)
{
	static const uint8_t protocols[] = {IPP_TCP, IPP_UDP, IPP_ICMP, 200};

	a->n = 1 + pick(3);
	a->terms = calloc(a->n, sizeof(*a->terms));
	for (size_t i = 0; i < a->n; i++) {
		struct app_term_spec *t = &a->terms[i];
		uint16_t x = (uint16_t)pick(30), y = (uint16_t)pick(30);

		*t = (struct app_term_spec){.protocol = protocols[pick(4)],
			.sport_hi = UINT16_MAX,
			.dport_lo = x < y ? x : y,
			.dport_hi = x < y ? y : x,
			.icmp_type = (int16_t)((int)pick(3) - 1),
			.icmp_code = -1};
		if (pick(4) == 0)
			t->sport_lo = 10;
		if (pick(4) == 0)
			t->dport_hi = UINT16_MAX;
	}
}

static uint32_t *
some_places(size_t *n, uint32_t limit)
{
	uint32_t *p = calloc(3, sizeof(*p));

	*n = 1 + pick(3);
	for (size_t i = 0; i < *n; i++)
		p[i] = pick(3) == 0 ? 0 : pick(limit); /* 0 is any */
	return p;
}

static void
some_policy(struct policy_spec *p, uint32_t index)
{
	p->index = index;
	p->global = pick(4) == 0;
	p->nfrom = p->global ? pick(2) : 1;
	p->nto = p->global ? pick(2) : 1;
	p->from = calloc(1, sizeof(*p->from));
	p->to = calloc(1, sizeof(*p->to));
	p->from->v = (uint16_t)(6 + pick(ZONES));
	p->to->v = (uint16_t)(6 + pick(ZONES));
	p->src = some_places(&p->nsrc, ADDRS);
	p->dst = some_places(&p->ndst, ADDRS);
	p->apps = some_places(&p->napps, APPS);
	p->src_excluded = pick(10) == 0;
	p->dst_excluded = pick(10) == 0;
	p->inactive = pick(10) == 0;
	p->action = (enum policy_action)pick(3);
}

static struct image_spec *
some_spec(uint32_t policies)
{
	struct image_spec *s = calloc(1, sizeof(*s));

	flow_spec_default(&s->flow);
	s->naddrs = ADDRS;
	s->addrs = calloc(ADDRS, sizeof(*s->addrs));
	any_object(&s->addrs[0]);
	for (uint32_t i = 1; i < ADDRS; i++)
		some_object(&s->addrs[i]);
	s->napps = APPS;
	s->apps = calloc(APPS, sizeof(*s->apps));
	s->apps[0].any = true;
	for (uint32_t i = 1; i < APPS; i++)
		some_app(&s->apps[i]);
	s->npolicies = policies;
	s->policies = calloc(policies + 1, sizeof(*s->policies));
	for (uint32_t i = 0; i < policies; i++)
		some_policy(&s->policies[i], 4 + i);
	return s;
}

/* ---- the model ---- */

static bool
model_side(const struct image_spec *s, const uint32_t *objs, size_t n,
	bool excluded, const struct ip_addr *a)
{
	bool in = false;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < s->addrs[objs[i]].nwildcards; j++) {
			const struct addr_wildcard *w =
				&s->addrs[objs[i]].wildcards[j];

			in |= a->family == IP_V4 &&
			      (ntohl(a->v4_be) & w->mask) == w->addr;
		}
		for (size_t j = 0; j < s->addrs[objs[i]].n; j++) {
			const struct addr_range *r =
				&s->addrs[objs[i]].ranges[j];

			in |= r->lo.family == a->family &&
			      ip_addr_cmp(&r->lo, a) <= 0 &&
			      ip_addr_cmp(a, &r->hi) <= 0;
		}
	}
	return in != excluded;
}

static bool
model_term(const struct app_term_spec *t, const struct policy_query *q)
{
	if (t->protocol != q->protocol)
		return false;
	if (q->protocol == IPP_ICMP || q->protocol == IPP_ICMP6)
		return (t->icmp_type < 0 || t->icmp_type == q->icmp_type) &&
		       (t->icmp_code < 0 || t->icmp_code == q->icmp_code);
	return t->sport_lo <= q->sport && q->sport <= t->sport_hi &&
	       t->dport_lo <= q->dport && q->dport <= t->dport_hi;
}

static bool
model_app(const struct image_spec *s, const struct policy_spec *p,
	const struct policy_query *q)
{
	for (size_t i = 0; i < p->napps; i++) {
		const struct app_spec *a = &s->apps[p->apps[i]];

		if (a->any)
			return true;
		for (size_t j = 0; j < a->n; j++)
			if (model_term(&a->terms[j], q))
				return true;
	}
	return false;
}

static bool
model_policy(const struct image_spec *s, const struct policy_spec *p,
	const struct policy_query *q)
{
	if (p->inactive || (p->nfrom > 0 && p->from->v != q->from.v) ||
		(p->nto > 0 && p->to->v != q->to.v))
		return false;
	return model_side(s, p->src, p->nsrc, p->src_excluded, &q->src) &&
	       model_side(s, p->dst, p->ndst, p->dst_excluded, &q->dst) &&
	       model_app(s, p, q);
}

static uint32_t
model(const struct image_spec *s, const struct policy_query *q)
{
	for (int global = 0; global < 2; global++)
		for (size_t i = 0; i < s->npolicies; i++)
			if (s->policies[i].global == global &&
				model_policy(s, &s->policies[i], q))
				return s->policies[i].index;
	return 2;
}

/* ---- tests ---- */

static struct policy_query
some_query(void)
{
	static const uint8_t protocols[] = {IPP_TCP, IPP_UDP, IPP_ICMP, 200, 1};
	bool v6 = pick(2) == 0;

	return (struct policy_query){
		.from = {(uint16_t)(6 + pick(ZONES))},
		.to = {(uint16_t)(6 + pick(ZONES))},
		.src = some_addr(v6),
		.dst = some_addr(v6),
		.protocol = protocols[pick(5)],
		.sport = (uint16_t)pick(20),
		.dport = pick(10) == 0 ? UINT16_MAX : (uint16_t)pick(31),
		.icmp_type = (uint8_t)pick(3),
		.icmp_code = (uint8_t)pick(2),
	};
}

static void
compare(uint32_t policies, unsigned int queries)
{
	struct image_spec *s = some_spec(policies);
	struct image *image = NULL;

	assert_int_equal(0, image_build(s, true, &image));
	for (unsigned int i = 0; i < queries; i++) {
		struct policy_query q = some_query();
		struct policy_result r;

		image_policy_match(image, &q, &r);
		assert_int_equal(model(s, &q), r.index);
	}
	image_free(image);
}

/* [FL-75] Whatever a shadowed policy matches, the other one matches too. */
static size_t
check_shadows(uint32_t policies)
{
	struct image_spec *s = some_spec(policies);
	uint32_t *places = calloc(policies + 1, sizeof(*places)), n = 0;
	struct shadow_pair *pairs = NULL;
	struct image *image = NULL;
	size_t npairs = 0;

	for (uint32_t i = 0; i < policies; i++) {
		s->policies[i].inactive = false;
		if (s->policies[i].global)
			places[n++] = i;
	}
	assert_int_equal(0, image_build(s, true, &image));
	assert_int_equal(0, policy_shadows(image, places, n, &pairs, &npairs));
	for (unsigned int i = 0; i < 4000; i++) {
		struct policy_query q = some_query();

		for (size_t k = 0; k < npairs; k++)
			if (model_policy(
				    s, &s->policies[pairs[k].shadowed], &q))
				assert_true(model_policy(
					s, &s->policies[pairs[k].by], &q));
	}
	free(pairs);
	free(places);
	image_free(image);
	return npairs;
}

static void
test_fl_75_random(void **state)
{
	size_t found = 0;

	(void)state;
	for (unsigned int round = 0; round < 20; round++) {
		seed = 77 + round;
		found += check_shadows(120);
	}
	assert_true(found > 20); /* it does find some */
}

/* [FL-74] */
static void
test_random(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, 2, 5, 9, 30, 100, POLICIES, 1500};

	for (unsigned int round = 0; round < 8; round++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			seed = round * 1000 + i;
			compare(sizes[i], 400);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_fl_75_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
