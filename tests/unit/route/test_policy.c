/* SPDX-License-Identifier: Apache-2.0 */
/* [RT-5]: the policy language, one route at a time. */
#include "route_fixture.h"

#include <string.h>

#include "route/route_policy.h"

/* --- route filters ------------------------------------------------------ */

static void
policy_rt_5_route_filter_types(void **state)
{
	static const struct {
		const char *filter;
		enum route_filter_type type;
		uint8_t lo, hi;
		const char *extra; /* through, or mask */
		const char *route;
		bool match;
	} cases[] = {
		{"10.0.0.0/8", RF_EXACT, 0, 0, NULL, "10.0.0.0/8", true},
		{"10.0.0.0/8", RF_EXACT, 0, 0, NULL, "10.0.0.0/9", false},
		{"10.0.0.0/8", RF_ORLONGER, 0, 0, NULL, "10.0.0.0/8", true},
		{"10.0.0.0/8", RF_ORLONGER, 0, 0, NULL, "10.1.0.0/16", true},
		{"10.0.0.0/8", RF_ORLONGER, 0, 0, NULL, "0.0.0.0/0", false},
		{"10.0.0.0/8", RF_ORLONGER, 0, 0, NULL, "11.0.0.0/8", false},
		{"10.0.0.0/8", RF_LONGER, 0, 0, NULL, "10.0.0.0/8", false},
		{"10.0.0.0/8", RF_LONGER, 0, 0, NULL, "10.0.0.0/9", true},
		{"10.0.0.0/8", RF_UPTO, 0, 16, NULL, "10.0.0.0/8", true},
		{"10.0.0.0/8", RF_UPTO, 0, 16, NULL, "10.9.0.0/16", true},
		{"10.0.0.0/8", RF_UPTO, 0, 16, NULL, "10.9.0.0/17", false},
		{"10.0.0.0/8", RF_LENGTH_RANGE, 16, 24, NULL, "10.0.0.0/15",
			false},
		{"10.0.0.0/8", RF_LENGTH_RANGE, 16, 24, NULL, "10.0.0.0/16",
			true},
		{"10.0.0.0/8", RF_LENGTH_RANGE, 16, 24, NULL, "10.0.0.0/24",
			true},
		{"10.0.0.0/8", RF_LENGTH_RANGE, 16, 24, NULL, "10.0.0.0/25",
			false},
		{"10.0.0.0/8", RF_THROUGH, 0, 0, "10.1.0.0/16", "10.0.0.0/8",
			true},
		{"10.0.0.0/8", RF_THROUGH, 0, 0, "10.1.0.0/16", "10.0.0.0/12",
			true},
		{"10.0.0.0/8", RF_THROUGH, 0, 0, "10.1.0.0/16", "10.1.0.0/16",
			true},
		{"10.0.0.0/8", RF_THROUGH, 0, 0, "10.1.0.0/16", "10.2.0.0/16",
			false},
		{"10.0.0.0/8", RF_THROUGH, 0, 0, "10.1.0.0/16", "10.1.0.0/17",
			false},
		{"10.1.0.0/16", RF_ADDRESS_MASK, 0, 0, "255.0.255.0/32",
			"10.7.0.0/16", true},
		{"10.1.0.0/16", RF_ADDRESS_MASK, 0, 0, "255.0.255.0/32",
			"11.1.0.0/16", false},
		{"10.1.0.0/16", RF_ADDRESS_MASK, 0, 0, "255.0.255.0/32",
			"10.7.0.0/17", false},
		{"2001:db8::/32", RF_ORLONGER, 0, 0, NULL, "2001:db8:1::/48",
			true},
		{"2001:db8::/32", RF_ORLONGER, 0, 0, NULL, "2001:db9::/48",
			false},
		{"0.0.0.0/0", RF_ORLONGER, 0, 0, NULL, "2001:db8::/32", false},
		{"0.0.0.0/0", RF_EXACT, 0, 0, NULL, "0.0.0.0/0", true},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct route_filter_spec f = {
			.prefix = prefix(cases[i].filter),
			.type = cases[i].type,
			.lo = cases[i].lo,
			.hi = cases[i].hi,
		};
		struct ip_prefix p = prefix(cases[i].route);

		if (cases[i].extra != NULL) {
			f.through = prefix(cases[i].extra);
			f.mask = f.through.addr;
		}
		if (route_filter_match(&f, &p) != cases[i].match)
			fail_msg("case %zu: %s against %s", i, cases[i].route,
				cases[i].filter);
	}
}

/* --- policies ----------------------------------------------------------- */

