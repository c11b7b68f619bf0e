/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf_path - words of the command line as the configuration engine takes
 * them, and places in the configuration.
 */
#ifndef MGMT_CONF_PATH_H
#define MGMT_CONF_PATH_H

#include "config/cpath.h"
#include "config/ctree.h"
#include "config/words.h"
#include "mgmt/cmdline.h"
#include "mgmt/parse_error.h"

/* Words w[from..to) behind the words of a path text. */
struct conf_words {
	struct cmdline prefix_line; /* owns the texts of the prefix */
	struct cword *w;
	size_t n, n_prefix;
	/* columns[i - n_prefix]: where in the line word i stands */
	const struct cmdline *line;
	size_t from;
	unsigned int end; /* column behind the last word */
};

/* prefix: an edit path, "" for the top. 0 or -ENOMEM. */
int conf_words_init(struct conf_words *cw, const char *prefix,
	const struct cmdline *line, size_t from, size_t to);
void conf_words_done(struct conf_words *cw);

/* Column of word i, counted from the first of the prefix. */
unsigned int conf_words_column(const struct conf_words *cw, size_t i);

/*
 * Read them as a path. flags as CPATH_OPEN; abbreviations are allowed. The
 * caller calls cpath_done() in any case. 0 or -EINVAL with the error set.
 */
int conf_path_parse(const struct conf_words *cw, unsigned int flags,
	struct cpath *p, struct parse_error *error);

/*
 * The engine's message as the command line ends it: "syntax error.", but
 * "Value 1 is not within range (2..3)". An ambiguous word comes with what it
 * may mean in tree.
 */
int conf_path_error(struct parse_error *error, const struct conf_words *cw,
	size_t word, const char *message, const struct config_tree *tree);

/* The words of the last step's path, spelt out: "security zones". */
void conf_path_text(const struct cpath *p, struct sbuf *out);

/* Each step of it followed by " { "; returns how many there are. */
unsigned int conf_path_braces(const struct cpath *p, struct sbuf *out);

/*
 * The existing node of the last step, NULL if it does not exist. With
 * is_open steps: the first of them, *ret_all is set.
 */
struct cnode *conf_path_node(
	const struct config_tree *tree, const struct cpath *p, bool *ret_all);

#endif /* MGMT_CONF_PATH_H */
