/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the database for the show commands [RT-1] [RT-9]; the contract is
 * route_rib.h.
 */
#include <stdio.h>
#include <string.h>

#include "route/route_rib_impl.h"

const char *
route_reason_text(enum route_reason reason)
{
	static const char *const texts[] = {
		[ROUTE_REASON_NONE] = "",
		[ROUTE_REASON_UNUSABLE] = "Unusable path",
		[ROUTE_REASON_PREFERENCE] = "Route Preference",
		[ROUTE_REASON_PRIMARY] = "Active preferred",
		[ROUTE_REASON_METRIC] = "Route Metric or MED comparison",
		[ROUTE_REASON_NEXTHOP] = "Nexthop address",
	};

	return texts[reason];
}

const char *
route_proto_name(enum route_proto proto)
{
	static const char *const names[ROUTE_PROTO_COUNT] = {
		[ROUTE_PROTO_DIRECT] = "Direct",
		[ROUTE_PROTO_LOCAL] = "Local",
		[ROUTE_PROTO_STATIC] = "Static",
		[ROUTE_PROTO_AGGREGATE] = "Aggregate",
	};

	return proto < ROUTE_PROTO_COUNT ? names[proto] : "Unknown";
}

size_t
route_db_table_count(const struct route_db *db)
{
	return db->rib->norder;
}

const struct route_table *
route_db_table(const struct route_db *db, size_t i)
{
	return i < db->rib->norder ? db->rib->order[i] : NULL;
}

const struct route_table *
route_db_table_of(
	const struct route_db *db, struct vr_id vr, enum ip_family family)
{
	const struct route_table *t = rib_table(db->rib, vr, family);

	return t != NULL && t->n > 0 ? t : NULL;
}

static void
name_of(const char *vr_name, struct vr_id vr, enum ip_family family,
	char ret[ROUTE_TABLE_NAME_MAX])
{
	const char *tail = family == IP_V4 ? "inet.0" : "inet6.0";

	if (vr.v == 0)
		snprintf(ret, ROUTE_TABLE_NAME_MAX, "%s", tail);
	else
		snprintf(ret, ROUTE_TABLE_NAME_MAX, "%.*s.%s",
			ROUTE_NAME_MAX - 1, vr_name, tail);
}

void
route_db_table_name(const struct route_db *db, struct vr_id vr,
	enum ip_family family, char ret[ROUTE_TABLE_NAME_MAX])
{
	const struct route_table *t = rib_table(db->rib, vr, family);

	name_of(t ? t->vr_name : "unknown", vr, family, ret);
}

const struct route_table *
route_db_table_named(const struct route_db *db, const char *name)
{
	char text[ROUTE_TABLE_NAME_MAX];

	for (size_t i = 0; i < db->rib->norder; i++) {
		const struct route_table *t = db->rib->order[i];

		name_of(t->vr_name, t->vr, t->family, text);
		if (strcmp(text, name) == 0)
			return t;
	}
	return NULL;
}

void
route_table_info(const struct route_table *t, struct route_table_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->vr = t->vr;
	ret->family = t->family;
	name_of(t->vr_name, t->vr, t->family, ret->name);
	ret->destinations = t->nheads;
	ret->routes = t->n;
	for (size_t i = 0; i < t->n; i++) {
		ret->active += t->entries[i].state == ROUTE_ACTIVE;
		ret->hidden += t->entries[i].state == ROUTE_HIDDEN;
	}
}

size_t
route_table_size(const struct route_table *t)
{
	return t->n;
}

const struct route_entry *
route_table_entry(const struct route_table *t, size_t i)
{
	return i < t->n ? &t->entries[i] : NULL;
}

/* The first entry at or after p. */
static size_t
lower_bound(const struct route_table *t, const struct ip_prefix *p)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ip_prefix_cmp(&t->entries[mid].prefix, p) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t
route_table_exact(
	const struct route_table *t, const struct ip_prefix *p, size_t *first)
{
	size_t i = lower_bound(t, p), n = 0;

	while (i + n < t->n && ip_prefix_cmp(&t->entries[i + n].prefix, p) == 0)
		n++;
	*first = i;
	return n;
}

