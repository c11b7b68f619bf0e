/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics_http - the page of metrics over HTTP [OB-1]. GET and HEAD of
 * /metrics, nothing else. No thread of its own: the owner of the control
 * thread puts metrics_http_fd() into its epoll set and calls
 * metrics_http_poll() when it is readable or metrics_http_wait() is over.
 */
#ifndef EXPORT_METRICS_HTTP_H
#define EXPORT_METRICS_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"
#include "image/export_spec.h"

struct metrics_http;

#define METRICS_CLIENTS_MAX 32u

/*
 * Listen as the spec says. page is called for each request. NULL, and a
 * sentence in err: the address is not there or the port is taken.
 */
struct metrics_http *metrics_http_open(const struct metrics_spec *spec,
	void (*page)(void *ctx, struct sbuf *out), void *ctx, char *err,
	size_t err_size);
void metrics_http_close(struct metrics_http *h); /* NULL is fine */

int metrics_http_fd(const struct metrics_http *h);
void metrics_http_poll(struct metrics_http *h);

/* When to be called again, ms from now; UINT64_MAX: only when readable. */
uint64_t metrics_http_wait(const struct metrics_http *h);

struct metrics_http_counts {
	uint64_t served;  /* pages */
	uint64_t refused; /* requests for something else */
	uint64_t last_us; /* how long the last page took to write */
	size_t last_bytes;
};
void metrics_http_counts(
	const struct metrics_http *h, struct metrics_http_counts *ret);

#endif /* EXPORT_METRICS_HTTP_H */
