/* SPDX-License-Identifier: Apache-2.0 */
/* Both text forms in, both out: [CF-1] to [CF-9]. */
#include "config_test.h"

#include <errno.h>

#include "base/tree.h"
#include "config/read_tree.h"

/* in, as curly, as set (NULL: not compared) */
static const struct {
	const char *in, *curly, *set;
} forms[] = {
	{"", "", ""},
	{"## only a remark\n", "", ""},
	{"set system host-name fw1\n", "system {\n    host-name fw1;\n}\n",
		"set system host-name fw1\n"},
	/* header, version, CRLF, trailing blanks */
	{"## Last commit: 2024-01-01 00:00:00 UTC by root\r\nversion "
	 "23.4R1.1;\r\nsystem {\r\n    host-name fw1;  \r\n}\r\n",
		"version 23.4R1.1;\nsystem {\n    host-name fw1;\n}\n",
		"set version 23.4R1.1\nset system host-name fw1\n"},
	{"set security zones security-zone trust \r\n",
		"security {\n    zones {\n        security-zone trust;\n    "
		"}\n}\n",
		"set security zones security-zone trust\n"},
	/* the same in other shapes [CF-2] */
	{"interfaces { ge-0/0/0 { unit 0 { family { inet { address "
	 "192.0.2.1/24; } } } } }",
		"interfaces {\n    ge-0/0/0 {\n        unit 0 {\n            "
		"family inet {\n                address 192.0.2.1/24;\n      "
		"      }\n        }\n    }\n}\n",
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"192.0.2.1/24\n"},
	{"interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24;", NULL,
		"set interfaces ge-0/0/0 unit 0 family inet address "
		"192.0.2.1/24\n"},
	/* several families, an empty one */
	{"set interfaces ge-0/0/0 unit 0 family inet6\nset interfaces "
	 "ge-0/0/0 unit 0 family inet mtu 01400\n",
		"interfaces {\n    ge-0/0/0 {\n        unit 0 {\n            "
		"family inet {\n                mtu 1400;\n            }\n   "
		"         family inet6;\n        }\n    }\n}\n",
		"set interfaces ge-0/0/0 unit 0 family inet mtu 1400\n"
		"set interfaces ge-0/0/0 unit 0 family inet6\n"},
	/* one-liners */
	{"set routing-options static route 0/0 next-hop 192.0.2.1\n",
		"routing-options {\n    static {\n        route 0.0.0.0/0 "
		"next-hop 192.0.2.1;\n    }\n}\n",
		"set routing-options static route 0.0.0.0/0 next-hop "
		"192.0.2.1\n"},
	{"set routing-options static route 10.1.2.3/8 next-hop [ 192.0.2.1 "
	 "192.0.2.2 ]\nset routing-options static route 10.0.0.0/8 metric 5\n",
		"routing-options {\n    static {\n        route 10.0.0.0/8 {\n"
		"            next-hop [ 192.0.2.1 192.0.2.2 ];\n            "
		"metric 5;\n        }\n    }\n}\n",
		"set routing-options static route 10.0.0.0/8 next-hop "
		"192.0.2.1\nset routing-options static route 10.0.0.0/8 "
		"next-hop 192.0.2.2\nset routing-options static route "
		"10.0.0.0/8 metric 5\n"},
	/* a choice: the last one stays [CF-5] */
	{"set routing-options static route 10.0.0.0/8 next-hop 192.0.2.1\n"
	 "set routing-options static route 10.0.0.0/8 discard\n",
		NULL, "set routing-options static route 10.0.0.0/8 discard\n"},
	/* two keys with words, several statements on a line */
	{"set security policies from-zone a to-zone b policy p match "
	 "source-address any destination-address any application [ junos-ssh "
	 "junos-http ]\n",
		"security {\n    policies {\n        from-zone a to-zone b "
		"{\n            policy p {\n                match {\n         "
		"           source-address any;\n                    "
		"destination-address any;\n                    application [ "
		"junos-ssh junos-http ];\n                }\n            }\n  "
		"      }\n    }\n}\n",
		NULL},
	/* values without keyword */
	{"set security address-book global address a 192.0.2.1\nset security "
	 "address-book global address b range-address 192.0.2.1 to "
	 "192.0.2.9\n",
		"security {\n    address-book {\n        global {\n            "
		"address a 192.0.2.1/32;\n            address b {\n            "
		"    range-address 192.0.2.1 {\n                    to {\n     "
		"                   192.0.2.9;\n                    }\n        "
		"        }\n            }\n        }\n    }\n}\n",
		"set security address-book global address a 192.0.2.1/32\nset "
		"security address-book global address b range-address "
		"192.0.2.1 to 192.0.2.9\n"},
	/* then accept; then { ... } */
	{"policy-options { policy-statement p { term t { from instance X; "
	 "then { accept; } } then { metric 5; reject; } } }",
		"policy-options {\n    policy-statement p {\n        term t "
		"{\n            from instance X;\n            then accept;\n  "
		"      }\n        then {\n            metric 5;\n            "
		"reject;\n        }\n    }\n}\n",
		NULL},
	{"set policy-options policy-statement p from route-filter 10/8 upto "
	 "/24 accept",
		"policy-options {\n    policy-statement p {\n        from {\n "
		"           route-filter 10.0.0.0/8 upto /24 accept;\n        "
		"}\n    }\n}\n",
		"set policy-options policy-statement p from route-filter "
		"10.0.0.0/8 upto /24\nset policy-options policy-statement p "
		"from route-filter 10.0.0.0/8 upto accept\n"},
	/* quoting [CF-3] */
	{"set interfaces lo0 description \"a \\\"b\\\" \\\\ {c}\"\n",
		"interfaces {\n    lo0 {\n        description \"a \\\"b\\\" "
		"\\\\ {c}\";\n    }\n}\n",
		"set interfaces lo0 description \"a \\\"b\\\" \\\\ {c}\"\n"},
	{"set interfaces lo0 description \"\"\n", NULL,
		"set interfaces lo0 description \"\"\n"},
	/* marks and comments [CF-4] */
	{"/* top */ system { /* name */ host-name x; }\ninactive: "
	 "interfaces { lo0 { inactive: unit 0; } }",
		"/* top */\nsystem {\n    /* name */\n    host-name x;\n}\n"
		"inactive: interfaces {\n    lo0 {\n        inactive: unit "
		"0;\n    }\n}\n",
		"set system host-name x\nset interfaces lo0 unit 0\ndeactivate "
		"interfaces lo0 unit 0\ndeactivate interfaces\n"},
	{"security { zones { security-zone z { inactive: interfaces { "
	 "ge-0/0/0; ge-0/0/1.5; } } } }",
		NULL,
		"set security zones security-zone z interfaces ge-0/0/0.0\n"
		"deactivate security zones security-zone z interfaces "
		"ge-0/0/0.0\nset security zones security-zone z interfaces "
		"ge-0/0/1.5\ndeactivate security zones security-zone z "
		"interfaces ge-0/0/1.5\n"},
	{"routing-options { static { inactive: route 10.0.0.0/8 discard; } "
	 "}",
		"routing-options {\n    static {\n        inactive: route "
		"10.0.0.0/8 discard;\n    }\n}\n",
		"set routing-options static route 10.0.0.0/8 discard\n"
		"deactivate routing-options static route 10.0.0.0/8\n"},
	{"system { # kept\n host-name x; ## not kept\n host-name y; # nor "
	 "this\n}",
		"system {\n    host-name y;\n}\n", NULL},
	/* kept without effect [CF-8] */
	{"snmp { community public { authorization read-only; } }\nprotocols "
	 "{ bgp { group g { neighbor 192.0.2.1; type external; } } }",
		"snmp {\n    community public {\n        authorization "
		"read-only;\n    }\n}\nprotocols {\n    bgp {\n        group "
		"g {\n            type external;\n            neighbor "
		"192.0.2.1;\n        }\n    }\n}\n",
		"set snmp community public authorization read-only\nset "
		"protocols bgp group g type external\nset protocols bgp "
		"group g neighbor 192.0.2.1\n"},
	{"set system root-authentication encrypted-password \"$6$x\"\n",
		"system {\n    root-authentication {\n        "
		"encrypted-password \"$6$x\"; ## SECRET-DATA\n    }\n}\n",
		NULL},
	{"groups { g { interfaces { <*> { mtu 1500; } } } }\napply-groups [ g "
	 "h ];",
		"groups {\n    g {\n        interfaces {\n            <*> "
		"{\n                mtu 1500;\n            }\n        }\n    "
		"}\n}\napply-groups [ g h ];\n",
		NULL},
	/* a container that nothing is in does not exist [CF-6] */
	{"security { zones { } policies { from-zone a to-zone b { policy p { "
	 "match { } } } } }",
		NULL, "set security policies from-zone a to-zone b policy p\n"},
	{"set security flow\n", "", ""},
	/* a name like a keyword needs quotes to be read again */
	{"interfaces { ge-0/0/0; }\nfirewall { family inet { filter "
	 "\"apply-groups\"; } }",
		NULL, NULL},
	/* lines of other verbs */
	{"set interfaces lo0 unit 0\nset interfaces lo0 unit 1\ndelete "
	 "interfaces lo0 unit 0\n",
		NULL, "set interfaces lo0 unit 1\n"},
	{"set firewall filter f term a\nset firewall filter f term b\ninsert "
	 "firewall filter f term b before term a\n",
		NULL,
		"set firewall filter f term b\nset firewall filter f term "
		"a\n"},
};

