/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build - make a topology real: namespaces, cables, daemons, first commands.
 */
#ifndef LAB_BUILD_H
#define LAB_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/instance.h"
#include "lab/proc.h"
#include "lab/topology.h"

struct sbuf;

/* LAB_SCRATCH, and for vrflow nodes VRFLOWD, VRFLOW, VRFLOW_CONFIG, ... */
enum lab_env {
	LAB_SCRATCH, /* a directory of the node, gone with the lab */
	LAB_DAEMON,
	LAB_CLI,
	LAB_CONFIG,
	LAB_SOCKET,
	LAB_PID,
	LAB_LOGS,
	LAB_ENV_N
};

/* The programs of vrflow nodes. */
struct lab_programs {
	char *daemon; /* vrflowd */
	char *cli;    /* vrflow */
};

struct lab_world {
	struct lab_topology topology;
	struct lab_instance instance;
	struct lab_programs programs;
	struct lab_proc *daemon; /* one per node; pid 0 for Linux nodes */
	struct lab_pair (
		*env)[LAB_ENV_N]; /* for the shells, one set per node */
	bool verbose;             /* tell on standard error what is done */
};

/*
 * Build what w->topology says, in w->instance (already created). dir holds the
 * start configurations. Daemons outlive us when `outlive`. 0, or -1 with the
 * reason in *why: the caller removes the instance.
 */
int lab_build(
	struct lab_world *w, const char *dir, bool outlive, struct sbuf *why);

/*
 * End the daemons politely and see how they end: 0, or -1 and *why says which
 * one crashed or complained.
 */
int lab_stop_daemons(struct lab_world *w, struct sbuf *why);

/*
 * A daemon that has died by itself since the last call: false and *why with the
 * end of its log.
 */
bool lab_daemons_alive(struct lab_world *w, struct sbuf *why);

void lab_world_done(struct lab_world *w); /* only the memory */

/* The index of the node of that name, or -1. */
int lab_node_index(const struct lab_world *w, const char *name);

#endif /* LAB_BUILD_H */