size_t
route_table_best(
	const struct route_table *t, const struct ip_addr *addr, size_t *first)
{
	uint32_t h =
		addr->family == t->family ? table_cover(t, addr) : NO_PARENT;

	while (h != NO_PARENT && t->entries[t->heads[h]].state != ROUTE_ACTIVE)
		h = t->parent[h];
	if (h == NO_PARENT)
		return 0;
	return route_table_exact(t, &t->entries[t->heads[h]].prefix, first);
}

size_t
route_table_longer(
	const struct route_table *t, const struct ip_prefix *p, size_t *first)
{
	struct ip_prefix net = ip_prefix_network(p);
	size_t i = lower_bound(t, &net), n = 0;

	while (i + n < t->n &&
		ip_prefix_contains(&net, &t->entries[i + n].prefix))
		n++;
	*first = i;
	return n;
}

size_t
route_db_secondaries(const struct route_db *db, const struct route_table *t,
	const struct route_entry *e, struct vr_id *ret, size_t max)
{
	size_t found = 0, first;

	if (e->secondary || e->state != ROUTE_ACTIVE)
		return 0;
	for (size_t i = 0; i < db->rib->norder; i++) {
		const struct route_table *o = db->rib->order[i];
		size_t n = o->family == t->family && o != t
				   ? route_table_exact(o, &e->prefix, &first)
				   : 0;

		for (size_t k = 0; k < n; k++) {
			if (!o->entries[first + k].secondary ||
				o->entries[first + k].primary_vr.v != t->vr.v)
				continue;
			if (found < max)
				ret[found] = o->vr;
			found++;
			break;
		}
	}
	return found;
}

size_t
route_db_fib_count(
	const struct route_db *db, struct vr_id vr, enum ip_family family)
{
	const struct route_table *t = rib_table(db->rib, vr, family);

	return t ? t->nrows : 0;
}

static const char *
nh_type_text(uint8_t type)
{
	switch (type) {
	case NH_UCAST:
		return "ucst";
	case NH_RESOLVE:
		return "rslv";
	case NH_LOCAL:
		return "locl";
	case NH_RECEIVE:
		return "recv";
	case NH_DISCARD:
		return "dscd";
	case NH_BCAST:
		return "bcst";
	case NH_ECMP:
		return "ulst";
	case NEXTHOP_TYPE_TABLE:
		return "tabl";
	default:
		return "rjct"; /* NH_REJECT, NH_DOWN */
	}
}

bool
route_db_nexthop(
	const struct route_db *db, uint32_t index, struct route_fib_row *ret)
{
	const struct nexthop_key *k = nexthop_at(db->nexthops, index);

	if (k == NULL)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->nexthop = k->gateway;
	ret->nh_type = nh_type_text(k->type);
	ret->index = nexthop_id_of(index);
	ret->nh_refs = nexthop_refs(db->nexthops, index);
	/* Junos names no interface for the box's own addresses. */
	if (k->type != NH_LOCAL && k->type != NH_DOWN)
		ret->ifl = k->ifl;
	ret->members = k->members;
	ret->nmembers = k->nmembers;
	ret->to_vr = k->vr;
	return true;
}

bool
route_db_fib_row(const struct route_db *db, struct vr_id vr,
	enum ip_family family, size_t i, struct route_fib_row *ret)
{
	static const char *const types[] = {
		[FIB_ROW_PERM] = "perm",
		[FIB_ROW_USER] = "user",
		[FIB_ROW_INTF] = "intf",
		[FIB_ROW_DEST] = "dest",
	};
	const struct route_table *t = rib_table(db->rib, vr, family);
	const struct fib_row *r;

	if (t == NULL || i >= t->nrows)
		return false;
	r = &t->rows[i];
	if (!route_db_nexthop(db, r->nexthop, ret))
		return false;
	ret->prefix = r->prefix;
	ret->type = types[r->type];
	/* The subnet's first address is the box's to receive, by name. */
	if (r->type == FIB_ROW_DEST && (r->prefix.addr.b[3] & 1) == 0)
		ret->nh_type = "recv";
	if (r->type == FIB_ROW_PERM)
		ret->nexthop = (struct ip_addr){0};
	return true;
}
