/* SPDX-License-Identifier: Apache-2.0 */
/* Stand-ins for flow/, io/, host/ and the server's jobs. */
#include <string.h>

#include "io/port.h"
#include "io/worker.h"
#include "lab.h"

struct lab_fake lab_fake;

static bool
session_matches(const struct session_filter *f, const struct session_info *s)
{
	const struct wing_info *in = &s->wing[0];
	bool port = f->ndports == 0;

	for (unsigned int i = 0; i < f->ndports; i++)
		port = port || in->dport == f->dports[i];
	return port && (f->id == 0 || f->id == s->id) &&
	       (!f->has_protocol || f->protocol == s->protocol) &&
	       (!f->has_sport || f->sport == in->sport) &&
	       (!f->has_dport || f->dport == in->dport) &&
	       (!f->has_policy || f->policy_index == s->policy_index) &&
	       (f->src.addr.family == IP_NONE ||
		       ip_prefix_covers(&f->src, &in->src)) &&
	       (f->dst.addr.family == IP_NONE ||
		       ip_prefix_covers(&f->dst, &in->dst)) &&
	       (f->ifl.v == 0 || f->ifl.v == in->ifl.v ||
		       f->ifl.v == s->wing[1].ifl.v) &&
	       (f->zone.v == 0 || f->zone.v == in->token.v ||
		       f->zone.v == s->wing[1].token.v) &&
	       (f->family == IP_NONE || f->family == in->src.family) && !f->nat;
}

unsigned int
sessions_read(struct workers *w, const struct session_filter *f,
	uint64_t *cursor, struct session_info *out, unsigned int n)
{
	unsigned int found = 0;
	uint64_t i;

	lab_fake.last_filter = *f;
	for (i = *cursor; i < lab_fake.nsessions && found < n; i++)
		if (session_matches(f, &lab_fake.sessions[i]))
			out[found++] = lab_fake.sessions[i];
	*cursor = i < lab_fake.nsessions ? i : 0;
	return found;
}

uint64_t
sessions_clear(struct workers *w, const struct session_filter *f)
{
	uint64_t n = 0;

	lab_fake.last_filter = *f;
	for (unsigned int i = 0; i < lab_fake.nsessions; i++)
		n += session_matches(f, &lab_fake.sessions[i]);
	return n;
}

void
session_counts_get(struct workers *w, struct session_counts *ret)
{
	*ret = (struct session_counts){
		.valid = 3, .in_use = 3, .max = 524288, .unicast_v4 = 3};
}

void
workers_buffers(const struct workers *w, struct buffer_counts *ret_packet,
	struct buffer_counts *ret_jumbo)
{
	*ret_packet = (struct buffer_counts){.total = 8192, .in_use = 12};
	*ret_jumbo = (struct buffer_counts){.total = 256, .in_use = 1};
}

unsigned int
workers_count(const struct workers *w)
{
	return 2;
}

void
workers_counts(
	struct workers *w, unsigned int worker, struct worker_counts *ret)
{
	*ret = (struct worker_counts){.received = 1000 + worker,
		.handed_over = 10 * worker,
		.handover_drops = worker,
		.sessions = 2 - worker};
}

void
flow_stats_get(struct workers *w, struct flow_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->received = 100;
	ret->transmitted = 90;
	ret->forwarded = 88;
	ret->dropped = 9;
	ret->fragments = 4;
	ret->reason[REASON_REVERSE_ZONE] = 7;
	ret->reason[REASON_DEFAULT_DENY] = 2;
}

void
flow_stats_clear(struct workers *w)
{
}

void
ifl_stats_get(struct workers *w, struct ifl_id ifl, struct ifl_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (ifl.v != 2)
		return;
	ret->in_packets = 12;
	ret->in_bytes = 1008;
	ret->out_packets = 11;
	ret->out_bytes = 924;
	ret->reason[REASON_REVERSE_ZONE] = 7;
	ret->reason[REASON_NO_ROUTE] = 1;
	ret->reason[REASON_DEFAULT_DENY] = 2;
}

void
policy_stats_get(struct workers *w, uint32_t index, struct policy_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->hits = index * 3;
	ret->in_bytes = 840;
	ret->in_packets = 10;
	ret->out_bytes = 420;
	ret->out_packets = 5;
	ret->sessions_created = 12;
	ret->sessions_active = 3;
	ret->sessions_closed = 9;
}

void
filter_counter_get(struct workers *w, unsigned int filter, unsigned int term,
	struct filter_counter *ret)
{
	*ret = (struct filter_counter){
		.packets = 10 * (term + 1), .bytes = 840 * (term + 1)};
}

void
filter_counter_clear(struct workers *w, unsigned int filter, unsigned int term)
{
	(void)w;
	(void)filter;
	(void)term;
}

