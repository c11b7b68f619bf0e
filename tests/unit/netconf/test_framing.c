/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf_test.h"

#include "netconf/framing.h"

static const struct {
	const char *stream;
	const char *messages[4];
} cases[] = {
	{"<a/>]]>]]>", {"<a/>"}},
	{"<a/>]]>]]>\n<b/>]]>]]>\n", {"<a/>", "<b/>"}},
	{" \r\n\t<a/>]]>]]>   \n\n<b/>]]>]]>", {"<a/>", "<b/>"}},
	{"<a>]]>]]</a>]]>]]>", {"<a>]]>]]</a>"}},
	{"<a>]]]]>]]>", {"<a>]]"}},
	{"]]>]]>", {""}},
	{"<a/>]]>]]", {NULL}},
	{"   ", {NULL}},
	{"", {NULL}},
};

/* Fed in pieces of every size, it always comes out the same. */
static void
splits_whatever_the_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].stream);

		for (size_t step = 1; step <= len + 1; step++) {
			struct framing f = {0};
			const char *text;
			size_t n, k = 0;

			for (size_t at = 0; at < len; at += step) {
				size_t left = len - at < step ? len - at : step;

				assert_int_equal(
					framing_feed(
						&f, cases[i].stream + at, left),
					0);
				while (framing_next(&f, &text, &n) == 1) {
					assert_non_null(cases[i].messages[k]);
					assert_int_equal(n,
						strlen(cases[i].messages[k]));
					assert_memory_equal(
						text, cases[i].messages[k], n);
					k++;
				}
			}
			assert_null(cases[i].messages[k]);
			framing_done(&f);
		}
	}
}

static void
refuses_what_is_too_long(void **state)
{
	struct framing f = {0};
	size_t size = 1u << 20;
	char *block = malloc(size);
	const char *text;
	size_t n;
	int rc = 0;

	(void)state;
	assert_non_null(block);
	memset(block, 'x', size);
	for (size_t i = 0; rc == 0 && i < 66; i++) {
		assert_int_equal(framing_feed(&f, block, size), 0);
		rc = framing_next(&f, &text, &n);
	}
	assert_int_equal(rc, -EMSGSIZE);
	framing_done(&f);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_whatever_the_pieces),
		cmocka_unit_test(refuses_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
