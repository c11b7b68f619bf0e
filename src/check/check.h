/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check - how much of a configuration vrflow knows [CF-90]: every statement of
 * a text is supported, accepted without effect, or unknown. The schema alone
 * is asked; nothing is loaded, so that one unknown statement hides no other.
 *
 * A statement is what one line of `display set` says: what ends in a semicolon
 * in curly form, a line of set, an element without elements in XML.
 *
 * Threads: one.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"

enum check_status {
	CHECK_SUPPORTED,
	CHECK_ACCEPTED, /* read and kept, without effect */
	CHECK_UNKNOWN,  /* loading it is an error */
	CHECK_STATUS_N,
};

struct check_line {
	unsigned int line; /* 1.. */
	enum check_status status;
	char *statement; /* its words, from the top */
	char *reason;    /* of CHECK_UNKNOWN, else NULL */
};

struct check {
	struct check_line *lines; /* in the order of the text */
	size_t n, size;
	size_t count[CHECK_STATUS_N];
	bool failed; /* out of memory; the lines are not all */
};

#define CHECK_INIT ((struct check){0})

/*
 * Judge a text in curly, set or XML form; which one it is, is found out.
 * 0; -EINVAL: not a configuration, why says so; -ENOMEM.
 */
int check_text(struct check *c, const char *text, size_t len, struct sbuf *why);

/* Write them down; source names the text. all: the supported ones, too. */
void check_print(
	const struct check *c, const char *source, bool all, struct sbuf *out);

/* The same as JSON; false on no memory. */
bool check_json(
	const struct check *c, const char *source, bool all, struct sbuf *out);

void check_done(struct check *c); /* CHECK_INIT again */

/* vrflow check-config [--json] [--all] FILE...; the exit status. */
int check_main(int argc, char **argv);

#endif /* CHECK_CHECK_H */
