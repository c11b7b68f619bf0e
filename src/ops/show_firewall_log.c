/* SPDX-License-Identifier: Apache-2.0 */
/* show firewall log [OP-51]: the newest packets of terms with `then log`, the
 * newest first. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "io/worker.h"
#include "ops/ops_impl.h"

struct entries {
	struct filter_log_entry *e;
	unsigned int n;
};

static int
newest_first(const void *va, const void *vb)
{
	const struct filter_log_entry *a = va, *b = vb;

	return a->time_ms < b->time_ms ? 1 : a->time_ms > b->time_ms ? -1 : 0;
}

static bool
read_all(struct workers *w, struct entries *ret)
{
	unsigned int n = workers_count(w);

	ret->n = 0;
	ret->e = calloc((size_t)n * FILTER_LOG, sizeof(*ret->e));
	if (ret->e == NULL)
		return false;
	for (unsigned int i = 0; i < n; i++) {
		uint64_t seen = 0;

		ret->n += filter_log_read(w, i, &seen, ret->e + ret->n);
	}
	qsort(ret->e, ret->n, sizeof(*ret->e), newest_first);
	return true;
}

/* Its name while the configuration is the one that logged. */
static const char *
filter_name(const struct image_spec *spec, const struct filter_log_entry *e)
{
	return e->filter < spec->nfilters ? spec->filters[e->filter].name : "-";
}

static void
add_address(struct tnode *n, const char *name, const struct ip_addr *a,
	uint16_t port, bool detail)
{
	char buf[IP_TEXT_MAX];

	ip_addr_text(a, buf);
	if (detail && port != 0)
		tree_leaf(n, name, "%s:%u", buf, port);
	else
		tree_leaf(n, name, "%s", buf);
}

static void
add_entry(struct ops_request *rq, struct tnode *root, const struct image *image,
	const struct filter_log_entry *e, bool detail)
{
	static const char *const letters[] = {[FILTER_ACCEPT] = "A",
		[FILTER_DISCARD] = "D",
		[FILTER_REJECT] = "R",
		[FILTER_NEXT_TERM] = "A"};
	static const char *const words[] = {[FILTER_ACCEPT] = "accept",
		[FILTER_DISCARD] = "discard",
		[FILTER_REJECT] = "reject",
		[FILTER_NEXT_TERM] = "accept"};
	struct tnode *n = tree_open(root, "log-information");
	const char *protocol = ip_protocol_name(e->protocol);
	uint64_t ago = (rq->env->now_ms() - e->time_ms) / 1000;
	char text[OPS_TIME_MAX];

	ops_time_text(ops_unix_time(rq->env) - ago, text);
	tree_leaf(n, "time", "%s", detail ? text : text + 11);
	tree_leaf(n, "filter-name", "%s", filter_name(image_spec_of(image), e));
	tree_leaf(n, "filter-action", "%s",
		detail ? words[e->action] : letters[e->action]);
	tree_leaf(n, "interface-name", "%s",
		e->ifl.v != 0 ? image_ifl_name(image, e->ifl) : "local");
	if (protocol != NULL)
		tree_leaf(n, "protocol-name", "%s", protocol);
	else
		tree_leaf(n, "protocol-name", "%u", e->protocol);
	if (detail)
		tree_leaf(n, "packet-length", "%" PRIu32, e->len);
	add_address(n, "source-address", &e->src, e->sport, detail);
	add_address(n, "destination-address", &e->dst, e->dport, detail);
}

void
show_firewall_log(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	bool detail = ops_arg(rq, "detail") != NULL;
	struct entries all;
	struct tnode *root;

	if (image == NULL)
		return;
	root = ops_root(
		rq, "firewall-log-information", detail ? "detail" : "brief");
	if (root == NULL)
		return;
	if (!read_all(rq->env->workers, &all)) {
		ops_error(rq, "out of memory");
		return;
	}
	for (unsigned int i = 0; i < all.n; i++)
		add_entry(rq, root, image, &all.e[i], detail);
	free(all.e);
}
