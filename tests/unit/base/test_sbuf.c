/* SPDX-License-Identifier: Apache-2.0 */
/* A buffer against an array that is large enough from the start. */
#include "base/sbuf.h"

#include <stdio.h>
#include <string.h>

#include "base_test.h"

#define MODEL_MAX 100000u

static void
check(const struct sbuf *b, const char *model, size_t n)
{
	assert_false(b->failed);
	assert_int_equal(b->len, n);
	assert_memory_equal(sbuf_text(b), model, n);
	assert_int_equal(sbuf_text(b)[n], '\0');
}

/* One random append, to both; returns the new length. */
static size_t
append(uint64_t *seed, struct sbuf *b, char *model, size_t n)
{
	static const char text[] = "the quick brown fox";
	unsigned int k = rnd_below(seed, 300);
	char bytes[8];

	switch (rnd_below(seed, 5)) {
	case 0:
		memcpy(bytes, "a\0b\0c\0d", 7);
		sbuf_add(b, bytes, k % 8);
		memcpy(model + n, bytes, k % 8);
		return n + k % 8;
	case 1:
		sbuf_puts(b, text + k % sizeof(text));
		strcpy(model + n, text + k % sizeof(text));
		return n + strlen(text + k % sizeof(text));
	case 2:
		sbuf_putc(b, (char)k);
		model[n] = (char)k;
		return n + 1;
	case 3:
		sbuf_pad(b, '.', k);
		memset(model + n, '.', k);
		return n + k;
	default:
		sbuf_printf(b, "%s=%*u;", text, (int)k, k);
		return n +
		       (size_t)sprintf(model + n, "%s=%*u;", text, (int)k, k);
	}
}

static void
test_model(void **state)
{
	char *model = malloc(MODEL_MAX + 1000);
	struct sbuf b = SBUF_INIT;
	uint64_t seed = 4;
	size_t n = 0;

	(void)state;
	assert_non_null(model);
	check(&b, "", 0);
	for (unsigned int i = 0; i < 20000; i++) {
		n = append(&seed, &b, model, n);
		check(&b, model, n);
		if (n > MODEL_MAX - 1000 || rnd_below(&seed, 200) == 0) {
			sbuf_reset(&b);
			n = 0;
			check(&b, model, n);
		}
	}
	sbuf_done(&b);
	assert_null(b.data);
	check(&b, "", 0);
	free(model);
}

static void
test_take(void **state)
{
	struct sbuf b = SBUF_INIT;
	char *text = sbuf_take(&b);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	sbuf_puts(&b, "x");
	text = sbuf_take(&b);
	assert_string_equal(text, "x");
	free(text);
	check(&b, "", 0);
	sbuf_puts(&b, "again");
	check(&b, "again", 5);
	sbuf_done(&b);
}

static void
test_nothing(void **state)
{
	struct sbuf b = SBUF_INIT;

	(void)state;
	sbuf_add(&b, "", 0);
	sbuf_puts(&b, "");
	sbuf_pad(&b, ' ', 0);
	sbuf_printf(&b, "%s", "");
	check(&b, "", 0);
	sbuf_done(&b);
}

/* More than there can be: it fails, keeps what it has, and goes on harmlessly
 * until it is emptied. */
static void
test_too_much(void **state)
{
	struct sbuf b = SBUF_INIT;

	(void)state;
	sbuf_puts(&b, "kept");
	sbuf_pad(&b, 'x', SIZE_MAX / 2);
	assert_true(b.failed);
	sbuf_puts(&b, "more");
	sbuf_printf(&b, "%d", 1);
	assert_string_equal(sbuf_text(&b), "kept");
	assert_null(sbuf_take(&b));
	check(&b, "", 0);
	sbuf_pad(&b, 'x', SIZE_MAX);
	assert_true(b.failed);
	sbuf_reset(&b);
	sbuf_puts(&b, "new");
	check(&b, "new", 3);
	sbuf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
