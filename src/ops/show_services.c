/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show services metrics, show services flow-monitoring [OB-41]: who is told of
 * this box, and what did not reach him.
 */
#include <inttypes.h>
#include <string.h>

#include "base/tree.h"
#include "export/exporter.h"
#include "export/metrics_http.h"
#include "ops/ops_impl.h"

static void
leaf_u64(struct tnode *n, const char *name, uint64_t v)
{
	tree_leaf(n, name, "%" PRIu64, v);
}

void
show_services_metrics(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct metrics_http_counts c = {0};
	const struct metrics_spec *m;
	char text[IP_TEXT_MAX];
	struct tnode *root;
	bool open;

	if (image == NULL)
		return;
	root = ops_root(rq, "services-metrics-information", NULL);
	if (root == NULL)
		return;
	m = &image_spec_of(image)->export.metrics;
	open = rq->env->metrics != NULL && rq->env->metrics(&c);
	tree_leaf(root, "metrics-state", "%s",
		open           ? "listening"
		: m->port != 0 ? "not listening"
			       : "not configured");
	if (m->port == 0)
		return;
	tree_leaf(root, "metrics-address", "%s", ip_addr_text(&m->addr, text));
	leaf_u64(root, "metrics-port", m->port);
	if (!open)
		return;
	leaf_u64(root, "metrics-pages", c.served);
	leaf_u64(root, "metrics-requests-refused", c.refused);
	leaf_u64(root, "metrics-last-page-bytes", c.last_bytes);
	leaf_u64(root, "metrics-last-page-microseconds", c.last_us);
}

static void
add_collector(struct tnode *root, const struct image *image,
	const struct exporter_info *i)
{
	struct tnode *n = tree_open(root, "flow-server");
	const struct vr_spec *vr = image_vr(image, i->spec.vr);
	char text[IP_TEXT_MAX];

	tree_leaf(n, "flow-server-address", "%s",
		ip_addr_text(&i->spec.addr, text));
	leaf_u64(n, "flow-server-port", i->spec.port);
	tree_leaf(
		n, "flow-server-transport", "%s", i->spec.tcp ? "tcp" : "udp");
	tree_leaf(n, "routing-instance", "%s", vr != NULL ? vr->name : "");
	tree_leaf(n, "flow-server-path", "%s",
		i->by_packet_path ? "packet path" : "host");
	if (i->spec.tcp)
		tree_leaf(n, "flow-server-state", "%s",
			i->connected ? "connected" : "not connected");
	leaf_u64(n, "observation-domain", i->spec.domain);
	leaf_u64(n, "template-refresh-seconds", i->spec.refresh_s);
	leaf_u64(n, "template-refresh-packets", i->spec.refresh_packets);
	leaf_u64(n, "templates-sent", i->templates);
	leaf_u64(n, "messages-sent", i->messages);
	leaf_u64(n, "records-sent", i->records);
	leaf_u64(n, "records-lost", i->lost);
	if (i->error != 0)
		tree_leaf(n, "last-error", "%s", strerror(i->error));
}

void
show_services_flow(struct ops_request *rq)
{
	static const struct {
		uint8_t bit;
		const char *name;
	} events[] = {{EXPORT_INIT, "session-init"},
		{EXPORT_CLOSE, "session-close"}, {EXPORT_DENY, "session-deny"}};
	const struct image *image = ops_image(rq);
	const struct exporter *e = rq->env->exporter;
	struct tnode *root;

	if (image == NULL)
		return;
	root = ops_root(rq, "services-flow-monitoring-information", NULL);
	if (root == NULL)
		return;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (image_spec_of(image)->export.ipfix.events & events[i].bit)
			tree_leaf(root, "flow-event", "%s", events[i].name);
	for (unsigned int i = 0; e != NULL && i < exporter_count(e); i++) {
		struct exporter_info info;

		exporter_info(e, i, &info);
		add_collector(root, image, &info);
	}
}
