/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writers: exact forms of small trees, and the promise that no value, of
 * whatever bytes, can break XML or JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/sbuf.h"
#include "render/render.h"

static void
assert_rendered(const struct tree *t,
	void (*render)(const struct tree *t, struct sbuf *out),
	const char *expected)
{
	struct sbuf b = SBUF_INIT;

	render(t, &b);
	assert_string_equal(sbuf_text(&b), expected);
	sbuf_done(&b);
}

static struct tree *
sample(void)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "arp-table-information");
	struct tnode *e;

	tree_attr(root, "junos:style", "no-resolve");
	e = tree_open(root, "arp-table-entry");
	tree_leaf(e, "ip-address", "192.0.2.1");
	tree_flag(tree_open(e, "arp-table-entry-flags"), "none");
	tree_leaf(root, "arp-entry-count", "%d", 1);
	e = tree_open(root, "arp-table-entry");
	tree_leaf(e, "ip-address", "%s", "");
	return t;
}

static void
test_xml(void **state)
{
	struct tree *t = sample();

	assert_rendered(t, render_xml,
		"<arp-table-information junos:style=\"no-resolve\">\n"
		"    <arp-table-entry>\n"
		"        <ip-address>192.0.2.1</ip-address>\n"
		"        <arp-table-entry-flags>\n"
		"            <none/>\n"
		"        </arp-table-entry-flags>\n"
		"    </arp-table-entry>\n"
		"    <arp-entry-count>1</arp-entry-count>\n"
		"    <arp-table-entry>\n"
		"        <ip-address></ip-address>\n"
		"    </arp-table-entry>\n"
		"</arp-table-information>\n");
	tree_free(t);
}

static void
test_json(void **state)
{
	struct tree *t = sample();

	assert_rendered(t, render_json,
		"{\n"
		"    \"arp-table-information\" : [\n"
		"    {\n"
		"        \"attributes\" : {\"junos:style\" : "
		"\"no-resolve\"}, \n"
		"        \"arp-table-entry\" : [\n"
		"        {\n"
		"            \"ip-address\" : [\n"
		"            {\n"
		"                \"data\" : \"192.0.2.1\"\n"
		"            }\n"
		"            ], \n"
		"            \"arp-table-entry-flags\" : [\n"
		"            {\n"
		"                \"none\" : [\n"
		"                {\n"
		"                    \"data\" : [null]\n"
		"                }\n"
		"                ]\n"
		"            }\n"
		"            ]\n"
		"        }, \n"
		"        {\n"
		"            \"ip-address\" : [\n"
		"            {\n"
		"                \"data\" : \"\"\n"
		"            }\n"
		"            ]\n"
		"        }\n"
		"        ], \n"
		"        \"arp-entry-count\" : [\n"
		"        {\n"
		"            \"data\" : \"1\"\n"
		"        }\n"
		"        ]\n"
		"    }\n"
		"    ]\n"
		"}\n");
	tree_free(t);
}

static void
test_escapes(void **state)
{
	static const struct {
		const char *value, *xml;
	} rows[] = {
		{"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"},
		{"tab\tline\n", "tab\tline\n"},
		{"\x01\x1f\r", "???"},
		{"\x7f", "&#127;"},
		{"gr\xc3\xbc\xc3\x9f", "gr&#252;&#223;"},
		{"\xf0\x9f\x98\x80", "&#128512;"},
		{"\xc3", "?"},
		{"\xc0\x80", "??"},
		{"\xed\xa0\x80", "???"},
		{"\xef\xbf\xbf", "?"},
		{"\xf4\x90\x80\x80", "????"},
		{"\xff\xfe", "??"},
	};
	char expected[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree *t = tree_create();

		tree_leaf(tree_root(t, "r"), "v", "%s", rows[i].value);
		snprintf(expected, sizeof(expected),
			"<r>\n    <v>%s</v>\n</r>\n", rows[i].xml);
		assert_rendered(t, render_xml, expected);
		tree_free(t);
	}
}

