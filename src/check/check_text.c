/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Curly text and lines of set, taken apart into the words of each statement
 * without asking the schema where one ends.
 */
#include "check/check_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

/* Words of the open braces, and after them those of the statement. */
struct stack {
	struct cword *w;
	size_t n, size;
	struct {
		size_t from;       /* its words begin here */
		unsigned int line; /* where it stands */
		bool empty;        /* nothing in it yet */
	} open[CONFIG_NESTING_MAX];
	unsigned int depth;
	bool failed;
};

static void
stack_cut(struct stack *s, size_t n)
{
	while (s->n > n)
		free((char *)(uintptr_t)s->w[--s->n].text);
}

static void
stack_done(struct stack *s)
{
	stack_cut(s, 0);
	free(s->w);
}

static void
stack_push(struct stack *s, const struct cword *w)
{
	if (s->n == s->size) {
		size_t size = s->size ? s->size * 2 : 64;
		struct cword *grown = realloc(s->w, size * sizeof(*grown));

		if (grown == NULL) {
			s->failed = true;
			return;
		}
		s->w = grown;
		s->size = size;
	}
	s->w[s->n] = *w;
	s->w[s->n].text = strdup(w->text);
	if (s->w[s->n].text == NULL)
		s->failed = true;
	else
		s->n++;
}

/* "inactive:" and the like are no words of the statement. */
static bool
is_tag(const struct cword *w)
{
	static const char *const tags[] = {"inactive:", "active:", "replace:",
		"delete:", "protect:", "unprotect:"};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (!w->quoted && strcmp(w->text, tags[i]) == 0)
			return true;
	return false;
}

static void
stack_push_all(struct stack *s, const struct wordvec *v)
{
	size_t i = 0;

	while (i < v->n && is_tag(&v->w[i]))
		i++;
	for (; i < v->n; i++)
		stack_push(s, &v->w[i]);
}

static int
bad(struct sbuf *why, unsigned int line, const char *what)
{
	sbuf_printf(why, "line %u: %s", line, what);
	return -EINVAL;
}

static void
end_statement(struct check *c, struct stack *s, const struct wordvec *v)
{
	size_t before = s->n;

	if (v->n == 0)
		return;
	if (s->depth > 0)
		s->open[s->depth - 1].empty = false;
	stack_push_all(s, v);
	if (s->n > before)
		check_words(c, v->w[0].line, s->w, s->n, false);
	stack_cut(s, before);
}

static int
open_block(struct stack *s, const struct wordvec *v, unsigned int line,
	struct sbuf *why)
{
	if (v->n == 0)
		return bad(why, line, "braces without a name");
	if (s->depth == CONFIG_NESTING_MAX)
		return bad(why, line, "statement is nested too deeply");
	if (s->depth > 0)
		s->open[s->depth - 1].empty = false;
	s->open[s->depth].from = s->n;
	s->open[s->depth].line = v->w[0].line;
	s->open[s->depth].empty = true;
	s->depth++;
	stack_push_all(s, v);
	return 0;
}

/* A block that holds nothing is a statement of its own. */
static int
close_block(struct check *c, struct stack *s, const struct wordvec *v,
	unsigned int line, struct sbuf *why)
{
	if (v->n > 0)
		return bad(why, v->w[0].line, "missing ';'");
	if (s->depth == 0)
		return bad(why, line, "unexpected '}'");
	s->depth--;
	if (s->open[s->depth].empty)
		check_words(c, s->open[s->depth].line, s->w, s->n, true);
	stack_cut(s, s->open[s->depth].from);
	return 0;
}

static int
end_of_text(const struct stack *s, const struct wordvec *v, struct sbuf *why)
{
	if (v->n > 0)
		return bad(why, v->w[0].line, "missing ';'");
	if (s->depth > 0)
		return bad(why, s->open[s->depth - 1].line, "missing '}'");
	return 0;
}

static int
curly_token(struct check *c, struct stack *s, struct lexer *lx,
	struct wordvec *v, enum token t, struct sbuf *why)
{
	int rc = 0;

	wordvec_fix(v);
	switch (t) {
	case TOKEN_END:
		end_statement(c, s, v);
		break;
	case TOKEN_OPEN:
		rc = open_block(s, v, lx->line, why);
		break;
	case TOKEN_CLOSE:
		rc = close_block(c, s, v, lx->line, why);
		break;
	case TOKEN_EOF:
		rc = end_of_text(s, v, why);
		break;
	case TOKEN_ERROR:
		rc = bad(why, lx->error_line, lx->error);
		break;
	default:
		return 0;
	}
	if (rc == 0 && (v->failed || s->failed))
		rc = -ENOMEM;
	wordvec_reset(v);
	return rc;
}

int
check_curly(struct check *c, const char *text, size_t len, struct sbuf *why)
{
	struct wordvec v = WORDVEC_INIT;
	struct stack s = {0};
	struct lexer lx;
	enum token t;
	int rc;

	lexer_init(&lx, text, len, false);
	do {
		t = lexer_next(&lx, &v);
		rc = curly_token(c, &s, &lx, &v, t, why);
	} while (rc == 0 && t != TOKEN_EOF);
	lexer_done(&lx);
	wordvec_done(&v);
	stack_done(&s);
	return rc;
}

/* ---- lines ---- */

static bool
is_word(const struct cword *w, const char *word)
{
	return !w->quoted && strcmp(w->text, word) == 0;
}

/* `edit` and `top` move; what other verbs say is no statement. */
static void
set_line(struct check *c, struct stack *s, const struct wordvec *v)
{
	size_t before = s->n, from = 1;

	if (is_word(&v->w[0], "top")) {
		stack_cut(s, 0);
		before = 0;
		if (v->n == 1)
			return;
		from = 2;
	}
	for (size_t i = from; i < v->n; i++)
		stack_push(s, &v->w[i]);
	if (is_word(&v->w[from - 1], "edit"))
		return;
	if (is_word(&v->w[from - 1], "set") && s->n > 0)
		check_words(c, v->w[0].line, s->w, s->n, false);
	stack_cut(s, before);
}

static enum token
skip_line(struct lexer *lx)
{
	while (lx->at < lx->end && *lx->at != '\n')
		lx->at++;
	return TOKEN_NEWLINE;
}

int
check_set(struct check *c, const char *text, size_t len, struct sbuf *why)
{
	struct wordvec v = WORDVEC_INIT;
	struct stack s = {0};
	struct lexer lx;
	enum token t;

	lexer_init(&lx, text, len, true);
	do {
		const char *odd = NULL;

		wordvec_reset(&v);
		while ((t = lexer_next(&lx, &v)) == TOKEN_WORD)
			;
		if (t == TOKEN_ERROR)
			odd = lx.error;
		else if (t == TOKEN_OPEN || t == TOKEN_CLOSE || t == TOKEN_END)
			odd = "syntax error";
		wordvec_fix(&v);
		if (odd != NULL) {
			check_add(c, lx.line, CHECK_UNKNOWN,
				v.n > 0 ? v.w[0].text : "", odd);
			t = skip_line(&lx);
		} else if (v.n > 0) {
			set_line(c, &s, &v);
		}
	} while (t != TOKEN_EOF && !v.failed && !s.failed);
	c->failed |= v.failed || s.failed;
	lexer_done(&lx);
	wordvec_done(&v);
	stack_done(&s);
	return 0;
}
