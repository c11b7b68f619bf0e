/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From entries to forwarding rows. The active entry of each prefix is a row
 * unless it says no-install [RT-6]. Connected IPv4 subnets add rows for their
 * first and last address, which are not forwarded [RT-11]; every table that is
 * in use discards multicast and the unspecified address, and does not forward
 * the limited broadcast, so that a default route does not attract them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"

#define ECMP_MAX 64

static int
get_nh(struct nexthop_set *set, uint8_t type, struct ifl_id ifl,
	const struct ip_addr *gateway, uint32_t *ret)
{
	struct nexthop_key k = {.type = type, .ifl = ifl};

	if (gateway != NULL)
		k.gateway = *gateway;
	return nexthop_get(set, &k, ret);
}

/* Numbers for the ways of a WAY_NEXTHOP entry and for all of them together. */
static int
number_ways(struct nexthop_set *set, struct route_entry *e, uint32_t *ret)
{
	uint32_t members[ECMP_MAX];
	struct nexthop_key k = {.type = NH_ECMP, .members = members};

	for (uint32_t i = 0; i < e->nnhs; i++) {
		struct route_entry_nh *nh = &e->nhs[i];
		uint8_t type =
			nh->gateway.family == IP_NONE ? NH_RESOLVE : NH_UCAST;

		if (get_nh(set, type, nh->ifl, &nh->gateway, &members[i]) < 0)
			return -ENOMEM;
		nh->id = nexthop_id_of(members[i]);
	}
	k.nmembers = e->nnhs;
	if (e->nnhs > 1)
		return nexthop_get(set, &k, ret);
	*ret = members[0];
	return 0;
}

static int
number_entry(struct nexthop_set *set, struct route_entry *e)
{
	static const uint8_t types[] = {
		[WAY_INTERFACE] = NH_RESOLVE,
		[WAY_LOCAL] = NH_LOCAL,
		[WAY_DOWN] = NH_DOWN,
		[WAY_DISCARD] = NH_DISCARD,
		[WAY_REJECT] = NH_REJECT,
		[WAY_RECEIVE] = NH_RECEIVE,
		[WAY_TABLE] = NEXTHOP_TYPE_TABLE,
	};
	struct nexthop_key k = {.type = types[e->way]};
	uint32_t index = 0;
	int rc;

	if (e->way == WAY_NEXTHOP) {
		rc = number_ways(set, e, &index);
	} else {
		if (e->way == WAY_TABLE)
			k.vr = e->table_vr;
		if (e->nnhs > 0) {
			k.ifl = e->nhs[0].ifl;
			k.gateway = e->nhs[0].gateway;
		}
		rc = nexthop_get(set, &k, &index);
		if (rc == 0 && e->nnhs > 0)
			e->nhs[0].id = nexthop_id_of(index);
	}
	e->nexthop = nexthop_id_of(index);
	return rc;
}

/*
 * Rows while they are collected. Those of routes come in the order of their
 * prefixes; the few others are sorted and put between them.
 */
struct ranked_row {
	struct fib_row row;
	uint8_t rank;   /* 0 route, 1 subnet address, 2 permanent: 0 wins */
	uint32_t place; /* in the order of the entries: else the first wins */
};

struct rows {
	struct fib_row *routes; /* room for all */
	size_t nroutes;
	struct ranked_row *more;
	size_t nmore, size;
	struct nexthop_set *set;
};

static struct fib_row *
rows_add(struct rows *rows, const struct ip_prefix *p, uint8_t type,
	uint8_t rank, uint32_t nexthop)
{
	struct ranked_row *r;
	size_t size = rows->size ? rows->size * 2 : 16;

	if (rows->nmore == rows->size) {
		r = realloc(rows->more, size * sizeof(*r));
		if (r == NULL)
			return NULL;
		rows->more = r;
		rows->size = size;
	}
	r = &rows->more[rows->nmore];
	memset(r, 0, sizeof(*r));
	r->rank = rank;
	r->place = (uint32_t)rows->nmore++;
	r->row = (struct fib_row){.prefix = *p,
		.type = type,
		.installed = true,
		.nexthop = nexthop};
	return &r->row;
}

