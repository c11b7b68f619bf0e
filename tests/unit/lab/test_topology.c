/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/report.h"

static int
parse(const char *text, struct lab_topology *t, struct report *r)
{
	*r = REPORT_INIT;
	return lab_topology_parse(text, strlen(text), t, r);
}

static void
test_whole(void **state)
{
	static const char text[] =
		"name: two-hosts\n"
		"prefix: \"\"\n"
		"topology:\n"
		"  kinds:\n"
		"    linux:\n"
		"      image: debian\n"
		"  nodes:\n"
		"    lan:\n"
		"      kind: linux\n"
		"      image: debian:12\n"
		"      exec:\n"
		"        - ip addr add 192.0.2.1/24 dev eth1\n"
		"        - \"true\"\n"
		"      env: {COLOUR: red}\n"
		"    gw:\n"
		"      kind: vrflow\n"
		"      startup-config: gw.conf\n"
		"      ports:\n"
		"        ge-0/0/1: linux:eth7\n"
		"  links:\n"
		"    - endpoints: [\"lan:eth1\", \"gw:ge-0/0/0\"]\n"
		"      mtu: 9000\n"
		"    - endpoints: [\"lan:eth2\", \"gw:eth7\"]\n";
	struct lab_topology t;
	struct report r;

	assert_int_equal(parse(text, &t, &r), 0);
	assert_string_equal(t.name, "two-hosts");
	assert_int_equal(t.n_nodes, 2);
	assert_int_equal(t.nodes[0].kind, LAB_LINUX);
	assert_int_equal(t.nodes[0].n_exec, 2);
	assert_string_equal(t.nodes[0].exec[1], "true");
	assert_string_equal(t.nodes[0].env[0].key, "COLOUR");
	assert_int_equal(t.nodes[1].kind, LAB_VRFLOW);
	assert_string_equal(t.nodes[1].startup_config, "gw.conf");
	assert_string_equal(t.nodes[1].ports[0].value, "linux:eth7");
	assert_int_equal(t.n_links, 2);
	assert_int_equal(t.links[0].mtu, 9000);
	assert_int_equal(t.links[0].end[1].node, 1);
	assert_string_equal(t.links[0].end[1].ifname, "ge-0/0/0");
	assert_string_equal(t.links[0].end[1].device, "ge-0-0-0");
	assert_int_equal(t.links[1].mtu, 0);
	lab_topology_done(&t);
	report_done(&r);
}

/* The same file for containerlab: an image, and a bind for the configuration.
 */
