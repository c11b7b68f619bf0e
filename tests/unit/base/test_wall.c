/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day [CF-78]. */
#include "base_test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wall.h"

#define WINTER 1767225600 /* 2026-01-01 00:00:00 UTC */
#define SUMMER 1782864000 /* 2026-07-01 00:00:00 UTC */

static const struct {
	const char *zone;
	int64_t t;
	const char *text;
} cases[] = {
	{"", WINTER, "2026-01-01 00:00:00 UTC"},
	{"UTC", WINTER, "2026-01-01 00:00:00 UTC"},
	{"CET-1CEST,M3.5.0,M10.5.0/3", WINTER, "2026-01-01 01:00:00 CET"},
	{"CET-1CEST,M3.5.0,M10.5.0/3", SUMMER, "2026-07-01 02:00:00 CEST"},
	{"GMT+5", WINTER, "2025-12-31 19:00:00 GMT"},
	{"GMT-5", WINTER, "2026-01-01 05:00:00 GMT"},
	{"", SUMMER, "2026-07-01 00:00:00 UTC"},
};

static void
test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buf[WALL_TEXT_MAX];
		struct tm tm;

		wall_zone_set(cases[i].zone);
		assert_string_equal(wall_zone(), cases[i].zone);
		wall_text(cases[i].t, buf);
		assert_string_equal(buf, cases[i].text);
		wall_local(cases[i].t, &tm);
		assert_int_equal(wall_seconds(&tm), cases[i].t);
	}
	/* as the C library had it */
	assert_null(getenv("TZ"));
}

static void
test_names(void **state)
{
	static const char *const bad[] = {"", "../../etc/passwd", "Europe",
		"Europe/Atlantis", "/etc/localtime", "G+1", "GMT+x", "GMT+1;",
		"posix/../UTC"};

	(void)state;
	if (access("/usr/share/zoneinfo", F_OK) != 0)
		skip(); /* without zones all names are the same */
	assert_true(wall_zone_ok("UTC"));
	assert_true(wall_zone_ok("GMT+1"));
	assert_true(wall_zone_ok("CET-1CEST,M3.5.0,M10.5.0/3"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (wall_zone_ok(bad[i]))
			fail_msg("%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_names),
	};

	unsetenv("TZ");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
