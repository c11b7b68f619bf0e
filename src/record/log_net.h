/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_net - lines to another host over UDP or TCP, through a socket of Linux.
 * Nothing here waits: UDP drops what the socket does not take; TCP keeps up to
 * LOG_NET_WAITING bytes while the other side is slow or away, then drops and
 * counts [LG-21].
 *
 * Threads: the control thread, which calls log_net_tick().
 */
#ifndef RECORD_LOG_NET_H
#define RECORD_LOG_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "image/log_spec.h"

#define LOG_NET_WAITING  (256u * 1024)
#define LOG_NET_RETRY_MS 5000u

struct log_net;

struct log_net_config {
	struct ip_addr host, source; /* source IP_NONE: any */
	uint16_t port;
	enum log_transport transport;
	/*
	 * Messages that know their length, not lines: nothing is put behind
	 * them, and what waits for a connection that breaks is lost with it.
	 */
	bool raw;
};

struct log_net *log_net_create(const struct log_net_config *c);
void log_net_free(struct log_net *n); /* NULL is fine */

/* One line: a datagram, or TCP bytes that end with a newline (RFC 6587
 * 3.4.2). */
void log_net_put(
	struct log_net *n, const char *line, size_t len, uint64_t now_ms);

/* Connect again, send what waits; when to be called again (ms). */
uint64_t log_net_tick(struct log_net *n, uint64_t now_ms);

struct log_net_stats {
	uint64_t sent, lost, connects;
	bool connected; /* TCP */
	size_t waiting; /* bytes */
	int error;      /* errno of the last failure; 0: none */
};
struct log_net_stats log_net_stats(const struct log_net *n);

#endif /* RECORD_LOG_NET_H */
