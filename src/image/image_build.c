/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From image_spec to image. Checks what the packet path will rely on (ids in
 * range, references that exist), so that the path itself need not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "image/image_impl.h"
#include "image/nat_impl.h"

static bool
filters_exist(const struct image_spec *s, const struct ifl_spec *l)
{
	return l->filter_in4 <= s->nfilters && l->filter_in6 <= s->nfilters &&
	       l->filter_out4 <= s->nfilters && l->filter_out6 <= s->nfilters;
}

static int
index_ifls(struct image *im)
{
	const struct image_spec *s = im->spec;
	uint32_t top = 0;

	for (size_t i = 0; i < s->nifls; i++) {
		if (s->ifls[i].id.v == 0 || s->ifls[i].id.v >= IFL_MAX ||
			s->ifls[i].ifd.v >= IFD_MAX || s->ifls[i].vlan > 4095 ||
			s->ifls[i].vr.v >= VR_MAX ||
			s->ifls[i].zone.v >= ZONE_MAX ||
			!filters_exist(s, &s->ifls[i]))
			return -EINVAL;
		if (s->ifls[i].id.v > top)
			top = s->ifls[i].id.v;
	}
	im->nifl_by_id = top + 1;
	im->ifl_by_id = calloc(im->nifl_by_id, sizeof(*im->ifl_by_id));
	if (im->ifl_by_id == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->nifls; i++) {
		const struct ifl_spec *l = &s->ifls[i];

		im->ifl_by_id[l->id.v] = l;
		if (l->disabled)
			continue;
		if (l->vlan == 0) {
			if (im->untagged[l->ifd.v] == NULL)
				im->untagged[l->ifd.v] = l;
			continue;
		}
		if (im->tagged[l->ifd.v] == NULL)
			im->tagged[l->ifd.v] =
				calloc(4096, sizeof(*im->tagged[0]));
		if (im->tagged[l->ifd.v] == NULL)
			return -ENOMEM;
		im->tagged[l->ifd.v][l->vlan] = l;
	}
	return 0;
}

static void
row_in(struct image *im, const struct ifl_spec *l, struct ifl_row_in *r)
{
	const struct flow_spec *f = &im->spec->flow;

	r->ifl = l->id;
	r->vr = l->vr;
	r->token = l->zone.v;
	r->packet_mode[0] = f->mode4 == MODE_PACKET;
	r->packet_mode[1] = f->mode6 == MODE_PACKET;
	r->plain[0] = l->inet && f->mode4 != MODE_DROP && l->filter_in4 == 0 &&
		      f->filter4 == 0 && (l->screen == 0 || r->packet_mode[0]);
	r->plain[1] = l->inet6 && f->mode6 != MODE_DROP && l->filter_in6 == 0 &&
		      f->filter6 == 0 && (l->screen == 0 || r->packet_mode[1]);
}

static int
rows_build(struct image *im)
{
	im->row_out = calloc(im->nifl_by_id, sizeof(*im->row_out));
	if (im->row_out == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < im->nifl_by_id; i++) {
		const struct ifl_spec *l = im->ifl_by_id[i];

		if (l == NULL)
			continue;
		im->row_out[i] = (struct ifl_row_out){
			.mtu = {l->mtu4, l->mtu6},
			.filtered = {l->filter_out4 != 0, l->filter_out6 != 0},
		};
	}
	for (uint32_t i = 0; i < IFD_MAX; i++)
		if (im->untagged[i] != NULL)
			row_in(im, im->untagged[i], &im->row_in[i]);
	return 0;
}

static int
index_zones(struct image *im)
{
	const struct image_spec *s = im->spec;
	uint32_t top = 0;

	for (size_t i = 0; i < s->nzones; i++) {
		if (s->zones[i].id.v >= ZONE_MAX)
			return -EINVAL;
		if (s->zones[i].id.v > top)
			top = s->zones[i].id.v;
	}
	im->nzone_by_id = top + 1;
	im->zone_by_id = calloc(im->nzone_by_id, sizeof(*im->zone_by_id));
	if (im->zone_by_id == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->nzones; i++)
		im->zone_by_id[s->zones[i].id.v] = &s->zones[i];
	return 0;
}

