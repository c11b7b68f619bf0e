/* SPDX-License-Identifier: Apache-2.0 */
/* The readers of cnode.h: the effective configuration, by XML names. */
#include "config/cnode.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "config/ctree.h"
#include "config/words.h"

static const struct cnode *
active_from(const struct cnode *n)
{
	while (n != NULL && (n->flags & CNODE_INACTIVE))
		n = n->next;
	return n;
}

const struct cnode *
cnode_child(const struct cnode *n, const char *name)
{
	if (n == NULL)
		return NULL;
	for (const struct crun *r = n->runs; r != NULL; r = r->next) {
		if (r->schema == &schema_any_word) {
			for (const struct cnode *c = active_from(r->first);
				c != NULL; c = active_from(c->next))
				if (strcmp(c->val[0], name) == 0)
					return c;
		} else if (strcmp(r->schema->name, name) == 0) {
			return active_from(r->first);
		}
	}
	return NULL;
}

const struct cnode *
cnode_find(const struct cnode *n, ...)
{
	const char *name;
	va_list ap;

	va_start(ap, n);
	while (n != NULL && (name = va_arg(ap, const char *)) != NULL)
		n = cnode_child(n, name);
	va_end(ap);
	return n;
}

const struct cnode *
cnode_next(const struct cnode *n)
{
	if (n->run == NULL || n->run->schema == &schema_any_word)
		return NULL; /* two words of one name do not exist */
	return active_from(n->next);
}

static const struct cnode *
active_any(const struct cnode *n)
{
	while (n != NULL && (n->flags & CNODE_INACTIVE))
		n = ctree_next(n);
	return n;
}

const struct cnode *
cnode_first_any(const struct cnode *n)
{
	return n != NULL ? active_any(ctree_first(n)) : NULL;
}

const struct cnode *
cnode_next_any(const struct cnode *n)
{
	return active_any(ctree_next(n));
}

const char *
cnode_name(const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	return s->kind == SCHEMA_WORD ? n->val[0] : s->name;
}

const char *
cnode_value(const struct cnode *n)
{
	switch (ctree_schema(n)->kind) {
	case SCHEMA_LEAF:
	case SCHEMA_LEAF_LIST:
		return n->val[0];
	case SCHEMA_FLAG:
		return "";
	default:
		return NULL;
	}
}

const char *
cnode_key(const struct cnode *n, unsigned int i)
{
	const struct schema_node *s = ctree_schema(n);

	return s->kind == SCHEMA_LIST && i < s->n_keys ? n->val[i] : NULL;
}

const char *
cnode_leaf(const struct cnode *n, const char *name)
{
	const struct cnode *c = cnode_child(n, name);
	const struct schema_node *s;

	if (c != NULL)
		return cnode_value(c);
	if (n == NULL)
		return NULL;
	s = ctree_schema(n);
	for (unsigned int i = 0; i < s->n_keys; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return n->val[i];
	return NULL;
}

const char *
cnode_bare(const struct cnode *n)
{
	const struct schema_node *s =
		n != NULL ? schema_bare_leaf(ctree_schema(n)) : NULL;

	return s != NULL ? cnode_leaf(n, s->name) : NULL;
}

bool
cnode_has(const struct cnode *n, const char *name)
{
	return cnode_child(n, name) != NULL;
}

uint64_t
cnode_u64(const struct cnode *n, const char *name, uint64_t dflt)
{
	const char *v = cnode_leaf(n, name);
	char *end;
	uint64_t u;

	if (v == NULL || v[0] < '0' || v[0] > '9')
		return dflt;
	u = strtoull(v, &end, 10);
	return *end == '\0' ? u : dflt;
}

const struct cnode *
cnode_entry(const struct cnode *parent, const char *name, const char *key)
{
	const struct cnode *n = cnode_child(parent, name);

	if (n == NULL)
		return NULL;
	if (ctree_schema(n)->n_keys == 1) {
		n = ctree_find(parent, ctree_schema(n), key, NULL);
		return n != NULL && !(n->flags & CNODE_INACTIVE) ? n : NULL;
	}
	for (; n != NULL; n = cnode_next(n))
		if (n->val[0] != NULL && strcmp(n->val[0], key) == 0)
			return n;
	return NULL;
}

const struct cnode *
cnode_parent(const struct cnode *n)
{
	return ctree_parent(n);
}

const struct schema_node *
cnode_schema(const struct cnode *n)
{
	return ctree_schema(n);
}

unsigned int
cnode_line(const struct cnode *n)
{
	return n->line;
}

char *
cnode_path(const struct cnode *n)
{
	struct sbuf b = SBUF_INIT;

	words_path(n, &b);
	if (b.len == 0 && !b.failed)
		return strdup("");
	return sbuf_take(&b);
}
