/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/config share. */
#ifndef CONFIG_TEST_H
#define CONFIG_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The tree of a text that must be good. */
static inline struct config_tree *
good(const char *text)
{
	struct report report = REPORT_INIT;
	struct sbuf b = SBUF_INIT;
	struct config_tree *t = NULL;

	if (config_load_text(text, strlen(text), NULL, &t, &report) != 0) {
		report_text(&report, &b);
		fail_msg("refused: %s\n%s", text, sbuf_text(&b));
	}
	report_done(&report);
	sbuf_done(&b);
	return t;
}

/* The texts below are the caller's to free. */
static inline char *
take(struct sbuf *b)
{
	if (b->len == 0) {
		sbuf_done(b);
		return strdup("");
	}
	return sbuf_take(b);
}

static inline char *
curly(const struct config_tree *t)
{
	struct sbuf b = SBUF_INIT;

	config_print_curly(config_root(t), 0, &b);
	return take(&b);
}

static inline char *
set_text(const struct config_tree *t)
{
	struct sbuf b = SBUF_INIT;

	config_print_set(config_root(t), false, &b);
	return take(&b);
}

static inline char *
report_of(struct report *report)
{
	struct sbuf b = SBUF_INIT;

	report_text(report, &b);
	report_done(report);
	return take(&b);
}

/* Both are freed unless they are constants. */
#define assert_text(got, want)                                                 \
	do {                                                                   \
		char *got_ = (got);                                            \
		assert_string_equal(got_, want);                               \
		free(got_);                                                    \
	} while (0)

#endif /* CONFIG_TEST_H */
