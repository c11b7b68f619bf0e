/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the page, and what belongs to the box as a whole. */
#include "export/metrics_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "export/alarms.h"
#include "flow/flow_read.h"
#include "host/host.h"
#include "io/worker.h"

void
metrics_one(struct prom *p, const char *name, enum prom_type type,
	const char *help, uint64_t value)
{
	prom_family(p, name, type, help);
	prom_u64(p, value, NULL);
}

/* ---- sessions and packets ---- */

static void
sessions(struct prom *p, const struct session_counts *c)
{
	prom_family(p, "vrflow_sessions", PROM_GAUGE,
		"Sessions in the table, by state.");
	prom_u64(p, c->valid, "state", "valid", NULL);
	prom_u64(p, c->invalidated, "state", "invalidated", NULL);
	prom_family(p, "vrflow_valid_sessions", PROM_GAUGE,
		"Valid sessions, by family of the initiator.");
	prom_u64(p, c->unicast_v4, "family", "inet", NULL);
	prom_u64(p, c->unicast_v6, "family", "inet6", NULL);
	metrics_one(p, "vrflow_sessions_max", PROM_GAUGE,
		"Sessions that the table has room for.", c->max);
	metrics_one(p, "vrflow_sessions_created_total", PROM_COUNTER,
		"Sessions made.", c->created);
	metrics_one(p, "vrflow_sessions_closed_total", PROM_COUNTER,
		"Sessions that ended.", c->closed);
	metrics_one(p, "vrflow_sessions_failed_total", PROM_COUNTER,
		"Sessions for which the table had no room.", c->failed);
}

static const struct metrics_family packets[] = {
	{"vrflow_received_packets_total", PROM_COUNTER, "Packets received.",
		offsetof(struct flow_stats, received)},
	{"vrflow_transmitted_packets_total", PROM_COUNTER, "Packets sent.",
		offsetof(struct flow_stats, transmitted)},
	{"vrflow_forwarded_packets_total", PROM_COUNTER,
		"Packets passed on from one interface to another.",
		offsetof(struct flow_stats, forwarded)},
	{"vrflow_dropped_packets_total", PROM_COUNTER,
		"Packets dropped, for any reason.",
		offsetof(struct flow_stats, dropped)},
	{"vrflow_fragments_total", PROM_COUNTER, "Fragments received.",
		offsetof(struct flow_stats, fragments)},
	{"vrflow_fragments_made_total", PROM_COUNTER,
		"Packets that were cut to leave.",
		offsetof(struct flow_stats, fragments_made)},
	{"vrflow_host_in_packets_total", PROM_COUNTER,
		"Packets for the box itself.",
		offsetof(struct flow_stats, host_in)},
	{"vrflow_host_out_packets_total", PROM_COUNTER,
		"Packets that the box itself has sent.",
		offsetof(struct flow_stats, host_out)},
	{"vrflow_first_path_packets_total", PROM_COUNTER,
		"Packets without a session, which policies were asked about.",
		offsetof(struct flow_stats, first_path)},
	{"vrflow_fast_path_packets_total", PROM_COUNTER, "Packets of sessions.",
		offsetof(struct flow_stats, fast_path)},
	{"vrflow_packet_mode_packets_total", PROM_COUNTER,
		"Packets routed without a session.",
		offsetof(struct flow_stats, packet_mode)},
};

static void
alarms(const struct metrics_env *env, struct prom *p)
{
	unsigned int n = env->alarms != NULL ? alarms_count(env->alarms) : 0;
	uint64_t major = 0;

	for (unsigned int i = 0; i < n; i++)
		major += alarms_get(env->alarms, i)->major;
	prom_family(p, "vrflow_alarms", PROM_GAUGE,
		"Alarms that show system alarms shows.");
	prom_u64(p, major, "class", "major", NULL);
	prom_u64(p, n - major, "class", "minor", NULL);
}

/* With what host/ dropped, as `show security flow statistics` has it. */
static void
stats_of(const struct metrics_env *env, struct flow_stats *s)
{
	const uint64_t *host = host_drops(env->host);

	flow_stats_get(env->workers, s);
	for (unsigned int r = 0; r < REASON_COUNT; r++)
		s->reason[r] += host[r];
	s->dropped += host[REASON_ARP_QUEUE_FULL] + host[REASON_ARP_FAILED] +
		      host[REASON_NEIGHBOR_LIMIT] + host[REASON_TX_DOWN];
}

