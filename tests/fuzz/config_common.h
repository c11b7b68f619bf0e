/* SPDX-License-Identifier: Apache-2.0 */
/* What config_curly and config_set share: what was read must print as text
 * that reads as the same. */
#ifndef FUZZ_CONFIG_COMMON_H
#define FUZZ_CONFIG_COMMON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"

static void
must(bool ok, const char *what, const struct sbuf *text)
{
	if (ok)
		return;
	fprintf(stderr, "%s:\n%s\n", what, sbuf_text(text));
	abort();
}

static void
drop_comments(struct cnode *n)
{
	n->comment = NULL;
	for (struct cnode *c = ctree_first(n); c != NULL; c = ctree_next(c))
		drop_comments(c);
}

static void
must_read_equal(const struct config_tree *t, const struct sbuf *text)
{
	struct report report = REPORT_INIT;
	struct config_tree *again = NULL;
	int rc = config_load_text(
		sbuf_text(text), text->len, NULL, &again, &report);

	if (rc != 0) {
		struct sbuf b = SBUF_INIT;

		report_text(&report, &b);
		fprintf(stderr, "%s", sbuf_text(&b));
	}
	must(rc == 0, "printed text is refused", text);
	must(config_equal(t, again), "printed text differs", text);
	config_free(again);
	report_done(&report);
}

static void
check_round_trips(struct config_tree *t)
{
	struct report report = REPORT_INIT;
	struct sbuf b = SBUF_INIT;

	config_print_curly(config_root(t), 0, &b);
	must_read_equal(t, &b);
	sbuf_reset(&b);
	config_print_xml(config_root(t), NULL, &b);
	sbuf_reset(&b);
	config_print_json(config_root(t), NULL, &b);
	config_check(config_root(t), &report);
	/* Comments are no part of the set form. */
	drop_comments(&t->root);
	sbuf_reset(&b);
	config_print_set(config_root(t), false, &b);
	must_read_equal(t, &b);
	report_done(&report);
	sbuf_done(&b);
}

#endif /* FUZZ_CONFIG_COMMON_H */
