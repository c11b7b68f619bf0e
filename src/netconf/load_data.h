/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_data - what load-configuration brings along, made into elements or text
 * before the daemon sees it: JSON, and files named by url, which are read with
 * the rights of the user.
 */
#ifndef NETCONF_LOAD_DATA_H
#define NETCONF_LOAD_DATA_H

#include <stddef.h>

#include "base/tree.h"

/*
 * op is the load-configuration element, changed in place. 0; -EINVAL with why
 * set; -ENOMEM.
 */
int load_data(struct tnode *op, char *why, size_t why_size);

#endif /* NETCONF_LOAD_DATA_H */
