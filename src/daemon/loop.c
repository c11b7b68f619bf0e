/* SPDX-License-Identifier: Apache-2.0 */
/* The control thread's wait for events: clients, packets, links, time. */
#include <errno.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/daemon.h"
#include "export/metrics_http.h"
#include "mgmt/server.h"

enum source {
	SOURCE_SERVER,
	SOURCE_PUNT,
	SOURCE_LINK,
	SOURCE_SIGNAL,
	SOURCE_RECORDS,
	SOURCE_METRICS
};

static int
watch(int epoll_fd, int fd, enum source source)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = source};

	return fd < 0 ? 0 : epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
}

static int
signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
handle(struct daemon *d, enum source source)
{
	switch (source) {
	case SOURCE_SERVER:
		mgmt_server_poll(d->server);
		break;
	case SOURCE_PUNT: /* at most a few bursts: clients wait too */
		for (int i = 0; i < 8; i++)
			if (!host_packets(d->host, clock_ms()))
				break;
		break;
	case SOURCE_LINK:
		ports_link_event(d);
		break;
	case SOURCE_RECORDS:
		records_take(d);
		break;
	case SOURCE_METRICS:
		if (d->metrics != NULL)
			metrics_http_poll(d->metrics);
		break;
	case SOURCE_SIGNAL:
		d->stop = 1;
		break;
	}
}

/* A commit may have opened another page; when it wants to be called (ms). */
static uint64_t
watch_metrics(const struct daemon *d, int epoll_fd, unsigned int *seen)
{
	uint64_t wait;

	if (d->metrics == NULL)
		return UINT64_MAX;
	if (d->metrics_opened != *seen)
		watch(epoll_fd, metrics_http_fd(d->metrics), SOURCE_METRICS);
	*seen = d->metrics_opened;
	wait = metrics_http_wait(d->metrics);
	return wait == UINT64_MAX ? wait : clock_ms() + wait;
}

static int
timeout_ms(uint64_t deadline)
{
	uint64_t now = clock_ms();

	if (deadline <= now)
		return 0;
	return deadline - now > 1000 ? 1000 : (int)(deadline - now);
}

/* Old and new configuration and tables lived side by side during a commit. */
static void
give_back(struct daemon *d)
{
	if (d->trim)
		malloc_trim(0);
	d->trim = false;
}

int
loop_run(struct daemon *d)
{
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC), signal_fd = signals();
	struct epoll_event e[8];
	uint64_t deadline = 0, sampled = 0, records_at, metrics_at = UINT64_MAX;
	unsigned int metrics_seen = 0;

	if (epoll_fd < 0 || signal_fd < 0 ||
		watch(epoll_fd, mgmt_server_fd(d->server), SOURCE_SERVER) ||
		watch(epoll_fd, workers_punt_fd(d->workers), SOURCE_PUNT) ||
		watch(epoll_fd, workers_log_fd(d->workers), SOURCE_RECORDS) ||
		watch(epoll_fd, port_link_fd(), SOURCE_LINK) ||
		watch(epoll_fd, signal_fd, SOURCE_SIGNAL))
		return -errno;
	while (!d->stop) {
		int n = epoll_wait(epoll_fd, e, 8, timeout_ms(deadline));

		for (int i = 0; i < n; i++)
			handle(d, e[i].data.u32);
		if (clock_ms() >= metrics_at)
			handle(d, SOURCE_METRICS);
		if (clock_ms() - sampled >= 1000) {
			sampled = clock_ms();
			ops_sample(&d->ops);
			give_back(d);
			aging_watch(d);
			metrics_alarms(d);
			workers_nat_tick(d->workers);
		}
		live_watch(d);
		deadline = host_tick(d->host, clock_ms());
		if (live_deadline(d) < deadline)
			deadline = live_deadline(d);
		records_at = records_tick(d);
		if (records_at < deadline)
			deadline = records_at;
		metrics_at = watch_metrics(d, epoll_fd, &metrics_seen);
		if (metrics_at < deadline)
			deadline = metrics_at;
		if (host_wants_publish(d->host))
			commit_routes(d);
	}
	close(signal_fd);
	close(epoll_fd);
	return 0;
}
