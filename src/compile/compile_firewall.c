/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall: filters [CF-36]. `firewall filter F` is the old spelling of
 * `firewall family inet filter F`.
 *
 * A match condition that we do not know would widen its term if it were
 * ignored, so it is an error here, while unknown modifiers of `then` are
 * warnings of the schema.
 */
#include "compile/compile_firewall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/match_values.h"
#include "config/cvalue.h"

static const char *const known_from[] = {"source-address",
	"destination-address", "address", "source-prefix-list",
	"destination-prefix-list", "prefix-list", "protocol", "protocol-except",
	"next-header", "next-header-except", "payload-protocol",
	"payload-protocol-except", "source-port", "source-port-except",
	"destination-port", "destination-port-except", "port", "port-except",
	"icmp-type", "icmp-type-except", "icmp-code", "icmp-code-except",
	"tcp-established", "tcp-initial", "tcp-flags", "is-fragment",
	"first-fragment", "fragment-flags", "interface", "interface-set",
	"flexible-match-range", "flexible-match-mask"};

/* Addresses -------------------------------------------------------------- */

static void
add_prefix(struct compile *c, const struct cnode *n, const char *text,
	bool except, enum ip_family family, struct filter_prefix **list,
	size_t *len)
{
	struct filter_prefix *fp;
	struct ip_prefix p;

	if (!ip_prefix_parse(text, &p)) {
		compile_error(c, n, "invalid prefix '%s'", text);
		return;
	}
	if (p.addr.family != family)
		return; /* a prefix list may hold both families */
	fp = VEC_ADD(c, *list, *len);
	if (fp == NULL)
		return;
	fp->prefix = ip_prefix_network(&p);
	fp->except = except;
}

static void
add_addresses(struct compile *c, const struct cnode *from, const char *name,
	enum ip_family family, struct filter_prefix **list, size_t *len)
{
	cnode_foreach (n, from, name) {
		const char *text = cnode_key(n, 0);
		struct ip_prefix p;

		if (ip_prefix_parse(text, &p) && p.addr.family != family)
			compile_error(
				c, n, "Address is not of the filter's family");
		else
			add_prefix(c, n, text, cnode_has(n, "except"), family,
				list, len);
	}
}

/*
 * Prefix lists are joined with the addresses of the same direction. False when
 * lists are named and there is nothing in them: the term cannot match.
 */
static bool
add_prefix_lists(struct compile *c, const struct cnode *from, const char *name,
	enum ip_family family, struct filter_prefix **list, size_t *len)
{
	const struct cnode *options = cnode_child(c->root, "policy-options");

	cnode_foreach (n, from, name) {
		const struct cnode *pl =
			cnode_entry(options, "prefix-list", cnode_key(n, 0));

		if (pl == NULL)
			compile_error(c, n,
				"Referenced prefix-list '%s' is not defined",
				cnode_key(n, 0));
		cnode_foreach (item, pl, "prefix-list-item")
			add_prefix(c, item, cnode_key(item, 0),
				cnode_has(n, "except"), family, list, len);
	}
	return *len > 0 || !cnode_has(from, name);
}

/* Numbers ---------------------------------------------------------------- */

static int
range_cmp(const void *va, const void *vb)
{
	const struct port_range *a = va, *b = vb;

	return (int)a->lo - (int)b->lo;
}

/* Put what the ranges leave free of 0..65535 in their place. */
static void
complement_ranges(struct compile *c, struct port_range **ranges, size_t *n)
{
	struct port_range *rest = NULL;
	size_t nrest = 0;
	uint32_t next = 0;

	qsort(*ranges, *n, sizeof(**ranges), range_cmp);
	for (size_t i = 0; i <= *n; i++) {
		uint32_t lo = i < *n ? (*ranges)[i].lo : UINT16_MAX + 1u;

		if (lo > next) {
			struct port_range *r = VEC_ADD(c, rest, nrest);

			if (r == NULL)
				break;
			r->lo = (uint16_t)next;
			r->hi = (uint16_t)(lo - 1);
		}
		if (i < *n && (*ranges)[i].hi + 1u > next)
			next = (*ranges)[i].hi + 1u;
	}
	free(*ranges);
	*ranges = rest;
	*n = nrest;
}

static void
add_ports(struct compile *c, const struct cnode *from, const char *name,
	struct port_range **list, size_t *len)
{
	char except[64];
	uint16_t lo, hi;

	cnode_foreach (n, from, name) {
		struct port_range *r;

		if (!cvalue_port_range(value_of(n), &lo, &hi)) {
			compile_error(c, n, "invalid port '%s'", value_of(n));
			continue;
		}
		r = VEC_ADD(c, *list, *len);
		if (r != NULL)
			*r = (struct port_range){lo, hi};
	}
	snprintf(except, sizeof(except), "%s-except", name);
	if (*len > 0 || !cnode_has(from, except))
		return;
	add_ports(c, from, except, list, len);
	if (*len > 0)
		complement_ranges(c, list, len);
}

