/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traceroute [OP-62]: three echo requests for each hop limit, until the
 * target answers or says that there is no way. Each hop is a tree of its own,
 * sent when it is complete.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"

#define PROBES     3u
#define DATA_BYTES 24u /* 52 bytes with the headers of IPv4 */

struct trace {
	struct ops_job *job;
	struct host *host;
	struct ping *ping;
	struct ping_request rq;
	char target[IP_TEXT_MAX];
	bool v6, numeric;
	bool starting, again; /* the hop was over while it was started */
	bool reached;         /* or refused: no further hop */
	uint32_t max_ttl, probes;
	struct tree *hop_tree;
	struct tnode *hop;
};

static void next_hop(struct trace *t);

static struct tree *
new_tree(const struct trace *t)
{
	struct tree *tree = tree_create();

	if (tree != NULL)
		tree_attr(tree_root(tree, "traceroute-results"), "junos:style",
			"%s%s", t->v6 ? "inet6" : "inet",
			t->numeric ? "-no-resolve" : "");
	return tree;
}

static void
finish(struct trace *t)
{
	struct tree *tree = new_tree(t);

	if (tree != NULL) {
		tree_flag(tree->root, t->reached ? "traceroute-success"
						 : "traceroute-failure");
		ops_job_send(t->job, tree);
	}
	ops_job_done(t->job);
	free(t);
}

/* What an error says that is not the end of the hop limit: "!H". */
static const char *
mark_of(const struct trace *t, const struct ping_event *e)
{
	bool exceeded = e->icmp_type == (t->v6 ? 3 : 11);

	if (e->kind != PING_UNREACHABLE || exceeded)
		return NULL;
	if (t->v6)
		return e->icmp_code == 0   ? "!N"
		       : e->icmp_code == 1 ? "!X"
		       : e->icmp_code == 4 ? "!P"
					   : "!H";
	switch (e->icmp_code) {
	case 0:
		return "!N";
	case 2:
	case 3:
		return "!P";
	case 4:
		return "!F";
	case 9:
	case 10:
	case 13:
		return "!X";
	default:
		return "!H";
	}
}

static void
add_probe(struct trace *t, const struct ping_event *e)
{
	struct tnode *n =
		t->hop != NULL ? tree_open(t->hop, "probe-result") : NULL;
	const char *mark = mark_of(t, e);
	char from[IP_TEXT_MAX];

	t->probes++;
	t->reached |= e->kind == PING_REPLY || mark != NULL;
	if (n == NULL)
		return;
	tree_leaf(n, "probe-index", "%u", t->probes);
	if (e->kind == PING_SEND_FAILED) {
		t->reached = true;
		tree_leaf(n, "probe-failure", "traceroute: sendto: %s",
			e->text != NULL ? e->text : "failed");
		return;
	}
	if (e->from.family == IP_NONE) {
		tree_flag(n, "probe-failure");
		return;
	}
	tree_flag(n, "probe-success");
	tree_leaf(n, "ip-address", "%s", ip_addr_text(&e->from, from));
	tree_leaf(n, "rtt", "%llu", (unsigned long long)e->rtt_us);
	if (mark != NULL)
		tree_leaf(n, "probe-reason", "%s", mark);
}

static void
send_hop(struct trace *t)
{
	struct ping_event lost = {.kind = PING_TIMEOUT};

	while (t->probes < PROBES && t->hop != NULL && !t->reached)
		add_probe(t, &lost);
	if (t->hop_tree != NULL)
		ops_job_send(t->job, t->hop_tree);
	t->hop_tree = NULL;
	t->hop = NULL;
}

/* The hop is over: the next one, or the end. */
static void
hop_over(struct trace *t)
{
	t->ping = NULL;
	send_hop(t);
	if (t->starting)
		t->again = true;
	else if (t->reached || t->rq.ttl >= t->max_ttl)
		finish(t);
	else
		next_hop(t);
}

static void
on_event(void *ctx, const struct ping_event *e)
{
	struct trace *t = ctx;

	if (e->kind == PING_DONE) {
		hop_over(t);
		return;
	}
	if (t->probes < PROBES)
		add_probe(t, e);
	/* After errors a ping would wait; here they are the answer. */
	if (e->kind == PING_UNREACHABLE && t->probes == PROBES) {
		host_ping_cancel(t->ping);
		hop_over(t);
	}
}

static void
next_hop(struct trace *t)
{
	do {
		t->rq.ttl++;
		t->probes = 0;
		t->again = false;
		t->hop_tree = new_tree(t);
		t->hop = t->hop_tree != NULL
				 ? tree_open(t->hop_tree->root, "hop")
				 : NULL;
		if (t->hop != NULL)
			tree_leaf(t->hop, "ttl-value", "%u", t->rq.ttl);
		t->starting = true;
		t->ping = host_ping_start(t->host, &t->rq, on_event, t);
		t->starting = false;
		if (t->ping == NULL && !t->again) {
			tree_free(t->hop_tree);
			t->hop_tree = ops_error_tree(
				"traceroute: too many pings are running");
			t->hop = NULL;
			t->reached = true;
			t->again = true;
			send_hop(t);
		}
	} while (t->again && !t->reached && t->rq.ttl < t->max_ttl);
	if (t->again)
		finish(t);
}

static void
on_cancel(void *ctx)
{
	struct trace *t = ctx;

	host_ping_cancel(t->ping);
	t->probes = PROBES; /* what is not known yet stays so */
	send_hop(t);
	free(t);
}

static void
send_heading(struct trace *t)
{
	struct tree *tree = new_tree(t);
	char text[IP_TEXT_MAX];

	if (tree == NULL)
		return;
	tree_leaf(tree->root, "target-host", "%s", t->target);
	tree_leaf(tree->root, "target-ip", "%s", t->target);
	if (t->v6 && t->rq.source.family != IP_NONE)
		tree_leaf(tree->root, "source-ip", "%s",
			ip_addr_text(&t->rq.source, text));
	tree_leaf(tree->root, "max-hop-index", "%u", t->max_ttl);
	tree_leaf(tree->root, "packet-size", "%u",
		DATA_BYTES + (t->v6 ? 48u : 28u));
	ops_job_send(t->job, tree);
}

static bool
read_arguments(struct ops_request *rq, struct trace *t)
{
	uint32_t wait = 5;

	t->max_ttl = 30;
	if (!ops_ping_place(rq, &t->rq) || !ops_arg_u32(rq, "wait", &wait) ||
		!ops_arg_u32(rq, "ttl", &t->max_ttl))
		return false;
	t->rq.count = PROBES;
	t->rq.size = DATA_BYTES;
	t->rq.rapid = true; /* the next one on the answer */
	t->rq.interval_ms = t->rq.wait_ms = wait * 1000;
	t->v6 = t->rq.target.family == IP_V6;
	t->numeric = ops_arg(rq, "no-resolve") != NULL;
	ip_addr_text(&t->rq.target, t->target);
	return true;
}

void
ops_traceroute(struct ops_request *rq)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	t->host = rq->env->host;
	if (!read_arguments(rq, t)) {
		free(t);
		return;
	}
	t->job = ops_detach(rq, on_cancel, t);
	if (t->job == NULL) {
		free(t);
		ops_error(rq, "out of memory");
		return;
	}
	send_heading(t);
	next_hop(t);
}
