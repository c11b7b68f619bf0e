/* SPDX-License-Identifier: Apache-2.0 */
/* Login classes: who may run what [CF-70]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "mgmt/access.h"

static const char text[] =
	"set system login class noc permissions [ view clear ]\n"
	"set system login class noc allow-commands \"request system .*\"\n"
	"set system login class noc deny-commands \"clear security .*\"\n"
	"set system login class author permissions configure\n"
	"set system login class nothing allow-commands \"show (chassis|arp)\"\n"
	"set system login user sue class super-user\n"
	"set system login user oz class operator\n"
	"set system login user ron class read-only\n"
	"set system login user una class unauthorized\n"
	"set system login user nick class noc\n"
	"set system login user ann class author\n"
	"set system login user nora class nothing\n";

/* user, command, allowed */
static const struct {
	const char *user, *line;
	bool allowed;
} cases[] = {
	{"sue", "configure", true},
	{"sue", "request support information", true},
	{"oz", "show route", true},
	{"oz", "clear arp", true},
	{"oz", "ping 192.0.2.1", true},
	{"oz", "configure", false},
	{"oz", "show configuration", false},
	{"oz", "request system configuration rescue save", false},
	{"ron", "show route", true},
	{"ron", "show configured", true},
	{"ron", "clear arp", false},
	{"ron", "ping 192.0.2.1", false},
	{"ron", "edit private", false},
	{"ron", "exit", true},
	{"ron", "set cli screen-length 0", true},
	{"una", "show route", false},
	{"una", "quit", true},
	{"nick", "show route", true},
	{"nick", "clear arp", true},
	{"nick", "clear security flow session", false},
	{"nick", "request system configuration rescue save", true},
	{"nick", "show configuration", false},
	{"ann", "configure", true},
	{"ann", "show configuration security", true},
	{"ann", "show route", false},
	{"nora", "show arp", true},
	{"nora", "show route", false},
	{"nora", "configure", false},
	/* somebody who is not configured */
	{"zoe", "show route", false},
	{"zoe", "configure", false},
};

static struct config_tree *
tree(void)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	assert_int_equal(config_load_text(text, strlen(text), NULL, &t, &r), 0);
	assert_int_equal(config_check(config_root(t), &r), 0);
	assert_int_equal(r.n, 0); /* supported: no warnings */
	report_done(&r);
	return t;
}

static void
test_cases(void **state)
{
	struct config_tree *t = tree();
	struct access a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		access_of(config_root(t), cases[i].user, false, &a);
		if (access_command(&a, cases[i].line) != cases[i].allowed)
			fail_msg("%s: %s", cases[i].user, cases[i].line);
	}
	/* root, and who runs the daemon */
	access_of(config_root(t), "ron", true, &a);
	assert_true(access_command(&a, "configure"));
	config_free(t);
}

/* Without users nobody is locked out. */
static void
test_nobody(void **state)
{
	struct access a;

	(void)state;
	access_of(NULL, "zoe", false, &a);
	assert_true(access_command(&a, "configure"));
}

static void
test_class(void **state)
{
	static const char bad[] = "set system login user x class ghost\n";
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	(void)state;
	assert_int_equal(config_load_text(bad, strlen(bad), NULL, &t, &r), 0);
	assert_true(config_check(config_root(t), &r) < 0);
	report_done(&r);
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
