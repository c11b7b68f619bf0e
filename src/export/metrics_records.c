/* SPDX-License-Identifier: Apache-2.0 */
/* Commits, and what was written down: logs, collectors, and what was lost. */
#include "export/metrics_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/exporter.h"
#include "io/worker.h"
#include "record/logger.h"

void
metrics_commits_of(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	const struct metrics_commits *c = env->commits;

	prom_family(p, "vrflow_commits_total", PROM_COUNTER,
		"Commits since the start, that of the start included.");
	prom_u64(p, c->applied, "result", "applied", NULL);
	prom_u64(p, c->refused, "result", "refused", NULL);
	metrics_one(p, "vrflow_configuration_generation", PROM_GAUGE,
		"Number of the configuration in force.", spec->generation);
	prom_family(p, "vrflow_commit_last_duration_seconds", PROM_GAUGE,
		"How long the last commit took.");
	prom_double(p, (double)c->last_ms / 1e3, NULL);
	metrics_one(p, "vrflow_commit_last_time_seconds", PROM_GAUGE,
		"When the last commit was, in seconds since 1970.",
		c->last_time);
	metrics_one(p, "vrflow_commit_last_failed", PROM_GAUGE,
		"1 when the last commit was refused.", c->failed);
	prom_family(p, "vrflow_commit_last_error", PROM_GAUGE,
		"1, with the first reason why the last commit was refused.");
	if (c->failed)
		prom_u64(p, 1, "message", c->error, NULL);
}

/* ---- logs ---- */

struct sinks {
	struct logger_sink_info *v;
	size_t n;
	bool failed;
};

static void
add_sink(void *ctx, const struct logger_sink_info *i)
{
	struct sinks *s = ctx;
	struct logger_sink_info *v = realloc(s->v, (s->n + 1) * sizeof(*s->v));

	if (v == NULL) {
		s->failed = true;
		return;
	}
	s->v = v;
	s->v[s->n++] = *i;
}

static void
put_sinks(struct prom *p, const struct sinks *s, size_t offset)
{
	for (size_t i = 0; i < s->n; i++)
		prom_u64(p,
			*(const uint64_t *)((const char *)&s->v[i] + offset),
			"kind", s->v[i].kind, "name", s->v[i].name, NULL);
}

void
metrics_logs(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct logger_counts c;
	struct sinks s = {0};

	(void)spec;
	logger_counts(env->logger, &c);
	logger_sinks(env->logger, add_sink, &s);
	prom_family(p, "vrflow_log_events_total", PROM_COUNTER,
		"Events that were read: of sessions, and of the system.");
	prom_u64(p, c.created, "event", "session-create", NULL);
	prom_u64(p, c.closed, "event", "session-close", NULL);
	prom_u64(p, c.denied, "event", "session-deny", NULL);
	prom_u64(p, c.events, "event", "system", NULL);
	prom_family(p, "vrflow_log_queue_lost_total", PROM_COUNTER,
		"Records for which the queue of a worker had no room.");
	prom_u64(p, workers_log_lost(env->workers), "queue", "session", NULL);
	prom_u64(p, workers_trace_lost(env->workers), "queue", "trace", NULL);
	prom_u64(p, workers_tap_lost(env->workers), "queue", "monitor", NULL);
	prom_family(p, "vrflow_log_messages_total", PROM_COUNTER,
		"Messages sent or written, by destination.");
	put_sinks(p, &s, offsetof(struct logger_sink_info, sent));
	prom_family(p, "vrflow_log_messages_lost_total", PROM_COUNTER,
		"Messages that a destination did not take.");
	put_sinks(p, &s, offsetof(struct logger_sink_info, lost));
	prom_family(p, "vrflow_log_messages_limited_total", PROM_COUNTER,
		"Messages held back by rate-limit.");
	put_sinks(p, &s, offsetof(struct logger_sink_info, limited));
	p->out->failed |= s.failed;
	free(s.v);
}

/* ---- IPFIX ---- */

static const struct metrics_family collector_families[] = {
	{"vrflow_ipfix_messages_total", PROM_COUNTER, "Messages sent.",
		offsetof(struct exporter_info, messages)},
	{"vrflow_ipfix_records_total", PROM_COUNTER,
		"Records sent, names and counts included.",
		offsetof(struct exporter_info, records)},
	{"vrflow_ipfix_records_lost_total", PROM_COUNTER,
		"Records that could not be sent.",
		offsetof(struct exporter_info, lost)},
};

void
metrics_collectors(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	(void)spec;
	for (size_t f = 0;
		f < sizeof(collector_families) / sizeof(collector_families[0]);
		f++) {
		prom_family(p, collector_families[f].name,
			collector_families[f].type, collector_families[f].help);
		for (unsigned int i = 0; i < exporter_count(env->exporter);
			i++) {
			struct exporter_info info;
			char text[IP_TEXT_MAX];

			exporter_info(env->exporter, i, &info);
			prom_u64(p,
				*(const uint64_t *)((const char *)&info +
						    collector_families[f]
							    .offset),
				"collector",
				ip_addr_text(&info.spec.addr, text), NULL);
		}
	}
}
