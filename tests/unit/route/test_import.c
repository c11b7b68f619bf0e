/* SPDX-License-Identifier: Apache-2.0 */
/* instance-import: the article's tables and the rows around them. */
#include "route_fixture.h"

#include <string.h>

#define ISP_TABLE                                                              \
	"* 0.0.0.0/0 Static/5 192.0.2.1@2\n"                                   \
	"* 192.0.2.0/24 Direct/0 @2\n"                                         \
	"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"

#define LAN_TABLE                                                              \
	"* 0.0.0.0/0 Static/5 192.0.2.1@2 s4\n"                                \
	"* 192.0.2.0/24 Direct/0 @2 s4\n"                                      \
	"* 192.0.2.2/32 Local/0 192.0.2.2@2 s4\n"                              \
	"* 192.168.1.0/24 Direct/0 @1\n"                                       \
	"* 192.168.1.1/32 Local/0 192.168.1.1@1\n"

/* The article: five routes in LAN, three in ISP. */
static void
import_rt_8_article(void **state)
{
	struct route_table_info info;
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4, ISP_TABLE);
	assert_table(db, LAN, IP_V4, LAN_TABLE);
	assert_table(db, MASTER, IP_V4, "");
	assert_int_equal(route_db_table_count(db), 2);
	route_table_info(route_db_table(db, 1), &info);
	assert_string_equal(info.name, "LAN.inet.0");
	assert_int_equal(info.destinations, 5);
	assert_int_equal(info.routes, 5);
	assert_int_equal(info.active, 5);
	assert_int_equal(info.holddown + info.hidden, 0);
	route_db_free(db);
}

static void
import_rt_8_article_ipv6(void **state)
{
	struct route_view *v;
	struct route_db *db;
	struct lab lab;

	lab_init6(&lab);
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4, LAN_TABLE);
	assert_table(db, LAN, IP_V6,
		"* ::/0 Static/5 2001:db8:2::1@2 s4\n"
		"* 2001:db8:1::/64 Direct/0 @1\n"
		"* 2001:db8:1::1/128 Local/0 2001:db8:1::1@1\n"
		"* 2001:db8:2::/64 Direct/0 @2 s4\n"
		"* 2001:db8:2::2/128 Local/0 2001:db8:2::2@2 s4\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "2001:db8:2::2")->type, NH_LOCAL);
	assert_int_equal(look(v, LAN, "2001:db8:2::3")->type, NH_RESOLVE);
	assert_int_equal(look(v, LAN, "2001:db8:9::3")->type, NH_UCAST);
	assert_int_equal(look(v, ISP, "2001:db8:1::2")->ifl.v, GE1);
	route_view_free(v);
	route_db_free(db);
}

/* Row 2 of the matrix: each imports the other; nothing goes round twice. */
static void
import_rt_8_both_ways(void **state)
{
	struct route_db *db;
	struct vr_id sec[4];
	const struct route_table *t;
	struct route_view *v;
	struct lab lab;

	lab_init(&lab);
	lab.vr[1].imports = &lab.import[1];
	lab.vr[1].nimports = 1;
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4, LAN_TABLE);
	assert_table(db, ISP, IP_V4,
		ISP_TABLE "* 192.168.1.0/24 Direct/0 @1 s5\n"
			  "* 192.168.1.1/32 Local/0 192.168.1.1@1 s5\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, ISP, "192.168.1.2")->type, NH_RESOLVE);
	assert_int_equal(look(v, ISP, "192.168.1.2")->ifl.v, GE0);
	route_view_free(v);
	t = route_db_table_of(db, (struct vr_id){ISP}, IP_V4);
	assert_int_equal(route_db_secondaries(
				 db, t, route_table_entry(t, 0), sec, LEN(sec)),
		1);
	assert_int_equal(sec[0].v, LAN);
	route_db_free(db);
}

/* Row 5: without the default of ISP, LAN still knows its own way back. */
static void
import_rt_8_default_removed(void **state)
{
	struct route_db *db;
	struct route_view *v;
	struct lab lab;

	lab_init(&lab);
	db = db_of(&lab.spec);
	lab.vr[1].nstatics = 0;
	apply(db, &lab.spec, 2000);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "192.168.1.2")->ifl.v, GE0);
	assert_int_equal(look(v, LAN, "198.51.100.1")->type, NH_NONE);
	assert_int_equal(look(v, ISP, "192.168.1.2")->type, NH_NONE);
	route_view_free(v);
	route_db_free(db);
}

