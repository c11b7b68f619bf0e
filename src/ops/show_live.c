/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What policies depend on besides the configuration: show schedulers, show
 * security dns-cache [OP-35]; and how many policies there are where, show
 * security policies information.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "ops/policy_tree.h"

/* ---- schedulers ---- */

static void
add_users(struct tnode *n, const struct image *image, uint16_t scheduler)
{
	const struct image_spec *spec = image_spec_of(image);

	for (size_t i = 0; i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];
		struct tnode *e;

		if (p->scheduler != scheduler)
			continue;
		e = tree_open(n, "scheduled-policy");
		if (p->global) {
			tree_flag(e, "global-policy");
		} else {
			tree_leaf(e, "source-zone-name", "%s",
				image_zone_name(image, p->from[0]));
			tree_leaf(e, "destination-zone-name", "%s",
				image_zone_name(image, p->to[0]));
		}
		tree_leaf(e, "policy-name", "%s", p->name);
	}
}

void
show_schedulers(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const char *only = ops_arg(rq, "scheduler-name");
	const struct image_spec *spec;
	struct tnode *root;

	if (image == NULL)
		return;
	spec = image_spec_of(image);
	root = ops_root(rq, "scheduler-information", NULL);
	for (size_t i = 0; root != NULL && i < spec->nschedulers; i++) {
		const struct scheduler_spec *s = &spec->schedulers[i];
		struct tnode *n;

		if (only != NULL && strcmp(only, s->name) != 0)
			continue;
		n = tree_open(root, "scheduler");
		tree_leaf(n, "scheduler-name", "%s", s->name);
		tree_leaf(n, "scheduler-state", "%s",
			s->inactive ? "inactive" : "active");
		add_users(n, image, (uint16_t)(i + 1));
	}
}

/* ---- names ---- */

struct dns_rows {
	struct tnode *root;
	const char *only;
};

static void
add_name(void *ctx, const struct dns_info *info)
{
	struct dns_rows *rows = ctx;
	struct tnode *n;
	char text[IP_TEXT_MAX];

	if (rows->only != NULL && strcmp(rows->only, info->name) != 0)
		return;
	n = tree_open(rows->root, "dns-cache-entry");
	tree_leaf(n, "dns-name", "%s", info->name);
	tree_leaf(n, "dns-family", "%s",
		info->family == IP_V4 ? "inet" : "inet6");
	tree_leaf(n, "dns-state", "%s",
		!info->answered    ? "unresolved"
		: info->rcode == 3 ? "no such name"
		: info->n == 0     ? "no address"
				   : "resolved");
	if (info->answered) {
		tree_leaf(n, "dns-ttl", "%u", info->ttl);
		tree_leaf(n, "dns-refresh", "%u", info->left_s);
	}
	for (unsigned int i = 0; i < info->n; i++)
		tree_leaf(n, "dns-address", "%s",
			ip_addr_text(&info->addrs[i], text));
}

void
show_dns_cache(struct ops_request *rq)
{
	struct dns_rows rows = {.only = ops_arg(rq, "dns-name")};

	rows.root = ops_root(rq, "dns-cache-information", NULL);
	if (rows.root != NULL)
		host_dns_list(rq->env->host, add_name, &rows);
}

void
clear_dns_cache(struct ops_request *rq)
{
	host_dns_clear(rq->env->host);
	ops_root(rq, "dns-cache-information", NULL);
}

/* ---- how many policies are where ---- */

static void
add_context(struct tnode *root, const struct image *image,
	const struct policy_spec *p, unsigned int n, unsigned int inactive)
{
	struct tnode *e = tree_open(root, "policy-context-entry");

	tree_leaf(e, "source-zone-name", "%s",
		p->global ? "junos-global"
			  : image_zone_name(image, p->from[0]));
	tree_leaf(e, "destination-zone-name", "%s",
		p->global ? "junos-global" : image_zone_name(image, p->to[0]));
	tree_leaf(e, "policy-count", "%u", n);
	tree_leaf(e, "policy-inactive-count", "%u", inactive);
}

void
show_policies_information(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	unsigned int n = 0, inactive = 0;
	struct tnode *root;

	if (image == NULL)
		return;
	spec = image_spec_of(image);
	root = ops_root(rq, "policies-count-information", NULL);
	if (root == NULL)
		return;
	tree_leaf(root, "policy-total", "%zu", spec->npolicies);
	tree_leaf(root, "address-total", "%zu", spec->naddrs);
	tree_leaf(root, "application-total", "%zu", spec->napps);
	tree_leaf(root, "scheduler-total", "%zu", spec->nschedulers);
	tree_leaf(root, "policy-rematch", "%s",
		spec->flow.rematch == REMATCH_EXTENSIVE ? "extensive"
		: spec->flow.rematch == REMATCH_POLICY  ? "enabled"
							: "disabled");
	for (size_t i = 0; i < spec->npolicies; i++) {
		const struct policy_spec *p = &spec->policies[i];

		n++;
		inactive += p->inactive;
		if (i + 1 < spec->npolicies && policy_same_context(p, p + 1))
			continue;
		add_context(root, image, p, n, inactive);
		n = inactive = 0;
	}
}
