/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eal_plugin - which of DPDK's drivers are loaded. Only files of src/io use it.
 */
#ifndef IO_EAL_PLUGIN_H
#define IO_EAL_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

/* While true, rte_eal_init() does not load its directory of plugins. */
void eal_plugins_skip_all(bool skip);

/*
 * The file of a plugin ("net_ring"), in the directory and of the version of the
 * EAL that runs. False when EAL is linked statically.
 */
bool eal_plugin_path(const char *plugin, char *path, size_t size);

#endif /* IO_EAL_PLUGIN_H */
