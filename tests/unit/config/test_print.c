/* SPDX-License-Identifier: Apache-2.0 */
/* XML, JSON, and the set form of a part [CF-7]. */
#include "config_test.h"

#include <jansson.h>
#include <libxml/parser.h>

static const char base[] =
	"version 23.4;\n"
	"system { host-name fw; services { netconf { ssh; } } }\n"
	"/* the \"outside\" */ interfaces { inactive: ge-0/0/0 { mtu 1500; "
	"inactive: description \"a < b & \xc3\xa9\"; unit 0 { family inet { "
	"address 192.0.2.1/24; } } } }\n"
	"security { zones { security-zone z { tcp-rst; } } }\n"
	"routing-options { static { route 0.0.0.0/0 next-hop [ 192.0.2.2 "
	"192.0.2.3 ]; } }\n"
	"accounting-options { community public { authorization read-only; } "
	"7x; }\n";

static const char xml[] =
	"<configuration a=\"b\">\n"
	"    <version>23.4</version>\n"
	"    <system>\n"
	"        <host-name>fw</host-name>\n"
	"        <services>\n"
	"            <netconf>\n"
	"                <ssh/>\n"
	"            </netconf>\n"
	"        </services>\n"
	"    </system>\n"
	"    <security>\n"
	"        <zones>\n"
	"            <security-zone>\n"
	"                <name>z</name>\n"
	"                <tcp-rst/>\n"
	"            </security-zone>\n"
	"        </zones>\n"
	"    </security>\n"
	"    <junos:comment>/* the &quot;outside&quot; */</junos:comment>\n"
	"    <interfaces>\n"
	"        <interface inactive=\"inactive\">\n"
	"            <name>ge-0/0/0</name>\n"
	"            <description inactive=\"inactive\">a &lt; b &amp; "
	"&#xE9;</description>\n"
	"            <mtu>1500</mtu>\n"
	"            <unit>\n"
	"                <name>0</name>\n"
	"                <family>\n"
	"                    <inet>\n"
	"                        <address>\n"
	"                            <name>192.0.2.1/24</name>\n"
	"                        </address>\n"
	"                    </inet>\n"
	"                </family>\n"
	"            </unit>\n"
	"        </interface>\n"
	"    </interfaces>\n"
	"    <accounting-options>\n"
	"        <community>\n"
	"            <public>\n"
	"                <authorization>read-only</authorization>\n"
	"            </public>\n"
	"        </community>\n"
	"        <statement>\n"
	"            <name>7x</name>\n"
	"        </statement>\n"
	"    </accounting-options>\n"
	"    <routing-options>\n"
	"        <static>\n"
	"            <route>\n"
	"                <name>0.0.0.0/0</name>\n"
	"                <next-hop>192.0.2.2</next-hop>\n"
	"                <next-hop>192.0.2.3</next-hop>\n"
	"            </route>\n"
	"        </static>\n"
	"    </routing-options>\n"
	"</configuration>\n";

static void
test_xml(void **state)
{
	struct config_tree *t = good(base);
	struct sbuf b = SBUF_INIT;

	(void)state;
	config_print_xml(config_root(t), "a=\"b\"", &b);
	assert_string_equal(sbuf_text(&b), xml);
	sbuf_reset(&b);
	config_print_xml(cnode_find(config_root(t), "security", "zones",
				 "security-zone", "tcp-rst", NULL),
		NULL, &b);
	assert_string_equal(sbuf_text(&b),
		"<configuration>\n    <security>\n        <zones>\n           "
		" <security-zone>\n                <name>z</name>\n           "
		"     <tcp-rst/>\n            </security-zone>\n        "
		"</zones>\n    </security>\n</configuration>\n");
	sbuf_done(&b);
	config_free(t);
}

static const char *
string_at(json_t *j, const char *a, const char *b)
{
	return json_string_value(json_object_get(json_object_get(j, a), b));
}

