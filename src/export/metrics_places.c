/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where packets came in and went out: ports, logical interfaces, and the sums
 * of these by zone and virtual router; which policies and filters they met;
 * how many routes there are.
 */
#include "export/metrics_impl.h"

#include <stdlib.h>
#include <string.h>

#include "flow/flow_read.h"
#include "flow/self_traffic.h"
#include "io/port.h"
#include "io/worker.h"
#include "route/route_rib.h"

/* By number, for this page: there may be thousands of each. */
static const char *zone_names[ZONE_MAX], *vr_names[VR_MAX];

void
metrics_names(const struct image_spec *spec)
{
	memset(zone_names, 0, sizeof(zone_names));
	memset(vr_names, 0, sizeof(vr_names));
	zone_names[ZONE_MANAGEMENT.v] = "management";
	zone_names[ZONE_JUNOS_HOST.v] = "junos-host";
	for (size_t i = 0; i < spec->nzones; i++)
		zone_names[spec->zones[i].id.v] = spec->zones[i].name;
	for (size_t i = 0; i < spec->nvrs; i++)
		vr_names[spec->vrs[i].id.v] = spec->vrs[i].name;
}

const char *
metrics_vr_name(struct vr_id vr)
{
	return vr.v < VR_MAX && vr_names[vr.v] != NULL ? vr_names[vr.v] : "";
}

const char *
metrics_zone_name(struct zone_id zone)
{
	return zone.v < ZONE_MAX && zone_names[zone.v] != NULL
		       ? zone_names[zone.v]
		       : "";
}

static uint64_t
number_at(const void *base, size_t i, size_t size, size_t offset)
{
	return *(const uint64_t *)((const char *)base + i * size + offset);
}

/* ---- ports ---- */

static const struct metrics_family port_families[] = {
	{"vrflow_port_receive_packets_total", PROM_COUNTER,
		"Frames received from the wire.",
		offsetof(struct port_counters, rx_packets)},
	{"vrflow_port_receive_bytes_total", PROM_COUNTER,
		"Bytes of these, Ethernet without FCS.",
		offsetof(struct port_counters, rx_bytes)},
	{"vrflow_port_receive_drops_total", PROM_COUNTER,
		"Frames that came when there was no room.",
		offsetof(struct port_counters, rx_dropped)},
	{"vrflow_port_receive_errors_total", PROM_COUNTER,
		"Frames that were broken.",
		offsetof(struct port_counters, rx_errors)},
	{"vrflow_port_transmit_packets_total", PROM_COUNTER,
		"Frames sent to the wire.",
		offsetof(struct port_counters, tx_packets)},
	{"vrflow_port_transmit_bytes_total", PROM_COUNTER,
		"Bytes of these, Ethernet without FCS.",
		offsetof(struct port_counters, tx_bytes)},
	{"vrflow_port_transmit_drops_total", PROM_COUNTER,
		"Frames that the device did not take.",
		offsetof(struct port_counters, tx_dropped)},
	{"vrflow_port_transmit_errors_total", PROM_COUNTER,
		"Frames that the device could not send.",
		offsetof(struct port_counters, tx_errors)},
};

void
metrics_ports(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct port_counters c[IFD_MAX];
	struct port_info info;

	prom_family(p, "vrflow_port_up", PROM_GAUGE,
		"1 when the link of a port is up; its device is a label.");
	for (size_t i = 0; i < spec->nifds; i++) {
		if (env->ports[i] == NULL)
			continue;
		port_counters_get(env->ports[i], &c[i]);
		port_info_get(env->ports[i], &info);
		prom_u64(p, info.link_up, "port", spec->ifds[i].name, "device",
			info.device, NULL);
	}
	for (size_t f = 0; f < sizeof(port_families) / sizeof(port_families[0]);
		f++) {
		prom_family(p, port_families[f].name, port_families[f].type,
			port_families[f].help);
		for (size_t i = 0; i < spec->nifds; i++)
			if (env->ports[i] != NULL)
				prom_u64(p,
					number_at(c, i, sizeof(c[0]),
						port_families[f].offset),
					"port", spec->ifds[i].name, NULL);
	}
}

/* ---- interfaces, zones, virtual routers ---- */

#define IFL_FAMILIES 4u

static const struct {
	const char *suffix, *help;
	size_t offset;
} ifl_families[IFL_FAMILIES] = {
	{"receive_packets_total", "Packets that came in",
		offsetof(struct ifl_stats, in_packets)},
	{"receive_bytes_total", "Bytes of IP packets that came in",
		offsetof(struct ifl_stats, in_bytes)},
	{"transmit_packets_total", "Packets that went out",
		offsetof(struct ifl_stats, out_packets)},
	{"transmit_bytes_total", "Bytes of IP packets that went out",
		offsetof(struct ifl_stats, out_bytes)},
};

