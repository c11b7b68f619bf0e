/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ping [OP-60]. host/ sends and receives; here its events become trees, one
 * each, so that the user sees every answer as it comes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "route/route_rib.h"

struct ping_job {
	struct ops_job *job;
	struct ping *ping;
	char host[IP_TEXT_MAX];
	bool v6, rapid;
	bool starting, done; /* done while host_ping_start() still ran */
	uint32_t size, probes;
	/* For the totals of a ping that is interrupted. */
	uint32_t received;
	double min_us, max_us, sum_us, sum2_us;
};

static struct tree *
new_tree(const struct ping_job *p)
{
	struct tree *t = tree_create();
	struct tnode *root;

	if (t == NULL)
		return NULL;
	root = tree_root(t, "ping-results");
	tree_attr(root, "junos:style", "%s%s", p->v6 ? "inet6" : "inet",
		p->rapid ? "-rapid" : "");
	return t;
}

static const char *
unreachable_text(bool v6, unsigned int type, unsigned int code)
{
	if (v6 && type == 1)
		return code == 0   ? "No Route to Destination"
		       : code == 1 ? "Communication Administratively Prohibited"
		       : code == 4 ? "Destination Port Unreachable"
				   : "Destination Host Unreachable";
	if (v6)
		return type == 2   ? "Packet too big"
		       : type == 3 ? "Time to live exceeded"
				   : "Parameter problem";
	if (type == 11)
		return "Time to live exceeded";
	if (type != 3)
		return "Bad ICMP answer";
	switch (code) {
	case 0:
		return "Destination Net Unreachable";
	case 3:
		return "Destination Port Unreachable";
	case 4:
		return "frag needed and DF set";
	case 9:
	case 10:
	case 13:
		return "Communication prohibited by filter";
	default:
		return "Destination Host Unreachable";
	}
}

static void
add_probe(struct ping_job *p, struct tnode *root, const struct ping_event *e)
{
	struct tnode *n = tree_open(root, "probe-result");
	char from[IP_TEXT_MAX] = "";

	if (e->from.family != IP_NONE)
		ip_addr_text(&e->from, from);
	tree_leaf(n, "probe-index", "%u", ++p->probes);
	if (e->kind == PING_REPLY)
		tree_flag(n, "probe-success");
	else if (e->kind == PING_UNREACHABLE)
		tree_leaf(n, "probe-failure", "%u bytes from %s: %s",
			p->size + 28, from,
			unreachable_text(p->v6, e->icmp_type, e->icmp_code));
	else if (e->kind == PING_SEND_FAILED)
		tree_leaf(n, "probe-failure", "ping: sendto: %s",
			e->text ? e->text : "failed");
	tree_leaf(n, "sequence-number", "%u", e->sequence);
	if (from[0] != '\0')
		tree_leaf(n, "ip-address", "%s", from);
	if (e->kind != PING_REPLY)
		return;
	tree_leaf(n, "time-to-live", "%u", e->ttl);
	tree_leaf(n, "response-size", "%u", e->bytes);
	tree_leaf(n, "rtt", "%llu", (unsigned long long)e->rtt_us);
}

static void
add_summary(struct ping_job *p, struct tnode *root, const struct ping_event *e)
{
	uint32_t lost = e->sent > e->received ? e->sent - e->received : 0;
	struct tnode *n;

	n = tree_open(root, "probe-results-summary");
	tree_attr(n, "junos:host", "%s", p->host); /* text comes in parts */
	tree_leaf(n, "probes-sent", "%u", e->sent);
	tree_leaf(n, "responses-received", "%u", e->received);
	tree_leaf(n, "packet-loss", "%u",
		e->sent ? (unsigned int)((uint64_t)lost * 100 / e->sent) : 0);
	if (e->received > 0) {
		tree_leaf(n, "rtt-minimum", "%.0f", e->min_us);
		tree_leaf(n, "rtt-maximum", "%.0f", e->max_us);
		tree_leaf(n, "rtt-average", "%.0f", e->avg_us);
		tree_leaf(n, "rtt-stddev", "%.0f", e->stddev_us);
	}
	tree_flag(root, e->received > 0 ? "ping-success" : "ping-failure");
}

static void
count_reply(struct ping_job *p, double us)
{
	if (p->received == 0 || us < p->min_us)
		p->min_us = us;
	if (us > p->max_us)
		p->max_us = us;
	p->sum_us += us;
	p->sum2_us += us * us;
	p->received++;
}

