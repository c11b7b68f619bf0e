/* SPDX-License-Identifier: Apache-2.0 */
/* What the packet path sees: look-ups, next-table, numbers, sharing. */
#include "route_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"

static void
view_article(void **state)
{
	struct route_db *db;
	struct route_view *v;
	struct lab lab;
	const struct nexthop *nh;

	lab_init(&lab);
	db = db_of(&lab.spec);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(route_view_generation(v), 1);
	nh = look(v, LAN, "192.0.2.1");
	assert_int_equal(nh->type, NH_RESOLVE);
	assert_int_equal(nh->ifl.v, GE1);
	nh = look(v, LAN, "198.51.100.1");
	assert_int_equal(nh->type, NH_UCAST);
	assert_int_equal(nh->ifl.v, GE1);
	assert_true(nh->id.v >= 512);
	assert_int_equal(nh->gateway.v4_be, addr("192.0.2.1").v4_be);
	/* one number in all tables */
	assert_int_equal(look(v, ISP, "198.51.100.1")->id.v, nh->id.v);
	nh = look(v, LAN, "192.168.1.1");
	assert_int_equal(nh->type, NH_LOCAL);
	assert_int_equal(nh->gateway.v4_be, addr("192.168.1.1").v4_be);
	assert_int_equal(look(v, ISP, "192.168.1.2")->type, NH_UCAST);
	/* no table, no such virtual router, no address */
	assert_int_equal(look(v, MASTER, "192.0.2.1")->type, NH_NONE);
	assert_int_equal(look(v, 4000, "192.0.2.1")->type, NH_NONE);
	assert_int_equal(look(v, LAN, "2001:db8::1")->type, NH_NONE);
	assert_int_equal(
		route_view_lookup(v, (struct vr_id){LAN}, &(struct ip_addr){0}),
		0);
	assert_int_equal(route_view_nexthop(v, 0)->type, NH_NONE);
	assert_int_equal(route_view_nexthop(v, UINT32_MAX)->type, NH_NONE);
	assert_true(route_view_nexthop_count(v) > 5);
	route_view_free(v);
	route_db_free(db);
}

/* The article's forwarding table, and the addresses that stay at home. */
static void
view_rt_11_forwarding_table(void **state)
{
	struct route_db *db;
	struct route_view *v;
	struct route_fib_row r;
	struct lab lab;

	lab_init(&lab);
	db = db_of(&lab.spec);
	assert_fib(db, LAN, IP_V4,
		"0.0.0.0/0 user ucst 192.0.2.1 @2\n"
		"0.0.0.0/32 perm dscd\n"
		"192.0.2.0/24 intf rslv @2\n"
		"192.0.2.0/32 dest recv 192.0.2.0 @2\n"
		"192.0.2.2/32 intf locl 192.0.2.2\n"
		"192.0.2.255/32 dest bcst 192.0.2.255 @2\n"
		"192.168.1.0/24 intf rslv @1\n"
		"192.168.1.0/32 dest recv 192.168.1.0 @1\n"
		"192.168.1.1/32 intf locl 192.168.1.1\n"
		"192.168.1.255/32 dest bcst 192.168.1.255 @1\n"
		"224.0.0.0/4 perm dscd\n"
		"255.255.255.255/32 perm bcst\n");
	assert_fib(db, MASTER, IP_V4, "0.0.0.0/0 perm rjct\n");
	assert_int_equal(route_db_fib_count(db, (struct vr_id){77}, IP_V4), 0);
	assert_true(route_db_fib_row(db, (struct vr_id){LAN}, IP_V4, 0, &r));
	assert_int_equal(r.nh_refs, 2); /* in ISP and in LAN */
	assert_int_equal(r.rt_refs, 0);
	assert_false(route_db_fib_row(db, (struct vr_id){LAN}, IP_V4, 99, &r));
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, LAN, "192.168.1.255")->type, NH_BCAST);
	assert_int_equal(look(v, LAN, "192.168.1.0")->type, NH_BCAST);
	assert_int_equal(look(v, LAN, "192.0.2.255")->type, NH_BCAST);
	assert_int_equal(look(v, LAN, "255.255.255.255")->type, NH_BCAST);
	assert_int_equal(look(v, LAN, "224.0.0.9")->type, NH_DISCARD);
	assert_int_equal(look(v, LAN, "0.0.0.0")->type, NH_DISCARD);
	route_view_free(v);
	route_db_free(db);
}

static struct adj_id
resolver(void *ctx, struct ifl_id ifl, const struct ip_addr *gw)
{
	(*(int *)ctx)++;
	return (struct adj_id){ifl.v * 1000u + gw->b[3]};
}