static int
index_vrs(struct image *im)
{
	const struct image_spec *s = im->spec;
	uint32_t top = 0;

	for (size_t i = 0; i < s->nvrs; i++) {
		if (s->vrs[i].id.v >= VR_MAX)
			return -EINVAL;
		if (s->vrs[i].id.v > top)
			top = s->vrs[i].id.v;
	}
	im->nvr_by_id = top + 1;
	im->vr_by_id = calloc(im->nvr_by_id, sizeof(*im->vr_by_id));
	if (im->vr_by_id == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->nvrs; i++)
		im->vr_by_id[s->vrs[i].id.v] = &s->vrs[i];
	return 0;
}

static bool
whole_family(const struct addr_range *r)
{
	unsigned int bytes = ip_family_bits(r->lo.family) / 8;

	for (unsigned int i = 0; i < bytes; i++)
		if (r->lo.b[i] != 0 || r->hi.b[i] != 0xff)
			return false;
	return true;
}

static void
ranges_add(struct range_list *l, const struct addr_range *r)
{
	if (r->lo.family == IP_V4) {
		l->any4 |= whole_family(r);
		l->r4[l->n4].lo = ntohl(r->lo.v4_be);
		l->r4[l->n4++].hi = ntohl(r->hi.v4_be);
	} else {
		l->any6 |= whole_family(r);
		memcpy(l->r6[l->n6].lo, r->lo.b, 16);
		memcpy(l->r6[l->n6++].hi, r->hi.b, 16);
	}
}

static int
ranges_build(const struct image_spec *s, const uint32_t *objs, size_t n,
	bool excluded, struct range_list *l)
{
	size_t n4 = 0, n6 = 0, nw = 0;

	for (size_t i = 0; i < n; i++) {
		if (objs[i] >= s->naddrs)
			return -EINVAL;
		nw += s->addrs[objs[i]].nwildcards;
		for (size_t j = 0; j < s->addrs[objs[i]].n; j++)
			if (s->addrs[objs[i]].ranges[j].lo.family == IP_V4)
				n4++;
			else
				n6++;
	}
	l->excluded = excluded;
	l->r4 = calloc(n4 + 1, sizeof(*l->r4));
	l->r6 = calloc(n6 + 1, sizeof(*l->r6));
	l->wild = nw > 0 ? calloc(nw, sizeof(*l->wild)) : NULL;
	if (l->r4 == NULL || l->r6 == NULL || (nw > 0 && l->wild == NULL))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct addr_obj_spec *o = &s->addrs[objs[i]];

		for (size_t j = 0; j < o->n; j++)
			ranges_add(l, &o->ranges[j]);
		for (size_t j = 0; j < o->nwildcards; j++)
			l->wild[l->nwild++] = o->wildcards[j];
	}
	return 0;
}

static int
apps_build(const struct image_spec *s, struct policy *p)
{
	size_t n = 0, k = 0;

	for (size_t i = 0; i < p->spec->napps; i++) {
		if (p->spec->apps[i] >= s->napps)
			return -EINVAL;
		n += s->apps[p->spec->apps[i]].n + 1;
	}
	p->apps = calloc(n + 1, sizeof(*p->apps));
	if (p->apps == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < p->spec->napps; i++) {
		const struct app_spec *a = &s->apps[p->spec->apps[i]];

		if (a->any) {
			p->apps[k].any = true;
			p->apps[k++].app = p->spec->apps[i];
			continue;
		}
		for (size_t j = 0; j < a->n; j++) {
			p->apps[k].term = a->terms[j];
			p->apps[k++].app = p->spec->apps[i];
		}
	}
	p->napps = (uint32_t)k;
	return 0;
}

static int
policy_build(struct image *im, uint32_t place)
{
	const struct image_spec *s = im->spec;
	struct policy *p = &im->policies[place];
	int rc;

	p->spec = &s->policies[place];
	p->place = place;
	if (!p->spec->global && (p->spec->nfrom != 1 || p->spec->nto != 1))
		return -EINVAL;
	rc = ranges_build(
		s, p->spec->src, p->spec->nsrc, p->spec->src_excluded, &p->src);
	if (rc == 0)
		rc = ranges_build(s, p->spec->dst, p->spec->ndst,
			p->spec->dst_excluded, &p->dst);
	if (rc == 0)
		rc = apps_build(s, p);
	return rc;
}

static uint32_t
context_of(const struct policy_spec *p)
{
	return (uint32_t)p->from[0].v << 16 | p->to[0].v;
}

