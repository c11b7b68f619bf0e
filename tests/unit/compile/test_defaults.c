/* SPDX-License-Identifier: Apache-2.0 */
/* What group junos-defaults shows is what the box has [CF-67]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/cvalue.h"
#include "config/inherit.h"
#include "image/apps_predefined.h"

static const char *
text_of(const struct cnode *n, const char *name)
{
	const char *v = cnode_leaf(n, name);

	return v != NULL ? v : "";
}

static unsigned int
protocol(const char *name)
{
	static const struct {
		const char *name;
		unsigned int number;
	} all[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"gre", 47},
		{"icmp6", 58}, {"ospf", 89}, {"sctp", 132}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].number;
	return (unsigned int)strtoul(name, NULL, 10);
}

static int
number_or(const struct cnode *n, const char *name, const char *six)
{
	const char *v = cnode_leaf(n, name);

	if (v == NULL)
		v = cnode_leaf(n, six);
	return v != NULL ? atoi(v) : -1;
}

/* n: the application, or the term of one that has several. */
static void
same_term(const struct app_predefined *a, const struct app_predefined_term *t,
	const struct cnode *n)
{
	uint16_t lo = 0, hi = 65535;
	const char *port = cnode_leaf(n, "destination-port");

	assert_int_equal(t->protocol, protocol(text_of(n, "protocol")));
	if (port != NULL)
		assert_true(cvalue_port_range(port, &lo, &hi));
	assert_int_equal(t->dport_lo, lo);
	assert_int_equal(t->dport_hi, hi);
	assert_int_equal(t->icmp_type, number_or(n, "icmp-type", "icmp6-type"));
	assert_int_equal(t->icmp_code, number_or(n, "icmp-code", "icmp6-code"));
	assert_int_equal(a->timeout, cnode_u64(n, "inactivity-timeout", 0));
}

static void
test_applications(void **state)
{
	const struct cnode *all =
		cnode_child(config_root(config_defaults()), "applications");
	size_t n = 0;

	(void)state;
	for (; app_predefined_at(n) != NULL; n++) {
		const struct app_predefined *a = app_predefined_at(n);
		const struct cnode *c =
			cnode_entry(all, "application", a->name);
		const struct cnode *t = cnode_child(c, "term");

		if (c == NULL)
			fail_msg("%s is missing", a->name);
		assert_string_equal(a->alg, text_of(c, "application-protocol"));
		if (a->n == 1) {
			same_term(a, &a->terms[0], c);
			continue;
		}
		for (size_t i = 0; i < a->n; i++, t = cnode_next(t))
			same_term(a, &a->terms[i], t);
		assert_null(t);
	}
	cnode_foreach (c, all, "application")
		n--;
	assert_int_equal(n, 0); /* and no more */
}

static void
test_sets(void **state)
{
	const struct cnode *all =
		cnode_child(config_root(config_defaults()), "applications");
	size_t n = 0;

	(void)state;
	for (; app_set_predefined_at(n) != NULL; n++) {
		const struct app_set_predefined *a = app_set_predefined_at(n);
		const struct cnode *c =
			cnode_entry(all, "application-set", a->name);

		assert_non_null(c);
		for (size_t i = 0; a->members[i] != NULL; i++)
			assert_true(cnode_entry(c, "application",
					    a->members[i]) != NULL ||
				    cnode_entry(c, "application-set",
					    a->members[i]) != NULL);
	}
	cnode_foreach (c, all, "application-set")
		n--;
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_applications),
		cmocka_unit_test(test_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
