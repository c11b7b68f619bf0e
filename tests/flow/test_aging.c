/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-12] timeouts, and [FL-35] early ageout between the watermarks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

#include "image/image.h"

#define AGING    "set security flow aging "
#define SESSIONS 100u

static const char *const config =
	BOX AGING "high-watermark 80\n" AGING "low-watermark 50\n" AGING
		  "early-ageout 10\n";

/* UDP sessions with source ports from..to. */
static void
fill(struct box *b, uint16_t from, uint16_t to)
{
	for (uint16_t port = from; port < to; port++)
		pass(b, c2s(&sides[port & 1], IPP_UDP, port, 7000));
}

static const struct session_table *
table_of(struct box *b)
{
	return box_env(b)->sessions;
}

/* Idle for long, but the table is not that full. */
static void
test_below_high(void **state)
{
	struct box *b = box_create_max(config, SESSIONS);

	(void)state;
	fill(b, 1000, 1079);
	box_sleep(b, 30000);
	assert_int_equal(79, table_of(b)->valid);
	assert_int_equal(0, table_of(b)->early_begun);
	box_sleep(b, 31000); /* the usual timeout of UDP */
	assert_int_equal(0, table_of(b)->valid);
	box_free(b);
}

static void
test_between_marks(void **state)
{
	struct box *b = box_create_max(config, SESSIONS);

	(void)state;
	fill(b, 1000, 1070);
	box_sleep(b, 9000);
	fill(b, 1000, 1010); /* these stay busy */
	fill(b, 1070, 1080);
	box_sleep(b, 999);
	assert_int_equal(80, table_of(b)->valid); /* begun, none idle enough */
	assert_int_equal(1, table_of(b)->early_begun);
	box_sleep(b, 1);
	assert_int_equal(50, table_of(b)->valid);
	assert_int_equal(1, table_of(b)->early_ended);
	/* The busy ones are alive. */
	fill(b, 1000, 1010);
	fill(b, 1070, 1080);
	assert_int_equal(50, table_of(b)->valid);
	box_sleep(b, 20000); /* below the high watermark: as configured */
	assert_int_equal(50, table_of(b)->valid);
	assert_int_equal(1, table_of(b)->early_begun);
	box_free(b);
}

/* A session that never ends stays, whatever the watermarks say. */
static void
test_never(void **state)
{
	struct box *b = box_create_max(
		ZONES POLICY("trust", "untrust", "p", "forever",
			"permit") "set applications application forever "
				  "protocol udp\n"
				  "set applications application forever "
				  "inactivity-timeout never\n" AGING
				  "high-watermark 5\n",
		SESSIONS);

	(void)state;
	fill(b, 1000, 1010);
	assert_int_equal(UINT32_MAX, box_session(b, 0).timeout_s);
	box_sleep(b, 100000000); /* more than a day */
	assert_int_equal(10, table_of(b)->valid);
	assert_int_equal(UINT32_MAX, box_session(b, 0).timeout_max_s);
	box_free(b);
}

/* A worker looks at a few slots at a time, and once around in a second. */
static void
test_budget(void **state)
{
	struct box *b = box_create_max(config, SESSIONS);
	const struct env *env = box_env(b);
	const struct flow_spec *f = &image_spec_of(env->image)->flow;
	uint32_t looked = 0, n;

	(void)state;
	fill(b, 1000, 1090);
	do {
		n = session_early_ageout(env->sessions, f, env->now_ms + 20000,
			env->now_s + 20, 7);
		assert_in_range(n, 0, 7);
		looked += n;
	} while (n > 0);
	assert_int_equal(90 - 50, looked); /* all idle: the first 40 end */
	assert_int_equal(50, table_of(b)->valid);
	box_free(b);
}

static void
test_once_a_second(void **state)
{
	struct box *b = box_create_max(config, SESSIONS);
	const struct env *env = box_env(b);
	const struct flow_spec *f = &image_spec_of(env->image)->flow;

	(void)state;
	fill(b, 1000, 1090); /* none is idle; free slots are looked at, too */
	assert_int_equal(
		table_of(b)->top, session_early_ageout(env->sessions, f,
					  env->now_ms, env->now_s, 1000));
	assert_int_equal(0, session_early_ageout(env->sessions, f, env->now_ms,
				    env->now_s, 1000));
	assert_int_equal(
		table_of(b)->top, session_early_ageout(env->sessions, f,
					  env->now_ms, env->now_s + 1, 1000));
	box_free(b);
}

