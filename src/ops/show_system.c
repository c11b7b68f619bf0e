/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the box is: uptime, memory, storage, users, routing engine [OP-72..74,
 * OP-76..77]. "System booted" is the daemon's start, since that is what
 * sessions and routes live by.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/tree.h"
#include "config/candidate.h"
#include "io/worker.h"
#include "ops/ops_impl.h"
#include "ops/system_info.h"
#include "render/product.h"

void
system_memory_get(struct system_memory *ret)
{
	FILE *f = fopen("/proc/meminfo", "r");
	unsigned long long v, size, shared;
	char line[128];

	memset(ret, 0, sizeof(*ret));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "MemTotal: %llu", &v) == 1)
			ret->total = v;
		else if (sscanf(line, "MemAvailable: %llu", &v) == 1)
			ret->available = v;
	}
	if (f != NULL)
		fclose(f);
	f = fopen("/proc/self/statm", "r");
	if (f == NULL)
		return;
	if (fscanf(f, "%llu %llu %llu", &size, &v, &shared) == 3) {
		uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

		ret->resident = v * page / 1024;
		ret->anonymous = (v - shared) * page / 1024;
	}
	fclose(f);
}

static unsigned int
percent(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned int)((part * 100 + whole / 2) / whole) : 0;
}

static uint64_t
session_kilobytes(const struct ops_env *env)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < workers_count(env->workers); i++) {
		struct worker_counts c = {0};

		workers_counts(env->workers, i, &c);
		bytes += c.session_bytes;
	}
	return bytes / 1024;
}

void
show_memory(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "system-memory-information", NULL);
	struct system_memory m;
	struct tnode *s;
	uint64_t used;

	if (root == NULL)
		return;
	system_memory_get(&m);
	used = m.total - m.available;
	s = tree_open(root, "system-memory-summary-information");
#define COUNT(element, value)                                                  \
	tree_leaf(s, element, "%llu", (unsigned long long)(value))
	COUNT("system-memory-total", m.total);
	COUNT("system-memory-used", used);
	COUNT("system-memory-used-percent", percent(used, m.total));
	COUNT("system-memory-free", m.available);
	COUNT("system-memory-free-percent", percent(m.available, m.total));
	COUNT("vrflowd-memory-resident", m.resident);
	COUNT("vrflowd-memory-private", m.anonymous);
	COUNT("vrflowd-memory-heap", mallinfo2().uordblks / 1024);
	COUNT("vrflowd-memory-sessions", session_kilobytes(rq->env));
#undef COUNT
}

/* ---- times ---- */

static struct tnode *
add_time(struct tnode *parent, const char *name, uint64_t then, uint64_t now,
	bool ago)
{
	struct tnode *n = tree_open(parent, name);
	char text[OPS_TIME_MAX];

	ops_seconds(tree_leaf(n, "date-time", "%s", ops_time_text(then, text)),
		then);
	if (ago && now >= then)
		ops_seconds(tree_leaf(n, "time-length", "%s",
				    ops_age_text(now - then, text)),
			now - then);
	return n;
}

/* "3 mins", "2:05", "1 day, 2:05" as BSD's uptime has it */
static void
uptime_words(uint64_t s, char *buf, size_t size)
{
	unsigned long long days = s / 86400, hours = s / 3600 % 24;
	unsigned long long mins = s / 60 % 60;
	int n = 0;

	buf[0] = '\0';
	if (days > 0)
		n = snprintf(
			buf, size, "%llu day%s, ", days, days == 1 ? "" : "s");
	if (hours > 0)
		snprintf(buf + n, size - (size_t)n, "%llu:%02llu", hours, mins);
	else
		snprintf(buf + n, size - (size_t)n, "%llu min%s", mins,
			mins == 1 ? "" : "s");
}

static void
add_load(struct tnode *u, const char *const names[3])
{
	double load[3] = {0, 0, 0};

	(void)getloadavg(load, 3);
	for (int i = 0; i < 3; i++)
		tree_leaf(u, names[i], "%.2f", load[i]);
}

void
system_last_configured(struct tnode *root, struct ops_request *rq)
{
	const struct commit_info *info =
		rq->env->config != NULL ? config_store_info(rq->env->config, 0)
					: NULL;
	struct tnode *n;

	if (info == NULL || info->time <= 0)
		return;
	n = add_time(root, "last-configured-time", (uint64_t)info->time,
		ops_unix_time(rq->env), true);
	if (info->user[0] != '\0')
		tree_leaf(n, "user", "%s", info->user);
}

static struct tnode *
add_uptime(struct tnode *root, const struct ops_env *env)
{
	static const char *const loads[3] = {
		"load-average-1", "load-average-5", "load-average-15"};
	struct tnode *u = tree_open(root, "uptime-information"), *n;
	uint64_t now = ops_unix_time(env);
	time_t t = (time_t)now;
	char clock[16], words[64], length[OPS_TIME_MAX];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(clock, sizeof(clock), "%I:%M%p", &tm);
	uptime_words(now - env->start_time, words, sizeof(words));
	ops_seconds(tree_leaf(u, "date-time", "%s",
			    clock[0] == '0' ? clock + 1 : clock),
		now);
	n = tree_leaf(u, "up-time", "%s",
		ops_age_text(now - env->start_time, length));
	ops_seconds(n, now - env->start_time);
	tree_attr(n, "junos:format", "%s", words);
	tree_leaf(u, "active-user-count", "0");
	add_load(u, loads);
	return u;
}

