/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References: the schema says of a value where the thing it names must be
 * configured, as a path of XML names or as one of the kinds below.
 */
#include <string.h>

#include "config/check.h"
#include "config/names.h"

/* "/a/b/c": is there an entry NAME in the list c below b below a? */
static bool
path_has(const struct cnode *root, const char *path, const char *name)
{
	const struct cnode *n = root;
	char part[64];

	while (n != NULL && *path == '/') {
		size_t len = strcspn(++path, "/");

		if (len >= sizeof(part))
			return false;
		memcpy(part, path, len);
		part[len] = '\0';
		path += len;
		if (*path == '\0')
			return cnode_entry(n, part, name) != NULL;
		n = cnode_child(n, part);
	}
	return false;
}

static bool
filter_exists(const struct cnode *root, const char *family, const char *name)
{
	const struct cnode *fw = cnode_child(root, "firewall");

	if (cnode_entry(cnode_find(fw, "family", family, NULL), "filter",
		    name) != NULL)
		return true;
	return strcmp(family, "inet") == 0 &&
	       cnode_entry(fw, "filter", name) != NULL;
}

/* The zone whose addresses a policy's match statement may use; NULL: none. */
static const char *
zone_of_match(const struct cnode *match, const char *side)
{
	const struct cnode *context = cnode_parent(cnode_parent(match));

	return cnode_key(context, strcmp(side, "source") == 0 ? 0 : 1);
}

static bool
address_exists(struct check *c, const struct cnode *n, const char *side,
	const char *name)
{
	const char *zone = NULL;

	if (strcmp(side, "global") != 0)
		zone = zone_of_match(cnode_parent(n), side);
	return names_address(c->root, zone, name);
}

static bool
ref_holds(struct check *c, const struct cnode *n, const char *ref,
	const char *value)
{
	if (ref[0] == '/')
		return path_has(c->root, ref, value);
	if (strncmp(ref, "filter:", 7) == 0)
		return filter_exists(c->root, ref + 7, value);
	if (strcmp(ref, "ifl:") == 0)
		return names_ifl(c->root, value);
	if (strcmp(ref, "zone:") == 0)
		return path_has(
			c->root, "/security/zones/security-zone", value);
	if (strncmp(ref, "address:", 8) == 0)
		return address_exists(c, n, ref + 8, value);
	return false;
}

static void
address_error(struct check *c, const struct cnode *n, const char *value)
{
	bool source = strcmp(cnode_name(n), "source-address") == 0;

	check_error(c, cnode_parent(cnode_parent(n)),
		"%s address or address_set (%s) not found. "
		"Please check your configuration.",
		source ? "Source" : "Destination", value);
}

static void
ref_error(struct check *c, const struct cnode *n, const char *ref,
	const char *value)
{
	if (strncmp(ref, "address:", 8) == 0)
		address_error(c, n, value);
	else if (strncmp(ref, "filter:", 7) == 0)
		check_error(
			c, n, "Referenced filter '%s' is not defined", value);
	else if (strcmp(ref, "ifl:") == 0)
		check_error(c, n,
			"Interface %s must be configured under interfaces",
			value);
	else if (strcmp(ref, "zone:") == 0 || strstr(ref, "security-zone"))
		check_error(c, n, "Security zone %s must be defined", value);
	else if (strstr(ref, "/application") != NULL)
		check_error(c, n,
			"application or application-set (%s) must be "
			"defined",
			value);
	else if (strstr(ref, "policy-statement") != NULL)
		check_error(c, n,
			"Policy error: Policy %s referenced but not defined",
			value);
	else
		check_error(c, n, "Referenced %s '%s' is not defined",
			strstr(ref, "prefix-list") ? "prefix-list"
						   : "routing instance",
			value);
}

static void
check_value(struct check *c, const struct cnode *n,
	const struct schema_type *type, const char *const *refs,
	const char *value)
{
	for (const char *const *w = type->words; w && *w; w++)
		if (strcmp(*w, value) == 0)
			return;
	for (const char *const *r = refs; *r != NULL; r++)
		if (ref_holds(c, n, *r, value))
			return;
	ref_error(c, n, refs[0], value);
}

void
check_refs(struct check *c, const struct cnode *n)
{
	const struct schema_node *s = ctree_schema(n);

	if (s->refs != NULL && n->val[0] != NULL)
		check_value(c, n, s->type, s->refs, n->val[0]);
	for (unsigned int i = 0; i < s->n_keys; i++)
		if (s->keys[i].refs != NULL)
			check_value(c, n, s->keys[i].type, s->keys[i].refs,
				n->val[i]);
}
