/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `| display detail`: a configuration with what its statements mean, their
 * ranges and whether they have an effect, as comments that can be loaded
 * [OP-148].
 */
#include <string.h>

#include "config/config.h"
#include "config/cvalue.h"
#include "config/words.h"
#include "mgmt/conf_impl.h"

static void
put_line(struct sbuf *out, unsigned int level, const char *text)
{
	sbuf_pad(out, ' ', (size_t)level * 4);
	sbuf_puts(out, text);
}

static void
put_meaning(const struct schema_node *s, unsigned int level, struct sbuf *out)
{
	const struct schema_type *type =
		s->n_keys > 0 ? s->keys[0].type : s->type;
	const char *word = s->word != NULL          ? s->word
			   : s->placeholder != NULL ? s->placeholder
						    : s->name;
	struct sbuf range = SBUF_INIT;

	put_line(out, level, "##\n");
	put_line(out, level, "## ");
	sbuf_printf(out, "%s: %s\n", word, s->help);
	cvalue_range_text(type, &range);
	if (range.len > 2) { /* it has brackets */
		put_line(out, level, "## range: ");
		sbuf_printf(out, "%.*s\n", (int)range.len - 2, range.data + 1);
	}
	if (s->dflt != NULL) {
		put_line(out, level, "## default: ");
		sbuf_printf(out, "%s\n", s->dflt);
	}
	if (schema_is_accepted(s))
		put_line(out, level, "## accepted without effect\n");
	put_line(out, level, "##\n");
	sbuf_done(&range);
}

/* Does n stand in braces of its own, one statement a line? */
static bool
is_open(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	return schema_has_body(s) && ctree_first(n) != NULL &&
	       (s->kind == SCHEMA_CONTAINER || s->kind == SCHEMA_PRESENCE ||
		       s->kind == SCHEMA_LIST) &&
	       !(s->flags & (SCHEMA_ONELINER | SCHEMA_INLINE | SCHEMA_PLUS));
}

static void
put_open(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	if (n->comment != NULL && !(n->flags & CNODE_INHERITED)) {
		put_line(out, level, "/* ");
		sbuf_printf(out, "%s */\n", n->comment);
	}
	put_line(out, level, "");
	if (n->flags & CNODE_INACTIVE)
		sbuf_puts(out, "inactive: ");
	if (n->flags & CNODE_PROTECTED)
		sbuf_puts(out, "protect: ");
	words_node(n, out);
	sbuf_puts(out, " {\n");
	conf_print_detail(n, level + 1, out);
	put_line(out, level, "}\n");
}

static bool
is_first(const struct cnode *n)
{
	return n->run->first == n;
}

void
conf_print_detail(const struct cnode *n, unsigned int level, struct sbuf *out)
{
	for (const struct cnode *c = ctree_first(n); c; c = ctree_next(c)) {
		const struct schema_node *s = ctree_schema(c);

		/* Values of a leaf-list are one statement. */
		if (s->kind == SCHEMA_LEAF_LIST && !is_first(c))
			continue;
		if (is_first(c))
			put_meaning(s, level, out);
		if (is_open(c))
			put_open(c, level, out);
		else if (s->kind == SCHEMA_LEAF_LIST)
			config_print_curly(c, level, out);
		else
			config_print_statement(c, level, out);
	}
}
