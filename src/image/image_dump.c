/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of an image_spec; one function per array. Default values are not
 * printed where a word stands for the exception ("disabled", "tcp-rst").
 */
#include "image/image_dump.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "image/image_spec.h"

static const char *
vr_name(const struct image_spec *spec, struct vr_id vr)
{
	for (size_t i = 0; i < spec->nvrs; i++)
		if (spec->vrs[i].id.v == vr.v)
			return spec->vrs[i].name;
	return "?";
}

static const char *
zone_name(const struct image_spec *spec, struct zone_id zone)
{
	if (zone.v == ZONE_NULL.v)
		return "null";
	if (zone.v == ZONE_MANAGEMENT.v)
		return "management";
	if (zone.v == ZONE_JUNOS_HOST.v)
		return "junos-host";
	for (size_t i = 0; i < spec->nzones; i++)
		if (spec->zones[i].id.v == zone.v)
			return spec->zones[i].name;
	return "?";
}

static void
put_word(struct sbuf *out, bool is, const char *word)
{
	if (is)
		sbuf_printf(out, " %s", word);
}

static void
put_description(struct sbuf *out, const char *text)
{
	if (text[0] != '\0')
		sbuf_printf(out, "  description \"%s\"\n", text);
}

static void
dump_ifds(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->nifds; i++) {
		const struct ifd_spec *ifd = &spec->ifds[i];

		if (ifd->name[0] == '\0')
			continue;
		sbuf_printf(out, "ifd %zu %s mtu %u", i, ifd->name, ifd->mtu);
		if (ifd->device[0] != '\0')
			sbuf_printf(out, " device %s", ifd->device);
		put_word(out, ifd->vlan_tagging, "vlan-tagging");
		put_word(out, ifd->disabled, "disabled");
		sbuf_putc(out, '\n');
		put_description(out, ifd->description);
	}
}

static void
put_inbound(struct sbuf *out, const struct host_inbound_spec *h)
{
	if (h->services != 0)
		sbuf_puts(out, "  host-inbound services");
	for (unsigned int i = 0; i < HOST_SVC_COUNT; i++)
		put_word(out, (h->services >> i & 1) != 0,
			host_service_name((enum host_service)i));
	if (h->services != 0)
		sbuf_putc(out, '\n');
	if (h->protocols != 0)
		sbuf_puts(out, "  host-inbound protocols");
	for (unsigned int i = 0; i < HOST_PROTO_COUNT; i++)
		put_word(out, (h->protocols >> i & 1) != 0,
			host_protocol_name((enum host_protocol)i));
	if (h->protocols != 0)
		sbuf_putc(out, '\n');
}

static void
put_filter(const struct image_spec *spec, struct sbuf *out, const char *way,
	uint16_t index)
{
	if (index != 0)
		sbuf_printf(out, "  filter %s %s\n", way,
			spec->filters[index - 1].name);
}

static void
put_ifl_addresses(const struct ifl_spec *ifl, struct sbuf *out)
{
	char buf[IP_TEXT_MAX];

	for (size_t i = 0; i < ifl->naddrs; i++) {
		const struct ifl_addr_spec *a = &ifl->addrs[i];

		sbuf_printf(
			out, "  address %s", ip_prefix_text(&a->prefix, buf));
		put_word(out, a->primary, "primary");
		put_word(out, a->preferred, "preferred");
		sbuf_putc(out, '\n');
	}
}

static void
dump_ifls(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->nifls; i++) {
		const struct ifl_spec *ifl = &spec->ifls[i];

		sbuf_printf(out, "ifl %u %s ifd %u unit %u vr %s zone %s",
			ifl->id.v, ifl->name, ifl->ifd.v, ifl->unit,
			vr_name(spec, ifl->vr), zone_name(spec, ifl->zone));
		if (ifl->vlan != 0)
			sbuf_printf(out, " vlan %u", ifl->vlan);
		put_word(out, ifl->disabled, "disabled");
		sbuf_putc(out, '\n');
		put_description(out, ifl->description);
		if (ifl->inet)
			sbuf_printf(out, "  inet mtu %u\n", ifl->mtu4);
		if (ifl->inet6)
			sbuf_printf(out, "  inet6 mtu %u\n", ifl->mtu6);
		put_ifl_addresses(ifl, out);
		put_inbound(out, &ifl->host_inbound);
		put_filter(spec, out, "inet input", ifl->filter_in4);
		put_filter(spec, out, "inet output", ifl->filter_out4);
		put_filter(spec, out, "inet6 input", ifl->filter_in6);
		put_filter(spec, out, "inet6 output", ifl->filter_out6);
	}
}