static void
test_blocks(void **state)
{
	struct tree *t = tree_create();

	tree_leaf(tree_root(t, "r"), "output", "one\ntwo");
	assert_rendered(t, render_xml,
		"<r>\n    <output>\none\ntwo\n</output>\n</r>\n");
	assert_rendered(t, render_text, "one\ntwo");
	tree_free(t);
}

static void
test_errors(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "rpc-error");

	tree_leaf(root, "error-severity", "warning");
	tree_leaf(root, "error-message", "statement not found");
	assert_rendered(t, render_text, "warning: statement not found\n");
	tree_free(t);
	t = tree_create();
	root = tree_root(t, "rpc-error");
	tree_leaf(root, "error-severity", "error");
	tree_leaf(root, "error-path", "[edit system]");
	tree_leaf(tree_open(root, "error-info"), "bad-element", "host");
	tree_leaf(root, "error-message", "syntax error");
	assert_rendered(t, render_text,
		"[edit system]\n  'host'\nerror: syntax error\n");
	tree_free(t);
}

/* An answer that no layout is made for. */
static void
test_generic(void **state)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "new-information"), *e;

	tree_leaf(root, "one", "1");
	e = tree_open(root, "list");
	tree_leaf(e, "name", "x");
	tree_flag(e, "up");
	assert_rendered(t, render_text, "one: 1\nlist:\n  name: x\n  up:\n");
	tree_free(t);
	t = tree_create();
	assert_rendered(t, render_text, "");
	assert_rendered(t, render_xml, "");
	assert_rendered(t, render_json, "{\n}\n");
	tree_free(t);
}

static struct tree *
part(bool continued, unsigned int from, unsigned int to)
{
	struct tree *t = tree_create();
	struct tnode *root = tree_root(t, "route-information");
	struct tnode *table = tree_open(root, "route-table");

	if (continued)
		tree_attr(table, RENDER_CONTINUED, "1");
	else
		tree_leaf(table, "table-name", "inet.0");
	for (; from < to; from++)
		tree_leaf(tree_open(table, "rt"), "rt-destination", "%u", from);
	return t;
}

static void
test_join(void **state)
{
	struct tree *parts[4] = {
		part(false, 0, 2), part(true, 2, 4), part(false, 4, 5)};
	struct tnode *first, *second;
	struct sbuf b = SBUF_INIT;
	unsigned int n = 0;

	parts[3] = tree_create(); /* an empty one does no harm */
	render_join(parts, 4);
	first = parts[0]->root->first;
	second = first->next;
	assert_non_null(second);
	assert_null(second->next);
	for (struct tnode *c = tnode_child(first, "rt"); c;
		c = tnode_next_same(c), n++) {
		assert_ptr_equal(c->parent, first);
		assert_int_equal(tnode_u64(c, "rt-destination"), n);
	}
	assert_int_equal(n, 4);
	render_xml(parts[0], &b);
	assert_null(strstr(sbuf_text(&b), "continued"));
	sbuf_done(&b);
	for (unsigned int i = 0; i < 4; i++)
		tree_free(parts[i]);
	render_join(NULL, 0);
}

/* Parts that are text alone: one text. */
static void
test_join_text(void **state)
{
	static const char *const texts[] = {"one\n", NULL, "two\n", "three"};
	struct tree *parts[4];
	struct sbuf b = SBUF_INIT;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		parts[i] = tree_create();
		tree_root(parts[i], "output");
		if (texts[i] != NULL)
			tree_set_value(parts[i]->root, texts[i]);
	}
	render_join(parts, 4);
	assert_string_equal("one\ntwo\nthree", parts[0]->root->value);
	render_xml(parts[0], &b);
	assert_non_null(strstr(sbuf_text(&b), "two\nthree"));
	sbuf_done(&b);
	for (unsigned int i = 0; i < 4; i++)
		tree_free(parts[i]);
}

/* ---- any bytes ---- */

static uint32_t seed = 12345;

static uint32_t
next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void
random_text(char *buf, size_t size)
{
	size_t n = next_random() % size;

	for (size_t i = 0; i < n; i++) {
		buf[i] = (char)(next_random() % 255 + 1);
		if (next_random() % 4 == 0)
			buf[i] = "<>&\"'\\\n\t]"[next_random() % 9];
	}
	buf[n] = '\0';
}

