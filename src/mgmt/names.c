/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/names.h"

#include <stdio.h>
#include <string.h>

#include "config/candidate.h"
#include "config/inherit.h"
#include "mgmt/conf_store.h"
#include "mgmt/help.h"

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

static const struct {
	const char *name, *help;
} protocols[] = {
	{"ah", "IP Security authentication header"},
	{"egp", "Exterior gateway protocol"},
	{"esp", "IP Security Encapsulating Security Payload"},
	{"gre", "Generic routing encapsulation"},
	{"icmp", "Internet Control Message Protocol"},
	{"icmp6", "Internet Control Message Protocol version 6"},
	{"igmp", "Internet Group Management Protocol"},
	{"ipip", "IP over IP"},
	{"ospf", "Open Shortest Path First"},
	{"pim", "Protocol Independent Multicast"},
	{"rsvp", "Resource Reservation Protocol"},
	{"sctp", "Stream Control Transmission Protocol"},
	{"tcp", "Transmission Control Protocol"},
	{"udp", "User Datagram Protocol"},
};

static void
offer_protocols(struct completion *c)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		completion_name(c, protocols[i].name, protocols[i].help);
}

/* "ssh" is junos-ssh, as the filters of sessions have it [OP-21]. */
static void
offer_applications(const struct cnode *root, struct completion *c)
{
	const struct config_tree *defaults = config_defaults();
	const struct cnode *all = NULL;

	if (defaults != NULL)
		all = cnode_child(config_root(defaults), "applications");
	cnode_foreach (a, all, "application") {
		const char *name = cnode_key(a, 0);

		completion_name(c,
			strncmp(name, "junos-", 6) == 0 ? name + 6 : name, "");
	}
	offer_keys(cnode_child(root, "applications"), "application", "", c);
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
	case ARG_TYPE_PROTOCOL:
		offer_protocols(c);
		break;
	case ARG_TYPE_SYSLOG_TAG:
		help_complete_tags(c);
		break;
	case ARG_TYPE_APPLICATION:
		offer_applications(root, c);
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
