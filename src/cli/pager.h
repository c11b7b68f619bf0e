/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pager - text to the user's screen, a page at a time: ---(more)---, with the
 * keys of Junos: forward and back, search, filter, save [OP-117].
 *
 * What was printed is kept as long as the pager asks, so that the user can go
 * back; of very long texts only the last PAGER_KEEP_BYTES. Nothing but the text
 * is written when standard output is no terminal or the length is 0.
 */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/sbuf.h"

#define PAGER_KEEP_BYTES (16u << 20)

struct pager {
	bool paging;
	bool hold; /* stay at the end of the text */
	bool quit; /* the user has seen enough: drop the rest */
	unsigned int rows, columns;

	/* Waits for a key; false: there will be none. NULL: just read. */
	bool (*wait)(void *ctx);
	void *ctx;

	struct sbuf raw;  /* what came */
	struct sbuf view; /* lines of raw that pass the filter; or all */
	size_t viewed;    /* bytes of raw that were looked at for view */
	size_t printed;   /* bytes of view */
	unsigned int row, column; /* on the page */
	unsigned int page;        /* rows until the next question */
	size_t *starts; /* where the rows printed so far begin in view */
	size_t n_starts, starts_size;

	bool filtering, except;
	regex_t filter;
	bool searching; /* for a line that has not come yet */
	bool has_search, backward;
	regex_t search;
	size_t search_from, search_back; /* where to go on, where to return */
	FILE *save;
	bool ended; /* no more text comes */
};

/* rows: 0: no paging. columns: for lines that wrap; 0: they do not. */
void pager_start(
	struct pager *p, bool paging, unsigned int rows, unsigned int columns);
void pager_write(struct pager *p, const char *text, size_t len);
void pager_end(struct pager *p);
void pager_done(struct pager *p); /* free; also before another start */

#endif /* CLI_PAGER_H */
