/* SPDX-License-Identifier: Apache-2.0 */
/* show arp and show ipv6 neighbors [OP-45, OP-46]. */
#include "render/text.h"

static void
arp_flags(struct sbuf *out, const struct tnode *e)
{
	const struct tnode *flags = tnode_child(e, "arp-table-entry-flags");
	const char *sep = "";

	if (flags == NULL)
		return;
	tnode_foreach (f, flags) {
		sbuf_printf(out, "%s%s", sep, f->name);
		sep = " ";
	}
}

void
text_arp(struct text *t, const struct tnode *root)
{
	bool names = !text_style_is(t, "no-resolve");
	struct sbuf flags = SBUF_INIT;

	sbuf_printf(t->out,
		"MAC Address       Address         %s%s"
		"Interface               Flags\n",
		names ? "Name                      " : "", "");
	text_foreach (e, root, "arp-table-entry") {
		sbuf_reset(&flags);
		arp_flags(&flags, e);
		sbuf_printf(t->out, "%-17s %-15s ", text_of(e, "mac-address"),
			text_of(e, "ip-address"));
		if (names)
			sbuf_printf(t->out, "%-25s ", text_of(e, "hostname"));
		text_row(t->out, "%-23s %s", text_of(e, "interface-name"),
			sbuf_text(&flags));
	}
	sbuf_printf(t->out, "Total entries: %s\n",
		text_of(root, "arp-entry-count"));
	sbuf_done(&flags);
}

void
text_nd(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out,
		"IPv6 Address                            Linklayer Address  "
		"State       Exp   Rtr  Secure  Interface\n");
	text_foreach (e, root, "ipv6-nd-entry")
		text_row(t->out, "%-39s %-18s %-11s %-5s %-4s %-7s %s",
			text_of(e, "ipv6-nd-neighbor-address"),
			text_of(e, "ipv6-nd-neighbor-l2-address"),
			text_of(e, "ipv6-nd-state"),
			text_of(e, "ipv6-nd-expire"),
			text_of(e, "ipv6-nd-isrouter"),
			text_of(e, "ipv6-nd-issecure"),
			text_of(e, "ipv6-nd-interface-name"));
	sbuf_printf(
		t->out, "Total entries: %s\n", text_of(root, "ipv6-nd-total"));
}
