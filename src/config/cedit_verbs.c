/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the set form: a verb, a path, and what the verb needs more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"

enum verb {
	VERB_SET,
	VERB_DELETE,
	VERB_ACTIVATE,
	VERB_DEACTIVATE,
	VERB_PROTECT,
	VERB_UNPROTECT,
	VERB_INSERT,
	VERB_RENAME,
	VERB_COPY,
	VERB_ANNOTATE,
	VERBS
};

static const char *const verb_names[VERBS] = {"set", "delete", "activate",
	"deactivate", "protect", "unprotect", "insert", "rename", "copy",
	"annotate"};

static int
verb_find(const char *word, unsigned int flags)
{
	int hit = -1;

	for (int i = 0; i < VERBS; i++) {
		if (strcmp(verb_names[i], word) == 0)
			return i;
		if (!(flags & CPATH_ABBREV) || word[0] == '\0' ||
			strncmp(verb_names[i], word, strlen(word)) != 0)
			continue;
		hit = hit == -1 ? i : -2;
	}
	return hit < 0 ? -1 : hit;
}

bool
cedit_is_verb(const char *word, unsigned int flags)
{
	return verb_find(word, flags) >= 0;
}

void
cedit_done(struct cedit *e)
{
	cpath_done(&e->path);
	wordvec_done(&e->words);
}

/* Say that words[i] is wrong. */
static int
error_at(struct cedit *e, const struct cword *words, size_t n, size_t i,
	const char *message)
{
	const char *word = i < n ? words[i].text : NULL;

	e->error_word = (unsigned int)i;
	report_add(e->report, REPORT_ERROR, e->line, NULL, word, "%s", message);
	if (e->report->n > 0 && i < n)
		e->report->entries[e->report->n - 1].column = words[i].column;
	return -EINVAL;
}

static int
failed(struct cedit *e, int rc, const struct cword *words, size_t n)
{
	switch (rc) {
	case 0:
		return 0;
	case -EPERM:
		return error_at(e, words, n, n, "statement is protected");
	case -ENOENT:
		report_add(e->report, REPORT_WARNING, e->line, NULL, NULL,
			"statement not found");
		return 0;
	case -EEXIST:
		return error_at(e, words, n, n, "target already exists");
	default:
		report_add(e->report, REPORT_ERROR, e->line, NULL, NULL,
			"out of memory");
		return rc;
	}
}

/*
 * Walk prefix and words[from..to). On a mistake report it; the index is that
 * of the line's word.
 */
static int
walk(struct cedit *e, const struct cword *words, size_t n, size_t from,
	size_t to, unsigned int flags)
{
	struct cpath *p = &e->path;
	size_t i;
	bool ok = true;

	cpath_start(p, schema_root, NULL, 0, flags | e->flags);
	for (i = 0; ok && i < e->n_prefix; i++)
		ok = cpath_feed(p, &e->prefix[i]);
	for (i = from; ok && i < to; i++)
		ok = cpath_feed(p, &words[i]);
	if (ok)
		ok = cpath_end(p);
	if (ok)
		return 0;
	if (p->nomem)
		return failed(e, -ENOMEM, words, n);
	i = p->error_word >= e->n_prefix ? p->error_word - e->n_prefix : 0;
	return error_at(e, words, n, from + i, sbuf_text(&p->error));
}

static int
do_set(struct cedit *e, const struct cword *words, size_t n)
{
	int rc = walk(e, words, n, 1, n, 0);

	if (rc != 0)
		return rc;
	rc = cedit_apply(e->tree, &e->tree->root, &e->path, e->line, NULL);
	return failed(e, rc, words, n);
}

static int
do_delete(struct cedit *e, const struct cword *words, size_t n)
{
	struct cnode *root = &e->tree->root;
	int rc = walk(e, words, n, 1, n, CPATH_OPEN);

	if (rc != 0)
		return rc;
	if (e->path.n == 0) { /* "delete" at the top: everything */
		if (cedit_must_stay(root))
			return failed(e, -EPERM, words, n);
		for (struct cnode *c; (c = ctree_first(root)) != NULL;)
			ctree_remove(c);
		return 0;
	}
	return failed(e, cedit_delete(root, &e->path), words, n);
}

