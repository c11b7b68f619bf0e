/* SPDX-License-Identifier: Apache-2.0 */
/* [OB-2] The text format: families, labels, what has to be escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "export/prom.h"

static void
test_ob2_format(void **state)
{
	struct sbuf out = SBUF_INIT;
	struct prom p = {.out = &out};

	(void)state;
	prom_family(&p, "a_total", PROM_COUNTER, "Help of a.");
	prom_u64(&p, UINT64_MAX, NULL);
	prom_family(&p, "b", PROM_GAUGE, "Help of b.");
	prom_u64(&p, 0, "x", "1", "y", "", NULL);
	prom_double(&p, 1234567.25, "x", "2", NULL);
	prom_double(&p, 0.0000015, "x", "3", NULL);
	assert_string_equal("# HELP a_total Help of a.\n"
			    "# TYPE a_total counter\n"
			    "a_total 18446744073709551615\n"
			    "# HELP b Help of b.\n"
			    "# TYPE b gauge\n"
			    "b{x=\"1\",y=\"\"} 0\n"
			    "b{x=\"2\"} 1234567.25\n"
			    "b{x=\"3\"} 1.5e-06\n",
		sbuf_text(&out));
	sbuf_done(&out);
}

static void
test_ob2_escapes(void **state)
{
	static const struct {
		const char *text, *page;
	} rows[] = {
		{"plain", "n{l=\"plain\"} 1\n"},
		{"\"", "n{l=\"\\\"\"} 1\n"},
		{"\\", "n{l=\"\\\\\"} 1\n"},
		{"\n", "n{l=\"\\n\"} 1\n"},
		{"a\"b\\c\nd", "n{l=\"a\\\"b\\\\c\\nd\"} 1\n"},
		{"\\n", "n{l=\"\\\\n\"} 1\n"},
		{"{x=\"1\"} 2", "n{l=\"{x=\\\"1\\\"} 2\"} 1\n"},
		{"\xc3\xa4", "n{l=\"\xc3\xa4\"} 1\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf out = SBUF_INIT;
		struct prom p = {.out = &out, .name = "n"};

		prom_u64(&p, 1, "l", rows[i].text, NULL);
		assert_string_equal(rows[i].page, sbuf_text(&out));
		sbuf_done(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ob2_format),
		cmocka_unit_test(test_ob2_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
