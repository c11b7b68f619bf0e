/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `match` of NAT rules [NA-3]: values of one list are alternatives, lists are
 * conditions. Address names are those of the global book.
 */
#include <stdlib.h>
#include <string.h>

#include "compile/compile_address_book.h"
#include "compile/compile_applications.h"
#include "compile/compile_nat.h"

uint64_t
nat_range_size(const struct addr_range *r)
{
	unsigned int bytes = ip_family_bits(r->lo.family) / 8;
	uint64_t size = 0;
	int borrow = 0;
	uint8_t d[16];

	for (unsigned int i = bytes; i-- > 0;) {
		int v = r->hi.b[i] - r->lo.b[i] - borrow;

		borrow = v < 0;
		d[i] = (uint8_t)v;
	}
	for (unsigned int i = 0; i < bytes; i++) {
		if (size >> 56 != 0)
			return UINT64_MAX;
		size = size << 8 | d[i];
	}
	return size == UINT64_MAX ? size : size + 1;
}

static void
add_network(struct nat_compile *nc, const char *text, struct addr_range **list,
	size_t *len)
{
	struct addr_range *r;
	struct ip_prefix p;

	if (!ip_prefix_parse(text, &p))
		return;
	p = ip_prefix_network(&p);
	r = VEC_ADD(nc->c, *list, *len);
	if (r == NULL)
		return;
	r->lo = p.addr;
	r->hi = ip_prefix_last(&p);
}

/* The entry, if NAT can use it: names and masks have no fixed range. */
static const struct addr_obj_spec *
book_entry(struct nat_compile *nc, const struct cnode *n, const char *name)
{
	const struct addr_obj_spec *o;
	uint32_t i;

	if (!books_resolve(nc->c, n, ZONE_NULL, name, &i))
		return NULL;
	o = &nc->c->image->addrs[i];
	if (o->ndns == 0 && o->nwildcards == 0)
		return o;
	compile_error(nc->c, n,
		"Address %s has a dns-name or a wildcard-address, which NAT "
		"does not match",
		name);
	return NULL;
}

static void
add_entry(struct nat_compile *nc, const struct cnode *n, const char *name,
	struct addr_range **list, size_t *len)
{
	const struct addr_obj_spec *o = book_entry(nc, n, name);

	for (size_t i = 0; o != NULL && i < o->n; i++) {
		struct addr_range *r = VEC_ADD(nc->c, *list, *len);

		if (r != NULL)
			*r = o->ranges[i];
	}
}

/* Lists have values; single addresses are containers with one leaf. */
void
nat_addresses(struct nat_compile *nc, const struct cnode *n, const char *name,
	struct addr_range **list, size_t *len)
{
	char by_name[48] = "";

	strncat(by_name, name, sizeof(by_name) - 6);
	strcat(by_name, "-name");
	cnode_foreach (e, n, name) {
		const char *inner = cnode_leaf(e, "dst-addr");

		add_network(nc, inner != NULL ? inner : value_of(e), list, len);
	}
	cnode_foreach (e, n, by_name) {
		const char *inner = cnode_leaf(e, "dst-addr-name");

		add_entry(
			nc, e, inner != NULL ? inner : value_of(e), list, len);
	}
	if (*len > NAT_MATCH_MAX)
		compile_error(nc->c, n, "More than %u addresses in %s",
			NAT_MATCH_MAX, name);
}

bool
nat_book_prefix(struct nat_compile *nc, const struct cnode *n, const char *name,
	struct ip_prefix *ret)
{
	const struct addr_obj_spec *o = book_entry(nc, n, name);

	if (o == NULL)
		return false;
	*ret = o->n > 0 ? ip_prefix_network(&o->prefixes[0])
			: (struct ip_prefix){.len = 0};
	if (o->n == 1 && ip_addr_equal(&ret->addr, &o->ranges[0].lo)) {
		struct ip_addr last = ip_prefix_last(ret);

		if (ip_addr_equal(&last, &o->ranges[0].hi))
			return true;
	}
	compile_error(nc->c, n, "Address %s must be one prefix", name);
	return false;
}

