/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/cmdline.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

static int
add(struct cmdline *w, struct sbuf *text, size_t from, size_t to, bool quoted)
{
	struct cmdword *at;

	if (w->n == CMDLINE_WORDS_MAX)
		return -E2BIG;
	if (w->n == w->size) {
		size_t size = w->size ? w->size * 2 : 16;

		at = realloc(w->w, size * sizeof(*at));
		if (at == NULL)
			return -ENOMEM;
		w->w = at;
		w->size = size;
	}
	at = &w->w[w->n];
	at->text = text->failed ? NULL : strdup(sbuf_text(text));
	if (at->text == NULL)
		return -ENOMEM;
	at->column = (unsigned int)from;
	at->len = (unsigned int)(to - from);
	at->quoted = quoted;
	w->n++;
	w->end = (unsigned int)to;
	sbuf_reset(text);
	return 0;
}

/* The part between quotes that starts at p[i]; returns where it ends. */
static size_t
quoted_part(const char *p, size_t i, struct sbuf *text, bool *ret_open)
{
	for (i++; p[i] != '\0' && p[i] != '"'; i++) {
		if (p[i] == '\\' && (p[i + 1] == '"' || p[i + 1] == '\\'))
			sbuf_putc(text, p[++i]);
		else if (p[i] == '\\' && p[i + 1] == 'n') {
			sbuf_putc(text, '\n');
			i++;
		} else
			sbuf_putc(text, p[i]);
	}
	*ret_open = p[i] == '\0';
	return *ret_open ? i : i + 1;
}

/*
 * One character that is a word by itself where it stands? Behind a pipe the
 * brackets belong to regular expressions.
 */
static bool
alone(const struct cmdline *w, const char *p, size_t i, bool at_start)
{
	if (p[i] == '|')
		return true;
	if (w->piped || (p[i] != '[' && p[i] != ']'))
		return false;
	if (p[i] == '[')
		return at_start;
	return p[i + 1] == '\0' || p[i + 1] == ';' ||
	       isspace((unsigned char)p[i + 1]);
}

static int
split(const char *p, struct cmdline *w, struct sbuf *text)
{
	size_t i = 0, from;
	bool quoted;
	int rc = 0;

	while (rc == 0) {
		while (isspace((unsigned char)p[i]))
			i++;
		if (p[i] == '\0' || p[i] == '#')
			break;
		from = i;
		quoted = false;
		if (alone(w, p, i, true)) {
			w->piped |= p[i] == '|';
			sbuf_putc(text, p[i++]);
			rc = add(w, text, from, i, false);
			continue;
		}
		while (p[i] != '\0' && !isspace((unsigned char)p[i]) &&
			!alone(w, p, i, false)) {
			if (p[i] == '"') {
				quoted = true;
				i = quoted_part(p, i, text, &w->open_quote);
			} else
				sbuf_putc(text, p[i++]);
		}
		rc = add(w, text, from, i, quoted);
	}
	w->partial = i > 0 && p[i] == '\0' && w->n > 0 &&
		     !cmdword_is(&w->w[w->n - 1], "|") &&
		     (w->open_quote || !isspace((unsigned char)p[i - 1]));
	return rc;
}

int
cmdline_split(const char *line, struct cmdline *ret_words)
{
	struct cmdline w = {0};
	struct sbuf text = SBUF_INIT;
	int rc = split(line, &w, &text);

	sbuf_done(&text);
	if (rc < 0) {
		cmdline_done(&w);
		return rc;
	}
	*ret_words = w;
	return 0;
}

void
cmdline_done(struct cmdline *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->w[i].text);
	free(w->w);
	*w = (struct cmdline){0};
}

size_t
cmdline_pipe(const struct cmdline *w, size_t from)
{
	while (from < w->n && !cmdword_is(&w->w[from], "|"))
		from++;
	return from;
}

bool
cmdword_is(const struct cmdword *w, const char *text)
{
	return !w->quoted && strcmp(w->text, text) == 0;
}

bool
cmdword_abbreviates(const char *w, const char *full)
{
	return w[0] != '\0' && strncmp(w, full, strlen(w)) == 0;
}
