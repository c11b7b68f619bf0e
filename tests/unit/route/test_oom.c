/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of a computation fails once: the database must stay as it
 * was, leak nothing and go on. Linked with --wrap for malloc and its like.
 */
#include "route_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t width);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t width);
void *__wrap_realloc(void *p, size_t n);

static int countdown = -1; /* fails when it reaches 0; negative: never */

static bool
fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t width)
{
	return fails() ? NULL : __real_calloc(n, width);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

static void
oom_apply_leaves_everything_as_it_was(void **state)
{
	struct report r = REPORT_INIT;
	struct route_db *db;
	struct lab lab, old;
	char *before;
	int rc, tries = 0;

	lab_init(&old);
	old.vr[1].nstatics = 0;
	lab_init6(&lab);
	lab.isp_static[0].nnhs = 2; /* a group */
	lab.isp_nh[1] = (struct route_nh_spec){.gateway = addr("192.0.2.5")};
	lab.vr[1].nstatics = 1;
	db = db_of(&old.spec);
	before = table_text(db, LAN, IP_V4);
	do {
		countdown = tries++;
		rc = route_db_apply(db, &lab.spec, NULL, 2000, &r);
		countdown = -1;
		if (rc != 0) {
			assert_int_equal(rc, -ENOMEM);
			assert_table(db, LAN, IP_V4, before);
		}
	} while (rc != 0);
	assert_true(tries > 20);
	assert_true(report_ok(&r));
	assert_table(db, LAN, IP_V4,
		"* 0.0.0.0/0 Static/5 192.0.2.1@2 192.0.2.5@2 s4\n"
		"* 192.0.2.0/24 Direct/0 @2 s4\n"
		"* 192.0.2.2/32 Local/0 192.0.2.2@2 s4\n"
		"* 192.168.1.0/24 Direct/0 @1\n"
		"* 192.168.1.1/32 Local/0 192.168.1.1@1\n");
	free(before);
	report_done(&r);
	route_db_free(db);
}

static void
oom_links_and_view(void **state)
{
	bool up[16] = {[GE0] = true};
	struct route_view *v = NULL;
	struct route_db *db;
	struct lab lab;
	int tries, rc = -ENOMEM;

	lab_init6(&lab);
	db = db_of(&lab.spec);
	for (tries = 0; v == NULL; tries++) {
		countdown = tries;
		v = route_db_view(db, NULL, NULL);
		countdown = -1;
	}
	assert_true(tries > 10);
	assert_int_equal(route_view_generation(v), 1);
	assert_int_equal(look(v, LAN, "8.8.8.8")->type, NH_UCAST);
	route_view_free(v);
	for (tries = 0; rc != 0; tries++) {
		countdown = tries;
		rc = route_db_links(db, up, 2000);
		countdown = -1;
	}
	assert_true(tries > 10);
	v = route_db_view(db, NULL, NULL);
	assert_non_null(v);
	assert_int_equal(look(v, LAN, "8.8.8.8")->type, NH_NONE);
	route_view_free(v);
	route_db_free(db);
}

static void
oom_create(void **state)
{
	struct route_db *db = NULL;
	int tries;

	for (tries = 0; db == NULL; tries++) {
		countdown = tries;
		db = route_db_create();
		countdown = -1;
	}
	assert_true(tries > 5);
	route_db_free(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oom_apply_leaves_everything_as_it_was),
		cmocka_unit_test(oom_links_and_view),
		cmocka_unit_test(oom_create),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