static void
on_event(void *ctx, const struct ping_event *e)
{
	struct ping_job *p = ctx;
	struct tree *t = new_tree(p);

	if (t != NULL && e->kind == PING_DONE)
		add_summary(p, t->root, e);
	else if (t != NULL)
		add_probe(p, t->root, e);
	if (t != NULL)
		ops_job_send(p->job, t);
	if (e->kind == PING_REPLY)
		count_reply(p, (double)e->rtt_us);
	if (e->kind != PING_DONE)
		return;
	ops_job_done(p->job);
	if (p->starting)
		p->done = true;
	else
		free(p);
}

static void
on_cancel(void *ctx)
{
	struct ping_job *p = ctx;
	struct ping_event e = {.kind = PING_DONE,
		.sent = p->probes,
		.received = p->received,
		.min_us = p->min_us,
		.max_us = p->max_us};
	struct tree *t = new_tree(p);

	if (p->received > 0) {
		e.avg_us = p->sum_us / p->received;
		e.stddev_us = sqrt(fmax(
			0, p->sum2_us / p->received - e.avg_us * e.avg_us));
	}
	if (t != NULL) {
		add_summary(p, t->root, &e);
		ops_job_send(p->job, t);
	}
	host_ping_cancel(p->ping);
	free(p);
}

/* ---- arguments ---- */

static bool
read_target(struct ops_request *rq, struct ping_request *ping)
{
	const char *host = ops_arg(rq, "host");
	enum ip_family want = ops_arg(rq, "inet6")  ? IP_V6
			      : ops_arg(rq, "inet") ? IP_V4
						    : IP_NONE;

	if (host == NULL) {
		ops_error(rq, "missing argument: host");
		return false;
	}
	if (!ip_addr_parse(host, &ping->target) ||
		(want != IP_NONE && ping->target.family != want)) {
		ops_error(rq, "%s: cannot resolve %s: Unknown host",
			rq->command->words, host);
		return false;
	}
	if (!ops_arg_addr(rq, "source", &ping->source))
		return false;
	if (ping->source.family != IP_NONE &&
		ping->source.family != ping->target.family) {
		ops_error(rq, "%s: source address is of another family",
			rq->command->words);
		return false;
	}
	return true;
}

/* The table to look the target up in, and an interface's address as source. */
static bool
read_place(struct ops_request *rq, struct ping_request *ping)
{
	const struct image *image = ops_image(rq);
	const struct ifl_spec *ifl;
	const struct vr_spec *vr;

	if (image == NULL || !ops_arg_vr(rq, image, "routing-instance", &vr) ||
		!ops_arg_ifl(rq, image, "interface", &ifl))
		return false;
	if (vr != NULL)
		ping->vr = vr->id;
	if (ifl == NULL)
		return true;
	if (vr == NULL)
		ping->vr = ifl->vr;
	for (size_t i = 0; i < ifl->naddrs; i++) {
		const struct ip_addr *a = &ifl->addrs[i].prefix.addr;

		if (ping->source.family == IP_NONE &&
			a->family == ping->target.family)
			ping->source = *a;
	}
	return true;
}

/* What is not our address would be answered to somebody else. */
static bool
check_source(struct ops_request *rq, const struct ping_request *ping)
{
	const struct image *image = rq->env->image();
	const struct image_spec *spec = image_spec_of(image);

	if (ops_arg(rq, "source") == NULL)
		return true;
	for (size_t i = 0; i < spec->nifls; i++)
		for (size_t a = 0; a < spec->ifls[i].naddrs; a++)
			if (ip_addr_equal(&spec->ifls[i].addrs[a].prefix.addr,
				    &ping->source))
				return true;
	ops_error(rq, "%s: bind: Can't assign requested address",
		rq->command->words);
	return false;
}

/* PING6 names its source first, so it must be known before the first answer. */
static void
choose_source6(struct ops_request *rq, struct ping_request *ping)
{
	const struct image *image = rq->env->image();
	const struct route_table *t =
		route_db_table_of(rq->env->routes, ping->vr, IP_V6);
	const struct route_entry *e;
	const struct ifl_spec *ifl;
	size_t first;

	if (ping->target.family != IP_V6 || ping->source.family != IP_NONE ||
		t == NULL || route_table_best(t, &ping->target, &first) == 0)
		return;
	e = route_table_entry(t, first);
	ifl = e->nnhs > 0 ? image_ifl(image, e->nhs[0].ifl) : NULL;
	for (size_t i = 0; ifl != NULL && i < ifl->naddrs; i++) {
		const struct ip_addr *a = &ifl->addrs[i].prefix.addr;

		if (a->family == IP_V6 &&
			ip_addr_is_link_local(a) ==
				ip_addr_is_link_local(&ping->target)) {
			ping->source = *a;
			return;
		}
	}
}

