/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long route tables against simple models: whatever part sizes do, the joined
 * answer has every route once, in order; filters select what a plain scan
 * selects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "image/image.h"
#include "lab.h"
#include "render/render.h"
#include "route/route_rib.h"

#define N 2500u /* more than two parts of `show route` */

static struct static_route_spec statics[N];
static struct route_vr_spec vrs[2] = {
	{.name = "master", .statics = statics, .nstatics = N},
	{.id = {4}, .name = "ISP", .statics = statics, .nstatics = 3},
};
static struct route_spec spec = {.vrs = vrs, .nvrs = 2};

/* Prefixes 10.x.y.0/24 and, every eighth, the /20 around it. */
static int
big_setup(void **state)
{
	struct report report = REPORT_INIT;

	if (lab_setup(state) != 0)
		return -1;
	for (unsigned int i = 0; i < N; i++) {
		struct ip_prefix *p = &statics[i].prefix;

		p->addr = (struct ip_addr){
			.b = {10, (uint8_t)(i >> 8), (uint8_t)i, 0},
			.family = IP_V4};
		p->len = 24;
		if (i % 16 == 0)
			p->len = 20;
		statics[i].type = i % 2 ? ROUTE_DISCARD : ROUTE_REJECT;
		statics[i].attrs.preference = 5;
	}
	return route_db_apply(lab_env.routes, &spec, NULL, 0, &report);
}

static unsigned int
count_in(const char *text, const char *what)
{
	unsigned int n = 0;

	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static void
test_parts(void **state)
{
	static const char *const levels[] = {
		"brief", "terse", "detail", "extensive"};
	char line[64];

	for (size_t i = 0; i < 4; i++) {
		struct sbuf joined = SBUF_INIT;
		struct tree *t;
		char *text;

		snprintf(line, sizeof(line), "show route table inet.0 %s",
			levels[i]);
		text = lab_run_text(line);
		t = lab_run(line);
		render_text(t, &joined);
		assert_string_equal(text, sbuf_text(&joined));
		assert_int_equal(count_in(text, "inet.0: 2500 dest"), 1);
		if (i == 0)
			assert_int_equal(count_in(text, "*[Static/5]"), N);
		tree_free(t);
		sbuf_done(&joined);
		free(text);
	}
}

static void
test_order(void **state)
{
	struct tree *t = lab_run("show route table inet.0");
	struct tnode *table = t->root->first;
	struct ip_prefix last = {0}, p;
	unsigned int n = 0;

	assert_null(table->next);
	for (struct tnode *rt = tnode_child(table, "rt"); rt;
		rt = tnode_next_same(rt), n++) {
		assert_true(
			ip_prefix_parse(tnode_text(rt, "rt-destination"), &p));
		assert_true(n == 0 || ip_prefix_cmp(&last, &p) < 0);
		last = p;
	}
	assert_int_equal(n, N);
	tree_free(t);
}

static unsigned int
model_count(const struct ip_prefix *p, bool exact)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < N; i++)
		n += exact ? ip_prefix_cmp(p, &statics[i].prefix) == 0
			   : ip_prefix_contains(p, &statics[i].prefix);
	return n;
}

static void
test_filters(void **state)
{
	char line[96], text[IP_TEXT_MAX];

	for (unsigned int i = 0; i < 300; i++) {
		struct ip_prefix p = {.len = (uint8_t)(8 + i % 18)};
		bool exact = i % 3 == 0;
		struct tree *t;
		unsigned int n = 0;

		p.addr = (struct ip_addr){
			.b = {10, (uint8_t)(i * 7 % 11), (uint8_t)(i * 13)},
			.family = IP_V4};
		p = ip_prefix_network(&p);
		snprintf(line, sizeof(line), "show route %s %s table inet.0",
			ip_prefix_text(&p, text), exact ? "exact" : "longer");
		t = lab_run(line);
		for (struct tnode *rt = tnode_child(
			     tnode_child(t->root, "route-table"), "rt");
			rt; rt = tnode_next_same(rt))
			n++;
		assert_int_equal(n, model_count(&p, exact));
		tree_free(t);
	}
}