static void
family_of(struct prom *p, const char *place, unsigned int f, const char *where,
	struct sbuf *name)
{
	struct sbuf help = SBUF_INIT;

	sbuf_reset(name);
	sbuf_printf(name, "vrflow_%s_%s", place, ifl_families[f].suffix);
	sbuf_printf(&help, "%s%s.", ifl_families[f].help, where);
	prom_family(p, sbuf_text(name), PROM_COUNTER, sbuf_text(&help));
	sbuf_done(&help);
}

static void
put_ifls(const struct image_spec *spec, struct prom *p,
	const struct ifl_stats *s)
{
	struct sbuf name = SBUF_INIT;

	for (unsigned int f = 0; f < IFL_FAMILIES; f++) {
		family_of(p, "interface", f, " at a logical interface", &name);
		for (size_t i = 0; i < spec->nifls; i++) {
			const struct ifl_spec *ifl = &spec->ifls[i];

			prom_u64(p,
				number_at(s, i, sizeof(*s),
					ifl_families[f].offset),
				"interface", ifl->name, "zone",
				metrics_zone_name(ifl->zone),
				"routing_instance", metrics_vr_name(ifl->vr),
				NULL);
		}
	}
	sbuf_done(&name);
	prom_family(p, "vrflow_interface_connections_total", PROM_COUNTER,
		"Sessions whose first packet came in at a logical interface.");
	for (size_t i = 0; i < spec->nifls; i++)
		prom_u64(p, s[i].connections, "interface", spec->ifls[i].name,
			NULL);
	prom_family(p, "vrflow_interface_drops_total", PROM_COUNTER,
		"Packets dropped that came in at a logical interface, by "
		"reason; none is not shown.");
	for (size_t i = 0; i < spec->nifls; i++)
		for (unsigned int r = REASON_NONE + 1; r < REASON_COUNT; r++)
			if (s[i].reason[r] != 0)
				prom_u64(p, s[i].reason[r], "interface",
					spec->ifls[i].name, "reason",
					reason_name(r), NULL);
}

/* Sums over the interfaces of a zone (by_zone) or virtual router. */
static void
put_sums(const struct image_spec *spec, struct prom *p,
	const struct ifl_stats *s, bool by_zone, uint64_t *sum)
{
	size_t n = by_zone ? spec->nzones : spec->nvrs;
	struct sbuf name = SBUF_INIT;

	for (unsigned int f = 0; f < IFL_FAMILIES; f++) {
		memset(sum, 0, (by_zone ? ZONE_MAX : VR_MAX) * sizeof(*sum));
		for (size_t i = 0; i < spec->nifls; i++) {
			const struct ifl_spec *ifl = &spec->ifls[i];

			sum[by_zone ? ifl->zone.v : ifl->vr.v] += number_at(
				s, i, sizeof(*s), ifl_families[f].offset);
		}
		family_of(p, by_zone ? "zone" : "routing_instance", f,
			by_zone ? " at the interfaces of a zone"
				: " at the interfaces of a routing instance",
			&name);
		for (size_t i = 0; i < n; i++)
			prom_u64(p,
				sum[by_zone ? spec->zones[i].id.v
					    : spec->vrs[i].id.v],
				by_zone ? "zone" : "routing_instance",
				by_zone ? spec->zones[i].name
					: spec->vrs[i].name,
				NULL);
	}
	sbuf_done(&name);
}

void
metrics_interfaces(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct ifl_stats *s = calloc(spec->nifls + 1, sizeof(*s));
	struct ifl_id *ids = calloc(spec->nifls + 1, sizeof(*ids));
	uint64_t *sum =
		calloc(ZONE_MAX > VR_MAX ? ZONE_MAX : VR_MAX, sizeof(*sum));

	if (s == NULL || ids == NULL || sum == NULL) {
		p->out->failed = true;
	} else {
		for (size_t i = 0; i < spec->nifls; i++)
			ids[i] = spec->ifls[i].id;
		ifl_stats_read(env->workers, ids, (unsigned int)spec->nifls, s);
		put_ifls(spec, p, s);
		put_sums(spec, p, s, true, sum);
		put_sums(spec, p, s, false, sum);
	}
	free(s);
	free(ids);
	free(sum);
}

/* ---- policies ---- */

