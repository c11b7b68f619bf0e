/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of `interfaces` and of route filters [CF-14]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "config/check.h"

/* Units without tags: those that have no frames. */
static bool
has_free_units(const char *ifd)
{
	static const char *const kinds[] = {
		"dl", "gr-", "ip-", "irb", "lo", "lt-", "pp", "st", "vlan"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(ifd, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static void
check_unit(struct check *c, const struct cnode *ifd, const struct cnode *unit)
{
	const struct cnode *vlan = cnode_child(unit, "vlan-id");
	bool tagged = cnode_has(ifd, "vlan-tagging") ||
		      cnode_has(ifd, "flexible-vlan-tagging");

	if (vlan != NULL && !tagged)
		check_error(c, vlan,
			"VLAN-ID can only be specified on tagged "
			"ethernet interfaces");
	if (vlan == NULL && tagged && !cnode_has(ifd, "native-vlan-id") &&
		!cnode_has(unit, "vlan-tags"))
		check_error(c, unit,
			"VLAN-ID must be specified on tagged "
			"ethernet interfaces");
	if (!tagged && strcmp(cnode_key(unit, 0), "0") != 0 &&
		!has_free_units(cnode_key(ifd, 0)))
		check_error(c, unit,
			"Only unit 0 is valid for this "
			"encapsulation");
}

void
check_interfaces(struct check *c)
{
	const struct cnode *interfaces = cnode_child(c->root, "interfaces");

	cnode_foreach (ifd, interfaces, "interface") {
		cnode_foreach (unit, ifd, "unit")
			check_unit(c, ifd, unit);
	}
}

/* "/24": -1 if it is no length, or one beyond the family's. */
static long
mask_length(const char *text, unsigned int bits)
{
	char *end;
	long v;

	if (text[0] != '/' || text[1] < '0' || text[1] > '9')
		return -1;
	v = strtol(text + 1, &end, 10);
	return *end == '\0' && v <= (long)bits ? v : -1;
}

static bool
range_ok(const char *text, unsigned int len, unsigned int bits)
{
	const char *dash = strchr(text, '-');
	char low[8];
	long a, b;

	if (dash == NULL || dash - text >= (long)sizeof(low))
		return false;
	snprintf(low, sizeof(low), "%.*s", (int)(dash - text), text);
	a = mask_length(low, bits);
	b = mask_length(dash + 1, bits);
	return a >= (long)len && b >= a;
}

static bool
filter_ok(const struct ip_prefix *p, const char *type, const char *value)
{
	unsigned int bits = ip_family_bits(p->addr.family);
	struct ip_prefix q;
	struct ip_addr a;

	if (strcmp(type, "upto") == 0)
		return value && mask_length(value, bits) >= (long)p->len;
	if (strcmp(type, "prefix-length-range") == 0)
		return value && range_ok(value, p->len, bits);
	if (strcmp(type, "through") == 0)
		return value && ip_prefix_parse(value, &q) &&
		       ip_prefix_contains(p, &q);
	if (strcmp(type, "address-mask") == 0)
		return value && ip_addr_parse(value, &a) &&
		       a.family == p->addr.family;
	return value == NULL;
}

static void
check_from(struct check *c, const struct cnode *from)
{
	cnode_foreach (rf, from, "route-filter") {
		struct ip_prefix p;

		if (ip_prefix_parse(cnode_key(rf, 0), &p) &&
			!filter_ok(&p, cnode_key(rf, 1),
				cnode_leaf(rf, "choice-value")))
			check_error(
				c, rf, "Invalid value of %s", cnode_key(rf, 1));
	}
}

void
check_route_filters(struct check *c)
{
	const struct cnode *options = cnode_child(c->root, "policy-options");

	cnode_foreach (p, options, "policy-statement") {
		check_from(c, cnode_child(p, "from"));
		cnode_foreach (t, p, "term")
			check_from(c, cnode_child(t, "from"));
	}
}