static void
test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct config_tree *t = good(forms[i].in), *again;
		char *text;

		if (forms[i].curly != NULL)
			assert_text(curly(t), forms[i].curly);
		if (forms[i].set != NULL)
			assert_text(set_text(t), forms[i].set);
		text = curly(t);
		again = good(text);
		assert_true(config_equal(t, again));
		config_free(again);
		free(text);
		config_free(t);
	}
}

/* text, the report */
static const struct {
	const char *in, *report;
} errors[] = {
	{"system {\n    hostname x;\n}\n", "f:2: syntax error: hostname\n"},
	{"set system host-name\n", "f:1: missing argument\n"},
	{"set system host-name a\nset sytem x\nset foo\n",
		"f:2: syntax error: sytem\nf:3: syntax error: foo\n"},
	{"interfaces {\n    ge-0/0/0 {\n        mtu 70;\n        mtu x;\n    "
	 "}\n}\n",
		"f:3: Value 70 is not within range (256..9192): 70\n"
		"f:4: invalid value 'x': x\n"},
	{"interfaces {\n    ge-0/0/0 {\n        foo {\n            bar;\n     "
	 "   }\n        bad;\n    }\n}\n",
		"f:3: syntax error: foo\nf:6: syntax error: bad\n"},
	{"system {\n    host-name x;\n", "f:3: syntax error, missing '}'\n"},
	{"system {\n    host-name x\n}\n",
		"f:2: syntax error, expecting ';' or '{': x\n"},
	{"}\n", "f:1: syntax error, unexpected '}'\n"},
	{"system { host-name \"x; }\n", "f:1: unterminated quoted string\n"},
	{"/* open", "f:1: unterminated comment\n"},
	{"set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.300/24",
		"f:1: invalid ip prefix: '192.0.2.300/24': 192.0.2.300/24\n"},
	{"set interfaces ge-0/0/0 unit 0 family inet address 2001:db8::1/64",
		"f:1: invalid ip prefix: '2001:db8::1/64': 2001:db8::1/64\n"},
	{"set interfaces ge0/0/0 unit 0",
		"f:1: invalid interface name: 'ge0/0/0': ge0/0/0\n"},
	{"set security policies from-zone a b\n", "f:1: syntax error: b\n"},
	{"set security policies from-zone a to-zone\n",
		"f:1: missing argument\n"},
	{"set routing-options static route 10/8 next-hop [ 192.0.2.1\n",
		"f:1: missing argument\n"},
	{"set routing-options static route 10/8 next-hop [ ]\n",
		"f:1: syntax error: ]\n"},
	{"set system { host-name x\n", "f:1: syntax error: {\n"},
	{"set security forwarding-options family inet mode flow\n",
		"f:1: invalid value 'flow': flow\n"},
	{"system { host-name { x; } }",
		"f:1: syntax error, expecting ';': host-name\n"},
	{"security { { } }", "f:1: syntax error\n"},
	{"delete: ;", "f:1: syntax error: delete:\n"},
	{"copy interfaces lo0 to lo1\n", "f:1: statement not found: to\n"},
};