/* One byte of a header: which of its 256 values match? */
struct byte_set {
	bool has[256];
	bool any; /* no condition was written */
};

typedef int byte_parse(const char *text, enum ip_family family);

static int
parse_protocol(const char *text, enum ip_family family)
{
	(void)family;
	if (strcmp(text, "icmpv6") == 0)
		return IPP_ICMP6;
	return ip_protocol_parse(text);
}

static void
add_bytes(struct compile *c, const struct cnode *from, const char *name,
	byte_parse *parse, enum ip_family family, struct byte_set *set,
	bool value)
{
	cnode_foreach (n, from, name) {
		int v = parse(value_of(n), family);

		if (v < 0) {
			compile_error(c, n, "invalid value '%s'", value_of(n));
			continue;
		}
		if (set->any && !value)
			memset(set->has, true, sizeof(set->has));
		set->any = false;
		set->has[v] = value;
	}
}

static struct byte_set
byte_condition(struct compile *c, const struct cnode *from, const char *name,
	byte_parse *parse, enum ip_family family)
{
	struct byte_set set = {.any = true};
	char except[64];

	snprintf(except, sizeof(except), "%s-except", name);
	add_bytes(c, from, name, parse, family, &set, true);
	add_bytes(c, from, except, parse, family, &set, false);
	return set;
}

static void
add_protocols(struct compile *c, const struct cnode *from, const char *name,
	enum ip_family family, struct filter_term_spec *t)
{
	struct byte_set set =
		byte_condition(c, from, name, parse_protocol, family);

	for (int i = 0; !set.any && i < 256; i++) {
		uint8_t *p;

		if (!set.has[i])
			continue;
		p = VEC_ADD(c, t->protocols, t->nprotocols);
		if (p != NULL)
			*p = (uint8_t)i;
	}
}

static void
add_icmp(struct compile *c, const struct cnode *from, const char *name,
	byte_parse *parse, enum ip_family family, int16_t **list, size_t *len)
{
	struct byte_set set = byte_condition(c, from, name, parse, family);

	for (int i = 0; !set.any && i < 256; i++) {
		int16_t *v;

		if (!set.has[i])
			continue;
		v = VEC_ADD(c, *list, *len);
		if (v != NULL)
			*v = (int16_t)i;
	}
}

/* Terms ------------------------------------------------------------------ */

static void
check_from(struct compile *c, const struct cnode *from)
{
	size_t known = sizeof(known_from) / sizeof(known_from[0]);

	for (const struct cnode *n = cnode_first_any(from); n != NULL;
		n = cnode_next_any(n)) {
		size_t i = 0;

		while (i < known && strcmp(known_from[i], cnode_name(n)) != 0)
			i++;
		if (i == known && !filter_number_known(cnode_name(n)))
			compile_error(c, n,
				"match condition is not supported; ignoring it "
				"would widen the term");
	}
}

static bool
compile_addresses(struct compile *c, const struct cnode *n,
	enum ip_family family, struct filter_term_spec *t)
{
	bool ok = true;

	add_addresses(c, n, "source-address", family, &t->src, &t->nsrc);
	add_addresses(c, n, "destination-address", family, &t->dst, &t->ndst);
	add_addresses(c, n, "address", family, &t->any_addr, &t->nany_addr);
	ok &= add_prefix_lists(
		c, n, "source-prefix-list", family, &t->src, &t->nsrc);
	ok &= add_prefix_lists(
		c, n, "destination-prefix-list", family, &t->dst, &t->ndst);
	ok &= add_prefix_lists(
		c, n, "prefix-list", family, &t->any_addr, &t->nany_addr);
	return ok;
}

/* False when no packet can match. */
static bool
compile_from(struct compile *c, const struct cnode *n, enum ip_family family,
	struct filter_term_spec *t)
{
	const char *flags = cnode_leaf(n, "tcp-flags");
	bool ok = compile_addresses(c, n, family, t);

	check_from(c, n);
	add_protocols(c, n, "protocol", family, t);
	add_protocols(c, n, "next-header", family, t);
	add_protocols(c, n, "payload-protocol", family, t);
	add_ports(c, n, "source-port", &t->sports, &t->nsports);
	add_ports(c, n, "destination-port", &t->dports, &t->ndports);
	add_ports(c, n, "port", &t->ports, &t->nports);
	add_icmp(c, n, "icmp-type", match_icmp_type, family, &t->icmp_types,
		&t->nicmp_types);
	add_icmp(c, n, "icmp-code", match_icmp_code, family, &t->icmp_codes,
		&t->nicmp_codes);
	compile_filter_numbers(c, n, t);
	t->tcp_established = cnode_has(n, "tcp-established");
	t->tcp_initial = cnode_has(n, "tcp-initial");
	t->is_fragment = cnode_has(n, "is-fragment");
	t->first_fragment = cnode_has(n, "first-fragment");
	t->has_tcp_flags = flags != NULL;
	if (flags != NULL && !match_tcp_flags(flags, &t->tcp_flags))
		compile_error(c, cnode_child(n, "tcp-flags"),
			"invalid tcp-flags expression");
	return ok;
}

