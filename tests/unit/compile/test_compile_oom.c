/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of a compilation fails once: the answer is -ENOMEM, nothing
 * leaks (AddressSanitizer) and the numbers stay as they were.
 *
 * The linker sends the allocating calls of all objects through the wrappers
 * below (--wrap), which count only while `counting`.
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
#include "compile/compile.h"
#include "config/config.h"

static bool counting;
static long until_failure;

static bool
fails(void)
{
	return counting && until_failure-- == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

/* Compile with the n-th allocation failing; did it come to that? */
static int
compile_failing(const struct cnode *root, struct compile_ids *ids, long n,
	bool *ret_failed)
{
	struct report report = REPORT_INIT;
	struct image_spec *image = NULL;
	struct route_spec *routes = NULL;
	int r;

	until_failure = n;
	counting = true;
	r = compile_config(root, ids, &report, &image, &routes);
	counting = false;
	*ret_failed = until_failure < 0;
	image_spec_free(image);
	route_spec_free(routes);
	report_done(&report);
	return r;
}

static char *
read_text(const char *name)
{
	char path[512], *text = calloc(1, 1 << 20);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, name);
	f = fopen(path, "r");
	if (f == NULL || text == NULL)
		fail_msg("%s", path);
	(void)!fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

static void
fail_all(const char *name, int result)
{
	struct compile_ids *ids = compile_ids_create();
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	char *text = read_text(name);
	bool failed = true;

	assert_int_equal(
		config_load_text(text, strlen(text), name, &tree, &report), 0);
	for (long n = 0; failed; n++) {
		int r = compile_failing(config_root(tree), ids, n, &failed);

		assert_int_equal(r, failed ? -ENOMEM : result);
	}
	config_free(tree);
	report_done(&report);
	compile_ids_free(ids);
	free(text);
}

static void
good_configuration(void **state)
{
	(void)state;
	fail_all("tenants.conf", 0);
	fail_all("filters.conf", 0);
	fail_all("ipv6.conf", 0);
}

static void
bad_configuration(void **state)
{
	(void)state;
	fail_all("bad-references.conf", -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_configuration),
		cmocka_unit_test(bad_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
