/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "mgmt/grammar.h"
#include "mgmt/oper.h"

static const struct grammar grammar = {{ops_commands, oper_commands}};

/* want: "words element=value ..." or "COLUMN: message". */
static const struct {
	const char *line, *want;
} rows[] = {
	{"show version", "show version"},
	{"sh ver", "show version"},
	{"show route", "show route"},
	{"show route summary", "show route summary"},
	{"show rou sum", "show route summary"},
	{"show route terse table LAN.inet.0",
		"show route terse= table=LAN.inet.0"},
	{"show route table LAN.inet.0 terse 192.0.2.0/24 exact",
		"show route table=LAN.inet.0 terse= destination=192.0.2.0/24 "
		"exact="},
	{"show route 2001:db8::/32", "show route destination=2001:db8::/32"},
	{"show route terse terse", "17: invalid ip address or hostname: "
				   "'terse'"},
	{"show route table", "16: missing argument."},
	{"show route 300.1.1.1",
		"11: invalid ip address or hostname: '300.1.1.1'"},
	{"show route ex", "11: 'ex' is ambiguous.\nPossible completions:\n"
			  "  exact                Exact match\n"
			  "  extensive            Display extensive output"},
	{"show security zones", "show security zones"},
	{"show security zones LAN", "show security zones zone=LAN"},
	{"show security zones LAN detail",
		"show security zones zone=LAN detail="},
	{"show security zones detail", "show security zones detail="},
	{"show security zones \"detail\"", "show security zones zone=detail"},
	{"show security zones LAN ISP", "24: syntax error."},
	{"show security", "14: syntax error, expecting <command>."},
	{"show foo", "5: syntax error, expecting <command>."},
	{"blah", "0: unknown command."},
	{"show version x", "13: syntax error."},
	{"request fail", "12: missing argument."},
	{"show long parts 0", "16: Value 0 is not within range (1..100000)"},
	{"show long parts x", "16: invalid value: 'x'"},
	{"show long parts 99999999999999999999",
		"16: Value 99999999999999999999 is not within range "
		"(1..100000)"},
	{"set cli screen-length 0", "set cli screen-length length=0"},
	{"set cli screen-length", "21: missing argument."},
	{"configure", "configure"},
	{"conf ex", "configure exclusive="},
	{"show configuration system host-name", "show configuration +2"},
	{"show system rollback 1 compare 0",
		"show system rollback rollback=1 compare=0"},
};

static void
describe(const struct grammar_result *r, size_t n, struct sbuf *out)
{
	sbuf_puts(out, r->command->words);
	for (unsigned int i = 0; i < r->nargs; i++)
		sbuf_printf(out, " %s=%s", r->args[i].arg->element,
			r->args[i].value);
	if (r->rest < n)
		sbuf_printf(out, " +%zu", n - r->rest);
}

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct grammar_result r = {0};
		struct sbuf got = SBUF_INIT;
		struct parse_error e;
		struct cmdline w;

		assert_int_equal(cmdline_split(rows[i].line, &w), 0);
		if (grammar_parse(
			    &grammar, &w, 0, w.n, oper_takes_rest, &r, &e) < 0)
			sbuf_printf(&got, "%u: %s", e.column, e.text);
		else
			describe(&r, w.n, &got);
		assert_string_equal(sbuf_text(&got), rows[i].want);
		sbuf_done(&got);
		cmdline_done(&w);
	}
}

static void
names(void *ctx, enum arg_type type, struct completion *c)
{
	(void)ctx;
	if (type == ARG_TYPE_ZONE)
		completion_name(c, "LAN", "");
}

/* The words that are offered, blanks between. */
static const struct {
	const char *line, *want;
} offers[] = {
	{"sh", "show"},
	{"show ", "cli configuration long netconf route security system "
		  "version"},
	{"show r", "route"},
	{"show route ", "<[Enter]> <destination> exact extensive summary "
			"table terse |"},
	{"show route terse ",
		"<[Enter]> <destination> exact extensive table |"},
	{"show route table ", "<table>"},
	{"show security zones ", "<[Enter]> <zone> LAN detail |"},
	{"show security zones L", "<zone> LAN"},
	{"request fail ", "<name>"},
	{"request fail x ", "<[Enter]> |"},
	{"nonsense ", "!0: unknown command."},
};

static void
test_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		struct sbuf got = SBUF_INIT;
		struct completion c;
		struct cmdline w;
		struct tree *t;
		size_t rest;

		assert_int_equal(cmdline_split(offers[i].line, &w), 0);
		completion_init(&c, w.partial ? w.w[w.n - 1].text : "");
		grammar_complete(&grammar, &w, 0, w.partial ? w.n - 1 : w.n,
			oper_takes_rest, names, NULL, &c, &rest);
		t = completion_tree(&c, "?");
		if (tnode_child(t->root, "error") != NULL)
			sbuf_printf(&got, "!%s: %s",
				tnode_text(t->root, "column"),
				tnode_text(t->root, "error"));
		tnode_foreach (n, t->root)
			if (strcmp(n->name, "item") == 0)
				sbuf_printf(&got, "%s%s", got.len ? " " : "",
					tnode_text(n, "word"));
		assert_string_equal(sbuf_text(&got), offers[i].want);
		tree_free(t);
		sbuf_done(&got);
		completion_done(&c);
		cmdline_done(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