/* The flag verbs: each last step of the path, all values if it is open. */
static int
do_flag(struct cedit *e, const struct cword *words, size_t n, uint8_t flag,
	bool on)
{
	struct cnode **nodes;
	int rc = walk(e, words, n, 1, n, CPATH_OPEN);
	bool found = false;

	if (rc != 0)
		return rc;
	nodes = cedit_resolve(&e->tree->root, &e->path);
	if (nodes == NULL)
		return failed(e, -ENOMEM, words, n);
	for (size_t i = 0; i < e->path.n; i++) {
		struct cnode *c = nodes[i];

		if (e->path.steps[i].has_children)
			continue;
		for (; c != NULL;
			c = e->path.steps[i].is_open ? c->next : NULL) {
			if (flag == CNODE_INACTIVE && cedit_is_protected(c)) {
				free(nodes);
				return failed(e, -EPERM, words, n);
			}
			c->flags = (uint8_t)(on ? c->flags | flag
						: c->flags & ~flag);
			found = true;
		}
	}
	free(nodes);
	return failed(e, found ? 0 : -ENOENT, words, n);
}

/* The existing node that words[from..to) name; NULL with the error said. */
static struct cnode *
node_at(struct cedit *e, const struct cword *words, size_t n, size_t from,
	size_t to)
{
	struct cnode **nodes, *found = NULL;

	if (walk(e, words, n, from, to, CPATH_OPEN) != 0)
		return NULL;
	nodes = cedit_resolve(&e->tree->root, &e->path);
	if (nodes == NULL) {
		failed(e, -ENOMEM, words, n);
		return NULL;
	}
	if (e->path.n > 0)
		found = nodes[e->path.n - 1];
	free(nodes);
	if (found == NULL)
		error_at(e, words, n, to, "statement not found");
	return found;
}

/* The last word that is one of the two; n if there is none. */
static size_t
split_at(const struct cword *words, size_t n, const char *a, const char *b)
{
	for (size_t i = n; i-- > 2;)
		if (!words[i].quoted && (strcmp(words[i].text, a) == 0 ||
						strcmp(words[i].text, b) == 0))
			return i;
	return n;
}

/*
 * The entry that words[from..n) name beside node: "policy b", or without the
 * keyword "b". Its keys, canonical, are then in e->path's last step.
 */
static int
walk_sibling(struct cedit *e, const struct cnode *node,
	const struct cword *words, size_t n, size_t from)
{
	const struct schema_node *s = ctree_schema(node);
	const struct schema_node *parent = ctree_schema(ctree_parent(node));
	struct cpath *p = &e->path;
	bool keyword = s->word != NULL && from < n && !words[from].quoted &&
		       strcmp(words[from].text, s->word) == 0;
	size_t i = from;

	cpath_start(p, parent, keyword || s->kind == SCHEMA_WORD ? NULL : s, 0,
		e->flags | (ctree_in_group(node) ? CPATH_GROUP : 0));
	while (i < n && cpath_feed(p, &words[i]))
		i++;
	if (i == n && cpath_end(p) && p->n == 1 && p->steps[0].schema == s)
		return 0;
	if (p->nomem)
		return failed(e, -ENOMEM, words, n);
	return error_at(e, words, n, i,
		p->error.len > 0 ? sbuf_text(&p->error) : "syntax error");
}

static bool
is_entry(const struct cnode *n)
{
	uint8_t k = ctree_schema(n)->kind;

	return k == SCHEMA_LIST || k == SCHEMA_LEAF_LIST || k == SCHEMA_WORD;
}

static int
do_insert(struct cedit *e, const struct cword *words, size_t n)
{
	size_t at = split_at(words, n, "before", "after");
	struct cnode *node, *ref;

	if (at == n)
		return error_at(e, words, n, n, "missing argument");
	node = node_at(e, words, n, 1, at);
	if (node == NULL)
		return -EINVAL;
	if (!is_entry(node))
		return error_at(e, words, n, at, "syntax error");
	if (cedit_is_protected(node))
		return failed(e, -EPERM, words, n);
	if (walk_sibling(e, node, words, n, at + 1) != 0)
		return -EINVAL;
	ref = ctree_find(ctree_parent(node), ctree_schema(node),
		e->path.steps[0].val[0], e->path.steps[0].val[1]);
	if (ref == NULL)
		return error_at(e, words, n, n, "statement not found");
	ctree_move(node, ref, strcmp(words[at].text, "before") == 0);
	return 0;
}

