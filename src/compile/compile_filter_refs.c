/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where filters are applied: on interfaces [FF-1], on lo0 for the box itself
 * [FF-6], on everything [FF-8].
 */
#include <stdio.h>
#include <string.h>

#include "compile/compile_firewall.h"

static const struct cnode *
find_filter(struct compile *c, const struct cnode *at, const char *name,
	enum ip_family family, uint32_t *ret)
{
	const struct names *index =
		family == IP_V4 ? &c->filters4 : &c->filters6;
	const struct cnode *firewall = cnode_child(c->root, "firewall");
	const struct cnode *n =
		cnode_entry(cnode_find(firewall, "family",
				    family == IP_V4 ? "inet" : "inet6", NULL),
			"filter", name);

	if (!names_get(index, name, ret)) {
		compile_error(
			c, at, "Referenced filter '%s' is not defined", name);
		return NULL;
	}
	return n != NULL ? n : cnode_entry(firewall, "filter", name);
}

static struct filter_spec *
own_filter(struct compile *c, enum ip_family family, const char *name)
{
	struct filter_spec *f = filter_add(c, family);

	if (f == NULL)
		c->nomem = true;
	else
		text_copy(f->name, sizeof(f->name), name);
	return f;
}

/* The terms of all filters in one: only after the last one comes the implicit
 * discard. */
static uint16_t
filter_of_list(struct compile *c, const struct cnode *filter, const char *list,
	enum ip_family family, const char *name)
{
	struct filter_spec *f = own_filter(c, family, name);
	size_t index = c->image->nfilters;
	uint32_t i;

	if (f == NULL)
		return 0;
	cnode_foreach (n, filter, list) {
		const struct cnode *member =
			find_filter(c, n, value_of(n), family, &i);

		if (member != NULL)
			filter_add_terms(c, member, f);
	}
	return (uint16_t)index;
}

/* interface-specific: counters and policers of each place apart [FF-9]. */
static uint16_t
filter_of_interface(struct compile *c, const struct cnode *filter,
	enum ip_family family, const char *ifl, char way)
{
	char name[2 * NAME_MAX_LEN + 8];
	struct filter_spec *f;
	size_t index;

	snprintf(
		name, sizeof(name), "%s-%s-%c", cnode_key(filter, 0), ifl, way);
	f = own_filter(c, family, name);
	index = c->image->nfilters;
	if (f == NULL)
		return 0;
	filter_add_terms(c, filter, f);
	for (size_t i = 0; i < f->n; i++) {
		char *counter = f->terms[i].counter;

		if (counter[0] == '\0')
			continue;
		snprintf(name, sizeof(name), "%s-%s-%c", counter, ifl, way);
		text_copy(counter, sizeof(f->terms[i].counter), name);
	}
	return (uint16_t)index;
}

/* family/filter/way, or the filters of way-list as one; index + 1, or 0. */
static uint16_t
filter_ref(struct compile *c, const struct cnode *family, const char *way,
	enum ip_family ip, const char *ifl)
{
	const struct cnode *filter = cnode_child(family, "filter"), *f;
	const char *name = leaf_or_inner(filter, way, "filter-name");
	char list[32], joined[NAME_MAX_LEN + 8];
	uint32_t i;

	snprintf(list, sizeof(list), "%s-list", way);
	if (cnode_has(filter, list)) {
		if (name != NULL)
			compile_error(c, cnode_child(filter, way),
				"%s and %s exclude each other", way, list);
		snprintf(joined, sizeof(joined), "%s-%c", ifl, way[0]);
		return filter_of_list(c, filter, list, ip, joined);
	}
	if (name == NULL)
		return 0;
	f = find_filter(c, cnode_child(filter, way), name, ip, &i);
	if (f == NULL)
		return 0;
	if (cnode_has(f, "interface-specific"))
		return filter_of_interface(c, f, ip, ifl, way[0]);
	return (uint16_t)(i + 1);
}

static void
unit_filters(struct compile *c, const struct cnode *unit, struct ifl_spec *ifl)
{
	const struct cnode *v4 = cnode_find(unit, "family", "inet", NULL);
	const struct cnode *v6 = cnode_find(unit, "family", "inet6", NULL);

	ifl->filter_in4 = filter_ref(c, v4, "input", IP_V4, ifl->name);
	ifl->filter_out4 = filter_ref(c, v4, "output", IP_V4, ifl->name);
	ifl->filter_in6 = filter_ref(c, v6, "input", IP_V6, ifl->name);
	ifl->filter_out6 = filter_ref(c, v6, "output", IP_V6, ifl->name);
	ifl->group4 = (uint8_t)cnode_u64(cnode_child(v4, "filter"), "group", 0);
	ifl->group6 = (uint8_t)cnode_u64(cnode_child(v6, "filter"), "group", 0);
}

static bool
is_loopback(const struct ifl_spec *ifl)
{
	return strncmp(ifl->name, "lo0.", 4) == 0;
}

static void
host_filters(struct vr_spec *vr, const struct ifl_spec *lo)
{
	vr->filter_in4 = lo->filter_in4;
	vr->filter_in6 = lo->filter_in6;
	vr->filter_out4 = lo->filter_out4;
	vr->filter_out6 = lo->filter_out6;
}

/* An instance without a lo0 unit of its own has the filters of lo0.0, if that
 * is in the master instance. */
static void
compile_host_filters(struct compile *c)
{
	struct image_spec *s = c->image;

	for (size_t i = 0; i < s->nifls; i++)
		for (size_t v = 0; v < s->nvrs; v++)
			if (strcmp(s->ifls[i].name, "lo0.0") == 0 &&
				s->ifls[i].vr.v == VR_MASTER.v)
				host_filters(&s->vrs[v], &s->ifls[i]);
	for (size_t i = 0; i < s->nifls; i++)
		for (size_t v = 0; v < s->nvrs; v++)
			if (is_loopback(&s->ifls[i]) &&
				s->ifls[i].vr.v == s->vrs[v].id.v)
				host_filters(&s->vrs[v], &s->ifls[i]);
}

void
compile_filter_refs(struct compile *c)
{
	const struct cnode *all = cnode_child(c->root, "interfaces");
	const struct cnode *options =
		cnode_child(c->root, "forwarding-options");
	const struct cnode *family = cnode_child(options, "family");
	char name[2 * NAME_MAX_LEN];
	uint32_t ifl;

	cnode_foreach (ifd, all, "interface")
		cnode_foreach (unit, ifd, "unit") {
			snprintf(name, sizeof(name), "%s.%s", cnode_key(ifd, 0),
				cnode_key(unit, 0));
			if (names_get(&c->ifls, name, &ifl))
				unit_filters(c, unit, &c->image->ifls[ifl]);
		}
	compile_host_filters(c);
	c->image->flow.filter4 = filter_ref(c, cnode_child(family, "inet"),
		"input", IP_V4, "forwarding-table");
	c->image->flow.filter6 = filter_ref(c, cnode_child(family, "inet6"),
		"input", IP_V6, "forwarding-table");
}
