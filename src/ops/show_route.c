/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show route [OP-10..OP-13]. A table may have a million prefixes, so the answer
 * comes in parts of ROUTES_PER_PART prefixes; the cursor is the table's place
 * and the entry's place in it. A commit between two parts may shift both: then
 * a route may be missing or appear twice, which is better than holding up the
 * commit.
 */
#include "ops/show_route.h"

#include <stdio.h>
#include <string.h>

#include "base/sbuf.h"
#include "ops/ops_impl.h"
#include "render/render.h"
#include "route/nexthop.h"

#define ROUTES_PER_PART 1000u

/* [OP-11] */
enum dest_match { DEST_ANY, DEST_BEST, DEST_EXACT, DEST_LONGER };

struct walk {
	struct ops_request *rq;
	const struct image *image;
	const struct route_db *db;
	uint64_t now_ms;
	const char *level;
	bool detail, extensive;
	/* filters */
	enum dest_match match;
	struct ip_prefix dest;
	int proto; /* enum route_proto, -1: any, -2: one we do not speak */
	bool hidden, all, active_path;
	/* where we are */
	const struct route_table *table;
	struct tnode *root, *node; /* node: of table; NULL: none yet */
	bool continued;            /* the table began in an earlier part */
	unsigned int n;            /* prefixes in this part */
};

/* lo0's own prefix ends in the box, but is Direct and shown as such [RT-3]. */
static bool
on_lo0(const struct route_entry *e)
{
	return e->way == WAY_LOCAL && e->proto == ROUTE_PROTO_DIRECT;
}

static const char *
way_text(const struct route_entry *e)
{
	if (e->state == ROUTE_HIDDEN)
		return "Unusable"; /* [OP-12] */
	switch ((enum route_way)e->way) {
	case WAY_INTERFACE:
		return "Interface";
	case WAY_LOCAL:
		return on_lo0(e) ? "Interface" : "Local";
	case WAY_DOWN:
	case WAY_REJECT:
		return "Reject";
	case WAY_DISCARD:
		return "Discard";
	case WAY_RECEIVE:
		return "Receive";
	case WAY_TABLE:
		return "Table";
	case WAY_NEXTHOP:
		break;
	}
	return "Router";
}

static void
add_nexthop(struct walk *w, struct tnode *entry, const struct route_entry *e,
	const struct route_entry_nh *h)
{
	struct tnode *nh = tree_open(entry, "nh");
	const char *ifl = image_ifl_name(w->image, h->ifl);
	bool gateway = h->gateway.family != IP_NONE && !on_lo0(e);
	char text[IP_TEXT_MAX];

	if (e->way == WAY_LOCAL && !on_lo0(e)) {
		tree_leaf(nh, "nh-local-interface", "%s", ifl);
		return;
	}
	if (h->selected || on_lo0(e))
		tree_flag(nh, "selected-next-hop");
	if (gateway)
		tree_leaf(nh, "to", "%s", ip_addr_text(&h->gateway, text));
	if (h->ifl.v != 0)
		tree_leaf(nh, "via", "%s", ifl);
	if (w->detail && gateway)
		tree_leaf(nh, "session", "0x0");
}

static void
add_ways(struct walk *w, struct tnode *entry, const struct route_entry *e)
{
	if (e->state == ROUTE_HIDDEN)
		return;
	if (e->way == WAY_TABLE) {
		char name[ROUTE_TABLE_NAME_MAX];

		route_db_table_name(w->db, e->table_vr,
			(enum ip_family)e->prefix.addr.family, name);
		tree_leaf(tree_open(entry, "nh"), "nh-table", "%s", name);
		return;
	}
	if (e->way != WAY_NEXTHOP && e->way != WAY_INTERFACE &&
		e->way != WAY_LOCAL)
		return;
	for (uint32_t i = 0; i < e->nnhs; i++)
		add_nexthop(w, entry, e, &e->nhs[i]);
}

/* "<Secondary Active Int Ext>" */
static void
add_state(struct tnode *entry, const struct route_entry *e)
{
	static const char *const kind[ROUTE_PROTO_COUNT] = {
		[ROUTE_PROTO_DIRECT] = "Int",
		[ROUTE_PROTO_LOCAL] = "NoReadvrt Int",
		[ROUTE_PROTO_STATIC] = "Int Ext",
		[ROUTE_PROTO_AGGREGATE] = "Int Ext",
	};

	tree_leaf(entry, "rt-entry-state", "<%s%s%s>",
		e->secondary ? "Secondary " : "",
		e->state == ROUTE_ACTIVE   ? "Active "
		: e->state == ROUTE_HIDDEN ? "Hidden "
					   : "",
		kind[e->proto]);
}

