/* SPDX-License-Identifier: Apache-2.0 */
/* show services metrics, show services flow-monitoring [OB-41]. */
#include "render/text.h"

void
text_services_metrics(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "State: %s\n", text_of(root, "metrics-state"));
	if (!text_has(root, "metrics-address"))
		return;
	sbuf_printf(t->out, "Address: %s, port: %s\n",
		text_of(root, "metrics-address"),
		text_of(root, "metrics-port"));
	if (!text_has(root, "metrics-pages"))
		return;
	sbuf_printf(t->out,
		"Pages: %s, other requests: %s\n"
		"Last page: %s bytes in %s microseconds\n",
		text_of(root, "metrics-pages"),
		text_of(root, "metrics-requests-refused"),
		text_of(root, "metrics-last-page-bytes"),
		text_of(root, "metrics-last-page-microseconds"));
}

static void
flow_server(struct text *t, const struct tnode *s)
{
	sbuf_printf(t->out,
		"\nFlow server %s, port %s, %s\n"
		"  Routing instance: %s, reached by the %s\n",
		text_of(s, "flow-server-address"),
		text_of(s, "flow-server-port"),
		text_of(s, "flow-server-transport"),
		text_of(s, "routing-instance"), text_of(s, "flow-server-path"));
	if (text_has(s, "flow-server-state"))
		sbuf_printf(t->out, "  State: %s\n",
			text_of(s, "flow-server-state"));
	sbuf_printf(t->out,
		"  Observation domain: %s\n"
		"  Templates: sent %s times, again after %s seconds or %s "
		"packets\n"
		"  Messages: %s, records: %s, records lost: %s\n",
		text_of(s, "observation-domain"), text_of(s, "templates-sent"),
		text_of(s, "template-refresh-seconds"),
		text_of(s, "template-refresh-packets"),
		text_of(s, "messages-sent"), text_of(s, "records-sent"),
		text_of(s, "records-lost"));
	if (text_has(s, "last-error"))
		sbuf_printf(
			t->out, "  Last error: %s\n", text_of(s, "last-error"));
}

void
text_services_flow(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out, "Events: ");
	text_list(t->out, root, "flow-event", ", ");
	sbuf_puts(t->out, text_has(root, "flow-event") ? "\n" : "none\n");
	text_foreach (s, root, "flow-server")
		flow_server(t, s);
}
