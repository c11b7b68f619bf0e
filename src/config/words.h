/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - configuration text on its smallest scale: words read from text, and
 * nodes written as the words that name them, quoted where Junos quotes.
 */
#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"

struct cnode;

struct cword {
	const char *text;
	size_t offset; /* in the vector's text while it grows */
	unsigned int line, column;
	bool quoted;
	char punct; /* '[' or ']' outside quotes; 0 for a word */
};

struct wordvec {
	struct cword *w;
	size_t n, size;
	struct sbuf text;
	bool failed;
};

#define WORDVEC_INIT ((struct wordvec){0})

void wordvec_reset(struct wordvec *v);
void wordvec_done(struct wordvec *v);

enum token {
	TOKEN_WORD, /* appended to the vector; brackets too */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_END,     /* ; */
	TOKEN_NEWLINE, /* only if lines count */
	TOKEN_COMMENT, /* its text is in lexer.comment */
	TOKEN_EOF,
	TOKEN_ERROR, /* lexer.error says what; the lexer went past it */
};

struct lexer {
	const char *at, *end;
	const char *line_start;
	unsigned int line;
	bool lines;             /* a newline ends the statement */
	unsigned int last_line; /* of the last token that was no comment */
	struct sbuf comment;
	const char *error;
	unsigned int error_line;
};

void lexer_init(struct lexer *lx, const char *text, size_t len, bool lines);
enum token lexer_next(struct lexer *lx, struct wordvec *v);
void lexer_done(struct lexer *lx);

/*
 * Split one line of a command into words; false on an open quote. The
 * pointers w[i].text are valid until v changes.
 */
bool words_split(const char *line, size_t len, struct wordvec *v);
void wordvec_fix(struct wordvec *v); /* set w[i].text after a statement */

/* text, quoted if it must be or if force is set. */
void words_quote(struct sbuf *out, const char *text, bool force);

/* Keyword and keys or value of n itself: "policy P", "mtu 1500". */
void words_node(const struct cnode *n, struct sbuf *out);
void words_keyword(const struct cnode *n, struct sbuf *out);
void words_values(const struct cnode *n, struct sbuf *out);

/* All words from the top to n, blanks between; nothing for the root. */
void words_path(const struct cnode *n, struct sbuf *out);

/* "[edit PATH]" without the brackets and the word for n's parent, or NULL. */
char *words_parent_path(const struct cnode *n);
char *words_statement(const struct cnode *n); /* words_node as a string */

#endif /* CONFIG_WORDS_H */
