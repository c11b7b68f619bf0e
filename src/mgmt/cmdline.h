/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmdline - a command line cut into words, each with its place in the line, so
 * that errors can point at it.
 *
 * Blanks separate; "..." is one word with \" and \\ inside (\n is a new line);
 * an unquoted `|` is a word of its own, and so are `[` and `]` at the edges of
 * a word before the first | (lists of values); `#` at the start of a word ends
 * the line.
 */
#ifndef MGMT_CMDLINE_H
#define MGMT_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

struct cmdword {
	char *text;
	unsigned int column; /* bytes from the start of the line */
	unsigned int len;    /* bytes in the line, with quotes */
	bool quoted;
};

struct cmdline {
	struct cmdword *w;
	size_t n, size;
	unsigned int end; /* column after the last word */
	bool piped;       /* there is an unquoted | */
	bool open_quote;  /* a quote is not closed */
	bool partial;     /* the line ends inside or right after a word */
};

#define CMDLINE_WORDS_MAX 4096u

/* 0, -ENOMEM, or -E2BIG for more than CMDLINE_WORDS_MAX words. */
int cmdline_split(const char *line, struct cmdline *ret_words);
void cmdline_done(struct cmdline *w);

/* Index of the first unquoted "|" from `from` on, or w->n. */
size_t cmdline_pipe(const struct cmdline *w, size_t from);

bool cmdword_is(const struct cmdword *w, const char *text);

/* Is w an abbreviation of, or equal to, full? */
bool cmdword_abbreviates(const char *w, const char *full);

#endif /* MGMT_CMDLINE_H */
