/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show security match-policies [OP-33]. The first answer is the image's own, by
 * the very code that the packet path asks; result-count N asks for those that
 * would match if the earlier ones were not there.
 */
#include <string.h>

#include "base/tree.h"
#include "ops/ops_impl.h"
#include "ops/policy_tree.h"

static bool
query_read(struct ops_request *rq, const struct image *image,
	struct policy_query *q)
{
	static const char *const needed[] = {"source-ip", "destination-ip",
		"source-port", "destination-port", "protocol"};
	uint32_t sport = 0, dport = 0;
	int protocol = -1;
	bool from, to;

	memset(q, 0, sizeof(*q));
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (ops_arg(rq, needed[i]) == NULL) {
			ops_error(rq, "missing argument: %s", needed[i]);
			return false;
		}
	}
	if (!ops_arg_zone(rq, image, "from-zone", &q->from, &from) ||
		!ops_arg_zone(rq, image, "to-zone", &q->to, &to) ||
		!ops_arg_addr(rq, "source-ip", &q->src) ||
		!ops_arg_addr(rq, "destination-ip", &q->dst) ||
		!ops_arg_u32(rq, "source-port", &sport) ||
		!ops_arg_u32(rq, "destination-port", &dport) ||
		!ops_arg_protocol(rq, "protocol", &protocol))
		return false;
	if (ops_arg(rq, "global") == NULL && (!from || !to)) {
		ops_error(rq, "missing argument: %s",
			from ? "to-zone" : "from-zone");
		return false;
	}
	if (sport > 65535 || dport > 65535) {
		ops_error(rq, "a port is not within range (0..65535)");
		return false;
	}
	if (q->src.family != q->dst.family) {
		ops_error(rq, "source and destination are of different "
			      "address families");
		return false;
	}
	q->sport = (uint16_t)sport;
	q->dport = (uint16_t)dport;
	q->protocol = (uint8_t)protocol;
	q->icmp_type = protocol == IPP_ICMP6 ? 128 : 8; /* an echo request */
	return true;
}

static void
add_match(struct ops_request *rq, struct tnode *root, const struct image *image,
	uint32_t place, bool first)
{
	const struct policy_spec *p = &image_spec_of(image)->policies[place];

	if (first)
		policy_tree_context(root, image, p);
	policy_tree_add(
		rq, root, image, p, policy_sequence(image, place), true);
}

/* Where the search begins: past the zone pairs when only global is wanted. */
static uint32_t
first_match(
	const struct image *image, const struct policy_query *q, bool global)
{
	const struct image_spec *spec = image_spec_of(image);
	struct policy_result r;

	if (!global) {
		image_policy_match(image, q, &r);
		return r.place;
	}
	for (uint32_t i = 0; i < spec->npolicies; i++)
		if (spec->policies[i].global &&
			image_policy_miss(image, i, q) == MISS_NOTHING)
			return i;
	return UINT32_MAX;
}

void
show_match_policies(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct policy_query q;
	uint32_t limit = 1, place, n = 0;
	struct tnode *root;

	if (image == NULL || !query_read(rq, image, &q) ||
		!ops_arg_u32(rq, "result-count", &limit))
		return;
	root = ops_root(rq, "security-policy-match", "detail");
	if (root == NULL)
		return;
	spec = image_spec_of(image);
	tree_leaf(root, "default-policy", "%s",
		spec->flow.default_policy == POLICY_PERMIT ? "permit-all"
							   : "deny-all");
	place = first_match(image, &q, ops_arg(rq, "global") != NULL);
	for (; place < spec->npolicies && n < limit; place++)
		if (n == 0 ||
			image_policy_miss(image, place, &q) == MISS_NOTHING)
			add_match(rq, root, image, place, n++ == 0);
}
