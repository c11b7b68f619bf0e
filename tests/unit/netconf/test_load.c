/* SPDX-License-Identifier: Apache-2.0 */
/* XML and JSON of clients into a configuration, filters, patches. */
#include "netconf_test.h"

#include "config/config.h"
#include "config/ctree.h"
#include "config/patch.h"
#include "config/read_tree.h"
#include "netconf/json_in.h"

#define START                                                                  \
	"system { host-name fw1; services { ssh; } }\n"                        \
	"security { zones { security-zone A { tcp-rst; } security-zone B; }\n" \
	"policies { from-zone A to-zone B {\n"                                 \
	"policy p { match { source-address any; destination-address any;\n"    \
	"application any; } then { permit; } }\n"                              \
	"policy q { match { source-address any; destination-address any;\n"    \
	"application any; } then { deny; } } } } }\n"

static struct config_tree *
good(const char *text)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;

	if (config_load_text(text, strlen(text), NULL, &t, &r) != 0)
		fail_msg("refused: %s", text);
	report_done(&r);
	return t;
}

static char *
set_text(const struct config_tree *t)
{
	struct sbuf b = SBUF_INIT;

	config_print_set(&t->root, false, &b);
	return b.len > 0 ? sbuf_take(&b) : strdup("");
}

#define MERGE    CONFIG_LOAD_MERGE
#define REPLACE  CONFIG_LOAD_REPLACE
#define OVERRIDE CONFIG_LOAD_OVERRIDE
#define NONE     CONFIG_TREE_NONE

