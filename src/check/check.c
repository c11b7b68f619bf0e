/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_impl.h"
#include "config/config.h"
#include "config/cpath.h"
#include "config/read.h"

void
check_add(struct check *c, unsigned int line, enum check_status status,
	const char *statement, const char *reason)
{
	struct check_line *l;

	if (c->n == c->size) {
		size_t size = c->size ? c->size * 2 : 256;

		l = realloc(c->lines, size * sizeof(*l));
		if (l == NULL) {
			c->failed = true;
			return;
		}
		c->lines = l;
		c->size = size;
	}
	l = &c->lines[c->n];
	*l = (struct check_line){.line = line, .status = status};
	l->statement = strdup(statement);
	l->reason = reason != NULL ? strdup(reason) : NULL;
	if (l->statement == NULL || (reason != NULL && l->reason == NULL))
		c->failed = true;
	c->n++;
	c->count[status]++;
}

static void
words_text(const struct cword *words, size_t n, struct sbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			sbuf_putc(out, ' ');
		if (words[i].punct)
			sbuf_putc(out, words[i].punct);
		else
			words_quote(out, words[i].text, words[i].quoted);
	}
}

/* Without effect as soon as a part of it is. */
static enum check_status
status_of(const struct cpath *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (schema_is_accepted(p->steps[i].schema))
			return CHECK_ACCEPTED;
	return CHECK_SUPPORTED;
}

/* The words that the path did not take, and what it says of them. */
static void
reason_of(const struct cpath *p, const struct cword *words, size_t n,
	struct sbuf *out)
{
	sbuf_puts(out, sbuf_text(&p->error));
	if (strchr(sbuf_text(&p->error), '\'') == NULL && p->error_word < n &&
		!words[p->error_word].punct)
		sbuf_printf(out, " at '%s'", words[p->error_word].text);
}

static void
judge(struct check *c, unsigned int line, const struct cword *words, size_t n,
	bool block)
{
	struct sbuf text = SBUF_INIT, reason = SBUF_INIT;
	struct cpath p = {0};

	words_text(words, n, &text);
	if (cpath_parse(&p, schema_root, words, n, block ? CPATH_OPEN : 0)) {
		check_add(c, line, status_of(&p), sbuf_text(&text), NULL);
	} else {
		reason_of(&p, words, n, &reason);
		check_add(c, line, CHECK_UNKNOWN, sbuf_text(&text),
			sbuf_text(&reason));
	}
	c->failed |= p.nomem || text.failed || reason.failed;
	cpath_done(&p);
	sbuf_done(&text);
	sbuf_done(&reason);
}

void
check_words(struct check *c, unsigned int line, const struct cword *words,
	size_t n, bool block)
{
	size_t open = 0, close;
	struct cword *one;

	while (open < n && words[open].punct != '[')
		open++;
	close = open;
	while (close < n && words[close].punct != ']')
		close++;
	if (close == n || close == open + 1) {
		judge(c, line, words, n, block);
		return;
	}
	/* [ a b ]: what stands before it, with each of them */
	one = calloc(n, sizeof(*one));
	if (one == NULL) {
		c->failed = true;
		return;
	}
	memcpy(one, words, open * sizeof(*one));
	memcpy(one + open + 1, words + close + 1,
		(n - close - 1) * sizeof(*one));
	for (size_t i = open + 1; i < close; i++) {
		one[open] = words[i];
		check_words(c, words[i].line, one, n - (close - open), block);
	}
	free(one);
}

int
check_text(struct check *c, const char *text, size_t len, struct sbuf *why)
{
	size_t blanks = 0;
	int rc;

	if (len > CONFIG_TEXT_MAX) {
		sbuf_printf(why, "longer than %u bytes", CONFIG_TEXT_MAX);
		return -EINVAL;
	}
	if (memchr(text, '\0', len) != NULL) {
		sbuf_puts(why, "not a text");
		return -EINVAL;
	}
	while (blanks < len && strchr(" \t\r\n", text[blanks]) != NULL)
		blanks++;
	if (blanks < len && text[blanks] == '<')
		rc = check_xml(c, text + blanks, len - blanks, why);
	else if (read_is_set(text, len))
		rc = check_set(c, text, len, why);
	else
		rc = check_curly(c, text, len, why);
	return rc == 0 && c->failed ? -ENOMEM : rc;
}

void
check_done(struct check *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->lines[i].statement);
		free(c->lines[i].reason);
	}
	free(c->lines);
	*c = CHECK_INIT;
}