/* A static route 10.1.0.0/16 of ISP via 192.0.2.1 on GE1, metric 7, tag 9. */
static struct route_entry_nh a_nh;

static struct route_entry
a_route(void)
{
	a_nh = (struct route_entry_nh){
		.gateway = addr("192.0.2.1"), .ifl = {GE1}};
	return (struct route_entry){
		.prefix = prefix("10.1.0.0/16"),
		.proto = ROUTE_PROTO_STATIC,
		.way = WAY_NEXTHOP,
		.preference = 5,
		.metric = 7,
		.has_metric = true,
		.tag = 9,
		.has_tag = true,
		.primary_vr = {ISP},
		.nhs = &a_nh,
		.nnhs = 1,
	};
}

static bool
run_terms(struct route_term_spec *terms, size_t n, struct route_entry *e)
{
	struct route_policy_spec p = {.terms = terms, .n = n};
	struct route_spec spec = {.policies = &p, .npolicies = 1};
	uint32_t chain = 0;

	*e = a_route();
	return route_policy_chain(&spec, &chain, 1, e);
}

static bool
run_one(struct route_term_spec t)
{
	struct route_entry e;

	t.verdict = PV_ACCEPT;
	return run_terms(&t, 1, &e);
}

static void
policy_rt_5_conditions(void **state)
{
	struct vr_id isp[] = {{LAN}, {ISP}}, lan[] = {{LAN}};
	enum ip_family v4[] = {IP_V4, IP_V4}, v6[] = {IP_V6, IP_V6};
	struct ifl_id ge1[] = {{GE0}, {GE1}}, ge0[] = {{GE0}};
	struct ip_addr gw = addr("192.0.2.1"), other = addr("192.0.2.3");
	struct ip_prefix nets[] = {prefix("10.0.0.0/8"), prefix("10.1.0.0/16")};
	struct prefix_filter_spec exact = {nets, 2, RF_EXACT};
	struct prefix_filter_spec longer = {nets, 2, RF_LONGER};
	struct prefix_filter_spec never = {nets + 1, 1, RF_LONGER};

#define TERM(...) ((struct route_term_spec){__VA_ARGS__})
	assert_true(run_one(TERM(.name = "any")));
	assert_true(run_one(TERM(.instances = isp, .ninstances = 2)));
	assert_false(run_one(TERM(.instances = lan, .ninstances = 1)));
	assert_true(run_one(TERM(.protocols = 1u << ROUTE_PROTO_STATIC |
					      1u << ROUTE_PROTO_LOCAL)));
	assert_false(run_one(TERM(.protocols = 1u << ROUTE_PROTO_DIRECT)));
	assert_true(run_one(TERM(.family = IP_V4)));
	assert_false(run_one(TERM(.family = IP_V6)));
	assert_true(
		run_one(TERM(.ribs_vr = isp, .ribs_family = v4, .nribs = 2)));
	assert_false(
		run_one(TERM(.ribs_vr = isp, .ribs_family = v6, .nribs = 2)));
	assert_true(run_one(TERM(.ifls = ge1, .nifls = 2)));
	assert_false(run_one(TERM(.ifls = ge0, .nifls = 1)));
	assert_true(run_one(TERM(.nexthops = &gw, .nnexthops = 1)));
	assert_false(run_one(TERM(.nexthops = &other, .nnexthops = 1)));
	assert_true(run_one(TERM(.from_metric = true, .metric = 7)));
	assert_false(run_one(TERM(.from_metric = true, .metric = 8)));
	assert_true(run_one(TERM(.from_tag = true, .tag = 9)));
	assert_false(run_one(TERM(.from_tag = true, .tag = 0)));
	assert_true(run_one(TERM(.from_preference = true, .preference = 5)));
	assert_false(run_one(TERM(.from_preference = true, .preference = 6)));
	assert_true(run_one(TERM(.prefix_lists = &exact, .nprefix_lists = 1)));
	assert_true(run_one(TERM(.prefix_lists = &longer, .nprefix_lists = 1)));
	assert_false(run_one(TERM(.prefix_lists = &never, .nprefix_lists = 1)));
	/* ANDed */
	assert_false(run_one(TERM(.instances = isp, .ninstances = 2,
		.protocols = 1u << ROUTE_PROTO_DIRECT)));
}

static struct route_filter_spec
filter(const char *p, enum route_filter_type type, enum policy_verdict then)
{
	return (struct route_filter_spec){
		.prefix = prefix(p), .type = type, .then = then};
}

