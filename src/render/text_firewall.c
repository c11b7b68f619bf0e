/* SPDX-License-Identifier: Apache-2.0 */
/* show firewall [OP-50]: bytes end in column 55, packets in column 76. */
#include "render/text.h"

void
text_firewall(struct text *t, const struct tnode *root)
{
	text_foreach (f, root, "filter-information") {
		sbuf_printf(
			t->out, "\nFilter: %s\n", text_of(f, "filter-name"));
		if (!text_has(f, "counter"))
			continue;
		sbuf_printf(t->out, "Counters:\n%-35s%21s%21s\n", "Name",
			"Bytes", "Packets");
		text_foreach (c, f, "counter")
			sbuf_printf(t->out, "%-35s%21s%21s\n",
				text_of(c, "counter-name"),
				text_of(c, "byte-count"),
				text_of(c, "packet-count"));
	}
}
