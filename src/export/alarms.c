/* SPDX-License-Identifier: Apache-2.0 */
#include "export/alarms.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "export/exporter.h"
#include "flow/flow_read.h"
#include "io/port.h"
#include "io/worker.h"
#include "nat/nat_read.h"

#define TABLE_RAISE 95u /* percent of the session table */
#define TABLE_CLEAR 90u
#define LOST_S      60u /* records lost are told of for so long */

struct alarms {
	struct alarm active[ALARMS_MAX], now[ALARMS_MAX];
	unsigned int n, nnow;
	bool table_full;
	uint64_t lost,
		lost_at; /* of the queues of workers; when it last grew */
};

struct alarms *
alarms_create(void)
{
	return calloc(1, sizeof(struct alarms));
}

void
alarms_free(struct alarms *a)
{
	free(a);
}

/* ---- conditions ---- */

static void __attribute__((format(printf, 3, 4)))
met(struct alarms *a, bool major, const char *fmt, ...)
{
	struct alarm *m = &a->now[a->nnow];
	va_list ap;

	if (a->nnow == ALARMS_MAX)
		return;
	a->nnow++;
	m->major = major;
	va_start(ap, fmt);
	vsnprintf(m->text, sizeof(m->text), fmt, ap);
	va_end(ap);
}

/* lo0 and its like have no device. */
static bool
needs_device(const struct ifd_spec *ifd)
{
	return ifd->name[0] != '\0' && !ifd->disabled &&
	       strchr(ifd->name, '/') != NULL;
}

static void
ports(struct alarms *a, const struct metrics_env *env,
	const struct image_spec *spec)
{
	for (size_t i = 0; i < spec->nifds; i++) {
		struct port_info info;

		if (!needs_device(&spec->ifds[i]))
			continue;
		if (env->ports[i] == NULL) {
			met(a, true, "%s: No device", spec->ifds[i].name);
			continue;
		}
		port_info_get(env->ports[i], &info);
		if (!info.link_up && spec->export.link_alarm != LINK_ALARM_NONE)
			met(a, spec->export.link_alarm == LINK_ALARM_MAJOR,
				"%s: Link down", spec->ifds[i].name);
	}
}

static void
session_table(struct alarms *a, const struct metrics_env *env)
{
	struct session_counts c;
	unsigned int percent;

	session_counts_get(env->workers, &c);
	percent = c.max > 0 ? (unsigned int)(c.in_use * 100 / c.max) : 0;
	a->table_full = percent >= (a->table_full ? TABLE_CLEAR : TABLE_RAISE);
	if (a->table_full)
		met(a, true, "Session table is nearly full");
}

static void
nat_pools(struct alarms *a, const struct metrics_env *env,
	const struct image_spec *spec)
{
	for (size_t i = 0; i < spec->nat.npools; i++) {
		const struct nat_pool_spec *p = &spec->nat.pools[i];
		struct nat_pool_stats s;

		if (p->alarm_raise == 0)
			continue;
		nat_pool_stats_get(env->workers, p->id, &s);
		if (s.alarm)
			met(a, false, "Source NAT pool %s is above %u percent",
				p->name, p->alarm_raise);
	}
}

static void
records(struct alarms *a, const struct metrics_env *env,
	const struct image_spec *spec, uint64_t unix_s)
{
	uint64_t lost = workers_log_lost(env->workers);
	char text[IP_TEXT_MAX];

	if (lost > a->lost)
		a->lost_at = unix_s;
	a->lost = lost;
	if (a->lost_at != 0 && unix_s - a->lost_at < LOST_S)
		met(a, false, "Session events are lost: queue full");
	for (unsigned int i = 0; i < exporter_count(env->exporter); i++) {
		struct exporter_info info;

		exporter_info(env->exporter, i, &info);
		if (info.spec.tcp && !info.connected)
			met(a, false, "Flow server %s port %u: Not connected",
				ip_addr_text(&info.spec.addr, text),
				info.spec.port);
	}
	if (spec->export.metrics.port != 0 && !env->page_open)
		met(a, false, "Metrics: Cannot listen on %s port %u",
			ip_addr_text(&spec->export.metrics.addr, text),
			spec->export.metrics.port);
}

/* ---- from conditions to alarms ---- */

static void
tell(const struct alarm *m, bool set)
{
	log_event(LOG_FACILITY_DAEMON,
		!set       ? 5
		: m->major ? 3
			   : 4,
		set ? "SYSTEM_ALARM_SET" : "SYSTEM_ALARM_CLEARED",
		"Alarm %s: System color=%s, class=CHASSIS, reason=%s",
		set ? "set" : "cleared", m->major ? "RED" : "YELLOW", m->text);
}

static const struct alarm *
find(const struct alarm *list, unsigned int n, const struct alarm *m)
{
	for (unsigned int i = 0; i < n; i++)
		if (list[i].major == m->major &&
			strcmp(list[i].text, m->text) == 0)
			return &list[i];
	return NULL;
}

static void
settle(struct alarms *a, uint64_t unix_s)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < a->n; i++) {
		if (find(a->now, a->nnow, &a->active[i]) == NULL)
			tell(&a->active[i], false);
		else
			a->active[kept++] = a->active[i];
	}
	a->n = kept;
	for (unsigned int i = 0; i < a->nnow; i++) {
		if (find(a->active, a->n, &a->now[i]) != NULL)
			continue;
		a->now[i].since = unix_s;
		tell(&a->now[i], true);
		a->active[a->n++] = a->now[i];
	}
}

void
alarms_watch(struct alarms *a, const struct metrics_env *env, uint64_t unix_s)
{
	const struct image *image = env->image();
	const struct image_spec *spec;

	if (image == NULL)
		return;
	spec = image_spec_of(image);
	a->nnow = 0;
	ports(a, env, spec);
	session_table(a, env);
	nat_pools(a, env, spec);
	records(a, env, spec, unix_s);
	settle(a, unix_s);
}

unsigned int
alarms_count(const struct alarms *a)
{
	return a->n;
}

const struct alarm *
alarms_get(const struct alarms *a, unsigned int i)
{
	return &a->active[i];
}
