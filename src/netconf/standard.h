/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standard - the operations of RFC 6241 as the Junos requests that do the
 * same. What has no counterpart here is refused with the error of the RFC.
 */
#ifndef NETCONF_STANDARD_H
#define NETCONF_STANDARD_H

#include <stdbool.h>

#include "base/tree.h"

struct standard {
	bool wrap_data; /* the answer stands in <data> */
	bool ok;        /* <ok/>: there is nothing to be done */
	const char *tag, *message, *bad_element; /* refused; else NULL */
};

/*
 * Is rpc's operation one of these? Then it is turned, in place, into what the
 * daemon understands, or refused.
 */
bool standard_map(struct tnode *rpc, struct standard *ret);

#endif /* NETCONF_STANDARD_H */