static void
grow(struct tnode *n, unsigned int depth)
{
	static const char *const names[] = {"a", "b", "output", "file-content"};
	char text[64];

	for (unsigned int i = next_random() % 5; i > 0; i--) {
		const char *name = names[next_random() % 4];
		struct tnode *c;

		random_text(text, sizeof(text));
		if (depth < 4 && next_random() % 2)
			grow(c = tree_open(n, name), depth + 1);
		else
			c = tree_leaf(n, name, "%s", text);
		random_text(text, sizeof(text));
		if (next_random() % 2)
			tree_attr(c, "junos:x", "%s", text);
	}
}

static unsigned int
count_xml(const xmlNode *n)
{
	unsigned int count = 1;

	for (n = n->children; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			count += count_xml(n);
	return count;
}

static unsigned int
count_tree(const struct tnode *n)
{
	unsigned int count = 1;

	tnode_foreach (c, n)
		count += count_tree(c);
	return count;
}

static void
test_random(void **state)
{
	for (unsigned int i = 0; i < 3000; i++) {
		struct tree *t = tree_create();
		struct sbuf xml = SBUF_INIT, json = SBUF_INIT;
		xmlDocPtr doc;
		const xmlNode *root;
		json_t *j;

		grow(tree_root(t, "root"), 0);
		render_xml_reply(t, &xml);
		for (size_t k = 0; k < xml.len; k++)
			assert_true(xml.data[k] > 0 && xml.data[k] < 0x7f);
		doc = xmlReadMemory(xml.data, (int)xml.len, "x", NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR);
		assert_non_null(doc);
		root = xmlFirstElementChild(
			(xmlNode *)xmlDocGetRootElement(doc));
		assert_int_equal(count_xml(root), count_tree(t->root));
		xmlFreeDoc(doc);
		render_json(t, &json);
		j = json_loadb(
			json.data, json.len, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(j);
		json_decref(j);
		sbuf_done(&xml);
		sbuf_done(&json);
		tree_free(t);
	}
}

/* No layout may crash on a tree that lacks what it prints. */
static void
test_bare_roots(void **state)
{
	static const char *const roots[] = {"route-information",
		"route-summary-information", "instance-information",
		"forwarding-table-information", "flow-session-information",
		"flow-clear-session-information", "flow-status-all",
		"flow-statistics-all", "flow-drop-information",
		"zones-information", "security-policies", "policy-hit-count",
		"security-policy-match", "interface-information",
		"arp-table-information", "ipv6-nd-information",
		"firewall-information", "software-information",
		"system-information", "system-uptime-information",
		"system-memory-information", "memory-statistics",
		"system-process-information", "system-users-information",
		"system-storage-information", "chassis-inventory",
		"route-engine-information", "alarm-information", "ping-results",
		"rpc-error"};
	static const char *const inner[] = {"route-table", "rt", "rt-entry",
		"nh", "flow-session", "flow-information", "security-context",
		"policies", "policy-information", "source-addresses",
		"physical-interface", "logical-interface", "address-family",
		"interface-address", "arp-table-entry", "ipv6-nd-entry",
		"filter-information", "counter", "probe-result",
		"probe-results-summary", "zones-security", "chassis",
		"chassis-module", "instance-core", "instance-rib"};
	static const char *const styles[] = {"", "brief", "terse", "detail",
		"extensive", "summary", "description", "inet6-rapid"};

	for (size_t r = 0; r < sizeof(roots) / sizeof(roots[0]); r++) {
		for (size_t s = 0; s < 8; s++) {
			struct tree *t = tree_create();
			struct tnode *n = tree_root(t, roots[r]);
			struct sbuf b = SBUF_INIT;

			tree_attr(n, "junos:style", "%s", styles[s]);
			for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]);
				i++) {
				struct tnode *c = tree_open(n, inner[i]);

				if (next_random() % 3 == 0)
					n = c;
			}
			render_text(t, &b);
			sbuf_done(&b);
			tree_free(t);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_generic),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_text),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_bare_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
