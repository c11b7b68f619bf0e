/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of groups [CF-66], and what everybody has [CF-67]. */
#include "config_test.h"

#include <errno.h>
#include <time.h>

#include "config/candidate.h"
#include "config/inherit.h"
#include "config/when.h"

#define AT(h, m) (1767225600 + (h)*3600 + (m)*60) /* 2026-01-01 UTC */

static const struct {
	const char *when;
	int64_t now;
	bool holds;
} cases[] = {
	{"time 08:00 to 16:00", AT(7, 59), false},
	{"time 08:00 to 16:00", AT(8, 0), true},
	{"time 08:00 to 16:00", AT(15, 59), true},
	{"time 08:00 to 16:00", AT(16, 0), false},
	{"time 8 to 16", AT(12, 0), true},
	{"time 22:00 to 06:00", AT(23, 0), true},
	{"time 22:00 to 06:00", AT(5, 59), true},
	{"time 22:00 to 06:00", AT(6, 0), false},
	{"time 12:00", AT(11, 0), false},
	{"time 12:00", AT(23, 59), true},
	{"time 2026-01-01.08:00 to 2026-01-01.09:00", AT(8, 30), true},
	{"time 2026-01-01.08:00 to 2026-01-01.09:00", AT(9, 0), false},
	{"time 2026-01-01.08:00 to 2026-01-01.09:00", AT(24 + 8, 30), false},
	{"time 2026-01-01.08:00", AT(7, 0), false},
	{"time 2026-01-01.08:00", AT(24 + 2, 0), true},
	{"model SRX-VRFLOW", 0, true},
	{"model srx5800", 0, false},
	{"routing-engine re0", 0, true},
	{"routing-engine re1", 0, false},
	{"member member0", 0, true},
	{"node node0", 0, false},
	{"chassis lcc0-re0", 0, false},
	{"peers [ b a ]", 0, true},
	{"peers c", 0, false},
	{"model srx-vrflow time 08:00 to 16:00", AT(12, 0), true},
	{"model srx5800 time 08:00 to 16:00", AT(12, 0), false},
};

static struct config_tree *
with_group(const char *when)
{
	struct sbuf b = SBUF_INIT;
	struct config_tree *t;

	sbuf_printf(&b,
		"set system host-name a\nset groups g when %s\n"
		"set groups g system domain-name a.example\n"
		"set apply-groups g\n",
		when);
	t = good(sbuf_text(&b));
	sbuf_done(&b);
	return t;
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *t = with_group(cases[i].when), *e = NULL;
		struct report report = REPORT_INIT;
		bool has;

		assert_int_equal(
			config_inherit_at(t, 0, cases[i].now, &e, &report), 0);
		assert_non_null(e);
		has = cnode_leaf(cnode_find(config_root(e), "system", NULL),
			      "domain-name") != NULL;
		if (has != cases[i].holds)
			fail_msg("when %s at %lld", cases[i].when,
				(long long)cases[i].now);
		config_free(e);
		config_free(t);
	}
}

/* It stays what it is in all forms, and is inherited by nobody. */
static void
test_text(void **state)
{
	static const char text[] = "groups {\n"
				   "    g {\n"
				   "        when {\n"
				   "            peers [ a b ];\n"
				   "            time 22:00 to 06:00;\n"
				   "        }\n"
				   "        system {\n"
				   "            host-name x;\n"
				   "        }\n"
				   "    }\n"
				   "}\n";
	struct config_tree *t = good(text), *u;
	struct report report = REPORT_INIT;
	char *set = set_text(t);

	(void)state;
	assert_text(curly(t), text);
	assert_string_equal(set, "set groups g when peers a\n"
				 "set groups g when peers b\n"
				 "set groups g when time 22:00 to 06:00\n"
				 "set groups g system host-name x\n");
	u = good(set);
	assert_true(config_equal(t, u));
	config_free(u);
	u = NULL;
	/* about a group only */
	assert_int_equal(
		config_load_text("when { peers a; }", 17, NULL, &u, &report),
		-EINVAL);
	report_done(&report);
	free(set);
	config_free(t);
}

