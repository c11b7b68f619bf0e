/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - what is configured under a name, where the answer needs more than
 * one look: used by the checks of a commit and by completion.
 */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include <stdbool.h>

#include "config/cnode.h"

/* Is the logical interface "ge-0/0/0.5" configured under interfaces? */
bool names_ifl(const struct cnode *root, const char *ifl);

/*
 * Is there an address or address-set in the books that a policy of this zone
 * sees: the zone's own, those attached to it, and global? zone NULL: global.
 */
bool names_address(
	const struct cnode *root, const char *zone, const char *name);

/* Is the book (global or named) attached to the zone? */
bool names_book_attached(const struct cnode *book, const char *zone);

#endif /* CONFIG_NAMES_H */
