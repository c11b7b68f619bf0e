/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipes - what stands behind the `|` of a command line. `display ...` and
 * `compare` choose what the daemon answers with; the others are filters that
 * the client applies to the text (cli/filter.h).
 */
#ifndef MGMT_PIPES_H
#define MGMT_PIPES_H

#include <stdbool.h>

#include "mgmt/parse_error.h"
#include "mgmt/cmdline.h"

enum pipe_form {
	PIPE_FORM_TEXT,
	PIPE_FORM_DETAIL,
	PIPE_FORM_XML,
	PIPE_FORM_XML_RPC, /* the request of the command, not its answer */
	PIPE_FORM_JSON,
	PIPE_FORM_SET,
	PIPE_FORM_SET_RELATIVE,
	PIPE_FORM_COMPARE,
};

struct pipe_stage {
	const char *name; /* "match": a literal */
	/* Borrowed from the words, or "full-names" of resolve; NULL: none.
	 * Of request: the user, or NULL for all. */
	const char *argument;
};

#define PIPE_STAGES_MAX 16u

struct pipes {
	enum pipe_form form;
	unsigned int rollback; /* of compare */
	const char *file;      /* of compare, borrowed; NULL: rollback */
	bool inherit;          /* display inheritance... */
	bool no_comments;      /* ...without saying from where */
	bool brief, terse;     /* ...on one line above, or behind */
	bool defaults;         /* ...and what is so by default */
	unsigned int n;
	struct pipe_stage stage[PIPE_STAGES_MAX];
};

/* What kind of command is piped; it decides which displays make sense. */
enum pipe_kind {
	PIPE_KIND_OPERATIONAL,
	PIPE_KIND_CONFIG, /* show configuration, show in configuration mode */
};

/* Read w from index `from`, which is a "|" or the end. 0 or -EINVAL. */
int pipes_parse(const struct cmdline *w, size_t from, enum pipe_kind kind,
	struct pipes *ret_pipes, struct parse_error *ret_error);

struct completion;

/*
 * Completions for the last word of w (index n - 1 when w->partial, else the
 * next one), given that a pipe starts at index `from`.
 */
void pipes_complete(const struct cmdline *w, size_t from, enum pipe_kind kind,
	struct completion *c);

#endif /* MGMT_PIPES_H */