static void
test_refused(void **state)
{
	struct config_tree *t = with_group("time 25:00"), *e = NULL;
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(config_inherit(t, 0, &e, &report), -EINVAL);
	assert_text(report_of(&report),
		"terminal:2: invalid time in group 'g': time 25:00 "
		"[edit groups g when]\n");
	config_free(t);
}

struct fake {
	unsigned int applied;
	bool refuse, has;
};

static int
apply(void *ctx, const struct cnode *root, struct report *report)
{
	struct fake *f = ctx;

	(void)report;
	if (f->refuse)
		return -EINVAL;
	f->applied++;
	f->has = cnode_leaf(cnode_child(root, "system"), "domain-name") != NULL;
	return 0;
}

/* What is in force changes with the time, without a commit. */
static void
test_store(void **state)
{
	struct fake f = {0};
	struct config_store_ops ops = {.apply = apply, .ctx = &f};
	struct commit_request q = {.now = AT(7, 0), .user = "ann"};
	struct report r = REPORT_INIT;
	struct config_store *s = NULL;
	struct config_tree *t = with_group("time 08:00 to 16:00");
	int rc = -1;

	(void)state;
	assert_int_equal(config_store_open(NULL, &ops, &s, &r), 0);
	assert_int_equal(config_store_when_next(s, AT(7, 0)), -1);
	config_store_swap(s, &t);
	assert_int_equal(config_store_commit(s, &q, &r), 0);
	assert_false(f.has);
	assert_int_equal(config_store_when_next(s, AT(7, 0) + 50), 10);
	assert_false(config_store_when_poll(s, AT(7, 30), &r, &rc));
	assert_true(config_store_when_poll(s, AT(8, 0), &r, &rc));
	assert_int_equal(rc, 0);
	assert_true(f.has);
	assert_non_null(cnode_leaf(
		cnode_child(config_root(config_store_effective(s)), "system"),
		"domain-name"));
	assert_false(config_store_when_poll(s, AT(9, 0), &r, &rc));
	f.refuse = true;
	assert_true(config_store_when_poll(s, AT(16, 0), &r, &rc));
	assert_int_equal(rc, -EINVAL);
	assert_non_null(cnode_leaf(
		cnode_child(config_root(config_store_effective(s)), "system"),
		"domain-name")); /* as it was */
	assert_int_equal(config_store_history(s), 1);
	assert_int_equal(f.applied, 2);
	report_done(&r);
	config_free(t);
	config_store_close(s);
}

/* [CF-67] */
static void
test_defaults(void **state)
{
	struct config_tree *t = good("set applications application junos-ssh "
				     "protocol udp\n"
				     "set groups g system host-name x\n"),
			   *e = NULL;
	const struct cnode *a, *n;
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(
		config_inherit(t, INHERIT_SHOW | INHERIT_DEFAULTS, &e, &report),
		0);
	a = cnode_child(config_root(e), "applications");
	n = cnode_child(cnode_entry(a, "application", "junos-http"),
		"destination-port");
	assert_string_equal(cnode_value(n), "80");
	assert_true(n->flags & CNODE_INHERITED);
	assert_string_equal(n->comment, "junos-defaults");
	/* what is written wins */
	n = cnode_child(cnode_entry(a, "application", "junos-ssh"), "protocol");
	assert_string_equal(cnode_value(n), "udp");
	assert_false(n->flags & CNODE_INHERITED);
	config_free(e);
	/* and nobody has them who does not ask */
	assert_int_equal(config_inherit(t, INHERIT_SHOW, &e, &report), 0);
	a = cnode_child(config_root(e), "applications");
	assert_null(cnode_entry(a, "application", "junos-http"));
	config_free(e);
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_defaults),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
