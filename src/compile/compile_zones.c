/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security zones: which interface is in which zone and what a zone lets in for
 * the box itself [CF-31].
 *
 * Interfaces of functional-zone management get ZONE_MANAGEMENT, which no policy
 * can name: they answer for the box and carry no transit.
 */
#include "compile/compile_impl.h"

#include <stdlib.h>
#include <string.h>

/* host-inbound-traffic ------------------------------------------------------
 */

#define ALL_SERVICES                                                           \
	(((UINT64_C(1) << HOST_SVC_COUNT) - 1) &                               \
		~(UINT64_C(1) << HOST_SVC_ANY_SERVICE))
#define ALL_PROTOCOLS ((UINT64_C(1) << HOST_PROTO_COUNT) - 1)

/* any-service is about TCP and UDP ports: it does not open ping. */
#define PORT_SERVICES (ALL_SERVICES & ~(UINT64_C(1) << HOST_SVC_PING))

static uint64_t
service_bits(const char *name)
{
	if (strcmp(name, "all") == 0)
		return ALL_SERVICES;
	if (strcmp(name, "any-service") == 0)
		return PORT_SERVICES | UINT64_C(1) << HOST_SVC_ANY_SERVICE;
	for (unsigned int i = 0; i < HOST_SVC_COUNT; i++)
		if (strcmp(host_service_name(i), name) == 0)
			return UINT64_C(1) << i;
	return UINT64_C(1) << HOST_SVC_OTHER;
}

static uint64_t
protocol_bits(const char *name)
{
	if (strcmp(name, "all") == 0)
		return ALL_PROTOCOLS;
	for (unsigned int i = 0; i < HOST_PROTO_COUNT; i++)
		if (strcmp(host_protocol_name(i), name) == 0)
			return UINT64_C(1) << i;
	return 0;
}

/* The union of the entries, less the excepted ones wherever they stand. */
static uint64_t
inbound_bits(const struct cnode *n, const char *list,
	uint64_t (*bits)(const char *name))
{
	uint64_t set = 0, except = 0;

	cnode_foreach (e, n, list) {
		if (cnode_has(e, "except"))
			except |= bits(cnode_key(e, 0));
		else
			set |= bits(cnode_key(e, 0));
	}
	return set & ~except;
}

static struct host_inbound_spec
host_inbound(const struct cnode *n)
{
	const struct cnode *traffic = cnode_child(n, "host-inbound-traffic");

	return (struct host_inbound_spec){
		.services =
			inbound_bits(traffic, "system-services", service_bits),
		.protocols = inbound_bits(traffic, "protocols", protocol_bits),
	};
}

/* Interfaces ----------------------------------------------------------------
 */

/* Where the interfaces of one zone go, and what they must have in common. */
struct zone_binding {
	struct zone_id id;
	struct host_inbound_spec inbound;
	const struct ifl_spec *first; /* NULL: none bound so far */
};

/* Interface-level host-inbound-traffic replaces that of the zone. */
static void
bind_ifl(struct compile *c, const struct cnode *n, struct ifl_spec *ifl,
	struct zone_binding *zone)
{
	ifl->zone = zone->id;
	ifl->host_inbound = cnode_has(n, "host-inbound-traffic")
				    ? host_inbound(n)
				    : zone->inbound;
	if (zone->first == NULL)
		zone->first = ifl;
	else if (zone->first->vr.v != ifl->vr.v)
		compile_error(c, n,
			"Interface %s must be in the same routing instance as "
			"other interfaces in the zone",
			ifl->name);
}

static void
bind_named(struct compile *c, const struct cnode *n, struct zone_binding *zone)
{
	struct ifl_spec *ifl;
	uint32_t i;

	if (!find_ifl(c, n, cnode_key(n, 0), &i))
		return;
	ifl = &c->image->ifls[i];
	if (ifl->zone.v != ZONE_NULL.v) {
		compile_error(c, n,
			"Interface %s already assigned to another zone",
			ifl->name);
		return;
	}
	bind_ifl(c, n, ifl, zone);
}

