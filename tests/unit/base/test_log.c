/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on standard error after log lines of each level. */
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base_test.h"

/* Standard error goes to a file while fn runs; its text into buf. */
static void
capture(void (*fn)(void), char *buf, size_t size)
{
	FILE *f = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(f);
	fflush(stderr);
	dup2(fileno(f), STDERR_FILENO);
	fn();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(f);
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
}

static void
one_of_each(void)
{
	log_error("a", "number=%d", 1);
	log_warn("b", "%s", "text=%s");
	log_info("c", "three");
	log_debug("d", "four");
}

static void
long_line(void)
{
	char text[5000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("m", "%s", text);
}

static void
test_levels(void **state)
{
	static const char *const want[] = {"a: number=1\n",
		"a: number=1\nb: text=%s\n",
		"a: number=1\nb: text=%s\nc: three\n",
		"a: number=1\nb: text=%s\nc: three\nd: four\n"};
	char buf[4096];

	(void)state;
	capture(one_of_each, buf, sizeof(buf));
	assert_string_equal(buf, want[LOG_LEVEL_INFO]);
	for (unsigned int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++) {
		log_set_level((enum log_level)i);
		capture(one_of_each, buf, sizeof(buf));
		assert_string_equal(buf, want[i]);
	}
}

/* A long line is cut, and still one line. */
static void
test_long(void **state)
{
	char buf[8192];

	(void)state;
	capture(long_line, buf, sizeof(buf));
	assert_ptr_equal(strchr(buf, '\n'), buf + strlen(buf) - 1);
	assert_in_range(strlen(buf), 1000, 1100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
