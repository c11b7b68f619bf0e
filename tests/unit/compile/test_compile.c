/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_config() as a whole: what golden texts cannot show. Numbers over
 * several commits, refused commits, large and hostile configurations, and
 * flattening against a simple model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "image/apps_predefined.h"

struct result {
	int r;
	struct image_spec *image;
	struct route_spec *routes;
	struct report report;
};

static struct result
compile(const char *text, struct compile_ids *ids)
{
	struct result res = {.report = REPORT_INIT};
	struct config_tree *tree = NULL;

	res.r = config_load_text(
		text, strlen(text), "test", &tree, &res.report);
	if (res.r != 0) {
		struct sbuf b = SBUF_INIT;

		report_text(&res.report, &b);
		fail_msg("%s", sbuf_text(&b));
	}
	res.r = compile_config(
		config_root(tree), ids, &res.report, &res.image, &res.routes);
	config_free(tree);
	return res;
}

static void
result_done(struct result *res)
{
	image_spec_free(res->image);
	route_spec_free(res->routes);
	report_done(&res->report);
}

static struct result
compile_good(const char *text, struct compile_ids *ids)
{
	struct result res = compile(text, ids);
	struct sbuf b = SBUF_INIT;

	report_text(&res.report, &b);
	if (res.r != 0)
		fail_msg("%s", sbuf_text(&b));
	sbuf_done(&b);
	return res;
}

static uint32_t
policy_index(const struct image_spec *image, const char *name)
{
	for (size_t i = 0; i < image->npolicies; i++)
		if (strcmp(image->policies[i].name, name) == 0)
			return image->policies[i].index;
	fail_msg("no policy %s", name);
	return 0;
}

static unsigned int
vr_number(const struct image_spec *image, const char *name)
{
	for (size_t i = 0; i < image->nvrs; i++)
		if (strcmp(image->vrs[i].name, name) == 0)
			return image->vrs[i].id.v;
	fail_msg("no instance %s", name);
	return 0;
}

#define IFL(n)     "set interfaces ge-0/0/" #n " unit 0 family inet\n"
#define VR(name)   "set routing-instances " name " instance-type virtual-router\n"
#define ZONE(name) "set security zones security-zone " name "\n"
#define POLICY(from, to, name)                                                 \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" match source-address any\n"                                          \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" match destination-address any\n"                                     \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" match application any\n"                                             \
	"set security policies from-zone " from " to-zone " to " policy " name \
	" then permit\n"

/* [CF-29] */
static void
numbers_over_commits(void **state)
{
	struct compile_ids *ids = compile_ids_create();
	struct result a, b;

	(void)state;
	a = compile_good(IFL(0) IFL(1) VR("x") VR("y") ZONE("p") ZONE("q")
				 POLICY("p", "q", "one")
					 POLICY("p", "q", "two"),
		ids);
	b = compile_good(IFL(3) IFL(1) VR("w") VR("y") ZONE("r") ZONE("q")
				 ZONE("p") POLICY("p", "q", "three")
					 POLICY("p", "q", "two"),
		ids);
	assert_int_equal(a.image->generation, 1);
	assert_int_equal(b.image->generation, 2);
	assert_int_equal(a.image->ifls[1].id.v, 2);
	assert_int_equal(b.image->ifls[1].id.v, 2);
	assert_int_equal(b.image->ifls[0].id.v, 3);
	assert_int_equal(vr_number(a.image, "x"), 4);
	assert_int_equal(vr_number(a.image, "y"), 5);
	assert_int_equal(vr_number(b.image, "w"), 6);
	assert_int_equal(vr_number(b.image, "y"), 5);
	assert_int_equal(b.image->zones[0].id.v, 8);
	assert_int_equal(b.image->zones[1].id.v, 7);
	assert_int_equal(b.image->zones[2].id.v, 6);
	assert_int_equal(policy_index(a.image, "two"), 5);
	assert_int_equal(policy_index(b.image, "two"), 5);
	assert_int_equal(policy_index(b.image, "three"), 6);
	assert_int_equal(b.routes->nvrs, b.image->nvrs);
	for (size_t i = 0; i < b.routes->nvrs; i++)
		assert_int_equal(b.routes->vrs[i].id.v, b.image->vrs[i].id.v);
	result_done(&a);
	result_done(&b);
	compile_ids_free(ids);
}