/* [CF-50], [CF-51] */
static const struct {
	enum config_load how;
	unsigned int flags;
	const char *xml;
	const char *yes, *no; /* a line of the result; none of it */
	const char *message, *element;
} loads[] = {
	{MERGE, 0, "<system><host-name>x</host-name></system>",
		"set system host-name x", "fw1", NULL, NULL},
	{OVERRIDE, 0, "<system><host-name>x</host-name></system>",
		"set system host-name x", "security", NULL, NULL},
	{MERGE, 0, "<system><host-name delete='delete'/></system>",
		"set system services ssh", "host-name", NULL, NULL},
	{MERGE, 0, "<system><services operation='delete'/></system>",
		"set system host-name fw1", "services", NULL, NULL},
	{MERGE, 0, "<system operation='remove'/><system operation='remove'/>",
		"set security", "system", NULL, NULL},
	/* Delete, then anew, in one load. */
	{MERGE, 0,
		"<security><zones delete='delete'/><zones><security-zone><name>"
		"C</name></security-zone></zones></security>",
		"set security zones security-zone C", "zone A tcp-rst", NULL,
		NULL},
	{REPLACE, 0,
		"<security><zones><security-zone replace='replace'><name>A"
		"</name><description>d</description></security-zone></zones>"
		"</security>",
		"security-zone A description d", "tcp-rst", NULL, NULL},
	/* Without the action the mark says nothing... */
	{MERGE, 0,
		"<security><zones><security-zone replace='replace'><name>A"
		"</name><description>d</description></security-zone></zones>"
		"</security>",
		"tcp-rst", NULL, NULL, NULL},
	/* ...the operation always does. */
	{MERGE, 0,
		"<security><zones><security-zone operation='replace'><name>A"
		"</name><description>d</description></security-zone></zones>"
		"</security>",
		"security-zone A description d", "tcp-rst", NULL, NULL},
	{MERGE, 0,
		"<security><zones><security-zone operation='create'><name>A"
		"</name></security-zone></zones></security>",
		NULL, NULL, "statement already exists", "security-zone"},
	{MERGE, 0,
		"<security><zones><security-zone inactive='inactive'><name>A"
		"</name></security-zone></zones></security>",
		"deactivate security zones security-zone A", NULL, NULL, NULL},
	{MERGE, 0,
		"<security><zones><security-zone rename='rename' name='Z'>"
		"<name>A</name></security-zone></zones></security>",
		"set security zones security-zone Z tcp-rst",
		"security-zone A ", NULL, NULL},
	{MERGE, 0,
		"<security><zones><security-zone rename='rename' name='B'>"
		"<name>A</name></security-zone></zones></security>",
		NULL, NULL, "target already exists", "B"},
	{MERGE, 0,
		"<security><policies><policy><from-zone-name>A"
		"</from-zone-name><to-zone-name>B</to-zone-name><policy "
		"insert='after' name='gone'><name>p</name></policy></policy>"
		"</policies></security>",
		NULL, NULL, "statement not found", "gone"},
	/* Flags, lists of values, choices. */
	{MERGE, 0,
		"<security><policies><policy><from-zone-name>A"
		"</from-zone-name><to-zone-name>B</to-zone-name><policy><name>"
		"p</name><match><source-address>x</source-address>"
		"<source-address>y</source-address></match><then><deny/>"
		"</then></policy></policy></policies></security>",
		"policy p match source-address y", "policy p then permit", NULL,
		NULL},
	/* What has no schema is kept word by word. */
	{MERGE, 0,
		"<groups><name>g</name><system><host-name>x</host-name>"
		"</system></groups>",
		"set groups g system host-name x", NULL, NULL, NULL},
	/* operation none: only what says so changes anything. */
	{MERGE, NONE,
		"<system><host-name>x</host-name><services operation='delete'/>"
		"</system>",
		"host-name fw1", "services", NULL, NULL},
	{MERGE, NONE, "<system><services><ssh/></services><login/></system>",
		NULL, NULL, "statement not found", "login"},
	/* Deleting what is not there makes nothing, and says so. */
	{MERGE, 0,
		"<security><zones><security-zone><name>X</name><tcp-rst "
		"delete='delete'/></security-zone></zones></security>",
		"host-name fw1", "zone X", "statement not found",
		"security-zone"},
	/* Junos' names, and the words of the text for them [CF-54]. */
	{MERGE, 0,
		"<security><nat><source><rule-set><name>S</name><rule><name>R"
		"</name><src-nat-rule-match><source-address>192.0.2.0/24"
		"</source-address></src-nat-rule-match></rule></rule-set>"
		"</source></nat></security>",
		"rule R match source-address 192.0.2.0/24", NULL, NULL, NULL},
	{MERGE, 0,
		"<security><nat><static><rule-set><name>S</name><rule><name>R"
		"</name><match><destination-address><dst-addr>192.0.2.1/32"
		"</dst-addr></destination-address></match></rule></rule-set>"
		"</static></nat></security>",
		"rule R match destination-address 192.0.2.1/32", NULL, NULL,
		NULL},
	{MERGE, 0,
		"<system><syslog><file><name>m</name><contents><name>any"
		"</name><notice/></contents></file></syslog></system>",
		"syslog file m any notice", NULL, NULL, NULL},
	{MERGE, 0,
		"<interfaces><interface><name>ge-0/0/0</name><unit><name>0"
		"</name><family><inet><filter><input>F</input></filter></inet>"
		"</family></unit></interface></interfaces>",
		"family inet filter input F", NULL, NULL, NULL},
	{MERGE, 0,
		"<security><address-book><name>global</name><address><name>W"
		"</name><wildcard-address><name>192.0.2.1/255.255.0.255</name>"
		"</wildcard-address></address></address-book></security>",
		"address W wildcard-address 192.0.2.1/255.255.0.255", NULL,
		NULL, NULL},
	{MERGE, 0,
		"<firewall><family><inet><filter><name>F</name><term><name>t"
		"</name><from><source-address>192.0.2.0/24</source-address>"
		"</from></term></filter></inet></family></firewall>",
		"term t from source-address 192.0.2.0/24", NULL, NULL, NULL},
	{MERGE, 0,
		"<routing-options><static><route><name>192.0.2.0/24</name>"
		"<metric><metric-value>5</metric-value></metric><preference>7"
		"</preference></route></static></routing-options>",
		"route 192.0.2.0/24 metric 5", NULL, NULL, NULL},
	/* Of a value that is not given only the marks. */
	{MERGE, 0, "<system><host-name inactive='inactive'/></system>",
		"deactivate system host-name", NULL, NULL, NULL},
	{MERGE, 0, "<system><domain-name active='active'/></system>",
		"set system host-name fw1", "domain-name", NULL, NULL},
	/* Errors have their place and change nothing. */
	{MERGE, 0, "<system><host-name>x</host-name><bad/></system>", NULL,
		NULL, "syntax error", "bad"},
	{MERGE, 0, "<bad/>", NULL, NULL, "syntax error", "bad"},
	{MERGE, 0, "<system>text</system>", NULL, NULL, "syntax error", "text"},
	{MERGE, 0, "<system><host-name/></system>", NULL, NULL,
		"missing argument", "host-name"},
	{MERGE, 0, "<security><zones><security-zone/></zones></security>", NULL,
		NULL, "missing argument", "security-zone"},
	{MERGE, 0,
		"<interfaces><interface><name>ge-0/0/0</name><mtu>1</mtu>"
		"</interface></interfaces>",
		NULL, NULL, "not within range", "1"},
	{MERGE, 0, "<system operation='what'/>", NULL, NULL, "operation",
		"what"},
};

