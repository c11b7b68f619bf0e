/* SPDX-License-Identifier: Apache-2.0 */
/* Native routes, selection, gateways, ages, refusals, reading. */
#include "route_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"

/* A spec of one virtual router with two addresses and room for statics. */
struct one {
	struct lab lab;
	struct route_addr_spec addrs[4];
	struct static_route_spec s[4];
	struct route_nh_spec nh[8];
};

static void
one_init(struct one *o)
{
	lab_init(&o->lab);
	o->addrs[0] = (struct route_addr_spec){{GE0}, prefix("192.168.1.1/24")};
	o->addrs[1] = (struct route_addr_spec){{GE2}, prefix("192.0.2.2/24")};
	o->lab.ifl[0].vr.v = MASTER;
	o->lab.spec.nvrs = 1;
	o->lab.vr[0].addrs = o->addrs;
	o->lab.vr[0].naddrs = 2;
	o->lab.vr[0].statics = o->s;
}

#define NET0                                                                   \
	"* 192.168.1.0/24 Direct/0 @1\n"                                       \
	"* 192.168.1.1/32 Local/0 192.168.1.1@1\n"
#define NET1                                                                   \
	"* 192.0.2.0/24 Direct/0 @4\n"                                         \
	"* 192.0.2.2/32 Local/0 192.0.2.2@4\n"

static void
rib_rt_2_direct_and_local(void **state)
{
	bool up[16] = {[GE2] = true};
	struct one o;
	struct route_db *db;

	one_init(&o);
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4, NET1 NET0);
	assert_int_equal(route_db_links(db, up, 2000), 0);
	assert_table(db, MASTER, IP_V4,
		NET1 "* 192.168.1.1/32 Local/0 Reject 192.168.1.1@1\n");
	/* disabled is down, whatever the link says */
	o.lab.ifl[0].disabled = true;
	apply(db, &o.lab.spec, 3000);
	assert_table(db, MASTER, IP_V4,
		NET1 "* 192.168.1.1/32 Local/0 Reject 192.168.1.1@1\n");
	route_db_free(db);
}

/* Host prefixes, point-to-point lengths, loopback, link-local. */
static void
rib_rt_3_lengths(void **state)
{
	static const struct {
		uint16_t ifl;
		const char *addr, *table, *fib;
	} cases[] = {
		{GE2, "192.0.2.2/32", "* 192.0.2.2/32 Local/0 192.0.2.2@4\n",
			"192.0.2.2/32 intf locl 192.0.2.2\n"},
		{GE2, "192.0.2.2/31",
			"* 192.0.2.2/31 Direct/0 @4\n"
			"* 192.0.2.2/32 Local/0 192.0.2.2@4\n",
			"192.0.2.2/31 intf rslv @4\n"
			"192.0.2.2/32 intf locl 192.0.2.2\n"},
		{GE2, "192.0.2.2/30",
			"* 192.0.2.0/30 Direct/0 @4\n"
			"* 192.0.2.2/32 Local/0 192.0.2.2@4\n",
			"192.0.2.0/30 intf rslv @4\n"
			"192.0.2.0/32 dest recv 192.0.2.0 @4\n"
			"192.0.2.2/32 intf locl 192.0.2.2\n"
			"192.0.2.3/32 dest bcst 192.0.2.3 @4\n"},
		{LO0, "192.0.2.2/32", "* 192.0.2.2/32 Direct/0 192.0.2.2@3\n",
			"192.0.2.2/32 intf locl 192.0.2.2\n"},
		{LO0, "192.0.2.2/24", "* 192.0.2.2/32 Direct/0 192.0.2.2@3\n",
			"192.0.2.2/32 intf locl 192.0.2.2\n"},
		{GE2, "2001:db8::1/127",
			"* 2001:db8::/127 Direct/0 @4\n"
			"* 2001:db8::1/128 Local/0 2001:db8::1@4\n",
			"2001:db8::/127 intf rslv @4\n"
			"2001:db8::1/128 intf locl 2001:db8::1\n"},
		{GE2, "2001:db8::1/128",
			"* 2001:db8::1/128 Local/0 2001:db8::1@4\n",
			"2001:db8::1/128 intf locl 2001:db8::1\n"},
		{GE2, "fe80::1/64",
			"* fe80::/64 Direct/0 @4\n"
			"* fe80::1/128 Local/0 fe80::1@4\n",
			"fe80::/64 intf rslv @4\n"
			"fe80::1/128 intf locl fe80::1\n"},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct one o;
		struct route_db *db;
		enum ip_family f;
		char fib[512];

		one_init(&o);
		o.addrs[0] = (struct route_addr_spec){
			{cases[i].ifl}, prefix(cases[i].addr)};
		o.lab.vr[0].naddrs = 1;
		f = (enum ip_family)o.addrs[0].prefix.addr.family;
		db = db_of(&o.lab.spec);
		assert_table(db, MASTER, f, cases[i].table);
		snprintf(fib, sizeof(fib),
			f == IP_V4 ? "0.0.0.0/0 perm rjct\n"
				     "0.0.0.0/32 perm dscd\n%s"
				     "224.0.0.0/4 perm dscd\n"
				     "255.255.255.255/32 perm bcst\n"
				   : "::/0 perm rjct\n::/128 perm dscd\n%s"
				     "ff00::/8 perm dscd\n",
			cases[i].fib);
		assert_fib(db, MASTER, f, fib);
		route_db_free(db);
	}
}