static void
test_forwarding(void **state)
{
	struct tree *t = lab_run("show route forwarding-table");
	struct sbuf joined = SBUF_INIT;
	char *text = lab_run_text("show route forwarding-table");

	render_text(t, &joined);
	assert_string_equal(text, sbuf_text(&joined));
	assert_int_equal(count_in(text, "\n10."), N + 3);
	assert_int_equal(count_in(text, "Routing table: default.inet\n"), 1);
	tree_free(t);
	sbuf_done(&joined);
	free(text);
}

/* ---- many policies and interfaces: streamed and joined are the same ---- */

static void
assert_parts_agree(const char *line, const char *what, unsigned int n)
{
	struct tree *t = lab_run(line);
	struct sbuf joined = SBUF_INIT;
	char *text = lab_run_text(line);

	render_text(t, &joined);
	assert_string_equal(text, sbuf_text(&joined));
	assert_int_equal(count_in(text, what), n);
	tree_free(t);
	sbuf_done(&joined);
	free(text);
}

static struct policy_spec many_policies[1700];
static struct ifl_spec many_ifls[450];
static struct ifd_spec two_ifds[] = {{.name = "ge-0/0/0"},
	{.name = "ge-0/0/1", .description = "trunk", .vlan_tagging = true}};
static struct zone_id zone_a[] = {{6}}, zone_b[] = {{7}};
static struct zone_spec two_zones[] = {
	{.id = {6}, .name = "a"}, {.id = {7}, .name = "b"}};
static struct vr_spec one_vr[] = {{.name = "master", .type = "forwarding"}};
static struct addr_range ranges[8];
static struct ip_prefix prefixes[8];
static struct addr_obj_spec addrs[8];
static struct app_term_spec app_terms[8];
static struct app_spec apps[8];
static uint32_t numbers[] = {0, 1, 2, 3, 4, 5, 6, 7};
static struct image_spec many_spec = {.ifds = two_ifds,
	.nifds = 2,
	.ifls = many_ifls,
	.nifls = 450,
	.vrs = one_vr,
	.nvrs = 1,
	.zones = two_zones,
	.nzones = 2,
	.addrs = addrs,
	.naddrs = 8,
	.apps = apps,
	.napps = 8,
	.policies = many_policies,
	.npolicies = 1700};
static struct image *many_image;

static const struct image *
many_now(void)
{
	return many_image;
}

static void
make_objects(void)
{
	for (unsigned int i = 0; i < 8; i++) {
		prefixes[i].addr = (struct ip_addr){
			.b = {10, (uint8_t)(i / 2), (uint8_t)(64 * i)},
			.family = IP_V4};
		prefixes[i].len = (uint8_t)(8 + (i > 4 ? 3 * i : i));
		prefixes[i] = ip_prefix_network(&prefixes[i]);
		ranges[i].lo = prefixes[i].addr;
		ranges[i].hi = ip_prefix_last(&prefixes[i]);
		addrs[i] = (struct addr_obj_spec){.book = "global",
			.ranges = &ranges[i],
			.prefixes = &prefixes[i],
			.n = 1};
		snprintf(addrs[i].name, sizeof(addrs[i].name), "net%u", i);
		app_terms[i] = (struct app_term_spec){
			.protocol = i % 2 ? IPP_TCP : IPP_UDP,
			.sport_hi = 65535,
			.dport_lo = (uint16_t)(20 * i),
			.dport_hi = (uint16_t)(20 * i + 10 * (i % 3)),
			.icmp_type = -1,
			.icmp_code = -1};
		apps[i] = (struct app_spec){.terms = &app_terms[i], .n = 1};
		snprintf(apps[i].name, sizeof(apps[i].name), "app%u", i);
	}
}

/* 1,500 from a to b, 100 back, 100 global; every policy another mixture. */
static void
make_policies(void)
{
	for (unsigned int i = 0; i < 1700; i++) {
		struct policy_spec *p = &many_policies[i];

		snprintf(p->name, sizeof(p->name), "p%u", i);
		p->index = 4 + i;
		p->from = i < 1500 ? zone_a : zone_b;
		p->to = i < 1500 ? zone_b : zone_a;
		p->nfrom = p->nto = i < 1600;
		p->global = i >= 1600;
		p->src = &numbers[i * 7 % 8];
		p->dst = &numbers[i / 8 % 8];
		p->apps = &numbers[i / 64 % 7];
		p->nsrc = p->ndst = 1;
		p->napps = 1 + i % 2;
		p->src_excluded = i % 11 == 0;
		p->action = POLICY_PERMIT;
		p->inactive = i % 97 == 0;
	}
}