static void
check_load(size_t i, struct config_tree *t, int rc, const struct report *r)
{
	char *text = set_text(t);
	struct config_tree *start = good(START);

	if (loads[i].yes == NULL) {
		assert_int_equal(rc, -EINVAL);
		assert_true(config_equal(t, start));
	} else {
		if (rc != 0)
			fail_msg("%s: %s", loads[i].xml, r->entries[0].message);
		if (strstr(text, loads[i].yes) == NULL)
			fail_msg("%s: no '%s' in:\n%s", loads[i].xml,
				loads[i].yes, text);
	}
	if (loads[i].no != NULL && strstr(text, loads[i].no) != NULL)
		fail_msg("%s: '%s' in:\n%s", loads[i].xml, loads[i].no, text);
	if (loads[i].message == NULL) {
		assert_int_equal(r->n, 0);
	} else {
		assert_true(r->n > 0);
		if (strstr(r->entries[0].message, loads[i].message) == NULL)
			fail_msg("%s: %s", loads[i].xml, r->entries[0].message);
		assert_string_equal(r->entries[0].statement, loads[i].element);
	}
	config_free(start);
	free(text);
}

static void
cf_50_loads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loads); i++) {
		struct config_tree *t = good(START);
		struct sbuf text = SBUF_INIT;
		struct report r = REPORT_INIT;
		struct xml_message m;
		int rc;

		sbuf_printf(&text, "<configuration>%s</configuration>",
			loads[i].xml);
		read_good(sbuf_text(&text), &m);
		rc = config_load_tree(
			&t, m.tree->root, loads[i].how, loads[i].flags, &r);
		check_load(i, t, rc, &r);
		xml_message_done(&m);
		report_done(&r);
		sbuf_done(&text);
		config_free(t);
	}
}

static void
inserts(void **state)
{
	static const struct {
		const char *attrs;
		const char *first;
	} cases[] = {{"insert='before' name='p'", "q"}, {"insert='first'", "q"},
		{"insert='last'", "p"}, {"insert='after' name='p'", "p"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *t = good(START);
		struct sbuf text = SBUF_INIT;
		struct report r = REPORT_INIT;
		struct xml_message m;
		const struct cnode *n;

		sbuf_printf(&text,
			"<c><security><policies><policy><from-zone-name>A"
			"</from-zone-name><to-zone-name>B</to-zone-name>"
			"<policy %s><name>q</name></policy></policy>"
			"</policies></security></c>",
			cases[i].attrs);
		read_good(sbuf_text(&text), &m);
		assert_int_equal(config_load_tree(&t, m.tree->root,
					 CONFIG_LOAD_MERGE, 0, &r),
			0);
		n = cnode_find(&t->root, "security", "policies", "policy",
			"policy", NULL);
		assert_string_equal(cnode_key(n, 0), cases[i].first);
		xml_message_done(&m);
		report_done(&r);
		sbuf_done(&text);
		config_free(t);
	}
}

static const char *const round_trips[] = {
	START,
	"",
	"/* why */ system { host-name fw1; inactive: domain-name x.example; }",
	"interfaces { ge-0/0/0 { description \"a <b> & \\\"c\\\"\"; unit 0 { "
	"family inet { address 192.0.2.1/24; } } } }",
	"routing-options { static { route 203.0.113.0/24 next-hop "
	"[ 192.0.2.1 192.0.2.2 ]; route 198.51.100.0/24 discard; } }",
	"groups { g { system { host-name x; login { user u { class c; } } } "
	"interfaces { <ge-*> { unit 0 { family inet; } } } } }\n"
	"apply-groups g;",
	"security { zones { security-zone A { interfaces { ge-0/0/0.0; "
	"ge-0/0/1.0 { host-inbound-traffic { system-services { ping; ssh; } "
	"} } } } } }",
	"applications { application a { protocol tcp; destination-port "
	"8000-8080; } application-set s { application a; } }",
	"routing-instances { V { instance-type virtual-router; interface "
	"ge-0/0/2.0; } }",
};

/* What print_xml.c and print_json.c write is read as it was. */
static void
xml_and_json_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(round_trips); i++) {
		struct config_tree *t = good(round_trips[i]), *u = NULL;
		struct sbuf xml = SBUF_INIT, json = SBUF_INIT;
		struct report r = REPORT_INIT;
		struct xml_message m;
		struct tree *tree = tree_create();
		char why[256] = "";

		config_print_xml(&t->root, NULL, &xml);
		read_good(sbuf_text(&xml), &m);
		if (config_load_tree(
			    &u, m.tree->root, CONFIG_LOAD_OVERRIDE, 0, &r) != 0)
			fail_msg("%s: %s", r.entries[0].message,
				sbuf_text(&xml));
		if (!config_equal(t, u))
			fail_msg("%s", sbuf_text(&xml));
		config_free(u);
		u = NULL;
		config_print_json(&t->root, NULL, &json);
		if (json_read(sbuf_text(&json), json.len, tree_root(tree, "c"),
			    why, sizeof(why)) != 0)
			fail_msg("%s: %s", why, sbuf_text(&json));
		if (config_load_tree(
			    &u, tree->root, CONFIG_LOAD_OVERRIDE, 0, &r) != 0)
			fail_msg("%s: %s", r.entries[0].message,
				sbuf_text(&json));
		if (!config_equal(t, u))
			fail_msg("%s", sbuf_text(&json));
		config_free(u);
		config_free(t);
		tree_free(tree);
		xml_message_done(&m);
		report_done(&r);
		sbuf_done(&xml);
		sbuf_done(&json);
	}
}

