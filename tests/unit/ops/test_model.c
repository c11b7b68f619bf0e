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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_forwarding),
	};

	return cmocka_run_group_tests(tests, big_setup, lab_teardown);
}
