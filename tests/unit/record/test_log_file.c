/* SPDX-License-Identifier: Apache-2.0 */
/* [LG-12] Rotation, bad places, changed limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/log_file.h"

static char dir[64];

static long
size_of(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static struct log_file_spec
spec_of(const char *name, uint64_t size, uint32_t files)
{
	struct log_file_spec s = {.size = size, .files = files};

	snprintf(s.name, sizeof(s.name), "%s", name);
	return s;
}

static void
put_lines(struct log_file *f, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		log_file_put(f, "123456789", 9);
		log_file_flush(f);
	}
}

static void
test_lg12_rotation(void **state)
{
	struct log_file_spec s = spec_of("a", 30, 3);
	struct log_file *f = log_file_create(dir, &s);

	(void)state;
	assert_non_null(f);
	put_lines(f, 3);
	assert_int_equal(30, size_of("a"));
	assert_int_equal(-1, size_of("a.0"));
	put_lines(f, 1);
	assert_int_equal(10, size_of("a"));
	assert_int_equal(30, size_of("a.0"));
	put_lines(f, 20);
	assert_int_equal(30, size_of("a"));
	assert_int_equal(30, size_of("a.0"));
	assert_int_equal(30, size_of("a.1"));
	assert_int_equal(-1, size_of("a.2")); /* three in all */
	assert_true(log_file_stats(f).lines == 24);
	assert_true(log_file_stats(f).lost == 0);
	log_file_free(f);
	f = log_file_create(dir, &s); /* goes on where it was */
	put_lines(f, 1);
	assert_int_equal(10, size_of("a"));
	log_file_free(f);
}

static void
test_one_file(void **state)
{
	struct log_file_spec s = spec_of("one", 20, 1);
	struct log_file *f = log_file_create(dir, &s);

	(void)state;
	put_lines(f, 5);
	assert_int_equal(10, size_of("one"));
	assert_int_equal(-1, size_of("one.0"));
	log_file_free(f);
}

/* Many lines at once are no larger than the file may be. */
static void
test_gathered(void **state)
{
	struct log_file_spec s = spec_of("g", 100, 2);
	struct log_file *f = log_file_create(dir, &s);

	(void)state;
	for (unsigned int i = 0; i < 25; i++)
		log_file_put(f, "123456789", 9);
	log_file_flush(f);
	assert_int_equal(50, size_of("g"));
	assert_int_equal(100, size_of("g.0"));
	log_file_free(f);
}

static void
test_bad_places(void **state)
{
	struct log_file_spec s = spec_of("x", 100, 2);
	char path[128], target[128];
	struct log_file *f = log_file_create("/nonexistent", &s);

	(void)state;
	put_lines(f, 2);
	assert_true(log_file_stats(f).lost == 2);
	assert_int_equal(ENOENT, log_file_stats(f).error);
	log_file_free(f);
	/* nobody makes us write through a link */
	snprintf(path, sizeof(path), "%s/x", dir);
	snprintf(target, sizeof(target), "%s/target", dir);
	assert_int_equal(0, symlink(target, path));
	f = log_file_create(dir, &s);
	put_lines(f, 1);
	assert_true(log_file_stats(f).lost == 1);
	assert_int_equal(-1, size_of("target"));
	log_file_free(f);
}

static void
test_change(void **state)
{
	struct log_file_spec s = spec_of("c", 100, 2);
	struct log_file *f = log_file_create(dir, &s);
	char path[128];
	struct stat st;

	(void)state;
	put_lines(f, 2);
	s.size = 20;
	s.world_readable = true;
	log_file_change(f, &s);
	put_lines(f, 1);
	assert_int_equal(10, size_of("c"));
	snprintf(path, sizeof(path), "%s/c", dir);
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(0644, st.st_mode & 0777);
	assert_string_equal("c", log_file_name(f));
	log_file_free(f);
}

static int
setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vrflow-log-XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg12_rotation),
		cmocka_unit_test(test_one_file),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_bad_places),
		cmocka_unit_test(test_change),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
