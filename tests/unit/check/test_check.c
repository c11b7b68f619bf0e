/* SPDX-License-Identifier: Apache-2.0 */
/* check-config [CF-90] [CF-91]: statements are counted and judged. */
#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"

static struct {
	const char *name, *text;
	int rc;
	size_t supported, accepted, unknown;
	unsigned int line;  /* of the first unknown statement */
	const char *reason; /* its reason, or why there is no answer */
} cases[] = {
	{"empty", "", 0, 0, 0, 0, 0, NULL},
	{"comment only", "/* nothing */\n", 0, 0, 0, 0, 0, NULL},
	{"one", "system { host-name gw; }", 0, 1, 0, 0, 0, NULL},
	{"set", "set system host-name gw\n", 0, 1, 0, 0, 0, NULL},
	{"accepted", "set poe community c\nset system host-name gw\n", 0, 1, 1,
		0, 0, NULL},
	{"accepted below", "poe {\n a {\n b c;\n d;\n }\n}\n", 0, 0, 2, 0, 0,
		NULL},
	{"unknown top", "\nwarp { factor 9; }", 0, 0, 0, 1, 2,
		"syntax error at 'warp'"},
	{"an unknown one hides no other",
		"set warp factor 9\nset system host-name gw\nset warp on\n", 0,
		1, 0, 2, 1, "syntax error at 'warp'"},
	{"value", "set interfaces ge-0/0/0 mtu 5\n", 0, 0, 0, 1, 1, ""},
	{"inactive counts", "inactive: system { host-name gw; }", 0, 1, 0, 0, 0,
		NULL},
	{"brackets",
		"security policies global { policy p { match {\n"
		"application [ junos-http junos-ssh ];\n}}}",
		0, 2, 0, 0, 0, NULL},
	{"empty block",
		"security { zones { security-zone a { } security-zone b; } }",
		0, 2, 0, 0, 0, NULL},
	{"verbs", "deactivate system\nset system host-name gw\ndelete poe\n", 0,
		1, 0, 0, 0, NULL},
	{"edit and top",
		"set poe a b\nedit system\nset host-name gw\ntop\nset system "
		"host-name b\n"
		"top edit poe\nset community c\n",
		0, 2, 2, 0, 0, NULL},
	{"groups",
		"groups { g { interfaces { <ge-*> { unit <*> { family inet"
		" { mtu 1400; } } } } } }\napply-groups g;\n",
		0, 2, 0, 0, 0, NULL},
	{"odd line", "set system host-name gw\nset system {\n", 0, 1, 0, 1, 2,
		"syntax error"},
	{"no end", "system {\n host-name gw;\n", -EINVAL, 1, 0, 0, 0,
		"line 1: missing '}'"},
	{"no semicolon", "system {\n host-name gw\n}\n", -EINVAL, 0, 0, 0, 0,
		"line 2: missing ';'"},
	{"too many ends", "system { host-name gw; }\n}\n", -EINVAL, 1, 0, 0, 0,
		"line 2: unexpected '}'"},
	{"xml",
		"<configuration><system><host-name>gw</host-name></system>"
		"</configuration>",
		0, 1, 0, 0, 0, NULL},
	{"xml within an answer",
		"<?xml version=\"1.0\"?>\n<rpc-reply xmlns:junos=\"j\">"
		"<configuration junos:changed-seconds=\"1\">\n<poe><community>"
		"<name>c</name></community></poe>\n<warp><factor>9</factor>"
		"</warp></configuration></rpc-reply>",
		0, 0, 1, 1, 4, "syntax error"},
	{"xml keys",
		"<configuration><security><policies><policy>"
		"<from-zone-name>a</from-zone-name><to-zone-name>b"
		"</to-zone-name><policy><name>p</name><match>"
		"<source-address>any</source-address></match></policy></policy>"
		"</policies></security></configuration>",
		0, 1, 0, 0, 0, NULL},
	{"xml without key",
		"<configuration><security><zones><security-zone/></zones>"
		"</security></configuration>",
		0, 0, 0, 1, 1, "missing argument"},
	{"text in xml",
		"<configuration-text>system { host-name gw; }"
		"</configuration-text>",
		0, 1, 0, 0, 0, NULL},
	{"set in xml",
		"<configuration-set>set system host-name gw"
		"</configuration-set>",
		0, 1, 0, 0, 0, NULL},
	{"no configuration", "<a><b/></a>", -EINVAL, 0, 0, 0, 0,
		"no element <configuration>"},
	{"document type",
		"<!DOCTYPE a [<!ENTITY b \"c\">]><configuration>&b;"
		"</configuration>",
		-EINVAL, 0, 0, 0, 0, "a document type is not allowed"},
	{"broken xml", "<configuration><system></configuration>", -EINVAL, 0, 0,
		0, 0, ""},
};

