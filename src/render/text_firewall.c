/* SPDX-License-Identifier: Apache-2.0 */
/* show firewall [OP-50]: bytes end in column 55, packets in column 76. */
#include <string.h>

#include "render/text.h"

static void
rows(struct text *t, const struct tnode *f, const char *title,
	const char *element, const char *name)
{
	if (!text_has(f, element))
		return;
	sbuf_printf(t->out, "%s:\n%-35s%21s%21s\n", title, "Name", "Bytes",
		"Packets");
	text_foreach (c, f, element)
		sbuf_printf(t->out, "%-35s%21s%21s\n", text_of(c, name),
			text_of(c, "byte-count"), text_of(c, "packet-count"));
}

void
text_firewall(struct text *t, const struct tnode *root)
{
	text_foreach (f, root, "filter-information") {
		sbuf_printf(
			t->out, "\nFilter: %s\n", text_of(f, "filter-name"));
		rows(t, f, "Counters", "counter", "counter-name");
		rows(t, f, "Policers", "policer", "policer-name");
	}
}

static void
log_row(struct text *t, const struct tnode *e)
{
	sbuf_printf(t->out, "%-9.8s %-9s %-6s %-13s %-15s %-40s%s\n",
		text_of(e, "time"), text_of(e, "filter-name"),
		text_of(e, "filter-action"), text_of(e, "interface-name"),
		text_of(e, "protocol-name"), text_of(e, "source-address"),
		text_of(e, "destination-address"));
}

static void
log_detail(struct text *t, const struct tnode *e)
{
	sbuf_printf(t->out,
		"Time of Log: %s, Filter: %s, Filter action: %s, Name of "
		"interface: %s\n"
		"Name of protocol: %s, Packet Length: %s, Source address: %s, "
		"Destination address: %s\n",
		text_of(e, "time"), text_of(e, "filter-name"),
		text_of(e, "filter-action"), text_of(e, "interface-name"),
		text_of(e, "protocol-name"), text_of(e, "packet-length"),
		text_of(e, "source-address"),
		text_of(e, "destination-address"));
}

/* show firewall log [OP-51]. */
void
text_firewall_log(struct text *t, const struct tnode *root)
{
	bool detail =
		text_has(tnode_child(root, "log-information"), "packet-length");

	sbuf_puts(t->out, "Log :\n");
	if (!detail)
		sbuf_printf(t->out, "%-9s %-9s %-6s %-13s %-15s %-40s%s\n",
			"Time", "Filter", "Action", "Interface", "Protocol",
			"Src Addr", "Dest Addr");
	text_foreach (e, root, "log-information") {
		if (detail)
			log_detail(t, e);
		else
			log_row(t, e);
	}
}
