/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routing-instances: the virtual routers, and which interface is in which.
 * Their routes are compile_routing.c's [CF-39].
 */
#include "compile/compile_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add_vr(struct compile *c, const struct cnode *at, const char *name,
	const char *type)
{
	struct image_spec *image = c->image;
	struct route_spec *routes = c->routes;
	struct vr_spec *vr = VEC_ADD(c, image->vrs, image->nvrs);
	struct route_vr_spec *rvr = VEC_ADD(c, routes->vrs, routes->nvrs);

	if (vr == NULL || rvr == NULL)
		return;
	NAME_COPY(c, at, vr->name, name);
	NAME_COPY(c, at, vr->type, type);
	if (at != c->root)
		vr->reverse = reverse_mode_of(at);
	text_copy(rvr->name, sizeof(rvr->name), name);
	index_put(c, &c->vrs, name, image->nvrs - 1);
}

static void
number_vrs(struct compile *c, const struct cnode *at)
{
	struct image_spec *image = c->image;
	size_t n = image->nvrs;
	const char **names = calloc(n + 1, sizeof(*names));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	if (names == NULL || ids == NULL || n != c->routes->nvrs) {
		c->nomem = true;
		goto out;
	}
	for (size_t i = 1; i < n; i++) /* the master is not numbered: 0 */
		names[i] = image->vrs[i].name;
	number_names(
		c, IDS_VR, names + 1, n - 1, ids + 1, at, "routing instances");
	for (size_t i = 0; i < n; i++) {
		image->vrs[i].id.v = (uint16_t)ids[i];
		c->routes->vrs[i].id = image->vrs[i].id;
	}
out:
	free(names);
	free(ids);
}

void
compile_instances(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "routing-instances");

	add_vr(c, c->root, "master", "forwarding");
	cnode_foreach (n, all, "instance") {
		const char *name = cnode_key(n, 0);
		const char *type = cnode_leaf(n, "instance-type");

		if (strcmp(name, "master") == 0 ||
			strcmp(name, "default") == 0) {
			compile_error(
				c, n, "Instance name '%s' is reserved", name);
			continue;
		}
		/* that of the management port has its type by its name */
		if (type == NULL && strcmp(name, "mgmt_junos") == 0)
			type = "forwarding";
		if (type == NULL)
			compile_error(c, n,
				"Missing mandatory statement: 'instance-type'");
		add_vr(c, n, name, type != NULL ? type : "");
	}
	number_vrs(c, all);
}

static void
bind_interface(
	struct compile *c, const struct cnode *n, uint32_t vr, uint32_t *owner)
{
	const struct image_spec *image = c->image;
	uint32_t i;

	if (!find_ifl(c, n, cnode_key(n, 0), &i))
		return;
	if (strcmp(image->vrs[vr].type, "forwarding") == 0) {
		compile_error(c, n,
			"RT Instance: Interface %s is not allowed in a "
			"forwarding instance",
			image->ifls[i].name);
		return;
	}
	if (owner[i] != 0) {
		compile_error(c, n,
			"RT Instance: Interface %s already configured under "
			"instance %s",
			image->ifls[i].name, image->vrs[owner[i]].name);
		return;
	}
	owner[i] = vr;
}

/* For the routes: what they must know of each interface, and the own
 * addresses of each virtual router. */
static void
add_route_ifl(struct compile *c, const struct ifl_spec *ifl, uint32_t vr)
{
	struct route_spec *routes = c->routes;
	struct route_vr_spec *rvr = &routes->vrs[vr];
	struct route_ifl_spec *r = VEC_ADD(c, routes->ifls, routes->nifls);

	if (r == NULL)
		return;
	r->id = ifl->id;
	text_copy(r->name, sizeof(r->name), ifl->name);
	r->vr = ifl->vr;
	r->disabled = ifl->disabled;
	r->loopback = strncmp(ifl->name, "lo0.", 4) == 0;
	for (size_t i = 0; i < ifl->naddrs; i++) {
		struct route_addr_spec *a = VEC_ADD(c, rvr->addrs, rvr->naddrs);

		if (a == NULL)
			return;
		a->ifl = ifl->id;
		a->prefix = ifl->addrs[i].prefix;
	}
}

/* The statement of an interface's address; of the interface if not found. */
static const struct cnode *
address_node(const struct compile *c, const struct ifl_spec *ifl,
	const struct ip_prefix *p)
{
	const struct cnode *all = cnode_child(c->root, "interfaces");
	const struct cnode *ifd =
		cnode_entry(all, "interface", c->image->ifds[ifl->ifd.v].name);
	const struct cnode *unit =
		cnode_entry(ifd, "unit", strrchr(ifl->name, '.') + 1);
	const struct cnode *family = cnode_find(unit, "family",
		p->addr.family == IP_V4 ? "inet" : "inet6", NULL);
	char text[IP_TEXT_MAX];
	const struct cnode *n =
		cnode_entry(family, "address", ip_prefix_text(p, text));

	return n != NULL ? n : unit;
}

/*
 * Two interfaces of one virtual router with the same own address: the box is
 * reached through one of them only.
 */
static void
warn_identical(struct compile *c, size_t i, struct names *seen)
{
	const struct ifl_spec *ifl = &c->image->ifls[i];
	char addr[IP_TEXT_MAX], key[IP_TEXT_MAX + 16];
	uint32_t other;

	for (size_t k = 0; !ifl->disabled && k < ifl->naddrs; k++) {
		const struct ip_prefix *p = &ifl->addrs[k].prefix;

		if (ip_addr_is_link_local(&p->addr))
			continue;
		snprintf(key, sizeof(key), "%u %s", ifl->vr.v,
			ip_addr_text(&p->addr, addr));
		if (names_get(seen, key, &other) && other != i)
			compile_warning(c, address_node(c, ifl, p),
				"identical local address is found on %s",
				c->image->ifls[other].name);
		index_put(c, seen, key, i);
	}
}

static void
check_identical(struct compile *c)
{
	struct names seen = NAMES_INIT;

	for (size_t i = 0; i < c->image->nifls; i++)
		warn_identical(c, i, &seen);
	names_done(&seen);
}

void
compile_bindings(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "routing-instances");
	struct image_spec *image = c->image;
	uint32_t *owner = calloc(image->nifls + 1, sizeof(*owner));
	uint32_t vr;

	if (owner == NULL || c->nomem) {
		c->nomem = true;
		free(owner);
		return;
	}
	cnode_foreach (n, all, "instance") {
		if (!names_get(&c->vrs, cnode_key(n, 0), &vr) || vr == 0)
			continue;
		cnode_foreach (ifl, n, "interface")
			bind_interface(c, ifl, vr, owner);
	}
	for (size_t i = 0; i < image->nifls; i++) {
		image->ifls[i].vr = image->vrs[owner[i]].id;
		add_route_ifl(c, &image->ifls[i], owner[i]);
	}
	free(owner);
	if (!c->nomem)
		check_identical(c);
}