static const struct {
	const char *filter, *set;
} filters[] = {
	{"<system/>", "set system host-name fw1\nset system services ssh\n"},
	{"<system><host-name/></system>", "set system host-name fw1\n"},
	{"<system><login/></system>", ""},
	{"<nonsense/>", ""},
	{"<security><zones><security-zone><name>A</name></security-zone>"
	 "</zones></security>",
		"set security zones security-zone A tcp-rst\n"},
	{"<security><zones><security-zone><name>X</name></security-zone>"
	 "</zones></security>",
		""},
	{"<security><zones><security-zone><name/></security-zone></zones>"
	 "</security>",
		"set security zones security-zone A\n"
		"set security zones security-zone B\n"},
	{"<security><zones><security-zone recurse=\"false\"/></zones>"
	 "</security>",
		"set security zones security-zone A\n"
		"set security zones security-zone B\n"},
	{"<security><zones><security-zone><tcp-rst/></security-zone></zones>"
	 "</security>",
		"set security zones security-zone A tcp-rst\n"
		"set security zones security-zone B\n"},
	{"<system><host-name>fw1</host-name></system>",
		"set system host-name fw1\nset system services ssh\n"},
	{"<system><host-name>other</host-name></system>", ""},
	{"<security><policies><policy><from-zone-name>A</from-zone-name>"
	 "<policy><name>q</name><then/></policy></policy></policies>"
	 "</security>",
		"set security policies from-zone A to-zone B policy q then "
		"deny\n"},
};

static void
cf_53_filters(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(filters); i++) {
		struct config_tree *t = good(START), *part = NULL;
		struct sbuf text = SBUF_INIT;
		struct xml_message m;
		char *out;

		sbuf_printf(&text, "<configuration>%s</configuration>",
			filters[i].filter);
		read_good(sbuf_text(&text), &m);
		assert_int_equal(config_filter(t, m.tree->root, &part), 0);
		out = set_text(part);
		if (strcmp(out, filters[i].set) != 0)
			fail_msg("%s:\n%s", filters[i].filter, out);
		free(out);
		config_free(part);
		config_free(t);
		xml_message_done(&m);
		sbuf_done(&text);
	}
}

