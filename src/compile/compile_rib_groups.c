/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routing-options rib-groups, and who uses them: interface-routes (Direct and
 * Local) and static [RT-16]. The first table of a group is the one that the
 * routes are in; each of the others is told to copy from it.
 */
#include <stdio.h>
#include <string.h>

#include "compile/compile_impl.h"
#include "compile/route_names.h"

#define OWN_ROUTES (1u << ROUTE_PROTO_DIRECT | 1u << ROUTE_PROTO_LOCAL)
#define STATICS    (1u << ROUTE_PROTO_STATIC)

static const struct cnode *
find_group(struct compile *c, const struct cnode *at, const char *name)
{
	const struct cnode *n =
		cnode_entry(cnode_child(cnode_child(c->root, "routing-options"),
				    "rib-groups"),
			"rib-group", name);

	if (n == NULL)
		compile_error(c, at, "Referenced rib-group '%s' is not defined",
			name);
	return n;
}

static struct route_vr_spec *
vr_of(struct compile *c, struct vr_id id)
{
	for (size_t i = 0; i < c->routes->nvrs; i++)
		if (c->routes->vrs[i].id.v == id.v)
			return &c->routes->vrs[i];
	return NULL;
}

static void
copy_into(struct compile *c, const struct cnode *group, struct vr_id to,
	const struct route_vr_spec *from, enum ip_family family,
	uint32_t protocols)
{
	struct route_vr_spec *vr = vr_of(c, to);
	struct vr_id from_id = from->id;
	struct route_copy_spec *copy =
		vr != NULL ? VEC_ADD(c, vr->copies, vr->ncopies) : NULL;

	if (copy == NULL)
		return;
	copy->from = from_id;
	copy->family = family;
	copy->protocols = protocols;
	policy_refs(
		c, group, "import-policy", &copy->policies, &copy->npolicies);
}

/* The routes of `vr` and this family are in group `name`. */
static void
use_group(struct compile *c, const struct cnode *at, const char *name,
	const struct route_vr_spec *vr, enum ip_family family,
	uint32_t protocols)
{
	const struct cnode *group = find_group(c, at, name);
	bool first = true;

	if (group == NULL)
		return;
	cnode_foreach (n, group, "import-rib") {
		enum ip_family f;
		struct vr_id id;

		if (!rib_name_parse(c, value_of(n), &id, &f))
			; /* check_groups() has said it */
		else if (first && (id.v != vr->id.v || f != family))
			compile_error(c, at,
				"the first import-rib of rib-group %s is %s, "
				"not the table of these routes",
				name, value_of(n));
		else if (!first && f != family)
			compile_error(c, n,
				"RIB %s is of another family than the first "
				"one of the group",
				value_of(n));
		else if (!first && id.v != vr->id.v)
			copy_into(c, group, id, vr, family, protocols);
		first = false;
	}
}

/* Every group is checked, used or not. */
static void
check_groups(struct compile *c)
{
	const struct cnode *all =
		cnode_find(c->root, "routing-options", "rib-groups", NULL);

	cnode_foreach (group, all, "rib-group") {
		if (!cnode_has(group, "import-rib"))
			compile_error(c, group, "import-rib is mandatory");
		cnode_foreach (n, group, "import-rib") {
			enum ip_family f;
			struct vr_id id;

			if (!rib_name_parse(c, value_of(n), &id, &f))
				compile_error(c, n, "RIB %s is not defined",
					value_of(n));
		}
	}
}

static void
use_interfaces(struct compile *c, const struct cnode *options,
	const struct route_vr_spec *vr)
{
	static const struct {
		const char *name;
		enum ip_family family;
	} families[] = {{"inet", IP_V4}, {"inet6", IP_V6}};
	const struct cnode *n =
		cnode_find(options, "interface-routes", "rib-group", NULL);

	for (size_t i = 0; i < 2; i++) {
		const char *name = cnode_leaf(n, families[i].name);

		if (name != NULL)
			use_group(c, cnode_child(n, families[i].name), name, vr,
				families[i].family, OWN_ROUTES);
	}
}

static void
use_static(struct compile *c, const struct cnode *n,
	const struct route_vr_spec *vr, enum ip_family family)
{
	const char *name = leaf_or_inner(n, "rib-group", "ribgroup-name");

	if (name != NULL)
		use_group(c, cnode_child(n, "rib-group"), name, vr, family,
			STATICS);
}

static void
use_options(struct compile *c, const struct cnode *options,
	const struct route_vr_spec *vr)
{
	enum ip_family family;
	struct vr_id id;

	use_interfaces(c, options, vr);
	use_static(c, cnode_child(options, "static"), vr, IP_V4);
	cnode_foreach (rib, options, "rib")
		if (rib_name_parse(c, cnode_key(rib, 0), &id, &family))
			use_static(c, cnode_child(rib, "static"), vr, family);
}

void
compile_rib_groups(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "routing-instances");
	uint32_t vr;

	if (c->nomem)
		return;
	check_groups(c);
	use_options(
		c, cnode_child(c->root, "routing-options"), &c->routes->vrs[0]);
	cnode_foreach (n, all, "instance")
		if (names_get(&c->vrs, cnode_key(n, 0), &vr) && vr != 0)
			use_options(c, cnode_child(n, "routing-options"),
				&c->routes->vrs[vr]);
}
