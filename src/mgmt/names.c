/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/names.h"

#include <stdio.h>
#include <string.h>

#include "config/candidate.h"
#include "mgmt/conf_store.h"

static const struct cnode *
root_of(const struct ops_env *env)
{
	/* what is inherited has a name, too */
	return env->config != NULL
		       ? config_root(config_store_effective(env->config))
		       : NULL;
}

static void
offer_keys(const struct cnode *parent, const char *list, const char *help,
	struct completion *c)
{
	cnode_foreach (e, parent, list)
		completion_name(c, cnode_key(e, 0), help);
}

static void
offer_interfaces(const struct cnode *root, bool units, struct completion *c)
{
	char name[256];

	cnode_foreach (ifd, cnode_child(root, "interfaces"), "interface") {
		const char *text = cnode_leaf(ifd, "description");

		completion_name(c, cnode_key(ifd, 0), text);
		if (!units)
			continue;
		cnode_foreach (ifl, ifd, "unit") {
			snprintf(name, sizeof(name), "%s.%s", cnode_key(ifd, 0),
				cnode_key(ifl, 0));
			completion_name(
				c, name, cnode_leaf(ifl, "description"));
		}
	}
}

static void
offer_policies(const struct cnode *root, struct completion *c)
{
	cnode_foreach (
		ctx, cnode_find(root, "security", "policies", NULL), "policy")
		offer_keys(ctx, "policy", "", c);
	offer_keys(cnode_find(root, "security", "policies", "global", NULL),
		"policy", "", c);
}

static void
offer_tables(const struct cnode *root, struct completion *c)
{
	char name[256];

	completion_name(c, "inet.0", "");
	completion_name(c, "inet6.0", "");
	cnode_foreach (e, cnode_child(root, "routing-instances"), "instance") {
		snprintf(name, sizeof(name), "%s.inet.0", cnode_key(e, 0));
		completion_name(c, name, "");
		snprintf(name, sizeof(name), "%s.inet6.0", cnode_key(e, 0));
		completion_name(c, name, "");
	}
}

void
names_offer(void *ctx, enum arg_type type, struct completion *c)
{
	const struct cnode *root = root_of(ctx);

	switch (type) {
	case ARG_TYPE_IFD:
	case ARG_TYPE_IFL:
		offer_interfaces(root, type == ARG_TYPE_IFL, c);
		break;
	case ARG_TYPE_ZONE:
		offer_keys(cnode_find(root, "security", "zones", NULL),
			"security-zone", "", c);
		break;
	case ARG_TYPE_INSTANCE:
		offer_keys(cnode_child(root, "routing-instances"), "instance",
			"", c);
		break;
	case ARG_TYPE_TABLE:
		offer_tables(root, c);
		break;
	case ARG_TYPE_POLICY:
		offer_policies(root, c);
		break;
	default:
		break;
	}
}

const char *
names_host(const struct ops_env *env)
{
	const char *name =
		cnode_leaf(cnode_child(root_of(env), "system"), "host-name");

	return name != NULL ? name : "vrflow";
}
