/* SPDX-License-Identifier: Apache-2.0 */
/* pager_keys - the keys of the ---(more)--- prompt. */
#ifndef CLI_PAGER_KEYS_H
#define CLI_PAGER_KEYS_H

#include <stdbool.h>

enum pager_key {
	PAGER_NO_KEY, /* one without a meaning */
	PAGER_PAGE,
	PAGER_LINE,
	PAGER_HALF,
	PAGER_BACK,
	PAGER_BACK_LINE,
	PAGER_BACK_HALF,
	PAGER_TOP,
	PAGER_BOTTOM,
	PAGER_QUIT,
	PAGER_HOLD,
	PAGER_NO_HOLD,
	PAGER_HELP,
	PAGER_AGAIN,
	PAGER_CLEAR,
	PAGER_REDRAW,
	/* These ask for a text; the number is the key. */
	PAGER_SEARCH = '/',
	PAGER_SEARCH_BACK = '?',
	PAGER_MATCH = 'm',
	PAGER_EXCEPT = 'e',
	PAGER_SAVE = 's',
};

/*
 * One key, without echo and without signals; PAGER_QUIT when there is none.
 * wait comes before each read and may say that none will come; or NULL.
 */
enum pager_key pager_keys_read(bool (*wait)(void *ctx), void *ctx);

/* A line behind prompt, with echo; NULL if it was given up. Caller frees. */
char *pager_keys_line(const char *prompt, bool (*wait)(void *ctx), void *ctx);

#endif /* CLI_PAGER_KEYS_H */
