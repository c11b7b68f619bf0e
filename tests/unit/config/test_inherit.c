/* SPDX-License-Identifier: Apache-2.0 */
/* Groups and what they bring to the effective configuration. */
#include "config_test.h"

#include <errno.h>

#include "config/inherit.h"

/* rule, configuration as set lines, effective configuration as set lines */
static const struct {
	const char *rule, *text, *want;
} cases[] = {
	{"CF-60 what is written wins, the rest is inherited",
		"set groups g system host-name a\n"
		"set groups g system domain-name example.net\n"
		"set apply-groups g\n"
		"set system host-name b\n",
		"set system host-name b\n"
		"set system domain-name example.net\n"},
	{"CF-60 the first group wins",
		"set groups g system host-name a\n"
		"set groups h system host-name b\n"
		"set groups h system domain-name example.net\n"
		"set apply-groups [ g h ]\n",
		"set system host-name a\n"
		"set system domain-name example.net\n"},
	{"CF-60 the nearer group wins",
		"set groups g interfaces ge-0/0/0 mtu 1400\n"
		"set groups h interfaces ge-0/0/0 mtu 1300\n"
		"set groups h interfaces ge-0/0/0 description x\n"
		"set apply-groups h\n"
		"set interfaces apply-groups g\n",
		"set interfaces ge-0/0/0 description x\n"
		"set interfaces ge-0/0/0 mtu 1400\n"},
	{"CF-60 values of lists come behind those that are written",
		"set groups g system name-server 192.0.2.1\n"
		"set system name-server 192.0.2.2\n"
		"set apply-groups g\n",
		"set system name-server 192.0.2.2\n"
		"set system name-server 192.0.2.1\n"},
	{"CF-60 groups that are not applied bring nothing",
		"set groups g system host-name a\nset system services ssh\n",
		"set system services ssh\n"},
	{"CF-60 inactive statements do not exist, neither do their groups",
		"set groups g system host-name a\n"
		"set groups g system domain-name example.net\n"
		"set groups h system services ssh\n"
		"set apply-groups [ g h ]\n"
		"set system host-name b\n"
		"deactivate system host-name\n"
		"deactivate groups g system domain-name\n"
		"deactivate apply-groups h\n",
		"set system host-name a\n"},
	{"CF-60 alternatives exclude each other",
		"set groups g routing-options static route 192.0.2.0/24 "
		"discard\n"
		"set apply-groups g\n"
		"set routing-options static route 192.0.2.0/24 next-hop "
		"198.51.100.1\n",
		"set routing-options static route 192.0.2.0/24 next-hop "
		"198.51.100.1\n"},
	{"CF-62 patterns add to what has the name",
		"set groups g interfaces <ge-*> mtu 1400\n"
		"set groups g interfaces <ge-*> unit <*> family inet mtu "
		"1300\n"
		"set apply-groups g\n"
		"set interfaces ge-0/0/0 unit 0 family inet\n"
		"set interfaces ge-0/0/1 mtu 1500\n"
		"set interfaces xe-0/0/0 description x\n",
		"set interfaces ge-0/0/0 mtu 1400\n"
		"set interfaces ge-0/0/0 unit 0 family inet mtu 1300\n"
		"set interfaces ge-0/0/1 mtu 1500\n"
		"set interfaces xe-0/0/0 description x\n"},
	{"CF-62 patterns match what other groups bring",
		"set groups g interfaces <*> mtu 1400\n"
		"set groups h interfaces ge-0/0/3 description x\n"
		"set apply-groups [ g h ]\n",
		"set interfaces ge-0/0/3 description x\n"
		"set interfaces ge-0/0/3 mtu 1400\n"},
	{"CF-62 a pattern alone makes nothing",
		"set groups g interfaces <*> mtu 1400\n"
		"set apply-groups g\n"
		"set system host-name a\n",
		"set system host-name a\n"},
	{"CF-62 both keys may be patterns; what is inherited stands last",
		"set groups g security policies from-zone <*> to-zone <u*> "
		"policy deny match source-address any\n"
		"set groups g security policies from-zone <*> to-zone <u*> "
		"policy deny then deny\n"
		"set security policies apply-groups g\n"
		"set security policies from-zone a to-zone untrust policy p "
		"then permit\n"
		"set security policies from-zone a to-zone b policy p then "
		"permit\n",
		"set security policies from-zone a to-zone untrust policy p "
		"then permit\n"
		"set security policies from-zone a to-zone untrust policy deny "
		"match source-address any\n"
		"set security policies from-zone a to-zone untrust policy deny "
		"then deny\n"
		"set security policies from-zone a to-zone b policy p then "
		"permit\n"},
	{"CF-61 apply-groups-except",
		"set groups g interfaces <*> mtu 1400\n"
		"set apply-groups g\n"
		"set interfaces ge-0/0/0 description x\n"
		"set interfaces ge-0/0/0 apply-groups-except g\n"
		"set interfaces ge-0/0/1 description y\n",
		"set interfaces ge-0/0/0 description x\n"
		"set interfaces ge-0/0/1 description y\n"
		"set interfaces ge-0/0/1 mtu 1400\n"},
	{"CF-63 groups apply groups",
		"set groups g apply-groups h\n"
		"set groups g system host-name a\n"
		"set groups h system host-name b\n"
		"set groups h system domain-name example.net\n"
		"set groups h apply-groups g\n"
		"set apply-groups g\n",
		"set system host-name a\n"
		"set system domain-name example.net\n"},
	{"CF-63 below their top as well",
		"set groups g interfaces <*> apply-groups h\n"
		"set groups h interfaces <*> mtu 1400\n"
		"set apply-groups g\n"
		"set interfaces ge-0/0/0 description x\n",
		"set interfaces ge-0/0/0 description x\n"
		"set interfaces ge-0/0/0 mtu 1400\n"},
	{"CF-64 apply-path",
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set interfaces ge-0/0/0 unit 1 family inet address "
		"198.51.100.1/30\n"
		"set system name-server 203.0.113.9\n"
		"set policy-options prefix-list p 203.0.113.0/24\n"
		"set policy-options prefix-list p apply-path \"interfaces "
		"<*> unit <*> family inet address <*>\"\n"
		"set policy-options prefix-list q apply-path \"system "
		"name-server <*>\"\n",
		"set system name-server 203.0.113.9\n"
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set interfaces ge-0/0/0 unit 1 family inet address "
		"198.51.100.1/30\n"
		"set policy-options prefix-list p 203.0.113.0/24\n"
		"set policy-options prefix-list p 192.0.2.0/24\n"
		"set policy-options prefix-list p 198.51.100.0/30\n"
		"set policy-options prefix-list p apply-path \"interfaces "
		"<*> unit <*> family inet address <*>\"\n"
		"set policy-options prefix-list q 203.0.113.9/32\n"
		"set policy-options prefix-list q apply-path \"system "
		"name-server <*>\"\n"},
	{"CF-69 the part of a cluster that this box is",
		"set groups node0 system host-name a\n"
		"set groups node1 system host-name b\n"
		"set apply-groups [ \"${node}\" \"${re}\" ]\n",
		"set system host-name a\n"},
	{"CF-68 interface-range: members, rows and patterns",
		"set interfaces interface-range r member ge-0/0/7\n"
		"set interfaces interface-range r member-range ge-0/0/9 to "
		"ge-0/0/10\n"
		"set interfaces interface-range r mtu 1400\n"
		"set interfaces interface-range r unit 0 description x\n"
		"set interfaces interface-range p member xe-*\n"
		"set interfaces interface-range p disable\n"
		"set interfaces ge-0/0/9 mtu 1300\n"
		"set interfaces xe-0/0/0 unit 0\n",
		"set interfaces ge-0/0/9 mtu 1300\n"
		"set interfaces ge-0/0/9 unit 0 description x\n"
		"set interfaces xe-0/0/0 disable\n"
		"set interfaces xe-0/0/0 unit 0\n"
		"set interfaces ge-0/0/7 mtu 1400\n"
		"set interfaces ge-0/0/7 unit 0 description x\n"
		"set interfaces ge-0/0/10 mtu 1400\n"
		"set interfaces ge-0/0/10 unit 0 description x\n"},
	{"CF-68 groups reach ranges, inactive ones and members do nothing",
		"set groups g interfaces interface-range <*> mtu 1400\n"
		"set apply-groups g\n"
		"set interfaces interface-range r member ge-0/0/1\n"
		"set interfaces interface-range r member ge-0/0/2\n"
		"deactivate interfaces interface-range r member ge-0/0/2\n"
		"set interfaces interface-range q member ge-0/0/3\n"
		"deactivate interfaces interface-range q\n",
		"set interfaces ge-0/0/1 mtu 1400\n"},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *t = good(cases[i].text), *e = NULL;
		struct report report = REPORT_INIT;
		char *text;

		assert_int_equal(config_inherit(t, 0, &e, &report), 0);
		assert_int_equal(report.n, 0);
		text = set_text(e != NULL ? e : t);
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("%s:\n%s\nbut\n%s", cases[i].rule, text,
				cases[i].want);
		free(text);
		config_free(e);
		config_free(t);
	}
}

