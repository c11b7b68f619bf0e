/* SPDX-License-Identifier: Apache-2.0 */
#include "render/text.h"

void
text_workers(struct text *t, const struct tnode *root)
{
	sbuf_puts(t->out, "Worker   Sessions          Received       "
			  "Handed over             Drops\n");
	text_foreach (w, root, "flow-worker")
		sbuf_printf(t->out, "%-6s %10s %17s %17s %17s\n",
			text_of(w, "worker"), text_of(w, "active-sessions"),
			text_of(w, "received-packets"),
			text_of(w, "handed-over-packets"),
			text_of(w, "hand-over-drops"));
}
