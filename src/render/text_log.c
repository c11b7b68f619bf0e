/* SPDX-License-Identifier: Apache-2.0 */
/* show security log [LG-40]. */
#include "render/text.h"

void
text_security_log(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "%-25sMessage\n", "Event time");
	text_foreach (e, root, "security-log-entry")
		sbuf_printf(t->out, "%-25s%s: %s\n", text_of(e, "event-time"),
			text_of(e, "event-id"), text_of(e, "event-message"));
}

static void
destination(struct text *t, const struct tnode *d)
{
	sbuf_printf(t->out, "\n%s %s, %s", text_of(d, "destination-kind"),
		text_of(d, "destination-name"),
		text_of(d, "destination-transport"));
	if (text_has(d, "destination-address"))
		sbuf_printf(t->out, " to %s by the %s",
			text_of(d, "destination-address"),
			text_of(d, "destination-path"));
	sbuf_printf(t->out,
		"\n  Sent: %s, lost: %s, rate-limited: %s, bytes waiting: %s\n",
		text_of(d, "messages-sent"), text_of(d, "messages-lost"),
		text_of(d, "messages-rate-limited"),
		text_of(d, "bytes-waiting"));
	if (text_has(d, "last-error"))
		sbuf_printf(
			t->out, "  Last error: %s\n", text_of(d, "last-error"));
}

void
text_security_log_statistics(struct text *t, const struct tnode *root)
{
	static const struct {
		const char *title, *element;
	} rows[] = {
		{"Sessions created", "sessions-created"},
		{"Sessions closed", "sessions-closed"},
		{"Sessions denied", "sessions-denied"},
		{"Records lost (ring full)", "records-lost"},
		{"Traces lost (ring full)", "traces-lost"},
		{"Events over the rate", "events-rate-limited"},
		{"Events of the system", "system-events"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sbuf_printf(t->out, "%-26s %s\n", rows[i].title,
			text_of(root, rows[i].element));
	text_foreach (d, root, "security-log-destination")
		destination(t, d);
}