static void
rib_rt_6_static_types(void **state)
{
	struct one o;
	struct route_db *db;
	struct route_view *v;

	one_init(&o);
	o.s[0] = static_to("10.0.0.0/8", ROUTE_DISCARD);
	o.s[0].attrs.has_metric = o.s[0].attrs.has_tag = true;
	o.s[0].attrs.metric = 3;
	o.s[0].attrs.tag = 4;
	o.s[1] = static_to("10.1.0.0/16", ROUTE_REJECT);
	o.s[1].attrs.preference = 9;
	o.s[2] = static_to("10.2.0.0/16", ROUTE_RECEIVE);
	o.s[3] = static_via("10.3.0.0/16", &o.nh[0], "192.0.2.1");
	o.s[3].attrs.no_install = true;
	o.lab.vr[0].nstatics = 4;
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4,
		"* 10.0.0.0/8 Static/5 metric 3 tag 4 Discard\n"
		"* 10.1.0.0/16 Static/9 Reject\n"
		"* 10.2.0.0/16 Static/5 Receive\n"
		"* 10.3.0.0/16 Static/5 192.0.2.1@4\n" NET1 NET0);
	v = route_db_view(db, NULL, NULL);
	assert_int_equal(look(v, MASTER, "10.9.0.1")->type, NH_DISCARD);
	assert_int_equal(look(v, MASTER, "10.1.0.1")->type, NH_REJECT);
	assert_int_equal(look(v, MASTER, "10.2.0.1")->type, NH_RECEIVE);
	/* no-install: active, but not forwarded by */
	assert_int_equal(look(v, MASTER, "10.3.0.1")->type, NH_DISCARD);
	route_view_free(v);
	route_db_free(db);
}