/*
 * A third VR that imports LAN gets LAN's own routes, not those of ISP, even
 * from a term that says nothing; and nothing twice of its own.
 */
static void
import_rt_8_no_transit(void **state)
{
	struct vr_id from[2] = {{LAN}, {6}};
	struct route_addr_spec own = {{GE2}, prefix("10.0.0.1/24")};
	struct route_term_spec terms[2];
	struct route_vr_spec vrs[4];
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	vrs[0] = lab.vr[0];
	vrs[2] = lab.vr[1];
	vrs[3] = lab.vr[2]; /* after the one that imports it */
	vrs[1] = (struct route_vr_spec){.id = {6},
		.name = "GUEST",
		.addrs = &own,
		.naddrs = 1,
		.imports = &lab.import[1],
		.nimports = 1};
	terms[0] = lab.term[1];
	terms[0].instances = from;
	terms[0].ninstances = 2;
	terms[1] = (struct route_term_spec){.verdict = PV_ACCEPT};
	lab.policy[1].terms = terms;
	lab.policy[1].n = 2;
	lab.spec.vrs = vrs;
	lab.spec.nvrs = 4;
	db = db_of(&lab.spec);
	assert_table(db, 6, IP_V4,
		"* 10.0.0.0/24 Direct/0 @4\n"
		"* 10.0.0.1/32 Local/0 10.0.0.1@4\n"
		"* 192.168.1.0/24 Direct/0 @1 s5\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1 s5\n");
	route_db_free(db);
}

/* from protocol direct: without Local the box asks for its own address. */
static void
import_rt_10_local_routes_matter(void **state)
{
	struct route_db *db;
	struct route_view *v;
	struct lab lab;

	lab_init(&lab);
	db = db_of(&lab.spec);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "192.0.2.2")->type, NH_LOCAL);
	assert_int_equal(look(v, LAN, "192.0.2.2")->ifl.v, GE1);
	route_view_free(v);
	lab.term[0].protocols = 1u << ROUTE_PROTO_DIRECT;
	apply(db, &lab.spec, 2000);
	assert_table(db, LAN, IP_V4,
		"* 192.0.2.0/24 Direct/0 @2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "192.0.2.2")->type, NH_RESOLVE);
	route_view_free(v);
	route_db_free(db);
}

/* The same subnet here and there: the own one wins, the other stands below. */
static void
import_rt_8_own_route_wins(void **state)
{
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	lab.lan_addr[0].prefix = prefix("192.0.2.3/24");
	lab.vr[1].nstatics = 0;
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4,
		"* 192.0.2.0/24 Direct/0 @1\n"
		"- 192.0.2.0/24 Direct/0 @2 s4\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2 s4\n"
		"* 192.0.2.3/32 Local/0 192.0.2.3@1\n");
	assert_int_equal(
		route_table_entry(
			route_db_table_of(db, (struct vr_id){LAN}, IP_V4), 1)
			->reason,
		ROUTE_REASON_PRIMARY);
	route_db_free(db);
}

/* Of two imported ones at equal preference, the one without a gateway. */
static void
import_rt_4_order_of_imported(void **state)
{
	struct vr_id from[2] = {{ISP}, {6}};
	struct static_route_spec s = static_to("0.0.0.0/0", ROUTE_DISCARD);
	struct static_route_spec two[2];
	struct route_nh_spec nh[2];
	struct route_vr_spec vrs[4];
	const struct route_table *t;
	struct route_db *db;
	struct vr_id sec;
	struct lab lab;

	lab_init(&lab);
	two[0] = static_via("0.0.0.0/0", &nh[0], "192.0.2.1");
	two[1] = static_via("0.0.0.0/0", &nh[1], "192.0.2.3");
	two[1].attrs.preference = 6;
	lab.vr[1].statics = two;
	lab.vr[1].nstatics = 2;
	lab.term[0].instances = from;
	lab.term[0].ninstances = 2;
	lab.term[0].protocols = 1u << ROUTE_PROTO_STATIC;
	memcpy(vrs, lab.vr, sizeof(lab.vr));
	vrs[3] = (struct route_vr_spec){
		.id = {6}, .name = "NULL", .statics = &s, .nstatics = 1};
	lab.spec.vrs = vrs;
	lab.spec.nvrs = 4;
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4,
		"* 0.0.0.0/0 Static/5 Discard s6\n"
		"- 0.0.0.0/0 Static/5 192.0.2.1@2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	t = route_db_table_of(db, (struct vr_id){ISP}, IP_V4);
	assert_int_equal(
		route_db_secondaries(db, t, route_table_entry(t, 0), &sec, 1),
		1);
	assert_int_equal(sec.v, LAN);
	/* the backup was not imported */
	assert_int_equal(
		route_db_secondaries(db, t, route_table_entry(t, 1), &sec, 1),
		0);
	route_db_free(db);
}

