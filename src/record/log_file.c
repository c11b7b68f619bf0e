/* SPDX-License-Identifier: Apache-2.0 */
#include "record/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sbuf.h"

#define GATHER (64u * 1024)

struct log_file {
	char path[PATH_MAX - 16];
	struct log_file_spec spec;
	int fd; /* -1: not open */
	uint64_t size;
	struct sbuf waiting;
	uint64_t waiting_lines;
	struct log_file_stats stats;
};

struct log_file *
log_file_create(const char *dir, const struct log_file_spec *spec)
{
	struct log_file *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->fd = -1;
	f->spec = *spec;
	snprintf(f->path, sizeof(f->path), "%s/%s", dir, spec->name);
	return f;
}

void
log_file_change(struct log_file *f, const struct log_file_spec *spec)
{
	if (f->fd >= 0 && f->spec.world_readable != spec->world_readable)
		fchmod(f->fd, spec->world_readable ? 0644 : 0640);
	f->spec = *spec;
}

void
log_file_free(struct log_file *f)
{
	if (f == NULL)
		return;
	log_file_flush(f);
	if (f->fd >= 0)
		close(f->fd);
	sbuf_done(&f->waiting);
	free(f);
}

static int
open_file(struct log_file *f)
{
	struct stat st;

	f->fd = open(f->path,
		O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC |
			O_NONBLOCK,
		f->spec.world_readable ? 0644 : 0640);
	if (f->fd < 0)
		return -errno;
	if (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(f->fd);
		f->fd = -1;
		return -EINVAL;
	}
	if (f->spec.world_readable)
		fchmod(f->fd, 0644);
	f->size = (uint64_t)st.st_size;
	return 0;
}

/* NAME.(n-2) goes, each becomes the one before, NAME becomes NAME.0. */
static void
rotate(struct log_file *f)
{
	char from[PATH_MAX], to[PATH_MAX];

	close(f->fd);
	f->fd = -1;
	if (f->spec.files < 2) {
		unlink(f->path);
		return;
	}
	for (uint32_t i = f->spec.files - 1; i-- > 0;) {
		snprintf(to, sizeof(to), "%s.%u", f->path, i);
		if (i == 0)
			snprintf(from, sizeof(from), "%s", f->path);
		else
			snprintf(from, sizeof(from), "%s.%u", f->path, i - 1);
		if (rename(from, to) != 0 && errno != ENOENT)
			f->stats.error = errno;
	}
}

static void
lost(struct log_file *f, int error)
{
	f->stats.lost += f->waiting_lines;
	f->stats.error = error;
}

static void
write_waiting(struct log_file *f)
{
	const char *at = f->waiting.data;
	size_t left = f->waiting.len;

	while (left > 0) {
		ssize_t n = write(f->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			lost(f, n < 0 ? errno : EIO);
			return;
		}
		at += n;
		left -= (size_t)n;
		f->size += (uint64_t)n;
	}
	f->stats.lines += f->waiting_lines;
}

void
log_file_flush(struct log_file *f)
{
	int rc = 0;

	if (f->waiting.len == 0)
		return;
	if (f->fd < 0)
		rc = open_file(f);
	if (rc == 0 && f->size > 0 && f->size + f->waiting.len > f->spec.size) {
		rotate(f);
		rc = open_file(f);
	}
	if (rc == 0)
		write_waiting(f);
	else
		lost(f, -rc);
	sbuf_reset(&f->waiting);
	f->waiting_lines = 0;
}

void
log_file_put(struct log_file *f, const char *line, size_t len)
{
	uint64_t room = f->spec.size < GATHER ? f->spec.size : GATHER;

	if (f->waiting.len > 0 && f->waiting.len + len + 1 > room)
		log_file_flush(f);
	sbuf_add(&f->waiting, line, len);
	sbuf_putc(&f->waiting, '\n');
	f->waiting_lines++;
	if (f->waiting.failed) { /* no memory: begin anew */
		lost(f, ENOMEM);
		sbuf_done(&f->waiting);
		f->waiting_lines = 0;
	}
}

struct log_file_stats
log_file_stats(const struct log_file *f)
{
	return f->stats;
}

const char *
log_file_name(const struct log_file *f)
{
	return f->spec.name;
}