static void
test_json(void **state)
{
	struct config_tree *t = good(base);
	struct sbuf b = SBUF_INIT;
	json_error_t error;
	json_t *top, *c, *ifd, *hops;

	(void)state;
	config_print_json(config_root(t), "\"junos:x\" : \"y\"", &b);
	top = json_loadb(sbuf_text(&b), b.len, 0, &error);
	if (top == NULL)
		fail_msg("%s in\n%s", error.text, sbuf_text(&b));
	c = json_object_get(top, "configuration");
	assert_string_equal(string_at(c, "@", "junos:x"), "y");
	assert_string_equal(string_at(c, "system", "host-name"), "fw");
	ifd = json_array_get(
		json_object_get(json_object_get(c, "interfaces"), "interface"),
		0);
	assert_string_equal(
		json_string_value(json_object_get(ifd, "name")), "ge-0/0/0");
	assert_true(json_is_true(
		json_object_get(json_object_get(ifd, "@"), "inactive")));
	assert_true(json_is_true(json_object_get(
		json_object_get(ifd, "@description"), "inactive")));
	assert_string_equal(
		json_string_value(json_object_get(ifd, "description")),
		"a < b & \xc3\xa9");
	assert_int_equal(json_integer_value(json_object_get(ifd, "mtu")), 1500);
	assert_int_equal(
		json_integer_value(json_object_get(
			json_array_get(json_object_get(ifd, "unit"), 0),
			"name")),
		0);
	hops = json_object_get(
		json_array_get(
			json_object_get(
				json_object_get(
					json_object_get(c, "routing-options"),
					"static"),
				"route"),
			0),
		"next-hop");
	assert_int_equal(json_array_size(hops), 2);
	json_decref(top);
	sbuf_done(&b);
	config_free(t);
}

/* Every node, taken alone, gives well-formed XML and JSON. */
static void
each_node(const struct cnode *n)
{
	struct sbuf b = SBUF_INIT;
	json_error_t error;
	xmlDocPtr doc;
	json_t *top;

	config_print_json(n, "\"a\" : 1", &b);
	top = json_loadb(sbuf_text(&b), b.len, 0, &error);
	if (top == NULL)
		fail_msg("%s in\n%s", error.text, sbuf_text(&b));
	json_decref(top);
	sbuf_reset(&b);
	config_print_xml(n, "xmlns:junos=\"x\"", &b);
	doc = xmlReadMemory(
		sbuf_text(&b), (int)b.len, NULL, NULL, XML_PARSE_NONET);
	if (doc == NULL)
		fail_msg("not well-formed:\n%s", sbuf_text(&b));
	xmlFreeDoc(doc);
	sbuf_done(&b);
	for (const struct cnode *c = ctree_first(n); c; c = ctree_next(c))
		each_node(c);
}

static void
test_parts(void **state)
{
	struct config_tree *t = good(base);

	(void)state;
	each_node(config_root(t));
	xmlCleanupParser();
	config_free(t);
}

/* path of XML names down from the top: absolute, relative */
static const struct {
	const char *a, *b, *c, *want, *relative;
} parts[] = {
	{"security", "zones", "security-zone",
		"set security zones security-zone z tcp-rst\n",
		"set tcp-rst\n"},
	{"security", "zones", NULL,
		"set security zones security-zone z tcp-rst\n",
		"set security-zone z tcp-rst\n"},
	{"system", "host-name", NULL, "set system host-name fw\n",
		"set host-name fw\n"},
	{"interfaces", NULL, NULL, "set interfaces ge-0/0/1\n",
		"set ge-0/0/1\n"},
	{"routing-instances", "instance", NULL, "set routing-instances r\n",
		"set\n"},
};

static void
test_set_parts(void **state)
{
	struct config_tree *t =
		good("set security zones security-zone z tcp-rst\nset system "
		     "host-name fw\nset interfaces ge-0/0/1\nset "
		     "routing-instances r\n");
	struct sbuf b = SBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		const struct cnode *n = cnode_find(config_root(t), parts[i].a,
			parts[i].b, parts[i].c, NULL);

		assert_non_null(n);
		sbuf_reset(&b);
		config_print_set(n, false, &b);
		assert_string_equal(sbuf_text(&b), parts[i].want);
		sbuf_reset(&b);
		config_print_set(n, true, &b);
		assert_string_equal(sbuf_text(&b), parts[i].relative);
	}
	sbuf_done(&b);
	config_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_set_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