void
show_uptime(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "system-uptime-information", NULL);
	const struct ops_env *env = rq->env;
	uint64_t now;

	if (root == NULL)
		return;
	now = ops_unix_time(env);
	add_time(root, "current-time", now, now, false);
	tree_leaf(root, "time-source", "LOCAL CLOCK");
	add_time(root, "system-booted-time", env->start_time, now, true);
	add_time(root, "protocols-started-time", env->start_time, now, true);
	system_last_configured(root, rq);
	add_uptime(root, env);
}

void
show_users(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "system-users-information", NULL);

	if (root != NULL)
		tree_open(add_uptime(root, rq->env), "user-table");
}

/* ---- storage ---- */

static void
human(char buf[16], unsigned long long bytes)
{
	static const char units[] = "BKMGTP";
	double v = (double)bytes;
	size_t u = 0;

	while (v >= 1000 && u + 2 < sizeof(units)) {
		v /= 1024;
		u++;
	}
	snprintf(buf, 16, v < 10 ? "%.1f%c" : "%.0f%c", v, units[u]);
}

void
show_storage(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "system-storage-information", NULL);
	static const char *const mounts[] = {"/", "/var", "/run"};
	struct tnode *f, *n;
	struct statvfs v;
	char text[16];

	for (size_t i = 0; root && i < sizeof(mounts) / sizeof(mounts[0]);
		i++) {
		unsigned long long unit, used;

		if (statvfs(mounts[i], &v) != 0 || v.f_blocks == 0)
			continue;
		unit = v.f_frsize;
		used = v.f_blocks - v.f_bfree;
		f = tree_open(root, "filesystem");
		tree_leaf(f, "filesystem-name", "%s", mounts[i]);
		human(text, v.f_blocks * unit);
		n = tree_leaf(
			f, "total-blocks", "%llu", v.f_blocks * unit / 1024);
		tree_attr(n, "junos:format", "%s", text);
		human(text, used * unit);
		n = tree_leaf(f, "used-blocks", "%llu", used * unit / 1024);
		tree_attr(n, "junos:format", "%s", text);
		human(text, v.f_bavail * unit);
		n = tree_leaf(f, "available-blocks", "%llu",
			v.f_bavail * unit / 1024);
		tree_attr(n, "junos:format", "%s", text);
		tree_leaf(f, "used-percent", "%u", percent(used, v.f_blocks));
		tree_leaf(f, "mounted-on", "%s", mounts[i]);
	}
}

/* ---- routing engine ---- */

/* Shares of the time since Linux started, in percent. */
static void
add_cpu(struct tnode *e)
{
	unsigned long long user = 0, nice = 0, sys = 0, idle = 1, wait = 0;
	unsigned long long irq = 0, soft = 0, all;
	FILE *f = fopen("/proc/stat", "r");

	if (f != NULL) {
		if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu", &user,
			    &nice, &sys, &idle, &wait, &irq, &soft) != 7)
			idle = 1;
		fclose(f);
	}
	all = user + nice + sys + idle + wait + irq + soft;
	tree_leaf(e, "cpu-user", "%u", percent(user, all));
	tree_leaf(e, "cpu-background", "%u", percent(nice, all));
	tree_leaf(e, "cpu-system", "%u", percent(sys, all));
	tree_leaf(e, "cpu-interrupt", "%u", percent(irq + soft, all));
	tree_leaf(e, "cpu-idle", "%u", percent(idle + wait, all));
}

void
show_chassis_engine(struct ops_request *rq)
{
	static const char *const loads[3] = {"load-average-one",
		"load-average-five", "load-average-fifteen"};
	struct tnode *root = ops_root(rq, "route-engine-information", NULL);
	uint64_t now = ops_unix_time(rq->env), start = rq->env->start_time;
	char text[OPS_TIME_MAX], serial[SYSTEM_SERIAL_MAX];
	struct system_memory m;
	struct tnode *e;

	if (root == NULL)
		return;
	system_memory_get(&m);
	e = tree_open(root, "route-engine");
	tree_leaf(e, "status", "OK");
	tree_leaf(e, "memory-system-total", "%llu",
		(unsigned long long)m.total / 1024);
	tree_leaf(e, "memory-system-total-used", "%llu",
		(unsigned long long)(m.total - m.available) / 1024);
	tree_leaf(e, "memory-buffer-utilization", "%u",
		percent(m.total - m.available, m.total));
	add_cpu(e);
	tree_leaf(e, "model", PRODUCT_MODEL);
	tree_leaf(e, "serial-number", "%s", system_serial(serial));
	ops_seconds(
		tree_leaf(e, "start-time", "%s", ops_time_text(start, text)),
		start);
	ops_seconds(
		tree_leaf(e, "up-time", "%s", ops_age_text(now - start, text)),
		now - start);
	tree_leaf(e, "last-reboot-reason", "daemon start");
	add_load(e, loads);
}