unsigned int
filter_log_read(struct workers *w, unsigned int worker, uint64_t *seen,
	struct filter_log_entry *out)
{
	(void)w;
	(void)worker;
	(void)seen;
	(void)out;
	return 0;
}

/* ---- ports: struct port is never more than a number here ---- */

static unsigned int
port_number(const struct port *p)
{
	return (unsigned int)((uintptr_t)p - 1);
}

void
port_info_get(struct port *p, struct port_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->mac[0] = 2;
	ret->mac[5] = (uint8_t)(0x10 + port_number(p));
	ret->link_up = port_number(p) < 2;
	ret->mtu = 1500;
	ret->speed_bps = 1000000000;
	strcpy(ret->driver, "linux");
	strcpy(ret->device, "eth0");
	ret->device[3] = (char)('0' + port_number(p));
}

void
port_counters_get(const struct port *p, struct port_counters *ret)
{
	*ret = (struct port_counters){.rx_packets = 20,
		.rx_bytes = 2000,
		.tx_packets = 30,
		.tx_bytes = 3000,
		.rx_dropped = 1};
	ret->rx_packets += lab_now_ms - LAB_NOW_MS; /* 1 a millisecond */
	ret->rx_bytes += 100 * (lab_now_ms - LAB_NOW_MS);
}

void
screen_stats_get(struct workers *w, struct zone_id zone, struct ifl_id ifl,
	struct screen_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->attack[SCREEN_TCP_PORT_SCAN] = 91;
	ret->attack[SCREEN_IPIP_6IN4] = 1;
	ret->attack[SCREEN_GRE_4IN4] = 2;
	ret->proxied = 1000;
	ret->completed = 3;
}

void
screen_stats_reset(struct workers *w, struct zone_id zone, struct ifl_id ifl)
{
}

/* ---- neighbours ---- */

const uint64_t *
host_drops(const struct host *h)
{
	static const uint64_t reason[REASON_COUNT];

	return reason;
}

void
host_drops_clear(struct host *h)
{
}

void
host_neigh_list(struct host *h, enum ip_family family,
	void (*cb)(void *ctx, const struct neigh_info *n), void *ctx)
{
	for (unsigned int i = 0; i < lab_fake.nneigh; i++)
		if (lab_fake.neigh[i].addr.family == family)
			cb(ctx, &lab_fake.neigh[i]);
}

unsigned int
host_neigh_clear(struct host *h, enum ip_family family, struct ifl_id ifl,
	const struct ip_addr *addr)
{
	return 1;
}

/* ---- ping, tap ---- */

struct ping *
host_ping_start(struct host *h, const struct ping_request *rq,
	void (*cb)(void *ctx, const struct ping_event *e), void *ctx)
{
	lab_fake.ping = *rq;
	lab_fake.ping_cb = cb;
	lab_fake.ping_ctx = ctx;
	return lab_fake.refuse_ping ? NULL : (struct ping *)1;
}

void
host_ping_cancel(struct ping *p)
{
	lab_fake.ping_cancels++;
}

struct tap *
host_tap_start(struct host *h, struct ifl_id ifl,
	void (*cb)(void *ctx, const struct tapped_frame *f), void *ctx)
{
	lab_fake.tap_cb = cb;
	lab_fake.tap_ctx = ctx;
	return lab_fake.refuse_tap ? NULL : (struct tap *)1;
}

void
host_tap_stop(struct tap *t, uint64_t *lost)
{
	lab_fake.tap_stops++;
	*lost = 3;
}

struct drop_watch *
host_drops_watch(struct host *h,
	void (*cb)(void *ctx, const struct dropped_packet *d), void *ctx)
{
	return (struct drop_watch *)1;
}

void
host_drops_unwatch(struct drop_watch *w, uint64_t *lost)
{
	*lost = 0;
}

/* ---- jobs ---- */

struct ops_job *
ops_detach(struct ops_request *rq, void (*cancel)(void *ctx), void *ctx)
{
	lab_fake.cancel = cancel;
	lab_fake.cancel_ctx = ctx;
	lab_fake.done = false;
	return (struct ops_job *)1;
}

void
ops_job_send(struct ops_job *job, struct tree *tree)
{
	if (lab_fake.nsent < 64)
		lab_fake.sent[lab_fake.nsent++] = tree;
	else
		tree_free(tree);
}

void
ops_job_done(struct ops_job *job)
{
	lab_fake.done = true;
}

void
lab_job_reset(void)
{
	for (unsigned int i = 0; i < lab_fake.nsent; i++)
		tree_free(lab_fake.sent[i]);
	lab_fake.nsent = 0;
	lab_fake.done = false;
}

/* ---- records ---- */

uint64_t
workers_log_lost(const struct workers *w)
{
	return 0;
}

uint64_t
workers_trace_lost(const struct workers *w)
{
	return 0;
}
