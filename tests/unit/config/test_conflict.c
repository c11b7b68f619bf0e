/* SPDX-License-Identifier: Apache-2.0 */
/* Two who changed the same configuration [CF-76]. */
#include "config_test.h"

#include "config/conflict.h"

#define BASE                                                                   \
	"system { host-name a; }\n"                                            \
	"interfaces { ge-0/0/0 { mtu 1400; unit 0 { description x; } } }\n"    \
	"routing-options { static { route 192.0.2.0/24 discard; } }\n"

/* What one and the other did, as lines of set, and what is said of it. */
static const struct {
	const char *mine, *theirs, *said;
} cases[] = {
	/* the same leaf, there before or not */
	{"set system host-name b", "set system host-name c",
		"[edit system]\n  'host-name b'\n"
		"    changed by another user meanwhile: 'c'\n"},
	{"set system domain-name b.example", "set system domain-name c.example",
		"[edit system]\n  'domain-name b.example'\n"
		"    changed by another user meanwhile: 'c.example'\n"},
	{"delete system host-name", "set system host-name c",
		"[edit system]\n  'host-name c'\n"
		"    changed by another user meanwhile: 'c'\n"},
	{"set system host-name b", "delete system host-name",
		"[edit system]\n  'host-name b'\n"
		"    changed by another user meanwhile: deleted\n"},
	/* the same in both, and one beside the other */
	{"set system host-name b", "set system host-name b", ""},
	{"set system host-name b", "set system domain-name c.example", ""},
	{"delete system host-name", "delete system host-name", ""},
	{"set interfaces ge-0/0/0 unit 1 description a",
		"set interfaces ge-0/0/0 unit 2 description b", ""},
	/* an entry that both made: only what they disagree about */
	{"set interfaces ge-0/0/1 mtu 1300", "set interfaces ge-0/0/1 disable",
		""},
	{"set interfaces ge-0/0/1 mtu 1300", "set interfaces ge-0/0/1 mtu 1301",
		"[edit interfaces ge-0/0/1]\n  'mtu 1300'\n"
		"    changed by another user meanwhile: '1301'\n"},
	/* deleted by one, changed by the other */
	{"delete interfaces ge-0/0/0", "set interfaces ge-0/0/0 mtu 1300",
		"[edit interfaces]\n  'ge-0/0/0'\n"
		"    changed by another user meanwhile\n"},
	{"set interfaces ge-0/0/0 unit 0 description y",
		"delete interfaces ge-0/0/0 unit 0",
		"[edit interfaces ge-0/0/0]\n  'unit 0'\n"
		"    changed by another user meanwhile: deleted\n"},
	{"delete interfaces ge-0/0/0", "set system host-name c", ""},
	/* alternatives */
	{"set routing-options static route 198.51.100.0/24 reject",
		"set routing-options static route 198.51.100.0/24 discard",
		"[edit routing-options static route 198.51.100.0/24]\n"
		"  'reject'\n    changed by another user meanwhile\n"},
	/* marks */
	{"deactivate interfaces ge-0/0/0", "set system host-name c", ""},
};

static void
change(struct config_tree **t, const char *line)
{
	struct report report = REPORT_INIT;

	assert_int_equal(
		config_load(t, line, strlen(line), CONFIG_LOAD_SET, &report),
		0);
	report_done(&report);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *b = good(BASE), *m = good(BASE),
				   *t = good(BASE);
		struct report report = REPORT_INIT;
		unsigned int n;
		char *text;

		change(&m, cases[i].mine);
		change(&t, cases[i].theirs);
		n = config_conflicts(b, m, t, REPORT_ERROR, &report);
		text = report_of(&report);
		if (strcmp(text, cases[i].said) != 0 ||
			(n > 0) != (cases[i].said[0] != '\0'))
			fail_msg("%s / %s: '%s'", cases[i].mine,
				cases[i].theirs, text);
		free(text);
		config_free(b);
		config_free(m);
		config_free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