static void
rib_rt_6_ecmp_and_interface(void **state)
{
	struct one o;
	struct route_db *db;
	struct route_view *v;
	const struct nexthop *nh;

	one_init(&o);
	o.s[0] = static_via("10.0.0.0/8", &o.nh[0], "192.0.2.7");
	o.nh[1] = (struct route_nh_spec){.gateway = addr("192.168.1.7")};
	o.nh[2] = (struct route_nh_spec){.gateway = addr("203.0.113.7")};
	o.s[0].nnhs = 3; /* the third is not usable */
	o.s[1] = static_to("10.1.0.0/16", ROUTE_NEXTHOP);
	o.nh[4] = (struct route_nh_spec){.ifl = {GE2}};
	o.s[1].nhs = &o.nh[4];
	o.s[1].nnhs = 1;
	o.lab.vr[0].nstatics = 2;
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4,
		"* 10.0.0.0/8 Static/5 192.0.2.7@4 192.168.1.7@1\n"
		"* 10.1.0.0/16 Static/5 @4\n" NET1 NET0);
	v = route_db_view(db, NULL, NULL);
	nh = look(v, MASTER, "10.200.0.1");
	assert_int_equal(nh->type, NH_ECMP);
	assert_int_equal(nh->nmembers, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(
			route_view_nexthop(v, nh->members[i])->type, NH_UCAST);
	assert_int_equal(look(v, MASTER, "10.1.0.1")->type, NH_RESOLVE);
	/* the interface route and the subnet are the same next hop */
	assert_int_equal(look(v, MASTER, "10.1.0.1")->id.v,
		look(v, MASTER, "192.0.2.99")->id.v);
	route_view_free(v);
	route_db_free(db);
}

static void
rib_rt_6_qualified(void **state)
{
	bool up[16] = {[GE0] = true, [GE2] = true};
	struct one o;
	struct route_db *db;

	one_init(&o);
	o.s[0] = static_via("0.0.0.0/0", &o.nh[0], "192.0.2.1");
	o.nh[1] = (struct route_nh_spec){.gateway = addr("192.168.1.9"),
		.qualified = true,
		.has_preference = true,
		.preference = 7,
		.has_metric = true,
		.metric = 11};
	o.s[0].nnhs = 2;
	o.lab.vr[0].nstatics = 1;
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@4\n"
		"- 0.0.0.0/0 Static/7 metric 11 192.168.1.9@1\n" NET1 NET0);
	up[GE2] = false;
	assert_int_equal(route_db_links(db, up, 2000), 0);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/7 metric 11 192.168.1.9@1\n"
		"h 0.0.0.0/0 Static/5 192.0.2.1@0\n"
		"* 192.0.2.2/32 Local/0 Reject 192.0.2.2@4\n" NET0);
	route_db_free(db);
}

/* Who wins, and the reason that the loser shows. */
static void
rib_rt_4_selection(void **state)
{
	static const struct {
		uint32_t pref[2], metric[2];
		const char *gw[2];
		int winner;
		enum route_reason reason;
	} cases[] = {
		{{5, 6}, {0, 0}, {"192.0.2.9", "192.0.2.1"}, 0,
			ROUTE_REASON_PREFERENCE},
		{{6, 5}, {0, 9}, {"192.0.2.1", "192.0.2.9"}, 1,
			ROUTE_REASON_PREFERENCE},
		{{5, 5}, {2, 1}, {"192.0.2.1", "192.0.2.9"}, 1,
			ROUTE_REASON_METRIC},
		{{5, 5}, {1, 1}, {"192.0.2.9", "192.0.2.1"}, 1,
			ROUTE_REASON_NEXTHOP},
		{{5, 5}, {1, 1}, {"192.0.2.1", "192.0.2.9"}, 0,
			ROUTE_REASON_NEXTHOP},
		{{6, 5}, {0, 0}, {"192.0.2.9", "203.0.113.1"}, 0,
			ROUTE_REASON_UNUSABLE},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		const struct route_table *t;
		struct one o;
		struct route_db *db;

		one_init(&o);
		for (int k = 0; k < 2; k++) {
			o.s[k] = static_via(
				"10.0.0.0/8", &o.nh[k], cases[i].gw[k]);
			o.s[k].attrs.preference = cases[i].pref[k];
			o.s[k].attrs.metric = cases[i].metric[k];
			o.s[k].attrs.has_metric = true;
		}
		o.lab.vr[0].nstatics = 2;
		db = db_of(&o.lab.spec);
		t = route_db_table_of(db, VR_MASTER, IP_V4);
		assert_int_equal(
			route_table_entry(t, 0)->source, cases[i].winner);
		assert_int_equal(route_table_entry(t, 0)->state, ROUTE_ACTIVE);
		assert_int_equal(
			route_table_entry(t, 1)->reason, cases[i].reason);
		route_db_free(db);
	}
}

