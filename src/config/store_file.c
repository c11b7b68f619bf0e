/* SPDX-License-Identifier: Apache-2.0 */
#include "config/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sbuf.h"

/* The first file: `at` itself, or vrflow.conf in it if it is a directory. */
static int
first_path(const char *at, const char *suffix, char buf[STORE_PATH_MAX])
{
	struct stat st;
	bool dir = stat(at, &st) == 0 && S_ISDIR(st.st_mode);
	int len = snprintf(buf, STORE_PATH_MAX, "%s%s%s", at,
		dir ? "/vrflow.conf" : "", suffix);

	return len < STORE_PATH_MAX ? 0 : -ENAMETOOLONG;
}

int
store_path(const char *at, unsigned int n, char buf[STORE_PATH_MAX])
{
	char suffix[16] = "";

	if (n > 0)
		snprintf(suffix, sizeof(suffix), ".%u", n);
	return first_path(at, suffix, buf);
}

int
store_path_of(const char *at, const char *suffix, char buf[STORE_PATH_MAX])
{
	return first_path(at, suffix, buf);
}

static int
new_path(const char *at, char buf[STORE_PATH_MAX])
{
	return first_path(at, ".new", buf);
}

static int
read_all(int fd, size_t max, struct sbuf *out)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (out->len + (size_t)n > max)
			return -EFBIG;
		sbuf_add(out, buf, (size_t)n);
	}
	return out->failed ? -ENOMEM : 0;
}

int
store_read(const char *path, size_t max, struct sbuf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	rc = read_all(fd, max, out);
	close(fd);
	return rc;
}

int
store_read_head(const char *path, size_t n, struct sbuf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	char buf[4096];

	if (fd < 0)
		return -errno;
	while (n > 0 && rc == 0) {
		ssize_t got = read(fd, buf, n < sizeof(buf) ? n : sizeof(buf));

		if (got == 0)
			break;
		if (got > 0) {
			sbuf_add(out, buf, (size_t)got);
			n -= (size_t)got;
		} else if (errno != EINTR) {
			rc = -errno;
		}
	}
	close(fd);
	return rc == 0 && out->failed ? -ENOMEM : rc;
}

static int
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* A new file with this content, durable. Secrets may be in it: mode 600. */
static int
write_new(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return -errno;
	rc = write_all(fd, text, len);
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	if (rc != 0)
		unlink(path);
	return rc;
}

/* Make the rename in path's directory durable. */
static int
sync_dir(const char *path)
{
	char copy[STORE_PATH_MAX];
	int fd, rc = 0;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Some file systems cannot; the rename itself has happened. */
	if (fsync(fd) != 0 && errno != EINVAL)
		rc = -errno;
	close(fd);
	return rc;
}

int
store_prepare(const char *dir, const char *text, size_t len)
{
	char path[STORE_PATH_MAX];
	int rc = new_path(dir, path);

	return rc != 0 ? rc : write_new(path, text, len);
}

void
store_abandon(const char *dir)
{
	char path[STORE_PATH_MAX];

	if (new_path(dir, path) == 0)
		unlink(path);
}

/* Move 1..last-1 up by one, then give the first file its second name. */
static int
rotate(const char *dir, unsigned int last)
{
	char from[STORE_PATH_MAX], to[STORE_PATH_MAX];

	for (unsigned int i = last; i > 1; i--) {
		if (store_path(dir, i - 1, from) != 0 ||
			store_path(dir, i, to) != 0)
			return -ENAMETOOLONG;
		if (rename(from, to) != 0 && errno != ENOENT)
			return -errno;
	}
	if (store_path(dir, 0, from) != 0 || store_path(dir, 1, to) != 0)
		return -ENAMETOOLONG;
	if (link(from, to) != 0 && errno != ENOENT)
		return -errno;
	return 0;
}

int
store_publish(const char *dir, bool keep, unsigned int last)
{
	char from[STORE_PATH_MAX], to[STORE_PATH_MAX];
	int rc = keep ? rotate(dir, last) : 0;

	if (rc == 0)
		rc = new_path(dir, from);
	if (rc == 0)
		rc = store_path(dir, 0, to);
	if (rc == 0 && rename(from, to) != 0)
		rc = -errno;
	return rc == 0 ? sync_dir(to) : rc;
}

int
store_write(const char *path, const char *text, size_t len)
{
	char beside[STORE_PATH_MAX];
	int n = snprintf(beside, sizeof(beside), "%s.new", path), rc;

	if (n >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	rc = write_new(beside, text, len);
	if (rc == 0 && rename(beside, path) != 0) {
		rc = -errno;
		unlink(beside);
	}
	return rc;
}