void
metrics_box(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct session_counts c;
	struct flow_stats s;

	session_counts_get(env->workers, &c);
	stats_of(env, &s);
	prom_family(p, "vrflow_info", PROM_GAUGE,
		"Version and name of the box; always 1.");
	prom_u64(p, 1, "version", VRFLOW_VERSION, "host_name", spec->host_name,
		NULL);
	sessions(p, &c);
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++)
		metrics_one(p, packets[i].name, packets[i].type,
			packets[i].help,
			*(uint64_t *)((char *)&s + packets[i].offset));
	alarms(env, p);
	prom_family(p, "vrflow_drops_total", PROM_COUNTER,
		"Packets dropped, by reason.");
	for (unsigned int r = REASON_NONE + 1; r < REASON_COUNT; r++)
		prom_u64(p, s.reason[r], "reason", reason_name(r), NULL);
}

/* ---- workers ---- */

static const struct metrics_family workers[] = {
	{"vrflow_worker_bursts_total", PROM_COUNTER,
		"Bursts in which packets were received.",
		offsetof(struct worker_counts, bursts)},
	{"vrflow_worker_received_packets_total", PROM_COUNTER,
		"Packets that the worker took from its queues.",
		offsetof(struct worker_counts, received)},
	{"vrflow_worker_handed_over_packets_total", PROM_COUNTER,
		"Packets handed over to the worker that owns their session.",
		offsetof(struct worker_counts, handed_over)},
	{"vrflow_worker_handover_drops_total", PROM_COUNTER,
		"Packets lost as the queue of the owner was full.",
		offsetof(struct worker_counts, handover_drops)},
};

static void
worker_counters(struct prom *p, const struct worker_counts *c, unsigned int n)
{
	char name[WORKERS_MAX][12];

	for (unsigned int i = 0; i < n; i++)
		snprintf(name[i], sizeof(name[i]), "%u", i);
	for (size_t f = 0; f < sizeof(workers) / sizeof(workers[0]); f++) {
		prom_family(
			p, workers[f].name, workers[f].type, workers[f].help);
		for (unsigned int i = 0; i < n; i++)
			prom_u64(p,
				*(const uint64_t *)((const char *)&c[i] +
						    workers[f].offset),
				"worker", name[i], NULL);
	}
	prom_family(p, "vrflow_worker_busy_seconds_total", PROM_COUNTER,
		"Time that the worker did not sleep.");
	for (unsigned int i = 0; i < n; i++)
		prom_double(
			p, (double)c[i].busy_ns / 1e9, "worker", name[i], NULL);
	prom_family(p, "vrflow_worker_sessions", PROM_GAUGE,
		"Sessions that the worker owns.");
	for (unsigned int i = 0; i < n; i++)
		prom_u64(p, c[i].sessions, "worker", name[i], NULL);
}

void
metrics_workers(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	unsigned int n = workers_count(env->workers);
	struct worker_counts c[WORKERS_MAX];
	struct buffer_counts packet, jumbo;

	(void)spec;
	for (unsigned int i = 0; i < n; i++)
		workers_counts(env->workers, i, &c[i]);
	worker_counters(p, c, n);
	workers_buffers(env->workers, &packet, &jumbo);
	prom_family(p, "vrflow_buffers", PROM_GAUGE, "Packet buffers.");
	prom_u64(p, packet.total, "pool", "packet", NULL);
	prom_u64(p, jumbo.total, "pool", "jumbo", NULL);
	prom_family(p, "vrflow_buffers_in_use", PROM_GAUGE,
		"Packet buffers that hold a packet.");
	prom_u64(p, packet.in_use, "pool", "packet", NULL);
	prom_u64(p, jumbo.in_use, "pool", "jumbo", NULL);
}

/* ---- the process, under the names that are usual ---- */

static uint64_t
resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long long size, resident = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

void
metrics_process(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct rusage u;

	(void)spec;
	metrics_one(p, "process_start_time_seconds", PROM_GAUGE,
		"Start of the process, in seconds since 1970.",
		env->start_time);
	metrics_one(p, "process_resident_memory_bytes", PROM_GAUGE,
		"Resident memory.", resident_bytes());
	prom_family(p, "process_cpu_seconds_total", PROM_COUNTER,
		"Processor time of the process, all threads.");
	getrusage(RUSAGE_SELF, &u);
	prom_double(p,
		(double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
		NULL);
}

/* ---- the page ---- */

void
metrics_write(const struct metrics_env *env, struct sbuf *out)
{
	static metrics_fn *const parts[] = {metrics_box, metrics_workers,
		metrics_ports, metrics_interfaces, metrics_policies,
		metrics_filters, metrics_nat, metrics_screens, metrics_routes,
		metrics_commits_of, metrics_logs, metrics_collectors,
		metrics_process};
	const struct image *image = env->image();
	struct prom p = {.out = out};

	if (image != NULL)
		metrics_names(image_spec_of(image));
	for (size_t i = 0;
		image != NULL && i < sizeof(parts) / sizeof(parts[0]); i++)
		parts[i](env, image_spec_of(image), &p);
}
