/* SPDX-License-Identifier: Apache-2.0 */
/* show and clear arp, ipv6 neighbors [OP-45..OP-47]. */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"

struct neigh_walk {
	struct ops_request *rq;
	const struct image *image;
	const struct ifl_spec *ifl; /* filters; NULL, IP_NONE: any */
	const struct vr_spec *vr;
	struct ip_addr addr;
	struct tnode *root;
	unsigned int n;
	/* clear: what was found */
	struct neigh_info *found;
	size_t size;
};

static bool
walk_init(struct neigh_walk *w, struct ops_request *rq)
{
	memset(w, 0, sizeof(*w));
	w->rq = rq;
	w->image = ops_image(rq);
	return w->image != NULL &&
	       ops_arg_ifl(rq, w->image, "interface", &w->ifl) &&
	       ops_arg_vr(rq, w->image, "vpn", &w->vr) &&
	       ops_arg_addr(rq, "hostname", &w->addr);
}

static bool
neigh_wanted(const struct neigh_walk *w, const struct neigh_info *n)
{
	const struct ifl_spec *ifl = image_ifl(w->image, n->ifl);

	if (w->ifl != NULL && w->ifl->id.v != n->ifl.v)
		return false;
	if (w->vr != NULL && (ifl == NULL || ifl->vr.v != w->vr->id.v))
		return false;
	return w->addr.family == IP_NONE || ip_addr_equal(&w->addr, &n->addr);
}

static void
add_arp(void *ctx, const struct neigh_info *n)
{
	struct neigh_walk *w = ctx;
	char text[IP_TEXT_MAX], mac[OPS_MAC_MAX];
	struct tnode *e;

	if (!neigh_wanted(w, n) || n->state < NEIGH_REACHABLE ||
		n->state > NEIGH_PROBE)
		return;
	w->n++;
	e = tree_open(w->root, "arp-table-entry");
	tree_leaf(e, "mac-address", "%s", ops_mac_text(n->mac, mac));
	tree_leaf(e, "ip-address", "%s", ip_addr_text(&n->addr, text));
	if (ops_arg(w->rq, "no-resolve") == NULL)
		tree_leaf(e, "hostname", "%s", text);
	tree_leaf(e, "interface-name", "%s", image_ifl_name(w->image, n->ifl));
	if (ops_arg(w->rq, "expiration-time") != NULL)
		tree_leaf(e, "time-to-expire", "%u", n->expires_s);
	tree_flag(tree_open(e, "arp-table-entry-flags"), "none");
}

void
show_arp(struct ops_request *rq)
{
	struct neigh_walk w;

	if (!walk_init(&w, rq))
		return;
	w.root = ops_root(rq, "arp-table-information",
		ops_arg(rq, "no-resolve") ? "no-resolve" : "normal");
	if (w.root == NULL)
		return;
	host_neigh_list(rq->env->host, IP_V4, add_arp, &w);
	tree_leaf(w.root, "arp-entry-count", "%u", w.n);
}

static const char *
state_text(enum neigh_state state)
{
	static const char *const names[] = {[NEIGH_FREE] = "nostate",
		[NEIGH_INCOMPLETE] = "incomplete",
		[NEIGH_REACHABLE] = "reachable",
		[NEIGH_STALE] = "stale",
		[NEIGH_DELAY] = "delay",
		[NEIGH_PROBE] = "probe",
		[NEIGH_FAILED] = "unreachable"};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state]
								: "nostate";
}

static void
add_nd(void *ctx, const struct neigh_info *n)
{
	struct neigh_walk *w = ctx;
	char text[IP_TEXT_MAX], mac[OPS_MAC_MAX];
	bool known = n->state >= NEIGH_REACHABLE && n->state <= NEIGH_PROBE;
	struct tnode *e;

	if (!neigh_wanted(w, n))
		return;
	w->n++;
	e = tree_open(w->root, "ipv6-nd-entry");
	tree_leaf(e, "ipv6-nd-neighbor-address", "%s",
		ip_addr_text(&n->addr, text));
	tree_leaf(e, "ipv6-nd-neighbor-l2-address", "%s",
		known ? ops_mac_text(n->mac, mac) : "none");
	tree_leaf(e, "ipv6-nd-state", "%s", state_text(n->state));
	tree_leaf(e, "ipv6-nd-expire", "%u", n->expires_s);
	tree_leaf(e, "ipv6-nd-isrouter", "%s", n->router ? "yes" : "no");
	tree_leaf(e, "ipv6-nd-issecure", "no");
	tree_leaf(e, "ipv6-nd-interface-name", "%s",
		image_ifl_name(w->image, n->ifl));
}

void
show_nd(struct ops_request *rq)
{
	struct neigh_walk w;

	if (!walk_init(&w, rq))
		return;
	w.root = ops_root(rq, "ipv6-nd-information", NULL);
	if (w.root == NULL)
		return;
	host_neigh_list(rq->env->host, IP_V6, add_nd, &w);
	tree_leaf(w.root, "ipv6-nd-total", "%u", w.n);
}

/* ---- clear ---- */

/* The list must not change while it is walked: collect, then clear. */
static void
collect(void *ctx, const struct neigh_info *n)
{
	struct neigh_walk *w = ctx;

	if (!neigh_wanted(w, n))
		return;
	if (w->n == w->size) {
		size_t size = w->size ? w->size * 2 : 64;
		struct neigh_info *found =
			realloc(w->found, size * sizeof(*found));

		if (found == NULL)
			return; /* the user sees which were deleted */
		w->found = found;
		w->size = size;
	}
	w->found[w->n++] = *n;
}

static void
clear_neighbors(struct ops_request *rq, enum ip_family family)
{
	struct sbuf text = SBUF_INIT;
	char addr[IP_TEXT_MAX];
	struct neigh_walk w;

	if (!walk_init(&w, rq))
		return;
	host_neigh_list(rq->env->host, family, collect, &w);
	for (unsigned int i = 0; i < w.n; i++) {
		const struct neigh_info *n = &w.found[i];

		if (host_neigh_clear(rq->env->host, family, n->ifl, &n->addr))
			sbuf_printf(&text, "%s (%s) deleted\n",
				ip_addr_text(&n->addr, addr),
				image_ifl_name(w.image, n->ifl));
	}
	ops_text(rq, sbuf_text(&text));
	sbuf_done(&text);
	free(w.found);
}

void
clear_arp(struct ops_request *rq)
{
	clear_neighbors(rq, IP_V4);
}

void
clear_nd(struct ops_request *rq)
{
	clear_neighbors(rq, IP_V6);
}
