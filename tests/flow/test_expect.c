/* SPDX-License-Identifier: Apache-2.0 */
/* security expect [EX-20]: what the statements find. */
#include "box.h"

#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "config/config.h"
#include "explain/expect.h"
#include "lab.h"

#define FROM                                                                   \
	"set security expect flow web from interface ge-0/0/0.0\n"             \
	"set security expect flow web from source 198.51.100.2\n"              \
	"set security expect flow web from destination 192.0.2.2\n"            \
	"set security expect flow web from protocol tcp\n"                     \
	"set security expect flow web from destination-port 80\n"
#define THEN "set security expect flow web then "

/* The report's text, owned by the caller; *ret: what expectations_check() said.
 */
static char *
run(const char *more, int *ret)
{
	struct box *b = box_create(BOX);
	struct report r = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct sbuf config = SBUF_INIT, text = SBUF_INIT;

	sbuf_printf(&config, "%s%s", BOX, more);
	assert_int_equal(0, config_load_text(sbuf_text(&config), config.len,
				    "test", &tree, &r));
	assert_int_equal(0, config_check(config_root(tree), &r));
	assert_true(expectations_any(config_root(tree)));
	*ret = expectations_check(config_root(tree), box_env(b)->image,
		box_routes(b), REPORT_ERROR, &r);
	report_text(&r, &text);
	report_done(&r);
	config_free(tree);
	sbuf_done(&config);
	box_free(b);
	return sbuf_take(&text);
}

static void
test_ex20_holds(void **state)
{
	int rc;
	char *text = run(FROM THEN
		"permit\n" THEN "egress-interface ge-0/0/1.0\n" THEN
		"reply-instance master\n" THEN "reply-zone trust\n" THEN
		"reply-interface ge-0/0/0.0\n" THEN "policy out\n" THEN
		"translated-source 198.51.100.2\n",
		&rc);

	(void)state;
	assert_int_equal(0, rc);
	free(text);
}

static void
test_ex20_fails(void **state)
{
	static const struct {
		const char *then, *says;
	} rows[] = {
		{"deny\n", "the packet passes (policy out)"},
		{"permit\n" THEN "reply-instance other\n", "it is master"},
		{"permit\n" THEN "reply-zone untrust\n", "it is trust"},
		{"permit\n" THEN "egress-interface ge-0/0/0.0\n",
			"it is ge-0/0/1.0"},
		{"permit\n" THEN "policy other\n", "it is out"},
		{"permit\n" THEN "reason no-route\n", "the reason is none"},
		{"permit\n" THEN "reply-dropped\n", "the reply passes"},
		{"permit\n" THEN "translated-source 192.0.2.9\n",
			"it is 198.51.100.2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf more = SBUF_INIT;
		char *text;
		int rc;

		sbuf_printf(&more, FROM THEN "%s", rows[i].then);
		text = run(sbuf_text(&more), &rc);
		if (rc != 1 || strstr(text, rows[i].says) == NULL)
			fail_msg("row %zu: %d %s", i, rc, text);
		free(text);
		sbuf_done(&more);
	}
}

/* What is dropped for another reason than the one that is expected. */
static void
test_ex20_deny(void **state)
{
#define IN "set security expect flow in "
#define IN_FROM                                                                \
	IN "from interface ge-0/0/1.0\n" IN "from source 192.0.2.2\n" IN       \
	   "from destination 198.51.100.2\n" IN "from protocol icmp\n"
	int rc;
	char *text = run(IN_FROM IN "then deny\n" IN "then policy "
				    "default-policy\n" IN
				    "then reason default-deny\n",
		&rc);

	(void)state;
	assert_int_equal(0, rc);
	free(text);
	text = run(IN_FROM IN "then permit\n", &rc);
	assert_int_equal(1, rc);
	assert_non_null(strstr(text, "the packet is dropped: default-deny"));
	free(text);
}

static int
setup(void **state)
{
	(void)state;
	box_eal();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ex20_holds),
		cmocka_unit_test(test_ex20_fails),
		cmocka_unit_test(test_ex20_deny),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
