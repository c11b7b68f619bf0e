/* SPDX-License-Identifier: Apache-2.0 */
/* Around the policies: shadows, schedulers, names, numbers [OP-34, OP-35]. */
#include "render/text.h"

#include <string.h>

void
text_shadow_policies(struct text *t, const struct tnode *root)
{
	text_row(t->out, "%-31s %s", "Policies", "Shadowed policies");
	text_foreach (e, root, "shadow-policy-entry")
		text_row(t->out, "%-31s %s", text_of(e, "policy-name"),
			text_of(e, "shadowed-policy-name"));
}

void
text_schedulers(struct text *t, const struct tnode *root)
{
	text_foreach (s, root, "scheduler") {
		sbuf_printf(t->out, "Scheduler name: %s, State: %s\n",
			text_of(s, "scheduler-name"),
			text_of(s, "scheduler-state"));
		text_foreach (p, s, "scheduled-policy") {
			if (text_has(p, "global-policy"))
				sbuf_printf(t->out, "  Global policy: %s\n",
					text_of(p, "policy-name"));
			else
				sbuf_printf(t->out,
					"  From zone: %s, To zone: %s, Policy: "
					"%s\n",
					text_of(p, "source-zone-name"),
					text_of(p, "destination-zone-name"),
					text_of(p, "policy-name"));
		}
	}
}

void
text_dns_cache(struct text *t, const struct tnode *root)
{
	text_foreach (e, root, "dns-cache-entry") {
		sbuf_printf(t->out, "DNS name: %s, Family: %s, State: %s",
			text_of(e, "dns-name"), text_of(e, "dns-family"),
			text_of(e, "dns-state"));
		if (text_has(e, "dns-ttl"))
			sbuf_printf(t->out, ", TTL: %s, Refresh in: %s",
				text_of(e, "dns-ttl"),
				text_of(e, "dns-refresh"));
		sbuf_putc(t->out, '\n');
		text_foreach (a, e, "dns-address")
			sbuf_printf(t->out, "  %s\n", a->value);
	}
}

void
text_policies_count(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out,
		"Policies: %s, Addresses: %s, Applications: %s, Schedulers: "
		"%s, Policy rematch: %s\n",
		text_of(root, "policy-total"), text_of(root, "address-total"),
		text_of(root, "application-total"),
		text_of(root, "scheduler-total"),
		text_of(root, "policy-rematch"));
	text_row(t->out, "%-17s %-17s %-15s %s", "From zone", "To zone",
		"Policy count", "Inactive");
	text_foreach (e, root, "policy-context-entry")
		text_row(t->out, "%-17s %-17s %-15s %s",
			text_of(e, "source-zone-name"),
			text_of(e, "destination-zone-name"),
			text_of(e, "policy-count"),
			text_of(e, "policy-inactive-count"));
}
