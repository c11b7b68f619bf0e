/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config - configuration text in and out: curly and set form are read, and
 * these two, XML and JSON are written.
 *
 * Errors and warnings go to the report with line and word, all of them. Text
 * with errors changes nothing, except in CONFIG_LOAD_SET, where lines stand
 * for themselves.
 *
 * Threads: the control thread.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "config/cnode.h"

struct config_tree;

#define CONFIG_TEXT_MAX    (256u << 20) /* bytes: a full table of routes */
#define CONFIG_NESTING_MAX 32u          /* open braces */

enum config_load {
	CONFIG_LOAD_MERGE,
	CONFIG_LOAD_REPLACE,  /* merge, with `replace:` replacing */
	CONFIG_LOAD_OVERRIDE, /* the text becomes the whole configuration */
	CONFIG_LOAD_UPDATE,   /* the same result */
	CONFIG_LOAD_SET,      /* lines of set, delete, ... */
};

/*
 * Read a whole configuration, curly or set form (found out by its first
 * word). 0, and the tree is the caller's; -EINVAL with at least one error in
 * the report; -ENOMEM. source names the text in the report; may be NULL.
 */
int config_load_text(const char *text, size_t len, const char *source,
	struct config_tree **ret, struct report *report);

/*
 * Load text into *tree, which is replaced by a new one if there are no errors
 * (CONFIG_LOAD_SET: changed in place). Curly text in CONFIG_LOAD_SET is an
 * error, set text in the others is taken for lines as well.
 */
int config_load(struct config_tree **tree, const char *text, size_t len,
	enum config_load how, struct report *report);

const struct cnode *config_root(const struct config_tree *t);
void config_free(struct config_tree *t); /* NULL is fine */

/*
 * Checks that the whole configuration must pass before it can be compiled:
 * references, mandatory statements, exclusions; a warning for every kind of
 * statement that has no effect. 0 or -EINVAL, -ENOMEM.
 */
int config_check(const struct cnode *root, struct report *report);

/* --- Writing. n: the root or any node; a leaf is written itself. --- */

/* Contents of n, in curly form, indented by level times four blanks. */
void config_print_curly(
	const struct cnode *n, unsigned int level, struct sbuf *out);

/* n itself as a statement in curly form. */
void config_print_statement(
	const struct cnode *n, unsigned int level, struct sbuf *out);

/* `display set`; relative leaves the path of n out. */
void config_print_set(const struct cnode *n, bool relative, struct sbuf *out);

/*
 * `display xml` and `display json`: n with all that it stands in. attributes
 * are put into the top element, after a blank (XML) or as members of "@"
 * (JSON); NULL for none.
 */
void config_print_xml(
	const struct cnode *n, const char *attributes, struct sbuf *out);
void config_print_json(
	const struct cnode *n, const char *attributes, struct sbuf *out);

/*
 * `show | compare`: what makes old into new, nothing if they are equal. The
 * trees must not be changed meanwhile; their digests are computed anew.
 */
void config_compare(const struct config_tree *old,
	const struct config_tree *new_tree, struct sbuf *out);

/*
 * The same for one place: old_node and new_node are nodes of the two trees, or
 * NULL where there is none.
 */
void config_compare_at(const struct config_tree *old,
	const struct config_tree *new_tree, const struct cnode *old_node,
	const struct cnode *new_node, struct sbuf *out);

/* Do the two have the same content? */
bool config_equal(const struct config_tree *a, const struct config_tree *b);

#endif /* CONFIG_CONFIG_H */
