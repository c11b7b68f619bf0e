/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The look-up in words: table, prefix, protocol, next hop, and the statement
 * that made the route. The decision itself was path_lookup()'s; here the same
 * address is looked up among the routes that `show route` prints.
 */
#include "explain/explain_impl.h"

#include <stdio.h>

#include "base/sbuf.h"

#define TABLES_MAX 8u /* of a next-table chain, as in the look-up */

/* The active entry of the longest prefix that is in the forwarding table. */
static const struct route_entry *
best(const struct route_table *t, const struct ip_addr *dst)
{
	size_t first, n = t != NULL ? route_table_best(t, dst, &first) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct route_entry *e = route_table_entry(t, first + i);

		if (e->state == ROUTE_ACTIVE)
			return e;
	}
	return NULL;
}

static void
put_way(const struct explain_world *w, const struct route_entry *e,
	const struct path *path, struct sbuf *out)
{
	char gw[IP_TEXT_MAX];

	switch (e->way) {
	case WAY_DISCARD:
		sbuf_puts(out, ", discard");
		return;
	case WAY_REJECT:
	case WAY_DOWN:
		sbuf_puts(out, ", reject");
		return;
	case WAY_LOCAL:
	case WAY_RECEIVE:
		sbuf_puts(out, ", the box itself");
		return;
	case WAY_TABLE:
		sbuf_printf(out, ", to table of %s",
			vr_name(w->image, e->table_vr));
		return;
	default:
		break;
	}
	if (path->type == NH_UCAST)
		sbuf_printf(out, ", to %s", ip_addr_text(&path->gw, gw));
	if (path->ifl.v != 0)
		sbuf_printf(out, " via %s, zone %s",
			image_ifl_name(w->image, path->ifl),
			image_zone_name(w->image, path->zone));
}

/* The statements behind an entry of vr's table. */
static void
put_lines(const struct explain_world *w, struct vr_id vr,
	const struct route_entry *e, struct tnode *step)
{
	const char *home = vr_name(w->image, e->primary_vr);

	if (e->secondary)
		step_line(step,
			line_import(w->root, vr_name(w->image, vr), home));
	if (e->proto == ROUTE_PROTO_STATIC)
		step_line(step, line_static(w->root, home, &e->prefix));
	else if (e->nnhs > 0)
		step_line(step, line_address(w->root,
					image_ifl_name(w->image, e->nhs[0].ifl),
					&e->prefix));
}

static void
one_table(const struct explain_world *w, const struct route_entry *e,
	const char *table, struct vr_id vr, const struct path *path,
	const char *name, bool ok, struct tnode *side)
{
	struct sbuf text = SBUF_INIT;
	char prefix[IP_TEXT_MAX];
	struct tnode *step;

	sbuf_printf(&text, "table %s: %s, %s/%u", table,
		ip_prefix_text(&e->prefix, prefix), route_proto_name(e->proto),
		e->preference);
	if (e->secondary)
		sbuf_printf(&text, ", imported from %s",
			vr_name(w->image, e->primary_vr));
	put_way(w, e, path, &text);
	step = step_add(side, name, ok, "%s", sbuf_text(&text));
	sbuf_done(&text);
	tree_leaf(step, "table-name", "%s", table);
	tree_leaf(step, "rt-destination", "%s", prefix);
	put_lines(w, vr, e, step);
}

void
step_route(const struct explain_world *w, struct vr_id vr,
	const struct ip_addr *dst, const struct path *path, const char *name,
	bool ok, struct tnode *side)
{
	char table[ROUTE_TABLE_NAME_MAX], addr[IP_TEXT_MAX];

	if (ip_addr_is_link_local(dst)) {
		step_add(side, name, ok, "link-local: on %s itself",
			image_ifl_name(w->image, path->ifl));
		return;
	}
	for (unsigned int i = 0; i < TABLES_MAX; i++) {
		const struct route_table *t =
			route_db_table_of(w->routes, vr, dst->family);
		const struct route_entry *e = best(t, dst);

		route_db_table_name(w->routes, vr, dst->family, table);
		if (e == NULL) {
			step_add(side, name, ok, "table %s: no route to %s",
				table, ip_addr_text(dst, addr));
			return;
		}
		one_table(w, e, table, vr, path, name, ok, side);
		if (e->way != WAY_TABLE)
			return;
		vr = e->table_vr;
	}
}
