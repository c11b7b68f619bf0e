/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf_test.h"

#include "netconf/json_in.h"

static const struct {
	const char *json, *elements; /* NULL: refused */
} cases[] = {
	{"{\"configuration\": {}}", "<c/>"},
	{"{\"configuration\": null}", "<c/>"},
	{"{\"configuration\": {\"system\": {\"host-name\": \"x\"}}}",
		"<c><system><host-name>x</host-name></system></c>"},
	{"{\"configuration\": {\"a\": [{\"name\": 0}, {\"name\": \"1\"}]}}",
		"<c><a><name>0</name></a><a><name>1</name></a></c>"},
	{"{\"configuration\": {\"ssh\": [null], \"l\": [\"x\", \"y\"]}}",
		"<c><ssh/><l>x</l><l>y</l></c>"},
	/* A single object where a list is expected. */
	{"{\"configuration\": {\"a\": {\"name\": \"n\"}}}",
		"<c><a><name>n</name></a></c>"},
	/* Marks of containers and of leafs. */
	{"{\"configuration\": {\"s\": {\"@\": {\"inactive\": true}, "
	 "\"h\": \"x\", \"@h\": {\"operation\": \"delete\"}}}}",
		"<c><s inactive='true'><h operation='delete'>x</h></s></c>"},
	{"{\"configuration\": {\"@h\": {\"operation\": \"delete\"}}}",
		"<c><h operation='delete'/></c>"},
	{"{\"configuration\": {\"l\": [\"x\", \"y\"], \"@l\": [null, "
	 "{\"inactive\": true}]}}",
		"<c><l>x</l><l inactive='true'>y</l></c>"},
	{"{\"configuration\": {\"@\": {\"junos:changed-seconds\": \"1\"}}}",
		"<c/>"},
	/* The older style. */
	{"{\"configuration\": [{\"system\": [{\"host-name\": [{\"data\": "
	 "\"x\"}], \"ssh\": [{\"data\": null}]}]}]}",
		"<c><system><host-name>x</host-name><ssh/></system></c>"},
	{"{\"configuration\": {\"a\": 1.5, \"b\": 4294967295}}",
		"<c><a>1.5</a><b>4294967295</b></c>"},
	{"{\"configuration\": {\"d\": \"\\u00fc\\n\"}}",
		"<c><d>\xc3\xbc\n</d></c>"},
	{"", NULL},
	{"{", NULL},
	{"[]", NULL},
	{"{}", NULL},
	{"{\"configuration\": 1}", NULL},
	{"{\"configuration\": {\"a\": [[1]]}}", NULL},
	{"{\"configuration\": {\"a\": 1, \"a\": 2}}", NULL},
	{"{\"configuration\": {\"a\": \"\\u0000\"}}", NULL},
	{"{\"configuration\": {\"\": 1}}", NULL},
	{"{\"configuration\": {\"@\": {\"x\": {}}}}", NULL},
	{"{\"configuration\": {}} trailing", NULL},
};

static void
reads_and_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tree *t = tree_create();
		struct sbuf out = SBUF_INIT;
		char why[256] = "";
		int rc;

		rc = json_read(cases[i].json, strlen(cases[i].json),
			tree_root(t, "c"), why, sizeof(why));
		if (cases[i].elements == NULL) {
			if (rc != -EINVAL || why[0] == '\0')
				fail_msg("not refused: %s", cases[i].json);
		} else {
			if (rc != 0)
				fail_msg("%s: %s", cases[i].json, why);
			flat(t->root, &out);
			assert_string_equal(sbuf_text(&out), cases[i].elements);
		}
		sbuf_done(&out);
		tree_free(t);
	}
}

static void
bounds_nesting(void **state)
{
	struct sbuf b = SBUF_INIT;
	struct tree *t = tree_create();
	char why[256];

	(void)state;
	sbuf_puts(&b, "{\"configuration\": ");
	for (int i = 0; i < 1000; i++)
		sbuf_puts(&b, "{\"a\": ");
	sbuf_puts(&b, "1");
	sbuf_pad(&b, '}', 1001);
	assert_int_equal(json_read(sbuf_text(&b), b.len, tree_root(t, "c"), why,
				 sizeof(why)),
		-EINVAL);
	assert_non_null(strstr(why, "too deep"));
	sbuf_done(&b);
	tree_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_refuses),
		cmocka_unit_test(bounds_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
