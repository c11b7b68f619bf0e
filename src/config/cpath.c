/* SPDX-License-Identifier: Apache-2.0 */
#include "config/cpath.h"

#include <stdlib.h>
#include <string.h>

#include "config/ctree.h"
#include "config/cvalue.h"
#include "config/words.h"

void
cpath_start(struct cpath *p, const struct schema_node *at,
	const struct schema_node *want, unsigned int depth, unsigned int flags)
{
	struct cstep *steps = p->steps;
	char **owned = p->owned;
	size_t size = p->size, owned_size = p->owned_size;
	struct sbuf error = p->error;

	for (size_t i = 0; i < p->n_owned; i++)
		free(owned[i]);
	sbuf_reset(&error);
	/* Keep the memory: loads walk a path per statement. */
	*p = (struct cpath){.steps = steps,
		.size = size,
		.owned = owned,
		.owned_size = owned_size,
		.error = error,
		.flags = flags,
		.cur = at,
		.cur_step = -1,
		.want = want,
		.base_depth = depth};
}

void
cpath_done(struct cpath *p)
{
	for (size_t i = 0; i < p->n_owned; i++)
		free(p->owned[i]);
	free(p->owned);
	free(p->steps);
	sbuf_done(&p->error);
	*p = (struct cpath){0};
}

struct cstep *
cpath_last(struct cpath *p)
{
	return p->n > 0 ? &p->steps[p->n - 1] : NULL;
}

static bool
fail(struct cpath *p, const char *message, const char *word)
{
	p->failed = true;
	p->error_word = p->words;
	if (message != NULL && word != NULL)
		sbuf_printf(&p->error, message, word);
	else if (message != NULL)
		sbuf_puts(&p->error, message);
	return false;
}

static bool
nomem(struct cpath *p)
{
	p->nomem = true;
	return fail(p, "out of memory", NULL);
}

static const char *
keep(struct cpath *p, const char *canonical, const char *text)
{
	char *copy;

	if (strcmp(canonical, text) == 0)
		return text;
	if (p->n_owned == p->owned_size) {
		size_t size = p->owned_size ? p->owned_size * 2 : 8;
		char **o = realloc(p->owned, size * sizeof(*o));

		if (o == NULL)
			return NULL;
		p->owned = o;
		p->owned_size = size;
	}
	copy = strdup(canonical);
	if (copy != NULL)
		p->owned[p->n_owned++] = copy;
	return copy;
}

/* A checked and canonical value, or NULL with the error set. */
static const char *
value(struct cpath *p, const struct schema_type *type, const struct cword *w)
{
	char buf[CVALUE_BUF];
	const char *v;

	if (w->punct) {
		fail(p, "syntax error", NULL);
		return NULL;
	}
	v = cvalue_check(type, w->text, buf, &p->error);
	if (v == NULL) {
		fail(p, NULL, NULL);
		return NULL;
	}
	v = keep(p, v, w->text);
	if (v == NULL)
		nomem(p);
	return v;
}

static struct cstep *
step_add(struct cpath *p, const struct schema_node *s, unsigned int word)
{
	struct cstep *st;

	if (p->n == p->size) {
		size_t size = p->size ? p->size * 2 : 16;

		st = realloc(p->steps, size * sizeof(*st));
		if (st == NULL) {
			nomem(p);
			return NULL;
		}
		p->steps = st;
		p->size = size;
	}
	st = &p->steps[p->n];
	*st = (struct cstep){.schema = s,
		.parent = p->cur_step,
		.word = word,
		.depth = p->base_depth + 1};
	if (p->cur_step >= 0) {
		p->steps[p->cur_step].has_children = true;
		st->depth = p->steps[p->cur_step].depth + 1;
	}
	if (st->depth > CPATH_DEPTH_MAX) {
		fail(p, "statement is nested too deeply", NULL);
		return NULL;
	}
	p->n++;
	return st;
}

static bool
descend(struct cpath *p, const struct schema_node *s)
{
	p->cur = s;
	p->cur_step = (int)p->n - 1;
	return true;
}

static bool
feed_leaf(struct cpath *p, const struct cword *w)
{
	const char *v = value(p, p->want->type, w);
	struct cstep *st;

	if (v == NULL)
		return false;
	st = step_add(p, p->want, p->want_word);
	if (st == NULL)
		return false;
	st->val[0] = v;
	if (!p->bracket)
		p->want = NULL;
	else
		p->key = 1; /* the brackets are not empty */
	return true;
}

/* "[" or "]" where a value of a list or leaf-list may stand. */
static bool
feed_bracket(struct cpath *p, const struct cword *w)
{
	if (w->punct == '[' && !p->bracket && p->key == 0 &&
		(p->want->kind == SCHEMA_LEAF_LIST || p->want->n_keys == 1)) {
		p->bracket = true;
		return true;
	}
	if (w->punct == ']' && p->bracket && p->key > 0) {
		p->bracket = false;
		p->want = NULL;
		return true;
	}
	return fail(p, "syntax error", NULL);
}

static bool
feed_key_word(struct cpath *p, const struct cword *w, const char *word)
{
	bool ok =
		!w->quoted && !w->punct &&
		(strcmp(w->text, word) == 0 ||
			((p->flags & CPATH_ABBREV) && w->text[0] &&
				strncmp(word, w->text, strlen(w->text)) == 0));

	if (!ok)
		return fail(p, "syntax error", NULL);
	p->key_word = true;
	return true;
}