static void
dump_vrs_zones(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->nvrs; i++) {
		const struct vr_spec *vr = &spec->vrs[i];

		sbuf_printf(out, "vr %u %s type %s\n", vr->id.v, vr->name,
			vr->type);
		put_filter(spec, out, "host inet input", vr->filter_in4);
		put_filter(spec, out, "host inet output", vr->filter_out4);
		put_filter(spec, out, "host inet6 input", vr->filter_in6);
		put_filter(spec, out, "host inet6 output", vr->filter_out6);
	}
	for (size_t i = 0; i < spec->nzones; i++) {
		const struct zone_spec *z = &spec->zones[i];

		sbuf_printf(out, "zone %u %s", z->id.v, z->name);
		put_word(out, z->tcp_rst, "tcp-rst");
		if (z->screen != 0)
			sbuf_printf(out, " screen %s",
				spec->screens[z->screen - 1].name);
		sbuf_putc(out, '\n');
		put_description(out, z->description);
		put_inbound(out, &z->host_inbound);
	}
	for (size_t i = 0; i < spec->nscreens; i++)
		screen_spec_dump(&spec->screens[i], out);
}

static void
dump_addrs(const struct image_spec *spec, struct sbuf *out)
{
	char lo[IP_TEXT_MAX], hi[IP_TEXT_MAX];

	for (size_t i = 0; i < spec->naddrs; i++) {
		const struct addr_obj_spec *a = &spec->addrs[i];

		sbuf_printf(
			out, "address %zu %s book %s\n", i, a->name, a->book);
		for (size_t k = 0; k < a->n; k++)
			sbuf_printf(out, "  %s %s..%s\n",
				ip_prefix_text(&a->prefixes[k],
					(char[IP_TEXT_MAX]){0}),
				ip_addr_text(&a->ranges[k].lo, lo),
				ip_addr_text(&a->ranges[k].hi, hi));
		for (size_t k = 0; k < a->nwildcards; k++)
			sbuf_printf(out, "  wildcard %08x/%08x\n",
				a->wildcards[k].addr, a->wildcards[k].mask);
		for (size_t k = 0; k < a->ndns; k++)
			sbuf_printf(out, "  dns-name %s%s%s\n", a->dns[k].name,
				a->dns[k].v4 ? " inet" : "",
				a->dns[k].v6 ? " inet6" : "");
	}
}

static void
put_app_term(struct sbuf *out, const struct app_term_spec *t)
{
	const char *name = ip_protocol_name(t->protocol);

	if (name != NULL)
		sbuf_printf(out, "  protocol %s", name);
	else
		sbuf_printf(out, "  protocol %u", t->protocol);
	if (t->sport_lo != 0 || t->sport_hi != UINT16_MAX)
		sbuf_printf(
			out, " source-port %u-%u", t->sport_lo, t->sport_hi);
	if (t->dport_lo != 0 || t->dport_hi != UINT16_MAX)
		sbuf_printf(out, " destination-port %u-%u", t->dport_lo,
			t->dport_hi);
	if (t->icmp_type >= 0)
		sbuf_printf(out, " icmp-type %d", t->icmp_type);
	if (t->icmp_code >= 0)
		sbuf_printf(out, " icmp-code %d", t->icmp_code);
	if (t->timeout == APP_TIMEOUT_NEVER)
		sbuf_puts(out, " timeout never");
	else if (t->timeout != 0)
		sbuf_printf(out, " timeout %u", t->timeout);
	sbuf_putc(out, '\n');
}

