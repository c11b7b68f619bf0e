/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traceroute [OP-62]. Its answer comes in parts: first the target, then each
 * hop, last whether it was reached.
 */
#include "render/text.h"

#include <stdlib.h>
#include <string.h>

static void
heading(struct sbuf *out, const struct tnode *root, bool v6)
{
	sbuf_printf(out, "traceroute%s to %s (%s)", v6 ? "6" : "",
		text_of(root, "target-host"), text_of(root, "target-ip"));
	if (text_has(root, "source-ip"))
		sbuf_printf(out, " from %s", text_of(root, "source-ip"));
	sbuf_printf(out, ", %s hops max, %s byte packets\n",
		text_of(root, "max-hop-index"), text_of(root, "packet-size"));
}

static void
put_hop(struct sbuf *out, const struct tnode *hop, bool numeric)
{
	const char *last = "", *from;
	unsigned long us;

	sbuf_printf(out, "%2s ", text_of(hop, "ttl-value"));
	text_foreach (p, hop, "probe-result") {
		from = text_of(p, "ip-address");
		if (from[0] == '\0') {
			const char *why = text_of(p, "probe-failure");

			sbuf_printf(out, " %s", why[0] != '\0' ? why : "*");
			continue;
		}
		if (strcmp(from, last) != 0)
			sbuf_printf(
				out, numeric ? " %s" : " %s (%s)", from, from);
		last = from;
		us = strtoul(text_of(p, "rtt"), NULL, 10);
		sbuf_printf(out, "  %lu.%03lu ms", us / 1000, us % 1000);
		if (text_has(p, "probe-reason"))
			sbuf_printf(out, " %s", text_of(p, "probe-reason"));
	}
	sbuf_putc(out, '\n');
}

void
text_traceroute(struct text *t, const struct tnode *root)
{
	bool v6 = strstr(t->style, "inet6") != NULL;
	bool numeric = strstr(t->style, "no-resolve") != NULL;

	if (text_has(root, "packet-size"))
		heading(t->out, root, v6);
	text_foreach (hop, root, "hop")
		put_hop(t->out, hop, numeric);
}