/* A commit that takes the watermark away ends it. */
static void
test_switched_off(void **state)
{
	struct box *b = box_create_max(config, SESSIONS);

	(void)state;
	fill(b, 1000, 1090);
	box_sleep(b, 1000);
	assert_true(table_of(b)->early);
	box_commit(b, BOX);
	box_sleep(b, 20000);
	assert_false(table_of(b)->early);
	assert_int_equal(90, table_of(b)->valid);
	box_free(b);
}

/* Without a low watermark it is the high one. */
static void
test_only_high(void **state)
{
	struct box *b = box_create_max(BOX AGING "high-watermark 80\n" AGING
						 "early-ageout 5\n",
		SESSIONS);

	(void)state;
	fill(b, 1000, 1090);
	box_sleep(b, 6000);
	assert_int_equal(79, table_of(b)->valid);
	assert_false(table_of(b)->early);
	box_free(b);
}

/* A mark of 0 percent: whatever is idle ends. */
static void
test_zero(void **state)
{
	struct box *b = box_create_max(BOX AGING "high-watermark 0\n" AGING
						 "early-ageout 5\n",
		SESSIONS);

	(void)state;
	fill(b, 1000, 1003);
	box_sleep(b, 4000);
	assert_int_equal(3, table_of(b)->valid);
	box_sleep(b, 2000);
	assert_int_equal(0, table_of(b)->valid);
	assert_false(table_of(b)->early);
	assert_int_equal(1, table_of(b)->early_begun);
	box_free(b);
}

/* A full table refuses, counts, and is left as it is. */
static void
test_full(void **state)
{
	struct box *b = box_create_max(BOX, 10);

	(void)state;
	fill(b, 1000, 1010);
	for (unsigned int i = 0; i < 5; i++)
		dropped(b, c2s(&sides[0], IPP_UDP, (uint16_t)(2000 + i), 9),
			REASON_SESSION_LIMIT);
	assert_int_equal(5, table_of(b)->failed);
	fill(b, 1000, 1010);
	box_sleep(b, 63000);
	fill(b, 2000, 2010);
	assert_int_equal(10, table_of(b)->valid);
	box_free(b);
}

static void
test_bad_marks(void **state)
{
	char *errors = box_commit_errors(
		BOX AGING "low-watermark 90\n" AGING "high-watermark 80\n");

	(void)state;
	assert_non_null(errors);
	assert_non_null(
		strstr(errors, "low-watermark is above high-watermark"));
	free(errors);
}

/* Timeouts of applications, from 4 s to never; by port; by protocol. */
static void
test_timeouts(void **state)
{
	static const struct {
		const char *app, *value;
		uint8_t proto;
		uint16_t dport;
		uint32_t want;
	} rows[] = {
		{"mine", "inactivity-timeout 4", IPP_UDP, 7000, 4},
		{"mine", "inactivity-timeout 86400", IPP_UDP, 7000, 86400},
		{"mine", "inactivity-timeout never", IPP_UDP, 7000, UINT32_MAX},
		{"mine", "description none", IPP_UDP, 7000, 60},
		{"any", "description none", IPP_UDP, 7000, 60},
		{"any", "description none", 47, 0, 1800},
		{"any", "description none", 89, 0, 60},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[4096];
		struct box *b;

		snprintf(text, sizeof(text),
			ZONES POLICY("trust", "untrust", "p", "%s",
				"permit") "set applications application mine "
					  "protocol "
					  "udp\n"
					  "set applications application mine "
					  "destination-port 7000\n"
					  "set applications application mine "
					  "%s\n",
			rows[i].app, rows[i].value);
		b = box_create(text);
		pass(b, c2s(&sides[i & 1], rows[i].proto, 1234, rows[i].dport));
		assert_int_equal(rows[i].want, box_session(b, 0).timeout_s);
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_below_high),
		cmocka_unit_test(test_between_marks),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_once_a_second),
		cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_only_high),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_bad_marks),
		cmocka_unit_test(test_timeouts),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