static void
view_asks_for_adjacencies(void **state)
{
	struct route_db *db;
	struct route_view *v;
	struct lab lab;
	int asked = 0;

	lab_init(&lab);
	db = db_of(&lab.spec);
	v = route_db_view(db, resolver, &asked);
	assert_int_equal(asked, 1); /* once per gateway, not per table */
	assert_int_equal(look(v, LAN, "198.51.100.1")->adj.v, 2001);
	assert_int_equal(look(v, LAN, "192.168.1.2")->adj.v, 0);
	route_view_free(v);
	route_db_free(db);
}

/* Old views stay whole while new ones are made; numbers stay the same. */
static void
view_old_and_new_together(void **state)
{
	struct route_db *db;
	struct route_view *a, *b;
	struct lab lab;
	uint32_t id;

	lab_init(&lab);
	db = db_of(&lab.spec);
	a = route_db_view(db, NULL, NULL);
	id = look(a, LAN, "192.168.1.9")->id.v;
	lab.isp_nh[0].gateway = addr("192.0.2.77");
	apply(db, &lab.spec, 2000);
	b = route_db_view(db, NULL, NULL);
	assert_int_equal(route_view_generation(b), 2);
	assert_int_equal(look(a, LAN, "8.8.8.8")->gateway.b[3], 1);
	assert_int_equal(look(b, LAN, "8.8.8.8")->gateway.b[3], 77);
	assert_int_not_equal(
		look(a, LAN, "8.8.8.8")->id.v, look(b, LAN, "8.8.8.8")->id.v);
	assert_int_equal(look(b, LAN, "192.168.1.9")->id.v, id);
	route_db_free(db); /* views outlive the database */
	assert_int_equal(look(a, LAN, "8.8.8.8")->gateway.b[3], 1);
	assert_int_equal(look(b, LAN, "8.8.8.8")->gateway.b[3], 77);
	route_view_free(a);
	route_view_free(b);
}

/* A change in one table leaves the memory of the others alone. */
static void
view_shares_unchanged_tables(void **state)
{
	const struct fib_table *isp, *lan;
	struct route_db *db;
	struct route_view *a, *b;
	struct lab lab;

	lab_init(&lab);
	lab.vr[2].nimports = 0;
	db = db_of(&lab.spec);
	a = route_db_view(db, NULL, NULL);
	isp = db->rib->tables[1 * FAMS + FAM4].fib;
	lan = db->rib->tables[2 * FAMS + FAM4].fib;
	assert_null(db->rib->tables[0].fib);
	assert_int_equal(lan->refs, 2);
	lab.isp_nh[0].gateway = addr("192.0.2.77");
	apply(db, &lab.spec, 2000);
	b = route_db_view(db, NULL, NULL);
	assert_ptr_not_equal(db->rib->tables[1 * FAMS + FAM4].fib, isp);
	assert_ptr_equal(db->rib->tables[2 * FAMS + FAM4].fib, lan);
	assert_int_equal(lan->refs, 3);
	assert_int_equal(isp->refs, 1);
	route_view_free(a);
	route_view_free(b);
	assert_int_equal(lan->refs, 1);
	route_db_free(db);
}

/* A chain of n virtual routers, each sending the default to the next. */
static struct route_db *
chain_db(struct lab *lab, struct route_vr_spec *vrs,
	struct static_route_spec *s, uint16_t n, bool import_last)
{
	static const uint32_t from_isp[] = {0};

	lab_init(lab);
	for (uint16_t i = 0; i < n; i++) {
		vrs[i] = (struct route_vr_spec){.id = {(uint16_t)(10 + i)},
			.statics = &s[i],
			.nstatics = 1};
		snprintf(vrs[i].name, ROUTE_NAME_MAX, "vr%u", i);
		s[i] = static_to("0.0.0.0/0", ROUTE_TABLE);
		s[i].table_vr.v = (uint16_t)(11 + i);
	}
	s[n - 1].table_vr.v = ISP;
	vrs[n] = lab->vr[1];
	if (import_last)
		vrs[0].imports = (uint32_t *)(uintptr_t)from_isp;
	lab->spec.vrs = vrs;
	lab->spec.nvrs = n + 1u;
	return db_of(&lab->spec);
}

