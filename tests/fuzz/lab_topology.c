/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the topology of a lab. */
#include <stddef.h>
#include <stdint.h>

#include "base/report.h"
#include "lab/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report r = REPORT_INIT;
	struct lab_topology t;

	if (lab_topology_parse((const char *)data, size, &t, &r) == 0)
		lab_topology_done(&t);
	report_done(&r);
	return 0;
}
