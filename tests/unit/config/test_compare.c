/* SPDX-License-Identifier: Apache-2.0 */
/* show | compare [CF-15] */
#include "config_test.h"

#include "config/patch.h"

#define POLICY "set security policies from-zone a to-zone b policy "

static const struct {
	const char *old, *new_text, *want;
} cases[] = {
	{"set system host-name a\n", "set system host-name a\n", ""},
	{"set system host-name a\n", "set system host-name b\n",
		"[edit system]\n-  host-name a;\n+  host-name b;\n"},
	{"", "set system host-name b\n",
		"[edit]\n+  system {\n+      host-name b;\n+  }\n"},
	{"set system host-name b\n", "",
		"[edit]\n-  system {\n-      host-name b;\n-  }\n"},
	{"set interfaces lo0 unit 0\n",
		"set interfaces lo0 unit 0 family inet address "
		"192.0.2.1/32\nset interfaces ge-0/0/0 mtu 1500\n",
		"[edit interfaces]\n+  ge-0/0/0 {\n+      mtu 1500;\n+  }\n"
		"[edit interfaces lo0 unit 0]\n+  family inet {\n+      "
		"address 192.0.2.1/32;\n+  }\n"},
	/* order has a meaning: neighbours are shown */
	{POLICY "p\n" POLICY "r\n",
		POLICY "p\n" POLICY "q description x\n" POLICY "r\n",
		"[edit security policies from-zone a to-zone b]\n   policy "
		"p;\n+  policy q {\n+      description x;\n+  }\n"},
	{POLICY "p description x\n", POLICY "o\n" POLICY "p description x\n",
		"[edit security policies from-zone a to-zone b]\n+  policy "
		"o;\n   policy p { ... }\n"},
	/* one moved, not all the others */
	{POLICY "p\n" POLICY "q\n" POLICY "r\n" POLICY "s\n",
		POLICY "s\n" POLICY "p\n" POLICY "q\n" POLICY "r\n",
		"[edit security policies from-zone a to-zone b]\n!  policy "
		"s;\n   policy p;\n"},
	{POLICY "p\n" POLICY "q\n", POLICY "p\n",
		"[edit security policies from-zone a to-zone b]\n-  policy "
		"q;\n"},
	{POLICY "p description x\n",
		POLICY "p description x\ndeactivate security policies "
		       "from-zone a to-zone b policy p\n",
		"[edit security policies from-zone a to-zone b]\n"
		"!  inactive: policy p { ... }\n"},
	/* [CF-79] tags, and what changed below them */
	{POLICY "p description x\ndeactivate security policies from-zone a "
		"to-zone b policy p\n",
		POLICY "p description y\n",
		"[edit security policies from-zone a to-zone b]\n"
		"!  active: policy p { ... }\n"
		"[edit security policies from-zone a to-zone b policy p]\n"
		"-  description x;\n+  description y;\n"},
	{"set interfaces lo0 unit 0 family inet mtu 1400\n",
		"set interfaces lo0 unit 0 family inet mtu 1400\n"
		"deactivate interfaces lo0 unit 0 family inet\n"
		"protect interfaces lo0 unit 0\ndeactivate interfaces\n",
		"[edit]\n!  inactive: interfaces { ... }\n"
		"[edit interfaces lo0]\n!  protect: unit 0 { ... }\n"
		"[edit interfaces lo0 unit 0]\n"
		"!  inactive: family inet { ... }\n"},
	{"set interfaces lo0 unit 0\nprotect interfaces lo0 unit 0\n",
		"set interfaces lo0 unit 0\n",
		"[edit interfaces lo0]\n!  unprotect: unit 0;\n"},
	{"set interfaces lo0 unit 0 family inet\n",
		"set interfaces lo0 unit 0 family inet\n"
		"set interfaces lo0 unit 0 family inet6 mtu 1400\n"
		"set firewall family inet filter f term t\n",
		"[edit]\n+  firewall {\n+      family inet {\n"
		"+          filter f {\n+              term t;\n"
		"+          }\n+      }\n+  }\n"
		"[edit interfaces lo0 unit 0]\n+  family inet6 {\n"
		"+      mtu 1400;\n+  }\n"},
	/* one that moves and is off moves */
	{POLICY "p\n" POLICY "q description x\ndeactivate security policies "
		"from-zone a to-zone b policy q\n",
		POLICY
		"q description x\n" POLICY
		"p\ndeactivate security policies from-zone a to-zone b policy "
		"q\n",
		"[edit security policies from-zone a to-zone b]\n"
		"!  policy q { ... }\n   policy p;\n"},
	{"set routing-options static route 0/0 next-hop 192.0.2.1\n",
		"set routing-options static route 0/0 next-hop 192.0.2.1\nset "
		"routing-options static route 0/0 next-hop 192.0.2.2\n",
		"[edit routing-options static route 0.0.0.0/0]\n-  next-hop "
		"192.0.2.1;\n+  next-hop [ 192.0.2.1 192.0.2.2 ];\n"},
	{"set routing-options static route 0/0 next-hop 192.0.2.1\n",
		"set routing-options static route 0/0 discard\n",
		"[edit routing-options static route 0.0.0.0/0]\n-  next-hop "
		"192.0.2.1;\n+  discard;\n"},
	{"set snmp community a\n", "set snmp community b\n",
		"[edit snmp]\n-  community a;\n+  community b;\n"},
};

static char *
compare(const struct config_tree *a, const struct config_tree *b)
{
	struct sbuf out = SBUF_INIT;

	config_compare(a, b, &out);
	return take(&out);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_tree *a = good(cases[i].old);
		struct config_tree *b = good(cases[i].new_text);

		struct report report = REPORT_INIT;

		assert_text(compare(a, b), cases[i].want);
		/* [CF-52] */
		if (config_load_patch(&a, cases[i].want, strlen(cases[i].want),
			    &report) != 0 ||
			!config_equal(a, b))
			fail_msg("as a patch:\n%s%s", cases[i].want,
				report.n > 0 ? report.entries[0].message : "");
		report_done(&report);
		config_free(a);
		config_free(b);
	}
}

/* Moving the last of many to the front is one line, not as many. */
static void
test_many(void **state)
{
	struct sbuf a = SBUF_INIT, b = SBUF_INIT;
	struct config_tree *ta, *tb;

	(void)state;
	sbuf_puts(&b, POLICY "p2999\n");
	for (unsigned int i = 0; i < 3000; i++) {
		sbuf_printf(&a, POLICY "p%u\n", i);
		if (i < 2999)
			sbuf_printf(&b, POLICY "p%u\n", i);
	}
	ta = good(sbuf_text(&a));
	tb = good(sbuf_text(&b));
	assert_text(compare(ta, tb),
		"[edit security policies from-zone a to-zone b]\n!  policy "
		"p2999;\n   policy p0;\n");
	assert_text(compare(tb, tb), "");
	config_free(ta);
	config_free(tb);
	sbuf_done(&a);
	sbuf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
