/* SPDX-License-Identifier: Apache-2.0 */
/* show security zones [OP-30]. */
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "ops/ops_impl.h"

static void
add_interfaces(
	struct tnode *z, const struct image_spec *spec, struct zone_id zone)
{
	unsigned int n = 0;
	struct tnode *list;

	for (size_t i = 0; i < spec->nifls; i++)
		n += spec->ifls[i].zone.v == zone.v;
	tree_leaf(z, "zones-security-interfaces-bound", "%u", n);
	list = tree_open(z, "zones-security-interfaces");
	for (size_t i = 0; i < spec->nifls; i++)
		if (spec->ifls[i].zone.v == zone.v)
			tree_leaf(list, "zones-security-interface-name", "%s",
				spec->ifls[i].name);
}

static void
add_zone(struct tnode *root, const struct image_spec *spec,
	const struct zone_spec *zone)
{
	struct tnode *z = tree_open(root, "zones-security");
	struct sbuf inbound = SBUF_INIT;

	tree_leaf(z, "zones-security-zonename", "%s", zone->name);
	tree_leaf(z, "zone-id", "%u", zone->id.v);
	tree_leaf(z, "zones-security-type", "Security");
	if (zone->description[0] != '\0')
		tree_leaf(z, "zones-security-description", "%s",
			zone->description);
	tree_leaf(z, "zones-security-send-reset", "%s",
		zone->tcp_rst ? "On" : "Off");
	tree_leaf(z, "zones-security-policy-configurable", "Yes");
	if (zone->screen != 0)
		tree_leaf(z, "zones-security-screen", "%s",
			spec->screens[zone->screen - 1].name);
	add_interfaces(z, spec, zone->id);
	ops_host_inbound(&zone->host_inbound, &inbound);
	if (inbound.len > 0)
		tree_leaf(z, "host-inbound-traffic", "%s", sbuf_text(&inbound));
	sbuf_done(&inbound);
}

void
show_zones(struct ops_request *rq)
{
	static const struct zone_spec junos_host = {
		.id = {2}, .name = "junos-host"};
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct tnode *root;
	bool given;
	struct zone_id zone = ZONE_NULL;

	if (image == NULL ||
		!ops_arg_zone(rq, image, "zonename", &zone, &given))
		return;
	root = ops_root(rq, "zones-information", ops_level(rq, NULL));
	if (root == NULL)
		return;
	spec = image_spec_of(image);
	for (size_t i = 0; i < spec->nzones; i++)
		if (!given || spec->zones[i].id.v == zone.v)
			add_zone(root, spec, &spec->zones[i]);
	if (!given || zone.v == ZONE_JUNOS_HOST.v)
		add_zone(root, spec, &junos_host);
}
