/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What might help, by the reason of the drop. These are guesses; fixes.c tries
 * each and says only what works.
 */
#include "explain/explain_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "flow/self_traffic.h"

struct proposals {
	const struct explain_world *w;
	const struct explain_query *q;
	const struct dry_run *d;
	struct fix *out;
	unsigned int n;
};

static void
propose(struct proposals *ps, const char *what, struct sbuf *lines)
{
	char *text = sbuf_take(lines);

	if (text == NULL || ps->n == FIXES_MAX) {
		free(text);
		return;
	}
	ps->out[ps->n++] = (struct fix){what, text};
}

static void propose_line(struct proposals *ps, const char *what,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
propose_line(struct proposals *ps, const char *what, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	sbuf_putc(&b, '\n');
	propose(ps, what, &b);
}

/* "set routing-options" or "set routing-instances X routing-options" */
static void
put_options(struct sbuf *b, const char *vr)
{
	if (strcmp(vr, "master") == 0)
		sbuf_puts(b, "set routing-options");
	else
		sbuf_printf(b, "set routing-instances %s routing-options", vr);
}

/* ---- policies ---- */

static const char *
application(const struct proposals *ps)
{
	const struct explain_query *q = ps->q;
	const char *name;

	if (q->protocol == IPP_ICMP)
		return q->has_icmp_type && q->icmp_type != 8 ? "junos-icmp-all"
							     : "junos-ping";
	if (q->protocol == IPP_ICMP6)
		return q->has_icmp_type && q->icmp_type != 128
			       ? "junos-icmp6-all"
			       : "junos-pingv6";
	name = image_service_name(ps->w->image, q->protocol, q->dport);
	return name != NULL ? name : "any";
}

static void
unique_policy(const struct proposals *ps, const char *from, const char *to,
	char name[NAME_MAX_LEN])
{
	const struct cnode *all =
		cnode_find(ps->w->root, "security", "policies", NULL);
	const char *app = application(ps);

	snprintf(name, NAME_MAX_LEN, "permit-%s",
		strncmp(app, "junos-", 6) == 0 ? app + 6 : app);
	cnode_foreach (c, all, "policy")
		if (strcmp(cnode_key(c, 0), from) == 0 &&
			strcmp(cnode_key(c, 1), to) == 0 &&
			cnode_entry(c, "policy", name) != NULL)
			snprintf(name, NAME_MAX_LEN, "permit-%u-%u-new",
				ps->q->protocol, ps->q->dport);
}

/* before: a policy of the same pair of zones that would match first. */
static void
policy(struct proposals *ps, const char *from, const char *to,
	const char *before)
{
	struct sbuf b = SBUF_INIT;
	char name[NAME_MAX_LEN], path[NAME_MAX_LEN * 4];

	unique_policy(ps, from, to, name);
	snprintf(path, sizeof(path),
		"security policies from-zone %s to-zone %s policy %s", from, to,
		name);
	sbuf_printf(&b, "set %s match source-address any\n", path);
	sbuf_printf(&b, "set %s match destination-address any\n", path);
	sbuf_printf(&b, "set %s match application %s\n", path, application(ps));
	sbuf_printf(&b, "set %s then permit\n", path);
	if (before != NULL)
		sbuf_printf(&b, "insert %s before policy %s\n", path, before);
	propose(ps, "permit it by a policy", &b);
}

static void
for_policy(struct proposals *ps, const struct dry_packet *dp)
{
	const struct image *image = ps->w->image;
	const struct policy_spec *p = image_policy(image, dp->p.policy);
	struct zone_id from = dp->p.ifl.v == 0 ? ZONE_JUNOS_HOST
					       : token_zone(dp->p.key.token);
	struct zone_id to = dp->record.path.zone;

	if (p != NULL && !p->global && p->nto == 1)
		to = p->to[0];
	policy(ps, image_zone_name(image, from), image_zone_name(image, to),
		p != NULL && !p->global ? p->name : NULL);
}

/* ---- zones and the box itself ---- */

static void
zone(struct proposals *ps, const struct ifl_spec *ifl)
{
	const struct image_spec *spec = image_spec_of(ps->w->image);
	char name[NAME_MAX_LEN];

	if (ifl == NULL || ifl->zone.v != ZONE_NULL.v)
		return;
	for (size_t i = 0; i < spec->nzones && ps->n < FIXES_MAX - 1; i++) {
		for (size_t k = 0; k < spec->nifls; k++) {
			if (spec->ifls[k].zone.v != spec->zones[i].id.v ||
				spec->ifls[k].vr.v != ifl->vr.v)
				continue;
			propose_line(ps, "put the interface into a zone",
				"set security zones security-zone %s "
				"interfaces %s",
				spec->zones[i].name, ifl->name);
			break;
		}
	}
	snprintf(name, sizeof(name), "%.40s-zone",
		vr_name(ps->w->image, ifl->vr));
	propose_line(ps, "put the interface into a zone of its own",
		"set security zones security-zone %s interfaces %s", name,
		ifl->name);
}

/* The one service or protocol that lets it in. */
static bool
service_of(const struct pkt *p, const char **list, const char **name)
{
	struct host_inbound_spec h = {0};

	*list = "system-services";
	for (unsigned int i = 0; i < HOST_SVC_COUNT; i++) {
		unsigned int bit = (i + 1) % HOST_SVC_COUNT; /* any is last */

		h.services = UINT64_C(1) << bit;
		*name = host_service_name(bit);
		if (self_traffic_allowed(&h, p))
			return true;
	}
	*list = "protocols";
	h.services = 0;
	for (unsigned int i = 0; i < HOST_PROTO_COUNT; i++) {
		h.protocols = UINT64_C(1) << i;
		*name = host_protocol_name(i);
		if (self_traffic_allowed(&h, p))
			return true;
	}
	return false;
}

static void
host_inbound(struct proposals *ps)
{
	const struct dry_packet *dp = &ps->d->packet;
	const struct ifl_spec *owner =
		image_ifl(ps->w->image, dp->record.path.ifl);
	const struct cnode *n;
	const char *list, *name, *z;

	if (owner == NULL || dp->record.path.type == NH_RECEIVE)
		owner = ps->d->ifl;
	if (!service_of(&dp->record.at, &list, &name))
		return;
	z = image_zone_name(ps->w->image, owner->zone);
	n = line_zone_interface(ps->w->root, z, owner->name);
	if (cnode_has(n, "host-inbound-traffic"))
		propose_line(ps, "let the service in on the interface",
			"set security zones security-zone %s interfaces %s "
			"host-inbound-traffic %s %s",
			z, cnode_key(n, 0), list, name);
	else
		propose_line(ps, "let the service in from the zone",
			"set security zones security-zone %s "
			"host-inbound-traffic %s %s",
			z, list, name);
}

/* ---- routes ---- */

static void
import(struct proposals *ps, const char *to, const char *from, const char *what)
{
	struct sbuf b = SBUF_INIT;
	char name[NAME_MAX_LEN];

	snprintf(name, sizeof(name), "import-from-%.48s", from);
	sbuf_printf(&b,
		"set policy-options policy-statement %s term all from "
		"instance %s\n",
		name, from);
	sbuf_printf(&b,
		"set policy-options policy-statement %s term all then "
		"accept\n",
		name);
	put_options(&b, to);
	sbuf_printf(&b, " instance-import %s\n", name);
	propose(ps, what, &b);
}

/* Another instance knows the way: import from it. */
static void
no_route(struct proposals *ps, struct vr_id vr, const struct ip_addr *dst)
{
	const struct image_spec *spec = image_spec_of(ps->w->image);
	size_t first;

	for (size_t i = 0; i < spec->nvrs && ps->n < FIXES_MAX; i++) {
		const struct route_table *t = route_db_table_of(
			ps->w->routes, spec->vrs[i].id, dst->family);

		if (spec->vrs[i].id.v == vr.v || t == NULL ||
			route_table_best(t, dst, &first) == 0)
			continue;
		import(ps, vr_name(ps->w->image, vr), spec->vrs[i].name,
			"import the routes of an instance that knows the way");
	}
}

static void
bad_static(struct proposals *ps, struct vr_id vr, const struct ip_addr *dst)
{
	const struct route_table *t =
		route_db_table_of(ps->w->routes, vr, dst->family);
	const struct route_entry *e;
	const struct cnode *n;
	size_t first;
	char *path;

	if (t == NULL || route_table_best(t, dst, &first) == 0)
		return;
	e = route_table_entry(t, first);
	n = line_static(
		ps->w->root, vr_name(ps->w->image, e->primary_vr), &e->prefix);
	path = n != NULL ? cnode_path(n) : NULL;
	if (path != NULL)
		propose_line(ps, "take the route away", "delete %s", path);
	free(path);
}

/* ---- filters ---- */

static const char *
family_word(const struct explain_query *q)
{
	return q->src.family == IP_V4 ? "inet" : "inet6";
}

static const char *
host_prefix(const struct ip_addr *a, char buf[IP_TEXT_MAX + 4])
{
	char text[IP_TEXT_MAX];

	snprintf(buf, IP_TEXT_MAX + 4, "%s/%u", ip_addr_text(a, text),
		a->family == IP_V4 ? 32 : 128);
	return buf;
}

/* A term in front of the one that discards. */
static void
filter_term(struct proposals *ps, const struct dry_packet *dp,
	const struct ip_addr *src, const struct ip_addr *dst)
{
	const struct filter_spec *f;
	const char *family = family_word(ps->q);
	char a[IP_TEXT_MAX + 4], path[256];
	struct sbuf b = SBUF_INIT;

	if (dp->p.filter == 0)
		return;
	f = &image_spec_of(ps->w->image)->filters[dp->p.filter - 1];
	snprintf(path, sizeof(path), "firewall family %s filter %s term",
		family, f->name);
	sbuf_printf(&b, "set %s let-through from source-address %s\n", path,
		host_prefix(src, a));
	sbuf_printf(&b, "set %s let-through from destination-address %s\n",
		path, host_prefix(dst, a));
	sbuf_printf(&b, "set %s let-through then accept\n", path);
	if (dp->p.term != 0)
		sbuf_printf(&b, "insert %s let-through before term %s\n", path,
			f->terms[dp->p.term - 1].name);
	propose(ps, "accept it in the filter", &b);
}

/* Filter-based forwarding: replies are looked up in the initiator's table. */
static void
forwarding_filter(struct proposals *ps, const char *vr)
{
	const struct image_spec *spec = image_spec_of(ps->w->image);
	const struct ifl_spec *in = image_ifl(ps->w->image, ps->d->reply.p.ifl);
	struct ip_addr to = flow_key_dst(&ps->d->reply.p.key);
	const char *family = family_word(ps->q), *name;
	unsigned int bound;
	char a[IP_TEXT_MAX + 4], fresh[NAME_MAX_LEN];
	struct sbuf b = SBUF_INIT;

	if (in == NULL || strcmp(vr, "master") == 0)
		return;
	bound = to.family == IP_V4 ? in->filter_in4 : in->filter_in6;
	snprintf(fresh, sizeof(fresh), "to-%.48s", vr);
	name = bound != 0 ? spec->filters[bound - 1].name : fresh;
	sbuf_printf(&b,
		"set firewall family %s filter %s term back-to-%s from "
		"destination-address %s\n",
		family, name, vr, host_prefix(&to, a));
	sbuf_printf(&b,
		"set firewall family %s filter %s term back-to-%s then "
		"routing-instance %s\n",
		family, name, vr, vr);
	if (bound != 0 && spec->filters[bound - 1].n > 0)
		sbuf_printf(&b,
			"insert firewall family %s filter %s term back-to-%s "
			"before term %s\n",
			family, name, vr,
			spec->filters[bound - 1].terms[0].name);
	if (bound == 0)
		sbuf_printf(&b,
			"set firewall family %s filter %s term rest then "
			"accept\n"
			"set interfaces %s unit %u family %s filter input %s\n",
			family, name, spec->ifds[in->ifd.v].name, in->unit,
			family, name);
	propose(ps,
		"let a filter name the table for replies (filter-based "
		"forwarding)",
		&b);
}

/* ---- the way back ---- */

static void
reverse(struct proposals *ps)
{
	const struct dry_run *d = ps->d;
	const struct image *image = ps->w->image;
	const char *zone_name =
		image_zone_name(image, token_zone(d->wing[0].key.token));
	const char *vr = vr_name(image, d->ifl->vr);
	struct ip_addr initiator = flow_key_src(&d->wing[0].key);
	struct sbuf b = SBUF_INIT;
	char a[IP_TEXT_MAX + 4];

	if (!d->reverse.packet_mode) {
		no_route(ps, d->ifl->vr, &initiator);
		put_options(&b, vr);
		sbuf_printf(&b, "%s static route %s next-hop %s\n",
			initiator.family == IP_V4 ? "" : " rib inet6.0",
			host_prefix(&initiator, a), d->ifl->name);
		propose(ps, "route the source back to where it came from", &b);
		propose_line(ps, "look replies up where they arrive",
			"set security zones security-zone %s reverse-route "
			"packet-mode",
			zone_name);
		return;
	}
	if (d->reverse.rule == REVERSE_BY_GLOBAL)
		propose_line(ps,
			"look replies up where sessions came from "
			"(flow mode)",
			"delete security flow advanced-options "
			"reverse-route-packet-mode-vr");
	propose_line(ps, "flow mode for sessions from this zone only",
		"set security zones security-zone %s reverse-route flow-mode",
		zone_name);
	import(ps, vr_name(image, d->reverse.vr), vr,
		"let the reply's instance know the way back");
	forwarding_filter(ps, vr);
}

/* ---- by reason ---- */

static void
other(struct proposals *ps, enum reason reason, const struct dry_packet *dp)
{
	const char *family = family_word(ps->q);

	switch (reason) {
	case REASON_FAMILY_OFF:
		if (image_ifl(ps->w->image, dp->p.ifl) != NULL)
			propose_line(ps, "configure the family",
				"set interfaces %s unit %u family %s",
				image_spec_of(ps->w->image)
					->ifds[ps->d->ifl->ifd.v]
					.name,
				ps->d->ifl->unit, family);
		break;
	case REASON_FAMILY_DROP:
		propose_line(ps, "forward this family",
			"set security forwarding-options family %s mode "
			"flow-based",
			family);
		break;
	case REASON_TCP_NOT_SYN:
		propose_line(ps, "pick up connections without their SYN",
			"set security flow tcp-session no-syn-check");
		break;
	case REASON_DNS_REPLY_FIRST:
		propose_line(ps, "let DNS replies open sessions",
			"set security flow allow-dns-reply");
		break;
	default:
		break;
	}
}

static void
by_reason(struct proposals *ps, const struct dry_packet *dp)
{
	struct ip_addr src = flow_key_src(&dp->p.key);
	struct ip_addr dst = flow_key_dst(&dp->p.key);
	enum reason reason = (enum reason)dp->p.reason;

	switch (reason) {
	case REASON_DEFAULT_DENY:
	case REASON_POLICY_DENY:
	case REASON_POLICY_REJECT:
		for_policy(ps, dp);
		break;
	case REASON_NULL_ZONE:
		zone(ps, image_ifl(ps->w->image, dp->p.ifl));
		zone(ps, image_ifl(ps->w->image, dp->record.path.ifl));
		break;
	case REASON_HOST_INBOUND:
		host_inbound(ps);
		break;
	case REASON_NO_ROUTE:
		no_route(ps, dp->p.vr, &dst);
		break;
	case REASON_ROUTE_REJECT:
	case REASON_ROUTE_DISCARD:
		bad_static(ps, dp->p.vr, &dst);
		break;
	case REASON_FILTER_DISCARD:
		filter_term(ps, dp, &src, &dst);
		break;
	case REASON_REVERSE_NO_ROUTE:
	case REASON_REVERSE_ZONE:
		reverse(ps);
		break;
	default:
		other(ps, reason, dp);
		break;
	}
}

unsigned int
fix_proposals(const struct explain_world *w, const struct explain_query *q,
	const struct dry_run *d, struct fix out[FIXES_MAX])
{
	struct proposals ps = {w, q, d, out, 0};

	by_reason(&ps, d->reply.ran ? &d->reply : &d->packet);
	return ps.n;
}