static void
bind_zone(struct compile *c, const struct cnode *n, struct zone_binding *zone)
{
	cnode_foreach (ifl, n, "interfaces")
		if (strcmp(cnode_key(ifl, 0), "all") != 0)
			bind_named(c, ifl, zone);
}

/* `interfaces all`: whatever no zone has named. */
static void
bind_rest(struct compile *c, const struct cnode *n, struct zone_binding *zone)
{
	const struct cnode *all = cnode_entry(n, "interfaces", "all");
	struct image_spec *image = c->image;

	if (all == NULL)
		return;
	for (size_t i = 0; i < image->nifls; i++)
		if (image->ifls[i].zone.v == ZONE_NULL.v)
			bind_ifl(c, all, &image->ifls[i], zone);
}

/* Zones ----------------------------------------------------------------------
 */

static void
add_zone(struct compile *c, const struct cnode *n)
{
	static const char *const reserved[] = {
		"junos-host", "junos-global", "any", "null"};
	struct image_spec *image = c->image;
	const char *name = cnode_key(n, 0);
	struct zone_spec *zone;

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i], name) == 0)
			compile_error(c, n, "Zone name '%s' is reserved", name);
	zone = VEC_ADD(c, image->zones, image->nzones);
	if (zone == NULL)
		return;
	NAME_COPY(c, n, zone->name, name);
	text_copy(zone->description, sizeof(zone->description),
		value_of(cnode_child(n, "description")));
	zone->tcp_rst = cnode_has(n, "tcp-rst");
	zone->reverse = reverse_mode_of(n);
	zone->host_inbound = host_inbound(n);
	index_put(c, &c->zones, name, image->nzones - 1);
}

static void
number_zones(struct compile *c, const struct cnode *at)
{
	struct image_spec *image = c->image;
	size_t n = image->nzones;
	const char **names = calloc(n + 1, sizeof(*names));
	uint32_t *ids = calloc(n + 1, sizeof(*ids));

	if (names == NULL || ids == NULL) {
		c->nomem = true;
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		names[i] = image->zones[i].name;
	number_names(c, IDS_ZONE, names, n, ids, at, "zones");
	for (size_t i = 0; i < n; i++)
		image->zones[i].id.v = (uint16_t)ids[i];
out:
	free(names);
	free(ids);
}

typedef void bind_function(
	struct compile *c, const struct cnode *n, struct zone_binding *zone);

static void
bind_all(struct compile *c, const struct cnode *zones,
	struct zone_binding *bindings, bind_function *bind)
{
	const struct cnode *management =
		cnode_find(zones, "functional-zone", "management", NULL);
	size_t i = 0;

	if (management != NULL)
		bind(c, management, &bindings[c->image->nzones]);
	cnode_foreach (n, zones, "security-zone")
		bind(c, n, &bindings[i++]);
}

void
compile_zones(struct compile *c)
{
	const struct cnode *zones =
		cnode_find(c->root, "security", "zones", NULL);
	struct image_spec *image = c->image;
	struct zone_binding *bindings;
	size_t n;

	cnode_foreach (zone, zones, "security-zone")
		add_zone(c, zone);
	n = image->nzones;
	number_zones(c, zones);
	bindings = calloc(n + 1, sizeof(*bindings));
	if (bindings == NULL || c->nomem) {
		c->nomem = true;
		free(bindings);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bindings[i].id = image->zones[i].id;
		bindings[i].inbound = image->zones[i].host_inbound;
	}
	bindings[n].id = ZONE_MANAGEMENT;
	bindings[n].inbound = host_inbound(
		cnode_find(zones, "functional-zone", "management", NULL));
	bind_all(c, zones, bindings, bind_zone);
	bind_all(c, zones, bindings, bind_rest);
	free(bindings);
}
