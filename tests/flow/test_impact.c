/* SPDX-License-Identifier: Apache-2.0 */
/*
 * [EX-10] commit check impact says what a commit would do to sessions; then the
 * commit is made, and it happens.
 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/tree.h"
#include "config/config.h"
#include "explain/impact.h"

static struct config_tree *
load(const char *config)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	assert_int_equal(
		0, config_load_text(config, strlen(config), "test", &t, &r));
	report_done(&r);
	return t;
}

static void
call(void *ctx, unsigned int worker,
	void (*fn)(const struct env *env, void *arg), void *arg)
{
	assert_int_equal(0, worker);
	fn(box_env(ctx), arg);
}

static struct tree *
impact(struct box *b, const char *now, const char *candidate, char *err,
	size_t err_size)
{
	struct config_tree *committed = load(now), *next = load(candidate);
	struct tree *answer = tree_create();
	struct explain_env env = {.committed = committed,
		.candidate = next,
		.image = box_env(b)->image,
		.routes = box_routes(b),
		.ids = box_ids(b),
		.now_ms = 5000};
	struct impact_source from = {.workers = 1, .call = call, .ctx = b};
	int rc = explain_impact(&env, &from, 1,
		tree_root(answer, "commit-impact-information"), err, err_size);

	if (rc != 0) {
		tree_free(answer);
		answer = NULL;
	}
	config_free(committed);
	config_free(next);
	return answer;
}

static unsigned int
number(const struct tree *t, const char *name)
{
	const char *text =
		tnode_text(tnode_child(t->root, "impact-summary"), name);

	assert_non_null(text);
	return (unsigned int)strtoul(text, NULL, 10);
}

struct row {
	const char *candidate;
	unsigned int kept, rerouted, rematched, dropped;
	const char *reason, *line; /* of the first group */
};

static void
check_group(const struct tree *t, const struct row *row)
{
	const struct tnode *g = tnode_child(t->root, "impact-group");
	const char *line;

	if (row->reason == NULL) {
		assert_null(g);
		return;
	}
	assert_non_null(g);
	assert_string_equal(row->reason, tnode_text(g, "impact-reason"));
	line = tnode_text(g, "configuration-line");
	assert_string_equal(row->line, line != NULL ? line : "");
	assert_non_null(tnode_child(g, "impact-session"));
}

#define NOW   BOX DEFAULTS
#define SET   "set security policies "
#define CLEAN "delete security policies from-zone trust to-zone untrust\n"

static const struct row rows[] = {
	{NOW, 2, 0, 0, 0, NULL, NULL},
	{NOW CLEAN, 0, 0, 0, 2, "policy out/4 is gone",
		"delete security policies"},
	{NOW CLEAN POLICY("trust", "untrust", "out", "junos-ssh", "permit"), 2,
		0, 0, 0, NULL, NULL},
	{NOW CLEAN POLICY("trust", "untrust", "out", "junos-ssh", "permit") SET
		"policy-rematch\n",
		0, 0, 0, 2, "policy out/4 does not permit it any more",
		"delete security policies from-zone trust to-zone untrust "
		"policy out match application any"},
	{NOW CLEAN POLICY("trust", "untrust", "new", "any", "permit") SET
		"policy-rematch extensive\n",
		0, 0, 2, 0, "policy out/4 -> new/5",
		"delete security policies from-zone trust to-zone untrust "
		"policy out"},
	{NOW "delete routing-options static\n"
	     "set routing-options static route 0.0.0.0/0 next-hop 192.0.2.9\n",
		1, 1, 0, 0,
		"the forward way 192.0.2.254 via ge-0/0/1.0 -> 192.0.2.9 via "
		"ge-0/0/1.0",
		"delete routing-options static route 0.0.0.0/0 next-hop "
		"192.0.2.254"},
	{NOW "delete routing-options static\n", 1, 0, 0, 1,
		"the forward way has no route any more, was 192.0.2.254 via "
		"ge-0/0/1.0",
		"delete routing-options static"},
	{NOW "set routing-options static route 203.0.113.0/24 next-hop "
	     "198.51.100.9\n",
		1, 0, 0, 1,
		"the forward way leaves through zone trust: 192.0.2.254 via "
		"ge-0/0/1.0 -> 198.51.100.9 via ge-0/0/0.0",
		"set routing-options static route 203.0.113.0/24"},
	{NOW "delete security zones security-zone untrust interfaces "
	     "ge-0/0/1.0\n" ZONE("dmz", "ge-0/0/1.0"),
		0, 0, 0, 2, "interface ge-0/0/1.0 is in another zone",
		"delete security zones security-zone untrust interfaces "
		"ge-0/0/1.0"},
	{NOW SET "default-policy permit-all\n", 2, 0, 0, 0, NULL, NULL},
};

/* One session to the server, one through the default route. */
static struct box *
two_sessions(const struct in **far)
{
	static struct in p;
	struct box *b = box_create(NOW);

	pass(b, c2s(&sides[0], IPP_UDP, 1000, 53));
	p = c2s(&sides[0], IPP_UDP, 1001, 53);
	p.dst = sides[0].far;
	pass(b, p);
	*far = &p;
	return b;
}

static void
test_ex_10_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct in *far;
		struct box *b = two_sessions(&far);
		char err[256] = "";
		struct tree *t =
			impact(b, NOW, row->candidate, err, sizeof(err));

		if (t == NULL)
			fail_msg("row %zu: %s", i, err);
		print_message("row %zu\n", i);
		assert_int_equal(2, number(t, "sessions-total"));
		assert_int_equal(row->kept, number(t, "sessions-kept"));
		assert_int_equal(row->rerouted, number(t, "sessions-rerouted"));
		assert_int_equal(
			row->rematched, number(t, "sessions-rematched"));
		assert_int_equal(row->dropped, number(t, "sessions-dropped"));
		check_group(t, row);
		tree_free(t);
		box_free(b);
	}
}

/* What is said about the session that goes far, comes true. */
static void
test_ex_10_comes_true(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct in *far;
		struct box *b = two_sessions(&far);
		unsigned int before = box_sessions(b);
		struct out o;

		box_commit(b, row->candidate);
		box_sweep(b);
		if (row->dropped == 2) {
			assert_int_equal(before - 2, box_sessions(b));
		} else if (row->dropped == 1) {
			o = sent(b, *far);
			assert_true(o.verdict == VERDICT_DROP);
		} else {
			o = pass(b, *far);
			assert_string_equal(
				row->rerouted ? "192.0.2.9" : "192.0.2.254",
				o.to);
			assert_int_equal(before, box_sessions(b));
		}
		box_free(b);
	}
}

static void
test_ex_10_bad_candidate(void **state)
{
	const struct in *far;
	struct box *b = two_sessions(&far);
	char err[256] = "";

	(void)state;
	assert_null(impact(b, NOW,
		NOW SET "from-zone trust to-zone nowhere policy p then "
			"permit\n",
		err, sizeof(err)));
	assert_true(strlen(err) > 0);
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ex_10_rows),
		cmocka_unit_test(test_ex_10_comes_true),
		cmocka_unit_test(test_ex_10_bad_candidate),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
