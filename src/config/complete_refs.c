/* SPDX-License-Identifier: Apache-2.0 */
/* The names that a value may refer to, out of the tree. */
#include <stdio.h>
#include <string.h>

#include "config/complete_impl.h"
#include "config/ctree.h"
#include "config/names.h"

static void
add_list(struct complete *c, const struct cnode *parent, const char *list)
{
	cnode_foreach (n, parent, list)
		candidate_value(c, cnode_key(n, 0), ctree_schema(n)->help);
}

/* "/a/b/c": the entries of the list c. */
static void
add_path(struct complete *c, const char *path)
{
	const struct cnode *n = c->root;
	char part[64];

	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if (len >= sizeof(part))
			return;
		memcpy(part, path, len);
		part[len] = '\0';
		path += len;
		if (*path == '\0')
			add_list(c, n, part);
		n = cnode_child(n, part);
	}
}

static void
add_ifls(struct complete *c)
{
	const struct cnode *interfaces = cnode_child(c->root, "interfaces");
	char name[96];

	cnode_foreach (ifd, interfaces, "interface") {
		cnode_foreach (unit, ifd, "unit") {
			snprintf(name, sizeof(name), "%s.%s", cnode_key(ifd, 0),
				cnode_key(unit, 0));
			candidate_value(c, name, "");
		}
	}
}

static void
add_book(struct complete *c, const struct cnode *book)
{
	add_list(c, book, "address");
	add_list(c, book, "address-set");
}

/* The zone of the policy context in the path, by the side of the match. */
static const char *
zone_in_path(const struct complete *c, const char *side)
{
	for (size_t i = 0; i < c->path.n; i++) {
		const struct cstep *st = &c->path.steps[i];

		if (st->schema->n_keys == 2)
			return st->val[strcmp(side, "source") == 0 ? 0 : 1];
	}
	return NULL;
}

static void
add_addresses(struct complete *c, const char *side)
{
	const struct cnode *security = cnode_child(c->root, "security");
	const char *zone = zone_in_path(c, side);

	cnode_foreach (book, security, "address-book")
		if (strcmp(cnode_key(book, 0), "global") == 0 ||
			(zone && names_book_attached(book, zone)))
			add_book(c, book);
	if (zone != NULL)
		add_book(c,
			cnode_child(cnode_entry(cnode_child(security, "zones"),
					    "security-zone", zone),
				"address-book"));
}

void
complete_refs(struct complete *c, const char *ref)
{
	const struct cnode *firewall = cnode_child(c->root, "firewall");

	if (ref[0] == '/') {
		add_path(c, ref);
	} else if (strcmp(ref, "ifl:") == 0) {
		add_ifls(c);
	} else if (strcmp(ref, "zone:") == 0) {
		add_path(c, "/security/zones/security-zone");
	} else if (strncmp(ref, "address:", 8) == 0) {
		add_addresses(c, ref + 8);
	} else if (strncmp(ref, "filter:", 7) == 0) {
		add_list(c, cnode_find(firewall, "family", ref + 7, NULL),
			"filter");
		if (strcmp(ref + 7, "inet") == 0)
			add_list(c, firewall, "filter");
	}
}
