/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPILE_COMPILE_FIREWALL_H
#define COMPILE_COMPILE_FIREWALL_H

#include "compile/compile_impl.h"

/*
 * The filter that an interface applies in one direction: family/filter/way, or
 * the filters of way-list as one, in order [FF-1]. Its index + 1, 0 for none.
 * ifl names the filter made of a list.
 */
uint16_t firewall_filter_ref(struct compile *c, const struct cnode *family,
	const char *way, enum ip_family ip, const char *ifl);

#endif /* COMPILE_COMPILE_FIREWALL_H */