static void
compile_reject(struct compile *c, const struct cnode *reject,
	enum ip_family family, struct filter_term_spec *t)
{
	const char *type = cnode_leaf(reject, "message-type");
	int code = match_reject_code(type, family);

	t->action = FILTER_REJECT;
	if (code < 0)
		compile_error(c, reject,
			"message type '%s' is not valid for the filter's "
			"family",
			type);
	else
		t->reject_code = (uint8_t)code;
	t->reject_tcp_reset = type != NULL && strcmp(type, "tcp-reset") == 0;
}

static void
compile_then(struct compile *c, const struct cnode *n, enum ip_family family,
	struct filter_term_spec *t)
{
	const char *vr =
		leaf_or_inner(n, "routing-instance", "routing-instance-name");
	const char *policer = cnode_leaf(n, "policer");

	t->action = FILTER_ACCEPT; /* also when only modifiers are written */
	if (cnode_has(n, "discard"))
		t->action = FILTER_DISCARD;
	else if (cnode_has(n, "reject"))
		compile_reject(c, cnode_child(n, "reject"), family, t);
	else if (cnode_has(n, "next"))
		t->action = FILTER_NEXT_TERM;
	if (vr != NULL) {
		t->has_vr = find_vr(c, vr, &t->vr);
		if (!t->has_vr)
			compile_error(c, cnode_child(n, "routing-instance"),
				"Referenced routing instance '%s' is not "
				"defined",
				vr);
	}
	if (cnode_leaf(n, "count") != NULL)
		NAME_COPY(c, cnode_child(n, "count"), t->counter,
			cnode_leaf(n, "count"));
	t->packet_mode = cnode_has(n, "packet-mode");
	t->log = cnode_has(n, "log");
	t->syslog = cnode_has(n, "syslog");
	if (policer != NULL && !names_get(&c->policers, policer, &t->policer))
		compile_error(c, cnode_child(n, "policer"),
			"Referenced policer '%s' is not defined", policer);
	else if (policer != NULL)
		t->policer++;
}

void
filter_add_terms(
	struct compile *c, const struct cnode *filter, struct filter_spec *f)
{
	cnode_foreach (n, filter, "term") {
		struct filter_term_spec *t = VEC_ADD(c, f->terms, f->n);

		if (t == NULL)
			return;
		NAME_COPY(c, n, t->name, cnode_key(n, 0));
		compile_then(c, cnode_child(n, "then"), f->family, t);
		if (!compile_from(c, cnode_child(n, "from"), f->family, t)) {
			filter_term_spec_done(t);
			f->n--;
		}
	}
}

struct filter_spec *
filter_add(struct compile *c, enum ip_family family)
{
	struct image_spec *image = c->image;
	struct filter_spec *f = NULL;

	if (image->nfilters < UINT16_MAX - 1)
		f = VEC_ADD(c, image->filters, image->nfilters);
	if (f != NULL)
		f->family = family;
	return f;
}

static void
compile_filter(struct compile *c, const struct cnode *n, enum ip_family family,
	struct names *index)
{
	struct filter_spec *f;

	if (names_find(index, cnode_key(n, 0)) != NULL) {
		compile_error(
			c, n, "filter is defined under family inet as well");
		return;
	}
	f = filter_add(c, family);
	if (f == NULL) {
		compile_error(c, n, "More than %u filters", UINT16_MAX - 1);
		return;
	}
	NAME_COPY(c, n, f->name, cnode_key(n, 0));
	index_put(c, index, f->name, c->image->nfilters - 1);
	filter_add_terms(c, n, f);
}

void
compile_firewall(struct compile *c)
{
	const struct cnode *firewall = cnode_child(c->root, "firewall");
	const struct cnode *family = cnode_child(firewall, "family");

	compile_policers(c);
	cnode_foreach (n, cnode_child(family, "inet"), "filter")
		compile_filter(c, n, IP_V4, &c->filters4);
	cnode_foreach (n, firewall, "filter")
		compile_filter(c, n, IP_V4, &c->filters4);
	cnode_foreach (n, cnode_child(family, "inet6"), "filter")
		compile_filter(c, n, IP_V6, &c->filters6);
}
