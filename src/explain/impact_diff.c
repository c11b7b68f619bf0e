/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The difference of two configurations as set and delete commands: a statement
 * that came or went as a whole is one line, its own path. Entries that only
 * moved have no line.
 */
#include "explain/impact_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* List entries are known by their keys, values of a leaf-list by themselves. */
static bool
same_key(const struct cnode *a, const struct cnode *b)
{
	return same_text(cnode_key(a, 0), cnode_key(b, 0)) &&
	       same_text(cnode_key(a, 1), cnode_key(b, 1));
}

static const struct cnode *
counterpart(const struct cnode *in, const struct cnode *n)
{
	const char *key = cnode_key(n, 0);
	const struct cnode *first = NULL;

	if (in == NULL)
		return NULL;
	if (key != NULL && cnode_key(n, 1) == NULL)
		return cnode_entry(in, cnode_name(n), key);
	cnode_foreach (c, in, cnode_name(n)) {
		if (key != NULL ? same_key(c, n)
				: same_text(cnode_value(c), cnode_value(n)))
			return c;
		first = first == NULL ? c : first;
	}
	/* a container; a leaf with another value has none */
	return key == NULL && cnode_value(n) == NULL ? first : NULL;
}

static int
add(struct changes *c, const char *verb, const struct cnode *n)
{
	struct change *list;
	char *path;
	size_t len;

	if (c->n % 16 == 0) {
		list = realloc(c->list, (c->n + 16) * sizeof(*list));
		if (list == NULL)
			return -ENOMEM;
		c->list = list;
	}
	path = cnode_path(n);
	if (path == NULL)
		return -ENOMEM;
	len = strlen(verb) + strlen(path) + 2;
	c->list[c->n].line = malloc(len);
	if (c->list[c->n].line != NULL)
		snprintf(c->list[c->n].line, len, "%s %s", verb, path);
	free(path);
	return c->list[c->n].line != NULL ? (c->n++, 0) : -ENOMEM;
}

/* What of n is not in `in`. */
static int
missing(struct changes *c, const char *verb, const struct cnode *n,
	const struct cnode *in)
{
	int rc = 0;

	for (const struct cnode *child = cnode_first_any(n);
		child != NULL && rc == 0; child = cnode_next_any(child)) {
		const struct cnode *other = counterpart(in, child);

		if (other == NULL)
			rc = add(c, verb, child);
		else if (cnode_value(child) == NULL)
			rc = missing(c, verb, child, other);
	}
	return rc;
}

int
changes_make(const struct cnode *old, const struct cnode *new_root,
	struct changes *ret)
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = missing(ret, "delete", old, new_root);
	if (rc == 0)
		rc = missing(ret, "set", new_root, old);
	if (rc != 0)
		changes_done(ret);
	return rc;
}

void
changes_done(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->list[i].line);
	free(c->list);
	memset(c, 0, sizeof(*c));
}

const char *
change_path(const struct change *c)
{
	return strchr(c->line, ' ') + 1;
}

bool
path_related(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), n = la < lb ? la : lb;

	if (strncmp(a, b, n) != 0)
		return false;
	return la == lb || (la > lb ? a[n] : b[n]) == ' ';
}
