/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `then static-nat` [NA-22]: what is outside (the destination of the match) and
 * what is inside (the prefix) are of equal size, for the translation goes both
 * ways.
 */
#include <string.h>

#include "compile/compile_nat.h"

/* The destination of the match as a prefix; false after an error. */
static bool
outside_prefix(struct nat_compile *nc, const struct cnode *then,
	const struct nat_rule_spec *r, struct ip_prefix *ret)
{
	unsigned int bits;

	if (r->ndst == 1) {
		bits = ip_family_bits(r->dst[0].lo.family);
		for (unsigned int len = 0; len <= bits; len++) {
			struct ip_prefix p = {r->dst[0].lo, (uint8_t)len};
			struct ip_prefix net = ip_prefix_network(&p);
			struct ip_addr last = ip_prefix_last(&p);

			if (!ip_addr_equal(&net.addr, &r->dst[0].lo) ||
				!ip_addr_equal(&last, &r->dst[0].hi))
				continue;
			*ret = p;
			return true;
		}
	}
	if (r->ndst > 0)
		compile_error(nc->c, then,
			"The destination address of a static NAT rule must be "
			"one prefix");
	return false;
}

/* RFC 6052, 2.2. */
static bool
embeds_ipv4(const struct ip_prefix *p)
{
	return p->addr.family == IP_V6 &&
	       (p->len == 32 || p->len == 40 || p->len == 48 || p->len == 56 ||
		       p->len == 64 || p->len == 96);
}

static void
add_inet(struct nat_compile *nc, const struct cnode *n,
	const struct ip_prefix *outside, struct nat_rule_spec *r)
{
	r->action = NAT_INET;
	r->prefix = *outside;
	if (!embeds_ipv4(outside))
		compile_error(nc->c, n,
			"static-nat inet needs an IPv6 destination address of "
			"length 32, 40, 48, 56, 64 or 96");
	if (r->ndports > 0)
		compile_error(
			nc->c, n, "static-nat inet excludes destination-port");
}

static void
add_nptv6(struct nat_compile *nc, const struct cnode *n,
	const struct ip_prefix *outside, struct nat_rule_spec *r)
{
	r->action = NAT_NPTV6;
	if (outside->addr.family != IP_V6 || r->prefix.addr.family != IP_V6 ||
		outside->len != r->prefix.len || r->prefix.len > 64)
		compile_error(nc->c, n,
			"nptv6-prefix and destination address must be IPv6 "
			"prefixes of equal length, 64 at most");
	if (r->ndports > 0)
		compile_error(
			nc->c, n, "nptv6-prefix excludes destination-port");
}

/* Between families host parts are equally long. */
static void
add_prefix(struct nat_compile *nc, const struct cnode *n,
	const struct ip_prefix *outside, struct nat_rule_spec *r)
{
	unsigned int out = ip_family_bits(outside->addr.family) - outside->len;
	unsigned int in = ip_family_bits(r->prefix.addr.family) - r->prefix.len;

	r->action = NAT_PREFIX;
	if (out != in)
		compile_error(nc->c, n,
			"Static NAT prefix and destination address must be of "
			"equal length");
}

static void
add_mapped(
	struct nat_compile *nc, const struct cnode *n, struct nat_rule_spec *r)
{
	const struct cnode *m = cnode_child(n, "mapped-port");

	if (m == NULL)
		return;
	r->mapped.lo = (uint16_t)cnode_u64(m, "low", 1);
	r->mapped.hi = (uint16_t)number_of(
		leaf_or_inner(m, "to", "high"), r->mapped.lo);
	if (r->mapped.hi < r->mapped.lo)
		compile_error(nc->c, m,
			"Upper limit of port range is below the lower one");
	else if (r->ndports == 0)
		compile_error(nc->c, m,
			"mapped-port needs destination-port in match");
	else if (r->mapped.hi - r->mapped.lo !=
		 r->dports[0].hi - r->dports[0].lo)
		compile_error(nc->c, m,
			"mapped-port and destination-port must be ranges of "
			"equal size");
}

void
nat_static_compile(
	struct nat_compile *nc, const struct cnode *n, struct nat_rule_spec *r)
{
	const struct cnode *inet = cnode_child(n, "inet");
	const struct cnode *prefix = cnode_child(n, "prefix");
	const struct cnode *name = cnode_child(n, "prefix-name");
	const struct cnode *npt = cnode_child(n, "nptv6-prefix");
	const struct cnode *action = inet     ? inet
				     : prefix ? prefix
				     : name   ? name
					      : npt;
	struct ip_prefix outside;

	if (action == NULL) {
		compile_error(nc->c, n != NULL ? n : nc->root,
			"One of 'prefix', 'prefix-name', 'inet' or "
			"'nptv6-prefix' must be configured");
		return;
	}
	nat_instance(nc, action, &r->has_vr, &r->vr);
	if (prefix != NULL || npt != NULL) {
		const char *text = cnode_leaf(action, "addr-prefix");

		if (text == NULL)
			text = value_of(action);
		if (!ip_prefix_parse(text, &r->prefix)) {
			compile_error(
				nc->c, action, "invalid prefix '%s'", text);
			return;
		}
		r->prefix = ip_prefix_network(&r->prefix);
	} else if (name != NULL) {
		const char *entry = cnode_leaf(name, "addr-prefix-name");

		if (!nat_book_prefix(nc, name, entry ? entry : "", &r->prefix))
			return;
	}
	if (!outside_prefix(nc, n, r, &outside))
		return;
	if (inet != NULL)
		add_inet(nc, inet, &outside, r);
	else if (npt != NULL)
		add_nptv6(nc, npt, &outside, r);
	else
		add_prefix(nc, action, &outside, r);
	add_mapped(nc, action, r);
}
