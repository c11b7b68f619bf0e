/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show route forwarding-table [OP-16]. The rows are those of the routes, and
 * between them one `dest` row for each neighbour whose MAC address is known.
 * Its index is that of the route which leads to it, since that is what sessions
 * to that neighbour print as Route.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "ops/show_route.h"
#include "render/render.h"
#include "route/nexthop.h"

#define ROWS_PER_PART 2000u

struct neighbors {
	struct neigh_info *list;
	size_t n, size, next; /* next: not yet shown */
	const struct image *image;
	struct vr_id vr;
	bool failed;
};

struct fib_walk {
	const struct image *image;
	const struct route_db *db;
	struct vr_id vr;
	enum ip_family family;
	bool has_dest, best; /* best: only the longest that covers dest */
	uint8_t best_len;
	struct ip_prefix dest;
	struct tnode *root, *node;
	struct neighbors neigh;
	unsigned int rows; /* in this part */
};

static void
collect(void *ctx, const struct neigh_info *n)
{
	struct neighbors *all = ctx;
	const struct ifl_spec *ifl = image_ifl(all->image, n->ifl);

	if (ifl == NULL || ifl->vr.v != all->vr.v ||
		n->state < NEIGH_REACHABLE || n->state > NEIGH_PROBE)
		return;
	if (all->n == all->size) {
		size_t size = all->size ? all->size * 2 : 64;
		struct neigh_info *list =
			realloc(all->list, size * sizeof(*list));

		if (list == NULL) {
			all->failed = true;
			return;
		}
		all->list = list;
		all->size = size;
	}
	all->list[all->n++] = *n;
}

static struct tnode *
fib_table(struct fib_walk *w)
{
	const struct vr_spec *vr = image_vr(w->image, w->vr);
	bool master = w->vr.v == VR_MASTER.v;

	if (w->node != NULL)
		return w->node;
	w->node = tree_open(w->root, "route-table");
	tree_leaf(w->node, "table-name", "%s.%s",
		master       ? "default"
		: vr != NULL ? vr->name
			     : "?",
		w->family == IP_V4 ? "inet" : "inet6");
	tree_leaf(w->node, "address-family", "%s",
		w->family == IP_V4 ? "Internet" : "Internet6");
	return w->node;
}

static void
add_fib_nexthop(struct fib_walk *w, struct tnode *e,
	const struct route_fib_row *row, const char *to)
{
	struct tnode *nh = tree_open(e, "nh");
	char text[IP_TEXT_MAX];

	if (to == NULL && row->nexthop.family != IP_NONE)
		to = ip_addr_text(&row->nexthop, text);
	if (to != NULL)
		tree_leaf(nh, "to", "%s", to);
	tree_leaf(nh, "nh-type", "%s", row->nh_type);
	tree_leaf(nh, "nh-index", "%u", row->index.v);
	tree_leaf(nh, "nh-reference-count", "%u", row->nh_refs);
	if (row->ifl.v != 0)
		tree_leaf(nh, "via", "%s", image_ifl_name(w->image, row->ifl));
}

/* to: what stands for the next hop; NULL for its address. */
static void
add_row(struct fib_walk *w, const struct route_fib_row *row, const char *to)
{
	struct tnode *e = tree_open(fib_table(w), "rt-entry");
	char text[IP_TEXT_MAX];

	tree_leaf(e, "rt-destination", "%s",
		row->prefix.len == 0 ? "default"
				     : ip_prefix_text(&row->prefix, text));
	tree_leaf(e, "destination-type", "%s", row->type);
	tree_leaf(e, "route-reference-count", "%u", row->rt_refs);
	add_fib_nexthop(w, e, row, to);
	for (uint32_t i = 0; i < row->nmembers; i++) {
		struct route_fib_row member;

		if (route_db_nexthop(w->db, row->members[i], &member))
			add_fib_nexthop(w, e, &member, NULL);
	}
	w->rows++;
}