static void
test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct report report = REPORT_INIT;
		struct config_tree *t = NULL;
		const char *in = errors[i].in;

		assert_int_equal(
			config_load_text(in, strlen(in), "f", &t, &report),
			-22);
		assert_null(t);
		assert_text(report_of(&report), errors[i].report);
	}
}

static void
test_all_bytes(void **state)
{
	/* Any byte at any place of a text: an answer, no crash. */
	static const char text[] =
		"inactive: system { host-name \"a b\"; } /* c */ snmp [ a ];";
	char *copy = malloc(sizeof(text) - 1);

	(void)state;
	assert_non_null(copy);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		for (unsigned int c = 0; c < 256; c++) {
			struct report report = REPORT_INIT;
			struct config_tree *t = NULL;

			memcpy(copy, text, sizeof(text) - 1);
			copy[i] = (char)c;
			config_load_text(
				copy, sizeof(text) - 1, NULL, &t, &report);
			config_free(t);
			report_done(&report);
		}
	}
	free(copy);
}

static void
test_limits(void **state)
{
	struct report report = REPORT_INIT;
	struct config_tree *t = NULL;
	struct sbuf b = SBUF_INIT;

	(void)state;
	assert_int_equal(
		config_load_text("", CONFIG_TEXT_MAX + 1u, NULL, &t, &report),
		-22);
	report_done(&report);
	sbuf_puts(&b, "snmp { ");
	for (unsigned int i = 0; i < CONFIG_NESTING_MAX; i++)
		sbuf_puts(&b, "a { ");
	for (unsigned int i = 0; i <= CONFIG_NESTING_MAX; i++)
		sbuf_puts(&b, "} ");
	assert_int_equal(
		config_load_text(sbuf_text(&b), b.len, "f", &t, &report), -22);
	assert_text(
		report_of(&report), "f:1: statement is nested too deeply: a\n");
	sbuf_reset(&b);
	sbuf_puts(&b, "set snmp");
	for (unsigned int i = 0; i < 1000; i++)
		sbuf_puts(&b, " a");
	assert_int_equal(
		config_load_text(sbuf_text(&b), b.len, "f", &t, &report), -22);
	assert_text(
		report_of(&report), "f:1: statement is nested too deeply: a\n");
	sbuf_done(&b);
}

