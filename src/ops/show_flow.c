/* SPDX-License-Identifier: Apache-2.0 */
/* show security flow status, statistics [OP-24..OP-26]. */
#include <stdlib.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "host/host.h"
#include "ops/ops_impl.h"

static const char *
mode_text(enum forwarding_mode mode)
{
	switch (mode) {
	case MODE_FLOW:
		return "flow based";
	case MODE_PACKET:
		return "packet based";
	case MODE_DROP:
		break;
	}
	return "drop";
}

void
show_flow_status(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct flow_spec *flow;
	struct tnode *root;

	if (image == NULL ||
		(root = ops_root(rq, "flow-status-all", NULL)) == NULL)
		return;
	flow = &image_spec_of(image)->flow;
	tree_leaf(root, "flow-forwarding-mode-inet", "%s",
		mode_text(flow->mode4));
	tree_leaf(root, "flow-forwarding-mode-inet6", "%s",
		mode_text(flow->mode6));
	tree_leaf(root, "flow-forwarding-mode-mpls", "drop");
	tree_leaf(root, "flow-forwarding-mode-iso", "drop");
	tree_leaf(root, "flow-tap-mode", "disabled (default)");
	tree_leaf(root, "flow-trace-status", "%s",
		image_spec_of(image)->log.trace.on ? "on" : "off");
	tree_leaf(root, "flow-session-distribution-mode", "Hash-based");
	tree_leaf(root, "flow-packet-ordering-mode", "Hardware");
	tree_leaf(root, "flow-reverse-route-mode", "%s",
		flow->reverse_route_packet_mode ? "packet" : "flow");
}

/*
 * With what host/ dropped. Packets for the box that it refused have counted as
 * delivered to it; those that waited in vain for a neighbour are dropped like
 * any other in transit.
 */
void
ops_flow_stats(const struct ops_env *env, struct flow_stats *s)
{
	const uint64_t *host = host_drops(env->host);

	flow_stats_get(env->workers, s);
	for (unsigned int r = 0; r < REASON_COUNT; r++)
		s->reason[r] += host[r];
	s->dropped += host[REASON_ARP_QUEUE_FULL] + host[REASON_ARP_FAILED] +
		      host[REASON_NEIGHBOR_LIMIT] + host[REASON_TX_DOWN];
}

void
show_flow_statistics(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "flow-statistics-all", NULL);
	struct session_counts c = {0};
	struct flow_stats *s = calloc(1, sizeof(*s));

	if (root == NULL || s == NULL) {
		free(s);
		ops_error(rq, "out of memory");
		return;
	}
	session_counts_get(rq->env->workers, &c);
	ops_flow_stats(rq->env, s);
#define COUNT(element, value)                                                  \
	tree_leaf(root, element, "%llu", (unsigned long long)(value))
	COUNT("flow-session-count-valid", c.valid);
	COUNT("flow-pkt-count-rx", s->received);
	COUNT("flow-pkt-count-tx", s->transmitted);
	COUNT("flow-pkt-count-fwd", s->forwarded);
	COUNT("flow-pkt-count-copy", s->copied);
	COUNT("flow-pkt-count-drop", s->dropped);
	COUNT("flow-pkt-count-services-offload", 0);
	COUNT("flow-frag-count-fwd", s->fragments);
	COUNT("tunnel-frag-gen-pre", 0);
	COUNT("tunnel-frag-gen-post", s->fragments_made);
	COUNT("flow-pkt-count-first-path", s->first_path);
	COUNT("flow-pkt-count-fast-path", s->fast_path);
	COUNT("flow-pkt-count-packet-mode", s->packet_mode);
	COUNT("flow-pkt-count-host-in", s->host_in);
	COUNT("flow-pkt-count-host-out", s->host_out);
#undef COUNT
	free(s);
}

void
clear_flow_statistics(struct ops_request *rq)
{
	flow_stats_clear(rq->env->workers);
	host_drops_clear(rq->env->host);
	ops_text(rq, "");
}
