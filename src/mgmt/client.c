/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mgmt/proto.h"

struct mgmt_client {
	int fd;
	struct proto_in in;
};

static int
connect_to(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd, err;

	if (strlen(path) >= sizeof(sa.sun_path))
		return -ENAMETOOLONG;
	strcpy(sa.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	err = errno;
	close(fd);
	return -err;
}

int
mgmt_client_open(const char *path, struct mgmt_client **ret_client)
{
	struct mgmt_client *c;
	int fd = connect_to(path);

	if (fd < 0)
		return fd;
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		close(fd);
		return -ENOMEM;
	}
	c->fd = fd;
	*ret_client = c;
	return 0;
}

void
mgmt_client_close(struct mgmt_client *c)
{
	if (c == NULL)
		return;
	close(c->fd);
	proto_in_done(&c->in);
	free(c);
}

int
mgmt_client_fd(const struct mgmt_client *c)
{
	return c->fd;
}

bool
mgmt_client_pending(const struct mgmt_client *c)
{
	return c->in.buf.len > c->in.used;
}

int
mgmt_client_send(struct mgmt_client *c, const struct tree *request)
{
	struct sbuf out = SBUF_INIT;
	int rc = proto_put(&out, request);

	for (size_t done = 0; rc == 0 && done < out.len;) {
		ssize_t n = send(
			c->fd, out.data + done, out.len - done, MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			rc = -errno;
	}
	sbuf_done(&out);
	return rc;
}

int
mgmt_client_send_text(struct mgmt_client *c, const char *request,
	const char *child, const char *text)
{
	struct tree *t = tree_create();
	int rc;

	if (t == NULL)
		return -ENOMEM;
	tree_leaf(tree_root(t, request), child, "%s", text);
	rc = mgmt_client_send(c, t);
	tree_free(t);
	return rc;
}

int
mgmt_client_recv(struct mgmt_client *c, struct tree **ret_tree)
{
	char buf[65536];
	ssize_t n;
	int rc;

	for (;;) {
		rc = proto_next(&c->in, ret_tree);
		if (rc != 0)
			return rc < 0 ? rc : 0;
		n = read(c->fd, buf, sizeof(buf));
		if (n < 0)
			return errno == EINTR ? -EINTR : -EPIPE;
		if (n == 0)
			return -EPIPE;
		rc = proto_feed(&c->in, buf, (size_t)n);
		if (rc < 0)
			return rc;
	}
}

void
mgmt_client_part(struct tree *t, bool *ret_first, bool *ret_last)
{
	struct tattr **at = &t->root->attrs;
	const char *part = "only";

	while (*at != NULL && strcmp((*at)->name, PROTO_PART) != 0)
		at = &(*at)->next;
	if (*at != NULL) {
		part = (*at)->value;
		*at = (*at)->next;
	}
	*ret_first = strcmp(part, "only") == 0 || strcmp(part, "first") == 0;
	*ret_last = strcmp(part, "only") == 0 || strcmp(part, "last") == 0;
}
