/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_entry - one candidate of a prefix in one table, and the table itself,
 * as the control thread keeps them. `show route` prints exactly these.
 *
 * Everything here is owned by the route_db that gave it and valid until the
 * next route_db_apply(), route_db_links() or route_db_free().
 */
#ifndef ROUTE_ROUTE_ENTRY_H
#define ROUTE_ROUTE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "route/route_spec.h"

/* Where an entry leads. More kinds than a static route can be told. */
enum route_way {
	WAY_NEXTHOP,   /* nhs: gateways, or interfaces */
	WAY_INTERFACE, /* Direct: to the destination itself on nhs[0].ifl */
	WAY_LOCAL,     /* the box's own address on nhs[0].ifl */
	WAY_DOWN,      /* own address whose interface is down: Reject */
	WAY_DISCARD,
	WAY_REJECT,
	WAY_RECEIVE,
	WAY_TABLE /* go on in table_vr */
};

enum route_state { ROUTE_ACTIVE, ROUTE_INACTIVE, ROUTE_HIDDEN };

/* Why an entry is not active, as `show route extensive` says it. */
enum route_reason {
	ROUTE_REASON_NONE,
	ROUTE_REASON_UNUSABLE,   /* hidden: no usable next hop */
	ROUTE_REASON_PREFERENCE, /* a lower preference won */
	ROUTE_REASON_PRIMARY,    /* an own route won over an imported one */
	ROUTE_REASON_METRIC,     /* a lower metric won */
	ROUTE_REASON_NEXTHOP,    /* the lower next hop won */
};

const char *route_reason_text(enum route_reason reason);
const char *route_proto_name(enum route_proto proto); /* "Static" */

struct route_entry_nh {
	struct ip_addr gateway; /* IP_NONE: via the interface only */
	struct ifl_id ifl;
	struct nexthop_id id; /* 0 when the entry is hidden */
	bool selected;        /* the one marked `>`: the first */
};

struct route_entry {
	struct ip_prefix prefix;
	uint8_t proto; /* enum route_proto */
	uint8_t way;   /* enum route_way */
	uint8_t state; /* enum route_state */
	uint8_t reason;
	bool has_metric, has_tag;
	bool secondary; /* imported from primary_vr's table */
	bool no_install;
	bool resolve;
	bool passive; /* rejects rather than being hidden [RT-6] */
	bool generate;
	uint32_t preference, metric, tag;
	struct vr_id primary_vr;    /* the table that it is native to */
	struct vr_id table_vr;      /* WAY_TABLE */
	struct nexthop_id nexthop;  /* 0 hidden; ECMP: the group's */
	uint64_t since_ms;          /* age = now - since */
	struct route_entry_nh *nhs; /* usable ones; as written when hidden */
	uint32_t nnhs;
	uint32_t source;    /* place in the VR's statics or addresses */
	uint32_t qualified; /* 1 + place of a qualified next hop; 0: none */
};

struct route_table; /* the entries of one virtual router and family */

#define ROUTE_TABLE_NAME_MAX (ROUTE_NAME_MAX + 8)

struct route_table_info {
	struct vr_id vr;
	enum ip_family family;
	char name[ROUTE_TABLE_NAME_MAX]; /* "inet.0", "LAN.inet6.0" */
	size_t destinations, routes, active, holddown, hidden;
};

/* One row of the forwarding table. */
enum fib_row_type { FIB_ROW_PERM, FIB_ROW_USER, FIB_ROW_INTF, FIB_ROW_DEST };

struct fib_row {
	struct ip_prefix prefix;
	uint8_t type;       /* enum fib_row_type */
	bool installed;     /* false: display only ("default perm rjct") */
	uint32_t nexthop;   /* index into the next hops: id - 511 */
	struct vr_id to_vr; /* tabl */
};

#endif /* ROUTE_ROUTE_ENTRY_H */