/* load, on top of base: the result as set text */
static const struct {
	enum config_load how;
	const char *base, *text, *want;
} loads[] = {
	{CONFIG_LOAD_MERGE, "set system host-name a\n",
		"interfaces { lo0 { unit 0; } }",
		"set system host-name a\nset interfaces lo0 unit 0\n"},
	{CONFIG_LOAD_OVERRIDE, "set system host-name a\n",
		"interfaces { lo0 { unit 0; } }",
		"set interfaces lo0 unit 0\n"},
	{CONFIG_LOAD_UPDATE, "set system host-name a\n", "", ""},
	{CONFIG_LOAD_REPLACE,
		"set interfaces lo0 unit 0\nset interfaces lo0 unit 1\n",
		"interfaces { replace: lo0 { unit 2; } }",
		"set interfaces lo0 unit 2\n"},
	/* [CF-80] what is replaced keeps its place */
	{CONFIG_LOAD_REPLACE,
		"set security policies global policy a description x\n"
		"set security policies global policy b\n",
		"security { policies { global { replace: policy a { scheduler-"
		"name s; } } } }",
		"set security policies global policy a scheduler-name s\n"
		"set security policies global policy b\n"},
	{CONFIG_LOAD_REPLACE, "set apply-groups [ a b ]\n",
		"replace: apply-groups [ c d ];",
		"set apply-groups c\nset apply-groups d\n"},
	{CONFIG_LOAD_REPLACE,
		"set system host-name a\nset system services ssh\n",
		"replace: system { host-name b; }", "set system host-name b\n"},
	{CONFIG_LOAD_REPLACE, "set system host-name a\n",
		"system { replace: host-name b; }", "set system host-name b\n"},
	{CONFIG_LOAD_MERGE,
		"set interfaces lo0 unit 0\nset interfaces lo0 unit 1\n",
		"interfaces { replace: lo0 { unit 2; } }",
		"set interfaces lo0 unit 0\nset interfaces lo0 unit 1\nset "
		"interfaces lo0 unit 2\n"},
	{CONFIG_LOAD_REPLACE, "set interfaces lo0 unit 0\n",
		"interfaces { lo0 { unit 2; } }",
		"set interfaces lo0 unit 0\nset interfaces lo0 unit 2\n"},
	{CONFIG_LOAD_MERGE,
		"set interfaces lo0 unit 0\nset interfaces lo0 unit 1\n",
		"interfaces { lo0 { delete: unit 0; } }",
		"set interfaces lo0 unit 1\n"},
	{CONFIG_LOAD_MERGE, "set interfaces lo0 unit 0\n",
		"delete: interfaces;\nsystem host-name x;",
		"set system host-name x\n"},
	{CONFIG_LOAD_MERGE,
		"set interfaces lo0 unit 0\ndeactivate interfaces lo0\n",
		"interfaces { active: lo0; }", "set interfaces lo0 unit 0\n"},
	/* lines stand for themselves */
	{CONFIG_LOAD_SET, "set interfaces lo0 unit 0\n",
		"set system host-name x\nset nonsense\ndelete interfaces\n",
		"set system host-name x\n"},
	/* a text with an error changes nothing */
	{CONFIG_LOAD_MERGE, "set interfaces lo0 unit 0\n",
		"system { host-name x; nonsense; }",
		"set interfaces lo0 unit 0\n"},
};