/* The policy may change anything but the next hop. */
static void
import_rt_8_changes_attributes(void **state)
{
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	lab.term[0].protocols = 1u << ROUTE_PROTO_STATIC;
	lab.term[0].set_metric = lab.term[0].set_tag = true;
	lab.term[0].set_preference = true;
	lab.term[0].new_metric = 42;
	lab.term[0].new_tag = 43;
	lab.term[0].new_preference = 44;
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4,
		"* 0.0.0.0/0 Static/44 metric 42 tag 43 192.0.2.1@2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	assert_table(db, ISP, IP_V4, ISP_TABLE);
	route_db_free(db);
}

/* A gateway on an imported subnet makes an own static route usable. */
static void
import_rt_7_gateway_on_imported_subnet(void **state)
{
	struct static_route_spec s[2];
	struct route_nh_spec nh[2];
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	s[0] = static_via("203.0.113.0/24", &nh[0], "192.0.2.9");
	s[1] = static_via("198.51.100.0/24", &nh[1], "10.9.9.9");
	lab.vr[2].statics = s;
	lab.vr[2].nstatics = 2;
	db = db_of(&lab.spec);
	assert_table(db, LAN, IP_V4,
		LAN_TABLE "h 198.51.100.0/24 Static/5 10.9.9.9@0\n"
			  "* 203.0.113.0/24 Static/5 192.0.2.9@2\n");
	lab.vr[2].nimports = 0;
	apply(db, &lab.spec, 2000);
	assert_table(db, LAN, IP_V4,
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n"
		"h 198.51.100.0/24 Static/5 10.9.9.9@0\n"
		"h 203.0.113.0/24 Static/5 192.0.2.9@0\n");
	route_db_free(db);
}

/* A down interface takes the Direct route away and makes Local reject. */
static void
import_rt_2_far_interface_down(void **state)
{
	bool up[16] = {[GE0] = true};
	struct route_db *db;
	struct route_view *v;
	struct lab lab;

	lab_init(&lab);
	db = db_of(&lab.spec);
	assert_int_equal(route_db_links(db, up, 2000), 0);
	assert_table(db, LAN, IP_V4,
		"* 192.0.2.2/32 Local/0 Reject 192.0.2.2@2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "192.0.2.2")->type, NH_DOWN);
	route_view_free(v);
	up[GE1] = true;
	assert_int_equal(route_db_links(db, up, 3000), 0);
	assert_table(db, LAN, IP_V4, LAN_TABLE);
	route_db_free(db);
}

/* A next-table route is not imported by the table that it points at. */
static void
import_rt_8_next_table_back(void **state)
{
	struct static_route_spec s = static_to("0.0.0.0/0", ROUTE_TABLE);
	struct route_db *db;
	struct lab lab;

	lab_init(&lab);
	lab.vr[1].nstatics = 0;
	lab.vr[2].nimports = 0;
	lab.vr[1].imports = &lab.import[1];
	lab.vr[1].nimports = 1;
	s.table_vr.v = ISP;
	lab.vr[2].statics = &s;
	lab.vr[2].nstatics = 1;
	db = db_of(&lab.spec);
	assert_table(db, ISP, IP_V4,
		"* 192.0.2.0/24 Direct/0 @2\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2\n"
		"* 192.168.1.0/24 Direct/0 @1 s5\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1 s5\n");
	route_db_free(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_rt_8_article),
		cmocka_unit_test(import_rt_8_article_ipv6),
		cmocka_unit_test(import_rt_8_both_ways),
		cmocka_unit_test(import_rt_8_default_removed),
		cmocka_unit_test(import_rt_8_no_transit),
		cmocka_unit_test(import_rt_10_local_routes_matter),
		cmocka_unit_test(import_rt_8_own_route_wins),
		cmocka_unit_test(import_rt_4_order_of_imported),
		cmocka_unit_test(import_rt_8_changes_attributes),
		cmocka_unit_test(import_rt_7_gateway_on_imported_subnet),
		cmocka_unit_test(import_rt_2_far_interface_down),
		cmocka_unit_test(import_rt_8_next_table_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
