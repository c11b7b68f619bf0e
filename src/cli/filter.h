/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter - the pipes that the client applies to a text, line by line and in
 * order: match, except, find, count, last, trim, resolve, save, append, tee,
 * request message. no-more, hold and refresh pass everything on.
 *
 * Regular expressions are extended and ignore case [OP-104]. Files are opened
 * when the first output comes or at the end, and written with the user's
 * rights.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter_chain;

/* Where the text goes in the end. */
typedef void (*filter_sink)(void *ctx, const char *text, size_t len);

struct filter_chain *filter_create(filter_sink sink, void *ctx);
void filter_free(struct filter_chain *f); /* NULL is fine */

/*
 * Append a stage. screen_lines: what `last` without a number shows. 0, or
 * -EINVAL with why set: not a regular expression, not a number.
 */
int filter_add(struct filter_chain *f, const char *name, const char *argument,
	unsigned int screen_lines, char *why, size_t why_size);

/* After the end: the text that `request message` gathered, and for whom (NULL:
 * all). False: there is no such pipe. */
bool filter_message(
	const struct filter_chain *f, const char **ret_user, const char **ret);

void filter_feed(struct filter_chain *f, const char *text, size_t len);

/* The text is over: counts, last lines, and what was saved. False if a file
 * could not be written; the reason is in why. */
bool filter_end(struct filter_chain *f, char *why, size_t why_size);

#endif /* CLI_FILTER_H */
