/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/netconf share. */
#ifndef NETCONF_TEST_H
#define NETCONF_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "netconf/xml_in.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Elements on one line, attributes in the order they came. */
static inline void
flat(const struct tnode *n, struct sbuf *out)
{
	sbuf_printf(out, "<%s", n->name);
	for (const struct tattr *a = n->attrs; a != NULL; a = a->next)
		sbuf_printf(out, " %s='%s'", a->name, a->value);
	if (n->value == NULL && n->first == NULL) {
		sbuf_puts(out, "/>");
		return;
	}
	sbuf_puts(out, ">");
	if (n->value != NULL)
		sbuf_puts(out, n->value);
	tnode_foreach (c, n)
		flat(c, out);
	sbuf_printf(out, "</%s>", n->name);
}

/* A message that must be good; the caller calls xml_message_done(). */
static inline void
read_good(const char *text, struct xml_message *m)
{
	if (xml_read(text, strlen(text), m) != 0)
		fail_msg("refused: %s: %s", m->error, text);
}

#endif /* NETCONF_TEST_H */
