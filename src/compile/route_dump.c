/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a route_spec; one function per array. */
#include "compile/route_dump.h"

#include "base/sbuf.h"
#include "route/route_spec.h"

static const char *
vr_name(const struct route_spec *spec, struct vr_id vr)
{
	for (size_t i = 0; i < spec->nvrs; i++)
		if (spec->vrs[i].id.v == vr.v)
			return spec->vrs[i].name;
	return "?";
}

static const char *
ifl_name(const struct route_spec *spec, struct ifl_id ifl)
{
	for (size_t i = 0; i < spec->nifls; i++)
		if (spec->ifls[i].id.v == ifl.v)
			return spec->ifls[i].name;
	return "?";
}

static void
put_number(struct sbuf *out, bool is, const char *word, uint32_t n)
{
	if (is)
		sbuf_printf(out, " %s %u", word, n);
}

static void
put_word(struct sbuf *out, bool is, const char *word)
{
	if (is)
		sbuf_printf(out, " %s", word);
}

static void
put_nexthop(const struct route_spec *spec, const struct route_nh_spec *nh,
	struct sbuf *out)
{
	char buf[IP_TEXT_MAX];

	sbuf_puts(out, nh->qualified ? "    qualified" : "    next-hop");
	if (nh->gateway.family != IP_NONE)
		sbuf_printf(out, " %s", ip_addr_text(&nh->gateway, buf));
	if (nh->ifl.v != IFL_NONE.v)
		sbuf_printf(out, " via %s", ifl_name(spec, nh->ifl));
	put_number(out, nh->has_preference, "preference", nh->preference);
	put_number(out, nh->has_metric, "metric", nh->metric);
	put_number(out, nh->has_tag, "tag", nh->tag);
	sbuf_putc(out, '\n');
}

static void
put_static(const struct route_spec *spec, const struct static_route_spec *r,
	struct sbuf *out)
{
	static const char *const types[] = {[ROUTE_NEXTHOP] = "next-hop",
		[ROUTE_DISCARD] = "discard",
		[ROUTE_REJECT] = "reject",
		[ROUTE_RECEIVE] = "receive",
		[ROUTE_TABLE] = "next-table"};
	char buf[IP_TEXT_MAX];

	sbuf_printf(out, "  static %s %s", ip_prefix_text(&r->prefix, buf),
		types[r->type]);
	put_word(out, r->type == ROUTE_TABLE, vr_name(spec, r->table_vr));
	sbuf_printf(out, " preference %u", r->attrs.preference);
	put_number(out, r->attrs.has_metric, "metric", r->attrs.metric);
	put_number(out, r->attrs.has_tag, "tag", r->attrs.tag);
	put_word(out, r->attrs.no_install, "no-install");
	put_word(out, r->attrs.resolve, "resolve");
	put_word(out, r->attrs.passive, "passive");
	put_word(out, r->attrs.no_readvertise, "no-readvertise");
	sbuf_putc(out, '\n');
	for (size_t i = 0; i < r->nnhs; i++)
		put_nexthop(spec, &r->nhs[i], out);
}

static void
dump_vr(const struct route_spec *spec, const struct route_vr_spec *vr,
	struct sbuf *out)
{
	char buf[IP_TEXT_MAX];