static int
many_setup(void **state)
{
	make_objects();
	make_policies();
	for (unsigned int i = 0; i < 450; i++) {
		struct ifl_spec *ifl = &many_ifls[i];

		*ifl = (struct ifl_spec){.id = {(uint16_t)(i + 1)},
			.ifd = {i > 0},
			.unit = i,
			.vlan = (uint16_t)i,
			.inet = true,
			.mtu4 = 1500,
			.mtu6 = 1500};
		snprintf(
			ifl->name, sizeof(ifl->name), "ge-0/0/%u.%u", i > 0, i);
	}
	flow_spec_default(&many_spec.flow);
	if (image_build(&many_spec, false, &many_image) != 0)
		return -1;
	if (lab_setup(state) != 0)
		return -1;
	lab_env.image = many_now;
	return 0;
}

static int
many_teardown(void **state)
{
	image_free(many_image);
	return lab_teardown(state);
}

static void
test_many_policies(void **state)
{
	assert_parts_agree("show security policies", "  Policy: p", 1700);
	assert_parts_agree("show security policies", "From zone: ", 2);
	assert_parts_agree("show security policies", "Default policy:", 1);
	assert_parts_agree("show security policies detail",
		"  From zone: a, To zone: b\n", 1500);
	assert_parts_agree(
		"show security policies from-zone b", "  Policy: p", 100);
}

static void
test_many_interfaces(void **state)
{
	assert_parts_agree("show interfaces terse", "\nge-", 452);
	assert_parts_agree("show interfaces terse", "Interface  ", 1);
	assert_parts_agree("show interfaces", "Logical interface ", 450);
	assert_parts_agree("show interfaces", "Physical interface", 2);
	assert_parts_agree("show interfaces descriptions", "\n", 2);
	assert_parts_agree(
		"show interfaces ge-0/0/1.* brief", "Logical interface ", 449);
	assert_parts_agree("show interfaces extensive ge-0/0/1",
		"Flow error statistics", 449);
}

/* match-policies, the plain matcher, agrees with the packet path's. */
static void
test_match(void **state)
{
	char line[256];
	unsigned int hits = 0;

	for (unsigned int i = 0; i < 800; i++) {
		struct policy_result r;
		struct policy_query q = {.from = {6},
			.to = {7},
			.protocol = i % 3 ? IPP_TCP : IPP_UDP,
			.sport = 1024,
			.dport = (uint16_t)(i * 13 % 170)};
		struct tree *t;
		const struct tnode *first;
		char src[IP_TEXT_MAX], dst[IP_TEXT_MAX];

		/* Near the objects: some match, some just do not. */
		q.src = i % 4 ? ranges[i % 8].lo : ranges[i / 4 % 8].hi;
		q.dst = i % 5 ? ranges[i / 3 % 8].hi : ranges[i % 8].lo;
		image_policy_match(many_image, &q, &r);
		snprintf(line, sizeof(line),
			"show security match-policies from-zone a to-zone b "
			"source-ip %s destination-ip %s source-port 1024 "
			"destination-port %u protocol %u result-count 16",
			ip_addr_text(&q.src, src), ip_addr_text(&q.dst, dst),
			q.dport, q.protocol);
		t = lab_run(line);
		first = tnode_child(t->root, "policy-information");
		assert_int_equal(first != NULL, r.place != UINT32_MAX);
		hits += first != NULL;
		if (first != NULL)
			assert_int_equal(
				tnode_u64(first, "policy-identifier"), r.index);
		/* Each further one matches, so it would match alone. */
		for (; first; first = tnode_next_same(first)) {
			struct policy_spec *p =
				&many_policies[tnode_u64(first,
						       "policy-identifier") -
					       4];

			assert_false(p->inactive);
			assert_true(p->global || p->from[0].v == 6);
		}
		tree_free(t);
	}
	assert_true(hits > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_forwarding),
	};

	const struct CMUnitTest many[] = {
		cmocka_unit_test(test_many_policies),
		cmocka_unit_test(test_many_interfaces),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, big_setup, lab_teardown) +
	       cmocka_run_group_tests(many, many_setup, many_teardown);
}
