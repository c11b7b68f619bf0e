/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is what -p says possible? Asked before anything starts, whether or not the
 * configuration uses the interface: a slip in a start script would otherwise
 * show as an interface that is down.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/daemon.h"

/* "ge-0/0/0": a kind of port, then slot, card and number. */
static bool
interface_name(const char *name)
{
	static const char *const kinds[] = {"fe", "ge", "mge", "xe", "et"};
	unsigned int slot, card, number;
	char kind[4], again[NAME_MAX_LEN];

	if (sscanf(name, "%3[a-z]-%3u/%3u/%3u", kind, &slot, &card, &number) !=
		4)
		return false;
	snprintf(again, sizeof(again), "%s-%u/%u/%u", kind, slot, card, number);
	if (strcmp(name, again) != 0)
		return false;
	for (size_t i = 0; i < RTE_DIM(kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

static int
check_one(const struct daemon_options *o, unsigned int at)
{
	const struct port_arg *p = &o->ports[at];
	char err[512];

	if (!interface_name(p->name)) {
		fprintf(stderr,
			"vrflowd: -p %s=%s: %s is not a physical interface, "
			"like ge-0/0/0\n",
			p->name, p->device, p->name);
		return -1;
	}
	for (unsigned int i = 0; i < at; i++)
		if (strcmp(o->ports[i].name, p->name) == 0 ||
			strcmp(o->ports[i].device, p->device) == 0) {
			fprintf(stderr,
				"vrflowd: -p %s=%s: -p %s=%s came before\n",
				p->name, p->device, o->ports[i].name,
				o->ports[i].device);
			return -1;
		}
	if (port_check(p->name, p->device, err, sizeof(err)) == 0)
		return 0;
	fprintf(stderr, "vrflowd: %s\n", err);
	return -1;
}

int
port_args_check(const struct daemon_options *o)
{
	int rc = 0;

	for (unsigned int i = 0; i < o->nports; i++)
		if (check_one(o, i) != 0)
			rc = -1;
	return rc;
}
