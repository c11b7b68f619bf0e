/* SPDX-License-Identifier: Apache-2.0 */
/* A screen as stable text: what is on, by its drop reason, and the numbers. */
#include "image/screen_spec.h"

#include "base/sbuf.h"

static const char *const names[] = {
#define SCREEN(id, name, row, sentence) name,
#include "pkt/screen.def"
#undef SCREEN
};

static void
put_set(struct sbuf *out, const char *name, const struct screen_set *s)
{
	bool any = false;

	for (unsigned int v = 0; v < 256; v++) {
		if (!screen_set_has(s, (uint8_t)v))
			continue;
		if (!any)
			sbuf_printf(out, "  %s", name);
		any = true;
		sbuf_printf(out, " %u", v);
	}
	if (any)
		sbuf_putc(out, '\n');
}

static void
put_numbers(struct sbuf *out, const struct screen_spec *s)
{
	const struct {
		const char *name;
		uint32_t v;
	} list[] = {
		{"icmp-flood", s->icmp_flood},
		{"udp-flood", s->udp_flood},
		{"syn-attack", s->syn_attack},
		{"syn-alarm", s->syn_alarm},
		{"syn-source", s->syn_source},
		{"syn-destination", s->syn_destination},
		{"syn-queue", s->syn_queue},
		{"syn-timeout", s->syn_timeout_s},
		{"syn-ack-ack", s->syn_ack_ack},
		{"ip-sweep", s->ip_sweep_us},
		{"tcp-sweep", s->tcp_sweep_us},
		{"udp-sweep", s->udp_sweep_us},
		{"tcp-port-scan", s->tcp_port_scan_us},
		{"udp-port-scan", s->udp_port_scan_us},
		{"extension-headers", s->ext_limit},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i].v != 0)
			sbuf_printf(out, "  %s %u\n", list[i].name, list[i].v);
}

static void
put_limits(struct sbuf *out, const struct screen_spec *s)
{
	static const char *const sides[] = {"source", "destination"};
	static const char *const protocols[] = {"all", "tcp", "udp", "icmp"};

	for (unsigned int side = 0; side < 2; side++) {
		for (unsigned int p = 0; p < SCREEN_PROTOCOLS; p++) {
			const struct screen_limit *l = &s->limit[side][p];

			if (l->sessions || l->packet_rate || l->session_rate)
				sbuf_printf(out,
					"  limit %s %s sessions %u packets %u "
					"new %u\n",
					sides[side], protocols[p], l->sessions,
					l->packet_rate, l->session_rate);
		}
	}
}

static void
put_lists(struct sbuf *out, const char *kind,
	const struct screen_white_list *list, size_t n)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		sbuf_printf(out, "  %s white-list %s", kind, list[i].name);
		for (size_t k = 0; k < list[i].nsrc; k++)
			sbuf_printf(out, " from %s",
				ip_prefix_text(&list[i].src[k], text));
		for (size_t k = 0; k < list[i].ndst; k++)
			sbuf_printf(out, " to %s",
				ip_prefix_text(&list[i].dst[k], text));
		sbuf_putc(out, '\n');
	}
}

void
screen_spec_dump(const struct screen_spec *s, struct sbuf *out)
{
	sbuf_printf(out, "screen %s%s\n", s->name,
		s->alarm_only ? " alarm-without-drop" : "");
	for (unsigned int a = 0; a < SCREEN_COUNT; a++)
		if (s->on >> a & 1)
			sbuf_printf(out, "  %s\n", names[a]);
	put_numbers(out, s);
	put_set(out, "headers", &s->ext_headers);
	put_set(out, "hop-by-hop", &s->hop_options);
	put_set(out, "destination", &s->destination_options);
	put_limits(out, s);
	put_lists(out, "syn", s->syn_white, s->nsyn_white);
	put_lists(out, "udp", s->udp_white, s->nudp_white);
}