/* Preference 0 does not let a static route win over the subnet's own. */
static void
rib_rt_4_direct_before_static(void **state)
{
	struct one o;
	struct route_db *db;

	one_init(&o);
	o.s[0] = static_to("192.168.1.0/24", ROUTE_DISCARD);
	o.s[0].attrs.preference = 0;
	o.lab.vr[0].nstatics = 1;
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4,
		NET1 "* 192.168.1.0/24 Direct/0 @1\n"
		     "- 192.168.1.0/24 Static/0 Discard\n"
		     "* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	route_db_free(db);
}

/* resolve: through other routes, not through a default, not in a circle. */
static void
rib_rt_7_resolve(void **state)
{
	struct one o;
	struct route_db *db;

	one_init(&o);
	o.s[0] = static_via("0.0.0.0/0", &o.nh[0], "192.0.2.1");
	o.s[1] = static_via("10.0.0.0/8", &o.nh[1], "203.0.113.9");
	o.s[1].attrs.resolve = true;
	o.lab.vr[0].nstatics = 2;
	db = db_of(&o.lab.spec);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@4\n"
		"h 10.0.0.0/8 Static/5 203.0.113.9@0\n" NET1 NET0);
	o.s[2] = static_via("203.0.113.0/24", &o.nh[2], "192.168.1.5");
	o.lab.vr[0].nstatics = 3;
	apply(db, &o.lab.spec, 2000);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@4\n"
		"* 10.0.0.0/8 Static/5 192.168.1.5@1\n" NET1 NET0
		"* 203.0.113.0/24 Static/5 192.168.1.5@1\n");
	/* two steps, the middle one through 10/8 */
	o.s[3] = static_via("172.16.0.0/12", &o.nh[3], "10.1.1.1");
	o.s[3].attrs.resolve = true;
	o.lab.vr[0].nstatics = 4;
	apply(db, &o.lab.spec, 3000);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@4\n"
		"* 10.0.0.0/8 Static/5 192.168.1.5@1\n"
		"* 172.16.0.0/12 Static/5 192.168.1.5@1\n" NET1 NET0
		"* 203.0.113.0/24 Static/5 192.168.1.5@1\n");
	/* a circle: 10/8 through 172.16/12 through 10/8 */
	o.nh[1].gateway = addr("172.16.0.1");
	apply(db, &o.lab.spec, 4000);
	assert_table(db, MASTER, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@4\n"
		"h 10.0.0.0/8 Static/5 172.16.0.1@0\n"
		"h 172.16.0.0/12 Static/5 10.1.1.1@0\n" NET1 NET0
		"* 203.0.113.0/24 Static/5 192.168.1.5@1\n");
	route_db_free(db);
}

static void
rib_rt_7_unusable_gateways(void **state)
{
	static const struct {
		const char *dst, *gw;
		uint16_t ifl;
		bool usable;
	} cases[] = {
		{"10.0.0.0/8", "192.0.2.1", 0, true},
		{"10.0.0.0/8", "192.0.2.2", 0, false}, /* own address */
		{"10.0.0.0/8", "203.0.113.1", 0, false},
		{"10.0.0.0/8", "203.0.113.1", GE2, true},  /* named link */
		{"10.0.0.0/8", "203.0.113.1", GE1, false}, /* of ISP */
		{"10.0.0.0/8", "203.0.113.1", 9, false},   /* unknown */
		{"2001:db8::/32", "fe80::1", 0, false},
		{"2001:db8::/32", "fe80::1", GE2, true},
	};

	for (size_t i = 0; i < LEN(cases); i++) {
		struct one o;
		struct route_db *db;
		struct ip_prefix dst = prefix(cases[i].dst);
		const struct route_table *t;
		size_t first;

		one_init(&o);
		o.addrs[2] =
			(struct route_addr_spec){{GE2}, prefix("fe80::2/64")};
		o.lab.vr[0].naddrs = 3;
		o.s[0] = static_via(cases[i].dst, &o.nh[0], cases[i].gw);
		o.nh[0].ifl.v = cases[i].ifl;
		o.lab.vr[0].nstatics = 1;
		db = db_of(&o.lab.spec);
		t = route_db_table_of(
			db, VR_MASTER, (enum ip_family)dst.addr.family);
		assert_int_equal(route_table_exact(t, &dst, &first), 1);
		if ((route_table_entry(t, first)->state == ROUTE_ACTIVE) !=
			cases[i].usable)
			fail_msg("case %zu", i);
		route_db_free(db);
	}
}

