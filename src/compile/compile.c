/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a compilation, and nothing else: each subtree may use the names
 * of those before it. Zones come after the bindings, since a zone lives in one
 * routing instance. All errors are collected before anything is refused
 * [CF-40].
 */
#include "compile/compile.h"

#include <errno.h>
#include <stdlib.h>

#include "compile/compile_address_book.h"
#include "compile/compile_applications.h"
#include "compile/compile_impl.h"

static void
compile_system(struct compile *c)
{
	const struct cnode *system = cnode_child(c->root, "system");
	const char *name = cnode_leaf(system, "host-name");

	if (name != NULL)
		text_copy(
			c->image->host_name, sizeof(c->image->host_name), name);
}

/* system name-server: whom names are asked of [FL-72]. */
static void
compile_name_servers(struct compile *c)
{
	const struct cnode *system = cnode_child(c->root, "system");

	cnode_foreach (n, system, "name-server") {
		struct name_server_spec *s = VEC_ADD(
			c, c->image->name_servers, c->image->nname_servers);
		const char *vr = cnode_leaf(n, "routing-instance");
		const char *source = cnode_leaf(n, "source-address");

		if (s == NULL)
			return;
		if (!ip_addr_parse(cnode_key(n, 0), &s->addr))
			compile_error(c, n, "invalid address");
		if (source != NULL && !ip_addr_parse(source, &s->source))
			compile_error(c, n, "invalid source-address");
		if (vr != NULL && !find_vr(c, vr, &s->vr))
			compile_error(
				c, n, "Routing instance %s is not defined", vr);
	}
}

static void
compile_all(struct compile *c)
{
	compile_system(c);
	compile_instances(c);
	compile_name_servers(c);
	compile_interfaces(c);
	compile_firewall(c);
	compile_bindings(c);
	compile_route_policies(c);
	compile_routing(c);
	compile_rib_groups(c);
	compile_screens(c);
	compile_zones(c);
	compile_screen_bindings(c);
	compile_address_books(c);
	compile_applications(c);
	compile_schedulers(c);
	compile_policies(c);
	compile_flow(c);
	compile_log(c);
	compile_traceoptions(c);
	compile_export(c);
	compile_nat(c);
	compile_filter_refs(c);
}

static void
compile_done(struct compile *c)
{
	names_done(&c->ifds);
	names_done(&c->ifls);
	names_done(&c->vrs);
	names_done(&c->zones);
	names_done(&c->filters4);
	names_done(&c->filters6);
	names_done(&c->policers);
	names_done(&c->schedulers);
	names_done(&c->screens);
	names_done(&c->policies);
	books_free(c->books);
	apps_free(c->apps);
	compile_ids_free(c->ids);
	image_spec_free(c->image);
	route_spec_free(c->routes);
}

static void
hand_over(struct compile *c, struct compile_ids *ids,
	struct image_spec **ret_image, struct route_spec **ret_routes)
{
	c->image->generation = ++c->ids->generation;
	if (ids != NULL) {
		compile_ids_replace(ids, c->ids);
		c->ids = NULL;
	}
	*ret_image = c->image;
	*ret_routes = c->routes;
	c->image = NULL;
	c->routes = NULL;
}

int
compile_config(const struct cnode *root, struct compile_ids *ids,
	struct report *report, struct image_spec **ret_image,
	struct route_spec **ret_routes)
{
	struct compile c = {.root = root, .report = report};
	unsigned int errors = report->errors;
	int r = 0;

	c.ids = compile_ids_copy(ids);
	c.image = calloc(1, sizeof(*c.image));
	c.routes = calloc(1, sizeof(*c.routes));
	c.nomem = c.ids == NULL || c.image == NULL || c.routes == NULL;
	if (!c.nomem)
		compile_all(&c);
	if (c.nomem || report->failed)
		r = -ENOMEM;
	else if (report->errors != errors)
		r = -EINVAL;
	else
		hand_over(&c, ids, ret_image, ret_routes);
	compile_done(&c);
	return r;
}
