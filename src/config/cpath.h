/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpath - words checked against the schema, one after the other: what
 * statements do they name, with which values, and what could come next.
 *
 * The result is a small forest of steps, since one line may hold several
 * statements ("match source-address any destination-address any").
 */
#ifndef CONFIG_CPATH_H
#define CONFIG_CPATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"
#include "config/schema.h"

struct cword;

#define CPATH_DEPTH_MAX 100u /* levels of a tree */

struct cstep {
	const struct schema_node *schema;
	const char *val[2];
	int parent;        /* index of a step; -1: the starting point */
	unsigned int word; /* index of its first word */
	unsigned int depth;
	bool has_children;
	bool bracketed; /* its children stood in brackets */
	bool is_open; /* a list or leaf without key or value (see cpath_end) */
};

enum cpath_flags {
	CPATH_ABBREV = 1 << 0, /* unambiguous prefixes of keywords do */
	CPATH_OPEN = 1 << 1,   /* the last key or value may be missing */
	CPATH_GROUP = 1 << 2,  /* below groups: keys may be patterns */
};

struct cpath {
	struct cstep *steps;
	size_t n, size;
	unsigned int flags;
	/* Where the words have led to so far. */
	const struct schema_node *cur; /* statements of this node may follow */
	int cur_step;
	const struct schema_node
		*want;          /* this one needs a key or value first */
	unsigned int key;       /* which key */
	bool key_word;          /* its CLI word has been read */
	bool bracket;           /* inside [ ] */
	unsigned int want_word; /* where want stood */
	const char *first_key;
	unsigned int base_depth;
	unsigned int words; /* fed so far */
	/* Copies of canonical values. */
	char **owned;
	size_t n_owned, owned_size;
	/* The first error: of the word with this index. */
	bool failed;
	bool nomem;
	unsigned int error_word;
	struct sbuf error;
};

/* Start at a node of the schema; want: a list whose key comes next, or NULL. */
void cpath_start(struct cpath *p, const struct schema_node *at,
	const struct schema_node *want, unsigned int depth, unsigned int flags);

/* Take one word. False after an error; then nothing more is taken. */
bool cpath_feed(struct cpath *p, const struct cword *w);

/*
 * No more words. False if a key or value is missing; with CPATH_OPEN that is
 * allowed and gives a step with is_open.
 */
bool cpath_end(struct cpath *p);

/* All of it for words[0..n) from the top of the schema. */
bool cpath_parse(struct cpath *p, const struct schema_node *at,
	const struct cword *words, size_t n, unsigned int flags);

void cpath_done(struct cpath *p);

/* The last step, NULL if there is none. */
struct cstep *cpath_last(struct cpath *p);

#endif /* CONFIG_CPATH_H */
