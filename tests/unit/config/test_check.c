/* SPDX-License-Identifier: Apache-2.0 */
/* What a commit refuses or warns about: [CF-11] to [CF-14]. */
#include "config_test.h"

#define ZONES                                                                  \
	"set security zones security-zone a\nset security zones "              \
	"security-zone b\n"
#define P "set security policies from-zone a to-zone b policy p "
#define MATCH                                                                  \
	P "match source-address any destination-address any application any\n"

static const struct {
	const char *text, *report;
} cases[] = {
	{ZONES MATCH P "then permit\n", ""},
	/* mandatory statements */
	{ZONES P "then permit\n",
		"[edit security policies from-zone a to-zone b]\n  'policy "
		"p'\n    Missing mandatory statement: 'match'\n"},
	{ZONES P "match source-address any\n" P "then permit\n",
		"[edit security policies from-zone a to-zone b policy p]\n  "
		"'match'\n    Missing mandatory statement: "
		"'destination-address'\n"
		"[edit security policies from-zone a to-zone b policy p]\n  "
		"'match'\n    Missing mandatory statement: 'application'\n"},
	{ZONES MATCH,
		"[edit security policies from-zone a to-zone b]\n  'policy "
		"p'\n    Missing mandatory statement: 'then'\n"},
	{ZONES MATCH P "then log session-init\n",
		"[edit security policies from-zone a to-zone b policy p]\n  "
		"'then'\n    One of 'permit', 'deny' or 'reject' must be "
		"configured\n"},
	/* the last action stays */
	{ZONES MATCH P "then permit\n" P "then deny\n", ""},
	/* [CF-78] */
	{"set system time-zone Nowhere/Atall\n",
		"[edit system]\n  'time-zone Nowhere/Atall'\n    "
		"unknown time zone 'Nowhere/Atall'\n"},
	{"set system time-zone GMT+1\n", ""},
	/* references */
	{MATCH P "then permit\n",
		"[edit security policies]\n  'from-zone a to-zone b'\n    "
		"Security zone a must be defined\n"
		"[edit security policies]\n  'from-zone a to-zone b'\n    "
		"Security zone b must be defined\n"},
	{ZONES MATCH P "then permit\nset security policies from-zone a "
		       "to-zone junos-host policy q match source-address any "
		       "destination-address any application any\nset security "
		       "policies from-zone a to-zone junos-host policy q then "
		       "deny\n",
		""},
	{ZONES MATCH P "match source-address x\n" P "then permit\n",
		"[edit security policies from-zone a to-zone b]\n  'policy "
		"p'\n    Source address or address_set (x) not found. Please "
		"check your configuration.\n"},
	{ZONES MATCH P "match destination-address x\n" P "then permit\nset "
		       "security address-book global address x 192.0.2.1\n",
		""},
	{ZONES MATCH P
		"match source-address x\n" P "then permit\nset "
		"security address-book k address x 192.0.2.1\nset security "
		"address-book k attach zone a\n",
		""},
	{ZONES MATCH P
		"match destination-address x\n" P "then permit\nset "
		"security address-book k address x 192.0.2.1\nset security "
		"address-book k attach zone a\n",
		"[edit security policies from-zone a to-zone b]\n  'policy "
		"p'\n    Destination address or address_set (x) not found. "
		"Please check your configuration.\n"},
	{ZONES MATCH P
		"match source-address x\n" P "then permit\nset "
		"security zones security-zone a address-book address-set x "
		"address "
		"y\nset security zones security-zone a address-book address y "
		"192.0.2.1\n",
		""},
	{ZONES MATCH P "match application x\n" P "then permit\n",
		"[edit security policies from-zone a to-zone b policy p "
		"match]\n  'application x'\n    application or "
		"application-set (x) must be defined\n"},
	{ZONES MATCH P
		"match application [ x junos-ssh junos-cifs ]\n" P
		"then permit\nset applications application x protocol tcp\n",
		""},
	{"set security zones security-zone a interfaces ge-0/0/0.0\n",
		"[edit security zones security-zone a]\n  'interfaces "
		"ge-0/0/0.0'\n    Interface ge-0/0/0.0 must be configured "
		"under interfaces\n"},
	{"set security zones security-zone a interfaces ge-0/0/0.0\nset "
	 "interfaces ge-0/0/0 unit 0\n",
		""},
	/* what is inactive does not exist */
	{"set security zones security-zone a interfaces ge-0/0/0.0\nset "
	 "interfaces ge-0/0/0 unit 0\ndeactivate interfaces ge-0/0/0\n",
		"[edit security zones security-zone a]\n  'interfaces "
		"ge-0/0/0.0'\n    Interface ge-0/0/0.0 must be configured "
		"under interfaces\n"},
	{"set interfaces lo0 unit 0 family inet filter input f\n",
		"[edit interfaces lo0 unit 0 family inet filter]\n  "
		"'input f'\n    Referenced filter 'f' is not defined\n"},
	{"set interfaces lo0 unit 0 family inet filter input f\nset firewall "
	 "filter f term t then accept\n",
		""},
	{"set routing-options instance-import p\n",
		"[edit routing-options]\n  'instance-import p'\n    Policy "
		"error: Policy p referenced but not defined\n"},
	{"set firewall filter f term t then routing-instance r\n",
		"[edit firewall filter f term t then]\n  "
		"'routing-instance r'\n    Referenced routing instance 'r' is "
		"not defined\n"},
	/* books and sets */
	{"set security address-book global address x description y\n",
		"[edit security address-book global]\n  'address x'\n    "
		"Address must have a prefix, a range, a dns-name or a "
		"wildcard-address\n"},
	{"set security address-book global address-set s address-set s\n",
		"[edit security address-book global]\n  'address-set s'\n    "
		"Address sets are nested in a circle or deeper than 8\n"},
	{"set security address-book global address-set s address x\n",
		"[edit security address-book global address-set s]\n  "
		"'address x'\n    address x must be defined in the same "
		"address book\n"},
	{"set security address-book global address x 192.0.2.1\nset security "
	 "zones security-zone a address-book address y 192.0.2.2\n",
		"[edit security zones security-zone a]\n  'address-book'\n    "
		"Zone specific address book is not allowed together with "
		"security address-book\n"},
	{"set applications application-set s application-set t\nset "
	 "applications application-set t application-set s\n",
		"[edit applications]\n  'application-set s'\n    Application "
		"sets are nested in a circle or deeper than 8\n[edit "
		"applications]\n  'application-set t'\n    Application sets "
		"are nested in a circle or deeper than 8\n"},
	/* exclusions */
	{"set security flow tcp-session strict-syn-check no-syn-check\n",
		"[edit security flow tcp-session]\n  'strict-syn-check'\n    "
		"strict-syn-check cannot be configured together with "
		"no-syn-check or no-syn-check-in-tunnel\n"},
	{"set interfaces ge-0/0/0 unit 5 vlan-id 5\n",
		"[edit interfaces ge-0/0/0 unit 5]\n  'vlan-id 5'\n    "
		"VLAN-ID can only be specified on tagged ethernet "
		"interfaces\n[edit interfaces ge-0/0/0]\n  'unit 5'\n    Only "
		"unit 0 is valid for this encapsulation\n"},
	{"set interfaces ge-0/0/0 unit 5\nset interfaces ge-0/0/0 "
	 "vlan-tagging\n",
		"[edit interfaces ge-0/0/0]\n  'unit 5'\n    VLAN-ID must be "
		"specified on tagged ethernet interfaces\n"},
	{"set policy-options policy-statement p from route-filter 10/8 "
	 "upto /7\n",
		"[edit policy-options policy-statement p from]\n  "
		"'route-filter 10.0.0.0/8 upto'\n    Invalid value of upto\n"},
	{"set policy-options policy-statement p from route-filter 10/8 "
	 "prefix-length-range /16-/24\nset policy-options policy-statement p "
	 "from route-filter 10/8 through 10.1.0.0/16\nset policy-options "
	 "policy-statement p from route-filter 10/8 exact\n",
		""},
	/* no effect, once for each kind of statement [CF-13] */
	{"set interfaces ge-0/0/0 speed 1g\nset interfaces ge-0/0/1 speed "
	 "1g\nset snmp community x\n",
		"[edit interfaces ge-0/0/0]\n  'speed 1g'\n    warning: "
		"statement has no effect\n[edit]\n  'snmp'\n    warning: "
		"statement has no effect\n"},
	{"set version 23.4\n", ""},
};

static void
forget_lines(struct cnode *n)
{
	n->line = 0;
	for (struct cnode *c = ctree_first(n); c != NULL; c = ctree_next(c))
		forget_lines(c);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *t = good(cases[i].text);
		struct report report = REPORT_INIT;
		int rc;

		forget_lines(&t->root);
		rc = config_check(config_root(t), &report);
		assert_int_equal(rc, report.errors > 0 ? -22 : 0);
		assert_text(report_of(&report), cases[i].report);
		config_free(t);
	}
}

static void
test_lines(void **state)
{
	struct config_tree *t = good("system {\n    host-name x;\n}\nsnmp "
				     "{\n    location y;\n}\n");
	struct report report = REPORT_INIT;

	(void)state;
	report.source = strdup("f");
	assert_int_equal(config_check(config_root(t), &report), 0);
	assert_text(report_of(&report),
		"f:4: warning: statement has no effect: snmp\n");
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
