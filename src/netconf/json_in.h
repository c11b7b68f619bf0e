/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_in - a configuration in Junos' JSON as the elements that its XML would
 * have, so that the daemon reads one form. Both styles are taken: plain values,
 * and arrays of objects with "data".
 */
#ifndef NETCONF_JSON_IN_H
#define NETCONF_JSON_IN_H

#include <stddef.h>

#include "base/tree.h"

/*
 * Append what the text's "configuration" holds to parent. 0; -EINVAL with why
 * set; -ENOMEM.
 */
int json_read(const char *text, size_t len, struct tnode *parent, char *why,
	size_t why_size);

#endif /* NETCONF_JSON_IN_H */