/* An entry keeps its age as long as it says the same. */
static void
rib_rt_14_ages(void **state)
{
	struct one o;
	struct route_db *db;
	const struct route_table *t;

	one_init(&o);
	o.s[0] = static_via("0.0.0.0/0", &o.nh[0], "192.0.2.1");
	o.lab.vr[0].nstatics = 1;
	db = db_of(&o.lab.spec); /* at 1000 */
	o.s[1] = static_to("10.0.0.0/8", ROUTE_DISCARD);
	o.lab.vr[0].nstatics = 2;
	apply(db, &o.lab.spec, 2000);
	t = route_db_table_of(db, VR_MASTER, IP_V4);
	assert_int_equal(route_table_entry(t, 0)->since_ms, 1000);
	assert_int_equal(route_table_entry(t, 1)->since_ms, 2000);
	assert_int_equal(route_table_entry(t, 2)->since_ms, 1000);
	o.nh[0].gateway = addr("192.0.2.3");
	apply(db, &o.lab.spec, 3000);
	t = route_db_table_of(db, VR_MASTER, IP_V4);
	assert_int_equal(route_table_entry(t, 0)->since_ms, 3000);
	assert_int_equal(route_table_entry(t, 1)->since_ms, 2000);
	/* losing to a better route is not a change */
	o.s[2] = static_via("0.0.0.0/0", &o.nh[2], "192.0.2.4");
	o.s[2].attrs.preference = 1;
	o.lab.vr[0].nstatics = 3;
	apply(db, &o.lab.spec, 4000);
	t = route_db_table_of(db, VR_MASTER, IP_V4);
	assert_int_equal(route_table_entry(t, 0)->since_ms, 4000);
	assert_int_equal(route_table_entry(t, 1)->since_ms, 3000);
	assert_int_equal(route_table_entry(t, 1)->state, ROUTE_INACTIVE);
	/* nor is going on in another table the same */
	o.s[1] = static_to("10.0.0.0/8", ROUTE_TABLE);
	o.s[1].table_vr.v = ISP;
	o.lab.spec.nvrs = 3;
	apply(db, &o.lab.spec, 5000);
	o.s[1].table_vr.v = LAN;
	apply(db, &o.lab.spec, 6000);
	t = route_db_table_of(db, VR_MASTER, IP_V4);
	assert_int_equal(route_table_entry(t, 2)->way, WAY_TABLE);
	assert_int_equal(route_table_entry(t, 2)->since_ms, 6000);
	route_db_free(db);
}

/* What must be refused, and that the database stays as it was. */
static void
refuse(struct route_db *db, const struct route_spec *spec, const char *part)
{
	struct report r = REPORT_INIT;

	assert_int_equal(route_db_apply(db, spec, NULL, 5000, &r), -EINVAL);
	assert_true(r.errors > 0);
	assert_non_null(strstr(r.entries[0].message, part));
	report_done(&r);
	assert_table(db, MASTER, IP_V4, NET1 NET0);
}