static void
add_detail_nexthop(
	struct walk *w, struct tnode *entry, const struct route_entry *e)
{
	struct route_fib_row row;
	uint32_t index = e->nexthop.v > NEXTHOP_ID_BASE
				 ? e->nexthop.v - NEXTHOP_ID_BASE
				 : 0;

	tree_leaf(entry, "nh-index", "%u", e->nexthop.v);
	tree_leaf(entry, "nh-address", "0x%08x", e->nexthop.v);
	if (index != 0 && route_db_nexthop(w->db, index, &row))
		tree_leaf(entry, "nh-reference-count", "%u", row.nh_refs);
}

static void
add_tables(struct walk *w, struct tnode *entry, const struct route_entry *e)
{
	enum ip_family family = (enum ip_family)e->prefix.addr.family;
	char name[ROUTE_TABLE_NAME_MAX];
	struct vr_id vrs[64];
	struct tnode *list;
	size_t n;

	if (e->secondary) {
		route_db_table_name(w->db, e->primary_vr, family, name);
		tree_leaf(entry, "primary-routing-table", "%s", name);
		return;
	}
	n = route_db_secondaries(w->db, w->table, e, vrs, 64);
	if (n == 0)
		return;
	list = tree_open(entry, "secondary-tables");
	for (size_t i = 0; i < n && i < 64; i++) {
		route_db_table_name(w->db, vrs[i], family, name);
		tree_leaf(list, "table-name", "%s", name);
	}
}

static void
add_age(struct walk *w, struct tnode *entry, const struct route_entry *e)
{
	uint64_t s =
		w->now_ms > e->since_ms ? (w->now_ms - e->since_ms) / 1000 : 0;
	char text[OPS_TIME_MAX];

	ops_seconds(tree_leaf(entry, "age", "%s",
			    w->detail ? ops_age_short(s, text)
				      : ops_age_text(s, text)),
		s);
}

static void
add_detail(struct walk *w, struct tnode *entry, const struct route_entry *e)
{
	bool own =
		e->proto == ROUTE_PROTO_DIRECT || e->proto == ROUTE_PROTO_LOCAL;

	add_state(entry, e);
	tree_leaf(entry, "validation-state", "unverified");
	tree_leaf(entry, "task-name", "%s",
		own                                 ? "IF"
		: e->proto == ROUTE_PROTO_AGGREGATE ? "Aggregate"
						    : "RT");
	if (e->state == ROUTE_ACTIVE && !e->no_install) {
		tree_leaf(entry, "announce-bits", "1");
		tree_leaf(entry, "announce-tasks", "0-KRT");
	}
	tree_leaf(entry, "as-path", "I");
	add_tables(w, entry, e);
}

static void
add_entry(struct walk *w, struct tnode *rt, const struct route_entry *e)
{
	struct tnode *entry = tree_open(rt, "rt-entry");
	bool active = e->state == ROUTE_ACTIVE;

	tree_leaf(entry, "active-tag", "%s", active ? "*" : " ");
	if (active) {
		tree_flag(entry, "current-active");
		tree_flag(entry, "last-active");
	}
	tree_leaf(entry, "protocol-name", "%s",
		route_proto_name((enum route_proto)e->proto));
	tree_leaf(entry, "preference", "%u", e->preference);
	if (e->has_metric)
		tree_leaf(entry, "metric", "%u", e->metric);
	add_age(w, entry, e);
	if (e->has_tag)
		tree_leaf(entry, "rt-tag", "%u", e->tag);
	if (e->reason != ROUTE_REASON_NONE)
		tree_leaf(entry, "inactive-reason", "%s",
			route_reason_text((enum route_reason)e->reason));
	tree_leaf(entry, "nh-type", "%s", way_text(e));
	if (w->detail)
		add_detail_nexthop(w, entry, e);
	add_ways(w, entry, e);
	if (w->detail)
		add_detail(w, entry, e);
}

/* ---- prefixes and tables ---- */

static void
add_counts(struct tnode *node, const struct route_table_info *info)
{
	tree_leaf(node, "destination-count", "%zu", info->destinations);
	tree_leaf(node, "total-route-count", "%zu", info->routes);
	tree_leaf(node, "active-route-count", "%zu", info->active);
	tree_leaf(node, "holddown-route-count", "%zu", info->holddown);
	tree_leaf(node, "hidden-route-count", "%zu", info->hidden);
}

struct tnode *
show_route_table(struct tnode *root, const struct route_table *table)
{
	struct route_table_info info;
	struct tnode *node = tree_open(root, "route-table");

	route_table_info(table, &info);
	tree_leaf(node, "table-name", "%s", info.name);
	add_counts(node, &info);
	return node;
}

