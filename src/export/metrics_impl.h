/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of metrics: the parts of the page; only export/metrics*.c. */
#ifndef EXPORT_METRICS_IMPL_H
#define EXPORT_METRICS_IMPL_H

#include "export/metrics.h"
#include "export/prom.h"

typedef void metrics_fn(const struct metrics_env *env,
	const struct image_spec *spec, struct prom *p);

metrics_fn metrics_box, metrics_workers, metrics_drops, metrics_process;
metrics_fn metrics_ports, metrics_interfaces, metrics_policies, metrics_filters,
	metrics_routes;
metrics_fn metrics_nat, metrics_screens;
metrics_fn metrics_commits_of, metrics_logs, metrics_collectors;

/* One family with one sample. */
void metrics_one(struct prom *p, const char *name, enum prom_type type,
	const char *help, uint64_t value);

/* Names of the configuration, "" for none; learnt for each page. */
void metrics_names(const struct image_spec *spec);
const char *metrics_vr_name(struct vr_id vr);
const char *metrics_zone_name(struct zone_id zone);

/* A family of which each sample is a number of the same struct. */
struct metrics_family {
	const char *name;
	enum prom_type type;
	const char *help;
	size_t offset; /* of a uint64_t in the struct */
};

#endif /* EXPORT_METRICS_IMPL_H */
