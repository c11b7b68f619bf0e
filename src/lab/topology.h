/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topology - the hosts and cables of a lab, from topology.clab.yml: the
 * containerlab format, as much of it as hosts without containers need.
 *
 * What only containers need (labels, memory, ...) is read over; anything else
 * unknown is an error, so that a misspelt key is not silently ignored. A node
 * of kind linux whose image is called vrflow is a vrflow node, and what it
 * binds to /etc/vrflow has its configuration: the same file serves
 * containerlab.
 */
#ifndef LAB_TOPOLOGY_H
#define LAB_TOPOLOGY_H

#include <stddef.h>

struct report;

enum lab_kind { LAB_LINUX, LAB_VRFLOW };

struct lab_pair {
	char *key, *value;
};

struct lab_node {
	char *name;
	enum lab_kind kind;
	char **exec; /* shell commands, run when the cables are there */
	size_t n_exec;
	char *startup_config;   /* relative to the directory; vrflow only */
	char *image;            /* of the container, or NULL */
	char *bound_config;     /* what binds say of /etc/vrflow/vrflow.conf */
	struct lab_pair *ports; /* ge-0/0/0 -> linux:eth1; vrflow only */
	size_t n_ports;
	struct lab_pair *env;
	size_t n_env;
	unsigned int line;
};

struct lab_end {
	size_t node;  /* index in the topology's nodes */
	char *ifname; /* as written: ge-0/0/0 */
	char *device; /* of Linux: ge-0-0-0 */
};

struct lab_link {
	struct lab_end end[2];
	unsigned int mtu; /* 0: the kernel's */
	unsigned int line;
};

struct lab_topology {
	char *name;
	struct lab_node *nodes;
	size_t n_nodes;
	struct lab_link *links;
	size_t n_links;
};

/*
 * Parse text[0..len). What is wrong goes to *r, with lines. 0, -EINVAL (see
 * *r) or -ENOMEM; on failure *t is empty.
 */
int lab_topology_parse(
	const char *text, size_t len, struct lab_topology *t, struct report *r);

/* The node of that name, or NULL. */
const struct lab_node *lab_topology_node(
	const struct lab_topology *t, const char *name);

void lab_topology_done(struct lab_topology *t);

#endif /* LAB_TOPOLOGY_H */
