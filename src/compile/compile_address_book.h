/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPILE_COMPILE_ADDRESS_BOOK_H
#define COMPILE_COMPILE_ADDRESS_BOOK_H

#include "compile/compile_impl.h"

/*
 * The index in image->addrs of what an address name means in a policy of this
 * zone (its attached or own book, then the global one); made on first use. An
 * error at node, and false, if there is none. zone may be ZONE_NULL: global
 * only.
 */
bool books_resolve(struct compile *c, const struct cnode *node,
	struct zone_id zone, const char *name, uint32_t *ret);

void books_free(struct books *books); /* NULL is fine */

#endif /* COMPILE_COMPILE_ADDRESS_BOOK_H */
