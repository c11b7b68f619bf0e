/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interfaces, chassis ports: physical ports and logical interfaces [CF-30].
 *
 * The MTU of a port counts the Ethernet header (and the tag when the port is
 * tagged), that of a family the IP packet only: 1514 gives 1500.
 */
#include "compile/compile_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MTU_DEFAULT        1514u
#define MTU_TAGGED_DEFAULT 1518u
#define MTU_LOOPBACK       UINT16_MAX
#define ETHER_HEADER       14u
#define VLAN_HEADER        4u
#define MTU6_MIN           1280u

static bool
is_loopback(const char *name)
{
	return strcmp(name, "lo0") == 0;
}

/* Tunnels, dialers, VLANs that are routed: they have units but no frames. */
static bool
is_virtual(const char *name)
{
	static const char *const kinds[] = {
		"dl", "gr-", "ip-", "irb", "lt-", "pp", "st", "vlan"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static void
add_ifd(struct compile *c, const struct cnode *node, const char *name)
{
	struct image_spec *image = c->image;
	struct ifd_spec *ifd;

	if (names_find(&c->ifds, name) != NULL)
		return;
	if (image->nifds == IFD_MAX) {
		compile_error(c, node, "More than %u interfaces", IFD_MAX);
		return;
	}
	ifd = VEC_ADD(c, image->ifds, image->nifds);
	if (ifd == NULL)
		return;
	NAME_COPY(c, node, ifd->name, name);
	ifd->mtu = is_loopback(name) ? MTU_LOOPBACK : MTU_DEFAULT;
	index_put(c, &c->ifds, name, image->nifds - 1);
}

static struct ifd_spec *
ifd_of(struct compile *c, const char *name)
{
	uint32_t i;

	return names_get(&c->ifds, name, &i) ? &c->image->ifds[i] : NULL;
}

static void
compile_ifd(struct compile *c, const struct cnode *n)
{
	struct ifd_spec *ifd;

	add_ifd(c, n, cnode_key(n, 0));
	ifd = ifd_of(c, cnode_key(n, 0));
	if (ifd == NULL)
		return;
	text_copy(ifd->description, sizeof(ifd->description),
		value_of(cnode_child(n, "description")));
	ifd->disabled = cnode_has(n, "disable");
	ifd->vlan_tagging = cnode_has(n, "vlan-tagging") ||
			    cnode_has(n, "flexible-vlan-tagging");
	if (is_loopback(ifd->name)) {
		if (ifd->vlan_tagging)
			compile_error(c, n,
				"VLAN tagging is not valid for a loopback "
				"interface");
		return;
	}
	ifd->mtu = (uint16_t)cnode_u64(
		n, "mtu", ifd->vlan_tagging ? MTU_TAGGED_DEFAULT : MTU_DEFAULT);
}

/* A port may be named here only, to take part without a configuration. */
static void
compile_ports(struct compile *c)
{
	const struct cnode *ports =
		cnode_find(c->root, "chassis", "ports", NULL);
	struct ifd_spec *ifd;

	cnode_foreach (n, ports, "port") {
		add_ifd(c, n, cnode_key(n, 0));
		ifd = ifd_of(c, cnode_key(n, 0));
		if (ifd != NULL)
			NAME_COPY(c, n, ifd->device,
				value_of(cnode_child(n, "device")));
	}
}

/* Units ------------------------------------------------------------------ */

static void
check_vlan(struct compile *c, const struct cnode *n, const struct ifd_spec *ifd,
	const struct ifl_spec *ifl)
{
	const struct cnode *vlan = cnode_child(n, "vlan-id");

	if (is_loopback(ifd->name)) {
		if (vlan != NULL)
			compile_error(c, vlan,
				"VLAN-ID is not valid for a loopback "
				"interface");
	} else if (vlan != NULL && !ifd->vlan_tagging) {
		compile_error(c, vlan,
			"VLAN-ID can only be specified on tagged ethernet "
			"interfaces");
	} else if (vlan == NULL && ifd->vlan_tagging &&
		   !cnode_has(cnode_parent(n), "flexible-vlan-tagging")) {
		compile_error(c, n,
			"VLAN-ID must be specified on tagged ethernet "
			"interfaces");
	} else if (!ifd->vlan_tagging && ifl->unit != 0 &&
		   !is_virtual(ifd->name)) {
		compile_error(
			c, n, "Only unit 0 is valid for this encapsulation");
	}
}

/*
 * Each unit of a port has a tag of its own; 0 (untagged) counts as one.
 * owner[tag] is the index + 1 of the interface that has it.
 */
#define TAGS 4096

static void
check_duplicate_vlan(struct compile *c, const struct cnode *n, uint32_t *owner)
{
	const struct image_spec *image = c->image;
	const struct ifl_spec *ifl = &image->ifls[image->nifls - 1];
	uint32_t *taken = &owner[ifl->vlan % TAGS];

	if (*taken == 0)
		*taken = (uint32_t)image->nifls;
	else if (ifl->vlan == 0)
		compile_error(c, n,
			"only one untagged unit is allowed, %s is "
			"another",
			image->ifls[*taken - 1].name);
	else
		compile_error(c, cnode_child(n, "vlan-id"),
			"duplicate VLAN-ID %u, already used by %s", ifl->vlan,
			image->ifls[*taken - 1].name);
}

static uint16_t
family_mtu(struct compile *c, const struct cnode *family,
	const struct ifd_spec *ifd)
{
	uint32_t overhead = ETHER_HEADER;
	uint32_t room, mtu;

	if (ifd->vlan_tagging)
		overhead += VLAN_HEADER;
	if (ifd->mtu == MTU_LOOPBACK)
		overhead = 0;
	room = ifd->mtu > overhead ? ifd->mtu - overhead : 1;
	mtu = (uint32_t)cnode_u64(family, "mtu", room);
	if (mtu > room) {
		compile_error(c, cnode_child(family, "mtu"),
			"MTU %u is larger than the %u bytes that the MTU of "
			"interface %s leaves",
			mtu, room, ifd->name);
		mtu = room;
	}
	return (uint16_t)mtu;
}

static const char *
address_fault(const struct ip_prefix *p, enum ip_family family)
{
	struct ip_prefix net = ip_prefix_network(p);
	struct ip_addr last = ip_prefix_last(p);

	if (p->addr.family != family)
		return "Address is not of this family";
	if (ip_addr_is_multicast(&p->addr))
		return "Cannot assign a multicast address";
	if (ip_addr_is_unspecified(&p->addr))
		return "Cannot assign the unspecified address";
	if (family != IP_V4 || p->len > 30)
		return NULL;
	if (ip_addr_equal(&p->addr, &net.addr))
		return "Cannot assign address 0 on subnet";
	if (ip_addr_equal(&p->addr, &last))
		return "Cannot assign broadcast address on subnet";
	return NULL;
}

static void
add_address(struct compile *c, const struct cnode *n, struct ifl_spec *ifl,
	enum ip_family family)
{
	struct ifl_addr_spec *a;
	struct ip_prefix p;
	const char *fault;

	if (!ip_prefix_parse(cnode_key(n, 0), &p)) {
		compile_error(c, n, "invalid address");
		return;
	}
	fault = address_fault(&p, family);
	if (fault != NULL) {
		compile_error(c, n, "%s", fault);
		return;
	}
	a = VEC_ADD(c, ifl->addrs, ifl->naddrs);
	if (a == NULL)
		return;
	a->prefix = p;
	a->primary = cnode_has(n, "primary");
	a->preferred = cnode_has(n, "preferred");
}

/*
 * Where nothing is written the lowest address is the primary one of its
 * family and the preferred one of its subnet. Link-local addresses are never
 * primary.
 */
static bool
same_subnet(const struct ip_prefix *a, const struct ip_prefix *b)
{
	struct ip_prefix na = ip_prefix_network(a), nb = ip_prefix_network(b);

	return ip_prefix_cmp(&na, &nb) == 0;
}

static void
pick_primary(struct ifl_spec *ifl, enum ip_family family)
{
	struct ifl_addr_spec *best = NULL;

	for (size_t i = 0; i < ifl->naddrs; i++) {
		struct ifl_addr_spec *a = &ifl->addrs[i];

		if (a->prefix.addr.family != family ||
			ip_addr_is_link_local(&a->prefix.addr))
			continue;
		if (a->primary)
			return;
		if (best == NULL ||
			ip_addr_cmp(&a->prefix.addr, &best->prefix.addr) < 0)
			best = a;
	}
	if (best != NULL)
		best->primary = true;
}

static void
pick_preferred(struct ifl_spec *ifl, size_t k)
{
	struct ifl_addr_spec *best = &ifl->addrs[k];

	for (size_t i = 0; i < ifl->naddrs; i++) {
		struct ifl_addr_spec *a = &ifl->addrs[i];

		if (!same_subnet(&a->prefix, &best->prefix))
			continue;
		if (a->preferred)
			return;
		if (ip_addr_cmp(&a->prefix.addr, &best->prefix.addr) < 0)
			best = a;
	}
	best->preferred = true;
}

static void
compile_inet(struct compile *c, const struct cnode *unit, struct ifl_spec *ifl,
	const struct ifd_spec *ifd)
{
	const struct cnode *n = cnode_find(unit, "family", "inet", NULL);

	ifl->inet = n != NULL;
	ifl->mtu4 = family_mtu(c, n, ifd);
	cnode_foreach (a, n, "address")
		add_address(c, a, ifl, IP_V4);
}

static void
compile_inet6(struct compile *c, const struct cnode *unit, struct ifl_spec *ifl,
	const struct ifd_spec *ifd)
{
	const struct cnode *n = cnode_find(unit, "family", "inet6", NULL);

	ifl->inet6 = n != NULL;
	ifl->mtu6 = family_mtu(c, n, ifd);
	if (ifl->inet6 && ifl->mtu6 < MTU6_MIN)
		compile_error(c, n, "MTU of family inet6 must be at least %u",
			MTU6_MIN);
	cnode_foreach (a, n, "address")
		add_address(c, a, ifl, IP_V6);
}

static void
compile_unit(
	struct compile *c, const struct cnode *n, uint32_t ifd, uint32_t *owner)
{
	struct image_spec *image = c->image;
	const struct ifd_spec *port = &image->ifds[ifd];
	struct ifl_spec *ifl = VEC_ADD(c, image->ifls, image->nifls);

	if (ifl == NULL)
		return;
	snprintf(ifl->name, sizeof(ifl->name), "%.*s.%s", NAME_MAX_LEN - 12,
		port->name, cnode_key(n, 0));
	index_put(c, &c->ifls, ifl->name, image->nifls - 1);
	text_copy(ifl->description, sizeof(ifl->description),
		value_of(cnode_child(n, "description")));
	ifl->ifd.v = (uint16_t)ifd;
	ifl->unit = number_of(cnode_key(n, 0), 0);
	ifl->vlan = (uint16_t)cnode_u64(n, "vlan-id", 0);
	ifl->disabled = port->disabled || cnode_has(n, "disable");
	check_vlan(c, n, port, ifl);
	if (!is_loopback(port->name) && !is_virtual(port->name))
		check_duplicate_vlan(c, n, owner);
	compile_inet(c, n, ifl, port);
	compile_inet6(c, n, ifl, port);
	pick_primary(ifl, IP_V4);
	pick_primary(ifl, IP_V6);
	for (size_t i = 0; i < ifl->naddrs; i++)
		pick_preferred(ifl, i);
}

static void
compile_units(struct compile *c, const struct cnode *n)
{
	uint32_t owner[TAGS] = {0};
	uint32_t ifd;

	if (!names_get(&c->ifds, cnode_key(n, 0), &ifd))
		return;
	cnode_foreach (unit, n, "unit")
		compile_unit(c, unit, ifd, owner);
}

static void
number_ifls(struct compile *c, const struct cnode *at)
{
	struct image_spec *image = c->image;
	size_t n = image->nifls;
	const char **names = calloc(n + 1, sizeof(*names));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	if (names == NULL || ids == NULL) {
		c->nomem = true;
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		names[i] = image->ifls[i].name;
	number_names(c, IDS_IFL, names, n, ids, at, "logical interfaces");
	for (size_t i = 0; i < n; i++)
		image->ifls[i].id.v = (uint16_t)ids[i];
out:
	free(names);
	free(ids);
}

/*
 * Ports keep their place, so that removing one does not close and open those
 * behind it. Places of ports that are gone have no name.
 */
static void
place_ifds(struct compile *c, const struct cnode *at)
{
	struct image_spec *image = c->image;
	const char **names = calloc(image->nifds + 1, sizeof(*names));
	uint32_t *ids = calloc(image->nifds + 1, sizeof(*ids)), top = 0;
	struct ifd_spec *placed = NULL;

	if (names == NULL || ids == NULL) {
		c->nomem = true;
		goto out;
	}
	for (size_t i = 0; i < image->nifds; i++)
		names[i] = image->ifds[i].name;
	number_names(c, IDS_IFD, names, image->nifds, ids, at, "interfaces");
	for (size_t i = 0; i < image->nifds; i++)
		if (ids[i] >= top)
			top = ids[i] + 1;
	placed = calloc(top + 1, sizeof(*placed));
	if (placed == NULL) {
		c->nomem = true;
		goto out;
	}
	for (size_t i = 0; i < image->nifds; i++)
		placed[ids[i]] = image->ifds[i];
	for (size_t i = 0; i < image->nifls; i++)
		image->ifls[i].ifd.v = (uint16_t)ids[image->ifls[i].ifd.v];
	free(image->ifds);
	image->ifds = placed;
	image->nifds = top;
out:
	free(names);
	free(ids);
}

void
compile_interfaces(struct compile *c)
{
	const struct cnode *n = cnode_child(c->root, "interfaces");

	cnode_foreach (ifd, n, "interface")
		compile_ifd(c, ifd);
	compile_ports(c);
	cnode_foreach (ifd, n, "interface")
		compile_units(c, ifd);
	number_ifls(c, n);
	place_ifds(c, n);
}