static void
rib_refuses_bad_specs(void **state)
{
	struct one o;
	struct route_db *db;
	uint32_t nine = 9, self = 0;

	one_init(&o);
	db = db_of(&o.lab.spec);
	o.lab.vr[0].nstatics = 1;
	o.s[0] = static_via("10.0.0.0/8", &o.nh[0], "192.0.2.1");
	o.s[0].nnhs = 0;
	refuse(db, &o.lab.spec, "Next hop missing");
	o.s[0].nnhs = 1;
	o.nh[0].gateway.family = IP_NONE;
	refuse(db, &o.lab.spec, "Next hop missing");
	o.nh[0].gateway = addr("2001:db8::1");
	refuse(db, &o.lab.spec, "different families");
	o.nh[0].gateway = addr("224.0.0.1");
	refuse(db, &o.lab.spec, "not a unicast");
	o.nh[0].gateway = addr("192.0.2.1");
	o.nh[0].ifl.v = 0xffff;
	refuse(db, &o.lab.spec, "Invalid interface");
	o.nh[0].ifl.v = 0;
	o.s[0].prefix = prefix("10.0.0.1/8");
	refuse(db, &o.lab.spec, "Invalid destination prefix");
	o.s[0] = static_to("10.0.0.0/8", ROUTE_TABLE);
	o.s[0].table_vr.v = 77;
	refuse(db, &o.lab.spec, "next-table does not exist");
	o.s[0].table_vr.v = MASTER;
	refuse(db, &o.lab.spec, "next-table may loop");
	o.lab.vr[0].nstatics = 0;
	o.lab.vr[0].imports = &nine;
	o.lab.vr[0].nimports = 1;
	refuse(db, &o.lab.spec, "Policy not defined");
	o.lab.vr[0].nimports = 0;
	o.lab.term[0].policies = &self;
	o.lab.term[0].npolicies = 1;
	refuse(db, &o.lab.spec, "refers to itself");
	o.lab.term[0].npolicies = 0;
	o.addrs[0].ifl.v = 0;
	refuse(db, &o.lab.spec, "Invalid interface address");
	o.addrs[0].ifl.v = GE0;
	o.lab.ifl[1].id.v = GE0;
	refuse(db, &o.lab.spec, "Invalid interface");
	o.lab.ifl[1].id.v = GE1;
	o.lab.vr[1].id.v = MASTER;
	o.lab.spec.nvrs = 2;
	refuse(db, &o.lab.spec, "Invalid routing instance");
	route_db_free(db);
}

static void
rib_rt_13_next_table_loops(void **state)
{
	struct static_route_spec there[2], back[2];
	struct report r = REPORT_INIT;
	struct route_db *db = route_db_create();
	struct lab lab;

	lab_init(&lab);
	lab.vr[2].nimports = 0;
	lab.vr[2].statics = there;
	lab.vr[1].statics = back;
	lab.vr[1].nstatics = lab.vr[2].nstatics = 1;
	there[0] = static_to("10.0.0.0/8", ROUTE_TABLE);
	there[0].table_vr.v = ISP;
	back[0] = static_to("11.0.0.0/8", ROUTE_TABLE);
	back[0].table_vr.v = LAN;
	apply(db, &lab.spec, 1000); /* apart: fine */
	back[0].prefix = prefix("10.1.0.0/16");
	assert_int_equal(route_db_apply(db, &lab.spec, NULL, 1, &r), -EINVAL);
	assert_int_equal(r.errors, 2);
	assert_string_equal(r.entries[0].message, "next-table may loop");
	assert_string_equal(r.entries[0].path,
		"routing-instances ISP routing-options static");
	assert_string_equal(r.entries[0].statement, "route 10.1.0.0/16");
	report_done(&r);
	route_db_free(db);
}

/* The order in which tables are shown. */
static void
rib_rt_1_tables(void **state)
{
	static const char *const want[] = {"inet.0", "ISP.inet.0", "LAN.inet.0",
		"inet6.0", "ISP.inet6.0", "LAN.inet6.0"};
	struct route_addr_spec master[2] = {{{LO0}, prefix("203.0.113.1/32")},
		{{LO0}, prefix("2001:db8:3::1/128")}};
	struct route_vr_spec swapped[3];
	struct route_db *db;
	struct lab lab;

	lab_init6(&lab);
	lab.vr[0].addrs = master;
	lab.vr[0].naddrs = 2;
	swapped[0] = lab.vr[2]; /* whatever the order in the spec is */
	swapped[1] = lab.vr[1];
	swapped[2] = lab.vr[0];
	lab.spec.vrs = swapped;
	db = db_of(&lab.spec);
	assert_int_equal(route_db_table_count(db), LEN(want));
	for (size_t i = 0; i < LEN(want); i++) {
		struct route_table_info info;

		route_table_info(route_db_table(db, i), &info);
		assert_string_equal(info.name, want[i]);
		assert_ptr_equal(route_db_table_named(db, want[i]),
			route_db_table(db, i));
	}
	assert_null(route_db_table(db, LEN(want)));
	route_db_free(db);
}

