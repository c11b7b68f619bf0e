/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab - the state of the article's lab (docs of labs/reverse-route) with a
 * stand-in for everything below ops/: sessions, counters, ports, neighbours,
 * pings. Time stands still at LAB_NOW_MS.
 */
#ifndef TEST_OPS_LAB_H
#define TEST_OPS_LAB_H

#include "flow/flow_read.h"
#include "host/host.h"
#include "ops/ops.h"

#define LAB_START  1767225600u /* 2026-01-01 00:00:00 UTC */
#define LAB_NOW_MS 250000u     /* 4:10 later */

struct lab_fake {
	struct session_info sessions[2000];
	unsigned int nsessions;
	struct session_filter last_filter; /* of read or clear */
	struct neigh_info neigh[8];
	unsigned int nneigh;
	/* what the command sent through its job */
	struct tree *sent[64];
	unsigned int nsent;
	bool done;
	void (*cancel)(void *ctx);
	void *cancel_ctx;
	/* the ping and the tap that it started */
	struct ping_request ping;
	void (*ping_cb)(void *ctx, const struct ping_event *e);
	void *ping_ctx;
	unsigned int ping_cancels, tap_stops;
	void (*tap_cb)(void *ctx, const struct tapped_frame *f);
	void *tap_ctx;
	bool refuse_ping, refuse_tap;
};

extern struct lab_fake lab_fake;
extern struct ops_env lab_env;
extern uint64_t lab_now_ms;

int lab_setup(void **state); /* cmocka group fixtures */
int lab_teardown(void **state);

/*
 * Run a command line; args are read as the CLI would, but words in full. *rq is
 * filled; its values point into line, which must outlive it. False when the
 * line names no command or argument.
 */
bool lab_parse(char *line, struct ops_request *rq);

/* Run it to the end: all parts, joined. NULL when the line is wrong. */
struct tree *lab_run(const char *line);

/* The same as CLI text, streamed part by part. Caller frees. */
char *lab_run_text(const char *line);

void lab_job_reset(void); /* free what was sent */

#endif /* TEST_OPS_LAB_H */