/* The next hop by which packets go to this address. */
static void
neighbor_nexthop(const struct fib_walk *w, const struct ip_addr *addr,
	struct route_fib_row *ret)
{
	const struct route_table *t =
		route_db_table_of(w->db, w->vr, w->family);
	const struct route_entry *e;
	size_t first;

	memset(ret, 0, sizeof(*ret));
	if (t == NULL || route_table_best(t, addr, &first) == 0)
		return;
	e = route_table_entry(t, first);
	if (e->nexthop.v > NEXTHOP_ID_BASE)
		(void)route_db_nexthop(
			w->db, e->nexthop.v - NEXTHOP_ID_BASE, ret);
}

static bool
row_wanted(const struct fib_walk *w, const struct ip_prefix *p)
{
	if (!w->has_dest)
		return true;
	if (!w->best)
		return ip_prefix_contains(&w->dest, p);
	return p->len == w->best_len && ip_prefix_covers(p, &w->dest.addr);
}

/* How long the best match of dest is in this table. */
static void
find_best(struct fib_walk *w)
{
	struct route_fib_row row;

	w->best_len = 0;
	for (size_t i = 0; route_db_fib_row(w->db, w->vr, w->family, i, &row);
		i++)
		if (row.prefix.len > w->best_len &&
			ip_prefix_covers(&row.prefix, &w->dest.addr))
			w->best_len = row.prefix.len;
	for (size_t i = 0; i < w->neigh.n; i++)
		if (ip_addr_equal(&w->neigh.list[i].addr, &w->dest.addr))
			w->best_len = (uint8_t)ip_family_bits(w->family);
}

static void
add_neighbor(struct fib_walk *w, const struct neigh_info *n)
{
	struct route_fib_row row;
	char mac[OPS_MAC_MAX];

	neighbor_nexthop(w, &n->addr, &row);
	row.prefix.addr = n->addr;
	row.prefix.len = (uint8_t)ip_family_bits(w->family);
	row.type = "dest";
	row.rt_refs = 0;
	row.nh_type = "ucst";
	row.nh_refs = row.nh_refs ? row.nh_refs : 1;
	row.ifl = n->ifl;
	row.nmembers = 0;
	if (row_wanted(w, &row.prefix))
		add_row(w, &row, ops_mac_text(n->mac, mac));
}

static void
add_neighbors_before(struct fib_walk *w, const struct ip_addr *before)
{
	struct neighbors *all = &w->neigh;

	while (all->next < all->n &&
		(before == NULL ||
			ip_addr_cmp(&all->list[all->next].addr, before) < 0))
		add_neighbor(w, &all->list[all->next++]);
}

/* Neighbours that earlier parts have shown. */
static void
skip_neighbors(struct fib_walk *w, size_t from)
{
	struct neighbors *all = &w->neigh;
	struct route_fib_row row;

	if (from == 0 ||
		!route_db_fib_row(w->db, w->vr, w->family, from - 1, &row))
		return;
	while (all->next < all->n &&
		ip_addr_cmp(&all->list[all->next].addr, &row.prefix.addr) < 0)
		all->next++;
}

/* Returns the row to go on with, or 0 when the table is through. */
static size_t
walk_fib(struct fib_walk *w, size_t from)
{
	struct route_fib_row row;

	skip_neighbors(w, from);
	for (size_t i = from;
		route_db_fib_row(w->db, w->vr, w->family, i, &row); i++) {
		if (w->rows >= ROWS_PER_PART)
			return i;
		add_neighbors_before(w, &row.prefix.addr);
		if (row_wanted(w, &row.prefix))
			add_row(w, &row, NULL);
	}
	add_neighbors_before(w, NULL);
	return 0;
}

/* ---- the command ---- */

