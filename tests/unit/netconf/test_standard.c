/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of RFC 6241 become [OP-132]. */
#include "netconf_test.h"

#include "netconf/standard.h"

static const struct {
	const char *op, *becomes; /* NULL: refused with */
	const char *tag;
	bool data;
} cases[] = {
	{"<lock><target><candidate/></target></lock>",
		"<rpc><lock-configuration/></rpc>", NULL, false},
	{"<unlock><target><running/></target></unlock>",
		"<rpc><unlock-configuration/></rpc>", NULL, false},
	{"<lock><target><startup/></target></lock>", NULL, "invalid-value",
		false},
	{"<lock/>", NULL, "missing-element", false},
	{"<get-config><source><running/></source></get-config>",
		"<rpc><get-configuration database='committed'/></rpc>", NULL,
		true},
	{"<get-config><source><candidate/></source><filter type=\"subtree\">"
	 "<configuration><system/></configuration></filter></get-config>",
		"<rpc><get-configuration database='candidate'>"
		"<configuration><system/></configuration>"
		"</get-configuration></rpc>",
		NULL, true},
	{"<get-config><source><startup/></source></get-config>", NULL,
		"invalid-value", false},
	{"<get-config><source><running/></source><filter type=\"xpath\" "
	 "select=\"/x\"/></get-config>",
		NULL, "operation-not-supported", false},
	{"<get/>", "<rpc><get-configuration database='committed'/></rpc>", NULL,
		true},
	{"<edit-config><target><candidate/></target><config><configuration>"
	 "<a/></configuration></config></edit-config>",
		"<rpc standard='standard'><load-configuration action='merge' "
		"error-option='stop-on-error'><configuration><a/>"
		"</configuration></load-configuration></rpc>",
		NULL, false},
	{"<edit-config><target><candidate/></target><default-operation>"
	 "replace</default-operation><config><configuration><a/>"
	 "</configuration></config></edit-config>",
		"<rpc standard='standard'><load-configuration "
		"action='override' default-operation='replace' "
		"error-option='stop-on-error'><configuration>"
		"<a/></configuration></load-configuration></rpc>",
		NULL, false},
	{"<edit-config><target><candidate/></target><default-operation>none"
	 "</default-operation><config-text><configuration-text>x;"
	 "</configuration-text></config-text></edit-config>",
		"<rpc standard='standard'><load-configuration action='merge' "
		"default-operation='none' error-option='stop-on-error'>"
		"<configuration-text>x;"
		"</configuration-text></load-configuration></rpc>",
		NULL, false},
	{"<edit-config><target><running/></target><config/></edit-config>",
		NULL, "invalid-value", false},
	{"<edit-config><target><candidate/></target></edit-config>", NULL,
		"missing-element", false},
	{"<edit-config><target><candidate/></target><test-option>test-only"
	 "</test-option><config/></edit-config>",
		NULL, "invalid-value", false},
	{"<edit-config><target><candidate/></target><error-option>sometimes"
	 "</error-option><config/></edit-config>",
		NULL, "invalid-value", false},
	{"<edit-config><target><candidate/></target><test-option>set"
	 "</test-option><error-option>continue-on-error</error-option>"
	 "<config-set><configuration-set>x</configuration-set></config-set>"
	 "</edit-config>",
		"<rpc standard='standard'><load-configuration action='set' "
		"error-option='continue-on-error'><configuration-set>x"
		"</configuration-set></load-configuration></rpc>",
		NULL, false},
	{"<validate><source><candidate/></source></validate>",
		"<rpc><commit-configuration><check/></commit-configuration>"
		"</rpc>",
		NULL, false},
	{"<commit/>", "<rpc standard='standard'><commit-configuration/></rpc>",
		NULL, false},
	{"<commit><confirmed/></commit>",
		"<rpc standard='standard'><commit-configuration><confirmed/>"
		"<confirm-seconds>600</confirm-seconds></commit-configuration>"
		"</rpc>",
		NULL, false},
	{"<commit><confirmed/><confirm-timeout>61</confirm-timeout></commit>",
		"<rpc standard='standard'><commit-configuration><confirmed/>"
		"<confirm-seconds>61</confirm-seconds></commit-configuration>"
		"</rpc>",
		NULL, false},
	{"<commit><confirmed/><confirm-timeout>x</confirm-timeout></commit>",
		NULL, "invalid-value", false},
	{"<commit><confirmed/><persist>x</persist></commit>",
		"<rpc standard='standard'><commit-configuration><confirmed/>"
		"<confirm-seconds>600</confirm-seconds><persist>x</persist>"
		"</commit-configuration></rpc>",
		NULL, false},
	{"<commit><persist-id>x</persist-id></commit>",
		"<rpc standard='standard'><commit-configuration><persist-id>x"
		"</persist-id></commit-configuration></rpc>",
		NULL, false},
	{"<commit><persist>x</persist></commit>", NULL, "invalid-value", false},
	{"<copy-config><target><candidate/></target><source><running/>"
	 "</source></copy-config>",
		"<rpc standard='standard'><discard-changes/></rpc>", NULL,
		false},
	{"<copy-config><target><running/></target><source><candidate/>"
	 "</source></copy-config>",
		NULL, "invalid-value", false},
	{"<delete-config><target><candidate/></target></delete-config>",
		"<rpc standard='standard'><load-configuration "
		"action='override'><configuration/></load-configuration>"
		"</rpc>",
		NULL, false},
};

static void
maps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sbuf text = SBUF_INIT, out = SBUF_INIT;
		struct standard std;
		struct xml_message m;

		sbuf_printf(&text, "<rpc>%s</rpc>", cases[i].op);
		read_good(sbuf_text(&text), &m);
		assert_true(standard_map(m.tree->root, &std));
		if (cases[i].becomes == NULL) {
			assert_non_null(std.tag);
			assert_string_equal(std.tag, cases[i].tag);
		} else {
			if (std.tag != NULL)
				fail_msg("%s: %s", cases[i].op, std.message);
			flat(m.tree->root, &out);
			assert_string_equal(sbuf_text(&out), cases[i].becomes);
			assert_int_equal(std.wrap_data, cases[i].data);
		}
		sbuf_done(&text);
		sbuf_done(&out);
		xml_message_done(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(maps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
