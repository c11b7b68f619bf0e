/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance - one built lab: its namespaces, its daemons, its scratch directory.
 *
 * All of it hangs on a directory /run/vrflow-lab/NAME-NUMBER whose file `state`
 * names the namespaces before they are made. Whatever happens to the process
 * that built the lab, everything can be found and removed from there:
 *   - by a watcher process, when the builder ends in any way (run),
 *   - by the next `vrflow lab`, when the watcher was killed as well,
 *   - by `vrflow lab down` (up).
 * NUMBER is the process id, so that runs at the same time do not meet.
 */
#ifndef LAB_INSTANCE_H
#define LAB_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lab/topology.h"

struct lab_instance_node {
	char *name;
	char *netns; /* reverse-route-4711-lan */
	enum lab_kind kind;
};

struct lab_instance {
	char *id;   /* reverse-route-4711 */
	char *path; /* /run/vrflow-lab/reverse-route-4711 */
	char *dir;  /* the lab's directory, absolute */
	pid_t owner;
	unsigned long long owner_start; /* tells a reused pid apart */
	bool standing;                  /* lives on without its owner */
	struct lab_instance_node *node;
	size_t n;
	pid_t watcher; /* 0: none */
	int watch_fd;  /* closing it makes the watcher clean up */
};

/* A new number, its directory and state file. 0 or -errno. */
int lab_instance_create(
	struct lab_instance *in, const struct lab_topology *t, const char *dir);

/* Start the process that removes everything once we are gone. 0 or -errno. */
int lab_instance_watch(struct lab_instance *in);

/*
 * Remove all of it: processes, namespaces, files. With a watcher, let that do
 * it and wait until it is done. What is already gone is no error.
 */
void lab_instance_remove(struct lab_instance *in);

/* Keep it when its owner ends. 0 or -errno. */
int lab_instance_keep(struct lab_instance *in);

void lab_instance_done(struct lab_instance *in); /* only the memory */

/* The scratch path of a node's file; "" for its directory. NULL: no memory. */
char *lab_instance_file(
	const struct lab_instance *in, const char *node, const char *file);

/* Call fn for every instance on this machine until it returns non-zero. */
int lab_instance_each(int (*fn)(struct lab_instance *in, void *arg), void *arg);

/* Remove what processes that were killed left behind; how many there were. */
unsigned int lab_instance_remove_leftovers(void);

#endif /* LAB_INSTANCE_H */