	sbuf_printf(out, "routes %u %s", vr->id.v, vr->name);
	if (vr->has_router_id)
		sbuf_printf(out, " router-id %s",
			ip_addr_text(&vr->router_id, buf));
	sbuf_putc(out, '\n');
	for (size_t i = 0; i < vr->naddrs; i++)
		sbuf_printf(out, "  address %s via %s\n",
			ip_prefix_text(&vr->addrs[i].prefix, buf),
			ifl_name(spec, vr->addrs[i].ifl));
	for (size_t i = 0; i < vr->nstatics; i++)
		put_static(spec, &vr->statics[i], out);
	for (size_t i = 0; i < vr->naggregates; i++) {
		const struct aggregate_spec *a = &vr->aggregates[i];

		sbuf_printf(out, "  %s %s %s preference %u",
			a->generate ? "generate" : "aggregate",
			ip_prefix_text(&a->prefix, buf),
			a->type == ROUTE_DISCARD ? "discard" : "reject",
			a->attrs.preference);
		put_number(out, a->attrs.has_metric, "metric", a->attrs.metric);
		put_number(out, a->attrs.has_tag, "tag", a->attrs.tag);
		put_word(out, a->attrs.passive, "passive");
		for (size_t k = 0; k < a->npolicies; k++)
			sbuf_printf(out, " policy %s",
				spec->policies[a->policies[k]].name);
		sbuf_putc(out, '\n');
	}
	for (size_t i = 0; i < vr->ncopies; i++) {
		const struct route_copy_spec *k = &vr->copies[i];

		sbuf_printf(out, "  copy %s/inet%s protocols 0x%x",
			vr_name(spec, k->from), k->family == IP_V6 ? "6" : "",
			k->protocols);
		for (size_t p = 0; p < k->npolicies; p++)
			sbuf_printf(out, " policy %s",
				spec->policies[k->policies[p]].name);
		sbuf_putc(out, '\n');
	}
	for (size_t i = 0; i < vr->nimports; i++)
		sbuf_printf(out, "  instance-import %s\n",
			spec->policies[vr->imports[i]].name);
}

static void
put_filter(const struct route_filter_spec *f, struct sbuf *out)
{
	static const char *const types[] = {[RF_EXACT] = "exact",
		[RF_ORLONGER] = "orlonger",
		[RF_LONGER] = "longer",
		[RF_UPTO] = "upto",
		[RF_LENGTH_RANGE] = "prefix-length-range",
		[RF_THROUGH] = "through",
		[RF_ADDRESS_MASK] = "address-mask"};
	char buf[IP_TEXT_MAX];

	sbuf_printf(out, "    from route-filter %s %s",
		ip_prefix_text(&f->prefix, buf), types[f->type]);
	if (f->type == RF_UPTO)
		sbuf_printf(out, " /%u", f->hi);
	if (f->type == RF_LENGTH_RANGE)
		sbuf_printf(out, " /%u-/%u", f->lo, f->hi);
	if (f->type == RF_THROUGH)
		sbuf_printf(out, " %s", ip_prefix_text(&f->through, buf));
	if (f->type == RF_ADDRESS_MASK)
		sbuf_printf(out, " %s", ip_addr_text(&f->mask, buf));
	put_word(out, f->then == PV_ACCEPT, "accept");
	put_word(out, f->then == PV_REJECT, "reject");
	sbuf_putc(out, '\n');
}

static void
put_prefix_list(const struct prefix_filter_spec *f, struct sbuf *out)
{
	static const char *const types[] = {[RF_EXACT] = "exact",
		[RF_ORLONGER] = "orlonger",
		[RF_LONGER] = "longer"};
	char buf[IP_TEXT_MAX];

	sbuf_printf(out, "    from prefix-list %s", types[f->type]);
	for (size_t i = 0; i < f->n; i++)
		sbuf_printf(out, " %s", ip_prefix_text(&f->prefixes[i], buf));
	sbuf_putc(out, '\n');
}

static void
put_from_lists(const struct route_spec *spec, const struct route_term_spec *t,
	struct sbuf *out)
{
	char buf[IP_TEXT_MAX];

