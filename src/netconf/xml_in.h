/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml_in - one message of a client, as elements. Namespaces are ignored: the
 * same request arrives in several, even mixed inside one message. So are
 * attributes of the junos namespace. No DTD, no entities, nothing is fetched;
 * depth and number of elements are bounded.
 */
#ifndef NETCONF_XML_IN_H
#define NETCONF_XML_IN_H

#include <stddef.h>

#include "base/sbuf.h"
#include "base/tree.h"

#define XML_DEPTH_MAX    60u
#define XML_ELEMENTS_MAX 2000000u
#define XML_NAME_MAX     255u
#define XML_ATTRS_MAX    60u

struct xml_message {
	struct tree *tree; /* NULL after an error */
	/* Attributes of the root as they came, for the reply; also after an
	 * error behind the root's start. Each has a blank before it. */
	struct sbuf echo;
	char error[256];
};

/* 0; -EBADMSG with error set: not a message; -ENOMEM. */
int xml_read(const char *text, size_t len, struct xml_message *ret);

void xml_message_done(struct xml_message *m);

/* Append text so that it can stand in an element (or attribute): ASCII. */
void xml_put_text(struct sbuf *out, const char *text, size_t len);

#endif /* NETCONF_XML_IN_H */