static struct tnode *
table_node(struct walk *w)
{
	if (w->node != NULL)
		return w->node;
	if (w->continued) {
		w->node = tree_open(w->root, "route-table");
		tree_attr(w->node, RENDER_CONTINUED, "1");
	} else {
		w->node = show_route_table(w->root, w->table);
	}
	return w->node;
}

static bool
wanted(const struct walk *w, const struct route_entry *e)
{
	if (w->proto != -1 && w->proto != e->proto)
		return false;
	if (w->hidden)
		return e->state == ROUTE_HIDDEN;
	if (w->active_path)
		return e->state == ROUTE_ACTIVE;
	return w->all || e->state != ROUTE_HIDDEN;
}

static void
add_tsi(struct tnode *rt, const struct route_entry *e)
{
	struct sbuf b = SBUF_INIT;
	char text[IP_TEXT_MAX];

	if (e->state != ROUTE_ACTIVE || e->way != WAY_NEXTHOP || e->no_install)
		return;
	sbuf_printf(
		&b, "KRT in-kernel %s -> {", ip_prefix_text(&e->prefix, text));
	for (uint32_t i = 0; i < e->nnhs; i++)
		sbuf_printf(&b, "%s%s", i > 0 ? ", " : "",
			e->nhs[i].gateway.family != IP_NONE
				? ip_addr_text(&e->nhs[i].gateway, text)
				: "");
	sbuf_putc(&b, '}');
	tree_leaf(rt, "tsi", "%s", sbuf_text(&b));
	sbuf_done(&b);
}

static struct tnode *
open_prefix(struct walk *w, const struct route_entry *first, size_t entries)
{
	struct tnode *rt = tree_open(table_node(w), "rt");
	char text[IP_TEXT_MAX];
	bool announced = first->state == ROUTE_ACTIVE && !first->no_install;

	tree_attr(rt, "junos:style", "%s", w->level);
	if (!w->detail) {
		tree_leaf(rt, "rt-destination", "%s",
			ip_prefix_text(&first->prefix, text));
		return rt;
	}
	tree_leaf(rt, "rt-destination", "%s",
		ip_addr_text(&first->prefix.addr, text));
	tree_leaf(rt, "rt-prefix-length", "%u", first->prefix.len);
	tree_leaf(rt, "rt-entry-count", "%zu", entries);
	tree_leaf(rt, "rt-announced-count", "%u", announced ? 1 : 0);
	if (w->extensive)
		add_tsi(rt, first);
	return rt;
}

/* The entries [i, end) are those of one prefix. */
static void
add_prefix(struct walk *w, size_t i, size_t end)
{
	const struct route_entry *first = route_table_entry(w->table, i);
	struct tnode *rt = NULL;

	for (size_t k = i; k < end; k++) {
		const struct route_entry *e = route_table_entry(w->table, k);

		if (!wanted(w, e))
			continue;
		if (rt == NULL) {
			rt = open_prefix(w, first, end - i);
			w->n++;
		}
		add_entry(w, rt, e);
	}
}

/* The entries that the destination selects: [*first, *end). */
static void
select_range(const struct walk *w, size_t *first, size_t *end)
{
	size_t n = 0;

	*first = 0;
	switch (w->match) {
	case DEST_ANY:
		n = route_table_size(w->table);
		break;
	case DEST_BEST:
		n = route_table_best(w->table, &w->dest.addr, first);
		break;
	case DEST_EXACT:
		n = route_table_exact(w->table, &w->dest, first);
		break;
	case DEST_LONGER:
		n = route_table_longer(w->table, &w->dest, first);
		break;
	}
	*end = *first + n;
}

/* Returns where to go on in this table, or 0 when it is through. */
static size_t
walk_table(struct walk *w, size_t from)
{
	size_t first, end, next;

	select_range(w, &first, &end);
	for (size_t i = from > first ? from : first; i < end; i = next) {
		const struct route_entry *e = route_table_entry(w->table, i);

		if (w->n >= ROUTES_PER_PART)
			return i;
		next = i + 1;
		while (next < end &&
			ip_prefix_cmp(
				&route_table_entry(w->table, next)->prefix,
				&e->prefix) == 0)
			next++;
		add_prefix(w, i, next);
	}
	return 0;
}

/* ---- which tables, which filters ---- */

bool
show_route_table_wanted(struct ops_request *rq, const struct image *image,
	const struct route_table_info *info)
{
	const char *name = ops_arg(rq, "table");
	const struct vr_spec *vr;

	if (name == NULL || strcmp(name, info->name) == 0)
		return true;
	vr = image_vr(image, info->vr);
	return vr != NULL && strcmp(name, vr->name) == 0;
}