	for (size_t i = 0; i < t->ninstances; i++)
		sbuf_printf(
			out, " instance %s", vr_name(spec, t->instances[i]));
	for (size_t i = 0; i < t->nribs; i++)
		sbuf_printf(out, " rib %s/inet%s", vr_name(spec, t->ribs_vr[i]),
			t->ribs_family[i] == IP_V6 ? "6" : "");
	for (size_t i = 0; i < t->nifls; i++)
		sbuf_printf(out, " interface %s", ifl_name(spec, t->ifls[i]));
	for (size_t i = 0; i < t->nnexthops; i++)
		sbuf_printf(out, " next-hop %s",
			ip_addr_text(&t->nexthops[i], buf));
	for (size_t i = 0; i < t->npolicies; i++)
		sbuf_printf(
			out, " policy %s", spec->policies[t->policies[i]].name);
}

/* A bit past the protocols that we have is one that we do not run. */
static void
put_protocols(uint32_t protocols, struct sbuf *out)
{
	static const char *const names[ROUTE_PROTO_COUNT] = {
		[ROUTE_PROTO_DIRECT] = "direct",
		[ROUTE_PROTO_LOCAL] = "local",
		[ROUTE_PROTO_STATIC] = "static",
		[ROUTE_PROTO_AGGREGATE] = "aggregate"};

	for (unsigned int i = 0; i < ROUTE_PROTO_COUNT; i++)
		if ((protocols >> i & 1) != 0)
			sbuf_printf(out, " protocol %s", names[i]);
	if (protocols >> ROUTE_PROTO_COUNT != 0)
		sbuf_puts(out, " protocol none-of-ours");
}

static void
put_from(const struct route_spec *spec, const struct route_term_spec *t,
	struct sbuf *out)
{
	sbuf_puts(out, "    from");
	put_from_lists(spec, t, out);
	put_protocols(t->protocols, out);
	put_number(out, t->family != IP_NONE, "family", t->family);
	put_number(out, t->from_metric, "metric", t->metric);
	put_number(out, t->from_tag, "tag", t->tag);
	put_number(out, t->from_preference, "preference", t->preference);
	sbuf_putc(out, '\n');
	for (size_t i = 0; i < t->nprefix_lists; i++)
		put_prefix_list(&t->prefix_lists[i], out);
	for (size_t i = 0; i < t->nfilters; i++)
		put_filter(&t->filters[i], out);
}

static void
put_then(const struct route_term_spec *t, struct sbuf *out)
{
	static const char *const verdicts[] = {[PV_NONE] = "",
		[PV_ACCEPT] = " accept",
		[PV_REJECT] = " reject",
		[PV_NEXT_TERM] = " next term",
		[PV_NEXT_POLICY] = " next policy"};

	sbuf_printf(out, "    then%s", verdicts[t->verdict]);
	if (t->default_action != PV_NONE)
		sbuf_printf(
			out, " default-action%s", verdicts[t->default_action]);
	put_number(out, t->set_metric, "metric", t->new_metric);
	put_number(out, t->set_tag, "tag", t->new_tag);
	put_number(out, t->set_preference, "preference", t->new_preference);
	sbuf_putc(out, '\n');
}

void
route_spec_dump(const struct route_spec *spec, struct sbuf *out)
{
	for (size_t i = 0; i < spec->nifls; i++) {
		const struct route_ifl_spec *ifl = &spec->ifls[i];

		sbuf_printf(out, "route-ifl %u %s vr %s", ifl->id.v, ifl->name,
			vr_name(spec, ifl->vr));
		put_word(out, ifl->disabled, "disabled");
		put_word(out, ifl->loopback, "loopback");
		sbuf_putc(out, '\n');
	}
	for (size_t i = 0; i < spec->nvrs; i++)
		dump_vr(spec, &spec->vrs[i], out);
	for (size_t i = 0; i < spec->npolicies; i++) {
		const struct route_policy_spec *p = &spec->policies[i];

		sbuf_printf(out, "policy-statement %s\n", p->name);
		for (size_t k = 0; k < p->n; k++) {
			sbuf_printf(out, "  term %s\n", p->terms[k].name);
			put_from(spec, &p->terms[k], out);
			put_then(&p->terms[k], out);
		}
	}
}
