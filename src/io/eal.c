/* SPDX-License-Identifier: Apache-2.0 */
#include "io/eal.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "io/eal_plugin.h"

/* Resident cost about 2 MB. A policy of 10,000 terms takes some 30 MB. */
#define MEMORY_MB 128u

#define ARGS_MAX 32

struct args {
	int n;
	char *v[ARGS_MAX];
	char memory[16], lcores[1024];
	char plugins[2][512];
};

static void
add(struct args *a, const char *arg)
{
	if (a->n < ARGS_MAX - 1)
		a->v[a->n++] = (char *)(uintptr_t)arg; /* EAL's type */
}

/* Lcore 0 is this thread, wherever the system lets it run. */
static void
add_lcores(struct args *a, const cpu_set_t *cpus)
{
	size_t n = (size_t)snprintf(a->lcores, sizeof(a->lcores), "0@(");
	const char *comma = "";

	for (int cpu = 0; cpu < CPU_SETSIZE && cpu < RTE_MAX_LCORE; cpu++)
		if (CPU_ISSET(cpu, cpus) && n < sizeof(a->lcores)) {
			n += (size_t)snprintf(a->lcores + n,
				sizeof(a->lcores) - n, "%s%d", comma, cpu);
			comma = ",";
		}
	if (*comma == '\0' || n + 2 > sizeof(a->lcores))
		return;
	strcpy(a->lcores + n, ")");
	add(a, "--lcores");
	add(a, a->lcores);
}

static void
add_memory(struct args *a, const struct eal_config *config)
{
	if (config->hugepages) {
		/* No files, hence none left, and no hugetlbfs to mount. */
		add(a, "--in-memory");
		return;
	}
	add(a, "--no-huge");
	add(a, "--iova-mode=va");
	snprintf(a->memory, sizeof(a->memory), "%u",
		config->memory_mb != 0 ? config->memory_mb : MEMORY_MB);
	add(a, "-m");
	add(a, a->memory);
}

static void
add_plugin(struct args *a, const char *plugin, char path[512])
{
	if (!eal_plugin_path(plugin, path, 512))
		return;
	add(a, "-d");
	add(a, path);
}

static void
add_devices(struct args *a, const struct eal_config *config)
{
	for (size_t i = 0; config->pci != NULL && config->pci[i]; i++) {
		add(a, "-a");
		add(a, config->pci[i]);
	}
	if (config->pci == NULL) {
		add(a, "--no-pci");
		add_plugin(a, "bus_vdev", a->plugins[0]);
		/* No mempool is created without, not even with other ops. */
		add_plugin(a, "mempool_ring", a->plugins[1]);
	}
	for (size_t i = 0; config->vdevs != NULL && config->vdevs[i]; i++) {
		add(a, "--vdev");
		add(a, config->vdevs[i]);
	}
}

/* Their plugins must be there before EAL probes the devices. */
static void
load_vdev_drivers(const struct eal_config *config)
{
	for (size_t i = 0; config->vdevs != NULL && config->vdevs[i]; i++)
		eal_driver_load(config->vdevs[i]);
}

int
eal_start(const struct eal_config *config, char *err, size_t err_size)
{
	/* --in-memory refuses --no-huge; without it the same by parts. */
	struct args a = {.n = 1, .v = {(char *)(uintptr_t) "vrflow"}};
	cpu_set_t cpus;
	int rc;

	CPU_ZERO(&cpus);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	add(&a, "--no-shconf");
	add(&a, "--no-telemetry");
	add(&a, "--log-level=*:critical");
	add_lcores(&a, &cpus);
	add_memory(&a, config);
	add_devices(&a, config);
	eal_plugins_skip_all(config->pci == NULL);
	load_vdev_drivers(config);
	rc = rte_eal_init(a.n, a.v);
	eal_plugins_skip_all(false);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (rc < 0) {
		rc = rte_errno != 0 ? -rte_errno : -EIO;
		snprintf(err, err_size, "cannot start DPDK's environment: %s",
			rte_strerror(-rc));
		return rc;
	}
	return 0;
}

void
eal_stop(void)
{
	rte_eal_cleanup();
}