static const struct {
	const char *text, *report;
} refused[] = {
	{"set apply-groups g\n",
		"terminal:1: group 'g' is not defined: apply-groups g\n"},
	{"set system host-name a\nset system services apply-groups g\n"
	 "set system services ssh\n",
		"terminal:2: group 'g' is not defined: apply-groups g "
		"[edit system services]\n"},
	{"set groups g system host-name a\ndeactivate groups g\n"
	 "set apply-groups g\n",
		"terminal:3: group 'g' is not defined: apply-groups g\n"},
	{"set interfaces interface-range r member-range ge-0/0/9 to ge-0/0/1\n",
		"terminal:1: invalid member-range: member-range ge-0/0/9 "
		"[edit interfaces interface-range r]\n"},
	{"set interfaces interface-range r member-range ge-0/0/9 to "
	 "ge-1/0/10\n",
		"terminal:1: invalid member-range: member-range ge-0/0/9 "
		"[edit interfaces interface-range r]\n"},
	{"set groups g system apply-groups x\nset apply-groups g\n"
	 "set system host-name a\n",
		"terminal:1: group 'x' is not defined: apply-groups x "
		"[edit groups g system]\n"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct config_tree *t = good(refused[i].text), *e = NULL;
		struct report report = REPORT_INIT;

		assert_int_equal(config_inherit(t, 0, &e, &report), -EINVAL);
		assert_null(e);
		assert_text(report_of(&report), refused[i].report);
		config_free(t);
	}
}