static bool
in_range(struct ops_request *rq, const char *element, uint32_t v, uint32_t min,
	uint32_t max)
{
	if (v >= min && v <= max)
		return true;
	ops_error(rq, "%s: Value %u is not within range (%u..%u)", element, v,
		min, max);
	return false;
}

static bool
read_numbers(struct ops_request *rq, struct ping_request *ping)
{
	uint32_t count = 0, size = 56, ttl = 64, interval = 1, wait = 10;

	ping->rapid = ops_arg(rq, "rapid") != NULL;
	ping->df = ops_arg(rq, "do-not-fragment") != NULL;
	if (ping->rapid)
		count = 5;
	if (!ops_arg_u32(rq, "count", &count) ||
		!ops_arg_u32(rq, "size", &size) ||
		!ops_arg_u32(rq, "ttl", &ttl) ||
		!ops_arg_u32(rq, "interval", &interval) ||
		!ops_arg_u32(rq, "wait", &wait) ||
		(ops_arg(rq, "count") &&
			!in_range(rq, "count", count, 1, 2000000000)) ||
		!in_range(rq, "size", size, 0, 65468) ||
		!in_range(rq, "ttl", ttl, 1, 255) ||
		!in_range(rq, "interval", interval, 1, 3600) ||
		!in_range(rq, "wait", wait, 1, 3600))
		return false;
	ping->count = count;
	ping->size = (uint16_t)size;
	ping->ttl = (uint8_t)ttl;
	ping->interval_ms = interval * 1000;
	if (ping->rapid && ops_arg(rq, "interval") == NULL)
		ping->interval_ms = 500; /* then it counts as lost */
	ping->wait_ms = wait * 1000;
	if (ping->rapid && ops_arg(rq, "wait") == NULL)
		ping->wait_ms = 1000;
	return true;
}

static void
send_heading(struct ping_job *p, const struct ping_request *ping)
{
	struct tree *t = new_tree(p);
	char text[IP_TEXT_MAX];

	if (t == NULL)
		return;
	tree_leaf(t->root, "target-host", "%s", p->host);
	tree_leaf(
		t->root, "target-ip", "%s", ip_addr_text(&ping->target, text));
	if (ping->source.family != IP_NONE)
		tree_leaf(t->root, "source-ip", "%s",
			ip_addr_text(&ping->source, text));
	tree_leaf(t->root, "packet-size", "%u", ping->size);
	ops_job_send(p->job, t);
}

/* The request is detached: what fails now is told through the job. */
static void
start(struct ping_job *p, struct host *host, const struct ping_request *ping)
{
	struct tree *t;

	p->starting = true;
	p->ping = host_ping_start(host, ping, on_event, p);
	p->starting = false;
	if (p->ping != NULL && !p->done)
		return;
	if (p->ping == NULL && !p->done) {
		t = ops_error_tree("ping: too many pings are running");
		if (t != NULL)
			ops_job_send(p->job, t);
		ops_job_done(p->job);
	}
	free(p);
}

bool
ops_ping_place(struct ops_request *rq, struct ping_request *ping)
{
	if (!read_target(rq, ping) || !read_place(rq, ping) ||
		!check_source(rq, ping))
		return false;
	choose_source6(rq, ping);
	return true;
}

void
ops_ping(struct ops_request *rq)
{
	struct ping_request ping = {0};
	struct ping_job *p;

	if (!ops_ping_place(rq, &ping) || !read_numbers(rq, &ping))
		return;
	p = calloc(1, sizeof(*p));
	if (p == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	ip_addr_text(&ping.target, p->host);
	p->v6 = ping.target.family == IP_V6;
	p->rapid = ping.rapid;
	p->size = ping.size;
	p->job = ops_detach(rq, on_cancel, p);
	if (p->job == NULL) {
		free(p);
		ops_error(rq, "out of memory");
		return;
	}
	send_heading(p, &ping);
	start(p, rq->env->host, &ping);
}