static void
refused_commit_changes_nothing(void **state)
{
	struct compile_ids *ids = compile_ids_create();
	struct result a;

	(void)state;
	a = compile(VR("lost") ZONE("p") "set security zones security-zone p "
					 "interfaces ge-0/0/0.0",
		ids);
	assert_int_equal(a.r, -EINVAL);
	assert_null(a.image);
	assert_null(a.routes);
	assert_int_equal(a.report.errors, 1);
	result_done(&a);
	a = compile_good(VR("x"), ids);
	assert_int_equal(vr_number(a.image, "x"), 4);
	assert_int_equal(a.image->generation, 1);
	result_done(&a);
	compile_ids_free(ids);
}

/* An inactive statement does not exist. */
static void
inactive_is_absent(void **state)
{
	struct result a = compile_good(
		IFL(0) IFL(1)
			VR("x") "set routing-instances x interface ge-0/0/0.0\n"
				"deactivate routing-instances x interface "
				"ge-0/0/0.0\n"
				"deactivate interfaces ge-0/0/1\n",
		NULL);

	(void)state;
	assert_int_equal(a.image->nifls, 1);
	assert_int_equal(a.image->nifds, 1);
	assert_int_equal(a.image->ifls[0].vr.v, VR_MASTER.v);
	result_done(&a);
}

static void
empty_configuration(void **state)
{
	struct result a = compile_good("", NULL);

	(void)state;
	assert_int_equal(a.image->nvrs, 1);
	assert_string_equal(a.image->vrs[0].name, "master");
	assert_int_equal(a.routes->nvrs, 1);
	assert_int_equal(a.image->flow.tcp_initial_timeout, 20);
	assert_int_equal(a.image->flow.time_wait_timeout, 150);
	assert_int_equal(a.image->flow.default_policy, POLICY_DENY);
	assert_true(a.image->apps[0].any);
	result_done(&a);
}

/* Path, statement and line of an error, in the words of the CLI. */
static void
error_has_path_and_line(void **state)
{
	struct result a = compile(
		IFL(0) IFL(1) VR("x")
			VR("y") "set routing-instances x interface ge-0/0/0.0\n"
				"set routing-instances y interface ge-0/0/1.0\n"
				"set security zones security-zone z interfaces "
				"ge-0/0/0.0\n"
				"set security zones security-zone z interfaces "
				"ge-0/0/1.0\n",
		NULL);
	const struct report_entry *e;

	(void)state;
	assert_int_equal(a.r, -EINVAL);
	assert_int_equal(a.report.n, 1);
	e = &a.report.entries[0];
	assert_string_equal(e->path, "security zones security-zone z");
	assert_string_equal(e->statement, "interfaces ge-0/0/1.0");
	assert_int_equal(e->line, 8);
	assert_non_null(strstr(e->message, "same routing instance"));
	result_done(&a);
}

static void
interfaces_all(void **state)
{
	struct result a = compile_good(
		IFL(0) IFL(1) IFL(2) "set security zones security-zone rest "
				     "interfaces all\n"
				     "set security zones security-zone one "
				     "interfaces ge-0/0/1\n",
		NULL);

	(void)state;
	assert_int_equal(a.image->ifls[0].zone.v, a.image->zones[0].id.v);
	assert_int_equal(a.image->ifls[1].zone.v, a.image->zones[1].id.v);
	assert_int_equal(a.image->ifls[2].zone.v, a.image->zones[0].id.v);
	result_done(&a);
}

/* Sets ------------------------------------------------------------------------
 */

static void
chain_of_sets(struct sbuf *b, unsigned int depth)
{
	sbuf_puts(b, "set security address-book global address a "
		     "192.0.2.0/24\n"
		     "set security address-book global address-set s1 address "
		     "a\n");
	for (unsigned int i = 2; i <= depth; i++)
		sbuf_printf(b,
			"set security address-book global address-set s%u "
			"address-set s%u\n",
			i, i - 1);
}

/* [CF-34] Eight levels of sets are fine, nine are not. */
static void
set_depth(void **state)
{
	struct sbuf b = SBUF_INIT;
	struct result a;

	(void)state;
	chain_of_sets(&b, 8);
	a = compile_good(sbuf_text(&b), NULL);
	result_done(&a);
	sbuf_reset(&b);
	chain_of_sets(&b, 9);
	a = compile(sbuf_text(&b), NULL);
	assert_int_equal(a.r, -EINVAL);
	result_done(&a);
	sbuf_reset(&b);
	chain_of_sets(&b, 3000);
	a = compile(sbuf_text(&b), NULL);
	assert_int_equal(a.r, -EINVAL);
	result_done(&a);
	sbuf_done(&b);
}