static void
dump_apps(const struct image_spec *spec, struct sbuf *out)
{
	bool *used = calloc(spec->napps + 1, sizeof(*used));

	if (used == NULL) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < spec->npolicies; i++)
		for (size_t k = 0; k < spec->policies[i].napps; k++)
			used[spec->policies[i].apps[k]] = true;
	for (size_t i = 0; i < spec->napps; i++) {
		const struct app_spec *a = &spec->apps[i];

		if (!used[i])
			continue;
		sbuf_printf(out, "application %s", a->name);
		if (a->alg[0] != '\0')
			sbuf_printf(out, " alg %s", a->alg);
		sbuf_putc(out, '\n');
		for (size_t k = 0; !a->any && k < a->n; k++)
			put_app_term(out, &a->terms[k]);
	}
	free(used);
}

static void
put_zones(const struct image_spec *spec, struct sbuf *out,
	const struct zone_id *zones, size_t n)
{
	if (n == 0)
		sbuf_puts(out, " any");
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, " %s", zone_name(spec, zones[i]));
}

static void
put_addrs(const struct image_spec *spec, struct sbuf *out, const char *word,
	const uint32_t *list, size_t n, bool excluded)
{
	sbuf_printf(out, "  %s%s", word, excluded ? " excluded" : "");
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, " %s", spec->addrs[list[i]].name);
	sbuf_putc(out, '\n');
}

static void
put_policy_actions(const struct policy_spec *p, struct sbuf *out)
{
	static const char *const actions[] = {[POLICY_DENY] = "deny",
		[POLICY_PERMIT] = "permit",
		[POLICY_REJECT] = "reject"};

	sbuf_printf(out, "  then %s", actions[p->action]);
	put_word(out, p->log_init, "log session-init");
	put_word(out, p->log_close, "log session-close");
	put_word(out, p->count, "count");
	put_word(out, p->inactive, "inactive");
	if (p->scheduler != 0)
		sbuf_printf(out, " scheduler %u", p->scheduler);
	put_word(out, p->tcp_syn_check, "syn-check-required");
	put_word(out, p->tcp_sequence_check, "sequence-check-required");
	if (p->tcp_initial_mss != 0)
		sbuf_printf(out, " initial-tcp-mss %u", p->tcp_initial_mss);
	if (p->tcp_reverse_mss != 0)
		sbuf_printf(out, " reverse-tcp-mss %u", p->tcp_reverse_mss);
	sbuf_putc(out, '\n');
}

static void
dump_policies(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];

		sbuf_printf(out, "policy %u %s%s from", p->index, p->name,
			p->global ? " global" : "");
		put_zones(spec, out, p->from, p->nfrom);
		sbuf_puts(out, " to");
		put_zones(spec, out, p->to, p->nto);
		sbuf_putc(out, '\n');
		put_description(out, p->description);
		put_addrs(
			spec, out, "source", p->src, p->nsrc, p->src_excluded);
		put_addrs(spec, out, "destination", p->dst, p->ndst,
			p->dst_excluded);
		sbuf_puts(out, "  application");
		for (size_t k = 0; k < p->napps; k++)
			sbuf_printf(out, " %s", spec->apps[p->apps[k]].name);
		sbuf_putc(out, '\n');
		put_policy_actions(p, out);
	}
}

static void
dump_schedulers(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->nschedulers; i++) {
		const struct scheduler_spec *s = &spec->schedulers[i];

		sbuf_printf(out, "scheduler %zu %s\n", i + 1, s->name);
		for (uint32_t k = 0; k < s->ndates; k++)
			sbuf_printf(out, "  dates %lld..%lld%s\n",
				(long long)s->dates[k].from,
				(long long)s->dates[k].to,
				s->dates[k].yearly ? " each year" : "");
		for (unsigned int d = 0; d < 8; d++) {
			const struct day_spec *day = &s->days[d];

			if (!day->given)
				continue;
			sbuf_printf(out, "  day %u%s%s", d,
				day->all_day ? " all-day" : "",
				day->exclude ? " exclude" : "");
			for (uint32_t k = 0; k < day->n; k++)
				sbuf_printf(out, " %u..%u",
					day->windows[k].from,
					day->windows[k].to);
			sbuf_putc(out, '\n');
		}
	}
}

