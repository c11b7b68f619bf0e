/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos has and vrflow does not: protocols that do not run, hardware that
 * is not there. Programs ask for it on every device, and are told so in the
 * words and elements of a device where it is not configured [OP-79].
 */
#include <stdio.h>
#include <string.h>

#include "base/tree.h"
#include "ops/ops_impl.h"

/* As the RPCs are named; text: all that is said, else elements. */
static const struct absent {
	const char *rpc, *root;
	const char *text;
	const char *zeros[6]; /* children that are 0 */
} absents[] = {
	{"get-bfd-session-information", "bfd-session-information", NULL,
		{"sessions", "clients"}},
	{"get-bgp-neighbor-information", NULL, "BGP is not running", {NULL}},
	{"get-bgp-summary-information", NULL, "BGP is not running", {NULL}},
	{"get-chassis-cluster-status", "error",
		"Chassis cluster is not enabled.", {NULL}},
	{"get-ethernet-switching-table-information",
		"ethernet-switching-table-information", NULL, {NULL}},
	{"get-flow-gate-information", "flow-gate-information", NULL,
		{"displayed-gate-valid", "displayed-gate-pending",
			"displayed-gate-invalidated", "displayed-gate-other"}},
	{"get-idp-attack-table-information", "idp-attack-information", NULL,
		{NULL}},
	{"get-ike-security-associations-information",
		"ike-security-associations-information", NULL, {NULL}},
	{"get-interface-optics-diagnostics-information",
		"interface-information", NULL, {NULL}},
	{"get-isis-adjacency-information", NULL,
		"IS-IS instance is not running", {NULL}},
	{"get-lacp-interface-information", "lacp-interface-information-list",
		NULL, {NULL}},
	{"get-ldp-neighbor-information", NULL, "LDP instance is not running",
		{NULL}},
	{"get-lldp-neighbors-information", "lldp-neighbors-information", NULL,
		{NULL}},
	{"get-ospf-interface-information", NULL, "OSPF instance is not running",
		{NULL}},
	{"get-ospf-neighbor-information", NULL, "OSPF instance is not running",
		{NULL}},
	{"get-ospf-overview-information", NULL, "OSPF instance is not running",
		{NULL}},
	{"get-ospf-route-information", NULL, "OSPF instance is not running",
		{NULL}},
	{"get-security-associations-information",
		"ipsec-security-associations-information", NULL,
		{"total-active-tunnels"}},
	{"get-vlan-information", "vlan-information", NULL, {NULL}},
};

static const struct absent *
absent_of(const char *rpc)
{
	for (size_t i = 0; i < sizeof(absents) / sizeof(absents[0]); i++)
		if (strcmp(absents[i].rpc, rpc) == 0)
			return &absents[i];
	return NULL;
}

void
show_absent(struct ops_request *rq)
{
	const struct absent *a = absent_of(rq->command->rpc);
	struct tnode *root;

	if (a == NULL)
		return;
	root = ops_root(rq, a->root != NULL ? a->root : "output", NULL);
	if (root == NULL)
		return;
	if (a->text != NULL)
		tree_set_value(root, a->text);
	for (size_t i = 0; i < 6 && a->zeros[i] != NULL; i++)
		tree_leaf(root, a->zeros[i], "0");
}

/* The one card, which is the machine. */
void
show_fpc(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "fpc-information", NULL), *n;

	if (root == NULL)
		return;
	n = tree_open(root, "fpc");
	tree_leaf(n, "slot", "0");
	tree_leaf(n, "state", "Online");
}

/* A sensor of the kernel, in degrees; false: it has none. */
static bool
temperature(unsigned int zone, long *ret)
{
	char path[80];
	long milli;
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/thermal/thermal_zone%u/temp",
		zone);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	ok = fscanf(f, "%ld", &milli) == 1;
	fclose(f);
	*ret = milli / 1000;
	return ok;
}

void
show_environment(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "environment-information", NULL), *n;
	long degrees;

	if (root == NULL)
		return;
	n = tree_open(root, "environment-item");
	tree_leaf(n, "name", "Routing Engine");
	tree_leaf(n, "class", "Temp");
	tree_leaf(n, "status", "OK");
	if (temperature(0, &degrees))
		tree_attr(tree_leaf(n, "temperature",
				  "%ld degrees C / %ld degrees F", degrees,
				  degrees * 9 / 5 + 32),
			"junos:celsius", "%ld", degrees);
}