/* Pairs: what leads from one to the other and back, as a patch. */
static const char *const versions[] = {
	START,
	"",
	"system { host-name other; }",
	"system { host-name fw1; services { ssh; } }\n"
	"security { zones { security-zone A; security-zone B { tcp-rst; } "
	"security-zone C; }\n"
	"policies { from-zone A to-zone B {\n"
	"policy n { match { source-address any; destination-address any;\n"
	"application any; } then { permit; } }\n"
	"policy q { match { source-address any; destination-address any;\n"
	"application any; } then { deny; } }\n"
	"policy p { match { source-address [ x y ]; destination-address any;\n"
	"application any; } then { permit; } } } } }\n",
	"interfaces { ge-0/0/0 { unit 0 { family inet { address "
	"192.0.2.1/24; } } } inactive: ge-0/0/1 { unit 0; } }",
	"interfaces { ge-0/0/0 { description \"x { y; }\"; unit 0 { family "
	"inet { address 192.0.2.9/24; } } } ge-0/0/1 { unit 0; } }",
};

static void
cf_52_compare_is_a_patch(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++)
		for (size_t k = 0; k < COUNT(versions); k++) {
			struct config_tree *a = good(versions[i]);
			struct config_tree *b = good(versions[k]);
			struct sbuf patch = SBUF_INIT;
			struct report r = REPORT_INIT;

			config_compare(a, b, &patch);
			if (config_load_patch(
				    &a, sbuf_text(&patch), patch.len, &r) != 0)
				fail_msg("%s\n%s", r.entries[0].message,
					sbuf_text(&patch));
			if (!config_equal(a, b)) {
				char *have = set_text(a);

				fail_msg("%zu to %zu:\n%s\ngave:\n%s", i, k,
					sbuf_text(&patch), have);
			}
			report_done(&r);
			sbuf_done(&patch);
			config_free(a);
			config_free(b);
		}
}

static void
refuses_bad_patches(void **state)
{
	static const char *const bad[] = {"nonsense\n",
		"[edit nonsense]\n+  x;\n", "[edit system]\n+  nonsense;\n",
		"[edit security]\n+  zones {\n-  x;\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct config_tree *t = good(START), *u = good(START);
		struct report r = REPORT_INIT;

		assert_int_equal(
			config_load_patch(&t, bad[i], strlen(bad[i]), &r),
			-EINVAL);
		assert_true(r.errors > 0);
		assert_true(config_equal(t, u));
		report_done(&r);
		config_free(t);
		config_free(u);
	}
}

/* The names of Junos come out, and all that comes out goes in [CF-54]. */
static void
prints_the_names_of_junos(void **state)
{
	static const char text[] =
		"system { syslog { file m { any notice; } } }\n"
		"interfaces { ge-0/0/0 { unit 0 { family inet { filter { "
		"input F; output F; } } } } }\n"
		"security { nat { source { rule-set S { rule R { match { "
		"source-address 192.0.2.0/24; } } } } destination { rule-set "
		"D { rule R { match { destination-address 192.0.2.1/32; } } } "
		"} static { rule-set T { rule R { match { destination-address "
		"192.0.2.2/32; } } } } }\n"
		"address-book { global { address W { wildcard-address "
		"192.0.2.1/255.255.0.255; } } } }\n"
		"firewall { family inet { filter F { term t { then { "
		"routing-instance V; } } } } }\n";
	static const char *const parts[] = {"<notice/>",
		"<filter-name>F</filter-name>", "<src-nat-rule-match>",
		"<dest-nat-rule-match>", "<static-nat-rule-match>",
		"<name>192.0.2.1/255.255.0.255</name>",
		"<routing-instance-name>V</routing-instance-name>"};
	struct config_tree *t = good(text), *again = NULL;
	struct sbuf xml = SBUF_INIT;
	struct report r = REPORT_INIT;
	struct xml_message m;

	(void)state;
	config_print_xml(&t->root, NULL, &xml);
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(sbuf_text(&xml), parts[i]) == NULL)
			fail_msg("%s is not there", parts[i]);
	assert_null(strstr(sbuf_text(&xml), "<match>"));
	read_good(sbuf_text(&xml), &m);
	assert_int_equal(
		config_load_tree(&again, m.tree->root, OVERRIDE, 0, &r), 0);
	assert_true(config_equal(t, again));
	xml_message_done(&m);
	sbuf_done(&xml);
	report_done(&r);
	config_free(t);
	config_free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cf_50_loads),
		cmocka_unit_test(inserts),
		cmocka_unit_test(xml_and_json_round_trip),
		cmocka_unit_test(cf_53_filters),
		cmocka_unit_test(cf_52_compare_is_a_patch),
		cmocka_unit_test(refuses_bad_patches),
		cmocka_unit_test(prints_the_names_of_junos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