static void
put_filter_prefixes(struct sbuf *out, const char *word,
	const struct filter_prefix *list, size_t n)
{
	char buf[IP_TEXT_MAX];

	if (n == 0)
		return;
	sbuf_printf(out, "    %s", word);
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, " %s%s", ip_prefix_text(&list[i].prefix, buf),
			list[i].except ? " except" : "");
	sbuf_putc(out, '\n');
}

static void
put_ports(struct sbuf *out, const char *word, const struct port_range *list,
	size_t n)
{
	if (n == 0)
		return;
	sbuf_printf(out, "    %s", word);
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, " %u-%u", list[i].lo, list[i].hi);
	sbuf_putc(out, '\n');
}

static void
put_numbers(struct sbuf *out, const char *word, const int16_t *list, size_t n)
{
	if (n == 0)
		return;
	sbuf_printf(out, "    %s", word);
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, " %d", list[i]);
	sbuf_putc(out, '\n');
}

/* Protocols are in ascending order: "6 17", "0-5 7-255". */
static void
put_protocols(struct sbuf *out, const struct filter_term_spec *t)
{
	size_t i = 0, k;

	if (t->nprotocols == 0)
		return;
	sbuf_puts(out, "    protocol");
	while (i < t->nprotocols) {
		for (k = i; k + 1 < t->nprotocols; k++)
			if (t->protocols[k + 1] != t->protocols[k] + 1)
				break;
		sbuf_printf(out, " %u", t->protocols[i]);
		if (k > i)
			sbuf_printf(out, "-%u", t->protocols[k]);
		i = k + 1;
	}
	sbuf_putc(out, '\n');
}

static void
put_number_specs(struct sbuf *out, const struct filter_term_spec *t)
{
	static const char *const names[] = {"packet-length", "ttl", "dscp",
		"precedence", "fragment-offset", "fragment-flags", "esp-spi",
		"ip-options", "extension-header", "interface",
		"interface-group", "flexible-match"};

	for (size_t i = 0; i < t->nnumbers; i++) {
		const struct filter_number_spec *s = &t->numbers[i];

		sbuf_printf(out, "    %s%s", names[s->field],
			s->except ? " except" : "");
		if (s->field == FIELD_BYTES)
			sbuf_printf(out,
				" layer %u byte %u bit %u of %u "
				"mask 0x%x",
				s->at.start, s->at.byte_offset,
				s->at.bit_offset, s->at.bits, s->at.mask);
		for (size_t k = 0; k < s->n; k++)
			sbuf_printf(out, " %u-%u", s->ranges[k].lo,
				s->ranges[k].hi);
		sbuf_putc(out, '\n');
	}
}

static void
put_term_match(const struct filter_term_spec *t, struct sbuf *out)
{
	put_filter_prefixes(out, "source-address", t->src, t->nsrc);
	put_filter_prefixes(out, "destination-address", t->dst, t->ndst);
	put_filter_prefixes(out, "address", t->any_addr, t->nany_addr);
	put_protocols(out, t);
	put_ports(out, "source-port", t->sports, t->nsports);
	put_ports(out, "destination-port", t->dports, t->ndports);
	put_ports(out, "port", t->ports, t->nports);
	put_numbers(out, "icmp-type", t->icmp_types, t->nicmp_types);
	put_numbers(out, "icmp-code", t->icmp_codes, t->nicmp_codes);
	put_number_specs(out, t);
	if (t->has_tcp_flags)
		sbuf_printf(out, "    tcp-flags 0x%016llx\n",
			(unsigned long long)t->tcp_flags);
	if (t->tcp_established || t->tcp_initial || t->is_fragment ||
		t->first_fragment) {
		sbuf_puts(out, "   ");
		put_word(out, t->tcp_established, "tcp-established");
		put_word(out, t->tcp_initial, "tcp-initial");
		put_word(out, t->is_fragment, "is-fragment");
		put_word(out, t->first_fragment, "first-fragment");
		sbuf_putc(out, '\n');
	}
}

static void
put_term_action(const struct image_spec *spec, const struct filter_term_spec *t,
	struct sbuf *out)
{
	static const char *const actions[] = {[FILTER_ACCEPT] = "accept",
		[FILTER_DISCARD] = "discard",
		[FILTER_REJECT] = "reject",
		[FILTER_NEXT_TERM] = "next term"};

