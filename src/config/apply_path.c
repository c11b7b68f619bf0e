/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply-path: "interfaces <*> unit <*> family inet address <*>" of a prefix
 * list stands for the networks of what it matches in the effective
 * configuration [CF-64].
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/cvalue.h"
#include "config/inherit.h"
#include "config/words.h"

struct expand {
	struct config_tree *tree;
	struct cnode *list; /* the prefix-list */
	const struct schema_node *item;
	const struct cword *w;
	size_t n;
	int rc;
};

static bool
word_match(const char *pattern, const char *text)
{
	if (ctree_is_pattern(pattern))
		return ctree_pattern_match(pattern, text);
	return strcmp(pattern, text) == 0;
}

/* An address or a prefix as an item of the list; anything else is none. */
static void
take(struct expand *x, const char *text)
{
	char buf[CVALUE_BUF], host[CVALUE_BUF];
	const char *v;
	struct cnode *c;

	if (strchr(text, '/') == NULL && strlen(text) + 5 < sizeof(host)) {
		strcpy(host, text);
		strcat(host, strchr(text, ':') != NULL ? "/128" : "/32");
		text = host;
	}
	v = cvalue_check(x->item->keys[0].type, text, buf, NULL);
	if (v == NULL)
		return;
	c = ctree_add(x->tree, x->list, x->item, v, NULL);
	if (c == NULL)
		x->rc = -ENOMEM;
}

static void walk(struct expand *x, const struct cnode *n, size_t at);

/* How many words name c, the next ones of the path? 0: they do not. */
static bool
match(const struct expand *x, const struct cnode *c, size_t *at)
{
	const struct schema_node *s = ctree_schema(c);
	unsigned int values =
		s->kind == SCHEMA_LIST ? s->n_keys : c->val[0] != NULL;
	size_t i = *at;

	if (s->word != NULL &&
		(i >= x->n || !word_match(x->w[i++].text, s->word)))
		return false;
	for (unsigned int k = 0; k < values; k++) {
		if (k > 0 && s->keys[k].word != NULL &&
			(i >= x->n ||
				strcmp(x->w[i++].text, s->keys[k].word) != 0))
			return false;
		if (i >= x->n || !word_match(x->w[i++].text, c->val[k]))
			return false;
	}
	*at = i;
	return true;
}

static void
walk(struct expand *x, const struct cnode *n, size_t at)
{
	for (const struct cnode *c = cnode_first_any(n); c != NULL && !x->rc;
		c = cnode_next_any(c)) {
		size_t next = at;

		if (!match(x, c, &next) || next == at)
			continue;
		if (next < x->n)
			walk(x, c, next);
		else if (c->val[0] != NULL)
			take(x, c->val[0]);
	}
}

static int
expand(struct config_tree *t, struct cnode *list, const char *path)
{
	struct wordvec words = WORDVEC_INIT;
	struct expand x = {.tree = t, .list = list};

	if (!words_split(path, strlen(path), &words)) {
		wordvec_done(&words);
		return -ENOMEM;
	}
	x.item = schema_child_xml(ctree_schema(list), "prefix-list-item");
	x.w = words.w;
	x.n = words.n;
	if (x.item != NULL && x.n > 0)
		walk(&x, &t->root, 0);
	wordvec_done(&words);
	return x.rc;
}

int
config_apply_paths(struct config_tree *t, bool show)
{
	const struct cnode *po = cnode_find(&t->root, "policy-options", NULL);
	int rc = 0;

	cnode_foreach (pl, po, "prefix-list") {
		const char *path = cnode_leaf(pl, "apply-path");

		/* as it is shown, it stays a path */
		if (path != NULL && !show && rc == 0)
			rc = expand(t, (struct cnode *)pl, path);
	}
	return rc;
}