static void
view_rt_13_next_table(void **state)
{
	struct static_route_spec s[8];
	struct route_vr_spec vrs[9];
	struct route_db *db;
	struct route_view *v;
	struct lab lab;

	/* seven tables that pass it on, the eighth answers */
	db = chain_db(&lab, vrs, s, 7, false);
	assert_table(db, 10, IP_V4, "* 0.0.0.0/0 Static/5 table 11\n");
	assert_fib(db, 10, IP_V4,
		"0.0.0.0/0 user tabl\n0.0.0.0/32 perm dscd\n"
		"224.0.0.0/4 perm dscd\n255.255.255.255/32 perm bcst\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, 10, "198.51.100.7")->type, NH_UCAST);
	assert_int_equal(look(v, 10, "192.0.2.2")->type, NH_LOCAL);
	route_view_free(v);
	route_db_free(db);
}

/* A chain that imports made too long for the check ends as no route. */
static void
view_rt_13_chain_ends(void **state)
{
	struct static_route_spec s = static_to("10.0.0.0/8", ROUTE_TABLE);
	struct static_route_spec s2 = static_to("10.0.0.0/8", ROUTE_TABLE);
	struct vr_id from[] = {{MASTER}};
	struct route_vr_spec vrs[4];
	struct route_db *db;
	struct route_view *v;
	struct lab lab;
	uint32_t import = 0;

	/*
	 * master: 10/8 to vr 20. vr 21 imports that. vr 20: 10/8 to vr 21.
	 * So 20 -> 21 -> 20 for ever, though no two static routes loop.
	 */
	lab_init(&lab);
	s.table_vr.v = 20;
	s2.table_vr.v = 21;
	vrs[0] = (struct route_vr_spec){
		.name = "master", .statics = &s, .nstatics = 1};
	vrs[1] = (struct route_vr_spec){
		.id = {20}, .name = "a", .statics = &s2, .nstatics = 1};
	vrs[2] = (struct route_vr_spec){
		.id = {21}, .name = "b", .imports = &import, .nimports = 1};
	lab.term[0].instances = from;
	lab.spec.vrs = vrs;
	lab.spec.nvrs = 3;
	db = db_of(&lab.spec);
	assert_table(db, 21, IP_V4, "* 10.0.0.0/8 Static/5 table 20 s0\n");
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, MASTER, "10.1.1.1")->type, NH_NONE);
	assert_int_equal(look(v, 21, "10.1.1.1")->type, NH_NONE);
	route_view_free(v);
	route_db_free(db);
}

/* Many virtual routers with equal numbers stay apart, all read back. */
static void
view_many_virtual_routers(void **state)
{
	enum { VRS = 1000 };
	struct route_vr_spec *vrs = calloc(VRS, sizeof(*vrs));
	struct route_ifl_spec *ifls = calloc(VRS, sizeof(*ifls));
	struct route_addr_spec *a = calloc(VRS, sizeof(*a));
	struct route_spec spec = {.vrs = vrs, VRS, ifls, VRS, NULL, 0};
	struct route_db *db;
	struct route_view *v;
	size_t bytes = 0;

	assert_true(vrs != NULL && ifls != NULL && a != NULL);
	for (uint16_t i = 0; i < VRS; i++) {
		vrs[i].id.v = (uint16_t)(4 + i);
		snprintf(vrs[i].name, ROUTE_NAME_MAX, "vr%u", i);
		ifls[i].id.v = (uint16_t)(1 + i);
		ifls[i].vr = vrs[i].id;
		a[i].ifl = ifls[i].id;
		a[i].prefix = prefix("10.0.0.1/24");
		vrs[i].addrs = &a[i];
		vrs[i].naddrs = i % 2; /* every other one is empty */
	}
	db = db_of(&spec);
	v = route_db_view(db, NULL, NULL);
	for (size_t i = 0; i < VRS * FAMS; i++) {
		const struct fib_table *f = db->rib->tables[i].fib;

		bytes += f ? route_lpm_bytes(f->lpm) : 0;
	}
	assert_true(bytes < VRS * 1024);
	for (uint16_t i = 0; i < VRS; i++) {
		const struct nexthop *nh =
			look(v, (uint16_t)(4 + i), "10.0.0.9");

		assert_int_equal(nh->type, i % 2 ? NH_RESOLVE : NH_NONE);
		assert_int_equal(nh->ifl.v, i % 2 ? 1 + i : 0);
	}
	route_view_free(v);
	route_db_free(db);
	free(vrs);
	free(ifls);
	free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(view_article),
		cmocka_unit_test(view_rt_11_forwarding_table),
		cmocka_unit_test(view_asks_for_adjacencies),
		cmocka_unit_test(view_old_and_new_together),
		cmocka_unit_test(view_shares_unchanged_tables),
		cmocka_unit_test(view_rt_13_next_table),
		cmocka_unit_test(view_rt_13_chain_ends),
		cmocka_unit_test(view_many_virtual_routers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
