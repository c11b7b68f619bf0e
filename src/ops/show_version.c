/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the box is: show version, show system information, show chassis
 * hardware [OP-70, OP-71]. The serial number is
 * made of the machine id, which is all that a Linux system has for life.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/tree.h"
#include "ops/ops_impl.h"
#include "ops/system_info.h"
#include "render/product.h"

#ifndef VRFLOW_VERSION
#define VRFLOW_VERSION "unknown"
#endif

const char *
system_serial(char buf[SYSTEM_SERIAL_MAX])
{
	char id[64] = "";
	FILE *f = fopen("/etc/machine-id", "r");

	if (f != NULL) {
		if (fgets(id, sizeof(id), f) == NULL)
			id[0] = '\0';
		fclose(f);
	}
	snprintf(buf, SYSTEM_SERIAL_MAX, "VF%.10s",
		isxdigit((unsigned char)id[0]) ? id : "0000000000");
	for (char *p = buf; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return buf;
}

const char *
system_host_name(const struct ops_request *rq)
{
	const struct image *image =
		rq->env->image != NULL ? rq->env->image() : NULL;

	if (image != NULL && image_spec_of(image)->host_name[0] != '\0')
		return image_spec_of(image)->host_name;
	return "vrflow";
}

static void
add_package(struct tnode *root, const char *name, const char *comment)
{
	struct tnode *p = tree_open(root, "package-information");

	tree_leaf(p, "name", "%s", name);
	tree_leaf(p, "comment", "%s", comment);
}

void
show_version(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "software-information", NULL);

	if (root == NULL)
		return;
	tree_leaf(root, "host-name", "%s", system_host_name(rq));
	tree_leaf(root, "product-model", PRODUCT_MODEL);
	tree_leaf(root, "product-name", PRODUCT_MODEL);
	tree_leaf(root, "os-name", "vrflow");
	tree_leaf(root, "junos-version", JUNOS_VERSION);
	add_package(root, "junos",
		"JUNOS-compatible command line and schema [" JUNOS_VERSION "]");
	add_package(root, "vrflow",
		"vrflow flow-mode firewall and router [" VRFLOW_VERSION "]");
}

void
show_system_information(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "system-information", NULL);
	char serial[SYSTEM_SERIAL_MAX];

	if (root == NULL)
		return;
	tree_leaf(root, "hardware-model", PRODUCT_MODEL);
	tree_leaf(root, "os-name", "junos");
	tree_leaf(root, "os-version", JUNOS_VERSION);
	tree_leaf(root, "serial-number", "%s", system_serial(serial));
	tree_leaf(root, "host-name", "%s", system_host_name(rq));
}

void
show_chassis_hardware(struct ops_request *rq)
{
	struct tnode *root = ops_root(rq, "chassis-inventory", NULL);
	const struct image *image =
		rq->env->image != NULL ? rq->env->image() : NULL;
	char serial[SYSTEM_SERIAL_MAX];
	struct tnode *c, *m;

	if (root == NULL)
		return;
	c = tree_open(root, "chassis");
	tree_leaf(c, "name", "Chassis");
	tree_leaf(c, "serial-number", "%s", system_serial(serial));
	tree_leaf(c, "description", "%s", PRODUCT_MODEL);
	m = tree_open(c, "chassis-module");
	tree_leaf(m, "name", "Routing Engine");
	tree_leaf(m, "description", "vrflow " VRFLOW_VERSION);
	m = tree_open(c, "chassis-module");
	tree_leaf(m, "name", "FPC 0");
	tree_leaf(m, "description", "FPC");
	if (image == NULL)
		return;
	m = tree_open(m, "chassis-sub-module");
	tree_leaf(m, "name", "PIC 0");
	tree_leaf(m, "description", "%zu ports", image_spec_of(image)->nifds);
}
