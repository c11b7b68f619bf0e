/* SPDX-License-Identifier: Apache-2.0 */
/* Which statement of the configuration was it? */
#include "explain/explain_impl.h"

#include <stdio.h>
#include <string.h>

/* "ge-0/0/0" stands for "ge-0/0/0.0". */
static bool
same_ifl(const char *written, const char *ifl)
{
	size_t n = strlen(written);

	if (strcmp(written, ifl) == 0)
		return true;
	return strchr(written, '.') == NULL && strncmp(written, ifl, n) == 0 &&
	       strcmp(ifl + n, ".0") == 0;
}

const struct cnode *
line_zone(const struct cnode *root, const char *zone)
{
	return cnode_entry(cnode_find(root, "security", "zones", NULL),
		"security-zone", zone);
}

const struct cnode *
line_zone_interface(const struct cnode *root, const char *zone, const char *ifl)
{
	const struct cnode *z = line_zone(root, zone);

	cnode_foreach (i, z, "interfaces")
		if (same_ifl(cnode_key(i, 0), ifl))
			return i;
	return cnode_entry(z, "interfaces", "all");
}

const struct cnode *
line_instance(const struct cnode *root, const char *vr)
{
	return cnode_entry(
		cnode_child(root, "routing-instances"), "instance", vr);
}

const struct cnode *
line_instance_interface(
	const struct cnode *root, const char *vr, const char *ifl)
{
	const struct cnode *instance = line_instance(root, vr);

	cnode_foreach (i, instance, "interface")
		if (same_ifl(cnode_key(i, 0), ifl))
			return i;
	return NULL;
}

const struct cnode *
line_family(const struct cnode *root, const char *ifl, enum ip_family family)
{
	const char *dot = strrchr(ifl, '.');
	char ifd[NAME_MAX_LEN];
	const struct cnode *unit;

	if (dot == NULL)
		return NULL;
	snprintf(ifd, sizeof(ifd), "%.*s", (int)(dot - ifl), ifl);
	unit = cnode_entry(
		cnode_entry(cnode_child(root, "interfaces"), "interface", ifd),
		"unit", dot + 1);
	return cnode_find(
		unit, "family", family == IP_V4 ? "inet" : "inet6", NULL);
}

const struct cnode *
line_address(const struct cnode *root, const char *ifl,
	const struct ip_prefix *prefix)
{
	const struct cnode *family =
		line_family(root, ifl, prefix->addr.family);
	struct ip_prefix p;

	cnode_foreach (a, family, "address") {
		if (!ip_prefix_parse(cnode_key(a, 0), &p))
			continue;
		if (ip_addr_equal(&p.addr, &prefix->addr))
			return a; /* Local */
		p = ip_prefix_network(&p);
		if (ip_prefix_cmp(&p, prefix) == 0)
			return a; /* Direct */
	}
	return NULL;
}

static const struct cnode *
routing_options(const struct cnode *root, const char *vr)
{
	return cnode_child(
		strcmp(vr, "master") == 0 ? root : line_instance(root, vr),
		"routing-options");
}

static const struct cnode *
static_entry(const struct cnode *n, const struct ip_prefix *prefix)
{
	const struct cnode *all = cnode_child(n, "static");
	struct ip_prefix p;

	cnode_foreach (r, all, "route")
		if (ip_prefix_parse(cnode_key(r, 0), &p) &&
			ip_prefix_cmp(&p, prefix) == 0)
			return r;
	return NULL;
}

const struct cnode *
line_static(const struct cnode *root, const char *vr,
	const struct ip_prefix *prefix)
{
	const struct cnode *options = routing_options(root, vr);
	const struct cnode *r = static_entry(options, prefix);

	if (r != NULL)
		return r;
	cnode_foreach (rib, options, "rib") {
		r = static_entry(rib, prefix);
		if (r != NULL)
			return r;
	}
	return NULL;
}

static bool
names_instance(const struct cnode *statement, const char *vr)
{
	const char *name =
		cnode_leaf(cnode_child(statement, "from"), "instance");

	if (name != NULL && strcmp(name, "default") == 0)
		name = "master";
	return name != NULL && strcmp(name, vr) == 0;
}

/* The import policy that names the instance; else the first one. */
const struct cnode *
line_import(const struct cnode *root, const char *vr, const char *from_vr)
{
	const struct cnode *options = routing_options(root, vr);
	const struct cnode *all = cnode_child(root, "policy-options");

	cnode_foreach (i, options, "instance-import") {
		const struct cnode *p =
			cnode_entry(all, "policy-statement", cnode_value(i));

		if (names_instance(p, from_vr))
			return i;
		cnode_foreach (term, p, "term")
			if (names_instance(term, from_vr))
				return i;
	}
	return cnode_child(options, "instance-import");
}

const struct cnode *
line_policy(const struct cnode *root, const struct image *image,
	const struct policy_spec *p, struct zone_id from, struct zone_id to)
{
	const struct cnode *all =
		cnode_find(root, "security", "policies", NULL);

	if (p == NULL)
		return cnode_child(all, "default-policy");
	if (p->global)
		return cnode_entry(
			cnode_child(all, "global"), "policy", p->name);
	cnode_foreach (context, all, "policy")
		if (strcmp(cnode_key(context, 0),
			    image_zone_name(image, from)) == 0 &&
			strcmp(cnode_key(context, 1),
				image_zone_name(image, to)) == 0)
			return cnode_entry(context, "policy", p->name);
	return NULL;
}

const struct cnode *
line_filter_term(const struct cnode *root, enum ip_family family,
	const char *filter, const char *term)
{
	const struct cnode *all = cnode_child(root, "firewall");
	const struct cnode *f =
		cnode_entry(cnode_find(all, "family",
				    family == IP_V4 ? "inet" : "inet6", NULL),
			"filter", filter);

	if (f == NULL)
		f = cnode_entry(all, "filter", filter);
	return term != NULL ? cnode_entry(f, "term", term) : f;
}

const struct cnode *
line_nat_rule(const struct cnode *root, enum nat_kind kind, const char *set,
	const char *rule)
{
	const struct cnode *n =
		cnode_find(root, "security", "nat", nat_kind_name(kind), NULL);

	return cnode_entry(cnode_entry(n, "rule-set", set), "rule", rule);
}

const struct cnode *
line_mode(const struct cnode *root, enum ip_family family)
{
	const struct cnode *all = cnode_find(
		root, "security", "forwarding-options", "family", NULL);
	const struct cnode *mode = cnode_find(
		all, family == IP_V4 ? "inet" : "inet6", "mode", NULL);

	if (mode == NULL && family == IP_V4)
		mode = cnode_find(all, "mpls", "mode", NULL);
	return mode;
}

const struct cnode *
line_reverse(const struct cnode *root, enum reverse_rule rule, const char *zone,
	const char *vr)
{
	switch (rule) {
	case REVERSE_BY_ZONE:
		return cnode_child(line_zone(root, zone), "reverse-route");
	case REVERSE_BY_INSTANCE:
		return cnode_child(line_instance(root, vr), "reverse-route");
	case REVERSE_BY_GLOBAL:
		return cnode_find(root, "security", "flow", "advanced-options",
			"reverse-route-packet-mode-vr", NULL);
	default:
		return NULL;
	}
}

const struct cnode *
line_host_inbound(const struct cnode *root, const char *zone, const char *ifl)
{
	const struct cnode *i = line_zone_interface(root, zone, ifl);
	const struct cnode *own = cnode_child(i, "host-inbound-traffic");

	return own != NULL ? own
			   : cnode_child(line_zone(root, zone),
				     "host-inbound-traffic");
}
