/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mgmt/proto.h"

static struct tree *
sample(const char *text)
{
	struct tree *t = tree_create();

	tree_leaf(tree_root(t, "command"), "line", "%s", text);
	return t;
}

static void
put(struct sbuf *out, const char *text)
{
	struct tree *t = sample(text);

	assert_int_equal(proto_put(out, t), 0);
	tree_free(t);
}

static void
expect(struct proto_in *in, const char *text)
{
	struct tree *t;

	assert_int_equal(proto_next(in, &t), 1);
	assert_string_equal(tnode_text(t->root, "line"), text);
	tree_free(t);
}

/* However the bytes are cut, the same frames come out. */
static void
test_any_cut(void **state)
{
	struct sbuf out = SBUF_INIT;

	(void)state;
	put(&out, "show version");
	put(&out, "");
	put(&out, "show route");
	for (size_t step = 1; step <= out.len; step++) {
		struct proto_in in = {0};
		unsigned int got = 0;
		struct tree *t;

		for (size_t at = 0; at < out.len; at += step) {
			size_t n = out.len - at < step ? out.len - at : step;

			assert_int_equal(proto_feed(&in, out.data + at, n), 0);
			while (proto_next(&in, &t) == 1) {
				got++;
				tree_free(t);
			}
		}
		assert_int_equal(got, 3);
		proto_in_done(&in);
	}
	sbuf_done(&out);
}

static void
test_bad_input(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int rc;
	} rows[] = {
		{"\xff\xff\xff\xff", 4, -EMSGSIZE},
		{"\x01\x00\x00\x04", 4, -EMSGSIZE}, /* 64 MiB + 1 */
		{"\x00\x00\x00\x00", 4, -EBADMSG},
		{"\x04\x00\x00\x00"
		 "abcd",
			8, -EBADMSG},
		{"\x04\x00\x00\x00"
		 "abc",
			7, 0},
		{"\x04\x00\x00", 3, 0},
		{"", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct proto_in in = {0};
		struct tree *t;

		proto_feed(&in, rows[i].bytes, rows[i].len);
		assert_int_equal(proto_next(&in, &t), rows[i].rc);
		proto_in_done(&in);
	}
}

static void
test_after_long(void **state)
{
	struct proto_in in = {0};
	struct sbuf out = SBUF_INIT;
	char *text = malloc(3 << 20);

	(void)state;
	memset(text, 'x', 3 << 20);
	text[(3 << 20) - 1] = '\0';
	put(&out, text);
	put(&out, "short");
	assert_int_equal(proto_feed(&in, out.data, out.len), 0);
	expect(&in, text);
	expect(&in, "short");
	assert_int_equal(proto_feed(&in, "", 0), 0);
	assert_int_equal(in.buf.len - in.used, 0);
	free(text);
	sbuf_done(&out);
	proto_in_done(&in);
}

static void
test_too_long(void **state)
{
	struct sbuf out = SBUF_INIT;
	char *text = malloc(PROTO_FRAME_MAX);
	struct tree *t;

	(void)state;
	put(&out, "before");
	memset(text, 'x', PROTO_FRAME_MAX);
	text[PROTO_FRAME_MAX - 1] = '\0';
	t = sample(text);
	size_t len = out.len;
	assert_int_equal(proto_put(&out, t), -EMSGSIZE);
	assert_int_equal(out.len, len);
	tree_free(t);
	t = tree_create();
	assert_int_equal(proto_put(&out, t), -ENOMEM); /* no root */
	tree_free(t);
	free(text);
	sbuf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_cut),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_after_long),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
