/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hierarchies without effect: what automation sets there is a value, a list or
 * a flag, as Junos has it, and its elements have the right names [CF-8].
 */
#include "config_test.h"

#include "config/cedit.h"

/* two lines, what set text holds, what it must not */
static const struct {
	const char *text, *has, *has_not;
} cases[] = {
	/* a value replaces a value */
	{"set snmp location a\nset snmp location b\n", "snmp location b\n",
		"location a"},
	{"set snmp community x authorization read-only\n"
	 "set snmp community x authorization read-write\n",
		"authorization read-write", "read-only"},
	{"set system ntp server 192.0.2.1 version 3\n"
	 "set system ntp server 192.0.2.1 version 4\n",
		"version 4", "version 3"},
	{"set system radius-server 192.0.2.1 port 1812\n"
	 "set system radius-server 192.0.2.1 port 1645\n",
		"port 1645", "1812"},
	{"set system tacplus-server 192.0.2.1 timeout 5\n"
	 "set system tacplus-server 192.0.2.1 timeout 6\n",
		"timeout 6", "timeout 5"},
	{"set protocols bgp group g neighbor 192.0.2.1 peer-as 65001\n"
	 "set protocols bgp group g neighbor 192.0.2.1 peer-as 65002\n",
		"peer-as 65002", "65001"},
	{"set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 1\n"
	 "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 2\n",
		"metric 2", "metric 1"},
	{"set security ike gateway g external-interface ge-0/0/0.0\n"
	 "set security ike gateway g external-interface ge-0/0/1.0\n",
		"ge-0/0/1.0", "ge-0/0/0.0"},
	{"set security ipsec vpn v bind-interface st0.0\n"
	 "set security ipsec vpn v bind-interface st0.1\n",
		"st0.1", "st0.0"},
	{"set vlans a vlan-id 10\nset vlans a vlan-id 20\n", "vlan-id 20",
		"vlan-id 10"},
	{"set system services ssh port 22\nset system services ssh port 2222\n",
		"port 2222", "port 22\n"},
	{"set routing-instances A protocols bgp group g type internal\n"
	 "set routing-instances A protocols bgp group g type external\n",
		"type external", "internal"},
	/* a list keeps both */
	{"set snmp trap-group t targets 192.0.2.1\n"
	 "set snmp trap-group t targets 192.0.2.2\n",
		"targets 192.0.2.1\nset snmp trap-group t targets 192.0.2.2",
		NULL},
	{"set protocols bgp group g export a\nset protocols bgp group g export "
	 "b\n",
		"export a\nset protocols bgp group g export b", NULL},
	{"set protocols lldp interface all\n"
	 "set protocols lldp interface ge-0/0/0 disable\n",
		"interface all\nset protocols lldp interface ge-0/0/0 disable",
		NULL},
	{"set security ike policy p proposals a\n"
	 "set security ike policy p proposals b\n",
		"proposals a\nset security ike policy p proposals b", NULL},
	/* other words are kept as before */
	{"set snmp v3 usm local-engine user x\n"
	 "set protocols bgp group g family inet unicast\n",
		"family inet unicast", NULL},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *t = good(cases[i].text), *u;
		char *text = set_text(t), *c = curly(t);

		if (strstr(text, cases[i].has) == NULL)
			fail_msg("no %s in\n%s", cases[i].has, text);
		if (cases[i].has_not != NULL &&
			strstr(text, cases[i].has_not) != NULL)
			fail_msg("%s in\n%s", cases[i].has_not, text);
		u = good(c); /* the curly form says the same */
		assert_true(config_equal(t, u));
		config_free(u);
		free(text);
		free(c);
		config_free(t);
	}
}

static const struct {
	const char *text, *xml;
} names[] = {
	{"set snmp community x clients 192.0.2.0/24 restrict\n",
		"<snmp>\n        <community>\n            "
		"<name>x</name>\n            <clients>\n"
		"                <name>192.0.2.0/24</name>\n                "
		"<restrict/>"},
	{"set snmp trap-group t targets 192.0.2.1\n",
		"<trap-group>\n            <name>t</name>\n"
		"            <targets>\n                "
		"<name>192.0.2.1</name>"},
	{"set vlans a l3-interface irb.1\n",
		"<vlans>\n        <vlan>\n            <name>a</name>"},
	{"set protocols bgp group g neighbor 192.0.2.1 peer-as 1\n",
		"<neighbor>\n                    <name>192.0.2.1</name>\n"
		"                    <peer-as>1</peer-as>"},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct config_tree *t = good(names[i].text);
		struct sbuf b = SBUF_INIT;

		config_print_xml(config_root(t), NULL, &b);
		if (strstr(sbuf_text(&b), names[i].xml) == NULL)
			fail_msg("no %s in\n%s", names[i].xml, sbuf_text(&b));
		sbuf_done(&b);
		config_free(t);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[] = {
		"set system ntp server 192.0.2.1 version 9\n",
		"set snmp community x authorization all\n",
		"set protocols bgp group g type none\n",
		"set system radius-server 192.0.2.1 port 70000\n",
		"set securety zones\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct report r = REPORT_INIT;
		struct config_tree *t = NULL;

		assert_true(config_load_text(
				    bad[i], strlen(bad[i]), "x", &t, &r) < 0);
		assert_int_equal(r.entries[0].line, 1);
		report_done(&r);
		config_free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
