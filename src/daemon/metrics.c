/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of metrics in the daemon [OB-1]: it is opened before a commit takes
 * effect, so that a port that is taken refuses the commit, and the old one is
 * closed after it. Only where both want the same port the old one goes first.
 */
#include "export/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "daemon/daemon.h"
#include "export/alarms.h"
#include "export/metrics_http.h"

static bool
same(const struct metrics_spec *a, const struct metrics_spec *b)
{
	return a->port == b->port && ip_addr_equal(&a->addr, &b->addr);
}

static const struct image *
image_now(void)
{
	return daemon_state.image;
}

static struct metrics_env
environment(struct daemon *d)
{
	return (struct metrics_env){.workers = d->workers,
		.ports = d->by_ifd,
		.host = d->host,
		.routes = d->routes,
		.logger = d->logger,
		.exporter = d->exporter,
		.image = image_now,
		.commits = &d->commits,
		.alarms = d->alarms,
		.page_open = d->metrics != NULL,
		.start_time = d->ops.start_time};
}

static void
page(void *ctx, struct sbuf *out)
{
	struct metrics_env env = environment(ctx);

	metrics_write(&env, out);
}

void
metrics_alarms(struct daemon *d)
{
	struct metrics_env env = environment(d);

	alarms_watch(d->alarms, &env, (uint64_t)time(NULL));
}

static struct metrics_http *
open_page(struct daemon *d, const struct metrics_spec *spec,
	struct report *report, enum report_severity severity)
{
	char err[256];
	struct metrics_http *h =
		metrics_http_open(spec, page, d, err, sizeof(err));

	if (h == NULL)
		report_add(
			report, severity, 0, "services", "metrics", "%s", err);
	return h;
}

/* The old page again: its port was free a moment ago. */
static void
reopen(struct daemon *d)
{
	struct report ignored = REPORT_INIT;

	d->metrics = open_page(d, &d->metrics_spec, &ignored, REPORT_WARNING);
	if (d->metrics == NULL)
		memset(&d->metrics_spec, 0, sizeof(d->metrics_spec));
	d->metrics_opened++;
	report_done(&ignored);
}

int
metrics_prepare(struct daemon *d, const struct metrics_spec *spec,
	struct report *report)
{
	bool starts = d->image == NULL;

	if (spec->port == 0 || same(spec, &d->metrics_spec))
		return 0;
	if (d->metrics != NULL && spec->port == d->metrics_spec.port) {
		metrics_http_close(d->metrics);
		d->metrics = NULL;
	}
	d->metrics_next = open_page(
		d, spec, report, starts ? REPORT_WARNING : REPORT_ERROR);
	if (d->metrics_next != NULL || starts)
		return 0;
	metrics_abort(d);
	return -EINVAL;
}

void
metrics_abort(struct daemon *d)
{
	metrics_http_close(d->metrics_next);
	d->metrics_next = NULL;
	if (d->metrics == NULL && d->metrics_spec.port != 0)
		reopen(d);
}

void
metrics_apply(struct daemon *d, const struct metrics_spec *spec)
{
	if (same(spec, &d->metrics_spec))
		return;
	metrics_http_close(d->metrics);
	d->metrics = d->metrics_next;
	d->metrics_next = NULL;
	d->metrics_opened++;
	if (d->metrics != NULL)
		d->metrics_spec = *spec;
	else
		memset(&d->metrics_spec, 0, sizeof(d->metrics_spec));
}

bool
metrics_counts(struct metrics_http_counts *ret)
{
	if (daemon_state.metrics == NULL)
		return false;
	metrics_http_counts(daemon_state.metrics, ret);
	return true;
}

/* The first reason, with the statement that it is about; also an event [OB-5].
 */
static void
say_error(struct metrics_commits *c, const struct report *report)
{
	snprintf(c->error, sizeof(c->error), "unknown");
	for (size_t i = 0; i < report->n; i++) {
		const struct report_entry *e = &report->entries[i];

		if (e->severity != REPORT_ERROR)
			continue;
		log_event(LOG_FACILITY_INTERACTIVE, 3, "UI_CONFIGURATION_ERROR",
			"Process: vrflowd, path: [edit%s%.200s], statement: "
			"%.200s, %.400s",
			e->path != NULL ? " " : "",
			e->path != NULL ? e->path : "",
			e->statement != NULL ? e->statement : "", e->message);
		snprintf(c->error, sizeof(c->error), "%s%s%s%s%.150s",
			e->path != NULL ? e->path : "",
			e->path != NULL ? " " : "",
			e->statement != NULL ? e->statement : "",
			e->statement != NULL ? ": " : "", e->message);
		return;
	}
}

void
metrics_commit_done(void *daemon, int rc, const struct report *report)
{
	struct daemon *d = daemon;
	struct metrics_commits *c = &d->commits;

	c->last_time = (uint64_t)time(NULL);
	c->failed = rc != 0;
	if (rc == 0) {
		c->applied++;
		log_event(LOG_FACILITY_INTERACTIVE, 4, "UI_COMMIT_COMPLETED",
			"commit complete, generation %u, %llu ms",
			image_spec_of(d->image)->generation,
			(unsigned long long)c->last_ms);
		c->error[0] = '\0';
	} else {
		c->refused++;
		say_error(c, report);
	}
}