/* Find or add the context of key; contexts[] has room for all policies. */
static struct context *
context_get(struct image *im, uint32_t key)
{
	uint32_t *head =
		&im->context_hash[(key * 0x9e3779b1u >> 8) & im->context_mask];
	struct context *c;

	for (uint32_t i = *head; i != UINT32_MAX; i = im->contexts[i].next)
		if (im->contexts[i].key == key)
			return &im->contexts[i];
	c = &im->contexts[im->ncontexts];
	c->key = key;
	c->next = *head;
	*head = im->ncontexts++;
	return c;
}

/* order[]: policies grouped by context, each group in configured order. */
static int
contexts_build(struct image *im)
{
	const struct image_spec *s = im->spec;
	uint32_t size = 16, at = 0;

	while (size < s->npolicies * 2)
		size *= 2;
	im->context_mask = size - 1;
	im->context_hash = malloc(size * sizeof(*im->context_hash));
	im->contexts = calloc(s->npolicies + 1, sizeof(*im->contexts));
	im->order = calloc(s->npolicies + 1, sizeof(*im->order));
	if (im->context_hash == NULL || im->contexts == NULL ||
		im->order == NULL)
		return -ENOMEM;
	memset(im->context_hash, 0xff, size * sizeof(*im->context_hash));
	for (size_t i = 0; i < s->npolicies; i++)
		if (!s->policies[i].global)
			context_get(im, context_of(&s->policies[i]))->n++;
	for (uint32_t i = 0; i < im->ncontexts; i++) {
		im->contexts[i].first = at;
		at += im->contexts[i].n;
		im->contexts[i].n = 0;
	}
	im->global_first = at;
	for (size_t i = 0; i < s->npolicies; i++) {
		const struct policy_spec *p = &s->policies[i];
		struct context *c;

		if (p->global) {
			im->order[im->global_first + im->nglobal++] =
				(uint32_t)i;
			continue;
		}
		c = context_get(im, context_of(p));
		im->order[c->first + c->n++] = (uint32_t)i;
	}
	return 0;
}

static int
trees_build(struct image *im)
{
	static const enum ip_family families[2] = {IP_V4, IP_V6};
	int rc = 0;

	for (unsigned int f = 0; f < 2; f++) {
		for (uint32_t i = 0; rc == 0 && i < im->ncontexts; i++)
			rc = policy_tree_build_direct(&im->contexts[i].tree[f],
				families[f], im->policies,
				im->order + im->contexts[i].first,
				im->contexts[i].n);
		if (rc == 0)
			rc = policy_tree_build_direct(&im->global_tree[f],
				families[f], im->policies,
				im->order + im->global_first, im->nglobal);
	}
	return rc;
}

static int
index_policies(struct image *im)
{
	const struct image_spec *s = im->spec;
	uint32_t top = 0;

	for (size_t i = 0; i < s->npolicies; i++) {
		if (s->policies[i].index >= 1u << 24)
			return -EINVAL;
		if (s->policies[i].index > top)
			top = s->policies[i].index;
	}
	im->npolicy_by_index = top + 1;
	im->policy_by_index =
		calloc(im->npolicy_by_index, sizeof(*im->policy_by_index));
	if (im->policy_by_index == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->npolicies; i++)
		im->policy_by_index[s->policies[i].index] = &s->policies[i];
	return 0;
}

static struct policy_hot
hot_of(const struct policy *p)
{
	const struct policy_spec *s = p->spec;
	struct policy_hot h = {.index = s->index,
		.action = (uint8_t)s->action,
		.one_app = p->napps == 1};

	if (p->napps > 0) {
		h.app = p->apps[0].app;
		h.timeout = p->apps[0].any ? 0 : p->apps[0].term.timeout;
	}
	h.flags = RESULT_POLICY | (s->count ? RESULT_COUNT : 0) |
		  (s->log_init ? RESULT_LOG_INIT : 0) |
		  (s->log_close ? RESULT_LOG_CLOSE : 0);
	if (s->tcp_syn_check || s->tcp_sequence_check || s->tcp_window_scale ||
		s->tcp_initial_mss != 0 || s->tcp_reverse_mss != 0)
		h.flags |= RESULT_TCP_OPTIONS;
	return h;
}

