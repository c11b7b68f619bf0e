/* SPDX-License-Identifier: Apache-2.0 */
#include "export/metrics_http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_S 10u /* of a client who neither asks nor reads */

struct metrics_http {
	struct MHD_Daemon *mhd;
	void (*page)(void *ctx, struct sbuf *out);
	void *ctx;
	struct metrics_http_counts counts;
};

/* ---- answers ---- */

static enum MHD_Result
say(struct MHD_Connection *c, unsigned int status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static uint64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* The page, with what the pages themselves cost. */
static char *
write_page(struct metrics_http *h, size_t *ret_len)
{
	struct sbuf out = SBUF_INIT;
	uint64_t from = now_us();

	h->page(h->ctx, &out);
	sbuf_printf(&out,
		"# HELP vrflow_scrapes_total Pages written before this one.\n"
		"# TYPE vrflow_scrapes_total counter\n"
		"vrflow_scrapes_total %llu\n"
		"# HELP vrflow_scrape_duration_seconds How long the page "
		"before this one took.\n"
		"# TYPE vrflow_scrape_duration_seconds gauge\n"
		"vrflow_scrape_duration_seconds %.9g\n",
		(unsigned long long)h->counts.served,
		(double)h->counts.last_us / 1e6);
	h->counts.last_us = now_us() - from;
	h->counts.last_bytes = *ret_len = out.len;
	if (out.failed) {
		sbuf_done(&out);
		return NULL;
	}
	return sbuf_take(&out);
}

static enum MHD_Result
answer_page(struct metrics_http *h, struct MHD_Connection *c)
{
	struct MHD_Response *r;
	enum MHD_Result rc;
	size_t len;
	char *text = write_page(h, &len);

	if (text == NULL)
		return say(c, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory\n");
	r = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
	if (r == NULL) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
		"text/plain; version=0.0.4; charset=utf-8");
	rc = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	h->counts.served++;
	return rc;
}

static enum MHD_Result
answer(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size,
	void **own)
{
	static int headers_read;
	struct metrics_http *h = ctx;

	(void)version;
	(void)upload;
	if (*own == NULL) { /* the answer may not come before the body */
		*own = &headers_read;
		return MHD_YES;
	}
	if (*upload_size > 0) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		h->counts.refused++;
		return say(
			c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
	}
	if (strcmp(url, "/metrics") != 0) {
		h->counts.refused++;
		return say(c, MHD_HTTP_NOT_FOUND, "see /metrics\n");
	}
	return answer_page(h, c);
}

/* ---- life ---- */

static int
listen_on(const struct metrics_spec *spec)
{
	bool v6 = spec->addr.family == IP_V6;
	struct sockaddr_in a4 = {.sin_family = AF_INET,
		.sin_port = htons(spec->port),
		.sin_addr.s_addr = spec->addr.v4_be};
	struct sockaddr_in6 a6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(spec->port)};
	int on = 1, error;
	int fd = socket(v6 ? AF_INET6 : AF_INET,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(&a6.sin6_addr, spec->addr.b, 16);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
		(!v6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				sizeof(on)) == 0) &&
		(v6 ? bind(fd, (struct sockaddr *)&a6, sizeof(a6))
		    : bind(fd, (struct sockaddr *)&a4, sizeof(a4))) == 0 &&
		listen(fd, METRICS_CLIENTS_MAX) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

struct metrics_http *
metrics_http_open(const struct metrics_spec *spec,
	void (*page)(void *ctx, struct sbuf *out), void *ctx, char *err,
	size_t err_size)
{
	struct metrics_http *h = calloc(1, sizeof(*h));
	char text[IP_TEXT_MAX];
	int fd = listen_on(spec);

	if (fd < 0 || h == NULL) {
		snprintf(err, err_size, "cannot listen on %s port %u: %s",
			ip_addr_text(&spec->addr, text), spec->port,
			strerror(fd < 0 ? -fd : ENOMEM));
		if (fd >= 0)
			close(fd);
		free(h);
		return NULL;
	}
	h->page = page;
	h->ctx = ctx;
	h->mhd = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, h,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		METRICS_CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S,
		MHD_OPTION_END);
	if (h->mhd != NULL)
		return h;
	snprintf(err, err_size, "cannot start the HTTP server");
	close(fd);
	free(h);
	return NULL;
}

void
metrics_http_close(struct metrics_http *h)
{
	if (h == NULL)
		return;
	MHD_stop_daemon(h->mhd); /* closes the socket, too */
	free(h);
}

int
metrics_http_fd(const struct metrics_http *h)
{
	return MHD_get_daemon_info(h->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void
metrics_http_poll(struct metrics_http *h)
{
	MHD_run(h->mhd);
}

uint64_t
metrics_http_wait(const struct metrics_http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	return MHD_get_timeout(h->mhd, &ms) == MHD_YES ? ms : UINT64_MAX;
}

void
metrics_http_counts(
	const struct metrics_http *h, struct metrics_http_counts *ret)
{
	*ret = h->counts;
}
