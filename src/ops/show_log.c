/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security log, show security log statistics, show log [LG-40]: what was
 * written down of sessions, where it went, and the files of the log directory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "io/worker.h"
#include "ops/ops_impl.h"
#include "record/logger.h"

#define CHUNK     60000u /* bytes of a file in one answer */
#define FILES_MAX 512

/* The logger, or NULL with the error given: the daemon has none yet. */
static struct logger *
logger_of(struct ops_request *rq)
{
	if (rq->env->logger == NULL)
		ops_error(rq, "nothing is logged yet");
	return rq->env->logger;
}

void
show_security_log(struct ops_request *rq)
{
	const struct logger *l = logger_of(rq);
	const char *id = ops_arg(rq, "event-id");
	uint32_t count = UINT32_MAX, matching = 0, skip;
	unsigned int n;
	struct tnode *root;

	if (l == NULL || !ops_arg_u32(rq, "count", &count))
		return;
	n = logger_recent_count(l);
	root = ops_root(rq, "security-log-information", NULL);
	if (root == NULL)
		return;
	for (unsigned int i = 0; i < n; i++)
		matching +=
			id == NULL || strcmp(logger_recent(l, i).id, id) == 0;
	skip = matching > count ? matching - count : 0;
	for (unsigned int i = 0; i < n; i++) {
		struct logger_recent r = logger_recent(l, i);
		char when[OPS_TIME_MAX];
		struct tnode *e;

		if ((id != NULL && strcmp(r.id, id) != 0) || skip-- > 0)
			continue;
		skip = 0;
		e = tree_open(root, "security-log-entry");
		tree_leaf(e, "event-time", "%s",
			ops_time_text(r.unix_ms / 1000, when));
		tree_leaf(e, "event-id", "%s", r.id);
		tree_leaf(e, "event-message", "%s", r.text);
	}
}

static void
add_u64(struct tnode *n, const char *name, uint64_t value)
{
	tree_leaf(n, name, "%llu", (unsigned long long)value);
}

static void
add_sink(void *ctx, const struct logger_sink_info *i)
{
	struct tnode *n = tree_open(ctx, "security-log-destination");

	tree_leaf(n, "destination-kind", "%s", i->kind);
	tree_leaf(n, "destination-name", "%s", i->name);
	tree_leaf(n, "destination-transport", "%s", i->transport);
	if (i->address[0] != '\0')
		tree_leaf(n, "destination-address", "%s", i->address);
	if (i->address[0] != '\0')
		tree_leaf(n, "destination-path", "%s",
			i->by_packet_path ? "packet path" : "host");
	add_u64(n, "messages-sent", i->sent);
	add_u64(n, "messages-lost", i->lost);
	add_u64(n, "messages-rate-limited", i->limited);
	add_u64(n, "bytes-waiting", i->waiting);
	if (i->error != 0)
		tree_leaf(n, "last-error", "%s", strerror(i->error));
}

void
show_security_log_statistics(struct ops_request *rq)
{
	struct tnode *root =
		logger_of(rq) == NULL
			? NULL
			: ops_root(rq, "security-log-statistics", NULL);
	struct logger_counts c;

	if (root == NULL)
		return;
	logger_counts(rq->env->logger, &c);
	add_u64(root, "sessions-created", c.created);
	add_u64(root, "sessions-closed", c.closed);
	add_u64(root, "sessions-denied", c.denied);
	add_u64(root, "records-lost", workers_log_lost(rq->env->workers));
	add_u64(root, "traces-lost", workers_trace_lost(rq->env->workers));
	add_u64(root, "events-rate-limited", c.limited);
	add_u64(root, "system-events", c.events);
	logger_sinks(rq->env->logger, add_sink, root);
}

void
clear_security_log(struct ops_request *rq)
{
	struct logger *l = logger_of(rq);

	if (l == NULL)
		return;
	logger_clear(l);
	ops_text(rq, "");
}

/* ---- show log ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list_one(struct sbuf *out, const char *dir, const char *name)
{
	char path[4096], when[32];
	struct stat st;
	struct tm tm;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	localtime_r(&st.st_mtime, &tm);
	strftime(when, sizeof(when), "%b %e %H:%M", &tm);
	sbuf_printf(out, "-rw-r-----  %10lld %s %s\n", (long long)st.st_size,
		when, name);
}

static void
list_files(struct ops_request *rq, const char *dir)
{
	struct sbuf text = SBUF_INIT;
	DIR *d = opendir(dir);
	char *names[FILES_MAX];
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && n < FILES_MAX && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' &&
			(names[n] = strdup(e->d_name)) != NULL)
			n++;
	if (d != NULL)
		closedir(d);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		list_one(&text, dir, names[i]);
		free(names[i]);
	}
	ops_text(rq, sbuf_text(&text));
	sbuf_done(&text);
}

/* A part of the file, cut behind a line; what follows is the next call's. */
static void
show_file(struct ops_request *rq, const char *dir, const char *name)
{
	char path[4096], *buf = malloc(CHUNK + 1);
	off_t at = (off_t)rq->cursor;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (buf == NULL || fd < 0) {
		ops_error(rq, "%s: %s", name, strerror(errno));
		free(buf);
		if (fd >= 0)
			close(fd);
		return;
	}
	got = pread(fd, buf, CHUNK, at);
	close(fd);
	if (got < 0)
		got = 0;
	if (got == CHUNK) {
		char *end = memrchr(buf, '\n', (size_t)got);

		got = end != NULL ? end + 1 - buf : got;
		rq->cursor = (uint64_t)(at + got);
	} else {
		rq->cursor = 0;
	}
	buf[got] = '\0';
	ops_text(rq, buf);
	free(buf);
}

void
show_log(struct ops_request *rq)
{
	const char *name = ops_arg(rq, "filename");
	const struct logger *l = logger_of(rq);
	const char *dir = l != NULL ? logger_dir(l) : NULL;

	if (l == NULL)
		return;
	if (name == NULL)
		list_files(rq, dir);
	else if (name[0] == '.' || strchr(name, '/') != NULL)
		ops_error(rq, "%s: name a file of the log directory", name);
	else
		show_file(rq, dir, name);
}
