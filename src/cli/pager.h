/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pager - text to the user's screen, a page at a time: ---(more)---.
 *
 * Nothing but the text is written when standard output is no terminal or the
 * length is 0.
 */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>
#include <stddef.h>

struct pager {
	bool paging;
	bool hold; /* stay at the end of the text */
	bool quit; /* the user has seen enough: drop the rest */
	unsigned int rows, columns, row, column;
};

/* rows: 0: no paging. columns: for lines that wrap; 0: they do not. */
void pager_start(
	struct pager *p, bool paging, unsigned int rows, unsigned int columns);
void pager_write(struct pager *p, const char *text, size_t len);
void pager_end(struct pager *p);

#endif /* CLI_PAGER_H */
