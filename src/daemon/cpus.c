/* SPDX-License-Identifier: Apache-2.0 */
/*
 * -C: on which processors the workers run, one each. A worker that stays where
 * it is keeps its caches; and as memory lies beside the processor that touches
 * it first, its sessions are on its own NUMA node. The pools of packet buffers
 * are made while the process is confined to these processors, hence on their
 * node as well (DPDK takes hugepages from the node of the caller).
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/daemon.h"

static cpu_set_t before;

static bool
cpu_add(struct daemon_options *o, unsigned long cpu)
{
	if (cpu >= CPU_SETSIZE || o->ncpus == WORKERS_MAX)
		return false;
	for (unsigned int i = 0; i < o->ncpus; i++)
		if (o->cpus[i] == cpu)
			return false;
	o->cpus[o->ncpus++] = (unsigned int)cpu;
	return true;
}

/* "2,4-6" */
bool
cpus_parse(struct daemon_options *o, const char *text)
{
	o->ncpus = 0;
	do {
		unsigned long first, last;
		char *end;

		if (*text < '0' || *text > '9')
			return false;
		first = last = strtoul(text, &end, 10);
		if (*end == '-') {
			if (end[1] < '0' || end[1] > '9')
				return false;
			last = strtoul(end + 1, &end, 10);
		}
		for (; first <= last; first++)
			if (!cpu_add(o, first))
				return false;
		text = *end == ',' ? end + 1 : end;
		if (*end != ',' && *end != '\0')
			return false;
		if (*end == '\0')
			return true;
	} while (true);
}

/* Do they exist, may we run there, are there enough? */
int
cpus_check(const struct daemon_options *o)
{
	cpu_set_t allowed;

	if (o->ncpus == 0)
		return 0;
	if (o->ncpus < o->workers) {
		fprintf(stderr,
			"vrflowd: -C names %u processors for %u workers\n",
			o->ncpus, o->workers);
		return -1;
	}
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -1;
	for (unsigned int i = 0; i < o->ncpus; i++)
		if (!CPU_ISSET(o->cpus[i], &allowed)) {
			fprintf(stderr,
				"vrflowd: -C: processor %u is not there, or "
				"not for this process\n",
				o->cpus[i]);
			return -1;
		}
	return 0;
}

void
cpus_confine(const struct daemon_options *o)
{
	cpu_set_t set;

	sched_getaffinity(0, sizeof(before), &before);
	if (o->ncpus == 0)
		return;
	CPU_ZERO(&set);
	for (unsigned int i = 0; i < o->ncpus; i++)
		CPU_SET(o->cpus[i], &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* The control thread has no place of its own. */
void
cpus_release(void)
{
	sched_setaffinity(0, sizeof(before), &before);
}
