/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs, interactively: abbreviations, the `edit` path, error places. */
#include "config_test.h"

#include <errno.h>

#include "config/cedit.h"

static const char base[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n"
	"set interfaces ge-0/0/1 mtu 1500\n"
	"set firewall family inet filter f term a then accept\n"
	"set firewall family inet filter f term b then accept\n"
	"set firewall family inet filter f term c from protocol tcp\n"
	"set firewall family inet filter f term c from protocol udp\n"
	"set firewall family inet filter f term c then discard\n"
	"set snmp community x\n";

/* prefix, line, what set text must hold, what it must not, report */
static const struct {
	const char *prefix, *line, *has, *has_not, *report;
	int rc;
	unsigned int error_word;
} edits[] = {
	{"", "set system host-name fw", "system host-name fw", NULL, "", 0, 0},
	{"", "se sys ho fw", "system host-name fw", NULL, "", 0, 0},
	{"interfaces ge-0/0/0", "set mtu 1400", "ge-0/0/0 mtu 1400", NULL, "",
		0, 0},
	{"interfaces ge-0/0/0 unit 0", "delete family", "ge-0/0/0 unit 0\n",
		"inet address", "", 0, 0},
	{"", "delete interfaces ge-0/0/0", "ge-0/0/1", "ge-0/0/0", "", 0, 0},
	{"", "delete interfaces", "firewall", "interfaces", "", 0, 0},
	{"interfaces", "delete", "firewall", "interfaces", "", 0, 0},
	{"", "delete", "", "set", "", 0, 0},
	{"", "delete interfaces ge-0/0/7", "ge-0/0/0", NULL,
		"warning: statement not found\n", 0, 0},
	{"", "delete interfaces ge-0/0/1 mtu", "ge-0/0/1\n", "mtu", "", 0, 0},
	{"", "delete interfaces ge-0/0/1 mtu 1400", "mtu 1500", NULL,
		"warning: statement not found\n", 0, 0},
	{"firewall family inet filter f", "delete term c from protocol tcp",
		"protocol udp", "protocol tcp", "", 0, 0},
	{"firewall family inet filter f",
		"delete term c from protocol [ tcp udp ]", "term c then",
		"from", "", 0, 0},
	{"firewall family inet filter f", "delete term c from", "term c then",
		"from", "", 0, 0},
	{"", "deactivate interfaces ge-0/0/0",
		"deactivate interfaces ge-0/0/0\n", NULL, "", 0, 0},
	{"", "deactivate interfaces ge-0/0/9", "", "deactivate",
		"warning: statement not found\n", 0, 0},
	{"firewall family inet filter f", "insert term c before term a",
		"term c then discard\nset firewall family inet filter f term "
		"a",
		NULL, "", 0, 0},
	{"firewall family inet filter f", "insert term a after c",
		"term c then discard\nset firewall family inet filter f term "
		"a",
		NULL, "", 0, 0},
	{"firewall family inet filter f", "insert term c before term x", NULL,
		NULL, "statement not found\n", -22, 6},
	{"firewall family inet filter f", "insert term c", NULL, NULL,
		"missing argument\n", -22, 3},
	{"", "rename interfaces ge-0/0/1 to ge-0/0/2", "ge-0/0/2 mtu",
		"ge-0/0/1", "", 0, 0},
	{"firewall family inet filter f", "rename term a to term z", "term z",
		"term a", "", 0, 0},
	{"firewall family inet filter f", "rename term a to term b", NULL, NULL,
		"target already exists\n", -22, 6},
	{"firewall family inet filter f", "copy term c to term d",
		"term d from protocol tcp", NULL, "", 0, 0},
	{"", "annotate interfaces \"a b\"", "", NULL, "", 0, 0},
	{"", "annotate interfaces \"a */ b\"", "", NULL,
		"[edit]\n  'a */ b'\n    invalid comment\n", -22, 2},
	{"", "protect firewall", "protect firewall\n", NULL, "", 0, 0},
	/* errors and where they are */
	{"", "set", NULL, NULL, "missing argument\n", -22, 1},
	{"", "sat x", NULL, NULL, "[edit]\n  'sat'\n    syntax error\n", -22,
		0},
	{"", "set s", NULL, NULL, "[edit]\n  's'\n    's' is ambiguous\n", -22,
		1},
	{"", "set interfaces ge-0/0/0 mtu 99999", NULL, NULL,
		"[edit]\n  '99999'\n    Value 99999 is not within range "
		"(256..9192)\n",
		-22, 4},
	{"interfaces ge-0/0/0", "set mtu", NULL, NULL, "missing argument\n",
		-22, 2},
	{"interfaces ge-0/0/0", "set foo", NULL, NULL,
		"[edit]\n  'foo'\n    syntax error\n", -22, 1},
};

static void
test_edits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		struct config_tree *t = good(base);
		struct wordvec prefix = WORDVEC_INIT, line = WORDVEC_INIT;
		struct report report = REPORT_INIT;
		struct cedit e = {
			.tree = t, .report = &report, .flags = CPATH_ABBREV};
		char *text;

		assert_true(words_split(
			edits[i].prefix, strlen(edits[i].prefix), &prefix));
		assert_true(words_split(
			edits[i].line, strlen(edits[i].line), &line));
		e.prefix = prefix.w;
		e.n_prefix = prefix.n;
		assert_int_equal(
			cedit_command(&e, line.w, line.n), edits[i].rc);
		if (edits[i].rc != 0)
			assert_int_equal(e.error_word, edits[i].error_word);
		assert_text(report_of(&report), edits[i].report);
		text = set_text(t);
		if (edits[i].has != NULL && !strstr(text, edits[i].has))
			fail_msg("%s: no %s in\n%s", edits[i].line,
				edits[i].has, text);
		if (edits[i].has_not != NULL && strstr(text, edits[i].has_not))
			fail_msg("%s: %s in\n%s", edits[i].line,
				edits[i].has_not, text);
		free(text);
		cedit_done(&e);
		wordvec_done(&prefix);
		wordvec_done(&line);
		config_free(t);
	}
}

