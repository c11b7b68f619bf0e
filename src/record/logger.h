/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logger - from events to where they are wanted: files, hosts, the terminals
 * of users, and the memory that `show security log` reads. What goes where is
 * the committed configuration's log_spec.
 *
 * Threads: the control thread; nothing here waits for a disk's or a network's
 * other end.
 */
#ifndef RECORD_LOGGER_H
#define RECORD_LOGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow_log.h"
#include "image/image.h"
#include "record/line.h"

struct logger;

struct logger_env {
	const char *dir; /* of files; kept by the caller */
	/*
	 * Send a datagram through the packet path, as the box does; false: no
	 * route there, so the socket of Linux is tried. NULL: no packet path.
	 */
	bool (*send)(void *ctx, const struct log_stream_spec *to,
		const char *line, size_t len);
	/* Show a line to a user who is logged in ("*": all). May be NULL. */
	void (*tell)(void *ctx, const char *user, const char *line);
	void *ctx;
};

struct logger *logger_create(const struct logger_env *env);
void logger_free(struct logger *l); /* NULL is fine */

/* A commit: open and close what changed. The image is kept for its names. */
void logger_configure(struct logger *l, const struct image *image);

/* Sessions, oldest first. now_ms: the clock that the records have. */
void logger_sessions(struct logger *l, const struct flow_log_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms);

/* Packets that traceoptions followed, into their file. */
struct flow_trace_record;
void logger_traces(struct logger *l, const struct flow_trace_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms);

/* An event of the box itself. */
void logger_event(
	struct logger *l, const struct log_message *m, uint64_t now_ms);

/* Write out what was gathered; when to be called again (ms). */
uint64_t logger_tick(struct logger *l, uint64_t now_ms);

/* ---- for the operator ---- */

struct logger_counts {
	uint64_t created, closed, denied; /* records read */
	uint64_t limited;                 /* by event-rate */
	uint64_t events;                  /* of the box */
};
void logger_counts(const struct logger *l, struct logger_counts *ret);

/* One place that lines go to. */
struct logger_sink_info {
	const char *kind; /* "stream", "file", "host", "user", "console" */
	const char *name;
	const char *transport; /* "udp", "tcp", "file", "terminal" */
	char address[64];      /* "" for files */
	bool by_packet_path;
	uint64_t sent, lost, limited;
	size_t waiting;
	int error;
};
void logger_sinks(const struct logger *l,
	void (*cb)(void *ctx, const struct logger_sink_info *i), void *ctx);
void logger_clear(struct logger *l); /* forget the recent lines */

/* The last lines of session events, oldest first. */
struct logger_recent {
	uint64_t unix_ms;
	const char *id, *text;
};
unsigned int logger_recent_count(const struct logger *l);
struct logger_recent logger_recent(const struct logger *l, unsigned int i);

const char *logger_dir(const struct logger *l);

#endif /* RECORD_LOGGER_H */