static void
rib_rt_9_reading(void **state)
{
	struct one o;
	struct route_db *db;
	const struct route_table *t;
	struct ip_addr a;
	struct ip_prefix p;
	struct route_table_info info;
	char name[ROUTE_TABLE_NAME_MAX];
	size_t first;

	one_init(&o);
	o.s[0] = static_via("0.0.0.0/0", &o.nh[0], "192.0.2.1");
	o.s[1] = static_via("192.168.0.0/16", &o.nh[1], "203.0.113.1");
	o.s[2] = static_to("192.168.0.0/16", ROUTE_DISCARD);
	o.lab.vr[0].nstatics = 3;
	db = db_of(&o.lab.spec);
	assert_null(route_db_table_named(db, "inet6.0"));
	assert_null(route_db_table_of(db, (struct vr_id){9}, IP_V4));
	t = route_db_table_named(db, "inet.0");
	assert_non_null(t);
	route_table_info(t, &info);
	assert_int_equal(info.destinations, 6);
	assert_int_equal(info.routes, 7);
	assert_int_equal(info.active, 6);
	assert_int_equal(info.hidden, 1);
	a = addr("192.168.1.7");
	assert_int_equal(route_table_best(t, &a, &first), 1);
	assert_int_equal(route_table_entry(t, first)->way, WAY_INTERFACE);
	a = addr("192.168.9.7");
	assert_int_equal(route_table_best(t, &a, &first), 2);
	assert_int_equal(route_table_entry(t, first)->way, WAY_DISCARD);
	a = addr("8.8.8.8");
	assert_int_equal(route_table_best(t, &a, &first), 1);
	assert_int_equal(first, 0);
	a = addr("2001:db8::1");
	assert_int_equal(route_table_best(t, &a, &first), 0);
	p = prefix("192.168.0.0/16");
	assert_int_equal(route_table_longer(t, &p, &first), 4);
	p = prefix("192.168.1.1/24"); /* host bits are ignored here */
	assert_int_equal(route_table_longer(t, &p, &first), 2);
	assert_int_equal(route_table_exact(t, &p, &first), 0);
	p = prefix("192.168.1.0/24");
	assert_int_equal(route_table_exact(t, &p, &first), 1);
	p = prefix("0.0.0.0/0");
	assert_int_equal(route_table_longer(t, &p, &first), 7);
	p = prefix("2001:db8::/32");
	assert_int_equal(route_table_longer(t, &p, &first), 0);
	assert_null(route_table_entry(t, 7));
	route_db_table_name(db, VR_MASTER, IP_V6, name);
	assert_string_equal(name, "inet6.0");
	route_db_free(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rib_rt_1_tables),
		cmocka_unit_test(rib_rt_2_direct_and_local),
		cmocka_unit_test(rib_rt_3_lengths),
		cmocka_unit_test(rib_rt_6_static_types),
		cmocka_unit_test(rib_rt_6_ecmp_and_interface),
		cmocka_unit_test(rib_rt_6_qualified),
		cmocka_unit_test(rib_rt_4_selection),
		cmocka_unit_test(rib_rt_4_direct_before_static),
		cmocka_unit_test(rib_rt_7_resolve),
		cmocka_unit_test(rib_rt_7_unusable_gateways),
		cmocka_unit_test(rib_rt_14_ages),
		cmocka_unit_test(rib_refuses_bad_specs),
		cmocka_unit_test(rib_rt_13_next_table_loops),
		cmocka_unit_test(rib_rt_9_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
