/* SPDX-License-Identifier: Apache-2.0 */
/* show route summary and show route instance [OP-14, OP-15]. */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "config/candidate.h"
#include "config/cnode.h"
#include "ops/ops_impl.h"
#include "ops/show_route.h"

static void
add_protocols(struct tnode *node, const struct route_table *table)
{
	size_t all[ROUTE_PROTO_COUNT] = {0}, active[ROUTE_PROTO_COUNT] = {0};
	size_t n = route_table_size(table);

	for (size_t i = 0; i < n; i++) {
		const struct route_entry *e = route_table_entry(table, i);

		all[e->proto]++;
		active[e->proto] += e->state == ROUTE_ACTIVE;
	}
	for (unsigned int p = 0; p < ROUTE_PROTO_COUNT; p++) {
		struct tnode *proto;

		if (all[p] == 0)
			continue;
		proto = tree_open(node, "protocols");
		tree_leaf(proto, "protocol-name", "%s",
			route_proto_name((enum route_proto)p));
		tree_leaf(proto, "protocol-route-count", "%zu", all[p]);
		tree_leaf(proto, "active-route-count", "%zu", active[p]);
	}
}

/* The committed router-id of an instance, or NULL. */
static const char *
configured_router_id(struct ops_request *rq, const struct vr_spec *vr)
{
	const struct config_tree *tree =
		rq->env->config != NULL
			? config_store_effective(rq->env->config)
			: NULL;
	const struct cnode *n = tree != NULL ? config_root(tree) : NULL;

	if (n != NULL && vr != NULL && vr->id.v != VR_MASTER.v)
		n = cnode_entry(cnode_child(n, "routing-instances"), "instance",
			vr->name);
	n = cnode_child(n, "routing-options");
	return n != NULL ? cnode_leaf(n, "router-id") : NULL;
}

/* lo0's first IPv4 address in the instance, else the first of any interface. */
static const struct ip_addr *
chosen_router_id(const struct image *image, struct vr_id vr)
{
	const struct image_spec *spec = image_spec_of(image);
	const struct ip_addr *found = NULL;

	for (size_t i = 0; i < spec->nifls; i++) {
		const struct ifl_spec *ifl = &spec->ifls[i];
		bool lo = strncmp(ifl->name, "lo0.", 4) == 0;

		if (ifl->vr.v != vr.v || (found != NULL && !lo))
			continue;
		for (size_t a = 0; a < ifl->naddrs; a++) {
			const struct ip_addr *addr = &ifl->addrs[a].prefix.addr;

			if (addr->family != IP_V4 || ip_addr_is_loopback(addr))
				continue;
			found = addr;
			if (lo)
				return found;
			break;
		}
	}
	return found;
}

static void
add_router_id(struct ops_request *rq, struct tnode *parent,
	const struct image *image, const struct vr_spec *vr)
{
	const char *configured = configured_router_id(rq, vr);
	const struct ip_addr *a =
		chosen_router_id(image, vr != NULL ? vr->id : VR_MASTER);
	char text[IP_TEXT_MAX] = "0.0.0.0";

	if (configured == NULL && a != NULL)
		configured = ip_addr_text(a, text);
	tree_leaf(parent, "router-id", "%s",
		configured != NULL ? configured : text);
}

void
show_route_summary(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct route_db *db = rq->env->routes;
	struct tnode *root;

	if (image == NULL || (root = ops_root(rq, "route-summary-information",
				      NULL)) == NULL)
		return;
	add_router_id(rq, root, image, NULL);
	for (size_t t = 0; t < route_db_table_count(db); t++) {
		const struct route_table *table = route_db_table(db, t);
		struct route_table_info info;

		route_table_info(table, &info);
		if (show_route_table_wanted(rq, image, &info))
			add_protocols(show_route_table(root, table), table);
	}
}

/* ---- instances ---- */

static void
add_rib(struct tnode *core, const struct route_db *db, struct vr_id vr,
	enum ip_family family)
{
	const struct route_table *t = route_db_table_of(db, vr, family);
	struct route_table_info info;
	struct tnode *rib;

	if (t == NULL)
		return;
	route_table_info(t, &info);
	rib = tree_open(core, "instance-rib");
	tree_leaf(rib, "irib-name", "%s", info.name);
	tree_leaf(rib, "irib-route-count", "%zu", info.routes);
	tree_leaf(rib, "irib-active-count", "%zu", info.active);
	tree_leaf(rib, "irib-holddown-count", "%zu", info.holddown);
	tree_leaf(rib, "irib-hidden-count", "%zu", info.hidden);
}

static void
add_interfaces(struct tnode *core, const struct image *image, struct vr_id vr)
{
	const struct image_spec *spec = image_spec_of(image);

	for (size_t i = 0; i < spec->nifls; i++)
		if (spec->ifls[i].vr.v == vr.v)
			tree_leaf(tree_open(core, "instance-interface"),
				"interface-name", "%s", spec->ifls[i].name);
}

static void
add_instance(struct ops_request *rq, struct tnode *root,
	const struct image *image, const struct vr_spec *vr, bool detail)
{
	struct tnode *core = tree_open(root, "instance-core");
	bool master = vr->id.v == VR_MASTER.v;

	tree_leaf(core, "instance-name", "%s", vr->name);
	tree_leaf(
		core, "instance-type", "%s", master ? "forwarding" : vr->type);
	if (detail) {
		add_router_id(rq, core, image, vr);
		tree_leaf(core, "instance-state", "Active");
		add_interfaces(core, image, vr->id);
	}
	add_rib(core, rq->env->routes, vr->id, IP_V4);
	add_rib(core, rq->env->routes, vr->id, IP_V6);
}

static int
by_name(const void *va, const void *vb)
{
	const struct vr_spec *a = *(const struct vr_spec *const *)va;
	const struct vr_spec *b = *(const struct vr_spec *const *)vb;

	if (a->id.v == 0 || b->id.v == 0)
		return (a->id.v != 0) - (b->id.v != 0);
	return strcmp(a->name, b->name);
}

void
show_route_instance(struct ops_request *rq)
{
	bool detail = ops_arg(rq, "detail") || ops_arg(rq, "extensive");
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	const struct vr_spec *one, **vrs;
	struct tnode *root;

	if (image == NULL || !ops_arg_vr(rq, image, "instance-name", &one))
		return;
	root = ops_root(
		rq, "instance-information", detail ? "detail" : "brief");
	spec = image_spec_of(image);
	vrs = calloc(spec->nvrs + 1, sizeof(*vrs));
	if (root == NULL || vrs == NULL) {
		free(vrs);
		ops_error(rq, "out of memory");
		return;
	}
	for (size_t i = 0; i < spec->nvrs; i++)
		vrs[i] = &spec->vrs[i];
	qsort(vrs, spec->nvrs, sizeof(*vrs), by_name);
	for (size_t i = 0; i < spec->nvrs; i++)
		if (one == NULL || one == vrs[i])
			add_instance(rq, root, image, vrs[i], detail);
	free(vrs);
}