/* Every set contains all of the next level: 20^7 paths, 20 addresses. */
static void
wide_sets_are_flat(void **state)
{
	struct sbuf b = SBUF_INIT;
	struct result a;

	(void)state;
	for (unsigned int i = 0; i < 20; i++)
		sbuf_printf(&b,
			"set security address-book global address a%u "
			"192.0.2.%u/32\n",
			i, i);
	for (unsigned int level = 1; level <= 7; level++)
		for (unsigned int i = 0; i < 20; i++)
			for (unsigned int k = 0; k < 20; k++) {
				sbuf_printf(&b,
					"set security address-book global "
					"address-set s%u-%u ",
					level, i);
				if (level == 1)
					sbuf_printf(&b, "address a%u\n", k);
				else
					sbuf_printf(&b, "address-set s%u-%u\n",
						level - 1, k);
			}
	sbuf_puts(&b, "set security policies global policy p match "
		      "source-address s7-0\n"
		      "set security policies global policy p match "
		      "destination-address s7-1\n"
		      "set security policies global policy p match application "
		      "any\n"
		      "set security policies global policy p then deny\n");
	a = compile_good(sbuf_text(&b), NULL);
	assert_int_equal(a.image->naddrs, 2);
	assert_int_equal(a.image->addrs[0].n, 20);
	assert_int_equal(a.image->addrs[1].n, 20);
	result_done(&a);
	sbuf_done(&b);
}

/* Random acyclic sets: the addresses of a set, against a bit mask model. */
static void
sets_against_model(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 60; round++) {
		uint64_t model[24] = {0};
		uint8_t depth[24] = {0};
		struct sbuf b = SBUF_INIT;
		unsigned int last = 0;
		struct result a;

		for (unsigned int i = 0; i < 16; i++)
			sbuf_printf(&b,
				"set security address-book global address a%u "
				"192.0.2.%u\n",
				i, i);
		for (unsigned int i = 0; i < 24; i++) {
			unsigned int first = (unsigned int)rand() % 16;

			model[i] = UINT64_C(1) << first;
			depth[i] = 1;
			sbuf_printf(&b,
				"set security address-book global address-set "
				"s%u address a%u\n",
				i, first);
			for (unsigned int k = 0; i > 0 && k < 3; k++) {
				unsigned int m = (unsigned int)rand() % i;

				if (depth[m] >= 8)
					continue;
				if (depth[m] + 1 > depth[i])
					depth[i] = (uint8_t)(depth[m] + 1);
				model[i] |= model[m];
				sbuf_printf(&b,
					"set security address-book global "
					"address-set s%u address-set s%u\n",
					i, m);
			}
			last = i;
		}
		sbuf_printf(&b,
			"set security policies global policy p match "
			"source-address s%u\n"
			"set security policies global policy p match "
			"destination-address any\n"
			"set security policies global policy p match "
			"application any\n"
			"set security policies global policy p then deny\n",
			last);
		a = compile_good(sbuf_text(&b), NULL);
		for (size_t i = 0; i < a.image->addrs[0].n; i++) {
			uint64_t bit = UINT64_C(1)
				       << a.image->addrs[0].ranges[i].lo.b[3];

			assert_true((model[last] & bit) != 0);
			model[last] &= ~bit;
		}
		assert_true(model[last] == 0);
		result_done(&a);
		sbuf_done(&b);
	}
}

/* port-except against one flag per port. */
static void
except_against_model(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < 50; round++) {
		static bool out[65536];
		struct sbuf b = SBUF_INIT;
		const struct filter_term_spec *t;
		struct result a;
		size_t in = 0, n = 0;

		memset(out, 0, sizeof(out));
		for (int k = 0; k < 1 + rand() % 6; k++) {
			unsigned int lo = (unsigned int)rand() % 65536;
			unsigned int hi =
				lo + (unsigned int)rand() % (65536 - lo);

			sbuf_printf(&b,
				"set firewall filter f term t from port-except "
				"%u-%u\n",
				lo, hi);
			memset(out + lo, true, hi - lo + 1);
		}
		sbuf_puts(&b, "set firewall filter f term t then accept\n");
		a = compile_good(sbuf_text(&b), NULL);
		t = &a.image->filters[0].terms[0];
		for (size_t i = 0; i < t->nports; i++)
			for (uint32_t p = t->ports[i].lo; p <= t->ports[i].hi;
				p++, in++)
				assert_false(out[p]);
		for (size_t p = 0; p < 65536; p++)
			n += !out[p];
		assert_int_equal(in, n);
		result_done(&a);
		sbuf_done(&b);
	}
}

