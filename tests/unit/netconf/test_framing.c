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

/* [OP-134] */
static const struct {
	const char *stream;
	int rc; /* of the last call */
	const char *messages[3];
} chunked[] = {
	{"\n#4\n<a/>\n##\n", 0, {"<a/>"}},
	{"\n#1\n<\n#3\na/>\n##\n\n#4\n<b/>\n##\n", 0, {"<a/>", "<b/>"}},
	{"\n#6\n]]>]]>\n##\n", 0, {"]]>]]>"}},
	{"\n\n#4\n<a/>\n##\n", 0, {"<a/>"}}, /* a newline after the hello */
	{"\n#4\n<a/>", 0, {NULL}},
	{"\n#4\n<a", 0, {NULL}},
	{"\n#4294967295\nx", -EMSGSIZE, {NULL}},
	{"\n#67108865\nx", -EMSGSIZE, {NULL}},
	{"\n#4\n<a/>\n#67108863\nx", -EMSGSIZE, {NULL}},
	{"\n#4294967296\n", -EBADMSG, {NULL}},
	{"\n#99999999999999999999\n", -EBADMSG, {NULL}},
	{"\n#-4\n<a/>\n##\n", -EBADMSG, {NULL}},
	{"\n#0\n\n##\n", -EBADMSG, {NULL}},
	{"\n#04\n<a/>\n##\n", -EBADMSG, {NULL}},
	{"\n#+4\n<a/>\n##\n", -EBADMSG, {NULL}},
	{"\n#4 \n<a/>\n##\n", -EBADMSG, {NULL}},
	{"\n#\n<a/>\n##\n", -EBADMSG, {NULL}},
	{"\n##\n", -EBADMSG, {NULL}},
	{"\n#4\n<a/>x", -EBADMSG, {NULL}},
	{"\n#4\n<a/>\n##x", -EBADMSG, {NULL}},
	{"<a/>]]>]]>", -EBADMSG, {NULL}},
};

static void
op_134_chunks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(chunked); i++) {
		size_t len = strlen(chunked[i].stream);

		for (size_t step = 1; step <= len; step++) {
			struct framing f = {0};
			const char *text;
			size_t n, k = 0;
			int rc = 0;

			framing_use_chunks(&f);
			for (size_t at = 0; at < len && rc >= 0; at += step) {
				size_t left = len - at < step ? len - at : step;

				framing_feed(&f, chunked[i].stream + at, left);
				while ((rc = framing_next(&f, &text, &n)) ==
					1) {
					const char *m = chunked[i].messages[k];

					assert_non_null(m);
					assert_int_equal(n, strlen(m));
					assert_memory_equal(text, m, n);
					k++;
				}
			}
			if (rc != chunked[i].rc)
				fail_msg("%zu: %d", i, rc);
			assert_null(chunked[i].messages[k]);
			framing_done(&f);
		}
	}
}

/* What is put comes out again, in either way. */
static void
puts_what_it_reads(void **state)
{
	(void)state;
	for (int way = 0; way < 2; way++) {
		struct framing f = {.chunked = way == 1};
		struct sbuf out = SBUF_INIT;
		const char *text;
		size_t n;

		framing_put(&f, "<a/>", 4, &out);
		framing_feed(&f, out.data, out.len);
		assert_int_equal(framing_next(&f, &text, &n), 1);
		assert_int_equal(n, 4);
		assert_memory_equal(text, "<a/>", 4);
		assert_int_equal(framing_next(&f, &text, &n), 0);
		sbuf_done(&out);
		framing_done(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_whatever_the_pieces),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(op_134_chunks),
		cmocka_unit_test(puts_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
