/* SPDX-License-Identifier: Apache-2.0 */
/* From text to words, for the curly and for the line form. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/words.h"

#define WORDS_MAX 1000000u /* in one statement */
#define WORD_MAX  65535u

void
wordvec_reset(struct wordvec *v)
{
	v->n = 0;
	sbuf_reset(&v->text);
}

void
wordvec_done(struct wordvec *v)
{
	free(v->w);
	sbuf_done(&v->text);
	*v = WORDVEC_INIT;
}

static struct cword *
vec_add(struct wordvec *v)
{
	if (v->n == v->size) {
		size_t size = v->size ? v->size * 2 : 32;
		struct cword *w = realloc(v->w, size * sizeof(*w));

		if (w == NULL || size > WORDS_MAX * 2u) {
			if (w != NULL)
				v->w = w;
			v->failed = true;
			return NULL;
		}
		v->w = w;
		v->size = size;
	}
	return memset(&v->w[v->n++], 0, sizeof(*v->w));
}

void
wordvec_fix(struct wordvec *v)
{
	const char *base = sbuf_text(&v->text);

	for (size_t i = 0; i < v->n; i++)
		v->w[i].text = base + v->w[i].offset;
	v->failed |= v->text.failed;
}

void
lexer_init(struct lexer *lx, const char *text, size_t len, bool lines)
{
	*lx = (struct lexer){.at = text,
		.end = text + len,
		.line_start = text,
		.line = 1,
		.lines = lines};
}

void
lexer_done(struct lexer *lx)
{
	sbuf_done(&lx->comment);
}

static void
newline(struct lexer *lx)
{
	lx->line++;
	lx->line_start = lx->at;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
ends_word(char c)
{
	return is_blank(c) || c == '\0' || strchr("{};[]\"", c) != NULL;
}

static enum token
fail(struct lexer *lx, const char *what)
{
	lx->error = what;
	lx->error_line = lx->last_line ? lx->last_line : lx->line;
	return TOKEN_ERROR;
}

/* Trim, and keep the text from looking like the end of a comment. */
static void
comment_set(struct lexer *lx, const char *text, size_t n)
{
	while (n > 0 && is_blank(*text))
		text++, n--;
	while (n > 0 && is_blank(text[n - 1]))
		n--;
	sbuf_reset(&lx->comment);
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\r' || text[i] == '\0')
			continue;
		sbuf_putc(&lx->comment, text[i]);
		if (text[i] == '*' && i + 1 < n && text[i + 1] == '/')
			sbuf_putc(&lx->comment, ' ');
	}
}

static enum token
hash_comment(struct lexer *lx)
{
	const char *from = lx->at + 1, *to = from;

	while (to < lx->end && *to != '\n')
		to++;
	lx->at = to;
	comment_set(lx, from, (size_t)(to - from));
	/* "##" is the device's own remark: header, SECRET-DATA. */
	if (from < to && *from == '#')
		sbuf_reset(&lx->comment);
	return TOKEN_COMMENT;
}

static enum token
star_comment(struct lexer *lx)
{
	const char *from = lx->at + 2, *to = from;

	while (to + 1 < lx->end && !(to[0] == '*' && to[1] == '/')) {
		if (*to++ == '\n') {
			lx->line++;
			lx->line_start = to;
		}
	}
	if (to + 1 >= lx->end) {
		lx->at = lx->end;
		return fail(lx, "unterminated comment");
	}
	lx->at = to + 2;
	comment_set(lx, from, (size_t)(to - from));
	return TOKEN_COMMENT;
}

static enum token
word_end(struct wordvec *v, size_t start, struct lexer *lx)
{
	size_t n = v->text.len - start;

	sbuf_putc(&v->text, '\0');
	if (n > WORD_MAX)
		return fail(lx, "word is too long");
	return TOKEN_WORD;
}

static char
unescape(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

static enum token
quoted_word(struct lexer *lx, struct wordvec *v, size_t start)
{
	for (lx->at++; lx->at < lx->end; lx->at++) {
		char c = *lx->at;

		if (c == '"') {
			lx->at++;
			return word_end(v, start, lx);
		}
		if (c == '\n' && lx->lines)
			break;
		if (c == '\\' && lx->at + 1 < lx->end &&
			!(lx->lines && lx->at[1] == '\n'))
			c = unescape(*++lx->at);
		if (c == '\n' && *lx->at == '\n') {
			lx->line++;
			lx->line_start = lx->at + 1;
		}
		if (c == '\0')
			return fail(lx, "invalid character");
		sbuf_putc(&v->text, c);
	}
	return fail(lx, "unterminated quoted string");
}

static enum token
word(struct lexer *lx, struct wordvec *v)
{
	struct cword *w = vec_add(v);
	size_t start = v->text.len;

	if (w == NULL)
		return fail(lx, "too many words in one statement");
	w->line = lx->line;
	w->column = (unsigned int)(lx->at - lx->line_start) + 1;
	w->offset = start;
	if (*lx->at == '"') {
		w->quoted = true;
		return quoted_word(lx, v, start);
	}
	if (*lx->at == '[' || *lx->at == ']') {
		w->punct = *lx->at;
		sbuf_putc(&v->text, *lx->at++);
		return word_end(v, start, lx);
	}
	while (lx->at < lx->end && !ends_word(*lx->at))
		sbuf_putc(&v->text, *lx->at++);
	return word_end(v, start, lx);
}

enum token
lexer_next(struct lexer *lx, struct wordvec *v)
{
	while (lx->at < lx->end && is_blank(*lx->at)) {
		char c = *lx->at++;

		if (c == '\n') {
			newline(lx);
			if (lx->lines)
				return TOKEN_NEWLINE;
		}
	}
	if (lx->at == lx->end)
		return TOKEN_EOF;
	if (*lx->at == '#')
		return hash_comment(lx);
	if (*lx->at == '/' && lx->at + 1 < lx->end && lx->at[1] == '*' &&
		!lx->lines)
		return star_comment(lx);
	lx->last_line = lx->line;
	switch (*lx->at) {
	case '\0':
		lx->at++;
		return fail(lx, "invalid character");
	case '{':
		lx->at++;
		return TOKEN_OPEN;
	case '}':
		lx->at++;
		return TOKEN_CLOSE;
	case ';':
		lx->at++;
		return TOKEN_END;
	default:
		return word(lx, v);
	}
}

bool
words_split(const char *line, size_t len, struct wordvec *v)
{
	struct lexer lx;
	bool ok = true;

	wordvec_reset(v);
	lexer_init(&lx, line, len, true);
	for (;;) {
		enum token t = lexer_next(&lx, v);

		if (t == TOKEN_EOF || t == TOKEN_NEWLINE || t == TOKEN_COMMENT)
			break;
		if (t != TOKEN_WORD) {
			ok = false;
			break;
		}
	}
	lexer_done(&lx);
	wordvec_fix(v);
	return ok && !v->failed;
}
