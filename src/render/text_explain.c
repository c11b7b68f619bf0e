/* SPDX-License-Identifier: Apache-2.0 */
/* explain packet: a side after the other, a step a line [EX-2]. */
#include "render/text.h"

#include <string.h>

#define NAME_WIDTH 22

static void
put_step(struct sbuf *out, const struct tnode *s)
{
	bool failed = strcmp(text_of(s, "step-result"), "failed") == 0;

	sbuf_printf(out, "%c %-*s%s\n", failed ? '!' : ' ', NAME_WIDTH,
		text_of(s, "step-name"), text_of(s, "step-text"));
	text_foreach (c, s, "configuration-line")
		sbuf_printf(out, "  %-*s    %s\n", NAME_WIDTH, "", c->value);
	text_foreach (p, s, "skipped-policy")
		sbuf_printf(out, "  %-*s    not %s: %s\n", NAME_WIDTH, "",
			text_of(p, "policy-name"), text_of(p, "mismatch"));
	if (text_has(s, "skipped-policy-more"))
		sbuf_printf(out, "  %-*s    and %s more\n", NAME_WIDTH, "",
			text_of(s, "skipped-policy-more"));
}

static void
put_verdict(struct sbuf *out, const struct tnode *side)
{
	const char *verdict = text_of(side, "verdict");

	if (strcmp(verdict, "pass") == 0)
		sbuf_printf(out, "  %-*spasses, out of %s\n", NAME_WIDTH,
			"verdict", text_of(side, "egress-interface"));
	else if (strcmp(verdict, "local") == 0)
		sbuf_printf(out, "  %-*sreaches the box itself\n", NAME_WIDTH,
			"verdict");
	else if (strcmp(verdict, "drop") == 0)
		sbuf_printf(out, "! %-*sdropped, %s: %s\n", NAME_WIDTH,
			"verdict", text_of(side, "drop-reason"),
			text_of(side, "drop-description"));
	else
		sbuf_printf(out, "! %-*s%s\n", NAME_WIDTH, "verdict", verdict);
}

static void
put_fixes(struct sbuf *out, const struct tnode *root)
{
	unsigned int n = 0;

	text_foreach (f, root, "explain-fix") {
		sbuf_printf(out, "\nFix %u: %s\n", ++n,
			text_of(f, "fix-description"));
		text_foreach (line, f, "fix-line")
			sbuf_printf(out, "  %s\n", line->value);
	}
	if (text_has(root, "fixes-incomplete"))
		sbuf_puts(out, "\nThere was no time to try more changes\n");
}

void
text_explain(struct text *t, const struct tnode *root)
{
	const char *before = "";

	if (strcmp(text_of(root, "configuration-evaluated"), "candidate") == 0)
		sbuf_puts(t->out, "Against the candidate configuration\n");
	text_foreach (side, root, "explain-side") {
		bool reply = strcmp(text_of(side, "direction"), "reply") == 0;

		sbuf_printf(t->out, "%s%s: %s\n", before,
			reply ? "Reply" : "Packet",
			text_of(side, "packet-summary"));
		text_foreach (s, side, "explain-step")
			put_step(t->out, s);
		put_verdict(t->out, side);
		before = "\n";
	}
	put_fixes(t->out, root);
}