static int
policies_build(struct image *im)
{
	int rc = index_policies(im);

	if (rc != 0)
		return rc;

	im->policies = calloc(im->spec->npolicies + 1, sizeof(*im->policies));
	im->hot = calloc(im->spec->npolicies + 1, sizeof(*im->hot));
	im->flags_by_index = calloc(im->npolicy_by_index, 1);
	if (im->policies == NULL || im->hot == NULL ||
		im->flags_by_index == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < im->spec->npolicies; i++) {
		rc = policy_build(im, (uint32_t)i);
		if (rc != 0)
			return rc;
		im->hot[i] = hot_of(&im->policies[i]);
		im->flags_by_index[im->hot[i].index] = im->hot[i].flags;
	}
	rc = contexts_build(im);
	return rc == 0 ? trees_build(im) : rc;
}

/* The port table of [FL-12]: predefined applications with a timeout. */
static int
timeouts_build(struct image *im)
{
	const struct image_spec *s = im->spec;
	size_t n = 0;

	for (size_t i = 0; i < s->napps; i++)
		n += s->apps[i].n;
	im->timeouts = calloc(n + 1, sizeof(*im->timeouts));
	if (im->timeouts == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->napps; i++) {
		const struct app_spec *a = &s->apps[i];

		if (strncmp(a->name, "junos-", 6) != 0)
			continue;
		for (size_t j = 0; j < a->n; j++) {
			const struct app_term_spec *t = &a->terms[j];
			uint32_t usual = t->protocol == IPP_UDP ? 60 : 1800;

			if (t->timeout == 0 || t->timeout == usual ||
				(t->protocol != IPP_TCP &&
					t->protocol != IPP_UDP) ||
				t->dport_hi - t->dport_lo > 1000)
				continue;
			im->timeouts[im->ntimeouts++] =
				(struct timeout_port){t->protocol, t->dport_lo,
					t->dport_hi, t->timeout};
			for (uint32_t port = t->dport_lo; port <= t->dport_hi;
				port++)
				im->timeout_hint[port & 255] |=
					t->protocol == IPP_TCP ? 2 : 1;
		}
	}
	return 0;
}

static int
filters_build(struct image *im)
{
	uint32_t slot = 0;

	im->filter_first = calloc(im->spec->nfilters + 1, sizeof(uint32_t));
	if (im->filter_first == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < im->spec->nfilters; i++) {
		const struct filter_spec *f = &im->spec->filters[i];

		im->filter_first[i] = slot;
		slot += (uint32_t)f->n;
		for (size_t k = 0; k < f->n; k++)
			if (f->terms[k].policer > im->spec->npolicers)
				return -EINVAL;
	}
	return 0;
}

int
image_build(const struct image_spec *spec, bool owned, struct image **ret)
{
	struct image *im = calloc(1, sizeof(*im));
	int rc;

	if (im == NULL)
		return -ENOMEM;
	im->spec = spec;
	rc = index_ifls(im);
	if (rc == 0)
		rc = rows_build(im);
	if (rc == 0)
		rc = index_zones(im);
	if (rc == 0)
		rc = index_vrs(im);
	if (rc == 0)
		rc = policies_build(im);
	if (rc == 0)
		rc = timeouts_build(im);
	if (rc == 0)
		rc = filters_build(im);
	if (rc == 0)
		rc = nat_index_build(spec, &im->nat);
	if (rc != 0) {
		image_free(im); /* the spec stays the caller's */
		return rc;
	}
	im->owned = owned;
	*ret = im;
	return 0;
}

void
image_free(struct image *im)
{
	if (im == NULL)
		return;
	for (size_t i = 0; im->policies && i < im->spec->npolicies; i++) {
		free(im->policies[i].src.r4);
		free(im->policies[i].src.r6);
		free(im->policies[i].src.wild);
		free(im->policies[i].dst.r4);
		free(im->policies[i].dst.r6);
		free(im->policies[i].dst.wild);
		free(im->policies[i].apps);
	}
	for (uint32_t i = 0; i < 2 * im->ncontexts; i++)
		policy_tree_done(&im->contexts[i / 2].tree[i % 2]);
	policy_tree_done(&im->global_tree[0]);
	policy_tree_done(&im->global_tree[1]);
	for (size_t i = 0; i < IFD_MAX; i++)
		free(im->tagged[i]);
	nat_index_free(im->nat);
	free(im->policies);
	free(im->hot);
	free(im->flags_by_index);
	free(im->policy_by_index);
	free(im->order);
	free(im->contexts);
	free(im->context_hash);
	free(im->timeouts);
	free(im->filter_first);
	free(im->ifl_by_id);
	free(im->row_out);
	free(im->zone_by_id);
	free(im->vr_by_id);
	if (im->owned)
		image_spec_free((struct image_spec *)im->spec);
	free(im);
}
