/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics - the page that Prometheus reads: what the box counts, by interface,
 * virtual router, zone, policy, reason [OB-2]. Everything is copied by the
 * workers between two bursts; no packet waits for a reader.
 *
 * Threads: the control thread.
 */
#ifndef EXPORT_METRICS_H
#define EXPORT_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sbuf.h"
#include "image/image.h"

struct config_store;
struct exporter;
struct host;
struct logger;
struct port;
struct route_db;
struct workers;

/* What commits took; the daemon counts it. */
struct metrics_commits {
	uint64_t applied, refused; /* since the start, that one included */
	uint64_t last_ms;          /* how long the last one took */
	uint64_t last_time;        /* when it was done, Unix seconds */
	bool failed;               /* the last one was refused */
	char error[256];           /* its first reason */
};

struct metrics_env {
	struct workers *workers;
	struct port **ports; /* by ifd id */
	struct host *host;
	struct route_db *routes;
	struct logger *logger;
	struct exporter *exporter;
	const struct image *(*image)(void);
	const struct metrics_commits *commits;
	const struct alarms *alarms; /* export/alarms.h; NULL: none */
	bool page_open;              /* the page of metrics itself */
	uint64_t start_time;         /* Unix seconds of the daemon's start */
};

/* Append the page. */
void metrics_write(const struct metrics_env *env, struct sbuf *out);

#endif /* EXPORT_METRICS_H */
