/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "cli/filter.h"

static void
collect(void *ctx, const char *text, size_t len)
{
	sbuf_add(ctx, text, len);
}

#define LINES "alpha\nBeta\ngamma\nalphabet\n\nomega"

static const struct {
	const char *stage[3][2]; /* name, argument */
	const char *want;
} rows[] = {
	{{{NULL}}, LINES},
	{{{"no-more"}}, LINES "\n"},
	{{{"match", "ALPHA"}}, "alpha\nalphabet\n"},
	{{{"match", "^a.*a$|om"}}, "alpha\nomega\n"},
	{{{"except", "a"}}, "\n"},
	{{{"find", "gam"}}, "gamma\nalphabet\n\nomega\n"},
	{{{"find", "none"}}, ""},
	{{{"count"}}, "Count: 6 lines\n"},
	{{{"match", "none"}, {"count"}}, "Count: 0 lines\n"},
	{{{"last", "2"}}, "\nomega\n"},
	{{{"last", "0"}}, ""},
	{{{"last", "99"}}, LINES "\n"},
	{{{"last"}}, "alphabet\n\nomega\n"},
	{{{"trim", "4"}}, "a\n\na\nabet\n\na\n"},
	{{{"match", "a"}, {"except", "l"}, {"count"}}, "Count: 3 lines\n"},
	{{{"count"}, {"match", "Count"}}, "Count: 6 lines\n"},
	{{{"last", "3"}, {"match", "alpha"}}, "alphabet\n"},
};

static void
test_stages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		/* Whatever the pieces, the lines are the same. */
		for (size_t piece = 1; piece < 9; piece++) {
			struct sbuf got = SBUF_INIT;
			struct filter_chain *f = filter_create(collect, &got);
			char why[256];

			for (size_t k = 0; k < 3 && rows[i].stage[k][0]; k++)
				assert_int_equal(
					filter_add(f, rows[i].stage[k][0],
						rows[i].stage[k][1], 3, why,
						sizeof(why)),
					0);
			for (size_t at = 0; at < strlen(LINES); at += piece)
				filter_feed(f, LINES + at,
					strnlen(LINES + at, piece));
			assert_true(filter_end(f, why, sizeof(why)));
			assert_string_equal(sbuf_text(&got), rows[i].want);
			filter_free(f);
			sbuf_done(&got);
		}
}

static void
test_files(void **state)
{
	char path[] = "/tmp/test_filterXXXXXX", why[256], want[128];
	struct sbuf got = SBUF_INIT;
	static const char *const stages[] = {"save", "append", "tee"};
	char text[64];
	size_t n;
	FILE *file;

	(void)state;
	close(mkstemp(path));
	for (size_t i = 0; i < 3; i++) {
		struct filter_chain *f = filter_create(collect, &got);

		assert_int_equal(
			filter_add(f, stages[i], path, 24, why, sizeof(why)),
			0);
		filter_feed(f, "one\ntwo\n", 8);
		assert_true(filter_end(f, why, sizeof(why)));
		filter_free(f);
		file = fopen(path, "r");
		n = fread(text, 1, sizeof(text), file);
		fclose(file);
		assert_int_equal(n, i == 1 ? 16 : 8);
	}
	snprintf(want, sizeof(want),
		"Wrote 2 lines of output to '%s'\n"
		"Wrote 2 lines of output to '%s'\none\ntwo\n",
		path, path);
	assert_string_equal(sbuf_text(&got), want);
	unlink(path);
	sbuf_done(&got);
}

static void
test_errors(void **state)
{
	struct sbuf got = SBUF_INIT;
	struct filter_chain *f = filter_create(collect, &got);
	char why[256];

	(void)state;
	assert_true(filter_add(f, "match", "(", 24, why, sizeof(why)) < 0);
	assert_true(filter_add(f, "bogus", NULL, 24, why, sizeof(why)) < 0);
	assert_true(
		filter_add(f, "last", "99999999", 24, why, sizeof(why)) < 0);
	assert_int_equal(
		filter_add(f, "save", "/nowhere/x", 24, why, sizeof(why)), 0);
	filter_feed(f, "x\n", 2);
	assert_false(filter_end(f, why, sizeof(why)));
	assert_non_null(strstr(why, "/nowhere/x"));
	filter_free(f);
	sbuf_done(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
