/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the workers wrote down, and what the box says of itself, on its way to
 * the logger [LG-1] [LG-11].
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/daemon.h"
#include "export/alarms.h"
#include "export/exporter.h"
#include "flow/flow_log.h"
#include "flow/flow_trace.h"
#include "host/host.h"
#include "mgmt/server.h"
#include "record/logger.h"

/* Records of one turn: clients and ARP wait too. */
#define TAKE        256u
#define TAKE_TRACES 64u

#define IPFIX_SOURCE_PORT 4739u

static uint64_t
unix_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void
event(int facility, int severity, const char *id, const char *text)
{
	struct daemon *d = &daemon_state;
	static bool busy; /* to log about logging would never end */
	struct log_message m = {.unix_ms = unix_ms(),
		.facility = (enum log_facility)facility,
		.severity = (enum log_severity)severity,
		.process = "vrflowd",
		.pid = (uint32_t)getpid(),
		.id = id,
		.text = text};

	if (busy || d->logger == NULL || d->image == NULL)
		return;
	busy = true;
	logger_event(d->logger, &m, clock_ms());
	busy = false;
}

static bool
send_record(void *ctx, const struct collector_spec *to, const void *data,
	size_t len)
{
	struct daemon *d = ctx;
	struct host_datagram g = {.vr = to->vr,
		.src = to->source,
		.dst = to->addr,
		.sport = IPFIX_SOURCE_PORT,
		.dport = to->port,
		.data = data,
		.len = len};

	return d->view != NULL && host_udp_send(d->host, &g);
}

static bool
send_udp(void *ctx, const struct log_stream_spec *to, const char *line,
	size_t len)
{
	struct daemon *d = ctx;
	struct host_datagram g = {.vr = to->vr,
		.src = to->source,
		.dst = to->host,
		.sport = 514,
		.dport = to->port,
		.data = line,
		.len = len};

	return d->view != NULL && host_udp_send(d->host, &g);
}

static void
tell(void *ctx, const char *user, const char *line)
{
	struct daemon *d = ctx;

	if (d->server != NULL)
		mgmt_server_tell(
			d->server, strcmp(user, "*") == 0 ? NULL : user, line);
}

int
records_start(struct daemon *d)
{
	struct logger_env env = {
		.dir = d->o.log_dir, .send = send_udp, .tell = tell, .ctx = d};
	struct exporter_env collectors = {.send = send_record, .ctx = d};

	if (mkdir(d->o.log_dir, 0755) != 0 && errno != EEXIST)
		log_warn("log", "cannot make %s: %s, log files will fail",
			d->o.log_dir, strerror(errno));
	d->logger = logger_create(&env);
	d->exporter = exporter_create(&collectors);
	d->alarms = alarms_create();
	if (d->logger == NULL || d->exporter == NULL || d->alarms == NULL)
		return -ENOMEM;
	log_set_hook(event);
	return 0;
}

void
records_configured(struct daemon *d)
{
	/* What was written down before the commit goes where it went then. */
	if (d->logger == NULL)
		return;
	while (records_take(d))
		;
	logger_configure(d->logger, d->image);
	exporter_configure(d->exporter, d->image);
}

bool
records_take(struct daemon *d)
{
	static struct flow_trace_record traces[TAKE_TRACES];
	static struct flow_log_record r[TAKE];
	unsigned int n, ntraces;

	if (d->logger == NULL || d->workers == NULL)
		return false;
	n = workers_log_take(d->workers, r, TAKE);
	if (n > 0) {
		logger_sessions(d->logger, r, n, clock_ms(), unix_ms());
		exporter_sessions(d->exporter, r, n, clock_ms(), unix_ms());
	}
	ntraces = workers_trace_take(d->workers, traces, TAKE_TRACES);
	if (ntraces > 0)
		logger_traces(
			d->logger, traces, ntraces, clock_ms(), unix_ms());
	return n == TAKE || ntraces == TAKE_TRACES;
}

uint64_t
records_tick(struct daemon *d)
{
	uint64_t log = logger_tick(d->logger, clock_ms());
	uint64_t flows = exporter_tick(d->exporter, clock_ms(), unix_ms());

	return log < flows ? log : flows;
}
