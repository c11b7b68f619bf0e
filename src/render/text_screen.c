/* SPDX-License-Identifier: Apache-2.0 */
/* show security screen ...: values begin, and counters end, in fixed columns
 * [SC-11]. */
#include "render/text.h"

void
text_screen(struct text *t, const struct tnode *root)
{
	sbuf_printf(
		t->out, "Screen object status:\n\n%-43s%s\n", "Name", "Value");
	text_foreach (n, root, "ids-option")
		sbuf_printf(t->out, "  %-43s%s\n",
			text_of(n, "ids-option-name"),
			text_of(n, "ids-option-value"));
}

void
text_screen_statistics(struct text *t, const struct tnode *root)
{
	sbuf_printf(t->out, "Screen statistics:\n\n%-45s%s\n",
		"IDS attack type", "Statistics");
	text_foreach (n, root, "ids-statistics")
		sbuf_printf(t->out, "  %-43s%10s\n",
			text_of(n, "ids-attack-type"),
			text_of(n, "ids-attack-count"));
}