static void
test_images(void **state)
{
	static const struct {
		const char *node, *config; /* NULL: not a vrflow node */
	} cases[] = {
		{"image: localhost/vrflow, binds: [\"gw:/etc/vrflow\"]",
			"gw/vrflow.conf"},
		{"image: vrflow:0.1, binds: [\"a:/b\", \"gw:/etc/vrflow:rw\"]",
			"gw/vrflow.conf"},
		{"image: x.example:5000/v/vrflow@sha256:1, "
		 "binds: [\"gw.conf:/etc/vrflow/vrflow.conf\"]",
			"gw.conf"},
		{"image: vrflow, binds: [\"x:/etc/vrflow\"], "
		 "startup-config: gw.conf",
			"gw.conf"},
		{"image: vrflows, binds: [\"x:/etc/vrflow\"]", NULL},
		{"image: vrflow/debian", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lab_topology t;
		struct report r;
		char text[512];

		snprintf(text, sizeof(text),
			"name: x\ntopology:\n  nodes:\n    a: {%s}\n",
			cases[i].node);
		assert_int_equal(parse(text, &t, &r), 0);
		if (cases[i].config == NULL) {
			assert_int_equal(t.nodes[0].kind, LAB_LINUX);
			assert_null(t.nodes[0].startup_config);
		} else {
			assert_int_equal(t.nodes[0].kind, LAB_VRFLOW);
			assert_string_equal(
				t.nodes[0].startup_config, cases[i].config);
		}
		lab_topology_done(&t);
		report_done(&r);
	}
}

#define HEAD  "name: x\ntopology:\n  nodes:\n    a: {kind: linux}\n"
#define LINKS HEAD "  links:\n"

static const struct {
	const char *text;
	unsigned int line;
	const char *message;
} bad[] = {
	{"", 1, "empty"},
	{"name: [\n", 2, "not YAML"},
	{"name: x\n\t- y\n", 2, "not YAML"},
	{"- a\n- b\n", 1, "must be a mapping"},
	{"topology: {nodes: {}}\n", 1, "needs a name"},
	{"name: a b\ntopology: {nodes: {}}\n", 1, "needs a name"},
	{"name: ../../etc\ntopology: {nodes: {}}\n", 1, "needs a name"},
	{"name: x\n", 1, "no topology.nodes"},
	{"name: x\ntopologie: {}\n", 2, "unknown key 'topologie'"},
	{HEAD "  nods: {}\n", 5, "unknown key 'nods'"},
	{HEAD "    b: {kind: ceos}\n", 5, "not linux or vrflow"},
	{HEAD "    b: {kind: [linux]}\n", 5, "not linux or vrflow"},
	{HEAD "    b: linux\n", 5, "must be a mapping"},
	{HEAD "    b/c: {kind: linux}\n", 5, "cannot name a node"},
	{HEAD "    a: {kind: linux}\n", 5, "there twice"},
	{HEAD "    b: {kind: linux, exec: ls}\n", 5, "list of commands"},
	{HEAD "    b: {kind: linux, exec: [[ls]]}\n", 5, "is not text"},
	{HEAD "    b: {kind: linux, exce: [ls]}\n", 5, "'exce'"},
	{HEAD "    b: {kind: linux, env: {A=B: c}}\n", 5, "a variable"},
	{HEAD "    b: {kind: linux, env: {A: [c]}}\n", 5, "not a word"},
	{HEAD "    b: {kind: linux, startup-config: f}\n", 5, "only vrflow"},
	{HEAD "    b: {kind: linux, ports: {a: b}}\n", 5, "only vrflow"},
	{HEAD "    b: {kind: vrflow}\n", 5, "needs a startup-config"},
	{HEAD "    b: {image: vrflow}\n", 5, "needs a startup-config"},
	{HEAD "    b: {image: vrflow, binds: [\"x:/etc/vrflow2\"]}\n", 5,
		"needs a startup-config"},
	{HEAD "    b: {image: vrflow, binds: x}\n", 5, "must be a list"},
	{HEAD "    b: {image: vrflow, binds: [[x]]}\n", 5, "is not text"},
	{HEAD "    b: {image: [x]}\n", 5, "image must be text"},
	{HEAD "  defaults: {exec: [ls]}\n", 5, "at each node"},
	{LINKS "    a: b\n", 6, "must be a list"},
	{LINKS "    - {}\n", 6, "without endpoints"},
	{LINKS "    - endpoints: [\"a:e1\"]\n", 6, "list of two"},
	{LINKS "    - endpoints: [\"a:e1\", \"a:e2\", \"a:e3\"]\n", 6,
		"list of two"},
	{LINKS "    - endpoints: [\"a\", \"a:e2\"]\n", 6, "node:interface"},
	{LINKS "    - endpoints: [[a], \"a:e2\"]\n", 6, "node:interface"},
	{LINKS "    - endpoints: [\"b:e1\", \"a:e2\"]\n", 6, "no node b"},
	{LINKS "    - endpoints: [\"a:e1\", \"a:\"]\n", 6, "an interface"},
	{LINKS "    - endpoints: [\"a:e1\", \"a:abcdefghijklmnop\"]\n", 6,
		"an interface"},
	{LINKS "    - endpoints: [\"a:e1\", \"a:e 2\"]\n", 6, "an interface"},
	{LINKS "    - endpoints: [\"a:e1\", \"a:e1\"]\n", 6, "used twice"},
	{LINKS "    - endpoints: [\"a:e/1\", \"a:e-1\"]\n", 6, "used twice"},
	{LINKS "    - {endpoints: [\"a:e1\", \"a:e2\"], mtu: big}\n", 6, "mtu"},
	{LINKS "    - {endpoints: [\"a:e1\", \"a:e2\"], mtu: 10}\n", 6, "mtu"},
	{LINKS "    - {endpoints: [\"a:e1\", \"a:e2\"], speed: 1}\n", 6,
		"'speed'"},
};

static void
test_bad(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct lab_topology t;
		struct report r;
		bool found = false;

		assert_int_equal(parse(bad[i].text, &t, &r), -EINVAL);
		assert_null(t.nodes);
		for (size_t e = 0; e < r.n; e++)
			if (r.entries[e].line == bad[i].line &&
				strstr(r.entries[e].message, bad[i].message))
				found = true;
		if (!found)
			fail_msg("case %zu: line %u '%s'", i,
				r.n ? r.entries[0].line : 0,
				r.n ? r.entries[0].message : "");
		report_done(&r);
	}
}

/* All errors are told, not only the first. */
static void
test_all_errors(void **state)
{
	struct lab_topology t;
	struct report r;

	parse("nme: x\ntopology:\n  nodes:\n    a: {kind: x}\n"
	      "    b: {kind: y}\n",
		&t, &r);
	assert_true(r.errors >= 4);
	report_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_all_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
