/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of a commit that need no knowledge of any hierarchy: mandatory
 * statements [CF-11], references [CF-12], statements without effect [CF-13].
 * The rest is called at the end.
 */
#include "config/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/sbuf.h"
#include "config/config.h"
#include "config/words.h"

static void
say(struct check *c, enum report_severity severity, const struct cnode *n,
	const char *message)
{
	char *path = words_parent_path(n), *statement = words_statement(n);

	if (statement == NULL)
		c->nomem = true;
	if (n->flags & CNODE_INHERITED)
		report_add(c->report, severity, n->line, path, statement,
			"%s (inherited from %s '%s')", message,
			n->flags & CNODE_RANGE ? "interface-range" : "group",
			n->comment);
	else
		report_add(c->report, severity, n->line, path, statement, "%s",
			message);
	free(path);
	free(statement);
}

void
check_error(struct check *c, const struct cnode *n, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	say(c, REPORT_ERROR, n, sbuf_text(&b));
	sbuf_done(&b);
}

/* Once for each kind of statement, not for each statement. */
static void
warn_accepted(struct check *c, const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	if (c->warned[s->index])
		return;
	c->warned[s->index] = 1;
	say(c, REPORT_WARNING, n, "statement has no effect");
}

static void
check_mandatory(struct check *c, const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	for (unsigned int i = 0; i < s->n_children; i++) {
		const struct schema_node *m = &s->children[i];

		if (!(m->flags & SCHEMA_MANDATORY) || cnode_has(n, m->name))
			continue;
		check_error(c, n, "Missing mandatory statement: '%s'",
			m->word != NULL ? m->word : m->name);
	}
}

/* The depth of a tree is limited, so recursion is. */
static void
check_node(struct check *c, const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	/* What inherit.c reads, and macros, which nobody does. */
	if (schema_is_universal(s) || (s->flags & SCHEMA_TOP))
		return;
	if (s->status == SCHEMA_ACCEPTED) {
		warn_accepted(c, n);
		return;
	}
	check_refs(c, n);
	check_mandatory(c, n);
	for (const struct cnode *k = cnode_first_any(n); k != NULL;
		k = cnode_next_any(k))
		check_node(c, k);
}

int
config_check(const struct cnode *root, struct report *report)
{
	struct check c = {.root = root, .report = report};
	unsigned int before = report->errors;

	c.warned = calloc(schema_count, 1);
	if (c.warned == NULL)
		return -ENOMEM;
	for (const struct cnode *k = cnode_first_any(root); k != NULL;
		k = cnode_next_any(k))
		check_node(&c, k);
	check_time_zone(&c);
	check_interfaces(&c);
	check_route_filters(&c);
	check_applications(&c);
	check_address_books(&c);
	check_policies(&c);
	check_flow(&c);
	free(c.warned);
	if (c.nomem || report->failed)
		return -ENOMEM;
	return report->errors > before ? -EINVAL : 0;
}