/* Size
 * ------------------------------------------------------------------------- */

static void
ten_thousand_policies(void **state)
{
	struct sbuf b = SBUF_INIT;
	struct result a;

	(void)state;
	sbuf_puts(&b, "security { address-book { global {\n");
	for (unsigned int i = 0; i < 5000; i++)
		sbuf_printf(
			&b, "address a%u 10.%u.%u.0/24;\n", i, i >> 8, i & 255);
	sbuf_puts(&b, "} } zones {\n");
	for (unsigned int i = 0; i < 200; i++)
		sbuf_printf(&b, "security-zone z%u;\n", i);
	sbuf_puts(&b, "} policies {\n");
	for (unsigned int i = 0; i < 100; i++) {
		sbuf_printf(&b, "from-zone z%u to-zone z%u {\n", i, 199 - i);
		for (unsigned int k = 0; k < 100; k++)
			sbuf_printf(&b,
				"policy p%u { match { source-address a%u; "
				"destination-address [ a%u a%u ]; application "
				"[ junos-ssh junos-http ]; } then { permit; } "
				"}\n",
				k, (i * 100 + k) % 5000, k, i);
		sbuf_puts(&b, "}\n");
	}
	sbuf_puts(&b, "} }\n");
	a = compile_good(sbuf_text(&b), NULL);
	assert_int_equal(a.image->npolicies, 10000);
	assert_int_equal(a.image->naddrs, 5000);
	assert_int_equal(a.image->policies[9999].index, 10003);
	result_done(&a);
	sbuf_done(&b);
}

static void
too_many_interfaces(void **state)
{
	struct sbuf b = SBUF_INIT;
	struct result a;

	(void)state;
	for (unsigned int i = 0; i <= IFD_MAX; i++)
		sbuf_printf(&b, "set interfaces ge-%u/%u/%u unit 0\n", i >> 8,
			i >> 4 & 15, i & 15);
	a = compile(sbuf_text(&b), NULL);
	assert_int_equal(a.r, -EINVAL);
	result_done(&a);
	sbuf_done(&b);
}

/* Predefined applications
 * ------------------------------------------------------- */

static bool
is_predefined(const char *name)
{
	for (size_t i = 0; app_predefined_at(i) != NULL; i++)
		if (strcmp(app_predefined_at(i)->name, name) == 0)
			return true;
	return false;
}

/* [CF-35] Names are unique, sets name what is there, terms make sense. */
static void
predefined_table(void **state)
{
	const struct app_predefined *p;
	const struct app_set_predefined *s;

	(void)state;
	for (size_t i = 0; (p = app_predefined_at(i)) != NULL; i++) {
		assert_in_range(p->n, 1, APP_PREDEFINED_TERMS);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				p->name, app_predefined_at(k)->name);
		for (size_t k = 0; k < p->n; k++)
			assert_true(
				p->terms[k].protocol != 0 &&
				p->terms[k].dport_lo <= p->terms[k].dport_hi);
	}
	for (size_t i = 0; (s = app_set_predefined_at(i)) != NULL; i++) {
		assert_false(is_predefined(s->name));
		assert_non_null(s->members[0]);
		for (size_t k = 0; s->members[k] != NULL; k++)
			assert_true(is_predefined(s->members[k]));
	}
	assert_true(is_predefined("junos-http"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_over_commits),
		cmocka_unit_test(refused_commit_changes_nothing),
		cmocka_unit_test(inactive_is_absent),
		cmocka_unit_test(empty_configuration),
		cmocka_unit_test(error_has_path_and_line),
		cmocka_unit_test(interfaces_all),
		cmocka_unit_test(set_depth),
		cmocka_unit_test(wide_sets_are_flat),
		cmocka_unit_test(sets_against_model),
		cmocka_unit_test(except_against_model),
		cmocka_unit_test(ten_thousand_policies),
		cmocka_unit_test(too_many_interfaces),
		cmocka_unit_test(predefined_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