static const struct check_line *
first_unknown(const struct check *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->lines[i].status == CHECK_UNKNOWN)
			return &c->lines[i];
	return NULL;
}

static void
judged(const char *name, const char *got, const char *expected)
{
	if (expected == NULL || expected[0] == '\0')
		return;
	if (got == NULL || strcmp(got, expected) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", name, got ? got : "nothing",
			expected);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct check c = CHECK_INIT;
		struct sbuf why = SBUF_INIT;
		const struct check_line *bad;
		int rc = check_text(
			&c, cases[i].text, strlen(cases[i].text), &why);

		if (rc != cases[i].rc ||
			c.count[CHECK_SUPPORTED] != cases[i].supported ||
			c.count[CHECK_ACCEPTED] != cases[i].accepted ||
			c.count[CHECK_UNKNOWN] != cases[i].unknown)
			fail_msg("%s: %d (%s): %zu %zu %zu", cases[i].name, rc,
				sbuf_text(&why), c.count[CHECK_SUPPORTED],
				c.count[CHECK_ACCEPTED],
				c.count[CHECK_UNKNOWN]);
		bad = first_unknown(&c);
		judged(cases[i].name,
			rc != 0 ? sbuf_text(&why)
			: bad   ? bad->reason
				: NULL,
			cases[i].reason);
		if (bad != NULL && bad->line != cases[i].line)
			fail_msg("%s: line %u", cases[i].name, bad->line);
		check_done(&c);
		sbuf_done(&why);
	}
}

static void
read_file(const char *name, struct sbuf *out)
{
	char path[4096], buf[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", getenv("CHECK_DIR"), name);
	f = fopen(path, "re");
	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		sbuf_add(out, buf, n);
	fclose(f);
}

/* The same configuration in its three forms, and what is said of it. */
static void
test_forms(void **state)
{
	static const char *const files[] = {
		"branch.conf", "branch.set", "branch.xml"};
	size_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sbuf text = SBUF_INIT, why = SBUF_INIT;
		struct check c = CHECK_INIT;

		read_file(files[i], &text);
		assert_int_equal(
			check_text(&c, sbuf_text(&text), text.len, &why), 0);
		if (i == 0)
			accepted = c.count[CHECK_ACCEPTED];
		if (c.n != 32 || c.count[CHECK_UNKNOWN] != 4 || accepted == 0 ||
			c.count[CHECK_ACCEPTED] != accepted)
			fail_msg("%s: %zu %zu %zu", files[i],
				c.count[CHECK_SUPPORTED],
				c.count[CHECK_ACCEPTED],
				c.count[CHECK_UNKNOWN]);
		check_done(&c);
		sbuf_done(&text);
		sbuf_done(&why);
	}
}

static void
test_print(void **state)
{
	static const char text[] = "set system host-name gw\n"
				   "set poe community \"a b\"\n"
				   "set warp factor 9\n";
	struct sbuf out = SBUF_INIT, why = SBUF_INIT;
	struct check c = CHECK_INIT;

	(void)state;
	assert_int_equal(check_text(&c, text, strlen(text), &why), 0);
	check_print(&c, "gw.set", false, &out);
	assert_string_equal(sbuf_text(&out),
		"gw.set: 3 statements: 1 supported, 1 accepted without effect, "
		"1 unknown\n"
		"\naccepted without effect:\n"
		"  gw.set:2: poe community \"a b\"\n"
		"\nunknown:\n"
		"  gw.set:3: warp factor 9 (syntax error at 'warp')\n");
	sbuf_reset(&out);
	assert_true(check_json(&c, "gw.set", true, &out));
	assert_non_null(strstr(sbuf_text(&out), "\"statements\": 3"));
	assert_non_null(strstr(sbuf_text(&out), "\"line\": 3"));
	assert_non_null(strstr(sbuf_text(&out), "\"status\": \"supported\""));
	check_done(&c);
	sbuf_done(&out);
	sbuf_done(&why);
}

static int
status(const char *file)
{
	char program[] = "check-config", json[] = "--json", path[4096];
	char *argv[] = {program, json, path, NULL};

	snprintf(path, sizeof(path), "%s/%s", getenv("CHECK_DIR"), file);
	optind = 0;
	return check_main(3, argv);
}

static void
test_exit_status(void **state)
{
	(void)state;
	assert_int_equal(status("known.conf"), 0);
	assert_int_equal(status("branch.conf"), 1);
	assert_int_equal(status("missing.conf"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