static int
add_subnet_rows(struct rows *rows, const struct route_entry *e)
{
	struct ip_addr ends[2] = {e->prefix.addr, ip_prefix_last(&e->prefix)};

	if (e->prefix.addr.family != IP_V4 || e->prefix.len > 30)
		return 0;
	for (int i = 0; i < 2; i++) {
		struct ip_prefix host = {ends[i], 32};
		uint32_t nh;

		if (get_nh(rows->set, NH_BCAST, e->nhs[0].ifl, &ends[i], &nh) <
				0 ||
			rows_add(rows, &host, FIB_ROW_DEST, 1, nh) == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int
add_entry_rows(struct rows *rows, const struct route_entry *e)
{
	bool own =
		e->proto == ROUTE_PROTO_DIRECT || e->proto == ROUTE_PROTO_LOCAL;

	if (e->state != ROUTE_ACTIVE || e->no_install)
		return 0;
	rows->routes[rows->nroutes++] = (struct fib_row){.prefix = e->prefix,
		.type = own ? FIB_ROW_INTF : FIB_ROW_USER,
		.installed = true,
		.nexthop = e->nexthop.v - NEXTHOP_ID_BASE,
		.to_vr = e->way == WAY_TABLE ? e->table_vr : VR_MASTER};
	return e->way == WAY_INTERFACE ? add_subnet_rows(rows, e) : 0;
}

struct permanent {
	const char *prefix;
	uint8_t type; /* enum nexthop_type */
	bool installed;
};

static int
add_permanent(struct rows *rows, const struct permanent *p)
{
	struct ip_prefix prefix;
	struct fib_row *r;
	uint32_t nh;

	if (!ip_prefix_parse(p->prefix, &prefix))
		return -EINVAL;
	if (get_nh(rows->set, p->type, IFL_NONE,
		    p->type == NH_BCAST ? &prefix.addr : NULL, &nh) < 0)
		return -ENOMEM;
	r = rows_add(rows, &prefix, FIB_ROW_PERM, 2, nh);
	if (r == NULL)
		return -ENOMEM;
	r->installed = p->installed;
	return 0;
}

/* A table without routes has the default row only, and no memory for it. */
static int
add_permanents(struct rows *rows, const struct route_table *t)
{
	static const struct permanent perms[FAMS][4] = {
		{{"0.0.0.0/0", NH_REJECT, false},
			{"0.0.0.0/32", NH_DISCARD, true},
			{"224.0.0.0/4", NH_DISCARD, true},
			{"255.255.255.255/32", NH_BCAST, true}},
		{{"::/0", NH_REJECT, false}, {"::/128", NH_DISCARD, true},
			{"ff00::/8", NH_DISCARD, true}},
	};
	const struct permanent *p = perms[fam_of(t->family)];
	size_t n = t->n == 0 ? 1 : 4;

	for (size_t i = 0; i < n && p[i].prefix != NULL; i++)
		if (add_permanent(rows, &p[i]) < 0)
			return -ENOMEM;
	return 0;
}

static int
ranked_cmp(const void *va, const void *vb)
{
	const struct ranked_row *a = va, *b = vb;
	int c = ip_prefix_cmp(&a->row.prefix, &b->row.prefix);

	if (c != 0)
		return c;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/*
 * Put the others between the routes' rows, from the back so that no room but
 * theirs is needed; a prefix keeps the row of the lowest rank.
 */
static int
rows_merge(struct rows *rows)
{
	size_t n = rows->nroutes, keep = 0;
	struct fib_row *to;

	if (rows->nmore > 0)
		qsort(rows->more, rows->nmore, sizeof(*rows->more), ranked_cmp);
	for (size_t i = 0, k = 0; i < rows->nmore; i++) {
		const struct ip_prefix *p = &rows->more[i].row.prefix;

		while (k < n && ip_prefix_cmp(&rows->routes[k].prefix, p) < 0)
			k++;
		if ((k < n && ip_prefix_cmp(&rows->routes[k].prefix, p) == 0) ||
			(keep > 0 &&
				ip_prefix_cmp(&rows->more[keep - 1].row.prefix,
					p) == 0))
			continue;
		rows->more[keep++] = rows->more[i];
	}
	to = realloc(rows->routes, (n + keep) * sizeof(*to));
	if (to == NULL)
		return -ENOMEM;
	rows->routes = to;
	rows->nroutes = n + keep;
	for (to += n + keep; keep > 0; keep--) {
		const struct fib_row *m = &rows->more[keep - 1].row;

		while (n > 0 && ip_prefix_cmp(&rows->routes[n - 1].prefix,
					&m->prefix) > 0)
			*--to = rows->routes[--n];
		*--to = *m;
	}
	return 0;
}

static int
rows_store(struct rows *rows, struct route_table *t)
{
	if (rows_merge(rows) < 0)
		return -ENOMEM;
	t->rows = rows->routes;
	t->nrows = rows->nroutes;
	rows->routes = NULL;
	for (size_t i = 0; i < t->nrows; i++)
		nexthop_ref(rows->set, t->rows[i].nexthop);
	return 0;
}

static int
build_rows(struct route_table *t, struct nexthop_set *set)
{
	struct rows rows = {.set = set};
	int rc = 0;

	/* Entries of a prefix that are not active have no row. */
	rows.routes = malloc((t->nheads + 1) * sizeof(*rows.routes));
	if (rows.routes == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < t->n && rc == 0; i++)
		if (t->entries[i].state != ROUTE_HIDDEN)
			rc = number_entry(set, &t->entries[i]);
	for (size_t i = 0; i < t->n && rc == 0; i++)
		rc = add_entry_rows(&rows, &t->entries[i]);
	if (rc == 0)
		rc = add_permanents(&rows, t);
	if (rc == 0)
		rc = rows_store(&rows, t);
	free(rows.routes);
	free(rows.more);
	return rc;
}

/* The numbers that a kept table has stay taken. */
static void
keep_rows(const struct route_table *t, struct nexthop_set *set)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct route_entry *e = &t->entries[i];

		if (e->state == ROUTE_HIDDEN)
			continue;
		nexthop_keep(set, e->nexthop.v - NEXTHOP_ID_BASE);
		for (uint32_t k = 0; k < e->nnhs; k++)
			if (e->nhs[k].id.v != 0)
				nexthop_keep(
					set, e->nhs[k].id.v - NEXTHOP_ID_BASE);
	}
	for (size_t i = 0; i < t->nrows; i++) {
		nexthop_keep(set, t->rows[i].nexthop);
		nexthop_ref(set, t->rows[i].nexthop);
	}
}

int
fib_build(struct rib *rib, struct nexthop_set *nexthops)
{
	for (size_t i = 0; i < rib->nvrs * FAMS; i++)
		if (rib->tables[i].kept)
			keep_rows(&rib->tables[i], nexthops);
		else if (build_rows(&rib->tables[i], nexthops) < 0)
			return -ENOMEM;
	return 0;
}

void
fib_table_put(struct fib_table *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	route_lpm_free(t->lpm);
	free(t);
}

int
fib_freeze(struct route_table *t, const struct nexthop_set *nexthops)
{
	struct route_lpm_entry *e;
	struct fib_table *f;
	size_t n = 0;

	if (t->fib != NULL || t->n == 0)
		return 0;
	e = calloc(t->nrows, sizeof(*e));
	f = calloc(1, sizeof(*f));
	for (size_t i = 0; e != NULL && i < t->nrows; i++) {
		const struct fib_row *r = &t->rows[i];

		if (!r->installed)
			continue;
		e[n].prefix = r->prefix;
		e[n++].value = nexthop_at(nexthops, r->nexthop)->type ==
					       NEXTHOP_TYPE_TABLE
				       ? FIB_TABLE | r->to_vr.v
				       : r->nexthop;
	}
	if (e == NULL || f == NULL ||
		route_lpm_build(t->family, e, n, &f->lpm) < 0) {
		free(e);
		free(f);
		return -ENOMEM;
	}
	free(e);
	f->refs = 1;
	t->fib = f;
	return 0;
}
