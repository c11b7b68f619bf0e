/* SPDX-License-Identifier: Apache-2.0 */
/* show security zones [OP-30]. */
#include "render/text.h"

static void
zone_text(struct text *t, const struct tnode *z)
{
	bool detail = text_style_is(t, "detail");

	sbuf_printf(t->out, "Security zone: %s\n",
		text_of(z, "zones-security-zonename"));
	if (detail)
		sbuf_printf(t->out, "  Zone ID: %s\n", text_of(z, "zone-id"));
	if (text_has(z, "zones-security-description"))
		sbuf_printf(t->out, "  Description: %s\n",
			text_of(z, "zones-security-description"));
	sbuf_printf(t->out,
		"  Send reset for non-SYN session TCP packets: %s\n",
		text_of(z, "zones-security-send-reset"));
	sbuf_printf(t->out, "  Policy configurable: %s  \n",
		text_of(z, "zones-security-policy-configurable"));
	if (text_has(z, "zones-security-screen"))
		sbuf_printf(t->out, "  Screen: %s\n",
			text_of(z, "zones-security-screen"));
	sbuf_printf(t->out, "  Interfaces bound: %s\n  Interfaces:\n",
		text_of(z, "zones-security-interfaces-bound"));
	text_foreach (i, tnode_child(z, "zones-security-interfaces"),
		"zones-security-interface-name")
		sbuf_printf(t->out, "    %s\n", i->value ? i->value : "");
	if (detail && text_has(z, "host-inbound-traffic"))
		sbuf_printf(t->out, "  Allowed host-inbound traffic : %s\n",
			text_of(z, "host-inbound-traffic"));
}

void
text_zones(struct text *t, const struct tnode *root)
{
	bool terse = text_style_is(t, "terse"), blank = false;

	if (terse)
		sbuf_puts(t->out, "Zone                        Type\n");
	text_foreach (z, root, "zones-security") {
		if (terse) {
			sbuf_printf(t->out, "%-27s %s\n",
				text_of(z, "zones-security-zonename"),
				text_of(z, "zones-security-type"));
			continue;
		}
		if (blank)
			sbuf_putc(t->out, '\n');
		blank = true;
		zone_text(t, z);
	}
}