	sbuf_printf(out, "    then %s", actions[t->action]);
	if (t->action == FILTER_REJECT)
		sbuf_printf(out, " code %u", t->reject_code);
	put_word(out, t->reject_tcp_reset, "tcp-reset");
	if (t->has_vr)
		sbuf_printf(out, " routing-instance %s", vr_name(spec, t->vr));
	if (t->policer != 0)
		sbuf_printf(out, " policer %s",
			spec->policers[t->policer - 1].name);
	if (t->counter[0] != '\0')
		sbuf_printf(out, " count %s", t->counter);
	put_word(out, t->packet_mode, "packet-mode");
	put_word(out, t->log, "log");
	sbuf_putc(out, '\n');
}

static void
dump_filters(const struct image_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->npolicers; i++) {
		const struct policer_spec *p = &spec->policers[i];

		sbuf_printf(out,
			"policer %s bandwidth %llu burst %llu pps %llu%s%s\n",
			p->name, (unsigned long long)p->bandwidth,
			(unsigned long long)p->burst,
			(unsigned long long)p->pps,
			p->discard ? " discard" : "",
			p->filter_specific ? " filter-specific" : "");
	}
	for (size_t i = 0; i < spec->nfilters; i++) {
		const struct filter_spec *f = &spec->filters[i];

		sbuf_printf(out, "filter %s %s\n",
			f->family == IP_V4 ? "inet" : "inet6", f->name);
		for (size_t k = 0; k < f->n; k++) {
			sbuf_printf(out, "  term %s\n", f->terms[k].name);
			put_term_match(&f->terms[k], out);
			put_term_action(spec, &f->terms[k], out);
		}
	}
}

static void
dump_flow(const struct flow_spec *f, struct sbuf *out)
{
	static const char *const modes[] = {[MODE_FLOW] = "flow",
		[MODE_PACKET] = "packet",
		[MODE_DROP] = "drop"};

	sbuf_printf(out, "flow inet %s inet6 %s default-policy %s\n",
		modes[f->mode4], modes[f->mode6],
		f->default_policy == POLICY_PERMIT ? "permit" : "deny");
	sbuf_printf(out, "  reverse-route %s mode\n",
		f->reverse_route_packet_mode ? "packet" : "flow");
	sbuf_printf(out,
		"  tcp initial %u time-wait %u route-change %u mss %u\n",
		f->tcp_initial_timeout, f->time_wait_timeout,
		f->route_change_timeout, f->mss_all_tcp);
	if (f->high_watermark < 100)
		sbuf_printf(out, "  aging early %u low %u high %u\n",
			f->early_ageout, f->low_watermark, f->high_watermark);
	sbuf_puts(out, "  options");
	put_word(out, f->no_syn_check, "no-syn-check");
	put_word(out, f->strict_syn_check, "strict-syn-check");
	put_word(out, f->no_sequence_check, "no-sequence-check");
	put_word(out, f->rst_invalidate_session, "rst-invalidate-session");
	put_word(out, f->rst_sequence_check, "rst-sequence-check");
	put_word(out, f->fin_invalidate_session, "fin-invalidate-session");
	put_word(out, f->time_wait_half_close, "apply-to-half-close-state");
	put_word(out, f->allow_dns_reply, "allow-dns-reply");
	put_word(out, f->allow_embedded_icmp, "allow-embedded-icmp");
	put_word(out, f->syn_proxy, "syn-proxy");
	put_word(out, f->reassembly, "force-ip-reassembly");
	put_word(out, f->keep_fragment_size, "preserve-incoming-fragment-size");
	put_word(out, f->no_redirects, "no-redirects");
	sbuf_putc(out, '\n');
}

void
image_spec_dump(const struct image_spec *spec, struct sbuf *out)
{
	sbuf_printf(out, "image generation %u host-name %s\n", spec->generation,
		spec->host_name[0] != '\0' ? spec->host_name : "-");
	dump_ifds(spec, out);
	dump_ifls(spec, out);
	dump_vrs_zones(spec, out);
	dump_addrs(spec, out);
	dump_apps(spec, out);
	dump_policies(spec, out);
	dump_schedulers(spec, out);
	dump_filters(spec, out);
	dump_flow(&spec->flow, out);
}
