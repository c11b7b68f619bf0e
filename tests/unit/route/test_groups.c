/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregate and generated routes [RT-15], rib-groups [RT-16], passive static
 * routes [RT-6]: what they are, and that they follow links and commits. */
#include "route_fixture.h"

#include <string.h>

static void
link_state(struct route_db *db, uint16_t ifl, bool up)
{
	bool links[IFL_MAX];

	memset(links, true, sizeof(links));
	links[ifl] = up;
	assert_int_equal(0, route_db_links(db, links, 2000));
}

/* ISP's default leads through 192.0.2.1; beside it a longer route. */
static void
longer_route(struct lab *lab)
{
	lab->isp_static[1] =
		static_via("203.0.113.128/25", &lab->isp_nh[1], "192.0.2.7");
	lab->vr[1].nstatics = 2;
}

/* RT-15: there while something more specific is. */
static void
groups_rt_15_aggregate(void **state)
{
	struct aggregate_spec a[2] = {
		{.prefix = prefix("203.0.113.0/24"),
			.type = ROUTE_DISCARD,
			.attrs = {.preference = 130}},
		{.prefix = prefix("198.51.100.0/24"),
			.type = ROUTE_REJECT,
			.attrs = {.preference = 130}},
	};
	struct route_db *db;
	struct lab lab;

	(void)state;
	lab_init(&lab);
	longer_route(&lab);
	lab.vr[1].aggregates = a;
	lab.vr[1].naggregates = 2;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"h 198.51.100.0/24 Aggregate/130 Reject\n"
		"* 203.0.113.0/24 Aggregate/130 Discard\n"
		"* 203.0.113.128/25 Static/5 192.0.2.7@2\n");
	link_state(db, GE1, false);
	assert_table(db, ISP, IP_V4,
		"h 0.0.0.0/0 Static/5 192.0.2.1@0\n"
		"* 192.0.2.2/32 Local/0 Reject 192.0.2.2@2\n"
		"h 198.51.100.0/24 Aggregate/130 Reject\n"
		"h 203.0.113.0/24 Aggregate/130 Discard\n"
		"h 203.0.113.128/25 Static/5 192.0.2.7@0\n");
	link_state(db, GE1, true);
	lab.vr[1].nstatics = 1; /* a commit takes the contributor away */
	apply(db, &lab.spec, 3000);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"h 198.51.100.0/24 Aggregate/130 Reject\n"
		"h 203.0.113.0/24 Aggregate/130 Discard\n");
	route_db_free(db);
}

/* RT-15: a generated route leads where its contributor with the lowest
 * preference does; Direct routes have no gateway to lend. */
static void
groups_rt_15_generate(void **state)
{
	struct aggregate_spec a = {.prefix = prefix("0.0.0.0/0"),
		.type = ROUTE_REJECT,
		.generate = true,
		.attrs = {.preference = 130}};
	struct route_view *v;
	struct route_db *db;
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab.isp_static[0] =
		static_via("203.0.113.128/25", &lab.isp_nh[0], "192.0.2.7");
	lab.isp_static[1] =
		static_via("203.0.113.0/25", &lab.isp_nh[1], "192.0.2.8");
	lab.isp_static[1].attrs.preference = 6;
	lab.vr[1].nstatics = 2;
	lab.vr[1].aggregates = &a;
	lab.vr[1].naggregates = 1;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Aggregate/130 192.0.2.7@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"* 203.0.113.0/25 Static/6 192.0.2.8@2\n"
		"* 203.0.113.128/25 Static/5 192.0.2.7@2\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, ISP, "8.8.8.8")->type, NH_UCAST);
	assert_int_equal(look(v, LAN, "8.8.8.8")->type, NH_UCAST);
	route_view_free(v);
	lab.vr[1].nstatics = 0;
	apply(db, &lab.spec, 3000);
	assert_table(db, ISP, IP_V4,
		"h 0.0.0.0/0 Aggregate/130 Reject\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n");
	route_db_free(db);
}

/* RT-15: `policy` says which routes contribute. */
static void
groups_rt_15_policy(void **state)
{
	struct route_term_spec term = {
		.protocols = 1u << ROUTE_PROTO_STATIC, .verdict = PV_REJECT};
	struct route_policy_spec policy[3];
	uint32_t chain = 2;
	struct aggregate_spec a = {.prefix = prefix("203.0.113.0/24"),
		.type = ROUTE_REJECT,
		.policies = &chain,
		.npolicies = 1,
		.attrs = {.preference = 130}};
	struct route_db *db;
	struct lab lab;

	(void)state;
	lab_init(&lab);
	longer_route(&lab);
	memcpy(policy, lab.policy, sizeof(lab.policy));
	policy[2] = (struct route_policy_spec){
		.name = "none", .terms = &term, .n = 1};
	lab.spec.policies = policy;
	lab.spec.npolicies = 3;
	lab.vr[1].aggregates = &a;
	lab.vr[1].naggregates = 1;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"h 203.0.113.0/24 Aggregate/130 Reject\n"
		"* 203.0.113.128/25 Static/5 192.0.2.7@2\n");
	route_db_free(db);
}

/* RT-16: a copy of certain protocols, also into a table that imports. */
static void
groups_rt_16_copies(void **state)
{
	struct route_copy_spec own = {.from = {LAN},
		.family = IP_V4,
		.protocols =
			1u << ROUTE_PROTO_DIRECT | 1u << ROUTE_PROTO_LOCAL};
	struct route_copy_spec statics = {.from = {ISP},
		.family = IP_V4,
		.protocols = 1u << ROUTE_PROTO_STATIC};
	struct route_view *v;
	struct route_db *db;
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab.vr[2].nimports = 0;
	lab.vr[1].copies = &own;
	lab.vr[1].ncopies = 1;
	lab.vr[2].copies = &statics;
	lab.vr[2].ncopies = 1;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"* 192.168.1.0/24 Direct/0 @1 s5\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1 s5\n");
	assert_table(db, LAN, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "203.0.113.1")->ifl.v, GE1);
	assert_int_equal(look(v, ISP, "192.168.1.9")->ifl.v, GE0);
	route_view_free(v);
	link_state(db, GE0, false); /* the source changes: so do the copies */
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"* 192.168.1.1/32 Local/0 Reject 192.168.1.1@1 s5\n");
	lab.vr[1].ncopies = 0;
	apply(db, &lab.spec, 3000);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n");
	route_db_free(db);
}

/* RT-6: a passive route whose gateway is gone stays, and rejects, so that its
 * traffic does not take the default. */
static void
groups_rt_6_passive(void **state)
{
	struct route_view *v;
	struct route_db *db;
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab.isp_static[1] =
		static_via("203.0.113.0/24", &lab.isp_nh[1], "198.51.100.9");
	lab.isp_static[1].attrs.passive = true;
	lab.vr[1].nstatics = 2;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"* 203.0.113.0/24 Static/5 Reject\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, ISP, "203.0.113.1")->type, NH_REJECT);
	route_view_free(v);
	lab.isp_nh[1].gateway = addr("192.0.2.9"); /* it comes back */
	apply(db, &lab.spec, 3000);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, ISP, "203.0.113.1")->type, NH_UCAST);
	route_view_free(v);
	link_state(db, GE1, false);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, ISP, "203.0.113.1")->type, NH_REJECT);
	route_view_free(v);
	route_db_free(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_rt_15_aggregate),
		cmocka_unit_test(groups_rt_15_generate),
		cmocka_unit_test(groups_rt_15_policy),
		cmocka_unit_test(groups_rt_16_copies),
		cmocka_unit_test(groups_rt_6_passive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