/* A table that may exist: "LAN.inet.0", "LAN", "inet6.0". */
static bool
table_known(
	const struct image *image, const struct route_db *db, const char *name)
{
	const struct image_spec *spec = image_spec_of(image);
	char text[ROUTE_TABLE_NAME_MAX];

	for (size_t i = 0; i < spec->nvrs; i++) {
		if (strcmp(spec->vrs[i].name, name) == 0)
			return true;
		route_db_table_name(db, spec->vrs[i].id, IP_V4, text);
		if (strcmp(text, name) == 0)
			return true;
		route_db_table_name(db, spec->vrs[i].id, IP_V6, text);
		if (strcmp(text, name) == 0)
			return true;
	}
	return false;
}

static bool
protocol_filter(struct ops_request *rq, int *ret)
{
	static const char *const others[] = {"access", "access-internal", "bgp",
		"evpn", "isis", "l2circuit", "ldp", "mpls", "ospf", "ospf2",
		"ospf3", "pim", "rip", "ripng", "rsvp", "tunnel"};
	const char *name = ops_arg(rq, "protocol");

	*ret = -1;
	if (name == NULL)
		return true;
	for (int p = 0; p < ROUTE_PROTO_COUNT; p++) {
		if (strcasecmp(name, route_proto_name((enum route_proto)p)) ==
			0) {
			*ret = p;
			return true;
		}
	}
	*ret = -2;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcasecmp(name, others[i]) == 0)
			return true;
	ops_error(rq, "invalid protocol: '%s'", name);
	return false;
}

static bool
destination_filter(struct ops_request *rq, struct walk *w)
{
	const char *text = ops_arg(rq, "destination");
	bool exact = ops_arg(rq, "exact") != NULL;
	bool longer = ops_arg(rq, "longer") != NULL;

	w->match = DEST_ANY;
	if (text == NULL && (exact || longer)) {
		ops_error(rq, "%s needs a destination",
			exact ? "exact" : "longer");
		return false;
	}
	if (text == NULL)
		return true;
	if (!ops_arg_prefix(rq, "destination", &w->dest))
		return false;
	if (exact)
		w->match = DEST_EXACT;
	else if (longer)
		w->match = DEST_LONGER;
	else if (ops_arg(rq, "best") != NULL || strchr(text, '/') == NULL)
		w->match = DEST_BEST;
	else
		w->match = DEST_LONGER;
	if (w->match != DEST_BEST)
		w->dest = ip_prefix_network(&w->dest);
	return true;
}

static bool
walk_init(struct walk *w, struct ops_request *rq)
{
	const char *table = ops_arg(rq, "table");

	memset(w, 0, sizeof(*w));
	w->rq = rq;
	w->db = rq->env->routes;
	w->now_ms = rq->env->now_ms();
	w->level = ops_level(rq, "brief");
	w->extensive = strcmp(w->level, "extensive") == 0;
	w->detail = w->extensive || strcmp(w->level, "detail") == 0;
	w->hidden = ops_arg(rq, "hidden") != NULL;
	w->all = ops_arg(rq, "all") != NULL;
	w->active_path = ops_arg(rq, "active-path") != NULL;
	w->image = ops_image(rq);
	if (w->image == NULL || !protocol_filter(rq, &w->proto) ||
		!destination_filter(rq, w))
		return false;
	if (table != NULL && !table_known(w->image, w->db, table)) {
		ops_error(rq, "routing table %s not found", table);
		return false;
	}
	return true;
}

void
show_route(struct ops_request *rq)
{
	size_t t = (size_t)(rq->cursor >> 40);
	size_t from = (size_t)(rq->cursor & ((UINT64_C(1) << 40) - 1));
	struct walk w;

	rq->cursor = 0;
	if (!walk_init(&w, rq))
		return;
	w.root = ops_root(rq, "route-information", w.level);
	if (w.root == NULL)
		return;
	for (; t < route_db_table_count(w.db); t++, from = 0) {
		struct route_table_info info;

		w.table = route_db_table(w.db, t);
		w.node = NULL;
		w.continued = from > 0 && rq->state[0] == t + 1;
		route_table_info(w.table, &info);
		if (!show_route_table_wanted(rq, w.image, &info))
			continue;
		from = walk_table(&w, from);
		if (w.node != NULL || w.match == DEST_ANY)
			(void)table_node(&w);
		if (from > 0) {
			rq->state[0] = w.node != NULL ? t + 1 : 0;
			rq->cursor = (uint64_t)t << 40 | from;
			return;
		}
	}
}
