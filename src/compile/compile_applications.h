/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPILE_COMPILE_APPLICATIONS_H
#define COMPILE_COMPILE_APPLICATIONS_H

#include "compile/compile_impl.h"

/*
 * Append to *list the indices in image->apps of what the name of an application
 * or set means, each once. seen starts a new list: call apps_begin() before the
 * first name of a policy. An error at node if there is no such name.
 */
void apps_begin(struct compile *c);
void apps_resolve(struct compile *c, const struct cnode *node, const char *name,
	uint32_t **list, size_t *n);

void apps_free(struct apps *apps); /* NULL is fine */

#endif /* COMPILE_COMPILE_APPLICATIONS_H */