static void
policy_rt_5_longest_filter_decides(void **state)
{
	struct route_filter_spec f[3];
	struct route_term_spec t = {
		.filters = f, .nfilters = 2, .set_tag = true, .new_tag = 1};
	struct route_entry e;

	/* The longer one does not fit: no falling back to the shorter. */
	f[0] = filter("10.0.0.0/8", RF_ORLONGER, PV_NONE);
	f[1] = filter("10.1.0.0/16", RF_LONGER, PV_NONE);
	assert_false(run_one(t));
	/* Its own action is taken instead of the term's. */
	f[1] = filter("10.1.0.0/16", RF_EXACT, PV_REJECT);
	assert_false(run_one(t));
	f[0].then = PV_REJECT;
	f[1].then = PV_ACCEPT;
	t.verdict = PV_REJECT;
	assert_true(run_terms(&t, 1, &e));
	assert_int_equal(e.tag, 9); /* the term's then was not run */
	/* The same prefix twice: the first whose type fits. */
	f[1] = filter("10.1.0.0/16", RF_LONGER, PV_REJECT);
	f[2] = filter("10.1.0.0/16", RF_EXACT, PV_ACCEPT);
	t.nfilters = 3;
	assert_true(run_terms(&t, 1, &e));
	/* None covers the route. */
	f[0] = filter("172.16.0.0/12", RF_ORLONGER, PV_ACCEPT);
	t.nfilters = 1;
	assert_false(run_terms(&t, 1, &e));
}

static void
policy_rt_5_terms_in_order(void **state)
{
	struct route_term_spec t[3] = {
		{.name = "a", .set_metric = true, .new_metric = 100},
		{.name = "b",
			.set_preference = true,
			.new_preference = 20,
			.set_tag = true,
			.new_tag = 3,
			.verdict = PV_NEXT_TERM},
		{.name = "",
			.from_metric = true,
			.metric = 100,
			.verdict = PV_ACCEPT},
	};
	struct route_entry e;

	/* changes without a verdict are kept, and seen by later terms */
	assert_true(run_terms(t, 3, &e));
	assert_int_equal(e.metric, 100);
	assert_int_equal(e.preference, 20);
	assert_int_equal(e.tag, 3);
	assert_int_equal(e.nhs[0].ifl.v, GE1);
	t[0].verdict = PV_REJECT;
	assert_false(run_terms(t, 3, &e));
	/* nothing matched: rejected */
	assert_false(run_terms(t + 2, 1, &e));
	assert_false(run_terms(NULL, 0, &e));
	/* default-action is not final, but decides at the end */
	t[0].verdict = PV_NONE;
	t[0].default_action = PV_ACCEPT;
	assert_true(run_terms(t, 1, &e));
	t[1].verdict = PV_REJECT;
	assert_false(run_terms(t, 2, &e));
	t[0].verdict = PV_NEXT_POLICY;
	assert_true(run_terms(t, 2, &e));
}

static void
policy_rt_5_chain_and_subroutine(void **state)
{
	uint32_t sub = 1;
	struct route_term_spec t[4] = {
		{.name = "call",
			.policies = &sub,
			.npolicies = 1,
			.verdict = PV_ACCEPT},
		{.name = "in-sub",
			.protocols = 1u << ROUTE_PROTO_STATIC,
			.set_tag = true,
			.new_tag = 77,
			.verdict = PV_ACCEPT},
		{.name = "next", .verdict = PV_NEXT_POLICY},
		{.name = "end", .verdict = PV_ACCEPT},
	};
	struct route_policy_spec p[4] = {{.terms = t, .n = 1},
		{.terms = t + 1, .n = 1}, {.terms = t + 2, .n = 1},
		{.terms = t + 3, .n = 1}};
	struct route_spec spec = {.policies = p, .npolicies = 4};
	struct route_entry e = a_route();
	const uint32_t calls[] = {0}, chain[] = {2, 3}, only_next[] = {2};

	assert_true(route_policy_chain(&spec, calls, 1, &e));
	assert_int_equal(e.tag, 77);
	e.proto = ROUTE_PROTO_LOCAL; /* the subroutine does not accept it */
	assert_false(route_policy_chain(&spec, calls, 1, &e));
	assert_true(route_policy_chain(&spec, chain, 2, &e));
	assert_false(route_policy_chain(&spec, only_next, 1, &e));
	t[1].verdict = PV_REJECT;
	e = a_route();
	assert_false(route_policy_chain(&spec, calls, 1, &e));
	assert_int_equal(e.tag, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_rt_5_route_filter_types),
		cmocka_unit_test(policy_rt_5_conditions),
		cmocka_unit_test(policy_rt_5_longest_filter_decides),
		cmocka_unit_test(policy_rt_5_terms_in_order),
		cmocka_unit_test(policy_rt_5_chain_and_subroutine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