/* "LAN", "LAN.inet", "LAN.inet.0", "default", "inet6" */
static bool
fib_wanted(const char *table, const struct vr_spec *vr, enum ip_family family)
{
	const char *inet = family == IP_V4 ? "inet" : "inet6";
	bool master = vr->id.v == VR_MASTER.v;
	char name[2 * NAME_MAX_LEN];

	if (table == NULL || strcmp(table, vr->name) == 0)
		return true;
	if (master &&
		(strcmp(table, "default") == 0 || strcmp(table, inet) == 0))
		return true;
	snprintf(name, sizeof(name), "%s.%s", master ? "default" : vr->name,
		inet);
	if (strcmp(table, name) == 0)
		return true;
	snprintf(name, sizeof(name), "%s%s%s.0", master ? "" : vr->name,
		master ? "" : ".", inet);
	return strcmp(table, name) == 0;
}

/* One table; returns the row to go on with. */
static size_t
show_fib(struct fib_walk *w, struct ops_request *rq, size_t from)
{
	size_t next;

	w->node = NULL;
	memset(&w->neigh, 0, sizeof(w->neigh));
	w->neigh.image = w->image;
	w->neigh.vr = w->vr;
	if (rq->env->host != NULL)
		host_neigh_list(rq->env->host, w->family, collect, &w->neigh);
	if (w->neigh.failed)
		w->root->tree->failed = true;
	if (from > 0 && rq->state[0] != 0) {
		w->node = tree_open(w->root, "route-table");
		tree_attr(w->node, RENDER_CONTINUED, "1");
	}
	if (w->best)
		find_best(w);
	next = walk_fib(w, from);
	rq->state[0] = next > 0 && w->node != NULL;
	free(w->neigh.list);
	return next;
}

/* Places of tables: virtual router times two, plus the family. */
static void
show_fibs(struct fib_walk *w, struct ops_request *rq, size_t place, size_t from)
{
	const struct image_spec *spec = image_spec_of(w->image);
	const char *table = ops_arg(rq, "table");
	const char *family = ops_arg(rq, "family");

	for (; place < spec->nvrs * 2; place++, from = 0) {
		const struct vr_spec *vr = &spec->vrs[place / 2];

		w->vr = vr->id;
		w->family = place % 2 == 0 ? IP_V4 : IP_V6;
		if (!fib_wanted(table, vr, w->family) ||
			(family != NULL && (strcmp(family, "inet6") == 0) !=
						   (w->family == IP_V6)) ||
			(w->has_dest && w->dest.addr.family != w->family))
			continue;
		from = show_fib(w, rq, from);
		if (from > 0) {
			rq->cursor = (uint64_t)place << 40 | from;
			return;
		}
	}
}

static bool
fib_table_known(const struct image *image, const char *table)
{
	const struct image_spec *spec = image_spec_of(image);

	for (size_t i = 0; table != NULL && i < spec->nvrs; i++)
		if (fib_wanted(table, &spec->vrs[i], IP_V4) ||
			fib_wanted(table, &spec->vrs[i], IP_V6))
			return true;
	return table == NULL;
}

void
show_forwarding_table(struct ops_request *rq)
{
	size_t place = (size_t)(rq->cursor >> 40);
	size_t from = (size_t)(rq->cursor & ((UINT64_C(1) << 40) - 1));
	struct fib_walk w = {.db = rq->env->routes};
	const char *table = ops_arg(rq, "table");

	rq->cursor = 0;
	w.image = ops_image(rq);
	if (w.image == NULL || !ops_arg_prefix(rq, "destination", &w.dest))
		return;
	w.has_dest = ops_arg(rq, "destination") != NULL;
	w.best = w.has_dest && strchr(ops_arg(rq, "destination"), '/') == NULL;
	if (!fib_table_known(w.image, table)) {
		ops_error(rq, "routing table %s not found", table);
		return;
	}
	w.root = ops_root(rq, "forwarding-table-information", NULL);
	if (w.root != NULL)
		show_fibs(&w, rq, place, from);
}
