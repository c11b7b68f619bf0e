/* SPDX-License-Identifier: Apache-2.0 */
/* The layouts of errors and warnings, and what counts as a failure. */
#include "base/report.h"

#include <stdio.h>
#include <string.h>

#include "base/sbuf.h"
#include "base_test.h"

static const struct {
	const char *source;
	enum report_severity severity;
	unsigned int line;
	const char *path, *statement, *message, *text;
} cases[] = {
	{NULL, REPORT_ERROR, 0, NULL, NULL, "out of zones", "out of zones\n"},
	{NULL, REPORT_WARNING, 0, NULL, NULL, "odd", "warning: odd\n"},
	{NULL, REPORT_ERROR, 0, "security zones", NULL, "no interface",
		"[edit security zones]\n    no interface\n"},
	{NULL, REPORT_ERROR, 0, "security zones", "interfaces ge-0/0/7.0",
		"not configured",
		"[edit security zones]\n  'interfaces ge-0/0/7.0'\n"
		"    not configured\n"},
	{NULL, REPORT_WARNING, 0, NULL, "chassis", "ignored",
		"[edit]\n  'chassis'\n    warning: ignored\n"},
	{"gw.conf", REPORT_ERROR, 7, NULL, NULL, "syntax error",
		"gw.conf:7: syntax error\n"},
	{NULL, REPORT_ERROR, 7, "system", "host-nam x", "syntax error",
		"terminal:7: syntax error: host-nam x [edit system]\n"},
	{"gw.conf", REPORT_WARNING, 9, "system", NULL, "no effect",
		"gw.conf:9: warning: no effect [edit system]\n"},
	{"gw.conf", REPORT_ERROR, 0, "system", NULL, "no line",
		"[edit system]\n    no line\n"},
};

static void
test_layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct report r = REPORT_INIT;
		struct sbuf b = SBUF_INIT;

		if (cases[i].source != NULL)
			r.source = strdup(cases[i].source);
		assert_true(report_ok(&r));
		report_add(&r, cases[i].severity, cases[i].line, cases[i].path,
			cases[i].statement, "%s", cases[i].message);
		assert_int_equal(
			report_ok(&r), cases[i].severity == REPORT_WARNING);
		report_text(&r, &b);
		assert_string_equal(sbuf_text(&b), cases[i].text);
		sbuf_done(&b);
		report_done(&r);
	}
}

/* All of them, in the order found; texts are copies. */
static void
test_many(void **state)
{
	struct report r = REPORT_INIT;
	struct sbuf got = SBUF_INIT, want = SBUF_INIT;
	char path[32];

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "interfaces ge-0/0/%u", i);
		report_add(&r, i % 3 ? REPORT_ERROR : REPORT_WARNING, i % 2,
			path, path, "number %u", i);
		if (i % 2)
			sbuf_printf(&want,
				"terminal:1: %snumber %u: %s [edit %s]\n",
				i % 3 ? "" : "warning: ", i, path, path);
		else
			sbuf_printf(&want,
				"[edit %s]\n  '%s'\n    %snumber %u\n", path,
				path, i % 3 ? "" : "warning: ", i);
	}
	assert_int_equal(r.n, 1000);
	assert_int_equal(r.warnings, 334);
	assert_int_equal(r.errors, 666);
	report_text(&r, &got);
	assert_string_equal(sbuf_text(&got), sbuf_text(&want));
	sbuf_done(&got);
	sbuf_done(&want);
	report_done(&r);
	assert_null(r.entries);
	assert_true(report_ok(&r));
	report_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
