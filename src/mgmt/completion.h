/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completion - the answers to `?`, Tab and Space: what may stand at the cursor.
 */
#ifndef MGMT_COMPLETION_H
#define MGMT_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/tree.h"

struct completion_item {
	char *word; /* "<mtu>" for a value, "<[Enter]>" for the end */
	char *help;
	char mark;  /* ' ', '>' container, '+' list of values */
	bool value; /* a placeholder: never inserted */
	bool name;  /* an existing name or value: Tab inserts it, Space not */
};

struct completion {
	const char *partial; /* what is typed of the word; "" for none */
	struct completion_item *item;
	size_t n, size;
	char error[512]; /* the words before are wrong: what to say */
	unsigned int column;
	bool files;  /* names of the user's files are welcome, too */
	bool failed; /* out of memory */
};

void completion_init(struct completion *c, const char *partial);
void completion_done(struct completion *c);

/* Offer a keyword; ignored unless the typed part abbreviates it or it is
 * there already. */
void completion_word(struct completion *c, const char *word, const char *help);
/* The same with a mark: '>' or '+'. */
void completion_mark(
	struct completion *c, char mark, const char *word, const char *help);
/* An existing name (zone, interface, instance). */
void completion_name(struct completion *c, const char *word, const char *help);
/* A value the user makes up: "<name>". */
void completion_value(struct completion *c, const char *word, const char *help);
/* The same for a file on the user's side: his program adds the names. */
void completion_file(struct completion *c, const char *word, const char *help);
/* The line can be executed as it is. */
void completion_enter(struct completion *c);
/* A pipe may follow. */
void completion_pipe(struct completion *c);

/*
 * The text that can be inserted at the cursor: the common rest of the words
 * that match, with a blank when one word is complete. With `space` only
 * keywords count, and only if there is exactly one. Caller frees; NULL for
 * nothing.
 */
char *completion_insert(const struct completion *c, bool space);

/* As the `completion` frame of mgmt/proto.h. */
struct tree *completion_tree(struct completion *c, const char *key);

#endif /* MGMT_COMPLETION_H */
