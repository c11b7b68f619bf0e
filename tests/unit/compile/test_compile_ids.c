/* SPDX-License-Identifier: Apache-2.0 */
/* [CF-29] Numbers stay with names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/ids.h"
#include "compile/compile_ids.h"

#define ASSIGN(ids, kind, ret, ...)                                            \
	compile_ids_assign(ids, kind, (const char *const[]){__VA_ARGS__},      \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),   \
		ret)

static void
stays_with_the_name(void **state)
{
	struct compile_ids *ids = compile_ids_create();
	uint32_t id[4];

	(void)state;
	assert_int_equal(ASSIGN(ids, IDS_ZONE, id, "a", "b"), 0);
	assert_int_equal(id[0], ZONE_FIRST_USER);
	assert_int_equal(id[1], ZONE_FIRST_USER + 1);
	/* a is gone, c is new and stands first. */
	assert_int_equal(ASSIGN(ids, IDS_ZONE, id, "c", "b"), 0);
	assert_int_equal(id[0], ZONE_FIRST_USER + 2);
	assert_int_equal(id[1], ZONE_FIRST_USER + 1);
	/* a comes back to its own number. */
	assert_int_equal(ASSIGN(ids, IDS_ZONE, id, "b", "a", "c"), 0);
	assert_int_equal(id[1], ZONE_FIRST_USER);
	/* Kinds do not share numbers. */
	assert_int_equal(ASSIGN(ids, IDS_POLICY, id, "b"), 0);
	assert_int_equal(id[0], 4);
	assert_int_equal(ASSIGN(ids, IDS_VR, id, "b"), 0);
	assert_int_equal(id[0], VR_FIRST_USER);
	assert_int_equal(ASSIGN(ids, IDS_IFL, id, "b"), 0);
	assert_int_equal(id[0], 1);
	compile_ids_free(ids);
}

static void
copy_is_apart(void **state)
{
	struct compile_ids *ids = compile_ids_create(), *copy;
	uint32_t id[2];

	(void)state;
	assert_int_equal(ASSIGN(ids, IDS_VR, id, "a"), 0);
	copy = compile_ids_copy(ids);
	assert_int_equal(ASSIGN(copy, IDS_VR, id, "lost"), 0);
	compile_ids_free(copy);
	assert_int_equal(ASSIGN(ids, IDS_VR, id, "b"), 0);
	assert_int_equal(id[0], VR_FIRST_USER + 1);
	copy = compile_ids_copy(ids);
	assert_int_equal(ASSIGN(copy, IDS_VR, id, "c"), 0);
	compile_ids_replace(ids, copy);
	assert_int_equal(ASSIGN(ids, IDS_VR, id, "d", "c"), 0);
	assert_int_equal(id[1], VR_FIRST_USER + 2);
	assert_int_equal(id[0], VR_FIRST_USER + 3);
	compile_ids_free(ids);
}

#define FULL (IFL_MAX - 1)

static char texts[FULL + 1][12];
static const char *names[FULL + 1];
static uint32_t numbers[FULL + 1];

static void
reused_when_used_up(void **state)
{
	struct compile_ids *ids = compile_ids_create();
	uint32_t second = 0;

	(void)state;
	for (unsigned int i = 0; i <= FULL; i++) {
		snprintf(texts[i], sizeof(texts[i]), "if%u", i);
		names[i] = texts[i];
	}
	assert_int_equal(
		compile_ids_assign(ids, IDS_IFL, names, FULL, numbers), 0);
	assert_int_equal(numbers[FULL - 1], FULL);
	assert_int_equal(
		compile_ids_assign(ids, IDS_IFL, names, FULL + 1, numbers),
		-ENOSPC);
	/* Without the first name there is room for the last. */
	second = numbers[1];
	assert_int_equal(
		compile_ids_assign(ids, IDS_IFL, names + 1, FULL, numbers), 0);
	assert_int_equal(numbers[0], second);
	assert_int_equal(numbers[FULL - 1], 1);
	compile_ids_free(ids);
}

static void
names_table(void **state)
{
	struct names t = NAMES_INIT, copy;
	char name[16];
	uint32_t v;

	(void)state;
	assert_false(names_get(&t, "x", &v));
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_true(names_put(&t, name, i));
	}
	assert_true(names_put(&t, "n17", 4711));
	assert_int_equal(t.n, 5000);
	assert_true(names_copy(&t, &copy));
	names_done(&t);
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_true(names_get(&copy, name, &v));
		assert_int_equal(v, i == 17 ? 4711 : i);
	}
	assert_false(names_get(&copy, "n5000", &v));
	names_done(&copy);
}

/* A session has 20 bits for the index of its policy. */
static void
policies_fit_in_a_session(void **state)
{
	(void)state;
	assert_int_equal(compile_ids_limit(IDS_POLICY), (1u << 20) - 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stays_with_the_name),
		cmocka_unit_test(copy_is_apart),
		cmocka_unit_test(reused_when_used_up),
		cmocka_unit_test(names_table),
		cmocka_unit_test(policies_fit_in_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
