/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as lines of set and deactivate commands. */
#include <string.h>

#include "config/config.h"
#include "config/ctree.h"
#include "config/words.h"

struct set_printer {
	struct sbuf
		path; /* words of the current node, each with a blank before */
	struct sbuf *out;
};

static void
put(struct set_printer *p, const char *verb)
{
	sbuf_puts(p->out, verb);
	sbuf_add(p->out, sbuf_text(&p->path), p->path.len);
	sbuf_putc(p->out, '\n');
}

static void
cut(struct sbuf *b, size_t len)
{
	if (b->len > len) {
		b->len = len;
		b->data[len] = '\0';
	}
}

static void
put_node(struct set_printer *p, const struct cnode *n)
{
	size_t len = p->path.len;

	sbuf_putc(&p->path, ' ');
	words_node(n, &p->path);
	if (ctree_first(n) == NULL)
		put(p, "set");
	for (const struct cnode *c = ctree_first(n); c; c = ctree_next(c))
		put_node(p, c);
	if (n->flags & CNODE_INACTIVE)
		put(p, "deactivate");
	if (n->flags & CNODE_PROTECTED)
		put(p, "protect");
	cut(&p->path, len);
}

/* Does n say something by being there, without what is below it? */
static bool
exists_alone(const struct cnode *n)
{
	return ctree_first(n) == NULL && ctree_parent(n) != NULL;
}

void
config_print_set(const struct cnode *n, bool relative, struct sbuf *out)
{
	struct set_printer p = {.out = out};
	const struct cnode *parent = ctree_parent(n);

	if (!schema_has_body(ctree_schema(n)) || exists_alone(n)) {
		if (!relative && parent != NULL && ctree_parent(parent)) {
			sbuf_putc(&p.path, ' ');
			words_path(parent, &p.path);
		}
		if (relative && exists_alone(n) &&
			schema_has_body(ctree_schema(n)))
			sbuf_puts(out, "set\n");
		else
			put_node(&p, n);
	} else {
		if (!relative && parent != NULL) {
			sbuf_putc(&p.path, ' ');
			words_path(n, &p.path);
		}
		for (const struct cnode *c = ctree_first(n); c;
			c = ctree_next(c))
			put_node(&p, c);
		if (!relative && (n->flags & CNODE_INACTIVE))
			put(&p, "deactivate");
	}
	out->failed |= p.path.failed;
	sbuf_done(&p.path);
}
