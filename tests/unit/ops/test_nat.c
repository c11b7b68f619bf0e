/* SPDX-License-Identifier: Apache-2.0 */
/* What clear commands of NAT clear, and wrong names [NA-35] [NA-37]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab_nat.h"

static struct ops_request
run(const char *line)
{
	struct ops_request rq;
	static char copy[256];

	strncpy(copy, line, sizeof(copy) - 1);
	assert_true(lab_parse(copy, &rq));
	rq.command->run(&rq);
	tree_free(rq.out);
	rq.out = NULL;
	return rq;
}

static void
statistics_of_rules(void **state)
{
	static const struct {
		const char *line;
		unsigned int rules;
		uint32_t last;
	} cases[] = {
		{"clear security nat statistics source rule all", 1, 0},
		{"clear security nat statistics source rule r2", 1, 2},
		{"clear security nat statistics source rule r1", 2, 3},
		{"clear security nat statistics source rule r1 rule-set "
		 "lan-out",
			1, 1},
		{"clear security nat statistics destination rule web", 1, 1},
		{"clear security nat statistics static rule six", 1, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ops_request rq;

		memset(&lab_nat_fake, 0, sizeof(lab_nat_fake));
		rq = run(cases[i].line);
		assert_false(rq.failed);
		assert_int_equal(lab_nat_fake.cleared_rules, cases[i].rules);
		assert_int_equal(lab_nat_fake.last_rule, cases[i].last);
	}
	assert_true(run("clear security nat statistics source rule x").failed);
}

static void
statistics_of_pools(void **state)
{
	(void)state;
	memset(&lab_nat_fake, 0, sizeof(lab_nat_fake));
	assert_false(
		run("clear security nat statistics source pool all").failed);
	assert_int_equal(lab_nat_fake.cleared_pools, 4);
	assert_false(run("clear security nat statistics destination pool web")
			     .failed);
	assert_int_equal(lab_nat_fake.cleared_pools, 5);
	assert_int_equal(lab_nat_fake.last_pool, 5);
	assert_true(
		run("clear security nat statistics source pool web").failed);
}

static void
persistent_bindings(void **state)
{
	const struct nat_binding_filter *f = &lab_nat_fake.last_filter;

	(void)state;
	assert_false(run("clear security nat source persistent-nat-table all")
			     .failed);
	assert_int_equal(f->pool, 0);
	assert_int_equal(f->internal.family, IP_NONE);
	run("clear security nat source persistent-nat-table internal-ip "
	    "10.1.2.3 internal-port 99");
	assert_int_equal(f->internal.b[3], 3);
	assert_int_equal(f->internal_port, 99);
	run("clear security nat source persistent-nat-table pool q");
	assert_int_equal(f->pool, 2);
	run("clear security nat source persistent-nat-table interface "
	    "ge-0/0/1.0");
	assert_int_equal(f->ifl.v, 2);
	assert_true(
		run("clear security nat source persistent-nat-table").failed);
	assert_true(
		run("clear security nat source persistent-nat-table pool web")
			.failed);
	assert_true(run("show security nat source persistent-nat-table pool x")
			    .failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_of_rules),
		cmocka_unit_test(statistics_of_pools),
		cmocka_unit_test(persistent_bindings),
	};

	return cmocka_run_group_tests_name(
		"ops_nat", tests, lab_nat_setup, lab_nat_teardown);
}
