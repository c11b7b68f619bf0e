/* SPDX-License-Identifier: Apache-2.0 */
#include "config/complete.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"
#include "config/complete_impl.h"
#include "config/ctree.h"
#include "config/cvalue.h"

void
candidates_done(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->items[i].word);
		free(c->items[i].help);
	}
	free(c->items);
	*c = (struct candidates){0};
}

void
path_error_done(struct path_error *e)
{
	sbuf_done(&e->message);
	e->word = 0;
}

static int
path_failed(const struct cpath *p, struct path_error *error)
{
	if (p->nomem)
		return -ENOMEM;
	error->word = p->error_word;
	sbuf_reset(&error->message);
	sbuf_puts(&error->message, sbuf_text(&p->error));
	return -EINVAL;
}

struct candidate *
candidate_add(struct complete *c, const char *word, const char *help, char mark)
{
	struct candidates *r = c->ret;
	struct candidate *k;

	if (r->n == r->size) {
		size_t size = r->size ? r->size * 2 : 32;

		k = realloc(r->items, size * sizeof(*k));
		if (k == NULL) {
			r->failed = true;
			return NULL;
		}
		r->items = k;
		r->size = size;
	}
	k = &r->items[r->n];
	*k = (struct candidate){.word = strdup(word),
		.help = strdup(help != NULL ? help : ""),
		.mark = mark};
	if (k->word == NULL || k->help == NULL) {
		free(k->word);
		free(k->help);
		r->failed = true;
		return NULL;
	}
	r->n++;
	return k;
}

void
candidate_value(struct complete *c, const char *value, const char *help)
{
	struct sbuf b = SBUF_INIT;

	if (strncmp(value, c->partial, strlen(c->partial)) != 0)
		return;
	words_quote(&b, value, false);
	c->ret->failed |= b.failed;
	candidate_add(c, sbuf_text(&b), help, ' ');
	sbuf_done(&b);
}

static char
mark_of(const struct schema_node *s)
{
	if (s->kind == SCHEMA_LEAF_LIST)
		return '+';
	return schema_has_body(s) ? '>' : ' ';
}

/* "<mtu>" with the range behind its help. */
static void
add_placeholder(struct complete *c, const struct schema_node *s,
	const char *name, const struct schema_type *type)
{
	struct sbuf word = SBUF_INIT, help = SBUF_INIT;
	struct candidate *k;

	if (type != NULL && type->kind == ST_ENUM)
		return;
	sbuf_printf(&word, "<%s>", s->placeholder ? s->placeholder : name);
	sbuf_puts(&help, s->help);
	if (type != NULL && type->max > 0) {
		if (help.len > 0)
			sbuf_putc(&help, ' ');
		cvalue_range_text(type, &help);
	}
	k = candidate_add(c, sbuf_text(&word), sbuf_text(&help), ' ');
	if (k != NULL)
		k->is_value = true;
	sbuf_done(&word);
	sbuf_done(&help);
}

/* Entries that are there already, by the key or value at position i. */
static void
add_entries(struct complete *c, const struct schema_node *s, unsigned int i)
{
	const struct crun *r = c->node ? ctree_run(c->node, s) : NULL;

	for (const struct cnode *n = r ? r->first : NULL; n; n = n->next) {
		if (n->val[i] == NULL ||
			(i > 0 && strcmp(n->val[0], c->path.first_key) != 0))
			continue;
		candidate_value(
			c, n->val[i], s->kind == SCHEMA_LIST ? s->help : "");
	}
}

static void
add_words(struct complete *c, const struct schema_type *type)
{
	for (const char *const *w = type->words; w && *w; w++)
		candidate_value(c, *w, "");
}

/* A key or value of s comes next. */
static void
add_value(struct complete *c, const struct schema_node *s, unsigned int key)
{
	bool list = s->kind == SCHEMA_LIST;
	const struct schema_type *type = list ? s->keys[key].type : s->type;
	const char *const *refs = list ? s->keys[key].refs : s->refs;
	const char *name = list && key > 0 ? s->keys[key].name : s->name;

	if (list || (c->flags & COMPLETE_EXISTING))
		add_entries(c, s, key);
	if (c->flags & COMPLETE_EXISTING)
		return;
	add_placeholder(c, s, name, type);
	add_words(c, type);
	for (const char *const *r = refs; r && *r; r++)
		complete_refs(c, *r);
}

static void
add_brackets(struct complete *c, const struct schema_node *s)
{
	const struct cpath *p = &c->path;

	if (s->kind != SCHEMA_LEAF_LIST || c->partial[0] != '\0')
		return;
	if (!p->bracket)
		candidate_add(c, "[", "Open a set of values", ' ');
	else if (p->key > 0)
		candidate_add(c, "]", "Close a set of values", ' ');
}

static void
add_wanted(struct complete *c)
{
	const struct cpath *p = &c->path;
	const struct schema_node *s = p->want;
	unsigned int key = s->kind == SCHEMA_LIST && !p->bracket ? p->key : 0;
	const char *word = s->kind == SCHEMA_LIST ? s->keys[key].word : NULL;

	if (key > 0 && word != NULL && !p->key_word) {
		if (strncmp(word, c->partial, strlen(c->partial)) == 0)
			candidate_add(c, word, "", ' ');
		return;
	}
	add_value(c, s, key);
	add_brackets(c, s);
}