/* Patterns are names in groups only; they are read and printed as written. */
static void
test_text(void **state)
{
	static const char text[] = "groups {\n"
				   "    g {\n"
				   "        interfaces {\n"
				   "            <ge-*> {\n"
				   "                mtu 1400;\n"
				   "                unit <*> {\n"
				   "                    family inet {\n"
				   "                        mtu 1300;\n"
				   "                    }\n"
				   "                }\n"
				   "            }\n"
				   "        }\n"
				   "    }\n"
				   "}\n"
				   "apply-groups g;\n";
	struct config_tree *t = good(text), *u;
	struct report report = REPORT_INIT;
	char *got = curly(t), *set = set_text(t);

	(void)state;
	assert_string_equal(got, text);
	u = good(set);
	assert_true(config_equal(t, u));
	config_free(u);
	u = NULL;
	assert_int_equal(config_load_text("interfaces { <ge-*> { mtu 1400; } }",
				 35, NULL, &u, &report),
		-EINVAL);
	report_done(&report);
	assert_int_equal(config_load_text("groups { g { interfaces { ge-0/0/0 "
					  "{ mtu 1; } } } }",
				 51, NULL, &u, &report),
		-EINVAL);
	report_done(&report);
	assert_int_equal(config_load_text("groups { g { systen { } } }", 27,
				 NULL, &u, &report),
		-EINVAL);
	report_done(&report);
	free(got);
	free(set);
	config_free(t);
}

/* What the group's name is, for the eye. */
static void
test_show(void **state)
{
	struct config_tree *t = good("set groups g interfaces <*> mtu 1400\n"
				     "set interfaces apply-groups g\n"
				     "set interfaces ge-0/0/0 unit 0\n"),
			   *e = NULL;
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(config_inherit(t, INHERIT_SHOW, &e, &report), 0);
	assert_text(curly(e), "groups {\n"
			      "    g {\n"
			      "        interfaces {\n"
			      "            <*> {\n"
			      "                mtu 1400;\n"
			      "            }\n"
			      "        }\n"
			      "    }\n"
			      "}\n"
			      "interfaces {\n"
			      "    apply-groups g;\n"
			      "    ge-0/0/0 {\n"
			      "        ##\n"
			      "        ## '1400' was inherited from group 'g'\n"
			      "        ##\n"
			      "        mtu 1400;\n"
			      "        unit 0;\n"
			      "    }\n"
			      "}\n");
	config_free(e);
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
