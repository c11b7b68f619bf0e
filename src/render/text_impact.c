/* SPDX-License-Identifier: Apache-2.0 */
/* commit check impact [EX-10]. */
#include "render/text.h"

#include <stdlib.h>
#include <string.h>

static void
put_examples(struct sbuf *out, const struct tnode *g)
{
	unsigned long count = strtoul(text_of(g, "impact-count"), NULL, 10);
	unsigned long shown = 0;

	text_foreach (s, g, "impact-session") {
		sbuf_printf(out,
			"  Session ID: %s, from zone %s: %s/%s --> %s/%s;%s\n",
			text_of(s, "session-identifier"),
			text_of(s, "source-zone-name"),
			text_of(s, "source-address"), text_of(s, "source-port"),
			text_of(s, "destination-address"),
			text_of(s, "destination-port"), text_of(s, "protocol"));
		shown++;
	}
	if (shown > 0 && count > shown)
		sbuf_printf(out, "  and %lu more\n", count - shown);
}

static void
put_group(struct sbuf *out, const struct tnode *g)
{
	const char *count = text_of(g, "impact-count");

	sbuf_printf(out, "\n%s: %s session%s: %s\n", text_of(g, "impact"),
		count, strcmp(count, "1") == 0 ? "" : "s",
		text_of(g, "impact-reason"));
	text_foreach (line, g, "configuration-line")
		sbuf_printf(out, "    %s\n", line->value);
	if (text_has(g, "configuration-line-more"))
		sbuf_printf(out, "    and %s more statements\n",
			text_of(g, "configuration-line-more"));
	put_examples(out, g);
}

void
text_impact(struct text *t, const struct tnode *root)
{
	const struct tnode *s = tnode_child(root, "impact-summary");

	if (s == NULL)
		return;
	sbuf_printf(t->out,
		"Sessions: %s, kept: %s, re-routed: %s, re-matched: %s, "
		"dropped: %s\n",
		text_of(s, "sessions-total"), text_of(s, "sessions-kept"),
		text_of(s, "sessions-rerouted"),
		text_of(s, "sessions-rematched"),
		text_of(s, "sessions-dropped"));
	text_foreach (g, root, "impact-group")
		put_group(t->out, g);
	if (text_has(s, "sessions-not-shown"))
		sbuf_printf(t->out, "\n%s more sessions, for other reasons\n",
			text_of(s, "sessions-not-shown"));
}