/* What nobody may do to what is protected, or to what holds it [CF-82]. */
static const char *const forbidden[] = {
	"set interfaces lo0 unit 0 family inet",
	"set interfaces lo0 unit 0 description b",
	"set system host-name b",
	"delete interfaces lo0 unit 0",
	"delete interfaces lo0 unit 0 description",
	"delete interfaces lo0",
	"delete interfaces",
	"deactivate interfaces lo0 unit 0",
	"deactivate interfaces lo0 unit 0 description",
	"annotate interfaces lo0 unit 0 description \"x\"",
	"rename interfaces lo0 unit 0 to unit 2",
	"rename interfaces lo0 to ge-0/0/1",
	"insert interfaces lo0 unit 0 after unit 1",
};

static void
test_forbidden(void **state)
{
	static const char text[] = "set system host-name a\n"
				   "protect system host-name\n"
				   "set interfaces lo0 unit 0 description a\n"
				   "protect interfaces lo0 unit 0\n"
				   "set interfaces lo0 unit 1\n";

	(void)state;
	for (size_t i = 0; i < COUNT(forbidden); i++) {
		struct config_tree *t = good(text), *was = good(text);
		struct report report = REPORT_INIT;

		assert_int_equal(
			config_load(&t, forbidden[i], strlen(forbidden[i]),
				CONFIG_LOAD_SET, &report),
			-EINVAL);
		if (!config_equal(t, was) || report.errors != 1)
			fail_msg("%s", forbidden[i]);
		report_done(&report);
		config_free(t);
		config_free(was);
	}
}

/* What stands beside it is free, and so it is when it is not protected. */
static void
test_beside(void **state)
{
	struct config_tree *t = good("set interfaces lo0 unit 0 description a\n"
				     "protect interfaces lo0 unit 0\n"
				     "set interfaces lo0 unit 1\n");
	static const char lines[] = "set interfaces lo0 unit 1 description b\n"
				    "copy interfaces lo0 unit 0 to unit 2\n"
				    "deactivate interfaces lo0 unit 1\n"
				    "delete interfaces lo0 unit 1 description\n"
				    "unprotect interfaces lo0 unit 0\n"
				    "delete interfaces lo0 unit 0\n";
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(config_load(&t, lines, sizeof(lines) - 1,
				 CONFIG_LOAD_SET, &report),
		0);
	report_done(&report);
	config_free(t);
}

static void
test_protected(void **state)
{
	struct config_tree *t = good("set interfaces lo0 unit 0\nprotect "
				     "interfaces\n");
	static const char *const lines[] = {"set interfaces lo0 unit 1\n",
		"delete interfaces lo0\n", "delete interfaces\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct report report = REPORT_INIT;

		assert_int_equal(config_load(&t, lines[i], strlen(lines[i]),
					 CONFIG_LOAD_SET, &report),
			-22);
		assert_text(report_of(&report),
			"terminal:1: statement is protected\n");
	}
	assert_text(
		set_text(t), "set interfaces lo0 unit 0\nprotect interfaces\n");
	config_free(t);
}

static void
test_readers(void **state)
{
	struct config_tree *t =
		good("set interfaces ge-0/0/0 unit 0 family inet address "
		     "192.0.2.1/24 primary\n"
		     "set interfaces ge-0/0/0 unit 0 family inet address "
		     "192.0.2.2/24\n"
		     "set interfaces ge-0/0/1 disable\n"
		     "set interfaces ge-0/0/2 mtu 1500\n"
		     "deactivate interfaces ge-0/0/1\n"
		     "set security policies from-zone a to-zone b policy p\n");
	const struct cnode *interfaces =
		cnode_find(config_root(t), "interfaces", NULL);
	const struct cnode *n, *inet;
	char *path;

	(void)state;
	n = cnode_child(interfaces, "interface");
	assert_string_equal(cnode_key(n, 0), "ge-0/0/0");
	assert_null(cnode_key(n, 1));
	assert_null(cnode_value(n));
	assert_int_equal(cnode_line(n), 1);
	inet = cnode_find(n, "unit", "family", "inet", NULL);
	assert_non_null(inet);
	assert_true(cnode_has(
		cnode_entry(inet, "address", "192.0.2.1/24"), "primary"));
	assert_string_equal(
		cnode_leaf(cnode_child(inet, "address"), "primary"), "");
	assert_string_equal(cnode_leaf(cnode_child(inet, "address"), "name"),
		"192.0.2.1/24");
	n = cnode_next(n); /* the inactive one does not exist */
	assert_string_equal(cnode_key(n, 0), "ge-0/0/2");
	assert_int_equal(cnode_u64(n, "mtu", 0), 1500);
	assert_int_equal(cnode_u64(n, "speed", 7), 7);
	assert_null(cnode_next(n));
	assert_null(cnode_entry(interfaces, "interface", "ge-0/0/1"));
	n = cnode_find(config_root(t), "security", "policies", "policy", NULL);
	assert_string_equal(cnode_key(n, 0), "a");
	assert_string_equal(cnode_key(n, 1), "b");
	n = cnode_entry(n, "policy", "p");
	path = cnode_path(n);
	assert_string_equal(
		path, "security policies from-zone a to-zone b policy p");
	free(path);
	assert_string_equal(cnode_name(cnode_parent(n)), "policy");
	assert_null(cnode_child(NULL, "x"));
	assert_null(cnode_find(NULL, "x", NULL));
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_protected),
		cmocka_unit_test(test_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