static int
do_rename(struct cedit *e, const struct cword *words, size_t n, bool copy)
{
	size_t at = split_at(words, n, "to", "to");
	struct cnode *node, *parent, *c;
	const char *v0, *v1;

	if (at == n)
		return error_at(e, words, n, n, "missing argument");
	node = node_at(e, words, n, 1, at);
	if (node == NULL)
		return -EINVAL;
	if (!is_entry(node))
		return error_at(e, words, n, at, "syntax error");
	if (walk_sibling(e, node, words, n, at + 1) != 0)
		return -EINVAL;
	v0 = e->path.steps[0].val[0];
	v1 = e->path.steps[0].val[1];
	if (copy ? cedit_is_protected(ctree_parent(node))
		 : cedit_must_stay(node))
		return failed(e, -EPERM, words, n);
	if (!copy)
		return failed(e, ctree_rename(e->tree, node, v0, v1), words, n);
	parent = ctree_parent(node);
	if (ctree_find(parent, ctree_schema(node), v0, v1) != NULL)
		return failed(e, -EEXIST, words, n);
	c = ctree_copy(e->tree, parent, node, v0, v1);
	return failed(e, c != NULL ? 0 : -ENOMEM, words, n);
}

/* A comment is kept between marks, so it must not hold the closing one. */
static int
do_annotate(struct cedit *e, const struct cword *words, size_t n)
{
	struct cnode *node;
	const char *text;
	size_t len;
	char *clean;
	int rc;

	if (n < 3)
		return error_at(e, words, n, n, "missing argument");
	node = node_at(e, words, n, 1, n - 1);
	if (node == NULL)
		return -EINVAL;
	if (cedit_is_protected(node))
		return failed(e, -EPERM, words, n);
	text = words[n - 1].text;
	if (strstr(text, "*/") != NULL || strstr(text, "/*") != NULL)
		return error_at(e, words, n, n - 1, "invalid comment");
	text += strspn(text, " \t\n\r");
	clean = strdup(text);
	if (clean == NULL)
		return failed(e, -ENOMEM, words, n);
	for (len = strlen(clean); len > 0 && strchr(" \t\n\r", clean[len - 1]);)
		clean[--len] = '\0';
	rc = ctree_set_comment(e->tree, node, clean);
	free(clean);
	return failed(e, rc, words, n);
}

int
cedit_command(struct cedit *e, const struct cword *words, size_t n)
{
	int verb;

	e->error_word = 0;
	if (n == 0)
		return error_at(e, words, n, 0, "missing argument");
	verb = words[0].quoted ? -1 : verb_find(words[0].text, e->flags);
	if (verb < 0)
		return error_at(e, words, n, 0, "syntax error");
	if (n == 1 && (verb != VERB_DELETE || e->line > 0))
		return error_at(e, words, n, 1, "missing argument");
	switch ((enum verb)verb) {
	case VERB_SET:
		return do_set(e, words, n);
	case VERB_DELETE:
		return do_delete(e, words, n);
	case VERB_ACTIVATE:
		return do_flag(e, words, n, CNODE_INACTIVE, false);
	case VERB_DEACTIVATE:
		return do_flag(e, words, n, CNODE_INACTIVE, true);
	case VERB_PROTECT:
		return do_flag(e, words, n, CNODE_PROTECTED, true);
	case VERB_UNPROTECT:
		return do_flag(e, words, n, CNODE_PROTECTED, false);
	case VERB_INSERT:
		return do_insert(e, words, n);
	case VERB_RENAME:
		return do_rename(e, words, n, false);
	case VERB_COPY:
		return do_rename(e, words, n, true);
	case VERB_ANNOTATE:
		return do_annotate(e, words, n);
	case VERBS:
		break;
	}
	return -EINVAL;
}