static bool
feed_key(struct cpath *p, const struct cword *w)
{
	const struct schema_node *s = p->want;
	unsigned int i = p->bracket ? 0 : p->key;
	const struct schema_key *k = &s->keys[i];
	struct cstep *st;
	const char *v;

	if (i > 0 && k->word != NULL && !p->key_word)
		return feed_key_word(p, w, k->word);
	if ((p->flags & CPATH_GROUP) && !w->punct && ctree_is_pattern(w->text))
		v = w->text;
	else
		v = value(p, k->type, w);
	if (v == NULL)
		return false;
	if (i + 1 < s->n_keys) {
		p->first_key = v;
		p->key++;
		p->key_word = false;
		return true;
	}
	st = step_add(p, s, p->want_word);
	if (st == NULL)
		return false;
	st->val[i] = v;
	if (i > 0)
		st->val[0] = p->first_key;
	if (p->bracket) {
		p->key = 1;
		return true;
	}
	p->want = NULL;
	p->key = 0;
	if (s->flags & SCHEMA_TOP)
		p->flags |= CPATH_GROUP;
	return descend(p, s);
}

static bool
feed_want(struct cpath *p, const struct cword *w)
{
	if (w->punct && (p->want->kind != SCHEMA_LEAF))
		return feed_bracket(p, w);
	if (p->want->kind == SCHEMA_LIST)
		return feed_key(p, w);
	return feed_leaf(p, w);
}

static bool
takes_words(const struct schema_node *s)
{
	return s->kind == SCHEMA_ANY || s->kind == SCHEMA_WORD ||
	       (s->flags & SCHEMA_OPEN);
}

/* Words without schema: each a level below the one before. */
static bool
feed_any(struct cpath *p, const struct cword *w)
{
	static const struct schema_type any = {ST_STRING, 0, 0, NULL};
	struct cstep *st;
	const char *v;

	if (w->punct == '[' && !p->bracket && p->cur_step >= 0 &&
		(p->cur->kind == SCHEMA_WORD || p->cur->kind == SCHEMA_ANY)) {
		p->bracket = true;
		p->key = 0;
		p->steps[p->cur_step].bracketed = true;
		return true;
	}
	if (w->punct == ']' && p->bracket && p->key > 0) {
		p->bracket = false;
		p->key = 0;
		return true;
	}
	v = value(p, &any, w);
	if (v == NULL)
		return false;
	st = step_add(p, &schema_any_word, p->words);
	if (st == NULL)
		return false;
	st->val[0] = v;
	if (!p->bracket)
		return descend(p, &schema_any_word);
	p->key = 1;
	return true;
}

static bool
enter(struct cpath *p, const struct schema_node *s)
{
	p->want_word = p->words;
	switch (s->kind) {
	case SCHEMA_LIST:
	case SCHEMA_LEAF:
	case SCHEMA_LEAF_LIST:
		p->want = s;
		p->key = 0;
		p->key_word = false;
		return true;
	case SCHEMA_FLAG:
		return step_add(p, s, p->words) != NULL;
	default:
		return step_add(p, s, p->words) != NULL && descend(p, s);
	}
}

/* Statements that are named by their value or key alone. */
static bool
feed_unnamed(struct cpath *p, const struct cword *w)
{
	const struct schema_node *only = NULL;
	char buf[CVALUE_BUF];

	for (unsigned int i = 0; i < p->cur->n_children && !w->punct; i++) {
		const struct schema_node *c = &p->cur->children[i];

		if (c->word != NULL)
			continue;
		only = c;
		if (cvalue_check(c->n_keys ? c->keys[0].type : c->type, w->text,
			    buf, NULL) != NULL)
			break;
		if ((p->flags & CPATH_GROUP) && c->n_keys > 0 &&
			ctree_is_pattern(w->text))
			break;
	}
	if (only == NULL)
		return fail(p, "syntax error", NULL);
	p->want_word = p->words;
	p->want = only;
	p->key = 0;
	p->key_word = false;
	return feed_want(p, w);
}

static bool
feed_keyword(struct cpath *p, const struct cword *w)
{
	const struct schema_node *s = NULL;
	bool ambiguous = false;

	if (!w->quoted && !w->punct) {
		s = (p->flags & CPATH_ABBREV)
			    ? schema_child_abbrev(p->cur, w->text, &ambiguous)
			    : schema_child(p->cur, w->text);
	}
	if (s != NULL)
		return enter(p, s);
	if (ambiguous)
		return fail(p, "'%s' is ambiguous", w->text);
	if (takes_words(p->cur))
		return feed_any(p, w);
	return feed_unnamed(p, w);
}

bool
cpath_feed(struct cpath *p, const struct cword *w)
{
	bool ok;

	if (p->failed)
		return false;
	if (p->want != NULL)
		ok = feed_want(p, w);
	else if (p->bracket)
		ok = feed_any(p, w);
	else
		ok = feed_keyword(p, w);
	if (ok)
		p->words++;
	return ok;
}

bool
cpath_end(struct cpath *p)
{
	struct cstep *st;

	if (p->failed)
		return false;
	if (p->want == NULL && !p->bracket)
		return true;
	if (!(p->flags & CPATH_OPEN) || p->bracket || p->key > 0)
		return fail(p, "missing argument", NULL);
	st = step_add(p, p->want, p->want_word);
	if (st == NULL)
		return false;
	st->is_open = true;
	return true;
}

bool
cpath_parse(struct cpath *p, const struct schema_node *at,
	const struct cword *words, size_t n, unsigned int flags)
{
	cpath_start(p, at, NULL, 0, flags);
	for (size_t i = 0; i < n; i++)
		if (!cpath_feed(p, &words[i]))
			return false;
	return cpath_end(p);
}
