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
#include "mgmt/access_config.h"

static const char text[] =
	"set system login class noc permissions [ view clear ]\n"
	"set system login class noc allow-commands \"request system .*\"\n"
	"set system login class noc deny-commands \"clear security .*\"\n"
	"set system login class author permissions configure\n"
	"set system login class reader permissions interface\n"
	"set system login class words permissions view\n"
	"set system login class words allow-commands-regexps \"clear arp\"\n"
	"set system login class words deny-commands-regexps [ \"show route\" "
	"\"show log\" ]\n"
	"set system login user rita class reader\n"
	"set system login user will class words\n"
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
	{"ann", "show configuration security", false},
	{"ann", "show route", false},
	{"rita", "show configuration", true},
	{"rita", "configure", false},
	{"will", "clear arp", true},
	{"will", "clear security flow session", false},
	{"will", "show route", false},
	{"will", "show log messages", false},
	{"will", "show interfaces", true},
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

/* What the class sees of the configuration, as set lines; and what it may set
 * [CF-77]. */
static const char whole[] =
	"set system host-name gw\n"
	"set system login user x class super-user\n"
	"set system login user x authentication encrypted-password $6$x\n"
	"set interfaces ge-0/0/0 mtu 1400\n"
	"set interfaces ge-0/0/1 mtu 1400\n"
	"set security zones security-zone LAN\n";

static const struct {
	const char *class; /* statements of class c */
	const char *sees;
} views[] = {
	{"permissions view-configuration",
		"set system host-name gw\n"
		"set system login user x class super-user\n"
		"set system login user x authentication encrypted-password "
		"\"/* SECRET-DATA */\"\n"
		"set security zones security-zone LAN\n"
		"set interfaces ge-0/0/0 mtu 1400\n"
		"set interfaces ge-0/0/1 mtu 1400\n"},
	{"permissions interface", "set interfaces ge-0/0/0 mtu 1400\n"
				  "set interfaces ge-0/0/1 mtu 1400\n"},
	{"permissions interface-control", "set interfaces ge-0/0/0 mtu 1400\n"
					  "set interfaces ge-0/0/1 mtu 1400\n"},
	{"permissions [ admin secret ]",
		"set system login user x class super-user\n"
		"set system login user x authentication encrypted-password "
		"\"$6$x\"\n"},
	{"permissions configure", ""},
	{"allow-configuration \"interfaces ge-0/0/1\"",
		"set interfaces ge-0/0/1 mtu 1400\n"},
	{"allow-configuration-regexps \"interfaces .*/1 mtu\"",
		"set interfaces ge-0/0/1 mtu 1400\n"},
	{"permissions all deny-configuration \"(system login)|(security)\"",
		"set system host-name gw\n"
		"set interfaces ge-0/0/0 mtu 1400\n"
		"set interfaces ge-0/0/1 mtu 1400\n"},
	{"permissions all deny-configuration \"interfaces\" "
	 "allow-configuration \"interfaces ge-0/0/0\" "
	 "deny-configuration-regexps [ \"system\" \"security\" ]",
		"set interfaces ge-0/0/0 mtu 1400\n"},
	/* words that are no expressions of their own: nothing is seen rather
	 * than what was to be denied */
	{"permissions interface deny-configuration-regexps \"a[[. .]]\"", ""},
};

static struct config_tree *
class_tree(const char *statements, struct access *a)
{
	struct sbuf b = SBUF_INIT;
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	sbuf_printf(&b,
		"set system login class c %s\n"
		"set system login user u class c\n",
		statements);
	if (config_load_text(b.data, b.len, NULL, &t, &r) != 0)
		fail_msg("%s: %s", statements, r.entries[0].message);
	access_of(config_root(t), "u", false, a);
	report_done(&r);
	sbuf_done(&b);
	return t;
}

static struct config_tree *
read_text(const char *lines)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	if (config_load_text(lines, strlen(lines), NULL, &t, &r) != 0)
		fail_msg("%s: %s", lines, r.entries[0].message);
	report_done(&r);
	return t;
}

