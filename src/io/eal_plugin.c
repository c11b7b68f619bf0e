/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EAL as a shared library loads every driver of its plugin directory, and no
 * option forbids it. It decides so by asking dlopen() whether librte_eal.so is
 * loaded; the dlopen() below, which stands before libc's in the search order,
 * says no while we start EAL. Should it ever not be asked, EAL loads them all:
 * slower and larger, nothing worse.
 *
 * In the same way rte_vfio_enable() below stands before EAL's own, which fails,
 * and EAL with it, where there is no /sys/module to look for the driver in:
 * systemd-nspawn and other containers with a network of their own.
 */
#include "io/eal_plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_vfio.h>

#include "io/eal.h"

#define EAL_LIBRARY "librte_eal.so"

static bool skipping;

void *
dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int) =
		(void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	if (skipping && file != NULL && (mode & RTLD_NOLOAD) &&
		strncmp(file, EAL_LIBRARY, strlen(EAL_LIBRARY)) == 0)
		return NULL;
	return next(file, mode);
}

int
rte_vfio_enable(const char *module)
{
	int (*next)(const char *) =
		(int (*)(const char *))dlsym(RTLD_NEXT, "rte_vfio_enable");

	/* Not there: no card can be had by it. */
	return access("/sys/module", F_OK) != 0 || next == NULL ? 0
								: next(module);
}

void
eal_plugins_skip_all(bool skip)
{
	skipping = skip;
}

bool
eal_plugin_path(const char *plugin, char *path, size_t size)
{
	const char *base, *version;
	Dl_info info;

	if (dladdr((void *)rte_eal_init, &info) == 0 || info.dli_fname == NULL)
		return false;
	base = strstr(info.dli_fname, EAL_LIBRARY);
	if (base == NULL)
		return false;
	version = base + strlen(EAL_LIBRARY);
	return (size_t)snprintf(path, size, "%.*slibrte_%s.so%s",
		       (int)(base - info.dli_fname), info.dli_fname, plugin,
		       version) < size;
}

/* "net_ring0" and "net_ring" are the same driver. */
bool
eal_driver_load(const char *driver)
{
	char name[64], path[512];
	size_t n = strcspn(driver, ",");

	while (n > 0 && driver[n - 1] >= '0' && driver[n - 1] <= '9')
		n--;
	if (n == 0 || n >= sizeof(name) || memchr(driver, '/', n) != NULL)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)n, driver);
	if (!eal_plugin_path(name, path, sizeof(path)))
		return true;
	return access(path, R_OK) == 0 &&
	       dlopen(path, RTLD_NOW | RTLD_GLOBAL) != NULL;
}