bool
nat_range_parse(struct nat_compile *nc, const struct cnode *n, const char *text,
	struct addr_range *ret)
{
	const char *high = leaf_or_inner(n, "to", "ipaddr");
	struct ip_prefix lo, hi;

	if (!ip_prefix_parse(text, &lo))
		return false;
	if (high == NULL) {
		lo = ip_prefix_network(&lo);
		ret->lo = lo.addr;
		ret->hi = ip_prefix_last(&lo);
		return true;
	}
	if (!ip_prefix_parse(high, &hi))
		return false;
	ret->lo = lo.addr;
	ret->hi = hi.addr;
	if (lo.addr.family == hi.addr.family &&
		ip_addr_cmp(&lo.addr, &hi.addr) <= 0)
		return true;
	compile_error(nc->c, n,
		"Address range must go from a lower to a higher address of "
		"one family");
	return false;
}

/* Lists have keys; the one range of static rules is a container. */
static void
add_ports(struct nat_compile *nc, const struct cnode *match, const char *name,
	struct nat_ports **list, size_t *len)
{
	cnode_foreach (n, match, name) {
		const char *low = cnode_leaf(n, "low");
		const char *high = leaf_or_inner(n, "to", "high");
		struct nat_ports *p = VEC_ADD(nc->c, *list, *len);

		if (p == NULL)
			return;
		if (low == NULL)
			low = cnode_key(n, 0);
		p->lo = (uint16_t)number_of(low, 0);
		p->hi = (uint16_t)number_of(high, p->lo);
		if (p->hi < p->lo)
			compile_error(nc->c, n,
				"Upper limit of port range is below the lower "
				"one");
	}
	if (*len > NAT_MATCH_MAX)
		compile_error(nc->c, match, "More than %u ports in %s",
			NAT_MATCH_MAX, name);
}

static void
add_protocols(struct nat_compile *nc, const struct cnode *match,
	struct nat_rule_spec *r)
{
	cnode_foreach (n, match, "protocol") {
		bool six = strcmp(value_of(n), "icmpv6") == 0;
		int v = six ? IPP_ICMP6 : ip_protocol_parse(value_of(n));
		uint8_t *p;

		if (v < 0) {
			compile_error(
				nc->c, n, "invalid protocol '%s'", value_of(n));
			continue;
		}
		p = VEC_ADD(nc->c, r->protocols, r->nprotocols);
		if (p != NULL)
			*p = (uint8_t)v;
	}
}

static void
add_applications(struct nat_compile *nc, const struct cnode *match,
	struct nat_rule_spec *r)
{
	if (!cnode_has(match, "application"))
		return;
	if (r->nprotocols + r->nsports + r->ndports > 0)
		compile_error(nc->c, cnode_child(match, "application"),
			"application cannot be configured together with "
			"protocol, source-port or destination-port");
	apps_begin(nc->c);
	cnode_foreach (n, match, "application")
		apps_resolve(nc->c, n, value_of(n), &r->apps, &r->napps);
}

void
nat_match_compile(struct nat_compile *nc, enum nat_kind kind,
	const struct cnode *match, struct nat_rule_spec *r)
{
	nat_addresses(nc, match, "source-address", &r->src, &r->nsrc);
	nat_addresses(nc, match, "destination-address", &r->dst, &r->ndst);
	add_ports(nc, match, "source-port", &r->sports, &r->nsports);
	add_ports(nc, match, "destination-port", &r->dports, &r->ndports);
	add_protocols(nc, match, r);
	add_applications(nc, match, r);
	if (kind != NAT_SOURCE && match != NULL && r->ndst == 0 &&
		!cnode_has(match, "destination-address-name"))
		compile_error(nc->c, match,
			"Missing mandatory statement: 'destination-address'");
	if (cnode_has(match, "destination-address") &&
		cnode_has(match, "destination-address-name") &&
		kind != NAT_SOURCE)
		compile_error(nc->c, match,
			"Only one of destination-address and "
			"destination-address-name can be configured");
}
