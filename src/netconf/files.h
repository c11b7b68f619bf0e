/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files - file-show and file-list: a few files that clients ask for, read with
 * the rights of the user.
 */
#ifndef NETCONF_FILES_H
#define NETCONF_FILES_H

#include "netconf/exchange.h"

/* Answers if op is one of them. */
bool files_run(const struct tnode *op, struct exchange *x);

#endif /* NETCONF_FILES_H */
