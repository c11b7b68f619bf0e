/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operational commands for tests of the management plane: an answer, a long
 * answer in parts, an error, and a job that ticks until it is interrupted.
 */
#include "fake_ops.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ops_job *fake_job;
unsigned int fake_cancelled;

const char *
ops_arg(const struct ops_request *rq, const char *element)
{
	for (unsigned int i = 0; i < rq->nargs; i++)
		if (strcmp(rq->args[i].arg->element, element) == 0)
			return rq->args[i].value;
	return NULL;
}

void
ops_error(struct ops_request *rq, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tree_free(rq->out);
	rq->out = tree_create();
	tree_leaf(tree_root(rq->out, "rpc-error"), "error-message", "%s", text);
	rq->failed = true;
}

static struct tnode *
root(struct ops_request *rq, const char *name)
{
	rq->out = tree_create();
	return tree_root(rq->out, name);
}

static void
run_version(struct ops_request *rq)
{
	struct tnode *n = root(rq, "software-information");

	tree_leaf(n, "host-name", "gw");
	tree_leaf(n, "product-model", "srx-vrflow");
	tree_leaf(n, "junos-version", "23.4R1.1");
}

/* Says which arguments arrived, in the order typed. */
static void
run_route(struct ops_request *rq)
{
	struct tnode *n = root(rq, "arguments");

	for (unsigned int i = 0; i < rq->nargs; i++)
		tree_leaf(n, rq->args[i].arg->element, "%s",
			rq->args[i].value[0] ? rq->args[i].value : "yes");
}

#define LONG_LINES 100u

static void
run_long(struct ops_request *rq)
{
	struct tnode *n = root(rq, "long");
	const char *text = ops_arg(rq, "parts");
	uint64_t parts = text ? strtoull(text, NULL, 10) : 3;

	for (unsigned int i = 0; i < LONG_LINES; i++)
		tree_leaf(n, "line", "%llu",
			(unsigned long long)(rq->cursor * LONG_LINES + i));
	rq->cursor = rq->cursor + 1 < parts ? rq->cursor + 1 : 0;
}

static void
run_fail(struct ops_request *rq)
{
	ops_error(rq, "no such thing: %s", ops_arg(rq, "name"));
}

static void
cancel(void *ctx)
{
	struct tree *t = tree_create();

	(void)ctx;
	fake_cancelled++;
	tree_leaf(tree_root(t, "tick"), "total", "stopped");
	ops_job_send(fake_job, t);
	fake_job = NULL;
}

static void
run_tick(struct ops_request *rq)
{
	fake_job = ops_detach(rq, cancel, NULL);
}

static void
run_instant(struct ops_request *rq)
{
	struct ops_job *job = ops_detach(rq, cancel, NULL);
	struct tree *t = tree_create();

	tree_leaf(tree_root(t, "tick"), "count", "0");
	ops_job_send(job, t);
	ops_job_done(job);
}

void
fake_tick(void)
{
	static unsigned int n;
	struct tree *t;

	if (fake_job == NULL)
		return;
	t = tree_create();
	tree_leaf(tree_root(t, "tick"), "count", "%u", n++);
	ops_job_send(fake_job, t);
}

static const struct command_arg route_args[] = {
	{NULL, "destination", ARG_BARE, ARG_TYPE_PREFIX, 0, 0, false,
		"IP address and optional prefix length"},
	{"exact", "exact", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false, "Exact match"},
	{"extensive", "extensive", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Display extensive output"},
	{"table", "table", ARG_VALUE, ARG_TYPE_TABLE, 0, 0, false,
		"Name of routing table"},
	{"terse", "terse", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Display terse output"},
	{0},
};

static const struct command_arg fail_args[] = {
	{NULL, "name", ARG_BARE, ARG_TYPE_STRING, 0, 0, true, "Name"},
	{0},
};

static const struct command_arg long_args[] = {
	{"parts", "parts", ARG_VALUE, ARG_TYPE_U32, 1, 100000, false,
		"Number of parts"},
	{0},
};

static const struct command_arg zone_args[] = {
	{NULL, "zone", ARG_BARE, ARG_TYPE_ZONE, 0, 0, false, "Name of zone"},
	{"detail", "detail", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Display detailed output"},
	{0},
};

const struct command ops_commands[] = {
	{"monitor tick", NULL, "Show ticks", NULL, run_tick, false},
	{"monitor instant", NULL, "Show one tick", NULL, run_instant, false},
	{"request fail", NULL, "Fail", fail_args, run_fail, true},
	{"show long", "get-long", "Show a long answer", long_args, run_long,
		false},
	{"show route", "get-route-information",
		"Show routing table information", route_args, run_route, false},
	{"show route summary", "get-route-summary-information",
		"Show routing table statistics", NULL, run_version, false},
	{"show security zones", "get-zones-information",
		"Show security zone information", zone_args, run_route, false},
	{"show version", "get-software-information",
		"Show software process revision levels", NULL, run_version,
		false},
	{0},
};
