/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which statements of the commit are about what happens to a session [EX-10]?
 * Found by their paths: those of the policy, interface or route itself, else
 * those of what it is made of.
 */
#include "explain/impact_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 5u

static bool
starts_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
about_policy(const struct impact *im, const char *path, uint32_t index)
{
	const struct image *images[] = {
		im->old_world.image, im->new_world.image};
	char want[4 * NAME_MAX_LEN];

	for (unsigned int i = 0; i < 2; i++) {
		const struct policy_spec *p = image_policy(images[i], index);

		if (p == NULL)
			continue;
		if (p->global)
			snprintf(want, sizeof(want),
				"security policies global policy %s", p->name);
		else
			snprintf(want, sizeof(want),
				"security policies from-zone %s to-zone %s "
				"policy %s",
				image_zone_name(images[i], p->from[0]),
				image_zone_name(images[i], p->to[0]), p->name);
		if (path_related(path, want))
			return true;
	}
	return false;
}

/* What policies are made of, when not they themselves were changed. */
static bool
about_policies(const char *path)
{
	static const char *const places[] = {"security policies default-policy",
		"security policies policy-rematch", "security address-book",
		"applications", "schedulers"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_related(path, places[i]))
			return true;
	return starts_with(path, "security zones ") &&
	       strstr(path, " address-book ") != NULL;
}

static bool
about_interface(const struct impact *im, const char *path, struct ifl_id ifl)
{
	const char *name = image_ifl_name(im->old_world.image, ifl);
	char config[2 * NAME_MAX_LEN], ifd[NAME_MAX_LEN];
	const char *dot = strrchr(name, '.');

	if (dot == NULL)
		return false;
	snprintf(ifd, sizeof(ifd), "%.*s", (int)(dot - name), name);
	snprintf(config, sizeof(config), "interfaces %s unit %s", ifd, dot + 1);
	return path_related(path, config) ||
	       (strstr(path, "interface") != NULL &&
		       strstr(path, name) != NULL);
}

/* "... route 192.0.2.0/24 ..." that covers the address; -1: names none. */
static int
covers(const char *path, const struct ip_addr *addr)
{
	const char *route = strstr(path, " route ");
	char text[64];
	struct ip_prefix p;

	if (route == NULL)
		return -1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(route + 7, " "),
		route + 7);
	return ip_prefix_parse(text, &p) ? ip_prefix_covers(&p, addr) : -1;
}

static bool
about_routes(const char *path, const struct ip_addr *dst)
{
	static const char *const places[] = {"routing-options",
		"routing-instances", "policy-options", "interfaces", "firewall",
		"security flow advanced-options"};

	if (starts_with(path, "security zones ") &&
		strstr(path, " reverse-route") != NULL)
		return true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_related(path, places[i]))
			return covers(path, dst) != 0;
	return false;
}

/* How close a change is to the reason; 0: not at all. */
static unsigned int
closeness(const struct impact *im, const char *path, const struct fate *f)
{
	if (f->routing) {
		if (!about_routes(path, &f->dst))
			return 0;
		return covers(path, &f->dst) > 0 ? 2 : 1;
	}
	if (f->ifl.v != 0)
		return about_interface(im, path, f->ifl) ? 2 : 0;
	if (about_policy(im, path, f->policy[0]) ||
		about_policy(im, path, f->policy[1]))
		return 2;
	return about_policies(path) ? 1 : 0;
}

static void
add_lines(const struct impact *im, const struct fate *f, struct tnode *node)
{
	unsigned int best = 0, n = 0, more = 0;

	for (size_t i = 0; i < im->changes.n; i++) {
		unsigned int c =
			closeness(im, change_path(&im->changes.list[i]), f);

		best = c > best ? c : best;
	}
	for (size_t i = 0; best > 0 && i < im->changes.n; i++) {
		const struct change *c = &im->changes.list[i];

		if (closeness(im, change_path(c), f) != best)
			continue;
		if (n++ < LINES_MAX)
			tree_leaf(node, "configuration-line", "%s", c->line);
		else
			more++;
	}
	if (more > 0)
		tree_leaf(node, "configuration-line-more", "%u", more);
}

/* A policy that only moved: no statement came or went. */
static void
add_moved(const struct impact *im, const struct fate *f, struct tnode *node)
{
	const struct policy_spec *p =
		image_policy(im->new_world.image, f->policy[1]);
	const struct cnode *n;
	char *path;

	if (p == NULL || f->routing || f->ifl.v != 0 ||
		tnode_child(node, "configuration-line") != NULL)
		return;
	n = line_policy(im->new_world.root, im->new_world.image, p,
		p->nfrom > 0 ? p->from[0] : ZONE_NULL,
		p->nto > 0 ? p->to[0] : ZONE_NULL);
	path = n != NULL ? cnode_path(n) : NULL;
	if (path != NULL)
		tree_leaf(node, "configuration-line", "insert %s", path);
	free(path);
}

void
impact_lines(const struct impact *im, const struct fate *f, struct tnode *node)
{
	add_lines(im, f, node);
	add_moved(im, f, node);
}