static const struct metrics_family policy_families[] = {
	{"vrflow_policy_hits_total", PROM_COUNTER,
		"First packets that met the policy.",
		offsetof(struct policy_stats, hits)},
	{"vrflow_policy_sessions_created_total", PROM_COUNTER,
		"Sessions that it let be made.",
		offsetof(struct policy_stats, sessions_created)},
	{"vrflow_policy_sessions_closed_total", PROM_COUNTER,
		"Sessions of it that have ended.",
		offsetof(struct policy_stats, sessions_closed)},
	{"vrflow_policy_initiator_packets_total", PROM_COUNTER,
		"Packets of initiators, of sessions that have ended.",
		offsetof(struct policy_stats, in_packets)},
	{"vrflow_policy_initiator_bytes_total", PROM_COUNTER,
		"Bytes of initiators, of sessions that have ended.",
		offsetof(struct policy_stats, in_bytes)},
	{"vrflow_policy_responder_packets_total", PROM_COUNTER,
		"Packets of responders, of sessions that have ended.",
		offsetof(struct policy_stats, out_packets)},
	{"vrflow_policy_responder_bytes_total", PROM_COUNTER,
		"Bytes of responders, of sessions that have ended.",
		offsetof(struct policy_stats, out_bytes)},
};

/* A policy of several zones (a global one) is of none of them. */
static const char *
only_zone(const struct zone_id *zones, size_t n)
{
	return n == 1 ? metrics_zone_name(zones[0]) : "";
}

static void
put_policies(const struct image_spec *spec, struct prom *p,
	const struct policy_stats *s)
{
	for (size_t f = 0;
		f < sizeof(policy_families) / sizeof(policy_families[0]); f++) {
		size_t offset = policy_families[f].offset;

		prom_family(p, policy_families[f].name, policy_families[f].type,
			policy_families[f].help);
		for (size_t i = 0; i < spec->npolicies; i++) {
			const struct policy_spec *pol = &spec->policies[i];

			prom_u64(p, number_at(s, i, sizeof(*s), offset),
				"policy", pol->name, "from_zone",
				only_zone(pol->from, pol->nfrom), "to_zone",
				only_zone(pol->to, pol->nto), NULL);
		}
		prom_u64(p, number_at(s, spec->npolicies, sizeof(*s), offset),
			"policy", "default-policy", "from_zone", "", "to_zone",
			"", NULL);
	}
}

void
metrics_policies(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	size_t n = spec->npolicies + 1;
	struct policy_stats *s = calloc(n, sizeof(*s));
	uint32_t *index = calloc(n, sizeof(*index));

	if (s == NULL || index == NULL) {
		p->out->failed = true;
	} else {
		for (size_t i = 0; i < spec->npolicies; i++)
			index[i] = spec->policies[i].index;
		index[n - 1] = POLICY_DEFAULT;
		policy_stats_read(env->workers, index, (unsigned int)n, s);
		put_policies(spec, p, s);
	}
	free(s);
	free(index);
}

/* ---- firewall filters: terms with `count` ---- */

static void
put_filters(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p, size_t offset)
{
	for (size_t f = 0; f < spec->nfilters; f++)
		for (size_t t = 0; t < spec->filters[f].n; t++) {
			const struct filter_term_spec *term =
				&spec->filters[f].terms[t];
			struct filter_counter c;

			if (term->counter[0] == '\0')
				continue;
			filter_counter_get(env->workers, (unsigned int)f,
				(unsigned int)t, &c);
			prom_u64(p, *(uint64_t *)((char *)&c + offset),
				"family",
				spec->filters[f].family == IP_V6 ? "inet6"
								 : "inet",
				"filter", spec->filters[f].name, "term",
				term->name, "counter", term->counter, NULL);
		}
}

void
metrics_filters(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	prom_family(p, "vrflow_filter_packets_total", PROM_COUNTER,
		"Packets that a firewall filter's term has counted.");
	put_filters(env, spec, p, offsetof(struct filter_counter, packets));
	prom_family(p, "vrflow_filter_bytes_total", PROM_COUNTER,
		"Bytes that a firewall filter's term has counted.");
	put_filters(env, spec, p, offsetof(struct filter_counter, bytes));
}

/* ---- routes ---- */

void
metrics_routes(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	(void)spec;
	prom_family(p, "vrflow_routes", PROM_GAUGE,
		"Routes of a table, hidden ones included.");
	for (size_t i = 0; i < route_db_table_count(env->routes); i++) {
		const struct route_table *t = route_db_table(env->routes, i);
		struct route_table_info info;

		route_table_info(t, &info);
		prom_u64(p, route_table_size(t), "table", info.name, NULL);
	}
}
