/* SPDX-License-Identifier: Apache-2.0 */
#include "record/log_net.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct log_net {
	struct log_net_config c;
	int fd; /* -1: none */
	bool connecting;
	uint64_t retry_ms;
	char *waiting; /* TCP: LOG_NET_WAITING bytes */
	size_t from, len;
	unsigned int queued; /* raw: messages since nothing waited */
	struct log_net_stats stats;
};

struct log_net *
log_net_create(const struct log_net_config *c)
{
	struct log_net *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->c = *c;
	n->fd = -1;
	if (c->transport == LOG_TCP) {
		n->waiting = malloc(LOG_NET_WAITING);
		if (n->waiting == NULL) {
			free(n);
			return NULL;
		}
	}
	return n;
}

void
log_net_free(struct log_net *n)
{
	if (n == NULL)
		return;
	if (n->fd >= 0)
		close(n->fd);
	free(n->waiting);
	free(n);
}

static socklen_t
socket_address(
	const struct ip_addr *a, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (a->family == IP_V4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		v4->sin_addr.s_addr = a->v4_be;
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, a->b, 16);
	return sizeof(*v6);
}

static void
drop_messages(struct log_net *n)
{
	n->stats.sent -= n->queued;
	n->stats.lost += n->queued;
	n->queued = 0;
	n->from = n->len = 0;
}

/* A line that was cut by the end of a connection is no line on the next. */
static void
drop_cut_line(struct log_net *n)
{
	const char *end;

	if (n->from == 0 || n->len == 0 || n->waiting[n->from - 1] == '\n')
		return;
	end = memchr(n->waiting + n->from, '\n', n->len);
	n->len -= (size_t)(end + 1 - (n->waiting + n->from));
	n->from = (size_t)(end + 1 - n->waiting);
	n->stats.sent--;
	n->stats.lost++;
}

static void
hang_up(struct log_net *n, int error, uint64_t now_ms)
{
	if (n->waiting != NULL && n->c.raw)
		drop_messages(n);
	else if (n->waiting != NULL)
		drop_cut_line(n);
	n->stats.error = error;
	n->stats.connected = false;
	n->connecting = false;
	n->retry_ms = now_ms + LOG_NET_RETRY_MS;
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

static bool
bind_source(struct log_net *n)
{
	struct sockaddr_storage sa;
	socklen_t len;

	if (n->c.source.family == IP_NONE)
		return true;
	len = socket_address(&n->c.source, 0, &sa);
	return bind(n->fd, (struct sockaddr *)&sa, len) == 0;
}

static void
dial(struct log_net *n, uint64_t now_ms)
{
	bool tcp = n->c.transport == LOG_TCP;
	struct sockaddr_storage sa;
	socklen_t len = socket_address(&n->c.host, n->c.port, &sa);

	n->fd = socket(sa.ss_family,
		(tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC,
		0);
	if (n->fd < 0 || !bind_source(n)) {
		hang_up(n, errno, now_ms);
		return;
	}
	if (connect(n->fd, (struct sockaddr *)&sa, len) == 0) {
		n->stats.connected = true;
		n->stats.connects++;
	} else if (errno == EINPROGRESS) {
		n->connecting = true;
	} else {
		hang_up(n, errno, now_ms);
	}
}

static void
finish_dial(struct log_net *n, uint64_t now_ms)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(int), sa_len = sizeof(sa);
	int error = 0;

	if (getsockopt(n->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0) {
		hang_up(n, error, now_ms);
	} else if (getpeername(n->fd, (struct sockaddr *)&sa, &sa_len) == 0) {
		n->connecting = false;
		n->stats.connected = true;
		n->stats.connects++;
	}
}

/* Somebody who only listens never answers: readable means it is over. */
static bool
peer_gone(struct log_net *n)
{
	char c[64];
	ssize_t got;

	while ((got = recv(n->fd, c, sizeof(c), MSG_DONTWAIT)) > 0)
		;
	return got == 0;
}

static void
push(struct log_net *n, uint64_t now_ms)
{
	while (n->len > 0 && n->stats.connected) {
		ssize_t put = send(n->fd, n->waiting + n->from, n->len,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			hang_up(n, errno, now_ms);
			return;
		}
		n->from += (size_t)put;
		n->len -= (size_t)put;
	}
	if (n->len == 0) {
		n->from = 0;
		n->queued = 0;
	}
}

static void
put_tcp(struct log_net *n, const char *line, size_t len, uint64_t now_ms)
{
	if (n->from > 0 && n->from + n->len + len + 1 > LOG_NET_WAITING) {
		memmove(n->waiting, n->waiting + n->from, n->len);
		n->from = 0;
	}
	if (n->len + len + 1 > LOG_NET_WAITING) {
		n->stats.lost++;
		return;
	}
	memcpy(n->waiting + n->from + n->len, line, len);
	n->len += len;
	if (n->c.raw)
		n->queued++;
	else
		n->waiting[n->from + n->len++] = '\n';
	n->stats.sent++;
}

/* A refused port is told of by the next send, which then counts for it. */
static void
put_udp(struct log_net *n, const char *line, size_t len)
{
	if (send(n->fd, line, len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
		n->stats.sent++;
		return;
	}
	n->stats.error = errno;
	if (errno == ECONNREFUSED &&
		send(n->fd, line, len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		n->stats.sent++;
	else
		n->stats.lost++;
}

void
log_net_put(struct log_net *n, const char *line, size_t len, uint64_t now_ms)
{
	if (n->fd < 0 && now_ms >= n->retry_ms)
		dial(n, now_ms);
	if (n->c.transport == LOG_TCP)
		put_tcp(n, line, len, now_ms);
	else if (n->fd >= 0)
		put_udp(n, line, len);
	else
		n->stats.lost++;
}

uint64_t
log_net_tick(struct log_net *n, uint64_t now_ms)
{
	if (n->c.transport != LOG_TCP)
		return UINT64_MAX;
	if (n->fd < 0 && now_ms >= n->retry_ms)
		dial(n, now_ms);
	if (n->connecting)
		finish_dial(n, now_ms);
	if (n->stats.connected && peer_gone(n))
		hang_up(n, ECONNRESET, now_ms);
	push(n, now_ms);
	if (n->connecting || (n->len > 0 && n->stats.connected))
		return now_ms + 20;
	return n->fd < 0 ? n->retry_ms : now_ms + 1000;
}

struct log_net_stats
log_net_stats(const struct log_net *n)
{
	struct log_net_stats s = n->stats;

	s.waiting = n->len;
	return s;
}
