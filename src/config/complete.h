/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complete - what the command line asks about configuration paths: is this
 * path right, which word of it is not, what could stand next.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_COMPLETE_H
#define CONFIG_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"
#include "config/cpath.h"
#include "config/words.h"

struct config_tree;
struct cnode;

struct candidate {
	char *word; /* "unit"; "<mtu>" if is_value; "<[Enter]>" if is_enter */
	char *help; /* never NULL */
	char mark; /* '>' has statements below, '+' takes several values, ' ' */
	bool is_value; /* a placeholder, cannot be inserted */
	bool is_enter;
};

struct candidates {
	struct candidate *items; /* sorted, <[Enter]> first */
	size_t n, size;
	bool failed; /* out of memory: some are missing */
};

void candidates_done(struct candidates *c);

enum complete_flags {
	COMPLETE_EXISTING = 1 << 0,  /* only what is configured: delete, show */
	COMPLETE_HIERARCHY = 1 << 1, /* only what holds statements: edit */
};

struct path_error {
	unsigned int word;   /* index of the wrong word; n: one is missing */
	struct sbuf message; /* "syntax error", "invalid value 'x'", ... */
};

void path_error_done(struct path_error *e);

/*
 * The words that may follow words[0..n) and begin with partial ("" for all),
 * in the tree (its entries and references are offered). The words are a path
 * from the top, abbreviations allowed. 0, or -EINVAL with error filled if a
 * word is wrong, -ENOMEM.
 */
int config_complete(const struct config_tree *tree, const struct cword *words,
	size_t n, const char *partial, unsigned int flags,
	struct candidates *ret, struct path_error *error);

/*
 * Check a path against the schema: with CPATH_OPEN in flags a last key or
 * value may be missing. 0, -EINVAL, -ENOMEM.
 */
int config_path_check(const struct cword *words, size_t n, unsigned int flags,
	struct path_error *error);

/*
 * The node that the words name: 0; -ENOENT if it is not configured; -EINVAL
 * with error filled. *ret_all: the path ends with a list without its key (or a
 * leaf-list): *ret and all its next siblings are meant.
 */
int config_resolve(const struct config_tree *tree, const struct cword *words,
	size_t n, unsigned int flags, const struct cnode **ret, bool *ret_all,
	struct path_error *error);

#endif /* CONFIG_COMPLETE_H */
