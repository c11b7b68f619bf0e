/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which NAT rule the packet met, and what became of its addresses [NA-38]. Both
 * were written down by the packet path.
 */
#include "explain/explain_impl.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/sbuf.h"
#include "image/nat_match.h"

static bool
has_ports(const struct flow_key *k)
{
	return k->protocol == IPP_TCP || k->protocol == IPP_UDP ||
	       k->protocol == IPP_SCTP;
}

/* "192.0.2.1/80"; without the port where there is none. */
static const char *
end_text(const struct flow_key *k, bool source, char buf[IP_TEXT_MAX + 8])
{
	struct ip_addr a = source ? flow_key_src(k) : flow_key_dst(k);
	uint16_t port = ntohs(source ? k->sport_be : k->dport_be);
	char addr[IP_TEXT_MAX];

	ip_addr_text(&a, addr);
	if (has_ports(k))
		snprintf(buf, IP_TEXT_MAX + 8, "%s/%u", addr, port);
	else
		snprintf(buf, IP_TEXT_MAX + 8, "%s", addr);
	return buf;
}

static const char *
action_text(const struct nat_spec *nat, const struct nat_rule_spec *r,
	char buf[NAT_NAME_LEN + 8])
{
	static const char *const names[] = {[NAT_OFF] = "off",
		[NAT_INTERFACE] = "interface",
		[NAT_PREFIX] = "prefix",
		[NAT_INET] = "inet",
		[NAT_NPTV6] = "nptv6-prefix"};

	if (r->action == NAT_POOL)
		snprintf(buf, NAT_NAME_LEN + 8, "pool %s",
			nat->pools[r->pool].name);
	else
		snprintf(buf, NAT_NAME_LEN + 8, "%s", names[r->action]);
	return buf;
}

/* Did this side end the packet's way? */
static bool
failed(const struct dry_packet *d, bool source)
{
	if (d->verdict != VERDICT_DROP)
		return false;
	switch (d->p.reason) {
	case REASON_NAT_EXHAUSTED:
	case REASON_NAT_CLASH:
		return source;
	case REASON_NAT_BINDING:
	case REASON_NAT_BINDING_LIMIT:
	case REASON_NAT_FAMILY:
		return !source;
	default:
		return false;
	}
}

/* No rule: worth a line only where there are some. */
static void
no_rule(const struct explain_world *w, const struct dry_packet *d,
	struct tnode *side)
{
	if (image_nat_has(w->image, NAT_SOURCE) && d->record.routed &&
		d->verdict != VERDICT_DROP && d->verdict != VERDICT_LOCAL)
		step_add(side, "source-nat", true,
			"no rule matches: the source stays");
}

/* Is the port one that happens to be free? The next packet gets another. */
static bool
takes_ports(const struct explain_world *w, const struct nat_rule_spec *r,
	const struct flow_key *k)
{
	const struct nat_pool_spec *p =
		r->action == NAT_POOL
			? &image_spec_of(w->image)->nat.pools[r->pool]
			: NULL;

	return has_ports(k) &&
	       (r->action == NAT_INTERFACE ||
		       (p != NULL && !p->no_translation && !p->has_base));
}

/* "10.0.0.1/5 becomes 192.0.2.1/6, routed in T" */
static void
put_change(const struct explain_world *w, const struct dry_packet *d,
	const struct nat_rule_spec *r, bool source, struct sbuf *out)
{
	const struct nat_first *n = &d->record.nat;
	char from[IP_TEXT_MAX + 8], to[IP_TEXT_MAX + 8];
	struct ip_addr addr = flow_key_src(&n->to);

	sbuf_printf(out, "%s ", end_text(&d->p.key, source, from));
	if (r->action == NAT_OFF)
		sbuf_puts(out, "stays");
	else if (source && takes_ports(w, r, &n->to))
		sbuf_printf(out, "becomes %s, any free port",
			ip_addr_text(&addr, to));
	else
		sbuf_printf(out, "becomes %s", end_text(&n->to, source, to));
	if (!source && n->vr.v != d->p.vr.v)
		sbuf_printf(out, ", routed in %s", vr_name(w->image, n->vr));
}

void
step_nat(const struct explain_world *w, const struct dry_packet *d,
	unsigned int side_of, struct tnode *side)
{
	const struct nat_spec *nat = &image_spec_of(w->image)->nat;
	const struct nat_first *n = &d->record.nat;
	enum nat_kind kind = n->kind[side_of];
	const struct nat_rule_spec *r =
		image_nat_rule(w->image, kind, n->rule[side_of]);
	bool source = side_of == NAT_OF_SOURCE, ok = !failed(d, source);
	struct sbuf what = SBUF_INIT;
	char how[NAT_NAME_LEN + 8];
	struct tnode *step;

	if (r == NULL) {
		if (source)
			no_rule(w, d, side);
		return;
	}
	if (ok)
		put_change(w, d, r, source, &what);
	else
		sbuf_puts(&what, reason_sentence(d->p.reason));
	step = step_add(side,
		kind == NAT_STATIC ? "static-nat"
		: source           ? "source-nat"
				   : "destination-nat",
		ok, "rule-set %s rule %s, %s%s: %s",
		nat->sets[kind][r->set].name, r->name,
		!source && kind == NAT_SOURCE ? "persistent binding, " : "",
		action_text(nat, r, how), sbuf_text(&what));
	sbuf_done(&what);
	step_line(step, line_nat_rule(w->root, kind,
				nat->sets[kind][r->set].name, r->name));
}
