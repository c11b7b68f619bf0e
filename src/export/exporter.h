/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exporter - records of sessions on their way to IPFIX collectors [OB-20]:
 * which of them a collector wants, when it is told the templates again, what
 * was lost. The records are those that the workers write down for the logs
 * (flow/flow_log.h); there is no other way out of a worker.
 *
 * Threads: the control thread; nothing here waits for a collector.
 */
#ifndef EXPORT_EXPORTER_H
#define EXPORT_EXPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow_log.h"
#include "image/image.h"

struct exporter;

struct exporter_env {
	/*
	 * Send a datagram through the packet path, as from the box; false: no
	 * route there, so a socket of Linux is tried. NULL: no packet path.
	 */
	bool (*send)(void *ctx, const struct collector_spec *to,
		const void *data, size_t len);
	void *ctx;
};

struct exporter *exporter_create(const struct exporter_env *env);
void exporter_free(struct exporter *e); /* NULL is fine */

/* A commit; a collector that stays keeps its connection and counters. The
 * image is kept until the next call. */
void exporter_configure(struct exporter *e, const struct image *image);

/* now_ms: the clock that the records have. */
void exporter_sessions(struct exporter *e, const struct flow_log_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms);

/* Send what has waited long enough; when to be called again (ms). */
uint64_t exporter_tick(struct exporter *e, uint64_t now_ms, uint64_t unix_ms);

/* ---- for the operator ---- */

struct exporter_info {
	struct collector_spec spec;
	uint64_t messages, records; /* sent */
	uint64_t lost;              /* records */
	uint64_t templates;         /* how often they were sent */
	bool by_packet_path;
	bool connected; /* TCP */
	int error;      /* errno of the last failure; 0: none */
};

unsigned int exporter_count(const struct exporter *e);
void exporter_info(
	const struct exporter *e, unsigned int i, struct exporter_info *ret);

/* The number of an interface in records: its SNMP ifIndex. */
uint32_t exporter_if_index(struct ifl_id ifl);

#endif /* EXPORT_EXPORTER_H */