static bool
is_offered(const struct complete *c, const struct schema_node *s)
{
	if (s->status == SCHEMA_HIDDEN && c->partial[0] == '\0')
		return false;
	if ((c->flags & COMPLETE_HIERARCHY) && !schema_has_body(s))
		return false;
	if (c->flags & COMPLETE_EXISTING)
		return c->node != NULL && ctree_run(c->node, s) != NULL;
	return true;
}

static void
add_statement(struct complete *c, const struct schema_node *s)
{
	if (!is_offered(c, s))
		return;
	if (s->word == NULL)
		add_value(c, s, 0);
	else if (strncmp(s->word, c->partial, strlen(c->partial)) == 0)
		candidate_add(c, s->word, s->help, mark_of(s));
}

/* Words without schema: only those that are there can be offered. */
static void
add_known_words(struct complete *c)
{
	const struct crun *r =
		c->node ? ctree_run(c->node, &schema_any_word) : NULL;

	for (const struct cnode *n = r ? r->first : NULL; n; n = n->next)
		candidate_value(c, n->val[0], "");
}

/* May the line end here? */
static bool
may_end(const struct complete *c)
{
	const struct cpath *p = &c->path;
	const struct schema_node *last =
		p->n > 0 ? p->steps[p->n - 1].schema : NULL;

	if (c->partial[0] != '\0' || last == NULL)
		return false;
	if (p->bracket)
		return false;
	if (p->want != NULL)
		return p->key == 0 && (c->flags & COMPLETE_EXISTING);
	return (c->flags != 0) || last->kind != SCHEMA_CONTAINER;
}

static void
add_statements(struct complete *c)
{
	const struct schema_node *s = c->path.cur;
	bool body = s->kind == SCHEMA_CONTAINER || s->kind == SCHEMA_LIST ||
		    s->kind == SCHEMA_PRESENCE;

	for (unsigned int i = 0; i < s->n_children; i++)
		add_statement(c, &s->children[i]);
	for (unsigned int i = 0; body && i < schema_universal_count; i++)
		add_statement(c, &schema_universal[i]);
	if (s->flags & SCHEMA_TOP)
		add_statement(c, &schema_when);
	add_known_words(c);
}

static int
candidate_cmp(const void *va, const void *vb)
{
	const struct candidate *a = va, *b = vb;

	if (a->is_enter != b->is_enter)
		return a->is_enter ? -1 : 1;
	return strcmp(a->word, b->word);
}

static void
sort_unique(struct candidates *r)
{
	size_t n = 0;

	if (r->n == 0)
		return;
	qsort(r->items, r->n, sizeof(*r->items), candidate_cmp);
	for (size_t i = 0; i < r->n; i++) {
		if (n > 0 &&
			strcmp(r->items[n - 1].word, r->items[i].word) == 0) {
			free(r->items[i].word);
			free(r->items[i].help);
			continue;
		}
		r->items[n++] = r->items[i];
	}
	r->n = n;
}

static void
find_node(struct complete *c, const struct config_tree *tree)
{
	struct cnode *root = (struct cnode *)&tree->root, **nodes;

	c->root = root;
	c->node = root;
	if (c->path.cur_step < 0)
		return;
	nodes = cedit_resolve(root, &c->path);
	c->node = nodes != NULL ? nodes[c->path.cur_step] : NULL;
	c->ret->failed |= nodes == NULL;
	free(nodes);
}

static int
walk(struct cpath *p, const struct cword *words, size_t n,
	struct path_error *error)
{
	cpath_start(p, schema_root, NULL, 0, CPATH_ABBREV | CPATH_OPEN);
	for (size_t i = 0; i < n; i++)
		if (!cpath_feed(p, &words[i]))
			return path_failed(p, error);
	return 0;
}

int
config_complete(const struct config_tree *tree, const struct cword *words,
	size_t n, const char *partial, unsigned int flags,
	struct candidates *ret, struct path_error *error)
{
	struct complete c = {.ret = ret, .partial = partial, .flags = flags};
	struct candidate *enter;
	int rc = walk(&c.path, words, n, error);

	if (rc == 0) {
		find_node(&c, tree);
		if (may_end(&c)) {
			enter = candidate_add(
				&c, "<[Enter]>", "Execute this command", ' ');
			if (enter != NULL)
				enter->is_enter = true;
		}
		if (c.path.want != NULL)
			add_wanted(&c);
		else
			add_statements(&c);
		sort_unique(ret);
		rc = ret->failed ? -ENOMEM : 0;
	}
	cpath_done(&c.path);
	return rc;
}

int
config_path_check(const struct cword *words, size_t n, unsigned int flags,
	struct path_error *error)
{
	struct cpath p = {0};
	int rc = 0;

	if (!cpath_parse(&p, schema_root, words, n, flags))
		rc = path_failed(&p, error);
	cpath_done(&p);
	return rc;
}

int
config_resolve(const struct config_tree *tree, const struct cword *words,
	size_t n, unsigned int flags, const struct cnode **ret, bool *ret_all,
	struct path_error *error)
{
	struct cnode *root = (struct cnode *)&tree->root, **nodes;
	struct cpath p = {0};
	int rc = -ENOMEM;

	*ret = root;
	*ret_all = false;
	if (!cpath_parse(&p, schema_root, words, n, flags | CPATH_OPEN)) {
		rc = path_failed(&p, error);
	} else if (p.n == 0) {
		rc = 0;
	} else if ((nodes = cedit_resolve(root, &p)) != NULL) {
		*ret = nodes[p.n - 1];
		*ret_all = p.steps[p.n - 1].is_open;
		rc = *ret != NULL ? 0 : -ENOENT;
		free(nodes);
	}
	cpath_done(&p);
	return rc;
}