static void
test_loads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loads); i++) {
		struct config_tree *t = good(loads[i].base);
		struct report report = REPORT_INIT;

		config_load(&t, loads[i].text, strlen(loads[i].text),
			loads[i].how, &report);
		assert_text(set_text(t), loads[i].want);
		report_done(&report);
		config_free(t);
	}
}

static void
test_many(void **state)
{
	struct config_tree *t, *again;
	struct sbuf b = SBUF_INIT;
	const struct cnode *p;
	char *text;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++)
		sbuf_printf(&b,
			"set security policies from-zone a to-zone b policy "
			"p%u match source-address any\n",
			i);
	t = good(sbuf_text(&b));
	text = set_text(t);
	assert_string_equal(text, sbuf_text(&b));
	p = cnode_child(
		cnode_find(config_root(t), "security", "policies", NULL),
		"policy");
	assert_non_null(cnode_entry(p, "policy", "p19999"));
	assert_null(cnode_entry(p, "policy", "p20000"));
	free(text);
	text = curly(t);
	again = good(text);
	assert_true(config_equal(t, again));
	free(text);
	config_free(t);
	config_free(again);
	sbuf_done(&b);
}

/* protect is about later loads, not about its own content [CF-81]. */
static void
test_protected_elements(void **state)
{
	struct tree *t = tree_create();
	struct config_tree *c = ctree_create();
	struct report report = REPORT_INIT;
	struct tnode *zone;

	(void)state;
	zone = tree_open(tree_root(t, "configuration"), "security");
	zone = tree_open(tree_open(zone, "zones"), "security-zone");
	tree_attr(zone, "protect", "protect");
	tree_attr(zone, "comment", "/* ours */");
	tree_leaf(zone, "name", "a");
	tree_flag(zone, "tcp-rst");
	assert_int_equal(
		config_load_tree(&c, t->root, CONFIG_LOAD_MERGE, 0, &report),
		0);
	assert_text(curly(c), "security {\n    zones {\n"
			      "        /* ours */\n"
			      "        protect: security-zone a {\n"
			      "            tcp-rst;\n        }\n    }\n}\n");
	assert_int_equal(
		config_load_tree(&c, t->root, CONFIG_LOAD_MERGE, 0, &report),
		-EINVAL);
	assert_string_equal(
		report.entries[0].message, "statement is protected");
	/* as a whole it may come again */
	report_done(&report);
	assert_int_equal(
		config_load_tree(&c, t->root, CONFIG_LOAD_OVERRIDE, 0, &report),
		0);
	report_done(&report);
	config_free(c);
	tree_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_protected_elements),
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