static void
test_views(void **state)
{
	struct config_tree *t = read_text(whole);

	(void)state;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		struct access a;
		struct config_tree *c = class_tree(views[i].class, &a);
		struct config_tree *seen = NULL;
		struct sbuf b = SBUF_INIT;

		assert_int_equal(access_view(&a, t, &seen), 0);
		assert_non_null(seen);
		config_print_set(config_root(seen), false, &b);
		if (strcmp(sbuf_text(&b), views[i].sees) != 0)
			fail_msg("%s sees\n%s", views[i].class, sbuf_text(&b));
		sbuf_done(&b);
		config_free(seen);
		config_free(c);
	}
	config_free(t);
}

/* class, line, what is refused (NULL: nothing) */
static const struct {
	const char *class, *line, *refused;
} changes[] = {
	{"permissions all", "set system host-name x", NULL},
	{"permissions configure", "set system host-name x", "host-name"},
	{"permissions system", "set system host-name x", "host-name"},
	{"permissions system-control", "set system host-name x", NULL},
	{"permissions system-control", "delete system host-name", NULL},
	{"permissions system-control", "delete interfaces", "mtu"},
	{"permissions system-control", "set system login user y class x",
		"class"},
	{"permissions admin-control", "set system login user y class x", NULL},
	{"permissions admin-control",
		"set system login user x authentication encrypted-password y",
		"encrypted-password"},
	{"permissions [ admin-control secret-control ]",
		"set system login user x authentication encrypted-password y",
		NULL},
	{"permissions interface-control", "set interfaces ge-0/0/0 mtu 1300",
		NULL},
	{"permissions interface-control", "deactivate interfaces ge-0/0/0",
		NULL},
	{"permissions interface-control", "deactivate security zones", "zones"},
	{"permissions interface-control",
		"rename security zones security-zone LAN to security-zone DMZ",
		"security-zone"},
	{"permissions interface-control", "annotate system \"x\"", "system"},
	{"permissions interface-control",
		"set groups g interfaces <*> mtu 1300", NULL},
	{"permissions interface-control", "set groups g system host-name x",
		"host-name"},
	{"permissions interface-control", "set apply-groups g", "apply-groups"},
	{"permissions security-control",
		"set applications application x protocol tcp", NULL},
	{"permissions trace-control", "set security flow traceoptions flag all",
		NULL},
	{"permissions security-control",
		"set security flow traceoptions flag all", "flag"},
	{"permissions all deny-configuration \"system login\"",
		"set system login user y class x", "class"},
	{"permissions all deny-configuration \"system login\"",
		"set groups g system login user y class x", "class"},
	{"permissions all deny-configuration \"system login\"", "delete system",
		"class"},
	{"permissions all deny-configuration \"system login\"",
		"set system host-name x", NULL},
	{"permissions configure allow-configuration \"interfaces ge-0/0/[01]\"",
		"set interfaces ge-0/0/1 description x", NULL},
	{"permissions configure allow-configuration \"interfaces ge-0/0/[01]\"",
		"set interfaces ge-0/0/2 description x", "description"},
	{"permissions configure allow-configuration-regexps "
	 "\"interfaces .* description .*\"",
		"set interfaces ge-0/0/1 description x", NULL},
	{"permissions configure allow-configuration-regexps "
	 "\"interfaces .* description .*\"",
		"set interfaces ge-0/0/1 mtu 1300", "mtu"},
};

static void
test_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct access a;
		struct config_tree *c = class_tree(changes[i].class, &a);
		struct config_tree *before = read_text(whole);
		struct config_tree *after = read_text(whole);
		struct report r = REPORT_INIT;
		struct sbuf what = SBUF_INIT;
		bool ok;

		assert_int_equal(
			config_load(&after, changes[i].line,
				strlen(changes[i].line), CONFIG_LOAD_SET, &r),
			0);
		ok = access_change(&a, before, after, &what);
		if (ok != (changes[i].refused == NULL) ||
			(!ok && strcmp(sbuf_text(&what), changes[i].refused)))
			fail_msg("%s: %s: '%s'", changes[i].class,
				changes[i].line, sbuf_text(&what));
		/* nobody may less by doing nothing */
		sbuf_reset(&what);
		assert_true(access_change(&a, before, before, &what));
		report_done(&r);
		sbuf_done(&what);
		config_free(before);
		config_free(after);
		config_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
