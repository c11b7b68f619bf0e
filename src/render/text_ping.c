/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ping [OP-60]. Its answer comes in parts: first the target, then each probe,
 * last the summary. The style says which family and whether it is rapid.
 */
#include "render/text.h"

#include <stdlib.h>
#include <string.h>

struct ping_style {
	bool v6, rapid;
};

/* Microseconds as "1.013". */
static void
put_ms(struct sbuf *out, const char *us)
{
	unsigned long v = strtoul(us, NULL, 10);

	sbuf_printf(out, "%lu.%03lu", v / 1000, v % 1000);
}

static void
heading(struct sbuf *out, const struct tnode *root, struct ping_style st)
{
	unsigned long size = strtoul(text_of(root, "packet-size"), NULL, 10);

	if (st.v6)
		sbuf_printf(out, "PING6(%lu=40+8+%lu bytes) %s --> %s\n",
			size + 48, size, text_of(root, "source-ip"),
			text_of(root, "target-ip"));
	else
		sbuf_printf(out, "PING %s (%s): %lu data bytes\n",
			text_of(root, "target-host"),
			text_of(root, "target-ip"), size);
}

static void
probe(struct sbuf *out, const struct tnode *p, struct ping_style st)
{
	bool ok = text_has(p, "probe-success");

	if (st.rapid) {
		const char *why = text_of(p, "probe-failure");

		if (strncmp(why, "ping: ", 6) == 0)
			sbuf_printf(out, "%s\n", why);
		sbuf_putc(out, ok ? '!' : '.');
		return;
	}
	if (!ok) {
		if (text_has(p, "probe-failure"))
			sbuf_printf(out, "%s\n", text_of(p, "probe-failure"));
		return;
	}
	if (st.v6)
		sbuf_printf(out, "%s bytes from %s, icmp_seq=%s hlim=%s time=",
			text_of(p, "response-size"), text_of(p, "ip-address"),
			text_of(p, "sequence-number"),
			text_of(p, "time-to-live"));
	else
		sbuf_printf(out, "%s bytes from %s: icmp_seq=%s ttl=%s time=",
			text_of(p, "response-size"), text_of(p, "ip-address"),
			text_of(p, "sequence-number"),
			text_of(p, "time-to-live"));
	put_ms(out, text_of(p, "rtt"));
	sbuf_puts(out, " ms\n");
}

static void
summary(struct sbuf *out, const struct tnode *root, const struct tnode *s,
	struct ping_style st)
{
	const char *host = tnode_attr(s, "junos:host");
	static const char *const rtts[] = {
		"rtt-minimum", "rtt-average", "rtt-maximum", "rtt-stddev"};

	/* Ends the row of marks, or stands before the heading. */
	sbuf_putc(out, '\n');
	sbuf_printf(out, "--- %s ping%s statistics ---\n",
		host != NULL ? host : text_of(root, "target-host"),
		st.v6 ? "6" : "");
	sbuf_printf(out,
		"%s packets transmitted, %s packets received, %s%% packet "
		"loss\n",
		text_of(s, "probes-sent"), text_of(s, "responses-received"),
		text_of(s, "packet-loss"));
	if (!text_has(s, "rtt-minimum"))
		return;
	sbuf_printf(out,
		"round-trip min/avg/max/%s = ", st.v6 ? "std-dev" : "stddev");
	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			sbuf_putc(out, '/');
		put_ms(out, text_of(s, rtts[i]));
	}
	sbuf_puts(out, " ms\n");
}

void
text_ping(struct text *t, const struct tnode *root)
{
	const struct tnode *s = tnode_child(root, "probe-results-summary");
	struct ping_style st = {
		.v6 = strstr(t->style, "inet6") != NULL,
		.rapid = strstr(t->style, "rapid") != NULL,
	};

	if (text_has(root, "packet-size"))
		heading(t->out, root, st);
	text_foreach (p, root, "probe-result")
		probe(t->out, p, st);
	if (s != NULL)
		summary(t->out, root, s, st);
}
