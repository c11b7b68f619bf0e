/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker does when a session begins and ends (io/worker.c), and who
 * reads its records: a thread of its own, as the daemon's control thread is.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "flow/counters.h"
#include "flow/flow_log.h"
#include "flow/nat_first.h"
#include "flow/session.h"

#define TAKE 256u

struct log_reader {
	struct flow_log *log;
	pthread_t thread;
	_Atomic bool stop;
	uint64_t taken;
};

static void
session_ended(void *ctx, const struct session *s, uint32_t index)
{
	struct lane *l = ctx;
	struct policy_stats *c =
		policy_counter(l->env.counters, s->policy_index);
	const struct wing *wing = session_wing(l->env.sessions, index, 0);

	if (s->flags & SESSION_LOG_CLOSE)
		flow_log_session(&l->env, index, FLOW_LOG_CLOSE, true);
	c->sessions_closed++;
	c->in_packets += session_packets(l->env.sessions, index, 0);
	c->in_bytes += wing[0].bytes;
	c->out_packets += session_packets(l->env.sessions, index, 1);
	c->out_bytes += wing[1].bytes;
	if (unlikely(s->flags & SESSION_NAT))
		nat_session_ended(&l->env, index);
}

static void
session_made(void *ctx, const struct session *s, uint32_t index)
{
	struct lane *l = ctx;

	policy_counter(l->env.counters, s->policy_index)->sessions_created++;
	if (unlikely(s->flags & SESSION_LOG_INIT))
		flow_log_session(&l->env, index, FLOW_LOG_CREATE, true);
}

static void *
reader_main(void *arg)
{
	struct log_reader *r = arg;
	static struct flow_log_record out[TAKE];

	while (!atomic_load(&r->stop)) {
		unsigned int n = flow_log_take(r->log, out, TAKE);

		r->taken += n;
		if (n == 0)
			usleep(100);
	}
	return NULL;
}

static struct log_reader *
reader_start(void)
{
	struct log_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->log = flow_log_create();
	if (r->log != NULL &&
		pthread_create(&r->thread, NULL, reader_main, r) == 0)
		return r;
	flow_log_free(r->log);
	free(r);
	return NULL;
}

bool
hooks_set(struct lane *l, bool log)
{
	l->env.sessions->on_close = session_ended;
	l->env.sessions->on_create = session_made;
	l->env.sessions->on_close_ctx = l;
	if (!log)
		return true;
	l->reader = reader_start();
	if (l->reader != NULL)
		l->env.log = l->reader->log;
	return l->reader != NULL;
}

void
hooks_totals(const struct lane *l, struct bench_result *r)
{
	if (l->reader == NULL)
		return;
	result_put(r, (double)l->reader->taken, "log_records");
	result_put(r, (double)flow_log_lost(l->reader->log), "log_lost");
}

void
hooks_end(struct lane *l)
{
	if (l->reader == NULL)
		return;
	atomic_store(&l->reader->stop, true);
	pthread_join(l->reader->thread, NULL);
	flow_log_free(l->reader->log);
	free(l->reader);
}
