/* SPDX-License-Identifier: Apache-2.0 */
#include "replay/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 64u

struct source {
	char *path;
	void *data;
	size_t len;
	struct capture capture;
	struct input_packet next;
	bool has_next;
	uint64_t numbers;
};

struct input {
	struct source *sources[FILES_MAX];
	unsigned int n;
};

struct input *
input_create(void)
{
	return calloc(1, sizeof(struct input));
}

static void
source_free(struct source *s)
{
	if (s->data != NULL)
		munmap(s->data, s->len);
	free(s->path);
	free(s);
}

void
input_free(struct input *in)
{
	for (unsigned int i = 0; in != NULL && i < in->n; i++)
		source_free(in->sources[i]);
	free(in);
}

static int
map_file(struct source *s)
{
	int fd = open(s->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0)
		rc = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size == 0)
		rc = -EINVAL;
	if (rc == 0) {
		s->len = (size_t)st.st_size;
		s->data = mmap(NULL, s->len, PROT_READ, MAP_PRIVATE, fd, 0);
		if (s->data == MAP_FAILED) {
			s->data = NULL;
			rc = -errno;
		}
	}
	close(fd);
	return rc;
}

/* -1 with the reason in the capture's error. */
static int
read_ahead(struct source *s)
{
	int rc = capture_next(&s->capture, &s->next.p);

	s->has_next = rc == 1;
	if (rc == 1) {
		s->next.number = ++s->numbers;
		s->next.file = s->path;
	}
	return rc < 0 ? -1 : 0;
}

int
input_add(struct input *in, const char *path, char *err, size_t err_size)
{
	struct source *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL || in->n == FILES_MAX) {
		snprintf(err, err_size, "%s: too many captures", path);
		free(s);
		return -ENOMEM;
	}
	s->path = strdup(path);
	rc = s->path == NULL ? -ENOMEM : map_file(s);
	if (rc != 0) {
		snprintf(err, err_size, "%s: %s", path,
			rc == -EINVAL ? "not a file with packets"
				      : strerror(-rc));
	} else if (!capture_open(&s->capture, s->data, s->len) ||
		   read_ahead(s) != 0) {
		snprintf(err, err_size, "%s: %s", path, s->capture.error);
		rc = -EINVAL;
	}
	if (rc != 0)
		source_free(s);
	else
		in->sources[in->n++] = s;
	return rc;
}

int
input_next(
	struct input *in, struct input_packet *ret, char *err, size_t err_size)
{
	struct source *first = NULL;

	for (unsigned int i = 0; i < in->n; i++) {
		struct source *s = in->sources[i];

		if (s->has_next &&
			(first == NULL ||
				s->next.p.unix_ns < first->next.p.unix_ns))
			first = s;
	}
	if (first == NULL)
		return 0;
	*ret = first->next;
	if (read_ahead(first) == 0)
		return 1;
	snprintf(err, err_size, "%s: after packet %llu: %s", first->path,
		(unsigned long long)first->numbers, first->capture.error);
	return -1;
}
